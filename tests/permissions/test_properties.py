"""What holds for every user, every question and every policy, and that a bad question is never a quiet no."""

import inspect
import itertools
import json
import pickle

import attrs
import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st
from lxml.html import fromstring

from procore_qbd.cards.plain import said
from procore_qbd.domain import (
    CompanyTool,
    ErpItem,
    ErpPermission,
    GranularPermission,
    ItemKind,
    Level,
    PermissionTemplate,
    Privilege,
    ProjectTool,
    TemplateKind,
    Unlisted,
    User,
)
from procore_qbd.errors import PolicyError, QuestionError
from procore_qbd.permissions import (
    PUBLISHED,
    TUTORIALS,
    Action,
    Activate,
    AddToProject,
    AllOf,
    AnyOf,
    AtLeast,
    ByItem,
    ByProject,
    Give,
    Grant,
    Holds,
    IsActive,
    Need,
    Policy,
    RaiseLevel,
    Tick,
    WithinLimits,
    can,
    compare,
    granted,
    matrix,
    what_can,
    what_if,
    who_can,
)

SEND = Action.SEND_RETRIEVE_OR_RESEND
LINK = Action.LINK_ERP_COMPANIES
ANA = User(
    name="ana",
    company_levels={"ERP Integrations": Level.STANDARD, "Directory": Level.READ_ONLY},
    project_levels={86: {"Commitments": Level.ADMIN, "Reports": Level.STANDARD, "Budget": Level.READ_ONLY}},
    privileges={Privilege.CAN_PUSH_TO_ACCOUNTING},
    granular={"Create New Project"},
)

# --- users, grants, policies, questions ------------------------------------------------------------------------------


def often(those, *others):
    """What the table names comes up as often as all else together."""
    return st.one_of(st.sampled_from(those), st.sampled_from([one for several in others for one in several]))


COMPANY_TOOLS = often([CompanyTool.ERP_INTEGRATIONS, CompanyTool.DIRECTORY, CompanyTool.ADMIN], CompanyTool)
PROJECT_TOOLS = often(
    [ProjectTool.ADMIN, ProjectTool.BUDGET, ProjectTool.COMMITMENTS, ProjectTool.PRIME_CONTRACTS, ProjectTool.REPORTS],
    ProjectTool,
)
LEVELS = st.sampled_from(Level)
UNLISTED = st.sampled_from([Unlisted("Make Coffee"), Unlisted("<b>Tea</b>")])
COMPANY_GRANULAR = st.sampled_from([one for one in GranularPermission if isinstance(one.tool, CompanyTool)]) | UNLISTED
PROJECT_GRANULAR = st.sampled_from([one for one in GranularPermission if isinstance(one.tool, ProjectTool)])
PROJECTS = st.sampled_from([86, 7])
ASKED_PROJECTS = st.sampled_from([None, 86, 7, 404])
ITEMS = st.sampled_from(ErpItem)
PROJECT_LEVELS = st.dictionaries(PROJECT_TOOLS, LEVELS, max_size=4)
NAMES = st.sampled_from(["ana", "bo", "ana (1)", "item", "<script>alert('x')</script>", "Ж & Sons"]) | st.text(
    max_size=8
)
TEMPLATES = st.builds(
    PermissionTemplate,
    name=st.just("default"),
    kind=st.just(TemplateKind.GLOBAL),
    levels=PROJECT_LEVELS,
    granular=st.sets(PROJECT_GRANULAR, max_size=2),
)


def somebody(*, on_projects, project_levels, **rest):
    """A user who has granular permissions on no project but those the user is on."""
    there = {project: ticks for project, ticks in on_projects.items() if project in project_levels}
    return User(project_levels=project_levels, project_granular=there, **rest)


