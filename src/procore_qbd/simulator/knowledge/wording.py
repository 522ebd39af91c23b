"""How QuickBooks words its answers, where programs are known to read them."""

from __future__ import annotations

import re

from procore_qbd.codes import status

__all__ = [
    "CANNOT_PARSE_WORDS",
    "CONVERSIONS",
    "NAME_WITH_COLON",
    "in_lower_case",
    "words",
]

CANNOT_PARSE_WORDS = "QuickBooks found an error when parsing the provided XML text stream."

_SAID = "  QuickBooks error message: "
_NO_SUCH_RECORD = f"{_SAID}Invalid argument.  The specified record does not exist in the list."
_CLOSED = (
    " with a date that is on or before the closing date of the company.  If you are sure you really want to do this, "
    "please ask a user with Admin privileges to remove the password for editing transactions on or before to closing "
    "date (this setting is in the Accounting Company Preferences), then try again."
)
_WORDS = {
    0: "Status OK",
    1: "A query request did not find a matching object in QuickBooks",
    500: "The query request has not been fully completed. There was a required element ({value}) that could not be "
    "found in QuickBooks.",
    530: "The field {field} is not supported by this implementation.",
    570: "Unable to link to transaction {value} because it has already been closed.",
    3000: "The given object ID {value} in the field {field} is invalid.",
    **{
        code: f"There was an error when converting the {kind} {{value}} in the field {{field}}"
        for code, kind in {
            3010: "boolean value",
            3020: "date value",
            3035: "time interval",
            3040: "amount",
            3045: "price",
            3050: "percent",
            3060: "quantity",
            3065: "GUID value",
            3085: "number",
        }.items()
    },
    1030: "This request is not supported by this implementation.",
    1060: "The request ID {value} is invalid, possibly too long, max 50 chars.",
    3030: "Invalid date range: From date is greater than To date.",
    3070: "The string {value} in the field {field} is too long.",
    3080: "The string {value} is invalid.",
    3090: "There was an error when storing {value} in the {field} field.  QuickBooks error message: Names in this list "
    "cannot contain a colon (:).",
    3100: "The name {value} of the list element is already in use.",
    3101: "Multiplying the rate and the quantity results in an amount that exceeds the maximum allowable amount.",
    3110: "The enumerated value {value} in the field {field} is unknown.",
    3120: "Object {value} specified in the request cannot be found." + _NO_SUCH_RECORD,
    3121: "Data Extension Definitions specified by OwnerID {plain} not found for this object type.",
    3130: "There is an invalid reference to a parent {value} in the {field} list." + _NO_SUCH_RECORD,
    3140: "There is an invalid reference to QuickBooks {field} {value} in the {record}",
    3150: "There is a missing element: {field}",
    3160: "Cannot delete the object specified by the id = {value}.{record}",
    3161: "An attempt was made to delete a {plain}" + _CLOSED,
    3162: "This operation is not allowed in multi-user mode.",
    3170: "There was an error when modifying a {field}.{record}",
    3171: "An attempt was made to modify a {plain}" + _CLOSED,
    3172: "An attempt was made to modify a {plain} with a date that is on or before the last inventory condensed date.",
    3175: "There was an error adding, modifying or deleting {plain} because it is already in use.{record}",
    3176: "The related transaction object {plain} is already in use.{record}",
    3177: "The transaction object {value} may only be provided once in this request.",
    3180: "There was an error when saving a {field}.{record}",
    3185: "Cannot void the object specified by the id = {value}.{record}",
    3190: "Cannot clear the element in the {field} field.",
    3200: "The provided edit sequence {value} is out-of-date.",
    3210: "The {field} field has an invalid value {value}.{record}",
    3231: "The request has not been processed.",
    3240: "Object {value} specified in the request cannot be found.",
    3250: "This feature is not enabled or not available in this version of QuickBooks.",
    3270: "Missing posting account.",
    3280: "The item {value} cannot be used in this line item.  It does not have a correct type.",
    3290: "The item {value} is placed in the request in incorrect order.",
    3320: "The required report could not be generated.",
    3350: "Unable to define a new public data extension; the list of public extension definitions is full.",
    3351: "The value or values provided for AssignToObject or RemoveFromObject may not be used for public data "
    "extension requests.",
    3352: "The data extension named {value} was previously defined with a different, incompatible AssignToObject.  "
    "Unable to use the AssignToObject type in this request.",
    3391: "The iteratorID {value} is not valid.",
    9100: "The macro name {value} is already in use; it may only be defined once.",
    9101: "The macro name {value} is too long.",
    9102: "The macro name {value} contains invalid characters.",
    9103: "The request was unable to use a macro value, probably due to an earlier error encountered when defining the "
    "macro.",
}


def words(code: int, value: str = "", field: str = "", record: str = "") -> str:
    """A ``statusMessage``; where QuickBooks' own words are not known to us, what the code means."""
    if code == _BAD_ID:
        field = in_lower_case(field)
    if code == _BAD_REFERENCE and _SAID not in record:
        record = f"{record}.{_NO_SUCH_RECORD}"
    if code in _WORDS:
        quoted = f'"{field}"' if code in _QUOTED else field
        return _WORDS[code].format(value=f'"{value}"', plain=value, field=quoted, record=record)
    return ": ".join(filter(None, (field, status(code).meaning, value)))


def in_lower_case(field: str) -> str:
    """``"BillableStatus"`` as QuickBooks' sentences have it: ``"billable status"``."""
    return _BETWEEN_WORDS.sub(" ", field).lower()


CONVERSIONS = frozenset({3000, 3010, 3020, 3035, 3040, 3045, 3050, 3060, 3065, 3070, 3085})
"""A value that cannot be what its field holds."""

_BAD_ID, _BAD_REFERENCE = 3000, 3140
NAME_WITH_COLON = 3090
"""What of a name nobody but QuickBooks says, in its own words."""
_BETWEEN_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=ID)(?=[A-Z])")
_QUOTED = CONVERSIONS | {530, _BAD_ID, 3090, 3110, 3150, 3190, 3210}
