"""The three requests against a company file: what is made, what is found again, what is refused, and why."""

import itertools

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procore_qbd import (
    EngineError,
    ItemKind,
    ItemNaming,
    Link,
    Links,
    Memory,
    Ref,
    Request,
    changes,
    gather,
    perform,
    run,
)
from procore_qbd.domain import (
    CostCode,
    CreateOrUpdateJob,
    CreateStandardCostCodes,
    CreateVendor,
    DetailStatus,
    ErpRequest,
    LineItemType,
    Project,
    RefusalCode,
    StandardCostCode,
    VendorCompany,
)
from procore_qbd.procore import read_request, to_plain
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.items import ItemService
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.simulator import CompanyFile
from procore_qbd.testing.seeding import references
from support.desk import BOOKS, Office
from support.examples import examples
from support.payloads import with_quickbooks_ids
from support.shared import SHARED, needs_shared

SUCCESS, FAILED = DetailStatus.SUCCESS, DetailStatus.FAILED


@pytest.fixture
def office():
    with Office() as found:
        yield found


def vendor(procore_id=35, name="Alder Creek", **more):
    return CreateVendor(company_id=7, request_detail_id=1, vendor=VendorCompany(id=procore_id, name=name, **more))


def codes(*numbers, parents=None, **more):
    parents = parents or {}
    found = tuple(
        StandardCostCode(
            id=number,
            code=f"{number:02}",
            full_code=f"X-{number:02}",
            name=f"Code {number}",
            parent_id=parents.get(number),
            **more,
        )
        for number in numbers
    )
    return CreateStandardCostCodes(
        standard_cost_codes=found, request_detail_ids=tuple(100 + number for number in numbers)
    )


def job(procore_id=7, name="Harbour View", cost_codes=(), **more):
    return CreateOrUpdateJob(
        company_id=7,
        request_detail_id=2,
        job=Project(id=procore_id, name=name, **more),
        all_cost_codes=tuple(cost_codes),
    )


# --- vendors ---------------------------------------------------------------------------------------------------------


def test_a_vendor_is_made_once_and_found_ever_after(office):
    first = office.perform(vendor())
    (made,) = office.file.records("Vendor")
    assert made.external_guid == Links().guid(ItemKind.VENDOR, 35, 7)
    assert first.ok
    assert first.details[0].changed
    (data,) = first.external_data
    assert (data.origin_id, data.origin_code) == (made.list_id, "Alder Creek")
    assert data.origin_data == f'{{"edit_sequence": "{made.edit_sequence}"}}'
    again = office.perform(vendor())
    assert (again.ok, again.details[0].changed, again.external_data) == (True, False, first.external_data)
    assert office.names("Vendor") == ["Alder Creek"]


def test_after_a_lost_reply_the_vendor_is_recognised_by_its_guid(office):
    assert office.one(vendor(), remember=False).changed
    again = office.perform(vendor(name="ALDER CREEK"))
    assert (again.ok, again.details[0].changed) == (True, False)
    assert office.names("Vendor") == ["Alder Creek"]
    assert office.links.find(ItemKind.VENDOR, 35) is not None


def test_a_vendor_that_a_bookkeeper_made_is_never_adopted(office):
    office.ask(Request.add(Vendor(name="Alder Creek")))
    detail = office.one(vendor())
    (theirs,) = office.file.records("Vendor")
    assert detail.status is FAILED
    already = f"QuickBooks has vendor 'Alder Creek' already ({theirs.list_id})"
    link_it = f"link the two (procore-qbd link vendor 35 {theirs.list_id})"
    assert detail.messages == (f"{already}, and it is linked to nothing: {link_it}, or rename one of them",)
    office.links.add(Link(kind=ItemKind.VENDOR, procore_id=35, quickbooks_id=theirs.list_id))
    assert office.one(vendor()).status is SUCCESS


