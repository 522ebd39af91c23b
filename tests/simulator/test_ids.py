"""Ids that no QuickBooks can have given out: told before anything is sent, and refused where it is sent all the same."""

import itertools
import re
from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procore_qbd import Memory, RecordError, Ref, Request, ask_all, run
from procore_qbd.cli import main
from procore_qbd.codes import is_transient
from procore_qbd.domain import CostCode, CreateOrUpdateJob, CreateVendor, Project, RefusalCode, VendorCompany
from procore_qbd.erp import perform
from procore_qbd.erp.refusing import refusal
from procore_qbd.qbxml import ADD, MOD, QUERY, RET, Dialect, Outcome, check, read_reply, write_requests
from procore_qbd.qbxml.entities import entity, names
from procore_qbd.qbxml.entities.accounts import Account
from procore_qbd.qbxml.entities.bill_payments import BillPaymentCheck, BillToPayQuery
from procore_qbd.qbxml.entities.bills import Bill, ItemLine, LinkToTxn
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.deletions import ListDel, ListMerge, MergeSide, TxnDel, TxnVoid
from procore_qbd.qbxml.entities.items import ItemService, SalesOrPurchase
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine
from procore_qbd.qbxml.entities.shared.common import Contact
from procore_qbd.qbxml.entities.shared.transactions import AppliedToTxn
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery
from procore_qbd.qbxml.rows.records import Block, Record, table
from procore_qbd.qbxml.rows.values import CONTACT_ID, Id, Macro
from procore_qbd.simulator import CompanyFile
from support.desk import BOOKS, Office

NO_IDS = (
    "",
    "pending_8f2a",
    "VENDOR-1",
    "80000001_1",
    "80000001-",
    "-1",
    "-",
    "1-2-3",
    " 1-1",
    "8000000G-1",
    "1-1x",
    "x",
)
REAL = ("80000015-1197757780", "2F0000-933272658", "1-1", "262144", "ab12-5", "0-0", "00000000-0000000000")
CLASSES = sorted({cls for name in names() if (cls := entity(name))}, key=lambda cls: cls.__name__)


def rows(cls, seen=None):
    """Every row of a record that is an id, at any depth."""
    seen = set() if seen is None else seen
    if cls in seen:
        return
    seen.add(cls)
    for field in table(cls).fields:
        if isinstance(field.row, Block):
            for member in field.members.values():
                yield from rows(member, seen)
        else:
            yield cls, field


ALL = [(cls, field) for one in CLASSES for cls, field in rows(one)]


def test_whatever_is_called_an_id_of_quickbooks_is_one():
    ends = ("ListID", "TxnID", "TxnLineID", "ListIDWithChildren")
    named = {field.row.tag: type(field.row) for _, field in ALL if field.row.tag.endswith(ends)}
    assert set(named.values()) == {Id}
    assert len(named) == 8


@pytest.mark.parametrize("text", REAL)
def test_an_id_of_quickbooks_is_one_everywhere(text):
    assert {field.row.fault(text) for _, field in ALL if isinstance(field.row, Id)} == {None}


@pytest.mark.parametrize("text", NO_IDS)
def test_what_is_no_id_is_told_wherever_one_stands(text):
    for cls, field in ALL:
        row = field.row
        if isinstance(row, Id):
            _, message, status = row.fault(text) or ("", "", None)
            allowed = text == "-1" and row.marks_new_lines
            assert (status, message.endswith(f"got {text!r}")) == ((None, False) if allowed else (3000, True)), cls


def test_a_new_line_of_a_mod_has_its_own_mark_and_an_old_contact_its_own_form():
    marked = {
        (cls.__name__, field.name) for cls, field in ALL if isinstance(field.row, Id) and field.row.marks_new_lines
    }
    assert {("PurchaseOrderLine", "txn_line_id"), ("JournalLine", "txn_line_id")} <= marked
    assert all(name == "txn_line_id" for _, name in marked)
    assert {cls for cls, field in ALL if isinstance(field.row, Id) and field.row.form is CONTACT_ID} == {Contact}
    old = Vendor(list_id="1-1", edit_sequence="1", contacts=(Contact(list_id="0000000000000p5Y", first_name="A"),))
    assert check(old, MOD) == []
    (told,) = check(attrs.evolve(old, list_id="0000000000000p5Y"), MOD)
    assert told.path == "VendorMod/ListID"


def test_an_empty_id_clears_a_reference_in_a_mod_and_is_none_elsewhere():
    emptied = Vendor(list_id="1-1", edit_sequence="1", terms_ref=Ref(list_id=""))
    assert check(emptied, MOD) == []
    assert b"<ListID></ListID>" in write_requests([Request.mod(emptied)])
    (told,) = check(Vendor(name="A", terms_ref=Ref(list_id="")), ADD)
    assert (told.path, told.status) == ("VendorAdd/TermsRef/ListID", 3000)


