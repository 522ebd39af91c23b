"""The other questions: who can, what can they, everything as a table, and what a change would give and take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.cards import Alignment, Card, Grid, GridRow, HasCard
from procore_qbd.domain.users import project_id
from procore_qbd.domain.words import shown
from procore_qbd.errors import QuestionError
from procore_qbd.permissions.decisions import Decision, can
from procore_qbd.permissions.grants import Grant, granted
from procore_qbd.permissions.policies import PUBLISHED, Policy
from procore_qbd.permissions.table import Action

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from procore_qbd.domain import ErpItem, User

__all__ = ["Change", "Comparison", "Matrix", "MatrixRow", "compare", "matrix", "what_can", "what_if", "who_can"]


def who_can(
    users: Iterable[User],
    action: Action | str,
    project: int | str | None = None,
    *,
    item: object = None,
    policy: Policy = PUBLISHED,
    audit: Callable[[Decision], object] | None = None,
) -> tuple[User, ...]:
    """Those of several users who may do an action; the arguments are those of `can`."""
    return tuple(user for user in users if can(user, action, project, item=item, policy=policy, audit=audit))


def what_can(
    user: User,
    project: int | str | None = None,
    *,
    policy: Policy = PUBLISHED,
    audit: Callable[[Decision], object] | None = None,
) -> tuple[Decision, ...]:
    """Every decision about a user, in the table's order; sending once for each kind of item.

    Without a project, what depends on one is left out.
    """
    number = None if project is None else project_id(project)
    return tuple(
        can(user, action, number, item=item, policy=policy, audit=audit)
        for action, item in _rows(policy)
        if _can_be_asked(policy, action, number, item)
    )


def what_if(
    user: User,
    grants: Iterable[Grant],
    action: Action | str,
    project: int | str | None = None,
    *,
    item: object = None,
    policy: Policy = PUBLISHED,
) -> Decision:
    """The decision if the user had more grants; it is not audited, because nobody may act on it.

    Args:
        user: The user as they are.
        grants: What they would be given, such as one of `Decision.missing`.
        action: As in `can`.
        project: As in `can`.
        item: As in `can`.
        policy: As in `can`.
    """
    return can(granted(user, grants), action, project, item=item, policy=policy)


def _rows(policy: Policy) -> Iterator[tuple[Action, ErpItem | None]]:
    """The rows of the table; sending has one for each kind of item."""
    return ((action, item) for action in Action for item in policy.items(action) or (None,))


def _can_be_asked(policy: Policy, action: Action, project: int | None, item: ErpItem | None) -> bool:
    try:
        policy.need(action, project, item)
    except QuestionError:
        return False
    return True


# --- everything as a table -------------------------------------------------------------------------------------------


@attrs.frozen
class MatrixRow:
    """One action, for each user.

    Attributes:
        action: The action.
        item: The kind of item, where the action depends on it.
        decisions: One for each user, in their order; None where the answer depends on a project and none was named.
    """

    action: Action
    item: ErpItem | None
    decisions: tuple[Decision | None, ...]

    @property
    def title(self) -> str:
        """The action's title, with the kind of item where that matters."""
        return self.action.titled(self.item)

    @property
    def supported(self) -> bool:
        """Whether the connector for QuickBooks Desktop has the action, for this kind of item."""
        return self.action.supports(self.item)


_COLUMNS = ("action", "item", "supported")
_CELLS = {True: "yes", False: "no", None: "?"}


def _answer(decision: Decision | None) -> bool | None:
    return None if decision is None else decision.allowed


