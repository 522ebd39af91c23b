"""The company file itself: bytes in, bytes out, or an HRESULT raised."""

from __future__ import annotations

import sqlite3
import threading
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import attrs

from procore_qbd.errors import CompanyFileError, EngineError, ReplyError
from procore_qbd.qbxml import (
    RET,
    Dialect,
    Edition,
    OnError,
    Outcome,
    Reply,
    Request,
    ResponseData,
    check,
    read_requests,
)
from procore_qbd.qbxml.entities.company import Company
from procore_qbd.simulator.lists import LISTS
from procore_qbd.simulator.message_sets import MessageSets
from procore_qbd.simulator.processor import VERSIONS, Processor, simulated
from procore_qbd.simulator.requests import KNOWN
from procore_qbd.simulator.shaping import record_id
from procore_qbd.simulator.store import Store
from procore_qbd.simulator.transactions import TRANSACTIONS
from procore_qbd.simulator.wording import CANNOT_PARSE_WORDS, Refusal

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator

    from procore_qbd.qbxml import Record, Violation
    from procore_qbd.qbxml.envelope import MessageSet, Stranger

__all__ = ["CompanyFile"]

_CANNOT_PARSE = 0x80040400
_NO_ROLLBACK = 0x80040413
_BROKEN = 0x8004041C
_NO_SUCH_VERSION = 0x80040423
_COLON = 3090
_USUAL = "13.0"


