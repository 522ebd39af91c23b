"""What an administrator can give a user: the things that turn a no into a yes, as data that can be tried out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain import ErpItem, ErpPermission, GranularPermission, Level, Privilege, Unlisted, User
from procore_qbd.domain.tools import CompanyTool, ProjectTool
from procore_qbd.domain.users import project_id
from procore_qbd.domain.words import shown
from procore_qbd.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "Activate",
    "AddToProject",
    "Give",
    "Grant",
    "RaiseLevel",
    "Tick",
    "granted",
    "in_order",
    "level_named",
    "tool_label",
    "tool_named",
]

_NAMES_OF_BOTH = frozenset(tool.value for tool in CompanyTool) & frozenset(tool.value for tool in ProjectTool)
_SAID_OF_THE_PROJECT = frozenset({ProjectTool.ADMIN, ProjectTool.DIRECTORY})


def tool_label(tool: CompanyTool | ProjectTool | Unlisted) -> str:
    """A tool's name, with "company" or "project" where the name alone could mislead."""
    if isinstance(tool, CompanyTool):
        return f"company {tool.label}" if tool.value in _NAMES_OF_BOTH else tool.label
    return f"project {tool.label}" if tool in _SAID_OF_THE_PROJECT else tool.label


def tool_named(tool: CompanyTool | ProjectTool | str) -> CompanyTool | ProjectTool:
    """A tool, by name where only the company or only projects have one of that name."""
    if isinstance(tool, (CompanyTool, ProjectTool)):
        return tool
    found: list[CompanyTool | ProjectTool] = []
    missed: list[QuestionError] = []
    for tools in (CompanyTool, ProjectTool):
        try:
            found.append(tools.of(tool))
        except QuestionError as error:
            missed.append(error)
    if len(found) == 1:
        return found[0]
    if found:
        choices = " or ".join(f"{type(one).__name__}.{one.name}" for one in found)
        raise QuestionError("tool", f"{shown(tool)} is a company tool and a project tool: say {choices}")
    raise QuestionError("tool", missed[0].fault, missed[-1].nearest)


def level_named(level: Level | str) -> Level:
    """A level, by name."""
    return Level.of(level)


def _project_or_none(project: int | str | None) -> int | None:
    return None if project is None else project_id(project)


class Grant:
    """Something that is given to a user. Applied to a user it is a changed copy; nothing is ever taken away."""

    __slots__ = ()

    def apply(self, user: User) -> User:
        """The user who has been given this."""
        raise NotImplementedError

    def includes(self, other: Grant) -> bool:
        """Whether it gives all that another gives."""
        return self == other


@attrs.frozen
class Activate(Grant):
    """Make an inactive user active."""

    def apply(self, user: User) -> User:
        return attrs.evolve(user, is_active=True)

    def __str__(self) -> str:
        return "activate the user"


@attrs.frozen
class AddToProject(Grant):
    """Add the user to a project; the user's default template, if there is one, comes with it."""

    project: int = attrs.field(converter=project_id)

    def apply(self, user: User) -> User:
        if self.project in user.project_levels:
            return user
        if user.default_template is not None:
            return user.with_template(user.default_template, self.project)
        return attrs.evolve(user, project_levels={**user.project_levels, self.project: {}})

    def __str__(self) -> str:
        return f"add the user to project {self.project}"


@attrs.frozen
class RaiseLevel(Grant):
    """A level on a tool, in a project if it is a project tool. A higher one stays.

    In a project the user is not on it changes nothing.
    """

    tool: CompanyTool | ProjectTool = attrs.field(converter=tool_named)
    level: Level = attrs.field(converter=level_named)
    project: int | None = attrs.field(default=None, converter=_project_or_none)

    def __attrs_post_init__(self) -> None:
        """Refuse a tool of the company in a project, and a tool of a project in none.

        Raises:
            QuestionError: It is one of the two.
        """
        if isinstance(self.tool, CompanyTool) is not (self.project is None):
            wanted = "is in no project" if self.project is not None else "is in a project: name it"
            raise QuestionError(self.tool.what(), f"{self.tool.label} {wanted}")

    def includes(self, other: Grant) -> bool:
        if not isinstance(other, RaiseLevel) or (other.tool, other.project) != (self.tool, self.project):
            return False
        return self.level >= other.level

    def apply(self, user: User) -> User:
        if self.project is not None and self.project not in user.project_levels:
            return user
        levels: Mapping[Any, Level] = user.company_levels if self.project is None else user.project_levels[self.project]
        raised = {**levels, self.tool: max(self.level, levels.get(self.tool, Level.NONE))}
        if self.project is None:
            return attrs.evolve(user, company_levels=raised)
        return attrs.evolve(user, project_levels={**user.project_levels, self.project: raised})

    def __str__(self) -> str:
        where = "" if self.project is None else f" in project {self.project}"
        return f"{self.level} on {tool_label(self.tool)}{where}"


@attrs.frozen
class Give(Grant):
    """A privilege, or a granular permission, in a project if it is on a project tool.

    In a project the user is not on it changes nothing.
    """

    what: Privilege | GranularPermission | Unlisted
    project: int | None = attrs.field(default=None, converter=_project_or_none)

    def apply(self, user: User) -> User:
        if isinstance(self.what, Privilege):
            return attrs.evolve(user, privileges=user.privileges | {self.what})
        if self.project is None:
            return attrs.evolve(user, granular=user.granular | {self.what})
        if self.project not in user.project_levels:
            return user
        there = user.project_granular.get(self.project, frozenset())
        return attrs.evolve(user, project_granular={**user.project_granular, self.project: there | {self.what}})

    def __str__(self) -> str:
        if isinstance(self.what, Privilege):
            return self.what.label
        where = "" if self.project is None else f" in project {self.project}"
        return f"the granular permission {self.what.label!r}{where}"


@attrs.frozen
class Tick(Grant):
    """A tick in the table "ERP Permissions" of the user's page. Where there is no table there is nothing to tick."""

    permission: ErpPermission
    item: ErpItem

    def apply(self, user: User) -> User:
        if user.erp_permissions is None:
            return user
        there = user.erp_permissions.get(self.item, frozenset())
        return attrs.evolve(user, erp_permissions={**user.erp_permissions, self.item: there | {self.permission}})

    def __str__(self) -> str:
        return f"{self.permission.label} for {self.item.label}"


_ORDER = (Activate, AddToProject, RaiseLevel, Give, Tick)


def in_order(grants: Iterable[Grant]) -> list[Grant]:
    """Grants in the order in which an administrator would give them."""
    return sorted(grants, key=lambda grant: (_ORDER.index(type(grant)) if type(grant) in _ORDER else 0, str(grant)))


def granted(user: User, grants: Iterable[Grant]) -> User:
    """The user who has been given all of these; in any order."""
    for grant in in_order(grants):
        user = grant.apply(user)
    return user
