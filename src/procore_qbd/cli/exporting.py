"""Carry out requests against a company file: remember the links, save the documents, print the results."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.cli.output import say, tell
from procore_qbd.codes import Effect, status
from procore_qbd.domain import CloseOut, ItemKind, RefusalCode
from procore_qbd.errors import JournalError, ProcoreQbdError
from procore_qbd.qbxml import ADD, Request, read_requests
from procore_qbd.qbxml.entities.other_names import OtherName
from procore_qbd.transports import Memory
from procore_qbd.worker import WorkerSettings, drain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from procore_qbd.cli.out_folder import OutFolder
    from procore_qbd.domain import Books, DetailOutcome, ErpRequest, Links
    from procore_qbd.journal import Journal
    from procore_qbd.simulator import CompanyFile

__all__ = ["BrokenOffError", "Export", "ItemEnding", "NotKeptError", "RequestEnding"]


class ItemEnding(StrEnum):
    """How an item of a request ended, in the word that is printed."""

    MADE = "made"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    UNLINKED = "unlinked"
    REFUSED = "refused"
    IN_DOUBT = "in doubt"


class RequestEnding(StrEnum):
    """What became of a request, in the words that are printed.

    It is in doubt if something may have been written that is not linked.
    """

    CARRIED_OUT = "carried out"
    IN_DOUBT = "in doubt"
    NOT_CARRIED_OUT = "not carried out"


class BrokenOffError(ProcoreQbdError):
    """A request has not ended, and the journal knows why."""


class NotKeptError(ProcoreQbdError):
    """A request was carried out, and not all of its links can be kept."""


@attrs.frozen
class _Said:
    """A document that was sent, or a reply that came.

    Attributes:
        side: ``"request"`` or ``"reply"``.
        document: The bytes.
    """

    side: str
    document: bytes

    @property
    def requests(self) -> tuple[Request, ...]:
        """What it asks QuickBooks for besides our own record; nothing if it is a reply."""
        asked = read_requests(self.document).requests if self.side == "request" else ()
        return tuple(one for one in asked if isinstance(one, Request) and not isinstance(one.record, OtherName))

    @property
    def writes(self) -> bool:
        """Whether QuickBooks may have written something because of it."""
        return any(request.writes for request in self.requests)

    @property
    def adds(self) -> bool:
        """Whether it asks QuickBooks to make a record."""
        return any(request.shape is ADD for request in self.requests)


_PATIENCE = WorkerSettings(lease=0, timeout=0, pause=0, tries=2)
"""A simulated company file answers at once or never, and whoever has it open is alone with it."""


class Export:
    """The requests of one command, carried out one after another against a company file.

    Args:
        company: The company file.
        journal: Where its exports are written down.
        books: The bookkeeper's choices.
        out: Where the qbXML and the close-outs are written, if anywhere.

    Attributes:
        counts: How many items ended in which way.
        differing: How many of them differ between the two sides.
        written: Whether anything was written to the company file, as far as is known.
        failed: Whether anything could not be carried out, kept or written down.
        over: Whether it is no use to go on: nobody knows what QuickBooks did, or the journal cannot be written.
        interrupted: Whether a person broke it off.
        ending: What became of the request in work.
    """

    def __init__(self, company: CompanyFile, journal: Journal, books: Books, out: OutFolder | None) -> None:
        self.company, self.journal, self.books, self.out = company, journal, books, out
        self.counts: dict[ItemEnding, int] = dict.fromkeys(ItemEnding, 0)
        self.differing = 0
        self.written = self.failed = self.over = self.interrupted = False
        self.ending = RequestEnding.NOT_CARRIED_OUT
        self.earlier: list[tuple[ErpRequest, CloseOut]] = []
        """What an earlier run had left waiting and was carried out with a request of this one, and printed there."""

    def carry_out(self, name: str, request: ErpRequest) -> CloseOut:
        """Carry out one request, save its documents, and print the result.

        Args:
            name: What the files of it begin with.
            request: The request.

        Raises:
            NotKeptError: Not all of its links can be kept; all else was done.
            ProcoreQbdError: It could not be carried out; what was said is written down.
        """
        for one in self.earlier:
            if one[0] == request:
                self.earlier.remove(one)
                self.ending = RequestEnding.CARRIED_OUT
                self._write(name, [], one[1])
                say("  is told above: an earlier run had left it waiting")
                return one[1]
        key, said = self.company.file_id, list[_Said]()
        before = self.journal.all_links(key)
        events = len(self.journal.events(key))
        try:
            close_out = self._drained(request, said)
        except (ProcoreQbdError, KeyboardInterrupt) as error:
            self._broke_off(error, said)
            self._write(name, said, None)
            raise
        endings = _endings(close_out, said, before)
        doubtful = ItemEnding.IN_DOUBT in endings
        self.ending = RequestEnding.IN_DOUBT if doubtful else RequestEnding.CARRIED_OUT
        self._write(name, said, close_out)
        self._print_all(close_out, endings)
        new = self.journal.events(key)[events:]
        if unkept := [words.partition(": ")[2] for _, what, words in new if what == "link not kept"]:
            raise NotKeptError("; ".join(unkept))
        return close_out

    def _drained(self, request: ErpRequest, said: list[_Said]) -> CloseOut:
        """Have the company file answer until the request has ended; what is said stands in ``said`` whatever happens.

        Raises:
            BrokenOffError: It has not ended, and it is known why.
        """
        key = self.company.file_id
        number, told = self.journal.submit(key, request), list[CloseOut]()
        left = [entry for entry in self.journal.requests(key, only_open=True) if entry.id != number]
        transport = Memory(self.company.process, lambda side, document: said.append(_Said(side, document)))
        ended = drain(
            key, journal=self.journal, transport=transport, books=self.books, tell=told.append, settings=_PATIENCE
        )
        state = self.journal.entry(key, number).state
        close_out = self.journal.close_out(key, number)
        for other in told:
            if other != close_out:
                say(f"  of an earlier run: {other.request_name}")
                self._print_all(other, [_of_earlier(detail, other) for detail in other.details])
        ends = ((entry, self.journal.close_out(key, entry.id)) for entry in left)
        self.earlier += [(entry.request, end) for entry, end in ends if end is not None and end in told]
        if state == "ended" and close_out is not None:
            return close_out
        if state == "asked":
            questions = [one.words for one in self.journal.questions(key)]
            raise BrokenOffError(f"a person is asked: {'; '.join(questions)}; see procore-qbd questions")
        if state == "failed":
            raise BrokenOffError(self.journal.events(key)[-1][2])
        raise BrokenOffError(ended.frozen or ended.stopped or "it waits for another request that is not settled")

    def _broke_off(self, error: ProcoreQbdError | KeyboardInterrupt, said: Sequence[_Said]) -> None:
        """Find out what a request that broke off may have written."""
        self.over = isinstance(error, JournalError)
        if any(one.writes for one in said):
            self.ending, self.written = RequestEnding.IN_DOUBT, True

    def _write(self, name: str, said: Sequence[_Said], close_out: CloseOut | None) -> None:
        """Write down what was said, where there is a folder for it; where that fails, it is told."""
        if self.out is None:
            return
        try:
            self.out.write(name, [(one.side, one.document) for one in said], close_out)
        except OSError as error:
            tell(f"{error.filename or self.out.path}: cannot be written: {error.strerror}; run the export again for it")
            self.failed = True

    def _print_all(self, close_out: CloseOut, endings: Sequence[ItemEnding]) -> None:
        """Print how each item ended, and count it."""
        ids: dict[Any, str | None] = {
            (data.item_type, data.item_id): data.origin_id for data in close_out.external_data
        }
        for detail, ending in zip(close_out.details, endings, strict=True):
            self._print(detail, ending, ids.get((detail.item_type, detail.item_id)) or "")
        if codes := sum(link.kind is ItemKind.COST_CODE for link in close_out.links):
            say(f"{'':>15}{codes} cost codes linked to the job")

    def _print(self, detail: DetailOutcome, ending: ItemEnding, quickbooks_id: str) -> None:
        self.counts[ending] += 1
        self.written |= detail.changed or ending is ItemEnding.IN_DOUBT
        self.differing += bool(detail.differences)
        say(f"  {ending:<10} {detail.name:<50} {quickbooks_id}".rstrip())
        for message in detail.messages:
            say(f"{'':>15}{message}")

    def total(self) -> str:
        """How it all ended, in numbers."""
        words = ", ".join(f"{count} {ending}" for ending, count in self.counts.items() if count)
        if not self.written:
            words = f"{words}: nothing was written" if words else "nothing was written"
        differing = f"{self.differing} with differences between the two sides" if self.differing else ""
        return "; ".join(filter(None, (words, differing)))


def _endings(close_out: CloseOut, said: Sequence[_Said], before: Links) -> list[ItemEnding]:
    """How each item of a request ended.

    Args:
        close_out: How the request ended.
        said: What was said for it.
        before: The links as they were. A change order that is not among them adds lines, and no record.
    """
    added, wrote = any(one.adds for one in said), any(one.writes for one in said)
    return [
        _ending(detail, close_out, new=added or _is_new(detail, before, wrote=wrote), wrote=wrote)
        for detail in close_out.details
    ]


def _of_earlier(detail: DetailOutcome, close_out: CloseOut) -> ItemEnding:
    """How an item ended whose request was begun before."""
    return _ending(detail, close_out, new=True, wrote=False)


def _is_new(detail: DetailOutcome, before: Links, *, wrote: bool) -> bool:
    """Whether an item that was changed was made, although no record was added: lines were, or an earlier run did it."""
    if detail.item_type is None or detail.item_id is None:
        return False
    linked = before.find(detail.item_type, detail.item_id) is not None
    return not linked and (detail.item_type is ItemKind.CHANGE_ORDER or not wrote)


def _ending(detail: DetailOutcome, close_out: CloseOut, *, new: bool, wrote: bool) -> ItemEnding:
    """How an item ended; ``new``: if it was written, it was made. ``wrote``: its request sent something to write."""
    if detail.refusals:
        return ItemEnding.IN_DOUBT if _in_doubt(detail, wrote=wrote) else ItemEnding.REFUSED
    if (detail.item_type, detail.item_id) in close_out.unlinked:
        return ItemEnding.UNLINKED
    if detail.changed:
        return ItemEnding.MADE if new else ItemEnding.UPDATED
    return ItemEnding.UNCHANGED


def _in_doubt(detail: DetailOutcome, *, wrote: bool) -> bool:
    """Whether nobody knows what QuickBooks did with a refused item."""
    return any(
        refusal.code is RefusalCode.IN_DOUBT
        or (wrote and refusal.status is not None and status(refusal.status).effect is Effect.UNKNOWN)
        for refusal in detail.refusals
    )
