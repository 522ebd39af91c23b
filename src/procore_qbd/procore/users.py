"""Procore's users and what they may use: the JSON of its API in, `User` out.

What Procore's API says of a user lies in several answers, so a user is read from an object that holds them, each under
its own key. A user written down by hand, in the words of `User`, is read as well.
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from procore_qbd.domain import CompanyTool, GranularPermission, Level, PermissionTemplate, Privilege, ProjectTool, User
from procore_qbd.domain.tools import TemplateKind
from procore_qbd.domain.users import project_id
from procore_qbd.domain.words import Unlisted
from procore_qbd.errors import PayloadError, QuestionError
from procore_qbd.procore.strict_json import (
    PayloadFaults,
    doubled,
    excerpt,
    has_value,
    load,
    name_text,
    step,
    strict_converter,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from cattrs import Converter

    from procore_qbd.procore.strict_json import Places, Readers

__all__ = ["read_user", "read_users"]

T = TypeVar("T")


def read_user(data: bytes | str | Mapping[str, Any]) -> User:
    """Read a user.

    An object with ``user`` holds what Procore's API answers, each under its own key:

    - ``user``: the user of the company, as the list of company users has it: ``name``, ``is_active``,
      ``erp_integrated_accountant`` (which is Can Push to Accounting), ``company_permission_template`` and
      ``permission_template``, the default template for projects, or only their ids. Who is not said to be active is
      not, and who is not said to have the privilege has it not: a yes never comes of silence;
    - ``company_permissions``: ``GET /rest/v1.0/settings/permissions?company_id=…``, asked as that user;
    - ``project_permissions``: by project id, ``GET /rest/v1.0/settings/permissions?project_id=…``;
    - ``project_users``: by project id, the user of the project, whose ``permission_template`` counts where there are no
      ``project_permissions``;
    - ``permission_templates``: the templates that are named, as ``GET …/permission_templates/{id}`` shows them.

    A tool that this library does not know is kept under its name as `Unlisted`; of permitted actions those are kept
    that are a `GranularPermission`. A tool whose ``name`` and ``friendly_name`` are two tools is a fault, and so is
    whatever else names two things at once: a template, a level, a key of an object.

    The ``user`` alone is read too. Any other object is a user in the words of `User`: ``name``, ``company_levels``,
    ``project_levels`` and so on. A person wrote that, so an unknown name is a fault.

    Args:
        data: The object, as JSON in UTF-8, as text, or parsed already.

    Raises:
        PayloadError: It is no JSON or no user; every fault is listed with its path.
        TypeError: It is a path or a file instead of what is in it.
    """
    return _reported(lambda: _user(_load(data), ()))


def read_users(data: bytes | str | Mapping[str, Any] | Iterable[Mapping[str, Any]]) -> tuple[User, ...]:
    """Read several users: a list of what `read_user` takes, or an object with such a list under ``users``.

    Beside ``users`` there may be ``permission_templates`` for all of them. One user alone is read as a list of one.

    Raises:
        PayloadError: It is no JSON, or one of them is no user; every fault is listed with its path.
    """
    return _reported(lambda: _users(_load(data)))


def _reported(read: Callable[[], T]) -> T:
    try:
        return read()
    except PayloadFaults as error:
        raise PayloadError("user", [f"{path}: {text}" for path, text in error.below("$")]) from None


def _load(data: Any) -> Any:
    loaded = load(data)
    if loaded is not data and (faults := doubled(loaded)):
        raise PayloadFaults(faults)
    return loaded


def _users(data: Any) -> tuple[User, ...]:
    if isinstance(data, Mapping) and "users" not in data:
        return (_user(data, ()),)
    place, documents = "", data
    templates: tuple[PermissionTemplate, ...] = ()
    if isinstance(data, Mapping):
        place, documents = ".users", data["users"]
        templates = _at(".permission_templates", lambda: _templates(data.get("permission_templates")))
    if isinstance(documents, (str, bytes, Mapping)) or not isinstance(documents, Iterable):
        raise PayloadFaults(PayloadFaults.expected("a list of users", documents).below(place))
    return tuple(_each((f"{place}[{i}]", functools.partial(_user, one, templates)) for i, one in enumerate(documents)))


# --- in the words of User --------------------------------------------------------------------------------------------


def _user(document: Any, templates: tuple[PermissionTemplate, ...]) -> User:
    if not isinstance(document, Mapping):
        raise PayloadFaults.expected("an object with the name of a user", document)
    if "user" in document:
        return _answered(document, templates)
    if document.keys() & _OF_PROCORE:
        return _answered({"user": document}, templates)
    fields = attrs.fields_dict(User)
    faults: list[tuple[str, str]] = []
    values: dict[str, Any] = {}
    for key, value in document.items():
        if key not in fields:
            near = difflib.get_close_matches(str(key), fields, n=1, cutoff=0)[0]
            faults.append((step(key), f"unknown; did you mean {near!r}?"))
            continue
        try:
            values[key] = _field(key, value)
        except PayloadFaults as error:
            faults += error.below(step(key))
    if "name" not in document:
        faults.append((".name", "is missing"))
    if faults:
        raise PayloadFaults(faults)
    try:
        return User(**values)
    except QuestionError as error:
        raise PayloadFaults([("", str(error))]) from None


def _field(key: str, value: Any) -> Any:
    """The value of one of User's fields, tried out alone so that every fault is found."""
    if key == "default_template":
        plain = {"type": "global", **value} if isinstance(value, Mapping) else value
        return None if value is None else _read(_Template, plain).template(strict=True)
    wanted = {"name": (str, "a text"), "is_active": (bool, "true or false"), "id": (int, "a whole number")}
    if key in wanted:
        kind, words = wanted[key]
        if type(value) is not kind:
            raise PayloadFaults.expected(words, value)
        if key == "name":
            return name_text(value)
    alone = {"name": "", key: value}
    if key == "project_granular" and isinstance(value, Mapping):
        alone["project_levels"] = {project: {} for project in value}
    try:
        return getattr(User(**alone), key)
    except QuestionError as error:
        raise PayloadFaults([("", str(error))]) from None


