"""How QuickBooks words its answers, where programs are known to read them."""

from __future__ import annotations

import re

import attrs

from procore_qbd.codes import status

__all__ = [
    "CANNOT_MERGE",
    "CANNOT_PARSE_WORDS",
    "CONVERSIONS",
    "NAME_WITH_COLON",
    "NOT_POSITIVE",
    "OVERPAID",
    "Refusal",
    "words",
]

CANNOT_PARSE_WORDS = "QuickBooks found an error when parsing the provided XML text stream."

CANNOT_MERGE = "  QuickBooks error message: Cannot merge list elements."
OVERPAID = "  QuickBooks error message: You cannot pay more than the amount due."
NOT_POSITIVE = "  QuickBooks error message: Transaction amount must be positive."
_NO_SUCH_RECORD = "  QuickBooks error message: Invalid argument.  The specified record does not exist in the list."
_WORDS = {
    0: "Status OK",
    1: "A query request did not find a matching object in QuickBooks",
    500: "The query request has not been fully completed. There was a required element ({value}) that could not be "
    "found in QuickBooks.",
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
    3070: "The string {value} in the field {field} is too long.",
    3090: "There was an error when storing {value} in the {field} field.  QuickBooks error message: Names in this list "
    "cannot contain a colon (:).",
    3100: "The name {value} of the list element is already in use.",
    3120: "Object {value} specified in the request cannot be found." + _NO_SUCH_RECORD,
    3130: "There is an invalid reference to a parent {value} in the {field} list." + _NO_SUCH_RECORD,
    3140: "There is an invalid reference to QuickBooks {field} {value} in the {record}." + _NO_SUCH_RECORD,
    3160: "Cannot delete the object specified by the id = {value}.{record}",
    3170: "There was an error when modifying a {field}.{record}",
    3175: "{value} is already in use.{record}",
    3176: "The related transaction {value} is already in use.{record}",
    3180: "There was an error when saving a {field}.{record}",
    3185: "Cannot void the object specified by the id = {value}.{record}",
    3200: "The provided edit sequence {value} is out-of-date.",
    3210: "The {field} field has an invalid value {value}.{record}",
    3231: "The request has not been processed.",
    3240: "Object {value} specified in the request cannot be found.",
    3391: "The iteratorID {value} is not valid.",
}


def words(code: int, value: str = "", field: str = "", record: str = "") -> str:
    """A ``statusMessage``; where QuickBooks' own words are not known to us, what the code means."""
    if code == _BAD_ID:
        field = _BETWEEN_WORDS.sub(" ", field).lower()
    if code in _WORDS:
        return _WORDS[code].format(value=f'"{value}"', field=f'"{field}"' if code in _QUOTED else field, record=record)
    return ": ".join(filter(None, (field, status(code).meaning, value)))


CONVERSIONS = frozenset({3000, 3010, 3020, 3035, 3040, 3045, 3050, 3060, 3065, 3070, 3085})
"""A value that cannot be what its field holds."""

_BAD_ID = 3000
NAME_WITH_COLON = 3090
"""What of a name nobody but QuickBooks says, in its own words."""
_BETWEEN_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=ID)(?=[A-Z])")
_QUOTED = CONVERSIONS | {_BAD_ID, 3090, 3210}


@attrs.frozen
class Refusal(Exception):  # noqa: N818  QuickBooks' no is an answer, not an error of ours
    """QuickBooks' answer to a request that it does not carry out.

    Attributes:
        code: The statusCode.
        value: The value that it is about.
        field: Where that stands.
        record: In what.
        note: What QuickBooks does not say, for `CompanyFile.last_fault`.
    """

    code: int
    value: str = ""
    field: str = ""
    record: str = ""
    note: str = attrs.field(default="", kw_only=True)

    @property
    def message(self) -> str:
        """The ``statusMessage``."""
        return words(self.code, self.value, self.field, self.record)
