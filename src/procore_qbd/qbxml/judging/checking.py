"""What QuickBooks would refuse in a record before it is written, or in an element."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from procore_qbd.qbxml.judging.circumstances import Circumstances, losses
from procore_qbd.qbxml.rows.dialect import Dialect, lasts
from procore_qbd.qbxml.rows.records import (
    Block,
    Field,
    OneOf,
    Record,
    Ref,
    Reference,
    Spec,
    Table,
    must_be_a_record,
    table,
)
from procore_qbd.qbxml.rows.values import (
    ADD,
    MOD,
    NEVER,
    NEW_LINE,
    QUERY,
    RET,
    Choice,
    Id,
    Row,
    Shape,
    Text,
    Value,
    Words,
    unescape,
)
from procore_qbd.qbxml.rows.violations import Rule, Violation, quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from lxml import etree

__all__ = ["NOT_SUPPORTED", "check", "merged", "not_in_dialect", "spelling", "structure", "unknown_word"]


NOT_SUPPORTED = 530
"""The statusCode of what was carried out without an element that only other editions keep."""


def check(
    record: Record,
    shape: Shape,
    dialect: Dialect | None = None,
    path: str | None = None,
    *,
    against: Record | Mapping[str, Iterable[Record | str]] | None = None,
) -> list[Violation]:
    """Everything that QuickBooks would not take, were this record written in this shape; and warnings.

    Args:
        record: The record.
        shape: Which of its shapes.
        dialect: Who reads it; qbXML 13.0 of the US edition by default.
        path: The record's path, for the violations; by default the element that it becomes.
        against: What is in the company file. For a Mod, the record as it stands: tells an old EditSequence, and lines
            that the Mod would delete. Or lists as they were read, ``{"Account": (…), "Vendor": (…)}``, or their full
            names alone: tells references to nothing or to what is inactive, accounts of a type that does not do, and
            names in use; and of a Mod the above, where its record is among them. Of a list that is not named nothing
            is told. ``Item``, ``Entity`` and ``Terms`` stand for the answers to the queries of these names.

    Raises:
        TypeError: It is no record, or not one shape.
        ValueError: A record in ``against`` stands under a kind that it is not of.
    """
    must_be_a_record(record, shape)
    dialect = dialect or Dialect()
    path = path or record.__record__.element(shape)
    found: list[Violation] = []
    _check(record, shape, dialect, path, found)
    if isinstance(against, Record):
        found.extend(losses(record, against, path) if shape is MOD else ())
    elif against is not None and shape is not RET:
        found.extend(Circumstances(against).judge(record, shape, path))
    return found


def _check(record: Record, shape: Shape, dialect: Dialect, path: str, found: list[Violation]) -> None:
    compiled = table(type(record), dialect.version)
    present = compiled.present(record)
    if shape is not RET:
        found.extend(_unknown(compiled, shape, element.tag, path, None) for element in record.unknown)
    for field in compiled.fields:
        row = field.row
        where = f"{path}/{field.label(shape)}"
        if field.name not in present:
            if missing := _missing(compiled, field, shape, dialect, present, where):
                found.append(missing)
            continue
        if shape not in row.shapes:
            message = f"is not part of {_message(compiled.spec, shape)}; leave it out"
            found.append(Violation(path=where, rule=Rule.NOT_HERE, message=message))
            continue
        if shape is not RET and (violation := not_in_dialect(row, dialect, where, shape)):
            found.append(violation)
        value = getattr(record, field.name)
        if field.name in record.erased:
            found.extend(_erased(field, shape, value, where))
        elif isinstance(row, Block):
            _check_members(field, shape, dialect, path, value, found)
        else:
            _check_values(field, shape, dialect, path, value, found)
        if isinstance(value, tuple) and row.at_most is not None and len(value) > row.at_most:
            message = f"at most {row.at_most}, got {len(value)}"
            found.append(Violation(path=where, rule=Rule.TOO_MANY, message=message))
    found.extend(_ill_chosen(compiled, shape, present, path))
    found.extend(_beyond(compiled, shape, present, path))
    found.extend(_alone(compiled, shape, record, path))


def _missing(
    compiled: Table,
    field: Field,
    shape: Shape,
    dialect: Dialect,
    present: AbstractSet[str],
    where: str,
    line: int | None = None,
) -> Violation | None:
    """A row that must be there, and is not: the schema's own rule."""
    row = field.row
    needed = shape in row.required and shape in row.shapes and _branch_chosen(compiled, field, present)
    if not needed or not_in_dialect(row, dialect, where, shape) is not None:
        return None
    return Violation(path=where, rule=Rule.REQUIRED, message="is missing", line=line)