def test_a_name_that_a_customer_has_is_explained(office):
    office.ask(Request.add(Customer(name="alder creek")))
    detail = office.one(vendor())
    assert detail.status is FAILED
    assert detail.messages[0].startswith("QuickBooks has customer or job 'alder creek' already")
    assert "share one list of names" in detail.messages[0]


def test_a_vendor_type_that_is_not_there_is_explained(office):
    detail = office.one(vendor(vendor_type_origin_id="80000009-1"))
    assert detail.messages[0].startswith("QuickBooks refused it with 3140: ")
    assert "80000009-1" in detail.messages[0]
    assert office.names("Vendor") == []


def test_a_linked_vendor_that_is_gone_is_for_a_person_to_sort_out(office):
    detail = office.one(vendor(origin_id="80000009-1"))
    assert detail.messages == (
        (
            "Alder Creek: Procore says it is vendor 80000009-1, which is not in this company file: somebody deleted it or "
            "merged it into another vendor, or this is not the right company file; if it was deleted, unlink it in Procore, "
            "then send it again"
        ),
    )
    assert office.names("Vendor") == []


def test_procore_and_our_links_may_not_disagree(office):
    office.perform(vendor())
    detail = office.one(vendor(origin_id="80000009-1"))
    assert detail.status is FAILED
    assert "Procore says it is 80000009-1" in detail.messages[0]


def test_a_record_that_is_another_companys_is_named(office):
    office.perform(vendor())
    (made,) = office.file.records("Vendor")
    for other in (vendor(36), vendor(36, origin_id=made.list_id)):
        detail = office.one(other)
        assert detail.status is FAILED
        assert "that record is linked to vendor 35" in detail.messages[0]


def test_what_does_not_fit_never_reaches_quickbooks(office):
    detail = office.one(vendor(name="x" * 42 + ":"))
    assert len(detail.messages) == 2
    assert office.documents == 0


def test_an_inactive_vendor_that_is_synced_already_stays_synced(office):
    office.perform(vendor())
    assert office.one(vendor(is_active=False)).status is SUCCESS


def test_an_unlinked_vendor_is_made_anew_under_another_name_only(office):
    office.perform(vendor())
    office.links.remove(ItemKind.VENDOR, 35)
    assert "it is linked to nothing" in office.one(vendor()).messages[0]
    assert office.one(vendor(name="Alder Creek II")).changed
    assert len({record.external_guid for record in office.file.records("Vendor")}) == 2


# --- cost codes ------------------------------------------------------------------------------------------------------


def test_cost_codes_nest_under_divisions_of_the_same_request_in_any_order(office):
    close_out = office.perform(codes(3, 2, 1, parents={2: 1, 3: 2}))
    assert [detail.item_id for detail in close_out.details] == [3, 2, 1]
    assert [detail.request_detail_id for detail in close_out.details] == [103, 102, 101]
    assert office.names("ItemService") == ["01", "01:02", "01:02:03"]
    assert {data.item_id: data.origin_code for data in close_out.external_data} == {1: "01", 2: "01:02", 3: "01:02:03"}
    assert not any(detail.changed for detail in office.perform(codes(3, 2, 1, parents={2: 1, 3: 2})).details)


def test_a_refused_division_holds_up_only_what_is_below_it(office):
    request = codes(1, 2, 3, parents={2: 1})
    wrong = attrs.evolve(request.standard_cost_codes[0], code="0:1")
    close_out = office.perform(attrs.evolve(request, standard_cost_codes=(wrong, *request.standard_cost_codes[1:])))
    assert [detail.status for detail in close_out.details] == [FAILED, FAILED, SUCCESS]
    assert close_out.details[1].messages == ("its division in the same request was not exported; see its refusal",)
    assert office.names("ItemService") == ["03"]


def test_a_division_from_an_earlier_request_is_found_by_its_link_even_renamed(office):
    office.perform(codes(1))
    division = office.record("ItemService", "01")
    renamed = changes(division, attrs.evolve(division, name="General"))
    assert renamed is not None
    office.ask(Request.mod(renamed))
    assert office.one(codes(2, parents={2: 1})).changed
    assert office.names("ItemService") == ["General", "General:02"]
    assert not office.one(codes(2, parents={2: 1}), remember=False).changed


