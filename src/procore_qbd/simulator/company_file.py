"""The company file itself: bytes in, bytes out, or an HRESULT raised."""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Self

import attrs

from procore_qbd.errors import CompanyFileError, EngineError, ReplyError
from procore_qbd.qbxml import Dialect, Edition, OnError, Outcome, Reply, Request, read_requests, write_reply
from procore_qbd.simulator.lists import LISTS
from procore_qbd.simulator.processor import Processor
from procore_qbd.simulator.store import Store
from procore_qbd.simulator.wording import Refusal

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator

    from procore_qbd.qbxml import Record, Violation
    from procore_qbd.qbxml.envelope import MessageSet

__all__ = ["CompanyFile"]

_CANNOT_PARSE = 0x80040400
_NO_ROLLBACK = 0x80040413


class CompanyFile:
    """A simulated QuickBooks company file: one SQLite file, or memory.

    `process` is its whole protocol, the one that QuickBooks has too. It can be killed at any moment; what was answered
    is on disk. Make one with `create`, open one with `open`; both are context managers.
    """

    def __init__(self, store: Store, clock: Callable[[], int] | None = None) -> None:
        self._store = store
        self._processor = Processor(store, clock or _clock)
        self.last_fault: str | None = None
        """Why the last document was not taken, which QuickBooks never says; None where it was."""

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
            path: Where; None for one in memory that is gone when closed.
            name: The company's name.
            edition: Whose QuickBooks answers.
            clock: Seconds since 1970, for tests.

        Raises:
            CompanyFileError: There is a file already, or it cannot be written.
        """
        store = Store(Path(path) if path is not None else None, new=True)
        for fact, value in {
            "file_id": str(uuid.uuid4()),
            "company_name": name,
            "edition": edition.name or "US",
        }.items():
            store.set_fact(fact, value)
        return cls(store, clock)

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, clock: Callable[[], int] | None = None) -> CompanyFile:
        """A company file that is there.

        Raises:
            CompanyFileError: There is none, it is something else, or another process has it open.
        """
        return cls(Store(Path(path), new=False), clock)

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
        return self._store.fact("file_id") or ""

    @property
    def name(self) -> str:
        """The company's name."""
        return self._store.fact("company_name") or ""

    @property
    def edition(self) -> Edition:
        """Whose QuickBooks answers."""
        return Edition[self._store.fact("edition") or "US"]

    def records(self, list_: str) -> Iterator[Record]:
        """The records of a list, inactive ones too, by full name; for people and tests that want to look inside.

        Raises:
            ValueError: There is no such list.
        """
        if list_ not in LISTS:
            raise ValueError(f"no such list: {list_!r}; there are {', '.join(LISTS)}")
        return (stored.record for stored in self._store.all(list_))

    def seed(self, records: Iterable[Record]) -> list[Record]:
        """Put records into the file as if they had always been there, under the very ListIDs that they name.

        References in them are not looked at, so the order does not matter. Records whose ListID is there already are
        left alone.

        Returns:
            Those that were put in.

        Raises:
            CompanyFileError: A record has no ListID, or its name is taken.
        """
        put: list[Record] = []
        for record in records:
            tag = record.__record__.tag
            list_id: str | None = getattr(record, "list_id", None)
            if list_id is None or tag not in LISTS:
                raise CompanyFileError(f"cannot seed a {tag}: it has no ListID, or its list is not simulated")
            if self._store.get(tag, list_id) is None:
                self._store.begin()
                try:
                    put.append(self._processor.insert(tag, record, list_id=list_id))
                except Refusal as refusal:
                    self._store.rollback()
                    raise CompanyFileError(f"cannot seed {tag} {list_id}: {refusal.message}") from None
                self._store.commit()
        return put

    def process(self, document: bytes) -> bytes:
        """Answer a document of requests.

        Each request is carried out and kept by itself; nothing is rolled back because a later one is refused.

        Raises:
            EngineError: The document was not taken, and nothing in it was carried out; `last_fault` says why.
        """
        self.last_fault = None
        messages = self._read(document)
        outcomes: list[Outcome] = []
        stopped = False
        for request, violations in zip(messages.requests, messages.violations, strict=True):
            assert isinstance(request, Request)  # noqa: S101  strangers were not taken
            outcome = _outcome(Refusal(3231)) if stopped else self._answer(request, violations)
            outcomes.append(
                attrs.evolve(outcome, name=request.name.removesuffix("Rq") + "Rs", request_id=request.request_id)
            )
            stopped = stopped or (messages.on_error == OnError.STOP and not outcome.ok)
        return write_reply(Reply(outcomes=tuple(outcomes), message_set_id=messages.new_message_set_id))

    def _read(self, document: bytes) -> MessageSet:
        """A document of the right structure; a value of the wrong kind costs its own request alone."""
        try:
            messages = read_requests(document, None)
            dialect = Dialect(messages.version or "", self.edition)
            messages = read_requests(document, dialect)
        except (ReplyError, ValueError) as error:
            raise self._not_taken(_CANNOT_PARSE, str(error)) from None
        if messages.on_error == OnError.ROLLBACK:
            raise self._not_taken(_NO_ROLLBACK, "rollbackOnError: QuickBooks never rolls back")
        faults: list[object] = [*messages.faults]
        faults += [
            f"{request.name}: no such request" for request in messages.requests if not isinstance(request, Request)
        ]
        faults += [fault for found in messages.violations for fault in found if fault.status is None]
        if faults:
            raise self._not_taken(_CANNOT_PARSE, "; ".join(map(str, faults)))
        return messages

    def _not_taken(self, hresult: int, why: str) -> EngineError:
        self.last_fault = why
        return EngineError(hresult)

    def _answer(self, request: Request, violations: tuple[Violation, ...]) -> Outcome:
        if violations:
            worst = violations[0]
            field = worst.path.rpartition("/")[2]
            return Outcome(name="", code=worst.status or 0, message=f"{field}: {worst.message}")
        self._store.begin()
        try:
            outcome = self._processor.answer(request)
        except Refusal as refusal:
            self._store.rollback()
            return _outcome(refusal)
        except BaseException:
            self._store.rollback()
            raise
        self._store.commit()
        return attrs.evolve(outcome, message=outcome.message or Refusal(outcome.code).message)


def _outcome(refusal: Refusal) -> Outcome:
    return Outcome(name="", code=refusal.code, message=refusal.message)


def _clock() -> int:
    return int(time.time())
