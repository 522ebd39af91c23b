"""Subcontractor invoices, which Procore calls requisitions, and payments of them."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

import attrs

from procore_qbd.domain.vocabulary import ItemKind

__all__ = ["ContractPayment", "Requisition", "RequisitionItem"]

_MONEY = re.compile(r"-?\$([0-9]{1,3}(,[0-9]{3})*|[0-9]+)(\.[0-9]+)?")
_NOTHING = Decimal(0)

_ITEM_KINDS = {
    "Billings::ContractItem": ItemKind.REQUISITION_CONTRACT_ITEM,
    "Billings::ContractDetailItem": ItemKind.REQUISITION_CONTRACT_DETAIL_ITEM,
    "Billings::ChangeOrderItem": ItemKind.REQUISITION_CHANGE_ORDER_ITEM,
}
"""Procore publishes the first; the others are named by its pattern, as its API has the three kinds of line."""


@attrs.frozen(kw_only=True)
class RequisitionItem:
    """A line of a subcontractor invoice; in QuickBooks it becomes a line of the bill.

    All amounts are in the company's currency, and None where the payload does not say.

    Attributes:
        cost_code_origin_id: ``'<job ListID>|<item ListID>'``, None while the cost code is not synced.
        commitment_item_origin_id: TxnLineID of the purchase order's line that it bills.
        change_order_line_item_origin_id: The same, where it bills a line that a change order made.
        item_type: ``'Billings::ContractItem'`` and the like: what of the contract it bills.
        amount: What is billed this period, before retainage.
        qty: Of ``uom``; 0 for a lump sum.
        scheduled_total_amount: What the contract's line stands at.
        retainage_this_period: What is held back this period, all in all; see `retainage`.
        retainage_work_completed_this_period: The part held back from work.
        retainage_materials_presently_stored: What is held back from stored materials after this invoice.
        retainage_materials_previously_stored: What was held back from them before it.
        released_work_completed_this_period: Held back from work in earlier periods and released now.
    """

    id: int
    amount: Decimal
    cost_code_id: int | None = None
    cost_code_origin_id: str | None = None
    line_item_type_origin_id: str | None = None
    commitment_item_origin_id: str | None = None
    change_order_line_item_origin_id: str | None = None
    item_type: str | None = None
    description: str | None = None
    accounting_method: str | None = None
    qty: Decimal | None = None
    unit_cost: Decimal | None = None
    uom: str | None = None
    scheduled_total_amount: Decimal | None = None
    retainage_this_period: Decimal | None = None
    retainage_work_completed_this_period: Decimal | None = None
    retainage_materials_presently_stored: Decimal | None = None
    retainage_materials_previously_stored: Decimal | None = None
    released_work_completed_this_period: Decimal | None = None
    tax_code_origin_id: str | None = None

    @property
    def kind(self) -> ItemKind | None:
        """The same as ``item_type`` in the words of Procore's External Data API; None where it is not known."""
        return _ITEM_KINDS.get(self.item_type or "")

    @property
    def retainage(self) -> Decimal:
        """What is held back this period: ``retainage_this_period``, and its parts only where that is missing.

        Procore documents none of these fields. In its sample the total equals the part held back from work, so
        they are not added to each other; this is our reading, and `retainage_of_parts` lets others check it.
        """
        return self.retainage_of_parts if self.retainage_this_period is None else self.retainage_this_period

    @property
    def retainage_of_parts(self) -> Decimal:
        """What is held back from work this period, and what has been added to that held back from materials.

        Retainage on stored materials is told cumulatively, before and after this invoice; the difference counts.
        """
        return (
            (self.retainage_work_completed_this_period or _NOTHING)
            + (self.retainage_materials_presently_stored or _NOTHING)
            - (self.retainage_materials_previously_stored or _NOTHING)
        )

    @property
    def has_parts(self) -> bool:
        """Whether Procore gives the parts of the retainage."""
        parts = (
            self.retainage_work_completed_this_period,
            self.retainage_materials_presently_stored,
            self.retainage_materials_previously_stored,
        )
        return any(part is not None for part in parts)

    @property
    def released(self) -> Decimal:
        """What was held back in earlier periods and is released now; it is no part of `retainage`."""
        return self.released_work_completed_this_period or _NOTHING


@attrs.frozen(kw_only=True)
class Requisition:
    """A subcontractor invoice on one commitment; in QuickBooks it becomes a bill.

    Attributes:
        id: Procore's id of it.
        invoice_number: The subcontractor's number.
        code: The ERP id that the accounting approver gave it.
        contract_id: Procore's id of the commitment.
        contract_origin_id: TxnID of the commitment's purchase order, None while it is not synced.
        job_origin_id: ListID of the project's job, None while it is not synced.
        accounting_method: ``'amount'`` or ``'unit'``.
        formatted_payment_due: What is to be paid, as Procore shows it: ``'$1,087.80'``. It is no date.
        request_detail_id: The invoice's own request detail, where Procore names one.
    """

    id: int
    invoice_number: str | None = None
    code: str | None = None
    billing_date: date
    contract_id: int
    contract_origin_id: str | None = None
    job_origin_id: str | None = None
    accounting_method: str | None = None
    formatted_payment_due: str | None = None
    created_at: datetime | None = None
    items: tuple[RequisitionItem, ...]
    request_detail_id: int | None = None

    @property
    def payment_due(self) -> Decimal | None:
        """``formatted_payment_due`` in dollars, None where it does not read as dollars."""
        money = self.formatted_payment_due or ""
        return Decimal(money.replace("$", "").replace(",", "")) if _MONEY.fullmatch(money) else None

    @property
    def amount(self) -> Decimal:
        """What is billed this period, before retainage."""
        return sum((item.amount for item in self.items), _NOTHING)

    @property
    def retainage(self) -> Decimal:
        """What is held back this period; see `RequisitionItem.retainage`."""
        return sum((item.retainage for item in self.items), _NOTHING)

    @property
    def released(self) -> Decimal:
        """What was held back in earlier periods and is released now."""
        return sum((item.released for item in self.items), _NOTHING)

    @property
    def total(self) -> Decimal:
        """What the subcontractor is owed for this period: billed, less held back, and what is released."""
        return self.amount - self.retainage + self.released


@attrs.frozen(kw_only=True)
class ContractPayment:
    """A payment of a subcontractor invoice; in QuickBooks it becomes the payment of a bill.

    Attributes:
        amount: In the company's currency.
        date: The day of the payment.
        payment_method: In Procore's words, for instance ``'check'`` or ``'ach'``.
        retainage_released_payment_amount: The part of it that pays retainage.
        origin_id: What it is in QuickBooks when it is synced already.
    """

    id: int
    amount: Decimal
    project_id: int | None = None
    contract_id: int | None = None
    requisition_id: int | None = None
    vendor_id: int | None = None
    status: str | None = None
    payment_method: str | None = None
    payment_number: str | None = None
    check_number: str | None = None
    invoice_number: str | None = None
    invoice_date: date | None = None
    date: date | None = None
    notes: str | None = None
    retainage_released_payment_amount: Decimal | None = None
    origin_id: str | None = None
    origin_code: str | None = None
    origin_data: str | None = None
