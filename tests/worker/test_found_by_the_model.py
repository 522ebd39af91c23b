"""Ways to two records that the model check found: each shown on the driver itself, which goes none of them any more."""

import pytest

from procore_qbd import CompanyFile, Memory
from procore_qbd.errors import JournalError, NotSentError, ReplyLostError
from procore_qbd.journal import Journal, MemoryTables
from procore_qbd.qbxml import read_requests, write_requests
from procore_qbd.worker import WorkerSettings, drain
from procore_qbd.worker import fence as fences
from procore_qbd.worker.thawing import thaw
from support.office import BOOKS, Office

ORDER = b"PurchaseOrderAddRq"


class Died(BaseException):
    """A worker died."""


class Desk(Office):
    """The office with a journal, a file that this library has written to, and a QuickBooks that keeps no replies."""

    def __init__(self):
        super().__init__()
        self.time = 1_795_100_000.0
        self.journal = Journal(MemoryTables(), clock=lambda: self.time)
        self.journal.register("books")
        self.link_vendor()
        self.journal.link("books", *self.links)
        self.ids = (f"SET{number}" for number in range(1, 1000))
        self.file.message_sets = "none"
        self.drain(self.vendor_request(48, "Birch"))

    def sleep(self, seconds):
        self.time += seconds

    def drain(self, *requests, line=None):
        for request in requests:
            self.journal.submit("books", request)
        return drain(
            "books",
            journal=self.journal,
            transport=Memory(line or self.file.process),
            books=BOOKS,
            settings=WorkerSettings(timeout=30, lease=60),
            sleep=self.sleep,
            clock=lambda: self.time,
            ids=lambda: next(self.ids),
        )

    def export(self, line):
        """Drain a purchase order over a line, until the worker dies or is done."""
        try:
            return self.drain(self.commitment(self.line(1, "1000.00")), line=line)
        except Died:
            self.time += 1000
            return None

    def thaw(self, **how):
        self.time += 10
        return thaw("books", journal=self.journal, transport=Memory(self.file.process), by="a person", **how)

    @property
    def orders(self):
        return [order.external_guid for order in self.all("PurchaseOrder")]

    def first_is_held_and_the_second_never_leaves(self):
        """A document that is on its way still; the one that was planned after it is in doubt, and did not begin."""
        held = []

        def line(document):
            if ORDER not in document:
                return self.file.process(document)
            if held:
                raise Died
            held.append(document)
            raise ReplyLostError("no answer")

        assert self.export(line) is None
        return held[0]


@pytest.fixture
def desk():
    with Desk() as desk:
        yield desk


def test_a_fence_that_was_deleted_and_made_anew_does_not_prove_that_a_document_never_began(desk):
    def line(document):
        reply = desk.file.process(document)
        if ORDER in document:
            raise Died
        return reply

    assert desk.export(line) is None
    (fence,) = desk.all("OtherName")
    desk.user.delete(fence)
    assert "is gone" in desk.drain().frozen
    with pytest.raises(JournalError, match="--record-deleted"):
        desk.thaw()
    desk.thaw(record_deleted=True)
    desk.drain()
    assert len(desk.orders) == 1


def test_what_came_late_while_the_file_was_frozen_is_noticed_after_the_thaw(desk):
    held = []
    with CompanyFile.create() as strange:

        def line(document):
            if ORDER not in document:
                return desk.file.process(document)
            if held:
                return strange.process(document)  # a person has opened another file: the fence is not in it
            held.append(document)
            raise ReplyLostError("no answer")

        assert "nothing was written" in desk.export(line).frozen
    desk.file.process(held[0])
    desk.thaw()
    desk.drain()
    assert len(desk.orders) == 1


def test_looking_counts_only_in_the_file_whose_fence_was_read(desk):
    opened = []
    with CompanyFile.create() as strange:

        def line(document):
            if ORDER in document and not opened:
                desk.file.process(document)
                opened.append("this one, for now")
                raise ReplyLostError("no answer")
            if opened == ["this one, for now"] and b"TxnDeletedQuery" in document:
                opened.append("another, and this one again")
                return strange.process(document)
            return desk.file.process(document)

        desk.export(line)
    assert len(desk.orders) == 1


def test_a_later_document_that_is_being_carried_out_is_waited_for(desk):
    """QuickBooks has changed the fence for the held document, and has not come to the order yet, when a worker looks."""
    held = desk.first_is_held_and_the_second_never_leaves()
    fence, order = (write_requests([request]) for request in read_requests(held).requests)
    desk.file.process(fence)
    slept = []

    def sleep(seconds):
        if not slept:
            desk.file.process(order)
        slept.append(seconds)

    desk.sleep = sleep
    desk.drain()
    if not slept:
        desk.file.process(order)
    assert len(desk.orders) == 1


def test_a_copy_that_is_refused_says_nothing_of_one_that_is_being_carried_out(desk):
    left = []

    def line(document):
        if ORDER in document and not left:
            fence, order = (write_requests([request]) for request in read_requests(document).requests)
            left.append(order)
            desk.file.process(fence)
        return desk.file.process(document)

    def sleep(_):
        if left:
            desk.file.process(left.pop())

    desk.sleep = sleep
    desk.export(line)
    while left:
        desk.file.process(left.pop())
    assert len(desk.orders) == 1


