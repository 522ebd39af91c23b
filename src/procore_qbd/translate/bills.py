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
from procore_qbd.domain.refusals import Difference, RefusalCode
from procore_qbd.qbxml import Ref
from procore_qbd.qbxml.entities.bills import Bill, ItemLine, LinkToTxn, VendorCredit
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine
from procore_qbd.translate._fitting import fitting, text
from procore_qbd.translate._lines import given, units

if TYPE_CHECKING:
    from procore_qbd.domain import Books, Link
    from procore_qbd.domain.invoices import Requisition, RequisitionItem
    from procore_qbd.translate._knowing import Known

__all__ = ["Billing", "Part", "to_bill", "to_billing"]

_LABELS = {"RefNumber": "invoice number", "ItemLineAdd": "lines"}
_HALF_A_CENT = Decimal("0.005")
_HALF_OF_THE_FIFTH = Decimal("0.000005")
_TEN_ROUNDINGS = 10 * _HALF_OF_THE_FIFTH
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
    """An invoice, reckoned out against its purchase order.

    Attributes:
        parts: What it bills of each line of the order, by TxnLineID.
        held: The retainage held back, in cents.
        released: The retainage released, in cents.
        differences: What is rounded to the cent, and what is on another item or job than its cost code says.
    """

    order: PurchaseOrder
    parts: dict[str, list[Part]]
    held: Decimal
    released: Decimal
    differences: tuple[Difference, ...]

    @property
    def total(self) -> Decimal:
        """What the subcontractor is owed for this period."""
        billed = sum((part.amount for parts in self.parts.values() for part in parts), _NOTHING)
        return billed - self.held + self.released

    def line(self, line_id: str) -> PurchaseOrderLine:
        """A line of the order."""
        return _lines(self.order)[line_id]

    def beyond_open(self, *, counted: bool = False) -> tuple[Difference, ...]:
        """The lines of which more is billed than they have open.

        Args:
            counted: Whether the order counts this invoice as billed already.
        """
        found = []
        for line_id, parts in self.parts.items():
            line = self.line(line_id)
            amount, left = sum((part.amount for part in parts), _NOTHING), _open(line)
            left += amount if counted else _NOTHING
            # Quantities keep five decimals, so each bill before this one is known to half of the fifth only.
            unsure = len(self.order.linked_txns) * (line.rate or _NOTHING) * _HALF_OF_THE_FIFTH
            if amount > max(left + unsure, _NOTHING):
                number = " and ".join(f"line {part.number}" for part in parts)
                why = "more is billed than the line of the purchase order has open"
                found.append(Difference(f"{number}: billed, and open", amount, left, why))
        return tuple(found)


def to_billing(requisition: Requisition, order: PurchaseOrder, known: Known) -> Billing:
    """What an invoice bills of each line of its purchase order; what speaks against it is told in ``known``.

    Args:
        requisition: The invoice.
        order: The commitment's purchase order as it stands, with its lines.
        known: For the cost codes, and for the refusals.
    """
    exact = [*(item.amount for item in requisition.items), -requisition.retainage, requisition.released]
    *amounts, minus_held, released = round_together(exact, requisition.payment_due)
    parts: dict[str, list[Part]] = {}
    differences: list[Difference] = []
    for number, (item, amount) in enumerate(zip(requisition.items, amounts, strict=True), 1):
        if item.amount != amount:
            why = "QuickBooks keeps cents; together the amounts are exact"
            differences.append(Difference(f"line {number}: amount", item.amount, amount, why))
        pair = _pair(item, requisition, number, known)
        lines = _billed(item, order, number, known) if item.amount else []
        differences += _on_other_records(lines, pair, number)
        for line, part in _shared(lines, amount, number, known):
            quantity = item.qty if len(lines) == 1 else None
            parts.setdefault(given(line.txn_line_id), []).append(Part(number, part, quantity))
    for what, sum_, rounded in (
        ("retainage held", requisition.retainage, -minus_held),
        ("retainage released", requisition.released, released),
    ):
        if sum_ != rounded:
            differences.append(
                Difference(what, sum_, rounded, "QuickBooks keeps cents; together the amounts are exact")
            )
    return Billing(order=order, parts=parts, held=-minus_held, released=released, differences=tuple(differences))


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
    if credit and books.negative_invoices is NegativeInvoices.REFUSE:
        words = f"total: {billing.total} is negative, and negative invoices do not go to QuickBooks"
        advice = "negative_invoices in the books can make it a vendor credit"
        known.refuse(RefusalCode.NEGATIVE_TOTAL, f"{words}; {advice}")
    lines, names = [], []
    for line_id, parts in billing.parts.items():
        line = billing.line(line_id)
        lines.append(_credited(line, parts) if credit else _linked(order, line, parts))
        names.append({"": " and ".join(f"line {part.number}" for part in parts), "Quantity": "amount"})
    job = _job(requisition, order)
    for what, amount in (("Retainage held", -billing.held), ("Retainage released", billing.released)):
        if amount:
            item_ref = Ref(full_name=books.retainage_item)
            lines.append(ItemLine(item_ref=item_ref, desc=what, amount=-amount if credit else amount, customer_ref=job))
            names.append({"": what.lower(), "ItemRef/FullName": "retainage item in the books"})
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
    fitting(bill, f"invoice {requisition.id}", _LABELS, known.refusals, names)
    return bill


