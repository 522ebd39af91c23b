"""Procore's users as values: names understood or refused, templates resolved, levels as they count."""

import copy
import pickle

import attrs
import pytest

from procore_qbd import QuestionError, User
from procore_qbd.domain import (
    Budget,
    ChangeOrder,
    Commitment,
    CommitmentKind,
    CompanyTool,
    ErpItem,
    GranularPermission,
    ItemKind,
    Level,
    PermissionTemplate,
    Privilege,
    ProjectTool,
    Requisition,
    TemplateKind,
    Unlisted,
    VendorCompany,
)
from procore_qbd.domain.frozen import FrozenDict
from procore_qbd.domain.tools import ErpPermission
from procore_qbd.domain.users import project_id
from procore_qbd.domain.words import Word

WORDS = (CompanyTool, ErpItem, ErpPermission, GranularPermission, Level, Privilege, ProjectTool, TemplateKind)

ACCOUNTING = PermissionTemplate(name="Accounting", kind="company_tools", levels={"ERP Integrations": "Admin"}, id=7)
MANAGER = PermissionTemplate(
    name="Manager", kind="global", levels={"Budget": "Admin"}, granular=["Create Subcontract"], id=9
)
ON_86 = PermissionTemplate(name="Only 86", kind="project_specific", levels={"Reports": "Read-only"}, project="86")


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.__name__)
def test_a_name_is_understood_in_any_case_and_punctuation(words):
    for word in words:
        for spelling in (
            word.label,
            word.name,
            word.label.upper(),
            word.name.lower(),
            f" {word.label.replace(' ', '-')} ",
        ):
            assert words.of(spelling) is word is words(spelling)


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.__name__)
def test_no_spelling_stands_for_two_names(words):
    spellings = {}
    for word in words:
        for spelling in (word.label, word.name):
            assert spellings.setdefault(spelling.lower(), word) is word
    for variant, label in words.variants().items():
        assert words.of(variant).label == label


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.__name__)
@pytest.mark.parametrize("wrong", ["", "Gizmo", 5, None, True, 2.0, b"Admin", ["Admin"], "x" * 10_000])
def test_an_unknown_name_is_an_error_that_suggests_one_that_exists(words, wrong):
    with pytest.raises(QuestionError) as caught:
        words.of(wrong)
    assert caught.value.subject == words.what()
    assert len(str(caught.value)) < 250
    if isinstance(wrong, str):
        assert caught.value.nearest in {word.label for word in words}
    copied = pickle.loads(pickle.dumps(caught.value))  # noqa: S301  # our own bytes
    assert str(copied) == str(caught.value)


def test_procores_variants_of_a_tool_are_one_tool():
    assert {ProjectTool.of(name) for name in ("Budget", "Budgets", "budgeting")} == {ProjectTool.BUDGET}
    assert {ProjectTool.of(name) for name in ("Prime Contract", "prime_contracts")} == {ProjectTool.PRIME_CONTRACTS}
    assert {CompanyTool.of(name) for name in ("ERP Integrations", "erp_integration")} == {CompanyTool.ERP_INTEGRATIONS}


def test_a_tool_of_the_company_is_none_of_a_project():
    assert CompanyTool.DIRECTORY != ProjectTool.DIRECTORY
    assert len({CompanyTool.DIRECTORY, ProjectTool.DIRECTORY}) == 2
    with pytest.raises(QuestionError, match="company tool: expected a name"):
        User(name="x", company_levels={ProjectTool.DIRECTORY: Level.ADMIN})


def test_words_are_one_of_each_after_pickling():
    for words in WORDS:
        for word in words:
            assert pickle.loads(pickle.dumps(word)) is word is copy.deepcopy(word)  # noqa: S301  # our own bytes


def test_every_list_says_what_it_is_of():
    assert {words.what() for words in WORDS} == {words.what() for words in Word.__subclasses__() if words in WORDS}
    assert len({words.what() for words in WORDS}) == len(WORDS)


