"""Users, questions, verdicts and reasons that a person wrote down first: corpus/permissions.txt."""

import re
from pathlib import Path

import pytest

from procore_qbd.domain import (
    ErpItem,
    ErpPermission,
    GranularPermission,
    Level,
    PermissionTemplate,
    Privilege,
    TemplateKind,
    User,
)
from procore_qbd.permissions import (
    PUBLISHED,
    TUTORIALS,
    Action,
    Activate,
    AddToProject,
    Give,
    RaiseLevel,
    Tick,
    can,
)
from support import permissions_oracle as oracle
from support.shared import SHARED, needs_shared

CORPUS = (Path(__file__).parent / "corpus.txt").read_text(encoding="utf-8")
BLOCKS = [
    [line for line in block.splitlines() if not line.startswith("#")] for block in re.split(r"\n\n+", CORPUS.strip())
]
POLICIES = {policy.name: policy for policy in (PUBLISHED, TUTORIALS)}
UNSUPPORTED = "QuickBooks Desktop does not support this, whatever the permissions"


def several(text):
    return [] if text == "nothing" else text.split(", ")


def levels(text):
    return dict(one.rsplit(" ", 1) for one in several(text))


def user_of(block):
    name = block[0].split()[1]
    facts = dict(line.strip().partition(": ")[::2] for line in block[1:])
    projects = {key.split()[1]: levels(facts.pop(key)) for key in list(facts) if key.startswith("project ")}
    limits = None
    for key in ("may import", "may export"):
        if key in facts:
            limits = limits or {}
            for item in several(facts.pop(key)):
                limits.setdefault(item, []).append(key.replace("may", "can"))
    template = facts.pop("default template", None)
    user = User(
        name=name,
        is_active=facts.pop("inactive", None) is None,
        company_levels=levels(facts.pop("company")),
        project_levels=projects,
        privileges=several(facts.pop("privileges", "nothing")),
        granular=several(facts.pop("granular", "nothing")),
        erp_permissions=limits,
        default_template=template
        and PermissionTemplate(name="default", kind=TemplateKind.GLOBAL, levels=levels(template)),
    )
    assert not facts, f"{name}: nobody reads {facts}"
    return user


USERS = {user.name: user for user in (user_of(block) for block in BLOCKS if block and block[0].startswith("user "))}
CASES = [block for block in BLOCKS if block and block[0].startswith("-- ")]


def asked(case):
    """The question that a case answers: user, action, project, kind of item, policy; and the verdict."""
    reading, _, project = case[0].removeprefix("-- ").partition(", project ")
    name, verdict, title = re.fullmatch(r"(\w+) (may|may not): (.+)", case[1]).groups()
    sent, _, item = title.rpartition(": ")
    if sent != Action.SEND_RETRIEVE_OR_RESEND.label:
        sent, item = title, ""
    return USERS[name], Action(sent), project or None, item or None, POLICIES[reading], verdict == "may"


def decided(case):
    user, action, project, item, policy, _ = asked(case)
    return can(user, action, project, item=item, policy=policy)


@pytest.mark.parametrize("case", CASES, ids=["; ".join(case[:2]) for case in CASES])
def test_the_verdict_and_every_reason_are_those_written_down(case):
    *_, verdict = asked(case)
    decision = decided(case)
    assert decision.allowed is verdict
    said = [line for line in (*str(decision).splitlines(), *decision.advice()) if not line.strip().startswith("note: ")]
    assert said == case[1:]
    helps = [line.partition(": ")[2].split(", and ") for line in case if line.startswith(("what would help: ", "or: "))]
    assert [set(map(str, grants)) for grants in decision.missing] == [set(one) for one in helps]
    assert decision.supported is (UNSUPPORTED not in case)


def test_every_block_of_the_corpus_is_read():
    strangers = [block for block in BLOCKS if block and not block[0].startswith(("user ", "-- "))]
    assert not strangers
    assert len(USERS) == 12
    assert len(CASES) == 89


def test_every_action_every_kind_of_item_both_readings_and_every_user_have_a_case():
    users, actions, projects, items, policies, verdicts = zip(*map(asked, CASES), strict=True)
    assert set(actions) == set(Action)
    assert {ErpItem(item) for item in items if item} == set(PUBLISHED.items(Action.SEND_RETRIEVE_OR_RESEND))
    assert {policy.name for policy in policies} == set(POLICIES)
    assert {user.name for user in users} == set(USERS)
    assert {one.project for one in map(decided, CASES) if one.action is Action.VIEW_JOB_COSTS_REPORT} == {None, 86}
    assert set(projects) == {None, "86", "12"}
    assert set(verdicts) == {True, False}
    assert len({(case[0], case[1].replace(" may not: ", " may: ")) for case in CASES}) == len(CASES), "asked twice"


def oracle_says(table, case):
    user, action, project, item, policy, _ = asked(case)
    here = user.project_levels.get(int(project or 0))
    spelled = {level: oracle.LEVELS[level - 1] for level in Level}
    levels = dict.fromkeys(oracle.TOOLS, "None")
    levels |= {f"company {tool.label}": spelled[level] for tool, level in user.company_levels.items()}
    levels |= {f"project {tool.label}": spelled[level] for tool, level in (here or {}).items()}
    has = {one.label for one in (*user.privileges, *user.granular)}
    person = {"active": user.is_active, "on": here is not None, "has": has, "levels": levels}
    without, within = table[action.label][policy.name][item]
    may = oracle.may(person, within if project else without)
    if action.label in oracle.LIMITS and user.erp_permissions is not None and levels[oracle.DIRECTORY] != "Admin":
        permission, moved = oracle.LIMITS[action.label]
        may = may and permission in {tick.label for tick in user.erp_permissions.get(ErpItem(moved), ())}
    return may


@needs_shared
def test_every_verdict_is_that_of_the_oracle_who_read_the_published_table():
    table = oracle.table(SHARED)
    assert [case[:2] for case in CASES if oracle_says(table, case) is not asked(case)[-1]] == []


def kind(grant):
    match grant:
        case Give(what=what):
            return type(what)
        case Tick(permission=permission):
            return permission
    return type(grant)


def test_every_kind_of_denial_has_a_case_where_mending_it_is_enough():
    enough = {kind(*grants) for case in CASES for grants in decided(case).missing if len(grants) == 1}
    assert enough == {
        Activate,
        AddToProject,
        RaiseLevel,
        Privilege,
        GranularPermission,
        ErpPermission.CAN_IMPORT,
        ErpPermission.CAN_EXPORT,
    }
