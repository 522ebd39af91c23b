"""A random walk over the tool: people, a worker and a bookkeeper, each at random, and nothing comes apart."""

import itertools
import random
import re
from collections import Counter

import pytest

from procore_qbd import Books, Journal, Memory, MemoryTables, User
from procore_qbd.domain import ErpItem, ItemKind
from procore_qbd.domain.item_requests import by_item
from procore_qbd.domain.lifecycle import Actor, ItemId, ItemMove, ItemState
from procore_qbd.domain.settings import DirectExport, ToolSettings
from procore_qbd.erp.judging import rows_for_people
from procore_qbd.erp.tool import Tool
from procore_qbd.errors import GuardError, ToolError
from procore_qbd.journal.item_rows import items_of
from procore_qbd.testing.storm.plans import Book
from procore_qbd.testing.storm.world import first_scene
from procore_qbd.worker import WorkerSettings, drain

COMPANY = "books"
BOOKS = Books(income_account="Income", expense_account="Cost")
SETTINGS = WorkerSettings(timeout=1, lease=2, pause=0.01)
KINDS = ("vendor", "commitment", "change order", "invoice", "cost codes", "job", "budget", "budget update")

EVERYTHING = dict.fromkeys(("Admin", "Budget", "Commitments", "Change Orders"), "Admin")
ADMIN = User(name="Ada", id=1, company_levels={"Directory": "Admin"}, privileges=["Can Push to Accounting"],
             project_levels={86: {}, 200: {}, 201: {}})  # fmt: skip
SENDER = User(name="Sam", id=2, company_levels={"Directory": "Standard", "Admin": "Admin"},
              project_levels={86: EVERYTHING, 200: EVERYTHING, 201: EVERYTHING})  # fmt: skip
APPROVER = User(name="Amy", id=3, company_levels={"ERP Integrations": "Admin", "Directory": "Standard"},
                privileges=["Can Push to Accounting"])  # fmt: skip
NOBODY = User(name="Nat", id=4, project_levels={86: {}, 200: {}, 201: {}})
USERS = (ADMIN, ADMIN, ADMIN, SENDER, APPROVER, NOBODY)

ON_THE_WAY = {ItemState.EXPORTING, ItemState.UPDATING, ItemState.UNLINKING}
IN_QUICKBOOKS = {ItemState.SYNCED, ItemState.READY_TO_UPDATE, ItemState.UPDATE_SENT, ItemState.UPDATING}


