"""What people do to a company file: each deed leaves behind what a program's request would, and obeys the same rules."""

import datetime as dt
import threading
import uuid

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procore_qbd import Edition, Ref, Request, changes, erase
from procore_qbd.codes import Effect
from procore_qbd.errors import CompanyFileError, EngineError
from procore_qbd.qbxml import Iteration, Macro
from procore_qbd.qbxml.entities import entity
from procore_qbd.qbxml.entities.accounts import Account
from procore_qbd.qbxml.entities.bill_payments import BillPaymentCheck, BillPaymentCreditCard
from procore_qbd.qbxml.entities.bills import Bill, BillExpenseLine, BillQuery, ItemLine
from procore_qbd.qbxml.entities.checks import Check
from procore_qbd.qbxml.entities.custom_fields import DataExt, DataExtDef
from procore_qbd.qbxml.entities.deletions import ListDeletedQuery, TxnDel, TxnDeletedQuery, TxnDelType
from procore_qbd.qbxml.entities.deposits import Deposit, DepositLine
from procore_qbd.qbxml.entities.employees import Employee
from procore_qbd.qbxml.entities.estimates import Estimate, EstimateLine
from procore_qbd.qbxml.entities.inventory_items import ItemInventory
from procore_qbd.qbxml.entities.item_receipts import ItemReceipt
from procore_qbd.qbxml.entities.journal_entries import JournalCreditLine, JournalDebitLine, JournalEntry
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrderLine
from procore_qbd.qbxml.entities.receive_payments import ReceivePayment
from procore_qbd.qbxml.entities.sales_receipts import SalesReceipt, SalesReceiptLine
from procore_qbd.qbxml.entities.shared.common import Contact
from procore_qbd.qbxml.entities.shared.transactions import AppliedToTxn
from procore_qbd.qbxml.entities.terms import StandardTerms
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery
from procore_qbd.simulator import CompanyFile
from procore_qbd.simulator.faults import Point, Slow, Trouble
from procore_qbd.simulator.kinds import KINDS
from support.company import Clock, ask, code, put, say
from support.examples import examples
from support.merging import dangling
from support.people import (
    ALDER,
    BANK,
    BIRCH,
    COSTS,
    GYM,
    WORK,
    D,
    bill,
    furnish,
    invoice,
    kept,
    linked,
    only,
    order,
)

MAY = dt.date(2023, 5, 1)


@pytest.fixture
def books(clock):
    with CompanyFile.create(clock=clock) as company:
        furnish(company)
        yield company


@pytest.fixture
def user(books):
    return books.as_user()


def balances(company):
    """What every account holds, and what everybody owes or is owed."""
    return {
        (kind, record.list_id): record.balance
        for kind in ("Account", "Customer", "Vendor")
        for record in company.records(kind)
    }


# --- a person and a program ------------------------------------------------------------------------------------------


def test_what_a_person_does_is_what_a_program_would_have_done(clock):
    """The same deeds, once by hand and once by requests: the files are the same to the last byte of every record."""
    with CompanyFile.create(clock=clock) as by_hand, CompanyFile.create(clock=clock) as by_program:
        for company in (by_hand, by_program):
            furnish(company)
        user = by_hand.as_user()

        def program(after, before=None):
            request = Request.add(after) if before is None else Request.mod(changes(before, after))
            assert code(by_program, request) == 0

        user.add(order(5, 7))
        program(order(5, 7))
        clock.now += 60
        whole = only(by_hand, "PurchaseOrder")
        wanted = attrs.evolve(
            whole, memo="by hand", lines=(attrs.evolve(whole.lines[0], quantity=D(9)), whole.lines[1])
        )
        assert user.edit(wanted) == only(by_hand, "PurchaseOrder")
        program(wanted, whole)
        assert only(by_hand, "PurchaseOrder").lines[0].amount == 9
        user.add(linked(whole))
        program(linked(whole))
        vendor = only(by_hand, "Vendor", "Alder")
        user.rename(vendor, "Alder Creek")
        program(attrs.evolve(vendor, name="Alder Creek"), vendor)
        assert kept(by_hand) == kept(by_program)


def test_a_program_notices_what_a_person_did(books, user, clock):
    before = put(books, order(10))
    clock.now += 10
    user.edit(attrs.evolve(before, memo="changed by hand"))
    late = Request.mod(changes(before, attrs.evolve(before, memo="changed by a program")))
    assert code(books, late) == 3200
    assert only(books, "PurchaseOrder").time_modified.raw > before.time_modified.raw


def test_a_person_notices_what_a_program_did(books, user):
    before = put(books, order(10))
    assert code(books, Request.mod(changes(before, attrs.evolve(before, memo="by a program")))) == 0
    with pytest.raises(CompanyFileError, match=r"edit sequence .* is out-of-date"):
        user.edit(attrs.evolve(before, memo="by hand"))


