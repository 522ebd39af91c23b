"""Whether what a transaction points to is still there and may be used: vendor, jobs, items.

QuickBooks' own refusal names an id; here it is said which vendor, job or item it is, whether somebody deleted it, made
it inactive or merged it, and what to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain import CommitmentKind, ErpRefusal, ItemKind, RefusalCode
from procore_qbd.domain.ids import same_text
from procore_qbd.erp.finding import by_id, described, look_up
from procore_qbd.erp.refusing import refusal
from procore_qbd.flows import Flow, ask, ask_all
from procore_qbd.qbxml import Outcome, Record, Request
from procore_qbd.qbxml.entities.customers import CustomerQuery
from procore_qbd.qbxml.entities.items import ItemQuery
from procore_qbd.qbxml.entities.preferences import Preferences, PreferencesQuery
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderQuery
from procore_qbd.qbxml.entities.vendors import VendorQuery

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from procore_qbd.domain import LinkView

__all__ = ["NeededRecord", "needed_records", "survivor", "unusable"]

_MOST_ORDERS = 20
"""How many purchase orders are looked at to find out into which vendor another was merged."""


_HEADS: tuple[tuple[str, str, Any], ...] = (
    ("vendor_ref", "contract company", VendorQuery),
    ("customer_ref", "job", CustomerQuery),
)
_LINES: tuple[tuple[str, str, Any], ...] = (("item_ref", "item", ItemQuery), ("customer_ref", "job", CustomerQuery))


@attrs.frozen
class NeededRecord:
    """A record that a transaction needs.

    Attributes:
        what: What it is there, in words: ``'contract company'``, ``'line 2: item'``.
        query: The query class of its list.
        list_id: Its id.
    """

    what: str
    query: Any
    list_id: str


def needed_records(record: Any, lines: Iterable[Any], names: Sequence[str] = ()) -> tuple[NeededRecord, ...]:
    """The records that a transaction needs, each once.

    Args:
        record: The transaction as it would be written.
        lines: Its lines that say item and job.
        names: The lines in words, in their order.
    """
    found: list[NeededRecord] = []
    for name, what, query in _HEADS:
        ref = getattr(record, name, None)
        if ref is not None and ref.list_id:
            found.append(NeededRecord(what, query, ref.list_id))
    for at, line in enumerate(lines):
        where = names[at] if at < len(names) else f"line {at + 1}"
        for name, what, query in _LINES:
            ref = getattr(line, name, None)
            if ref is not None and ref.list_id:
                found.append(NeededRecord(f"{where}: {what}", query, ref.list_id))
    first: dict[str, NeededRecord] = {}
    for leg in found:
        first.setdefault(leg.list_id, leg)
    return tuple(first.values())


def unusable(wanted: Sequence[NeededRecord], links: LinkView) -> Flow[tuple[ErpRefusal, ...]]:
    """Why a transaction cannot use these records; one document asks for all of them.

    Args:
        wanted: From `needed_records`.
        links: For the names under which they were exported.
    """
    queries = list(dict.fromkeys(leg.query for leg in wanted))
    requests = [by_id(query, *(leg.list_id for leg in wanted if leg.query is query)) for query in queries]
    outcomes: tuple[Outcome, ...] = yield from ask_all(requests)
    if wrong := [refusal(outcome) for outcome in outcomes if not outcome.ok]:
        return tuple(wrong)
    there: dict[str, Any] = {}
    for outcome in outcomes:
        there |= {getattr(record, "list_id", ""): record for record in outcome.records(Record)}
    refusals: list[ErpRefusal] = []
    home: list[str] | None = None
    for leg in wanted:
        record = there.get(leg.list_id)
        if record is None:
            gone = yield from _gone(leg, links)
            refusals.append(gone)
        elif record.is_active is False:
            words = f"{leg.what}: {described(record).partition(',')[0]} is inactive in QuickBooks"
            advice = "make it active there, then send it again"
            refusals.append(ErpRefusal(RefusalCode.INACTIVE_IN_QUICKBOOKS, f"{words}: {advice}"))
        elif (currency := getattr(record, "currency_ref", None)) is not None:
            if home is None:
                home, why = yield from _home_currency()
                refusals += [why] if why else []
            if home and not any(
                same_text(one, name) for one in home for name in (currency.list_id, currency.full_name)
            ):
                words = f"{leg.what}: {described(record)} is kept in {currency.full_name or currency.list_id}"
                advice = f"and amounts from Procore are in the company file's own currency, {home[-1]}"
                refusals.append(
                    ErpRefusal(RefusalCode.CURRENCY, f"{words}, {advice}; choose another, or enter it by hand")
                )
    return tuple(refusals)


def _home_currency() -> Flow[tuple[list[str], ErpRefusal | None]]:
    """The id and the name of the company file's own currency, empty where it has but one; or why it is not known."""
    found, why = yield from look_up(Request.query(PreferencesQuery()), Preferences)
    several: Any = found.multi_currency_preferences if found else None
    home = several.home_currency_ref if several else None
    return [one for one in (home.list_id, home.full_name) if one] if home else [], why