USERS = st.builds(
    somebody,
    name=NAMES,
    id=st.none() | st.integers(1, 9),
    is_active=st.sampled_from([True, True, True, False]),
    company_levels=st.dictionaries(COMPANY_TOOLS, LEVELS, max_size=4),
    project_levels=st.dictionaries(PROJECTS, PROJECT_LEVELS),
    privileges=st.sets(st.sampled_from(Privilege)),
    granular=st.sets(COMPANY_GRANULAR, max_size=2),
    on_projects=st.dictionaries(PROJECTS, st.sets(PROJECT_GRANULAR | UNLISTED, max_size=2)),
    erp_permissions=st.none() | st.dictionaries(ITEMS, st.sets(st.sampled_from(ErpPermission))),
    default_template=st.none() | TEMPLATES,
)
GRANTS = st.one_of(
    st.just(Activate()),
    st.builds(AddToProject, PROJECTS),
    st.builds(RaiseLevel, COMPANY_TOOLS, LEVELS),
    st.builds(RaiseLevel, PROJECT_TOOLS, LEVELS, PROJECTS),
    st.builds(Give, st.sampled_from(Privilege) | COMPANY_GRANULAR),
    st.builds(Give, PROJECT_GRANULAR | UNLISTED, PROJECTS),
    st.builds(Tick, st.sampled_from(ErpPermission), ITEMS),
)
NEEDS = st.recursive(
    st.one_of(
        st.builds(AtLeast, COMPANY_TOOLS | PROJECT_TOOLS, st.sampled_from([*Level][1:])),
        st.builds(Holds, st.sampled_from(Privilege) | COMPANY_GRANULAR | PROJECT_GRANULAR),
        st.just(IsActive()),
        st.builds(WithinLimits, st.sampled_from(ErpPermission), ITEMS),
    ),
    lambda needs: st.builds(
        lambda several, parts, called: several(*parts, called=called),
        st.sampled_from([AllOf, AnyOf]),
        st.lists(needs, min_size=1, max_size=3),
        st.sampled_from(["", "Accounting Approver"]),
    ),
    max_leaves=6,
)
RULES = st.one_of(
    NEEDS, st.builds(ByProject, NEEDS, NEEDS), st.builds(ByItem, st.dictionaries(ITEMS, NEEDS, min_size=1, max_size=3))
)
SHIPPED = st.sampled_from([PUBLISHED, TUTORIALS])


@st.composite
def derived(draw):
    policy = draw(SHIPPED)
    for action in draw(st.lists(st.sampled_from(Action), min_size=1, max_size=3)):
        try:
            policy = policy.with_rule(action, draw(RULES))
        except PolicyError:
            reject()
    return policy


POLICIES = SHIPPED | derived()


@st.composite
def decisions(draw, *, policies=POLICIES, users=USERS, refused=False):
    """A decision about any row; a no, if refused ones are wanted."""
    rows = what_can(draw(users), draw(ASKED_PROJECTS), policy=draw(policies))
    if refused:
        rows = [one for one in rows if not one]
    assume(rows)
    return draw(st.sampled_from(rows))


def with_more(decision, grants):
    return what_if(
        decision.user, grants, decision.action, decision.project, item=decision.item, policy=decision.policy
    ).allowed


def leaves(finding):
    if not finding.parts:
        yield finding
    for part in finding.parts:
        yield from leaves(part)


def parts_of(need):
    yield need
    for part in need.parts:
        yield from parts_of(part)


def pickled(value):
    return pickle.loads(pickle.dumps(value))  # noqa: S301


# --- giving more -----------------------------------------------------------------------------------------------------


@given(USERS, st.lists(GRANTS, min_size=1, max_size=4), POLICIES, ASKED_PROJECTS)
def test_nothing_that_is_given_turns_a_yes_into_a_no(user, grants, policy, project):
    before, *after = (
        what_can(one, project, policy=policy) for one in (user, grants[0].apply(user), granted(user, grants))
    )
    for more in after:
        assert [was.action for was in before] == [now.action for now in more]
        assert not [was.title for was, now in zip(before, more, strict=True) if was and not now]


@given(USERS, GRANTS)
def test_a_grant_gives_and_takes_nothing_away(user, grant):
    after = grant.apply(user)
    assert after.is_active >= user.is_active
    assert after.privileges >= user.privileges
    assert after.granular >= user.granular
    assert all(after.company_levels[tool] >= level for tool, level in user.company_levels.items())
    for project, levels in user.project_levels.items():
        assert all(after.project_levels[project][tool] >= level for tool, level in levels.items())
    for project, granular in user.project_granular.items():
        assert after.project_granular[project] >= granular
    for item, ticks in (user.erp_permissions or {}).items():
        assert after.erp_permissions[item] >= ticks


@given(USERS, st.lists(GRANTS, max_size=4))
def test_grants_count_once_and_in_any_order(user, grants):
    once = granted(user, grants)
    assert granted(user, reversed(grants)) == once
    assert granted(user, grants * 2) == once
    assert granted(once, grants) == once


@given(
    USERS, st.builds(RaiseLevel, PROJECT_TOOLS, LEVELS, st.just(404)) | st.builds(Give, PROJECT_GRANULAR, st.just(404))
)
def test_nothing_is_given_on_a_project_that_the_user_is_not_on(user, grant):
    assert grant.apply(user) == user


def test_the_grants_tried_here_are_all_that_there_are():
    assert set(Grant.__subclasses__()) == {Activate, AddToProject, RaiseLevel, Give, Tick}


# --- what would help -------------------------------------------------------------------------------------------------


@given(decisions(refused=True))
def test_what_is_missing_turns_the_answer_and_no_part_of_it_does(decision):
    for grants in decision.missing:
        assert with_more(decision, grants)
        for size in range(len(grants)):
            assert not any(with_more(decision, some) for some in itertools.combinations(grants, size))


@given(decisions(policies=SHIPPED))
def test_something_is_missing_exactly_if_the_answer_is_no(decision):
    assert bool(decision.missing) is not decision.allowed


