"""The table of permissions against an oracle that read the published one by itself: every combination there is.

No rule of the library has a part in what is expected here; see permissions_oracle.py.
"""

from functools import cache
from html import escape

import pytest

from procore_qbd.domain import CompanyTool, ErpItem, ErpPermission, Level, Privilege, User
from procore_qbd.errors import QuestionError
from procore_qbd.permissions import PUBLISHED, TUTORIALS, Action, AtLeast, can
from support import permissions_oracle as oracle
from support.shared import SHARED, needs_shared

POLICIES = {"published": PUBLISHED, "tutorials": TUTORIALS}
HERE, ELSEWHERE = 86, 99


@cache
def table():
    return oracle.table(SHARED)


def levels_of(person, scope, *, blank):
    """The levels of one scope; a level of None said outright, or left out."""
    levels = {tool.removeprefix(scope): level for tool, level in person["levels"].items() if tool.startswith(scope)}
    return {tool: level for tool, level in levels.items() if level != "None"} if blank else levels


def user_of(person, *, busy):
    """The user that a person is; a busy one has Admin on all that is beside the point, there and elsewhere."""
    others = oracle.TOOLS.difference(person["levels"]) if busy else set()
    beside = {
        scope: {tool.removeprefix(scope): "Admin" for tool in others if tool.startswith(scope)}
        for scope in ("company ", "project ")
    }
    everything = {tool.removeprefix("project "): "Admin" for tool in oracle.TOOLS if tool.startswith("project ")}
    projects = {ELSEWHERE: everything} if busy else {}
    if person["on"]:
        projects[HERE] = levels_of(person, "project ", blank=busy) | beside["project "]
    return User(
        name="busy" if busy else "idle",
        is_active=person["active"],
        company_levels=levels_of(person, "company ", blank=busy) | beside["company "],
        project_levels=projects,
        privileges=person["has"] & {oracle.PUSH},
        granular=person["has"] & {oracle.NEW_PROJECT},
    )


@cache
def everybody(tools):
    return [(person, user_of(person, busy=busy)) for person in oracle.people(set(tools)) for busy in (False, True)]


def answer(user, action, project, item, policy):
    """Yes, no, or None where the question is refused for want of a project."""
    try:
        return can(user, action, project, item=item, policy=policy).allowed
    except QuestionError as error:
        if error.subject != "project":
            raise
        return None


def differences(policy, reading):
    """How many cases there are, and the titles of those that are answered otherwise."""
    cases, wrong = 0, []
    for title, row in table().items():
        action = Action(title)
        for item, (without, within) in row[reading].items():
            kind = item and ErpItem(item)
            named = frozenset(oracle.tools_in(without) | oracle.tools_in(within))
            askable = not any(tool.startswith("project ") for tool in oracle.tools_in(without))
            for person, user in everybody(named):
                for project, need in ((None, without), (HERE, within)):
                    cases += 1
                    expected = oracle.may(person, need) if project or askable else None
                    if answer(user, action, project, kind, policy) is not expected:
                        wrong.append((title, item, project, expected, user))
    return cases, wrong


# How many there are. A row that names no tool but ERP Integrations and the company Directory: 4 x 4 levels, active or
# not, with and without the privilege and the granular permission, idle or busy, on the project or not, asked with the
# project and without: 16 x 2^3 x 2 x 2 x 2 = 1,024. One project tool more: on the project there are four levels, off it
# none, so 5 for 2; two tools 17, three 65. A company tool more: 4 times as many.
PLAIN, ONE, TWO, THREE = (512 * states for states in (2, 5, 17, 65))
SENDING = 7 * ONE + TWO + 4 * PLAIN + PLAIN  # the CCO names two tools, the cost codes company Admin, the company none
PUBLISHED_CASES = 30 * PLAIN + 5 * ONE + 2 * THREE + SENDING  # five unlink in a project, two are reports
TUTORIALS_CASES = PUBLISHED_CASES - PLAIN + ONE  # refreshing cost codes is in a project there


