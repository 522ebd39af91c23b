"""create_requisitions: each subcontractor invoice becomes a bill against the commitment's purchase order.

A batch is worked off in rounds. In a round no two invoices are of one commitment or of one number, so each sees in
QuickBooks what became of those before it: what is open on the order, which number is taken. It ends as if the invoices
had been sent one by one, and one that is refused counts for nothing.

And reset_requisition: Procore's support made an invoice unsynced, whatever became of its bill.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain import (
    CloseOut,
    CommitmentKind,
    Difference,
    ErpRefusal,
    ExternalData,
    ItemKind,
    RefusalCode,
    SimilarBills,
)
from procore_qbd.erp.bills import compared, doubts, line_data, links_of, over_released, totals
from procore_qbd.erp.finding import by_id, by_number, described, gone, known_id, linked, look_up, recognised
from procore_qbd.erp.refusing import refusal
from procore_qbd.erp.results import (
    Item,
    ItemResult,
    batch,
    close,
    detail,
    external_data,
    isolated,
    link,
    refused,
    refused_as_repeated,
    repeated_ids,
    unreadable,
)
from procore_qbd.erp.similar import NearBills, bare
from procore_qbd.erp.unlinking import forgotten, named_item, still_there, unlinked
from procore_qbd.erp.usable import needed_records, unusable
from procore_qbd.erp.writing import add
from procore_qbd.errors import TranslationError
from procore_qbd.flows import Flow, ask, ask_all
from procore_qbd.qbxml import Record, Request
from procore_qbd.qbxml.entities.bills import Bill, BillQuery, VendorCredit, VendorCreditQuery
from procore_qbd.qbxml.entities.items import ItemQuery
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderQuery
from procore_qbd.translate.bills import Billing, negative_total, to_bill, to_billing
from procore_qbd.translate.known import Known, agreed
from procore_qbd.translate.lines import id_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from procore_qbd.domain import (
        Books,
        CreateRequisitions,
        LinkView,
        Requisition,
        ResetRequisition,
        UnlinkRequisition,
    )

__all__ = ["create_requisitions", "reset_requisition", "unlink_requisition"]


@attrs.frozen
class _Invoice:
    """An invoice of the batch, and the purchase order of its commitment as far as it is known."""

    requisition: Requisition
    item: Item
    order: Item | None
    """The commitment, with the TxnID of its purchase order; None where that is refused."""
    why: ErpRefusal | None


def create_requisitions(request: CreateRequisitions, links: LinkView, books: Books) -> Flow[CloseOut]:
    """Export a batch of subcontractor invoices; one that is refused does not stop the others."""
    pairs = zip(request.requisitions, request.request_detail_ids, strict=True)
    invoices = [_invoice(requisition, detail_id, links) for requisition, detail_id in pairs]
    common = _Batch(request.company_id, links, books)
    yield from common.look(invoices)
    doubled = repeated_ids(one.item.id for one in invoices)
    settled = {at: refused_as_repeated("invoice") for at, one in enumerate(invoices) if one.item.id in doubled}
    for round_ in _rounds({at: one for at, one in enumerate(invoices) if at not in settled}, common.vendors):
        ended = yield from isolated(*(common.settle(invoices[at]) for at in round_))
        for at, one in zip(round_, ended, strict=True):
            settled[at] = one
            common.remember(invoices[at], one)
    done = [(one.item, settled[at]) for at, one in enumerate(invoices)]
    details = (
        *(detail(item, ended) for item, ended in done),
        *unreadable(request.unreadable, request.request_detail_id),
    )
    return close(
        request,
        *batch(ItemKind.REQUISITION, details, request.request_detail_id),
        external_data=tuple(
            data
            for at, (item, ended) in enumerate(done)
            if ended.record is not None
            for data in (external_data(item, ended.record), *common.line_data.get(invoices[at].item.id, ()))
        ),
        links=tuple(
            link(one.item, ended.record, parent=one.order.origin_id if one.order else None)
            for one, (_, ended) in zip(invoices, done, strict=True)
            if ended.record is not None
        ),
    )


def _invoice(requisition: Requisition, request_detail_id: int | None, links: LinkView) -> _Invoice:
    item = Item(
        kind=ItemKind.REQUISITION,
        id=requisition.id,
        name=f"Invoice {requisition.code or requisition.invoice_number or requisition.id}",
        request_detail_id=request_detail_id,
        origin_code=requisition.code,
    )
    order, why = _commitment(requisition, item, links)
    return _Invoice(requisition, item, order, why)


def _commitment(requisition: Requisition, item: Item, links: LinkView) -> tuple[Item | None, ErpRefusal | None]:
    """The commitment of an invoice with its purchase order's TxnID; the invoice does not say which kind it is of."""
    contract_id, said = requisition.contract_id, requisition.contract_origin_id
    what = f"{item.name}: its commitment"
    kinds = [kind.item_kind for kind in CommitmentKind]
    known = [found for kind in kinds if (found := links.find(kind, contract_id)) is not None]
    if len(known) > 1 and (named := [found for found in known if found.quickbooks_id == said]):
        known = named
    if len(known) > 1:
        both = " and ".join(f"{found.kind.label} {found.name or found.quickbooks_id}" for found in known)
        words = f"{what} has id {contract_id}, as {both} have, and Procore does not say which one it means"
        return None, ErpRefusal(RefusalCode.CONTRADICTION, f"{words}; neither is used")
    kind = known[0].kind if known else kinds[0]
    txn_id, why = agreed(links, kind, contract_id, said, what=what)
    if txn_id is None and why is None:
        words = f"{what} is not in QuickBooks: export the commitment first, or link it to its purchase order"
        why = ErpRefusal(RefusalCode.NOT_EXPORTED, words)
    if why is not None:
        return None, why
    called = (known[0].name if known else None) or contract_id
    name = f"{what} {called}"
    return Item(kind=kind, id=contract_id, name=name, request_detail_id=None, origin_id=str(txn_id)), None


