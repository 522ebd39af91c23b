"""May this user do that: the answer, and why."""

from __future__ import annotations

import itertools
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.cards import Alignment, Card, Grid, GridRow, HasCard
from procore_qbd.domain import ErpItem, User
from procore_qbd.domain.users import project_id
from procore_qbd.domain.words import shown
from procore_qbd.permissions.grants import Grant, granted, in_order
from procore_qbd.permissions.needs import AllOf, Finding, IsActive, Need, WithinLimits, could_help, decide, find
from procore_qbd.permissions.policies import PUBLISHED, Policy
from procore_qbd.permissions.table import Action

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["Decision", "can"]


@attrs.frozen
class Decision(HasCard):
    """Whether a user may do an action. True or False in an ``if``; its text says why.

    Attributes:
        allowed: The answer.
        user: The user as they were.
        action: What was asked about.
        project: In which project, or None.
        item: The kind of item, where the action depends on it, or None.
        policy: The policy that decided.
    """

    allowed: bool
    user: User
    action: Action
    project: int | None
    item: ErpItem | None
    policy: Policy

    def __bool__(self) -> bool:
        return self.allowed

    @cached_property
    def tree(self) -> Finding:
        """Everything that was needed, and what the user has of it."""
        return find(_need(self.user, self.action, self.project, self.item, self.policy), self.user, self.project)

    @cached_property
    def missing(self) -> tuple[frozenset[Grant], ...]:
        """The sets of grants that would turn a no into a yes, smallest first; no part of one would, nor a lower level.

        Empty if the answer is yes, or if nothing that can be given would turn it. Admin on the company Directory, which
        makes a company administrator, is in a set only where the action's own rule asks for it.
        """
        if self.allowed:
            return ()
        need = _need(self.user, self.action, self.project, self.item, self.policy)
        everything = frozenset(could_help(need, self.user, self.project))
        if not self._turned_by(everything):
            return ()
        always = frozenset(grant for grant in everything if not self._turned_by(everything - {grant}))
        at_times = in_order(everything - always)
        least: list[frozenset[Grant]] = []
        for size in range(len(at_times) + 1):
            for some in map(always.union, itertools.combinations(at_times, size)):
                if not any(one <= some for one in least) and self._turned_by(some):
                    least.append(some)
        return tuple(one for one in least if not any(_says_more(one, other) for other in least))

    def _turned_by(self, grants: Iterable[Grant]) -> bool:
        user = granted(self.user, grants)
        return decide(_need(user, self.action, self.project, self.item, self.policy), user, self.project)

    @property
    def supported(self) -> bool:
        """Whether the connector for QuickBooks Desktop has the action, for this kind of item; permitted or not."""
        return self.action.supports(self.item)

    @property
    def notes(self) -> tuple[str, ...]:
        """What Procore's table says beside the ticks."""
        return self.action.notes

    @property
    def stricter(self) -> str | None:
        """Where the rule that decided asks for more than the tick in Procore's table: what, and why; else None."""
        return self.action.stricter if self.policy.rules[self.action] == self.action.rule else None

    @property
    def title(self) -> str:
        """The action's title, with the kind of item where that matters."""
        return self.action.titled(self.item)

    @property
    def headline(self) -> str:
        """The answer in a line."""
        return f"{self.user.name} may{'' if self.allowed else ' not'}: {self.title}"

    def __str__(self) -> str:
        return str(self._why(()))

    def _why(self, advice: Iterable[str]) -> Card:
        stricter = [f"note: {self.stricter}"] if self.stricter else []
        rows = (*self.tree.rows(), *(GridRow((sentence,)) for sentence in (*stricter, *advice)))
        return Card(title=self.headline, grids=(Grid(columns=(Alignment.WHOLE,), rows=rows),))

    def _card(self) -> Card:
        return self._why(self.advice())

    def advice(self) -> tuple[str, ...]:
        """What else is worth knowing: what would turn a no, support, the table's notes; a sentence each."""
        helps = [
            f"{'or' if number else 'what would help'}: {grants_in_words(one)}"
            for number, one in enumerate(self.missing)
        ]
        if not self.allowed and not helps:
            helps = ["what would help: no permission that can be granted"]
        unsupported = [] if self.supported else ["QuickBooks Desktop does not support this, whatever the permissions"]
        return (*helps, *unsupported, *(f"note: {note}" for note in self.notes))

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return {
            "allowed": self.allowed,
            "user": {"name": self.user.name, "id": self.user.id},
            "action": self.action.label,
            "project": self.project,
            "item": self.item and self.item.label,
            "policy": self.policy.name,
            "supported": self.supported,
            "tree": self.tree.to_dict(),
            "missing": [list(map(str, in_order(grants))) for grants in self.missing],
            "notes": list(self.notes),
            "stricter": self.stricter,
        }


def _says_more(grants: frozenset[Grant], others: frozenset[Grant]) -> bool:
    """Whether grants give all that others give, and are others."""
    return grants != others and all(any(one.includes(other) for one in grants) for other in others)


def grants_in_words(grants: Iterable[Grant]) -> str:
    """Grants in words."""
    return ", and ".join(map(str, in_order(grants)))


def _need(user: User, action: Action, project: int | None, item: ErpItem | None, policy: Policy) -> Need:
    """What this user needs: what the policy wants, and what stands before it for some users only."""
    need = policy.need(action, project, item)
    limit = None if action.limit is None or user.limits is None else action.limit
    if user.is_active and limit is None:
        return need
    needs = need.needs if isinstance(need, AllOf) and not need.called else (need,)
    before = () if user.is_active else (IsActive(),)
    beside = () if limit is None else (WithinLimits(limit.permission, limit.item),)
    return AllOf(*before, *needs, *beside)


def can(
    user: User,
    action: Action | str,
    project: int | str | None = None,
    *,
    item: object = None,
    policy: Policy = PUBLISHED,
    audit: Callable[[Decision], object] | None = None,
) -> Decision:
    """Whether a user may do an action, and why.

    Args:
        user: The user.
        action: The action, or its published title.
        project: The project's id, where the action is done in one.
        item: The kind of item, for `Action.SEND_RETRIEVE_OR_RESEND` and for no other. An `ErpItem`, its name, an
            `ItemKind`, a class of the domain or one of its values.
        policy: Which reading of Procore's table decides.
        audit: Is called once with the decision. What it raises, this raises: a decision that could not be written down
            is not given.

    Raises:
        QuestionError: The action, the project or the kind of item is none, what the action depends on is not said, or
            a kind of item is said that the action does not depend on.
    """
    if not isinstance(user, User):
        raise TypeError(f"expected a User, got {shown(user)}")
    if not isinstance(policy, Policy):
        raise TypeError(f"expected a Policy such as PUBLISHED or TUTORIALS, got {shown(policy)}")
    if type(action) is not Action:
        action = Action.of(action)
    number = None if project is None else project_id(project)
    kind = None if item is None else ErpItem.of(item)
    allowed = decide(_need(user, action, number, kind, policy), user, number)
    decision = Decision(allowed, user, action, number, kind, policy)
    if audit is not None:
        audit(decision)
    return decision
