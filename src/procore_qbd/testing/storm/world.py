"""The world of a storm: one clock, whose turn it is, what happened so far, and the company file to begin with."""

from __future__ import annotations

import bisect
import hashlib
import itertools
from functools import cache
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.journal import Journal, MemoryTables
from procore_qbd.journal.tables import TABLES
from procore_qbd.qbxml import Ref, Request, read_reply, write_requests
from procore_qbd.qbxml.entities.accounts import Account, AccountType
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.items import ItemService, SalesAndPurchase
from procore_qbd.simulator import CompanyFile
from procore_qbd.testing.storm.report import BrokenError, Observed, StormReport
from procore_qbd.testing.storm.weather import CLOCKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from procore_qbd.chooser import Chooser
    from procore_qbd.domain import ItemKind
    from procore_qbd.journal.tables import Row, Tables
    from procore_qbd.testing.storm.weather import Weather

__all__ = ["LEASE", "NOON", "TIMEOUT", "Scene", "Turns", "World", "first_scene"]

TIMEOUT, LEASE = 60.0, 90.0
NOON = 1_800_000_000
_NEAR = 5.0
_LINES = 80


class Turns:
    """Whose turn it is: of what is due, or soon will be, a chooser picks.

    Attributes:
        now: The time, for everybody, in seconds.
    """

    def __init__(self, chooser: Chooser, now: float) -> None:
        self.now = now
        self._chooser = chooser
        self._due: list[tuple[float, int, str, Callable[[], object]]] = []
        self._order = itertools.count()

    def __bool__(self) -> bool:
        return bool(self._due)

    def after(self, delay: float, who: str, action: Callable[[], object]) -> None:
        """Let somebody act in so many seconds."""
        bisect.insort(self._due, (self.now + delay, next(self._order), who, action))

    def take(self, *, in_order: bool) -> None:
        """One turn; in order, of whoever is due first."""
        near = sum(one[0] <= self._due[0][0] + _NEAR for one in self._due[:3])
        due, _, _, action = self._due.pop(0 if in_order or near == 1 else self._chooser.pick(near, "whose turn"))
        self.now = max(self.now, due)
        action()


@attrs.frozen(kw_only=True)
class Scene:
    """What a storm begins with.

    Attributes:
        company: A company file; the storm gets a twin of it.
        job: The ListID of a job that the bookkeeper made.
        items: The ListIDs of cost items.
        now: The time.
        numbers: How many ids were given out.
        rows: What stands in the journal, by table.
        known: What Procore knows to be in QuickBooks.
    """

    company: CompanyFile
    job: str
    items: tuple[str, ...]
    now: float = float(NOON)
    numbers: int = 1
    rows: dict[str, list[Row]] = attrs.field(factory=dict)
    known: dict[tuple[ItemKind, int], str] = attrs.field(factory=dict)

    def tables(self) -> MemoryTables:
        """The journal's tables, to go on from."""
        fresh = MemoryTables()
        with fresh.transaction() as rows:
            for name, there in self.rows.items():
                rows.insert(name, there)
        return fresh


@cache
def first_scene() -> Scene:
    """What the bookkeeper has set up before the first export."""
    company = CompanyFile.create(clock=lambda: NOON)
    both = SalesAndPurchase(income_account_ref=Ref(full_name="Income"), expense_account_ref=Ref(full_name="Cost"))
    requests = (
        Request.add(Account(name="Income", account_type=AccountType.INCOME)),
        Request.add(Account(name="Cost", account_type=AccountType.COST_OF_GOODS_SOLD)),
        Request.add(Customer(name="Harbour View")),
        *(Request.add(ItemService(name=name, sales_and_purchase=both)) for name in ("01", "02", "Retainage")),
    )
    outcomes = read_reply(company.process(write_requests(requests))).outcomes
    made: list[Any] = [outcome.found[0] for outcome in outcomes]
    return Scene(company=company, job=made[2].list_id, items=tuple(one.list_id for one in made[3:]))