@pytest.mark.slow
@needs_shared
@pytest.mark.parametrize(("reading", "expected"), [("published", PUBLISHED_CASES), ("tutorials", TUTORIALS_CASES)])
def test_every_action_is_decided_as_the_table_says_for_every_combination_of_what_its_row_names(reading, expected):
    cases, wrong = differences(POLICIES[reading], reading)
    assert cases == expected
    assert not wrong, f"{len(wrong)} of {cases} answered otherwise, for instance {wrong[0]}"


def test_there_are_as_many_cases_as_the_arithmetic_says():
    assert (PUBLISHED_CASES, TUTORIALS_CASES) == (141_824, 143_360)


@pytest.mark.slow
@needs_shared
def test_the_comparison_notices_where_the_tutorials_part_from_the_table_and_nowhere_else():
    _, wrong = differences(TUTORIALS, "published")
    parted = {title for title, row in table().items() if row["published"] != row["tutorials"]}
    assert len(parted) == 18
    assert {title for title, *_ in wrong} == parted


@needs_shared
def test_the_actions_are_the_published_titles_in_the_published_order():
    assert [action.label for action in Action] == list(table())
    assert len(table()) == 38


@needs_shared
def test_every_title_is_understood_as_published_with_its_no_break_space():
    lines = (SHARED / "permissions.tsv").read_text(encoding="utf-8").splitlines()[1:]
    titles = [line.partition("\t")[0] for line in lines if line]
    assert [Action(title) for title in titles] == list(Action)
    assert any("\u00a0" in title for title in titles)


@needs_shared
def test_the_connector_for_quickbooks_desktop_supports_what_the_table_says():
    assert {action.label: action.supported for action in Action} == {
        title: row["supported"] for title, row in table().items()
    }


@needs_shared
def test_sending_is_supported_for_the_items_that_quickbooks_desktop_accepts():
    accepting = {item: title for title, (_, item) in oracle.LIMITS.items() if title.startswith("Accept or Reject")}
    assert set(accepting) == set(oracle.SEND)
    noor = User(name="noor")
    for item, title in accepting.items():
        decision = can(noor, Action.SEND_RETRIEVE_OR_RESEND, HERE, item=item)
        assert decision.supported is table()[title]["supported"], item


@needs_shared
def test_a_row_has_notes_exactly_where_the_table_has_its_own():
    assert {action.label for action in Action if action.notes} == {
        title for title, row in table().items() if row["noted"]
    }


@needs_shared
def test_a_row_says_that_it_is_stricter_exactly_where_only_a_tutorial_asks_for_more():
    lines = (SHARED / "permissions.tsv").read_text(encoding="utf-8").splitlines()
    head = lines[0].split("\t")
    rows = [dict(zip(head, line.split("\t"), strict=True)) for line in lines[1:]]
    assert {action.label for action in Action if action.stricter} == {
        Action.of(row["action"]).label for row in rows if row["source_of_also_required"].startswith("tutorial")
    }


@pytest.mark.parametrize("action", [action for action in Action if action.stricter], ids=lambda action: action.name)
def test_an_answer_that_is_stricter_than_procores_page_says_so_itself(action):
    for policy in POLICIES.values():
        for levels in ({}, {"ERP Integrations": "Admin", "Directory": "Admin"}):
            user = User(name="noor", company_levels=levels, project_levels={HERE: {}}, privileges=[oracle.PUSH])
            decision = can(user, action, HERE, policy=policy)
            assert str(decision).splitlines()[-1] == f"  note: {action.stricter}"
            assert decision.to_dict()["stricter"] == decision.stricter == action.stricter
            assert escape(action.stricter) in decision._repr_html_()
    own = PUBLISHED.with_rule(action, AtLeast(CompanyTool.ERP_INTEGRATIONS, Level.STANDARD))
    decision = can(User(name="noor"), action, HERE, policy=own)
    assert decision.stricter is decision.to_dict()["stricter"] is None
    assert "note" not in str(decision)