def test_iterators_go_on_over_what_people_do(books, user):
    for number in range(6):
        user.add(bill(number + 1, ref_number=str(number)))
    one = Request.query(BillQuery(max_returned=2), iterator=Iteration.START)
    (first,) = say(books, one)
    gone, changed_ = list(books.records("Bill"))[2:4]
    user.delete(gone)
    user.edit(attrs.evolve(changed_, memo="seen"))
    rest = Request.query(BillQuery(max_returned=9), iterator=Iteration.CONTINUE, iterator_id=first.iterator_id)
    (second,) = say(books, rest)
    assert [found.ref_number for found in second.found] == ["3", "4", "5"]
    assert second.found[0].memo == "seen"


def test_people_and_programs_take_turns(books):
    """Many at once: nobody's work is lost, and no two records get one id."""

    def program():
        for number in range(10):
            put(books, Vendor(name=f"program {number}"))

    def person(who):
        user = books.as_user()
        for number in range(10):
            user.rename(user.add(Vendor(name=f"{who} {number}")), f"{who}, {number}")

    seen = []

    def onlooker():
        for _ in range(20):
            seen.append((books.edition, books.versions[-1], books.name, books.file_id, books.closing_date))
            seen.append(len({vendor.list_id for vendor in books.records("Vendor")}))

    there = (books.edition, books.versions[-1], books.name, books.file_id, books.closing_date)
    threads = [
        threading.Thread(target=program),
        threading.Thread(target=onlooker),
        *(threading.Thread(target=person, args=(who,)) for who in "ab"),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = list(books.records("Vendor"))
    assert len(found) == len({vendor.list_id for vendor in found}) == 32
    assert seen[::2] == [there] * 20
    assert seen[1::2] == sorted(seen[1::2])


READING = {
    "edition": lambda books: books.edition,
    "versions": lambda books: books.versions,
    "name": lambda books: books.name,
    "file_id": lambda books: books.file_id,
    "closing_date": lambda books: books.closing_date,
    "preferences": lambda books: books.preferences,
    "records": lambda books: list(books.records("Vendor")),
    "show": lambda books: str(books.show()),
    "as_user": lambda books: books.as_user(),
}


@pytest.mark.parametrize("what", READING)
def test_who_only_reads_waits_until_the_request_at_work_is_carried_out(books, what):
    order_of_ends = []

    def reads():
        READING[what](books)
        order_of_ends.append("reader")

    reader = threading.Thread(target=reads)

    def while_at_work(_):
        reader.start()
        reader.join(0.1)
        order_of_ends.append("program")

    books.faults.sleep = while_at_work
    books.faults.order(Slow(1, Point.WRITTEN))
    put(books, Vendor(name="Late"))
    reader.join()
    assert order_of_ends == ["program", "reader"]


@pytest.mark.parametrize("point", [point for point in Point if point is not Point.WRITTEN])
def test_people_get_on_with_their_work_before_between_and_after_the_requests_of_a_document(books, point):
    user, vendor = books.as_user(), put(books, Vendor(name="Elm"))

    def while_it_waits(_):
        person = threading.Thread(target=lambda: user.rename(vendor, "Elm & Sons"), daemon=True)
        person.start()
        person.join(20)
        assert not person.is_alive()

    books.faults.sleep = while_it_waits
    books.faults.order(Slow(1, point))
    first, second = say(books, Request.add(Vendor(name="Fir")), Request.query(VendorQuery(list_ids=(vendor.list_id,))))
    assert first.ok
    names = [one.name for one in second.found]
    assert names == ["Elm" if point in (Point.DONE, Point.ANSWERED) else "Elm & Sons"]
    assert {"Elm & Sons", "Fir"} <= {one.name for one in books.records("Vendor")}


@pytest.mark.parametrize("point", [Point.KEPT, Point.WRITTEN])
@pytest.mark.parametrize(
    "act",
    [lambda books, _: books.close(), lambda books, backup: books.restore(backup), lambda books, _: books.end_session()],
    ids=["close", "restore", "end_session"],
)
def test_who_is_called_back_by_a_document_cannot_close_or_restore_the_file_under_it(tmp_path, books, act, point):
    books.copy(tmp_path / "backup")
    said = []

    def while_at_work(_):
        with pytest.raises(CompanyFileError, match="a document is being answered") as caught:
            act(books, tmp_path / "backup")
        said.append(caught)

    books.faults.sleep = while_at_work
    books.faults.order(Slow(1, point))
    assert [one.ok for one in say(books, *(Request.add(Vendor(name=name)) for name in ("Elm", "Fir")))] == [True, True]
    assert len(said) == 1
    assert {"Elm", "Fir"} <= {one.name for one in books.records("Vendor")}


def test_a_document_that_is_sent_while_another_is_answered_finds_quickbooks_busy(books):
    said = []

    def while_at_work(_):
        with pytest.raises(EngineError) as caught:
            say(books, Request.add(Vendor(name="Fir")))
        said.append((caught.value.hresult, caught.value.effect))

    books.faults.sleep = while_at_work
    books.faults.order(Slow(1, Point.KEPT))
    put(books, Vendor(name="Elm"))
    assert said == [(Trouble.BUSY, Effect.NOT_DONE)]
    assert "Fir" not in {one.name for one in books.records("Vendor")}


def test_what_a_person_enters_meanwhile_has_nothing_to_do_with_the_macros_of_a_document(books):
    user = books.as_user()

    def while_it_waits(_):
        user.add(bill(ref_number="by hand"))

    books.faults.sleep = while_it_waits
    books.faults.order(Slow(1, Point.KEPT))
    made, paid = say(
        books,
        Request.add(attrs.evolve(bill(ref_number="by program"), def_macro="TxnID:mine")),
        Request.add(
            BillPaymentCheck(
                payee_entity_ref=ALDER,
                bank_account_ref=BANK,
                is_to_be_printed=True,
                applied_to_txns=(AppliedToTxn(txn_id=Macro("TxnID:mine"), payment_amount=D(5)),),
            )
        ),
    )
    assert (made.code, paid.code) == (0, 0)
    open_ = {one.ref_number: one.is_paid for one in books.records("Bill")}
    assert {one.txn_id for one in paid.found[0].applied_to_txns} == {made.found[0].txn_id}
    assert open_["by hand"] is False


def test_the_ids_that_are_thrown_by_dice_come_from_the_source_that_was_given(tmp_path):
    def numbered():
        count = iter(range(1, 9))
        return lambda: uuid.UUID(int=next(count))

    def replies(path):
        with CompanyFile.create(path, clock=lambda: 1_700_000_000, new_uuid=numbered()) as company:
            for name in "ABC":
                put(company, Vendor(name=name))
            yield company.file_id
            (outcome,) = say(company, Request.query(VendorQuery(max_returned=1), iterator=Iteration.START))
            yield outcome.iterator_id

    ids = ["00000000-0000-0000-0000-000000000001", "{00000000-0000-0000-0000-000000000002}"]
    assert list(replies(tmp_path / "one.company")) == ids
    assert list(replies(tmp_path / "two.company")) == ids


# --- editing ---------------------------------------------------------------------------------------------------------


def test_lines_are_changed_added_and_deleted(user):
    before = user.add(order(1, 2, 3))
    one, two, _ = before.lines
    new = PurchaseOrderLine(item_ref=WORK, quantity=D(4), rate=D(1))
    after = user.edit(attrs.evolve(before, lines=(one, attrs.evolve(two, quantity=D(20)), new)))
    assert [line.amount for line in after.lines] == [1, 20, 4]
    assert [line.txn_line_id for line in after.lines[:2]] == [one.txn_line_id, two.txn_line_id]
    assert after.total_amount == 25
    assert int(after.edit_sequence) > int(before.edit_sequence)
    alone = user.edit(attrs.evolve(after, memo="no lines named", lines=()))
    assert alone.lines == after.lines


def test_a_journal_entry_is_edited_line_by_line(books, user):
    lines = (JournalDebitLine(account_ref=COSTS, amount=D(5)), JournalCreditLine(account_ref=BANK, amount=D(5)))
    entry = user.add(JournalEntry(lines=lines))
    wanted = (*(attrs.evolve(line, amount=D(7)) for line in entry.lines),)
    extra = (JournalDebitLine(account_ref=COSTS, amount=D(1)), JournalCreditLine(account_ref=BANK, amount=D(1)))
    after = user.edit(attrs.evolve(entry, lines=wanted + extra))
    assert [line.amount for line in after.lines] == [7, 7, 1, 1]
    assert only(books, "Account", "Bank").balance == -8


def test_what_shall_be_empty_is_erased_and_what_is_not_said_stays(user):
    vendor = user.add(Vendor(name="Cedar", phone="1", fax="2", contacts=(Contact(first_name="Al"),)))
    after = user.edit(erase(vendor, "phone"))
    assert (after.phone, after.fax, len(after.contacts)) == (None, "2", 1)
    with pytest.raises(CompanyFileError, match="nothing that a person can type is changed"):
        user.edit(attrs.evolve(after, fax=None, balance=D(99)))


def test_records_that_programs_cannot_modify_are_edited(user):
    terms = user.add(StandardTerms(name="Net 30", std_due_days=30))
    assert user.edit(attrs.evolve(terms, std_due_days=45)).std_due_days == 45
    assert user.rename(terms, "Net 45").name == "Net 45"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "x" * 42}, "at most 41 characters"),
        ({"name": "Birch"}, "Cannot merge list elements.; Birch: the name is in use"),
        ({"name": "School"}, "Cannot merge list elements.; School: the name is in use"),
        ({"name": "a:b"}, r"Names in this list cannot contain a colon \(:\)."),
        ({"name": ""}, "Name"),
        ({"terms_ref": Ref(full_name="Net 30")}, 'invalid reference to QuickBooks Terms "Net 30"'),
        ({"list_id": "80000099-1"}, "cannot be found"),
    ],
)
def test_what_cannot_be_typed_is_refused_and_nothing_changes(books, user, change, words):
    before = kept(books)
    with pytest.raises(CompanyFileError, match=words):
        user.edit(attrs.evolve(only(books, "Vendor", "Alder"), **change))
    assert kept(books) == before


