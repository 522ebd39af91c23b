"""A commitment as a QuickBooks purchase order, and the lines of a change order as more lines of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.domain import ItemKind
from procore_qbd.domain.money import round_together
from procore_qbd.domain.refusals import RefusalCode
from procore_qbd.qbxml import Ref
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine
from procore_qbd.translate.fields import prose, refuse_if_invalid, spelled, text
from procore_qbd.translate.known import Known
from procore_qbd.translate.lines import LineMark, quantity_rate_amount, unit_notes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from procore_qbd.domain import Books, CommitmentItem, CreateCommitment, CreateCommitmentChangeOrder, LinkView

__all__ = [
    "check_status",
    "job_of",
    "line_labels",
    "notes_on_lines",
    "ref_number",
    "to_order_lines",
    "to_purchase_order",
]

_LABELS = {
    "RefNumber": "commitment number",
    "Memo": "title",
    "VendorMsg": "description",
    "PurchaseOrderLineAdd or PurchaseOrderLineGroupAdd": "lines",
}
_LUMP_SUM = {"Quantity": "amount"}
"""A lump sum is as many units as dollars, so what is wrong with its quantity is wrong with its amount."""


def ref_number(request: CreateCommitment | CreateCommitmentChangeOrder) -> str | None:
    """The ERP id that the approver gave, or the commitment's own number."""
    return spelled(request.commitment.code) or spelled(request.commitment.number)


def job_of(request: CreateCommitment | CreateCommitmentChangeOrder, known: Known) -> str | None:
    """The job of the whole request, for cost codes that do not name one; None also where Procore names two.

    That alone refuses nothing, for each line's cost code names its own job; Procore's published sample of a change
    order names two itself. A link that says otherwise does.
    """
    project = request.commitment.project
    said = {one for one in (request.job_origin_id, project.origin_id) if one}
    what = f"project {project.name!r}"
    if len(said) > 1 and known.links.find(ItemKind.PROJECT, project.id) is None:
        return None
    return known.find(ItemKind.PROJECT, project.id, *sorted(said), what=what)


def to_purchase_order(request: CreateCommitment, links: LinkView, books: Books) -> PurchaseOrder:
    """The purchase order to add for a commitment.

    Args:
        request: The commitment with its lines.
        links: For vendor, job and cost codes, where the payload does not name them, and for the ExternalGUID.
        books: For the statuses with which commitments are exported.

    Raises:
        TranslationError: It does not fit: a number of more than 11 characters, a vendor or a cost code that is not in
            QuickBooks, no line, …
    """
    commitment, known = request.commitment, Known(links)
    check_status("commitment", commitment.status, known, books)
    if ref_number(request) is None:
        known.refuse(RefusalCode.MISSING, "commitment number: is empty, and no ERP id was given")
    vendor, vendor_id = commitment.vendor, None
    if vendor is None:
        known.refuse(RefusalCode.MISSING, "contract company: none is chosen")
    else:
        what = f"contract company {vendor.name!r}"
        otherwise = f"{what}: is not in QuickBooks; export it first"
        vendor_id = known.need(ItemKind.VENDOR, vendor.id, vendor.origin_id, what=what, otherwise=otherwise)
    job = job_of(request, known)
    order = PurchaseOrder(
        vendor_ref=Ref(list_id=vendor_id) if vendor_id else None,
        txn_date=request.accounting_date or commitment.contract_date,
        ref_number=ref_number(request),
        expected_date=commitment.delivery_date,
        memo=text(commitment.title),
        vendor_msg=prose(commitment.description),
        external_guid=links.guid(commitment.kind.item_kind, commitment.id, request.company_id),
        lines=to_order_lines(request.commitment_items, ItemKind.LINE_ITEM, job, known, commitment.grand_total),
    )
    refuse_if_invalid(
        order, f"commitment {commitment.id}", _LABELS, known.refusals, line_labels(request.commitment_items)
    )
    return order


def check_status(what: str, status: str | None, known: Known, books: Books) -> None:
    """Refuse an item whose status does not allow its export; an item without a status is exported."""
    if status is None or status.strip().casefold() in {one.casefold() for one in books.export_statuses}:
        return
    words = f"{what}: is {status!r} in Procore, and must be {' or '.join(map(repr, books.export_statuses))}"
    known.refuse(RefusalCode.STATUS, f"{words}; set its status, then send it again")


def line_labels(items: Sequence[CommitmentItem]) -> list[dict[str, str]]:
    """What the lines are called in refusals."""
    return [{"": f"line {number}"} | ({} if item.quantity else _LUMP_SUM) for number, item in enumerate(items, 1)]


def to_order_lines(
    items: Sequence[CommitmentItem], kind: ItemKind, job: str | None, known: Known, total: Decimal | None = None
) -> tuple[PurchaseOrderLine, ...]:
    """The lines of a purchase order for lines of a commitment or of a change order, in their order.

    Args:
        items: The lines.
        kind: What they are in Procore, for their marks.
        job: The job of the whole request, for cost codes that do not name one themselves.
        known: For the cost codes; what speaks against the lines is told there.
        total: Procore's control total, towards which parts of cents are rounded.
    """
    if not items:
        known.refuse(RefusalCode.NOTHING_TO_EXPORT, "lines: there are none; add a line in Procore")
    known.refuse_twins(items, "line")
    lines: list[PurchaseOrderLine] = []
    amounts = round_together([item.amount for item in items], total)
    for number, (item, amount) in enumerate(zip(items, amounts, strict=True), 1):
        pair = known.pair(item.cost_code, job, f"line {number}")
        known.find(kind, item.id, item.origin_id, what=f"line {number}")
        quantity, rate, amount_ = quantity_rate_amount(amount, item.quantity, item.unit_cost)
        lines.append(
            PurchaseOrderLine(
                item_ref=Ref(list_id=pair.item) if pair else None,
                desc=prose(item.description),
                quantity=quantity,
                rate=rate,
                amount=amount_,
                customer_ref=Ref(list_id=pair.job) if pair else None,
                other2=str(LineMark(kind, item.id)),
            )
        )
    return tuple(lines)


def notes_on_lines(
    items: Sequence[CommitmentItem], lines: Sequence[PurchaseOrderLine], job: str | None, names: Mapping[str, str]
) -> list[str]:
    """Notes on the lines for the approver; they do not stop the export.

    Another job, tax that stays in Procore, quantity by unit cost that is not the amount.

    Args:
        items: Procore's lines.
        lines: What they were translated to, in the same order.
        job: The job of the whole request.
        names: What jobs are called, by their ids.
    """
    notes: list[str] = []
    for number, (item, line) in enumerate(zip(items, lines, strict=True), 1):
        where = line.customer_ref.list_id if line.customer_ref else None
        if job is not None and where is not None and where != job:
            there, here = names.get(where or "", where), names.get(job, job)
            notes.append(f"line {number}: is on job {there}, as its cost code says, and not on {here}")
        if item.tax_amount:
            notes.append(f"line {number}: tax of {item.tax_amount} stays in Procore; QuickBooks gets no taxes from it")
        notes += unit_notes(number, item.quantity, item.unit_cost, item.amount)
    return notes
