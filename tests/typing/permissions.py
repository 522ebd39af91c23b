"""Permissions as a type checker sees them."""

from typing import assert_type

from procore_qbd import Action, Decision, User, can
from procore_qbd.domain import CompanyTool, ErpItem, Level, PermissionTemplate, Privilege
from procore_qbd.permissions import (
    PUBLISHED,
    AllOf,
    AtLeast,
    Comparison,
    Grant,
    Holds,
    Matrix,
    Need,
    Policy,
    compare,
    matrix,
    what_can,
    what_if,
    who_can,
)
from procore_qbd.procore import read_user, read_users


class OnWednesday(Need):
    """A need of an application's own."""

    def met(self, user: User, project: int | None) -> bool:
        return user.name == "wed" and project is None


def ask() -> bool:
    """What the documentation shows."""
    ana = User(
        name="ana",
        company_levels={"ERP Integrations": Level.STANDARD, CompanyTool.DIRECTORY: "Read-only"},
        project_levels={86: {"Commitments": Level.ADMIN}, "87": {}},
        privileges={Privilege.CAN_PUSH_TO_ACCOUNTING},
        granular={"Create New Project"},
        erp_permissions={"Budget": ["Can Export"], ErpItem.PROJECT: []},
        default_template=PermissionTemplate(name="x", kind="global", levels={"Budget": "Admin"}),
    )
    decision = can(ana, Action("Unlink Commitments Synced with ERP"), project=86)
    assert_type(decision, Decision)
    assert_type(decision.missing, tuple[frozenset[Grant], ...])
    assert_type(who_can([ana], "Unlink a Company Synced with ERP"), tuple[User, ...])
    assert_type(what_can(ana, "86"), tuple[Decision, ...])
    assert_type(matrix([ana]), Matrix)
    assert_type(compare(ana, ana), Comparison)
    assert_type(what_if(ana, [], Action.UNLINK_COMPANY), Decision)
    assert_type(Action.UNLINK_COMPANY.supported, bool)
    need = AllOf(AtLeast(CompanyTool.ADMIN, Level.ADMIN), Holds("Create New Project"), OnWednesday())
    assert_type(PUBLISHED.with_rule(Action.UNLINK_COMPANY, need), Policy)
    assert_type(read_user(b"{}"), User)
    assert_type(read_users([]), tuple[User, ...])
    return decision.allowed