@given(decisions())
def test_nothing_is_missing_from_a_yes_under_any_policy(decision):
    assert not (decision.allowed and decision.missing)


def could_help(decision):
    """Every grant that answers a need the tree names."""
    project = decision.project
    for leaf in leaves(decision.tree):
        match leaf.need:
            case AtLeast(tool=CompanyTool() as tool, level=level):
                yield RaiseLevel(tool, level)
            case AtLeast(tool=tool, level=level):
                yield RaiseLevel(tool, level, project)
                if project not in decision.user.project_levels:
                    yield AddToProject(project)
            case Holds(what=what):
                yield Give(what)
            case IsActive():
                yield Activate()
            case WithinLimits(permission=permission, item=item):
                yield Tick(permission, item)
            case stranger:
                raise AssertionError(stranger)


@given(decisions(policies=SHIPPED, refused=True))
def test_what_is_missing_is_every_least_set_that_trying_them_all_finds(decision):
    candidates = sorted(set(could_help(decision)), key=str)
    least = []
    for size in range(1, len(candidates) + 1):
        for some in map(frozenset, itertools.combinations(candidates, size)):
            if not any(found <= some for found in least) and with_more(decision, some):
                least.append(some)
    least = [one for one in least if not any(other != one and gives(one, other) for other in least)]
    assert sorted([sorted(map(str, grants)) for grants in decision.missing]) == sorted(
        [sorted(map(str, grants)) for grants in least]
    )
    assert set(decision.missing) == set(least)
    assert list(map(len, decision.missing)) == list(map(len, least)), "the smallest come first"


def gives(grants, others):
    """Whether grants are the others or more: a higher level on the same tool is more, and nothing else is."""
    levels = {(one.tool, one.project): one.level for one in grants if isinstance(one, RaiseLevel)}
    return all(
        levels.get((one.tool, one.project), Level.NONE) >= one.level if isinstance(one, RaiseLevel) else one in grants
        for one in others
    )


CLERK = User(name="clerk", privileges=["Can Push to Accounting"], granular=["Create New Project"])


@pytest.mark.parametrize(
    ("action", "policy", "wanted"),
    [
        (Action.SYNC_PAID_INVOICE_NOTIFICATIONS, TUTORIALS, [["Standard on ERP Integrations"]]),
        (Action.IMPORT_SUB_JOB, PUBLISHED, [["Admin on company Directory"], ["Standard on ERP Integrations"]]),
    ],
)
def test_nobody_is_advised_a_higher_level_where_a_lower_one_is_enough(action, policy, wanted):
    assert [[*map(str, one)] for one in can(CLERK, action, policy=policy).missing] == wanted


ADMINISTRATOR = AtLeast(CompanyTool.DIRECTORY, Level.ADMIN)


@given(decisions(refused=True))
def test_nobody_is_made_a_company_administrator_unless_the_row_itself_asks_for_it(decision):
    office = RaiseLevel(CompanyTool.DIRECTORY, Level.ADMIN)
    if ADMINISTRATOR not in [leaf.need for leaf in leaves(decision.tree)]:
        assert not any(office in grants for grants in decision.missing)


# --- the tree --------------------------------------------------------------------------------------------------------


def check_consistent(finding):
    met = [part.met for part in finding.parts]
    if isinstance(finding.need, (AllOf, AnyOf)):
        assert finding.met is (all(met) if isinstance(finding.need, AllOf) else any(met)), str(finding.need)
        assert [part.need for part in finding.parts] == list(finding.need.parts)
    for part in finding.parts:
        check_consistent(part)


@given(decisions())
def test_the_tree_says_what_the_decision_says_and_every_node_what_its_parts_say(decision):
    assert decision.tree.met is decision.allowed is bool(decision)
    check_consistent(decision.tree)


@given(decisions())
def test_the_explanation_is_the_headline_and_a_line_for_every_need_in_the_tree(decision):
    assume(decision.user.name.isprintable())
    headline, *lines = str(decision).splitlines()
    assert headline == f"{decision.user.name} may{'' if decision else ' not'}: {decision.title}"
    if decision.stricter:
        assert lines.pop() == f"  note: {decision.stricter}"
    needs = list(parts_of(decision.tree.need))
    assert len(lines) == len(needs)
    for line, need in zip(lines, needs, strict=True):
        assert line.lstrip().startswith((f"yes {need}", f"no  {need}"))
    assert lines[0].startswith("  yes" if decision else "  no ")


@given(decisions(users=USERS.map(lambda user: attrs.evolve(user, is_active=False))))
def test_an_inactive_user_may_do_nothing_under_any_policy(decision):
    assert not decision
    assert all(Activate() in grants for grants in decision.missing)


# --- a need that fails ----------------------------------------------------------------------------------------------


class Own(Need):
    """A need of somebody's own, made of the methods it is handed."""

    def __init__(self, **methods):
        vars(self).update(methods)

    def __str__(self):
        return "a need of one's own"


