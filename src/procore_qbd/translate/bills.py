"""A subcontractor invoice as a bill against the commitment's purchase order.

What it bills of each line of the order is found out first (`Billing`), in cents, and told where more is billed than the
line has open; the bill is written from that.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from procore_qbd.domain import ItemKind, NegativeInvoices
from procore_qbd.domain.ids import Pair, QuickBooksId
from procore_qbd.domain.money import cents, product, round_together, share
from procore_qbd.domain.refusals import ROUNDED, Difference, ErpRefusal, RefusalCode
from procore_qbd.qbxml import Ref
from procore_qbd.qbxml.entities.bills import Bill, ItemLine, LinkToTxn, VendorCredit
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine
from procore_qbd.translate.fields import refuse_if_invalid, spelled
from procore_qbd.translate.lines import id_of, quantity_for

if TYPE_CHECKING:
    from procore_qbd.domain import Books, Link
    from procore_qbd.domain.invoices import Requisition, RequisitionItem
    from procore_qbd.translate.known import Known

__all__ = ["Billing", "Part", "negative_total", "to_bill", "to_billing"]

_LABELS = {"RefNumber": "invoice number", "ItemLineAdd": "lines"}
_HALF_A_CENT = Decimal("0.005")
_HALF_OF_THE_FIFTH = Decimal("0.000005")
_NOTHING = Decimal(0)


@attrs.frozen
class Part:
    """What one line of an invoice bills of one line of the purchase order.

    Attributes:
        number: Of the invoice's line, from 1.
        amount: In cents.
        quantity: As Procore says it, for the whole line of the invoice; None where the line bills several.
    """

    number: int
    amount: Decimal
    quantity: Decimal | None


@attrs.frozen(kw_only=True)
class Billing:
    """An invoice, reckoned out against its purchase order; all amounts in cents.

    Attributes:
        parts: What it bills of each line of the order, by TxnLineID.
        holding: The retainage held back, by the ListID of its job; negative where it gives back.
        releasing: The retainage released, by the ListID of its job.
        differences: What is rounded to the cent, and what is on another item or job than its cost code says.
    """

    order: PurchaseOrder
    parts: dict[str, list[Part]]
    holding: dict[str | None, Decimal]
    releasing: dict[str | None, Decimal]
    differences: tuple[Difference, ...]

    @property
    def held(self) -> Decimal:
        """The retainage held back, on all jobs."""
        return sum(self.holding.values(), _NOTHING)

    @property
    def released(self) -> Decimal:
        """The retainage released, on all jobs."""
        return sum(self.releasing.values(), _NOTHING)

    @property
    def total(self) -> Decimal:
        """What the subcontractor is owed for this period."""
        billed = sum((part.amount for parts in self.parts.values() for part in parts), _NOTHING)
        return billed - self.held + self.released

    def line(self, line_id: str) -> PurchaseOrderLine:
        """A line of the order."""
        return _lines(self.order)[line_id]

    def beyond_open(self, *, counted: bool = False) -> tuple[Difference, ...]:
        """The lines of which more is billed than they have open, or more taken back than was billed.

        Args:
            counted: Whether the order counts this invoice as billed already.
        """
        found = []
        for line_id, parts in self.parts.items():
            line = self.line(line_id)
            amount, whole = sum((part.amount for part in parts), _NOTHING), line.amount or _NOTHING
            before = whole - _open(line) - (amount if counted else _NOTHING)
            # Quantities keep five decimals, so each bill before this one is known to half of the fifth only.
            unsure = abs(len(self.order.linked_txns) * (line.rate or _NOTHING) * _HALF_OF_THE_FIFTH)
            low, high = min(whole, _NOTHING) - unsure, max(whole, _NOTHING) + unsure
            number = " and ".join(f"line {part.number}" for part in parts)
            if (amount > 0 and before + amount > high) or (amount < 0 and before + amount < low):
                onward = (amount > 0) == (whole > 0)
                why = "more is billed than the line of the purchase order has open"
                back = "more is taken back than was billed of the line of the purchase order"
                field, left = ("billed, and open", whole - before) if onward else ("taken back, and billed", -before)
                found.append(Difference(f"{number}: {field}", amount, left, why if onward else back))
        return tuple(found)


def to_billing(requisition: Requisition, order: PurchaseOrder, known: Known) -> Billing:
    """What an invoice bills of each line of its purchase order; refusals are collected in ``known``.

    Args:
        requisition: The invoice.
        order: The commitment's purchase order as it stands, with its lines.
        known: For the cost codes, and for the refusals.
    """
    items = requisition.items
    known.refuse_twins(items, "line")
    exact = [amount for item in items for amount in (item.amount, -item.retainage, item.released)]
    rounded = round_together(exact, requisition.payment_due)
    parts: dict[str, list[Part]] = {}
    holding: dict[str | None, Decimal] = {}
    releasing: dict[str | None, Decimal] = {}
    differences: list[Difference] = []
    for number, item in enumerate(items, 1):
        amount, minus_held, released = rounded[3 * number - 3 : 3 * number]
        pair = _pair(item, requisition, number, known)
        lines = _billed(item, order, number, known)
        differences += _on_other_records(lines if item.amount else [], pair, number)
        for line, part in _shared(lines, amount, number, known):
            quantity = item.qty if len(lines) == 1 else None
            parts.setdefault(id_of(line.txn_line_id), []).append(Part(number, part, quantity))
        job = _job(lines, requisition, order, pair)
        for by_job, sum_ in ((holding, -minus_held), (releasing, released)):
            if sum_:
                by_job[job] = by_job.get(job, _NOTHING) + sum_
        for what, before, after in (
            ("amount", item.amount, amount),
            ("retainage held", item.retainage, -minus_held),
            ("retainage released", item.released, released),
        ):
            if before != after:
                differences.append(Difference(f"line {number}: {what}", before, after, ROUNDED))
    return Billing(order=order, parts=parts, holding=holding, releasing=releasing, differences=tuple(differences))


def negative_total(total: Decimal, books: Books) -> ErpRefusal | None:
    """Why an invoice with such a total does not go to QuickBooks; None where it does."""
    if total >= 0 or books.negative_invoices is not NegativeInvoices.REFUSE:
        return None
    words = f"total: {total:.2f} is negative, and negative invoices do not go to QuickBooks"
    advice = "set negative_invoices in the books file to make it a vendor credit"
    return ErpRefusal(RefusalCode.NEGATIVE_TOTAL, f"{words}; {advice}")


def to_bill(
    requisition: Requisition, billing: Billing, known: Known, books: Books, *, company_id: int | None = None
) -> Bill | VendorCredit:
    """The bill to add for a subcontractor invoice; a vendor credit for a negative one, where the books allow it.

    Args:
        requisition: The invoice.
        billing: What it bills: from `to_billing`. The order in it says the vendor and the job.
        known: With the refusals so far, and the links for the ExternalGUID.
        books: For the A/P account, the Retainage item, and what becomes of negative invoices.
        company_id: The Procore company that the request came from.

    Raises:
        TranslationError: It does not fit: a line of the contract that the purchase order does not have, a negative
            total, nothing to bill, …
    """
    order = billing.order
    credit = billing.total < 0
    if (negative := negative_total(billing.total, books)) is not None:
        known.refusals.append(negative)
    lines, names = [], []
    for line_id, parts in billing.parts.items():
        line = billing.line(line_id)
        lines.append(_credited(line, parts) if credit else _linked(order, line, parts))
        names.append({"": " and ".join(f"line {part.number}" for part in parts), "Quantity": "amount"})
    for what, sign, by_job in (("Retainage held", -1, billing.holding), ("Retainage released", 1, billing.releasing)):
        for job, sum_ in by_job.items():
            item_ref, amount = Ref(full_name=books.retainage_item), sign * (-sum_ if credit else sum_)
            job_ref = Ref(list_id=job) if job else None
            lines.append(ItemLine(item_ref=item_ref, desc=what, amount=amount, customer_ref=job_ref))
            names.append({"": what.lower(), "ItemRef/FullName": "retainage item in the books file"})
    if _number(requisition) is None:
        words = "invoice number: there is none; give the invoice a number, or an ERP ID when you accept it"
        known.refuse(RefusalCode.MISSING, words)
    if not lines and not known.refusals:
        known.refuse(RefusalCode.NOTHING_TO_EXPORT, "lines: there is nothing to bill")
    bill = (VendorCredit if credit else Bill)(
        vendor_ref=attrs.evolve(order.vendor_ref, full_name=None) if order.vendor_ref else None,
        ap_account_ref=Ref(full_name=books.accounts_payable) if books.accounts_payable else None,
        txn_date=requisition.billing_date,
        ref_number=_number(requisition),
        memo=f"Procore invoice {requisition.id}",
        external_guid=known.links.guid(ItemKind.REQUISITION, requisition.id, company_id),
        item_lines=tuple(lines),
    )
    refuse_if_invalid(bill, f"invoice {requisition.id}", _LABELS, known.refusals, names)
    return bill


def _number(requisition: Requisition) -> str | None:
    return spelled(requisition.code) or spelled(requisition.invoice_number)


def _lines(order: PurchaseOrder) -> dict[str, PurchaseOrderLine]:
    return {id_of(line.txn_line_id): line for line in order.lines if isinstance(line, PurchaseOrderLine)}


# --- which lines are billed ------------------------------------------------------------------------------------------


def _pair(item: RequisitionItem, requisition: Requisition, number: int, known: Known) -> Pair | None:
    """The job and item of a line's cost code, where Procore or a link says them."""
    said = Pair.of(item.cost_code_origin_id, requisition.job_origin_id)
    return Pair.of(known.find(ItemKind.COST_CODE, item.cost_code_id, said, what=f"line {number}, cost code"))


