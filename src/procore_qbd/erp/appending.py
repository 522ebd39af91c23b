"""Lines that come later: a transaction grows by those that it lacks, and what is there is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.erp.settling import R, Settled, linked, refusal
from procore_qbd.erp.verifying import differences
from procore_qbd.errors import RecordError
from procore_qbd.flows import Flow, ask
from procore_qbd.qbxml import Request, changes
from procore_qbd.translate._lines import marked

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["append_lines", "by_mark"]

_OUT_OF_DATE = 3200


def by_mark(record: Any) -> dict[int, Any]:
    """The lines of a transaction that are ours, by the Procore id in their mark."""
    marks = ((marked(getattr(line, "other2", None)), line) for line in record.lines)
    return {procore_id: line for procore_id, line in marks if procore_id is not None}


def append_lines(
    cls: type[R],
    query: Any,
    txn_id: str,
    what: str,
    lines: tuple[Any, ...],
    *,
    obstacle: Callable[[R], str | None] = lambda _: None,
    besides: Callable[[R], dict[str, Any]] = lambda _: {},
) -> Flow[Settled[R]]:
    """Append the marked lines that a transaction does not have; if somebody was faster, read it anew once.

    Args:
        cls: The transaction's class.
        query: The query class of its kind.
        txn_id: Which one.
        what: What it is called in QuickBooks: ``'estimate'``.
        lines: The lines that it shall have, each with its mark.
        obstacle: Why a transaction, as it is now, must be left alone; None where nothing speaks against it.
        besides: The header's fields that change along with its lines.
    """
    outcome = None
    for _ in range(2):
        found = yield from linked(cls, query, txn_id, what)
        before: Any = found.record
        if before is None:
            return found
        there = by_mark(before)
        new = tuple(line for line in lines if marked(line.other2) not in there)
        if not new:
            return found
        if (why := obstacle(before)) is not None:
            return Settled(record=None, messages=(why,))
        try:
            wanted = changes(before, attrs.evolve(before, lines=(*before.lines, *new), **besides(before)))
        except RecordError as error:
            return Settled(record=None, messages=tuple(map(str, error.faults)))
        assert wanted is not None  # noqa: S101  there are new lines
        outcome = yield from ask(Request.mod(wanted))
        if outcome.ok:
            after = outcome.record(cls)
            return Settled(record=after, changed=True, messages=_told(before, new, after))
        if outcome.code != _OUT_OF_DATE:
            break
    return Settled(record=None, messages=(refusal(outcome),) if outcome else ())


def _told(before: Any, new: tuple[Any, ...], after: Any) -> tuple[str, ...]:
    """What is otherwise than it should be, old lines and new."""
    marks = {marked(line.other2) for line in new}
    told = differences(new, [line for mark, line in by_mark(after).items() if mark in marks], None)
    lost = {line.txn_line_id for line in before.lines} - {line.txn_line_id for line in after.lines}
    return (*told, f"QuickBooks saved it otherwise: lines that were there are gone: {len(lost)}") if lost else told
