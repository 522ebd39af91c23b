"""Users from the JSON of Procore's API, and from what a person wrote down."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procore_qbd import Action, Level, PayloadError, Privilege, ProcoreQbdError, User, can
from procore_qbd.domain import CompanyTool, GranularPermission, PermissionTemplate, ProjectTool, Unlisted
from procore_qbd.domain.users import ErpPermission
from procore_qbd.procore import read_user, read_users

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
        "$.project_permissions.86: Budget stands twice, with Read-only and with Admin"
    ]


@pytest.mark.parametrize(
    ("level", "said"),
    [
        (5, "expected a level: None, Read Only, Standard or Admin, or 1 to 4, got 5"),
        ({"id": 9}, "expected a level: None, Read Only, Standard or Admin, or 1 to 4, got 9"),
        ({"id": 2, "name": "Admin"}, "its id and its name are two levels: 2, 'Admin'"),
        ("boss", "expected a level: None, Read Only, Standard or Admin, or 1 to 4, got 'boss'"),
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


@given(anything)
def test_any_json_is_a_user_or_one_of_our_errors(document):
    for read in (read_user, read_users):
        with contextlib.suppress(ProcoreQbdError):
            assert isinstance(read(json.dumps(document)), (User, tuple))
