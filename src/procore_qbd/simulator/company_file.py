"""The company file itself: make one, open one, look inside, set it up, and have documents answered."""

from __future__ import annotations

import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from procore_qbd.cards import Card, HasCard
from procore_qbd.errors import CompanyFileError
from procore_qbd.qbxml import (
    RET,
    Dialect,
    Edition,
    check,
)
from procore_qbd.qbxml.entities.company import Company
from procore_qbd.qbxml.rows.records import must_be_a_record
from procore_qbd.simulator import about
from procore_qbd.simulator.contractor import SAMPLES
from procore_qbd.simulator.engine.documents import BROKE, USUAL, Engine
from procore_qbd.simulator.faults import Faults
from procore_qbd.simulator.kinds import KINDS
from procore_qbd.simulator.knowledge.calendar import UTC, Calendar, time_zone
from procore_qbd.simulator.knowledge.lists import LISTS
from procore_qbd.simulator.knowledge.rules import Refusal
from procore_qbd.simulator.people import Bookkeeper
from procore_qbd.simulator.records.shaping import record_id
from procore_qbd.simulator.store.company import OpenCompany
from procore_qbd.simulator.store.file import OPEN, Store, damaged, in_words
from procore_qbd.simulator.transactions.condensing import Condensing
from procore_qbd.simulator.window import overview, records_of

if TYPE_CHECKING:
    import datetime as dt
    import os
    from collections.abc import Callable, Iterable, Iterator

    from procore_qbd.qbxml import Record
    from procore_qbd.qbxml.entities.preferences import Preferences
    from procore_qbd.simulator.engine.message_sets import SetMemory
    from procore_qbd.simulator.knowledge.rules import Reason

__all__ = ["CompanyFile"]


