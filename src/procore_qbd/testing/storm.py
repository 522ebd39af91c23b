"""A storm: the whole system under one clock and one chooser, so that every failure can be played again.

Workers, the line, QuickBooks, people and Procore take turns. Nothing waits and nothing runs beside anything else: each
turn is one step of one of them, and which one, and what befalls it, is a number that a `Chooser` picks; 0 is the usual
course. A worker that dies is never resumed; one that is stopped goes on later, when another has long taken over. A
document on the line may be lost, delivered late (after the next worker has looked), delivered twice, or its reply cut.
QuickBooks may crash in the middle of it, be busy, forget what it should keep. People rename, renumber, edit, void,
delete, merge and make inactive, also between two requests of a document.

After every document and every act of a person an independent reader looks into the company file itself: no GUID and no
mark there twice, nothing born twice. When the faults have ended, the workers get as many drains as they need, people
answer what they are asked, truthfully, and every request must have an end that Procore was told.
"""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

import attrs

from procore_qbd.domain import (
    Books,
    ChangeOrder,
    ChangeOrderItem,
    Commitment,
    CommitmentItem,
    CommitmentKind,
    CostCodeRef,
    CreateCommitment,
    CreateCommitmentChangeOrder,
    CreateOrUpdateJob,
    CreateRequisitions,
    CreateVendor,
    ItemKind,
    Project,
    ProjectRef,
    Requisition,
    RequisitionItem,
    VendorCompany,
    VendorRef,
)
from procore_qbd.errors import CompanyFileError, EngineError, JournalError, NotSentError, ReplyLostError
from procore_qbd.journal import Journal, MemoryTables
from procore_qbd.qbxml import Ref, Request, read_reply, read_requests, write_requests
from procore_qbd.qbxml.entities.accounts import Account, AccountType
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.items import ItemService, SalesAndPurchase
from procore_qbd.simulator import CompanyFile
from procore_qbd.simulator.faults import Crash, Faults, NotTaken, Point, Refused, Slow, Trouble
from procore_qbd.translate.lines import LineMark
from procore_qbd.worker import Commit, Send, Sleep, Tell, WorkerSettings, steps

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from procore_qbd.domain import CloseOut, ErpRequest
    from procore_qbd.journal.tables import Tables
    from procore_qbd.worker import Step

__all__ = ["BrokenError", "Picks", "Storm", "StormReport"]

_TIMEOUT = 60.0
_LEASE = 90.0
_NOON = 1_800_000_000


class Picks(Protocol):
    """Whoever throws the dice."""

    def pick(self, n: int, what: str = "") -> int:
        """A number below n; 0 is the usual."""


class BrokenError(AssertionError):
    """A promise is broken."""


@attrs.define
class StormReport:
    """What was survived.

    Attributes:
        exports: Requests that ended.
        survived: How often each fault struck.
        ended: How requests ended.
        asked: How often a person was asked.
    """

    exports: int = 0
    survived: Counter[str] = attrs.field(factory=Counter)
    ended: Counter[str] = attrs.field(factory=Counter)
    asked: int = 0


LINE = (
    "usual",
    "never left",
    "lost on the way there",
    "reply lost",
    "late",
    "delivered twice",
    "reply cut",
    "QuickBooks crashes in the middle",
    "QuickBooks is busy",
    "a record is open",
    "a person acts in the middle",
)
"""What befalls a document that writes."""

READING = ("usual", "never left", "reply lost", "QuickBooks is busy")
COMMIT = ("usual", "dies", "is stopped")
PEOPLE = (
    "nothing",
    "rename",
    "renumber",
    "edit",
    "deactivate",
    "delete",
    "void",
    "merge",
    "similar",
)


_OF = {
    "rename": "Vendor",
    "merge": "Vendor",
    "deactivate": "Vendor",
    "renumber": "PurchaseOrder",
    "void": "Bill",
}
"""The kind of record that an act is for; the others are for any."""


