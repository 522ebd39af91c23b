"""create_requisitions: each subcontractor invoice becomes a bill against the commitment's purchase order.

A batch is worked off in rounds. In a round no two invoices are of one commitment or of one number, so each sees in
QuickBooks what became of those before it: what is open on the order, which number is taken. It ends as if the invoices
had been sent one by one, and one that is refused counts for nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain import (
    CloseOut,
    CommitmentKind,
    ErpRefusal,
    ExternalData,
    ItemKind,
    RefusalCode,
    SimilarBills,
)
from procore_qbd.erp.bills import compared, doubts, line_data, over_released, totals
from procore_qbd.erp.finding import add, by_id, by_number, gone, linked, recognised
from procore_qbd.erp.refusing import refusal
from procore_qbd.erp.settling import (
    Item,
    Settled,
    close,
    detail,
    external_data,
    isolated,
    link,
    nothing_asked,
    refused,
    unreadable,
)
from procore_qbd.erp.similar import NearBills
from procore_qbd.erp.standing import Leg, standing
from procore_qbd.errors import TranslationError
from procore_qbd.flows import Flow, ask, ask_all, gather
from procore_qbd.qbxml import Record
from procore_qbd.qbxml.entities.bills import Bill, BillQuery, VendorCredit, VendorCreditQuery
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderQuery
from procore_qbd.qbxml.entities.vendors import VendorQuery
from procore_qbd.translate._knowing import Known, agreed
from procore_qbd.translate.bills import Billing, to_bill, to_billing

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from procore_qbd.domain import Books, CreateRequisitions, Links, Requisition

__all__ = ["create_requisitions"]


@attrs.frozen
class _Invoice:
    """An invoice of the batch, and the purchase order of its commitment as far as it is known."""

    requisition: Requisition
    item: Item
    order: Item | None
    """The commitment, with the TxnID of its purchase order; None where that is refused."""
    why: ErpRefusal | None


def create_requisitions(request: CreateRequisitions, links: Links, books: Books) -> Flow[CloseOut]:
    """Export a batch of subcontractor invoices; one that is refused does not stop the others."""
    pairs = zip(request.requisitions, request.request_detail_ids, strict=True)
    invoices = [_invoice(requisition, detail_id, links) for requisition, detail_id in pairs]
    batch = _Batch(request.company_id, links, books)
    yield from batch.look(invoices)
    settled: dict[int, Settled[Any]] = {}
    for round_ in _rounds(invoices):
        ended = yield from isolated(*(batch.settle(invoices[at]) for at in round_))
        for at, one in zip(round_, ended, strict=True):
            settled[at] = one
            if one.changed and one.record is not None:
                batch.made[one.record.txn_id] = invoices[at].item.name
    done = [(one.item, settled[at]) for at, one in enumerate(invoices)]
    details = (
        *(detail(item, ended) for item, ended in done),
        *unreadable(request.unreadable, request.request_detail_id),
    )
    return close(
        request,
        *(details or nothing_asked(ItemKind.REQUISITION, request.request_detail_id, "invoice")),
        external_data=tuple(
            data
            for at, (item, ended) in enumerate(done)
            if ended.record is not None
            for data in (external_data(item, ended.record), *batch.line_data.get(invoices[at].item.id, ()))
        ),
        links=tuple(
            link(one.item, ended.record, parent=one.order.origin_id if one.order else None)
            for one, (_, ended) in zip(invoices, done, strict=True)
            if ended.record is not None
        ),
    )


def _invoice(requisition: Requisition, request_detail_id: int | None, links: Links) -> _Invoice:
    item = Item(
        kind=ItemKind.REQUISITION,
        id=requisition.id,
        name=f"Invoice {requisition.code or requisition.invoice_number or requisition.id}",
        request_detail_id=request_detail_id,
        origin_code=requisition.code,
    )
    order, why = _commitment(requisition, item, links)
    return _Invoice(requisition, item, order, why)


def _commitment(requisition: Requisition, item: Item, links: Links) -> tuple[Item | None, ErpRefusal | None]:
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
        return None, ErpRefusal(RefusalCode.CONTRADICTION, f"{words}; neither is believed")
    kind = known[0].kind if known else kinds[0]
    txn_id, why = agreed(links, kind, contract_id, said, what=what)
    for other in kinds:
        holder = links.holder(other, txn_id) if txn_id and not known else None
        if holder is not None and why is None:
            whose = f"that purchase order is linked to {holder.kind.label} {holder.procore_id}"
            words = f"{what}: Procore says it is {txn_id} in QuickBooks, but {whose}: unlink the wrong one first"
            why = ErpRefusal(RefusalCode.LINKED_ELSEWHERE, words)
    if txn_id is None and why is None:
        words = f"{what} is not in QuickBooks: export the commitment first, or link it to its purchase order"
        why = ErpRefusal(RefusalCode.NOT_EXPORTED, words)
    if why is not None:
        return None, why
    called = (known[0].name if known else None) or contract_id
    name = f"{what} {called}"
    return Item(kind=kind, id=contract_id, name=name, request_detail_id=None, origin_id=str(txn_id)), None


def _rounds(invoices: Sequence[_Invoice]) -> list[list[int]]:
    """Which invoices go side by side, in their order: none of a commitment or a number that is in the round already."""
    rounds: list[list[int]] = []
    taken: list[set[str]] = []
    last: dict[str, int] = {}
    for at, invoice in enumerate(invoices):
        requisition = invoice.requisition
        number = (requisition.code or requisition.invoice_number or "").strip().casefold()
        keys = {f"commitment {requisition.contract_id}", f"number {number}"}
        if invoice.order is not None:
            keys.add(f"order {invoice.order.origin_id}")
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
    links: Links
    books: Books
    made: dict[str, str] = attrs.field(factory=dict)
    """What was made so far: names of invoices by TxnID."""
    line_data: dict[int, tuple[ExternalData, ...]] = attrs.field(factory=dict)
    """What to tell Procore of an invoice's lines."""
    _near: NearBills = attrs.field(factory=NearBills)
    _unfit: dict[str, tuple[ErpRefusal, ...]] = attrs.field(factory=dict)
    """Why nothing is billed by a vendor."""

    def look(self, invoices: Sequence[_Invoice]) -> Flow[None]:
        """Ask what concerns the whole batch: the vendors of its orders, and bills of theirs that may be the same."""
        new = [one for one in invoices if one.order is not None and self.links.find(one.item.kind, one.item.id) is None]
        orders = dict.fromkeys(one.order.origin_id or "" for one in new if one.order is not None)
        if not orders:
            return
        found = yield from ask(by_id(PurchaseOrderQuery, *orders))
        if not found.ok or found.faults:
            return  # each invoice asks for its own order, and tells what is wrong
        refs = {order.txn_id: order.vendor_ref for order in found.records(PurchaseOrder)}
        days: dict[str, list[dt.date]] = {}
        for one in new:
            vendor = refs.get(one.order.origin_id) if one.order is not None else None
            if vendor is not None and vendor.list_id:
                days.setdefault(vendor.list_id, []).append(one.requisition.billing_date)
        yield from self._near.look(days)
        legs = (Leg("vendor of the purchase order", VendorQuery, vendor) for vendor in days)
        stands = yield from gather(*(standing([leg], self.links) for leg in legs))
        self._unfit = {vendor: ended.value or () for vendor, ended in zip(days, stands, strict=True)}

    def settle(self, invoice: _Invoice) -> Flow[Settled[Any]]:
        """Export one invoice, or find what it is already."""
        known = self.links.find(invoice.item.kind, invoice.item.id)
        if known is not None:
            settled = yield from self._known(invoice, str(known.quickbooks_id))
            return settled
        if invoice.order is None:
            return refused(invoice.why)
        txn_id, what = invoice.order.origin_id or "", "purchase order"
        found = yield from linked(PurchaseOrder, PurchaseOrderQuery, txn_id, what, invoice.order, self.links)
        if found.record is None:
            return found
        ids = Known(self.links)
        billing = to_billing(invoice.requisition, found.record, ids)
        bill = to_bill(invoice.requisition, billing, ids, self.books, company_id=self.company_id)
        query = VendorCreditQuery if isinstance(bill, VendorCredit) else BillQuery
        outcome = yield from ask(by_number(query, bill.ref_number or ""))
        there = recognised(invoice.item, bill, outcome, self.links, self.made) or self._renumbered(invoice.item, bill)
        if there is None:
            there = yield from self._add(bill, billing)
        elif there.record is not None:
            # Made in a run whose answer was lost: what had to be told then is told now.
            released = yield from over_released(billing, self.links, self.books, there.record.txn_id)
            there = there.told((*billing.beyond_open(counted=bool(there.record.linked_txns)), *released))
        return self._compared(invoice, there, billing, bill)

    def _add(self, bill: Any, billing: Billing) -> Flow[Settled[Any]]:
        """Add a bill, unless its vendor or a bill that is probably the same speaks against it."""
        vendor = bill.vendor_ref.list_id if bill.vendor_ref else None
        if refusals := self._unfit.get(vendor or "", ()):
            return refused(*refusals)
        alike = self._near.alike(bill)
        if alike and self.books.similar_bills is SimilarBills.REFUSE:
            return refused(ErpRefusal(RefusalCode.SIMILAR_BILL, alike))
        released = yield from over_released(billing, self.links, self.books, None)
        made: Settled[Any] = yield from add(bill)
        self._near.add(made.record)
        return made.told((*billing.beyond_open(), *released), [alike] if alike else []) if made.record else made

    def _renumbered(self, item: Item, bill: Any) -> Settled[Any] | None:
        """Our own bill that a person gave another number, where it is among those of the days around."""
        for near in self._near.same_guid(bill):
            if self.links.holder(item.kind, near.txn_id) is None and near.txn_id not in self.made:
                return Settled(record=near)
        return None

    def _known(self, invoice: _Invoice, txn_id: str) -> Flow[Settled[Any]]:
        """The bill, or the vendor credit, that an invoice is already, held against the invoice."""
        answers = yield from ask_all([by_id(BillQuery, txn_id), by_id(VendorCreditQuery, txn_id)])
        if wrong := [refusal(outcome) for outcome in answers if not outcome.ok]:
            return refused(*wrong)
        bills: list[Any] = [one for outcome in answers for one in outcome.records(Record)]
        if not bills:
            return refused(gone("bill", txn_id, invoice.item, self.links))
        settled: Settled[Any] = Settled(record=bills[0])
        order = None
        if invoice.order is not None:
            outcome = yield from ask(by_id(PurchaseOrderQuery, invoice.order.origin_id or ""))
            order = next(iter(outcome.records(PurchaseOrder)), None) if outcome.ok else None
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
        self, invoice: _Invoice, settled: Settled[Any], billing: Billing, wanted: Bill | VendorCredit
    ) -> Settled[Any]:
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
