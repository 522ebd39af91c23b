"""What our own judges would not write, and how the company file answers it when it is sent all the same."""

import datetime as dt
from decimal import Decimal

import pytest

from procore_qbd import Ref, Request
from procore_qbd.errors import EngineError, RecordError
from procore_qbd.qbxml import ADD, MOD, Iteration, check, entities, read_reply, write_requests
from procore_qbd.qbxml.entities.bills import Bill, LinkToTxn
from procore_qbd.qbxml.entities.deletions import ListDel, ListDelType, TxnDel, TxnVoid
from procore_qbd.qbxml.entities.journal_entries import JournalCreditLine, JournalDebitLine, JournalEntry
from procore_qbd.qbxml.entities.shared.lines import ExpenseLine, ItemLine
from procore_qbd.qbxml.entities.shared.transactions import BillableStatus
from procore_qbd.qbxml.entities.time_tracking import TimeTracking
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.simulator import CompanyFile
from procore_qbd.simulator.knowledge.lists import LISTS
from support.company import document, item, names, put, unjudged_answer

VENDOR, ITEM = Ref(full_name="Alder"), Ref(full_name="Labour")


@pytest.fixture
def books():
    with CompanyFile.create() as company:
        put(company, Vendor(name="Alder"))
        put(company, item("Labour"))
        yield company


# --- structure -------------------------------------------------------------------------------------------------------

