"""What a company file says of itself, whatever QuickBooks keeps it: editions, versions, preferences, and the time."""

import csv
import datetime as dt
import re
import zoneinfo
from functools import cache, reduce
from operator import or_

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from procore_qbd import Edition, Memory, Request, ask_all, changes, run
from procore_qbd.errors import CompanyFileError, EngineError
from procore_qbd.qbxml import Dialect, Moment, read_reply, read_requests, write_requests
from procore_qbd.qbxml.entities.company import (
    CompanyActivityQuery,
    CompanyQuery,
    Host,
    HostQuery,
    IncludeListMetaData,
)
from procore_qbd.qbxml.entities.currencies import Currency
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.estimates import EstimateQuery
from procore_qbd.qbxml.entities.preferences import Preferences, PreferencesQuery
from procore_qbd.qbxml.entities.shared.transactions import ModifiedDateRangeFilter
from procore_qbd.qbxml.entities.tax_codes import SalesTaxCode
from procore_qbd.qbxml.entities.tax_items import ItemSalesTax
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery
from procore_qbd.qbxml.messages.catalogue import KNOWN, exists
from procore_qbd.qbxml.rows.records import table
from procore_qbd.qbxml.rows.values import ADD
from procore_qbd.simulator import CompanyFile
from procore_qbd.simulator.about import FEATURES, PREFERENCES, VERSIONS
from procore_qbd.simulator.knowledge.calendar import Calendar, time_zone
from procore_qbd.testing.strategies import requests
from support.company import unjudged_answer
from support.examples import examples
from support.shared import SHARED, needs_shared

NOON = 1_700_000_000  # 2023-11-14T22:13:20Z
JULY = 1_690_000_000  # 2023-07-22T04:26:40Z
ABROAD = VERSIONS[VERSIONS.index("6.0") :]


def say(company, *requests, **how):
    return run(ask_all(requests), Memory(company.process), **how)


def ask(company, query, **how):
    (outcome,) = say(company, Request.query(query), **how)
    return outcome.found


def document(inside, version="13.0"):
    return (
        f'<?xml version="1.0"?><?qbxml version="{version}"?>'
        f'<QBXML><QBXMLMsgsRq onError="continueOnError">{inside}</QBXMLMsgsRq></QBXML>'
    ).encode()


def codes(company, inside, version="13.0"):
    return [outcome.code for outcome in read_reply(company.process(document(inside, version))).outcomes]


# --- versions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("newest", VERSIONS)
@pytest.mark.parametrize("edition", Edition)
def test_a_quickbooks_reads_the_versions_that_it_names_and_no_newer_ones(newest, edition):
    if edition is not Edition.US and newest not in ABROAD:
        with pytest.raises(CompanyFileError, match=f"there was no {edition.name} QuickBooks"):
            CompanyFile.create(edition=edition, version=newest)
        return
    with CompanyFile.create(edition=edition, version=newest) as company:
        there_are = VERSIONS if edition is Edition.US else ABROAD
        read = there_are[: there_are.index(newest) + 1]
        assert company.versions == read
        for version in (*VERSIONS, "18.0", "CA3.0"):
            if version in read:
                (outcome,) = read_reply(company.process(document("<HostQueryRq/>", version))).outcomes
                assert outcome.record(Host).supported_qbxml_versions == read
                continue
            with pytest.raises(EngineError) as error:
                company.process(document("<HostQueryRq/>", version))
            assert error.value.hresult == 0x80040423
            assert company.last_fault.startswith(f"qbXML {version}: this QuickBooks reads {read[0]}")
        host = ask(company, HostQuery(), dialect=Dialect(newest, edition))[0]
        assert Dialect.from_host(attrs.evolve(host, country=edition.name), newest="17.0") == Dialect(newest, edition)


@pytest.mark.parametrize(
    ("version", "year", "major"),
    [
        ("1.0", 2002, "12"),
        ("5.0", 2006, "16"),
        ("12.0", 2013, "23"),
        ("14.0", 2018, "28"),
        ("16.0", 2023, "33"),
        ("17.0", 2024, "34"),
    ],
)
def test_the_release_goes_with_the_version(version, year, major):
    with CompanyFile.create(version=version) as company:
        host = ask(company, HostQuery(), dialect=Dialect(version))[0]
        assert host.product_name == f"QuickBooks Desktop {year}, simulated by procore_qbd"
        assert (host.major_version, host.minor_version) == (major, "0")