def test_a_macro_is_no_id_and_stands_where_one_may():
    link = LinkToTxn(txn_id=Macro("TxnID:1"), txn_line_id=Macro("TxnLineID:1"))
    row = table(type(link)).by_name["txn_id"].row
    expected = [] if row.macro & ADD else ["BillAdd/ItemLineAdd[1]/LinkToTxn/TxnID"]
    told = check(Bill(vendor_ref=Ref(full_name="A"), item_lines=(ItemLine(link_to_txn=link),)), ADD)
    assert [one.path for one in told if one.path.endswith("/TxnID")] == expected


@given(st.text(max_size=20))
def test_a_reply_is_read_whatever_its_ids_are(text):
    record = Vendor(list_id=text, name="A", terms_ref=Ref(list_id=text))
    told = check(record, RET, Dialect())
    assert all(one.status == 3080 for one in told)


# --- before it is sent -----------------------------------------------------------------------------------------------

BAD = "pending_8f2a"
SENT = {
    "a reference in an Add": Request.add(Bill(vendor_ref=Ref(list_id=BAD))),
    "a reference in a line": Request.add(
        PurchaseOrder(vendor_ref=Ref(full_name="A"), lines=(PurchaseOrderLine(item_ref=Ref(list_id=BAD)),))
    ),
    "a reference in a Mod": Request.mod(Vendor(list_id="1-1", edit_sequence="1", terms_ref=Ref(list_id=BAD))),
    "a parent": Request.add(Customer(name="A", parent_ref=Ref(list_id=BAD))),
    "the record of a Mod": Request.mod(Vendor(list_id=BAD, edit_sequence="1")),
    "a line of a Mod": Request.mod(
        PurchaseOrder(txn_id="1-1", edit_sequence="1", lines=(PurchaseOrderLine(txn_line_id=BAD),))
    ),
    "a query": Request.query(VendorQuery(list_ids=("1-1", BAD))),
    "a deletion": Request.command(ListDel(list_del_type="Vendor", list_id=BAD)),
    "a deletion of a transaction": Request.command(TxnDel(txn_del_type="Bill", txn_id=BAD)),
    "a void": Request.command(TxnVoid(txn_void_type="Bill", txn_id=BAD)),
    "a merge": Request.command(
        ListMerge(
            list_merge_type="Vendor",
            merge_from=MergeSide(list_id="1-1", edit_sequence="1"),
            merge_to=MergeSide(list_id=BAD, edit_sequence="1"),
        )
    ),
    "a link": Request.add(Bill(vendor_ref=Ref(full_name="A"), link_to_txn_ids=(BAD,))),
    "a link of a line": Request.add(
        Bill(
            vendor_ref=Ref(full_name="A"),
            item_lines=(ItemLine(link_to_txn=LinkToTxn(txn_id="1-1", txn_line_id=BAD)),),
        )
    ),
}
WORDS = {"a link": "link to txn id", "a link of a line": "txn line id", "a line of a Mod": "txn line id"}
BY_TXN = {"a deletion of a transaction", "a void"}


@pytest.fixture
def books():
    with CompanyFile.create() as company:
        yield company


def sent(request):
    """The document with a good id in it, and then with the bad one: the writer would not write that."""
    good = "ABCDEF0123-9876543210"

    def mended(value):
        if isinstance(value, Record):
            return attrs.evolve(value, **{name: mended(one) for name, one in vars(value).items() if one is not None})
        if isinstance(value, tuple):
            return tuple(map(mended, value))
        return good if value == BAD else value

    document = write_requests([attrs.evolve(request, record=mended(request.record))])
    assert document.count(good.encode()) == 1
    return document


@pytest.mark.parametrize("what", SENT)
def test_a_malformed_id_is_not_written_and_where_it_is_sent_it_is_refused(books, what, tmp_path, capsys):
    request = SENT[what]
    with pytest.raises(RecordError, match="expected an id as QuickBooks gives it"):
        write_requests([request])
    good = sent(request)
    for text in (BAD, ""):
        document = good.replace(b"ABCDEF0123-9876543210", text.encode())
        (outcome,) = read_reply(books.process(document)).outcomes
        if not text and what == "a reference in a Mod":
            assert outcome.code == 3120  # it is cleared; the record is not there
            continue
        field = WORDS.get(what, "txn id" if what in BY_TXN else "list id")
        assert outcome.code == 3000
        assert outcome.message == f'The given object ID "{text}" in the field "{field}" is invalid.'
        assert not is_transient(outcome.code, outcome.message)
        assert "expected an id as QuickBooks gives it" in books.last_fault
        path = tmp_path / "document.xml"
        path.write_bytes(document)
        assert main(["check", str(path)]) == 1
        assert f"got {text!r}" in capsys.readouterr().out