def test_a_division_that_is_gone_is_said(office):
    detail = office.one(codes(2, parents={2: 1}, parent_origin_id="80000009-1"))
    assert "the item of its division (80000009-1) is not in QuickBooks any more" in detail.messages[0]


def test_codes_in_a_circle_are_refused(office):
    close_out = office.perform(codes(1, 2, 3, parents={1: 2, 2: 1}))
    assert [detail.status for detail in close_out.details] == [FAILED, FAILED, SUCCESS]
    assert "is below itself" in close_out.details[0].messages[0]


def test_flat_items_need_no_division(office):
    flat = attrs.evolve(BOOKS, item_naming=ItemNaming.FLAT)
    close_out = office.perform(codes(1, 2, 3, parents={2: 1, 3: 9}), books=flat)
    assert close_out.ok
    assert office.names("ItemService") == ["X-01", "X-02", "X-03"]


def test_two_codes_that_would_be_one_item_are_not_made_one(office):
    same = attrs.evolve(codes(1, 2).standard_cost_codes[1], code="01")
    request = codes(1, 2)
    close_out = office.perform(attrs.evolve(request, standard_cost_codes=(request.standard_cost_codes[0], same)))
    assert [detail.status for detail in close_out.details] == [SUCCESS, FAILED]
    assert "it is 'X-01 Code 1' of the same request" in close_out.details[1].messages[0]
    assert office.names("ItemService") == ["01"]


def test_a_level_of_the_tree_is_two_documents_however_wide_it_is(office):
    office.perform(codes(*range(1, 51)))
    assert office.documents == 2


# --- jobs ------------------------------------------------------------------------------------------------------------


def cost_code(number, **more):
    return CostCode(
        id=1000 + number,
        code=f"{number:02}",
        full_code=f"X-{number:02}",
        name="c",
        standard_cost_code_id=number,
        **more,
    )


def test_a_job_links_its_cost_codes_as_pairs_and_its_cost_types(office):
    office.perform(codes(1, 2))
    other = LineItemType(id=9, name="Other")
    close_out = office.perform(
        job(cost_codes=[cost_code(1, line_item_types=(other,)), cost_code(2)], origin_code="JOB-1")
    )
    made = office.record("Customer", "Harbour View")
    items = [office.record("ItemService", name).list_id for name in ("01", "02")]
    project, *pairs = close_out.external_data
    assert (project.item_type, project.origin_id, project.origin_code) == (ItemKind.PROJECT, made.list_id, "JOB-1")
    assert [pair.origin_id for pair in pairs] == [f"{made.list_id}|{item}" for item in items]
    assert [(a.project_id, a.cost_code_id, a.line_item_type_id) for a in close_out.assignments] == [(7, 1001, 9)]
    assert len(office.links) == 5


def test_cost_codes_without_an_item_are_named_and_do_not_hold_up_the_job(office):
    office.perform(codes(1))
    gone = CostCode(id=1003, code="03", full_code="X-03", name="c", standard_cost_code_origin_id="80000009-1")
    close_out = office.perform(job(cost_codes=[cost_code(1), cost_code(2), gone]))
    assert close_out.ok
    assert close_out.details[0].messages == (
        "cost code X-02 not linked: export the standard cost code first, then send the project again",
        (
            "cost code X-03 not linked: somebody deleted the item in QuickBooks; unlink the standard cost code, export it, "
            "send this again"
        ),
    )
    assert [data.item_id for data in close_out.external_data] == [7, 1001]


def test_a_cost_code_that_was_another_pair_is_named_and_does_not_hold_up_the_job(office):
    office.perform(codes(1, 2))
    office.perform(job(cost_codes=[cost_code(1)]))
    moved = attrs.evolve(cost_code(1), standard_cost_code_id=2)
    close_out = office.perform(job(cost_codes=[moved, cost_code(2)]))
    assert close_out.ok
    assert [data.item_id for data in close_out.external_data] == [7, 1002]
    assert close_out.details[0].messages == (
        "cost code X-01 not linked: linked to another job or item before; unlink it, then send the project again",
    )


