"""Deciding, beside pycasbin and cedarpy answering the same table for the same users.

Their policies are made from ours, and they must give our answers before anything is timed. All that can be done
beforehand is not timed: policies are parsed, and each user's attributes are at hand, a company administrator's raised
to Admin; `can` takes the user as recorded. Each rival is asked as its documentation shows it, and in the fastest way
that was found.
"""
# ruff: noqa: INP001, T201  # a script beside run.py, which prints

from __future__ import annotations

import itertools
import json
import random
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from run import Row, timed

from procore_qbd.domain import CompanyTool, ErpItem, GranularPermission, Level, Privilege, ProjectTool, User
from procore_qbd.permissions import Action, AllOf, AnyOf, AtLeast, ByItem, ByProject, Decision, Holds, can, what_can

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from procore_qbd.permissions import Need

    Answers = Callable[[], list[bool]]
    Rule = tuple[str, str]
    Clause = dict[str, int]

T = TypeVar("T")
PROJECT, ANOTHER = 86, 7
ACTIVE = 0.9
RUNS = 7
HUNDRED_TIMES = 0.01


class Question(NamedTuple):
    """What is asked."""

    user: User
    action: Action
    project: int | None
    item: ErpItem | None

    @property
    def rule(self) -> Rule:
        """The action, and which part of its rule; the rivals are told, so they need not find it."""
        if isinstance(self.action.rule, ByProject):
            return self.action.name, "company" if self.project is None else "project"
        return self.action.name, self.item.name if self.item else "any"

    def ask(self) -> Decision:
        """Our answer."""
        return can(self.user, self.action, self.project, item=self.item)


def asked() -> list[Question]:
    """Every question about invented users, mixed: company administrators, inactive ones, some not on the project."""
    draw = random.Random(86)  # noqa: S311  # an invented company, the same at every run

    def some(words: Iterable[T], chance: float) -> list[T]:
        return [word for word in words if draw.random() < chance]

    def levels(tools: type[CompanyTool | ProjectTool]) -> dict[Any, Level]:
        return {tool: draw.choice(list(Level)) for tool in tools}

    users = [
        User(
            name=f"user {number}",
            is_active=draw.random() < ACTIVE,
            company_levels=levels(CompanyTool),
            project_levels={project: levels(ProjectTool) for project in some((PROJECT, ANOTHER), 0.7)},
            privileges=some(Privilege, 0.5),
            granular=some([GranularPermission.CREATE_NEW_PROJECT], 0.5),
        )
        for number in range(40)
    ]
    questions = [
        Question(user, one.action, project, one.item)
        for user in users
        for project in (None, PROJECT)
        for one in what_can(user, project)
    ]
    draw.shuffle(questions)
    return questions


# --- the table and the users, for other engines ----------------------------------------------------------------------


def attribute(word: CompanyTool | ProjectTool | Privilege | GranularPermission) -> str:
    """What a level on a tool, or something held, is called as an attribute."""
    return f"{type(word).__name__}_{word.name}".lower()


def facts(user: User, project: int | None) -> dict[str, int]:
    """A user's attributes, for a project: what a company administrator has is already Admin."""
    everywhere = user.company_levels[CompanyTool.DIRECTORY] is Level.ADMIN
    company = dict.fromkeys(CompanyTool, Level.ADMIN) if everywhere else user.company_levels
    there: Any = dict.fromkeys(ProjectTool, Level.NONE)
    if project in user.project_levels:
        there = dict.fromkeys(ProjectTool, Level.ADMIN) if everywhere else user.project_levels[project]
    held = {one: one in user.privileges for one in Privilege}
    held |= {one: everywhere or one in user.granular for one in (GranularPermission.CREATE_NEW_PROJECT,)}
    return {
        "active": user.is_active,
        **{attribute(tool): int(level) for tool, level in (*company.items(), *there.items())},
        **{attribute(one): has for one, has in held.items()},
    }