def test_custom_fields_are_made_and_filled(books, user):
    user.add(DataExtDef(owner_id="0", data_ext_name="Site", data_ext_type="STR255TYPE", assign_to_objects=("Vendor",)))
    vendor = only(books, "Vendor", "Alder")
    value = {"owner_id": "0", "data_ext_name": "Site", "data_ext_value": "North"}
    user.add(DataExt(list_data_ext_type="Vendor", list_obj_ref=Ref(list_id=vendor.list_id), **value))
    assert [one.value for one in only(books, "Vendor", "Alder").custom_fields] == ["North"]
    with pytest.raises(CompanyFileError, match="cannot be found"):
        user.edit(DataExt(**value))


def test_what_another_edition_has_cannot_be_entered():
    with CompanyFile.create(edition=Edition.CA) as company, pytest.raises(CompanyFileError, match="US"):
        company.as_user().add(
            Vendor(name="A", is_vendor_eligible_for_1099=True, vendor_tax_ident="1", tax_registration_number="x" * 31)
        )


# --- lists -----------------------------------------------------------------------------------------------------------


def test_a_deleted_record_is_listed_as_deleted(books, user):
    vendor = user.add(Vendor(name="Cedar"))
    user.delete(vendor)
    assert [one.full_name for one in ask(books, ListDeletedQuery(list_del_types=("Vendor",)))] == ["Cedar"]
    with pytest.raises(CompanyFileError, match="cannot be found"):
        user.delete(vendor)
    user.add(bill())
    with pytest.raises(CompanyFileError, match=only(books, "Vendor", "Alder").list_id):
        user.delete(only(books, "Vendor", "Alder"))


