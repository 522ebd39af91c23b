"""What a program left in a company file, without what is another each time; and how it differs from calm weather."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.qbxml.rows.records import Block, Record, Ref, Reference, table
from procore_qbd.qbxml.rows.values import Guid, Id, When
from procore_qbd.simulator.records.shaping import record_id
from procore_qbd.testing.comparing import differences, in_short
from procore_qbd.transports.canonical import MARKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from procore_qbd.simulator import CompanyFile

__all__ = ["NotAsInCalmError", "compared", "left_in", "photographed"]

_GIVEN_OUT = frozenset(("edit_sequence", "txn_number"))
"""Numbers that QuickBooks gives out; ids, GUIDs and times are known by their rows."""
_FENCE = re.compile(MARKS[0])
_MOST_LINES = 60


@attrs.frozen(slots=False)
class NotAsInCalmError(AssertionError):
    """A program leaves something else in the company file than it does in calm weather.

    Attributes:
        kind: What kind of difference it is.
        lines: What differs.
        trace: What happened.
        token: What plays it again.
        again: How.
    """

    kind: str
    lines: tuple[str, ...]
    trace: tuple[str, ...]
    token: str = ""
    again: str = ""

    def __str__(self) -> str:
        told = [*self.lines, "", "what happened:", *(f"  {line}" for line in self.trace[-_MOST_LINES:])]
        return "\n".join([*told, "", f"play it again: {self.again}"] if self.again else told)


def photographed(company: CompanyFile) -> dict[tuple[str, str], Record]:
    """Every record as it stands, by its kind and id."""
    return {(kind, record_id(record) or ""): record for kind in company.kinds for record in company.records(kind)}


def left_in(
    company: CompanyFile, before: Mapping[tuple[str, str], Record], ignore: frozenset[str]
) -> tuple[Record | str, ...]:
    """What is new, what was changed, and what is gone, each without what is another each time."""
    now = photographed(company)
    changed = [_bare(record, ignore) for place, record in now.items() if _edit(before.get(place)) != _edit(record)]
    return (*changed, *(f"{kind} {known} is gone" for kind, known in before if (kind, known) not in now))


def _edit(record: Any) -> str | None:
    """What says that somebody changed a record; a balance that a bill of it has moved is no change of it."""
    return getattr(record, "edit_sequence", None)


def _bare(record: Any, ignore: frozenset[str]) -> Any:
    """A record without ids, GUIDs, times and numbers that are given out; references by name alone."""
    values: dict[str, Any] = {}
    for field in table(type(record)).fields:
        value, row = getattr(record, field.name), field.row
        if value in (None, ()):
            continue
        if field.name in ignore or field.name in _GIVEN_OUT or isinstance(row, (Id, Guid, When)):
            values[field.name] = () if field.plural else None
        elif isinstance(row, Block):
            bare = _named if isinstance(row, Reference) else _bare
            values[field.name] = tuple(bare(one, ignore) for one in value) if field.plural else bare(value, ignore)
        elif isinstance(value, str) and _FENCE.search(value):
            values[field.name] = "the fence"
    return attrs.evolve(record, **values)


def _named(reference: Ref, _ignore: frozenset[str]) -> Ref:
    return Ref(full_name=reference.full_name)


def compared(calm: Iterable[Any], here: Iterable[Any]) -> list[str]:
    """How what was left differs from calm weather: what kind of difference, then a line for each; nothing if not."""
    expected, found = Counter(calm), Counter(here)
    many, few = list((found - expected).elements()), list((expected - found).elements())
    changed: list[str] = []
    for one in list(few):
        alike = [two for two in many if type(two) is type(one) and isinstance(one, Record)]
        if alike:
            other = min(alike, key=lambda two: len(differences(two, one)))
            few.remove(one)
            many.remove(other)
            changed += [f"otherwise: {_title(one)}", *(f"  {line}" for line in differences(other, one))]
    counts = [(len(many), "too many"), (len(few), "missing"), (len(changed), "otherwise")]
    kinds = [words for count, words in counts if count]
    if not kinds:
        return []
    return [
        f"what stands in the company file is not what it is in calm weather: {', '.join(kinds)}",
        *(f"too many: {_title(one)}: {in_short(one)}" for one in many),
        *(f"missing: {_title(one)}: {in_short(one)}" for one in few),
        *changed,
    ]


def _title(record: Any) -> str:
    """What people call it; what is gone says so itself."""
    if not isinstance(record, Record):
        return str(record)
    called = (getattr(record, name, None) for name in ("full_name", "name", "ref_number"))
    return " ".join([record.__record__.tag, next((repr(one) for one in called if one), "")]).strip()
