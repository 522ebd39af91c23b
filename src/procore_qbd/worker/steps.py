"""The one driver: takes requests from the journal, has QuickBooks carry them out exactly once each, and tells Procore.

`steps` is a generator. It yields what is to be done (`effects`), and whoever runs it does that: `drain` in a loop, the
Web Connector when QuickBooks calls, a storm by the dice. Nothing is sent within a transaction of the journal, and a
driver that is never resumed leaves nothing behind but what the journal says.

One drain, from top to bottom: claim the company file; read the fence; settle what an earlier worker left in doubt; act
on people's answers; tell the runs that were broken off what they were told before; then begin requests, some side by
side, until none waits. Each round first asks all that the runs want to know, in one document, then writes all that they
want to write, in one document with the fence before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import attrs

from procore_qbd.codes import Effect as Written
from procore_qbd.codes import is_transient
from procore_qbd.domain import ItemKind, Link
from procore_qbd.erp import perform
from procore_qbd.errors import (
    DivergedError,
    LeaseLostError,
    ProcoreQbdError,
    RecordError,
    RefusedError,
    ReplyError,
    ReplyLostError,
    TransportError,
)
from procore_qbd.flows import Stepping
from procore_qbd.flows.conversation import difference, matched, read_whole, recovery, why_unwritable
from procore_qbd.journal.decisions import Decision, Evidence, Found, Kept, decide
from procore_qbd.journal.decisions import Fence as Standing
from procore_qbd.journal.states import EffectState, ExchangeState
from procore_qbd.journal.store import Effect, Part, Question, RunEnd, Settlement
from procore_qbd.journal.tables import OPEN_EFFECTS
from procore_qbd.qbxml import ADD, Dialect, OnError, Outcome, Request, read_requests, write_requests
from procore_qbd.qbxml.messages.outcomes import ABANDONED
from procore_qbd.worker import fence as fences
from procore_qbd.worker.effects import Commit, Drained, Send, Sleep, Tell
from procore_qbd.worker.looking import Sight, by_known_id, evidence_of, questions_of, record_id, seen, since
from procore_qbd.worker.recording import Recording
from procore_qbd.worker.touching import ALONE, makes, needs

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping, Sequence

    from procore_qbd.domain import Books, CloseOut
    from procore_qbd.journal.store import Claim, Company, Entry, Journal, Run, Sent
    from procore_qbd.worker.effects import Step
    from procore_qbd.worker.fence import FenceRecord

__all__ = ["Policy", "steps"]

_OUT_OF_DATE = 3200
_OPEN_SOMEWHERE = (3175, 3176)
"""Somebody has the record, or one that belongs to it, open; nothing was written."""


@attrs.frozen(kw_only=True)
class Policy:
    """How a driver works.

    Attributes:
        dialect: Who reads the documents. Exactly once is promised from qbXML 9.0 on.
        batch: How many requests go side by side at the most.
        fence: Whether documents begin with the fence. Without it, a copy that is held up for longer than `timeout` can
            still write a second time.
        recovery: Whether QuickBooks is asked to keep replies, and for those that were lost.
        sender: The name under which QuickBooks knows the program: what another one sent, it does not tell.
        lease: For how many seconds a company file is claimed.
        timeout: How many seconds a document may be under way at the most.
        tries: How often what passes (a record that somebody has open, a busy QuickBooks) is tried.
        pause: How many seconds are waited before it is tried again, the first time; then twice as long each time.
        deadline: After how many seconds a drain begins nothing new; None: never.
    """

    dialect: Dialect = attrs.field(factory=Dialect)
    batch: int = 50
    fence: bool = True
    recovery: bool = True
    sender: str | None = None
    lease: float = 600
    timeout: float = 120
    tries: int = 4
    pause: float = 2
    deadline: float | None = None


class _Again(Exception):  # noqa: N818  as below
    """The drain begins again: what the journal says has changed under it."""


class _Stop(Exception):  # noqa: N818  how a drain ends early, no error
    """The drain is over, for now."""

    def __init__(self, words: str, *, frozen: bool = False) -> None:
        super().__init__(words)
        self.words, self.frozen = words, frozen


@attrs.define(eq=False)
class _Live:
    """A run in work."""

    run: Run
    entry: Entry
    recording: Recording
    steps: Stepping[CloseOut]
    effects: dict[int, int] = attrs.field(factory=dict)
    """The place of a request that is asked, and the effect that a person is asked about."""

    @property
    def blocked(self) -> bool:
        """Whether all that it could ask now waits for a person."""
        return bool(self.steps.asked) and set(self.steps.places) <= set(self.effects)


def steps(
    company: str,
    journal: Journal,
    books: Books,
    *,
    owner: str,
    new_id: Callable[[], str],
    clock: Callable[[], float],
    policy: Policy | None = None,
) -> Generator[Step, Any, Drained]:
    """Drain the inbox of one company file.

    Args:
        company: Which, as the journal knows it.
        journal: Where everything is written down.
        books: The bookkeeper's settings, for requests that are begun now.
        owner: The name of this worker, for people.
        new_id: Makes ids of 20 characters 0-9 and A-Z, never the same twice.
        clock: The time in seconds.
        policy: How to work.

    Raises:
        JournalError: The journal cannot be used; a `LeaseLostError` if another worker has taken over.
    """
    how = policy or Policy()
    yield Commit(name="claim")
    claim = journal.claim(company, owner, how.lease)
    if claim is None:
        return Drained(busy=True)
    driver = _Driver(claim, journal, books, how, new_id, clock)
    frozen = stopped = None
    again = True
    while again:
        again = False
        try:
            yield from driver.go()
        except _Again:
            again = True
            driver.forget()
        except _Stop as stop:
            frozen, stopped = (stop.words, None) if stop.frozen else (None, stop.words)
    yield Commit(name="release")
    journal.release(claim)
    left = journal.count(company)
    return Drained(
        done=driver.done,
        refused=driver.refused,
        failed=driver.failed,
        asked=left.get("asked", 0),
        waiting=left.get("waiting", 0) + left.get("working", 0),
        told=driver.told,
        frozen=frozen,
        stopped=stopped,
    )


class _Driver:
    """One drain."""

    def __init__(
        self,
        claim: Claim,
        journal: Journal,
        books: Books,
        policy: Policy,
        new_id: Callable[[], str],
        clock: Callable[[], float],
    ) -> None:
        self.claim, self.journal, self.books, self.policy = claim, journal, books, policy
        self.new_id, self.clock = new_id, clock
        self.began = clock()
        self.fence: FenceRecord | None = None
        self.asked: list[tuple[bytes, bytes, list[Part]]] = []
        self.live: list[_Live] = []
        self.questions: dict[int, int] = {}
        """The effects of the last document that a person is asked about, by their place in it."""
        self.failures = 0
        self.done = self.refused = self.told = self.failed = 0

    def forget(self) -> None:
        """Nothing but the journal counts."""
        self.fence, self.asked, self.live, self.questions = None, [], [], {}

    # --- the whole drain ---------------------------------------------------------------------------------------------

    def go(self) -> Generator[Step, Any, None]:
        known = self.journal.company(self.claim.company)
        if known.frozen is not None:
            raise _Stop(known.frozen, frozen=True)
        if self.policy.fence:
            yield from self._meet(known)
        for sent, effects in self.journal.under_way(self.claim):
            yield from self._left_behind(sent, effects)
        yield from self._act_on_answers()
        self._resume()
        yield from self._work()
        yield from self._tell()
        blocked = {thing for one in self.live for thing in makes(one.entry.request)}
        while not self._is_late():
            begun = self._begin(blocked)
            if not begun:
                break
            yield Commit(name="renew")
            self.journal.renew(self.claim, self.policy.lease)
            yield from self._work()
            blocked |= {thing for one in self.live for thing in makes(one.entry.request)}
            yield from self._tell()
        yield from self._clear()
        if self._is_late():
            raise _Stop(f"the time that was given is over ({self.policy.deadline} s)")

    def _is_late(self) -> bool:
        return self.policy.deadline is not None and self.clock() - self.began >= self.policy.deadline

    def _freeze(self, words: str) -> NoReturn:
        self.journal.freeze(self.claim, words)
        raise _Stop(words, frozen=True)

    # --- sending -----------------------------------------------------------------------------------------------------

    def _read(self, requests: Sequence[Request]) -> Generator[Step, Any, tuple[tuple[Outcome, ...], bytes, bytes]]:
        """Ask QuickBooks; what only reads is asked again until there is an answer, or the drain gives up."""
        document = write_requests(requests, dialect=self.policy.dialect)
        pause = self.policy.pause
        for last in (*[False] * (self.policy.tries - 1), True):
            try:
                reply = yield Send(document=document, writes=False)
                return matched(read_whole(reply), requests), document, reply
            except TransportError as error:
                if last:
                    raise _Stop(f"QuickBooks does not answer: {error}") from error
            yield Sleep(seconds=pause)
            pause *= 2
        raise AssertionError  # pragma: no cover  the last try raised

    # --- the fence ---------------------------------------------------------------------------------------------------

    def _meet(self, known: Company) -> Generator[Step, Any, None]:
        """Read the fence, make it at the first contact, and see that this is the file that the journal knows."""
        found = yield from self._read_fence(known)
        if found is None and known.fence_id is None:
            found = yield from self._make_fence()
        if found is None:
            self._freeze(
                "the record by which this library knows the company file is gone (other name "
                f"{fences.FENCE_NAME!r}): it was deleted, or this is another company file; nothing was sent. See that "
                "the right file is open; if the record was deleted, say so (procore-qbd journal thaw)"
            )
        assert found is not None  # noqa: S101
        if known.file_id is not None:
            self._see_that_it_is_the_same(known, found)
        elif found.counter:
            self._freeze(
                f"the company file says that {found.counter} documents were written to it by this library, and this "
                "journal knows of none: another journal is used for it, or this one was lost. Restore that one, or "
                "rebuild the links from the file (procore-qbd journal rebuild) and thaw"
            )
        yield Commit(name="came_late")
        late = self._came_late(known, found)
        yield Commit(name="meet")
        self.journal.meet(self.claim, **self._known(found))
        self.fence = found
        if late is not None:
            yield from self._resolve(*late)

    def _absorb(self, found: FenceRecord, sent: Sent) -> Generator[Step, Any, None]:
        """Go on from the fence as it was read; if another copy that was held for lost moved it, from the beginning.

        Args:
            found: The fence.
            sent: The exchange that was just settled with it.

        Raises:
            _Again: A copy came late: what it did is settled first, and the runs are told of it.
        """
        if self.fence is not None and self.fence.counter > found.counter:
            return  # it was read again since
        late = None
        if found.set_id != sent.set_id:
            yield Commit(name="came_late")
            late = self._came_late(self.journal.company(self.claim.company), found)
        yield Commit(name="meet")
        self.journal.meet(self.claim, **self._known(found))
        self.fence = found
        if late is not None:
            raise _Again

    def _came_late(self, known: Company, found: FenceRecord) -> tuple[Sent, tuple[Effect, ...]] | None:
        """The document that was begun since the fence was read last, if it was held for one that never was."""
        if found.set_id is None or found.sequence == known.fence_sequence or known.file_id is None:
            return None
        return self.journal.came_late(self.claim, found.set_id)

    def _known(self, found: FenceRecord) -> dict[str, Any]:
        return {
            "file_id": found.file_id,
            "fence_id": found.list_id,
            "fence_sequence": found.sequence,
            "counter": found.counter,
            "epoch": found.epoch,
            "clock": found.clock,
        }

    def _see_that_it_is_the_same(self, known: Company, found: FenceRecord) -> None:
        if found.file_id != known.file_id:
            self._freeze(
                f"this is another company file: its record says {found.file_id}, and the journal knows {known.file_id}; "
                "nothing was sent. Open the right file, or keep a journal of its own for this one"
            )
        if found.epoch != known.epoch:
            self._freeze(
                f"the company file is of epoch {found.epoch}, the journal of {known.epoch}: one of the two was restored, "
                "or this is another copy of the file. See which is right, then thaw"
            )
        if found.counter < known.counter:
            self._freeze(
                f"the company file was restored: it has {found.counter} documents of this library, and the journal "
                f"knows of {known.counter}; what was exported since the backup is not in it any more"
            )
        ours = found.set_id is not None and self.journal.knows_set(self.claim.company, found.set_id)
        if found.counter > known.counter and not ours:
            self._freeze(
                f"somebody else writes to this company file as this library: it has {found.counter} documents, and the "
                f"journal knows of {known.counter}. A second connector is at work, or the journal was restored from a "
                "backup: stop the other, or rebuild the links from the file (procore-qbd journal rebuild), then thaw"
            )

    def _read_fence(self, known: Company) -> Generator[Step, Any, FenceRecord | None]:
        request = fences.by_name() if known.fence_id is None else fences.by_id(known.fence_id)
        (outcome,), _, _ = yield from self._read([request])
        try:
            return fences.read(outcome)
        except ProcoreQbdError as error:
            raise _Stop(f"the fence cannot be read: {error}") from error

    def _make_fence(self) -> Generator[Step, Any, FenceRecord | None]:
        """Make the record. Two that meet the file at once make one: QuickBooks has no two of a name."""
        document = write_requests([fences.made(self.new_id())], dialect=self.policy.dialect)
        try:
            reply = yield Send(document=document, writes=True)
            outcome = read_whole(reply).outcomes[0]
        except (TransportError, IndexError):
            outcome = None
        (again,), _, _ = yield from self._read([fences.by_name()])
        found = fences.read(again)
        if found is None:
            said = f"{outcome.code}: {outcome.message}" if outcome is not None else "no answer"
            raise _Stop(f"the record {fences.FENCE_NAME!r} cannot be made in QuickBooks ({said})")
        return found

    def _see_fence(self) -> Generator[Step, Any, FenceRecord]:
        """Read the fence again, in the middle of the work."""
        known = self.journal.company(self.claim.company)
        found = yield from self._read_fence(known)
        if found is None or found.file_id != known.file_id:
            self._freeze("in the middle of the work another company file was opened, or our record in it was deleted")
        assert found is not None  # noqa: S101
        self._see_that_it_is_the_same(known, found)
        return found

    # --- what an earlier worker left ---------------------------------------------------------------------------------

    def _left_behind(self, sent: Sent, effects: tuple[Effect, ...]) -> Generator[Step, Any, None]:
        if sent.state is ExchangeState.ANSWERED and sent.reply is not None:
            yield from self._understand(sent, effects, sent.reply)
            return
        if sent.state is ExchangeState.SENDING:
            yield Commit(name="doubted")
            self.journal.doubted(self.claim, sent.id, "the worker that sent it has gone")
        yield from self._resolve(sent, effects)

    def _understand(
        self, sent: Sent, effects: tuple[Effect, ...], reply: bytes
    ) -> Generator[Step, Any, dict[int, Outcome | None]]:
        """Settle an exchange by its reply; what is to be answered to each position, None for what was not done."""
        effects = tuple(one for one in effects if one.state.value in OPEN_EFFECTS)
        try:
            requests = _requests_of(sent)
            outcomes = matched(read_whole(reply), requests)
        except ReplyLostError as error:
            yield Commit(name="doubted")
            self.journal.doubted(self.claim, sent.id, str(error))
            found = yield from self._resolve(sent, effects)
            return found
        after = None
        if _has_fence(sent):
            first, outcomes, requests = outcomes[0], outcomes[1:], requests[1:]
            if not first.ok:
                result = yield from self._fence_refused(sent, effects, first)
                return result
            after = fences.read(first)
        answers: dict[int, Outcome | None] = {}
        settlements, doubtful, pause = [], [], 0.0
        for effect in effects:
            outcome = outcomes[effect.position]
            move = _move(outcome)
            if move is None:
                doubtful.append(effect)
                continue
            if _passes(outcome) and (tried := self.journal.tries(self.claim, effect)) < self.policy.tries:
                move, pause = "find not done", max(pause, self.policy.pause * 2 ** (tried - 1))
            assert effect.id is not None  # noqa: S101
            record = record_id(outcome.found[0]) if move == "find done" and outcome.found else None
            settlements.append(Settlement(effect=effect.id, move=move, record=record))
            answers[effect.position] = None if move == "find not done" else outcome
        if doubtful:
            looked, more = yield from self._look(sent, doubtful, requests, Kept.UNSAVED)
            for one in more:  # it is not there: then the answer was a refusal
                refused = one.move == "find not done"
                settlements.append(attrs.evolve(one, move="find refused") if refused else one)
            answers |= {
                at: outcomes[at] if found is None and at not in self.questions else found
                for at, found in looked.items()
            }
        before = self.fence
        known: dict[str, Any] = {}
        moved = after is not None and before is not None and after.counter > before.counter
        if after is not None and moved:  # else it was read since, and is newer than this reply
            self.fence = after
            known = self._known(after)
        yield Commit(name="settled")
        self.journal.settled(self.claim, sent.id, settlements, **known)
        if after is not None and before is not None and moved and after.sequence == before.sequence:
            yield from self._touch()
        if pause:
            yield Sleep(seconds=pause)
        return answers

    def _fence_refused(
        self, sent: Sent, effects: tuple[Effect, ...], first: Outcome
    ) -> Generator[Step, Any, dict[int, Outcome | None]]:
        """The fence was refused, so nothing of this copy was done; if it is another than it was, one before may be."""
        if first.code == _OUT_OF_DATE:
            found = yield from self._see_fence()
            standing = self._standing(sent, found)
            answers, settlements = yield from self._look_at_all(sent, effects, standing, Kept.NOT_ASKED)
            yield Commit(name="settled")
            self.journal.settled(self.claim, sent.id, settlements)
            yield from self._absorb(found, sent)
            return answers
        yield Commit(name="settled")
        settlements = [Settlement(effect=one.id or 0, move="find not done") for one in effects]
        self.journal.settled(self.claim, sent.id, settlements)
        if _passes(first):
            yield Sleep(seconds=self.policy.pause)
            return dict.fromkeys((one.position for one in effects), None)
        self._freeze(
            f"QuickBooks refused to change the record {fences.FENCE_NAME!r} ({first.code}: {first.message}); nothing "
            "was written. Without it exports are not safe: see what is wrong with it, then thaw"
        )

    def _touch(self) -> Generator[Step, Any, None]:
        """The fence was changed twice in one second, so its EditSequence is the same: change it again in the next."""
        for _ in range(self.policy.tries):
            assert self.fence is not None  # noqa: S101
            before = self.fence
            yield Sleep(seconds=1)
            answers = yield from self._write([], [])
            if answers is not None and self.fence.sequence != before.sequence:
                return
        raise _Stop("QuickBooks' clock stands still: the EditSequence of our record does not change")

    # --- doubt -------------------------------------------------------------------------------------------------------

    def _standing(self, sent: Sent, found: FenceRecord) -> Standing:
        """What the fence says of a document."""
        if not _has_fence(sent):
            return Standing.NONE
        if found.set_id == sent.set_id:
            return Standing.OURS
        return Standing.LATER if found.counter >= sent.counter else Standing.UNMOVED

    def _resolve(self, sent: Sent, effects: tuple[Effect, ...]) -> Generator[Step, Any, dict[int, Outcome | None]]:
        """End the doubt about a document."""
        effects = tuple(one for one in effects if one.state.value in OPEN_EFFECTS)
        waited = False
        while True:
            standing, found = Standing.NONE, None
            if self.policy.fence:
                found = yield from self._see_fence()
                standing = self._standing(sent, found)
            kept, reply = yield from self._recovered(sent)
            if reply is not None:
                yield Commit(name="answered")
                self.journal.answered(self.claim, sent.id, reply)
                answers = yield from self._understand(sent, effects, reply)
                if found is not None:
                    yield from self._absorb(found, sent)
                return answers
            first = decide(Evidence(kept=kept, fence=standing, waited=waited))
            if first.decision is Decision.WAIT:
                yield Sleep(seconds=self.policy.timeout)
                waited = True
                continue
            if first.decision is Decision.PLAN_ANEW:
                settlements = [Settlement(effect=one.id or 0, move="find not done") for one in effects]
                answers = dict.fromkeys((one.position for one in effects), None)
            else:
                answers, settlements = yield from self._look_at_all(sent, effects, standing, kept, waited=waited)
            yield Commit(name="settled")
            self.journal.settled(self.claim, sent.id, settlements)
            if found is not None:
                yield from self._absorb(found, sent)
            return answers

    def _recovered(self, sent: Sent) -> Generator[Step, Any, tuple[Kept, bytes | None]]:
        """What QuickBooks kept of a document. Its word counts only if the same file was open before and after."""
        if not self.policy.recovery or sent.set_id is None or sent.sender != self.policy.sender:
            return Kept.NOT_ASKED, None
        document = recovery(sent.set_id, self.policy.dialect)
        try:
            reply = yield Send(document=document, writes=False, set_id=sent.set_id)
            said = read_whole(reply)
        except TransportError as error:
            raise _Stop(f"QuickBooks does not answer: {error}") from error
        if self.policy.fence:
            yield from self._see_fence()
        if said.outcomes and said.message_set_status in (0, None, 9005):
            return Kept.REPLY, reply
        words = {600: Kept.SILENT, 9001: Kept.OTHER, 9002: Kept.UNSAVED, 9005: Kept.UNSAVED}
        return words.get(said.message_set_status or 0, Kept.UNSAVED), None

    def _look_at_all(
        self, sent: Sent, effects: Sequence[Effect], standing: Standing, kept: Kept, *, waited: bool = True
    ) -> Generator[Step, Any, tuple[dict[int, Outcome | None], list[Settlement]]]:
        requests = _requests_of(sent)
        if requests and requests[0].name == "OtherNameModRq":
            requests = requests[1:]
        result = yield from self._look(sent, effects, requests, kept, standing=standing, waited=waited)
        return result

    def _look(
        self,
        sent: Sent,
        effects: Sequence[Effect],
        requests: Sequence[Request],
        kept: Kept,
        *,
        standing: Standing = Standing.LATER,
        waited: bool = True,
    ) -> Generator[Step, Any, tuple[dict[int, Outcome | None], list[Settlement]]]:
        """Look for effects in the company file; what to answer for each, and what becomes of it."""
        answers: dict[int, Outcome | None] = {}
        settlements: list[Settlement] = []
        moment = since(sent.clock)
        old = self.clock() - sent.at > _OLD
        for effect in effects:
            request = requests[effect.position]
            while True:
                sight = yield from self._sight(request, moment)
                rule = decide(Evidence(kept=kept, fence=standing, found=sight.found, waited=waited, old=old))
                if rule.decision is not Decision.LOOK_AGAIN:
                    break
                yield Sleep(seconds=self.policy.timeout)
                waited = True
            assert effect.id is not None  # noqa: S101
            if rule.decision is Decision.ADOPT:
                evidence = evidence_of(request, sight.record)
                record = record_id(sight.record)
                settlements.append(Settlement(effect=effect.id, move="find done", record=record, evidence=evidence))
                answers[effect.position] = read_whole(evidence).outcomes[0]
            elif rule.decision is Decision.PLAN_ANEW:
                settlements.append(Settlement(effect=effect.id, move="find not done"))
                answers[effect.position] = None
            else:
                yield Commit(name="ask")
                self._ask(effect, request, sight, rule.why)
                self.questions[effect.position] = effect.id
                answers[effect.position] = None
        return answers, settlements

    def _sight(self, request: Request, moment: Any) -> Generator[Step, Any, Sight]:
        questions = questions_of(request, moment)
        outcomes, _, _ = yield from self._read(questions)
        try:
            return seen(request, outcomes, moment)
        except (RefusedError, ReplyError) as error:
            raise _Stop(f"QuickBooks does not say what it has: {error}") from error

    def _ask(self, effect: Effect, request: Request, sight: Sight, why: str) -> None:
        assert effect.id is not None  # noqa: S101
        choices = {
            f"adopt {record_id(one)}": f"{record_id(one)} is it: link it, and write nothing" for one in sight.candidates
        }
        choices |= {
            "adopt ID": "another record is it: name its ListID or TxnID",
            "different": "it is not there: write it",
            "abandon": "do not export it",
        }
        words = f"{effect.what}: it is not known whether it was written to QuickBooks: {sight.words or why}"
        document = write_requests([attrs.evolve(request, request_id=None)], dialect=self.policy.dialect)
        question = Question(
            effect=effect.id, token=self.new_id(), words=words, choices=choices, document=document.decode("ascii")
        )
        self.journal.ask(self.claim, question)

    def _act_on_answers(self) -> Generator[Step, Any, None]:
        for question, choice in self.journal.answers(self.claim):
            effect, sent = self.journal.asked_about(self.claim, question)
            request = _requests_of(sent)[effect.position + (1 if _has_fence(sent) else 0)]
            if choice == "different":
                sight = yield from self._sight(request, since(sent.clock))
                if sight.found is Found.ONE:  # a copy of the document came while the person was thinking
                    choice = f"adopt {record_id(sight.record)}"
            if choice == "different":
                settlement = Settlement(effect=question.effect, move="find it different")
            elif choice == "abandon":
                settlement = Settlement(effect=question.effect, move="give up")
            else:
                record = yield from self._named(request, choice.removeprefix("adopt ").strip())
                if record is None:
                    yield Commit(name="ask")
                    sight = Sight(found=Found.NOTHING, words=f"{choice!r} was answered, and there is no such record")
                    self._ask(effect, request, sight, "")
                    continue
                evidence = evidence_of(request, record)
                settlement = Settlement(
                    effect=question.effect, move="adopt", record=record_id(record), evidence=evidence
                )
            yield Commit(name="settled")
            self.journal.settled(self.claim, sent.id, [settlement])

    def _named(self, request: Request, known: str) -> Generator[Step, Any, Any]:
        """The record of an id, of the kind that a request makes; None where there is none."""
        outcomes, _, _ = yield from self._read([by_known_id(request, known)])
        found = [one for one in outcomes[0].found if type(one) is type(request.record)] if outcomes[0].ok else []
        return found[0] if found else None

    # --- runs --------------------------------------------------------------------------------------------------------

    def _start(self, run: Run, entry: Entry) -> _Live:
        recording = Recording(self.journal.links(self.claim.company), run.reads)
        flow = perform(entry.request, recording, run.books)
        return _Live(run, entry, recording, Stepping(flow))

    def _begin(self, blocked: set[Any]) -> bool:
        """Begin requests that may go side by side; whether there were any."""
        chosen: list[Entry] = []
        taken: set[Any] = set()
        for entry in self.journal.waiting(self.claim, self.policy.batch * 2 + len(self.live)):
            request = entry.request
            if needs(request) & blocked:
                continue
            first = chosen[0].request if chosen else request
            alone = isinstance(request, ALONE)
            if chosen and (alone or isinstance(first, ALONE) or type(request) is not type(first)):
                break
            if makes(request) & taken or len(chosen) >= self.policy.batch:
                break
            chosen.append(entry)
            taken |= makes(request)
            if alone:
                break
        if not chosen:
            return False
        runs = self.journal.begin(self.claim, [entry.id for entry in chosen], self.books)
        self.live += [self._start(run, entry) for run, entry in zip(runs, chosen, strict=True)]
        return True

    def _resume(self) -> None:
        """Tell the runs that were broken off what they were told before."""
        for run in self.journal.open_runs(self.claim):
            entry = self.journal.entry(self.claim.company, run.request)
            history = self.journal.history(self.claim, run.id)
            try:
                live = self._start(run, entry)
                for sent, effects, parts in history:
                    self._retell(live, sent, effects, parts)
                if live.recording.diverged is not None:
                    raise live.recording.diverged
            except DivergedError as error:
                self._give_up(run, entry, [effect for _, effects, _ in history for effect in effects], error)
                continue
            self.live.append(live)

    def _give_up_live(self, one: _Live) -> None:
        assert one.recording.diverged is not None  # noqa: S101
        effects = [effect for _, effects, _ in self.journal.history(self.claim, one.run.id) for effect in effects]
        self.live.remove(one)
        self._give_up(one.run, one.entry, effects, one.recording.diverged)

    def _give_up(self, run: Run, entry: Entry, effects: Iterable[Effect], error: DivergedError) -> None:
        """A run that cannot be told again: what it made is linked, so that the new one finds it; the rest is new."""
        links = []
        for effect in effects:
            kind, _, rest = effect.what.partition(" ")
            if effect.state is EffectState.DONE and effect.record is not None and kind in [*ItemKind]:
                links.append(Link(kind=ItemKind(kind), procore_id=int(rest.split()[0]), quickbooks_id=effect.record))
        self.journal.give_up(self.claim, run.id, f"{entry.request.request_name}: {error}", links)

    def _retell(self, live: _Live, sent: Sent, effects: Sequence[Effect], parts: Sequence[Part]) -> None:
        """Give a run the answers of an exchange that it had a part in.

        Raises:
            DivergedError: It asks for something else now.
        """
        requests = _requests_of(sent)
        begin = 1 if _has_fence(sent) else 0
        outcomes = _outcomes_of(sent, requests)[begin:]
        by_position = {effect.position: effect for effect in effects}
        at = 0
        for part in sent.parts:
            places = range(at, at + len(part.asked))
            at += len(part.asked)
            if part not in parts:
                continue
            told = [
                _told(by_position[place], outcomes[place]) if place in by_position else outcomes[place]
                for place in places
            ]
            if live.steps.step > part.step and told.count(None) == len(told):
                continue  # it was answered before, by a copy that came late
            if live.steps.step != part.step:
                raise DivergedError(f"exchange {sent.id}: it is at step {live.steps.step} now, and was at {part.step}")
            _must_be_the_same(live, part, [requests[begin + place] for place in places], sent, self.policy.dialect)
            for asked, place in zip(part.asked, places, strict=True):
                effect = by_position.get(place)
                if effect is not None and effect.state is EffectState.ASKED:
                    live.effects[asked] = effect.id or 0
            live.steps.answer_at(part.asked, told)

    # --- the work ----------------------------------------------------------------------------------------------------

    def _work(self) -> Generator[Step, Any, None]:
        """Carry the runs on until each has ended or waits for a person."""
        while True:
            yield from self._end()
            reading = [one for one in self.live if one.steps.requests and not one.steps.requests[0].writes]
            if reading:
                yield from self._ask_for(reading)
                continue
            writing = [one for one in self.live if one.steps.requests and not one.blocked]
            if not writing:
                return
            yield from self._write_for(writing)

    def _end(self) -> Generator[Step, Any, None]:
        """Write down how runs ended."""
        for one in [one for one in self.live if one.recording.diverged is not None]:
            self._give_up_live(one)
        ended = [one for one in self.live if one.steps.ended]
        if not ended:
            return
        yield Commit(name="ended")
        self.journal.ended(self.claim, [RunEnd(run=one.run.id, close_out=one.steps.result) for one in ended])
        self.live = [one for one in self.live if not one.steps.ended]
        self.asked = [one for one in self.asked if self.live]
        for one in ended:
            if one.steps.result.ok:
                self.done += 1
            else:
                self.refused += 1

    def _ask_for(self, reading: Sequence[_Live]) -> Generator[Step, Any, None]:
        """One document with all that the runs want to know."""
        requests = [_unnumbered(request) for one in reading for request in one.steps.requests]
        if not self._writable(reading, requests):
            return
        outcomes, document, reply = yield from self._read(requests)
        parts, at = [], 0
        for one in reading:
            places = one.steps.places
            parts.append(Part(run=one.run.id, step=one.steps.step, asked=places))
            told, at = outcomes[at : at + len(places)], at + len(places)
            self._answer(one, places, told)
        self.asked.append((document, reply, parts))

    def _answer(self, one: _Live, places: Sequence[int], outcomes: Sequence[Outcome | None]) -> None:
        """Give a run answers. What it raises is its own: it is set aside, and the others go on."""
        try:
            one.steps.answer_at(places, outcomes)
        except Exception as error:  # noqa: BLE001  whatever it is
            self._fail(one, error)

    def _fail(self, one: _Live, error: Exception) -> None:
        one.steps.close()
        if one.recording.diverged is None:
            words = f"{one.entry.request.request_name}: {type(error).__name__}: {error}"
            self.journal.set_aside(self.claim, one.run.id, words)
            self.live.remove(one)
            self.failed += 1

    def _writable(self, runs: Sequence[_Live], requests: Sequence[Request]) -> bool:
        """Whether the requests can be written; where not, the runs whose they are were told so."""
        try:
            write_requests(requests, dialect=self.policy.dialect)
        except RecordError:
            for one in runs:
                error = why_unwritable([_unnumbered(request) for request in one.steps.asked], self.policy.dialect)
                if error.by_request:
                    try:
                        one.steps.refuse(error)
                    except Exception as raised:  # noqa: BLE001  as in _answer
                        self._fail(one, raised)
            return False
        return True

    def _write_for(self, writing: Sequence[_Live]) -> Generator[Step, Any, None]:
        """One document with all that the runs want to write, and what becomes of it."""
        parts: list[Part] = []
        requests: list[Request] = []
        effects: list[Effect] = []
        owners: list[tuple[_Live, int]] = []
        whats: set[str] = set()
        for one in writing:
            places = []
            items = one.recording.items()
            for place in one.steps.places:
                if place in one.effects:
                    continue
                request = _unnumbered(one.steps.asked[place])
                what = _what(request, items)
                if what in whats:
                    continue  # the next document, when this one is settled
                whats.add(what)
                places.append(place)
                owners.append((one, place))
                guid = getattr(request.record, "external_guid", None)
                effects.append(Effect(position=len(requests), run=one.run.id, what=what, guid=guid))
                requests.append(request)
            if places:
                parts.append(Part(run=one.run.id, step=one.steps.step, asked=tuple(places)))
        if not self._writable(writing, requests):
            return
        answers = yield from self._write(requests, effects, parts)
        if answers is None:
            return
        told: dict[int, tuple[_Live, list[int], list[Outcome | None]]] = {}
        for position, (one, place) in enumerate(owners):
            outcome = answers.get(position)
            _, at, outcomes = told.setdefault(one.run.id, (one, [], []))
            at.append(place)
            outcomes.append(outcome)
        for position, effect in self.questions.items():
            one, place = owners[position]
            one.effects[place] = effect  # it is left out until there is an answer
        for one, at, outcomes in told.values():
            self._answer(one, at, outcomes)

    def _write(
        self,
        requests: Sequence[Request],
        effects: Sequence[Effect],
        parts: Sequence[Part] = (),
    ) -> Generator[Step, Any, Mapping[int, Outcome | None] | None]:
        """Send a document that writes; what to answer for each of its requests, None where it was not sent at all."""
        self.questions = {}
        set_id = self.new_id()
        before = [fences.changed(self.fence, set_id)] if self.fence is not None else []
        document = write_requests(
            [*before, *requests],
            dialect=self.policy.dialect,
            on_error=OnError.STOP,
            new_message_set_id=set_id if self.policy.recovery else None,
        )
        reads = {one.run.id: one.recording.told for one in self.live if one.recording.grown()}
        yield Commit(name="sending")
        sent = self.journal.sending(
            self.claim,
            document=document,
            set_id=set_id,
            parts=parts,
            effects=effects,
            reads=reads,
            asked=self.asked,
            sender=self.policy.sender,
        )
        self.asked = []
        known = self.journal.effects(self.claim, sent.id)
        pause = self.policy.pause
        try:
            reply = yield Send(document=document, writes=True, set_id=set_id)
        except TransportError as error:
            if error.effect is Written.NOT_DONE:
                yield Commit(name="withdrawn")
                self.journal.withdrawn(self.claim, sent.id, str(error))
                self._count_failure(error)
                yield Sleep(seconds=pause)
                return None
            yield Commit(name="doubted")
            self.journal.doubted(self.claim, sent.id, str(error))
            answers = yield from self._resolve(sent, known)
            return answers
        yield Commit(name="answered")
        try:
            self.journal.answered(self.claim, sent.id, reply)
        except LeaseLostError:
            self.journal.evidence(self.claim.company, sent.id, reply)
            raise
        self.failures = 0
        answers = yield from self._understand(sent, known, reply)
        return answers

    def _count_failure(self, error: TransportError) -> None:
        self.failures += 1
        if self.failures >= self.policy.tries:
            raise _Stop(f"QuickBooks cannot be reached: {error}") from error

    # --- Procore, and QuickBooks' memory -----------------------------------------------------------------------------

    def _tell(self) -> Generator[Step, Any, None]:
        for number, close_out in self.journal.closings(self.claim.company):
            has_it = yield Tell(number=number, close_out=close_out)
            if has_it:
                yield Commit(name="told")
                self.journal.told(self.claim.company, [number])
                self.told += 1

    def _clear(self) -> Generator[Step, Any, None]:
        """Let QuickBooks forget the replies that nobody can want any more; not before the last copy must have come."""
        if not self.policy.recovery:
            return
        before = self.clock() - self.policy.lease - self.policy.timeout
        for sent in self.journal.to_clear(self.claim, before):
            document = write_requests((), dialect=self.policy.dialect, old_message_set_id=sent.set_id)
            try:
                yield Send(document=document, writes=False)
            except TransportError:
                return  # another time
            yield Commit(name="cleared")
            self.journal.cleared(self.claim, [sent.id])


_OLD = 80 * 24 * 3600.0
"""Seconds: QuickBooks lists what was deleted in the last 90 days."""


def _unnumbered(request: Request) -> Request:
    """The request without an id of its own: in a document of several runs each is counted."""
    return attrs.evolve(request, request_id=None) if request.request_id is not None else request


def _requests_of(sent: Sent) -> tuple[Request, ...]:
    """What a document asks for."""
    found = read_requests(sent.document).requests
    return tuple(one for one in found if isinstance(one, Request))


def _has_fence(sent: Sent) -> bool:
    return sent.writes and sent.document.find(b"<OtherNameModRq") != -1


def _outcomes_of(sent: Sent, requests: Sequence[Request]) -> tuple[Outcome | None, ...]:
    """What a document was answered, as far as an answer came."""
    if sent.reply is None:
        return (None,) * len(requests)
    try:
        return matched(read_whole(sent.reply), requests)
    except ReplyLostError:
        return (None,) * len(requests)


def _told(effect: Effect, outcome: Outcome | None) -> Outcome | None:
    """What a run is told of an effect: what was found, what QuickBooks answered, or that a person gave it up."""
    if effect.state is EffectState.ABANDONED:
        return Outcome(name="Rs", code=ABANDONED, message="a person decided not to export it")
    if effect.evidence is not None:
        return read_whole(effect.evidence).outcomes[0]
    return outcome if effect.state in (EffectState.DONE, EffectState.REFUSED) else None


def _must_be_the_same(live: _Live, part: Part, sent: Sequence[Request], exchange: Sent, dialect: Dialect) -> None:
    """See that a run asks for what was sent.

    Raises:
        DivergedError: It does not.
    """
    asked = live.steps.asked
    if part.asked and part.asked[-1] >= len(asked):
        raise DivergedError(f"exchange {exchange.id}: it asks for {len(asked)} things now, and asked for more")
    now = [_unnumbered(asked[place]) for place in part.asked]
    before = [_unnumbered(request) for request in sent]
    mine, theirs = (write_requests(some, dialect=dialect) for some in (now, before))
    if mine != theirs:
        raise DivergedError(f"exchange {exchange.id} was sent with other bytes: {difference(theirs, mine)}")


def _what(request: Request, items: Mapping[str, tuple[ItemKind, int]]) -> str:
    """What a request makes or changes, in words that no other request has while it is under way."""
    record: Any = request.record
    guid = getattr(record, "external_guid", None)
    if request.shape is ADD and guid in items:
        kind, number = items[guid]
        return f"{kind.value} {number} {guid}"
    known = getattr(record, "txn_id", None) or getattr(record, "list_id", None)
    name = getattr(record, "ref_number", None) or getattr(record, "name", None)
    return f"{request.body} {known or name}"


def _move(outcome: Outcome) -> str | None:
    """Which move of an effect an answer is; None where it leaves it open."""
    if not outcome.tried:
        return "find not done"
    if outcome.committed is None:
        return None
    return "find done" if outcome.committed else "find refused"


def _passes(outcome: Outcome) -> bool:
    """Whether a refusal is of a kind that passes."""
    may_pass = outcome.code in _OPEN_SOMEWHERE or is_transient(outcome.code, outcome.message)
    return not outcome.ok and outcome.committed is False and may_pass