class Promise:
    """What an async check would return: something that is true, and no answer."""

    def __await__(self):
        yield


def down(*_):
    raise LookupError("the directory is down")


YES = Own(met=lambda *_: True)
NO = Own(met=lambda *_: False)
FAULTS = {
    "raises": Own(met=down),
    "says 1": Own(met=lambda *_: 1),
    "says it later": Own(met=lambda *_: Promise()),
    "says nothing": Own(met=lambda *_: None),
    "is not written": Own(),
    "cannot say what it found": Own(met=lambda *_: False, found=down),
    "cannot say what would help": Own(met=lambda *_: False, grants=down),
    "cannot say anything": Own(met=down, found=down, grants=down),
}
SHELLS = {
    "alone": lambda need: need,
    "all of it": AllOf,
    "any of it": AnyOf,
    "last of all": lambda need: AllOf(YES, need),
    "first of all": lambda need: AllOf(need, YES),
    "after a no": lambda need: AnyOf(NO, need),
    "before a no": lambda need: AnyOf(need, NO),
    "any of all": lambda need: AnyOf(AllOf(need, YES), NO),
    "all of any": lambda need: AllOf(AnyOf(NO, need), YES),
}
each_fault = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)


def deciding(rule, user=ANA):
    return can(user, LINK, policy=PUBLISHED.with_rule(LINK, rule))


@each_fault
def test_a_need_that_fails_never_grants(fault):
    assert [name for name, shell in SHELLS.items() if deciding(shell(fault)).allowed is not False] == []


@each_fault
@pytest.mark.parametrize("user", [ANA, attrs.evolve(ANA, is_active=False)], ids=["active", "inactive"])
def test_a_need_that_fails_is_explained_in_a_tree_that_agrees_with_itself(fault, user):
    for shell in SHELLS.values():
        decision = deciding(shell(fault), user)
        assert "no  a need of one's own" in str(decision)
        assert decision.tree.met is decision.allowed is False
        check_consistent(decision.tree)
        assert decision.missing == ()
        assert decision.advice() == ("what would help: no permission that can be granted",)
        assert json.dumps(decision.to_dict())
        assert "no  a need of one&#x27;s own" in decision._repr_html_()


@each_fault
def test_a_need_that_fails_spoils_no_other_that_would_do(fault):
    for rule in (AnyOf(fault, YES), AnyOf(YES, fault)):
        decision = deciding(rule)
        assert decision.allowed is True
        check_consistent(decision.tree)


def test_why_a_need_failed_is_in_the_explanation():
    assert "could not be decided: LookupError: the directory is down" in str(deciding(Own(met=down)))


# --- plain data ------------------------------------------------------------------------------------------------------


@given(decisions())
def test_decisions_and_users_pickle_and_compare_equal(decision):
    for _ in ("untouched", "looked at"):
        again = pickled(decision)
        assert again == decision
        assert hash(again) == hash(decision)
        assert again.user == decision.user
        assert str(again) == str(decision)
        assert again.missing == decision.missing


@given(decisions())
def test_a_decision_is_plain_data_for_json(decision):
    data = decision.to_dict()
    assert json.loads(json.dumps(data)) == data
    assert data["allowed"] is decision.allowed is data["tree"]["met"]
    assert data["action"] == decision.action.value.replace("\u00a0", " ")
    assert [set(grants) for grants in data["missing"]] == [set(map(str, grants)) for grants in decision.missing]


@pytest.mark.parametrize("item", ErpItem)
def test_a_policy_may_ask_about_any_kind_of_item_and_its_decision_says_all_there_is_to_say(item):
    policy = PUBLISHED.with_rule(SEND, ByItem({item: IsActive()}))
    decision = can(ANA, SEND, 86, item=item, policy=policy)
    assert decision
    assert decision.supported in {True, False}
    assert decision.to_dict()["item"] == item.label
    assert decision.advice()
    assert f"Acceptance: {item.label}" in str(matrix([ANA], 86, policy=policy))


@given(decisions())
def test_a_notebook_shows_names_as_text_and_never_as_markup(decision):
    for shown in (decision, matrix([decision.user], decision.project, policy=decision.policy)):
        page = fromstring(shown._repr_html_())
        assert {element.tag for element in page.iter()} <= TAGS
        assert " ".join(said(decision.user.name).split()) in " ".join(page.text_content().split())
    assert said(decision.headline, whole=True) in fromstring(decision._repr_html_()).text_content()


TAGS = {"div", "style", "p", "strong", "small", "table", "thead", "tbody", "tr", "th", "td"}


def test_a_user_called_script_runs_nowhere():
    user = User(name="<script>alert(1)</script>")
    for shown in (can(user, LINK), matrix([user])):
        assert "<script" not in shown._repr_html_()
        assert "&lt;script&gt;" in shown._repr_html_()


