"""A session with one company file: asking it, and the record of ours in it by which it is known and kept in order."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, NoReturn

import attrs

from procore_qbd.errors import TransportError
from procore_qbd.flows.conversation import matched, read_whole
from procore_qbd.qbxml import Dialect, Moment, Outcome, Request, write_requests
from procore_qbd.qbxml.entities.company import CompanyActivity, CompanyActivityQuery
from procore_qbd.qbxml.rows.dialect import parse_version
from procore_qbd.worker import fence as fences
from procore_qbd.worker.effects import Commit, Send, Sleep

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from procore_qbd.domain import Books
    from procore_qbd.journal.nouns import Claim, CompanyState, RunPart, Sent, Write
    from procore_qbd.journal.store import Journal
    from procore_qbd.worker.effects import Step
    from procore_qbd.worker.fence import FenceRecord

__all__ = ["AgainError", "Session", "StopError", "WorkerSettings"]

_LOG = logging.getLogger("procore_qbd.worker")
_LOG.addHandler(logging.NullHandler())
"""Where it is told what becomes of each document, by its message set id; never what stands in it."""

_FIRST_WITH_GUIDS = "9.0"


def _must_have_guids(_instance: object, _attribute: object, dialect: Dialect) -> None:
    if parse_version(dialect.version) < parse_version(_FIRST_WITH_GUIDS):
        raise ValueError(
            f"expected qbXML {_FIRST_WITH_GUIDS} or later, got {dialect.version}: before that transactions have no "
            "ExternalGUID, and an export whose reply is lost could be made twice"
        )


@attrs.frozen(kw_only=True)
class WorkerSettings:
    """How a driver works.

    Attributes:
        dialect: Who reads the documents: qbXML 9.0 or later, for before that transactions have no ExternalGUID.
        batch: How many requests go side by side at the most.
        fence: Whether documents begin with the fence. Without it, a copy that is held up for longer than ``timeout``
            can write a second time.
        recovery: Whether QuickBooks is asked to keep replies, and for those that were lost.
        sender: The name under which QuickBooks knows the program: what another one sent, it does not tell.
        lease: For how many seconds a company file is claimed.
        timeout: How many seconds a document may be under way at the most.
        apart: How many seconds pass at the least between the answer to a document that writes and the next. Where
            QuickBooks' EditSequence counts seconds, and a document is done in the same second as the one before, a
            second copy that comes within that second is not refused; with 1 there is no such second.
        tries: How often what passes (a record that somebody has open, a busy QuickBooks) is tried.
        pause: How many seconds are waited before it is tried again, the first time; then twice as long each time.
        deadline: After how many seconds a drain begins nothing new; None: never.
        retry_after: In how many seconds somebody should look again at a company file where something is left, because
            QuickBooks or Procore does not answer, or one request waits for another.
    """

    dialect: Dialect = attrs.field(factory=Dialect, validator=_must_have_guids)
    batch: int = attrs.field(default=50, validator=attrs.validators.ge(1))
    fence: bool = True
    recovery: bool = True
    sender: str | None = None
    lease: float = attrs.field(default=600, validator=attrs.validators.ge(0))
    timeout: float = attrs.field(default=120, validator=attrs.validators.ge(0))
    apart: float = attrs.field(default=0, validator=attrs.validators.ge(0))
    tries: int = attrs.field(default=4, validator=attrs.validators.ge(1))
    pause: float = attrs.field(default=2, validator=attrs.validators.ge(0))
    deadline: float | None = None
    retry_after: float = attrs.field(default=60, validator=attrs.validators.ge(0))


class AgainError(Exception):
    """The drain begins again: what the journal says has changed under it."""


class StopError(Exception):
    """The drain is over, for now."""

    def __init__(self, words: str, *, frozen: bool = False) -> None:
        super().__init__(words)
        self.words, self.frozen = words, frozen


class Session:
    """What every part of the driver knows, and how it asks QuickBooks."""

    def __init__(
        self,
        claim: Claim,
        journal: Journal,
        books: Books,
        settings: WorkerSettings,
        new_id: Callable[[], str],
        clock: Callable[[], float],
    ) -> None:
        self.claim, self.journal, self.books, self.settings = claim, journal, books, settings
        self.new_id, self.clock = new_id, clock
        self.began = clock()
        self.fence: FenceRecord | None = None
        """The fence with which the next document is planned: it was read before anybody looked at anything."""
        self.latest: FenceRecord | None = None
        """The fence as it was read last; every document that reads asks for it, too."""
        self.condensed: Moment | None = None
        """When QuickBooks condensed the file last, as far as it says."""
        self.wrote = self.began
        """When the last document that writes was answered; of another drain, it may have been just now."""
        self.asked: list[tuple[bytes, bytes, list[RunPart]]] = []
        """The documents that were read since the last one that wrote, with their replies and parts."""
        self.questions: dict[int, int] = {}
        """The effects of the last document that a person is asked about, by their place in it."""

    def _log(self, level: int, set_id: str | None, words: str, *values: object) -> None:
        about = {"company": self.claim.company, "message_set_id": set_id}
        _LOG.log(level, f"%s %s: {words}", self.claim.company, set_id or "-", *values, extra=about)

    def _freeze(self, words: str) -> NoReturn:
        self.journal.freeze(self.claim, words)
        self._log(logging.ERROR, None, "frozen: %s", words)
        raise StopError(words, frozen=True)

    # --- sending -----------------------------------------------------------------------------------------------------

    def _read(self, requests: Sequence[Request]) -> Generator[Step, Any, tuple[tuple[Outcome, ...], bytes, bytes]]:
        """Ask QuickBooks; what only reads is asked again until there is an answer, or the drain gives up.

        The fence is asked for in the same document: what is read counts only if it was read in the very file that the
        journal knows, and in the state that it knows.
        """
        fence = [fences.by_id(self.fence.list_id)] if self.fence is not None else []
        document = write_requests([*fence, *requests], dialect=self.settings.dialect)
        pause = self.settings.pause
        for last in (*[False] * (self.settings.tries - 1), True):
            try:
                reply = yield Send(document=document, writes=False)
                outcomes = matched(read_whole(reply), [*fence, *requests])
            except TransportError as error:
                if last:
                    raise StopError(f"QuickBooks does not answer: {error}") from error
            else:
                if fence:
                    self._see(fences.read(outcomes[0]))
                return outcomes[len(fence) :], document, reply
            yield Sleep(seconds=pause)
            pause *= 2
        raise AssertionError  # pragma: no cover  the last try raised

    # --- the fence ---------------------------------------------------------------------------------------------------

    def _meet(self, known: CompanyState) -> Generator[Step, Any, tuple[Sent, tuple[Write, ...]] | None]:
        """Read the fence, make it at the first contact, and see that this is the file that the journal knows.

        Returns:
            A document that was held for lost and came late, with what of it is in doubt now; else None.
        """
        found, about = yield from self._read_file(known)
        if found is None and known.fence_id is None:
            found = yield from self._make_fence()
        found = self._that_is_there(found)
        if known.file_id is not None:
            self._see_that_it_is_the_same(known, found)
            self._see_that_it_was_not_restored(known, about)
        elif found.counter:
            self._freeze(
                f"the company file says that {found.counter} documents were written to it by this library, and this "
                "journal knows of none: another journal is used for it, or this one was lost. Use that one, or restore "
                "it; or rebuild the links from the file (procore-qbd journal rebuild), then thaw (procore-qbd journal "
                "thaw)"
            )
        yield Commit(name="came_late")
        late = self._came_late(known, found)
        yield Commit(name="meet")
        restored = about.last_restore_time.raw if about.last_restore_time is not None else known.last_restored
        self.journal.meet(self.claim, **self._known(found), last_restored=restored)
        self.fence = self.latest = found
        self.condensed = about.last_condense_time
        return late

    def _came_late(self, known: CompanyState, found: FenceRecord) -> tuple[Sent, tuple[Write, ...]] | None:
        """The document that was begun since the fence was read last, if it was held for one that never was.

        The counter alone does not tell: where a backup was restored from before a document, and another copy of that
        document came then, the fence says what it said before. Only the time of its change is another.
        """
        same = found.counter == known.counter and found.clock == known.clock
        if found.set_id is None or known.file_id is None or found.counter < known.counter or same:
            return None  # nothing was begun since
        late = self.journal.came_late(self.claim, found.set_id)
        if late is not None:
            self._log(logging.WARNING, found.set_id, "a copy came late, after it was held for lost")
        return late

    def _known(self, found: FenceRecord) -> dict[str, Any]:
        return {
            "file_id": found.file_id,
            "fence_id": found.list_id,
            "set_id": found.set_id,
            "counter": found.counter,
            "epoch": found.epoch,
            "clock": found.clock,
        }

    def _see(self, found: FenceRecord | None) -> FenceRecord:
        """See that the fence, as it was just read, goes on from how it was read before."""
        before = self.latest
        assert before is not None  # noqa: S101
        found = self._that_is_there(found)
        self._see_that_it_is_the_same(before, found)
        self.latest = found
        return found

    def _that_is_there(self, found: FenceRecord | None) -> FenceRecord:
        if found is None:
            self._freeze(
                "the record by which this library knows the company file is gone (other name "
                f"{fences.FENCE_NAME!r}): it was deleted, or this is another company file; nothing more is sent. See "
                "that the right file is open; if the record was deleted, say so (procore-qbd journal thaw "
                "--record-deleted)"
            )
        return found

    def _see_that_it_is_the_same(self, known: CompanyState | FenceRecord, found: FenceRecord) -> None:
        if found.file_id != known.file_id:
            self._freeze(
                f"this is another company file: its record says {found.file_id}, the journal knows {known.file_id}; "
                "nothing more is sent. Open the right file, or keep a journal of its own for this one"
            )
        if found.epoch != known.epoch:
            self._freeze(
                f"the company file is of epoch {found.epoch}, the journal of {known.epoch}: one of the two was "
                "restored, or this is another copy of the file. See which is right, then thaw"
            )
        forked = found.counter == known.counter and found.set_id != known.set_id
        if found.counter < known.counter or forked:
            self._freeze(
                f"the company file was restored: it has {found.counter} documents of this library, and the journal "
                f"knows of {known.counter} (the last are {found.set_id} and {known.set_id}); what was exported since "
                "the backup is not in it any more. See what that is (procore-qbd journal check), unlink it, thaw "
                "(procore-qbd journal thaw), and send it again"
            )
        if found.counter > known.counter and not self._is_ours(found):
            self._freeze(
                f"somebody else writes to this company file as this library: it has {found.counter} documents, and the "
                f"journal knows of {known.counter}. A second connector is at work, or the journal was restored from a "
                "backup: stop the other; or restore the newest journal, or rebuild the links that it lacks "
                "(procore-qbd journal rebuild); then thaw (procore-qbd journal thaw)"
            )

    def _is_ours(self, found: FenceRecord) -> bool:
        return found.set_id is not None and self.journal.by_set(self.claim.company, found.set_id) is not None

    def _see_that_it_was_not_restored(self, known: CompanyState, about: CompanyActivity) -> None:
        """All that the journal knows of is in the file; but it may be a copy of it, to try things with."""
        before, now = known.last_restored, about.last_restore_time
        if before is not None and now is not None and now.wall != Moment(before).wall:
            self._freeze(
                f"QuickBooks says that this company file was restored from a backup at {now.wall}; all {known.counter} "
                "documents that the journal knows of are in it. If it is the file that exports shall go to, thaw "
                "(procore-qbd journal thaw); if it is a copy to try things with, open the right file, then thaw"
            )

    def _read_file(self, known: CompanyState) -> Generator[Step, Any, tuple[FenceRecord | None, CompanyActivity]]:
        """The fence, and what was done to the whole file; a QuickBooks that does not say that has nothing to say."""
        about = Request.query(CompanyActivityQuery())
        asked = [] if about.faults(self.settings.dialect) else [about]
        (first, *rest), _, _ = yield from self._read([self._fence_query(known), *asked])
        told = [one for outcome in rest if outcome.ok for one in outcome.records(CompanyActivity)]
        return fences.read(first), told[0] if told else CompanyActivity()

    def _fence_query(self, known: CompanyState) -> Request:
        return fences.anywhere() if known.fence_id is None else fences.by_id(known.fence_id)

    def _make_fence(self) -> Generator[Step, Any, FenceRecord | None]:
        """Make the record. Two that meet the file at once make one: QuickBooks has no two of a name."""
        document = write_requests([fences.made(self.new_id())], dialect=self.settings.dialect)
        try:
            reply = yield Send(document=document, writes=True)
            outcome = read_whole(reply).outcomes[0]
        except (TransportError, IndexError):
            outcome = None
        (again,), _, _ = yield from self._read([fences.anywhere()])
        found = fences.read(again)
        if found is None:
            said = f"{outcome.code}: {outcome.message}" if outcome is not None else "no answer"
            raise StopError(f"the record {fences.FENCE_NAME!r} cannot be made in QuickBooks ({said})")
        return found

    def _see_fence(self) -> Generator[Step, Any, FenceRecord]:
        """Read the fence again, in the middle of the work."""
        yield from self._read([])
        assert self.latest is not None  # noqa: S101
        return self.latest