@attrs.frozen
class Matrix(HasCard):
    """Who may do what, as a table: a row an action, a column a user. Printed it is text, in a notebook it is HTML.

    Attributes:
        users: The columns.
        project: The project asked about, or None.
        policy: The policy that decided.
        rows: The rows, in the table's order.
    """

    users: tuple[User, ...]
    project: int | None
    policy: Policy
    rows: tuple[MatrixRow, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The users' names; numbered, if some are alike or stand for something else too."""
        names = [user.name for user in self.users]
        if len({*_COLUMNS, *names}) == len(_COLUMNS) + len(names):
            return tuple(names)
        return tuple(f"{number} {name}" for number, name in enumerate(names, 1))

    def to_dicts(self) -> list[dict[str, Any]]:
        """A dict a row, for a data frame or for JSON; a cell is True, False, or None where a project must be named."""
        return [
            dict(zip(_COLUMNS, (row.action.label, row.item and row.item.label, row.supported), strict=True))
            | {name: _answer(decision) for name, decision in zip(self.columns, row.decisions, strict=True)}
            for row in self.rows
        ]

    def _rows(self) -> Iterator[GridRow]:
        for row in self.rows:
            title = row.title if row.supported else f"{row.title} *"
            yield GridRow((*(_CELLS[_answer(one)] for one in row.decisions), title))

    @property
    def legend(self) -> tuple[str, ...]:
        """What the signs in the table mean, of those that are in it."""
        unknown = any(one is None for row in self.rows for one in row.decisions)
        return (
            *(["? depends on the project"] if unknown else ()),
            "* QuickBooks Desktop does not support this, whatever the permissions",
        )

    def _card(self) -> Card:
        grid = Grid(
            headings=(*self.columns, "action"),
            columns=(Alignment.WHOLE,) * (len(self.users) + 1),
            rows=tuple(self._rows()),
            subject=len(self.users),
            indent=0,
        )
        return Card(grids=(grid,), notes=self.legend)


def matrix(
    users: Iterable[User],
    project: int | str | None = None,
    *,
    policy: Policy = PUBLISHED,
    audit: Callable[[Decision], object] | None = None,
) -> Matrix:
    """Who may do what; sending has a row for each kind of item. The arguments are those of `can`."""
    asked = tuple(users)
    number = None if project is None else project_id(project)
    rows = []
    for action, item in _rows(policy):
        known = _can_be_asked(policy, action, number, item)
        decisions = (
            can(user, action, number, item=item, policy=policy, audit=audit) if known else None for user in asked
        )
        rows.append(MatrixRow(action, item, tuple(decisions)))
    return Matrix(asked, number, policy, tuple(rows))


# --- what a change gives and takes -----------------------------------------------------------------------------------


@attrs.frozen
class Change:
    """An action whose answer has changed.

    Attributes:
        before: The decision about the user as they were.
        after: The decision about the user as they would be.
    """

    before: Decision
    after: Decision

    def __str__(self) -> str:
        where = "" if self.after.project is None else f" (project {self.after.project})"
        return f"{'gains' if self.after else 'loses'}  {self.after.title}{where}"


@attrs.frozen
class Comparison:
    """What changes between two states of a user.

    Attributes:
        changes: The actions that are answered otherwise, in the table's order: first without a project, then for each
            project what is not said already.
    """

    changes: tuple[Change, ...]

    @property
    def gained(self) -> tuple[Change, ...]:
        """What becomes allowed."""
        return tuple(change for change in self.changes if change.after)

    @property
    def lost(self) -> tuple[Change, ...]:
        """What is allowed no more."""
        return tuple(change for change in self.changes if not change.after)

    def __bool__(self) -> bool:
        return bool(self.changes)

    def __str__(self) -> str:
        return "\n".join(map(str, self.changes)) or "nothing changes"


def compare(
    before: User,
    after: User,
    projects: Iterable[int | str] | None = None,
    *,
    policy: Policy = PUBLISHED,
) -> Comparison:
    """What a change gives and takes, for instance a new template: ``compare(ana, ana.with_template(template))``.

    Args:
        before: The user as they are.
        after: The user as they would be.
        projects: Which projects to look at; by default every one that either is on.
        policy: Which reading of Procore's table decides.

    Raises:
        QuestionError: A project is none.
    """
    if isinstance(projects, (str, bytes)):
        raise QuestionError("projects", f"expected several, got {shown(projects)}")
    wanted = {*before.project_levels, *after.project_levels} if projects is None else set(map(project_id, projects))
    changes: list[Change] = []
    everywhere: set[tuple[Action, ErpItem | None, bool]] = set()
    for project in (None, *sorted(wanted)):
        pairs = zip(*(what_can(user, project, policy=policy) for user in (before, after)), strict=True)
        for was, now in pairs:
            change = (now.action, now.item, now.allowed)
            if was.allowed is not now.allowed and change not in everywhere:
                changes.append(Change(was, now))
                everywhere |= {change} if project is None else set()
    return Comparison(tuple(changes))
