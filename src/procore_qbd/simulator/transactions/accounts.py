"""The accounts and items of a transaction: the usual account where none is said, and nothing of the wrong kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.qbxml import Ref
from procore_qbd.qbxml.entities.shared.transactions import ITEMS
from procore_qbd.qbxml.judging.accounts import ACCOUNT_PLACES, NOT_REIMBURSED, account_place
from procore_qbd.qbxml.rows.records import table
from procore_qbd.simulator.knowledge.reasons import NOT_REIMBURSABLE, NOT_SIMULATED, WRONG_ITEM_TYPE
from procore_qbd.simulator.knowledge.rules import Reason, Source, tried
from procore_qbd.simulator.knowledge.scene import BILL, COSTS, FIR, INVOICE, framing, ref
from procore_qbd.simulator.knowledge.type_groups import SALES_TAXES, STOCKED
from procore_qbd.simulator.lists.references import spoken
from procore_qbd.simulator.records.entries import flat
from procore_qbd.simulator.records.shaping import by_class, is_set

if TYPE_CHECKING:
    from procore_qbd.qbxml.judging.accounts import AccountPlace
    from procore_qbd.qbxml.rows.records import Record
    from procore_qbd.simulator.kinds.kind import Draft, Kind
    from procore_qbd.simulator.knowledge.nouns import Line, TransactionRecord
    from procore_qbd.simulator.transactions.company import WritableCompany

__all__ = ["with_accounts_and_items_of_its_kind", "with_usual_accounts"]


def _paid_from(account: str) -> str:
    return (
        f"<CheckAdd>{ref('AccountRef', account)}{ref('PayeeEntityRef', '~Fir')}<IsToBePrinted>true</IsToBePrinted>"
        f"{COSTS}</CheckAdd>"
    )


NOT_AN_AR_ACCOUNT = Reason(
    3140,
    "The A/R account of a sale or of a payment is of another type.",
    Source.LIVE_REPORT,
    tried(INVOICE.replace("<InvoiceLineAdd>", f"{ref('ARAccountRef', '~Prepaid')}<InvoiceLineAdd>")),
    quickbooks=ACCOUNT_PLACES["ARAccountRef"].words,
    refuses=lambda asked: asked.kind and asked.takes("ar_account_ref"),
)
NOT_AN_AP_ACCOUNT = Reason(
    3140,
    "The A/P account of a bill, a credit or a payment is of another type.",
    Source.LIVE_REPORT,
    tried(f"<BillAdd>{FIR}{ref('APAccountRef', '~Checking')}{COSTS}</BillAdd>"),
    quickbooks=ACCOUNT_PLACES["APAccountRef"].words,
    refuses=lambda asked: asked.kind and asked.takes("ap_account_ref"),
)
NOT_A_BANK_ACCOUNT = Reason(
    3140,
    "A check is drawn on an account that is no bank account.",
    Source.DECIDED,
    tried(_paid_from("~Card")),
    quickbooks=ACCOUNT_PLACES["BankAccountRef"].words,
    refuses=lambda asked: asked.kind and (asked.takes("bank_account_ref") or asked.stem == "Check"),
)
NOT_A_CREDIT_CARD = Reason(
    3140,
    "A charge to a credit card, or a credit of it, names an account of another type.",
    Source.DECIDED,
    tried(
        f"<CreditCardChargeAdd>{ref('AccountRef', '~Checking')}{ref('PayeeEntityRef', '~Fir')}{COSTS}"
        "</CreditCardChargeAdd>"
    ),
    quickbooks=ACCOUNT_PLACES["CreditCardAccountRef"].words,
    refuses=lambda asked: (
        asked.kind
        and (asked.takes("credit_card_account_ref") or asked.stem in ("CreditCardCharge", "CreditCardCredit"))
    ),
)
NOT_A_DEPOSIT_ACCOUNT = Reason(
    3140,
    "What customers pay is deposited to an account that holds no money: of income, costs, receivables or payables.",
    Source.DECIDED,
    tried(f"<SalesReceiptAdd>{ref('DepositToAccountRef', '~Sales')}{framing('SalesReceiptLineAdd')}</SalesReceiptAdd>"),
    quickbooks=ACCOUNT_PLACES["DepositToAccountRef"].words,
    refuses=lambda asked: asked.kind and asked.takes("deposit_to_account_ref"),
)
PAYABLES_ON_A_LINE = Reason(
    3180,
    "A line of a bill, a vendor credit or an item receipt names an account of the type Accounts Payable.",
    Source.LIVE_REPORT,
    tried(BILL.replace("~Job Costs", "~Payables")),
    refuses=lambda asked: asked.kind and asked.takes("ap_account_ref") and asked.kind.rate == "cost",
)
SITE_OF_NO_STOCK = Reason(
    3140,
    "A line names an inventory site, and its item is none of which there is a stock.",
    Source.LIVE_REPORT,
    tried(
        f"<BillAdd>{FIR}<ItemLineAdd>{ref('ItemRef', '~Framing')}{ref('InventorySiteRef', '~Yard')}"
        "<Amount>5.00</Amount></ItemLineAdd></BillAdd>",
        site="<InventorySiteAdd><Name>~Yard</Name></InventorySiteAdd>",
    ),
    refuses=lambda asked: (
        asked.kind and asked.says("InventorySiteRef") and (asked.kind.sold or asked.kind.rate == "cost")
    ),
)

_NOT_BOUGHT = ("ItemSubtotal", "ItemDiscount", "ItemPayment", *SALES_TAXES)
_OTHERWISE = {
    ACCOUNT_PLACES[tag]: reason
    for tag, reason in (
        ("APAccountRef", NOT_AN_AP_ACCOUNT),
        ("ARAccountRef", NOT_AN_AR_ACCOUNT),
        ("BankAccountRef", NOT_A_BANK_ACCOUNT),
        ("CreditCardAccountRef", NOT_A_CREDIT_CARD),
        ("DepositToAccountRef", NOT_A_DEPOSIT_ACCOUNT),
        ("Bill/ExpenseLine/AccountRef", PAYABLES_ON_A_LINE),
    )
}
"""What is said of an account that does not do in its place."""


def with_usual_accounts(draft: Draft, company: WritableCompany) -> Draft:
    """It is kept in the usual accounts where it does not say in which."""
    kind, values = draft.kind, {}
    for name, usual in ((kind.account, kind.usual), (kind.owed_in, kind.usually_owed_in)):
        if name and usual and not is_set(getattr(draft.record, name)):
            account = company.store.get("Account", company.special(usual))
            values[name] = Ref(list_id=account.list_id, full_name=account.full_name)
    return draft.saying(**values)


def with_accounts_and_items_of_its_kind(draft: Draft, company: WritableCompany) -> Draft:
    """Its account and its items are of the right kinds, and there is nothing that is not simulated."""
    record, kind, store = draft.record, draft.kind, company.store
    for name, tag in kind.not_simulated.items():
        if getattr(record, name, ()):
            raise NOT_SIMULATED(tag, note=f"{tag}: exists in QuickBooks, but is not simulated")
    _check_accounts(draft, company)
    for line in flat(line for name in kind.lines for line in getattr(record, name)) if kind.lines else (record,):
        ref = getattr(line, "item_ref", None)
        home = store.home(ITEMS, ref.list_id or "") if is_set(ref) else None
        if home == "ItemGroup" or (home in _NOT_BOUGHT and not (kind.sold and kind.lines)):
            raise WRONG_ITEM_TYPE((ref.full_name if ref else None) or "", kind.tag)
        site = getattr(line, "inventory_site_ref", None)
        if is_set(site) and home is not None and home not in STOCKED:
            raise SITE_OF_NO_STOCK(site.full_name or "", "Inventory Site", f"{kind.tag} line")
        if home in SALES_TAXES:
            raise NOT_SIMULATED("ItemRef", note="a sales tax on a line: exists in QuickBooks, but is not simulated")
        _check_account_line(line, kind, company)
    return draft


def _check_accounts(draft: Draft, company: WritableCompany) -> None:
    """Its accounts are of the types that their places take."""
    tag = draft.kind.tag
    for name, element, place in _places(type(draft.record)):
        if is_set(ref := getattr(draft.record, name)):
            _check_account(ref, place, spoken(element, tag), company)


def _check_account_line(line: Line | TransactionRecord, kind: Kind, company: WritableCompany) -> None:
    """The account of a line is of a type that its place takes, and nobody is charged for what is owed."""
    ref = getattr(line, "account_ref", None)
    if not is_set(ref) or not kind.lines:
        return
    if (place := account_place((kind.tag, "ExpenseLine", "AccountRef"))) is not None:
        _check_account(ref, place, (kind.tag, ""), company)
    status = getattr(line, "billable_status", None)
    if status is not None and company.is_of(ref.list_id or "", *NOT_REIMBURSED):
        raise NOT_REIMBURSABLE(str(status), "billable status", note=f"{ref.full_name}: nobody is charged for it")


def _check_account(ref: Ref, place: AccountPlace, spoken_of: tuple[str, str], company: WritableCompany) -> None:
    account = company.store.plain("Account", ref.list_id or "")
    if account is not None and not place.takes(account.account_type):
        note = f"{account.full_name}: it is of the type {account.account_type}"
        raise _OTHERWISE[place](account.full_name, *spoken_of, note=note)


@by_class
def _places(cls: type[Record]) -> tuple[tuple[str, str, AccountPlace], ...]:
    """The accounts that a kind of transaction names outside its lines: field, element, and what it takes."""
    tag = cls.__record__.tag
    found = ((field.name, field.row.tag, account_place((tag, field.row.tag))) for field in table(cls).fields)
    return tuple((name, element, place) for name, element, place in found if place is not None)