BROKEN = {
    "no name": "<VendorAddRq><VendorAdd><CompanyName>A</CompanyName></VendorAdd></VendorAddRq>",
    "no vendor": "<BillAddRq><BillAdd><Memo>A</Memo></BillAdd></BillAddRq>",
    "no edit sequence": "<VendorModRq><VendorMod><ListID>1-1</ListID></VendorMod></VendorModRq>",
    "no id": "<ListDelRq><ListDelType>Vendor</ListDelType></ListDelRq>",
    "neither printed nor numbered": "<BillPaymentCheckAddRq><BillPaymentCheckAdd><PayeeEntityRef><FullName>Alder"
    "</FullName></PayeeEntityRef><BankAccountRef><FullName>Bank</FullName></BankAccountRef><AppliedToTxnAdd>"
    "<TxnID>1-1</TxnID></AppliedToTxnAdd></BillPaymentCheckAdd></BillPaymentCheckAddRq>",
    "by id, and so many": "<VendorQueryRq><ListID>1-1</ListID><MaxReturned>1</MaxReturned></VendorQueryRq>",
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_what_the_schema_refuses_costs_the_whole_document(books, broken):
    good = "<VendorAddRq><VendorAdd><Name>{}</Name></VendorAdd></VendorAddRq>"
    with pytest.raises(EngineError) as error:
        books.process(document(good.format("First") + broken + good.format("Third")))
    assert error.value.hresult == 0x80040400
    assert "the whole document is refused, and nothing in it was done" in books.last_fault
    assert names(books.records("Vendor")) == ["Alder"]


def test_a_value_that_cannot_be_read_is_there_all_the_same(books):
    """Its element stands where the schema wants it, so it costs its own request alone."""
    said = {
        "<ListDelRq><ListDelType>Vendor</ListDelType><ListID></ListID></ListDelRq>": 3000,
        "<ListDelRq><ListDelType></ListDelType><ListID>1-1</ListID></ListDelRq>": 3110,
        '<VendorQueryRq iterator="Start"><MaxReturned>many</MaxReturned></VendorQueryRq>': 3085,
    }
    for sent, code in said.items():
        (outcome,) = books_answer(books, sent)
        assert outcome.code == code, sent


def books_answer(books, inside):
    return read_reply(books.process(document(inside))).outcomes


# --- what the schema lets pass ---------------------------------------------------------------------------------------

PIECES = [
    cls
    for cls in map(entities.entity, entities.names())
    if cls.__record__.iterator and cls.__record__.answers[0] in LISTS
]


@pytest.mark.parametrize("query", PIECES, ids=lambda cls: cls.__record__.tag)
@pytest.mark.parametrize("iterator", [Iteration.START, Iteration.CONTINUE])
def test_a_query_in_pieces_says_how_many_a_piece_has(books, query, iterator):
    request = Request.query(query(), iterator=iterator, iterator_id=None if iterator is Iteration.START else "{1}")
    with pytest.raises(RecordError) as refused:
        write_requests([request])
    assert [(one.field, one.status) for one in refused.value.faults] == [("MaxReturned", 3150)]
    (outcome,) = books_answer(books, f'<{request.name} iterator="{iterator}"/>')
    assert (outcome.code, outcome.message) == (3150, 'There is a missing element: "MaxReturned"')
    assert Request.query(query(max_returned=1), iterator=Iteration.START)
    assert Request.query(query(), iterator=Iteration.STOP, iterator_id="{1}")


NOT_REIMBURSABLE = "  QuickBooks error message: Target is not reimbursable."
REIMBURSED = {
    "an expense": lambda **said: Bill(vendor_ref=VENDOR, expense_lines=(ExpenseLine(**said),)),
    "an item": lambda **said: Bill(vendor_ref=VENDOR, item_lines=(ItemLine(item_ref=ITEM, **said),)),
    "time": lambda **said: TimeTracking(entity_ref=VENDOR, duration=dt.timedelta(hours=1), **said),
    "a debit": lambda **said: JournalEntry(lines=(JournalDebitLine(amount=Decimal(1), **said),)),
    "a credit": lambda **said: JournalEntry(lines=(JournalCreditLine(amount=Decimal(1), **said),)),
}


@pytest.mark.parametrize("status", BillableStatus)
@pytest.mark.parametrize("made", REIMBURSED.values(), ids=REIMBURSED)
def test_a_billable_status_without_a_customer_is_refused_in_quickbooks_words(books, made, status):
    record = made(billable_status=status)
    (told,) = check(record, ADD)
    assert (told.field, told.status, told.warning) == ("BillableStatus", 3210, False)
    outcome = unjudged_answer(books, Request.add(record))
    assert outcome.code == 3210
    assert outcome.message == f'The "billable status" field has an invalid value "{status}".{NOT_REIMBURSABLE}'


def test_a_line_may_have_its_customer_from_its_order_or_have_one_already():
    status = BillableStatus.BILLABLE
    linked = ItemLine(link_to_txn=LinkToTxn(txn_id="1-1", txn_line_id="2-1"), billable_status=status)
    assert check(Bill(vendor_ref=VENDOR, item_lines=(linked,)), ADD) == []
    old, new = (ExpenseLine(txn_line_id=line_id, billable_status=status) for line_id in ("2-1", "-1"))
    mod = Bill(txn_id="1-1", edit_sequence="1", expense_lines=(old, new))
    assert [one.path for one in check(mod, MOD)] == ["BillMod/ExpenseLineMod[2]/BillableStatus"]
    hours = REIMBURSED["time"](txn_id="1-1", edit_sequence="1", billable_status=status)
    assert check(hours, MOD) == []


@pytest.mark.parametrize("kind", ["Item", "Bogus"])
@pytest.mark.parametrize(
    "command",
    [
        lambda kind: ListDel(list_del_type=kind, list_id="1-1"),
        lambda kind: TxnDel(txn_del_type=kind, txn_id="1-1"),
        lambda kind: TxnVoid(txn_void_type=kind, txn_id="1-1"),
    ],
    ids=["ListDel", "TxnDel", "TxnVoid"],
)
def test_what_is_no_kind_of_record_is_told_from_one_that_is_not_simulated(books, command, kind):
    assert unjudged_answer(books, Request.command(command(kind))).code == 3110
    lead = ListDel(list_del_type=ListDelType.VEHICLE, list_id="1-1")
    assert unjudged_answer(books, Request.command(lead)).code == 1030