def _rounds(invoices: Mapping[int, _Invoice], vendors: Mapping[str, str]) -> list[list[int]]:
    """Which invoices go side by side, in their order: none of a commitment or a number that is in the round already.

    Args:
        invoices: Those of the batch, by their place in it.
        vendors: The vendors of the orders: of one vendor, no two go together whose numbers are nearly the same.
    """
    rounds: list[list[int]] = []
    taken: list[set[str]] = []
    last: dict[str, int] = {}
    for at, invoice in invoices.items():
        requisition = invoice.requisition
        number = (requisition.code or requisition.invoice_number or "").strip().casefold()
        keys = {f"commitment {requisition.contract_id}", f"number {number}"}
        if invoice.order is not None:
            order = invoice.order.origin_id or ""
            keys |= {f"order {order}", f"vendor {vendors.get(order)} {bare(number)}"}
        where = max((last[key] + 1 for key in keys if key in last), default=0)
        if where == len(rounds):
            rounds.append([])
            taken.append(set())
        rounds[where].append(at)
        last |= dict.fromkeys(keys, where)
    return rounds


@attrs.define
class _Batch:
    """What the invoices of one request have in common."""

    company_id: int | None
    links: LinkView
    books: Books
    made: dict[str, str] = attrs.field(factory=dict)
    """What was made so far: names of invoices by TxnID."""
    line_data: dict[int, tuple[ExternalData, ...]] = attrs.field(factory=dict)
    """What to tell Procore of an invoice's lines."""
    vendors: dict[str, str] = attrs.field(factory=dict)
    """The vendor of each order."""
    _near: NearBills = attrs.field(factory=NearBills)
    _billed: dict[str, list[str]] = attrs.field(factory=dict)
    """The bills that were made on each order so far."""

    def look(self, invoices: Sequence[_Invoice]) -> Flow[None]:
        """Ask what concerns the whole batch: the vendors of its orders, and bills of theirs that may be the same."""
        new = [one for one in invoices if one.order is not None and self.links.find(one.item.kind, one.item.id) is None]
        orders = dict.fromkeys(one.order.origin_id or "" for one in new if one.order is not None)
        if not orders:
            return
        found = yield from ask(by_id(PurchaseOrderQuery, *orders))
        if not found.ok or found.faults:
            return  # each invoice asks for itself, and tells what is wrong
        for order in found.records(PurchaseOrder):
            if order.vendor_ref and order.vendor_ref.list_id:
                self.vendors[order.txn_id or ""] = order.vendor_ref.list_id
        days: dict[str, list[dt.date]] = {}
        for one in new:
            vendor = self.vendors.get(one.order.origin_id or "") if one.order is not None else None
            if vendor is not None:
                days.setdefault(vendor, []).append(one.requisition.billing_date)
        yield from self._near.look(days)

    def remember(self, invoice: _Invoice, settled: ItemResult[Any]) -> None:
        """Let the invoices that come after know what became of one."""
        if settled.record is None:
            return
        if settled.changed:
            self.made[settled.record.txn_id] = invoice.item.name
            self._near.add(settled.record)
        if invoice.order is not None:
            self._billed.setdefault(invoice.order.origin_id or "", []).append(settled.record.txn_id)

    def settle(self, invoice: _Invoice) -> Flow[ItemResult[Any]]:
        """Export one invoice, or find what it is already."""
        known = self.links.find(invoice.item.kind, invoice.item.id)
        if known is not None:
            settled = yield from self._known(invoice, str(known.quickbooks_id))
            return settled
        negative = negative_total(invoice.requisition.total, self.books)
        if invoice.order is None or negative is not None:
            return refused(invoice.why, negative)
        txn_id, what = invoice.order.origin_id or "", "purchase order"
        found = yield from linked(PurchaseOrder, PurchaseOrderQuery, txn_id, what, invoice.order, self.links)
        if found.record is None:
            return found
        ids = Known(self.links)
        billing = to_billing(invoice.requisition, found.record, ids)
        bill = to_bill(invoice.requisition, billing, ids, self.books, company_id=self.company_id)
        # It may have become the other kind in a run whose answer was lost, and have changed its sign since.
        queries = (VendorCreditQuery, BillQuery) if isinstance(bill, VendorCredit) else (BillQuery, VendorCreditQuery)
        outcomes = yield from ask_all([by_number(query, bill.ref_number or "") for query in queries])
        around = yield from self._near.around(bill)  # ours among them, if a person gave it another number
        answers = [*outcomes, around]
        there = recognised(invoice.item, bill, answers, self.links, self.made, company_id=self.company_id)
        if there is None:
            there = yield from self._add(bill, billing)
        elif there.record is not None:
            # Made in a run whose answer was lost: what had to be told then is told now.
            released = yield from self._over_released(billing, there.record.txn_id)
            counted = billing.order.txn_id in links_of(there.record)
            there = there.told((*billing.beyond_open(counted=counted), *released))
        return self._compared(invoice, there, billing, bill)

    def _add(self, bill: Any, billing: Billing) -> Flow[ItemResult[Any]]:
        """Add a bill, unless what it stands on or a bill that is probably the same speaks against it."""
        lines = [billing.line(line_id) for line_id in billing.parts]
        names = [" and ".join(f"line {part.number}" for part in parts) for parts in billing.parts.values()]
        if refusals := (yield from unusable(needed_records(bill, lines, names), self.links)):
            return refused(*refusals)
        if billing.holding or billing.releasing:
            why = yield from self._retainage_item()
            if why is not None:
                return refused(why)
        alike = self._near.alike(bill)
        if alike and self.books.similar_bills is SimilarBills.REFUSE:
            return refused(ErpRefusal(RefusalCode.SIMILAR_BILL, alike))
        released = yield from self._over_released(billing, None)
        made: ItemResult[Any] = yield from add(bill)
        return made.told((*billing.beyond_open(), *released), [alike] if alike else []) if made.record else made

    def _over_released(self, billing: Billing, itself: str | None) -> Flow[tuple[Difference, ...]]:
        made = self._billed.get(id_of(billing.order.txn_id), ())
        told = yield from over_released(billing, self.links, self.books, made, itself)
        return told

    def _retainage_item(self) -> Flow[ErpRefusal | None]:
        """Why nothing can be held back: the item that the books name is not there, or inactive."""
        name = self.books.retainage_item
        outcome = yield from ask(Request.query(ItemQuery(full_names=(name,))))
        if not outcome.ok:
            return refusal(outcome)
        items: list[Any] = list(outcome.records(Record))
        if not items:
            words = f"retainage item: there is no item {name!r} in QuickBooks; make it there"
            advice = "or name another in the books file (retainage_item)"
            return ErpRefusal(RefusalCode.NOT_SET_UP, f"{words}, {advice}")
        if items[0].is_active is False:
            words = f"retainage item: {name!r} is inactive in QuickBooks: make it active there, then send it again"
            return ErpRefusal(RefusalCode.INACTIVE_IN_QUICKBOOKS, words)
        return None

    def _known(self, invoice: _Invoice, txn_id: str) -> Flow[ItemResult[Any]]:
        """The bill, or the vendor credit, that an invoice is already, held against the invoice."""
        answers = yield from ask_all([by_id(BillQuery, txn_id), by_id(VendorCreditQuery, txn_id)])
        if wrong := [refusal(outcome) for outcome in answers if not outcome.ok]:
            return refused(*wrong)
        bills: list[Any] = [one for outcome in answers for one in outcome.records(Record)]
        if not bills:
            return refused(gone("bill", txn_id, invoice.item, self.links))
        settled: ItemResult[Any] = ItemResult(record=bills[0], notes=(str(invoice.why),) if invoice.why else ())
        order = None
        if invoice.order is not None:
            order, why = yield from look_up(by_id(PurchaseOrderQuery, invoice.order.origin_id or ""), PurchaseOrder)
            settled = settled.told(notes=[f"its lines were not compared: {why}"] if why else [])
        if order is None:
            return settled.told(totals(invoice.requisition, bills[0]))
        ids = Known(self.links)
        billing = to_billing(invoice.requisition, order, ids)
        try:
            wanted = to_bill(invoice.requisition, billing, ids, self.books, company_id=self.company_id)
        except TranslationError:
            return settled.told(totals(invoice.requisition, bills[0]))
        return self._compared(invoice, settled, billing, wanted)

    def _compared(
        self, invoice: _Invoice, settled: ItemResult[Any], billing: Billing, wanted: Bill | VendorCredit
    ) -> ItemResult[Any]:
        """The same end, with what differs and what there is to know; a refusal stays as it is."""
        if settled.record is None:
            return settled
        data = line_data(invoice.requisition, settled.record, billing, wanted)
        self.line_data[invoice.item.id] = tuple(data)
        differences = compared(invoice.requisition, settled, billing, wanted)
        notes = (*doubts(invoice.requisition), *self._on_another_vendor(invoice, billing))
        return settled.told(differences, notes).named(self.links)

    def _on_another_vendor(self, invoice: _Invoice, billing: Billing) -> Iterator[str]:
        """That the order is on another vendor than when it was exported."""
        link_ = self.links.find(invoice.order.kind, invoice.order.id) if invoice.order else None
        order, now = billing.order, billing.order.vendor_ref
        if link_ is None or not link_.party or now is None or now.list_id == link_.party:
            return
        was = self.links.holder(ItemKind.VENDOR, link_.party)
        name = repr(was.name) if was is not None and was.name else link_.party
        yield (
            f"purchase order {order.ref_number!r} was exported for vendor {name} and is on {now.full_name!r} now, and "
            "so is the bill; somebody merged the two in QuickBooks, or changed the order"
        )


