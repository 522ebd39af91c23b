"""Deposits: payments that waited in Undeposited Funds, and other money, taken to the bank."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from procore_qbd.qbxml.entities.shared.transactions import ENTITIES
from procore_qbd.simulator.kinds.families import UNDEPOSITED
from procore_qbd.simulator.kinds.kind import Kind
from procore_qbd.simulator.kinds.postings import head, list_id
from procore_qbd.simulator.knowledge.arithmetic import ZERO, total
from procore_qbd.simulator.knowledge.asked import writes
from procore_qbd.simulator.knowledge.reasons import LESS_THAN_NOTHING, NO_LINES
from procore_qbd.simulator.knowledge.rules import Reason, Source, tried
from procore_qbd.simulator.knowledge.scene import BILL, framing
from procore_qbd.simulator.knowledge.scene import ref as by_name
from procore_qbd.simulator.records.entries import Entry
from procore_qbd.simulator.records.links import Role, TxnLink
from procore_qbd.simulator.records.shaping import with_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from procore_qbd.simulator.kinds.kind import CompanyRecords, Draft
    from procore_qbd.simulator.knowledge.nouns import Line, TransactionRecord, Values
    from procore_qbd.simulator.records.links import Partner

__all__ = ["DEPOSIT"]

_RECEIPT = f"<SalesReceiptAdd>{framing('SalesReceiptLineAdd')}</SalesReceiptAdd>"


def _deposit(lines: str) -> str:
    return f"<DepositAdd>{by_name('DepositToAccountRef', '~Checking')}{lines}</DepositAdd>"


_LINE = "<DepositLineAdd><PaymentTxnID>{receipt.txn_id}</PaymentTxnID></DepositLineAdd>"
NOT_UNDEPOSITED = Reason(
    3120,
    "A deposit takes a payment to the bank that is not there, or does not wait in Undeposited Funds.",
    Source.DECIDED,
    tried(_deposit(_LINE.replace("receipt", "bill")), bill=BILL),
    refuses=writes("Deposit"),
)
DEPOSITED_ALREADY = Reason(
    3210,
    "A deposit takes a payment to the bank that is in another deposit.",
    Source.DECIDED,
    tried(_deposit(_LINE), receipt=_RECEIPT, deposit=_deposit(_LINE)),
    refuses=writes("Deposit"),
)
DEPOSITED_TWICE = Reason(
    3177,
    "A deposit names one payment twice.",
    Source.TABLE,
    tried(_deposit(_LINE * 2), receipt=_RECEIPT),
    refuses=writes("Deposit"),
)
DEPOSIT_OF_NO_AMOUNT = Reason(
    3150,
    "A line of a deposit names no payment and no amount.",
    Source.DECIDED,
    tried(_deposit(f"<DepositLineAdd>{by_name('AccountRef', '~Sales')}</DepositLineAdd>")),
    refuses=writes("Deposit"),
)

_DEPOSITED = ("ReceivePayment", "SalesReceipt")
"""What a deposit takes to the bank."""
_LONGEST_CHECK_NUMBER = 11


def _with_payments(draft: Draft, company: CompanyRecords) -> Draft:
    """A deposit with what each of its lines brings to the bank, and the links to the payments.

    Raises:
        Refusal: A payment is not there, or is not in Undeposited Funds (3120), is named twice (3177), or was deposited
            already (3210).
    """
    record = draft.record
    links: list[TxnLink] = []
    lines: list[Line] = []
    times = Counter(line.payment_txn_id or line.txn_id for line in record.lines)
    if double := next((one for one, many in times.items() if many > 1 and one), None):
        raise DEPOSITED_TWICE(double)
    for line in record.lines:
        payment_id = line.payment_txn_id or line.txn_id
        if payment_id is None:
            if line.amount is None:
                raise DEPOSIT_OF_NO_AMOUNT(field="Amount")
            lines.append(line)
            continue
        payment = _payment(payment_id, record.txn_id, company)
        lines.append(_brought(line, payment))
        links.append(TxnLink(record.txn_id, "", payment_id, "", Role.DEPOSIT, amount=payment.total_amount))
    back = record.cash_back_info.amount if record.cash_back_info else None
    amount = total((*(line.amount for line in lines), -(back or ZERO)))
    if amount < 0:
        raise LESS_THAN_NOTHING(field="Deposit", note="its total is negative")
    if not lines:
        raise NO_LINES(field="Deposit", note="it has no lines")
    return draft.saying(lines=tuple(lines), deposit_total=amount).but(links=tuple(links))


def _payment(txn_id: str, deposit: str, company: CompanyRecords) -> Any:
    """A payment that waits for a deposit, or is in this one."""
    payment = company.transaction(txn_id)
    held = getattr(payment, "deposit_to_account_ref", None)
    if held is None or held.list_id != company.special(UNDEPOSITED):
        gone = NOT_UNDEPOSITED(txn_id, note="it is not a payment in Undeposited Funds")
        raise gone if payment else company.absent(_DEPOSITED, txn_id, gone)
    taken = (one.txn for one in company.links(txn_id) if one.role is Role.DEPOSIT)
    if any(txn != deposit for txn in taken):
        raise DEPOSITED_ALREADY(txn_id, "PaymentTxnID", note="it is deposited already")
    return payment


def _brought(line: Line, payment: TransactionRecord) -> Line:
    """A line with what it takes from its payment."""
    return with_fields(
        line,
        txn_id=payment.txn_id,
        payment_txn_id=None,
        entity_ref=payment.customer_ref,
        account_ref=payment.deposit_to_account_ref,
        memo=line.override_memo or line.memo or payment.memo,
        check_number=line.override_check_number
        or line.check_number
        or (payment.ref_number or "")[:_LONGEST_CHECK_NUMBER]
        or None,
        payment_method_ref=payment.payment_method_ref,
        class_ref=line.override_class_ref or line.class_ref,
        amount=payment.total_amount,
    )


def _without_payments(draft: Draft, _company: CompanyRecords) -> Draft:
    """The payments of a deposit that is void wait again."""
    return draft.saying(lines=tuple(with_fields(line, txn_type=None, txn_id=None) for line in draft.record.lines))


def _with_types(deposit: TransactionRecord, links: tuple[TxnLink, ...], partner: Callable[[str], Partner]) -> Values:
    """Of what kind each payment is."""
    tags = {link.target: partner(link.target).kind for link in links}
    return {
        "lines": tuple(
            with_fields(line, txn_type=tags[line.txn_id]) if line.txn_id in tags else line for line in deposit.lines
        )
    }


def _entries(record: TransactionRecord, kind: Kind, company: CompanyRecords) -> Iterator[Entry]:
    back = record.cash_back_info
    yield head(record, kind, record.deposit_total or ZERO, company)
    for line in record.lines:
        yield Entry(
            account=list_id(line.account_ref),
            amount=-(line.amount or ZERO),
            line=line.txn_line_id or "",
            entity=company.key(ENTITIES, line.entity_ref),
            class_=list_id(line.class_ref),
            memo=line.memo or "",
        )
    if back:
        yield Entry(account=list_id(back.account_ref), amount=back.amount or ZERO, memo=back.memo or "")


DEPOSIT = Kind(
    tag="Deposit",
    entries=_entries,
    account="deposit_to_account_ref",
    side=1,
    lines=("lines",),
    rate="",
    totals=("deposit_total",),
    completed=_with_payments,
    voided=_without_payments,
    shown=_with_types,
    waits=lambda _: False,
)