class CompanyFile(HasCard):
    """A simulated QuickBooks company file: one SQLite file, or memory.

    `process` is its whole protocol, the one that QuickBooks has too. It can be killed at any moment: what was answered
    is on disk, and of the request at work either all or nothing.

    Make one with `create`, open one with `open`; both are context managers.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], int] | None = None,
        faults: Faults | None = None,
        new_uuid: Callable[[], uuid.UUID] = uuid.uuid4,
    ) -> None:
        self._store = store
        self._calendar = Calendar(clock or _clock, time_zone(store.fact("zone")))
        self._engine = Engine(OpenCompany(store, self._calendar), faults or Faults(), new_uuid)
        self._processor = self._engine.processor

    @classmethod
    def create(
        cls,
        path: str | os.PathLike[str] | None = None,
        *,
        name: str = "Simulated Company",
        edition: Edition = Edition.US,
        sample: str | None = None,
        version: str = about.VERSIONS[-1],
        zone: str = UTC,
        clock: Callable[[], int] | None = None,
        faults: Faults | None = None,
        new_uuid: Callable[[], uuid.UUID] = uuid.uuid4,
    ) -> CompanyFile:
        """A new company file with nothing in it.

        Args:
            path: Where; None for one in memory that is gone when closed. An empty file there counts as none.
            name: The company's name, at most 59 characters.
            edition: Whose QuickBooks answers.
            sample: What is in it from the beginning: ``"contractor"``; None for nothing.
            version: The newest qbXML that this QuickBooks reads; it reads all before too.
            zone: Where it stands, by the IANA database: ``'America/Los_Angeles'``.
            clock: Seconds since 1970, for tests.
            faults: What shall go wrong.
            new_uuid: Makes the ids of company files and iterators, for tests that compare bytes.

        Raises:
            CompanyFileError: There is a file already, it cannot be written, the name will not do, or there is no such
                sample, QuickBooks or time zone.
        """
        if wrong := check(Company(company_name=name), RET):
            raise CompanyFileError("; ".join(map(str, wrong)))
        if sample not in (None, *SAMPLES):
            raise CompanyFileError(f"no such sample: {sample!r}; there are {', '.join(SAMPLES)}")
        about.known_versions(version, edition)
        time_zone(zone)
        new = {
            "file_id": str(new_uuid()),
            "company_name": name,
            "edition": edition.name or "US",
            "version": version,
            "zone": zone,
        }
        store = Store(Path(path) if path is not None else None, new)
        with _held(store):
            company = cls(store, clock, faults, new_uuid)
            with company._store.transaction():
                company._processor.prepare()
                company._store.finish()
                if sample is not None:
                    SAMPLES[sample](lambda record: company._processor.add(record).record, company._calendar.today())
            return company

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        clock: Callable[[], int] | None = None,
        faults: Faults | None = None,
        new_uuid: Callable[[], uuid.UUID] = uuid.uuid4,
        patience: float = 0,
    ) -> CompanyFile:
        """A company file that is there.

        Args:
            path: Where.
            clock: Seconds since 1970, for tests.
            faults: What shall go wrong.
            new_uuid: Makes the ids of company files and iterators, for tests that compare bytes.
            patience: How many seconds to wait for another program that has it open.

        Raises:
            CompanyFileError: There is none, it is something else, it is damaged, or it is open already.
        """
        store = _opened(Path(path), time.monotonic() + patience)
        with _held(store):
            if store.fact("edition") not in Edition.__members__:
                raise CompanyFileError(f"{path}: {damaged('it does not say whose QuickBooks it is of')}")
            about.known_versions(store.fact("version"), Edition[store.fact("edition")])
            return cls(store, clock, faults, new_uuid)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        with self._engine.alone():
            self._engine.close()
            self._store.close()

    @property
    def faults(self) -> Faults:
        """What shall go wrong, and what went wrong."""
        return self._engine.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._engine.faults = faults

    @property
    def message_sets(self) -> SetMemory | dt.timedelta:
        """Which replies to documents with a ``newMessageSetID`` are remembered, or how long each is; all by default.

        How long QuickBooks remembers them is not known. It holds until the file is closed, as `faults` do; set it to
        ``"all"``, ``"last"`` or ``"none"`` (see `SetMemory`), or to a ``timedelta``. What is not remembered when the
        next document with an id comes is forgotten for good.

        Raises:
            ValueError: It is set to something else.
        """
        return self._engine.message_sets.memory

    @message_sets.setter
    def message_sets(self, memory: SetMemory | Literal["all", "last", "none"] | dt.timedelta) -> None:
        self._engine.message_sets.memory = memory  # type: ignore[assignment]  # it is converted

    @property
    def edit_sequence_by_second(self) -> bool:
        """Whether an EditSequence is the second of the change alone, so that two changes in a second have one; False.

        QuickBooks' is a time in seconds. With this, a Mod that names the EditSequence from before a change of the same
        second is carried out, where it is 3200 otherwise. It holds until the file is closed, as `faults` do.
        """
        return self._store.stamps_the_second

    @edit_sequence_by_second.setter
    def edit_sequence_by_second(self, alone: bool) -> None:
        self._store.stamps_the_second = alone

    @property
    def multi_user(self) -> bool:
        """Whether the file is open in multi-user mode, as `HostQuery` tells; lists are then not merged (3162); False.

        It holds until the file is closed, as `faults` do.
        """
        return self._store.multi_user

    @multi_user.setter
    def multi_user(self, several: bool) -> None:
        self._store.multi_user = several

    @property
    def last_fault(self) -> str | None:
        """What was wrong with the last document, or what the simulator lacks, where QuickBooks' answer does not say."""
        return self._engine.last_fault

    @property
    def last_reasons(self) -> tuple[Reason, ...]:
        """The rules by which the last document, or requests in it, were refused, in their order."""
        return tuple(self._engine.last_reasons)

    @property
    def file_id(self) -> str:
        """What tells this company file from every other; copies keep it."""
        return self._fact("file_id")

    @property
    def name(self) -> str:
        """The company's name."""
        return self._fact("company_name")

    @property
    def edition(self) -> Edition:
        """Whose QuickBooks answers."""
        return self._engine.edition

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions of qbXML that this QuickBooks reads."""
        return self._engine.versions

    def _fact(self, name: str) -> str:
        with self._store.lock:
            return self._store.fact(name)

    # --- what people set in QuickBooks -------------------------------------------------------------------------------

    @property
    def preferences(self) -> Preferences:
        """How the books are set up, as a `PreferencesQuery` tells it."""
        with self._store.lock:
            return about.preferences(self._store)

    def prefer(self, **wanted: bool) -> None:
        """Set preferences: ``prefer(is_using_inventory=False)``; `about.PREFERENCES` lists them.

        What stands in the file stays, whatever is switched off; requests for it are refused with 3250.

        Raises:
            ValueError: There is none of this name.
        """
        with self._store.transaction():
            about.prefer(self._store, wanted)

    @property
    def closing_date(self) -> dt.date | None:
        """The last day of the closed books, None while none are closed. Set it to close books, or open them again."""
        with self._store.lock:
            return about.closing_date(self._store)

    @closing_date.setter
    def closing_date(self, day: dt.date | None) -> None:
        with self._store.transaction():
            self._store.set_fact("closing_date", day.isoformat() if day else "")

    # --- what people do with the file --------------------------------------------------------------------------------

    def as_user(self) -> Bookkeeper:
        """Somebody who works with the file in QuickBooks' window while the program does; each call is somebody else."""
        return Bookkeeper(self._store, self._processor, self.edition, lambda: self.faults)

    def end_session(self) -> None:
        """The program's session with QuickBooks is over, as when it disconnects; iterators live no longer than that."""
        self._engine.end_session()

    def copy(self, path: str | os.PathLike[str]) -> None:
        """Make a backup: the file as it is now, to open or to restore from. It has the same `file_id`.

        Raises:
            CompanyFileError: There is a file already, or it cannot be written.
        """
        with self._store.lock:
            self._store.copy(Path(path))

    def twin(
        self,
        *,
        clock: Callable[[], int] | None = None,
        zone: str | None = None,
        new_uuid: Callable[[], uuid.UUID] = uuid.uuid4,
    ) -> CompanyFile:
        """The file as it is now, in memory, which goes its own way from now on: a scene that many tests begin with.

        It has the same `file_id`, and people are in it as they are here (`multi_user`). No faults are ordered, and all
        message sets are remembered.

        Args:
            clock: Seconds since 1970, for tests.
            zone: Where the twin stands, by the IANA database; by default where this file does.
            new_uuid: Makes the ids of iterators, for tests that compare bytes.

        Raises:
            CompanyFileError: There is no such time zone.
        """
        store = self._store.twin()
        if zone is not None:
            time_zone(zone)
            with store.transaction():
                store.set_fact("zone", zone)
        twin = CompanyFile(store, clock, None, new_uuid)
        twin.multi_user = self.multi_user
        return twin

    def restore(self, backup: str | os.PathLike[str]) -> None:
        """Be what the file was when a backup was made; what came since is gone. `CompanyActivityQuery` tells when.

        The session is over. What is kept of message sets is what was kept then.

        Args:
            backup: A copy of this very company file, which nobody has open.

        Raises:
            CompanyFileError: It is no such copy, or somebody has it open, or a document is being answered that called
                the caller back; nothing has changed.
        """
        old = Store(Path(backup))
        try:
            if old.fact("file_id") != self.file_id:
                raise CompanyFileError(f"{backup}: is no copy of this company file")
            with self._engine.alone():
                self._engine.end_session()
                self._store.restore(old, {"last_restore": str(self._calendar.now())})
        finally:
            old.close()

    def condense(self, before: dt.date) -> None:
        """Take closed history out; one journal entry, dated the day before, keeps every balance as it was.

        What goes is gone: no query finds it (500), and nothing says that it was deleted. Nobody can change what is
        dated before the day from then on (3172). `CompanyActivityQuery` tells when it was done.

        Args:
            before: The day; what is dated on it or later stays. `condensing` says what else does.
        """
        with self._store.transaction():
            Condensing(self._store, self._processor.add).condense(before)
            self._store.set_fact("last_condense", str(self._calendar.now()))
            self._store.set_fact("condensed_before", max(before.isoformat(), self._store.fact("condensed_before")))

    # --- what is in it -----------------------------------------------------------------------------------------------

    @property
    def kinds(self) -> tuple[str, ...]:
        """The lists and the transactions that it keeps, by name."""
        return (*LISTS, *KINDS)

    def records(self, kind: str) -> Iterator[Record]:
        """The records of a list, inactive ones too, by full name; or the transactions of a kind, by their number.

        For people and tests that want to look inside. Transactions have their lines and links.

        Raises:
            ValueError: There is no such list, and no such transaction.
        """
        if kind not in (*LISTS, *KINDS):
            raise ValueError(f"no such list: {kind!r}; there are {', '.join((*LISTS, *KINDS))}")
        with _whole(self._store), self._store.lock:
            return iter(self._store.all(kind))

    def show(self, kind: str | None = None) -> Card:
        """What is inside, to look at: printed it is plain text, in a notebook a table.

        Args:
            kind: A list, or a kind of transaction; None for all jobs with their money, and how many records there are.

        Raises:
            ValueError: There is no such list, and no such transaction.
        """
        if kind is not None:
            return records_of(self.records(kind))
        return overview(f"{self.name} (QuickBooks {self.edition.label}, simulated)", self.kinds, self.records)

    def _card(self) -> Card:
        try:
            with _whole(self._store):
                return self.show()
        except CompanyFileError as error:  # a cell says it, and is no place to raise
            return Card(title=f"This company file cannot be shown: {error}")

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
        with _whole(self._store), self._store.transaction():
            return [self._put(record) for record in records if not self._has(record)]

    def _has(self, record: Record) -> bool:
        must_be_a_record(record)
        tag = record.__record__.tag
        if tag not in (*LISTS, *KINDS) or not (known := record_id(record)):
            what = "TxnID" if tag in KINDS else "ListID"
            raise CompanyFileError(f"cannot seed a {tag}: it has no {what}, or its list is not simulated")
        return self._store.get(tag, known) is not None

    def _put(self, record: Record) -> Record:
        faults: list[object] = list(check(record, RET, Dialect(USUAL, self.edition)))
        if getattr(record, "linked_txns", ()):
            faults.append("a seed has no links; add the bill by a request")
        if not faults:
            try:
                put: Record = self._processor.add(record, seeded=True).record
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
                file broke while at work; or it is one that was ordered of `faults`. ``last_fault`` says why.
            NotSentError: The company file is closed.
            TypeError: It is not bytes.
        """
        if not isinstance(document, bytes):
            raise TypeError(f"expected a document as bytes, got {type(document).__name__}; write_requests makes one")
        return self._engine.process(document)


@contextmanager
def _whole(store: Store) -> Iterator[None]:
    """What cannot be read in a company file is damage of the file."""
    try:
        yield
    except BROKE as error:
        raise CompanyFileError(f"{store.path}: {in_words(error)}") from None


def _opened(path: Path, until: float) -> Store:
    """The store of a company file, when nobody else has it; at the latest by a time of `time.monotonic`."""
    while True:
        try:
            return Store(path)
        except CompanyFileError as error:
            if not str(error).endswith(OPEN) or time.monotonic() >= until:
                raise
        time.sleep(_PAUSE)


@contextmanager
def _held(store: Store) -> Iterator[None]:
    """Who does not get the company file does not keep others from it."""
    try:
        with _whole(store):
            yield
    except BaseException:
        store.close()
        raise


_PAUSE = 0.05


def _clock() -> int:
    return int(time.time())
