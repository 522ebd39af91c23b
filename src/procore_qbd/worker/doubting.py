"""What became of a document: by its reply, by the reply that QuickBooks kept, by looking, or by asking a person."""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.codes import Effect
from procore_qbd.errors import LeaseLostError, RefusedError, ReplyError, ReplyLostError, TransportError
from procore_qbd.flows.conversation import matched, read_whole, recovery
from procore_qbd.journal.decisions import Evidence, Found, KeptReply, Verdict, decide
from procore_qbd.journal.decisions import Fence as Standing
from procore_qbd.journal.nouns import Question, Settlement
from procore_qbd.journal.states import EffectState, ExchangeState
from procore_qbd.qbxml import Moment, OnError, Outcome, Request, write_requests
from procore_qbd.worker import fence as fences
from procore_qbd.worker.effects import Commit, Send, Sleep
from procore_qbd.worker.looking import Sight, by_known_id, evidence_of, questions_of, record_id, seen, since
from procore_qbd.worker.replies import move_of, passes, requests_of
from procore_qbd.worker.session import AgainError, Session, StopError

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from procore_qbd.journal.nouns import RunPart, Sent, Write
    from procore_qbd.worker.effects import Step
    from procore_qbd.worker.fence import FenceRecord

__all__ = ["Doubting"]

_OUT_OF_DATE = 3200
_UNKNOWN = (EffectState.OPEN, EffectState.IN_DOUBT)
"""The effects that are to be settled; a person is asked about others, or they are settled."""
_OLD = 80 * 24 * 3600.0
"""Seconds: QuickBooks lists what was deleted in the last 90 days."""


@attrs.define
class _Judged:
    """What a reply says of the effects of its document.

    Attributes:
        answers: What the runs are told, by place; None for what was not done.
        settlements: What is written down.
        doubtful: The effects of which the reply does not say what became of them.
        pause: How long to wait, for refusals that pass.
    """

    answers: dict[int, Outcome | None] = attrs.field(factory=dict)
    settlements: list[Settlement] = attrs.field(factory=list)
    doubtful: list[Write] = attrs.field(factory=list)
    pause: float = 0.0


