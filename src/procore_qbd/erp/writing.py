"""The two ways in which a record is written: added, or changed as it stands.

Whatever QuickBooks answers is an end: a record, with the warning that it was saved with; or a refusal that says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from procore_qbd.erp.refusing import OUT_OF_DATE, doubtful, refused_by_quickbooks, unwritable, warning
from procore_qbd.erp.results import ItemResult, R, record_id, refused
from procore_qbd.errors import RecordError, ReplyError
from procore_qbd.flows import Flow, ask
from procore_qbd.qbxml import Request, changes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from procore_qbd.qbxml import Outcome

__all__ = ["add", "change"]


def add(record: R) -> Flow[ItemResult[R]]:
    """Add a record; a refusal, a record that cannot be written and an answer that cannot be read are its end."""
    try:
        outcome = yield from ask(Request.add(record))
    except RecordError as error:
        return refused(*unwritable(error))
    if not outcome.ok:
        why = yield from refused_by_quickbooks(outcome, record)
        return refused(why)
    return _saved(outcome, type(record))


def change(
    read: Callable[[], Flow[ItemResult[R]]], wish: Callable[[R], Flow[R]], labels: Mapping[str, str]
) -> Flow[ItemResult[R]]:
    """Change a record where it differs; if somebody else changed it meanwhile, read it again once.

    Args:
        read: Reads it; an end without a record is the end.
        wish: From the record as it stands, the record as it shall be; the same where nothing is to be changed. It may
            ask QuickBooks, and refuses by a `TranslationError`.
        labels: What the record's fields are called in refusals.

    Raises:
        TranslationError: The wish raised it; nothing was written.
    """
    for last in (False, True):
        found = yield from read()
        before = found.record
        if before is None:
            return found
        wanted = yield from wish(before)
        try:
            mod = changes(before, wanted)
            if mod is None:
                return found
            outcome = yield from ask(Request.mod(mod))
        except RecordError as error:
            return refused(*unwritable(error, labels))
        if outcome.ok:
            return attrs.evolve(_saved(outcome, type(before)), before=before)
        if last or outcome.code != OUT_OF_DATE:
            why = yield from refused_by_quickbooks(outcome, before)
            return refused(why)
    raise AssertionError  # pragma: no cover - the second time always returns


def _saved(outcome: Outcome, cls: type[R]) -> ItemResult[R]:
    """The record as QuickBooks saved it, with its warning."""
    try:
        record = outcome.record(cls)
    except ReplyError as error:
        return refused(doubtful(error))
    if not record_id(record):
        return refused(doubtful(ReplyError(outcome.name, ["the record came without its ListID or TxnID"])))
    return ItemResult(record=record, changed=True, notes=warning(outcome), warning=outcome.code or None)
