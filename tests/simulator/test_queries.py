"""What queries of transactions find, against plain Python that looks at every transaction and knows no SQL."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procore_qbd import Request
from procore_qbd.qbxml import Iteration, MetaData, Moment
from procore_qbd.qbxml.entities import entity
from procore_qbd.qbxml.entities.bill_payments import BillPaymentCheck
from procore_qbd.qbxml.entities.bills import Bill, BillQuery, LinkToTxn
from procore_qbd.qbxml.entities.checks import Check, CheckQuery
from procore_qbd.qbxml.entities.deletions import DeletedDateRangeFilter, TxnDeletedQuery
from procore_qbd.qbxml.entities.estimates import Estimate, EstimateLine
from procore_qbd.qbxml.entities.invoices import InvoiceQuery
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine, PurchaseOrderQuery
from procore_qbd.qbxml.entities.receive_payments import ReceivePayment, ReceivePaymentQuery
from procore_qbd.qbxml.entities.shared.lines import ExpenseLine, ItemLine
from procore_qbd.qbxml.entities.shared.transactions import (
    AccountFilter,
    DateMacro,
    EntityFilter,
    ModifiedDateRangeFilter,
    RefNumberFilter,
    RefNumberRangeFilter,
    TxnDateRangeFilter,
)
from procore_qbd.qbxml.entities.time_tracking import TimeTracking
from procore_qbd.qbxml.entities.transactions import (
    TransactionAccountFilter,
    TransactionEntityFilter,
    TransactionItemFilter,
    TransactionModifiedDateRangeFilter,
    TransactionQuery,
    TransactionTypeFilter,
)
from procore_qbd.simulator.kinds import KINDS
from procore_qbd.simulator.knowledge.spans import span
from support.company import NOON, Clock, ask, say
from support.examples import examples
from support.money import journal, paying, received
from support.simulated import TODAY, D, applied, bill, change, company_of, delete, invoice, make, named, now, sold, void

FEW = settings(max_examples=examples(60), derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
DAY = dt.timedelta(1)
NUMBERS = (None, "SC-1", "sc-1", "SC-10", "B2", "b20", " 7", "Ä1")
PEOPLE = ("School", "School:Gym", "Hall")


# --- spans of time ---------------------------------------------------------------------------------------------------


def days_of(word: str, today: dt.date) -> list[dt.date]:
    """The days that a word means, by walking through the calendar."""
    every = [today + DAY * number for number in range(-800, 801)]
    keys = {
        "Week": lambda day: day - DAY * ((day.weekday() + 1) % 7),
        "Month": lambda day: (day.year, day.month),
        "Quarter": lambda day: (day.year, (day.month - 1) // 3),
        "Year": lambda day: day.year,
    }
    if word in ("Today", "Yesterday"):
        return [today - DAY * (word == "Yesterday")]
    turn, rest = word[:4], word[4:].removesuffix("ToDate")
    if rest == "FourWeeks":
        first = next(day for day in every if day > today and day.weekday() == 6)
        return [first + DAY * number for number in range(28)]
    key = keys[rest.removeprefix("Calendar").removeprefix("Fiscal")]
    units = [[]]
    for day in every:
        if units[-1] and key(units[-1][-1]) != key(day):
            units.append([])
        units[-1].append(day)
    here = next(at for at, unit in enumerate(units) if today in unit)
    found = units[here + {"This": 0, "Last": -1, "Next": 1}[turn]]
    if not word.endswith("ToDate"):
        return found
    if turn == "This":
        return [day for day in found if day <= today]
    if rest == "Week":
        return [day for day in found if day <= today - 7 * DAY]
    months = {"Month": 1, "Quarter": 3, "Year": 12}[rest.removeprefix("Calendar").removeprefix("Fiscal")]
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return [day for day in found if (day.year, day.month, day.day) <= (year, month + 1, today.day)]


@pytest.mark.parametrize("word", [word for word in DateMacro if word != "All"])
@settings(max_examples=examples(40), derandomize=True, deadline=None)
@given(st.dates(dt.date(1996, 1, 1), dt.date(2032, 12, 31)))
def test_a_word_means_the_days_that_the_calendar_has(word, today):
    days = days_of(str(word), today)
    assert span(str(word), today) == (days[0], days[-1])


def test_there_are_no_other_words():
    assert span("All", TODAY) == (dt.date.min, dt.date.max)
    with pytest.raises(ValueError, match="LastDecade"):
        span("LastDecade", TODAY)


# --- filters ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def books():
    """Three hundred days of transactions of five kinds, some paid, some of jobs, some changed later."""
    clock = Clock()
    clock.now -= 300 * 86_400
    with company_of(clock=clock) as company:
        for number in range(48):
            clock.now += 86_400 * 6 + 977
            day = TODAY + DAY * ((number * 37) % 400 - 250)
            facts = {"txn_date": day, "ref_number": NUMBERS[number % len(NUMBERS)]}
            who, class_ref = PEOPLE[number % 3], named(("North", "North:East", "South")[number // 3 % 3])
            account = ("Overhead", "Overhead:Rent", "Job Costs")[number % 3]
            kind = number % 6
            if kind == 0:
                made = make(company, bill(number, ("Alder", "Birch")[number % 4 // 2], account, **facts))
                if number % 12:
                    make(company, paying(applied(made), vendor=made.vendor_ref.full_name))
            elif kind == 1:
                made = make(company, invoice(sold(rate=number, class_ref=class_ref), customer=who, **facts))
                if number % 4 == 1:
                    make(company, received(number, applied(made, number), customer=who))
            elif kind == 2:
                lines = (ExpenseLine(account_ref=named(account), amount=D(number), customer_ref=named(who)),)
                make(company, Check(account_ref=named("Checking"), expense_lines=lines, **facts))
            elif kind == 3:
                line = EstimateLine(item_ref=named("Work"), class_ref=class_ref, rate=D(number))
                make(company, Estimate(customer_ref=named(who), lines=(line,), **facts))
            elif kind == 4:
                items = (ItemLine(item_ref=named(("Work", "Work:Dig", "Pipe")[number % 3]), amount=D(number)),)
                make(company, Bill(vendor_ref=named("Alder"), item_lines=items, **facts))
            else:
                make(company, journal(("Checking", number), (account, -number), **facts))
        clock.now = NOON
        for one in list(company.records("Bill"))[::3]:
            change(company, one, memo="changed")
        yield company


ASKED_FOR = ("Bill", "Invoice", "Check", "Estimate", "JournalEntry", "BillPaymentCheck", "ReceivePayment")


def seconds(moment):
    """Seconds since 1970; the company stands in UTC."""
    return int(moment.wall.replace(tzinfo=dt.UTC).timestamp())


def family(name, full_name):
    """Whether a record is another one or stands below it."""
    key = name.casefold()
    return full_name.casefold() == key or full_name.casefold().startswith(f"{key}:")


def posted(company, record):
    """The ledger lines of a transaction, with names for ids."""
    names = {}
    for kind in ("Account", "Class", "Customer", "Vendor", "OtherName", "ItemService", "ItemInventory"):
        for one in company.records(kind):
            names[one.list_id] = getattr(one, "full_name", None) or one.name
    for entry in company._store.book.entries(record.txn_id):
        yield (
            names.get(entry.account, ""),
            names.get(entry.entity.rpartition("/")[2], ""),
            names.get(entry.item.rpartition("/")[2], ""),
            names.get(entry.class_, ""),
            entry,
        )


def whom(record):
    ref = next((ref for name in _WHOM if (ref := getattr(record, name, None)) is not None), None)
    return ref.full_name if ref else ""


_WHOM = ("customer_ref", "vendor_ref", "payee_entity_ref")
MATCH = {"StartsWith": str.startswith, "Contains": str.__contains__, "EndsWith": str.endswith}
DATES = st.dates(TODAY - 300 * DAY, TODAY + 200 * DAY)
MOMENTS = st.integers(NOON - 310 * 86_400, NOON + 86_400)
TEXTS = st.sampled_from(["s", "SC", "sc-1", "0", "B", "20", "7", "ä", "1", "X"])
NAMES = st.sampled_from(["School", "school:gym", "Hall", "Alder", "Birch", "Nobody"])
ACCOUNTS = st.sampled_from(["Overhead", "Overhead:Rent", "Job Costs", "Checking", "Sales", "Nowhere"])


def key(number):
    return (number or "").strip().casefold()


@st.composite
def filters(draw):
    """Filters of a query, and for each what it lets pass."""
    said, tests = {}, []
    when = draw(st.sampled_from([None, "dated", "macro", "modified"]))
    if when == "dated":
        first, last = sorted((draw(DATES), draw(DATES)))
        first, last = draw(st.sampled_from([(first, last), (first, None), (None, last)]))
        said["txn_date_range_filter"] = TxnDateRangeFilter(from_txn_date=first, to_txn_date=last)
        tests.append(lambda _, one: (first or one.txn_date) <= one.txn_date <= (last or one.txn_date))
    elif when == "macro":
        word = draw(st.sampled_from([word for word in DateMacro if word != "All"]))
        days = days_of(str(word), TODAY)
        said["txn_date_range_filter"] = TxnDateRangeFilter(date_macro=word)
        tests.append(lambda _, one: one.txn_date in days)
    elif when == "modified":
        first, last = sorted((draw(MOMENTS), draw(MOMENTS)))
        moments = [Moment(dt.datetime.fromtimestamp(at, dt.UTC).isoformat()[:19]) for at in (first, last)]
        said["modified_date_range_filter"] = ModifiedDateRangeFilter(
            from_modified_date=moments[0], to_modified_date=moments[1]
        )
        tests.append(lambda _, one: first <= seconds(one.time_modified) <= last)
    if draw(st.booleans()):
        name, below = draw(NAMES), draw(st.booleans())
        how = {"full_name_with_children": name} if below else {"full_names": (name, "Nobody Else")}
        said["entity_filter"] = EntityFilter(**how)
        same = family if below else lambda name, other: name.casefold() == other.casefold()
        tests.append(lambda _, one: same(name, whom(one)))
    if draw(st.booleans()):
        account, with_below = draw(ACCOUNTS), draw(st.booleans())
        how = {"full_name_with_children": account} if with_below else {"full_names": (account,)}
        said["account_filter"] = AccountFilter(**how)
        alike = family if with_below else lambda name, other: name.casefold() == other.casefold()
        tests.append(lambda books, one: any(alike(account, name) for name, *_ in posted(books, one)))
    numbers = draw(st.sampled_from([None, *MATCH, "range"]))
    if numbers == "range":
        low, high = sorted((draw(TEXTS), draw(TEXTS)), key=key)
        said["ref_number_range_filter"] = RefNumberRangeFilter(from_ref_number=low, to_ref_number=high)
        tests.append(lambda _, one: key(low) <= key(one.ref_number) <= key(high))
    elif numbers:
        text = draw(TEXTS)
        said["ref_number_filter"] = RefNumberFilter(match_criterion=numbers, ref_number=text)
        tests.append(lambda _, one: MATCH[numbers](key(one.ref_number), key(text)))
    return said, tests


@FEW
@given(st.sampled_from(ASKED_FOR), filters())
def test_filters_find_what_passes_all_of_them(books, kind, filtered):
    said, tests = filtered
    expected = [one.txn_id for one in books.records(kind) if all(test(books, one) for test in tests)]
    (outcome,) = say(books, Request.query(entity(f"{kind}Query")(**said)))
    assert [one.txn_id for one in outcome.found] == expected
    assert outcome.code == (0 if expected else 1)


@pytest.mark.parametrize("query", [BillQuery, InvoiceQuery])
def test_what_is_paid_is_asked_for(books, query):
    kind = query.__record__.answers[0]
    for status, paid in (("All", {True, False}), ("PaidOnly", {True}), ("NotPaidOnly", {False})):
        expected = [one.txn_id for one in books.records(kind) if one.is_paid in paid]
        assert [one.txn_id for one in ask(books, query(paid_status=status))] == expected
        assert expected


def test_a_span_that_ends_before_it_begins_is_refused(books):
    dates = TxnDateRangeFilter(from_txn_date=TODAY, to_txn_date=TODAY - DAY)
    (outcome,) = say(books, Request.query(BillQuery(txn_date_range_filter=dates)))
    assert outcome.code == 3030


# --- transactions of every kind --------------------------------------------------------------------------------------


def kinds_of(books):
    """Every transaction, kind by kind."""
    return [one for kind in KINDS if kind != "TimeTracking" for one in books.records(kind)]


def found_by(books, **said):
    return [one.txn_id for one in ask(books, TransactionQuery(**said))]


def test_transactions_of_every_kind_are_told_once(books):
    every = kinds_of(books)
    assert found_by(books) == [one.txn_id for one in every]
    for one, told in zip(every, ask(books, TransactionQuery()), strict=True):
        (head, *_) = books._store.book.entries(one.txn_id)
        assert (told.txn_type, told.txn_date, told.ref_number) == (type(one).__name__, one.txn_date, one.ref_number)
        assert (told.time_modified, told.amount) == (one.time_modified, head.amount)
        assert told.entity_ref is None or told.entity_ref.full_name == whom(one)


CHECKS = TransactionTypeFilter(txn_type_filters=("Check",))


def test_transactions_are_told_line_by_line(books):
    made = next(one for one in books.records("Check") if one.ref_number)
    number = {"ref_numbers_case_sensitive": (made.ref_number,), "transaction_type_filter": CHECKS}
    every = {
        level: [
            (one.txn_line_id, one.account_ref.full_name, one.amount)
            for one in ask(books, TransactionQuery(transaction_detail_level_filter=level, **number))
            if one.txn_id == made.txn_id
        ]
        for level in ("All", "SummaryOnly", "AllExceptSummary")
    }
    amount = made.amount
    line = (made.expense_lines[0].txn_line_id, made.expense_lines[0].account_ref.full_name, amount)
    assert every == {
        "All": [(None, "Checking", -amount), line],
        "SummaryOnly": [(None, "Checking", -amount)],
        "AllExceptSummary": [line],
    }


@st.composite
def filters_of_all(draw):
    said, tests = {}, []
    if draw(st.booleans()):
        types = draw(st.lists(st.sampled_from(ASKED_FOR), min_size=1, max_size=3, unique=True))
        said["transaction_type_filter"] = TransactionTypeFilter(txn_type_filters=tuple(types))
        tests.append(lambda _, one: type(one).__name__ in types)
    who = draw(st.sampled_from([None, "type", "name"]))
    if who == "type":
        kind = draw(st.sampled_from(["Customer", "Vendor"]))
        said["transaction_entity_filter"] = TransactionEntityFilter(entity_type_filter=kind)
        people = PEOPLE if kind == "Customer" else ("Alder", "Birch")
        tests.append(lambda _, one: whom(one) in people)
    elif who == "name":
        name = draw(NAMES)
        said["transaction_entity_filter"] = TransactionEntityFilter(full_name_with_children=name)
        tests.append(lambda _, one: family(name, whom(one)))
    if draw(st.booleans()):
        item = draw(st.sampled_from(["Work", "Work:Dig", "Pipe"]))
        said["transaction_item_filter"] = TransactionItemFilter(full_name_with_children=item)
        tests.append(lambda books, one: any(family(item, name) for _, _, name, *_ in posted(books, one)))
    if draw(st.booleans()):
        class_ = draw(st.sampled_from(["North", "North:East", "South"]))
        said["transaction_class_filter"] = EntityFilter(full_name_with_children=class_)
        tests.append(lambda books, one: any(family(class_, name) for *_, name, _ in posted(books, one)))
    kind = draw(st.sampled_from([None, "Bank", "OrdinaryExpense", "IncomeAndExpense"]))
    if kind:
        said["transaction_account_filter"] = TransactionAccountFilter(account_type_filter=kind)
        names = {"Bank": ("Checking",), "OrdinaryExpense": ("Job Costs", "Overhead", "Overhead:Rent")}
        names["IncomeAndExpense"] = ("Sales", "Job Costs", "Overhead", "Overhead:Rent")
        tests.append(lambda books, one: any(name in names[kind] for name, *_ in posted(books, one)))
    status = draw(st.sampled_from([None, "Either", "Posting", "NonPosting"]))
    if status:
        said["transaction_posting_status_filter"] = status
        posts = {"Posting": (True,), "NonPosting": (False,), "Either": (True, False)}[status]
        tests.append(lambda books, one: any(entry.posts in posts for *_, entry in posted(books, one)))
    opened = draw(st.sampled_from([None, "Either", "Open", "Closed"]))
    if opened:
        said["transaction_paid_status_filter"] = opened
        tests.append(lambda _, one: opened == "Either" or (opened == "Open") == is_open(one))
    if draw(st.booleans()):
        first, last = sorted((draw(MOMENTS), draw(MOMENTS)))
        moments = [Moment(dt.datetime.fromtimestamp(at, dt.UTC).isoformat()[:19]) for at in (first, last)]
        said["transaction_modified_date_range_filter"] = TransactionModifiedDateRangeFilter(
            from_modified_date=moments[0], to_modified_date=moments[1]
        )
        tests.append(lambda _, one: first <= seconds(one.time_modified) <= last)
    return said, tests


def is_open(one):
    """Whether something of a transaction is still to be paid, or to be used."""
    names = ("open_amount", "balance_remaining", "credit_remaining", "unused_payment")
    return any(getattr(one, name, None) for name in names)


@FEW
@given(filters_of_all())
def test_filters_of_all_transactions_find_what_passes_all_of_them(books, filtered):
    said, tests = filtered
    expected = [one.txn_id for one in kinds_of(books) if all(test(books, one) for test in tests)]
    assert found_by(books, **said) == expected


def test_a_word_for_when_something_was_changed(books):
    modified = TransactionModifiedDateRangeFilter(date_macro="Today")
    expected = [one.txn_id for one in kinds_of(books) if one.time_modified.wall.date() == TODAY]
    assert found_by(books, transaction_modified_date_range_filter=modified) == expected
    assert expected


def test_numbers_and_ids_of_all_transactions(books):
    every = kinds_of(books)
    assert found_by(books, ref_numbers=("sc-1",)) == [one.txn_id for one in every if key(one.ref_number) == "sc-1"]
    sensitive = [one.txn_id for one in every if one.ref_number == "SC-1"]
    assert found_by(books, ref_numbers_case_sensitive=("SC-1",)) == sensitive
    number = RefNumberFilter(match_criterion="EndsWith", ref_number="0")
    assert found_by(books, ref_number_filter=number) == [
        one.txn_id for one in every if (one.ref_number or "").endswith("0")
    ]
    ids = (every[5].txn_id, every[2].txn_id)
    assert found_by(books, txn_ids=ids) == list(ids)
    (outcome,) = say(books, Request.query(TransactionQuery(txn_ids=(*ids, "9-9"))))
    assert (outcome.code, [one.txn_id for one in outcome.found]) == (500, list(ids))
    (outcome,) = say(books, Request.query(TransactionQuery(ref_numbers=("SC-1", "none"))))
    assert outcome.code == 500


def test_time_is_no_transaction_to_such_a_query():
    with company_of(clock=Clock()) as books:
        time = make(books, TimeTracking(entity_ref=named("Ann"), duration=dt.timedelta(hours=1)))
        assert found_by(books) == []
        (outcome,) = say(books, Request.query(TransactionQuery(txn_ids=(time.txn_id,))))
        assert (outcome.code, outcome.found) == (500, ())


# --- what was deleted ------------------------------------------------------------------------------------------------


def test_what_was_deleted_is_told():
    clock = Clock()
    with company_of(clock=clock) as books:
        gone = []
        for number in range(3):
            made = make(books, bill(1, ref_number=f"B{number}"))
            clock.now += 3600
            assert delete(books, made).ok
            gone.append((clock.now, made))
        other = make(books, invoice(1))
        assert delete(books, other).ok

        def told(*kinds, **dates):
            when = DeletedDateRangeFilter(**dates) if dates else None
            found = ask(books, TxnDeletedQuery(txn_del_types=kinds, deleted_date_range_filter=when))
            return [one.txn_id for one in found]

        ids = [one.txn_id for _, one in gone]
        assert told("Bill") == ids
        assert sorted(told("Bill", "Invoice")) == sorted([*ids, other.txn_id])
        assert told("Check") == []
        from_ = Moment(dt.datetime.fromtimestamp(gone[1][0], dt.UTC).isoformat()[:19])
        assert told("Bill", from_deleted_date=from_) == ids[1:]
        assert told("Bill", to_deleted_date=from_) == ids[:2]
        (first, *_) = ask(books, TxnDeletedQuery(txn_del_types=("Bill",)))
        assert (first.txn_del_type, first.ref_number, first.time_created) == ("Bill", "B0", gone[0][1].time_created)


# --- what of each ----------------------------------------------------------------------------------------------------


def test_lines_and_links_come_to_those_who_ask():
    with company_of(clock=Clock()) as books:
        line = PurchaseOrderLine(item_ref=named("Pipe"), quantity=D(2))
        order = make(books, PurchaseOrder(vendor_ref=named("Alder"), lines=(line,)))
        link = LinkToTxn(txn_id=order.txn_id, txn_line_id=order.lines[0].txn_line_id)
        made = make(books, Bill(vendor_ref=named("Alder"), item_lines=(ItemLine(link_to_txn=link),)))
        payment = make(books, paying(applied(made)))
        due = make(books, invoice(5))
        got = make(books, received(5, applied(due)))
        for query, lines, links in (
            (BillQuery, "item_lines", True),
            (PurchaseOrderQuery, "lines", True),
            (InvoiceQuery, "lines", True),
            (entity("BillPaymentCheckQuery"), "applied_to_txns", False),
            (ReceivePaymentQuery, "applied_to_txns", False),
        ):
            (whole,) = books.records(query.__record__.answers[0])
            (bare,) = ask(books, query())
            assert getattr(bare, lines) == ()
            assert getattr(bare, "linked_txns", ()) == ()
            (lined,) = ask(books, query(include_line_items=True))
            assert getattr(lined, lines) == getattr(whole, lines)
            if links:
                (linked,) = ask(books, query(include_linked_txns=True))
                assert (linked.linked_txns, getattr(linked, lines)) == (whole.linked_txns, ())
        kinds = {one.txn_type for one in now(books, made).linked_txns}
        assert kinds == {"PurchaseOrder", "BillPaymentCheck"}
        names = ("TxnID", "OpenAmount")
        assert ask(books, BillQuery(include_ret_elements=names)) == (Bill(txn_id=made.txn_id, open_amount=D("0.00")),)
        ids = {"txn_ids": (payment.txn_id,), "include_ret_elements": ("Amount",)}
        assert ask(books, entity("BillPaymentCheckQuery")(**ids)) == (BillPaymentCheck(amount=payment.amount),)
        assert ask(books, ReceivePaymentQuery(include_ret_elements=("UnusedPayment",))) == (
            ReceivePayment(unused_payment=got.unused_payment),
        )


# --- in pieces -------------------------------------------------------------------------------------------------------


@settings(max_examples=examples(25), derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_what_changes_between_two_pieces_shows_in_the_next(data):
    """The records are those of the first moment, each as it is when its turn comes; what is deleted is left out."""
    with company_of(clock=Clock()) as books:
        made = [make(books, bill(number + 1)) for number in range(data.draw(st.integers(1, 7)))]
        size = data.draw(st.integers(1, 3))
        query, waiting, seen = BillQuery(max_returned=size, include_line_items=True), list(made), []
        (outcome,) = say(books, Request.query(query, iterator=Iteration.START))
        gone, iterator_id = set(), outcome.iterator_id
        while True:
            turn, waiting = waiting[:size], waiting[size:]
            alive = [one for one in turn if one.txn_id not in gone]
            assert [one.txn_id for one in outcome.found] == [one.txn_id for one in alive]
            assert [one.memo for one in outcome.found] == [now(books, one).memo for one in alive]
            assert outcome.iterator_remaining_count == len(waiting)
            seen += outcome.found
            if not waiting:
                break
            for one in data.draw(st.lists(st.sampled_from(made), max_size=3, unique_by=id)):
                what = data.draw(st.sampled_from(["delete", "change", "void", "add"]))
                if what == "add":
                    make(books, bill(99))
                elif one.txn_id in gone:
                    continue
                elif what == "delete":
                    assert delete(books, one).ok
                    gone.add(one.txn_id)
                elif what == "void":
                    assert void(books, one).ok
                else:
                    change(books, one, memo=f"changed {len(seen)}")
            request = Request.query(query, iterator=Iteration.CONTINUE, iterator_id=iterator_id)
            (outcome,) = say(books, request)
        (outcome,) = say(books, Request.query(query, iterator=Iteration.CONTINUE, iterator_id=iterator_id))
        assert outcome.code == 3391


def test_all_transactions_come_in_pieces_and_are_counted(books):
    every = found_by(books)
    query = TransactionQuery(max_returned=20)
    (outcome,) = say(books, Request.query(query, iterator=Iteration.START, meta_data=MetaData.AND_RESPONSE_DATA))
    found = list(outcome.found)
    assert outcome.ret_count == 20
    while outcome.iterator_remaining_count:
        request = Request.query(query, iterator=Iteration.CONTINUE, iterator_id=outcome.iterator_id)
        (outcome,) = say(books, request)
        found += outcome.found
    assert [one.txn_id for one in found] == every
    (counted,) = say(books, Request.query(CheckQuery(), meta_data=MetaData.ONLY))
    assert (counted.ret_count, counted.found) == (len(list(books.records("Check"))), ())