def _gone(leg: NeededRecord, links: LinkView) -> Flow[ErpRefusal]:
    """The refusal for a record that is not there any more."""
    kind = {VendorQuery: ItemKind.VENDOR, CustomerQuery: ItemKind.PROJECT, ItemQuery: ItemKind.STANDARD_COST_CODE}[
        leg.query
    ]
    link = links.holder(kind, leg.list_id)
    called = f"{link.name!r} ({leg.list_id})" if link and link.name else leg.list_id
    if kind is ItemKind.VENDOR:
        procore_id = link.procore_id if link else None
        found = yield from survivor(leg.list_id, links, procore_id)
        if found is not None:
            return ErpRefusal(RefusalCode.MERGED, f"{leg.what} {called}: {found}")
    who = link.procore_id if link else "ID"
    whose = f"{kind.label} {who}" if link else f"the {kind.label} that it was"
    unlink = f"unlink {whose} in Procore and here (procore-qbd unlink {kind.value} {who})"
    project = ", then the project" if kind is ItemKind.STANDARD_COST_CODE else ""
    words = (
        f"{leg.what}: {called} is not in QuickBooks any more; if somebody deleted it, {unlink}, send that "
        f"again{project}, then this; if it was merged into another one, {unlink}, link it to that one as shared "
        f"(procore-qbd link {kind.value} {who} LISTID --shared), send the project again, then this"
    )
    return ErpRefusal(RefusalCode.GONE, words)


def survivor(list_id: str, links: LinkView, procore_id: int | None) -> Flow[str | None]:
    """Into which vendor a missing vendor was merged, and what to do, in words; None if it is not known.

    QuickBooks keeps no trace of a merge, but the purchase orders of the vendor are on the other one since then.

    Args:
        list_id: Of the vendor that is gone.
        links: For the purchase orders that were exported with it.
        procore_id: The company's id in Procore, where it is known.
    """
    kinds = [kind.item_kind for kind in CommitmentKind]
    orders = [str(link.quickbooks_id) for link in links.of_party(list_id) if link.kind in kinds]
    if not orders:
        return None
    outcome = yield from ask(by_id(PurchaseOrderQuery, *orders[:_MOST_ORDERS]))
    if not outcome.ok:
        return None
    now = {order.vendor_ref.list_id: order for order in outcome.records(PurchaseOrder) if order.vendor_ref}
    now.pop(list_id, None)
    if len(now) != 1:
        return None
    ((other, order),) = now.items()
    name = order.vendor_ref.full_name if order.vendor_ref else None
    who = str(procore_id) if procore_id is not None else "ID"
    unlink = f"unlink the company in Procore and here (procore-qbd unlink vendor {who})"
    return (
        f"its vendor is not in QuickBooks any more, and purchase order {order.ref_number!r} is on vendor {name!r} now, "
        f"so it was probably merged into that one: {unlink}, link it to {name!r} (procore-qbd link vendor {who} "
        f"{other} --shared), then send the company again; if it was deleted instead, {unlink} and send it again"
    )