# --- as Procore answers ----------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class _TemplateRef:
    id: int
    name: str | None = None


@attrs.frozen(kw_only=True)
class _CompanyUser:
    id: int | None = None
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    is_active: bool | None = None
    erp_integrated_accountant: bool | None = None
    permission_template: _TemplateRef | None = None
    default_permission_template_id: int | None = None
    company_permission_template: _TemplateRef | None = None
    company_permission_template_id: int | None = None


@attrs.frozen(kw_only=True)
class _ProjectUser:
    permission_template: _TemplateRef | None = None
    permission_template_id: int | None = None


@attrs.frozen(kw_only=True)
class _PermittedAction:
    action_name: str | None = None


@attrs.frozen(kw_only=True)
class _ToolRow:
    name: str | None = None
    friendly_name: str | None = None
    user_access_level: Level | None = None
    permitted_actions: tuple[_PermittedAction, ...] = ()


@attrs.frozen(kw_only=True)
class _Manifest:
    tools: tuple[_ToolRow, ...]

    def read(self, tools: type[CompanyTool | ProjectTool]) -> tuple[dict[Any, Level], frozenset[Any]]:
        """Levels and granular permissions."""
        levels: list[tuple[Any, Level]] = []
        for index, row in enumerate(self.tools):
            names = [name for name in (row.friendly_name, row.name) if name is not None]
            if names and row.user_access_level is not None:
                tool = _at(f"[{index}]", functools.partial(_known, tools, *names))
                levels.append((tool, row.user_access_level))
        actions = (action.action_name for row in self.tools for action in row.permitted_actions)
        return _one_level_each(levels), _granular(tools, filter(None, actions))


@attrs.frozen(kw_only=True)
class _Template:
    id: int | None = None
    name: str
    type: TemplateKind
    levels: Mapping[str, Level]
    permissions: Mapping[str, Mapping[str, bool]] = attrs.field(factory=dict)
    granular: tuple[str, ...] = ()
    project_id: int | None = None

    def template(self, *, strict: bool = False) -> PermissionTemplate:
        """The template; one that a person wrote is read strictly."""
        tools = self.type.tools
        levels: Mapping[Any, Level] = self.levels
        granular: Iterable[Any] = self.granular
        if not strict:
            levels = _one_level_each([(_known(tools, name), level) for name, level in self.levels.items()])
            granted = (action for actions in self.permissions.values() for action, given in actions.items() if given)
            granular = _granular(tools, granted)
        try:
            return PermissionTemplate(
                id=self.id, name=self.name, kind=self.type, levels=levels, granular=granular, project=self.project_id
            )
        except QuestionError as error:
            raise PayloadFaults([("", str(error))]) from None


