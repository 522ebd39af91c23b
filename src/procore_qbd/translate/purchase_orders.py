"""A commitment as a QuickBooks purchase order, and the lines of a change order as more lines of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.domain import ItemKind
from procore_qbd.errors import TranslationError
from procore_qbd.qbxml import Ref
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine
from procore_qbd.translate._fitting import fitting, text
from procore_qbd.translate._lines import Pair, mark, measure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from procore_qbd.domain import Books, CommitmentItem, CreateCommitment, CreateCommitmentChangeOrder, Links

__all__ = ["ref_number", "to_order_lines", "to_purchase_order"]

_LABELS = {
    "RefNumber": "commitment number",
    "Memo": "title",
    "VendorMsg": "description",
}


def ref_number(request: CreateCommitment | CreateCommitmentChangeOrder) -> str | None:
    """The ERP id that the approver gave, or the commitment's own number."""
    return text(request.commitment.code) or text(request.commitment.number)


def to_purchase_order(request: CreateCommitment, links: Links, _books: Books) -> PurchaseOrder:
    """The purchase order to add for a commitment.

    Args:
        request: The commitment with its lines.
        links: For the vendor, where the payload does not name it, and for the ExternalGUID.

    Raises:
        TranslationError: It does not fit: a number of more than 11 characters, a vendor or a cost code that is not in
            QuickBooks, no line, …
    """
    commitment = request.commitment
    faults: list[str] = []
    number = ref_number(request)
    if number is None:
        faults.append("commitment number: is empty, and no ERP id was given")
    vendor_id = None
    if commitment.vendor is None:
        faults.append("contract company: none is chosen")
    else:
        known = links.find(ItemKind.VENDOR, commitment.vendor.id)
        vendor_id = commitment.vendor.origin_id or (known.quickbooks_id if known else None)
        if vendor_id is None:
            faults.append(f"contract company: {commitment.vendor.name!r} is not in QuickBooks; export it first")
    lines: tuple[PurchaseOrderLine, ...] = ()
    try:
        lines = to_order_lines(request.commitment_items, request.job_origin_id or commitment.project.origin_id)
    except TranslationError as error:
        faults += map(str, error.faults)
    order = PurchaseOrder(
        vendor_ref=Ref(list_id=vendor_id) if vendor_id else None,
        txn_date=request.accounting_date or commitment.contract_date,
        ref_number=number,
        expected_date=commitment.delivery_date,
        memo=text(commitment.title),
        vendor_msg=text(commitment.description),
        external_guid=links.guid(commitment.kind.item_kind, commitment.id, request.company_id),
        lines=lines,
    )
    if not faults:
        fitting(order, f"commitment {commitment.id}", _LABELS)
    if faults:
        raise TranslationError(f"commitment {commitment.id}", faults)
    return order


def to_order_lines(items: Iterable[CommitmentItem], job: str | None) -> tuple[PurchaseOrderLine, ...]:
    """The lines of a purchase order for lines of a commitment or of a change order, in their order.

    Args:
        items: The lines.
        job: The job of the whole request, for cost codes that do not name one themselves.

    Raises:
        TranslationError: A line has no cost code that is in QuickBooks, or there is no line at all.
    """
    faults: list[str] = []
    lines: list[PurchaseOrderLine] = []
    for number, item in enumerate(items, 1):
        pair = Pair.of(item.cost_code.origin_id, job) if item.cost_code else None
        if pair is None:
            code = (
                f"{item.cost_code.full_code!r} is not linked to a job and an item"
                if item.cost_code
                else "none is chosen"
            )
            faults.append(f"line {number}, cost code: {code}; send the project again first")
            continue
        quantity, rate, amount = measure(item.amount, item.quantity, item.unit_cost)
        lines.append(
            PurchaseOrderLine(
                item_ref=Ref(list_id=pair.item),
                desc=text(item.description),
                quantity=quantity,
                rate=rate,
                amount=amount,
                customer_ref=Ref(list_id=pair.job),
                other2=mark(item.id),
            )
        )
    if not lines and not faults:
        faults.append("lines: there are none")
    if faults:
        raise TranslationError("lines", faults)
    return tuple(lines)
