"""Undo: what a request wrote is taken back, last first, exactly once; people's own work and what stands on it is left."""

import itertools
from decimal import Decimal

import attrs
import pytest

from procore_qbd import Books, Journal, Memory, MemoryTables, Ref, ReplyLostError, User
from procore_qbd.domain import ItemKind, RefusalCode
from procore_qbd.erp.undoing import undo_of
from procore_qbd.errors import JournalError
from procore_qbd.journal.encoding import decoded, encoded
from procore_qbd.qbxml.entities.accounts import Account
from procore_qbd.qbxml.entities.bill_payments import BillPaymentCheck
from procore_qbd.qbxml.entities.bills import Bill
from procore_qbd.qbxml.entities.shared.lines import ExpenseLine
from procore_qbd.qbxml.entities.shared.transactions import AppliedToTxn
from procore_qbd.testing.storm import Storm, Weather
from procore_qbd.testing.storm.many import chooser_of
from procore_qbd.testing.storm.plans import CHAINS, Book
from procore_qbd.testing.storm.weather import FAULTS, PEOPLE
from procore_qbd.testing.storm.world import first_scene
from procore_qbd.worker import WorkerSettings, drain

BOOKS = Books(income_account="Income", expense_account="Cost")
SETTINGS = WorkerSettings(timeout=1, lease=2, pause=0)
KINDS = ("Vendor", "Customer", "ItemService", "Estimate", "PurchaseOrder", "Bill", "OtherName")
COMPANY = "books"
APPROVER = User(
    name="Amy",
    company_levels={"Directory": "Admin"},
    privileges=["Can Push to Accounting"],
    project_levels={86: {}, 200: {}, 201: {}, 202: {}},
)


class Firm:
    """A company file with its journal, and what Procore knows of it."""

    def __init__(self):
        scene = first_scene()
        self.clock = itertools.count(1_800_000_000)
        self.file = scene.company.twin(clock=lambda: next(self.clock))
        self.journal = Journal(MemoryTables(), clock=lambda: float(next(self.clock)))
        self.journal.register(COMPANY)
        self.known, self.numbers, self.lost = {}, {}, 0
        self.book = Book(0, scene, self.known)

    def line(self, document):
        reply = self.file.process(document)
        if self.lost and b"DelRq" in document:
            self.lost -= 1
            raise ReplyLostError("the line was cut")
        return reply

    def go(self, request):
        number = self.journal.submit(COMPANY, request)
        for _ in range(3):
            drain(COMPANY, journal=self.journal, transport=Memory(self.line), books=BOOKS, tell=self.tell,
                  settings=SETTINGS, sleep=lambda _: None, clock=lambda: float(next(self.clock)))  # fmt: skip
        return self.journal.close_out(COMPANY, number)

    def export(self, *kinds):
        for kind in kinds:
            request = self.book.request(kind)
            assert self.go(request).ok
            self.numbers[kind] = self.journal.requests(COMPANY)[-1].id

    def undo(self, kind):
        return self.go(undo_of(self.journal, COMPANY, self.numbers[kind]))

    def tell(self, close_out):
        for data in close_out.external_data:
            if data.origin_id is None:
                self.known.pop((data.item_type, data.item_id), None)
            else:
                self.known[data.item_type, data.item_id] = data.origin_id
        return True

    def records(self):
        """What stands in the company file, but for our own record and what QuickBooks counts."""
        return {kind: [one for one in self.file.records(kind) if kind != "OtherName"] for kind in KINDS}

    def count(self):
        return {kind: len(records) for kind, records in self.records().items() if kind != "OtherName"}


@pytest.fixture
def firm():
    firm = Firm()
    yield firm
    firm.file.close()


@pytest.mark.parametrize("chain", ["subcontract", "project"])
def test_a_chain_that_is_undone_leaves_the_company_file_as_it_was(firm, chain):
    before = firm.count()
    firm.export(*CHAINS[chain])
    assert firm.count() != before
    for kind in reversed(CHAINS[chain]):
        assert firm.undo(kind).ok
    assert firm.count() == before
    assert firm.known == {}
    assert list(firm.journal.all_links(COMPANY)) == []


