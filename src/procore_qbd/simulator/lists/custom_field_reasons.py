"""Why QuickBooks does not define a custom field, or sets no value of one: the reasons of `custom_fields`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from procore_qbd.qbxml.entities.shared.common import CustomFieldType
from procore_qbd.simulator.knowledge.rules import Experiment, Reason, Source, Step, named, tried

if TYPE_CHECKING:
    from procore_qbd.simulator.knowledge.asked import RequestType

__all__ = [
    "BAD_VALUES",
    "EMPTY_VALUE",
    "FIELD_EXISTS",
    "FIELD_NOT_DEFINED",
    "FIELD_NOT_FOR_THIS",
    "FIELD_OF_ENTERPRISE",
    "NO_ROOM_FOR_FIELD",
    "PUBLIC_FIELD_ELSEWHERE",
    "PUBLIC_FIELD_NOT_TEXT",
    "PUBLIC_FIELD_OF_NAMES_AND_ITEMS",
    "TOO_MANY_BYTES",
    "VALUE_EXISTS",
]

_TEXT = CustomFieldType.TEXT_255
_PUBLIC, _PRIVATE = "0", "{{6B063959-81B0-4622-85D6-F548C8CCB517}}"
_ON_ITEMS = 5
_HOLDER = "<VendorAdd><Name>~Cedar</Name></VendorAdd>"


def _field(
    owner: str = _PRIVATE, name: str = "~Size", kind: str = _TEXT, on: tuple[str, ...] = ("Vendor",), more: str = ""
) -> str:
    objects = "".join(f"<AssignToObject>{one}</AssignToObject>" for one in on)
    known = f"<OwnerID>{owner}</OwnerID><DataExtName>{name}</DataExtName><DataExtType>{kind}</DataExtType>"
    return f"<DataExtDefAddRq><DataExtDefAdd>{known}{objects}{more}</DataExtDefAdd></DataExtDefAddRq>"


def _value(text: str, name: str = "~Size") -> str:
    known = f"<OwnerID>{_PRIVATE}</OwnerID><DataExtName>{name}</DataExtName>"
    holder = "<ListDataExtType>Vendor</ListDataExtType><ListObjRef><ListID>{holder.list_id}</ListID></ListObjRef>"
    return f"<DataExtAddRq><DataExtAdd>{known}{holder}<DataExtValue>{text}</DataExtValue></DataExtAdd></DataExtAddRq>"


# --- definitions -----------------------------------------------------------------------------------------------------


def _defines_field(asked: RequestType) -> bool:
    return asked.name in ("DataExtDefAdd", "DataExtDefMod")


def _sets_value_of_record(asked: RequestType) -> bool:
    return asked.name in ("DataExtAdd", "DataExtMod")


def _sets_value(asked: RequestType) -> bool:
    """Whether a request gives values of custom fields: to a record, or with the lines of a transaction."""
    return _sets_value_of_record(asked) or (asked.kind is not None and asked.says("DataExtValue"))


PUBLIC_FIELD_NOT_TEXT = Reason(
    3210,
    "A field that people see is to hold something else than text of 255 characters.",
    Source.REFERENCE,
    tried(_field(_PUBLIC, kind=CustomFieldType.INTEGER)),
)
PUBLIC_FIELD_ELSEWHERE = Reason(
    3351,
    "A custom field that people see is defined for records that cannot have one.",
    Source.REFERENCE,
    tried(_field(_PUBLIC, on=("Company",))),
    refuses=_defines_field,
)
PUBLIC_FIELD_OF_NAMES_AND_ITEMS = Reason(
    3352,
    "A custom field that people see is defined for names and for items at once.",
    Source.REFERENCE,
    tried(_field(_PUBLIC, on=("Customer", "Item"))),
    refuses=_defines_field,
)
NO_ROOM_FOR_FIELD = Reason(
    3350,
    "There is no room for another field that people see: 15 on names, 7 of them on each kind of name, 5 on items.",
    Source.REFERENCE,
    Experiment(
        (
            Step("".join(_field(_PUBLIC, f"~{number}", on=("Item",)) for number in range(_ON_ITEMS))),
            Step(_field(_PUBLIC, "~too many", on=("Item",))),
        )
    ),
    refuses=_defines_field,
)
FIELD_EXISTS = Reason(
    3180,
    "A field is defined that is there, or gets the name of one that is.",
    Source.RECORDED,
    tried(_field(), field=_field()),
    quickbooks="Attribute with specified name already exists.",
    refuses=_defines_field,
)
FIELD_OF_ENTERPRISE = Reason(
    3250,
    "A field gets what only QuickBooks Enterprise has: a form, or that it must be filled in.",
    Source.TABLE,
    tried(_field(_PUBLIC, more="<DataExtListRequire>true</DataExtListRequire>")),
    refuses=_defines_field,
)
FIELD_NOT_DEFINED = Reason(
    3121,
    "A custom field is named that is not defined.",
    Source.REFERENCE,
    tried(_value("x"), holder=_HOLDER),
    refuses=lambda asked: _sets_value(asked) or asked.name in ("DataExtDel", "DataExtDefMod", "DataExtDefDel"),
)
FIELD_NOT_FOR_THIS = Reason(
    3121,
    "A custom field is named that is defined, but not for this kind of record.",
    Source.REFERENCE,
    tried(_value("x"), holder=_HOLDER, field=_field(on=("Customer",))),
    refuses=lambda asked: _sets_value(asked) or asked.name == "DataExtDel",
)

# --- values ----------------------------------------------------------------------------------------------------------

VALUE_EXISTS = Reason(
    3180,
    "A field is given a value as if it had none, and has one; or a line gets two of it.",
    Source.RECORDED,
    tried(_value("y"), holder=_HOLDER, field=_field(), value=_value("x")),
    quickbooks="Attribute with specified name already exists.",
    refuses=lambda asked: _sets_value(asked) and asked.name != "DataExtMod",
)
EMPTY_VALUE = Reason(
    3190,
    "The value of a custom field cannot be cleared by an empty one.",
    Source.TABLE,
    tried(_value(""), holder=_HOLDER, field=_field()),
    refuses=_sets_value_of_record,
)
TOO_MANY_BYTES = Reason(
    3180,
    "The fields of programs come to more than 4,096 bytes on one record.",
    Source.REFERENCE,
    Experiment(
        (
            Step(named(_HOLDER, "holder")),
            Step("".join(_field(name=f"~{number}", kind=CustomFieldType.TEXT_1024) for number in range(5))),
            Step("".join(_value("x" * 1024, f"~{number}") for number in range(4))),
            Step(_value("x", "~4")),
        )
    ),
    refuses=_sets_value_of_record,
)


def _no(code: int, what: str, kind: CustomFieldType, text: str) -> Reason:
    words = f"The value of a custom field for {what}."
    shown = tried(_value(text), holder=_HOLDER, field=_field(kind=kind))
    return Reason(code, words, Source.TABLE, shown, refuses=_sets_value_of_record)


FIELD_VALUE_NOT_A_DATE = _no(3020, "dates is no date", CustomFieldType.MOMENT, "31.1.2026")
FIELD_VALUE_NOT_AN_AMOUNT = _no(3040, "amounts is no amount", CustomFieldType.AMOUNT, "12.5")
FIELD_VALUE_NOT_A_PRICE = _no(3045, "prices is no price", CustomFieldType.PRICE, "dear")
FIELD_VALUE_NOT_A_PERCENTAGE = _no(3050, "percentages is no percentage", CustomFieldType.PERCENT, "seven")
FIELD_VALUE_NOT_A_QUANTITY = _no(3060, "quantities is no quantity", CustomFieldType.QUANTITY, "some")
FIELD_VALUE_NOT_A_NUMBER = _no(3085, "whole numbers is none", CustomFieldType.INTEGER, "one")
FIELD_OF_LONG_TEXT = attrs.evolve(
    _no(3070, "text is longer than the field", CustomFieldType.TEXT_255, "x" * 256), refuses=_sets_value
)

BAD_VALUES: dict[int, Reason] = {
    one.code: one
    for one in (
        FIELD_VALUE_NOT_A_DATE,
        FIELD_VALUE_NOT_AN_AMOUNT,
        FIELD_VALUE_NOT_A_PRICE,
        FIELD_VALUE_NOT_A_PERCENTAGE,
        FIELD_VALUE_NOT_A_QUANTITY,
        FIELD_VALUE_NOT_A_NUMBER,
        FIELD_OF_LONG_TEXT,
    )
}
"""Why a value is none of its field's type, by the statusCode of the type."""