def _billed(item: RequisitionItem, order: PurchaseOrder, number: int, known: Known) -> list[PurchaseOrderLine]:
    """The lines of the purchase order that a line of the invoice bills, all of them or none.

    A line over nothing may name none; what it names must be there if retainage is held or released on it.
    """
    named = {one for one in (item.change_order_line_item_origin_id, item.commitment_item_origin_id) if one}
    if not (item.amount or ((item.retainage or item.released) and named)):
        return []
    by_id, called = _lines(order), order.ref_number or id_of(order.txn_id)
    if len(named) != 1:
        words = f"line {number}: Procore names no line of purchase order {called!r} that it bills"
        code, words = RefusalCode.NOT_EXPORTED, f"{words}; export its commitment or change order first"
        if named:
            words = f"line {number}: Procore names two lines of the purchase order, {' and '.join(sorted(named))}"
            code, words = RefusalCode.CONTRADICTION, f"{words}; neither is used"
        known.refuse(code, words)
        return []
    whole = QuickBooksId.of(named.pop())
    ids = whole.lines if whole.lines and whole.transaction not in by_id else (whole.transaction, *whole.lines)
    gone = [line_id for line_id in ids if line_id not in by_id]
    elsewhere = [link for line_id in gone if (link := _line_link(line_id, known)) and link.parent != order.txn_id]
    other = next((repr(link.name) for link in elsewhere), None)
    if whole.lines and whole.transaction not in (order.txn_id, *by_id):
        other = whole.transaction
    if other:
        words = f"line {number}: bills a line of purchase order {other}, and its commitment is {called!r}"
        known.refuse(RefusalCode.CONTRADICTION, f"{words}; neither is used")
        return []
    if gone:
        words = (
            f"line {number}: bills a line that purchase order {called!r} does not have any more "
            f"({', '.join(gone)}); somebody deleted it in QuickBooks: unlink the change order or commitment that it "
            "came from, send that again, then this invoice"
        )
        known.refuse(RefusalCode.GONE, words)
        return []
    return [by_id[line_id] for line_id in dict.fromkeys(ids)]


