"""Documents made from the rows of a request: the least that its schema lets through, with one thing in it as wanted."""

import functools
import operator

from procore_qbd.qbxml import ADD, MOD, Dialect, Edition
from procore_qbd.qbxml.judging.checking import not_in_dialect
from procore_qbd.qbxml.rows.records import Ref, table
from procore_qbd.qbxml.rows.values import (
    Amount,
    Attribute,
    Choice,
    Day,
    Float,
    Guid,
    Id,
    Integer,
    Percent,
    Price,
    Text,
    TimeInterval,
    When,
    YesNo,
)

DIALECT = Dialect("13.0", Edition.US)
VALUES = {
    Id: "7FFFFFFF-1",
    Attribute: "TxnID:one",
    Text: "x",
    YesNo: "true",
    Integer: "1",
    Float: "1",
    Amount: "1.00",
    Percent: "1",
    Price: "1",
    Day: "2026-01-31",
    When: "2026-01-31T08:00:00",
    TimeInterval: "PT1H0M0S",
    Guid: "{11111111-1111-1111-1111-111111111111}",
}
"""A value of each kind that is one."""


def usual(row):
    """A value that a row takes."""
    if isinstance(row, Choice):
        return next(word.value for word in row.words if getattr(word, "until", None) is None)
    if isinstance(row, Integer):
        return str(row.least or 1)
    return next(value for kind, value in VALUES.items() if isinstance(row, kind))


def known(row, shape):
    return not_in_dialect(row, DIALECT, "", shape) is None


def fields(record, shape):
    """The rows of a record, with its attributes."""
    compiled = table(record, DIALECT.version)
    attributes = [field for field in compiled.attributes if shape in field.row.shapes]
    return [*attributes, *(field for field in compiled.order(shape) if known(field.row, shape))]


def paths(asked, wanted):
    """The ways to the rows of a request that are wanted, the shortest first: tuples of field, tag and class."""
    waiting, met = [((), asked.record)], set()
    while waiting:
        path, record = waiting.pop(0)
        if record in met:
            continue
        met.add(record)
        for field in fields(record, asked.shape):
            for tag, member in field.tags(asked.shape).items():
                here = (*path, (field, tag))
                if wanted(field.row):
                    yield here
                if member is not None:
                    waiting.append((here, member))


def asking(asked, path=(), text=None, *, without=False, beside=(), values=None):
    """A request's element.

    Args:
        asked: The request.
        path: What shall be in it beside what must be.
        text: What shall stand there; as usual where it is None.
        without: Whether it shall not be there, though it must.
        beside: The tags of further elements at the end of the path.
        values: What shall stand in elements, by tag.
    """
    body = _body(asked.record, asked.shape, path, text, without, beside, values or {})
    if asked.shape in (ADD, MOD):
        spec = asked.record.__record__
        return f"<{asked.name}Rq>{_element(spec.element(asked.shape), body)}</{asked.name}Rq>"
    return _element(f"{asked.name}Rq", body)


def _element(tag, body):
    attributes, inner = body
    return f"<{tag}{attributes}>{inner}</{tag}>"


def _body(record, shape, path, text, without, beside, values):
    """The attributes of an element, and what stands in it."""
    attributes, inner = "", ""
    wanted, wanted_tag = path[0] if path else (None, None)
    last = len(path) <= 1
    there = _there(record, shape, wanted)
    for field in fields(record, shape):
        row = field.row
        is_wanted = wanted is not None and field.name == wanted.name
        if is_wanted and last and without:
            continue
        if not is_wanted and field.name not in there and not (last and row.tag in beside):
            continue
        tag, member = next(iter(field.tags(shape).items()))
        if is_wanted:
            tag, member = wanted_tag, field.tags(shape)[wanted_tag]
        if member is None:
            said = values.get(row.tag, usual(row)) if not (is_wanted and last) or text is None else text
            if isinstance(row, Attribute):
                attributes += f' {tag}="{said}"'
            else:
                inner += f"<{tag}>{said}</{tag}>"
        elif member is Ref and not (is_wanted and not last):
            said = text if is_wanted and text is not None else values.get(row.tag, "<FullName>Nobody</FullName>")
            inner += f"<{tag}>{said}</{tag}>"
        else:
            deeper = path[1:] if is_wanted else ()
            more = (text, without, beside) if is_wanted else (None, False, ())
            inner += _element(tag, _body(member, shape, deeper, *more, values))
    return attributes, inner


def _there(record, shape, wanted):
    """The fields that must be there: those required, and of each choice a branch that is needed or wanted."""
    compiled = table(record, DIALECT.version)
    usable = {field.name: field.row for field in fields(record, shape)}
    chosen, barred = set(), set()
    for choice in compiled.spec.choices:
        if shape not in choice.shapes:
            continue
        branches = [[name for name in branch if name in usable] for branch in choice.branches]
        branches = [branch for branch in branches if branch]
        mine = next((branch for branch in branches if wanted is not None and wanted.name in branch), None)
        free = [branch for branch in branches if barred.isdisjoint(branch)]
        if (
            mine is None
            and shape in choice.required
            and chosen.isdisjoint(functools.reduce(operator.iadd, branches, []))
        ):
            mine = free[0] if free else None
            if mine:
                chosen.add(next((n for n in mine if shape in usable[n].required), mine[0]))
        for branch in branches:
            barred |= set(branch) - set(mine or ()) if mine else set()
    all_branches = {
        name for choice in compiled.spec.choices if shape in choice.shapes for b in choice.branches for name in b
    }
    picked = chosen | ({wanted.name} if wanted is not None else set())
    must = set()
    for name, row in usable.items():
        if shape not in row.required or name in barred:
            continue
        if name in all_branches:
            mates = {
                n
                for choice in compiled.spec.choices
                if shape in choice.shapes
                for b in choice.branches
                if name in b
                for n in b
            }
            if picked.isdisjoint(mates):
                continue
        must.add(name)
    return must | chosen