def test_a_job_stands_under_the_customer_that_was_chosen(office):
    office.ask(Request.add(Customer(name="ACME")))
    assert office.one(job(), books=BOOKS.under("acme")).changed
    assert office.names("Customer") == ["ACME", "ACME:Harbour View"]
    assert not office.one(job(), books=BOOKS.under("acme"), remember=False).changed


def test_a_customer_that_is_not_there_is_said(office):
    (message,) = office.one(job(), books=BOOKS.under("Nobody")).messages
    assert message.startswith("customer: QuickBooks has no customer 'Nobody'")
    assert office.names("Customer") == []


def test_a_linked_job_is_brought_up_to_date_and_keeps_its_customer(office):
    office.ask(Request.add(Customer(name="ACME")))
    office.perform(job(address="1 Pier\nGate 4", city="Astoria"), books=BOOKS.under("ACME"))
    detail = office.one(job(name="Harbor View", address="2 Pier", state_code="OR"))
    assert (detail.status, detail.changed) == (SUCCESS, True)
    changed = office.record("Customer", "ACME:Harbor View")
    address = changed.bill_address
    assert (address.addr1, address.addr2, address.city, address.state) == ("2 Pier", None, "Astoria", "OR")
    assert not office.one(job(name="Harbor View", address="2 Pier", state_code="OR")).changed


def test_a_closed_project_closes_its_job_and_opens_it_again_and_says_so(office):
    office.perform(job())
    assert office.one(job(active=False)).messages == ("updated in QuickBooks: made inactive",)
    assert office.record("Customer", "Harbour View").is_active is False
    assert office.one(job()).messages == ("updated in QuickBooks: made active again",)
    assert office.record("Customer", "Harbour View").is_active is True


def test_where_procore_is_silent_quickbooks_keeps_what_it_has(office):
    office.perform(job(address="1 Pier", city="Astoria"))
    before = office.record("Customer", "Harbour View")
    assert not office.one(job()).changed
    assert not office.one(job(city="Astoria")).changed
    assert office.record("Customer", "Harbour View") == before


@pytest.mark.parametrize(("meddlings", "status"), [(1, SUCCESS), (2, FAILED)])
def test_a_job_that_somebody_changed_meanwhile_is_read_anew_once(office, meddlings, status):
    office.perform(job())
    left = [meddlings]

    def line(document):
        if b"<CustomerModRq" in document and left[0]:
            left[0] -= 1
            now = office.record("Customer", "Harbour View")
            wanted = changes(now, attrs.evolve(now, phone=f"call {left[0]}"))
            assert wanted is not None
            office.ask(Request.mod(wanted))
        return office.file.process(document)

    (detail,) = run(perform(job(city="Astoria"), office.links, BOOKS), Memory(line)).details
    assert detail.status is status
    after = office.record("Customer", "Harbour View")
    assert after.phone == "call 0"
    if status is SUCCESS:
        assert after.bill_address.city == "Astoria"
    else:
        assert detail.messages[0].startswith("somebody kept changing the record in QuickBooks")


def test_renaming_a_job_to_a_name_in_use_is_refused(office):
    office.perform(job())
    office.perform(vendor(name="Taken"))
    detail = office.one(job(name="Taken"))
    (refusal,) = detail.refusals
    assert (refusal.code, refusal.status) == (RefusalCode.NAME_IN_USE, 3170)
    assert "another record has this name already; choose another name" in detail.messages[0]
    assert "Cannot merge list elements." in detail.messages[0]
    assert office.names("Customer") == ["Harbour View"]


# --- all of it -------------------------------------------------------------------------------------------------------