def _line_link(line_id: str, known: Known) -> Link | None:
    """What our links know of a line of a purchase order."""
    kinds = (ItemKind.LINE_ITEM, ItemKind.CHANGE_ORDER_LINE_ITEM)
    return next((link for kind in kinds if (link := known.links.holder(kind, line_id)) is not None), None)


def _on_other_records(lines: list[PurchaseOrderLine], pair: Pair | None, number: int) -> list[Difference]:
    """Where a line of the order is on another item or job than the cost code says; the order decides."""
    if pair is None:
        return []
    found = []
    for line in lines:
        for what, said, ref in (("item", pair.item, line.item_ref), ("job", pair.job, line.customer_ref)):
            if ref is not None and ref.list_id and ref.list_id != said:
                found.append(Difference(f"line {number}: {what}", said, ref.full_name or ref.list_id))
    return found


def _shared(
    lines: list[PurchaseOrderLine], amount: Decimal, number: int, known: Known
) -> list[tuple[PurchaseOrderLine, Decimal]]:
    """An amount on the lines that it bills, by their size, exact to the cent."""
    if len(lines) <= 1:
        return [(line, amount) for line in lines if amount]
    try:
        shares = share(amount, [line.amount or _NOTHING for line in lines])
    except ValueError:
        words = f"line {number}: {amount} cannot be shared over the {len(lines)} lines that it bills"
        advice = "their total is zero; bill its lines one by one"
        known.refuse(RefusalCode.SHARE, f"{words}, for {advice}")
        return []
    return [(line, part) for line, part in zip(lines, shares, strict=True) if part]