@given(st.lists(NAMES.map(lambda name: User(name=name)), max_size=5))
def test_a_row_of_the_matrix_has_a_cell_for_every_user_whatever_they_are_called(users):
    for row in matrix(users).to_dicts():
        assert len(row) == 3 + len(users)
        assert row["action"] in {action.label for action in Action}


# --- the other questions ---------------------------------------------------------------------------------------------


@given(st.lists(USERS, max_size=3), ASKED_PROJECTS, POLICIES)
def test_the_matrix_what_can_and_who_can_say_what_can_says_cell_by_cell(users, project, policy):
    table = matrix(users, project, policy=policy)
    assert [row.action for row in table.rows if row.item is None or row.item is policy.items(row.action)[0]] == list(
        Action
    )
    for row in table.rows:
        if None in row.decisions:
            assert project is None
            with pytest.raises(QuestionError):
                can(users[0], row.action, item=row.item, policy=policy)
            assert set(row.decisions) == {None}
            continue
        expected = tuple(can(user, row.action, project, item=row.item, policy=policy) for user in users)
        assert row.decisions == expected
        if users:
            allowed = who_can(iter(users), row.action.label, project, item=row.item, policy=policy)
            assert allowed == tuple(user for user, one in zip(users, expected, strict=True) if one)
    for number, user in enumerate(users):
        column = [row.decisions[number] for row in table.rows]
        assert what_can(user, project, policy=policy) == tuple(one for one in column if one is not None)


@given(st.lists(USERS, max_size=3), ASKED_PROJECTS, POLICIES)
def test_a_matrix_prints_and_becomes_plain_data(users, project, policy):
    table = matrix(users, project, policy=policy)
    assert str(table)
    cells = [list(row.values())[3:] for row in table.to_dicts()]
    assert json.loads(json.dumps(cells)) == cells
    assert [row.supported for row in table.rows] == [row["supported"] for row in table.to_dicts()]


@given(decisions(users=st.just(ANA)))
def test_a_project_is_the_same_by_its_number_and_by_its_digits(decision):
    if decision.project is not None:
        digits = str(decision.project)
        assert can(ANA, decision.action, digits, item=decision.item, policy=decision.policy) == decision


@given(USERS, SHIPPED)
def test_every_way_to_name_an_item_gives_the_same_decision(user, policy):
    for item, *names in (
        (ErpItem.COMMITMENT, "Commitment", "commitments", "work_order_contract", ItemKind.PURCHASE_ORDER_CONTRACT),
        (ErpItem.CCO, "CCO", "Commitment Change Order", ItemKind.CHANGE_ORDER),
        (ErpItem.COMPANY, "Company", "vendor", ItemKind.VENDOR),
    ):
        expected = can(user, SEND, 86, item=item, policy=policy)
        assert all(can(user, SEND, 86, item=name, policy=policy) == expected for name in names)


@given(st.lists(USERS, max_size=3), ASKED_PROJECTS, POLICIES)
def test_an_audit_sees_every_decision_exactly_once(users, project, policy):
    seen = []
    table = matrix(users, project, policy=policy, audit=seen.append)
    assert seen == [one for row in table.rows for one in row.decisions if one is not None]
    for user in users:
        seen.clear()
        assert what_can(user, project, policy=policy, audit=seen.append) == tuple(seen)
    for row in table.rows:
        if None in row.decisions:
            continue
        seen.clear()
        who_can(users, row.action, project, item=row.item, policy=policy, audit=seen.append)
        assert tuple(seen) == row.decisions
        for user in users:
            seen.clear()
            decision = can(user, row.action, project, item=row.item, policy=policy, audit=seen.append)
            assert len(seen) == 1
            assert seen[0] is decision


def test_no_audit_sees_what_nobody_may_act_on():
    assert "audit" not in inspect.signature(what_if).parameters
    assert "audit" not in inspect.signature(compare).parameters


def test_an_audit_that_fails_lets_no_decision_out():
    def full(decision):
        raise OSError(f"no space left for {decision.title}")

    with pytest.raises(OSError, match="no space left for Link"):
        can(ANA, LINK, audit=full)
    with pytest.raises(OSError, match="no space left for Link"):
        who_can([ANA], LINK, audit=full)
    with pytest.raises(OSError, match="no space left for Accept"):
        what_can(ANA, audit=full)
    with pytest.raises(OSError, match="no space left for Accept"):
        matrix([ANA], audit=full)


def test_an_audit_does_not_see_a_question_that_was_refused():
    seen = []
    with pytest.raises(QuestionError):
        can(ANA, SEND, 86, audit=seen.append)
    assert not seen


# --- before and after ------------------------------------------------------------------------------------------------


