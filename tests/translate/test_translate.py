import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procore_qbd import Books, ItemKind, ItemNaming, Link, Links, TranslationError, check
from procore_qbd.domain import CustomerRule, Project, StandardCostCode, VendorCompany
from procore_qbd.domain.ids import one_spelling
from procore_qbd.qbxml import ADD, Ref
from procore_qbd.translate import to_item_service, to_job, to_vendor
from procore_qbd.translate.fields import prose

BOOKS = Books(income_account="Income", expense_account="Cost")
VENDOR = VendorCompany(
    id=35,
    name="Alder Creek Concrete, Inc.",
    address="12 Mill Rd\nUnit 4",
    city="Boise",
    state_code="ID",
    zip="83702",
    country_code="US",
    business_phone="208 555 0100",
    fax_number="208 555 0101",
    vendor_type_origin_id="80000001-1",
)
CODE = StandardCostCode(id=2, code="100", full_code="01-100", name="Paving")
PROJECT = Project(id=7, name="Harbour View", address="1 Pier", city="Astoria", state_code="OR", zip="97103")


def faults(function, noun, books=BOOKS, links=None, **more):
    with pytest.raises(TranslationError) as caught:
        function(noun, links or Links(), books, **more)
    return [str(fault) for fault in caught.value.faults]


def test_a_company_becomes_a_vendor():
    vendor = to_vendor(VENDOR, Links(), attrs.evolve(BOOKS, terms="Net 30"), company_id=7)
    address = vendor.vendor_address
    assert (vendor.name, vendor.company_name) == (VENDOR.name, VENDOR.name)
    assert address is not None
    assert (address.addr1, address.addr2, address.city, address.state) == ("12 Mill Rd", "Unit 4", "Boise", "ID")
    assert (address.postal_code, address.country) == ("83702", None)
    assert (vendor.phone, vendor.fax) == ("208 555 0100", "208 555 0101")
    assert (vendor.vendor_type_ref, vendor.terms_ref) == (Ref(list_id="80000001-1"), Ref(full_name="Net 30"))
    assert vendor.external_guid == Links().guid(ItemKind.VENDOR, 35, 7)


def test_a_company_with_nothing_but_a_name_has_no_address():
    vendor = to_vendor(VendorCompany(id=1, name=" Solo "), Links(), BOOKS)
    assert (vendor.name, vendor.vendor_address, vendor.phone) == ("Solo", None, None)


def test_a_country_is_written_where_it_is_not_the_companys_own():
    abroad = to_vendor(attrs.evolve(VENDOR, country_code="CA"), Links(), BOOKS).vendor_address
    at_home = to_vendor(
        attrs.evolve(VENDOR, country_code="CA"), Links(), attrs.evolve(BOOKS, country="CA")
    ).vendor_address
    assert (abroad and abroad.country, at_home and at_home.country) == ("CA", None)


def test_everything_that_does_not_fit_is_said_at_once_in_procores_words():
    bad = attrs.evolve(
        VENDOR,
        name="x" * 30 + ": " + "y" * 10,
        city="c" * 32,
        zip="1" * 14,
        is_active=False,
        address="\n".join("abcdef"),
    )
    found = faults(to_vendor, bad)
    assert [fault.partition(":")[0] for fault in found] == [
        "company",
        "address",
        "company name",
        "company name",
        "city",
        "zip",
    ]
    assert found[2].startswith("company name: at most 41 characters")
    assert found[2].endswith("(42)")
    assert "QuickBooks does not allow a colon in a name" in found[3]


def test_an_empty_name_is_said_once():
    assert faults(to_vendor, attrs.evolve(VENDOR, name="  ")) == ["company name: is empty"]


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_name_arrives_whole_or_not_at_all(name, city):
    try:
        vendor = to_vendor(attrs.evolve(VENDOR, name=name, city=city), Links(), BOOKS)
    except TranslationError as error:
        assert error.faults  # noqa: PT017  either way is right; this says which
    else:
        assert vendor.name == one_spelling(name).strip()
        assert vendor.vendor_address is not None
        assert (vendor.vendor_address.city or "") == city.strip()
        assert not check(vendor, ADD)


def test_a_cost_code_becomes_a_service_item_that_is_bought_and_sold():
    item = to_item_service(CODE, Links(), BOOKS, company_id=7)
    both = item.sales_and_purchase
    assert both is not None
    assert (item.name, item.parent_ref) == ("100", None)
    assert (both.sales_desc, both.purchase_desc) == ("Paving", "Paving")
    assert (both.income_account_ref, both.expense_account_ref) == (Ref(full_name="Income"), Ref(full_name="Cost"))
    assert item.external_guid == Links().guid(ItemKind.STANDARD_COST_CODE, 2, 7)


