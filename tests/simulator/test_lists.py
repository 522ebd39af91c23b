"""Every list of the company file, by its row in the table: what is added comes back, what clashes is refused."""

import string
from collections import Counter
from decimal import Decimal

import attrs
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from procore_qbd import Memory, Ref, Request, ask_all, run
from procore_qbd.codes import is_name_in_use, is_transient
from procore_qbd.qbxml import ADD, MOD, RET, Dialect, Edition, Iteration, Moment
from procore_qbd.qbxml.entities import entity
from procore_qbd.qbxml.entities.accounts import Account, AccountType, SpecialAccountType
from procore_qbd.qbxml.entities.bills import Bill, BillExpenseLine
from procore_qbd.qbxml.entities.classes import Class
from procore_qbd.qbxml.entities.currencies import Currency
from procore_qbd.qbxml.entities.customers import Customer, CustomerQuery
from procore_qbd.qbxml.entities.deletions import (
    DeletedDateRangeFilter,
    ListDel,
    ListDeleted,
    ListDeletedQuery,
    ListDelType,
)
from procore_qbd.qbxml.entities.employees import Employee, EmployeeQuery
from procore_qbd.qbxml.entities.form_items import ItemGroup, ItemGroupMember, ItemSubtotal
from procore_qbd.qbxml.entities.inventory_items import ItemInventory
from procore_qbd.qbxml.entities.inventory_sites import InventorySite, InventorySiteQuery
from procore_qbd.qbxml.entities.items import ItemQuery, ItemServiceQuery
from procore_qbd.qbxml.entities.other_names import EntityQuery, OtherName
from procore_qbd.qbxml.entities.price_levels import ItemPrice, PriceLevel, PriceLevelQuery
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine
from procore_qbd.qbxml.entities.sales_lists import PaymentMethod, PaymentMethodQuery, SalesRep, SalesRepQuery
from procore_qbd.qbxml.entities.shared.common import ClassFilter, CurrencyFilter, NameFilter, NameRangeFilter
from procore_qbd.qbxml.entities.shared.transactions import ENTITIES, ITEMS, TERMS
from procore_qbd.qbxml.entities.tax_codes import SalesTaxCode
from procore_qbd.qbxml.entities.tax_items import ItemSalesTax
from procore_qbd.qbxml.entities.templates import TemplateQuery
from procore_qbd.qbxml.entities.terms import DateDrivenTerms, StandardTerms, TermsQuery
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.qbxml.rows.records import Block, Reference, table
from procore_qbd.simulator import CompanyFile
from procore_qbd.simulator.knowledge.lists import LISTS, SPECIAL_ACCOUNTS, TEMPLATES
from procore_qbd.testing.strategies import records
from support.company import NOON, Clock, ask, code, item, mod, modded, names, put, say, validated
from support.examples import examples
from support.lists import blank, called, drawn, least, members, referred, requisites, seed, whole
from support.shared import SHARED

