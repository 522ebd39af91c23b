"""Sales receipts: what was sold and paid in one go."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import AU, CA, UK, US, Address, AddressBlock, CustomField
from procore_qbd.qbxml.entities.shared.lines import DiscountLine, PriceRuleConflict, SalesTaxLine, ShippingLine
from procore_qbd.qbxml.entities.shared.transactions import ITEMS, LINE, CreditCardTxnInfo, TxnQuery, txn_choices

__all__ = ["SalesReceipt", "SalesReceiptLine", "SalesReceiptLineGroup", "SalesReceiptQuery"]


@q.record(
    "SalesReceiptLine",
    choices=(q.OneOf.of("rate", "rate_percent", "price_level_ref"), q.OneOf.of("serial_number", "lot_number")),
)
@attrs.frozen(kw_only=True, slots=False)
class SalesReceiptLine(q.Record):
    """A line of a sales receipt: an item, how much of it, and its price."""

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="2.0")] = None
    txn_line_id: Annotated[str | None, q.Id("TxnLineID", shapes=q.MOD | q.RET, required=q.MOD, macro=q.MOD)] = None
    item_ref: Annotated[q.Ref | None, q.Reference("ItemRef", to=ITEMS)] = None
    desc: Annotated[str | None, q.Text("Desc", 4095)] = None
    quantity: Annotated[Decimal | None, q.Quantity("Quantity")] = None
    unit_of_measure: Annotated[str | None, q.Text("UnitOfMeasure", 31, since="7.0")] = None
    override_uom_set_ref: Annotated[q.Ref | None, q.Reference("OverrideUOMSetRef", 31, shapes=q.MOD | q.RET, since="7.0", to=("UnitOfMeasureSet",))] = None
    rate: Annotated[Decimal | None, q.Price("Rate")] = None
    rate_percent: Annotated[Decimal | None, q.Percent("RatePercent")] = None
    price_level_ref: Annotated[q.Ref | None, q.Reference("PriceLevelRef", 31, shapes=q.ADD | q.MOD, since="4.0")] = None
    class_ref: Annotated[q.Ref | None, q.Reference("ClassRef", 159)] = None
    amount: Annotated[Decimal | None, q.Amount("Amount")] = None
    tax_amount: Annotated[Decimal | None, q.Amount("TaxAmount", since="6.1", editions=AU)] = None
    option_for_price_rule_conflict: Annotated[PriceRuleConflict | str | None, q.Choice("OptionForPriceRuleConflict", PriceRuleConflict, shapes=q.ADD | q.MOD, since="13.0")] = None
    inventory_site_ref: Annotated[q.Ref | None, q.Reference("InventorySiteRef", 31, since="10.0", editions=US | CA | UK)] = None
    inventory_site_location_ref: Annotated[q.Ref | None, q.Reference("InventorySiteLocationRef", 31, since="12.0", editions=US | CA | UK, to=("InventorySite",))] = None
    serial_number: Annotated[str | None, q.Text("SerialNumber", 4095, since="11.0", editions=US | CA | UK)] = None
    lot_number: Annotated[str | None, q.Text("LotNumber", 40, since="11.0", editions=US | CA | UK)] = None
    service_date: Annotated[dt.date | None, q.Day("ServiceDate")] = None
    sales_tax_code_ref: Annotated[q.Ref | None, q.Reference("SalesTaxCodeRef", 3, lengths={AU: 6})] = None
    is_taxable: Annotated[bool | None, q.YesNo("IsTaxable", shapes=q.ADD | q.RET, editions=q.ONLINE)] = None
    override_item_account_ref: Annotated[q.Ref | None, q.Reference("OverrideItemAccountRef", 159, shapes=q.ADD | q.MOD, since="2.0", to=("Account",))] = None
    other1: Annotated[str | None, q.Text("Other1", 29, since="6.0")] = None
    other2: Annotated[str | None, q.Text("Other2", 29, since="6.0")] = None
    credit_card_txn_info: Annotated[CreditCardTxnInfo | None, q.Block("CreditCardTxnInfo", shapes=q.ADD | q.RET, since="7.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.ADD | q.RET, since="5.0", suffix={q.RET: "Ret"})] = ()


@q.record("SalesReceiptLineGroup")
@attrs.frozen(kw_only=True, slots=False)
class SalesReceiptLineGroup(q.Record):
    """A group item on a sales receipt, and the lines that QuickBooks made of it."""

    txn_line_id: Annotated[str | None, q.Id("TxnLineID", shapes=q.MOD | q.RET, required=q.MOD, macro=q.MOD)] = None
    item_group_ref: Annotated[q.Ref | None, q.Reference("ItemGroupRef", 31, required=q.ADD)] = None
    desc: Annotated[str | None, q.Text("Desc", 4095, shapes=q.ADD | q.RET, online=q.ADD)] = None
    quantity: Annotated[Decimal | None, q.Quantity("Quantity")] = None
    unit_of_measure: Annotated[str | None, q.Text("UnitOfMeasure", 31, since="7.0")] = None
    override_uom_set_ref: Annotated[q.Ref | None, q.Reference("OverrideUOMSetRef", 31, shapes=q.MOD | q.RET, since="7.0", to=("UnitOfMeasureSet",))] = None
    is_print_items_in_group: Annotated[bool | None, q.YesNo("IsPrintItemsInGroup", shapes=q.RET)] = None
    total_amount: Annotated[Decimal | None, q.Amount("TotalAmount", shapes=q.RET)] = None
    service_date: Annotated[dt.date | None, q.Day("ServiceDate", shapes=q.ADD | q.RET, editions=q.ONLINE)] = None
    lines: Annotated[tuple[SalesReceiptLine, ...], q.Lines(shapes=q.MOD | q.RET, suffix=LINE, key="txn_line_id")] = ()
    inventory_site_ref: Annotated[q.Ref | None, q.Reference("InventorySiteRef", 31, shapes=q.ADD, since="10.0", editions=US | CA | UK)] = None
    inventory_site_location_ref: Annotated[q.Ref | None, q.Reference("InventorySiteLocationRef", 31, shapes=q.ADD, since="12.0", editions=US | CA | UK, to=("InventorySite",))] = None
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.ADD | q.RET, since="5.0", suffix={q.RET: "Ret"})] = ()


@q.record("SalesReceipt", shapes=q.ADD | q.MOD | q.RET, later={q.MOD: "5.0"}, moved={q.RET: {"exchange_rate": "currency_ref"}})
@attrs.frozen(kw_only=True, slots=False)
class SalesReceipt(q.Record):
    """A sale that was paid at once: the lines of an invoice, and where the money went."""

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="2.0")] = None
    txn_id: Annotated[str | None, q.Id("TxnID", shapes=q.MOD | q.RET, required=q.MOD, macro=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    txn_number: Annotated[int | None, q.Integer("TxnNumber", shapes=q.RET)] = None
    customer_ref: Annotated[q.Ref | None, q.Reference("CustomerRef", 209)] = None
    class_ref: Annotated[q.Ref | None, q.Reference("ClassRef", 159)] = None
    template_ref: Annotated[q.Ref | None, q.Reference("TemplateRef", 31, since="3.0")] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate")] = None
    ref_number: Annotated[str | None, q.Text("RefNumber", 11)] = None
    bill_address: Annotated[Address | None, q.Block("BillAddress")] = None
    bill_address_block: Annotated[AddressBlock | None, q.Block("BillAddressBlock", shapes=q.RET, since="6.0")] = None
    ship_address: Annotated[Address | None, q.Block("ShipAddress")] = None
    ship_address_block: Annotated[AddressBlock | None, q.Block("ShipAddressBlock", shapes=q.RET, since="6.0")] = None
    is_pending: Annotated[bool | None, q.YesNo("IsPending")] = None
    check_number: Annotated[str | None, q.Text("CheckNumber", 25)] = None
    payment_method_ref: Annotated[q.Ref | None, q.Reference("PaymentMethodRef", 31)] = None
    due_date: Annotated[dt.date | None, q.Day("DueDate")] = None
    sales_rep_ref: Annotated[q.Ref | None, q.Reference("SalesRepRef", 5)] = None
    ship_date: Annotated[dt.date | None, q.Day("ShipDate")] = None
    ship_method_ref: Annotated[q.Ref | None, q.Reference("ShipMethodRef", 15)] = None
    fob: Annotated[str | None, q.Text("FOB", 13)] = None
    subtotal: Annotated[Decimal | None, q.Amount("Subtotal", shapes=q.RET)] = None
    item_sales_tax_ref: Annotated[q.Ref | None, q.Reference("ItemSalesTaxRef", 31, to=("ItemSalesTax", "ItemSalesTaxGroup"))] = None
    sales_tax_percentage: Annotated[Decimal | None, q.Percent("SalesTaxPercentage", shapes=q.RET)] = None
    sales_tax_total: Annotated[Decimal | None, q.Amount("SalesTaxTotal", shapes=q.RET)] = None
    total_amount: Annotated[Decimal | None, q.Amount("TotalAmount", shapes=q.RET)] = None
    currency_ref: Annotated[q.Ref | None, q.Reference("CurrencyRef", 64, shapes=q.RET, since="8.0")] = None
    total_amount_in_home_currency: Annotated[Decimal | None, q.Amount("TotalAmountInHomeCurrency", shapes=q.RET, since="8.0")] = None
    memo: Annotated[str | None, q.Text("Memo", 4095)] = None
    customer_msg_ref: Annotated[q.Ref | None, q.Reference("CustomerMsgRef", 101)] = None
    is_to_be_printed: Annotated[bool | None, q.YesNo("IsToBePrinted")] = None
    is_to_be_emailed: Annotated[bool | None, q.YesNo("IsToBeEmailed", since="6.0")] = None
    is_tax_included: Annotated[bool | None, q.YesNo("IsTaxIncluded", since="6.0", editions=CA | UK | AU)] = None
    customer_sales_tax_code_ref: Annotated[q.Ref | None, q.Reference("CustomerSalesTaxCodeRef", 3, lengths={AU: 6}, to=("SalesTaxCode",))] = None
    deposit_to_account_ref: Annotated[q.Ref | None, q.Reference("DepositToAccountRef", 159, to=("Account",))] = None
    credit_card_txn_info: Annotated[CreditCardTxnInfo | None, q.Block("CreditCardTxnInfo", shapes=q.ADD | q.RET, since="4.1")] = None
    other: Annotated[str | None, q.Text("Other", 29, since="6.0")] = None
    exchange_rate: Annotated[Decimal | None, q.Float("ExchangeRate", since="8.0")] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="9.0")] = None
    lines: Annotated[tuple[SalesReceiptLine | SalesReceiptLineGroup, ...], q.Lines(required=q.ADD, suffix=LINE, key="txn_line_id")] = ()
    discount_line: Annotated[DiscountLine | None, q.Block("DiscountLine", shapes=q.ADD | q.RET, editions=q.ONLINE, suffix={q.ADD: "Add", q.RET: "Ret"})] = None
    sales_tax_line: Annotated[SalesTaxLine | None, q.Block("SalesTaxLine", shapes=q.ADD | q.RET, editions=q.ONLINE, suffix={q.ADD: "Add", q.RET: "Ret"})] = None
    shipping_line: Annotated[ShippingLine | None, q.Block("ShippingLine", shapes=q.ADD | q.RET, editions=q.ONLINE, suffix={q.ADD: "Add", q.RET: "Ret"})] = None
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, since="2.0", suffix={q.RET: "Ret"})] = ()


@q.record("SalesReceiptQuery", shapes=q.QUERY, choices=txn_choices(), iterator=True, meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class SalesReceiptQuery(TxnQuery):
    """Sales receipts by id, by number, or by filters; their lines only where they are asked for."""

    include_line_items: Annotated[bool | None, q.YesNo("IncludeLineItems")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()
