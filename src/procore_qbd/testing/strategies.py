"""Hypothesis strategies for records, derived from their rows, and for ERP events: nothing is written per entity.

A record that they draw can be written: `procore_qbd.qbxml.check` finds nothing wrong with it. An event can be read.
Needs ``hypothesis``.
"""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal
from functools import cache, singledispatch
from string import ascii_letters
from typing import TYPE_CHECKING, Any, TypeVar, cast

import attrs

from procore_qbd.qbxml.entities import entity, names
from procore_qbd.qbxml.judging.checking import not_in_dialect
from procore_qbd.qbxml.judging.macros import MACRO_IDS
from procore_qbd.qbxml.messages.requests import Iteration, MetaData, Request
from procore_qbd.qbxml.rows.dialect import Dialect
from procore_qbd.qbxml.rows.records import Block, Field, Record, Ref, Reference, Table, table
from procore_qbd.qbxml.rows.values import (
    ADD,
    COMMAND,
    CONTACT_ID,
    MOD,
    QUERY,
    RET,
    Amount,
    Choice,
    Day,
    Float,
    Guid,
    Id,
    Integer,
    Macro,
    Moment,
    Price,
    Shape,
    Text,
    TimeInterval,
    Value,
    When,
    YesNo,
)

try:
    from hypothesis import strategies as st
except ModuleNotFoundError as error:  # pragma: no cover
    raise ModuleNotFoundError(f"{__name__} needs hypothesis: pip install hypothesis") from error

from procore_qbd.testing.events import erp_requests, events

if TYPE_CHECKING:
    from collections.abc import Hashable

    from hypothesis.strategies import DrawFn, SearchStrategy

__all__ = ["erp_requests", "events", "records", "requests", "values"]

R = TypeVar("R", bound=Record)

_USUAL = Dialect()
_PLENTY = 3
"""How often a row repeats at most: enough to see an order, and few enough for small documents."""


# --- values ----------------------------------------------------------------------------------------------------------

_STORABLE = bytes([*b"\t\n\r", *range(0x20, 0x7F), *range(0x80, 0x100)]).decode("cp1252", "ignore")
_LETTERS = st.sampled_from(_STORABLE)
_NO_COLON = st.sampled_from(_STORABLE.replace(":", ""))  # no filter: Hypothesis 6.112 forgets it inside st.text
_SHORT = 12
_DIGITS = "0123456789"
_IDS = st.builds(
    "{}-{}".format,
    st.text(_DIGITS + "ABCDEF", min_size=1, max_size=8),
    st.text(_DIGITS, min_size=10, max_size=10) | st.text(_DIGITS, min_size=1, max_size=10),
)
"""Ids as QuickBooks makes them; no regular expression, for which Hypothesis reads all of Unicode the first time."""


@singledispatch
def values(row: Value, _dialect: Dialect = _USUAL) -> SearchStrategy[Any]:
    """Values that a row takes; ``values.register`` teaches it a kind of your own.

    Args:
        row: The row.
        dialect: Who reads it: some lengths differ by edition.
    """
    raise NotImplementedError(f"{row.tag}: no strategy for rows of this kind; teach it one with values.register")


@values.register(Text)
def _text(row: Text, dialect: Dialect = _USUAL) -> SearchStrategy[Any]:
    longest = row.longest(dialect.edition)
    letters = _LETTERS if row.colon else _NO_COLON
    if longest is None:
        return st.text(letters, max_size=_SHORT)
    size = min(longest, _SHORT)
    full = st.text(letters, min_size=1, max_size=size).map(lambda text: (text * longest)[:longest])
    return st.text(letters, max_size=size) | full


@values.register(Id)
def _id(row: Id, _dialect: Dialect = _USUAL) -> SearchStrategy[Any]:
    ids = _IDS | _IDS.map(str.lower) | st.text(_DIGITS, min_size=1, max_size=12)
    if row.form is CONTACT_ID:
        ids |= st.text(_DIGITS + ascii_letters, min_size=16, max_size=16)
    if row.marks_new_lines:
        ids |= st.just("-1")
    return ids | st.text(_LETTERS, min_size=1, max_size=_SHORT).map(Macro) if row.macro else ids


@values.register(YesNo)
def _yes_no(_row: YesNo, _dialect: Dialect = _USUAL) -> SearchStrategy[Any]:
    return st.booleans()


