"""The generated bills as a user of xsdata and one of pydantic-xml would declare them: what stands in the document.

Neither keeps what nobody declared, as we do: nothing of that kind stands in the document, and both are quicker without.
"""
# ruff: noqa: INP001, RUF009, TC002, TC003  # a module beside run.py; models, whose annotations are read at run time

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lxml import etree
from pydantic_xml import BaseXmlModel, element
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig
from xsdata.formats.dataclass.parsers.handlers import LxmlEventHandler
from xsdata.models.datatype import XmlDate, XmlDateTime

__all__ = ["RIVALS", "count", "records", "shown"]


def one(tag: str) -> Any:
    """An element that may be absent."""
    return field(default=None, metadata={"name": tag, "type": "Element"})


@dataclass(kw_only=True, slots=True)
class XsRef:
    list_id: str | None = one("ListID")
    full_name: str | None = one("FullName")


@dataclass(kw_only=True, slots=True)
class XsItemLine:
    txn_line_id: str | None = one("TxnLineID")
    item_ref: XsRef | None = one("ItemRef")
    desc: str | None = one("Desc")
    quantity: Decimal | None = one("Quantity")
    cost: Decimal | None = one("Cost")
    amount: Decimal | None = one("Amount")
    customer_ref: XsRef | None = one("CustomerRef")
    billable_status: str | None = one("BillableStatus")


@dataclass(kw_only=True, slots=True)
class XsBill:
    txn_id: str | None = one("TxnID")
    time_created: XmlDateTime | None = one("TimeCreated")
    time_modified: XmlDateTime | None = one("TimeModified")
    edit_sequence: str | None = one("EditSequence")
    txn_number: int | None = one("TxnNumber")
    vendor_ref: XsRef | None = one("VendorRef")
    ap_account_ref: XsRef | None = one("APAccountRef")
    txn_date: XmlDate | None = one("TxnDate")
    due_date: XmlDate | None = one("DueDate")
    amount_due: Decimal | None = one("AmountDue")
    ref_number: str | None = one("RefNumber")
    terms_ref: XsRef | None = one("TermsRef")
    memo: str | None = one("Memo")
    is_paid: bool | None = one("IsPaid")
    item_lines: list[XsItemLine] = field(default_factory=list, metadata={"name": "ItemLineRet", "type": "Element"})
    open_amount: Decimal | None = one("OpenAmount")


class PyRef(BaseXmlModel):
    list_id: str | None = element("ListID", default=None)
    full_name: str | None = element("FullName", default=None)


class PyItemLine(BaseXmlModel):
    txn_line_id: str | None = element("TxnLineID", default=None)
    item_ref: PyRef | None = element("ItemRef", default=None)
    desc: str | None = element("Desc", default=None)
    quantity: Decimal | None = element("Quantity", default=None)
    cost: Decimal | None = element("Cost", default=None)
    amount: Decimal | None = element("Amount", default=None)
    customer_ref: PyRef | None = element("CustomerRef", default=None)
    billable_status: str | None = element("BillableStatus", default=None)


class PyBill(BaseXmlModel, tag="BillRet"):
    txn_id: str | None = element("TxnID", default=None)
    time_created: dt.datetime | None = element("TimeCreated", default=None)
    time_modified: dt.datetime | None = element("TimeModified", default=None)
    edit_sequence: str | None = element("EditSequence", default=None)
    txn_number: int | None = element("TxnNumber", default=None)
    vendor_ref: PyRef | None = element("VendorRef", default=None)
    ap_account_ref: PyRef | None = element("APAccountRef", default=None)
    txn_date: dt.date | None = element("TxnDate", default=None)
    due_date: dt.date | None = element("DueDate", default=None)
    amount_due: Decimal | None = element("AmountDue", default=None)
    ref_number: str | None = element("RefNumber", default=None)
    terms_ref: PyRef | None = element("TermsRef", default=None)
    memo: str | None = element("Memo", default=None)
    is_paid: bool | None = element("IsPaid", default=None)
    item_lines: list[PyItemLine] = element("ItemLineRet", default=[])
    open_amount: Decimal | None = element("OpenAmount", default=None)


def records(data: bytes, make: Callable[[etree._Element], Any]) -> Iterator[Any]:
    """One record at a time, as we read them: each element becomes a record and is dropped."""
    for _, found in etree.iterparse(io.BytesIO(data), tag="BillRet"):
        yield make(found)
        found.clear()
        parent = found.getparent()
        while found.getprevious() is not None:
            del parent[0]


def count(data: bytes, make: Callable[[etree._Element], Any]) -> int:
    """How many records there are, each of them made."""
    return sum(1 for _ in records(data, make))


_XSDATA = XmlParser(config=ParserConfig(fail_on_unknown_properties=False), handler=LxmlEventHandler)

RIVALS: dict[str, Callable[[etree._Element], Any]] = {
    "xsdata": lambda found: _XSDATA.parse(found, XsBill),
    "pydantic-xml": PyBill.from_xml_tree,
}


def shown(record: Any) -> Any:
    """What a record of theirs or ours says of the elements above, in words that compare."""
    if type(record) in (list, tuple):
        return [shown(member) for member in record]
    names = next((names for names in _NAMES if hasattr(record, names[0])), None)
    if names is not None:
        return {name: shown(getattr(record, name)) for name in names}
    return getattr(record, "raw", None) or (record.isoformat() if isinstance(record, dt.date) else str(record))


_NAMES = [tuple(model.__dataclass_fields__) for model in (XsBill, XsItemLine, XsRef)]
