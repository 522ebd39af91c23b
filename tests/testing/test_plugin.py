"""The pytest plugin as a downstream suite meets it: each test here writes a suite of its own, and runs it."""

import importlib
import pkgutil
import re
import subprocess
import sys
from importlib.metadata import entry_points

import pytest

import procore_qbd

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.usefixtures("imported")
ROOMS = (
    *("domain", "erp", "flows", "journal.memory", "procore", "qbxml", "simulator", "translate", "transports", "worker"),
    *("testing.c", "testing.exported", "testing.flow", "testing.plugin"),
)

IMPORTS = """
from decimal import Decimal
import pytest
from procore_qbd import Books, CompanyFile, Links, Memory, Ref, Request, ask, drain, perform, run
from procore_qbd import EngineError, Journal, MemoryTables, NotSentError, ReplyLostError, TransportError
from procore_qbd.domain import CreateVendor, VendorCompany
from procore_qbd.qbxml.entities.bills import Bill, BillExpenseLine, BillQuery
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery
from procore_qbd.simulator.faults import FaultRule, Lost, NotTaken, Trouble

def export(transport, name="Birch", number=4401):
    request = CreateVendor(vendor=VendorCompany(id=number, name=name), request_detail_id=1)
    return run(perform(request, Links(), Books()), transport)

def vendor(name="Birch"):
    return ask(Request.add(Vendor(name=name)))
"""
INI = """
[pytest]
addopts = --strict-markers --strict-config -p no:cacheprovider -p no:randomly -n0
filterwarnings = error
"""


@pytest.fixture(scope="session")
def imported():
    """What is imported within a run of pytest in this process is thrown away after it; what was there before stays."""
    for one in pkgutil.walk_packages(procore_qbd.__path__, "procore_qbd."):
        if one.name.removeprefix("procore_qbd.").startswith(ROOMS):
            importlib.import_module(one.name)


@pytest.fixture
def suite(pytester, monkeypatch):
    """A suite of somebody else's in a folder of its own, with no setting of ours in it."""
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makeini(INI)

    def run(text, *options, **files):
        pytester.makepyfile(test_theirs=IMPORTS + text, **files)
        return pytester.runpytest_inprocess(*options)

    return run


def told(result):
    return "\n".join(result.outlines)


# --- what it costs ---------------------------------------------------------------------------------------------------


def test_pytest_finds_the_plugin_by_its_entry_point():
    (found,) = [one for one in entry_points(group="pytest11") if one.name == "procore_qbd"]
    assert found.value == "procore_qbd.testing.plugin"


def test_the_plugin_imports_nothing_until_a_fixture_is_used():
    program = "import sys, pytest; before = {*sys.modules}; import procore_qbd.testing.plugin; print(*{*sys.modules} - before)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)  # noqa: S603  our own words
    ours = {"procore_qbd", "procore_qbd._late", "procore_qbd.testing", "procore_qbd.testing.plugin"}
    assert {*done.stdout.split()} - ours <= {"importlib", "typing", "__future__"}


def test_a_suite_that_uses_nothing_of_it_hears_nothing_of_it(suite):
    result = suite("def test_alone(): assert [1] == [1]")
    result.assert_outcomes(passed=1)
    assert [line for line in result.outlines if "procore" in line and not line.startswith("plugins:")] == []


# --- company files ---------------------------------------------------------------------------------------------------


def test_ten_lines_export_a_vendor_and_look_at_it(suite):
    text = """
def test_a_vendor(quickbooks, exported):
    assert export(quickbooks).ok
    (vendor,) = exported(Vendor)
    assert vendor.name == "Birch"
    assert exported(Vendor, name="Elm") == []
    with pytest.raises(TypeError, match="Vendor has no field nmae"):
        exported(Vendor, nmae="Birch")
    for wrong in (VendorQuery, "Vendor", vendor):
        with pytest.raises(TypeError, match="expected a class of records such as Vendor"):
            exported(wrong)
"""
    suite(text).assert_outcomes(passed=1)


