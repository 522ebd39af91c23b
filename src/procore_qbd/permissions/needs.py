"""What an action needs, built of four words, and how it was found: the tree that decides is the explanation.

A need is asked with `decide`, which stops at the first answer, or with `find`, which looks at everything and gives the
tree. An exception inside a need is a no.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from procore_qbd.cards import GridRow
from procore_qbd.domain import CompanyTool, GranularPermission, Level, Privilege, ProjectTool, Unlisted
from procore_qbd.errors import QuestionError
from procore_qbd.permissions.grants import (
    Activate,
    AddToProject,
    Give,
    Grant,
    RaiseLevel,
    Tick,
    level_named,
    tool_label,
    tool_named,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from procore_qbd.domain import ErpItem, ErpPermission, User

__all__ = [
    "AllOf",
    "AnyOf",
    "AtLeast",
    "Finding",
    "Holds",
    "IsActive",
    "Need",
    "WithinLimits",
    "could_help",
    "decide",
    "find",
]


class Need:
    """Something that a user has or has not. Make one of your own with `met` and ``__str__``.

    Ask no clock and no database in it: the explanation asks again. What it raises is a no.
    """

    __slots__ = ()

    def met(self, user: User, project: int | None) -> bool:
        """Whether the user has it; nothing but True is a yes.

        Args:
            user: Who is asked about.
            project: The project in question, or None.
        """
        raise NotImplementedError

    @property
    def parts(self) -> tuple[Need, ...]:
        """The needs it is made of."""
        return ()

    def found(self, user: User, project: int | None) -> str:
        """What the user has of it, for the explanation, such as ``'has None'``."""
        del user, project
        return ""

    def grants(self, user: User, project: int | None) -> tuple[Grant, ...]:
        """What, given together, meets it; empty if nothing that can be given does."""
        del user, project
        return ()


def decide(need: Need, user: User, project: int | None) -> bool:
    """Whether a user has what is needed. An exception, or anything but True, is a no."""
    try:
        return need.met(user, project) is True
    except Exception:  # noqa: BLE001  # whatever it is, it never grants
        return False


# --- the four words -------------------------------------------------------------------------------------------------


def _holding(what: Privilege | GranularPermission | Unlisted | str) -> Privilege | GranularPermission | Unlisted:
    if isinstance(what, (Privilege, GranularPermission, Unlisted)):
        return what
    try:
        return Privilege.of(what)
    except QuestionError:
        return GranularPermission.of(what)


def _entry(user: User, project: int) -> tuple[Grant, ...]:
    return () if project in user.project_levels else (AddToProject(project),)


@attrs.frozen
class AtLeast(Need):
    """A level, or a higher one, on a tool.

    Attributes:
        tool: A company tool or a project tool; by name where only one of them has that name.
        level: The level, above None.
    """

    tool: CompanyTool | ProjectTool = attrs.field(converter=tool_named)
    level: Level = attrs.field(converter=level_named)

    def met(self, user: User, project: int | None) -> bool:
        return user.level(self.tool, project) >= self.level

    def found(self, user: User, project: int | None) -> str:
        if isinstance(self.tool, CompanyTool):
            recorded = user.company_levels.get(self.tool, Level.NONE)
        elif project is None or project not in user.project_levels:
            return f"is not on project {project}"
        else:
            recorded = user.project_levels[project].get(self.tool, Level.NONE)
        level = user.level(self.tool, project)
        return f"has {level}" if level is recorded else f"has {level}, as a company administrator"

    def grants(self, user: User, project: int | None) -> tuple[Grant, ...]:
        if isinstance(self.tool, CompanyTool):
            return (RaiseLevel(self.tool, self.level),)
        if project is None:
            return ()
        return *_entry(user, project), RaiseLevel(self.tool, self.level, project)

    def __str__(self) -> str:
        above = "" if self.level is Level.ADMIN else " or above"
        return f"{self.level}{above} on {tool_label(self.tool)}"


@attrs.frozen
class Holds(Need):
    """A privilege, or a granular permission."""

    what: Privilege | GranularPermission | Unlisted = attrs.field(converter=_holding)

    def met(self, user: User, project: int | None) -> bool:
        return user.holds(self.what, project)

    def found(self, user: User, project: int | None) -> str:
        if not self.in_project:
            return ""
        return "" if project in user.project_levels else f"is not on project {project}"

    @property
    def in_project(self) -> bool:
        """Whether it is a granular permission on a project's tool."""
        return isinstance(self.what, GranularPermission) and isinstance(self.what.tool, ProjectTool)

    def grants(self, user: User, project: int | None) -> tuple[Grant, ...]:
        if not self.in_project:
            return (Give(self.what),)
        if project is None:
            return ()
        return *_entry(user, project), Give(self.what, project)

    def __str__(self) -> str:
        return self.what.label if isinstance(self.what, Privilege) else f"granular permission {self.what.label!r}"


