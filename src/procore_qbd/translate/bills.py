"""A subcontractor invoice as a bill against the commitment's purchase order."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import attrs

from procore_qbd.domain import ItemKind, NegativeInvoices
from procore_qbd.errors import TranslationError
from procore_qbd.qbxml import Ref
from procore_qbd.qbxml.entities.bills import Bill, ItemLine, LinkToTxn, VendorCredit
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine
from procore_qbd.translate._fitting import fitting, text
from procore_qbd.translate._lines import Pair, cents, given, units

if TYPE_CHECKING:
    from collections.abc import Iterator

    from procore_qbd.domain import Books, Links
    from procore_qbd.domain.invoices import Requisition, RequisitionItem

__all__ = ["to_bill"]

_LABELS = {"RefNumber": "invoice number"}
_HALF_A_CENT = Decimal("0.005")
_TEN_ROUNDINGS = Decimal("0.00005")


def to_bill(
    requisition: Requisition, order: PurchaseOrder, links: Links, books: Books, *, company_id: int | None = None
) -> Bill | VendorCredit:
    """The bill to add for a subcontractor invoice; a vendor credit for a negative one, where the books allow it.

    Args:
        requisition: The invoice.
        order: The commitment's purchase order as it stands, with its lines: it says the vendor and the job.
        links: For the ExternalGUID.
        books: For the A/P account, the Retainage item, and what becomes of negative invoices.
        company_id: The Procore company that the request came from.

    Raises:
        TranslationError: It does not fit: a line of the contract that the purchase order does not have, a negative
            total, nothing to bill, …
    """
    by_id = {given(line.txn_line_id): line for line in order.lines if isinstance(line, PurchaseOrderLine)}
    faults: list[str] = []
    shares: dict[str, list[tuple[Decimal, Decimal | None]]] = {}
    for number, item in enumerate(requisition.items, 1):
        billed = [by_id[line_id] for line_id in _line_ids(item) if line_id in by_id] if item.amount else []
        if item.amount and not billed:
            faults.append(
                f"line {number}: bills a line that the purchase order does not have; was it exported, or deleted?"
            )
        for line, amount in _shares(billed, item.amount):
            shares.setdefault(given(line.txn_line_id), []).append((amount, item.qty))
    credit = requisition.total < 0
    if credit and books.negative_invoices is NegativeInvoices.REFUSE:
        advice = "negative_invoices in the books can make it a vendor credit"
        faults.append(
            f"total: {requisition.total} is negative, and negative invoices do not go to QuickBooks; {advice}"
        )
    job = _job(requisition, order)
    lines = [
        _credited(by_id[line_id], parts) if credit else _linked(order, by_id[line_id], parts)
        for line_id, parts in shares.items()
    ]
    for what, amount in (("Retainage held", -requisition.retainage), ("Retainage released", requisition.released)):
        if amount:
            item_ref = Ref(full_name=books.retainage_item)
            lines.append(ItemLine(item_ref=item_ref, desc=what, amount=-amount if credit else amount, customer_ref=job))
    if not (text(requisition.code) or text(requisition.invoice_number)):
        faults.append("invoice number: there is none; give the invoice a number, or an ERP ID when you accept it")
    if not lines and not faults:
        faults.append("lines: there is nothing to bill")
    if faults:
        raise TranslationError(f"invoice {requisition.id}", faults)
    bill = (VendorCredit if credit else Bill)(
        vendor_ref=attrs.evolve(order.vendor_ref, full_name=None) if order.vendor_ref else None,
        ap_account_ref=Ref(full_name=books.accounts_payable) if books.accounts_payable else None,
        txn_date=requisition.billing_date,
        ref_number=text(requisition.code) or text(requisition.invoice_number),
        memo=f"Procore invoice {requisition.id}",
        external_guid=links.guid(ItemKind.REQUISITION, requisition.id, company_id),
        item_lines=tuple(lines),
    )
    fitting(bill, f"invoice {requisition.id}", _LABELS)
    return bill


def _credited(line: PurchaseOrderLine, parts: list[tuple[Decimal, Decimal | None]]) -> ItemLine:
    """What is taken back of a line: on its item and its job, for a credit cannot be linked to it."""
    amount = -sum((amount for amount, _ in parts), Decimal(0))
    return ItemLine(
        item_ref=Ref(list_id=line.item_ref.list_id) if line.item_ref else None,
        desc=line.desc,
        amount=amount,
        customer_ref=Ref(list_id=line.customer_ref.list_id) if line.customer_ref else None,
    )


def _line_ids(item: RequisitionItem) -> list[str]:
    """The lines of the purchase order that an invoice's line bills; a whole change order names several, with bars."""
    return (item.change_order_line_item_origin_id or item.commitment_item_origin_id or "").split("|")


def _shares(lines: list[PurchaseOrderLine], amount: Decimal) -> Iterator[tuple[PurchaseOrderLine, Decimal]]:
    """An amount on the lines that it bills, by their size, exact to the cent: the last takes what is left."""
    total = sum((line.amount or Decimal(0) for line in lines), Decimal(0))
    left = amount
    for number, line in enumerate(lines, 1):
        last = number == len(lines)
        share = left if last or not total else cents(amount * (line.amount or Decimal(0)) / total)
        left -= share
        if share:
            yield line, share


def _linked(order: PurchaseOrder, line: PurchaseOrderLine, parts: list[tuple[Decimal, Decimal | None]]) -> ItemLine:
    """One line for all that an invoice bills of a line: QuickBooks takes a purchase order's line once a bill.

    It says nothing but what it bills and how much: beside a link QuickBooks takes no item and no job.
    """
    amount = sum((amount for amount, _ in parts), Decimal(0))
    quantity = sum((quantity or Decimal(0) for _, quantity in parts), Decimal(0))
    by_unit = quantity and line.rate is not None and cents(quantity * line.rate) == amount
    return ItemLine(
        quantity=quantity if by_unit else _units(line, amount),
        amount=amount,
        link_to_txn=LinkToTxn(txn_id=given(order.txn_id), txn_line_id=given(line.txn_line_id)),
    )


def _units(line: PurchaseOrderLine, amount: Decimal) -> Decimal:
    """How many units an amount is. What ends the line takes all that is open, or roundings would keep it open for ever.

    Each bill's quantity is off by half of the fifth decimal at the most; ten bills are allowed for.
    """
    rate = line.rate or Decimal(0)
    rest = (line.quantity or Decimal(0)) - (line.received_quantity or Decimal(0))
    if rest > 0 and abs(rest * rate - amount) <= _HALF_A_CENT + rate * _TEN_ROUNDINGS:
        return rest
    return units(amount, line.rate)


def _job(requisition: Requisition, order: PurchaseOrder) -> Ref | None:
    """The job of the invoice's lines; retainage is held on it."""
    for line in order.lines:
        if isinstance(line, PurchaseOrderLine) and line.customer_ref is not None:
            return Ref(list_id=line.customer_ref.list_id)
    pair = next(filter(None, (Pair.of(item.cost_code_origin_id) for item in requisition.items)), None)
    return Ref(list_id=requisition.job_origin_id or (pair.job if pair else None))