def test_one_malformed_id_costs_its_own_request_alone(books):
    document = sent(SENT["a query"]).replace(b"ABCDEF0123-9876543210", b"x")
    vendor = write_requests([Request.add(Vendor(name="A"))]).partition(b'onError="')[2].partition(b">")[2]
    both = document.replace(b"</QBXMLMsgsRq>", vendor.partition(b"</QBXMLMsgsRq>")[0] + b"</QBXMLMsgsRq>")
    both = both.replace(b"stopOnError", b"continueOnError")
    assert [outcome.code for outcome in read_reply(books.process(both)).outcomes] == [3000, 0]


# --- what Procore says -----------------------------------------------------------------------------------------------


def test_an_item_that_procore_calls_by_no_id_of_quickbooks_is_refused_and_says_so():
    with Office() as office:
        vendor = VendorCompany(id=35, name="Alder Creek", origin_id="vendor_origin_id")
        detail = office.one(CreateVendor(company_id=7, request_detail_id=1, vendor=vendor))
        (refusal,) = detail.refusals
        assert refusal.code is RefusalCode.VALUE
        assert "its QuickBooks id is given as 'vendor_origin_id', which is not an id" in refusal.words
        assert office.names("Vendor") == []


def test_a_cost_code_by_no_id_of_quickbooks_does_not_hold_up_the_job():
    code = CostCode(id=1, code="01", full_code="01", name="x", standard_cost_code_origin_id="origin_id")
    other = CostCode(id=2, code="02", full_code="02", name="x", origin_id="job_origin_id|item_origin_id")
    request = CreateOrUpdateJob(job=Project(id=1, name="Harbour"), all_cost_codes=(code, other))
    with Office() as office:
        close_out = run(perform(request, office.links, BOOKS), Memory(office.line))
        assert close_out.ok
        assert office.names("Customer") == ["Harbour"]
        assert any("not an id that QuickBooks issues" in note for note in close_out.details[0].messages)
        assert run(ask_all([Request.query(VendorQuery())]), Memory(office.line))


def test_what_ids_look_like_does_not_depend_on_the_shape():
    for shape in (ADD, MOD, QUERY):
        assert Id("TxnID").fault_in(shape, "x") == Id("TxnID").fault("x")
    assert Id("TxnID").fault_in(RET, "x") is None


# --- ids of another company file -------------------------------------------------------------------------------------


def put(company, record):
    (outcome,) = run(ask_all([Request.add(record)]), Memory(company.process))
    return outcome.record(type(record))


def elsewhere(record_id):
    """The id of the same record in a copy that went its own way: its number, made at another time."""
    return f"{record_id.partition('-')[0]}-1000000000"


def not_there_at_all(record_id):
    return f"7{record_id}"


@pytest.fixture
def trade(books):
    account = put(books, Account(name="Cost", account_type="CostOfGoodsSold"))
    bank = put(books, Account(name="Bank", account_type="Bank"))
    vendor, customer = put(books, Vendor(name="Alder")), put(books, Customer(name="Gym"))
    service = SalesOrPurchase(price=Decimal(5), account_ref=Ref(list_id=account.list_id))
    item = put(books, ItemService(name="Work", sales_or_purchase=service))
    line = PurchaseOrderLine(item_ref=Ref(list_id=item.list_id), quantity=Decimal(2), rate=Decimal(5))
    order = put(books, PurchaseOrder(vendor_ref=Ref(list_id=vendor.list_id), lines=(line,)))
    lines = (ItemLine(item_ref=Ref(list_id=item.list_id), amount=Decimal(9)),)
    bill = put(books, Bill(vendor_ref=Ref(list_id=vendor.list_id), item_lines=lines))
    return {"bank": bank, "vendor": vendor, "customer": customer, "item": item, "order": order, "bill": bill}