@attrs.frozen(init=False)
class _Several(Need):
    """Several needs in one.

    Attributes:
        needs: The needs.
        called: What Procore calls somebody who has what is needed, or ``''``.
    """

    needs: tuple[Need, ...]
    called: str

    def __init__(self, *needs: Need, called: str = "") -> None:
        object.__setattr__(self, "needs", needs)
        object.__setattr__(self, "called", called)

    @property
    def parts(self) -> tuple[Need, ...]:
        return self.needs

    def __str__(self) -> str:
        return f"{self.called}: {self._word}" if self.called else self._word

    _word: ClassVar[str]


class AllOf(_Several):
    """Every one of several needs."""

    __slots__ = ()
    _word = "all of"

    def met(self, user: User, project: int | None) -> bool:
        for need in self.needs:  # noqa: SIM110  # a loop is twice as fast as all() here
            if not decide(need, user, project):
                return False
        return True


class AnyOf(_Several):
    """At least one of several needs."""

    __slots__ = ()
    _word = "any of"

    def met(self, user: User, project: int | None) -> bool:
        for need in self.needs:  # noqa: SIM110  # a loop is twice as fast as any() here
            if decide(need, user, project):
                return True
        return False


@attrs.frozen
class IsActive(Need):
    """The user is active. Stands before every need of an inactive user."""

    def met(self, user: User, project: int | None) -> bool:
        del project
        return user.is_active

    def found(self, user: User, project: int | None) -> str:
        del project
        return "is active" if user.is_active else "is inactive"

    def grants(self, user: User, project: int | None) -> tuple[Grant, ...]:
        del user, project
        return (Activate(),)

    def __str__(self) -> str:
        return "an active user"


@attrs.frozen
class WithinLimits(Need):
    """A tick in the user's table of ERP permissions. Stands beside a need only where the table binds the user."""

    permission: ErpPermission
    item: ErpItem

    def met(self, user: User, project: int | None) -> bool:
        del project
        limits = user.limits
        return limits is None or self.permission in limits.get(self.item, ())

    def found(self, user: User, project: int | None) -> str:
        del project
        if user.limits is None:
            return "has no limits"
        items = sorted(item.label for item, ticks in user.limits.items() if self.permission in ticks)
        return f"has it for {', '.join(items) or 'nothing'}"

    def grants(self, user: User, project: int | None) -> tuple[Grant, ...]:
        del user, project
        return (Tick(self.permission, self.item),)

    def __str__(self) -> str:
        return f"{self.permission.label} for {self.item.label}"


# --- the evaluated need ----------------------------------------------------------------------------------------------


@attrs.frozen
class Finding:
    """A need as it was found for one user.

    Attributes:
        met: Whether the user has it.
        need: The need.
        found: What the user has of it, or ``''``.
        parts: The same for the needs it is made of.
    """

    met: bool
    need: Need
    found: str
    parts: tuple[Finding, ...]

    def rows(self, depth: int = 0) -> Iterator[GridRow]:
        """The explanation, a row a need."""
        found = f" ({self.found})" if self.found else ""
        yield GridRow((f"{'yes' if self.met else 'no ':<3} {self.need}{found}",), depth)
        for part in self.parts:
            yield from part.rows(depth + 1)

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "met": self.met,
            "need": str(self.need),
            "found": self.found,
            "parts": [part.to_dict() for part in self.parts],
        }


def find(need: Need, user: User, project: int | None) -> Finding:
    """Look at a need and at everything it is made of."""
    met, found = False, ""
    try:
        met = need.met(user, project) is True
        found = need.found(user, project)
    except Exception as error:  # noqa: BLE001  # the explanation tells it
        found = f"could not be decided: {type(error).__name__}: {error}"
    return Finding(met, need, found, tuple(find(part, user, project) for part in need.parts))


def could_help(need: Need, user: User, project: int | None) -> frozenset[Grant]:
    """Every grant that meets some part of a need which is not met."""
    if need.parts:
        return frozenset().union(*(could_help(part, user, project) for part in need.parts))
    try:
        return frozenset() if decide(need, user, project) else frozenset(need.grants(user, project))
    except Exception:  # noqa: BLE001  # a need that cannot say what would meet it
        return frozenset()
