"""Lines that come later: a transaction grows by those that it lacks, and what is there is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeAlias

import attrs

from procore_qbd.domain import Difference, ErpRefusal, RefusalCode
from procore_qbd.erp.finding import linked
from procore_qbd.erp.results import ItemResult, R
from procore_qbd.erp.usable import needed_records, unusable
from procore_qbd.erp.verifying import Expected, compare_lines, line_amount
from procore_qbd.erp.writing import change
from procore_qbd.errors import TranslationError
from procore_qbd.translate.lines import LineMark, marked_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from procore_qbd.domain import LinkView
    from procore_qbd.erp.results import Item
    from procore_qbd.flows import Flow

__all__ = ["Appending", "Ours", "copies", "known_lines"]

Ours: TypeAlias = "Callable[[Any], bool | None]"
"""Whether a line with an old mark, which does not say its kind, is of the kind that is looked for; None: who knows."""


def known_lines(record: Any, expected: Sequence[Expected], ours: Ours) -> list[Any]:
    """For each expected line the one that is there, by its mark or by its id; None where it is not.

    Args:
        record: The transaction.
        expected: The lines that are looked for, each with its mark.
        ours: Whether a line whose mark is of an early release, and so does not say its kind, is of this kind.
    """
    return [line if sure else None for line, sure in _by_mark(record, expected, ours)]


def copies(record: Any, lines: Iterable[Any]) -> list[Any]:
    """The lines of a transaction that carry the mark of another of its lines: a person copied them."""
    known = {id(line) for line in lines}
    seen = {str(mark) for line in record.lines if id(line) in known and (mark := LineMark.of(line)) is not None}
    found = []
    for line in record.lines:
        mark = LineMark.of(line)
        if mark is None or id(line) in known:
            continue
        if str(mark) in seen:
            found.append(line)
        seen.add(str(mark))
    return found


def _by_mark(record: Any, expected: Sequence[Expected], ours: Ours) -> list[tuple[Any, bool | None]]:
    """For each expected line the one of its mark or id, and whether it is that one; None where nobody can tell."""
    there = marked_lines(record.lines)
    by_id = {line.txn_line_id: line for line in record.lines if LineMark.of(line) is None}
    found: list[tuple[Any, bool | None]] = []
    for one in expected:
        mark = LineMark.of(one.line)
        assert mark is not None  # noqa: S101  we made it
        line, old = there.get(mark) or by_id.get(one.known_id), there.get(LineMark(None, mark.id))
        found.append((line, True) if line is not None else (old, ours(old)) if old is not None else (None, False))
    return found


@attrs.frozen(kw_only=True)
class Appending(Generic[R]):
    """The marked lines that a transaction should have.

    Attributes:
        cls: The transaction's class.
        query: The query class of its kind.
        what: What it is called in QuickBooks: ``'estimate'``.
        item: The item that the transaction is.
        links: For the words, where it is gone.
        expected: The lines, each with its mark.
        ours: See `known_lines`; None says that nobody can tell.
        obstacle: Why a transaction, as it is now, must be left alone; None where nothing speaks against it.
        besides: The header's fields that change along with its lines.
        labels: What the header's fields are called in refusals.
    """

    cls: type[R]
    query: Any
    what: str
    item: Item
    links: LinkView
    expected: Sequence[Expected]
    ours: Ours
    obstacle: Callable[[R], ErpRefusal | None] = lambda _: None
    besides: Callable[[R], dict[str, Any]] = lambda _: {}
    labels: Mapping[str, str] = attrs.field(factory=dict)

    def to(self, txn_id: str) -> Flow[ItemResult[R]]:
        """Append what the transaction does not have."""
        settled = yield from change(
            lambda: linked(self.cls, self.query, txn_id, self.what, self.item, self.links), self._grown, self.labels
        )
        return settled.told(_touched(settled.before, settled.record)) if settled.before is not None else settled

    def _grown(self, before: Any) -> Flow[Any]:
        """The transaction with the lines that it lacks."""
        new, refusals = self._lacking(before)
        if new and not refusals:
            names = [one.name for one in self.expected if one.line in new]
            refusals = yield from unusable(needed_records(before, new, names), self.links)
        if refusals:
            raise TranslationError(self.item.name, refusals)
        return attrs.evolve(before, lines=(*before.lines, *new), **self.besides(before)) if new else before

    def _lacking(self, record: Any) -> tuple[list[Any], Sequence[ErpRefusal]]:
        """The lines that a transaction does not have, and why it must not get them."""
        pairs = list(zip(self.expected, _by_mark(record, self.expected, self.ours), strict=True))
        doubts = [_ambiguous(one, line) for one, (line, sure) in pairs if sure is None]
        new = [one.line for one, (_, sure) in pairs if not sure]
        why = self.obstacle(record) if new and not doubts else None
        return new, doubts + ([why] if why is not None else [])


def _ambiguous(expected: Expected, old: Any) -> ErpRefusal:
    """A line of an early release of which nobody can tell whether it is the expected one or another of the same id."""
    words = (
        f"{expected.name}: a line of {line_amount(old):.2f} in QuickBooks has the old mark {old.other2!r}, which does "
        f"not say whose it is: if it is this line, write {expected.line.other2!r} into its field Other 2; if it is a "
        "line of the commitment, write 'Procore line' and the number; then send it again"
    )
    return ErpRefusal(RefusalCode.AMBIGUOUS_MARK, words)


def _touched(before: Any, after: Any) -> Iterator[Difference]:
    """What became of the lines that were there before, though they were to be left alone."""
    now = {line.txn_line_id: line for line in after.lines}
    pairs = [
        (Expected(name=f"line {number} that was there", amount=line_amount(line), line=line), now.get(line.txn_line_id))
        for number, line in enumerate(before.lines, 1)
        if hasattr(line, "amount")
    ]
    return compare_lines(pairs)