def test_what_was_undone_is_exported_anew_and_is_there_once(firm):
    firm.export("vendor", "commitment")
    (order,) = firm.records()["PurchaseOrder"]
    firm.undo("commitment")
    firm.export("commitment")
    (again,) = firm.records()["PurchaseOrder"]
    assert again.external_guid != order.external_guid
    assert firm.journal.all_links(COMPANY).generations[ItemKind.WORK_ORDER_CONTRACT, 300] == 1


def test_a_change_is_changed_back_and_the_rest_stays(firm):
    firm.export("vendor", "commitment")
    (before,) = firm.records()["PurchaseOrder"]
    firm.export("change order")
    assert firm.undo("change order").ok
    (after,) = firm.records()["PurchaseOrder"]
    assert (after.total_amount, after.memo) == (before.total_amount, before.memo)
    assert [line.txn_line_id for line in after.lines] == [line.txn_line_id for line in before.lines]
    links = firm.journal.links(COMPANY)
    assert links.find(ItemKind.CHANGE_ORDER, 400) is None
    assert links.find(ItemKind.WORK_ORDER_CONTRACT, 300) is not None


def test_what_others_stand_on_is_left_until_they_are_undone(firm):
    firm.export(*CHAINS["subcontract"])
    for kind in ("vendor", "commitment", "change order"):
        (detail,) = firm.undo(kind).details
        assert [one.code for one in detail.refusals] == [RefusalCode.STILL_SYNCED]
        assert detail.untold
    assert firm.undo("invoice").ok


def test_what_a_person_changed_since_is_left_and_told(firm):
    firm.export("vendor")
    (vendor,) = firm.records()["Vendor"]
    firm.file.as_user().edit(attrs.evolve(vendor, phone="555-0100"))
    (detail,) = firm.undo("vendor").details
    assert [one.code for one in detail.refusals] == [RefusalCode.CHANGED_MEANWHILE]
    assert "phone" in detail.refusals[0].words
    assert firm.count()["Vendor"] == 1
    assert firm.journal.links(COMPANY).find(ItemKind.VENDOR, 100) is not None


def test_what_is_gone_already_counts_as_undone(firm):
    firm.export("vendor")
    (vendor,) = firm.records()["Vendor"]
    firm.file.as_user().delete(vendor)
    (detail,) = firm.undo("vendor").details
    assert detail.notes == ("it was gone from QuickBooks already",)
    assert firm.journal.links(COMPANY).find(ItemKind.VENDOR, 100) is None


def test_what_is_used_since_cannot_be_deleted_and_quickbooks_says_so(firm):
    firm.export("vendor")
    (vendor,) = firm.records()["Vendor"]
    line = ExpenseLine(account_ref=Ref(full_name="Cost"), amount=Decimal(5))
    firm.file.as_user().add(Bill(vendor_ref=Ref(list_id=vendor.list_id), expense_lines=(line,)))
    (detail,) = firm.undo("vendor").details
    assert detail.refusals[0].status == 3160
    assert firm.count()["Vendor"] == 1


def test_what_is_paid_since_is_left_and_the_payment_named(firm):
    firm.export(*CHAINS["subcontract"])
    (bill, *_) = [one for one in firm.records()["Bill"] if one.external_guid is not None]
    bank = firm.file.as_user().add(Account(name="Bank", account_type="Bank"))
    paid = BillPaymentCheck(
        payee_entity_ref=bill.vendor_ref, bank_account_ref=Ref(list_id=bank.list_id), ref_number="77",
        applied_to_txns=(AppliedToTxn(txn_id=bill.txn_id, payment_amount=Decimal(1)),),
    )  # fmt: skip
    firm.file.as_user().add(paid)
    (fault,) = [fault for detail in firm.undo("invoice").details for fault in detail.refusals]
    assert fault.code is RefusalCode.IN_USE
    assert "(BillPaymentCheck 77)" in fault.words
    assert bill.txn_id in {one.txn_id for one in firm.records()["Bill"]}


def test_what_is_billed_by_hand_since_is_left(firm):
    firm.export("vendor", "commitment")
    (order,) = firm.records()["PurchaseOrder"]
    firm.file.as_user().add(Bill(vendor_ref=order.vendor_ref, link_to_txn_ids=(order.txn_id,)))
    (detail,) = firm.undo("commitment").details
    assert [one.code for one in detail.refusals] == [RefusalCode.IN_USE]
    assert firm.count()["PurchaseOrder"] == 1


