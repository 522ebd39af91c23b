"""The short lists that sales choose from: payment methods, ways to ship, sales representatives, messages."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import ListQuery, list_choices
from procore_qbd.qbxml.records import Record, Ref, Reference, record
from procore_qbd.qbxml.values import ADD, MOD, QUERY, RET, Choice, Id, Moment, Text, When, YesNo

__all__ = [
    "CustomerMsg",
    "CustomerMsgQuery",
    "PaymentMethod",
    "PaymentMethodQuery",
    "PaymentMethodType",
    "SalesRep",
    "SalesRepQuery",
    "ShipMethod",
    "ShipMethodQuery",
]


class PaymentMethodType(StrEnum):
    """What a payment method is by nature, whatever its name."""

    AMERICAN_EXPRESS = "AmericanExpress"
    CASH = "Cash"
    CHECK = "Check"
    DEBIT_CARD = "DebitCard"
    DISCOVER = "Discover"
    E_CHECK = "ECheck"
    GIFT_CARD = "GiftCard"
    MASTER_CARD = "MasterCard"
    OTHER = "Other"
    OTHER_CREDIT_CARD = "OtherCreditCard"
    VISA = "Visa"


@record("PaymentMethod", shapes=ADD | RET)
@attrs.frozen(kw_only=True, slots=False)
class PaymentMethod(Record):
    """A way in which customers pay; it cannot be modified through qbXML."""

    list_id: Annotated[str | None, Id("ListID", shapes=RET)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=RET)] = None
    name: Annotated[str | None, Text("Name", 31, required=ADD)] = None
    is_active: Annotated[bool | None, YesNo("IsActive")] = None
    payment_method_type: Annotated[PaymentMethodType | str | None, Choice("PaymentMethodType", PaymentMethodType, since="7.0")] = None


@record("PaymentMethodQuery", shapes=QUERY, choices=list_choices("payment_method_types"), meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class PaymentMethodQuery(ListQuery):
    """Payment methods by id, by name, or by filters; not in pieces."""

    payment_method_types: Annotated[tuple[PaymentMethodType | str, ...], Choice("PaymentMethodType", PaymentMethodType, since="7.0")] = ()
    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()


@record("ShipMethod", shapes=ADD | RET)
@attrs.frozen(kw_only=True, slots=False)
class ShipMethod(Record):
    """A way to ship, a carrier for instance; it cannot be modified through qbXML."""

    list_id: Annotated[str | None, Id("ListID", shapes=RET)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=RET)] = None
    name: Annotated[str | None, Text("Name", 15, required=ADD)] = None
    is_active: Annotated[bool | None, YesNo("IsActive")] = None


@record("ShipMethodQuery", shapes=QUERY, choices=list_choices(), meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class ShipMethodQuery(ListQuery):
    """Ways to ship by id, by name, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()


@record("SalesRep", shapes=ADD | MOD | RET, later={MOD: "3.0"})
@attrs.frozen(kw_only=True, slots=False)
class SalesRep(Record):
    """A sales representative: initials, which stand for its name, and who it is in one of the lists of names."""

    list_id: Annotated[str | None, Id("ListID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    initial: Annotated[str | None, Text("Initial", 5, required=ADD)] = None
    is_active: Annotated[bool | None, YesNo("IsActive")] = None
    sales_rep_entity_ref: Annotated[Ref | None, Reference("SalesRepEntityRef", 41, before={"2.1": {"max": 31}}, required=ADD, to=("Vendor", "Employee", "OtherName"))] = None


@record("SalesRepQuery", shapes=QUERY, choices=list_choices(), meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class SalesRepQuery(ListQuery):
    """Sales representatives by id, by initials, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()


@record("CustomerMsg", shapes=ADD | RET)
@attrs.frozen(kw_only=True, slots=False)
class CustomerMsg(Record):
    """A sentence to print on sales forms; it cannot be modified through qbXML."""

    list_id: Annotated[str | None, Id("ListID", shapes=RET)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=RET)] = None
    name: Annotated[str | None, Text("Name", 101, required=ADD)] = None
    is_active: Annotated[bool | None, YesNo("IsActive")] = None


@record("CustomerMsgQuery", shapes=QUERY, choices=list_choices(), meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class CustomerMsgQuery(ListQuery):
    """Messages by id, by their text, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
