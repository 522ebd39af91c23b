"""The line of a storm over a program: documents are lost, late, doubled, cut; people rename; the program dies."""

from __future__ import annotations

import io
import re
from collections import Counter
from contextlib import contextmanager, suppress
from enum import StrEnum
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

import attrs

from procore_qbd.errors import CompanyFileError, NotSentError, ProcoreQbdError, ReplyLostError
from procore_qbd.simulator.faults import Crash, Faults, NotTaken, Point, Trouble
from procore_qbd.simulator.records.shaping import record_id
from procore_qbd.transports.base import BaseTransport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from procore_qbd.chooser import Hand
    from procore_qbd.simulator import CompanyFile
    from procore_qbd.testing.clock import Clock

__all__ = ["Died", "FlowLine", "StormFault"]


class StormFault(StrEnum):
    """What may befall a document of a program in a storm, and the program with it."""

    NEVER_LEFT = "never left"
    LOST_THERE = "lost on the way there"
    REPLY_LOST = "reply lost"
    REPLY_CUT = "reply cut"
    RENAMED_AND_LOST = "somebody renames it, and the reply is lost"
    RENAMED = "somebody renames it"
    LATE = "comes late"
    TWICE = "comes twice"
    DIES_BEFORE = "dies before it sends"
    DIES_AFTER = "dies before it reads the reply"
    BUSY = "QuickBooks is busy"
    CRASH = "QuickBooks crashes in the middle"

    @classmethod
    def _missing_(cls, value: object) -> NoReturn:
        raise ValueError(f"there is no fault {value!r}; expected one of: {', '.join(cls)}")


_READING = {
    *(StormFault.NEVER_LEFT, StormFault.REPLY_LOST, StormFault.REPLY_CUT),
    *(StormFault.DIES_BEFORE, StormFault.DIES_AFTER, StormFault.BUSY),
}
"""What may befall a document that only reads."""
_WRITES = re.compile(rb"<(\w+?)(Add|Mod|Del|Void|Merge)Rq")
_REQUESTS = re.compile(rb"<(\w+Rq)\b(?<!MsgsRq)")
_LATE = (2, 1, 5)
"""After how many more documents a copy comes that is late."""
_CRASHES = (Point.KEPT, Point.WRITTEN, Point.DONE)
_MOST_DOCUMENTS = 500


class Died(BaseException):
    """The program died; nothing in it runs any more."""


@attrs.define
class _Renamed:
    """What somebody did to a record, to take it back at the end."""

    kind: str
    known: str
    field: str
    before: str
    after: str


