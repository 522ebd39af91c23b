"""Which reading of the table decides: Procore's published matrix, its tutorials, or one that an app derives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain import ErpItem, Level, ProjectTool
from procore_qbd.domain.frozen import FrozenDict
from procore_qbd.domain.words import shown
from procore_qbd.errors import PolicyError, QuestionError
from procore_qbd.permissions.needs import AllOf, AnyOf, AtLeast, Holds, Need
from procore_qbd.permissions.table import READINGS, Action, ByItem, ByProject, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["PUBLISHED", "TUTORIALS", "Policy"]


def _rules(given: Mapping[Any, Any]) -> Mapping[Action, Rule]:
    rules: dict[Action, Rule] = {}
    for name, rule in given.items():
        action = Action.of(name)
        if action in rules:
            raise PolicyError("policy", [f"{action.label}: has two rules"])
        rules[action] = rule
    return FrozenDict(rules)


@attrs.frozen
class Policy:
    """A rule for each of the 38 actions.

    Attributes:
        name: For messages, and for what an audit writes down.
        rules: Action to what it needs.

    Raises:
        PolicyError: An action has no rule, or a rule contradicts itself; every fault is listed.
        QuestionError: A rule is for an action that does not exist.
    """

    name: str
    rules: Mapping[Action, Rule] = attrs.field(converter=_rules, repr=False)

    _needs: Mapping[tuple[Action, ErpItem | None, bool], Need] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Look for every fault, and find the need of every question once.

        Raises:
            PolicyError: There are faults.
        """
        if faults := list(_faults(self.rules)):
            raise PolicyError(f"policy {self.name!r}", faults)
        object.__setattr__(self, "_needs", FrozenDict(_needs(self.rules)))

    def __reduce__(self) -> str | tuple[Any, ...]:
        # A decision that goes to another process takes the name of a shipped policy with it, not 38 rules.
        shipped = next((name for name in ("PUBLISHED", "TUTORIALS") if globals().get(name) is self), None)
        return shipped or (Policy, (self.name, dict(self.rules)))

    def with_rule(self, action: Action | str, rule: Rule, *, name: str | None = None) -> Policy:
        """A policy that decides one action by another rule.

        Args:
            action: The action, or its title.
            rule: A need, or `ByProject`, or `ByItem`.
            name: What the new policy is called; without it says what it was derived from.

        Raises:
            PolicyError: The rule contradicts itself.
            QuestionError: There is no such action.
        """
        wanted = Action.of(action)
        derived = name or (self.name if self.name.endswith(", changed") else f"{self.name}, changed")
        return Policy(derived, {**self.rules, wanted: rule})

    def items(self, action: Action) -> tuple[ErpItem, ...]:
        """The kinds of item that an action is asked about; none if it does not depend on one."""
        rule = self.rules[action]
        return tuple(rule.needs) if isinstance(rule, ByItem) else ()

    def need(self, action: Action, project: int | None = None, item: ErpItem | None = None) -> Need:
        """What an action needs, for a project and a kind of item; the kind is given only where it depends on one.

        Raises:
            QuestionError: It depends on one that is not said, or a kind of item is said that it does not depend on.
        """
        need = self._needs.get((action, item, project is not None))
        if need is not None:
            return need
        if items := self.items(action):
            known = ", ".join(one.label for one in items)
            if item is None:
                raise QuestionError("item", f"{action.label}: depends on the kind of item: pass item=, one of {known}")
            if item not in items:
                raise QuestionError("item", f"{action.label}: {item.label} is none of {known}")
        elif item is not None:
            fault = f"{action.label}: does not depend on the kind of item, got {item.label}: leave it out"
            raise QuestionError("item", fault)
        raise QuestionError("project", f"{action.label}: what it needs is on tools of a project: pass project=")


def _needs(rules: Mapping[Action, Rule]) -> Iterator[tuple[tuple[Action, ErpItem | None, bool], Need]]:
    """What is needed for an action and a kind of item, without and with a project; nothing where it cannot be said."""
    for action, rule in rules.items():
        if isinstance(rule, ByProject):
            yield (action, None, False), rule.without
            yield (action, None, True), rule.within
            continue
        for item, need in rule.needs.items() if isinstance(rule, ByItem) else [(None, rule)]:
            yield (action, item, True), need
            if not _in_project(need):
                yield (action, item, False), need


def _in_project(need: object) -> bool:
    """Whether a need asks about a tool of a project."""
    if not isinstance(need, Need):
        return False
    if isinstance(need, AtLeast):
        return isinstance(need.tool, ProjectTool)
    return (isinstance(need, Holds) and need.in_project) or any(_in_project(part) for part in need.parts)


# --- what a policy can have wrong ------------------------------------------------------------------------------------


def _faults(rules: Mapping[Action, Rule]) -> Iterator[str]:
    for action in Action:
        if action not in rules:
            yield f"{action.label}: has no rule"
            continue
        rule = rules[action]
        if isinstance(rule, ByProject):
            if _in_project(rule.without):
                yield f"{action.label}: without a project nobody has a level on a tool of one"
            needs = {"without a project": rule.without, "with a project": rule.within}
        elif isinstance(rule, ByItem):
            needs = {item.label: need for item, need in rule.needs.items()}
            if not needs:
                yield f"{action.label}: names no kind of item"
        else:
            needs = {"": rule}
        for where, need in needs.items():
            place = f"{action.label}, {where}" if where else action.label
            yield from (f"{place}: {fault}" for fault in _contradictions(need))


def _contradictions(need: object) -> Iterator[str]:
    if not isinstance(need, Need):
        yield f"expected a need, got {shown(need)}"
        return
    if isinstance(need, AtLeast) and need.level is Level.NONE:
        yield f"{need}: everybody has it, so it decides nothing"
    if isinstance(need, (AllOf, AnyOf)):
        if not need.needs:
            yield f"{need} nothing: {'everybody' if isinstance(need, AllOf) else 'nobody'} has it"
        tools = [part.tool for part in need.needs if isinstance(part, AtLeast)]
        for tool in dict.fromkeys(tools):
            if tools.count(tool) > 1:
                yield f"{need} two levels on {tool.label}: only one of them can decide"
        if len(set(need.needs)) < len(need.needs) and len(set(tools)) == len(tools):
            yield f"{need} the same need twice"
        for part in need.needs:
            yield from _contradictions(part)


PUBLISHED = Policy("published", READINGS["published"])
"""Procore's published table; the default."""

TUTORIALS = Policy("tutorials", READINGS["tutorials"])
"""Procore's tutorials and FAQ pages where they differ from the published table, which they do for 18 actions."""
