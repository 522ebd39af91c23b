"""Every rule is shown by its own experiment, and by no other; what breaks a rule is found by `probe`."""

import ast
import datetime as dt
import re

import pytest

from procore_qbd import Request
from procore_qbd.codes import HRESULTS, STATUSES
from procore_qbd.errors import EngineError
from procore_qbd.qbxml import write_requests
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.simulator import CompanyFile
from procore_qbd.simulator.knowledge import reasons
from procore_qbd.simulator.knowledge.rules import Reason, Source
from procore_qbd.simulator.rules import REASONS, RULES, home_of
from procore_qbd.testing.probe import Agreement, probe, with_setting_of
from procore_qbd.transports import Memory
from support.company import put
from support.places import SOURCE

SIMULATOR = SOURCE / "simulator"


@pytest.fixture(scope="module")
def probed():
    """What came of every experiment, and by which reasons the requests of each were refused."""
    raised = {}
    with CompanyFile.create() as company:
        with pytest.MonkeyPatch.context() as patch:
            seen = watched(patch)
            report = probe(
                Memory(company.process),
                with_setting=with_setting_of(company),
                each=lambda one: raised.update({one.name: seen.copy()}) or seen.clear(),
            )
        left = counted(company)
    with CompanyFile.create() as company:
        empty = counted(company)
    return report, raised, {kind: number for kind, number in left.items() if number != empty[kind]}


def counted(company):
    """How many records there are of each kind; the accounts that QuickBooks makes for its own use stay."""
    return {
        kind: sum(getattr(one, "special_account_type", None) is None for one in company.records(kind))
        for kind in company.kinds
    }


def watched(patch):
    """The reasons by which any company file refuses something from now on."""
    seen = set()
    process = CompanyFile.process

    def watching(company, document):
        try:
            return process(company, document)
        finally:
            seen.update(company.last_reasons)

    patch.setattr(CompanyFile, "process", watching)
    return seen


@pytest.mark.parametrize("name", sorted(RULES))
def test_each_rule_is_shown_by_its_own_experiment(probed, name):
    report, raised, _ = probed
    (one,) = (one for one in report.probed if one.name == name)
    assert one.agreement is Agreement.AGREES, f"expected {one.expected}, got {one.got}; {one.why}"
    rule = RULES[name]
    assert not isinstance(rule, Reason) or rule in raised[name]


def test_experiments_leave_nothing_behind(probed):
    report, _, left = probed
    assert report.left == ()
    assert left == {}


@pytest.fixture(scope="module")
def spoiled():
    """What came of the experiment of every reason at a QuickBooks that answers another code for that very reason."""
    process, turns = CompanyFile.process, iter(REASONS.values())
    otherwise = [next(turns)]

    def answers_otherwise(there, document):
        try:
            reply = process(there, document)
        except EngineError:
            raise EngineError(0x80040402) from None
        if otherwise[-1] in there.last_reasons:
            return re.sub(rb'statusCode="%d"' % otherwise[-1].code, b'statusCode="3999"', reply)
        return reply

    with CompanyFile.create() as company, pytest.MonkeyPatch.context() as patch:
        patch.setattr(CompanyFile, "process", answers_otherwise)
        report = probe(
            Memory(company.process),
            with_setting=with_setting_of(company),
            rules=REASONS,
            each=lambda _: otherwise.append(next(turns, None)),
        )
    return {one.name: one for one in report.probed}


@pytest.mark.parametrize("name", sorted(REASONS))
def test_a_rule_that_is_kept_otherwise_differs(spoiled, name):
    one = spoiled[name]
    assert one.agreement is Agreement.DIFFERS
    assert one.got.codes != one.expected.codes


KNOBS = {
    "EditSequences by the second": (
        lambda company: setattr(company, "edit_sequence_by_second", True),
        {"SAME_SECOND_IS_STALE", "FENCE_KEEPS_OUT_A_LATE_COPY"},
    ),
    "one reply is kept": (
        lambda company: setattr(company, "message_sets", "last"),
        {"LAST_SETS_ARE_KEPT", "MANY_SETS_ARE_KEPT"},
    ),
    "replies are kept for an hour": (
        lambda company: setattr(company, "message_sets", dt.timedelta(hours=1)),
        {"SETS_OUTLAST_THE_NIGHT"},
    ),
    "no reply is kept": (
        lambda company: setattr(company, "message_sets", "none"),
        {"LAST_SETS_ARE_KEPT", "MANY_SETS_ARE_KEPT", "OTHER_BYTES_ARE_NOT_DONE", "REPLY_IS_KEPT"}
        | {"SAME_BYTES_ARE_NOT_DONE_TWICE", "SETS_OUTLAST_THE_NIGHT", "OLD_SET_IS_FORGOTTEN"},
    ),
}


QUICK = "no reply is kept"


@pytest.mark.parametrize(
    ("turn", "differ"),
    [pytest.param(*knob, id=name, marks=[] if name == QUICK else [pytest.mark.slow]) for name, knob in KNOBS.items()],
)
def test_a_file_that_keeps_one_rule_otherwise_differs_in_that_rule_alone(turn, differ):
    with CompanyFile.create() as company:
        turn(company)
        report = probe(Memory(company.process), with_setting=with_setting_of(company))
        assert {one.name for one in report.of(Agreement.DIFFERS)} == differ


def test_a_rule_has_words_and_a_code_that_quickbooks_has():
    sentences = [rule.words for rule in RULES.values()]
    assert len(set(sentences)) == len(sentences)
    for name, rule in RULES.items():
        assert rule.words.endswith("."), name
        assert name == name.upper()
        assert isinstance(rule.source, Source)
    assert {reason.code for reason in REASONS.values()} <= STATUSES.keys() | HRESULTS.keys() | {3391}


def test_nothing_refuses_without_a_name():
    """`Refusal` is made by reasons, and by faults that somebody ordered."""
    made = []
    for path in SIMULATOR.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refusal":
                made += [path.relative_to(SIMULATOR).as_posix()]
    assert sorted(made) == ["faults.py", "knowledge/rules.py"]


def test_a_shared_reason_is_shared():
    """What only one file raises stands in that file."""
    for name in reasons.__all__:
        users = [path for path in SIMULATOR.rglob("*.py") if re.search(rf"\b{name}\b", path.read_text("utf-8"))]
        assert len(users) > 2, name
        assert home_of(name).endswith("knowledge.reasons")


def test_a_company_file_tells_by_which_rules_it_refused():
    with CompanyFile.create() as company:
        put(company, Vendor(name="Fir"))
        company.process(write_requests([Request.add(Vendor(name="fir ")), Request.add(Vendor(name="Elm"))]))
        (reason,) = company.last_reasons
        assert reason.code == 3100
        company.process(write_requests([Request.add(Vendor(name="Oak"))]))
        assert company.last_reasons == ()
