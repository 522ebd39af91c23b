"""The line to QuickBooks: it loses, delays, doubles and cuts; and QuickBooks crashes, is busy, and does not keep."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

import attrs

from procore_qbd.errors import NotSentError, ReplyError, ReplyLostError, TransportError
from procore_qbd.qbxml import Reply, read_reply, write_reply, write_requests
from procore_qbd.simulator.faults import Crash, Faults, NotTaken, Point, Refused, Slow, Trouble
from procore_qbd.testing.storm.weather import LINE, READING, RECOVERING
from procore_qbd.testing.storm.world import LEASE, TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Callable

    from procore_qbd.chooser import Chooser
    from procore_qbd.testing.storm.judge import Judge
    from procore_qbd.testing.storm.world import World
    from procore_qbd.transports.base import Transport
    from procore_qbd.worker import Send

    Through: TypeAlias = Callable[[Callable[[bytes], bytes], World, Chooser], Transport]
    """Makes the transport that documents go through, to a function that QuickBooks answers by."""

    Back: TypeAlias = Callable[[bytes | Exception, float], object]
    """Takes what a worker gets back, and after how many seconds."""

__all__ = ["LineToQuickBooks"]

_WRITES = re.compile(rb"<(\w+?)(?:Add|Mod)Rq")
_SETS = re.compile(rb'(new|old)MessageSetID="(\w+)"')
_LATE = (TIMEOUT + 30, TIMEOUT + 0.5, TIMEOUT + 2.5, 20.0, 3 * TIMEOUT, 2000.0)
_CRASHES = (Point.KEPT, Point.WRITTEN, Point.DONE)
_SAID = {"what was kept is torn": 9002, "the id is kept for other bytes": 9001}
_NOT_SAVED = 9005
_REFUSALS = {"a record is open": 3176, "an error that leaves it open": 1000}


class LineToQuickBooks:
    """The line, and QuickBooks at its end.

    Args:
        world: The world.
        chooser: What befalls a document.
        judge: Who looks after each.
        act: Lets a person act while QuickBooks is at work.
        through: What documents go through that arrive, beside what this line does to them.
    """

    def __init__(
        self, world: World, chooser: Chooser, judge: Judge, act: Callable[[], object], through: Through | None = None
    ) -> None:
        self.world, self.judge, self._act = world, judge, act
        self._line = chooser.split("line", departures=0.25)
        self._reading = chooser.split("line for questions", departures=0.03)
        self._recovering = chooser.split("line for replies", departures=0.2)
        self._quickbooks = chooser.split("QuickBooks", departures=0.7)
        self._transport = None if through is None else through(self._process, world, chooser)
        self._broken: Exception | None = None

    def send(self, step: Send, who: str, back: Back) -> None:
        """Take a document from a worker, who gets back a reply or an error."""
        self._see(step.document)
        self.world.note(who, f"sends {step.set_id or 'a question'}", step.document)
        fate = self._fate(step, who)
        if fate in _SAID:
            said = Reply(outcomes=(), message_set_id=step.set_id, message_set_status=_SAID[fate])
            back(write_reply(said), 1)
        elif fate == "never left":
            back(NotSentError("the line is down"), 1)
        elif fate == "lost on the way there":
            back(ReplyLostError("no answer"), TIMEOUT)
        elif fate == "reply lost":
            self._answer(step.document, "usual")
            back(ReplyLostError("no answer"), TIMEOUT)
        elif fate == "late":
            self._again(step, _LATE[self._line.pick(len(_LATE), "how late")])
            back(ReplyLostError("no answer"), TIMEOUT)
        else:
            answer = self._answer(step.document, fate)
            if fate == "delivered twice":
                self._again(step, 30.0)
            back(answer, 1)

    def _fate(self, step: Send, who: str) -> str:
        if step.writes:
            self.world.document = step.document
            return self.world.fate(self._line, LINE, f"{who}'s {step.set_id}")
        if step.set_id:
            return self.world.fate(self._recovering, RECOVERING, f"{who}'s question for {step.set_id}")
        return self.world.fate(self._reading, READING, f"{who}'s question")

    def _again(self, step: Send, delay: float) -> None:
        self.world.turns.after(delay, "the line", lambda: self._answer(step.document, "usual"))

    def _see(self, document: bytes) -> None:
        """See that no reply is thrown away that somebody may want."""
        sets = {which: name.decode() for which, name in _SETS.findall(document[:400])}
        new, old = sets.get(b"new"), sets.get(b"old")
        if old is None:
            if new is not None:
                self.world.sent[new] = self.world.turns.now
        elif new is None and self.world.turns.now - self.world.sent.get(old, 0) < LEASE + TIMEOUT:
            raise self.world.broken(f"the reply to {old} was thrown away while a copy of it may still come")

    def _answer(self, document: bytes, fate: str) -> bytes | Exception:
        """QuickBooks answers a document; its reply, or the error."""
        kinds = [kind.decode() for kind in _WRITES.findall(document)]
        company = self.world.company
        company.faults = self._faults(fate, len(kinds))
        try:
            answer: bytes | Exception = self._through(document)
        except TransportError as error:
            answer = error
        finally:
            company.faults = Faults()
        if fate == "reply not saved" and isinstance(answer, bytes):
            answer = self._not_saved(answer)
        elif fate == "reply cut" and isinstance(answer, bytes):
            answer = answer[: len(answer) // 2]
        said = answer if isinstance(answer, bytes) else str(answer).encode()
        self.world.note("QuickBooks", "answers", said)
        if kinds:
            self.judge.look(kinds)
        return answer

    def _through(self, document: bytes) -> bytes:
        if self._transport is None:
            return self.world.company.process(document)
        self._broken = None
        try:
            with self._transport.send(document) as reply:
                return reply.read()
        finally:
            if self._broken is not None:
                raise self._broken

    def _process(self, document: bytes) -> bytes:
        """QuickBooks, for a transport, which turns what breaks a promise into an error of its own."""
        try:
            return self.world.company.process(document)
        except TransportError:
            raise
        except Exception as error:
            self._broken = error
            raise

    def close(self) -> None:
        """Let go of the transport."""
        close = getattr(self._transport, "close", None)
        if close is not None:
            close()

    def _faults(self, fate: str, writing: int) -> Faults:
        if fate == "a person acts in the middle":
            faults = Faults(sleep=lambda _: self._act())
            faults.order(Slow(1, Point.KEPT), skip=self._quickbooks.pick(writing, "after which"))
            return faults
        faults = Faults()
        if fate == "QuickBooks crashes in the middle":
            point = _CRASHES[self._quickbooks.pick(len(_CRASHES), "where")]
            faults.order(Crash(point=point), skip=0 if point is Point.DONE else self._quickbooks.pick(writing, "after"))
        elif fate == "QuickBooks is busy":
            faults.order(NotTaken(Trouble.BUSY))
        elif fate in _REFUSALS:
            faults.order(Refused(_REFUSALS[fate]), skip=1 + self._quickbooks.pick(max(1, writing - 1), "which"))
        return faults

    def _not_saved(self, reply: bytes) -> bytes:
        """What QuickBooks answers when it did the work and could not keep the reply."""
        try:
            said = read_reply(reply)
        except ReplyError:
            return reply
        if said.message_set_id is None or said.message_set_status:
            return reply
        self.world.company.process(write_requests((), old_message_set_id=said.message_set_id))
        return write_reply(attrs.evolve(said, message_set_status=_NOT_SAVED))
