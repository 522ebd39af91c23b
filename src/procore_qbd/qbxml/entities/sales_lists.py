"""The short lists that sales choose from: payment methods, ways to ship, sales representatives, messages."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import ListQuery, list_choices

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


@q.record("PaymentMethod", shapes=q.ADD | q.RET)
@attrs.frozen(kw_only=True, slots=False)
class PaymentMethod(q.Record):
    """A way in which customers pay; it cannot be modified through qbXML."""

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.RET)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.RET)] = None
    name: Annotated[str | None, q.Text("Name", 31, required=q.ADD)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None
    payment_method_type: Annotated[PaymentMethodType | str | None, q.Choice("PaymentMethodType", PaymentMethodType, since="7.0")] = None


@q.record("PaymentMethodQuery", shapes=q.QUERY, choices=list_choices("payment_method_types"), meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class PaymentMethodQuery(ListQuery):
    """Payment methods by id, by name, or by filters; not in pieces."""

    payment_method_types: Annotated[tuple[PaymentMethodType | str, ...], q.Choice("PaymentMethodType", PaymentMethodType, since="7.0")] = ()
    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()


@q.record("ShipMethod", shapes=q.ADD | q.RET)
@attrs.frozen(kw_only=True, slots=False)
class ShipMethod(q.Record):
    """A way to ship, a carrier for instance; it cannot be modified through qbXML."""

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.RET)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.RET)] = None
    name: Annotated[str | None, q.Text("Name", 15, required=q.ADD)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None


@q.record("ShipMethodQuery", shapes=q.QUERY, choices=list_choices(), meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class ShipMethodQuery(ListQuery):
    """Ways to ship by id, by name, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()


@q.record("SalesRep", shapes=q.ADD | q.MOD | q.RET, later={q.MOD: "3.0"})
@attrs.frozen(kw_only=True, slots=False)
class SalesRep(q.Record):
    """A sales representative: initials, which stand for its name, and who it is in one of the lists of names."""

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    initial: Annotated[str | None, q.Text("Initial", 5, required=q.ADD)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None
    sales_rep_entity_ref: Annotated[q.Ref | None, q.Reference("SalesRepEntityRef", 41, before={"2.1": {"max": 31}}, required=q.ADD, to=("Vendor", "Employee", "OtherName"))] = None


@q.record("SalesRepQuery", shapes=q.QUERY, choices=list_choices(), meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class SalesRepQuery(ListQuery):
    """Sales representatives by id, by initials, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()


@q.record("CustomerMsg", shapes=q.ADD | q.RET)
@attrs.frozen(kw_only=True, slots=False)
class CustomerMsg(q.Record):
    """A sentence to print on sales forms; it cannot be modified through qbXML."""

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.RET)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.RET)] = None
    name: Annotated[str | None, q.Text("Name", 101, required=q.ADD)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive")] = None


@q.record("CustomerMsgQuery", shapes=q.QUERY, choices=list_choices(), meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class CustomerMsgQuery(ListQuery):
    """Messages by id, by their text, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
