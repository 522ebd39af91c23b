"""Procore's users and what they may use, and the permission templates that give it to them.

A level stands on a tool; a company tool has one level for a user, a project tool one for each project the user is on.
No level on record is None. What the words mean is Procore's: support.procore.com, "What is a permissions template?".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeVar, cast

import attrs

from procore_qbd.domain.erp_items import ErpItem
from procore_qbd.domain.frozen import FrozenDict
from procore_qbd.domain.tools import (
    CompanyTool,
    ErpPermission,
    GranularPermission,
    Level,
    Privilege,
    ProjectTool,
    TemplateKind,
    Tool,
)
from procore_qbd.domain.words import Unlisted, Word, shown
from procore_qbd.errors import QuestionError

__all__ = ["PermissionTemplate", "User", "project_id"]

T = TypeVar("T")
W = TypeVar("W", bound=Word)

_LONGEST_ID = 19


def project_id(value: object) -> int:
    """A project's id: an integer, or its digits as newer parts of Procore's API write them.

    Raises:
        QuestionError: It is neither.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= _LONGEST_ID:
        return int(value)
    raise QuestionError("project", f"expected an integer or its digits, got {shown(value)}")


# --- what a user or a template has, as its constructor takes it ------------------------------------------------------


def _levels(tools: type[W], given: object) -> FrozenDict[Any, Level]:
    if not isinstance(given, Mapping):
        raise QuestionError(f"levels on {tools.what()}s", f"expected a mapping of tool to level, got {shown(given)}")
    levels: dict[Any, Level] = {}
    for name, level in given.items():
        tool = name if isinstance(name, Unlisted) else tools.of(name)
        if tool in levels:
            raise QuestionError(tool.label, f"two levels on one tool: {levels[tool]} and {level}")
        try:
            levels[tool] = Level.of(level)
        except QuestionError as error:
            raise QuestionError(f"{tool.label}: level", error.fault, error.nearest) from None
    return FrozenDict(levels)


def _words(words: type[W], given: object, *, unlisted: bool = False) -> frozenset[Any]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise QuestionError(words.what(), f"expected several names, got {shown(given)}")
    return frozenset(name if unlisted and isinstance(name, Unlisted) else words.of(name) for name in given)


def _granular(tools: type[Word], given: object) -> frozenset[GranularPermission | Unlisted]:
    granular = _words(GranularPermission, given, unlisted=True)
    for one in granular:
        if isinstance(one, GranularPermission) and not isinstance(one.tool, tools):
            wanted = one.tool.what()
            raise QuestionError(
                "granular permission", f"{one.label!r} is on the {wanted} {one.tool.label}: set it there"
            )
    return granular


def _by_project(given: object, convert: Callable[[object], T]) -> FrozenDict[int, T]:
    if not isinstance(given, Mapping):
        raise QuestionError("projects", f"expected a mapping of project id to what the user has, got {shown(given)}")
    projects: dict[int, T] = {}
    for key, value in given.items():
        project = project_id(key)
        if project in projects:
            raise QuestionError("projects", f"project {project} appears twice")
        projects[project] = convert(value)
    return FrozenDict(projects)


# Type checkers read what a constructor takes from these.


def _company_levels(given: Mapping[Any, Level | str]) -> Mapping[CompanyTool | Unlisted, Level]:
    return _levels(CompanyTool, given)


def _project_levels(
    given: Mapping[Any, Mapping[Any, Level | str]],
) -> Mapping[int, Mapping[ProjectTool | Unlisted, Level]]:
    return _by_project(given, partial(_levels, ProjectTool))


def _privileges(given: Iterable[Privilege | str]) -> frozenset[Privilege]:
    return _words(Privilege, given)


def _company_granular(given: Iterable[GranularPermission | Unlisted | str]) -> frozenset[GranularPermission | Unlisted]:
    return _granular(CompanyTool, given)


def _project_granular(
    given: Mapping[Any, Iterable[GranularPermission | Unlisted | str]],
) -> Mapping[int, frozenset[GranularPermission | Unlisted]]:
    return _by_project(given, partial(_granular, ProjectTool))


def _template_kind(given: TemplateKind | str) -> TemplateKind:
    return TemplateKind.of(given)