def _ill_chosen(
    compiled: Table, shape: Shape, present: AbstractSet[str], path: str, line: int | None = None
) -> Iterator[Violation]:
    """Branches that exclude each other, or of which none is there: the schema's own rules."""
    for choice in compiled.spec.choices:
        chosen = _chosen(choice, shape, present)
        if len(chosen) > 1 and not choice.beyond:
            message = f"allows only one of {_sides(compiled, chosen, present)}"
            yield Violation(path=path, rule=Rule.CHOICE, message=message, line=line)
        elif not chosen and shape in choice.required:
            message = f"needs one of {', '.join(_together(compiled, branch) for branch in choice.branches)}"
            yield Violation(path=path, rule=Rule.CHOICE, message=message, line=line)


def _beyond(compiled: Table, shape: Shape, present: AbstractSet[str], path: str) -> Iterator[Violation]:
    """What QuickBooks minds beside each other and its schema does not."""
    for choice in compiled.spec.choices:
        chosen = _chosen(choice, shape, present) if choice.beyond else []
        if len(chosen) > 1:
            message = f"allows only one of {_sides(compiled, chosen, present)}: {choice.beyond}"
            status = 3210 if choice.warning else 3153
            yield Violation(path=path, rule=Rule.CHOICE, message=message, status=status, warning=choice.warning)


def _alone(compiled: Table, shape: Shape, record: Record, path: str) -> Iterator[Violation]:
    """What QuickBooks takes only beside something else, though its schema does not say so."""
    new = shape is ADD or (shape is MOD and getattr(record, "txn_line_id", None) == NEW_LINE)
    for need in compiled.spec.needs if new else ():  # what is not new may have the other already
        if need.lacking(record):
            where = f"{path}/{compiled.by_name[need.field].label(shape)}"
            message = f"needs {compiled.by_name[need.others[0]].label(shape)} beside it: {need.beyond}"
            value = str(getattr(record, need.field))
            yield Violation(path=where, rule=Rule.CHOICE, message=message, status=need.status, value=value)


def _chosen(choice: OneOf, shape: Shape, present: AbstractSet[str]) -> list[tuple[str, ...]]:
    """The branches of a choice of which something is there."""
    return [branch for branch in choice.branches if shape in choice.shapes and not present.isdisjoint(branch)]


def _sides(compiled: Table, chosen: list[tuple[str, ...]], present: AbstractSet[str]) -> str:
    return " and ".join(_together(compiled, present & set(branch)) for branch in chosen)


def _together(compiled: Table, names: Collection[str]) -> str:
    return " with ".join(field.row.tag for field in compiled.fields if field.name in names)


def _branch_chosen(compiled: Table, field: Field, present: AbstractSet[str]) -> bool:
    """Whether a required row is asked for: always, or where it stands in a branch, only if the branch is chosen."""
    branch = compiled.branch_of.get(field.name)
    return branch is None or not present.isdisjoint(branch)


def _message(spec: Spec, shape: Shape) -> str:
    return spec.element(shape) if spec.tag else f"this {shape.name}"


def not_in_dialect(row: Row | Spec, dialect: Dialect, where: str, shape: Shape = QUERY) -> Violation | None:
    """A row, or a whole record, that the target does not know, by version or by edition."""
    until = row.until if isinstance(row, Row) else None
    if message := _another_time(dialect, row.first(shape), until):
        return Violation(path=where, rule=Rule.VERSION, message=message)
    editions = row.known(shape) if isinstance(row, Row) else row.editions
    if not editions or (dialect.edition is not None and dialect.edition not in editions):
        target = f"and the target is {dialect.edition.label}" if dialect.edition else "which is no desktop edition"
        message = f"exists in QuickBooks {editions.label} only, {target}"
        # the schema of each edition has the elements of all, though not their requests
        status = NOT_SUPPORTED if isinstance(row, Row) else None
        return Violation(path=where, rule=Rule.EDITION, message=message, status=status)
    return None


def _another_time(dialect: Dialect, since: str, until: str | None) -> str | None:
    """Why a version does not know what came with one and went after another; None if it does."""
    if lasts(dialect.version, since, until):
        return None
    ended = until is not None and not lasts(dialect.version, "1.0", until)
    change = f"was removed after qbXML {until}" if ended else f"was added in qbXML {since}"
    return f"{change}, and the target reads {dialect.version}"


def _erased(field: Field, shape: Shape, value: object, where: str) -> Iterator[Violation]:
    row = field.row
    if value not in (None, ()):
        message = f"is erased and set at the same time, got {quoted(value)}"
        yield Violation(path=where, rule=Rule.ERASE, message=message)
    elif not isinstance(row, Value) or not row.erasable or field.plural or shape in row.required:
        message = "cannot be erased" + ("; erase the fields inside it" if isinstance(row, Block) else "")
        yield Violation(path=where, rule=Rule.ERASE, message=message, status=3190)


