"""The lines that several transactions have in common: what is bought on bills, checks and cards; what ends a sale."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import AU, CA, UK, US, CustomField
from procore_qbd.qbxml.entities.shared.transactions import ITEMS, LINE, BillableStatus, reimbursed_by

__all__ = [
    "DiscountLine",
    "ExpenseLine",
    "GroupCustomField",
    "ItemGroupLine",
    "ItemLine",
    "LinkToTxn",
    "PriceRuleConflict",
    "SalesTaxLine",
    "ShippingLine",
]


class PriceRuleConflict(StrEnum):
    """What a line costs where price rules contradict each other."""

    ZERO = "Zero"
    BASE_PRICE = "BasePrice"


# --- what is bought --------------------------------------------------------------------------------------------------


@q.record("ExpenseLine", needs=reimbursed_by("customer_ref"))
@attrs.frozen(kw_only=True, slots=False)
class ExpenseLine(q.Record):
    """A line that posts to an account. It matches no purchase order and no estimate: for that it takes an item."""

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="2.0")] = None
    txn_line_id: Annotated[str | None, q.Id("TxnLineID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    account_ref: Annotated[q.Ref | None, q.Reference("AccountRef", 159)] = None
    amount: Annotated[Decimal | None, q.Amount("Amount")] = None
    tax_amount: Annotated[Decimal | None, q.Amount("TaxAmount", since="6.1", editions=AU)] = None
    memo: Annotated[str | None, q.Text("Memo", 4095)] = None
    customer_ref: Annotated[q.Ref | None, q.Reference("CustomerRef", 209)] = None
    class_ref: Annotated[q.Ref | None, q.Reference("ClassRef", 159)] = None
    sales_tax_code_ref: Annotated[
        q.Ref | None, q.Reference("SalesTaxCodeRef", 3, since="6.0", editions=CA | UK | AU, lengths={AU: 6})
    ] = None
    billable_status: Annotated[BillableStatus | str | None, q.Choice("BillableStatus", BillableStatus, since="2.0")] = (
        None
    )
    sales_rep_ref: Annotated[q.Ref | None, q.Reference("SalesRepRef", 5, since="13.0")] = None
    custom_fields: Annotated[
        tuple[CustomField, ...], q.Block("DataExt", shapes=q.ADD | q.RET, since="13.0", suffix={q.RET: "Ret"})
    ] = ()


@q.record(shapes=q.ADD)
@attrs.frozen(kw_only=True, slots=False)
class LinkToTxn(q.Record):
    """The line of a purchase order that a bill's line is for, or of a sales order that an invoice's line is for.

    A link is made in an Add only, and cannot be undone.
    """

    txn_id: Annotated[str | None, q.Id("TxnID", required=q.ADD)] = None
    txn_line_id: Annotated[str | None, q.Id("TxnLineID", required=q.ADD)] = None


LINKED = (
    q.OneOf.of("link_to_txn", "item_ref", shapes=q.ADD, beyond="a linked line has the item of the line it is linked to"),
    q.OneOf.of(
        "link_to_txn",
        "sales_tax_code_ref",
        shapes=q.ADD,
        beyond="with a tax code a link was refused as a whole; change the tax afterwards, in a Mod",
        warning=True,
    ),
)
"""What QuickBooks minds on a line that is linked to another, and its schema does not."""


@q.record(
    "ItemLine",
    choices=(q.OneOf.of("serial_number", "lot_number"), *LINKED),
    needs=reimbursed_by("customer_ref", "link_to_txn"),
)
@attrs.frozen(kw_only=True, slots=False)
class ItemLine(q.Record):
    """A line with an item. A linked one says ``link_to_txn``, and no item: QuickBooks takes it from the purchase order."""

    txn_line_id: Annotated[str | None, q.Id("TxnLineID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    item_ref: Annotated[q.Ref | None, q.Reference("ItemRef", to=ITEMS)] = None
    inventory_site_ref: Annotated[
        q.Ref | None, q.Reference("InventorySiteRef", 31, since="10.0", editions=US | CA | UK)
    ] = None
    inventory_site_location_ref: Annotated[
        q.Ref | None,
        q.Reference("InventorySiteLocationRef", 31, since="12.0", editions=US | CA | UK, to=("InventorySite",)),
    ] = None
    serial_number: Annotated[str | None, q.Text("SerialNumber", 4095, since="11.0", editions=US | CA | UK)] = None
    lot_number: Annotated[str | None, q.Text("LotNumber", 40, since="11.0", editions=US | CA | UK)] = None
    desc: Annotated[str | None, q.Text("Desc", 4095)] = None
    quantity: Annotated[Decimal | None, q.Quantity("Quantity")] = None
    unit_of_measure: Annotated[str | None, q.Text("UnitOfMeasure", 31, since="7.0")] = None
    override_uom_set_ref: Annotated[
        q.Ref | None, q.Reference("OverrideUOMSetRef", 31, shapes=q.MOD | q.RET, since="7.0", to=("UnitOfMeasureSet",))
    ] = None
    cost: Annotated[Decimal | None, q.Price("Cost")] = None
    amount: Annotated[Decimal | None, q.Amount("Amount")] = None
    tax_amount: Annotated[Decimal | None, q.Amount("TaxAmount", since="6.1", editions=AU)] = None
    customer_ref: Annotated[q.Ref | None, q.Reference("CustomerRef", 209)] = None
    class_ref: Annotated[q.Ref | None, q.Reference("ClassRef", 159)] = None
    sales_tax_code_ref: Annotated[
        q.Ref | None, q.Reference("SalesTaxCodeRef", 3, since="6.0", editions=CA | UK | AU, lengths={AU: 6})
    ] = None
    billable_status: Annotated[BillableStatus | str | None, q.Choice("BillableStatus", BillableStatus, since="2.0")] = (
        None
    )
    override_item_account_ref: Annotated[
        q.Ref | None, q.Reference("OverrideItemAccountRef", 159, shapes=q.ADD | q.MOD, since="2.0", to=("Account",))
    ] = None
    link_to_txn: Annotated[LinkToTxn | None, q.Block("LinkToTxn", shapes=q.ADD, since="4.0")] = None
    sales_rep_ref: Annotated[q.Ref | None, q.Reference("SalesRepRef", 5, since="13.0")] = None
    custom_fields: Annotated[
        tuple[CustomField, ...], q.Block("DataExt", shapes=q.ADD | q.RET, since="13.0", suffix={q.RET: "Ret"})
    ] = ()


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class GroupCustomField(q.Record):
    """A custom field of a group line: unlike all others it has no type, and in a reply the same tag as in an Add."""

    owner_id: Annotated[str | None, q.Guid("OwnerID", required=q.ADD)] = None
    name: Annotated[str | None, q.Text("DataExtName", 31, required=q.ADD)] = None
    value: Annotated[str | None, q.Text("DataExtValue", required=q.ADD)] = None


@q.record("ItemGroupLine")
@attrs.frozen(kw_only=True, slots=False)
class ItemGroupLine(q.Record):
    """A group item, and the lines that QuickBooks made of it."""

    txn_line_id: Annotated[str | None, q.Id("TxnLineID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    item_group_ref: Annotated[q.Ref | None, q.Reference("ItemGroupRef", 31, required=q.ADD)] = None
    desc: Annotated[str | None, q.Text("Desc", 4095, shapes=q.ADD | q.RET, online=q.ADD)] = None
    quantity: Annotated[Decimal | None, q.Quantity("Quantity")] = None
    unit_of_measure: Annotated[str | None, q.Text("UnitOfMeasure", 31, since="7.0")] = None
    override_uom_set_ref: Annotated[
        q.Ref | None, q.Reference("OverrideUOMSetRef", 31, shapes=q.MOD | q.RET, since="7.0", to=("UnitOfMeasureSet",))
    ] = None
    inventory_site_ref: Annotated[
        q.Ref | None, q.Reference("InventorySiteRef", 31, shapes=q.ADD, since="10.0", editions=US | CA | UK)
    ] = None
    inventory_site_location_ref: Annotated[
        q.Ref | None,
        q.Reference(
            "InventorySiteLocationRef", 31, shapes=q.ADD, since="12.0", editions=US | CA | UK, to=("InventorySite",)
        ),
    ] = None
    total_amount: Annotated[Decimal | None, q.Amount("TotalAmount", shapes=q.RET)] = None
    lines: Annotated[tuple[ItemLine, ...], q.Lines(shapes=q.MOD | q.RET, suffix=LINE, key="txn_line_id")] = ()
    custom_fields: Annotated[tuple[GroupCustomField, ...], q.Block("DataExt", shapes=q.ADD | q.RET, since="13.0")] = ()


# --- what ends a sale ------------------------------------------------------------------------------------------------


@q.record(shapes=q.ADD | q.RET, choices=(q.OneOf.of("amount", "rate_percent"),))
@attrs.frozen(kw_only=True, slots=False)
class DiscountLine(q.Record):
    """What is taken off a sale; QuickBooks Online only."""

    amount: Annotated[Decimal | None, q.Amount("Amount")] = None
    rate_percent: Annotated[Decimal | None, q.Percent("RatePercent")] = None
    is_taxable: Annotated[bool | None, q.YesNo("IsTaxable")] = None
    account_ref: Annotated[q.Ref | None, q.Reference("AccountRef", 159)] = None


@q.record(shapes=q.ADD | q.RET, choices=(q.OneOf.of("amount", "rate_percent"),))
@attrs.frozen(kw_only=True, slots=False)
class SalesTaxLine(q.Record):
    """The sales tax of a sale, in one line; QuickBooks Online only."""

    amount: Annotated[Decimal | None, q.Amount("Amount")] = None
    rate_percent: Annotated[Decimal | None, q.Percent("RatePercent")] = None
    account_ref: Annotated[q.Ref | None, q.Reference("AccountRef", 159)] = None


@q.record(shapes=q.ADD | q.RET)
@attrs.frozen(kw_only=True, slots=False)
class ShippingLine(q.Record):
    """What shipping costs; QuickBooks Online only."""

    amount: Annotated[Decimal | None, q.Amount("Amount", required=q.ADD)] = None
    account_ref: Annotated[q.Ref | None, q.Reference("AccountRef", 159)] = None
