"""The one way in which an item becomes a record: never twice, never over somebody else's work.

First what is known (a link), then what is there (a record of that name, a transaction of that number, recognised by its
ExternalGUID), and only then a new record. Whatever happens in between, the next run finds out by the same three steps.

"Is it there already?" is asked as QuickBooks tells things apart: case and the blanks around a name do not count. Names
are asked for by their full name, which QuickBooks trims when it saves them, and across the lists that share names.
Numbers of transactions nobody trims: a clerk's ``' A-1'`` may not be found by asking for ``A-1``, so they are looked
for with a filter that they contain it, and compared here. That is wider than it need be if QuickBooks trims them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from procore_qbd.domain import ErpRefusal, RefusalCode
from procore_qbd.domain.ids import same_text
from procore_qbd.erp.refusing import refusal
from procore_qbd.erp.results import ItemResult, R, record_id, record_name, refused
from procore_qbd.erp.writing import add
from procore_qbd.flows import Flow, ask
from procore_qbd.qbxml import Outcome, Record, Request
from procore_qbd.qbxml.entities.items import ItemQuery, ItemService
from procore_qbd.qbxml.entities.other_names import EntityQuery
from procore_qbd.qbxml.entities.shared.common import MatchCriterion
from procore_qbd.qbxml.entities.shared.transactions import RefNumberFilter, TxnQuery
from procore_qbd.translate.known import agreed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from procore_qbd.domain import Link, LinkView
    from procore_qbd.erp.results import Item

__all__ = [
    "by_id",
    "by_number",
    "described",
    "get_or_create",
    "known_id",
    "linked",
    "look_up",
    "named",
    "recognised",
    "taken",
    "unlinked_advice",
]

_KINDS = {
    "Vendor": "vendor",
    "Customer": "customer or job",
    "Employee": "employee",
    "OtherName": "other name",
    "ItemService": "service item",
    "ItemNonInventory": "non-inventory part",
    "ItemOtherCharge": "other charge item",
    "ItemInventory": "inventory part",
    "ItemInventoryAssembly": "inventory assembly",
    "ItemFixedAsset": "fixed asset item",
    "ItemSubtotal": "subtotal item",
    "ItemDiscount": "discount item",
    "ItemPayment": "payment item",
    "ItemSalesTax": "sales tax item",
    "ItemSalesTaxGroup": "sales tax group",
    "ItemGroup": "group item",
    "Bill": "bill",
    "VendorCredit": "vendor credit",
    "PurchaseOrder": "purchase order",
    "Estimate": "estimate",
}
"""What records are called in messages."""

_ONE_LIST = {
    "names": "customers, vendors, employees and other names share one list of names",
    "items": "all kinds of items share one list of names",
}


def described(record: Any) -> str:
    """A record as a person tells it apart: kind, name or number, amount, date, and whether it is inactive."""
    kind = _KINDS.get(record.__record__.tag, record.__record__.tag)
    words = f"{kind} {record_name(record)!r}" if record_name(record) else f"{kind} {record_id(record)}"
    if hasattr(record, "txn_id"):
        amount = total_of(record)
        words += f" of {record.txn_date}" if record.txn_date else ""
        words += f" for {amount:.2f}" if amount is not None else ""
    elif record.is_active is False:
        words += ", which is inactive,"
    return words


def total_of(record: Any) -> Any:
    """The total of a transaction, None where it has none."""
    names = ("total_amount", "amount_due", "credit_amount")
    return next((value for name in names if (value := getattr(record, name, None)) is not None), None)


# --- what is known ---------------------------------------------------------------------------------------------------


def known_id(item: Item, links: LinkView) -> tuple[str | None, ErpRefusal | None]:
    """The QuickBooks id of an item that is synced already, or why it cannot be used."""
    found, why = agreed(links, item.kind, item.id, item.origin_id, what=item.name)
    return (None if found is None else str(found)), why


def taken(item: Item, quickbooks_id: str, links: LinkView) -> str | None:
    """The other item that a record is linked to, in words; None if there is none."""
    own = links.find(item.kind, item.id)
    holder = links.holder(item.kind, quickbooks_id)
    itself = holder is not None and (holder.kind, holder.procore_id) == (item.kind, item.id)
    if holder is None or itself or (own and own.quickbooks_id == quickbooks_id):
        return None
    return f"that record is linked to {named(holder)}"


def named(link: Link) -> str:
    """A linked item as people know it: ``'subcontract 41 (SC-001)'``."""
    return f"{link.kind.label} {link.procore_id}" + (f" ({link.name})" if link.name else "")


def look_up(request: Request, cls: type[R]) -> Flow[tuple[R | None, ErpRefusal | None]]:
    """The one record that a query names; None where there is none, with a refusal if QuickBooks did not answer."""
    outcome = yield from ask(request)
    if not outcome.ok:
        return None, refusal(outcome)
    return next(iter(outcome.records(cls)), None), None


def by_id(query: Any, *known: str) -> Request:
    """The request for records by their ids; for transactions with their lines and links."""
    if issubclass(query, TxnQuery):
        whole: Any = query
        return Request.query(whole(txn_ids=known, include_line_items=True, include_linked_txns=True))
    return Request.query(query(list_ids=known))


def unlinked_advice(item: Item, links: LinkView) -> str:
    """How an item is unlinked wherever it is linked."""
    steps = []
    if item.origin_id:
        steps.append("unlink it in Procore")
    if links.find(item.kind, item.id) is not None:
        steps.append(f"forget its link here (procore-qbd unlink {item.kind.value} {item.id}, or Links.remove)")
    return " and ".join(steps) or "unlink it"


def linked(
    cls: type[R], query: Any, known: str, what: str, item: Item, links: LinkView, *, other: str = ""
) -> Flow[ItemResult[R]]:
    """The record that an item is linked to; that it is gone is for a person to sort out.

    Args:
        cls: The record's class.
        query: The query class of its list.
        known: The ListID or TxnID that links or Procore name.
        what: What such a record is called in QuickBooks: ``'vendor'``.
        item: What is linked.
        links: For the name under which it was exported.
        other: What else may have become of the record: ``' or merged into another vendor'``.
    """
    found, why = yield from look_up(by_id(query, known), cls)
    if found is None:
        return refused(why or gone(what, known, item, links, other=other))
    return ItemResult(record=found)


def gone(what: str, known: str, item: Item, links: LinkView, *, other: str = "") -> ErpRefusal:
    """The refusal of an item whose record is not in QuickBooks any more."""
    link = links.find(item.kind, item.id)
    if link is None:
        words = f"{item.name}: Procore says it is {what} {known}, which is not in this company file"
        why = f"somebody deleted it{other}, or this is not the right company file"
        advice = "if it was deleted, unlink it in Procore, then send it again"
        return ErpRefusal(RefusalCode.GONE, f"{words}: {why}; {advice}")
    words = (
        f"{item.name}: it was exported as {what} {(link.name or known)!r}, which somebody deleted in QuickBooks{other}"
    )
    again = f"{unlinked_advice(item, links)}, then send it again"
    if other:
        how = f"procore-qbd link {item.kind.value} {item.id} LISTID --shared"
        again += f"; if it was merged, link it to the one that is left before that ({how})"
    return ErpRefusal(RefusalCode.GONE, f"{words}: {again}")


# --- what is there, and what is new ----------------------------------------------------------------------------------


def get_or_create(
    item: Item, record: R, full_name: str, links: LinkView, siblings: Mapping[str, str] | None = None
) -> Flow[ItemResult[R]]:
    """The record of a list that an item was made into before, recognised by its ExternalGUID; or a new one.

    Args:
        item: The item.
        record: What would be added, with its ExternalGUID.
        full_name: The full name that it would have.
        links: Whose the records are that are there.
        siblings: What was made in the same request just now: names of items by ListID.
    """
    items = isinstance(record, ItemService)
    query: Any = ItemQuery if items else EntityQuery
    outcome = yield from ask(Request.query(query(full_names=(full_name,))))
    if not outcome.ok:
        return refused(refusal(outcome))
    for found in outcome.records(Record):
        namesake: Any = found
        if same_text(record_name(namesake), full_name):
            sibling = (siblings or {}).get(namesake.list_id)
            return _recognised(item, record, namesake, links, _ONE_LIST["items" if items else "names"], sibling)
    added = yield from add(record)
    return added


def _recognised(
    item: Item, record: Any, namesake: Any, links: LinkView, one_list: str, sibling: str | None
) -> ItemResult[Any]:
    """A record of the same name is ours if it carries our GUID; if not, a person has to say what it is."""
    same_kind = type(namesake) is type(record)
    whose = taken(item, namesake.list_id, links) if same_kind else None
    if same_kind and whose is None and (namesake.external_guid or "").upper() == record.external_guid:
        return ItemResult(record=namesake)
    words = f"QuickBooks has {described(namesake)} already ({namesake.list_id})"
    if sibling:
        advice = f"it is {sibling!r} of the same request: give one of the two another name, then send it again"
    elif not same_kind:
        advice = f"{one_list}: rename one of the two, then send it again"
    elif whose:
        advice = f"{whose}: rename one of the two, or link both to it as shared if they are one"
    else:
        active = "make it active and " if namesake.is_active is False else ""
        how = f"procore-qbd link {item.kind.value} {item.id} {namesake.list_id}"
        advice = f"it is linked to nothing: {active}link the two ({how}), or rename one of them"
    return refused(ErpRefusal(RefusalCode.NAME_IN_USE, f"{words}, and {advice}"))


def by_number(query: Any, number: str) -> Request:
    """The request for the transactions of a number, and of numbers that contain it."""
    numbers = RefNumberFilter(match_criterion=MatchCriterion.CONTAINS, ref_number=number.strip())
    return Request.query(query(ref_number_filter=numbers, include_line_items=True, include_linked_txns=True))


def recognised(
    item: Item,
    record: Record,
    outcomes: Sequence[Outcome],
    links: LinkView,
    siblings: Mapping[str, str] | None = None,
    *,
    company_id: int | None,
) -> ItemResult[Any] | None:
    """The result of an item whose transaction or number is among those found; None if it may be added.

    Args:
        item: The item.
        record: What would be added, with its ExternalGUID.
        outcomes: Of queries that find it, if it is there, among others perhaps.
        links: Whose the transactions are that are there.
        siblings: What was made in the same request just now: names of items by TxnID.
        company_id: The Procore company.
    """
    if wrong := [refusal(outcome) for outcome in outcomes if not outcome.ok]:
        return refused(*wrong)
    wanted: Any = record
    there: list[Any] = [found for outcome in outcomes for found in outcome.records(Record)]
    made = siblings or {}
    for found in there:
        ours = (found.external_guid or "").upper() == wanted.external_guid
        if ours and found.txn_id not in made and not taken(item, found.txn_id, links):
            return ItemResult(record=found)
    if (why := _earlier(item, there, links, company_id)) is not None:
        return refused(why)
    for found in there:
        alike = type(found) is type(wanted) and same_text(found.ref_number, wanted.ref_number)
        if alike and _same_party(found, wanted):
            return refused(_number_in_use(item, found, links, made))
    return None


def _earlier(item: Item, there: Sequence[Any], links: LinkView, company_id: int | None) -> ErpRefusal | None:
    """The refusal of an item that was unlinked, and what it was before is still there: it would be there twice."""
    if not any(found.external_guid for found in there):
        return None
    before = links.earlier_guids(item.kind, item.id, company_id)
    for found in there:
        if (found.external_guid or "").upper() in before and not taken(item, found.txn_id, links):
            words = f"{described(found)} ({found.txn_id}), which it was before it was unlinked, is still in QuickBooks"
            how = f"procore-qbd link {item.kind.value} {item.id} {found.txn_id}"
            advice = f"delete that there, or link the two again ({how}), then send it again; nothing is made twice"
            return ErpRefusal(RefusalCode.STILL_THERE, f"{words}: {advice}")
    return None


def _number_in_use(item: Item, found: Any, links: LinkView, made: Mapping[str, str]) -> ErpRefusal:
    whose = taken(item, found.txn_id, links)
    sibling = made.get(found.txn_id)
    words = f"QuickBooks has {described(found)} of this vendor already ({found.txn_id})"
    if sibling:
        advice = f"it is {sibling} of the same request: give one of the two another number, then send it again"
    elif whose:
        advice = f"{whose}: give one of the two another number, then send it again"
    else:
        how = f"procore-qbd link {item.kind.value} {item.id} {found.txn_id}"
        advice = f"it is linked to nothing: link the two if they are one ({how}), or give one of them another number"
    return ErpRefusal(RefusalCode.NUMBER_IN_USE, f"{words}, and {advice}")


def _same_party(one: Any, other: Any) -> bool:
    """Whether two transactions are of one vendor or customer."""
    name = "vendor_ref" if hasattr(one, "vendor_ref") else "customer_ref"
    ours, theirs = getattr(one, name), getattr(other, name)
    return ours is not None and theirs is not None and ours.list_id == theirs.list_id