def test_there_is_no_quickbooks_of_another_version():
    with pytest.raises(CompanyFileError, match=r"whose newest qbXML is 13\.1"):
        CompanyFile.create(version="13.1")


def test_a_document_without_a_version_is_read_by_the_newest_that_an_old_quickbooks_has():
    with CompanyFile.create(version="8.0") as company:
        sent = document("<HostQueryRq/>").replace(b'<?qbxml version="13.0"?>', b"")
        assert read_reply(company.process(sent)).outcomes[0].record(Host).supported_qbxml_versions[-1] == "8.0"


def test_edition_version_and_zone_stay_with_the_file(tmp_path):
    how = {"edition": Edition.CA, "version": "12.0", "zone": "America/Toronto", "clock": lambda: JULY}
    with CompanyFile.create(tmp_path / "a", **how) as company:
        company.prefer(is_using_estimates=False)
    with CompanyFile.open(tmp_path / "a", clock=lambda: JULY) as company:
        assert (company.edition, company.versions[-1]) == (Edition.CA, "12.0")
        assert company.preferences.jobs_and_estimates_preferences.is_using_estimates is False
        (outcome,) = say(company, Request.add(Vendor(name="A")), dialect=Dialect("12.0", Edition.CA))
        assert outcome.record(Vendor).time_created.raw == "2023-07-22T00:26:40-05:00"


# --- editions --------------------------------------------------------------------------------------------------------

CODES = {"QBD": Edition.US, "QBCA": Edition.CA, "QBUK": Edition.UK, "QBAU": Edition.AU}


