"""What may be written to whom: the qbXML version and the edition of QuickBooks."""

from __future__ import annotations

from enum import Flag
from functools import cache

import attrs

__all__ = ["Dialect", "Edition", "parse_version"]


class Edition(Flag):
    """The national editions of QuickBooks Desktop; combine them with ``|``."""

    US = 1
    CA = 2
    UK = 4
    AU = 8

    @property
    def label(self) -> str:
        """The editions in words: ``'CA, UK and AU'``; no desktop edition at all is ``'Online'``."""
        names = [edition.name or "" for edition in Edition if edition in self]
        if not names:
            return "Online"
        return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


@cache
def parse_version(version: str) -> tuple[int, int]:
    """``'13.0'`` as ``(13, 0)``.

    Raises:
        ValueError: It is no version of qbXML.
    """
    major, dot, minor = version.partition(".")
    if not (dot and major.isdecimal() and minor.isdecimal()):
        raise ValueError(f"expected a qbXML version like '13.0', got {version!r}")
    return int(major), int(minor)


@attrs.frozen
class Dialect:
    """One version of qbXML as one edition speaks it.

    Attributes:
        version: As in the document's ``<?qbxml version="13.0"?>``.
        edition: None judges by version alone, for documents whose target nobody knows.
    """

    version: str = "13.0"
    edition: Edition | None = Edition.US

    def __attrs_post_init__(self) -> None:
        parse_version(self.version)

    def __str__(self) -> str:
        return f"{self.edition.label} {self.version}" if self.edition else self.version