def _number(requisition: Requisition) -> str | None:
    return text(requisition.code) or text(requisition.invoice_number)


def _lines(order: PurchaseOrder) -> dict[str, PurchaseOrderLine]:
    return {given(line.txn_line_id): line for line in order.lines if isinstance(line, PurchaseOrderLine)}


# --- which lines are billed ------------------------------------------------------------------------------------------


def _pair(item: RequisitionItem, requisition: Requisition, number: int, known: Known) -> Pair | None:
    """The job and item of a line's cost code, where Procore or a link says them."""
    said = Pair.of(item.cost_code_origin_id, requisition.job_origin_id)
    return Pair.of(known.find(ItemKind.COST_CODE, item.cost_code_id, said, what=f"line {number}, cost code"))


def _billed(item: RequisitionItem, order: PurchaseOrder, number: int, known: Known) -> list[PurchaseOrderLine]:
    """The lines of the purchase order that a line of the invoice bills, all of them or none."""
    by_id, called = _lines(order), order.ref_number or given(order.txn_id)
    named = {one for one in (item.change_order_line_item_origin_id, item.commitment_item_origin_id) if one}
    if not named:
        words = f"line {number}: Procore names no line of purchase order {called!r} that it bills"
        known.refuse(RefusalCode.NOT_EXPORTED, f"{words}; export its commitment or change order first")
        return []
    if len(named) > 1:
        words = f"line {number}: Procore names two lines of the purchase order, {' and '.join(sorted(named))}"
        known.refuse(RefusalCode.CONTRADICTION, f"{words}; neither is believed")
        return []
    whole = QuickBooksId.of(named.pop())
    ids = whole.lines if whole.lines and whole.transaction not in by_id else (whole.transaction, *whole.lines)
    if whole.lines and whole.transaction not in (order.txn_id, *by_id):
        words = f"line {number}: bills lines of transaction {whole.transaction}, and its commitment is {called!r}"
        known.refuse(RefusalCode.CONTRADICTION, f"{words}; neither is believed")
        return []
    gone = [line_id for line_id in ids if line_id not in by_id]
    elsewhere = [link for line_id in gone if (link := _line_link(line_id, known)) and link.parent != order.txn_id]
    if elsewhere:
        words = f"line {number}: bills a line of purchase order {elsewhere[0].name!r}, and its commitment is {called!r}"
        known.refuse(RefusalCode.CONTRADICTION, f"{words}; neither is believed")
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
        advice = "together they come to nothing; bill its lines one by one"
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
        quantity=quantity if by_unit else _units(line, amount),
        amount=amount,
        link_to_txn=LinkToTxn(txn_id=given(order.txn_id), txn_line_id=given(line.txn_line_id)),
    )


def _units(line: PurchaseOrderLine, amount: Decimal) -> Decimal:
    """How many units an amount is. What ends the line takes all that is open, or roundings would keep it open for ever.

    Each bill's quantity is off by half of the fifth decimal at the most; ten bills are allowed for.
    """
    rate = line.rate or _NOTHING
    rest = (line.quantity or _NOTHING) - (line.received_quantity or _NOTHING)
    if rest > 0 and abs(rest * rate - amount) <= _HALF_A_CENT + rate * _TEN_ROUNDINGS:
        return rest
    return units(amount, line.rate)


def _open(line: PurchaseOrderLine) -> Decimal:
    """What of a line is not billed yet, in money."""
    amount, quantity = line.amount or _NOTHING, line.quantity or _NOTHING
    if not quantity:
        return amount
    return cents(Fraction(amount) * Fraction(quantity - (line.received_quantity or _NOTHING)) / Fraction(quantity))


def _job(requisition: Requisition, order: PurchaseOrder) -> Ref | None:
    """The job of the invoice's lines; retainage is held on it."""
    for line in order.lines:
        if isinstance(line, PurchaseOrderLine) and line.customer_ref is not None:
            return Ref(list_id=line.customer_ref.list_id)
    pair = next(filter(None, (Pair.of(item.cost_code_origin_id) for item in requisition.items)), None)
    return Ref(list_id=requisition.job_origin_id or (pair.job if pair else None))