@given(USERS, USERS, POLICIES, st.none() | st.lists(st.sampled_from([86, 7, "404"]), max_size=3))
def test_a_comparison_has_every_answer_that_changes_and_no_other(before, after, policy, projects):
    comparison = compare(before, after, projects, policy=policy)
    changed = [(one.after.action, one.after.item, one.after.project) for one in comparison.changes]
    assert len(set(changed)) == len(changed)
    for one, (action, item, project) in zip(comparison.changes, changed, strict=True):
        assert one.before == can(before, action, project, item=item, policy=policy)
        assert one.after == can(after, action, project, item=item, policy=policy)
        assert one.before.allowed is not one.after.allowed
    assert set(comparison.gained) == {one for one in comparison.changes if one.after.allowed}
    assert set(comparison.lost) == {one for one in comparison.changes if one.before.allowed}
    assert len(comparison.gained) + len(comparison.lost) == len(changed)
    looked_at = {*before.project_levels, *after.project_levels} if projects is None else set(map(int, projects))
    for project in (None, *looked_at):
        pairs = zip(what_can(before, project, policy=policy), what_can(after, project, policy=policy), strict=True)
        for was, now in pairs:
            if was.allowed is not now.allowed:
                assert {(now.action, now.item, project), (now.action, now.item, None)} & set(changed)
    assert {project for *_, project in changed} <= {None, *looked_at}


@pytest.mark.parametrize(
    "rule",
    [
        Holds(Unlisted("Make Coffee")),
        AnyOf(WithinLimits(ErpPermission.CAN_EXPORT, ErpItem.CCO), Holds(Unlisted("Make Coffee"))),
        Own(met=lambda user, project: Unlisted("Make Coffee") in user.project_granular.get(project, ())),
    ],
)
def test_a_comparison_sees_what_changes_in_a_project_only(rule):
    limited = attrs.evolve(ANA, erp_permissions={})
    after = Give(Unlisted("Make Coffee"), 86).apply(limited)
    policy = PUBLISHED.with_rule(LINK, rule)
    assert not can(limited, LINK, 86, policy=policy)
    assert can(after, LINK, 86, policy=policy)
    assert [(one.after.action, one.after.project) for one in compare(limited, after, policy=policy).gained] == [
        (LINK, 86)
    ]


@given(USERS, POLICIES)
def test_nobody_differs_from_themselves(user, policy):
    comparison = compare(user, user, policy=policy)
    assert not comparison
    assert str(comparison) == "nothing changes"
    assert comparison.gained == comparison.lost == ()


@given(USERS, TEMPLATES)
def test_what_a_template_gives_and_takes_is_told_in_a_line_each(user, template):
    comparison = compare(user, user.with_template(template, 86))
    lines = [f"gains  {one.after.title}" for one in comparison.gained]
    lines += [f"loses  {one.after.title}" for one in comparison.lost]
    if comparison:
        told = [line.removesuffix(" (project 86)") for line in str(comparison).splitlines()]
        assert sorted(told) == sorted(lines)


# --- bad questions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "named", "nearest"),
    [
        (lambda: can(ANA, "Unlink Commitment Synced with EPR", 86), "Unlink Commitment Synced with EPR", "Unlink Commitments Synced with ERP"),
        (lambda: Action("View an Accountants Raport"), "View an Accountants Raport", "View an Accountant Report for ERP"),
        (lambda: who_can([ANA], "Refresh Companies"), "Refresh Companies", "Refresh the Companies List for ERP"),
        (lambda: what_if(ANA, [], "Add an ERP Jop"), "Add an ERP Jop", "Add an ERP Job to Procore"),
        (lambda: User(name="x", company_levels={"Directry": "Admin"}), "Directry", "Directory"),
        (lambda: User(name="x", company_levels={"ERP Integratoins": "Admin"}), "ERP Integratoins", "ERP Integrations"),
        (lambda: User(name="x", project_levels={86: {"Comitments": "Admin"}}), "Comitments", "Commitments"),
        (lambda: User(name="x", company_levels={"Directory": "Standart"}), "Standart", "Standard"),
        (lambda: User(name="x", project_levels={86: {"Budget": "Reed Only"}}), "Reed Only", "Read-only"),
        (lambda: Level("Admim"), "Admim", "Admin"),
        (lambda: User(name="x", privileges=["Can Push to Acounting"]), "Can Push to Acounting", "Can Push to Accounting"),
        (lambda: User(name="x", granular=["Create New Projekt"]), "Create New Projekt", "Create New Project"),
        (lambda: User(name="x", project_granular={86: ["Manage Cost Code"]}), "Manage Cost Code", "Manage Cost Codes"),
        (lambda: User(name="x", erp_permissions={"Budgit": ["Can Export"]}), "Budgit", "Budget"),
        (lambda: User(name="x", erp_permissions={"Budget": ["Can Exprot"]}), "Can Exprot", "Can Export"),
        (lambda: can(ANA, SEND, 86, item="Comitment"), "Comitment", "Commitment"),
        (lambda: can(ANA, LINK, item="Comitment"), "Comitment", "Commitment"),
        (lambda: ErpItem.of("Sub Jop"), "Sub Jop", "Sub Job"),
        (lambda: PermissionTemplate(name="t", kind="globe"), "globe", "global"),
        (lambda: PermissionTemplate(name="t", kind="global", levels={"Budgett": "Admin"}), "Budgett", "Budget"),
        (lambda: AtLeast("Prime Contrakts", Level.ADMIN), "Prime Contrakts", "Prime Contracts"),
        (lambda: AtLeast("Budget", "Amin"), "Amin", "Admin"),
        (lambda: Holds("Create New Projects!!"), "Create New Projects!!", "Create New Project"),
        (lambda: PUBLISHED.with_rule("Archive an ERP Compnay", YES), "Archive an ERP Compnay", "Archive an ERP Company in Procore"),
        (lambda: ByItem({"Cost Cods": YES}), "Cost Cods", "Cost Codes"),
        (lambda: Policy("x", {**PUBLISHED.rules, "Lynk ERP Companies": YES}), "Lynk ERP Companies", LINK.label),
    ],
)  # fmt: skip
def test_an_unknown_name_is_an_error_that_names_it_and_the_nearest(ask, named, nearest):
    with pytest.raises(QuestionError) as caught:
        ask()
    error = caught.value
    assert named in str(error)
    assert error.nearest == nearest
    assert f"did you mean {nearest!r}?" in str(error)
    assert str(pickled(error)) == str(error)