class World:
    """What all who take part in a storm share.

    Attributes:
        weather: What may befall.
        calm: Whether the faults have ended.
        company: The company file that is open in QuickBooks.
        journal: The journal.
        tables: Where it is kept.
        report: What was survived.
        happened: Whether anything happened since it was looked whether all is done.
        ended_before: How many requests stood in the journal to begin with.
        expected: Why the driver must freeze, once something happened after which it must.
    """

    def __init__(self, chooser: Chooser, weather: Weather, scene: Scene, tables: Tables | None) -> None:
        self.weather, self.scene = weather, scene
        self.calm = False
        self.turns = Turns(chooser.split("scheduler", departures=0.3), scene.now)
        self.report = StormReport(seeds=1)
        self.company = self.opened(scene.company)
        kept = tables if tables is not None else scene.tables()
        self.tables = Observed(kept, self.report.moves)
        self.journal = Journal(self.tables, clock=lambda: self.turns.now)
        self.journal.register("books")
        self.ended_before = sum(self.journal.count("books").values())
        self.numbers = itertools.count(scene.numbers)
        self.happened = True
        self.expected: str | None = None
        self.sent: dict[str, float] = {}
        """When a copy of each message set was handed to the line last."""
        self.document = b""
        """The last document that writes which was handed to the line."""
        self._lines: list[tuple[float, str, str]] = []
        self._hash = hashlib.sha256(str(weather).encode())

    def opened(self, company: CompanyFile) -> CompanyFile:
        """A twin of a company file, with this world's clock and weather."""
        zone, ahead = CLOCKS[self.weather.clock]
        twin = company.twin(clock=lambda: int(self.turns.now) + ahead, zone=zone)
        twin.message_sets = self.weather.memory
        twin.edit_sequence_by_second = self.weather.by_second
        twin.multi_user = self.weather.multi_user
        return twin

    def new_id(self) -> str:
        """A message set id."""
        return f"S{next(self.numbers):019d}"

    def fate(self, chooser: Chooser, options: tuple[str, ...], whom: str) -> str:
        """What befalls somebody; in calm weather, the usual."""
        if self.calm:
            return options[0]
        allowed = (options[0], *(one for one in options[1:] if one not in self.weather.quiet))
        if len(allowed) == 1:
            return options[0]
        chosen = allowed[chooser.pick(len(allowed), whom)]
        if chosen != options[0]:
            self.report.survived[chosen] += 1
            self.note(whom, chosen)
        return chosen

    def note(self, who: str, what: str, data: bytes = b"") -> None:
        """Remember that something happened."""
        self._lines.append((self.turns.now - NOON, who, what))
        self._hash.update(f"{self.turns.now} {who} {what} ".encode() + data)

    @property
    def trace(self) -> str:
        """What happened, the last of it, a line each."""
        shown = [f"{when:8.0f}  {who}: {what}" for when, who, what in self._lines[-_LINES:]]
        left_out = len(self._lines) - len(shown)
        return "\n".join([f"({left_out} lines before are left out)", *shown] if left_out else shown)

    @property
    def fingerprint(self) -> str:
        """A hash of everything that happened."""
        return self._hash.hexdigest()

    def broken(self, words: str) -> BrokenError:
        """The error of a broken promise."""
        return BrokenError(words, str(self.weather), self.trace)

    def leave(self, known: dict[tuple[ItemKind, int], str]) -> Scene:
        """The scene as it is now, for storms to begin with, with what Procore knows by now."""
        with self.tables.reading() as rows:
            kept = {name: rows.select(name, {}) for name in TABLES}
        return attrs.evolve(
            self.scene,
            company=self.company.twin(),
            now=self.turns.now,
            numbers=next(self.numbers),
            rows=kept,
            known=dict(known),
        )

    def ours(self, *kinds: str) -> Iterator[Any]:
        """The records in the company file that carry a GUID."""
        for kind in kinds:
            for record in self.company.records(kind):
                if getattr(record, "external_guid", None):
                    yield record