@pytest.mark.parametrize(
    ("named", "item"),
    [
        (Commitment, ErpItem.COMMITMENT),
        (CommitmentKind.PURCHASE_ORDER_CONTRACT, ErpItem.COMMITMENT),
        (ItemKind.WORK_ORDER_CONTRACT, ErpItem.COMMITMENT),
        ("purchase_order_contract", ErpItem.COMMITMENT),
        (ChangeOrder, ErpItem.CCO),
        ("change_order", ErpItem.CCO),
        (Requisition, ErpItem.SUBCONTRACTOR_INVOICE),
        (Budget, ErpItem.BUDGET),
        (VendorCompany(id=1, name="x"), ErpItem.COMPANY),
        ("vendor", ErpItem.COMPANY),
        ("Subcontractor Invoices", ErpItem.SUBCONTRACTOR_INVOICE),
    ],
)
def test_a_kind_of_item_is_known_by_name_class_and_value(named, item):
    assert ErpItem.of(named) is item


@pytest.mark.parametrize("named", [ItemKind.LINE_ITEM, "insurance", int, object()])
def test_what_does_not_move_by_itself_is_no_kind_of_item(named):
    with pytest.raises(QuestionError, match="item kind"):
        ErpItem.of(named)


@pytest.mark.parametrize(("given", "number"), [(86, 86), ("86", 86), ("007", 7), (0, 0)])
def test_a_project_is_an_integer_or_its_digits(given, number):
    assert project_id(given) == number


@pytest.mark.parametrize("given", [True, 86.0, "8a", "", " 86", "²", "٨٦", "-1", "9" * 20, None, b"86"])
def test_nothing_else_is_a_project(given):
    with pytest.raises(QuestionError, match="project: expected an integer or its digits"):
        project_id(given)


# --- users -----------------------------------------------------------------------------------------------------------


def test_no_level_on_record_is_none():
    user = User(name="x", project_levels={86: {}})
    assert {user.level(tool) for tool in CompanyTool} == {Level.NONE}
    assert {user.level(tool, 86) for tool in ProjectTool} == {Level.NONE}


def test_a_company_administrator_has_admin_on_the_company_and_on_their_projects_only():
    user = User(name="x", company_levels={"Directory": "Admin"}, project_levels={86: {"Budget": "Read-only"}})
    assert user.is_company_administrator
    assert {user.level(tool) for tool in CompanyTool} == {Level.ADMIN}
    assert {user.level(tool, 86) for tool in ProjectTool} == {Level.ADMIN}
    assert {user.level(tool, 87) for tool in ProjectTool} == {Level.NONE}
    assert {user.level(tool) for tool in ProjectTool} == {Level.NONE}
    assert not user.holds(Privilege.CAN_PUSH_TO_ACCOUNTING)


def test_admin_on_the_directory_of_a_project_makes_no_administrator():
    user = User(name="x", project_levels={86: {"Directory": "Admin"}})
    assert not user.is_company_administrator
    assert user.level(ProjectTool.BUDGET, 86) is Level.NONE


def test_granular_permissions_count_where_they_are_ticked_and_with_admin():
    user = User(
        name="x",
        granular=["Create New Project"],
        project_levels={86: {"Commitments": "Standard"}, 87: {"Commitments": "Admin"}},
        project_granular={86: ["Create Subcontract"]},
    )
    assert user.holds(GranularPermission.CREATE_NEW_PROJECT)
    held = [user.holds(GranularPermission.CREATE_SUBCONTRACT, project) for project in (86, 87, 88, None)]
    assert held == [True, True, False, False]
    assert [user.holds(GranularPermission.CREATE_PURCHASE_ORDER, project) for project in (86, 87)] == [False, True]


def test_a_granular_permission_is_said_where_its_tool_is():
    with pytest.raises(QuestionError, match="'Create Subcontract' is on the project tool Commitments"):
        User(name="x", granular=["Create Subcontract"])
    with pytest.raises(QuestionError, match="'Create New Project' is on the company tool Directory"):
        User(name="x", project_granular={86: ["Create New Project"]})


def test_limits_bind_everybody_but_company_administrators():
    limited = User(name="x", erp_permissions={"Budget": ["Can Export"], "budgets": ["Can Import"]})
    assert limited.limits == {ErpItem.BUDGET: frozenset(ErpPermission)}
    assert attrs.evolve(limited, company_levels={"Directory": "Admin"}).limits is None
    assert User(name="x").limits is None
    assert User(name="x", erp_permissions={}).limits == {}


