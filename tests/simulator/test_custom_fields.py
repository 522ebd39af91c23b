"""Custom fields of the company file: what is defined, what a record holds of it, and who gets to see it."""

from decimal import Decimal

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procore_qbd import Memory, Ref, Request, ask_all, run
from procore_qbd.qbxml.entities.accounts import Account
from procore_qbd.qbxml.entities.company import CompanyQuery
from procore_qbd.qbxml.entities.custom_fields import (
    DataExt,
    DataExtDef,
    DataExtDefDel,
    DataExtDefQuery,
    DataExtDel,
    ExtensibleList,
)
from procore_qbd.qbxml.entities.customers import Customer, CustomerQuery
from procore_qbd.qbxml.entities.employees import Employee
from procore_qbd.qbxml.entities.estimates import Estimate, EstimateLine, EstimateQuery
from procore_qbd.qbxml.entities.items import ItemServiceQuery
from procore_qbd.qbxml.entities.other_names import OtherName
from procore_qbd.qbxml.entities.shared.common import CustomField, CustomFieldType
from procore_qbd.qbxml.entities.shared.transactions import ITEMS
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery
from procore_qbd.simulator import CompanyFile
from procore_qbd.simulator.lists.custom_fields import PUBLIC
from support.company import Clock, ask, code, item, put, say, validated
from support.examples import examples
from support.shared import SHARED

OURS = "{6B063959-81B0-4622-85D6-F548C8CCB517}"
THEIRS = "{90A44FB7-27F3-4815-AC85-166DA7E7D1EB}"
TEXT = CustomFieldType.TEXT_255


def definition(name="Phase", owner=PUBLIC, kind=TEXT, on=("Customer",)):
    return Request.add(DataExtDef(owner_id=owner, data_ext_name=name, data_ext_type=kind, assign_to_objects=on))


def redefined(name, owner=PUBLIC, **more):
    return Request.mod(DataExtDef(owner_id=owner, data_ext_name=name, **more))


def undefined(name, owner=PUBLIC):
    return Request.command(DataExtDefDel(owner_id=owner, data_ext_name=name))


def of(record, name="Phase", owner=PUBLIC, value=None, line=None):
    """A value of a record of a list, of a transaction, of its line, or of the company where there is no record."""
    said = {"owner_id": owner, "data_ext_name": name, "data_ext_value": value}
    if record is None:
        return DataExt(other_data_ext_type="Company", **said)
    tag = type(record).__name__
    if hasattr(record, "txn_id"):
        return DataExt(txn_data_ext_type=tag, txn_id=record.txn_id, txn_line_id=line, **said)
    kind = "Item" if tag in ITEMS else tag
    return DataExt(list_data_ext_type=kind, list_obj_ref=Ref(list_id=record.list_id), **said)


def set_(record, value, name="Phase", owner=PUBLIC, line=None):
    return Request.add(of(record, name, owner, value, line))


def reset(record, value, name="Phase", owner=PUBLIC):
    return Request.mod(of(record, name, owner, value))


def cleared(record, name="Phase", owner=PUBLIC):
    return Request.command(DataExtDel(data_ext=of(record, name, owner)))


def codes(company, *requests):
    return [outcome.code for outcome in say(company, *requests)]


def values(company, record, *owners):
    """What a query shows of a record's custom fields."""
    queries = {"Customer": CustomerQuery, "Vendor": VendorQuery, "ItemService": ItemServiceQuery}
    query = queries[type(record).__name__](list_ids=(record.list_id,), owner_ids=owners)
    (found,) = ask(company, query)
    return {field.name: field.value for field in found.custom_fields}


# --- what holds of all -----------------------------------------------------------------------------------------------