def test_what_took_back_is_not_taken_back_itself(firm):
    firm.export("vendor")
    firm.undo("vendor")
    number = firm.journal.requests(COMPANY)[-1].id
    with pytest.raises(JournalError, match=f"took back request {firm.numbers['vendor']}, and cannot be taken back"):
        undo_of(firm.journal, COMPANY, number)


def test_a_deletion_whose_reply_is_lost_is_found_out_by_looking(firm):
    firm.export("vendor", "commitment")
    firm.lost = 1
    assert firm.undo("commitment").ok
    assert firm.count()["PurchaseOrder"] == 0
    assert firm.journal.count(COMPANY) == {"ended": 3}


def test_undone_twice_is_undone_once(firm):
    firm.export("vendor")
    request = undo_of(firm.journal, COMPANY, firm.numbers["vendor"])
    assert decoded(encoded(request)) == request
    assert firm.go(request).ok
    (detail,) = firm.go(request).details
    assert detail.notes == ("it was gone from QuickBooks already",)


def test_what_wrote_nothing_or_has_not_ended_cannot_be_undone(firm):
    firm.export("vendor")
    firm.export("vendor")  # finds it
    with pytest.raises(JournalError, match="wrote nothing to QuickBooks"):
        undo_of(firm.journal, COMPANY, firm.numbers["vendor"])
    number = firm.journal.submit(COMPANY, firm.book.request("commitment"))
    with pytest.raises(JournalError, match="is waiting, and only what has ended can be undone"):
        undo_of(firm.journal, COMPANY, number)
    with pytest.raises(JournalError):
        undo_of(firm.journal, COMPANY, 9999)


def undone(storm):
    """Undo all that a storm has exported, the last first; what is left of ours, and why."""
    world, journal = storm.world, storm.world.journal
    left = {}

    def line(document):
        world.turns.now += 2  # an EditSequence may be a second
        return world.company.process(document)

    for entry in reversed(journal.requests(COMPANY)):
        try:
            request = undo_of(journal, COMPANY, entry.id)
        except JournalError:
            continue  # it found what was there, or was refused
        if storm.desk is not None:
            storm.desk.tool.undo(APPROVER, request)
        else:
            journal.submit(COMPANY, request)
        number = journal.requests(COMPANY)[-1].id
        world.turns.now += 200
        drain(COMPANY, journal=journal, transport=Memory(line), books=BOOKS, tell=lambda _: True, settings=SETTINGS,
              sleep=lambda _: None, clock=lambda: world.turns.now)  # fmt: skip
        for detail, step in zip(journal.close_out(COMPANY, number).details, request.steps, strict=True):
            if detail.refusals:
                left[step.record_id] = detail.refusals
    return left


def after_a_storm(seed, **how):
    storm = Storm(chooser_of(seed), **how)
    storm.run(close=False)
    return storm


@pytest.mark.parametrize("seed", [3, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(40, 70))])
def test_after_a_storm_everything_is_undone_but_what_people_did(seed):
    calm = Weather(quiet=frozenset(fault for fault in FAULTS if fault in {*PEOPLE, "a person acts in the middle"}))
    storm = after_a_storm(seed, weather=calm)
    left = undone(storm)
    assert left == {}
    assert [one for kind in KINDS[:-1] for one in storm.world.ours(kind)] == []
    assert list(storm.world.journal.all_links(COMPANY)) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(70, 95))
def test_what_people_did_meanwhile_is_left_with_its_reason(seed):
    storm = after_a_storm(seed, tool=bool(seed % 2))
    if storm.world.journal.company(COMPANY).frozen is not None:
        return  # until a person has looked
    left = undone(storm)
    there = {getattr(one, "txn_id", None) or one.list_id for kind in KINDS[:-1] for one in storm.world.ours(kind)}
    links = storm.world.journal.all_links(COMPANY)
    for record in there & {str(link.quickbooks_id).split("|")[0] for link in links}:
        assert record in left, f"{record} is there and linked, and nobody says why it was left"