@attrs.define(eq=False)
class _Worker:
    """Somebody who drains."""

    name: str
    course: Generator[Step, Any, Any] | None = None
    dead: bool = False


class Storm:
    """One storm.

    Args:
        picks: Who throws the dice.
        groups: How many vendors, each with a commitment, a change order and an invoice.
        workers: How many drain at once.
        settings: How they work.
        tables: Where the journal is kept; in memory without it.
        people: Whether people interfere.
        quiet: Kinds of fault that do not occur.
        company: An empty company file, with whatever it should remember of message sets.
        turns: After how many turns the faults end.
    """

    def __init__(
        self,
        picks: Picks,
        *,
        groups: int = 2,
        workers: int = 2,
        settings: WorkerSettings | None = None,
        tables: Tables | None = None,
        people: bool = True,
        quiet: Iterable[str] = (),
        turns: int = 400,
        make_company: Callable[[Callable[[], int]], CompanyFile] | None = None,
    ) -> None:
        self.picks, self.people_act, self.quiet, self.turns = picks, people, set(quiet), turns
        if not people:
            self.quiet.add("a person acts in the middle")
        self.now = float(_NOON)
        self.settings = settings or WorkerSettings(timeout=_TIMEOUT, lease=_LEASE, pause=1, tries=6)
        make = make_company or (lambda clock: CompanyFile.create(clock=clock))
        self.company = make(lambda: int(self.now))
        self.journal = Journal(tables or MemoryTables(), clock=lambda: self.now)
        self.journal.register("books")
        self.numbers = itertools.count(1)
        self.agenda: list[tuple[float, int, str, Callable[[], None]]] = []
        self.order = itertools.count()
        self.calm = False
        self.report = StormReport()
        self.births: dict[str, set[str]] = {}
        self.deleted: set[str] = set()
        self.meddled: set[str] = set()
        self.trace: list[str] = []
        self.told: dict[int, list[CloseOut]] = {}
        self.books = Books()
        self.plans: dict[int, _Plan] = {}
        self._world()
        self.todo = [_Plan(self, group) for group in range(groups)]
        for plan in self.todo:
            plan.go_on(None)
        self.workers = [_Worker(f"worker {number}") for number in range(workers)]
        for worker in self.workers:
            self._at(0, worker.name, lambda worker=worker: self._drain(worker))  # type: ignore[misc]
        if people:
            self._at(7, "people", self._person)

    # --- the turns ---------------------------------------------------------------------------------------------------

    def _at(self, delay: float, what: str, action: Callable[[], None]) -> None:
        heapq.heappush(self.agenda, (self.now + delay, next(self.order), what, action))

    def _pick(self, options: tuple[str, ...], what: str) -> str:
        """What befalls: the first option is the usual."""
        if self.calm:
            return options[0]
        allowed = (options[0], *(one for one in options[1:] if one not in self.quiet))
        chosen = allowed[self.picks.pick(len(allowed), what)]
        if chosen != options[0]:
            self.report.survived[chosen] += 1
            self.trace.append(f"{self.now - _NOON:8.0f}  {what}: {chosen}")
        return chosen

    def run(self) -> StormReport:
        """Play it to its end.

        Raises:
            BrokenError: A promise is broken; ``trace`` says how it came to that.
        """
        for _ in range(self.turns):
            if not self.agenda or self._is_done():
                break
            self._turn()
        self.calm = True
        self._come_home()
        self._judge_the_end()
        self.company.close()
        return self.report

    def _turn(self) -> None:
        near = [one for one in sorted(self.agenda)[:3] if one[0] <= self.agenda[0][0] + 5]
        chosen = near[0 if self.calm else self.picks.pick(len(near), "whose turn")]
        self.agenda.remove(chosen)
        heapq.heapify(self.agenda)
        self.now = max(self.now, chosen[0])
        chosen[3]()

    def _come_home(self) -> None:
        """The faults have ended: everything must come to an end now."""
        for _ in range(4000):
            self._answer_questions()
            if self._is_done():
                return
            if not self.agenda:
                raise self._broken("nobody has anything to do, and requests have not ended")
            self._turn()
        raise self._broken(f"requests do not end: {self.journal.count('books')}")

    def _is_done(self) -> bool:
        count = self.journal.count("books")
        waits = any(count.get(state) for state in ("waiting", "working", "asked"))
        return not waits and not self.journal.closings("books")

    def _broken(self, words: str) -> BrokenError:
        return BrokenError("\n".join([words, *self.trace[-60:]]))

    # --- workers -----------------------------------------------------------------------------------------------------

    def _new_id(self) -> str:
        return f"S{next(self.numbers):019d}"

    def _drain(self, worker: _Worker) -> None:
        worker.dead = False
        worker.course = steps(
            "books",
            self.journal,
            self.books,
            owner=worker.name,
            new_id=self._new_id,
            clock=lambda: self.now,
            settings=self.settings,
        )
        self._go_on(worker, worker.course, None)

    def _go_on(self, worker: _Worker, course: Generator[Step, Any, Any], answer: Any) -> None:
        """Resume a worker, unless it died meanwhile."""
        if worker.course is not course:
            return
        try:
            step = course.throw(answer) if isinstance(answer, Exception) else course.send(answer)
        except StopIteration as end:
            if end.value.frozen:
                self.trace.append(f"{self.now - _NOON:8.0f}  {worker.name}: frozen: {end.value.frozen}")
                raise self._broken(f"frozen without a reason: {end.value.frozen}") from None
            self._at(20, worker.name, lambda: self._drain(worker))
            return
        except JournalError as error:
            self.trace.append(f"{self.now - _NOON:8.0f}  {worker.name}: {error}")
            self._at(20, worker.name, lambda: self._drain(worker))
            return
        if isinstance(step, Send):
            self._send(worker, course, step)
        elif isinstance(step, Sleep):
            self._at(step.seconds, worker.name, lambda: self._go_on(worker, course, None))
        elif isinstance(step, Tell):
            self._tell(worker, course, step)
        elif isinstance(step, Commit):
            self._commit(worker, course, step)

    def _commit(self, worker: _Worker, course: Generator[Step, Any, Any], step: Commit) -> None:
        fate = self._pick(COMMIT, f"{worker.name} before {step.name}")
        if fate == "dies":
            worker.course = None
            self._at(5, worker.name, lambda: self._drain(worker))
            return
        delay = 3 * (_LEASE + _TIMEOUT) if fate == "is stopped" else 0
        self._at(delay, worker.name, lambda: self._go_on(worker, course, None))

    def _tell(self, worker: _Worker, course: Generator[Step, Any, Any], step: Tell) -> None:
        has_it = self._pick(("usual", "Procore is down"), f"{worker.name} tells") == "usual"
        if has_it:
            first = step.number not in self.told
            self.told.setdefault(step.number, []).append(step.close_out)
            if first:
                self.report.exports += 1
                self.report.ended["done" if step.close_out.ok else "refused"] += 1
                for plan in self.todo:
                    plan.go_on(step.close_out)
        self._at(0, worker.name, lambda: self._go_on(worker, course, has_it))

    # --- the line ----------------------------------------------------------------------------------------------------

    def _send(self, worker: _Worker, course: Generator[Step, Any, Any], step: Send) -> None:
        def back(answer: Any, delay: float = 1) -> None:
            self._at(delay, worker.name, lambda: self._go_on(worker, course, answer))

        fate = self._pick(LINE if step.writes else READING, f"{worker.name} sends {step.set_id or 'a question'}")
        if fate == "never left":
            back(NotSentError("the line is down"))
        elif fate == "lost on the way there":
            back(ReplyLostError("no answer"), _TIMEOUT)
        elif fate == "reply lost":
            self._deliver(step, "usual")
            back(ReplyLostError("no answer"), _TIMEOUT)
        elif fate == "late":
            when = (20.0, _TIMEOUT + 30, 3 * _TIMEOUT, 2000.0)[self.picks.pick(4, "how late")]
            self._at(when, "the line", lambda: self._deliver(step, "usual") and None)
            back(ReplyLostError("no answer"), _TIMEOUT)
        else:
            answer = self._deliver(step, fate)
            if fate == "delivered twice":
                self._at(30, "the line", lambda: self._deliver(step, "usual") and None)
            if fate == "reply cut" and isinstance(answer, bytes):
                answer = answer[: len(answer) // 2]
            back(answer)

    def _deliver(self, step: Send, fate: str) -> Any:
        """QuickBooks answers a document; its reply, or the error."""
        faults = Faults()
        writing = sum(one.writes for one in read_requests(step.document).requests if isinstance(one, Request))
        if fate == "QuickBooks crashes in the middle":
            points = (Point.KEPT, Point.WRITTEN, Point.DONE)
            faults.order(Crash(point=points[self.picks.pick(3, "where")]), skip=self.picks.pick(writing or 1, "after"))
        elif fate == "QuickBooks is busy":
            faults.order(NotTaken(Trouble.BUSY))
        elif fate == "a record is open":
            faults.order(Refused(3176), skip=self.picks.pick(writing or 1, "which"))
        elif fate == "a person acts in the middle":
            faults = Faults(sleep=lambda _: self._act())
            faults.order(Slow(1, Point.KEPT))
        self.company.faults = faults
        try:
            answer: Any = self.company.process(step.document)
        except EngineError as error:
            answer = error
        finally:
            self.company.faults = Faults()
        self._judge()
        return answer

    # --- people ------------------------------------------------------------------------------------------------------

    def _person(self) -> None:
        if not self.calm:
            self._act()
            self._at(11, "people", self._person)

    def _act(self) -> None:
        act = self._pick(PEOPLE, "a person")
        if act == "nothing":
            return
        kinds = ("Vendor", "PurchaseOrder", "Bill")
        of = _OF.get(act) or kinds[self.picks.pick(3, "which kind")]
        there = list(self.company.records(of))
        if not there:
            return
        record: Any = there[self.picks.pick(len(there), "which")]
        guid = (record.external_guid or "").upper()
        user = self.company.as_user()
        try:
            if act == "rename":
                user.rename(record, f"{record.name[:30]} {next(self.numbers)}")
            elif act == "deactivate":
                user.deactivate(record)
            elif act == "renumber":
                user.edit(attrs.evolve(record, ref_number=f"R{next(self.numbers)}"))
            elif act == "edit":
                changed = {"notes": "call them"} if of == "Vendor" else {"memo": "seen"}
                user.edit(attrs.evolve(record, **changed))
            elif act == "void":
                user.void(record)
            elif act == "delete":
                user.delete(record)
                self.deleted.add(guid)
            elif act == "merge":
                others = [one for one in there if one.list_id != record.list_id]
                if others:
                    user.merge(record, others[self.picks.pick(len(others), "into which")])
                    self.deleted.add(guid)
            elif act == "similar":
                user.enter_similar(record)
            self.meddled.add(guid)
        except CompanyFileError:
            return
        self._judge()

    def _answer_questions(self) -> None:
        """People answer truthfully: they look into the file."""
        for question in self.journal.questions("books"):
            self.report.asked += 1
            guid = next((word.rstrip(":") for word in question.words.split() if word.startswith("{")), "")
            there = [record for record in self._ours() if (record.external_guid or "").upper() == guid]
            if there:
                choice = f"adopt {_known(there[0])}"
                choice = choice if choice in question.choices else "adopt ID"
                if choice == "adopt ID":
                    choice = "abandon"
            elif self.births.get(guid):
                choice = "abandon"
            else:
                choice = "different"
            self.journal.answer("books", question.token, choice, "the judge")

    # --- the judge ---------------------------------------------------------------------------------------------------

    def _ours(self) -> Iterator[Any]:
        for kind in ("Vendor", "Customer", "PurchaseOrder", "Bill"):
            for record in self.company.records(kind):
                if getattr(record, "external_guid", None):
                    yield record

    def _judge(self) -> None:
        """Nothing is there twice, and nothing was ever made twice."""
        now: Counter[str] = Counter()
        for record in self._ours():
            guid = record.external_guid.upper()
            now[guid] += 1
            self.births.setdefault(guid, set()).add(_known(record))
            if len(self.births[guid]) > 1:
                raise self._broken(f"{record.__record__.tag} {guid} was made twice: {sorted(self.births[guid])}")
        for order in self.company.records("PurchaseOrder"):
            marks = Counter(str(mark) for line in order.lines if (mark := LineMark.of(line)) is not None)  # type: ignore[attr-defined]
            if twice := [mark for mark, count in marks.items() if count > 1]:
                raise self._broken(f"purchase order {order.ref_number} has {', '.join(twice)} twice")  # type: ignore[attr-defined]

    def _judge_the_end(self) -> None:
        self._judge()
        count = self.journal.count("books")
        if count.get("failed"):
            raise self._broken(f"requests ended with an error of the library: {self.journal.events('books')[-3:]}")
        submitted = sum(count.values())
        if len(self.told) < submitted:
            raise self._broken(f"{submitted} requests ended, and Procore was told of {len(self.told)}")
        for close_outs in self.told.values():
            for detail in close_outs[-1].details:
                if detail.refusals and not self.people_act:
                    raise self._broken(f"nobody interfered, and {detail.name} was refused: {detail.messages}")
            for data in close_outs[-1].external_data:
                self._judge_claim(data.origin_id)

    def _judge_claim(self, origin_id: str) -> None:
        """What Procore was told is in QuickBooks is there, or was there."""
        known = {one for ids in self.births.values() for one in ids}
        first = origin_id.split("|", maxsplit=1)[0]
        lines = {
            line.txn_line_id
            for order in self.company.records("PurchaseOrder")
            for line in order.lines  # type: ignore[attr-defined]
        }
        if first not in known and first not in lines and not self.meddled and first not in self.given:
            raise self._broken(f"Procore was told of {origin_id}, which never was in QuickBooks")

    # --- the world ---------------------------------------------------------------------------------------------------

    def _world(self) -> None:
        """What the bookkeeper has set up."""
        both = SalesAndPurchase(income_account_ref=Ref(full_name="Income"), expense_account_ref=Ref(full_name="Cost"))
        made = self._ask(
            Request.add(Account(name="Income", account_type=AccountType.INCOME)),
            Request.add(Account(name="Cost", account_type=AccountType.COST_OF_GOODS_SOLD)),
            Request.add(Customer(name="Harbour View")),
            *(Request.add(ItemService(name=name, sales_and_purchase=both)) for name in ("01", "02", "Retainage")),
        )
        self.job, *self.items = (outcome.found[0].list_id for outcome in made[2:])
        self.given = {self.job, *self.items}

    def _ask(self, *requests: Request) -> tuple[Any, ...]:
        outcomes = read_reply(self.company.process(write_requests(requests))).outcomes
        assert all(one.ok for one in outcomes), outcomes  # noqa: S101
        return outcomes

    def submit(self, request: ErpRequest) -> int:
        """Procore sends a request."""
        return self.journal.submit("books", request)


def _known(record: Any) -> str:
    found: str = record.txn_id if hasattr(record, "txn_id") else record.list_id
    return found


_DAY = dt.date(2027, 1, 15)


class _Plan:
    """A vendor, its commitment, a change order and an invoice: each is sent when Procore has the one before."""

    def __init__(self, storm: Storm, group: int) -> None:
        self.storm, self.group, self.stage = storm, group, 0
        self.line_ids: dict[int, str] = {}
        self.waits_for: tuple[ItemKind, int] | None = None

    def go_on(self, close_out: CloseOut | None) -> None:
        """Send the next request, if that was the end of the one before, and a good one."""
        if close_out is not None:
            mine = [one for one in close_out.details if (one.item_type, one.item_id) == self.waits_for]
            if not mine:
                return
            if mine[0].refusals:
                self.waits_for = None
                return
            for data in close_out.external_data:
                if data.item_type is ItemKind.LINE_ITEM:
                    self.line_ids[data.item_id] = data.origin_id
        requests = (self._vendor, self._job, self._commitment, self._change_order, self._invoice)
        if self.stage < len(requests):
            kind, number, request = requests[self.stage]()
            self.waits_for = (kind, number)
            self.stage += 1
            self.storm.submit(request)
        else:
            self.waits_for = None

    def _vendor(self) -> tuple[ItemKind, int, ErpRequest]:
        number = 100 + self.group
        company = VendorCompany(id=number, name=f"Vendor {self.group}")
        return ItemKind.VENDOR, number, CreateVendor(company_id=7, request_detail_id=number, vendor=company)

    def _job(self) -> tuple[ItemKind, int, ErpRequest]:
        number = 200 + self.group
        project = Project(id=number, name=f"Project {self.group}", address=f"{self.group} Main St")
        return ItemKind.PROJECT, number, CreateOrUpdateJob(company_id=7, request_detail_id=number, job=project)

    def _header(self) -> Commitment:
        return Commitment(
            id=300 + self.group,
            kind=CommitmentKind.WORK_ORDER_CONTRACT,
            number=f"SC-{self.group}",
            title="Concrete",
            vendor=VendorRef(id=100 + self.group, name=f"Vendor {self.group}"),
            project=ProjectRef(id=86, name="Harbour View", origin_id=self.storm.job),
        )

    def _code(self, number: int) -> CostCodeRef:
        pair = f"{self.storm.job}|{self.storm.items[number]}"
        return CostCodeRef(id=500 + number, full_code=f"0{number + 1}", name="c", origin_id=pair)

    def _commitment(self) -> tuple[ItemKind, int, ErpRequest]:
        number = 300 + self.group
        items = tuple(
            CommitmentItem(
                id=number * 10 + at, amount=Decimal(1000), cost_code=self._code(at), description=f"line {at}"
            )
            for at in range(2)
        )
        request = CreateCommitment(
            company_id=7,
            job_origin_id=self.storm.job,
            request_detail_id=number,
            commitment=self._header(),
            commitment_items=items,
        )
        return ItemKind.WORK_ORDER_CONTRACT, number, request

    def _change_order(self) -> tuple[ItemKind, int, ErpRequest]:
        number = 400 + self.group
        items = tuple(
            ChangeOrderItem(id=number * 10 + at, amount=Decimal(50), cost_code=self._code(at), description="more")
            for at in range(2)
        )
        request = CreateCommitmentChangeOrder(
            company_id=7,
            job_origin_id=self.storm.job,
            request_detail_id=number,
            commitment=self._header(),
            change_order=ChangeOrder(id=number, number="1", title="More", description=f"change {self.group}"),
            change_order_items=items,
        )
        return ItemKind.CHANGE_ORDER, number, request

    def _invoice(self) -> tuple[ItemKind, int, ErpRequest]:
        number = 600 + self.group
        line = (300 + self.group) * 10
        item = RequisitionItem(id=number * 10, amount=Decimal(400), commitment_item_origin_id=self.line_ids.get(line))
        invoice = Requisition(
            id=number,
            invoice_number=f"A-{self.group}",
            billing_date=_DAY,
            contract_id=300 + self.group,
            job_origin_id=self.storm.job,
            items=(item,),
        )
        request = CreateRequisitions(company_id=7, requisitions=(invoice,), request_detail_id=number)
        return ItemKind.REQUISITION, number, request
