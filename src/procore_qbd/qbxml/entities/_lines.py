"""The lines that several transactions have in common: what is bought on bills, checks and cards; what ends a sale."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import AU, CA, UK, US, CustomField
from procore_qbd.qbxml.entities._transactions import ITEMS, LINE, BillableStatus
from procore_qbd.qbxml.records import Block, Lines, OneOf, Record, Ref, Reference, record
from procore_qbd.qbxml.values import (
    ADD,
    MOD,
    RET,
    Amount,
    Attribute,
    Choice,
    Guid,
    Id,
    Percent,
    Price,
    Quantity,
    Text,
    YesNo,
)

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


@record("ExpenseLine")
@attrs.frozen(kw_only=True, slots=False)
class ExpenseLine(Record):
    """A line that posts to an account. It matches no purchase order and no estimate: for that it takes an item."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="2.0")] = None
    txn_line_id: Annotated[str | None, Id("TxnLineID", shapes=MOD | RET, required=MOD)] = None
    account_ref: Annotated[Ref | None, Reference("AccountRef", 159)] = None
    amount: Annotated[Decimal | None, Amount("Amount")] = None
    tax_amount: Annotated[Decimal | None, Amount("TaxAmount", since="6.1", editions=AU)] = None
    memo: Annotated[str | None, Text("Memo", 4095)] = None
    customer_ref: Annotated[Ref | None, Reference("CustomerRef", 209)] = None
    class_ref: Annotated[Ref | None, Reference("ClassRef", 159)] = None
    sales_tax_code_ref: Annotated[
        Ref | None, Reference("SalesTaxCodeRef", 3, since="6.0", editions=CA | UK | AU, lengths={AU: 6})
    ] = None
    billable_status: Annotated[BillableStatus | str | None, Choice("BillableStatus", BillableStatus, since="2.0")] = (
        None
    )
    sales_rep_ref: Annotated[Ref | None, Reference("SalesRepRef", 5, since="13.0")] = None
    custom_fields: Annotated[
        tuple[CustomField, ...], Block("DataExt", shapes=ADD | RET, since="13.0", suffix={RET: "Ret"})
    ] = ()


@record(shapes=ADD)
@attrs.frozen(kw_only=True, slots=False)
class LinkToTxn(Record):
    """The line of a purchase order that a bill's line is for, or of a sales order that an invoice's line is for.

    A link is made in an Add only, and cannot be undone.
    """

    txn_id: Annotated[str | None, Id("TxnID", required=ADD)] = None
    txn_line_id: Annotated[str | None, Id("TxnLineID", required=ADD)] = None


LINKED = (
    OneOf.of("link_to_txn", "item_ref", shapes=ADD, beyond="a linked line has the item of the line it is linked to"),
    OneOf.of(
        "link_to_txn",
        "sales_tax_code_ref",
        shapes=ADD,
        beyond="with a tax code a link was refused as a whole; change the tax afterwards, in a Mod",
        warning=True,
    ),
)
"""What QuickBooks minds on a line that is linked to another, and its schema does not."""


@record("ItemLine", choices=(OneOf.of("serial_number", "lot_number"), *LINKED))
@attrs.frozen(kw_only=True, slots=False)
class ItemLine(Record):
    """A line with an item. A linked one says ``link_to_txn``, and no item: QuickBooks takes it from the purchase order."""

    txn_line_id: Annotated[str | None, Id("TxnLineID", shapes=MOD | RET, required=MOD)] = None
    item_ref: Annotated[Ref | None, Reference("ItemRef", to=ITEMS)] = None
    inventory_site_ref: Annotated[
        Ref | None, Reference("InventorySiteRef", 31, since="10.0", editions=US | CA | UK)
    ] = None
    inventory_site_location_ref: Annotated[
        Ref | None,
        Reference("InventorySiteLocationRef", 31, since="12.0", editions=US | CA | UK, to=("InventorySite",)),
    ] = None
    serial_number: Annotated[str | None, Text("SerialNumber", 4095, since="11.0", editions=US | CA | UK)] = None
    lot_number: Annotated[str | None, Text("LotNumber", 40, since="11.0", editions=US | CA | UK)] = None
    desc: Annotated[str | None, Text("Desc", 4095)] = None
    quantity: Annotated[Decimal | None, Quantity("Quantity")] = None
    unit_of_measure: Annotated[str | None, Text("UnitOfMeasure", 31, since="7.0")] = None
    override_uom_set_ref: Annotated[
        Ref | None, Reference("OverrideUOMSetRef", 31, shapes=MOD | RET, since="7.0", to=("UnitOfMeasureSet",))
    ] = None
    cost: Annotated[Decimal | None, Price("Cost")] = None
    amount: Annotated[Decimal | None, Amount("Amount")] = None
    tax_amount: Annotated[Decimal | None, Amount("TaxAmount", since="6.1", editions=AU)] = None
    customer_ref: Annotated[Ref | None, Reference("CustomerRef", 209)] = None
    class_ref: Annotated[Ref | None, Reference("ClassRef", 159)] = None
    sales_tax_code_ref: Annotated[
        Ref | None, Reference("SalesTaxCodeRef", 3, since="6.0", editions=CA | UK | AU, lengths={AU: 6})
    ] = None
    billable_status: Annotated[BillableStatus | str | None, Choice("BillableStatus", BillableStatus, since="2.0")] = (
        None
    )
    override_item_account_ref: Annotated[
        Ref | None, Reference("OverrideItemAccountRef", 159, shapes=ADD | MOD, since="2.0", to=("Account",))
    ] = None
    link_to_txn: Annotated[LinkToTxn | None, Block("LinkToTxn", shapes=ADD, since="4.0")] = None
    sales_rep_ref: Annotated[Ref | None, Reference("SalesRepRef", 5, since="13.0")] = None
    custom_fields: Annotated[
        tuple[CustomField, ...], Block("DataExt", shapes=ADD | RET, since="13.0", suffix={RET: "Ret"})
    ] = ()