FEW = settings(
    max_examples=examples(25),
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
CHANGED = [list_ for list_ in LISTS if MOD in entity(list_).__record__.shapes]
ADDED = [list_ for list_ in LISTS if ADD in entity(list_).__record__.shapes]  # nobody adds templates
EVERY = pytest.mark.parametrize("list_", ADDED)
EVERY_CHANGED = pytest.mark.parametrize("list_", CHANGED)


@pytest.fixture
def books():
    with CompanyFile.create(clock=Clock()) as company:
        yield company


# --- records that are taken ------------------------------------------------------------------------------------------


def one_of_each():
    """A record of every list, each behind what it refers to."""
    return [one for list_ in ADDED for one in (*requisites(seed(list_)), seed(list_))]


def line_to(company):
    return Memory(lambda document: validated(company.process(document)) if SHARED else company.process(document))


def same(asked, found):
    """What was asked for is there; what was asked to be nothing is not."""
    for field in table(type(asked)).fields:
        value, row = getattr(asked, field.name), field.row
        if RET not in row.shapes or value in (None, ()):
            continue
        got = getattr(found, field.name)
        if isinstance(row, Reference):
            assert [ref.list_id for ref in members(got)] == [ref.list_id for ref in members(value) if ref.list_id]
        elif isinstance(row, Block):
            full = [member for member in members(value) if not empty(member)]
            assert len(members(got)) >= len(full)
            for one, other in zip(full, members(got), strict=False):
                same(one, other)
        elif not blank(value):
            assert got == value
        else:
            assert got is None


def empty(record):
    """Whether nothing of a record is kept."""
    return all(
        all(empty(member) for member in members(value)) if isinstance(field.row, Block) else blank(value)
        for field in table(type(record)).fields
        if RET in field.row.shapes
        for value in (getattr(record, field.name),)
    )


def full_name(record):
    return getattr(record, "full_name", None) or getattr(record, LISTS[record.__record__.tag].called)


def query(list_):
    return entity(f"{list_}Query")


# --- what holds of all -----------------------------------------------------------------------------------------------


@pytest.mark.slow
@EVERY
def test_what_is_added_comes_back_by_id_by_name_and_by_filter(list_):
    cls, seen = entity(list_), Counter()

    @FEW
    @given(records(cls, ADD))
    def play(record):
        record = drawn(record)
        with CompanyFile.create(clock=Clock()) as company:
            company.seed(requisites(record))
            line = line_to(company)
            (added,) = run(ask_all([Request.add(record)]), line)
            seen[added.code] += 1
            if added.code == 3101:  # QuickBooks has not so many digits for the cost of one, or for what all are worth
                assert record.total_value is not None or record.quantity_on_hand
                return
            assert added.code == 0, (added.message, company.last_fault)
            found = added.record(cls)
            same(record, found)
            assert found.list_id
            assert found.time_created == found.time_modified
            if record.is_active is None:
                assert found.is_active
            by_id, by_name, by_filter = run(
                ask_all(
                    [
                        Request.query(query(list_)(list_ids=(found.list_id,))),
                        Request.query(query(list_)(full_names=(full_name(found),))),
                        Request.query(query(list_)(active_status="All", from_modified_date=Moment("2023-11-14"))),
                    ]
                ),
                line,
            )
            assert by_id.found == by_name.found == (found,)
            assert set(names_of(by_filter.found)) == {full_name(found)} | {
                full_name(one) for one in company.records(list_)
            }

    play()
    assert seen[0] > seen[3101]


def names_of(found):
    return [full_name(record) for record in found]


STAMPS = {"edit_sequence", "time_modified", "full_name", "sublevel"}


@pytest.mark.slow
@EVERY_CHANGED
def test_a_mod_changes_what_it_says_and_nothing_else(list_):
    cls, seen = entity(list_), Counter()
    fields = table(cls).by_name

    @FEW
    @given(records(cls, ADD), records(cls, MOD))
    def play(record, change):
        record = drawn(record)
        # Contacts and notes are changed by their numbers.
        numbered = {name: () for name in ("contacts", "additional_notes") if name in fields}
        change = drawn(attrs.evolve(change, **numbered))
        with CompanyFile.create(clock=Clock()) as company:
            company.seed([*requisites(record), *requisites(change)])
            line = line_to(company)
            (added,) = run(ask_all([Request.add(record)]), line)
            if not added.ok:
                return
            before = added.record(cls)
            change = attrs.evolve(change, list_id=before.list_id, edit_sequence=before.edit_sequence)
            (outcome,) = run(ask_all([Request.mod(change)]), line)
            seen[outcome.code] += 1
            if outcome.code == 3150:  # a block that was not there needs more than it was given
                return
            assert outcome.ok, (outcome.message, company.last_fault)
            after = outcome.record(cls)
            follow = STAMPS | LISTS[list_].follows(change).keys()
            spoken = table(cls).present(change)
            assert int(after.edit_sequence) > int(before.edit_sequence)
            same(attrs.evolve(change, edit_sequence=None, erased=()), after)
            rivals = {
                name
                for choice in table(cls).spec.choices
                if any(not spoken.isdisjoint(branch) for branch in choice.branches)
                for branch in choice.branches
                for name in branch
            }
            for name in fields.keys() - spoken - follow - rivals:
                if not name.endswith("_address_block"):
                    assert getattr(after, name) == getattr(before, name), name

    play()
    assert seen[0] > seen[3150]


@EVERY_CHANGED
def test_an_edit_sequence_out_of_date_is_refused(books, list_):
    books.seed([*requisites(seed(list_)), seed(list_)])
    (before,) = ask(books, query(list_)(list_ids=(seed(list_).list_id,)))
    change = attrs.evolve(entity(list_)(), list_id=before.list_id, edit_sequence="1", is_active=False)
    assert code(books, Request.mod(change)) == 3200
    assert code(books, Request.mod(attrs.evolve(change, list_id="FFF-1"))) == 3120
    assert modded(books, before, is_active=False) == attrs.evolve(
        before, is_active=False, edit_sequence=str(NOON + 1), time_modified=Moment("2023-11-14T22:13:21+00:00")
    )
    assert ask(books, query(list_)()) == ()
    assert len(ask(books, query(list_)(active_status="InactiveOnly"))) == 1


@EVERY
def test_names_clash_in_their_space_and_nowhere_else(list_):
    names = [f"{letter}{accent}" for accent in "éè" for letter in string.ascii_uppercase]  # two letters fit everywhere
    with CompanyFile.create() as company:
        for name, other in zip(names, ADDED, strict=False):
            company.seed([*requisites(seed(list_)), *requisites(seed(other))])
            first, second = (drawn(called(*one)) for one in ((list_, name), (other, f"{name.swapcase()} ")))
            assert code(company, Request.add(first)) == 0, other
            clash = LISTS[other].space == LISTS[list_].space
            assert code(company, Request.add(second)) == (3100 if clash else 0), other
    assert len(names) >= len(ADDED)


@EVERY_CHANGED
def test_a_mod_to_a_name_in_use_would_merge_two_records_and_is_refused(books, list_):
    books.seed(requisites(seed(list_)))
    first, second = (put(books, drawn(called(list_, text))) for text in ("Aé", "Bé"))
    there = list(books.records(list_))
    field = "first_name" if list_ == "Employee" else LISTS[list_].called
    to_that_name = [
        Request.mod(entity(list_)(list_id=one.list_id, edit_sequence=one.edit_sequence, **{field: "aÉ"}))
        for one in (second, first)
    ]
    (outcome,) = say(books, to_that_name[0])
    words = f'There was an error when modifying a {LISTS[list_].plural} list, element "{second.list_id}".'
    merging = "  QuickBooks error message: Cannot merge list elements."
    assert (outcome.code, outcome.message) == (3170, words + merging)
    assert is_name_in_use(outcome.code, outcome.message)
    assert not is_transient(outcome.code, outcome.message)
    assert "the name is in use" in books.last_fault
    assert list(books.records(list_)) == there
    assert code(books, to_that_name[1]) == 0  # its own name in other letters


def test_a_record_that_moves_to_where_its_name_is_in_use_is_not_merged(books):
    top = put(books, Customer(name="Top"))
    put(books, Customer(name="Job", parent_ref=Ref(list_id=top.list_id)))
    job = put(books, Customer(name="job"))
    change = Customer(list_id=job.list_id, edit_sequence=job.edit_sequence, parent_ref=Ref(list_id=top.list_id))
    assert code(books, Request.mod(change)) == 3170


def test_names_items_and_terms_have_a_space_each_and_every_other_list_its_own():
    shared = {frozenset(lists) for lists in (ENTITIES, ITEMS, TERMS)}
    own = {frozenset([list_]) for list_ in LISTS if not any(list_ in lists for lists in shared)}
    spaces = {rule.space for rule in LISTS.values()}
    assert {frozenset(one for one in LISTS if LISTS[one].space == space) for space in spaces} == shared | own


@EVERY
def test_a_reference_to_what_is_not_there_is_refused(list_):
    cls = entity(list_)
    pointing = [field for field in table(cls).fields if isinstance(field.row, Reference) and ADD in field.row.shapes]
    for field in pointing:
        if Edition.US not in field.row.editions:
            continue
        for ref in (Ref(list_id="FFF-1"), Ref(full_name="no")):
            with CompanyFile.create() as company:
                record = drawn(least(list_))
                company.seed(requisites(record))
                record = attrs.evolve(record, **{field.name: (ref,) if field.plural else ref})
                (outcome,) = say(company, Request.add(record))
                assert outcome.code == (3130 if field.row.tag in {"ParentRef", "ParentSiteRef"} else 3140), field.name
                assert (ref.list_id or ref.full_name) in outcome.message
                assert "\n" not in outcome.message


@EVERY
def test_names_are_filtered_by_their_letters(books, list_):
    books.seed(requisites(seed(list_)))
    for name in ("abc", "ABD", "xyz"):
        put(books, drawn(called(list_, name)))
    found = {
        text: names_of(ask(books, query(list_)(name_filter=NameFilter(match_criterion=how, name=text))))
        for how, text in (("StartsWith", "aB"), ("EndsWith", "Z"), ("Contains", "bD"))
    }
    assert found == {"aB": ["abc", "ABD"], "Z": ["xyz"], "bD": ["ABD"]}
    span = NameRangeFilter(from_name="abd", to_name="XYZ")
    assert names_of(ask(books, query(list_)(name_range_filter=span))) == ["ABD", "xyz"]


@EVERY
def test_a_colon_is_in_no_name_that_a_full_name_is_made_of(books, list_):
    books.seed(requisites(seed(list_)))
    row = table(entity(list_)).by_name[LISTS[list_].called].row
    field = "first_name" if list_ == "Employee" else LISTS[list_].called
    request = Request.add(attrs.evolve(drawn(least(list_)), **{field: "a:b"}))
    if row.colon:
        assert code(books, request) == 0
    elif list_ == "Employee":  # whose name is made of others
        assert code(books, request) == 3090
    else:
        assert [fault.status for fault in request.faults(Dialect())] == [3090]


@pytest.mark.parametrize("list_", [one for one in LISTS if "parent_ref" in table(entity(one)).by_name])
def test_records_stand_below_others_of_their_list_and_never_below_themselves(books, list_):
    books.seed(requisites(seed(list_)))

    def below(parent, name):
        return attrs.evolve(drawn(called(list_, name)), parent_ref=Ref(list_id=parent.list_id))

    top = put(books, drawn(called(list_, "A")))
    low = put(books, below(top, "B"))
    lowest = put(books, below(low, "A"))
    assert [(one.full_name, one.sublevel) for one in (top, low, lowest)] == [("A", 0), ("A:B", 1), ("A:B:A", 2)]
    assert lowest.parent_ref == Ref(list_id=low.list_id, full_name="A:B")
    assert ask(books, query(list_)(full_names=("a:b:a",))) == (lowest,)
    assert code(books, Request.add(below(top, "b"))) == 3100
    if list_ in CHANGED:
        top = modded(books, top, name="Z")
        assert names(ask(books, query(list_)())) == ["Z", "Z:B", "Z:B:A"]
        for parent in (top, low, lowest):
            assert mod(books, top, parent_ref=Ref(list_id=parent.list_id)).code == 3130


def test_lists_have_the_lengths_and_the_elements_of_their_country():
    with CompanyFile.create(edition=Edition.AU) as company:
        how = {"dialect": Dialect("13.0", Edition.AU)}
        (outcome,) = say(company, Request.add(SalesTaxCode(name="GSTNOT", is_taxable=True)), **how)
        assert outcome.record(SalesTaxCode).name == "GSTNOT"
        assert say(company, Request.query(ItemQuery()), **how)[0].code == 1
    with CompanyFile.create(edition=Edition.CA) as company:
        how = {"dialect": Dialect("13.0", Edition.CA)}
        (tax,) = say(company, Request.add(ItemSalesTax(name="GST", tax_rate=Decimal(5))), **how)
        (outcome,) = say(
            company,
            Request.add(SalesTaxCode(name="G", is_taxable=True, item_sales_tax_ref=Ref(full_name="gst"))),
            **how,
        )
        held = outcome.record(SalesTaxCode).item_sales_tax_ref
        assert held == Ref(list_id=tax.record(ItemSalesTax).list_id, full_name="GST")


# --- what is special -------------------------------------------------------------------------------------------------


def test_an_employee_is_called_by_first_middle_and_last_name(books):
    employee = put(books, Employee(first_name="Ada", middle_name="K.", last_name="Byron"))
    assert employee.name == "Ada K. Byron"
    assert modded(books, employee, "middle_name", last_name="King").name == "Ada King"
    assert names(ask(books, EmployeeQuery(full_names=("ada king",)))) == ["Ada King"]
    assert code(books, Request.add(Vendor(name="ADA KING"))) == 3100
    assert code(books, Request.add(Employee(last_name="Ada King"))) == 3100
    assert code(books, Request.add(Employee(first_name=" "))) == 3150
    (seeded,) = books.seed([Employee(list_id="1-1", name="A. Nobody")])
    assert modded(books, seeded, phone="1").name == "A. Nobody"
    assert code(books, Request.add(Employee(first_name="x" * 25, last_name="y" * 25))) == 3070


def test_a_sales_rep_is_called_by_initials_and_is_somebody(books):
    vendor = put(books, Vendor(name="Ada"))
    rep = put(books, SalesRep(initial="AK", sales_rep_entity_ref=Ref(full_name="ada")))
    assert rep.sales_rep_entity_ref == Ref(list_id=vendor.list_id, full_name="Ada")
    customer = put(books, Customer(name="School", sales_rep_ref=Ref(full_name="ak")))
    modded(books, rep, initial="AB")
    (customer,) = ask(books, CustomerQuery())
    assert customer.sales_rep_ref == Ref(list_id=rep.list_id, full_name="AB")
    assert names_of(ask(books, SalesRepQuery())) == ["AB"]
    assert code(books, Request.add(SalesRep(initial="X", sales_rep_entity_ref=Ref(full_name="School")))) == 3140


def test_stock_is_what_it_was_at_first(books):
    full = put(books, ItemInventory(name="A", quantity_on_hand=Decimal(8), total_value=Decimal("100.00")))
    empty_ = put(books, ItemInventory(name="B", purchase_cost=Decimal("2.5")))
    assert [
        (one.quantity_on_hand, one.average_cost, one.quantity_on_order, one.quantity_on_sales_order)
        for one in (full, empty_)
    ] == [(8, Decimal("12.5"), 0, 0), (0, Decimal("2.5"), 0, 0)]
    assert modded(books, full, purchase_cost=Decimal(99)).average_cost == Decimal("12.5")


def test_a_group_holds_items_until_they_are_cleared(books):
    for name in ("A", "B"):
        put(books, item(name))
    put(books, ItemSubtotal(name="Sum"))
    held = tuple(ItemGroupMember(item_ref=Ref(full_name=name), quantity=Decimal(2)) for name in ("a", "Sum"))
    group = put(books, ItemGroup(name="G", members=held))
    assert [member.item_ref.full_name for member in group.members] == ["A", "Sum"]

    def change(group, **to):
        said = ItemGroup(list_id=group.list_id, edit_sequence=group.edit_sequence, **to)
        return say(books, Request.mod(said))[0].record(ItemGroup)

    group = change(group, clear_items_in_group=False, item_desc="d")
    assert len(group.members) == 2
    group = change(group, members=(ItemGroupMember(item_ref=Ref(full_name="B")),))
    assert [member.item_ref.full_name for member in group.members] == ["B"]
    assert change(group, clear_items_in_group=True).members == ()


def test_a_site_stands_in_another_and_never_in_itself(books):
    yard = put(books, InventorySite(name="Yard"))
    shelf = put(books, InventorySite(name="Shelf", parent_site_ref=Ref(full_name="yard")))
    assert shelf.parent_site_ref == Ref(list_id=yard.list_id, full_name="Yard")
    assert mod(books, yard, parent_site_ref=Ref(list_id=shelf.list_id)).code == 3130
    assert mod(books, yard, parent_site_ref=Ref(list_id=yard.list_id)).code == 3130
    assert code(books, Request.add(InventorySite(name="SHELF"))) == 3100
    assert names(ask(books, InventorySiteQuery())) == ["Shelf", "Yard"]


def test_a_price_level_is_of_the_kind_of_its_prices(books):
    for name in ("A", "B"):
        put(books, item(name))
    fixed = put(books, PriceLevel(name="Fixed", price_level_fixed_percentage=Decimal(-5)))
    prices = (ItemPrice(item_ref=Ref(full_name="A"), custom_price=Decimal(3)),)
    each = put(books, PriceLevel(name="Each", item_prices=prices))
    reckoned = ItemPrice(item_ref=Ref(full_name="A"), adjust_percentage=Decimal(3), adjust_relative_to="Cost")
    assert code(books, Request.add(PriceLevel(name="Reckoned", item_prices=(reckoned,)))) == 1030
    assert [level.price_level_type for level in (fixed, each)] == ["FixedPercentage", "PerItem"]
    assert names(ask(books, PriceLevelQuery(item_ref=Ref(full_name="a")))) == ["Each"]
    assert ask(books, PriceLevelQuery(item_ref=Ref(full_name="B"))) == ()
    said = PriceLevel(list_id=each.list_id, edit_sequence=each.edit_sequence, price_level_fixed_percentage=Decimal(1))
    each = say(books, Request.mod(said))[0].record(PriceLevel)
    assert (each.price_level_type, each.item_prices) == ("FixedPercentage", ())


def test_lists_are_asked_by_class_by_currency_and_by_kind(books):
    top = put(books, Class(name="Top"))
    put(books, Class(name="Low", parent_ref=Ref(full_name="Top")))
    put(books, Currency(name="Canadian Dollar", currency_code="CAD"))
    put(books, item("A", class_ref=Ref(full_name="top")))
    put(books, item("B", class_ref=Ref(full_name="top:low")))
    put(books, item("C"))
    for wanted, expected in (
        ({"full_names": ("TOP",)}, ["A"]),
        ({"list_ids": (top.list_id,)}, ["A"]),
        ({"list_id_with_children": top.list_id}, ["A", "B"]),
        ({"full_name_with_children": "top:Low"}, ["B"]),
        ({"full_name_with_children": "To"}, []),
    ):
        assert names(ask(books, ItemServiceQuery(class_filter=ClassFilter(**wanted)))) == expected
    put(books, Customer(name="North", currency_ref=Ref(full_name="canadian dollar")))
    put(books, Customer(name="South"))
    in_dollars = CurrencyFilter(full_names=("Canadian Dollar",))
    assert names(ask(books, CustomerQuery(currency_filter=in_dollars))) == ["North"]
    put(books, PaymentMethod(name="Cheque", payment_method_type="Check"))
    put(books, PaymentMethod(name="Barter"))
    assert names(ask(books, PaymentMethodQuery(payment_method_types=("Check",)))) == ["Cheque"]
    assert names(ask(books, PaymentMethodQuery(payment_method_types=("Other",)))) == ["Barter"]


# --- queries of several lists ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [EntityQuery, ItemQuery, TermsQuery])
def test_a_query_of_several_lists_is_answered_from_all_of_them(books, asked):
    books.seed(one_of_each())
    answers = asked.__record__.answers
    found = ask(books, asked())
    assert [record.__record__.tag for record in found] == list(answers)
    first, last = found[0], found[-1]
    assert ask(books, asked(list_ids=(last.list_id, first.list_id))) == (last, first)
    assert ask(books, asked(full_names=(full_name(last), full_name(first)))) == (last, first)
    assert code(books, Request.query(asked(full_names=("nobody",)))) == 500
    assert code(books, Request.query(asked(name_filter=NameFilter(match_criterion="Contains", name="nobody")))) == 1
    for list_ in answers:
        assert names_of(ask(books, query(list_)())) == [full_name(one) for one in found if type(one) is entity(list_)]
    line = line_to(books)
    assert run(ask_all([Request.query(asked())]), line)[0].found == found


def test_items_of_all_kinds_are_taken_in_pieces(books):
    books.seed(one_of_each())
    (start,) = say(books, Request.query(ItemQuery(max_returned=5), iterator=Iteration.START))
    more = Request.query(ItemQuery(max_returned=50), iterator=Iteration.CONTINUE, iterator_id=start.iterator_id)
    (rest,) = say(books, more)
    assert start.found + rest.found == ask(books, ItemQuery())
    assert start.iterator_remaining_count == len(rest.found)


def test_an_old_program_is_not_told_of_kinds_that_it_does_not_know(books):
    books.seed(one_of_each())
    (outcome,) = say(books, Request.query(ItemQuery()), dialect=Dialect("1.0"))
    known = {record.__record__.tag for record in outcome.found}
    assert {*ItemQuery.__record__.answers} - known == {"ItemFixedAsset", "ItemInventoryAssembly"}


def test_both_kinds_of_terms_are_terms_of_a_vendor(books):
    put(books, StandardTerms(name="Net 30", std_due_days=30))
    put(books, DateDrivenTerms(name="Net 25th", day_of_month_due=25))
    vendors = [put(books, Vendor(name=name, terms_ref=Ref(full_name=name))) for name in ("Net 30", "Net 25th")]
    assert [vendor.terms_ref.full_name for vendor in vendors] == ["Net 30", "Net 25th"]
    put(books, OtherName(name="Owner"))
    assert names(ask(books, EntityQuery())) == ["Owner", "Net 25th", "Net 30"]


# --- deleting --------------------------------------------------------------------------------------------------------


def delete(company, record):
    how = ListDel(list_del_type=record.__record__.tag, list_id=record.list_id)
    return run(ask_all([Request.command(how)]), line_to(company))[0]


@EVERY
def test_what_is_deleted_is_gone_and_remembered(books, list_):
    record = seed(list_)
    books.seed([*requisites(record), record])
    (before,) = ask(books, query(list_)(list_ids=(record.list_id,)))
    gone = delete(books, record)
    now = Moment("2023-11-14T22:13:20+00:00")
    facts = {"list_del_type": list_, "list_id": record.list_id, "full_name": full_name(before), "time_deleted": now}
    assert gone.found == (ListDel(**facts),)
    assert code(books, Request.query(query(list_)(list_ids=(record.list_id,)))) == 500
    assert delete(books, record).code == 3120
    (remembered,) = run(ask_all([Request.query(ListDeletedQuery(list_del_types=(list_,)))]), line_to(books))
    assert remembered.found == (ListDeleted(time_created=before.time_created, **facts),)
    anew = put(books, attrs.evolve(record, list_id=None))
    assert full_name(anew) == full_name(before)
    assert anew.list_id != before.list_id


@EVERY
def test_nothing_is_deleted_while_something_refers_to_it(books, list_):
    """Whatever a record of the list can refer to stays until that record is gone."""
    record = drawn(whole(every_reference(entity(list_))))
    if list_ == "PriceLevel":
        record = attrs.evolve(record, currency_ref=None)
    books.seed(requisites(record))
    (added,) = say(books, Request.add(record))
    assert added.ok, (added.message, books.last_fault)
    above = [seed(home) for home in dict.fromkeys(referred(record))]
    assert [delete(books, one).code for one in above] == [3160] * len(above)
    assert delete(books, added.record(entity(list_))).code == 0
    free = [one for one in above if not any(one.list_id in needs(other) for other in above)]
    assert {delete(books, one).code for one in free} <= {0}


def needs(record):
    return {one.list_id for one in requisites(record)}


def every_reference(cls):
    """A record with all the references that it can have at its top, and what it must have besides."""
    references = {
        field.name: (Ref(list_id="1-1"),) if field.plural else Ref(list_id="1-1")
        for field in table(cls).fields
        if isinstance(field.row, Reference) and ADD in field.row.shapes and Edition.US in field.row.editions
    }
    return attrs.evolve(called(cls.__record__.tag, "all"), **references)


def test_deletions_are_asked_for_by_list_and_by_day():
    clock = Clock()
    with CompanyFile.create(clock=clock) as company:
        for days, name in enumerate(("A", "B", "C")):
            clock.now = NOON + 86_400 * days
            assert delete(company, put(company, Vendor(name=name))).ok
        assert delete(company, put(company, Class(name="D"))).ok

        def remembered(*lists, **span):
            wanted = DeletedDateRangeFilter(**span) if span else None
            asked = ListDeletedQuery(list_del_types=lists or ("Vendor",), deleted_date_range_filter=wanted)
            return [one.full_name for one in ask(company, asked)]

        assert remembered() == ["A", "B", "C"]
        assert remembered("Class") == ["D"]
        assert remembered("Class", "Vendor") == ["A", "B", "C", "D"]
        assert remembered("Vehicle") == []
        assert remembered(from_deleted_date=Moment("2023-11-15T22:13:20")) == ["B", "C"]
        assert remembered(to_deleted_date=Moment("2023-11-15")) == ["A", "B"]
        clock.now = NOON + 86_400 * 91
        assert remembered() == ["B", "C"]


def test_a_transaction_and_a_job_hold_what_they_name(books):
    vendor = put(books, Vendor(name="Alder"))
    costs = put(books, Account(name="Costs", account_type="Expense"))
    customer = put(books, Customer(name="School"))
    put(books, Customer(name="Gym", parent_ref=Ref(list_id=customer.list_id)))
    line = BillExpenseLine(account_ref=Ref(list_id=costs.list_id), amount=Decimal(5))
    put(books, Bill(vendor_ref=Ref(list_id=vendor.list_id), expense_lines=(line,)))
    assert [delete(books, record).code for record in (vendor, costs, customer)] == [3160] * 3


def test_a_reference_holds_what_it_names_and_not_its_namesakes_in_other_lists(books):
    costs = Account(list_id="1-1", name="Costs", account_type="Expense")
    department = Class(list_id="1-1", name="West")
    books.seed([costs, department])
    put(books, item("A", class_ref=Ref(list_id="1-1")))
    assert [delete(books, record).code for record in (department, costs)] == [3160, 0]


def test_only_lists_that_are_kept_are_deleted_from(books):
    strangers = {str(kind) for kind in ListDelType} - LISTS.keys()
    for list_ in strangers:
        assert code(books, Request.command(ListDel(list_del_type=list_, list_id="1-1"))) == 1030
    assert set(ADDED) <= {str(kind) for kind in ListDelType}


# --- accounts that QuickBooks makes, and templates -------------------------------------------------------------------


def bill(company, amount=5):
    """A bill, which posts to what is owed to vendors."""
    number = len(list(company.records("Vendor")))
    vendor = put(company, Vendor(name=f"v{number}"))
    rent = put(company, Account(name=f"Rent {number}", account_type="Expense"))
    line = BillExpenseLine(account_ref=Ref(list_id=rent.list_id), amount=Decimal(amount))
    return put(company, Bill(vendor_ref=Ref(list_id=vendor.list_id), expense_lines=(line,)))


def special(company):
    return {one.special_account_type: one.name for one in company.records("Account") if one.special_account_type}


def test_an_account_that_quickbooks_needs_is_made_once_and_known_whatever_its_name(books):
    assert special(books) == {}
    bill(books)
    assert special(books) == {"AccountsPayable": "Accounts Payable"}
    (payable,) = [one for one in books.records("Account") if one.special_account_type]
    assert (payable.account_type, payable.cash_flow_classification) == ("AccountsPayable", "Operating")
    modded(books, payable, name="Owed to vendors")
    assert bill(books).ap_account_ref.list_id == payable.list_id
    assert special(books) == {"AccountsPayable": "Owed to vendors"}


def test_an_account_that_somebody_made_for_the_same_will_do(books):
    owed = put(books, Account(name="Owed", account_type="AccountsPayable"))
    assert bill(books).ap_account_ref.list_id == owed.list_id
    assert special(books) == {}


def test_where_its_name_is_taken_it_gets_a_star(books):
    put(books, Account(name="Accounts Payable", account_type="Expense"))
    bill(books)
    assert special(books) == {"AccountsPayable": "*Accounts Payable"}


def test_what_was_made_for_a_request_that_is_refused_goes_with_it(books):
    vendor = put(books, Vendor(name="v"))
    line = BillExpenseLine(account_ref=Ref(full_name="Rent"), amount=Decimal(5))
    refused = Request.add(Bill(vendor_ref=Ref(list_id=vendor.list_id), expense_lines=(line,)))
    assert code(books, refused) == 3140
    put(books, Account(name="Rent", account_type="Expense"))
    assert special(books) == {}
    assert code(books, refused) == 0
    assert special(books) == {"AccountsPayable": "Accounts Payable"}


def test_special_accounts_are_as_the_rows_know_them():
    for name, what in SPECIAL_ACCOUNTS.items():
        assert SpecialAccountType(what.special)
        assert AccountType(what.account_type)
        assert len(name) <= 31


def test_an_account_number_stands_once(books):
    one = put(books, Account(name="One", account_type="Bank", account_number="1000"))
    two = put(books, Account(name="Two", account_type="Bank"))
    (outcome,) = say(books, Request.add(Account(name="Three", account_type="Bank", account_number="1000")))
    assert outcome.code == 3180
    assert "account number is already in use" in outcome.message
    assert mod(books, two, account_number="1000").code == 3180
    assert mod(books, one, desc="still its own").code == 0
    two = modded(books, two, account_number="1001")
    assert modded(books, two, "account_number").account_number is None
    assert code(books, Request.add(Account(name="Three", account_type="Bank", account_number="1001"))) == 0


def test_accounts_of_one_family_are_of_one_type(books):
    costs = put(books, Account(name="Costs", account_type="CostOfGoodsSold"))
    below = Account(name="Labor", account_type="Expense", parent_ref=Ref(list_id=costs.list_id))
    assert code(books, Request.add(below)) == 3180
    assert "CostOfGoodsSold and Expense" in books.last_fault
    labour = put(books, attrs.evolve(below, account_type="CostOfGoodsSold"))
    rent = put(books, Account(name="Rent", account_type="Expense"))
    assert mod(books, labour, account_type="Expense").code == 3180
    assert mod(books, labour, parent_ref=Ref(list_id=rent.list_id)).code == 3180
    assert mod(books, costs, account_type="Expense").code == 3180
    assert mod(books, rent, account_type="OtherExpense").code == 0


def test_every_file_has_templates_and_forms_can_name_them(books):
    found = ask(books, TemplateQuery())
    assert {one.name: one.template_type for one in found} == TEMPLATES
    assert ask(books, TemplateQuery(include_ret_elements=("Name",)))[0].list_id is None
    vendor = put(books, Vendor(name="v"))
    line = PurchaseOrderLine(item_ref=Ref(list_id=put(books, item("x")).list_id), amount=Decimal(5))
    order = PurchaseOrder(vendor_ref=Ref(list_id=vendor.list_id), lines=(line,))
    laid_out = put(books, attrs.evolve(order, template_ref=Ref(full_name="custom purchase order")))
    assert laid_out.template_ref.full_name == "Custom Purchase Order"
    assert code(books, Request.add(attrs.evolve(order, template_ref=Ref(full_name="mine")))) == 3140
    assert code(books, Request.add(Vendor(name="w"))) == 0