def test_markers_say_which_company_file_and_the_nearest_counts(suite):
    text = """
pytestmark = pytest.mark.company_file(sample="contractor", name="Pine Hollow")

def test_of_the_module(company_file, exported):
    assert (company_file.edition.name, company_file.name, len(exported(Vendor))) == ("US", "Pine Hollow", 12)

@pytest.mark.company_file(edition="CA", zone="America/Toronto", version="12.0")
class TestCanada:
    def test_of_the_class(self, company_file, exported):
        assert (company_file.edition.name, company_file.versions[-1], len(exported(Vendor))) == ("CA", "12.0", 12)

    @pytest.mark.company_file(name="Elm")
    def test_of_the_test(self, company_file):
        assert (company_file.edition.name, company_file.name) == ("CA", "Elm")
"""
    suite(text).assert_outcomes(passed=3)


@pytest.mark.parametrize(
    ("marker", "words"),
    [
        (
            "editon='CA'",
            "*a company file for a test is set up by edition, name, sample, version, zone: there is no 'editon'*",
        ),
        ("edition='FR', name=3", "*edition: expected one of US, CA, UK, AU, got 'FR'; name: expected a text, got 3*"),
        ("'contractor'", "*takes names and values, such as sample='contractor', got ('contractor',)*"),
        ("sample='builder'", "*no such sample: 'builder'; there are contractor*"),
        ("zone='Mars'", "*Mars*"),
    ],
)
def test_a_marker_that_says_what_there_is_not_is_told_so(suite, marker, words):
    result = suite(f"@pytest.mark.company_file({marker})\ndef test_one(company_file): pass")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"E *{words}"])


def test_no_test_sees_what_another_did_and_each_begins_at_the_same_moment(suite):
    text = """
seen = []

@pytest.mark.company_file(sample="contractor")
@pytest.mark.parametrize("number", range(3))
def test_alone(company_file, quickbooks, clock, exported, number):
    assert clock() == 1_795_435_200
    assert not exported(Vendor, name="Birch")
    assert export(quickbooks).ok
    clock.forward(3600)
    (vendor,) = exported(Vendor, name="Birch")
    seen.append((company_file.file_id, vendor))
    assert seen[0] == seen[-1]
"""
    suite(text).assert_outcomes(passed=3)


def test_a_clock_that_goes_on_keeps_no_more_than_a_few_pristine_files(suite):
    text = """
from procore_qbd.testing import company_files

@pytest.mark.parametrize("number", range(20))
def test_one(clock, number):
    clock.forward(number)
    with company_files.fresh_company_file(clock=clock) as company:
        assert run(vendor(), Memory(company.process)).ok
    assert len(company_files._PRISTINE) <= 16
"""
    suite(text).assert_outcomes(passed=20)


def test_a_company_file_of_a_module_is_one_fixture_away(suite):
    text = """
from procore_qbd.testing.company_files import fresh_company_file

@pytest.fixture(scope="module")
def company_file():
    with fresh_company_file(sample="contractor") as company:
        yield company

def test_first(quickbooks): assert export(quickbooks).details[0].changed
def test_second(quickbooks): assert not export(quickbooks).details[0].changed
"""
    suite(text).assert_outcomes(passed=2)


def test_a_suite_may_have_a_clock_of_its_own(suite):
    conftest = """
import pytest
from procore_qbd.testing.clock import Clock

@pytest.fixture
def clock(): return Clock(1_900_000_000)
"""
    text = """
@pytest.mark.company_file(sample="contractor")
def test_later(exported):
    assert all(vendor.time_created.raw.startswith("2030-03-17") for vendor in exported(Vendor))
"""
    suite(text, conftest=conftest).assert_outcomes(passed=1)


@pytest.mark.slow
def test_processes_side_by_side_have_the_same_company_file(pytester, monkeypatch):
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    text = """
@pytest.mark.company_file(sample="contractor")
@pytest.mark.parametrize("number", range(8))
def test_same(company_file, quickbooks, exported, number, tmp_path_factory):
    assert export(quickbooks).ok
    made = repr((company_file.file_id, exported(Vendor, name="Birch")))
    (tmp_path_factory.getbasetemp().parent / f"made-{number}").write_text(made)

"""
    pytester.makepyfile(test_theirs=IMPORTS + text)
    base = pytester.path / "base"
    pytester.runpytest_subprocess("-n2", "--dist=load", f"--basetemp={base}").assert_outcomes(passed=8)
    assert len({one.read_text() for one in base.rglob("made-*")}) == 1


# --- faults ----------------------------------------------------------------------------------------------------------