# --- how they are written --------------------------------------------------------------------------------------------


def _credited(line: PurchaseOrderLine, parts: list[Part]) -> ItemLine:
    """What is taken back of a line: on its item and its job, for a credit cannot be linked to it."""
    return ItemLine(
        item_ref=Ref(list_id=line.item_ref.list_id) if line.item_ref else None,
        desc=line.desc,
        amount=-sum((part.amount for part in parts), _NOTHING),
        customer_ref=Ref(list_id=line.customer_ref.list_id) if line.customer_ref else None,
    )


def _linked(order: PurchaseOrder, line: PurchaseOrderLine, parts: list[Part]) -> ItemLine:
    """One line for all that an invoice bills of a line: QuickBooks takes a purchase order's line once a bill.

    It says nothing but what it bills and how much: beside a link QuickBooks takes no item and no job.
    """
    amount = sum((part.amount for part in parts), _NOTHING)
    quantity = sum((part.quantity or _NOTHING for part in parts), _NOTHING)
    by_unit = quantity and line.rate is not None and product(quantity, line.rate) == amount
    return ItemLine(
        quantity=quantity if by_unit else _units(line, amount, len(order.linked_txns)),
        amount=amount,
        link_to_txn=LinkToTxn(txn_id=id_of(order.txn_id), txn_line_id=id_of(line.txn_line_id)),
    )


def _units(line: PurchaseOrderLine, amount: Decimal, before: int) -> Decimal:
    """How many units an amount is. What ends the line takes all that is open, or roundings would keep it open for ever.

    Each bill's quantity, this one's too, is off by half of the fifth decimal at the most.
    """
    rate = line.rate or _NOTHING
    rest = (line.quantity or _NOTHING) - (line.received_quantity or _NOTHING)
    unsure = _HALF_A_CENT + rate * (1 + before) * _HALF_OF_THE_FIFTH
    if rest > 0 and abs(rest * rate - amount) <= unsure:
        return rest
    return quantity_for(amount, line.rate)


def _open(line: PurchaseOrderLine) -> Decimal:
    """What of a line is not billed yet, in money."""
    amount, quantity = line.amount or _NOTHING, line.quantity or _NOTHING
    if not quantity:
        return amount
    return cents(Fraction(amount) * Fraction(quantity - (line.received_quantity or _NOTHING)) / Fraction(quantity))


def _job(
    lines: list[PurchaseOrderLine], requisition: Requisition, order: PurchaseOrder, pair: Pair | None
) -> str | None:
    """The job that the retainage of a line is on: that of what it bills, else the order's, else what Procore says."""
    refs = (getattr(line, "customer_ref", None) for line in (*lines, *order.lines))
    job = next((ref.list_id for ref in refs if ref is not None and ref.list_id), None)
    return job or requisition.job_origin_id or (pair.job if pair else None)
