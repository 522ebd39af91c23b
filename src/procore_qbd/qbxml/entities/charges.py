"""Statement charges: what a customer owes without an invoice."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._lines import PriceRuleConflict
from procore_qbd.qbxml.entities._shared import CA, MAX_RETURNED, UK, US, CustomField
from procore_qbd.qbxml.entities._transactions import (
    ITEMS,
    AccountFilter,
    EntityFilter,
    LinkedTxn,
    ModifiedDateRangeFilter,
    PaidStatus,
    RefNumberFilter,
    RefNumberRangeFilter,
    TxnDateRangeFilter,
)
from procore_qbd.qbxml.records import Block, OneOf, Record, Ref, Reference, record
from procore_qbd.qbxml.values import (
    ADD,
    MOD,
    QUERY,
    RET,
    Amount,
    Attribute,
    Choice,
    Day,
    Guid,
    Id,
    Integer,
    Moment,
    Price,
    Quantity,
    Text,
    When,
    YesNo,
)

__all__ = ["Charge", "ChargeQuery"]


@record("Charge", shapes=ADD | MOD | RET, since="2.0", later={MOD: "3.0"})
@attrs.frozen(kw_only=True, slots=False)
class Charge(Record):
    """One item that goes on a customer's statement, without an invoice."""

    def_macro: Annotated[str | None, Attribute("defMacro", shapes=ADD, since="2.0")] = None
    txn_id: Annotated[str | None, Id("TxnID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    txn_number: Annotated[int | None, Integer("TxnNumber", shapes=RET)] = None
    customer_ref: Annotated[Ref | None, Reference("CustomerRef", 209, required=ADD)] = None
    txn_date: Annotated[dt.date | None, Day("TxnDate")] = None
    ref_number: Annotated[str | None, Text("RefNumber", 11)] = None
    item_ref: Annotated[Ref | None, Reference("ItemRef", before={"7.0": {"required": ADD}}, to=ITEMS)] = None
    inventory_site_ref: Annotated[Ref | None, Reference("InventorySiteRef", 31, since="10.0", editions=US | CA | UK)] = None
    inventory_site_location_ref: Annotated[Ref | None, Reference("InventorySiteLocationRef", 31, since="12.0", editions=US | CA | UK, to=("InventorySite",))] = None
    quantity: Annotated[Decimal | None, Quantity("Quantity")] = None
    unit_of_measure: Annotated[str | None, Text("UnitOfMeasure", 31, since="7.0")] = None
    override_uom_set_ref: Annotated[Ref | None, Reference("OverrideUOMSetRef", 31, shapes=MOD | RET, since="7.0", to=("UnitOfMeasureSet",))] = None
    rate: Annotated[Decimal | None, Price("Rate")] = None
    option_for_price_rule_conflict: Annotated[PriceRuleConflict | str | None, Choice("OptionForPriceRuleConflict", PriceRuleConflict, shapes=ADD | MOD, since="13.0")] = None
    amount: Annotated[Decimal | None, Amount("Amount")] = None
    balance_remaining: Annotated[Decimal | None, Amount("BalanceRemaining", shapes=RET)] = None
    desc: Annotated[str | None, Text("Desc", 4095)] = None
    ar_account_ref: Annotated[Ref | None, Reference("ARAccountRef", 159, to=("Account",))] = None
    class_ref: Annotated[Ref | None, Reference("ClassRef", 159)] = None
    billed_date: Annotated[dt.date | None, Day("BilledDate")] = None
    due_date: Annotated[dt.date | None, Day("DueDate")] = None
    is_paid: Annotated[bool | None, YesNo("IsPaid", shapes=RET, since="3.0")] = None
    override_item_account_ref: Annotated[Ref | None, Reference("OverrideItemAccountRef", 159, shapes=ADD | MOD, since="3.0", to=("Account",))] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="9.0")] = None
    linked_txns: Annotated[tuple[LinkedTxn, ...], Block("LinkedTxn", shapes=RET, since="3.0")] = ()
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, suffix={RET: "Ret"})] = ()


@record(
    "ChargeQuery",
    shapes=QUERY,
    choices=(
        OneOf.of("modified_date_range_filter", "txn_date_range_filter"),
        OneOf.of("ref_number_filter", "ref_number_range_filter"),
        OneOf.of(
            "txn_ids",
            "ref_numbers",
            "ref_numbers_case_sensitive",
            (
                "max_returned",
                "modified_date_range_filter",
                "txn_date_range_filter",
                "entity_filter",
                "account_filter",
                "ref_number_filter",
                "ref_number_range_filter",
                "paid_status",
            ),
        ),
    ),
    since="2.0",
    iterator=True,
    meta_data=True,
)
@attrs.frozen(kw_only=True, slots=False)
class ChargeQuery(Record):
    """Statement charges by id, by number, or by filters."""

    txn_ids: Annotated[tuple[str, ...], Id("TxnID")] = ()
    ref_numbers: Annotated[tuple[str, ...], Text("RefNumber")] = ()
    ref_numbers_case_sensitive: Annotated[tuple[str, ...], Text("RefNumberCaseSensitive", since="4.0")] = ()
    max_returned: Annotated[int | None, MAX_RETURNED] = None
    modified_date_range_filter: Annotated[ModifiedDateRangeFilter | None, Block("ModifiedDateRangeFilter")] = None
    txn_date_range_filter: Annotated[TxnDateRangeFilter | None, Block("TxnDateRangeFilter")] = None
    entity_filter: Annotated[EntityFilter | None, Block("EntityFilter")] = None
    account_filter: Annotated[AccountFilter | None, Block("AccountFilter")] = None
    ref_number_filter: Annotated[RefNumberFilter | None, Block("RefNumberFilter")] = None
    ref_number_range_filter: Annotated[RefNumberRangeFilter | None, Block("RefNumberRangeFilter")] = None
    paid_status: Annotated[PaidStatus | str | None, Choice("PaidStatus", PaidStatus, since="4.0")] = None
    include_linked_txns: Annotated[bool | None, YesNo("IncludeLinkedTxns", since="3.0")] = None
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID")] = ()
