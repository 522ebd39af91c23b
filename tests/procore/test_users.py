"""Users from the JSON of Procore's API, and from what a person wrote down."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procore_qbd import Action, PayloadError, ProcoreQbdError, User, can
from procore_qbd.domain import (
    CompanyTool,
    GranularPermission,
    Level,
    PermissionTemplate,
    Privilege,
    ProjectTool,
    Unlisted,
)
from procore_qbd.domain.tools import ErpPermission
from procore_qbd.permissions import what_can
from procore_qbd.procore import read_user, read_users
from support.malforming import WRONGS
from support.payloads import paths_of

COMPANY_TEMPLATE = {
    "id": 7,
    "name": "Accounting",
    "type": "company_tools",
    "user_access_levels": {"erp_integrations": 3, "directory": 2, "concierge": 4},
    "permissions": {"directory": {"create_new_project": True, "create_and_edit_users": False, "view": True}},
}
GLOBAL_TEMPLATE = {
    "id": 9,
    "name": "Project manager",
    "type": "global",
    "user_access_levels": {"budgeting": 4, "images": 3, "prime_contract": 2},
    "permissions": {"commitments": {"create_purchase_order": True}},
}
PROJECT_TEMPLATE = {
    "id": 10,
    "name": "Only on 86",
    "type": "project_specific",
    "project_id": 86,
    "user_access_levels": {"commitments": 4},
}
TEMPLATES = [COMPANY_TEMPLATE, GLOBAL_TEMPLATE, PROJECT_TEMPLATE]


def tool(name, friendly_name, level, **more):
    return {"id": 1, "domain_id": 2, "name": name, "friendly_name": friendly_name, "user_access_level": level} | more


def company_user(**more):
    return {
        "id": 381006,
        "name": "Ana Ruiz",
        "is_active": True,
        "erp_integrated_accountant": True,
        "city": "Bend",
    } | more


def faults(read, *arguments):
    with pytest.raises(PayloadError) as caught:
        read(*arguments)
    return list(caught.value.faults)


# --- as Procore answers ----------------------------------------------------------------------------------------------


def test_a_company_user_says_who_is_active_and_who_can_push():
    assert read_user({"user": company_user()}) == User(
        id=381006, name="Ana Ruiz", privileges={Privilege.CAN_PUSH_TO_ACCOUNTING}
    )
    assert read_user(company_user(is_active=False, erp_integrated_accountant=False)) == User(
        id=381006, name="Ana Ruiz", is_active=False
    )


@pytest.mark.parametrize("kind", ["project_permissions", "project_users"])
@pytest.mark.parametrize("twice", [("86", "086"), ("086", "86"), ("86", 86)])
def test_a_project_that_stands_twice_is_a_fault(kind, twice):
    answer = {"tools": []} if kind == "project_permissions" else {}
    document = {"user": company_user(), kind: dict.fromkeys(twice, answer)}
    assert faults(read_user, document) == [f"$.{kind}: project 86 appears twice"]
    assert faults(read_user, {"name": "Ana", "project_levels": {key: {} for key in twice}})


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize("theirs", ["erp_integrated_accountant", "permission_template"])
@pytest.mark.parametrize("ours", ["company_levels", "privileges", "project_levels"])
def test_a_user_of_both_forms_is_a_fault_that_names_a_key_of_each(ours, theirs, wrapped):
    user = {"name": "Ana", "is_active": True, ours: {}, theirs: None}
    (fault,) = faults(read_user, {"user": user} if wrapped else user)
    assert fault == (f"$.user: {ours!r} is written by a person, {theirs!r} is from Procore's API: use one form")


@pytest.mark.parametrize("nothing", [{"is_active": None}, {}], ids=["null", "absent"])
def test_who_is_not_said_to_be_active_is_not(nothing):
    document = {key: value for key, value in company_user().items() if key != "is_active"} | nothing
    for user in (read_user(document), read_user({"user": document})):
        assert not user.is_active
    admin = {"tools": [tool("erp", "ERP Integrations", {"id": 4})]}
    decision = can(read_user({"user": document, "company_permissions": admin}), Action.ACCEPT_OR_REJECT_BUDGET)
    assert not decision
    assert "no  an active user (is inactive)" in str(decision)


def test_a_user_that_a_person_wrote_down_is_active_unless_they_say_otherwise():
    assert read_user({"name": "ana"}).is_active
    assert faults(read_user, {"name": "ana", "is_active": None}) == ["$.is_active: expected true or false, got null"]


def test_a_name_in_two_parts_is_one():
    assert read_user({"user": {"first_name": "Ana", "last_name": "Ruiz"}}).name == "Ana Ruiz"


def test_the_permission_manifest_gives_levels_by_friendly_name_name_and_id():
    user = read_user(
        {
            "user": company_user(),
            "company_permissions": {
                "tools": [
                    tool("erp", "ERP Integrations", {"id": 4, "name": "Admin"}),
                    tool("directory", "Mitarbeiterverzeichnis", {"id": 2, "name": "Read Only"}),
                    tool("concierge", "Concierge", {"id": 3}),
                    tool("reports", "Reports", None),
                ]
            },
            "project_permissions": {
                "86": {"tools": [tool("prime_contract", "Prime Contract", {"id": 4, "name": "admin"})]},
                "87": {"tools": []},
            },
        }
    )
    assert user.company_levels == {
        CompanyTool.ERP_INTEGRATIONS: Level.ADMIN,
        CompanyTool.DIRECTORY: Level.READ_ONLY,
        Unlisted("Concierge"): Level.STANDARD,
    }
    assert user.project_levels == {86: {ProjectTool.PRIME_CONTRACTS: Level.ADMIN}, 87: {}}


def test_permitted_actions_that_are_granular_permissions_are_kept_on_their_own_tool():
    actions = [{"action_name": name} for name in ("create_new_project", "create_subcontract", "view", None)]
    rows = {"tools": [tool("directory", "Directory", {"id": 3}, permitted_actions=actions)]}
    user = read_user({"user": company_user(), "company_permissions": rows, "project_permissions": {"86": rows}})
    assert user.granular == {GranularPermission.CREATE_NEW_PROJECT}
    assert user.project_granular == {86: {GranularPermission.CREATE_SUBCONTRACT}}


def test_templates_are_resolved_into_levels():
    user = read_user(
        {
            "user": company_user(company_permission_template={"id": 7, "name": "x"}, permission_template={"id": 9}),
            "project_users": {
                "86": {"permission_template": {"id": 10, "name": "Only on 86"}},
                "87": {"permission_template_id": 9},
                "88": {"permission_template": None},
            },
            "permission_templates": TEMPLATES,
        }
    )
    assert user.company_levels == {
        CompanyTool.ERP_INTEGRATIONS: Level.STANDARD,
        CompanyTool.DIRECTORY: Level.READ_ONLY,
        Unlisted("concierge"): Level.ADMIN,
    }
    assert user.granular == {GranularPermission.CREATE_NEW_PROJECT}
    manager = {
        ProjectTool.BUDGET: Level.ADMIN,
        ProjectTool.PHOTOS: Level.STANDARD,
        ProjectTool.PRIME_CONTRACTS: Level.READ_ONLY,
    }
    assert user.project_levels == {86: {ProjectTool.COMMITMENTS: Level.ADMIN}, 87: manager, 88: {}}
    assert user.project_granular[87] == {GranularPermission.CREATE_PURCHASE_ORDER}
    assert user.default_template is not None
    assert user.default_template.levels == manager


def test_template_ids_alone_are_enough():
    ids = company_user(company_permission_template_id=7, default_permission_template_id=9)
    user = read_user({"user": ids, "permission_templates": TEMPLATES})
    assert user.level(CompanyTool.ERP_INTEGRATIONS) is Level.STANDARD
    assert user.default_template.id == 9


def test_what_the_manifest_of_a_project_says_goes_before_its_template():
    user = read_user(
        {
            "user": company_user(),
            "project_users": {"86": {"permission_template_id": 9}},
            "project_permissions": {"86": {"tools": [tool("budget", "Budget", {"id": 2})]}},
            "permission_templates": TEMPLATES,
        }
    )
    assert user.project_levels == {86: {ProjectTool.BUDGET: Level.READ_ONLY}}


def test_a_template_that_is_not_at_hand_is_a_fault_and_no_quiet_none():
    document = {"user": company_user(company_permission_template_id=3), "permission_templates": TEMPLATES}
    assert faults(read_user, document) == [
        "$.user.company_permission_template: template 3 is not among the permission_templates, so its levels are not known"
    ]
    document = {
        "user": company_user(),
        "project_users": {"87": {"permission_template_id": 10}},
        "permission_templates": TEMPLATES,
    }
    assert faults(read_user, document) == ["$.project_users.87: template 'Only on 86': is for project 86, not 87"]


def test_one_tool_with_two_levels_is_a_fault():
    rows = [tool("budget", "Budget", {"id": 2}), tool("budgeting", "Budgets", {"id": 4})]
    document = {"user": company_user(), "project_permissions": {"86": {"tools": rows}}}
    assert faults(read_user, document) == [
        "$.project_permissions.86.tools: Budget appears twice, with Read-only and with Admin"
    ]


@pytest.mark.parametrize(
    ("name", "friendly_name", "said"),
    [
        ("documents", "Budget", "its two names are different tools: 'Budget' is Budget and 'documents' is Documents"),
        ("rfi", "Budget", "its two names are different tools: 'Budget' is Budget and 'rfi' is RFIs"),
        ("erp", "Budget", "its two names are different tools: 'Budget' is Budget and 'erp' is ERP Integrations"),
        ("budget", "Analytics", "its two names are different tools: 'Analytics' is Analytics and 'budget' is Budget"),
    ],
)
def test_a_tool_whose_two_names_are_two_tools_is_a_fault(name, friendly_name, said):
    rows = {"tools": [tool("reports", "Reports", {"id": 2}), tool(name, friendly_name, {"id": 4})]}
    document = {"user": company_user(), "project_permissions": {"86": rows}}
    assert faults(read_user, document) == [f"$.project_permissions.86.tools[1]: {said}"]


@pytest.mark.parametrize(("name", "friendly_name"), [("documents", "ERP Integrations"), ("rfi", "ERP Integrations")])
def test_a_tool_of_a_project_is_none_of_the_company_by_its_other_name(name, friendly_name):
    document = {"user": company_user(), "company_permissions": {"tools": [tool(name, friendly_name, {"id": 4})]}}
    [fault] = faults(read_user, document)
    assert fault.startswith("$.company_permissions.tools[0]: its two names are different tools: ")


@pytest.mark.parametrize(
    ("name", "friendly_name"),
    [
        ("budget", "Budget"),
        ("budgeting", "Budgets"),
        ("cost_planner", "Budget"),
        ("budget", "Presupuesto"),
        (None, "Budget"),
    ],
)
def test_two_names_of_one_tool_and_names_that_nobody_knows_are_no_contradiction(name, friendly_name):
    document = {
        "user": company_user(),
        "project_permissions": {"86": {"tools": [tool(name, friendly_name, {"id": 2})]}},
    }
    assert read_user(document).project_levels == {86: {ProjectTool.BUDGET: Level.READ_ONLY}}


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (
            {"user": company_user(company_permission_template={"id": 7}, company_permission_template_id=8)},
            "$.user.company_permission_template: its template is 7 in one place and 8 in another",
        ),
        (
            {"user": company_user(), "project_users": {"86": {"permission_template": {"id": 9}, "permission_template_id": 10}}},
            "$.project_users.86: its template is 9 in one place and 10 in another",
        ),
        (
            json.dumps({"user": company_user()}).replace('"is_active"', '"is_active": false, "is_active"'),
            "$.user.is_active: appears 2 times in its object, with false, true",
        ),
    ],
)  # fmt: skip
def test_what_names_two_things_is_a_fault_and_no_choice_of_ours(document, fault):
    document = (
        document | {"permission_templates": document.get("permission_templates", TEMPLATES)}
        if isinstance(document, dict)
        else document
    )
    assert faults(read_user, document) == [fault]


def test_a_template_that_is_shared_and_ones_own_must_be_alike_in_both_places():
    for own, alike in ((GLOBAL_TEMPLATE, True), (GLOBAL_TEMPLATE | {"user_access_levels": {"budget": 2}}, False)):
        users = [{"user": company_user(), "permission_templates": [own]}]
        document = {"users": users, "permission_templates": [GLOBAL_TEMPLATE]}
        if alike:
            assert len(read_users(document)) == 1
        else:
            said = "$.users[0].permission_templates: template 9 appears twice, with different contents"
            assert faults(read_users, document) == [said]


@pytest.mark.parametrize(
    ("level", "said"),
    [
        (5, "expected a level: None, Read Only, Standard or Admin, or 1 to 4, got 5"),
        ({"id": 9}, "expected a level: None, Read Only, Standard or Admin, or 1 to 4, got 9"),
        ({"id": 2, "name": "Admin"}, "its id and its name are different levels: 2, 'Admin'"),
        ("boss", "expected a level: None, Read Only, Standard or Admin, or 1 to 4, got 'boss'"),
        ("\u0664", "expected a level: None, Read Only, Standard or Admin, or 1 to 4, got '\u0664'"),
        ({"id": {"id": 4}}, "expected a level: None, Read Only, Standard or Admin, or 1 to 4, got an object"),
        (True, "expected a level: None, Read Only, Standard or Admin, or 1 to 4, got true"),
    ],
)
def test_a_level_that_is_none_is_named(level, said):
    document = {"user": company_user(), "company_permissions": {"tools": [tool("directory", "Directory", level)]}}
    assert faults(read_user, document) == [f"$.company_permissions.tools[0].user_access_level: {said}"]


def test_every_level_is_read_by_number_digits_and_name():
    for level in Level:
        for written in (
            int(level),
            str(int(level)),
            level.label,
            level.name.lower(),
            {"id": int(level), "name": level.label},
        ):
            document = {"user": company_user(), "company_permissions": {"tools": [tool("reports", "Reports", written)]}}
            assert read_user(document).company_levels == {CompanyTool.REPORTS: level}, written


ANSWERS = [
    {
        "user": company_user(company_permission_template={"id": 7}, permission_template={"id": 9}),
        "project_users": {"86": {"permission_template": {"id": 10}}, "87": {"permission_template_id": 9}},
        "permission_templates": TEMPLATES,
    },
    {
        "user": company_user(is_active=False),
        "company_permissions": {
            "tools": [
                tool("erp", "ERP Integrations", {"id": 4, "name": "Admin"}),
                tool("directory", "Directory", {"id": 2}),
            ]
        },
        "project_permissions": {"86": {"tools": [tool("commitments", "Commitments", {"id": 4})]}},
    },
]


@pytest.mark.parametrize("answer", ANSWERS, ids=["templates", "manifests, inactive"])
@pytest.mark.parametrize("wrong", ["missing", "null", "no text", "an object", "a list", "once more"])
def test_a_yes_never_comes_of_what_procore_leaves_out(answer, wrong):
    def allowed(document):
        user = read_user(document)
        return {one.title for project in (None, 86, 87) for one in what_can(user, project) if one}

    before = allowed(answer)
    for path in paths_of(answer):
        with contextlib.suppress(PayloadError):
            assert allowed(WRONGS[wrong](answer, path)) <= before, path


# --- as a person writes ----------------------------------------------------------------------------------------------

WRITTEN = {
    "name": "ana",
    "id": 5,
    "is_active": True,
    "company_levels": {"ERP Integrations": "Standard", "directory": "read only"},
    "project_levels": {"86": {"Commitments": "Admin", "Prime Contract": "Standard"}},
    "privileges": ["Can Push to Accounting"],
    "granular": ["Create New Project"],
    "project_granular": {"86": ["Create Subcontract"]},
    "erp_permissions": {"Budget": ["Can Export"], "vendor": ["import", "export"]},
    "default_template": {"name": "Everywhere", "levels": {"Budget": "Admin"}, "granular": ["View Direct Cost Details"]},
}


def test_a_person_writes_a_user_in_the_words_of_the_class():
    user = read_user(json.dumps(WRITTEN))
    assert user == User(
        name="ana",
        id=5,
        company_levels={CompanyTool.ERP_INTEGRATIONS: Level.STANDARD, CompanyTool.DIRECTORY: Level.READ_ONLY},
        project_levels={86: {ProjectTool.COMMITMENTS: Level.ADMIN, ProjectTool.PRIME_CONTRACTS: Level.STANDARD}},
        privileges=[Privilege.CAN_PUSH_TO_ACCOUNTING],
        granular=[GranularPermission.CREATE_NEW_PROJECT],
        project_granular={86: [GranularPermission.CREATE_SUBCONTRACT]},
        erp_permissions={"Budget": [ErpPermission.CAN_EXPORT], "Company": list(ErpPermission)},
        default_template=PermissionTemplate(
            name="Everywhere", kind="global", levels={"Budget": "Admin"}, granular=["View Direct Cost Details"]
        ),
    )
    assert can(user, Action.UNLINK_COMMITMENTS, "86")
    assert read_user(json.dumps(WRITTEN).encode()) == user == read_user(WRITTEN)


def test_every_fault_of_what_a_person_wrote_is_listed():
    document = {
        "nam": "ana",
        "id": "5",
        "is_active": 1,
        "company_levels": {"Directry": "Admin"},
        "project_levels": {"8a": {}},
        "privileges": "Can Push to Accounting",
        "granular": ["Create New Projct"],
        "erp_permissions": {"line_item": ["Can Export"]},
        "default_template": {"name": "x", "levels": {"Budgt": "Admin"}},
    }
    assert faults(read_user, document) == [
        "$.nam: unknown; did you mean 'name'?",
        "$.id: expected a whole number, got '5'",
        "$.is_active: expected true or false, got 1",
        "$.company_levels: company tool: unknown 'Directry'; did you mean 'Directory'?",
        "$.project_levels: project: expected an integer or its digits, got '8a'",
        "$.privileges: privilege: expected several names, got 'Can Push to Accounting'",
        "$.granular: granular permission: unknown 'Create New Projct'; did you mean 'Create New Project'?",
        "$.erp_permissions: item kind: unknown 'line_item'; did you mean 'Job Costs'?",
        "$.default_template: project tool: unknown 'Budgt'; did you mean 'Budget'?",
        "$.name: is missing",
    ]


# --- several ---------------------------------------------------------------------------------------------------------


def test_several_users_share_their_templates():
    users = [{"user": company_user(name=name, company_permission_template_id=7)} for name in ("a", "b")]
    read = read_users({"users": users, "permission_templates": TEMPLATES})
    assert [user.name for user in read] == ["a", "b"]
    assert {user.level(CompanyTool.ERP_INTEGRATIONS) for user in read} == {Level.STANDARD}


def test_a_list_and_one_user_alone_are_several_too():
    assert read_users('[{"name": "a"}, {"name": "b"}]') == (User(name="a"), User(name="b"))
    assert read_users({"name": "a"}) == (User(name="a"),)
    assert read_users([]) == ()


def test_the_faults_of_all_users_are_listed():
    assert faults(read_users, [{"name": 5}, {"name": "b"}, {"name": "c", "granular": ["x"]}])[0].startswith(
        "$[0].name:"
    )
    assert len(faults(read_users, [{"name": 5}, {"name": "b"}, {"name": "c", "granular": ["x"]}])) == 2


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "$: expected JSON in UTF-8, but line 1, column 1: expecting value"),
        ("[]", "$: expected an object with the name of a user, got a list"),
        ("5", "$: expected an object with the name of a user, got 5"),
        ("{}", "$.name: is missing"),
        ({"user": 5}, "$.user: expected an object, got 5"),
        ({"user": {}}, "$.user.name: is missing"),
        (
            {"user": {"name": "a"}, "project_permisions": {}},
            "$.project_permisions: unknown; did you mean 'project_permissions'?",
        ),
        ({"user": {"name": "a"}, "company_permissions": {}}, "$.company_permissions.tools: is missing"),
        ({"user": {"name": "a"}, "project_users": []}, "$.project_users: expected an object by project id, got a list"),
        (
            {"user": {"name": "a"}, "project_users": {"x": {}}},
            "$.project_users: project: expected an integer or its digits, got 'x'",
        ),
        ({"name": "a\nb"}, "$.name: expected a text without a line break, got 'a\\nb'"),
        ({"name": "a", "\ud800 x": 5}, "$['\\ud800 x']: unknown; did you mean 'project_levels'?"),
        ('{"name": "a", "id": 5, "id": 6}', "$.id: appears 2 times in its object, with 5, 6"),
        ({"user": {"name": "a", "is_active": "yes"}}, "$.user.is_active: expected true or false, got 'yes'"),
        (
            {"user": {"name": "a"}, "permission_templates": [GLOBAL_TEMPLATE | {"type": "everywhere"}]},
            "$.permission_templates[0].type: template type: unknown 'everywhere'; did you mean 'project_specific'?",
        ),
    ],
)
def test_json_that_is_no_user_is_one_clear_error(data, said):
    found = faults(read_user, data)
    assert len(found) == 1
    if "did you mean" in said and "everywhere" in said:  # which name is nearest to this one is a matter of taste
        found = [found[0].split(";")[0]]
        said = said.split(";")[0]
    assert found == [said]


PLACES = (
    *("user", "company_permissions", "project_permissions", "project_users", "permission_templates", "tools", "86"),
    *("user_access_level", "permission_template", "user_access_levels", "permissions", "type"),
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from([1, 4, "Admin", "86", "Budget"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*WRITTEN, *PLACES]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def test_json_that_is_nested_deeply_is_a_user_or_one_of_our_errors():
    for depth in (400, 100_000):
        for opening, closing in (("[", "]"), ('{"id":', "}"), ('{"user":', "}")):
            for place in (
                '{"user": ',
                '{"users": ',
                '{"user": {"name": "a"}, "company_permissions": {"tools": [{"user_access_level": ',
            ):
                text = place + opening * depth + "1" + closing * depth + "}" * (place.count("{") - place.count("["))
                for read in (read_user, read_users):
                    with contextlib.suppress(ProcoreQbdError):
                        read(text)


@given(anything)
def test_any_json_is_a_user_or_one_of_our_errors(document):
    for read in (read_user, read_users):
        with contextlib.suppress(ProcoreQbdError):
            assert isinstance(read(json.dumps(document)), (User, tuple))