def clauses(need: Need) -> list[Clause]:
    """The ways to have what is needed: attribute to the least it must be, a level or True."""
    if isinstance(need, AnyOf):
        return [clause for part in need.parts for clause in clauses(part)]
    if isinstance(need, AllOf):
        return [together(choice) for choice in itertools.product(*map(clauses, need.parts))]
    if isinstance(need, AtLeast):
        return [{attribute(need.tool): int(need.level)}]
    if isinstance(need, Holds):
        return [{attribute(need.what): True}]
    raise TypeError(f"no rival was told what this is: {need}")


def together(several: Sequence[Clause]) -> Clause:
    """One clause of several; of two levels on one tool the higher stands."""
    one: Clause = {}
    for name, least in itertools.chain.from_iterable(clause.items() for clause in several):
        one[name] = max(least, one.get(name, 0))
    return one


def written(clause: Clause, who: str) -> str:
    """A clause as an expression, for both rivals alike."""
    return " && ".join(
        f"{who}.{name}" if least is True else f"{who}.{name} >= {least}" for name, least in clause.items()
    )


def parts(action: Action) -> dict[str, Need]:
    """The needs that an action's rule is made of."""
    rule = action.rule
    if isinstance(rule, ByProject):
        return {"company": rule.without, "project": rule.within}
    return {item.name: need for item, need in rule.needs.items()} if isinstance(rule, ByItem) else {"any": rule}


TABLE: dict[Rule, list[Clause]] = {
    (action.name, part): clauses(need) for action in Action for part, need in parts(action).items()
}


# --- the engines: each prepares questions, and returns what answers them ---------------------------------------------


def ours(questions: Sequence[Question]) -> Answers:
    """`can`."""
    return lambda: [can(user, action, project, item=item).allowed for user, action, project, item in questions]


class Subject:
    """What a user has, for pycasbin to read; no set and no long repr, for it walks the one and prints the other.

    ``subject >= needs`` is whether it has them all, each said as ``'attribute number'``.
    """

    def __init__(self, user: User, project: int | None) -> None:
        has = facts(user, project)
        self.__dict__.update(has)
        self._held = frozenset(f"{name} {least}" for name in has for least in range(1, has[name] + 1) if user.is_active)

    def __ge__(self, needs: frozenset[str]) -> bool:
        return self._held >= needs


def casbin_rules(questions: Sequence[Question], *, fast: bool) -> Answers:
    """ABAC with a rule a line, as its documentation has it; the fast enforcer looks only at the lines of an action."""
    matcher = "r.sub.active && eval(p.needs)"
    lines = [[*rule, written(clause, "r.sub")] for rule, ways in TABLE.items() for clause in ways]
    return _casbin(questions, matcher if fast else f"r.act == p.act && r.part == p.part && {matcher}", lines, fast=fast)


def casbin_sets(questions: Sequence[Question]) -> Answers:
    """The fastest that was found: no rule to parse, only whether one set has all of another."""
    lines = [
        [*rule, frozenset(f"{name} {least:d}" for name, least in clause.items())]
        for rule, ways in TABLE.items()
        for clause in ways
    ]
    return _casbin(questions, "r.sub >= p.needs", lines, fast=True)


def _casbin(questions: Sequence[Question], matcher: str, lines: list[list[Any]], *, fast: bool) -> Answers:
    import casbin
    from casbin.model import FastModel

    index = (0, 1)  # by which fields the fast enforcer finds its lines
    model = FastModel(index) if fast else casbin.Model()
    model.load_model_from_text(
        "[request_definition]\nr = act, part, sub\n"
        "[policy_definition]\np = act, part, needs\n"
        "[policy_effect]\ne = some(where (p.eft == allow))\n"
        f"[matchers]\nm = {matcher}\n"
    )
    enforcer = casbin.FastEnforcer(model, cache_key_order=index) if fast else casbin.Enforcer(model)
    enforcer.add_policies(lines)
    subjects = {(one.user.name, one.project): Subject(one.user, one.project) for one in questions}
    requests = [(*one.rule, subjects[one.user.name, one.project]) for one in questions]
    return lambda: [enforcer.enforce(*request) for request in requests]