# --- reset -----------------------------------------------------------------------------------------------------------


def unlink_requisition(request: UnlinkRequisition, links: LinkView, books: Books) -> Flow[CloseOut]:  # noqa: ARG001
    """Unlink an invoice whose bill is gone; while the bill is there, it stays linked."""
    item = named_item(ItemKind.REQUISITION, request.requisition_id, request, links, request.requisition_origin_id)
    txn_id, why = known_id(item, links)
    (settled,) = yield from isolated(_unlink(txn_id, why))
    return unlinked(request, item, settled)


def _unlink(txn_id: str | None, why: ErpRefusal | None) -> Flow[ItemResult[Any]]:
    if why is not None:
        return refused(why)
    if txn_id is None:
        return ItemResult(notes=("it was linked to nothing",))
    answers = yield from ask_all([by_id(BillQuery, txn_id), by_id(VendorCreditQuery, txn_id)])
    if wrong := [refusal(outcome) for outcome in answers if not outcome.ok]:
        return refused(*wrong)
    bills: list[Any] = [one for outcome in answers for one in outcome.records(Record)]
    if not bills:
        return ItemResult()
    paid = " and is paid: delete the payment first, then the bill" if getattr(bills[0], "is_paid", False) else ""
    words = f"It is {described(bills[0])} ({txn_id}) in QuickBooks{paid or ': delete it there'}, then unlink again."
    return refused(still_there(_STILL_THERE, words))


_STILL_THERE = "The requisition is still in your ERP system. Please delete it before retrying."
"""Procore's words for it."""


def reset_requisition(request: ResetRequisition, links: LinkView, books: Books) -> Flow[CloseOut]:  # noqa: ARG001
    """Forget which bill an invoice is; whether the bill is there is asked when the invoice is exported again."""
    yield from ()
    item = named_item(ItemKind.REQUISITION, request.requisition_id, request, links, request.requisition_origin_id)
    link_ = links.find(item.kind, item.id)
    txn_id = link_.quickbooks_id if link_ is not None else request.requisition_origin_id
    stays = (
        f"bill {txn_id} stays in QuickBooks: delete it there before the invoice is exported again, or link the two "
        f"(procore-qbd link {item.kind.value} {item.id} {txn_id}); while it is there, the export is refused"
    )
    return forgotten(request, [(item, ItemResult(notes=(stays if txn_id else "it was linked to nothing",)))])