OWNERS, NAMES, PLACES = (PUBLIC, OURS), ("Phase", "phase ", "Zone"), ("Customer", "Vendor", "Company")
STEPS = st.one_of(
    st.tuples(st.just("define"), st.sampled_from(OWNERS), st.sampled_from(NAMES), st.sets(st.sampled_from(PLACES))),
    st.tuples(st.just("undefine"), st.sampled_from(OWNERS), st.sampled_from(NAMES), st.none()),
    st.tuples(
        st.sampled_from(["add", "mod", "delete"]),
        st.sampled_from(OWNERS),
        st.sampled_from(NAMES),
        st.sampled_from(PLACES),
    ),
)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, max_size=25))
def test_what_was_set_and_neither_deleted_nor_undefined_is_there(steps):
    """Against a model of two dictionaries: what is defined where, and what each holder has."""
    defined, held = {}, {}
    with CompanyFile.create(clock=Clock()) as company:
        line = Memory(lambda document: validated(company.process(document)) if SHARED else company.process(document))
        holders = {"Customer": put(company, Customer(name="C")), "Vendor": put(company, Vendor(name="V"))}
        for number, (verb, owner, name, where) in enumerate(steps):
            key = owner, name.strip().lower()
            holder, there = holders.get(where if isinstance(where, str) else ""), (where, *key)
            if verb == "define":
                request, ok = definition(name, owner, on=tuple(sorted(where))), key not in defined
                if owner == PUBLIC:
                    ok = ok and "Company" not in where
                if ok:
                    defined[key] = where
            elif verb == "undefine":
                request, ok = undefined(name, owner), key in defined
                defined.pop(key, None)
                held = {at: value for at, value in held.items() if at[1:] != key}
            elif verb == "delete":
                request, ok = cleared(holder, name, owner), there in held
                held.pop(there, None)
            else:
                request = (set_ if verb == "add" else reset)(holder, f"v{number}", name, owner)
                ok = where in defined.get(key, ()) and (verb == "mod" or there not in held)
                if ok:
                    held[there] = f"v{number}"
            (outcome,) = run(ask_all([request]), line)
            assert outcome.ok == ok, (verb, outcome.message, company.last_fault)
            queries = [
                Request.query(CustomerQuery(owner_ids=OWNERS)),
                Request.query(VendorQuery(owner_ids=OWNERS)),
                Request.query(CompanyQuery(owner_ids=OWNERS)),
            ]
            found = {
                (place, field.owner_id, field.name.lower()): field.value
                for place, answer in zip(PLACES, run(ask_all(queries), line), strict=True)
                for field in answer.found[0].custom_fields
            }
            assert found == held
            fields = {(one.owner_id, one.data_ext_name.lower()) for one in ask(company, DataExtDefQuery())}
            assert fields == defined.keys()