class Doubting(Session):
    """A session that knows what became of what it sent."""

    failures = 0
    """How many documents could not be sent, one after the other."""
    concluded: tuple[int, Sequence[Settlement], Mapping[str, Any]] | None = None
    """The last document, what became of it, and of the company file with it, until that is written down."""
    concluded_id: str | None = None
    moved_on: str | None = None
    """The id of the last document of which it is known that the fence's EditSequence changed with it."""

    # --- a document that writes --------------------------------------------------------------------------------------

    def _write(
        self,
        requests: Sequence[Request],
        effects: Sequence[Write],
        parts: Sequence[RunPart] = (),
        reads: Mapping[int, Sequence[tuple[Any, ...]]] | None = None,
        *,
        soon: bool = False,
    ) -> Generator[Step, Any, Mapping[int, Outcome | None] | None]:
        """Send a document that writes; what to answer for each of its requests, None where it was not sent at all.

        With `soon`, what became of it need not be written down yet: see `_write_down`.
        """
        self.questions = {}
        early = self.settings.apart - (self.clock() - self.wrote)
        if early > 0:
            yield Sleep(seconds=early)
        set_id = self.new_id()
        before = [fences.changed(self.fence, set_id)] if self.fence is not None else []
        document = write_requests(
            [*before, *requests],
            dialect=self.settings.dialect,
            on_error=OnError.STOP,
            new_message_set_id=set_id if self.settings.recovery else None,
        )
        yield Commit(name="sending")
        sent, known = self.journal.sending(
            self.claim,
            document=document,
            set_id=set_id,
            parts=parts,
            effects=effects,
            reads=reads or {},
            asked=self.asked,
            sender=self.settings.sender,
            fenced=self.fence is not None,
        )
        self.asked = []
        self._log(logging.INFO, set_id, "sending %d requests, %d bytes", len(requests), len(document))
        pause = self.settings.pause
        try:
            reply = yield Send(document=document, writes=True, set_id=set_id)
        except TransportError as error:
            if error.effect is Effect.NOT_DONE:
                yield Commit(name="withdrawn")
                self.journal.withdrawn(self.claim, sent.id, str(error))
                self._log(logging.INFO, set_id, "was not sent (%s)", type(error).__name__)
                self._count_failure(error)
                yield Sleep(seconds=pause)
                return None
            yield from self._doubt(sent, str(error))
            answers = yield from self._resolve(sent, known)
            return answers
        yield Commit(name="answered")
        try:
            self.journal.answered(self.claim, sent.id, reply)
        except LeaseLostError:
            self.journal.evidence(self.claim.company, sent.id, reply)
            raise
        self._log(logging.INFO, set_id, "answered, %d bytes", len(reply))
        self.failures, self.wrote = 0, self.clock()
        answers = yield from self._understand(sent, known, reply, [*before, *requests], soon=soon)
        return answers

    def _doubt(self, sent: Sent, why: str) -> Generator[Step, Any, None]:
        yield Commit(name="doubted")
        self.journal.doubted(self.claim, sent.id, why)
        self._log(logging.WARNING, sent.set_id, "in doubt")

    def _conclude(
        self, sent: Sent, settlements: Sequence[Settlement], *, soon: bool = False, **known: Any
    ) -> Generator[Step, Any, None]:
        self.concluded, self.concluded_id = (sent.id, settlements, known), sent.set_id
        if not soon:
            yield from self._write_down()

    def _write_down(self) -> Generator[Step, Any, None]:
        """Write down what became of the last document, where that was not done together with what its runs did next.

        Until then the journal has its reply, and whoever finds that understands it in the same way.
        """
        if self.concluded is not None:
            yield Commit(name="settled")
            number, settlements, known = self.concluded
            self.journal.settled(self.claim, number, settlements, **known)
            self._is_written_down()

    def _is_written_down(self) -> None:
        if self.concluded is not None:
            moves = Counter(one.move for one in self.concluded[1])
            words = ", ".join(f"{n} {move}" for move, n in moves.items())
            self._log(logging.INFO, self.concluded_id, "settled: %s", words or "-")
        self.concluded = None

    def _count_failure(self, error: TransportError) -> None:
        self.failures += 1
        if self.failures >= self.settings.tries:
            raise StopError(f"QuickBooks cannot be reached: {error}") from error

    # --- what an earlier worker left ---------------------------------------------------------------------------------

    def _left_behind(self, sent: Sent, effects: tuple[Write, ...]) -> Generator[Step, Any, None]:
        if sent.state is ExchangeState.ANSWERED and sent.reply is not None:
            yield from self._understand(sent, effects, sent.reply)
            return
        if sent.state is ExchangeState.SENDING:
            yield from self._doubt(sent, "the worker that sent it has gone")
        yield from self._resolve(sent, effects)

    def _understand(
        self,
        sent: Sent,
        effects: tuple[Write, ...],
        reply: bytes,
        asked: Sequence[Request] | None = None,
        *,
        soon: bool = False,
    ) -> Generator[Step, Any, dict[int, Outcome | None]]:
        """Settle an exchange by its reply; what is to be answered to each position, None for what was not done."""
        effects = tuple(one for one in effects if one.state in _UNKNOWN)
        try:
            requests = requests_of(sent) if asked is None else asked
            outcomes = matched(read_whole(reply), requests)
        except ReplyLostError as error:
            yield from self._doubt(sent, str(error))
            found = yield from self._resolve(sent, effects)
            return found
        after = None
        if sent.fenced:
            first, outcomes, requests = outcomes[0], outcomes[1:], requests[1:]
            if not first.ok:
                result = yield from self._fence_refused(sent, effects, first, came_now=asked is not None)
                return result
            after = fences.read(first)
        judged = self._judged(effects, outcomes)
        if judged.doubtful:
            looked, more = yield from self._look(sent, judged.doubtful, requests, KeptReply.UNSAVED)
            for one in more:  # it is not there: then the answer was a refusal
                refused = one.move == "find not done"
                judged.settlements.append(attrs.evolve(one, move="find refused") if refused else one)
            for at, seen_now in looked.items():
                judged.answers[at] = seen_now if seen_now is not None or at in self.questions else outcomes[at]
        yield from self._settle(sent, judged, after, soon=soon)
        return judged.answers

    def _judged(self, effects: Sequence[Write], outcomes: Sequence[Outcome]) -> _Judged:
        """What the answers to a document say of its effects."""
        judged = _Judged()
        for effect in effects:
            outcome = outcomes[effect.position]
            move = move_of(outcome)
            if move is None:
                judged.doubtful.append(effect)
                continue
            if passes(outcome) and (tried := self.journal.tries(self.claim, effect)) < self.settings.tries:
                move = "find not done"
                judged.pause = max(judged.pause, self.settings.pause * 2 ** (tried - 1))
            record = record_id(outcome.found[0]) if move == "find done" and outcome.found else None
            judged.settlements.append(Settlement(effect=effect.number, move=move, record=record))
            judged.answers[effect.position] = None if move == "find not done" else outcome
        return judged

    def _settle(
        self, sent: Sent, judged: _Judged, after: FenceRecord | None, *, soon: bool
    ) -> Generator[Step, Any, None]:
        """Write down what became of a document, and go on from the fence as its reply shows it."""
        before = self.fence
        known: dict[str, Any] = {}
        moved = after is not None and before is not None and after.counter > before.counter
        if after is not None and moved:  # else it was read since, and is newer than this reply
            self.fence = self.latest = after
            known = self._known(after)
        yield from self._conclude(sent, judged.settlements, soon=soon, **known)
        if moved and after is not None and before is not None and after.sequence != before.sequence:
            self.moved_on = after.set_id
        if judged.pause:
            yield Sleep(seconds=judged.pause)

    def _fence_refused(
        self, sent: Sent, effects: tuple[Write, ...], first: Outcome, *, came_now: bool
    ) -> Generator[Step, Any, dict[int, Outcome | None]]:
        """The fence was refused, so nothing of this copy was done; if it is another than it was, one before may be.

        A code that leaves it open whether the fence was changed is settled by reading it again, too; and so is a reply
        of an earlier time, for the fence may have been mended, or made anew, since.
        """
        if not came_now or first.code == _OUT_OF_DATE or first.committed is None:
            yield from self._doubt(sent, f"the fence was refused ({first.code}: {first.message})")
            answers = yield from self._resolve(sent, effects, recover=False)
            return answers
        yield from self._conclude(sent, [Settlement(effect=one.number, move="find not done") for one in effects])
        if passes(first):
            yield Sleep(seconds=self.settings.pause)
            return dict.fromkeys((one.position for one in effects), None)
        self._freeze(
            f"QuickBooks refused to change the record {fences.FENCE_NAME!r} ({first.code}: {first.message}); nothing "
            "was written. Without it exports are not safe: see what is wrong with it, then thaw"
        )

    def _leave_the_second(self) -> Generator[Step, Any, None]:
        """See that the fence's EditSequence has changed with the last document, or change it once more.

        If it counts seconds, two changes in one second leave it as it was, and another copy would not be refused.
        """
        last = self.fence.set_id if self.fence is not None else None
        if self.fence is None or last is None or last == self.moved_on:
            return
        sent = self.journal.by_set(self.claim.company, last)
        if sent is not None and (not sent.document or _planned_with(sent) == self.fence.sequence):
            yield from self._touch()
        self.moved_on = self.fence.set_id

    def _touch(self) -> Generator[Step, Any, None]:
        """The fence was changed twice in one second, so its EditSequence is the same: change it again in the next."""
        for _ in range(self.settings.tries):
            assert self.fence is not None  # noqa: S101
            before = self.fence
            yield Sleep(seconds=1)
            answers = yield from self._write([], [])
            if answers is not None and self.fence.sequence != before.sequence:
                return
        raise StopError("QuickBooks' clock stands still: the EditSequence of our record does not change")

    # --- doubt -------------------------------------------------------------------------------------------------------

    def _standing(self, sent: Sent, found: FenceRecord) -> Standing:
        """What the fence says of a document."""
        if not sent.fenced:
            return Standing.NONE
        if found.set_id == sent.set_id:
            return Standing.OURS
        unmoved = found.counter < sent.counter and found.sequence == _planned_with(sent)
        return Standing.UNMOVED if unmoved else Standing.LATER

    def _resolve(
        self, sent: Sent, effects: tuple[Write, ...], *, recover: bool = True
    ) -> Generator[Step, Any, dict[int, Outcome | None]]:
        """End the doubt about a document; its reply is not asked for where it is known, and says nothing."""
        effects = tuple(one for one in effects if one.state in _UNKNOWN)
        waited, begun_last = False, None
        while True:
            standing, found = Standing.NONE, None
            if self.settings.fence:
                found = yield from self._see_fence()
                standing = self._standing(sent, found)
                waited = waited and found.set_id == begun_last
                begun_last = found.set_id
            kept, reply = KeptReply.NOT_ASKED, None
            if recover:
                kept, reply = yield from self._recovered(sent)
            first = decide(Evidence(kept=kept, fence=standing, waited=waited))
            if first.decision is Verdict.TAKE_REPLY and reply is not None:
                yield Commit(name="answered")
                self.journal.answered(self.claim, sent.id, reply)
                answers = yield from self._understand(sent, effects, reply)
                if found is not None:
                    yield from self._absorb(found, sent)
                return answers
            if first.decision is Verdict.WAIT:
                yield Sleep(seconds=self.settings.timeout)
                waited = True
                continue
            if first.decision is Verdict.PLAN_ANEW:
                settlements = [Settlement(effect=one.number, move="find not done") for one in effects]
                answers = dict.fromkeys((one.position for one in effects), None)
            else:
                answers, settlements = yield from self._look_at_all(sent, effects, standing, kept, waited=waited)
            yield from self._conclude(sent, settlements)
            if found is not None:
                yield from self._absorb(found, sent)
            return answers

    def _absorb(self, found: FenceRecord, sent: Sent) -> Generator[Step, Any, None]:
        """Go on from the fence as it was read; if another copy that was held for lost moved it, from the beginning.

        Args:
            found: The fence.
            sent: The exchange that was just settled with it.

        Raises:
            AgainError: A copy came late: what it did is settled first, and the runs are told of it.
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
            raise AgainError

    def _recovered(self, sent: Sent) -> Generator[Step, Any, tuple[KeptReply, bytes | None]]:
        """What QuickBooks kept of a document. Its word counts only if the same file was open before and after."""
        if not self.settings.recovery or sent.set_id is None or sent.sender != self.settings.sender:
            return KeptReply.NOT_ASKED, None
        document = recovery(sent.set_id, self.settings.dialect)
        try:
            reply = yield Send(document=document, writes=False, set_id=sent.set_id)
            said = read_whole(reply)
        except TransportError as error:
            raise StopError(f"QuickBooks does not answer: {error}") from error
        if self.settings.fence:
            yield from self._see_fence()
        if said.outcomes and said.message_set_status in (0, None, 9005):
            return KeptReply.REPLY, reply
        words = {600: KeptReply.SILENT, 9001: KeptReply.OTHER, 9002: KeptReply.UNSAVED, 9005: KeptReply.UNSAVED}
        return words.get(said.message_set_status or 0, KeptReply.UNSAVED), None

    def _look_at_all(
        self, sent: Sent, effects: Sequence[Write], standing: Standing, kept: KeptReply, *, waited: bool = True
    ) -> Generator[Step, Any, tuple[dict[int, Outcome | None], list[Settlement]]]:
        requests = requests_of(sent)
        if sent.fenced:
            requests = requests[1:]
        result = yield from self._look(sent, effects, requests, kept, standing=standing, waited=waited)
        return result

    def _look(
        self,
        sent: Sent,
        effects: Sequence[Write],
        requests: Sequence[Request],
        kept: KeptReply,
        *,
        standing: Standing = Standing.LATER,
        waited: bool = True,
    ) -> Generator[Step, Any, tuple[dict[int, Outcome | None], list[Settlement]]]:
        """Look for effects in the company file; what to answer for each, and what becomes of it."""
        answers: dict[int, Outcome | None] = {}
        settlements: list[Settlement] = []
        moment = since(sent.clock)
        old = self.clock() - sent.at > _OLD or self._condensed_since(sent)
        for effect in effects:
            request = requests[effect.position]
            while True:
                sight = yield from self._sight(request, moment)
                rule = decide(Evidence(kept=kept, fence=standing, found=sight.found, waited=waited, old=old))
                if rule.decision is not Verdict.LOOK_AGAIN:
                    break
                yield Sleep(seconds=self.settings.timeout)
                waited = True
            if rule.decision is Verdict.ADOPT:
                evidence = evidence_of(request, sight.record)
                record = record_id(sight.record)
                settlements.append(Settlement(effect=effect.number, move="find done", record=record, evidence=evidence))
                answers[effect.position] = read_whole(evidence).outcomes[0]
            elif rule.decision is Verdict.PLAN_ANEW:
                settlements.append(Settlement(effect=effect.number, move="find not done"))
                answers[effect.position] = None
            else:
                yield Commit(name="ask")
                self._ask(effect, request, sight, rule.why)
                self._log(logging.WARNING, sent.set_id, "effect %d: a person is asked", effect.number)
                self.questions[effect.position] = effect.number
                answers[effect.position] = None
        return answers, settlements

    def _condensed_since(self, sent: Sent) -> bool:
        """Whether the file may have been condensed after a document was sent: what goes then is listed nowhere."""
        return self.condensed is not None and sent.clock is not None and self.condensed.wall > Moment(sent.clock).wall

    def _sight(self, request: Request, moment: Any) -> Generator[Step, Any, Sight]:
        questions = questions_of(request, moment)
        outcomes, _, _ = yield from self._read(questions)
        try:
            return seen(request, outcomes, moment)
        except (RefusedError, ReplyError) as error:
            raise StopError(f"QuickBooks does not say what it has: {error}") from error

    def _ask(self, effect: Write, request: Request, sight: Sight, why: str) -> None:
        choices = {
            f"adopt {record_id(one)}": f"{record_id(one)} is it: link it, and write nothing" for one in sight.candidates
        }
        choices |= {
            "adopt ID": "another record is it: name its ListID or TxnID",
            **({} if sight.found is Found.SEVERAL else {"different": "it is not there: write it"}),
            "abandon": "do not export it",
        }
        words = f"{effect.what}: it is not known whether it was written to QuickBooks: {sight.words or why}"
        document = write_requests([attrs.evolve(request, request_id=None)], dialect=self.settings.dialect)
        question = Question(
            effect=effect.number, token=self.new_id(), words=words, choices=choices, document=document.decode("ascii")
        )
        self.journal.ask(self.claim, question)

    def _act_on_answers(self) -> Generator[Step, Any, None]:
        for question, answered in self.journal.answers(self.claim):
            choice = answered
            effect, sent = self.journal.asked_about(self.claim, question)
            request = requests_of(sent)[effect.position + (1 if sent.fenced else 0)]
            if choice == "different":
                sight = yield from self._sight(request, since(sent.clock))
                if sight.found is Found.ONE:  # a copy of the document came while the person was thinking
                    choice = f"adopt {record_id(sight.record)}"
                elif sight.found is Found.SEVERAL:  # where ours are there, no other is written
                    yield Commit(name="ask")
                    self._ask(effect, request, sight, "")
                    continue
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
            yield from self._conclude(sent, [settlement])

    def _named(self, request: Request, known: str) -> Generator[Step, Any, Any]:
        """The record of an id, of the kind that a request makes; None where there is none."""
        outcomes, _, _ = yield from self._read([by_known_id(request, known)])
        found = [one for one in outcomes[0].found if type(one) is type(request.record)] if outcomes[0].ok else []
        return found[0] if found else None


def _planned_with(sent: Sent) -> str | None:
    """The EditSequence of the fence with which a document was planned."""
    fence: Any = requests_of(sent)[0].record if sent.fenced else None
    return fence.edit_sequence if fence is not None else None