def test_a_merged_record_leaves_its_bills_to_the_winner(books, user):
    user.add(bill(100))
    user.add(bill(30, BIRCH))
    loser, winner = only(books, "Vendor", "Alder"), only(books, "Vendor", "Birch")
    after = user.merge(loser, winner)
    assert (after.list_id, after.balance) == (winner.list_id, 130)
    assert {one.vendor_ref.full_name for one in books.records("Bill")} == {"Birch"}
    assert code(books, Request.query(VendorQuery(list_ids=(loser.list_id,)))) == 500
    assert dangling(books) == []
    with pytest.raises(CompanyFileError, match="ListMergeType"):
        user.merge(user.add(StandardTerms(name="a")), user.add(StandardTerms(name="b")))


def test_a_new_name_is_everywhere(books, user):
    user.add(order(1))
    user.rename(only(books, "Customer", "School"), "Academy")
    assert only(books, "PurchaseOrder").lines[0].customer_ref.full_name == "Academy:Gym"


def test_an_employee_is_not_renamed_as_a_whole(user):
    person = user.add(Employee(first_name="Rosa", last_name="Delgado"))
    with pytest.raises(CompanyFileError, match="first, middle and last name"):
        user.rename(person, "Rosa")
    assert user.edit(attrs.evolve(person, last_name="Marin")).name == "Rosa Marin"


def test_a_record_at_rest_is_found_by_those_who_ask_for_it_alone(books, user):
    vendor = only(books, "Vendor", "Alder")
    assert not user.deactivate(vendor).is_active
    assert [one.name for one in ask(books, VendorQuery())] == ["Birch"]
    assert user.activate(vendor).is_active  # as it was read first, whatever was done to it since
    assert len(ask(books, VendorQuery())) == 2
    with pytest.raises(CompanyFileError, match="it has no is_active"):
        user.deactivate(user.add(bill()))


# --- transactions ----------------------------------------------------------------------------------------------------