def test_a_restored_file_that_has_as_many_documents_as_the_journal_knows_is_another_file(desk, tmp_path):
    """The second document is done; a backup from before it is restored, and the first one comes late: as many as before."""
    held = desk.first_is_held_and_the_second_never_leaves()
    desk.file.copy(tmp_path / "backup")
    sent = []

    def line(document):
        if ORDER in document and not sent:
            sent.append(document)
            desk.file.process(document)
            raise ReplyLostError("no answer")
        if sent and b"TxnDeletedQuery" in document and len(sent) == 1:
            desk.file.restore(tmp_path / "backup")
            reply = desk.file.process(document)
            sent.append(desk.file.process(held))
            return reply
        return desk.file.process(document)

    desk.drain(line=line)
    assert len(desk.orders) == 1


def test_a_second_copy_that_comes_to_a_file_that_was_put_back_is_noticed_by_the_second_of_the_fence(desk, monkeypatch):
    """The fence says what it said before: as many documents, and the same last one."""
    copies = []

    def line(document):
        if ORDER in document and not copies:
            copies.append(document)
            desk.file.process(document)
            (order,) = desk.all("PurchaseOrder")
            desk.user.delete(order)
            raise ReplyLostError("no answer")
        return desk.file.process(document)

    def planned(*_what, **_more):
        raise Died

    before = desk.file.twin(clock=lambda: int(desk.time) + 600)
    desk.file.message_sets = before.message_sets = "none"
    desk.export(line)
    (asked,) = desk.journal.questions("books")
    desk.journal.answer("books", asked.token, "different", by="Ann")
    with monkeypatch.context() as broken:
        broken.setattr(Journal, "sending", planned)
        desk.export(line)
    desk.file = before
    desk.file.process(copies[0])
    desk.drain()
    assert len(desk.orders) == 1


@pytest.mark.parametrize("dies", [False, True])
def test_a_copy_that_comes_in_the_second_of_the_fences_last_change_leaves_no_door_open(desk, dies, monkeypatch):
    """An EditSequence is a second: the document and the one before it, in one second, leave the fence as it was."""
    now, copies = [int(desk.time)], []
    desk.file = desk.file.twin(clock=lambda: now[0])
    desk.file.message_sets = "none"
    desk.file.edit_sequence_by_second = True

    def line(document):
        reply = desk.file.process(document)
        if ORDER in document and not copies:
            copies.append(document)
            now[0] += 30
            raise ReplyLostError("no answer")
        return reply

    def sleep(seconds):
        now[0] += max(1, int(seconds))

    desk.sleep = sleep
    desk.drain(desk.vendor_request(49, "Elm"))
    if dies:
        settled = Journal.settled

        def once(*what, **more):
            settled(*what, **more)
            monkeypatch.undo()
            raise Died

        monkeypatch.setattr(Journal, "settled", once)
    desk.export(line)
    desk.drain()
    desk.file.process(copies[0])
    assert len(desk.orders) == 1


def test_a_copy_that_comes_after_quickbooks_was_told_to_forget_its_reply_is_noticed(desk):
    """Nothing was planned in its place yet: the drain broke off."""
    held, silent = [], []

    def line(document):
        if silent:
            raise NotSentError("the line is down")
        if ORDER in document:
            held.append(document)
            raise ReplyLostError("no answer")
        return desk.file.process(document)

    def sleep(seconds):
        desk.time += seconds

    desk.sleep = sleep
    original = desk.journal.settled

    def settled(*what, **more):
        original(*what, **more)
        silent.append(True)

    desk.journal.settled = settled
    assert desk.export(line).stopped
    desk.journal.settled = original
    desk.time += 10_000
    claim = desk.journal.claim("books", "who clears", 10)
    desk.journal.cleared(claim, [sent.id for sent in desk.journal.to_clear(claim, 0)])
    desk.journal.release(claim)
    desk.file.process(held[0])
    assert desk.drain().done == 1
    assert len(desk.orders) == 1


@pytest.mark.parametrize("known", [False, True])
def test_a_thaw_with_another_company_file_open_takes_nothing_of_it(desk, known):
    right = desk.file
    with CompanyFile.create() as desk.file:
        if known:
            desk.file.process(write_requests([fences.made("ANOTHER")]))
        assert "another company file" in desk.drain(desk.vendor_request(49, "Elm")).frozen
        with pytest.raises(JournalError, match=r"another company file is open|is not in the company file that is open"):
            desk.thaw()
    desk.file = right
    desk.thaw()
    assert desk.drain().done == 1


def test_a_second_journal_that_meets_the_file_after_a_person_renamed_our_record_is_noticed(desk):
    """Found by a storm: it looked for the record by its name, and made another."""
    (fence,) = desk.all("OtherName")
    desk.user.rename(fence, "keep")
    desk.journal = Journal(MemoryTables(), clock=lambda: desk.time)
    desk.journal.register("books")
    assert "this journal knows of none" in desk.drain(desk.vendor_request(49, "Elm")).frozen
    assert [one.name for one in desk.all("OtherName")] == ["keep"]