@pytest.mark.parametrize("name", [None, 5, 1.5, b"Admin", ["Admin"], object, {"a": 1}])
@pytest.mark.parametrize(
    "ask",
    [
        lambda name: can(ANA, name),
        lambda name: User(name="x", company_levels={"Directory": name}),
        lambda name: User(name="x", privileges=[name]),
        lambda name: User(name="x", granular=[name]),
        Holds,
        lambda name: AtLeast(name, Level.ADMIN),
        lambda name: AtLeast("Budget", name),
        ErpItem.of,
    ],
)
def test_what_is_no_name_at_all_is_an_error(ask, name):
    with pytest.raises(QuestionError, match="expected a name, got "):
        ask(name)


@pytest.mark.parametrize("bad", [1.0, 86.0, True, False, "8a", "²", "٨٦", "8²", "", " ", "86 ", "-1", "+86", "8_6", "1" * 40, b"86", ["86"], (86,), ANA])  # fmt: skip
@pytest.mark.parametrize(
    "ask",
    [
        lambda bad: can(ANA, Action.UNLINK_COMMITMENTS, bad),
        lambda bad: can(ANA, LINK, project=bad),
        lambda bad: who_can([ANA], LINK, bad),
        lambda bad: what_can(ANA, bad),
        lambda bad: what_if(ANA, [], LINK, bad),
        lambda bad: matrix([ANA], bad),
        lambda bad: compare(ANA, ANA, [bad]),
        lambda bad: ANA.with_template(PermissionTemplate(name="t", kind="global"), bad),
    ],
)
def test_a_project_id_that_is_no_integer_and_no_digits_is_an_error_that_shows_it(ask, bad):
    with pytest.raises(QuestionError) as caught:
        ask(bad)
    assert caught.value.subject == "project"
    assert repr(bad)[:30] in str(caught.value)


@pytest.mark.parametrize("bad", [1.0, True, "8a", "²", "", "1" * 40, None])
def test_a_user_is_on_no_project_that_has_no_id(bad):
    for field in ("project_levels", "project_granular"):
        with pytest.raises(QuestionError, match="project: expected an integer or its digits"):
            User(name="x", **{field: {bad: {}}})


def test_no_project_is_no_bad_project():
    assert can(ANA, Action.ARCHIVE_ERP_COMPANY, None) == can(ANA, Action.ARCHIVE_ERP_COMPANY)


@pytest.mark.parametrize("policy", [PUBLISHED, TUTORIALS], ids=["published", "tutorials"])
def test_sending_without_an_item_or_with_one_that_is_not_sent_is_an_incomplete_question(policy):
    for user in (ANA, User(name="noor"), User(name="gone", is_active=False)):
        with pytest.raises(QuestionError, match=r"depends on the kind of item: pass item=, one of .*Commitment"):
            can(user, SEND, 86, policy=policy)
        for item in ("Payment", ErpItem.JOB_COSTS, "Prime Contract"):
            with pytest.raises(QuestionError, match=f"{ErpItem.of(item).label} is none of .*Commitment"):
                can(user, SEND, 86, item=item, policy=policy)