@cache
def published():
    with (SHARED / "qbxml" / "requests-by-edition.tsv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter="\t") if row["message_set"] == "QBXMLMsgsRq"]
    return {row["request"]: {CODES[one] for one in row["available_in"].split("|") if one in CODES} for row in rows}


@needs_shared
def test_every_edition_has_the_requests_that_are_published_for_it():
    assert published().keys() >= KNOWN
    assert {name for name, editions in published().items() if editions} == KNOWN
    for name, editions in published().items():
        assert {edition for edition in Edition if exists(name, edition)} == editions, name


def among(editions):
    return reduce(or_, editions).label


@needs_shared
@pytest.mark.parametrize("edition", Edition)
def test_a_request_of_other_editions_is_not_taken_and_one_of_its_own_is(edition):
    with CompanyFile.create(edition=edition) as company:
        for name, editions in published().items():
            if editions and edition not in editions:
                with pytest.raises(EngineError) as error:
                    company.process(document(f"<{name}/>"))
                assert error.value.hresult == 0x80040400
                assert re.search(rf"{name}: QuickBooks {edition.name} has no such request", company.last_fault) or (
                    f"{name}: exists in QuickBooks {among(editions)} only" in company.last_fault
                )


WHERE = [
    # What a US file has and a Canadian has not, and the reverse.
    ("", "WorkersCompCodeQuery", "US"),
    ("", "Form1099CategoryAccountMappingQuery", "US"),
    ("", "SalesTaxPayableQuery", "US"),
    ("", "ItemSitesQuery", "US"),
    ("", "SalesTaxReturnQuery", "CA"),
    ("", "SalesTaxReturnLineQuery", "CA"),
]


@pytest.mark.parametrize(("inside", "name", "home"), WHERE, ids=lambda text: text[:24] or "-")
def test_what_is_of_the_united_states_is_refused_in_canada_and_the_reverse(inside, name, home):
    sent = document(f"<{name}Rq>{inside}</{name}Rq>")
    for edition in (Edition.US, Edition.CA):
        with CompanyFile.create(edition=edition) as company:
            if edition.name == home:
                (outcome,) = read_reply(company.process(sent)).outcomes
                assert outcome.code in (0, 1, 1030, 3150)  # it is known, be it simulated or not
                continue
            with pytest.raises(EngineError) as error:
                company.process(sent)
            assert error.value.hresult == 0x80040400
            assert company.last_fault


OTHERS = {
    "VendorAdd/TaxRegistrationNumber": (Vendor(name="A", tax_registration_number="1"), Edition.US),
    "VendorAdd/IsVendorEligibleFor1099": (Vendor(name="A", is_vendor_eligible_for_1099=True), Edition.CA),
    "CustomerAdd/Suffix": (Customer(name="A", suffix="Jr."), Edition.US),
    "CustomerAdd/Pager": (Customer(name="A", pager="1"), Edition.UK),
}


@pytest.mark.parametrize(("path", "record", "edition"), [(path, *said) for path, said in OTHERS.items()])
def test_what_only_other_editions_keep_is_left_out_with_a_warning(path, record, edition):
    with CompanyFile.create(edition=edition) as company:
        outcome = unjudged_answer(company, Request.add(record))
        element = path.rpartition("/")[2]
        assert (outcome.code, outcome.ok) == (530, True)
        assert outcome.message == f'The field "{element}" is not supported by this implementation.'
        assert path in company.last_fault
        (found,) = company.records(record.__record__.tag)
        said = {field.name for field in table(type(record)).order(ADD) if getattr(record, field.name) not in (None, ())}
        assert {name for name in said if getattr(found, name)} == {"name"}


@settings(max_examples=examples(150), derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from([one for one in Edition if one is not Edition.US]).flatmap(
        lambda edition: st.tuples(st.just(edition), requests(dialect=Dialect("13.0", edition)))
    )
)
def test_no_request_of_another_edition_is_a_fault_of_the_document_for_its_elements(drawn):
    edition, request = drawn
    sent = write_requests([request], dialect=Dialect("13.0", edition))
    with CompanyFile.create(edition=Edition.US) as company:
        if exists(request.name, Edition.US):
            (outcome,) = read_reply(company.process(sent)).outcomes
            assert outcome.code != 0 or not read_requests(sent, edition=Edition.US).violations[0]
        else:
            with pytest.raises(EngineError):
                company.process(sent)


# --- the company about itself ----------------------------------------------------------------------------------------


@cache
def schema():
    return etree.XMLSchema(etree.parse(SHARED / "qbxml" / "xsd" / "qbxmlops130.xsd"))


QUERIES = (HostQuery, CompanyQuery, PreferencesQuery, CompanyActivityQuery)
CAPACITY = HostQuery(include_list_meta_data=IncludeListMetaData(include_max_capacity=True))


def with_taxes(company):
    company.seed(
        [
            SalesTaxCode(list_id="1-1", name="Tax", is_taxable=True),
            SalesTaxCode(list_id="2-1", name="Non", is_taxable=False),
            ItemSalesTax(list_id="3-1", name="Out of State"),
        ]
    )


@needs_shared
@settings(max_examples=examples(40), derandomize=True, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(PREFERENCES)), st.booleans()), st.booleans(), st.none() | st.dates())
def test_whatever_is_preferred_the_file_tells_as_the_schema_wants_it(wanted, taxes, closing):
    with CompanyFile.create(zone="America/Denver") as company:
        if taxes:
            with_taxes(company)
        company.prefer(**wanted)
        company.closing_date = closing
        asked = [Request.query(query()) for query in QUERIES]
        reply = company.process(write_requests([*asked, Request.query(CAPACITY)]))
        assert schema().validate(etree.fromstring(reply)), str(schema().error_log)
        outcomes = read_reply(reply).outcomes
        assert [outcome.code for outcome in outcomes] == [0] * 5
        assert outcomes[2].record(Preferences) == company.preferences


@pytest.mark.parametrize("version", VERSIONS)
def test_an_old_program_is_told_what_its_version_knows(version):
    with CompanyFile.create() as company:
        for query in QUERIES:
            if VERSIONS.index(query.__record__.since) <= VERSIONS.index(version):
                assert len(ask(company, query(), dialect=Dialect(version))) == 1


def test_parts_of_it_can_be_asked_for():
    with CompanyFile.create() as company:
        (found,) = ask(company, PreferencesQuery(include_ret_elements=("PurchasesAndVendorsPreferences",)))
        assert found == Preferences(
            purchases_and_vendors_preferences=company.preferences.purchases_and_vendors_preferences
        )


def test_the_capacity_of_lists_is_told_to_those_who_ask():
    with CompanyFile.create() as company:
        (plain,), (more,) = ask(company, HostQuery()), ask(company, CAPACITY)
        assert plain.list_meta_data is None
        assert more.list_meta_data.entity_meta_data.max_capacity == 14_500
        assert attrs.evolve(more, list_meta_data=None) == plain