def test_an_order_that_is_closed_by_hand_takes_no_bill(books, user):
    there = put(books, order(5, 7))
    closed = user.close(there)
    assert closed.is_manually_closed
    assert all(line.is_manually_closed for line in closed.lines)
    assert code(books, Request.add(linked(there))) == 570
    assert not user.reopen(closed).is_manually_closed
    assert code(books, Request.add(linked(there))) == 0
    with pytest.raises(CompanyFileError, match="a Bill cannot be closed"):
        user.close(only_linked(books))


def only_linked(books):
    return next(one for one in books.records("Bill") if one.linked_txns)


def test_a_bill_is_paid_by_check_or_by_card(books, user):
    first, second = user.add(bill(100)), user.add(bill(60))
    check = user.pay(first, "Bank", D(40))
    assert isinstance(check, BillPaymentCheck)
    assert isinstance(user.pay(second, "Card"), BillPaymentCreditCard)
    assert [one.is_paid for one in books.records("Bill")] == [False, True]
    assert user.pay(first, "Bank").amount == 60
    assert all(one.is_paid for one in books.records("Bill"))
    assert (only(books, "Account", "Bank").balance, only(books, "Account", "Card").balance) == (-100, 60)
    with pytest.raises(CompanyFileError, match="nothing of it is open"):
        user.pay(second, "Bank", D(1))
    with pytest.raises(CompanyFileError, match='"Costs"'):
        user.pay(user.add(bill()), "Costs")


def test_an_invoice_is_paid_into_undeposited_funds(books, user):
    there = user.add(invoice(100))
    assert user.receive(there, D(30)).deposit_to_account_ref.full_name == "Undeposited Funds"
    assert user.receive(there).total_amount == 70
    assert only(books, "Invoice").is_paid
    assert only(books, "Account", "Undeposited Funds").balance == 100


def test_a_voided_bill_opens_its_order_again(books, user):
    there = put(books, order(5))
    paper = put(books, linked(there))
    assert only(books, "PurchaseOrder").is_fully_received
    voided = user.void(paper)
    assert (voided.amount_due, voided.memo) == (0, "VOID:")
    assert not only(books, "PurchaseOrder").is_fully_received
    with pytest.raises(CompanyFileError, match="TxnVoidType"):
        user.void(there)


def test_a_deleted_transaction_is_listed_as_deleted(books, user):
    there = put(books, order(5))
    paper = put(books, linked(there))
    with pytest.raises(CompanyFileError, match=there.txn_id):
        user.delete(there)
    user.delete(paper)
    user.delete(there)
    gone = ask(books, TxnDeletedQuery(txn_del_types=("Bill", "PurchaseOrder")))
    assert [one.txn_id for one in gone] == [paper.txn_id, there.txn_id]


def test_closed_books_are_closed_for_people_too(books, user):
    old = user.add(bill(txn_date=MAY))
    books.closing_date = MAY
    before = kept(books)
    for deed in (
        lambda: user.edit(attrs.evolve(old, memo="x")),
        lambda: user.delete(old),
        lambda: user.void(old),
        lambda: user.add(bill(txn_date=MAY)),
        lambda: user.edit(attrs.evolve(user.add(bill()), txn_date=MAY)),
    ):
        with pytest.raises(CompanyFileError, match=r"the books are closed up to"):
            deed()
    user.delete(list(books.records("Bill"))[-1])
    assert kept(books) == before


def test_what_is_switched_off_is_off_for_people_too(books, user):
    books.prefer(is_using_estimates=False)
    with pytest.raises(CompanyFileError, match="is_using_estimates is off"):
        user.add(Estimate(customer_ref=GYM, lines=(EstimateLine(item_ref=WORK),)))


GUID = "{0a7d1a7e-5f0e-4c64-9d0d-3a4f0f1c2b3d}"


@pytest.mark.parametrize(
    "ours",
    [
        bill(txn_date=MAY, ref_number="A-1", memo="ours", external_guid=GUID),
        order(5, 7, txn_date=MAY, ref_number="A-1", memo="ours", external_guid=GUID),
        invoice(txn_date=MAY, ref_number="A-1", memo="ours", external_guid=GUID),
        Check(
            account_ref=BANK,
            payee_entity_ref=ALDER,
            ref_number="A-1",
            external_guid=GUID,
            expense_lines=bill().expense_lines,
        ),
    ],
    ids=lambda record: type(record).__name__,
)
def test_a_similar_transaction_has_all_but_what_is_ours(books, user, ours):
    theirs, mine = user.enter_similar(ours), put(books, ours)
    again = user.enter_similar(only_with(books, mine))
    rule = KINDS[type(ours).__name__]
    for one in (theirs, again):
        assert one.txn_id != mine.txn_id
        for name in (rule.entity, "txn_date", "ref_number", *rule.totals):
            assert getattr(one, name) == getattr(mine, name), name
        assert (one.external_guid, one.memo) == (None, None)


def only_with(books, record):
    (found,) = (one for one in books.records(type(record).__name__) if one.txn_id == record.txn_id)
    return found


