"""One fault of a record or an element, in words for the person who has to correct it."""

from __future__ import annotations

from enum import StrEnum

import attrs

__all__ = ["Rule", "Violation", "quoted"]


class Rule(StrEnum):
    """Which rule of qbXML is violated."""

    REQUIRED = "required"
    TOO_LONG = "too long"
    TOO_MANY = "too many"
    ENUM = "not in the list"
    FORMAT = "format"
    CHARACTERS = "characters"
    CHOICE = "choice"
    ERASE = "cannot be erased"
    NOT_HERE = "not in this message"
    VERSION = "not in this version"
    EDITION = "not in this edition"
    ORDER = "order"
    UNKNOWN = "unknown"
    REPEATED = "repeated"
    NAME_IN_USE = "name in use"
    LINES_LOST = "lines lost"
    OUT_OF_DATE = "out of date"
    NOT_THERE = "not there"
    INACTIVE = "inactive"
    WRONG_ACCOUNT = "wrong account"


@attrs.frozen(kw_only=True)
class Violation:
    """One thing that QuickBooks would not take.

    Attributes:
        path: Where, by element names from the message's aggregate: ``'VendorAdd/Contacts[2]/FirstName'``.
        rule: Which rule.
        message: What is wrong, with the value.
        value: The value as text, where one value is wrong that may be repeated; None for what is secret.
        status: The statusCode that QuickBooks answers this with, None where it rejects the whole document
            (HRESULT 0x80040400; see `of_the_document`) or where nobody knows.
        line: The line of the document, where it came from one.
        warning: Whether it can be written all the same, and may be refused, or not do what is meant.
    """

    path: str
    rule: Rule
    message: str
    status: int | None = None
    line: int | None = None
    warning: bool = False
    value: str | None = attrs.field(default=None, eq=False, repr=False)

    @property
    def field(self) -> str:
        """The name of the element at the end of the path: ``'FirstName'``."""
        return self.path.rpartition("/")[2].partition("[")[0]

    @property
    def of_the_document(self) -> bool:
        """Whether QuickBooks refuses the whole document for it, and does nothing of what else is in there."""
        return self.status is None and not self.warning and self.rule not in (Rule.ERASE, Rule.LINES_LOST)

    def __str__(self) -> str:
        where = f" (line {self.line})" if self.line else ""
        return f"{self.path}: {'warning: ' * self.warning}{self.message}{where}"


def quoted(value: object, longest: int = 60) -> str:
    """A value for a message: quoted, and cut in the middle of nowhere rather than filling the screen."""
    text = repr(str(value)) if isinstance(value, str) else f"'{value}'"
    return text if len(text) <= longest else f"{text[: longest - 1]}…'"
