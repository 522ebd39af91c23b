"""What may be written to whom: the qbXML version and the edition of QuickBooks."""

from __future__ import annotations

import re
from enum import Flag
from functools import cache
from typing import Protocol

import attrs

__all__ = ["RELEASES", "Dialect", "Edition", "lasts", "parse_version"]


class Edition(Flag):
    """The national editions of QuickBooks Desktop; combine them with ``|``."""

    US = 1
    CA = 2
    UK = 4
    AU = 8

    __hash__ = object.__hash__  # there is one of each; Enum's own is Python, and every look into a table asks for it

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


def lasts(version: str, since: str, until: str | None) -> bool:
    """Whether a version knows what came with one and went after another."""
    now = parse_version(version)
    return parse_version(since) <= now and (until is None or now <= parse_version(until))


_VERSION = re.compile(r"[0-9]{1,2}\.[0-9]")  # CA2.0 and CA3.0 are another language


RELEASES = {"1.0": 2002, "1.1": 2002, "2.0": 2003, "2.1": 2003, "3.0": 2004, "4.0": 2005, "4.1": 2005}
RELEASES |= {f"{major}.0": 2001 + major for major in range(5, 14)}
RELEASES |= {"14.0": 2018, "15.0": 2022, "16.0": 2023, "17.0": 2024}
"""The release of QuickBooks that each version of qbXML came with; it reads that and all before."""


class AnyHost(Protocol):
    """What `Dialect.from_host` asks of a `Host`."""

    @property
    def supported_qbxml_versions(self) -> tuple[str, ...]:
        """As QuickBooks lists them: ``('1.0', …, '13.0')``."""
        ...

    @property
    def country(self) -> str | None:
        """``'US'``, ``'CA'``, ``'UK'`` or ``'AU'``."""
        ...


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
        if self.version[:2] in {"CA", "UK", "OZ", "AU"}:
            raise ValueError(
                f"qbXML {self.version} is an older dialect, used before 2007: its answers can be read, but it can"
                "not be written; every QuickBooks since then, in every country, reads 6.0"
            )
        parse_version(self.version)

    @classmethod
    def from_host(cls, host: AnyHost, *, newest: str = "13.0") -> Dialect:
        """The best dialect that QuickBooks and this library both speak, by QuickBooks' own word.

        Args:
            host: The answer to a `HostQuery`.
            newest: The newest version to write; 13.0 is the newest whose schema the rows are proved against.

        Raises:
            ValueError: QuickBooks names no version that is old enough, or a country that this library does not know.
        """
        usable = [version for version in host.supported_qbxml_versions if _VERSION.fullmatch(version)]
        usable = [version for version in usable if parse_version(version) <= parse_version(newest)]
        if not usable:
            named = ", ".join(host.supported_qbxml_versions) or "none"
            raise ValueError(f"expected QuickBooks to read qbXML {newest} or older, and it names {named}")
        country = host.country or "US"
        if country not in Edition.__members__:
            raise ValueError(f"expected a QuickBooks of {', '.join(Edition.__members__)}, got one of {country!r}")
        return cls(max(usable, key=parse_version), Edition[country])

    def __str__(self) -> str:
        return f"{self.edition.label} {self.version}" if self.edition else self.version