def test_the_approvers_accounts_go_before_the_books():
    picked = attrs.evolve(CODE, income_account_origin_id="A-1", expense_account_origin_id="A-2")
    both = to_item_service(picked, Links(), BOOKS).sales_and_purchase
    assert both is not None
    assert (both.income_account_ref, both.expense_account_ref) == (Ref(list_id="A-1"), Ref(list_id="A-2"))


def test_without_any_account_a_cost_code_is_refused():
    found = faults(to_item_service, CODE, Books())
    assert [fault.partition(":")[0] for fault in found] == ["income account", "expense account"]


DIVISION = Links([Link(kind=ItemKind.STANDARD_COST_CODE, procore_id=1, quickbooks_id="D-1")])
BELOW = attrs.evolve(CODE, parent_id=1)


@pytest.mark.parametrize(
    ("code", "links", "parent_id", "expected"),
    [
        (BELOW, DIVISION, None, "D-1"),
        (attrs.evolve(BELOW, parent_origin_id="D-1"), DIVISION, None, "D-1"),
        (attrs.evolve(CODE, parent_origin_id="D-2"), Links(), None, "D-2"),
        (BELOW, Links(), "D-3", "D-3"),
    ],
)
def test_a_nested_item_stands_under_its_divisions_item(code, links, parent_id, expected):
    item = to_item_service(code, links, BOOKS, parent_id=parent_id)
    assert (item.name, item.parent_ref) == ("100", Ref(list_id=expected))


@pytest.mark.parametrize(
    ("said", "parent_id"), [("D-2", None), ("D-2", "D-3"), ("D-1", "D-3")], ids=["link", "all", "parent"]
)
def test_a_division_of_which_two_ids_are_said_is_believed_in_neither(said, parent_id):
    code = attrs.evolve(BELOW, parent_origin_id=said)
    assert "but it was exported as D-1" in faults(to_item_service, code, links=DIVISION, parent_id=parent_id)[0]


def test_a_division_that_is_not_in_quickbooks_holds_up_a_nested_item():
    assert faults(to_item_service, BELOW) == [
        ("division of cost code '01-100': is not in QuickBooks; export it first, or keep items flat in the books file")
    ]


def test_a_flat_item_has_the_full_code_and_no_parent():
    flat = attrs.evolve(BOOKS, item_naming=ItemNaming.FLAT)
    item = to_item_service(BELOW, Links(), flat)
    assert (item.name, item.parent_ref) == ("01-100", None)
    assert faults(to_item_service, attrs.evolve(BELOW, full_code="9" * 32), flat)[0].startswith("cost code: at most 31")


def test_a_project_is_a_customer_of_its_own_by_default():
    job = to_job(PROJECT, Links(), BOOKS, company_id=7)
    address = job.bill_address
    assert address is not None
    assert (job.name, job.parent_ref, job.is_active) == ("Harbour View", None, None)
    assert (address.addr1, address.city, address.state, address.postal_code) == ("1 Pier", "Astoria", "OR", "97103")
    assert job.external_guid == Links().guid(ItemKind.PROJECT, 7, 7)


def test_a_project_is_a_job_where_a_customer_is_chosen():
    assert to_job(PROJECT, Links(), BOOKS.under("ACME")).parent_ref == Ref(full_name="ACME")
    nobody = attrs.evolve(BOOKS, customer_rule=CustomerRule.JOB_UNDER_CUSTOMER)
    assert faults(to_job, PROJECT, nobody) == [
        "customer: no QuickBooks customer was chosen for this project; choose one in the books file"
    ]


def test_a_closed_project_is_an_inactive_job():
    assert to_job(attrs.evolve(PROJECT, active=False), Links(), BOOKS).is_active is False


def test_a_project_that_does_not_fit_is_refused_with_every_reason():
    bad = attrs.evolve(PROJECT, name="n" * 42, address="1 Pier, Suite 3", city="c" * 32)
    assert [fault.partition(":")[0] for fault in faults(to_job, bad)] == [
        "project address",
        "project name",
        "project city",
    ]


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("<p>Slab &amp; <b>walls</b></p><p>as drawn</p>", "Slab & walls\nas drawn"),
        ("one<br/>two<BR>three", "one\ntwo\nthree"),
        ('<ul class="x"><li>a</li><li>b</li></ul>', "a\nb"),
        ("<p> </p>", None),
        ("a < b & c > d", "a < b & c > d"),
        ("see <A-201>, R&amp;D", "see <A-201>, R&amp;D"),
        (" two\nlines ", "two\nlines"),
        (None, None),
    ],
)
def test_a_description_in_html_becomes_plain_text_and_any_other_stays(said, read):
    assert prose(said) == read


@given(st.text(max_size=40))
def test_a_description_without_tags_stays_to_the_letter(said):
    assert "<" in said or prose(said) == (said.strip() or None)