def about(trade, wrong):
    """Requests by what they name in the wrong, and what is answered where there is no such number at all."""
    vendor, item, order, bill = (trade[name] for name in ("vendor", "item", "order", "bill"))
    by = Ref(list_id=vendor.list_id)
    bad_vendor, bad_bill = wrong(vendor.list_id), wrong(bill.txn_id)
    link = LinkToTxn(txn_id=wrong(order.txn_id), txn_line_id=order.lines[0].txn_line_id)
    paid = BillPaymentCheck(
        payee_entity_ref=by,
        bank_account_ref=Ref(list_id=trade["bank"].list_id),
        is_to_be_printed=True,
        applied_to_txns=(AppliedToTxn(txn_id=bad_bill, payment_amount=Decimal(1)),),
    )
    return {
        "a reference": (Request.add(Bill(vendor_ref=Ref(list_id=bad_vendor))), 3140),
        "a reference in a line": (
            Request.add(Bill(vendor_ref=by, item_lines=(ItemLine(item_ref=Ref(list_id=wrong(item.list_id))),))),
            3140,
        ),
        "a parent": (
            Request.add(Customer(name="Job", parent_ref=Ref(list_id=wrong(trade["customer"].list_id)))),
            3130,
        ),
        "a Mod": (Request.mod(Vendor(list_id=bad_vendor, edit_sequence="1")), 3120),
        "a Mod of a transaction": (Request.mod(Bill(txn_id=bad_bill, edit_sequence="1")), 3120),
        "a deletion": (Request.command(ListDel(list_del_type="Vendor", list_id=bad_vendor)), 3120),
        "a deletion of a transaction": (Request.command(TxnDel(txn_del_type="Bill", txn_id=bad_bill)), 3120),
        "a void": (Request.command(TxnVoid(txn_void_type="Bill", txn_id=bad_bill)), 3120),
        "a merge": (
            Request.command(
                ListMerge(
                    list_merge_type="Vendor",
                    merge_from=MergeSide(list_id=bad_vendor, edit_sequence="1"),
                    merge_to=MergeSide(list_id=vendor.list_id, edit_sequence=vendor.edit_sequence),
                )
            ),
            3120,
        ),
        "a link": (Request.add(Bill(vendor_ref=by, link_to_txn_ids=(wrong(order.txn_id),))), 3000),
        "a link of a line": (Request.add(Bill(vendor_ref=by, item_lines=(ItemLine(link_to_txn=link),))), 3000),
        "a payment": (Request.add(paid), 3120),
        "a query of bills to pay": (Request.query(BillToPayQuery(payee_entity_ref=Ref(list_id=bad_vendor))), 3140),
        "a query by id": (Request.query(VendorQuery(list_ids=(bad_vendor,))), 500),
    }


def test_the_id_of_another_company_file_is_known_by_its_number(books, trade):
    others, none = about(trade, elsewhere), about(trade, not_there_at_all)
    for what, (request, code) in others.items():
        (outcome,) = run(ask_all([request]), Memory(books.process))
        assert outcome.code == (3240 if code != 500 else 500), what
        words = re.fullmatch(
            r'Object "([0-9A-F]+-1000000000)" specified in the request cannot be found\.', outcome.message
        )
        assert words or code == 500, what
    for what, (request, code) in none.items():
        (outcome,) = run(ask_all([request]), Memory(books.process))
        assert outcome.code == code, what
    assert [len(list(books.records(kind))) for kind in ("Bill", "PurchaseOrder", "Vendor", "BillPaymentCheck")] == [
        1,
        1,
        1,
        0,
    ]


def test_a_number_of_another_list_says_nothing(books, trade):
    for other in (trade["customer"].list_id, trade["bill"].txn_id):
        gone = Request.command(ListDel(list_del_type="Vendor", list_id=elsewhere(other)))
        assert run(ask_all([gone]), Memory(books.process))[0].code == 3120


def test_what_came_after_a_backup_is_an_id_of_another_file_once_its_number_is_given_out_again(tmp_path):
    ticks = itertools.count(1_700_000_000)
    with CompanyFile.create(tmp_path / "books.company", clock=lambda: next(ticks)) as books:
        books.copy(tmp_path / "backup.company")
        lost = put(books, Vendor(name="Lost"))
        books.restore(tmp_path / "backup.company")
        mod = Request.mod(Vendor(list_id=lost.list_id, edit_sequence=lost.edit_sequence, name="Found"))
        assert run(ask_all([mod]), Memory(books.process))[0].code == 3120
        new = put(books, Vendor(name="New"))
        assert new.list_id.partition("-")[0] == lost.list_id.partition("-")[0]
        assert run(ask_all([mod]), Memory(books.process))[0].code == 3240
        assert [vendor.name for vendor in books.records("Vendor")] == ["New"]


def test_a_commitment_whose_vendor_is_another_files_is_told_as_gone():
    told = refusal(Outcome(name="PurchaseOrderAddRs", code=3240, message='Object "1-2" cannot be found.'))
    assert told.code is RefusalCode.GONE
    assert "may be that of another company file" in told.words