def test_faults_strike_and_one_that_does_not_fails_the_test(suite):
    text = """
def test_struck(faults, quickbooks, exported):
    faults.order(Lost(), requests=("VendorAdd",))
    with pytest.raises(EngineError):
        run(vendor(), quickbooks)
    assert len(exported(Vendor)) == 1

def test_not_struck(faults, quickbooks):
    faults.order(Lost(), requests=("BillAdd",))
    run(vendor(), quickbooks)

def test_called_off(faults, quickbooks):
    faults.cancel(faults.order(Lost(), requests=("BillAdd",)))
    faults.order(FaultRule(NotTaken(Trouble.BUSY), chance=0.5, times=None))
"""
    result = suite(text)
    result.assert_outcomes(passed=3, errors=1)
    result.stdout.fnmatch_lines(["E *ordered, and did not happen: FaultRule(fault=Lost(*BillAdd*"])


# --- cassettes -------------------------------------------------------------------------------------------------------

RECORDED = """
@pytest.mark.parametrize("name", ["Birch", "Elm & Sons: west/east"])
def test_vendor(cassette, name):
    run(vendor(name.partition(":")[0]), cassette)

class TestOf:
    def test_vendor(self, cassette):
        run(vendor(), cassette)
"""


def test_a_cassette_is_recorded_beside_its_test_and_played_without_quickbooks(suite, pytester):
    suite(RECORDED, "--cassettes=record").assert_outcomes(passed=3)
    kept = sorted(one.name for one in (pytester.path / "cassettes" / "test_theirs").iterdir())
    assert kept[:2] == ["TestOf.test_vendor.cassette", "test_vendor[Birch].cassette"]
    assert re.fullmatch(r"test_vendor\[Elm-Sons-west-east\]-[0-9a-f]{8}\.cassette", kept[2])
    no_quickbooks = "import pytest\n@pytest.fixture\ndef quickbooks(): raise RuntimeError('no QuickBooks here')"
    suite(RECORDED, conftest=no_quickbooks).assert_outcomes(passed=3)
    suite(RECORDED, "--cassettes=none").assert_outcomes(errors=3)


def test_what_was_recorded_and_not_sent_fails_and_so_does_what_was_sent_and_not_recorded(suite):
    suite(
        "def test_one(cassette): run(vendor(), cassette); run(ask(Request.query(VendorQuery())), cassette)",
        "--cassettes=record",
    ).assert_outcomes(passed=1)
    result = suite("def test_one(cassette): run(vendor(), cassette)")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["E *what was sent is not what was recorded", "E *recorded and not sent: exchange 2: VendorQueryRq"]
    )
    result = suite(
        """
def test_one(cassette):
    run(vendor(), cassette)
    try:
        run(ask(Request.query(BillQuery())), cassette)
    except TransportError:
        pass  # as a program does that takes it for a QuickBooks that is away
"""
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "E *recorded and not sent: exchange 2: VendorQueryRq",
            "E *sent and not recorded: the document is not what was recorded",
            "E *BillQueryRq*",
        ]
    )


def test_without_a_cassette_it_says_how_to_record_one(suite):
    result = suite("def test_one(cassette): pass")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["E *test_one.cassette: there is no cassette yet; record it with pytest --cassettes=record"]
    )


def test_a_marker_says_where_a_cassette_lies_and_what_is_kept_in_it(suite, pytester):
    text = """
from procore_qbd.transports import Redact

@pytest.mark.cassette("kept/vendors.cassette", redact=Redact(texts=False), in_order=False)
def test_any_order(cassette, request):
    names = ["Birch", "Elm"]
    if request.config.getoption("cassettes") != "record":
        names.reverse()
    assert [run(vendor(name), cassette).record(Vendor).name for name in names] == names
"""
    suite(text, "--cassettes=record").assert_outcomes(passed=1)
    assert "<Name>Birch</Name>" in (pytester.path / "kept" / "vendors.cassette").read_text()
    suite(text).assert_outcomes(passed=1)


def test_the_settings_file_may_say_what_becomes_of_cassettes(suite, pytester):
    pytester.makeini(INI + "cassettes = none\n")
    suite("def test_one(cassette, exported): run(vendor(), cassette); assert exported(Vendor)").assert_outcomes(
        passed=1
    )


def test_a_setting_that_there_is_not_is_told(suite, pytester):
    pytester.makeini(INI + "cassettes = rewind\n")
    result = suite("def test_one(cassette): pass")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["E *cassettes: expected one of replay, record, none, got 'rewind'"])


# --- what differs ----------------------------------------------------------------------------------------------------