def _levels_as_given(given: Mapping[Any, Level | str]) -> Mapping[CompanyTool | ProjectTool | Unlisted, Level]:
    # Read when the template's kind is known.
    return cast("Mapping[CompanyTool | ProjectTool | Unlisted, Level]", given)


def _granular_as_given(
    given: Iterable[GranularPermission | Unlisted | str],
) -> frozenset[GranularPermission | Unlisted]:
    return cast("frozenset[GranularPermission | Unlisted]", given)


def _project_or_none(given: int | str | None) -> int | None:
    return None if given is None else project_id(given)


def _erp_permissions(
    given: Mapping[Any, Iterable[ErpPermission | str]] | None,
) -> Mapping[ErpItem, frozenset[ErpPermission]] | None:
    if given is None:
        return None
    if not isinstance(given, Mapping):
        raise QuestionError("ERP permissions", f"expected a mapping of item kind to permissions, got {shown(given)}")
    ticked: dict[ErpItem, frozenset[ErpPermission]] = {}
    for name, ticks in given.items():
        item = ErpItem.of(name)
        ticked[item] = ticked.get(item, frozenset()) | _words(ErpPermission, ticks)
    return FrozenDict(ticked)


# --- templates and users ---------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class PermissionTemplate:
    """A named set of levels and granular permissions.

    Attributes:
        name: As an administrator called it.
        kind: For company tools; for any project (`TemplateKind.GLOBAL`); for one project.
        levels: The level on each tool; a tool that is not named has None.
        granular: The granular permissions it ticks.
        id: Procore's id.
        project: The project of one that is project-specific, if it is known.
    """

    name: str
    kind: TemplateKind = attrs.field(converter=_template_kind)
    levels: Mapping[CompanyTool | ProjectTool | Unlisted, Level] = attrs.field(factory=dict, converter=_levels_as_given)
    granular: frozenset[GranularPermission | Unlisted] = attrs.field(factory=frozenset, converter=_granular_as_given)
    id: int | None = None
    project: int | None = attrs.field(default=None, converter=_project_or_none)

    def __attrs_post_init__(self) -> None:
        """Read the names by the kind of template: Directory is a company tool in one and a project tool in the other.

        Raises:
            QuestionError: A name is unknown, or is of the other kind of template.
        """
        object.__setattr__(self, "levels", _levels(self.kind.tools, self.levels))
        object.__setattr__(self, "granular", _granular(self.kind.tools, self.granular))


