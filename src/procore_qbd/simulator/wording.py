"""How QuickBooks words its answers, where programs are known to read them."""

from __future__ import annotations

import attrs

from procore_qbd.codes import status

__all__ = ["Refusal"]

_NO_SUCH_RECORD = "  QuickBooks error message: Invalid argument.  The specified record does not exist in the list."
_WORDS = {
    0: "Status OK",
    1: "A query request did not find a matching object in QuickBooks",
    500: "The query request has not been fully completed. There was a required element ({value}) that could not be "
    "found in QuickBooks.",
    3000: "The given object ID {value} in the field {field} is invalid.",
    3090: "There was an error when storing {value} in the {field} field.  QuickBooks error message: Names in this list "
    "cannot contain a colon (:).",
    3100: "The name {value} of the list element is already in use.",
    3120: "Object {value} specified in the request cannot be found." + _NO_SUCH_RECORD,
    3130: "There is an invalid reference to a parent {value} in the {field} list." + _NO_SUCH_RECORD,
    3140: "There is an invalid reference to QuickBooks {field} {value} in the {record}." + _NO_SUCH_RECORD,
    3200: "The provided edit sequence {value} is out-of-date.",
    3231: "The request has not been processed.",
}


@attrs.frozen
class Refusal(Exception):  # noqa: N818  QuickBooks' no is an answer, not an error of ours
    """QuickBooks' answer to a request that it does not carry out.

    Attributes:
        code: The statusCode.
        value: The value that it is about.
        field: Where that stands.
        record: In what.
    """

    code: int
    value: str = ""
    field: str = ""
    record: str = ""

    @property
    def message(self) -> str:
        """The ``statusMessage``; where QuickBooks' own words are not known to us, what the code means."""
        words = _WORDS.get(self.code)
        if words is None:
            return f"{self.field}: {status(self.code).meaning} {self.value}".strip(": ")
        return words.format(value=f'"{self.value}"', field=self.field, record=self.record)