def test_sales_tax_preferences_point_to_what_is_there():
    with CompanyFile.create() as company:
        assert company.preferences.sales_tax_preferences is None
        with_taxes(company)
        taxes = company.preferences.sales_tax_preferences
        assert taxes.default_item_sales_tax_ref.full_name == "Out of State"
        assert taxes.default_taxable_sales_tax_code_ref.full_name == "Tax"
        assert taxes.default_non_taxable_sales_tax_code_ref.full_name == "Non"
        company.prefer(is_using_sales_tax=False)
        assert company.preferences.sales_tax_preferences is None


@pytest.mark.parametrize(("edition", "home"), [(Edition.US, "US Dollar"), (Edition.CA, "Canadian Dollar")])
def test_the_home_currency_is_the_countrys_own(edition, home):
    with CompanyFile.create(edition=edition) as company:
        assert company.preferences.multi_currency_preferences.home_currency_ref is None
        company.seed(
            [
                Currency(list_id="1-1", name="Canadian Dollar", currency_code="CAD"),
                Currency(list_id="2-1", name="US Dollar", currency_code="USD"),
            ]
        )
        assert company.preferences.multi_currency_preferences.home_currency_ref.full_name == home
        company.prefer(is_multi_currency_on=False)
        assert company.preferences.multi_currency_preferences.home_currency_ref is None


# --- what is switched off --------------------------------------------------------------------------------------------

GATED = [
    (name, kind, f"{kind}{verb}Rq")
    for name, kinds in FEATURES.items()
    for kind in kinds
    for verb in ("Add", "Mod", "Query")
    if exists(f"{kind}{verb}Rq", Edition.US)
]


def test_every_feature_is_about_requests_that_there_are():
    abroad = {"SalesTaxReturn", "SalesTaxReturnLine"}
    assert {kind for _, kind, _ in GATED} | abroad == {kind for kinds in FEATURES.values() for kind in kinds}
    assert PREFERENCES.keys() >= FEATURES.keys()


@pytest.mark.parametrize(("name", "kind", "request_name"), GATED)
def test_what_is_switched_off_is_refused_whatever_is_asked(name, kind, request_name):
    with CompanyFile.create() as company:
        inside = f"<{request_name}/>"
        before = answered(company, inside)
        company.prefer(**{name: False})
        after = answered(company, inside)
        if before == 0x80040400:  # its structure is wrong, and that comes first
            assert after == before
        else:
            assert after == [3250]
            assert f"{kind}: the preference {name} is off" in company.last_fault
        company.prefer(**{name: True})
        assert answered(company, inside) == before


def answered(company, inside):
    """What a request is answered with: its code, or the HRESULT for the document."""
    try:
        return codes(company, inside)
    except EngineError as error:
        return error.hresult


def test_switching_off_leaves_everything_else_as_it_is():
    with CompanyFile.create() as company:
        company.prefer(**dict.fromkeys(PREFERENCES, False))
        outcomes = say(company, Request.add(Vendor(name="A")), Request.add(Customer(name="B")))
        assert [outcome.code for outcome in outcomes] == [0, 0]
        assert codes(company, "<ItemQueryRq/>") == [1]
        (outcome,) = say(company, Request.query(EstimateQuery()))
        assert (outcome.code, outcome.found) == (3250, ())


def test_what_is_switched_off_cannot_be_deleted_either():
    with CompanyFile.create() as company:
        company.seed([Currency(list_id="1-1", name="Canadian Dollar", currency_code="CAD")])
        inside = "<ListDelRq><ListDelType>Currency</ListDelType><ListID>1-1</ListID></ListDelRq>"
        company.prefer(is_multi_currency_on=False)
        assert codes(company, inside) == [3250]
        company.prefer(is_multi_currency_on=True)
        assert codes(company, inside) == [0]


def test_there_is_no_other_preference():
    with CompanyFile.create() as company:
        with pytest.raises(ValueError, match="no such preference: is_using_magic; there are is_multi_currency_on"):
            company.prefer(is_using_magic=True, is_using_estimates=False)
        assert company.preferences.jobs_and_estimates_preferences.is_using_estimates is True


# --- the time on the wall --------------------------------------------------------------------------------------------

ZONES = (
    "UTC",
    "America/Los_Angeles",
    "America/New_York",
    "America/Phoenix",
    "America/St_Johns",
    "Asia/Kolkata",
    "Australia/Sydney",
    "Europe/London",
)
INSTANTS = st.integers(800_000_000, 2_200_000_000)