def test_a_bare_assert_says_which_fields_differ_and_money_to_the_cent(suite):
    text = """
def bill(amount, memo):
    line = BillExpenseLine(account_ref=Ref(full_name="Cost"), amount=Decimal(amount))
    return Bill(vendor_ref=Ref(full_name="Birch"), memo=memo, expense_lines=(line,))

def test_records(): assert bill("1000", "a") == bill("1000.01", "b")
def test_lists(): assert [bill("1", "a")] == [bill("1", "a"), bill("2", "b")]
def test_guids(): assert Vendor(external_guid="{A0000000-0000-0000-0000-00000000000A}") == Vendor(external_guid="{a0000000-0000-0000-0000-00000000000A}")
def test_others(): assert {"a": 1} == {"a": 2}
"""
    result = suite(text)
    result.assert_outcomes(failed=4)
    result.stdout.fnmatch_lines(
        [
            "E *assert Bill(*1,000.00* == Bill(*1,000.01*",
            "E *memo: 'a' != 'b'",
            "E *expense_lines[[]0[]].amount: 1,000.00 != 1,000.01 (by 0.01)",
            "E *[[]1[]]: only on the right: Bill(*2.00*",
            "E *they mean the same, but are not equal*",
            "E *Differing items*",
        ]
    )


def test_close_outs_differ_by_the_item_that_ended_otherwise(suite):
    text = """
def test_close_outs(company_file, quickbooks):
    assert export(quickbooks) == export(Memory(company_file.twin().process), name="x" * 42)
"""
    result = suite(text)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E *details[[]0[]].name: 'Birch' != 'xxx*",
            "E *details[[]0[]].refusals[[]0[]]: only on the right: ErpRefusal(*",
        ]
    )


# --- a storm ---------------------------------------------------------------------------------------------------------

FLOWS = """
GUID = "{3BFD2753-E0F8-5F51-B0F0-50A9C57B500C}"

def bill():
    line = BillExpenseLine(account_ref=Ref(full_name="Cost"), amount=Decimal("1000.00"))
    return Bill(vendor_ref=Ref(full_name="Birch"), ref_number="4711", external_guid=GUID, expense_lines=(line,))

def there(quickbooks):
    bills = run(ask(Request.query(BillQuery())), quickbooks).records(Bill)
    return any(one.external_guid == GUID for one in bills)

@pytest.fixture(autouse=True)
def books(company_file):
    from procore_qbd.qbxml.entities.accounts import Account, AccountType
    user = company_file.as_user()
    user.add(Vendor(name="Birch"))
    user.add(Account(name="Cost", account_type=AccountType.EXPENSE))
    user.add(Account(name="Payable", account_type=AccountType.ACCOUNTS_PAYABLE))
"""
PLANTED = (
    FLOWS
    + """
def sends_twice(quickbooks, memory):
    try:
        run(ask(Request.add(bill())), quickbooks)
    except ReplyLostError:
        run(ask(Request.add(bill())), quickbooks)  # the fault

def test_planted(storm): storm(sends_twice)
"""
)


def test_a_storm_catches_a_program_that_sends_twice_and_its_token_plays_it_again(suite):
    result = suite(PLANTED)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*too many: Bill '4711': Bill(*1,000.00*",
            "*document 1, BillAddRq: reply lost",
            '*play it again: pytest "test_theirs.py::test_planted" --storm-token c1-*',
        ]
    )
    token = told(result).rpartition("--storm-token ")[2].split()[0]
    again = suite(PLANTED, f"--storm-token={token}")
    again.assert_outcomes(failed=1)
    again.stdout.fnmatch_lines(["*document 1, BillAddRq: reply lost", f"*--storm-token {token}"])


def test_honest_programs_pass_and_what_each_does_not_survive_is_shown(suite):
    text = (
        FLOWS
        + """
def looks(quickbooks, memory):
    if not there(quickbooks):
        run(ask(Request.add(bill())), quickbooks)

def test_looks(storm):
    survived = storm(looks, without=("comes late", "comes twice"))
    assert survived.schedules > 15 and survived.faults["reply lost"]

def test_looks_and_a_copy_comes_late(storm): storm(looks)

def test_drain(storm, clock):
    def journal():
        journal = Journal(MemoryTables(), clock=clock)
        journal.register("books")
        journal.submit("books", CreateVendor(vendor=VendorCompany(id=4401, name="Elm"), request_detail_id=1))
        return journal

    def attempt(quickbooks, journal):
        drained = drain("books", journal=journal, transport=quickbooks, books=Books(), tell=lambda _: True, clock=clock, sleep=clock.forward)
        return not drained.busy and not drained.waiting

    storm(attempt, memory=journal)
"""
    )
    result = suite(text, "--storm-seeds=2")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        ["*too many: Bill '4711'*", "*BillAddRq: comes *", "*a copy of a document arrives late"]
    )