def test_a_similar_bill_for_an_order_leaves_the_order_alone(books, user):
    there = put(books, order(5, 7))
    theirs = user.enter_similar(linked(there, at=1, quantity=D(3)))
    assert (theirs.amount_due, theirs.linked_txns) == (3, ())
    whole = user.enter_similar(Bill(vendor_ref=ALDER, link_to_txn_ids=(there.txn_id,)))
    assert (whole.amount_due, len(whole.item_lines), whole.linked_txns) == (12, 2, ())
    assert not only(books, "PurchaseOrder").is_fully_received
    assert [line.customer_ref.full_name for line in whole.item_lines] == ["School:Gym"] * 2


@pytest.mark.parametrize(
    "ours",
    [
        bill(ref_number="A-1", memo="ours", external_guid=GUID),
        order(5, 7, ref_number="A-1", memo="ours", external_guid=GUID),
        Estimate(
            customer_ref=GYM,
            ref_number="A-1",
            external_guid=GUID,
            lines=(EstimateLine(item_ref=WORK, desc="ours", quantity=D(1), rate=D(5)),),
        ),
    ],
    ids=lambda record: type(record).__name__,
)
def test_a_copy_has_all_of_it_also_the_guid_but_another_number(books, user, ours):
    mine = put(books, ours)
    copy = user.create_copy(mine)
    rule = KINDS[type(ours).__name__]
    assert copy.txn_id != mine.txn_id
    assert copy.ref_number != mine.ref_number
    for name in (rule.entity, "txn_date", "memo", "external_guid", *rule.totals):
        assert getattr(copy, name) == getattr(mine, name), name
    for name in rule.lines:
        words = [[getattr(line, "desc", None) for line in getattr(one, name)] for one in (copy, mine)]
        assert words[0] == words[1]


def test_only_transactions_can_be_entered_again_by_hand(user):
    with pytest.raises(CompanyFileError, match="only transactions can be entered again by hand"):
        user.enter_similar(Vendor(name="Alder"))
    with pytest.raises(CompanyFileError, match="only transactions can be entered again by hand"):
        user.create_copy(user.add(Vendor(name="Cedar")))


# --- locks -----------------------------------------------------------------------------------------------------------


def test_what_a_person_has_open_is_in_use_for_all_others(books, user):
    there = put(books, order(5))
    other = books.as_user()
    with user.editing(there) as open_:
        delete = Request.command(TxnDel(txn_del_type="PurchaseOrder", txn_id=there.txn_id))
        assert code(books, delete) == 3160
        assert code(books, Request.add(linked(there))) == 3176
        with pytest.raises(CompanyFileError, match="is already in use"):
            other.close(there)
        with pytest.raises(CompanyFileError, match="is already in use"), other.editing(there):
            pass
        user.edit(attrs.evolve(open_, memo="saved while open"))
        assert code(books, delete) == 3160
    assert other.close(there).memo == "saved while open"
    assert code(books, Request.command(TxnDel(txn_del_type="PurchaseOrder", txn_id=there.txn_id))) == 0


def test_an_open_record_is_closed_when_something_goes_wrong(books, user):
    there = put(books, order(5))
    with pytest.raises(CompanyFileError), user.editing(there):
        user.void(there)
    assert books.faults.held == frozenset()


# --- condensing ------------------------------------------------------------------------------------------------------


def some(which, found):
    """One of several, None of none."""
    found = list(found)
    return found[which % len(found)] if found else None


def a_bill(_, user, day, amount, which):
    user.add(bill(amount, (ALDER, BIRCH)[which % 2], txn_date=day))


def a_bill_paid(company, user, day, amount, which):
    if there := some(which, (one for one in company.records("Bill") if not one.is_paid)):
        part = None if which % 3 else min(amount, there.open_amount)
        user.edit(attrs.evolve(user.pay(there, "Bank", part), txn_date=day))


def a_bill_paid_by_card(company, user, day, _, which):
    if there := some(which, (one for one in company.records("Bill") if not one.is_paid)):
        user.edit(attrs.evolve(user.pay(there, "Card"), txn_date=day))


def an_invoice(_, user, day, amount, __):
    user.add(invoice(amount, txn_date=day))


def an_invoice_paid(company, user, day, _, which):
    if there := some(which, (one for one in company.records("Invoice") if not one.is_paid)):
        user.edit(attrs.evolve(user.receive(there), txn_date=day))


def a_deposit(company, user, day, _, which):
    taken = {line.txn_id for one in company.records("Deposit") for line in one.lines}
    if there := some(which, (one for one in company.records("ReceivePayment") if one.txn_id not in taken)):
        user.add(Deposit(deposit_to_account_ref=BANK, txn_date=day, lines=(DepositLine(payment_txn_id=there.txn_id),)))


