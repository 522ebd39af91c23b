"""What all translations share: does it fit, and if not, what does the bookkeeper have to do about it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from procore_qbd.domain.ids import one_spelling
from procore_qbd.domain.refusals import ErpRefusal, RefusalCode
from procore_qbd.errors import TranslationError
from procore_qbd.qbxml import ADD, Record, Rule, Violation, check
from procore_qbd.qbxml.entities.shared.common import Address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["address", "invalid", "missing", "name_faults", "prose", "refuse_if_invalid", "spelled", "text"]

_ADDRESS_LINES = 5
_LINE = re.compile(r"[A-Za-z]+\[(\d+)\]/(.+)")
_CODES = {
    Rule.REQUIRED: RefusalCode.MISSING,
    Rule.TOO_LONG: RefusalCode.TOO_LONG,
    Rule.TOO_MANY: RefusalCode.TOO_LONG,
    Rule.CHARACTERS: RefusalCode.CHARACTER,
}
_NUMBERS = {3030, 3035, 3040, 3045, 3050, 3060}
"""What QuickBooks answers to amounts, prices, percentages and quantities that are none."""

LINE_FIELDS = {
    "Quantity": "quantity",
    "Rate": "unit cost",
    "Amount": "amount",
    "Desc": "description",
    "ItemRef/ListID": "item",
    "CustomerRef/ListID": "job",
    "Other2": "mark",
}
"""What stands on a line, in the words of who reads the refusal."""


def text(value: str | None) -> str | None:
    """Text without the blanks around it; None where nothing is left. QuickBooks does the same to names."""
    return (value or "").strip() or None


def spelled(value: str | None) -> str | None:
    """A name or a number as it is written to QuickBooks, wherever it came from."""
    return text(one_spelling(value or ""))


def prose(value: str | None) -> str | None:
    """A description as plain text: Procore's own may be HTML, and QuickBooks shows tags as they are.

    Only the tags of text are taken out, and entities are read only where there are such tags: a description that says
    ``a < b`` says it still.
    """
    if value is not None and _TAG.search(value):
        value = html.unescape(_TAG.sub("", _BREAK.sub("\n", value.replace("\n", " "))))
        value = "\n".join(filter(None, (" ".join(line.split()) for line in value.split("\n"))))
    return text(value)


_WORDS = "p|br|div|span|b|strong|i|em|u|s|ul|ol|li|a|h[1-6]|font|table|tbody|thead|tr|td|th|blockquote|sup|sub|hr|img"
_TAG = re.compile(rf"</?(?:{_WORDS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|hr)(?:\s[^<>]*)?/?>|</(?:p|div|li|tr|h[1-6]|blockquote)>", re.IGNORECASE)


def missing(words: str) -> ErpRefusal:
    """A refusal for what is not there and has to be."""
    return ErpRefusal(RefusalCode.MISSING, words)


def address(
    street: str | None, city: str | None, state: str | None, postal_code: str | None, country: str | None = None
) -> tuple[Address | None, list[ErpRefusal]]:
    """An address as QuickBooks keeps it, and what is wrong with it; None where there is nothing to say."""
    lines = [line for line in map(text, (street or "").splitlines()) if line]
    faults = []
    if len(lines) > _ADDRESS_LINES:
        words = f"address: QuickBooks has {_ADDRESS_LINES} lines for a street, got {len(lines)}"
        faults.append(ErpRefusal(RefusalCode.TOO_LONG, words))
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


def name_faults(label: str, name: str | None) -> list[ErpRefusal]:
    """A name must be there; what else is wrong with it, QuickBooks' own rules say."""
    return [] if name is not None else [missing(f"{label}: is empty")]


def refuse_if_invalid(
    record: Record,
    what: str,
    labels: Mapping[str, str],
    faults: Iterable[ErpRefusal] = (),
    lines: Sequence[Mapping[str, str]] = (),
) -> None:
    """Refuse a record that QuickBooks would not take.

    Args:
        record: As it would be added.
        what: The item in words: ``'vendor 35'``.
        labels: Procore's name of what stands at a path of the record: ``{"Name": "company name"}``.
        faults: What was found before.
        lines: The same for each line of the record, in their order; its own name is at ``''``: ``{"": "line 2"}``.

    Raises:
        TranslationError: Something does not fit; everything is listed.
    """
    found = [*faults, *_unseen(record, labels)]
    told = {fault.words.partition(":")[0] for fault in found}
    found += [
        refusal
        for refusal in invalid(check(record, ADD), labels, lines)
        if refusal.code is not RefusalCode.MISSING or refusal.words.partition(":")[0] not in told
    ]
    if found:
        raise TranslationError(what, list(dict.fromkeys(found)))


def _unseen(record: Any, labels: Mapping[str, str]) -> Iterator[ErpRefusal]:
    """What nobody can see in a record's name or number; two that look alike must not be two."""
    for path, value in (("Name", getattr(record, "name", None)), ("RefNumber", getattr(record, "ref_number", None))):
        if value and not value.isprintable():
            words = f"{labels.get(path, path)}: a line break or an invisible character, got {value!r}"
            yield ErpRefusal(RefusalCode.CHARACTER, words)


def invalid(
    violations: Iterable[Violation], labels: Mapping[str, str], lines: Sequence[Mapping[str, str]] = ()
) -> tuple[ErpRefusal, ...]:
    """What a record violates, in words for a bookkeeper; warnings keep nothing from being written."""
    return tuple(
        dict.fromkeys(
            ErpRefusal(_code(violation), f"{_where(violation, labels, lines)}: {violation.message}")
            for violation in violations
            if not violation.warning
        )
    )


def _where(violation: Violation, labels: Mapping[str, str], lines: Sequence[Mapping[str, str]]) -> str:
    """Where a fault is, in words: ``'line 2: amount'``."""
    path = violation.path.partition("/")[2]
    if (line := _LINE.fullmatch(path)) is None:
        return labels.get(path) or _plain(path)
    number, field = int(line[1]), line[2]
    words: Mapping[str, str] = lines[number - 1] if number <= len(lines) else {}
    name = words.get("", f"line {number}")
    return f"{name}: {words.get(field) or LINE_FIELDS.get(field) or _plain(field)}"


def _plain(path: str) -> str:
    """A path that nobody named, in words at least: ``'Vendor Ref/ListID'`` is ``'vendor'``."""
    parts = [part for part in path.removesuffix("/ListID").removesuffix("/FullName").split("/") if part]
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", " ".join(part.removesuffix("Ref") for part in parts))
    return " ".join(words).lower()


def _code(violation: Violation) -> RefusalCode:
    if violation.rule is Rule.FORMAT and violation.status in _NUMBERS:
        return RefusalCode.NUMBER
    return _CODES.get(violation.rule, RefusalCode.VALUE)