def _check_members(field: Field, shape: Shape, dialect: Dialect, path: str, value: Any, found: list[Violation]) -> None:
    known = set(field.tags(shape).values())
    if _no_tuple(field, f"{path}/{field.label(shape)}", value, found):
        return
    for where, member in field.places(shape, value, path):
        if type(member) not in known:
            message = f"expected {field.label(shape)}, got {quoted(member)}"
            found.append(Violation(path=f"{path}/{field.label(shape)}", rule=Rule.FORMAT, message=message))
            continue
        _check(member, shape, dialect, where, found)
        if isinstance(field.row, Reference) and isinstance(member, Ref) and member.full_name is not None:
            name = Text("FullName", field.row.max, lengths=field.row.lengths)
            if (fault := name.fault(member.full_name, dialect.edition)) and fault[0] is Rule.TOO_LONG:
                rule, message, status = fault
                found.append(
                    Violation(
                        path=f"{where}/FullName", rule=rule, message=message, status=status, value=member.full_name
                    )
                )


def _no_tuple(field: Field, where: str, value: Any, found: list[Violation]) -> bool:
    """Whether a row that repeats holds something else than a tuple."""
    if wrong := field.plural and not isinstance(value, tuple):
        found.append(Violation(path=where, rule=Rule.FORMAT, message=f"expected a tuple, got {quoted(value)}"))
    return wrong


def _check_values(field: Field, shape: Shape, dialect: Dialect, path: str, value: Any, found: list[Violation]) -> None:
    row = field.row
    assert isinstance(row, Value)  # noqa: S101  a row is a value or holds records
    if _no_tuple(field, f"{path}/{field.label(shape)}", value, found):
        return
    for at, item in field.places(shape, value, path):
        if fault := row.fault_in(shape, item, dialect.edition):
            rule, message, status = fault
            told = None if isinstance(row, Text) and row.secret else str(item)
            found.append(Violation(path=at, rule=rule, message=message, status=status, value=told))
        elif isinstance(row, Choice) and (unknown := unknown_word(row, item, dialect)):
            found.append(Violation(path=at, rule=Rule.ENUM, message=unknown, status=row.status, value=str(item)))
        if isinstance(row, Text) and not row.colon and ":" in str(item):
            message = f"QuickBooks does not allow a colon in a name, got {quoted(item)}"
            found.append(Violation(path=at, rule=Rule.CHARACTERS, message=message, status=3090))


def unknown_word(row: Choice, value: Any, dialect: Dialect) -> str | None:
    """Why the target does not know a word of the list; None if it does."""
    word = next((word for word in row.words if word == value), None)
    change = _another_time(dialect, word.since, word.until) if isinstance(word, Words) else None
    return change and f"{quoted(value)} {change}"


def _unknown(compiled: Table, shape: Shape, tag: str, path: str, line: int | None) -> Violation:
    """An element that a shape does not have; says what might have been meant."""
    here = [name for field in compiled.order(shape) for name in field.tags(shape)]
    if tag in compiled.readers:
        message = f"is not part of {path.rpartition('/')[2]}; leave it out"
        return Violation(path=f"{path}/{tag}", rule=Rule.NOT_HERE, message=message, line=line)
    near = difflib.get_close_matches(tag, here, 1)
    message = "QuickBooks knows no such element here" + (f"; did you mean {near[0]}?" if near else "")
    return Violation(path=f"{path}/{tag}", rule=Rule.UNKNOWN, message=message, line=line)


def structure(
    element: etree._Element,
    cls: type[Record],
    shape: Shape,
    dialect: Dialect | None = None,
    path: str | None = None,
    ignore: frozenset[str] = frozenset(),
) -> list[Violation]:
    """What is wrong with an element before it is read: what is missing, order, unknown elements, repeats, spelling.

    QuickBooks rejects the whole document for all but the last (HRESULT 0x80040400, with no detail); a value that it
    cannot convert costs only its own request, and has the ``status`` it would be answered with.

    Args:
        element: The record's element.
        cls: The record's class.
        shape: The shape it should have.
        dialect: Whose rules; qbXML 13.0 of any edition by default.
        path: The element's path, for the violations.
        ignore: Attributes of the element that are not the record's.
    """
    found: list[Violation] = []
    dialect = dialect or Dialect(edition=None)
    _structure(element, cls, shape, dialect, path or str(element.tag).removesuffix("Rq"), found, ignore)
    return found