def test_a_storm_says_what_else_is_wrong_with_a_program(suite):
    text = (
        FLOWS
        + """
from procore_qbd.testing.flow_storm import StormFault

def never(quickbooks, memory):
    try: run(ask(Request.add(bill())), quickbooks)
    except TransportError: pass
def test_never(storm): storm(never)

def wrong(quickbooks, memory):
    import attrs
    again = memory.setdefault("again", []); again.append(1)
    if not there(quickbooks):
        line = attrs.evolve(bill().expense_lines[0], amount=Decimal("1000.01" if len(again) > 1 else "1000.00"))
        run(ask(Request.add(attrs.evolve(bill(), expense_lines=(line,)))), quickbooks)
def test_wrong(storm): storm(wrong)
def test_ignored(storm): storm(wrong, seeds=0, without=("comes late", "comes twice"), ignore=("amount", "amount_due", "open_amount"))

def test_nothing(storm): storm(lambda quickbooks, memory: not there(quickbooks))
def test_raises(storm): storm(lambda quickbooks, memory: 1 / 0)
def test_fault(storm): storm(never, without=("hail",))
def test_token(storm): storm(never, token="c2-hail")
def sends_for_ever(quickbooks, memory):
    while True: run(vendor(str(memory.setdefault("number", len(memory)))), quickbooks)
def test_for_ever(storm): storm(sends_for_ever)

def test_deletes_or_not(storm, company_file):
    from procore_qbd.qbxml.entities.deletions import ListDel
    elm = company_file.as_user().add(Vendor(name="Elm"))
    def deletes(quickbooks, memory):
        try: run(ask(Request.command(ListDel(list_del_type="Vendor", list_id=elm.list_id))), quickbooks)
        except TransportError: pass
    storm(deletes)

def once_otherwise(number):
    calls = []
    def program(quickbooks, memory):
        calls.append(1)
        amount = Decimal(2 if len(calls) == number else 1)
        line = BillExpenseLine(account_ref=Ref(full_name="Cost"), amount=amount)
        if not there(quickbooks):
            run(ask(Request.add(Bill(vendor_ref=Ref(full_name="Birch"), external_guid=GUID, expense_lines=(line,)))), quickbooks)
    return program
def test_dice(storm):
    storm(once_otherwise(13))
def test_not_the_same_twice(storm):
    storm(once_otherwise(2))

def test_asks_less(storm):
    calls = []
    def asks_less(quickbooks, memory):
        calls.append(1)
        for _ in range(5 - min(len(calls), 4)): there(quickbooks)
        never(quickbooks, memory)
    storm(asks_less, without=[one for one in StormFault if one != "comes late"])

def test_endless(storm): storm(lambda quickbooks, memory: (never(quickbooks, memory), False)[1])
def test_chance(storm):
    calls = []
    def by_chance(quickbooks, memory):
        calls.append(1)
        for _ in range(len(calls) % 3): there(quickbooks)
        never(quickbooks, memory)
    storm(by_chance)
"""
    )
    result = suite(text, "--storm-seeds=2")
    result.assert_outcomes(failed=13, passed=1)
    for words in (
        "*missing: Bill '4711': Bill(*",
        "*otherwise: Bill '4711'",
        "*  expense_lines[[]0[]].amount: 1,000.01 != 1,000.00 (by 0.01)",
        "*ValueError: in calm weather nothing changed in the company file*",
        "*ZeroDivisionError*",
        "*ValueError: there is no fault 'hail'; expected one of: never left, *",
        "*ValueError: expected a token such as*",
        "*it does not come to an end, though the faults have ended*",
        "*after 500 documents it is stopped",
        "*missing: Vendor * is gone*",
        "*ValueError: in calm weather it does not do the same twice",
        "*play it again: it cannot be: played again it does not fail*",
        "*a program in a storm must do the same when the same happens*",
    ):
        result.stdout.fnmatch_lines([words])
