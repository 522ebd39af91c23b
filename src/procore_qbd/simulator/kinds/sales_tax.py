"""Checks that pay sales tax to an agency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.simulator.kinds.kind import Kind
from procore_qbd.simulator.kinds.postings import SALES_TAX, head
from procore_qbd.simulator.knowledge.arithmetic import ZERO, total
from procore_qbd.simulator.knowledge.asked import writes
from procore_qbd.simulator.knowledge.reasons import LESS_THAN_NOTHING, REQUIRED_TAKEN_AWAY
from procore_qbd.simulator.knowledge.rules import Reason, Source, tried
from procore_qbd.simulator.knowledge.scene import ref as by_name
from procore_qbd.simulator.records.entries import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from procore_qbd.simulator.kinds.kind import CompanyRecords, Draft
    from procore_qbd.simulator.knowledge.nouns import TransactionRecord

__all__ = ["SALES_TAX_PAYMENT_CHECK"]

_LONGEST_CHECK_NUMBER = 11

CHECK_NUMBER_TOO_LONG = Reason(
    3070,
    f"The number of a check for sales tax has more than {_LONGEST_CHECK_NUMBER} characters.",
    Source.SCHEMA,
    tried(
        f"<SalesTaxPaymentCheckAdd>{by_name('PayeeEntityRef', '~Fir')}<TxnDate>2026-01-31</TxnDate>"
        f"{by_name('BankAccountRef', '~Checking')}"
        "<RefNumber>123456789012</RefNumber><SalesTaxPaymentCheckLineAdd>"
        f"{by_name('ItemSalesTaxRef', '~Tax')}<Amount>5.00</Amount></SalesTaxPaymentCheckLineAdd>"
        "</SalesTaxPaymentCheckAdd>",
        tax="<ItemSalesTaxAdd><Name>~Tax</Name><TaxRate>5</TaxRate>"
        f"{by_name('TaxVendorRef', '~Fir')}</ItemSalesTaxAdd>",
    ),
    refuses=writes("SalesTaxPaymentCheck"),
)


def _added_up(draft: Draft, _company: CompanyRecords) -> Draft:
    """Each line pays an amount; the check is for their sum."""
    check = draft.record
    for line in check.lines:
        if line.amount is None:
            raise REQUIRED_TAKEN_AWAY(field="Amount")
    if len(check.ref_number or "") > _LONGEST_CHECK_NUMBER:  # the rows of its requests let more through
        raise CHECK_NUMBER_TOO_LONG(check.ref_number, "RefNumber")
    amount = total(line.amount for line in check.lines)
    if amount < 0:
        raise LESS_THAN_NOTHING(field="SalesTaxPaymentCheck")
    return draft.saying(amount=amount)


def _entries(record: TransactionRecord, kind: Kind, company: CompanyRecords) -> Iterator[Entry]:
    paid = head(record, kind, record.amount or ZERO, company)
    yield paid
    for line in record.lines:
        yield Entry(
            account=company.special(SALES_TAX),
            amount=line.amount or ZERO,
            line=line.txn_line_id or "",
            entity=paid.entity,
        )


SALES_TAX_PAYMENT_CHECK = Kind(
    tag="SalesTaxPaymentCheck",
    title="Sales Tax Payment",
    entity="payee_entity_ref",
    entries=_entries,
    account="bank_account_ref",
    side=-1,
    lines=("lines",),
    rate="",
    totals=("amount",),
    defaults={"is_to_be_printed": False},
    completed=_added_up,
)
