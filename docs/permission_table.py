"""Draw the page of the permission table from the rules, by asking them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.domain import CompanyTool, ErpItem, GranularPermission, Level, Privilege, ProjectTool, User
from procore_qbd.errors import QuestionError
from procore_qbd.permissions import PUBLISHED, TUTORIALS, Action, AllOf, AtLeast, Need, Policy, can
from procore_qbd.permissions.table import ByItem, ByProject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from procore_qbd.permissions.table import Rule

PROJECT = 86


def with_all_else(level: Level) -> User:
    """Somebody who lacks nothing but a level on ERP Integrations, and is no company administrator."""
    return User(
        name="",
        company_levels=dict.fromkeys(CompanyTool, Level.ADMIN)
        | {CompanyTool.DIRECTORY: Level.STANDARD, CompanyTool.ERP_INTEGRATIONS: level},
        project_levels={PROJECT: dict.fromkeys(ProjectTool, Level.ADMIN)},
        privileges=Privilege,
        granular={GranularPermission.CREATE_NEW_PROJECT},
    )


def ticks(action: Action, policy: Policy) -> list[str]:
    """The four columns, found out by asking; empty where no level on ERP Integrations is needed."""
    item = ErpItem.COMMITMENT if policy.items(action) else None
    project = PROJECT if needs_a_project(action, policy) else None
    may = [can(with_all_else(level), action, project, item=item, policy=policy).allowed for level in Level]
    return ["✓" if allowed and not may[0] else "" for allowed in may]


def needs_a_project(action: Action, policy: Policy) -> bool:
    try:
        policy.need(action, item=ErpItem.COMMITMENT)
    except QuestionError:
        return True
    return False


def sentence(need: Need, *, inner: bool = False) -> str:
    """A need in a line."""
    if called := getattr(need, "called", ""):
        return str(called)
    if not need.parts:
        return str(need)
    word = ", and " if isinstance(need, AllOf) else ", or "
    joined = word.join(sentence(part, inner=True) for part in need.parts)
    return f"({joined})" if inner else joined


def besides(rule: Rule) -> str:
    """What a rule wants besides the ticks."""
    if isinstance(rule, ByProject):
        return f"for a project: {besides(rule.within)}"
    if isinstance(rule, ByItem):
        return "<br>".join(f"{item.label}: {sentence(need)}" for item, need in rule.needs.items())
    parts = rule.parts if isinstance(rule, AllOf) and not rule.called else (rule,)
    left = [part for part in parts if not ticked(part)]
    return ", and ".join(sentence(part, inner=len(left) > 1) for part in left)


def ticked(need: Need) -> bool:
    return isinstance(need, AtLeast) and need.tool is CompanyTool.ERP_INTEGRATIONS


def has(action: Action, policy: Policy) -> str:
    """Whether the connector has the action, and for which items it has not."""
    without = ", ".join(item.label for item in policy.items(action) if not action.supports(item))
    return f"yes, but for {without}" if without else "yes" if action.supported else "no"


def rows(policy: Policy) -> Iterable[Sequence[str]]:
    for action in Action:
        yield action.label, *ticks(action, policy), besides(policy.rules[action]), has(action, policy)


def differences() -> Iterable[Sequence[str]]:
    for action in Action:
        if PUBLISHED.rules[action] != TUTORIALS.rules[action]:
            yield action.label, whole(PUBLISHED.rules[action]), whole(TUTORIALS.rules[action])


def whole(rule: Rule) -> str:
    """A rule with the ticks in words."""
    if isinstance(rule, ByProject):
        return f"{whole(rule.without)}; for a project: {whole(rule.within)}"
    return sentence(rule)


def limits() -> Iterable[Sequence[str]]:
    for action in Action:
        if action.limit is not None:
            yield action.label, action.limit.permission.label, action.limit.item.label


def page(grid: Callable[[Sequence[str], Iterable[Sequence[object]]], str]) -> str:
    columns = ("action", *(level.label for level in Level), "also needed", "QuickBooks Desktop")
    return f"""# The table

All {len(Action)} actions, in the published order, drawn from the rules that decide. The four columns are levels on
the company's **ERP Integrations** tool; a row without a tick needs none. *Accounting Approver* is Standard or Admin
on ERP Integrations and the privilege Can Push to Accounting. Any other tool without "company" before it is the
project's. The last column says whether the connector for QuickBooks Desktop has the action at all, permitted or not.

{grid(columns, rows(PUBLISHED))}

## Where the tutorials say otherwise

`TUTORIALS` decides these otherwise than `PUBLISHED`; every other row is the same. [Why there are two](readings.md).

{grid(("action", "published", "tutorials"), differences())}

## Which ERP permission binds which action

Where a user's page has a table of ERP permissions, these actions need its tick too.
[What that table is](index.md#erp-permissions).

{grid(("action", "column", "row"), limits())}
"""