@values.register(Integer)
def _integer(row: Integer, _dialect: Dialect = _USUAL) -> SearchStrategy[Any]:
    least, most = getattr(row, "least", None), getattr(row, "most", None)
    return st.integers(-(2**31) if least is None else least, 2**31 - 1 if most is None else most)


@values.register(Amount)
@values.register(Price)
def _number(row: Amount | Price, _dialect: Dialect = _USUAL) -> SearchStrategy[Any]:
    bounds = [(places, Decimal(10) ** row.whole - Decimal(10) ** -places) for places in range(row.places + 1)]
    return st.one_of([st.decimals(-most, most, places=places) for places, most in bounds])


@values.register(Float)
def _float(_row: Float, _dialect: Dialect = _USUAL) -> SearchStrategy[Any]:
    most = Decimal(10) ** 9
    return st.one_of([st.decimals(-most, most, places=places) for places in (0, 4, 12)])


@values.register(Day)
def _day(_row: Day, _dialect: Dialect = _USUAL) -> SearchStrategy[Any]:
    return st.dates()


@values.register(TimeInterval)
def _time_interval(row: TimeInterval, _dialect: Dialect = _USUAL) -> SearchStrategy[Any]:
    return st.integers(-(10**7) if row.signed else 0, 10**7).map(lambda seconds: dt.timedelta(seconds=seconds))


@values.register(When)
def _when(_row: When, _dialect: Dialect = _USUAL) -> SearchStrategy[Any]:
    lengths, offsets = st.sampled_from((10, 13, 16, 19)), st.sampled_from(("", "-08:00", "+5:30"))
    return st.builds(_moment, st.datetimes(), lengths, offsets)


def _moment(moment: dt.datetime, length: int, offset: str) -> Moment:
    """To the day, the hour, the minute or the second; only the last may have an offset."""
    full = moment.replace(microsecond=0).isoformat()
    return Moment(full[:length] + offset * (length == len(full)))


@values.register(Guid)
def _guid(_row: Guid, _dialect: Dialect = _USUAL) -> SearchStrategy[Any]:
    return st.just("0") | st.uuids().map(lambda uuid: f"{{{uuid}}}")


@values.register(Choice)
def _choice(row: Choice, dialect: Dialect = _USUAL) -> SearchStrategy[Any]:
    return st.sampled_from(list(row.usual(dialect.version)))


# --- records ---------------------------------------------------------------------------------------------------------


def records(cls: type[R], shape: Shape, dialect: Dialect = _USUAL) -> SearchStrategy[R]:
    """Records that can be written in a shape to a dialect.

    Args:
        cls: The record's class: an entity, a query or a block.
        shape: One of its shapes.
        dialect: Who reads it; only rows that it knows are filled in.
    """
    compiled = table(cls, dialect.version)
    rows = {
        field.name: _field(field, shape, dialect)
        for field in (*compiled.attributes, *compiled.order(shape))
        if shape in field.row.shapes and not_in_dialect(field.row, dialect, "", shape) is None
    }
    if "def_macro" in rows:
        kind = next(kind for kind, name in MACRO_IDS.items() if name in compiled.by_name)
        rows["def_macro"] = st.builds(lambda: f"{kind}:{next(_NUMBERS)}")
    return _records(compiled, shape, rows)


_NUMBERS = itertools.count(1)  # a document defines a macro once


def _field(field: Field, shape: Shape, dialect: Dialect) -> SearchStrategy[Any]:
    """What a field may hold, when it holds something."""
    row = field.row
    if isinstance(row, Reference):
        name, ids = Text("FullName", row.max, lengths=row.lengths), table(Ref).by_name["list_id"].row
        assert isinstance(ids, Value)  # noqa: S101  an id is a value
        one: SearchStrategy[Any] = st.builds(
            Ref,
            list_id=st.none() | values(ids, dialect),
            full_name=st.none() | values(name, dialect),
        )
    elif isinstance(row, Block):
        one = st.one_of([records(cls, shape, dialect) for cls in field.members.values()])
    else:
        assert isinstance(row, Value)  # noqa: S101  a row is a value or holds records
        if isinstance(row, Id):
            row = attrs.evolve(row, macro=row.macro & shape)
        one = values(row, dialect)
    if not field.plural:
        return one
    return st.lists(one, min_size=1, max_size=min(row.at_most or _PLENTY, _PLENTY)).map(tuple)