class CompanyFile:
    """A simulated QuickBooks company file: one SQLite file, or memory.

    `process` is its whole protocol, the one that QuickBooks has too. It can be killed at any moment: what was answered
    is on disk, and of the request at work either all or nothing.

    Make one with `create`, open one with `open`; both are context managers.
    """

    def __init__(self, store: Store, clock: Callable[[], int] | None = None) -> None:
        self._store = store
        self._processor = Processor(store, clock or _clock)
        self._message_sets = MessageSets(store, self._note)
        self._one_at_a_time = threading.Lock()
        self.last_fault: str | None = None
        """What was wrong with the last document, or what the simulator lacks, where QuickBooks' answer does not say."""

    @classmethod
    def create(
        cls,
        path: str | os.PathLike[str] | None = None,
        *,
        name: str = "Simulated Company",
        edition: Edition = Edition.US,
        clock: Callable[[], int] | None = None,
    ) -> CompanyFile:
        """A new company file with nothing in it.

        Args:
            path: Where; None for one in memory that is gone when closed. An empty file there counts as none.
            name: The company's name, at most 59 characters.
            edition: Whose QuickBooks answers.
            clock: Seconds since 1970, for tests.

        Raises:
            CompanyFileError: There is a file already, it cannot be written, or the name will not do.
        """
        if faults := check(Company(company_name=name), RET):
            raise CompanyFileError("; ".join(map(str, faults)))
        new = {"file_id": str(uuid.uuid4()), "company_name": name, "edition": edition.name or "US"}
        return cls(Store(Path(path) if path is not None else None, new), clock)

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, clock: Callable[[], int] | None = None) -> CompanyFile:
        """A company file that is there.

        Raises:
            CompanyFileError: There is none, it is something else, or it is open already.
        """
        return cls(Store(Path(path)), clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    @property
    def file_id(self) -> str:
        """What tells this company file from every other; copies keep it."""
        return self._store.fact("file_id")

    @property
    def name(self) -> str:
        """The company's name."""
        return self._store.fact("company_name")

    @property
    def edition(self) -> Edition:
        """Whose QuickBooks answers."""
        return Edition[self._store.fact("edition")]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The lists and the transactions that it keeps, by name."""
        return (*LISTS, *TRANSACTIONS)

    def records(self, kind: str) -> Iterator[Record]:
        """The records of a list, inactive ones too, by full name; or the transactions of a kind, by their number.

        For people and tests that want to look inside. Transactions have their lines and links.

        Raises:
            ValueError: There is no such list, and no such transaction.
        """
        if kind not in (*LISTS, *TRANSACTIONS):
            raise ValueError(f"no such list: {kind!r}; there are {', '.join((*LISTS, *TRANSACTIONS))}")
        return iter(self._store.all(kind))

    def seed(self, records: Iterable[Record]) -> list[Record]:
        """Put records into the file, all or none, under the very ListIDs, TxnIDs and TxnLineIDs that they name.

        References in them may point nowhere, but a parent must be there before what stands below it. Records whose
        id is there already are left alone. Each gets the EditSequence of this moment. Bills are not linked by it: send
        a request for that.

        Returns:
            Those that were put in.

        Raises:
            CompanyFileError: A record has no id, its list is not simulated, its name is taken, or a value is one
                that QuickBooks cannot hold.
        """
        with self._one_at_a_time, self._store.transaction():
            return [self._put(record) for record in records if not self._has(record)]

    def _has(self, record: Any) -> bool:
        tag = record.__record__.tag
        if tag not in (*LISTS, *TRANSACTIONS) or not (known := record_id(record)):
            what = "TxnID" if tag in TRANSACTIONS else "ListID"
            raise CompanyFileError(f"cannot seed a {tag}: it has no {what}, or its list is not simulated")
        return self._store.get(tag, known) is not None

    def _put(self, record: Any) -> Record:
        faults: list[object] = list(check(record, RET, Dialect(_USUAL, self.edition)))
        if getattr(record, "linked_txns", ()):
            faults.append("a seed has no links; add the bill by a request")
        if not faults:
            try:
                put: Record = self._processor.add(record, seeded=True)[0]
            except Refusal as refusal:
                faults.append("; ".join(filter(None, (refusal.message, refusal.note))))
            else:
                return put
        raise CompanyFileError(f"cannot seed {record_id(record)}: {'; '.join(map(str, faults))}")

    def process(self, document: bytes) -> bytes:
        """Answer a document of requests, one document at a time, whichever thread brings it.

        Each request is carried out and kept by itself; nothing is undone because a later one is refused. A request
        that QuickBooks has and the simulator has not is answered with 1030.

        The reply to a document with a ``newMessageSetID`` is kept when all its requests are done, and is the answer to
        the same bytes sent again and to an empty document with the id as its old and its new one. A document with the
        id as its old one alone, or the old one of another, forgets it. ``messageSetStatusCode`` says 0, or what was
        amiss with the ids: 600 none kept; and 9001 (kept for other bytes), 9002 (kept, but not whole) or 9004 (an id of
        more than 23 characters) instead of any work; or 9005, done and not kept.

        Raises:
            EngineError: The document was not taken, and nothing in it was carried out; or, with ``0x8004041C``, the
                file broke while at work. `last_fault` says why.
        """
        with self._one_at_a_time:
            self.last_fault = None
            try:
                messages = self._read(document)
                return self._message_sets.answer(messages, document, self._reply)
            except sqlite3.Error as error:
                raise self._not_taken(_BROKEN, str(error)) from None

    def _read(self, document: bytes) -> MessageSet:
        """A document of the right structure; a value of the wrong kind costs its own request alone."""
        try:
            messages = read_requests(document, edition=self.edition)
        except ReplyError as error:
            raise self._not_taken(_CANNOT_PARSE, str(error)) from None
        if messages.version not in (None, *VERSIONS):
            raise self._not_taken(_NO_SUCH_VERSION, f"qbXML {messages.version}: there are {', '.join(VERSIONS)}")
        if messages.on_error == OnError.ROLLBACK:
            raise self._not_taken(_NO_ROLLBACK, "rollbackOnError: QuickBooks never rolls back")
        faults: list[object] = [*messages.faults]
        faults += [
            f"{request.name}: QuickBooks has no such request"
            for request in messages.requests
            if not isinstance(request, Request) and request.name not in KNOWN
        ]
        faults += [fault for found in messages.violations for fault in found if fault.status is None]
        if faults:
            raise self._not_taken(_CANNOT_PARSE, "; ".join(map(str, faults)))
        return messages

    def _dialect(self, version: str) -> Dialect:
        return Dialect(version, self.edition)

    def _not_taken(self, hresult: int, why: str) -> EngineError:
        self.last_fault = why
        return EngineError(hresult, CANNOT_PARSE_WORDS if hresult == _CANNOT_PARSE else "")

    def _reply(self, messages: MessageSet) -> Reply:
        dialect = self._dialect(messages.version or _USUAL)
        outcomes: list[Outcome] = []
        stopped = False
        for request, violations in zip(messages.requests, messages.violations, strict=True):
            outcome = self._refused(Refusal(3231)) if stopped else self._answer(request, violations, dialect)
            name = request.name.removesuffix("Rq") + "Rs"
            found = () if messages.response_data == ResponseData.NONE else outcome.found
            outcomes.append(attrs.evolve(outcome, name=name, request_id=request.request_id, found=found))
            stopped = stopped or (messages.on_error == OnError.STOP and not outcome.ok)
        return Reply(outcomes=tuple(outcomes))

    def _answer(self, request: Request | Stranger, violations: tuple[Violation, ...], dialect: Dialect) -> Outcome:
        if not isinstance(request, Request) or not simulated(request):
            note = f"{request.name}: QuickBooks has it, the simulator has not"
            return self._refused(Refusal(1030, request.name, note=note))
        violations = tuple(one for one in violations if one.status != _COLON)  # its words are QuickBooks' own
        if violations:
            code = violations[0].status
            assert code is not None  # noqa: S101  the document would not have been taken
            return Outcome(name="", code=code, message=str(violations[0]))
        try:
            with self._store.transaction():
                return self._processor.answer(request, dialect)
        except Refusal as refusal:
            return self._refused(refusal)

    def _note(self, note: str) -> None:
        self.last_fault = "; ".join(filter(None, (self.last_fault, note)))

    def _refused(self, refusal: Refusal) -> Outcome:
        if refusal.note:
            self._note(refusal.note)
        return Outcome(name="", code=refusal.code, message=refusal.message)


def _clock() -> int:
    return int(time.time())