def test_a_kind_of_item_is_said_only_where_the_action_depends_on_it():
    for policy in POLICIES.values():
        for action in Action:
            if not policy.items(action):
                with pytest.raises(
                    QuestionError, match="does not depend on the kind of item, got Commitment: leave it out"
                ):
                    can(User(name="noor"), action, HERE, item="Commitment", policy=policy)


@needs_shared
def test_sending_asks_about_the_kinds_of_item_that_are_sent():
    for policy in POLICIES.values():
        assert {item.label for item in policy.items(Action.SEND_RETRIEVE_OR_RESEND)} == set(oracle.SEND)
        assert all(not policy.items(one) for one in Action if one is not Action.SEND_RETRIEVE_OR_RESEND)


# --- the ERP permissions of a user -----------------------------------------------------------------------------------


def ticked(*, but=None, only=None):
    """The table on a user's page with every tick but one, or with one only."""
    return {
        item: [
            tick
            for tick in ErpPermission
            if (tick.label, item.label) != but and only in (None, (tick.label, item.label))
        ]
        for item in ErpItem
    }


@needs_shared
@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_erp_permissions_bind_below_admin_on_the_directory_and_only_the_action_that_moves_the_item(policy):
    bound = 0
    for action in Action:
        limit = oracle.LIMITS.get(action.label)
        for item in policy.items(action) or (None,):
            for directory in oracle.LEVELS:
                person = {
                    "active": True,
                    "on": True,
                    "has": {oracle.PUSH, oracle.NEW_PROJECT},
                    "levels": dict.fromkeys(oracle.TOOLS, "Admin") | {oracle.DIRECTORY: directory},
                }
                may = oracle.may(person, table()[action.label][policy.name][item and item.label][1])
                tables = [(None, True), ({}, limit is None), (ticked(), True)]
                if limit is not None:
                    tables += [(ticked(but=limit), False), (ticked(only=limit), True)]
                    tables.append((ticked(only=("Can Import", limit[1])), limit[0] == "Can Import"))
                for erp_permissions, enough in tables:
                    user = User(
                        name="limited",
                        company_levels=levels_of(person, "company ", blank=True),
                        project_levels={HERE: levels_of(person, "project ", blank=True)},
                        privileges=[Privilege.CAN_PUSH_TO_ACCOUNTING],
                        granular=[oracle.NEW_PROJECT],
                        erp_permissions=erp_permissions,
                    )
                    expected = may and (enough or directory == "Admin")
                    assert can(user, action, HERE, item=item, policy=policy).allowed is expected, (action, directory)
                    bound += may and not expected
    assert bound


# --- the oracle itself -----------------------------------------------------------------------------------------------


def test_the_oracle_reads_a_sentence_as_a_person_would():
    both = {"Standard", "Admin"}
    assert oracle.read("Standard or Admin on ERP Integrations") == ("level", oracle.ERP, both)
    assert oracle.read("Admin on company Admin; or Can Push to Accounting, and Standard on project Budget") == (
        "any",
        ("level", "company Admin", {"Admin"}),
        ("all", ("has", oracle.PUSH), ("level", "project Budget", both)),
    )
    assert oracle.read(
        "Can Push to Accounting, and (Admin on company Admin, or Admin on project Admin or on project Budget)"
    ) == (
        "all",
        ("has", oracle.PUSH),
        (
            "any",
            ("level", "company Admin", {"Admin"}),
            ("any", ("level", "project Admin", {"Admin"}), ("level", "project Budget", {"Admin"})),
        ),
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Admin on company Kitchen",
        "Admin",
        "Read Only or Admin on project Budget",
        "Admin on company Admin, or Admin on project Admin, and Can Push to Accounting",
        "Can Pull from Accounting",
        "Somebody's permission",
        "",
    ],
)
def test_the_oracle_refuses_a_sentence_that_it_cannot_read(sentence):
    with pytest.raises(ValueError, match="the oracle"):
        oracle.read(sentence)