KINDS = {
    CustomFieldType.AMOUNT: (["12", "12.50", "-0.01"], ["12.5", "twelve", "1,000.00"], 3040),
    CustomFieldType.MOMENT: (["2026-01-31", "2026-01-31T08:15:00"], ["31.1.2026", "2026-02-30"], 3020),
    CustomFieldType.INTEGER: (["0", "-12"], ["1.5", "one"], 3085),
    CustomFieldType.PERCENT: (["7.5"], ["seven"], 3050),
    CustomFieldType.PRICE: (["1.00001"], ["1.000001", "dear"], 3045),
    CustomFieldType.QUANTITY: (["2.5"], ["2.500001", "some"], 3060),
    CustomFieldType.TEXT_1024: (["x" * 1024], ["x" * 1025], 3070),
    CustomFieldType.TEXT_255: (["x" * 255, " kept as it is "], ["x" * 256], 3070),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_value_is_of_its_fields_type(books, kind):
    good, bad, status = KINDS[kind]
    vendor = put(books, Vendor(name="V"))
    assert code(books, definition(owner=OURS, kind=kind, on=("Vendor",))) == 0
    for text in good:
        assert code(books, reset(vendor, text, owner=OURS)) == 0, text
        assert values(books, vendor, OURS) == {"Phase": text}
    for text in bad:
        assert code(books, reset(vendor, text, owner=OURS)) == status, text
    assert values(books, vendor, OURS) == {"Phase": good[-1]}


# --- definitions -----------------------------------------------------------------------------------------------------


def test_a_definition_comes_back_with_its_number_and_is_found_by_owner_and_by_what_has_it(books):
    (public,) = say(books, definition("Phase", on=("Customer", "Vendor", "Customer")))
    (private,) = say(books, definition("Key", OURS.lower(), CustomFieldType.INTEGER, ("Account", "Company", "Bill")))
    assert [one.found[0].data_ext_id for one in (public, private)] == [1, 2]
    assert public.found[0].assign_to_objects == ("Customer", "Vendor")
    assert private.found[0].owner_id == OURS

    def found(**how):
        return [one.data_ext_name for one in ask(books, DataExtDefQuery(**how))]

    assert found() == ["Phase", "Key"]
    assert found(owner_ids=(OURS.lower(),)) == ["Key"]
    assert found(assign_to_objects=("Vendor",)) == ["Phase"]
    (nothing,) = say(books, Request.query(DataExtDefQuery(owner_ids=(THEIRS,))))
    assert (nothing.code, nothing.found) == (1, ())


def test_what_people_see_is_text_on_names_or_items(books):
    assert code(books, definition(kind=CustomFieldType.INTEGER)) == 3210
    assert code(books, definition(on=("Customer", "Bill"))) == 3351
    assert code(books, definition(on=("Item", "Customer"))) == 3352
    assert code(books, definition(on=("Item",))) == 0
    assert code(books, definition(on=("Vendor",))) == 3352
    assert code(books, definition(on=("Item",))) == 3180
    assert code(books, redefined("Phase", assign_to_objects=("Vendor",))) == 3352
    assert code(books, redefined("Phase", remove_from_objects=("Bill",))) == 3351


def test_there_is_room_for_so_many_fields_that_people_see(books):
    on = ["Customer"] * 7 + ["Vendor"] * 7 + ["Employee"]
    assert set(codes(books, *(definition(f"f{number}", on=(kind,)) for number, kind in enumerate(on)))) == {0}
    assert code(books, definition("one more", on=("Employee",))) == 3350
    assert code(books, redefined("f14", assign_to_objects=("Customer",))) == 3350
    assert code(books, redefined("f14", assign_to_objects=("Customer",), remove_from_objects=("Employee",))) == 3350
    assert set(codes(books, *(definition(f"i{number}", on=("Item",)) for number in range(5)))) == {0}
    assert code(books, definition("i5", on=("Item",))) == 3350
    assert code(books, undefined("f0")) == 0
    assert code(books, definition("one more", on=("Customer",))) == 0
    assert code(books, definition("private", OURS, on=("Customer", "Item"))) == 0


def test_what_enterprise_alone_has_is_refused(books):
    require = Request.add(
        DataExtDef(owner_id=PUBLIC, data_ext_name="Phase", data_ext_type=TEXT, data_ext_list_require=True)
    )
    assert code(books, require) == 3250
    assert "Enterprise" in books.last_fault


def test_a_new_name_and_a_place_that_goes_reach_the_values(books):
    customer, vendor = put(books, Customer(name="C")), put(books, Vendor(name="V"))
    say(books, definition("Phase", on=("Customer", "Vendor")), definition("Zone", on=("Vendor",)))
    assert codes(books, set_(customer, "one"), set_(vendor, "two"), set_(vendor, "three", "Zone")) == [0, 0, 0]
    assert code(books, redefined("Phase", data_ext_new_name="ZONE")) == 3180
    assert code(books, redefined("Stage", data_ext_new_name="Zone")) == 3121
    assert code(books, redefined("PHASE", data_ext_new_name="Stage", remove_from_objects=("Vendor",))) == 0
    assert values(books, customer, PUBLIC) == {"Stage": "one"}
    assert values(books, vendor, PUBLIC) == {"Zone": "three"}
    assert code(books, undefined("stage")) == 0
    assert values(books, customer, PUBLIC) == {}


def test_the_company_keeps_what_it_holds_under_a_new_name(books):
    say(books, definition("FileID", OURS, on=("Company",)), set_(None, "abc", "FileID", OURS))
    assert code(books, redefined("FileID", OURS, data_ext_new_name="Id")) == 0
    (company,) = ask(books, CompanyQuery(owner_ids=(OURS,)))
    assert company.custom_fields == (CustomField(owner_id=OURS, name="Id", type=TEXT, value="abc"),)
    assert ask(books, CompanyQuery())[0].custom_fields == ()


# --- values ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ExtensibleList)
def test_every_list_that_can_have_them_has_them(books, kind):
    account = Account(name="x", account_type="Bank")
    samples = [account, Customer(name="x"), Employee(first_name="x"), item("x"), OtherName(name="x"), Vendor(name="x")]
    record = put(books, dict(zip(ExtensibleList, samples, strict=True))[kind])
    say(books, definition("Key", OURS, on=(str(kind),)), definition("Key", THEIRS, on=(str(kind),)))
    (outcome,) = say(books, set_(record, "1", "Key", OURS))
    assert (outcome.found[0].data_ext_value, outcome.found[0].data_ext_type) == ("1", TEXT)
    (kept,) = books.records(type(record).__name__)
    assert kept.custom_fields == (CustomField(owner_id=OURS, name="Key", type=TEXT, value="1"),)


def test_who_does_not_name_the_owner_does_not_see_it_and_its_case_does_not_matter(books):
    vendor = put(books, Vendor(name="V"))
    say(books, definition(on=("Vendor",)), definition("Key", OURS, on=("Vendor",)))
    say(books, set_(vendor, "rough", "PHASE"), set_(vendor, "7", "Key", OURS.lower()))
    assert values(books, vendor) == {}
    assert values(books, vendor, PUBLIC) == {"Phase": "rough"}
    assert values(books, vendor, OURS.lower()) == {"Key": "7"}
    assert values(books, vendor, OURS, PUBLIC) == {"Phase": "rough", "Key": "7"}


def test_a_value_changes_what_holds_it(books, clock):
    vendor = put(books, Vendor(name="V"))
    say(books, definition(on=("Vendor",)))
    clock.now += 60
    assert code(books, set_(vendor, "rough")) == 0
    (after,) = books.records("Vendor")
    assert int(after.edit_sequence) == int(vendor.edit_sequence) + 60
    assert after.time_modified != vendor.time_modified == after.time_created
    assert code(books, cleared(vendor)) == 0
    (after,) = books.records("Vendor")
    assert int(after.edit_sequence) == int(vendor.edit_sequence) + 61
    books.edit_sequence_by_second = True
    assert code(books, set_(vendor, "smooth")) == 0
    (after,) = books.records("Vendor")
    assert int(after.edit_sequence) == clock.now


def test_a_mod_of_the_record_leaves_its_fields(books):
    vendor = put(books, Vendor(name="V"))
    say(books, definition(on=("Vendor",)), set_(vendor, "rough"))
    (now,) = books.records("Vendor")
    mod = Request.mod(Vendor(list_id=now.list_id, edit_sequence=now.edit_sequence, phone="1"))
    assert code(books, mod) == 0
    assert values(books, vendor, PUBLIC) == {"Phase": "rough"}


def test_what_is_not_defined_not_there_or_empty_is_refused(books):
    vendor, customer = put(books, Vendor(name="V")), put(books, Customer(name="C"))
    say(books, definition())
    assert code(books, set_(vendor, "x")) == 3121
    assert code(books, set_(customer, "x", "Zone")) == 3121
    assert code(books, set_(customer, "x", owner=OURS)) == 3121
    assert code(books, set_(attrs.evolve(customer, list_id="1-1"), "x")) == 3120
    assert code(books, set_(customer, " ")) == 3190
    assert code(books, cleared(customer)) == 3120
    assert code(books, set_(customer, "x")) == 0
    (again,) = say(books, set_(customer, "y"))
    assert again.code == 3180
    assert again.message.endswith('"Phase".  QuickBooks error message: Attribute with specified name already exists.')
    assert code(books, reset(customer, "")) == 3190
    assert values(books, customer, PUBLIC) == {"Phase": "x"}


def test_programs_share_4096_bytes_on_a_record(books):
    vendor = put(books, Vendor(name="V"))
    wide = CustomFieldType.TEXT_1024
    fields = [(f"f{number}", owner) for number in range(3) for owner in (OURS, THEIRS)]
    say(books, *(definition(name, owner, wide, ("Vendor",)) for name, owner in fields))
    filled = [code(books, set_(vendor, "x" * 1024, name, owner)) for name, owner in fields]
    assert filled == [0, 0, 0, 0, 3180, 3180]
    assert "4096" in books.last_fault
    assert code(books, reset(vendor, "x" * 24, *fields[0])) == 0
    assert code(books, set_(vendor, "x" * 1000, *fields[4])) == 0


# --- transactions ----------------------------------------------------------------------------------------------------


@pytest.fixture
def estimate(books):
    customer, labour = put(books, Customer(name="C")), put(books, item("labour"))
    say(books, definition("Phase", on=("Customer",)), definition("Size", on=("Item",)))
    say(books, definition("Key", OURS, on=("Estimate",)))
    line = EstimateLine(item_ref=Ref(list_id=labour.list_id), amount=Decimal(5))
    return put(books, Estimate(customer_ref=Ref(list_id=customer.list_id), lines=(line, line)))


def seen(books, *owners):
    (found,) = ask(books, EstimateQuery(include_line_items=True, owner_ids=owners))
    return tuple({field.name: field.value for field in one.custom_fields} for one in (found, *found.lines))


def test_transactions_have_the_fields_of_names_and_their_lines_those_of_items(books, estimate):
    line = estimate.lines[1].txn_line_id
    assert code(books, set_(estimate, "rough", "Phase")) == 0
    assert code(books, set_(estimate, "7", "Key", OURS)) == 0
    assert code(books, set_(estimate, "big", "Size", line=line)) == 0
    assert code(books, set_(estimate, "big", "Size")) == 3121
    assert code(books, set_(estimate, "rough", "Phase", line=line)) == 3121
    assert code(books, set_(estimate, "7", "Key", OURS, line=line)) == 3121
    assert code(books, set_(estimate, "big", "Size", line="1-1")) == 3120
    assert seen(books) == ({}, {}, {})
    assert seen(books, PUBLIC) == ({"Phase": "rough"}, {}, {"Size": "big"})
    assert seen(books, OURS) == ({"Key": "7"}, {}, {})
    (now,) = books.records("Estimate")
    assert int(now.edit_sequence) == int(estimate.edit_sequence) + 3
    assert now.total_amount == estimate.total_amount


def test_a_definition_that_goes_takes_its_values_from_transactions_and_lines(books, estimate):
    line = estimate.lines[0].txn_line_id
    say(books, set_(estimate, "rough", "Phase"), set_(estimate, "big", "Size", line=line))
    assert code(books, redefined("Size", data_ext_new_name="Width")) == 0
    assert code(books, undefined("Phase")) == 0
    assert seen(books, PUBLIC) == ({}, {"Width": "big"}, {})


def test_a_line_can_come_with_its_fields(books, estimate):
    labour = estimate.lines[0].item_ref

    def asked(*fields):
        said = tuple(CustomField(owner_id=PUBLIC, name=name, value=value) for name, value in fields)
        line = EstimateLine(item_ref=labour, amount=Decimal(5), custom_fields=said)
        return Request.add(Estimate(customer_ref=estimate.customer_ref, lines=(line,)))

    (outcome,) = say(books, asked(("size", "big")))
    assert outcome.code == 0
    *_, kept = books.records("Estimate")
    assert kept.lines[0].custom_fields == (CustomField(owner_id=PUBLIC, name="Size", type=TEXT, value="big"),)
    assert code(books, asked(("Phase", "rough"))) == 3121
    assert code(books, asked(("Width", "x"))) == 3121
    assert code(books, asked(("Size", "x" * 256))) == 3070
    assert code(books, asked(("Size", "x"), ("SIZE", "y"))) == 3180
    assert len(list(books.records("Estimate"))) == 2