def cedar(questions: Sequence[Question], *, split: bool) -> Answers:
    """Batches against parsed policies and entities; all policies in one set, or a set for each rule."""
    from cedarpy import Entities, PolicySet, is_authorized_batch

    def policies(rules: Sequence[Rule]) -> PolicySet:
        alike: dict[str, list[str]] = {}  # the fewer policies, the faster
        for rule in rules:
            ways = " || ".join(written(clause, "principal") for clause in TABLE[rule])
            alike.setdefault(ways, []).append(f'Action::"{" ".join(rule)}"')
        permits = [
            f"permit (principal, action in [{', '.join(actions)}], resource) when {{ {ways} }};"
            for ways, actions in alike.items()
        ]
        return PolicySet.from_str(
            "\n".join(["forbid (principal, action, resource) unless { principal.active };", *permits])
        )

    def principal(one: Question) -> dict[str, str]:
        return {"type": "User", "id": f"{one.user.name} in {one.project}"}

    entities = {
        (one.user.name, one.project): {"uid": principal(one), "attrs": facts(one.user, one.project), "parents": []}
        for one in questions
    }
    known = Entities.from_json_str(json.dumps(list(entities.values())))
    whole = policies(list(TABLE))
    sets = {rule: policies([rule]) if split else whole for rule in TABLE}
    batches: dict[PolicySet, dict[int, Any]] = {}
    for number, one in enumerate(questions):
        batches.setdefault(sets[one.rule], {})[number] = {
            "principal": principal(one),
            "action": {"type": "Action", "id": " ".join(one.rule)},
            "resource": {"type": "Project", "id": str(one.project)},
        }
    prepared = [(list(batch), list(batch.values()), policy_set) for policy_set, batch in batches.items()]

    def answers() -> list[bool]:
        allowed = [False] * len(questions)
        for numbers, requests, policy_set in prepared:
            for number, result in zip(numbers, is_authorized_batch(requests, policy_set, known), strict=True):
                allowed[number] = result.allowed
        return allowed

    return answers


class Rival(NamedTuple):
    """Another engine.

    Attributes:
        name: Its name, and how it is asked.
        prepare: Takes questions, returns what answers them.
        limit: Of the ratio.
        timed: How many questions it is timed with; all, unless it is too slow for that.
    """

    name: str
    prepare: Callable[[Sequence[Question]], Answers]
    limit: float | None = None
    timed: int | None = None


RIVALS = (
    Rival("pycasbin: Enforcer, eval", partial(casbin_rules, fast=False), HUNDRED_TIMES, timed=160),
    Rival("pycasbin: FastEnforcer, eval", partial(casbin_rules, fast=True)),
    Rival("pycasbin: FastEnforcer, sets for eval", casbin_sets),
    Rival("cedarpy: one PolicySet", partial(cedar, split=False)),
    Rival("cedarpy: a PolicySet a rule", partial(cedar, split=True)),
)


def bench_decide() -> Iterator[Row]:
    """Microseconds a decision: the least of the runs, over every question that the table lets one ask of 40 users."""
    questions = asked()
    right = ours(questions)()
    for rival in RIVALS:
        try:
            answers = rival.prepare(questions)
        except ModuleNotFoundError as error:
            print(f"  {rival.name}: not compared, for {error.name} is not installed")
            continue
        wrong = [one for one, we, they in zip(questions, right, answers(), strict=True) if we is not they]
        if wrong:
            raise AssertionError(f"{rival.name}: {len(wrong)} other answers, the first where we say {wrong[0].ask()}")
        timed_on = questions[: rival.timed]
        figures = [
            one.least * 1000 / len(timed_on) for one in timed(ours(timed_on), rival.prepare(timed_on), runs=RUNS)
        ]
        yield Row(f"a decision; {rival.name}", *figures, limit=rival.limit, unit="µs")

    denied = [one for one, allowed in zip(questions, right, strict=True) if not allowed]
    plain, explained, helped = timed(
        ours(questions),
        lambda: [str(one.ask()) for one in questions],
        lambda: [one.ask().missing for one in denied],
        runs=RUNS,
    )
    yield Row("a decision", plain.least * 1000 / len(questions), unit="µs")
    yield Row("a decision, and its explanation in words", explained.least * 1000 / len(questions), unit="µs")
    yield Row("a decision that denies, and what would turn it", helped.least * 1000 / len(denied), unit="µs")
