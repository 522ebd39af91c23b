"""Commitments and their change orders, as ERP requests carry them; in QuickBooks both become one purchase order."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import attrs

from procore_qbd.domain.nouns import LineItemType
from procore_qbd.domain.vocabulary import ItemKind

__all__ = [
    "ChangeOrder",
    "ChangeOrderItem",
    "Commitment",
    "CommitmentItem",
    "CommitmentKind",
    "CostCodeRef",
    "ProjectRef",
    "VendorRef",
]


class CommitmentKind(StrEnum):
    """What a commitment is: a subcontract, which Procore calls a work order contract, or a purchase order."""

    WORK_ORDER_CONTRACT = "WorkOrderContract"
    PURCHASE_ORDER_CONTRACT = "PurchaseOrderContract"

    @property
    def item_kind(self) -> ItemKind:
        """The same, in the words of Procore's External Data API."""
        return ItemKind[self.name]


@attrs.frozen(kw_only=True)
class VendorRef:
    """The company that a commitment is with.

    Attributes:
        name: The company's name.
        origin_id: ListID of the QuickBooks vendor, None while the company is not synced.
    """

    id: int
    name: str
    origin_id: str | None = None


@attrs.frozen(kw_only=True)
class ProjectRef:
    """The project that a commitment is of; ``origin_id`` is the ListID of its QuickBooks job, None while not synced."""

    id: int
    name: str
    origin_id: str | None = None


@attrs.frozen(kw_only=True)
class CostCodeRef:
    """The project cost code that a line is on.

    Attributes:
        origin_id: ``'<job ListID>|<item ListID>'``, None while the cost code is not synced.
        biller_origin_id: ListID of the job that the code belongs to, or of a sub job.
        standard_cost_code_id: Procore's id of the standard cost code that it was made from.
    """

    id: int
    full_code: str
    name: str
    origin_id: str | None = None
    biller_origin_id: str | None = None
    standard_cost_code_id: int | None = None


@attrs.frozen(kw_only=True)
class Commitment:
    """A subcontract or a purchase order with one vendor on one project; in QuickBooks it becomes a purchase order.

    Attributes:
        number: Procore's number of it.
        code: The ERP id that the accounting approver gave it; it stands for the number in QuickBooks, which
            takes 11 characters.
        status: In Procore's words, ``'Approved'`` before it can be exported.
        accounting_method: ``'amount'`` or ``'unit'``.
        vendor: The contract company, None where nobody picked one.
        retainage_percent: Percent of each invoice that is held back by default.
        grand_total: What Procore says that the lines add up to, in the company's currency.
        origin_id: TxnID of the QuickBooks purchase order when the commitment is synced already.
        origin_code: The ERP id under which it is synced.
        bill_to_address: Free text of several lines, as the other address.
    """

    id: int
    kind: CommitmentKind
    number: str | None = None
    code: str | None = None
    title: str | None = None
    description: str | None = None
    status: str | None = None
    accounting_method: str | None = None
    vendor: VendorRef | None = None
    project: ProjectRef
    contract_date: date | None = None
    delivery_date: date | None = None
    retainage_percent: Decimal | None = None
    grand_total: Decimal | None = None
    executed: bool | None = None
    payment_terms: str | None = None
    bill_to_address: str | None = None
    ship_to_address: str | None = None
    origin_id: str | None = None
    origin_code: str | None = None
    origin_data: str | None = None


@attrs.frozen(kw_only=True)
class CommitmentItem:
    """A line of a commitment's schedule of values; in QuickBooks it becomes a line of the purchase order.

    Attributes:
        position: Its place among the lines.
        cost_code: The code it is on; a line without one cannot be exported.
        quantity: Of ``uom``. A lump sum has a quantity and a unit cost of 0, and its amount all the same.
        unit_cost: In the company's currency, for one ``uom``.
        amount: The line's own amount, without tax.
        extended_type: ``'manual'`` where the amount was typed, ``'calculated'`` where it is quantity by unit cost.
        extended_amount: The amount as Procore extends it; see `ChangeOrderItem` for why it does not count.
        total_amount: The same with tax.
        tax_code_id: Procore's id of a tax code; Procore's QuickBooks connector does not carry tax codes over.
        origin_id: TxnLineID of the purchase order's line when the line is synced already.
    """

    id: int
    amount: Decimal
    position: int | None = None
    cost_code: CostCodeRef | None = None
    line_item_type: LineItemType | None = None
    description: str | None = None
    quantity: Decimal | None = None
    unit_cost: Decimal | None = None
    uom: str | None = None
    extended_type: str | None = None
    extended_amount: Decimal | None = None
    total_amount: Decimal | None = None
    tax_amount: Decimal | None = None
    tax_code_id: int | None = None
    origin_id: str | None = None
    origin_data: str | None = None


@attrs.frozen(kw_only=True)
class ChangeOrder:
    """A change of a commitment; in QuickBooks it becomes more lines of the commitment's purchase order.

    Attributes:
        number: As text; Procore also writes it as a number.
        status: In Procore's words, ``'Approved'`` before it can be exported.
        due_date: The day as Procore writes it; where it writes a moment, that moment's own day.
        origin_code: The ERP id that the accounting approver gave it.
    """

    id: int
    number: str | None = None
    title: str | None = None
    description: str | None = None
    status: str | None = None
    created_at: datetime | None = None
    due_date: date | None = None
    origin_id: str | None = None
    origin_code: str | None = None
    origin_data: str | None = None


@attrs.frozen(kw_only=True)
class ChangeOrderItem(CommitmentItem):
    """A line of a change order.

    The three amounts of a line differ in Procore's own sample of a change order, and no tax accounts for it.
    ``amount`` is what counts: it is the one that Procore's API takes when a line is made and the only one that
    its staged change-order lines have, and the sample repeats the commitment's line but for this amount.

    Attributes:
        commitment_line_item_id: The line of zero dollars that Procore made on the commitment for this line. Both
            are the same line of the purchase order, and both get its id.
    """

    commitment_line_item_id: int | None = None