@settings(max_examples=examples(400), derandomize=True)
@given(st.sampled_from(ZONES), INSTANTS)
def test_the_wall_is_right_and_the_offset_is_winters(name, epoch):
    zone = time_zone(name)
    calendar = Calendar(lambda: epoch, zone)
    moment, there = calendar.moment(epoch), dt.datetime.fromtimestamp(epoch, zone)
    assert moment.wall == there.replace(tzinfo=None, fold=0)
    assert calendar.today() == there.date()
    late = dt.datetime.fromisoformat(moment.raw) - there
    assert late == (there.dst() or dt.timedelta(0))  # by an hour in summer, for whoever believes the offset
    first = there.fold == 0
    local = Moment.local(moment.wall)
    assert calendar.epoch(moment) == calendar.epoch(local) == epoch - (0 if first else 3600)
    assert moment.instant(zone).timestamp() == calendar.epoch(moment)


@settings(max_examples=examples(200), derandomize=True)
@given(st.sampled_from(ZONES), st.datetimes(), st.sampled_from("+-"))
def test_any_moment_of_a_filter_means_something(name, wall, sign):
    calendar = Calendar(lambda: 0, time_zone(name))
    text = wall.replace(microsecond=0).isoformat()
    assert isinstance(calendar.epoch(Moment(text)), int)
    assert isinstance(calendar.epoch(Moment(f"{text}{sign}13:00")), int)


@pytest.mark.parametrize("name", ZONES)
def test_a_date_alone_is_a_whole_day_on_the_wall(name):
    calendar = Calendar(lambda: 0, time_zone(name))
    first, last = (calendar.epoch(Moment("2024-03-09"), end_of_day=end) for end in (False, True))
    assert last - first == 86_399
    assert calendar.moment(first).wall.isoformat() == "2024-03-09T00:00:00"
    assert calendar.moment(last).wall.isoformat() == "2024-03-09T23:59:59"


@pytest.mark.parametrize("now", [NOON, JULY])
@pytest.mark.parametrize("name", ZONES)
def test_what_was_printed_finds_the_record_again_and_so_does_the_wall_time(name, now):
    with CompanyFile.create(zone=name, clock=lambda: now) as company:
        (outcome,) = say(company, Request.add(Vendor(name="A")))
        vendor = outcome.record(Vendor)
        assert vendor.list_id.endswith(f"-{now}")
        wall = vendor.time_modified.wall
        for since in (vendor.time_modified, Moment.local(wall)):
            assert len(ask(company, VendorQuery(from_modified_date=since))) == 1
            assert len(ask(company, VendorQuery(to_modified_date=since))) == 1
        later = Moment.local(wall + dt.timedelta(seconds=1))
        assert ask(company, VendorQuery(from_modified_date=later)) == ()
        earlier = Moment.local(wall - dt.timedelta(seconds=1))
        assert ask(company, VendorQuery(to_modified_date=earlier)) == ()
        asked = EstimateQuery(modified_date_range_filter=ModifiedDateRangeFilter(from_modified_date=later))
        assert ask(company, asked) == ()


def test_a_true_offset_misleads_quickbooks_in_summer():
    with CompanyFile.create(zone="America/Los_Angeles", clock=lambda: JULY) as company:
        say(company, Request.add(Vendor(name="A")))
        true = dt.datetime.fromtimestamp(JULY, zoneinfo.ZoneInfo("America/Los_Angeles")).isoformat()
        (vendor,) = ask(company, VendorQuery())
        assert (true, vendor.time_modified.raw) == ("2023-07-21T21:26:40-07:00", "2023-07-21T21:26:40-08:00")
        assert ask(company, VendorQuery(to_modified_date=Moment(true))) == ()  # an hour before it was modified


def test_the_day_is_the_walls():
    with CompanyFile.create(zone="America/Los_Angeles", clock=lambda: JULY) as company:
        (outcome,) = say(company, Request.add(Customer(name="A")))
        before = outcome.record(Customer)
        assert before.time_created.wall.date() == dt.date(2023, 7, 21)
        (outcome,) = say(company, Request.mod(changes(before, attrs.evolve(before, phone="5"))))
        assert outcome.ok


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "/UTC"])
def test_there_is_no_other_time_zone(name):
    with pytest.raises(CompanyFileError, match="is no time zone"):
        CompanyFile.create(zone=name)