def _access_level(value: Any, _: object = None) -> Level | None:
    """A level as Procore writes it: its id, its name, or an object of both."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        found = {_one_level(part) for part in (value.get("id"), value.get("name")) if has_value(part)}
        if len(found) > 1:
            raise PayloadFaults(
                [("", f"its id and its name are different levels: {excerpt(value['id'])}, {excerpt(value['name'])}")]
            )
        return found.pop() if found else None
    return _one_level(value)


def _one_level(value: Any) -> Level:
    try:
        if isinstance(value, str):
            return Level(int(value)) if value.isascii() and value.isdecimal() else Level.of(value)
        if isinstance(value, int) and not isinstance(value, bool) and value in {*Level}:
            return Level(value)
    except ValueError:
        pass
    raise PayloadFaults.expected("a level: None, Read Only, Standard or Admin, or 1 to 4", value)


def _access_levels(value: Any, _: object = None) -> dict[str, Level]:
    if not isinstance(value, Mapping):
        raise PayloadFaults.expected("an object of tool and level", value)
    read = _each((step(tool), functools.partial(_access_level, level)) for tool, level in value.items())
    return {tool: level for tool, level in zip(value, read, strict=True) if level is not None}


def _permissions(value: Any, _: object = None) -> dict[str, dict[str, bool]]:
    if not isinstance(value, Mapping) or not all(isinstance(actions, Mapping) for actions in value.values()):
        raise PayloadFaults.expected("an object of tool and permitted actions", value)
    return {tool: {action: given is True for action, given in actions.items()} for tool, actions in value.items()}


def _kind(value: Any, _: object = None) -> TemplateKind:
    try:
        return TemplateKind.of(value)
    except QuestionError as error:
        raise PayloadFaults([("", str(error))]) from None


@functools.cache
def _converter() -> Converter:
    places: Places = {_Template: {"levels": ("user_access_levels", "levels")}}
    readers: Readers = {
        _ToolRow: {"user_access_level": _access_level},
        _Template: {"type": _kind, "levels": _access_levels, "permissions": _permissions},
    }
    return strict_converter(places, {}, readers)


_OF_PROCORE = attrs.fields_dict(_CompanyUser).keys() - attrs.fields_dict(User).keys()
_OF_A_PERSON = attrs.fields_dict(User).keys() - attrs.fields_dict(_CompanyUser).keys()


def _one_form(user: Any) -> None:
    """Refuse a user with keys of both forms: what one says would be passed over."""
    keys = list(user) if isinstance(user, Mapping) else []
    theirs = next((key for key in keys if key in _OF_PROCORE), "user")
    for key in keys:
        if key in _OF_A_PERSON:
            words = f"{key!r} is written by a person, {theirs!r} is from Procore's API: use one form"
            raise PayloadFaults([("", words)])


def _read(cls: type[T], payload: Any) -> T:
    return _converter().structure(payload, cls)


def _templates(payload: Any) -> tuple[PermissionTemplate, ...]:
    return tuple(template.template() for template in _read(tuple[_Template, ...], payload))


def _answered(document: Mapping[str, Any], shared: tuple[PermissionTemplate, ...]) -> User:
    known = ("user", "company_permissions", "project_permissions", "project_users", "permission_templates")
    if strange := [key for key in document if key not in known]:
        near = difflib.get_close_matches(str(strange[0]), known, n=1, cutoff=0)[0]
        raise PayloadFaults([(step(strange[0]), f"unknown; did you mean {near!r}?")])
    _at(".user", lambda: _one_form(document["user"]))
    company_user = _at(".user", lambda: _read(_CompanyUser, document["user"]))
    own = _at(".permission_templates", lambda: _templates(document.get("permission_templates")))
    templates: dict[int | None, PermissionTemplate] = {}
    for template in (*shared, *own):
        if templates.setdefault(template.id, template) != template and template.id is not None:
            raise PayloadFaults(
                [(".permission_templates", f"template {template.id} appears twice, with different contents")]
            )
    name = company_user.name or " ".join(filter(None, (company_user.first_name, company_user.last_name)))
    if not name:
        raise PayloadFaults([(".user.name", "is missing")])
    user = User(
        name=name,
        id=company_user.id,
        is_active=company_user.is_active is True,
        privileges=[Privilege.CAN_PUSH_TO_ACCOUNTING] if company_user.erp_integrated_accountant else [],
        default_template=_default(company_user, templates),
    )
    user = _company(user, company_user, document.get("company_permissions"), templates)
    for kind, add in (("project_users", _project_user), ("project_permissions", _project_permissions)):
        for project, answer in _by_project(document.get(kind), f".{kind}"):
            user = _at(f".{kind}.{project}", functools.partial(add, user, project, answer, templates))
    return user


_Known = Mapping[int | None, PermissionTemplate]


def _default(company_user: _CompanyUser, templates: _Known) -> PermissionTemplate | None:
    """The template for projects that the user is added to; it decides nothing now, so it may be unknown."""
    ref = company_user.permission_template
    template = templates.get(company_user.default_permission_template_id if ref is None else ref.id)
    return template if template is not None and template.kind is TemplateKind.GLOBAL else None


def _company(user: User, company_user: _CompanyUser, answer: Any, templates: _Known) -> User:
    if answer is not None:
        manifest = _at(".company_permissions", lambda: _read(_Manifest, answer))
        levels, granular = _at(".company_permissions.tools", lambda: manifest.read(CompanyTool))
        return attrs.evolve(user, company_levels=levels, granular=granular)
    return _at(".user.company_permission_template", functools.partial(_company_template, user, company_user, templates))


def _company_template(user: User, company_user: _CompanyUser, templates: _Known) -> User:
    number = _template_id(company_user.company_permission_template, company_user.company_permission_template_id)
    return user if number is None else _set(user, number, templates)


def _project_user(user: User, project: int, answer: Any, templates: _Known) -> User:
    project_user = _read(_ProjectUser, answer)
    number = _template_id(project_user.permission_template, project_user.permission_template_id)
    if number is None:  # on the project, with nothing
        return attrs.evolve(user, project_levels={**user.project_levels, project: {}})
    return _set(user, number, templates, project)


def _project_permissions(user: User, project: int, answer: Any, templates: _Known) -> User:
    del templates
    manifest = _read(_Manifest, answer)
    levels, granular = _at(".tools", lambda: manifest.read(ProjectTool))
    return attrs.evolve(
        user,
        project_levels={**user.project_levels, project: levels},
        project_granular={**user.project_granular, project: granular},
    )


def _template_id(ref: _TemplateRef | None, number: int | None) -> int | None:
    """The id of a template that is named by an object, by its id, or by both."""
    if ref is not None and number not in (None, ref.id):
        raise PayloadFaults([("", f"its template is {ref.id} in one place and {number} in another")])
    return number if ref is None else ref.id


def _set(user: User, number: int, templates: _Known, project: int | None = None) -> User:
    if number not in templates:
        raise PayloadFaults(
            [("", f"template {number} is not among the permission_templates, so its levels are not known")]
        )
    try:
        return user.with_template(templates[number], project)
    except QuestionError as error:
        raise PayloadFaults([("", str(error))]) from None


def _by_project(payload: Any, place: str) -> list[tuple[int, Any]]:
    if payload is None:
        return []
    if not isinstance(payload, Mapping):
        raise PayloadFaults(PayloadFaults.expected("an object by project id", payload).below(place))
    found: dict[int, Any] = {}
    for key, answer in payload.items():
        try:
            project = project_id(key)
        except QuestionError as error:
            raise PayloadFaults([(place, str(error))]) from None
        if project in found:
            raise PayloadFaults([(place, f"project {project} appears twice")])
        found[project] = answer
    return list(found.items())


# --- names -----------------------------------------------------------------------------------------------------------


def _known(tools: type[CompanyTool | ProjectTool], *names: str) -> CompanyTool | ProjectTool | Unlisted:
    """The tool of a name, or of two that it has; a name that this library does not know says nothing."""
    others = ProjectTool if tools is CompanyTool else CompanyTool
    found = {name: tool for name in names if (tool := _tool(tools, name) or _tool(others, name)) is not None}
    if len({tool.label for tool in found.values()}) > 1:
        both = " and ".join(f"{name!r} is {tool.label}" for name, tool in found.items())
        raise PayloadFaults([("", f"its two names are different tools: {both}")])
    return next((tool for tool in found.values() if isinstance(tool, tools)), Unlisted(names[0]))


def _tool(tools: type[CompanyTool | ProjectTool], name: str) -> CompanyTool | ProjectTool | None:
    try:
        return tools.of(name)
    except QuestionError:
        return None


def _one_level_each(levels: Iterable[tuple[Any, Level]]) -> dict[Any, Level]:
    """By tool; one tool under two names with two levels is a fault, unless nothing here asks about it."""
    found: dict[Any, Level] = {}
    for tool, level in levels:
        if not isinstance(tool, Unlisted) and found.get(tool, level) is not level:
            raise PayloadFaults([("", f"{tool.label} appears twice, with {found[tool]} and with {level}")])
        found[tool] = max(level, found.get(tool, level))
    return found


def _granular(tools: type[CompanyTool | ProjectTool], names: Iterable[str]) -> frozenset[Any]:
    """The granular permissions among the names of permitted actions, which also name what a level gives anyway."""
    known = {one for name in names if (one := _permission(name)) is not None}
    return frozenset(one for one in known if isinstance(one.tool, tools))


def _permission(name: str) -> GranularPermission | None:
    try:
        return GranularPermission.of(name)
    except QuestionError:
        return None


# --- faults ----------------------------------------------------------------------------------------------------------


def _at(place: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except PayloadFaults as error:
        raise PayloadFaults(error.below(place)) from None


def _each(reads: Iterable[tuple[str, Callable[[], T]]]) -> list[T]:
    """What several readers read; the faults of all of them, each below its place."""
    faults: list[tuple[str, str]] = []
    values: list[T] = []
    for place, read in reads:
        try:
            values.append(read())
        except PayloadFaults as error:
            faults += error.below(place)
    if faults:
        raise PayloadFaults(faults)
    return values