@attrs.frozen(kw_only=True)
class User:
    """A user of Procore, and everything that decides what the user may do with ERP Integrations.

    Tools, levels, privileges, granular permissions and kinds of item may be given by name; an unknown name is an error
    that suggests the nearest.

    Attributes:
        name: For messages.
        id: Procore's id.
        is_active: An inactive user may do nothing.
        company_levels: Company tool to level.
        project_levels: Project id to (project tool to level), for the projects that the user is on: ``{86: {}}`` is a
            user who is on project 86 and has None on all its tools.
        privileges: What the user's page in the company Directory ticks.
        granular: Granular permissions on company tools.
        project_granular: Project id to granular permissions on the tools of that project.
        erp_permissions: The table "ERP Permissions" of the user's page: kind of item to what is ticked. None is no
            table on record, and no limit. Where there is one, a kind that does not stand in it has nothing ticked.
        default_template: What the user gets on a project that the user is added to.

    Raises:
        QuestionError: A name is unknown, a tool has two levels, or a project id is none.
    """

    name: str = attrs.field(validator=attrs.validators.instance_of(str))
    id: int | None = None
    is_active: bool = attrs.field(default=True, validator=attrs.validators.instance_of(bool))
    company_levels: Mapping[CompanyTool | Unlisted, Level] = attrs.field(factory=dict, converter=_company_levels)
    project_levels: Mapping[int, Mapping[ProjectTool | Unlisted, Level]] = attrs.field(
        factory=dict, converter=_project_levels
    )
    privileges: frozenset[Privilege] = attrs.field(factory=frozenset, converter=_privileges)
    granular: frozenset[GranularPermission | Unlisted] = attrs.field(factory=frozenset, converter=_company_granular)
    project_granular: Mapping[int, frozenset[GranularPermission | Unlisted]] = attrs.field(
        factory=dict, converter=_project_granular
    )
    erp_permissions: Mapping[ErpItem, frozenset[ErpPermission]] | None = attrs.field(
        default=None, converter=_erp_permissions
    )
    default_template: PermissionTemplate | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.instance_of(PermissionTemplate))
    )

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot be.

        Raises:
            QuestionError: The default template is for company tools or for one project; or there are granular
                permissions in a project the user is not on.
        """
        if self.default_template is not None and self.default_template.kind is not TemplateKind.GLOBAL:
            raise QuestionError(
                f"default template {self.default_template.name!r}",
                f"only a global template can be one, got a {self.default_template.kind.label} one",
            )
        for project in self.project_granular:
            if project not in self.project_levels:
                raise QuestionError("granular permissions", f"the user is not on project {project}")

    @classmethod
    def from_templates(
        cls,
        name: str,
        *,
        company: PermissionTemplate | None = None,
        projects: Mapping[int, PermissionTemplate] | None = None,
        **rest: Any,
    ) -> User:
        """A user whose levels and granular permissions are those of templates, as Procore sets them.

        Args:
            name: The user's name.
            company: The company permission template.
            projects: The project permission template for each project the user is on.
            rest: The other fields.

        Raises:
            QuestionError: A template is of the wrong kind.
        """
        user = cls(name=name, **rest)
        if company is not None:
            user = user.with_template(company)
        for project, template in (projects or {}).items():
            user = user.with_template(template, project)
        return user

    def with_template(self, template: PermissionTemplate, project: object = None) -> User:
        """A copy on which a template has taken the place of what stood there; on a new project it adds the user to it.

        Args:
            template: A company template, or a project template.
            project: The project that a project template is set for.

        Raises:
            QuestionError: A project template without a project, a company template with one, or a template of another
                project.
        """
        company = template.kind is TemplateKind.COMPANY_TOOLS
        if company is not (project is None):
            wanted = "set on no project" if company else "set on a project: name the project"
            raise QuestionError(f"template {template.name!r}", f"a {template.kind.label} template is {wanted}")
        if project is None:
            return attrs.evolve(self, company_levels=template.levels, granular=template.granular)
        number = project_id(project)
        if template.project not in (None, number):
            raise QuestionError(f"template {template.name!r}", f"is for project {template.project}, not {number}")
        return attrs.evolve(
            self,
            project_levels={**self.project_levels, number: template.levels},
            project_granular={**self.project_granular, number: template.granular},
        )

    @property
    def is_company_administrator(self) -> bool:
        """Whether the user has Admin on the company Directory, and so on every tool within reach."""
        return self.company_levels.get(CompanyTool.DIRECTORY) is Level.ADMIN

    def level(self, tool: Tool | Unlisted, project: int | None = None) -> Level:
        """The level on a tool, a company administrator's included; on a project the user is not on it is None.

        Args:
            tool: A company tool, or with a project a project tool.
            project: The project.
        """
        if type(tool) is CompanyTool or (project is None and type(tool) is Unlisted):
            levels: Mapping[Any, Level] | None = self.company_levels
        else:
            levels = None if project is None else self.project_levels.get(project)
        if levels is None:
            return Level.NONE
        if self.company_levels.get(CompanyTool.DIRECTORY) is Level.ADMIN:
            return Level.ADMIN
        return levels.get(tool, Level.NONE)

    def holds(self, what: Privilege | GranularPermission | Unlisted, project: int | None = None) -> bool:
        """Whether the user has a privilege, or a granular permission: ticked, or part of Admin on its tool.

        Args:
            what: The privilege or granular permission.
            project: The project that is looked at, for granular permissions on project tools.
        """
        if isinstance(what, Privilege):
            return what in self.privileges
        if what in self.granular:
            return True
        if project is not None and what in self.project_granular.get(project, ()):
            return True
        return isinstance(what, GranularPermission) and self.level(what.tool, project) is Level.ADMIN

    @property
    def limits(self) -> Mapping[ErpItem, frozenset[ErpPermission]] | None:
        """The ERP permissions that bind the user: none on record, or none for a company administrator, is no limit."""
        if self.erp_permissions is None or self.is_company_administrator:
            return None
        return self.erp_permissions