class Walk:
    def __init__(self, seed):
        self.dice = random.Random(seed)  # noqa: S311
        scene = first_scene()
        self.clock = itertools.count(1_800_000_000)
        self.file = scene.company.twin(clock=lambda: next(self.clock))
        self.journal = Journal(MemoryTables(), clock=lambda: float(next(self.clock)))
        self.journal.register(COMPANY)
        self.tool = Tool(self.journal, COMPANY, BOOKS)
        self.known = {}
        self.books = [Book(group, scene, self.known) for group in range(2)]
        self.done = Counter()
        self.deleted = set()

    def step(self):
        what = self.dice.choices(
            (self.send, self.decide, self.drain, self.change, self.configure, self.bookkeeper), (5, 8, 2, 1, 0.3, 0.7)
        )
        what[0]()
        self.look()

    def one(self, user, moved):
        for one in moved:
            self.done[type(one).__name__ if isinstance(one, ToolError) else one.move.value] += 1
            if user is NOBODY:
                assert isinstance(one, ToolError)

    def send(self):
        user, book = self.dice.choice(USERS), self.dice.choice(self.books)
        request = book.request(self.dice.choice(KINDS))
        project = 86 if by_item(request)[0].item.kind is ItemKind.REQUISITION else None
        self.one(user, self.tool.send(user, request, project=project, created_by="Carl"))

    def decide(self):
        records = self.tool.items()
        if not records:
            return
        user, record = self.dice.choice(USERS), self.dice.choice(records)
        move = self.dice.choice(list(ItemMove))
        legal = [row.move for row in rows_for_people(record.state, record.item.erp_item, self.tool.settings)]
        if legal and self.dice.random() < 0.8:
            move = self.dice.choice(legal)
        if move is ItemMove.ACCEPT and self.dice.random() < 0.3:
            some = [one.item for one in records if one.item.kind is record.item.kind]
            self.one(user, self.tool.accept(user, some))
            return
        expected = self.tool.why_not(user, move, record.item)
        before = self.tool.find(record.item)
        if expected is not None:
            with pytest.raises(ToolError, match=re.escape(str(expected))):
                self.tool.move(user, move, record.item, comment="because")
            assert self.tool.find(record.item) == before
            self.one(user, [expected])
        else:
            assert move in {row.move for row in rows_for_people(before.state, record.item.erp_item, self.tool.settings)}
            self.one(user, [self.tool.move(user, move, record.item, comment="because")])

    def drain(self):
        drain(COMPANY, journal=self.journal, transport=Memory(self.file.process), books=BOOKS, tell=self.tell,
              settings=SETTINGS, sleep=lambda _: None, clock=lambda: float(next(self.clock)))  # fmt: skip

    def tell(self, close_out):
        for data in close_out.external_data:
            if data.origin_id is None:
                self.known.pop((data.item_type, data.item_id), None)
            else:
                self.known[data.item_type, data.item_id] = data.origin_id
        return True

    def change(self):
        for moved in self.tool.changed(
            self.dice.choice(self.books).request(self.dice.choice(["job", "budget update"]))
        ):
            assert moved.state is ItemState.READY_TO_UPDATE
            self.done["change"] += 1

    def configure(self):
        mode = self.dice.choice(list(DirectExport))
        settings = ToolSettings(
            direct_export={ErpItem.CCO: mode, ErpItem.COMMITMENT: mode}, retry_without_reject=self.dice.random() < 0.7
        )
        if settings != self.tool.settings:
            self.tool.configure(ADMIN, settings)
            self.done["configure"] += 1

    def bookkeeper(self):
        """Somebody deletes a bill or an order in QuickBooks, where that can be done."""
        records = [one for kind in ("Bill", "PurchaseOrder") for one in self.file.records(kind)]
        if records:
            record = self.dice.choice(records)
            try:
                self.file.as_user().delete(record)
            except Exception:  # noqa: BLE001  it is linked, or paid
                return
            self.done["deleted"] += 1
            self.deleted.add(record.txn_id)

    # --- what must hold ----------------------------------------------------------------------------------------------

    def look(self):
        records = self.tool.items()
        open_ = Counter(
            item for entry in self.journal.requests(COMPANY, only_open=True) for item in items_of(entry.request)
        )
        links = self.journal.links(COMPANY)
        for record in records:
            if record.state in ON_THE_WAY:
                assert open_[record.item] == 1, f"{record.item} is {record.state} with {open_[record.item]} requests"
            else:
                assert open_[record.item] == 0, f"{record.item} is {record.state} with {open_[record.item]} requests"
            if record.state in IN_QUICKBOOKS:
                assert links.find(record.item.kind, record.item.procore_id), f"{record.item} is synced and not linked"
            if record.state is ItemState.NOT_SENT:
                assert links.find(record.item.kind, record.item.procore_id) is None, f"{record.item} is linked"

    def end(self):
        """All that is on its way comes to an end; links and company file agree; every move of a person had an action."""
        self.drain()
        self.done += Counter(event.move for event in self.tool.events() if event.by is Actor.CONNECTOR)
        assert not [one for one in self.tool.items() if one.state in ON_THE_WAY]
        for event in self.tool.events():
            if event.item is None or event.move == ItemMove.CHANGE.value:
                continue
            person = event.by in (Actor.USER, Actor.APPROVER)
            if event.allowed:
                assert person == (event.action is not None) == (event.user is not None)
                assert event.start is not event.end
        guids = Counter(
            one.external_guid
            for kind in ("Vendor", "Customer", "ItemService", "Estimate", "PurchaseOrder", "Bill")
            for one in self.file.records(kind)
            if one.external_guid
        )
        assert max(guids.values(), default=1) == 1
        there = {
            getattr(one, "txn_id", None) or one.list_id
            for kind in ("Vendor", "Customer", "ItemService", "Estimate", "PurchaseOrder", "Bill")
            for one in self.file.records(kind)
        }
        links = self.journal.links(COMPANY)
        for record in self.tool.items():
            if record.state is ItemState.SYNCED:
                link = links.find(record.item.kind, record.item.procore_id)
                assert str(link.quickbooks_id).split("|")[0] in there | self.deleted
        for item in {record.item for record in self.tool.items()}:
            history = [one for one in self.tool.history(item) if one.allowed]
            assert [one.revision for one in history] == list(range(1, len(history) + 1))
            for before, after in itertools.pairwise(history):
                assert before.end is after.start


def walk(seeds, steps):
    done = Counter()
    for seed in seeds:
        one = Walk(seed)
        for _ in range(steps):
            one.step()
        one.end()
        done += one.done
        one.file.close()
    return done


def test_three_thousand_random_moves_leave_items_links_and_company_file_in_agreement():
    done = walk(range(10), 300)
    for what in ("send", "accept", "reject", "retrieve", "resend", "change", "unlink", "ForbiddenError", "GuardError"):
        assert done[what], done


@pytest.mark.long
def test_a_hundred_thousand_random_moves_do_so_too():
    done = walk(range(1000, 1200), 500)
    assert done["unlinked"] >= 10, done
    assert done["not unlinked"] >= 10, done
    assert min(done.values()) >= 10, done


def test_items_have_one_identity():
    assert ItemId(ItemKind.VENDOR, 1) == ItemId("vendor", 1)
    assert issubclass(GuardError, ToolError)
