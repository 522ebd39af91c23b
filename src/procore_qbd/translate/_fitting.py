"""What all translations share: does it fit, and if not, what does the bookkeeper have to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.errors import TranslationError
from procore_qbd.qbxml import ADD, Record, check
from procore_qbd.qbxml.entities._shared import Address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["address", "fitting", "name_faults", "text"]

_ADDRESS_LINES = 5


def text(value: str | None) -> str | None:
    """Text without the blanks around it; None where nothing is left. QuickBooks does the same to names."""
    return (value or "").strip() or None


def address(
    street: str | None, city: str | None, state: str | None, postal_code: str | None, country: str | None = None
) -> tuple[Address | None, list[str]]:
    """An address as QuickBooks keeps it, and what is wrong with it; None where there is nothing to say."""
    lines = [line for line in map(text, (street or "").splitlines()) if line]
    faults = []
    if len(lines) > _ADDRESS_LINES:
        faults.append(f"address: QuickBooks has {_ADDRESS_LINES} lines for a street, got {len(lines)}")
    addr1, addr2, addr3, addr4, addr5 = ([*lines, None, None, None, None, None])[:_ADDRESS_LINES]
    found = Address(
        addr1=addr1,
        addr2=addr2,
        addr3=addr3,
        addr4=addr4,
        addr5=addr5,
        city=text(city),
        state=text(state),
        postal_code=text(postal_code),
        country=text(country),
    )
    return (None if found == Address() else found), faults


def name_faults(label: str, name: str | None) -> list[str]:
    """A name must be there; what else is wrong with it, QuickBooks' own rules say."""
    return [] if name is not None else [f"{label}: is empty"]


def fitting(record: Record, what: str, labels: Mapping[str, str], faults: Iterable[str] = ()) -> None:
    """Refuse a record that QuickBooks would not take.

    Args:
        record: As it would be added.
        what: The item in words: ``'vendor 35'``.
        labels: Procore's name of what stands at a path of the record: ``{"Name": "company name"}``.
        faults: What was found before.

    Raises:
        TranslationError: Something does not fit; everything is listed.
    """
    found = list(faults)
    for violation in check(record, ADD):
        path = violation.path.partition("/")[2]
        label = labels.get(path, path)
        if not violation.warning and f"{label}: is empty" not in found:
            found.append(f"{label}: {violation.message}")
    if found:
        raise TranslationError(what, list(dict.fromkeys(found)))