class FlowLine:
    """One line for one schedule.

    Args:
        company: The company file.
        clock: The time; each document takes a second.
        hand: What picks.
        faults: What may befall.

    Attributes:
        is_calm: Whether the faults have ended.
        struck: How often each fault struck.
        trace: What happened so far, for people.
    """

    def __init__(self, company: CompanyFile, clock: Clock, hand: Hand, faults: tuple[StormFault, ...]) -> None:
        self._company, self._clock = company, clock
        self._writing, self._reading, self._measure = (hand.split(one) for one in ("writes", "reads", "measures"))
        self._faults = faults
        self._late: list[tuple[int, bytes]] = []
        self._renamed: list[_Renamed] = []
        self._sent = 0
        self._error: Exception | None = None
        self.is_calm = False
        self.struck: Counter[str] = Counter()
        self.trace: list[str] = []

    @contextmanager
    def opened(self) -> Iterator[BaseTransport]:
        """A transport for one call of the program."""
        transport = _Sending(self)
        try:
            yield transport
        finally:
            transport.close()

    def note(self, words: str) -> None:
        """Remember that something happened."""
        self.trace.append(words)

    def must_go_on(self) -> None:
        """Raise what went wrong with the line itself, which no program may take for an error of the weather."""
        if self._error is not None:
            raise self._error

    def settle(self) -> None:
        """All that is still under way arrives, and whoever renamed something takes it back."""
        self.must_go_on()
        self._deliver(all_of_it=True)
        user = self._company.as_user()
        for one in reversed(self._renamed):
            for record in self._of(one.kind):
                if record_id(record) == one.known and getattr(record, one.field) == one.after:
                    with suppress(CompanyFileError):  # the name is taken: then something is there twice, and is seen
                        _put(user, record, one.field, one.before)

    def exchange(self, document: bytes) -> bytes:
        """One document of the program's.

        Raises:
            Died: The program dies.
            TransportError: What befell it.
        """
        self._sent += 1
        self._clock.forward(1)
        self._deliver()
        writes = [kind.decode() for kind, how in _WRITES.findall(document) if how == b"Add"]
        fault = self._fault(document)
        names = ", ".join(name.decode() for name in _REQUESTS.findall(document)) or "no request"
        self.note(f"  document {self._sent}, {names}: {fault or 'as usual'}")
        if fault is not None:
            self.struck[fault.value] += 1
        if self._sent > _MOST_DOCUMENTS:
            raise Died(f"after {_MOST_DOCUMENTS} documents it is stopped")
        return self._befall(fault, document, writes)

    def _fault(self, document: bytes) -> StormFault | None:
        writes = _WRITES.search(document) is not None
        may = [None, *(fault for fault in self._faults if writes or fault in _READING)]
        if self.is_calm:
            return None
        try:
            return may[(self._writing if writes else self._reading).pick(len(may), "a document")]
        except RuntimeError as error:  # the program asks otherwise than before, when all is the same
            self._error = ValueError(f"{error}; a program in a storm must do the same when the same happens")
            raise Died(str(error)) from None

    def _befall(self, fault: StormFault | None, document: bytes, writes: list[str]) -> bytes:
        if fault is StormFault.NEVER_LEFT:
            raise NotSentError("the line is down")
        if fault is StormFault.LOST_THERE:
            self._lost()
        if fault is StormFault.DIES_BEFORE:
            raise Died("it dies before it sends")
        if fault is StormFault.LATE:
            self._late.append((self._sent + _LATE[self._measure.pick(len(_LATE), "how late")], document))
            self._lost()
        there = {record_id(one) for kind in writes for one in self._of(kind)} if fault in _RENAMING else set()
        reply = self._answer(document, fault)
        for kind in dict.fromkeys(writes) if fault in _RENAMING else ():
            self._rename(next((one for one in self._of(kind) if record_id(one) not in there), None))
        if fault is StormFault.DIES_AFTER:
            raise Died("it dies before it reads the reply")
        if fault in (StormFault.REPLY_LOST, StormFault.RENAMED_AND_LOST):
            self._lost()
        if fault is StormFault.TWICE:
            self._late.append((self._sent + _LATE[self._measure.pick(len(_LATE), "how late")], document))
        return reply[: len(reply) // 2] if fault is StormFault.REPLY_CUT else reply

    @staticmethod
    def _lost() -> NoReturn:
        raise ReplyLostError("no answer")

    def _answer(self, document: bytes, fault: StormFault | None) -> bytes:
        faults = Faults()
        if fault is StormFault.BUSY:
            faults.order(NotTaken(Trouble.BUSY))
        if fault is StormFault.CRASH:
            point = _CRASHES[self._measure.pick(len(_CRASHES), "where")]
            count = max(1, len(_WRITES.findall(document)))
            faults.order(Crash(point), skip=0 if point is Point.DONE else self._measure.pick(count, "in which request"))
        self._company.faults = faults
        try:
            return self._company.process(document)
        finally:
            self._company.faults = Faults()

    def _deliver(self, *, all_of_it: bool = False) -> None:
        """Copies that are due arrive; nobody reads what is answered."""
        due = [one for one in self._late if all_of_it or one[0] <= self._sent]
        self._late = [one for one in self._late if one not in due]
        for _, document in due:
            self.note("  a copy of a document arrives late")
            with suppress(ProcoreQbdError):
                self._company.process(document)

    # --- people ------------------------------------------------------------------------------------------------------

    def _of(self, kind: str) -> list[Any]:
        return list(self._company.records(kind)) if kind in self._company.kinds else []

    def _rename(self, record: Any) -> None:
        """Somebody gives a record another name, or another number, and does not tell the program."""
        field = next((one for one in ("name", "ref_number") if getattr(record, one, None)), None)
        if record is None or field is None:
            return
        before: str = getattr(record, field)
        after = f"{before[:8]} {len(self._renamed) + 1}x"
        with suppress(CompanyFileError):
            _put(self._company.as_user(), record, field, after)
            self._renamed.append(_Renamed(record.__record__.tag, record_id(record) or "", field, before, after))
            self.note(f"  somebody calls {record.__record__.tag} {before!r} {after!r}")


_RENAMING = (StormFault.RENAMED, StormFault.RENAMED_AND_LOST)


def _put(user: Any, record: Any, field: str, text: str) -> None:
    if field == "name":
        user.rename(record, text)
    else:
        user.edit(attrs.evolve(record, **{field: text}))


class _Sending(BaseTransport):
    """What the program sends over."""

    def __init__(self, line: FlowLine) -> None:
        super().__init__()
        self._line = line

    def _exchange(self, document: bytes) -> BinaryIO:
        return io.BytesIO(self._line.exchange(document))
