"""What a bookkeeper calls the kinds of record and their fields: a rule, and a table of what the rule does not know.

>>> records("ItemService"), records("Vendor"), records("JournalEntry")
('Service items', 'Vendors', 'Journal entries')
>>> heading("txn_date"), heading("vendor_ref"), heading("is_active"), heading("bill_address")
('Date', 'Vendor', 'Active', 'Bill address')
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["heading", "record", "records", "request"]

_RECORDS = {
    "ARRefundCreditCard": "credit card refund",
    "BillPaymentCheck": "bill payment by check",
    "BillPaymentCreditCard": "bill payment by credit card",
    "BillToPay": "bill to pay",
    "BuildAssembly": "assembly build",
    "CompanyActivity": "company activity",
    "CustomerMsg": "customer message",
    "DataExt": "custom field",
    "DataExtDef": "custom field definition",
    "DataExtDefDel": "deleted custom field definition",
    "DataExtDel": "cleared custom field",
    "DateDrivenTerms": "date driven terms",
    "Host": "QuickBooks program",
    "ItemNonInventory": "non-inventory item",
    "ListDel": "deleted list record",
    "ListDeleted": "deleted list record",
    "ListMerge": "merged list record",
    "Preferences": "preferences",
    "ReceivePayment": "customer payment",
    "SalesRep": "sales representative",
    "SalesTaxPaymentCheck": "sales tax payment",
    "ShipMethod": "shipping method",
    "StandardTerms": "standard terms",
    "TimeTracking": "time entry",
    "TxnDel": "deleted transaction",
    "TxnDeleted": "deleted transaction",
    "TxnVoid": "voided transaction",
    "UnitOfMeasureSet": "unit of measure set",
}
"""Records that the rule would misname: one of them, in the middle of a sentence."""

_PLURALS = {
    "bill payment by check": "bill payments by check",
    "bill payment by credit card": "bill payments by credit card",
    "bill to pay": "bills to pay",
    "company activity": "company activity",
    "date driven terms": "date driven terms",
    "preferences": "preferences",
    "standard terms": "standard terms",
}

_FIELDS = {
    "cc": "Copy to",
    "data_ext_format_string": "Custom field format",
    "desc": "Description",
    "ein": "Employer number (EIN)",
    "edit_sequence": "Edit sequence",
    "external_guid": "External GUID",
    "fob": "F.O.B.",
    "due_next_month_days": "Due next month if within days",
    "initial": "Middle initial",
    "is_print_items_in_group": "Items of group printed",
    "item_inventory_assembly_ref": "Assembly",
    "item_purchase_tax_ref": "Purchase tax item",
    "item_sales_tax_ref": "Sales tax item",
    "item_sales_tax_refs": "Sales tax items",
    "item_service_ref": "Service item",
    "list_data_ext_type": "List",
    "list_id": "List id",
    "list_obj_ref": "List record",
    "num_col_title_rows": "Number of title rows",
    "other_data_ext_type": "Other kind",
    "part_or_full_time": "Part or full time",
    "payee_entity_ref": "Payee",
    "payroll_item_wage_ref": "Wage item",
    "po_number": "P.O. number",
    "pref_vendor_ref": "Preferred vendor",
    "qb_file_mode": "File mode",
    "ref_number": "Number",
    "ssn": "Social security number",
    "std_discount_days": "Discount days",
    "std_due_days": "Due in days",
    "supported_qbxml_versions": "Versions of qbXML",
    "time_created": "Created",
    "time_deleted": "Deleted",
    "time_modified": "Changed",
    "txn_data_ext_type": "Kind of transaction",
    "txn_date": "Date",
    "txn_id": "Transaction id",
    "txn_line_id": "Line id",
    "us_citizen": "U.S. citizen",
    "us_veteran": "U.S. veteran",
}
"""Fields that the rule would misname."""

_WORDS = {
    "ap": "A/P",
    "ar": "A/R",
    "auth": "authorization",
    "cogs": "cost of goods sold",
    "data_ext": "custom field",
    "def": "definition",
    "del": "deletion",
    "desc": "description",
    "ein": "EIN",
    "exp": "expiration",
    "expire": "expiration",
    "ext": "field",
    "guid": "GUID",
    "ident": "number",
    "msg": "message",
    "num": "number of",
    "obj": "record",
    "pct": "percent",
    "pin": "PIN",
    "qb": "QuickBooks",
    "refs": "",
    "ref": "",
    "rep": "representative",
    "ret": "",
    "ship": "shipping",
    "txn": "transaction",
    "txns": "transactions",
    "uom": "unit of measure",
}
"""Words that QuickBooks shortens, and those that say nothing to people."""


@cache
def heading(field: str) -> str:
    """What stands above a field, by its Python name: ``'ap_account_ref'`` is ``'A/P account'``."""
    if field in _FIELDS:
        return _FIELDS[field]
    parts = re.sub(r"(?<=[a-z])(?=\d+$)", "_", field.replace("data_ext", "custom_field")).split("_")
    if parts[0] in ("is", "list", "txn") and len(parts) > 1 and parts[1] not in ("id", "number"):
        del parts[0]
    return _sentence(filter(None, (_WORDS.get(part, part) for part in parts)))


@cache
def record(name: str) -> str:
    """One record of a kind, in the middle of a sentence: ``'ItemService'`` is ``'service item'``."""
    if name in _RECORDS:
        return _RECORDS[name]
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]*", name) or [name]
    if parts[0] == "Item" and len(parts) > 1 and parts[1] != "Receipt":
        parts = [*parts[1:], "Item"]
    return " ".join(part if len(part) > 1 and part.isupper() else part.lower() for part in parts)


@cache
def records(name: str) -> str:
    """The records of a kind, as a heading: ``'ItemService'`` is ``'Service items'``."""
    one = record(name)
    several = _PLURALS.get(one) or re.sub(r"([^aeiou])y$", r"\1ie", re.sub(r"(s|x|ch)$", r"\1e", one)) + "s"
    return _sentence([several])


@cache
def request(name: str) -> str:
    """A request or an answer as a heading, by its element: ``'VendorAddRs'`` is ``'New vendor'``."""
    plain = name.removesuffix("Rq").removesuffix("Rs")
    for ending, words in (
        ("Query", "Query: {records}"),
        ("Add", "New {record}"),
        ("Mod", "Change of {article} {record}"),
    ):
        if (kind := plain.removesuffix(ending)) != plain and kind:
            one, several = record(kind), records(kind)
            article = "an" if one[0] in "aeiou" else "a"
            return words.format(records=several[0].lower() + several[1:], record=one, article=article)
    return _sentence([record(plain)])


def _sentence(parts: Iterable[str]) -> str:
    text = " ".join(parts)
    return text[:1].upper() + text[1:]