def test_what_we_do_not_list_is_said_on_purpose():
    user = User(name="x", company_levels={Unlisted("Concierge"): "Admin"}, granular=[Unlisted("Fly")])
    assert user.level(Unlisted("Concierge")) is Level.ADMIN
    assert user.holds(Unlisted("Fly"))
    with pytest.raises(QuestionError, match="unknown 'Concierge'"):
        User(name="x", company_levels={"Concierge": "Admin"})


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("company_levels", {"Directory": "Admin", "company directory": "None"}, "two levels on one tool"),
        ("company_levels", {"Directory": 4}, "Directory: level: expected a name, got 4"),
        ("company_levels", ["Directory"], "expected a mapping"),
        ("project_levels", {86: {}, "86": {}}, "project 86 appears twice"),
        ("project_levels", {86: ["Budget"]}, "expected a mapping"),
        ("project_levels", [86], "expected a mapping"),
        ("project_granular", {88: ["Create Subcontract"]}, "the user is not on project 88"),
        ("privileges", "Can Push to Accounting", "expected several names"),
        ("erp_permissions", ["Budget"], "expected a mapping"),
    ],
)
def test_a_user_that_contradicts_itself_is_refused(field, value, said):
    with pytest.raises(QuestionError, match=said):
        User(name="x", **{field: value})


def test_a_user_is_frozen_to_the_ground_and_equal_to_its_pickle():
    user = User(name="x", company_levels={"Directory": "Standard"}, project_levels={86: {"Budget": "Admin"}})
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        user.name = "y"
    for mapping in (user.company_levels, user.project_levels, user.project_levels[86]):
        for change in (
            lambda mapping: mapping.__setitem__(1, 2),
            lambda mapping: mapping.update({1: 2}),
            lambda mapping: mapping.pop(86),
            lambda mapping: mapping.setdefault(1, 2),
            lambda mapping: mapping.clear(),
            lambda mapping: mapping.__ior__({1: 2}),
        ):
            with pytest.raises(TypeError, match="frozen"):
                change(mapping)
    copied = pickle.loads(pickle.dumps(user))  # noqa: S301  # our own bytes
    assert copied == user
    assert hash(copied) == hash(user)
    assert isinstance(copied.company_levels, FrozenDict)


# --- templates -------------------------------------------------------------------------------------------------------


def test_templates_are_resolved_into_levels():
    user = User.from_templates("x", company=ACCOUNTING, projects={86: ON_86, "87": MANAGER}, default_template=MANAGER)
    assert user.level(CompanyTool.ERP_INTEGRATIONS) is Level.ADMIN
    assert user.level(ProjectTool.REPORTS, 86) is Level.READ_ONLY
    assert user.level(ProjectTool.BUDGET, 87) is Level.ADMIN
    assert user.holds(GranularPermission.CREATE_SUBCONTRACT, 87)


def test_a_new_template_takes_the_place_of_what_stood_there():
    user = User.from_templates("x", projects={86: MANAGER}).with_template(ON_86, 86)
    assert user.project_levels == {86: {ProjectTool.REPORTS: Level.READ_ONLY}}
    assert user.project_granular == {86: frozenset()}


@pytest.mark.parametrize(
    ("template", "project", "said"),
    [
        (ACCOUNTING, 86, "a company_tools template is set on no project"),
        (MANAGER, None, "a global template is set on a project: name the project"),
        (ON_86, 87, "is for project 86, not 87"),
    ],
)
def test_a_template_of_the_wrong_kind_is_refused(template, project, said):
    with pytest.raises(QuestionError, match=said):
        User(name="x").with_template(template, project)


@pytest.mark.parametrize("template", [ACCOUNTING, ON_86], ids=["company_tools", "project_specific"])
def test_only_a_global_template_can_be_the_default(template):
    with pytest.raises(QuestionError, match="only a global template"):
        User(name="x", default_template=template)


def test_a_template_names_tools_of_its_own_kind():
    with pytest.raises(QuestionError, match="project tool: unknown 'ERP Integrations'"):
        PermissionTemplate(name="x", kind="global", levels={"ERP Integrations": "Admin"})
    with pytest.raises(QuestionError, match="template type: unknown 'x'"):
        PermissionTemplate(name="x", kind="x")
    with pytest.raises(QuestionError, match="is on the project tool"):
        PermissionTemplate(name="x", kind="company_tools", granular=["Create Subcontract"])