@pytest.mark.parametrize(
    ("action", "item", "policy"),
    [
        (SEND, "Commitment", PUBLISHED),
        (SEND, "CCO", TUTORIALS),
        (Action.UNLINK_COMMITMENTS, None, PUBLISHED),
        (Action.VIEW_UNSYNCABLE_DIRECT_COSTS_REPORT, None, PUBLISHED),
        (Action.REFRESH_COST_CODES, None, TUTORIALS),
    ],
)
def test_what_is_done_in_a_project_cannot_be_asked_without_one(action, item, policy):
    for user in (ANA, User(name="gone", is_active=False), User(name="boss", company_levels={"Directory": "Admin"})):
        with pytest.raises(QuestionError, match="pass project=") as caught:
            can(user, action, item=item, policy=policy)
        assert caught.value.subject == "project"
        assert action.label in str(caught.value)


@pytest.mark.parametrize("user", ["ana", None, {"name": "ana"}, User])
def test_whoever_is_no_user_is_an_error(user):
    with pytest.raises(TypeError, match="expected a User, got"):
        can(user, LINK)


def test_a_name_that_is_a_tool_of_the_company_and_of_a_project_must_say_which():
    with pytest.raises(QuestionError, match="'Directory' is a company tool and a project tool"):
        AtLeast("Directory", Level.ADMIN)


# --- bad policies ----------------------------------------------------------------------------------------------------

ERP = CompanyTool.ERP_INTEGRATIONS
TWO_LEVELS = AllOf(AtLeast(ERP, Level.ADMIN), AtLeast(ERP, Level.STANDARD))


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        (AllOf(), "all of nothing"),
        (AnyOf(), "any of nothing"),
        (AllOf(YES, AnyOf()), "any of nothing"),
        (TWO_LEVELS, "two levels on ERP Integrations"),
        (AnyOf(*TWO_LEVELS.needs), "two levels on ERP Integrations"),
        (AllOf(Holds("Can Push to Accounting"), AnyOf(YES, TWO_LEVELS)), "two levels on ERP Integrations"),
        (AllOf(AtLeast(ERP, Level.ADMIN), AtLeast(ERP, Level.ADMIN)), "two levels on ERP Integrations"),
        (AllOf(Holds("Can Push to Accounting"), Holds("Can Push to Accounting")), "the same need twice"),
        (AtLeast(ERP, Level.NONE), "everybody has it"),
        (ByProject(AllOf(), YES), "without a project: all of nothing"),
        (ByProject(YES, TWO_LEVELS), "with a project: all of two levels"),
        (ByProject(AtLeast(ProjectTool.BUDGET, Level.ADMIN), YES), "without a project nobody has a level"),
        (ByItem({}), "names no kind of item"),
        (ByItem({"CCO": AllOf()}), "CCO: all of nothing"),
        (ByItem({"CCO": ByItem({"CCO": YES})}), "expected a need"),
        (ByProject(YES, ByProject(YES, YES)), "expected a need"),
        (AllOf("Admin"), "expected a need, got 'Admin'"),
        (None, "expected a need, got None"),
        ("Admin", "expected a need, got 'Admin'"),
        (Own, "expected a need, got"),
        (True, "expected a need, got True"),
    ],
)
def test_a_rule_that_is_none_or_contradicts_itself_is_refused_when_it_is_said(rule, fault):
    with pytest.raises(PolicyError) as caught:
        PUBLISHED.with_rule(LINK, rule)
    assert fault in str(caught.value)
    assert LINK.label in str(caught.value)
    assert str(pickled(caught.value)) == str(caught.value)


def test_a_policy_without_a_rule_for_every_action_is_refused_and_every_lack_is_listed():
    with pytest.raises(PolicyError) as caught:
        Policy("empty", {})
    assert len(caught.value.faults) == 38
    lacking = {action: rule for action, rule in PUBLISHED.rules.items() if action is not LINK}
    with pytest.raises(PolicyError, match="policy 'lacking': Link ERP Companies to Procore Companies: has no rule"):
        Policy("lacking", lacking)
    with pytest.raises(PolicyError) as caught:
        Policy("both", lacking | {Action.ARCHIVE_ERP_COMPANY: AllOf()})
    assert len(caught.value.faults) == 2


def test_a_policy_with_two_rules_for_one_action_contradicts_itself():
    with pytest.raises(PolicyError, match="Link ERP Companies"):
        Policy("twice", {**PUBLISHED.rules, LINK.label: YES})


def test_a_rule_with_two_needs_for_one_kind_of_item_contradicts_itself():
    with pytest.raises((PolicyError, QuestionError), match="CCO"):
        PUBLISHED.with_rule(SEND, ByItem({ErpItem.CCO: YES, "CCOs": NO}))


def test_deriving_a_policy_changes_one_rule_and_leaves_the_other_policy_as_it_was():
    changed = PUBLISHED.with_rule(LINK, YES, name="generous")
    assert (changed.name, PUBLISHED.name) == ("generous", "published")
    assert can(User(name="noor"), LINK, policy=changed)
    assert not can(User(name="noor"), LINK)
    assert {action for action in Action if changed.rules[action] is not PUBLISHED.rules[action]} == {LINK}