def test_many_requests_are_gathered_into_few_documents(office):
    requests = [vendor(number, f"Vendor {number}") for number in range(50)]
    close_outs = run(gather(*(perform(request, office.links, BOOKS) for request in requests)), Memory(office.line))
    assert all(ended.result().ok for ended in close_outs)
    assert office.documents == 2
    assert len(office.names("Vendor")) == 50


def test_an_unknown_request_is_a_fault_of_the_caller():
    @attrs.frozen(kw_only=True)
    class Foreign(ErpRequest):
        request_name = "foreign"

    with pytest.raises(TypeError, match="no function carries out foreign"):
        perform(Foreign(), Links(), BOOKS)


WORLD = [
    vendor(1, "Alder"),
    vendor(2, "Birch"),
    vendor(3, "Alder"),
    codes(1, 2, 3, parents={2: 1, 3: 2}),
    job(1, "Cedar", [cost_code(1), cost_code(3)]),
    job(2, "Birch"),
]


@settings(max_examples=examples(40))
@given(st.lists(st.tuples(st.integers(0, len(WORLD) - 1), st.booleans(), st.integers(0, 9)), max_size=16))
def test_however_often_lines_break_and_links_are_lost_nothing_is_made_twice(steps):
    with Office() as office:
        for number, remember, break_after in steps:
            answered = itertools.count()

            def line(document, answered=answered, limit=break_after):
                reply = office.file.process(document)
                if next(answered) >= limit:
                    raise EngineError(0x80040402, "the line broke after QuickBooks had done its work")
                return reply

            try:
                close_out = run(perform(WORLD[number], office.links, BOOKS), Memory(line))
            except EngineError:
                continue
            for link in close_out.links if remember else ():
                office.links.add(link)
        for request in WORLD:
            office.perform(request)
        guids = [
            record.external_guid
            for list_ in ("Vendor", "ItemService", "Customer")
            for record in office.file.records(list_)
        ]
        assert len(guids) == len(set(guids))
        # Alder is whichever of two companies came first, Birch the vendor or the job: each name is there once.
        assert sorted(office.names("Vendor") + office.names("Customer")) == ["Alder", "Birch", "Cedar"]
        assert office.names("ItemService") == ["01", "01:02", "01:02:03"]


@needs_shared
@pytest.mark.parametrize("name", ["create_standard_cost_codes", "create_vendor", "create_or_update_job"])
def test_procores_own_samples_export_and_their_close_outs_name_the_ids(office, name):
    assert SHARED is not None
    sample = (SHARED / "procore" / "events" / f"event_{name}.json").read_bytes()
    request = read_request(with_quickbooks_ids(sample))
    office.file.seed(references(request))
    close_out = office.perform(request)
    assert close_out.ok
    ids = {record.list_id for list_ in ("Vendor", "ItemService", "Customer") for record in office.file.records(list_)}
    plain = to_plain(close_out)
    assert plain["details"][0]["quickbooks_id"] in ids
    said = [update["origin_id"] for update in plain["calls"][0]["body"]["updates"]]
    assert said
    assert all(part in ids for origin_id in said for part in origin_id.split("|"))


def test_what_a_request_refers_to_can_be_put_into_an_empty_file():
    request = CreateOrUpdateJob(
        job=Project(id=1, name="A", origin_id="80000001-1"),
        all_cost_codes=tuple(
            CostCode(id=n, code="1", full_code="1", name="c", standard_cost_code_origin_id=f"1-{n % 2}")
            for n in range(3)
        ),
    )
    with CompanyFile.create() as file:
        assert len(file.seed(references(request))) == 5
        assert file.seed(references(request)) == []
        assert [record.list_id for record in file.records("ItemService")] == ["1-0", "1-1"]
        accounts = {account.name: account.list_id for account in file.records("Account")}
        item = next(file.records("ItemService"))
        assert isinstance(item, ItemService)
        assert item.sales_and_purchase is not None
        assert item.sales_and_purchase.income_account_ref == Ref(
            list_id=accounts["Seeded income"], full_name="Seeded income"
        )