def a_check(_, user, day, amount, which):
    line = BillExpenseLine(account_ref=COSTS, amount=amount)
    to = (ALDER, BIRCH)[which % 2]
    user.add(Check(account_ref=BANK, payee_entity_ref=to, txn_date=day, is_to_be_printed=True, expense_lines=(line,)))


def a_journal_entry(_, user, day, amount, __):
    owes = JournalDebitLine(account_ref=Ref(full_name="Accounts Receivable"), amount=amount, entity_ref=GYM)
    equity = JournalCreditLine(account_ref=Ref(full_name="Equity"), amount=amount)
    user.add(JournalEntry(txn_date=day, lines=(owes, equity)))


def an_order(_, user, day, __, which):
    there = user.add(order(which + 1, txn_date=day))
    if which % 3 == 0:
        user.close(there)


def a_bill_for_an_order(company, user, day, _, which):
    waiting = (one for one in company.records("PurchaseOrder") if not one.is_fully_received)
    if there := some(which, (one for one in waiting if not one.is_manually_closed)):
        user.add(attrs.evolve(linked(there), txn_date=day))


def a_bill_voided(company, user, _, __, which):
    if there := some(which, (one for one in company.records("Bill") if not one.linked_txns)):
        user.void(there)


DAYS = st.integers(0, 60).map(lambda days: MAY + dt.timedelta(days))
MONEY = st.integers(1, 10**6).map(lambda cents: D(cents).scaleb(-2))
PAST = (
    *(a_bill, a_bill_paid, a_bill_paid_by_card, a_bill_for_an_order, a_bill_voided),
    *(an_invoice, an_invoice_paid, a_deposit, a_check, a_journal_entry, an_order),
)
DEEDS = st.lists(st.tuples(st.sampled_from(PAST), DAYS, MONEY, st.integers(0, 99)), min_size=3, max_size=14)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DEEDS, DAYS)
def test_condensing_changes_no_balance_and_nothing_that_stays(deeds, day):
    with CompanyFile.create(clock=Clock()) as company:
        furnish(company)
        user = company.as_user()
        user.add(Account(name="Accounts Receivable", account_type="AccountsReceivable"))
        for deed, *how in deeds:
            deed(company, user, *how)
        before, there = balances(company), transactions(company)
        company.condense(before=day)
        after = transactions(company)
        gone, made = there.keys() - after.keys(), after.keys() - there.keys()
        assert {key: value for key, value in balances(company).items() if value} == {
            key: value for key, value in before.items() if value
        }
        assert all(after[txn_id] == record for txn_id, record in there.items() if txn_id not in gone)
        assert not any(there[txn_id].txn_date >= day or is_waiting(there[txn_id], there) for txn_id in gone)
        assert dangling(company) == []
        assert [after[txn_id].txn_date for txn_id in made] == [day - dt.timedelta(1)] * len(made)
        assert len(made) <= 1
        assert ask(company, TxnDeletedQuery(txn_del_types=tuple(sorted(KINDS.keys() & set(TxnDelType))))) == ()
        for txn_id in gone:
            assert code(company, Request.query(entity(f"{kind_of(there[txn_id])}Query")(txn_ids=(txn_id,)))) == 500
        for record in after.values():
            ends = [link.txn_id for link in getattr(record, "linked_txns", ())]
            assert after.keys() >= set(ends)
            if record.txn_id not in made and record.txn_date < day:
                assert keeps_its_group(record, after, day), record
        company.condense(before=day)
        assert {key: value for key, value in balances(company).items() if value} == {
            key: value for key, value in before.items() if value
        }
        assert len(transactions(company)) == len(after)


def kind_of(record):
    return record.__record__.tag


def transactions(company):
    return {record.txn_id: record for kind in KINDS for record in company.records(kind)}


def keeps_its_group(record, there, day):
    """Whether anything that is linked to a transaction, over however many links, is not of the past or not closed."""
    group, to_see = set(), [record.txn_id]
    while to_see:
        one = to_see.pop()
        if one not in group:
            group.add(one)
            to_see += [txn_id for txn_id in there if one in linked_to(there[txn_id])] + linked_to(there[one])
    return any(there[one].txn_date >= day or is_waiting(there[one], there) for one in group)


def linked_to(record):
    applied = [one.txn_id for one in getattr(record, "applied_to_txns", ())]
    deposited = [line.txn_id for line in record.lines if line.txn_id] if kind_of(record) == "Deposit" else []
    return [link.txn_id for link in getattr(record, "linked_txns", ())] + applied + deposited