@st.composite
def _records(draw: DrawFn, compiled: Table, shape: Shape, rows: dict[str, SearchStrategy[Any]]) -> Any:
    said = _said(draw, compiled, shape, rows)
    erased = tuple(
        name for name in rows if name in said and _can_be_erased(compiled.by_name[name], shape) and draw(_SELDOM)
    )
    values = {name: draw(rows[name]) for name in rows if name in said and name not in erased}
    drawn = compiled.cls(erased=erased, **values)
    alone: dict[str, Any] = {need.field: None for need in compiled.spec.needs if need.lacking(drawn)}
    return attrs.evolve(drawn, **alone)


_SELDOM = st.sampled_from([False] * 7 + [True])


def _said(draw: DrawFn, compiled: Table, shape: Shape, rows: dict[str, SearchStrategy[Any]]) -> set[str]:
    """The fields that a record speaks of: one branch of each choice, and all that must be there."""
    free = set(rows)
    needed: list[set[str]] = []
    for choice in compiled.spec.choices:
        if shape not in choice.shapes:
            continue
        branches = [open_ for branch in choice.branches if (open_ := free.intersection(branch))]
        if branches:
            taken = draw(st.sampled_from(branches))
            free -= {name for branch in branches for name in branch} - taken
            if shape in choice.required:
                needed.append(taken)
    names_ = [name for name in rows if name in free]
    said = draw(st.sets(st.sampled_from(names_))) if names_ else set()
    for branch in needed:
        if said.isdisjoint(branch):
            said.add(draw(st.sampled_from([name for name in names_ if name in branch])))
    for name in names_:
        branch_ = compiled.branch_of.get(name)
        if shape in compiled.by_name[name].row.required and (branch_ is None or not said.isdisjoint(branch_)):
            said.add(name)
    return said


def _can_be_erased(field: Field, shape: Shape) -> bool:
    """Whether an empty element clears it. Text is erased by empty text, which is a value like any other."""
    row = field.row
    return (
        shape is MOD
        and isinstance(row, Value)
        and not isinstance(row, Text)
        and row.erasable
        and not field.plural
        and shape not in row.required
    )


# --- requests --------------------------------------------------------------------------------------------------------


def requests(cls: type[Record] | None = None, dialect: Dialect = _USUAL) -> SearchStrategy[Request]:
    """Requests that can be written to a dialect: every one that a record can be sent as.

    Args:
        cls: The record's class; all that are modelled where none is given.
        dialect: Who reads it.
    """
    classes = (cls,) if cls else tuple(found for name in names() if (found := entity(name)))
    cases = [
        (one, shape)
        for one in classes
        for shape in (ADD, MOD, QUERY, COMMAND)
        if shape in one.__record__.shapes and not_in_dialect(one.__record__, dialect, "", shape) is None
    ]
    return st.sampled_from(cases).flatmap(lambda case: _request(cast("Hashable", case[0]), case[1], dialect))


@cache
def _request(cls: Any, shape: Shape, dialect: Dialect) -> SearchStrategy[Request]:
    spec = cls.__record__.at(dialect.version)
    facts: dict[str, SearchStrategy[Any]] = {
        "record": records(cls, shape, dialect),
        "shape": st.just(shape),
        "request_id": st.none() | st.text(_LETTERS, min_size=1, max_size=50),
    }
    tags = [tag for field in table(cls).order(RET) for tag in field.tags(RET)]
    if shape in ADD | MOD and spec.selective and tags:
        facts["include"] = st.lists(st.sampled_from(tags), max_size=_PLENTY).map(tuple)
    if spec.iterator:
        facts["iterator"] = st.none() | st.sampled_from(Iteration)
        facts["iterator_id"] = values(Guid("iteratorID"), dialect)
    if spec.meta_data:
        facts["meta_data"] = st.none() | st.sampled_from(MetaData)
    return st.builds(_in_pieces, **facts)


def _in_pieces(**facts: Any) -> Request:
    """Only the second piece and those after it have an id: it comes from the answer to the first."""
    if facts.get("iterator") in {None, Iteration.START}:
        facts["iterator_id"] = None
    if "iterator" in facts and getattr(facts["record"], "max_returned", None) is None:
        facts["iterator"] = facts["iterator_id"] = None
    return Request(**facts)