@record()
@attrs.frozen(kw_only=True, slots=False)
class GroupCustomField(Record):
    """A custom field of a group line: unlike all others it has no type, and in a reply the same tag as in an Add."""

    owner_id: Annotated[str | None, Guid("OwnerID", required=ADD)] = None
    name: Annotated[str | None, Text("DataExtName", 31, required=ADD)] = None
    value: Annotated[str | None, Text("DataExtValue", required=ADD)] = None


@record("ItemGroupLine")
@attrs.frozen(kw_only=True, slots=False)
class ItemGroupLine(Record):
    """A group item, and the lines that QuickBooks made of it."""

    txn_line_id: Annotated[str | None, Id("TxnLineID", shapes=MOD | RET, required=MOD)] = None
    item_group_ref: Annotated[Ref | None, Reference("ItemGroupRef", 31, required=ADD)] = None
    desc: Annotated[str | None, Text("Desc", 4095, shapes=ADD | RET, online=ADD)] = None
    quantity: Annotated[Decimal | None, Quantity("Quantity")] = None
    unit_of_measure: Annotated[str | None, Text("UnitOfMeasure", 31, since="7.0")] = None
    override_uom_set_ref: Annotated[
        Ref | None, Reference("OverrideUOMSetRef", 31, shapes=MOD | RET, since="7.0", to=("UnitOfMeasureSet",))
    ] = None
    inventory_site_ref: Annotated[
        Ref | None, Reference("InventorySiteRef", 31, shapes=ADD, since="10.0", editions=US | CA | UK)
    ] = None
    inventory_site_location_ref: Annotated[
        Ref | None,
        Reference(
            "InventorySiteLocationRef", 31, shapes=ADD, since="12.0", editions=US | CA | UK, to=("InventorySite",)
        ),
    ] = None
    total_amount: Annotated[Decimal | None, Amount("TotalAmount", shapes=RET)] = None
    lines: Annotated[tuple[ItemLine, ...], Lines(shapes=MOD | RET, suffix=LINE, key="txn_line_id")] = ()
    custom_fields: Annotated[tuple[GroupCustomField, ...], Block("DataExt", shapes=ADD | RET, since="13.0")] = ()


# --- what ends a sale ------------------------------------------------------------------------------------------------


@record(shapes=ADD | RET, choices=(OneOf.of("amount", "rate_percent"),))
@attrs.frozen(kw_only=True, slots=False)
class DiscountLine(Record):
    """What is taken off a sale; QuickBooks Online only."""

    amount: Annotated[Decimal | None, Amount("Amount")] = None
    rate_percent: Annotated[Decimal | None, Percent("RatePercent")] = None
    is_taxable: Annotated[bool | None, YesNo("IsTaxable")] = None
    account_ref: Annotated[Ref | None, Reference("AccountRef", 159)] = None


@record(shapes=ADD | RET, choices=(OneOf.of("amount", "rate_percent"),))
@attrs.frozen(kw_only=True, slots=False)
class SalesTaxLine(Record):
    """The sales tax of a sale, in one line; QuickBooks Online only."""

    amount: Annotated[Decimal | None, Amount("Amount")] = None
    rate_percent: Annotated[Decimal | None, Percent("RatePercent")] = None
    account_ref: Annotated[Ref | None, Reference("AccountRef", 159)] = None


@record(shapes=ADD | RET)
@attrs.frozen(kw_only=True, slots=False)
class ShippingLine(Record):
    """What shipping costs; QuickBooks Online only."""

    amount: Annotated[Decimal | None, Amount("Amount", required=ADD)] = None
    account_ref: Annotated[Ref | None, Reference("AccountRef", 159)] = None