def _structure(
    element: etree._Element,
    cls: type[Record],
    shape: Shape,
    dialect: Dialect,
    path: str,
    found: list[Violation],
    ignore: frozenset[str] = frozenset(),
) -> None:
    compiled = table(cls, dialect.version)
    positions = compiled.positions(shape)
    if element.attrib:
        known = {field.row.tag for field in compiled.attributes if shape in field.row.shapes}
        found.extend(
            Violation(path=f"{path}/@{name}", rule=Rule.UNKNOWN, message="no such attribute", line=element.sourceline)
            for name in element.attrib
            if name not in known and name not in ignore
        )
    counts: dict[str, int] = {}
    last, before = -1, ""
    for text in (element.text, *(child.tail for child in element)):
        if text and not text.isspace():
            message = f"text between elements, got {quoted(text.strip())}"
            found.append(Violation(path=path, rule=Rule.UNKNOWN, message=message, line=element.sourceline))
    for child in element:
        tag = str(child.tag)
        if tag not in positions:
            found.append(_unknown(compiled, shape, tag, path, child.sourceline))
            continue
        at, field = positions[tag]
        count = counts[field.name] = counts.get(field.name, 0) + 1
        where = f"{path}/{tag}[{count}]" if field.plural else f"{path}/{tag}"
        if at < last:
            message = f"comes after {before}; QuickBooks requires it before"
            found.append(Violation(path=where, rule=Rule.ORDER, message=message, line=child.sourceline))
        elif count > 1 and not field.plural:
            found.append(Violation(path=where, rule=Rule.REPEATED, message="appears twice", line=child.sourceline))
        if at >= last:
            last, before = at, tag
        member = field.tags(shape)[tag]
        if member is not None:
            _structure(child, member, shape, dialect, where, found)
        else:
            found.extend(spelling(child, field.row, where, shape))
    present = counts.keys() | {field.name for field in compiled.attributes if field.row.tag in element.attrib}
    found.extend(_incomplete(compiled, shape, dialect, present, path, element.sourceline))


def _incomplete(
    compiled: Table, shape: Shape, dialect: Dialect, present: AbstractSet[str], path: str, line: int | None
) -> Iterator[Violation]:
    """What an element lacks, by the names of the rows that are there."""
    for field in compiled.fields:
        if field.name not in present:
            missing = _missing(compiled, field, shape, dialect, present, f"{path}/{field.label(shape)}", line)
            yield from [missing] if missing else []
    yield from _ill_chosen(compiled, shape, present, path, line)


def spelling(element: etree._Element, row: Row, where: str, shape: Shape = NEVER) -> Iterator[Violation]:
    """What is wrong with the text of an element, and with what stands beside it."""
    assert isinstance(row, Value)  # noqa: S101  a row is a value or holds records
    line = element.sourceline
    if len(element):
        yield Violation(path=where, rule=Rule.UNKNOWN, message="cannot have elements inside", line=line)
        return
    if element.attrib:
        allowed = {"useMacro"} if isinstance(row, Id) and row.macro & shape else set()
        for name in {str(name) for name in element.attrib} - allowed:
            yield Violation(path=f"{where}/@{name}", rule=Rule.UNKNOWN, message="no such attribute", line=line)
    raw = unescape(element.text or "")
    text = raw.strip()
    if text and text != raw and not row.trimmed and not isinstance(row, Text):
        message = f"expected no blanks around it, got {quoted(raw)}"
        yield Violation(path=where, rule=Rule.FORMAT, message=message, status=row.status, line=line, value=raw)
    if not text and not row.erasable:
        yield Violation(
            path=where,
            rule=Rule.FORMAT,
            message=f"expected {row.expects}, got ''",
            status=row.status,
            line=line,
            value="",
        )
    if text and row.lexical is not None and not row.lexical.fullmatch(text):
        message = str(row.unreadable(text))
        yield Violation(path=where, rule=Rule.FORMAT, message=message, status=row.status, line=line, value=text)


def merged(of_element: Iterable[Violation], of_record: Iterable[Violation]) -> list[Violation]:
    """What is wrong with an element and with the record that was read from it, each fault once.

    The element tells what is missing or too much: the record has not got what could not be read.

    Args:
        of_element: What `structure` found; these have lines.
        of_record: What reading and `check` found.
    """
    found: dict[tuple[str, Rule, str], Violation] = {}
    for one in of_element:
        found.setdefault(_place(one), one)
    unreadable = {one.path for one in found.values()}
    for one in of_record:
        told = one.of_the_document and one.rule in (Rule.REQUIRED, Rule.CHOICE)
        if not told and not (one.rule is Rule.REQUIRED and one.path in unreadable):
            found.setdefault(_place(one), one)
    return list(found.values())


def _place(violation: Violation) -> tuple[str, Rule, str]:
    """Where a fault is and what it is; one element can make several choices wrongly."""
    return violation.path, violation.rule, violation.message if violation.rule is Rule.CHOICE else ""
