"""Statement charges: what a customer owes without an invoice."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import CA, MAX_RETURNED, UK, US, CustomField
from procore_qbd.qbxml.entities.shared.lines import PriceRuleConflict
from procore_qbd.qbxml.entities.shared.transactions import (
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

__all__ = ["Charge", "ChargeQuery"]


@q.record("Charge", shapes=q.ADD | q.MOD | q.RET, since="2.0", later={q.MOD: "3.0"})
@attrs.frozen(kw_only=True, slots=False)
class Charge(q.Record):
    """One item that goes on a customer's statement, without an invoice."""

    def_macro: Annotated[str | None, q.Attribute("defMacro", shapes=q.ADD, since="2.0")] = None
    txn_id: Annotated[str | None, q.Id("TxnID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    txn_number: Annotated[int | None, q.Integer("TxnNumber", shapes=q.RET)] = None
    customer_ref: Annotated[q.Ref | None, q.Reference("CustomerRef", 209, required=q.ADD)] = None
    txn_date: Annotated[dt.date | None, q.Day("TxnDate")] = None
    ref_number: Annotated[str | None, q.Text("RefNumber", 11)] = None
    item_ref: Annotated[q.Ref | None, q.Reference("ItemRef", before={"7.0": {"required": q.ADD}}, to=ITEMS)] = None
    inventory_site_ref: Annotated[q.Ref | None, q.Reference("InventorySiteRef", 31, since="10.0", editions=US | CA | UK)] = None
    inventory_site_location_ref: Annotated[q.Ref | None, q.Reference("InventorySiteLocationRef", 31, since="12.0", editions=US | CA | UK, to=("InventorySite",))] = None
    quantity: Annotated[Decimal | None, q.Quantity("Quantity")] = None
    unit_of_measure: Annotated[str | None, q.Text("UnitOfMeasure", 31, since="7.0")] = None
    override_uom_set_ref: Annotated[q.Ref | None, q.Reference("OverrideUOMSetRef", 31, shapes=q.MOD | q.RET, since="7.0", to=("UnitOfMeasureSet",))] = None
    rate: Annotated[Decimal | None, q.Price("Rate")] = None
    option_for_price_rule_conflict: Annotated[PriceRuleConflict | str | None, q.Choice("OptionForPriceRuleConflict", PriceRuleConflict, shapes=q.ADD | q.MOD, since="13.0")] = None
    amount: Annotated[Decimal | None, q.Amount("Amount")] = None
    balance_remaining: Annotated[Decimal | None, q.Amount("BalanceRemaining", shapes=q.RET)] = None
    desc: Annotated[str | None, q.Text("Desc", 4095)] = None
    ar_account_ref: Annotated[q.Ref | None, q.Reference("ARAccountRef", 159, to=("Account",))] = None
    class_ref: Annotated[q.Ref | None, q.Reference("ClassRef", 159)] = None
    billed_date: Annotated[dt.date | None, q.Day("BilledDate")] = None
    due_date: Annotated[dt.date | None, q.Day("DueDate")] = None
    is_paid: Annotated[bool | None, q.YesNo("IsPaid", shapes=q.RET, since="3.0")] = None
    override_item_account_ref: Annotated[q.Ref | None, q.Reference("OverrideItemAccountRef", 159, shapes=q.ADD | q.MOD, since="3.0", to=("Account",))] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="9.0")] = None
    linked_txns: Annotated[tuple[LinkedTxn, ...], q.Block("LinkedTxn", shapes=q.RET, since="3.0")] = ()
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, suffix={q.RET: "Ret"})] = ()


@q.record(
    "ChargeQuery",
    shapes=q.QUERY,
    choices=(
        q.OneOf.of("modified_date_range_filter", "txn_date_range_filter"),
        q.OneOf.of("ref_number_filter", "ref_number_range_filter"),
        q.OneOf.of(
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
class ChargeQuery(q.Record):
    """Statement charges by id, by number, or by filters."""

    txn_ids: Annotated[tuple[str, ...], q.Id("TxnID")] = ()
    ref_numbers: Annotated[tuple[str, ...], q.Text("RefNumber")] = ()
    ref_numbers_case_sensitive: Annotated[tuple[str, ...], q.Text("RefNumberCaseSensitive", since="4.0")] = ()
    max_returned: Annotated[int | None, MAX_RETURNED] = None
    modified_date_range_filter: Annotated[ModifiedDateRangeFilter | None, q.Block("ModifiedDateRangeFilter")] = None
    txn_date_range_filter: Annotated[TxnDateRangeFilter | None, q.Block("TxnDateRangeFilter")] = None
    entity_filter: Annotated[EntityFilter | None, q.Block("EntityFilter")] = None
    account_filter: Annotated[AccountFilter | None, q.Block("AccountFilter")] = None
    ref_number_filter: Annotated[RefNumberFilter | None, q.Block("RefNumberFilter")] = None
    ref_number_range_filter: Annotated[RefNumberRangeFilter | None, q.Block("RefNumberRangeFilter")] = None
    paid_status: Annotated[PaidStatus | str | None, q.Choice("PaidStatus", PaidStatus, since="4.0")] = None
    include_linked_txns: Annotated[bool | None, q.YesNo("IncludeLinkedTxns", since="3.0")] = None
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID")] = ()