def is_waiting(record, there):
    kind = kind_of(record)
    if kind == "PurchaseOrder":
        return not (record.is_manually_closed or record.is_fully_received)
    if kind == "ReceivePayment":
        return not any(kind_of(one) == "Deposit" and record.txn_id in linked_to(one) for one in there.values())
    return kind in {"Bill", "Invoice"} and not record.is_paid


def test_what_is_paid_and_of_the_past_goes_and_the_entry_says_what_it_came_to(books, user):
    paid = user.add(bill(100, txn_date=MAY))
    user.edit(attrs.evolve(user.pay(paid, "Bank"), txn_date=MAY))
    open_ = user.add(bill(30, BIRCH, txn_date=MAY))
    user.add(invoice(70, txn_date=MAY))
    books.closing_date = MAY
    books.condense(before=MAY + dt.timedelta(days=1))
    entry = only(books, "JournalEntry")
    assert entry.txn_date == MAY
    assert [(type(line).__name__, line.account_ref.full_name, line.amount) for line in entry.lines] == [
        ("JournalCreditLine", "Bank", 100),
        ("JournalDebitLine", "Costs", 100),
    ]
    assert [one.txn_id for one in books.records("Bill")] == [open_.txn_id]
    assert only(books, "Vendor", "Birch").balance == 30
    assert books.closing_date == MAY
    assert list(books.records("BillPaymentCheck")) == []


def test_what_is_paid_later_stays_with_its_payment(books, user):
    paid = user.add(bill(100, txn_date=MAY))
    user.pay(paid, "Bank")
    books.condense(before=MAY + dt.timedelta(days=1))
    assert only(books, "Bill").is_paid
    assert list(books.records("JournalEntry")) == []


WAITING = {
    "an order": order(5, txn_date=MAY),
    "an estimate": Estimate(customer_ref=GYM, lines=(EstimateLine(item_ref=WORK, amount=D(5)),), txn_date=MAY),
    "an item receipt": ItemReceipt(vendor_ref=ALDER, expense_lines=bill().expense_lines, txn_date=MAY),
    "a payment that is not used": ReceivePayment(
        customer_ref=GYM, total_amount=D(5), is_auto_apply=False, deposit_to_account_ref=BANK, txn_date=MAY
    ),
    "money that is not deposited": SalesReceipt(
        customer_ref=GYM, lines=(SalesReceiptLine(item_ref=WORK, amount=D(5)),), txn_date=MAY
    ),
    "an invoice that is pending": invoice(0, txn_date=MAY, is_pending=True),
}


@pytest.mark.parametrize("record", WAITING.values(), ids=WAITING)
def test_what_waits_stays(books, user, record):
    there = user.add(record)
    books.condense(before=MAY + dt.timedelta(days=1))
    assert list(books.records(kind_of(there))) == [there]


def test_what_waits_no_more_goes(books, user):
    user.close(user.add(order(5, txn_date=MAY)))
    user.deactivate(user.add(WAITING["an estimate"]))
    books.condense(before=MAY + dt.timedelta(days=1))
    assert transactions(books) == {}


def test_stock_that_moved_stays(books, user):
    asset = user.add(Account(name="Stock", account_type="OtherCurrentAsset"))
    common = {"income_account_ref": Ref(full_name="Income"), "cogs_account_ref": COSTS}
    pipe = user.add(ItemInventory(name="Pipe", asset_account_ref=Ref(list_id=asset.list_id), **common))
    line = ItemLine(item_ref=Ref(list_id=pipe.list_id), quantity=D(10), cost=D(2))
    bought = user.add(Bill(vendor_ref=ALDER, item_lines=(line,), txn_date=MAY))
    user.edit(attrs.evolve(user.pay(bought, "Bank"), txn_date=MAY))
    books.condense(before=MAY + dt.timedelta(days=1))
    assert only(books, "Bill").is_paid
    assert only(books, "ItemInventory").quantity_on_hand == 10


def test_the_past_that_was_condensed_can_no_longer_change(books, user):
    there = put(books, bill(txn_date=MAY))
    books.condense(before=MAY + dt.timedelta(days=1))
    memo = Request.mod(changes(there, attrs.evolve(there, memo="x")))
    assert code(books, memo) == 3172
    assert code(books, Request.add(bill(txn_date=MAY))) == 3172
    assert code(books, Request.command(TxnDel(txn_del_type="Bill", txn_id=there.txn_id))) == 3172
    assert code(books, Request.add(bill(txn_date=MAY + dt.timedelta(days=1)))) == 0
    with pytest.raises(CompanyFileError, match="were condensed"):
        user.void(there)
    assert isinstance(user.pay(there, "Bank"), BillPaymentCheck)  # what it is, is not touched by what pays it
    books.condense(before=dt.date(2000, 1, 1))
    assert code(books, Request.add(bill(txn_date=MAY))) == 3172  # the past grows, and never shrinks
