"""Fingerprints of the published schema: a hash of what it says of each message, for each version and edition.

The schema is no part of the project, so what it says is kept as hashes, in `fingerprints.tsv`. Our rows and the schema
are told in one form, line by line: what stands in an element and in which order, how often, what is required, kinds,
lengths, limits, words, choices, attributes, what answers a query; and, from the tables printed with it, which editions
know an element, and its length in each. Rows that come to the schema's hash say what the schema says.

Left out of both are: what `schema.EXCUSED`, `schema.DRAFT` and the lists in `published` name; lengths that the schema
cannot know, which are `not measured`; choices of which a row says that they go beyond the schema; and since when the
printed tables say that an element is known, as the schema of each version says it.

With the reference facts beside the checkout, `nox -s fingerprints` writes the file anew, from the schema.
"""

import hashlib
from functools import cache
from pathlib import Path

import attrs

from procore_qbd.qbxml import Dialect, Edition
from procore_qbd.qbxml.judging.checking import not_in_dialect
from procore_qbd.qbxml.rows.dialect import lasts, parse_version
from procore_qbd.qbxml.rows.records import Reference, table
from procore_qbd.qbxml.rows.values import BARE, RET, Id, Text
from support.published import BY_SHARING, ELSEWHERE, ZERO_TIMES, Fact, facts, root_of, told
from support.schema import (
    CASES,
    DIALECTS,
    ENVELOPE,
    UNMEASURED,
    USUAL,
    Leaf,
    excuses,
    leaf,
    plain,
    read_aloud,
    schema,
    tag_of,
    there,
)

FILE = Path(__file__).with_suffix(".tsv")
HEAD = """\
# What the published schemas say of each message that we model: the message, a hash of it, and for which dialects it is
# that ("tables": what is printed of its editions and lengths, and what answers it). `nox -s fingerprints` makes this
# file, and needs ../shared/reference for it; what is hashed stands in support/fingerprints.py.
"""
NOT_MEASURED = "not measured"
TABLES = "tables"


@attrs.frozen
class Form:
    """What a message says in a dialect, line by line, without what is known to differ."""

    dialect: Dialect = USUAL
    lines: dict[tuple[str, str], str] = attrs.field(factory=dict)
    beyond: set[tuple[str, str]] = attrs.field(factory=set)
    known: dict[str, list] = attrs.field(init=False)

    @known.default
    def _known(self):
        return excuses(self.dialect)

    def has(self, path, aspect="there"):
        """Whether something is compared."""
        known = self.known.get(aspect)
        return not known or not any(where.fullmatch(path) for where, _ in known)

    def say(self, path, aspect, value, kind=""):
        """Add a line; `kind` names the element where those of one path interleave."""
        if self.has(path, aspect):
            key = (path, f"{aspect} {kind}" if kind else aspect)
            if key in self.lines:
                raise KeyError(key)
            self.lines[key] = str(value)

    def say_leaf(self, path, found, kind, *, measured=True):
        """Add what an element with text in it takes."""
        self.say(path, "type", found.type, kind)
        longest = 36 if found.type == "IDTYPE" else found.longest
        if longest is not None or not measured:
            self.say(path, "longest", longest if measured else NOT_MEASURED, kind)
        if found.words:
            self.say(path, "words", " ".join(sorted(map(str, found.words))), kind)
        if found.macro:
            self.say(path, "macro", found.macro, kind)
        for aspect, limit in (("least", found.least), ("most", found.most)):
            if limit is not None:
                self.say(path, aspect, limit, kind)

    def say_choice(self, path, branches, required, kind):
        """Add a choice, without the elements that only one side has."""
        known = [{tag for tag in branch if self.has(f"{path}/{tag}")} for branch in branches]
        key = f"one of {read_aloud(filter(None, known))}"
        self.say(path, key, required, kind)
        return path, f"{key} {kind}".rstrip()

    def text(self):
        """All lines: equal for the schema and for rows that are the schema's."""
        return "".join(sorted(f"{path}\t{aspect}\t{value}\n" for (path, aspect), value in self.lines.items()))

    def hash(self):
        """The fingerprint."""
        return hashlib.sha256(self.text().encode()).hexdigest()[:12]


def joined(path, tags):
    return f"{path}/{'/'.join(tags)}"


def inner(kind, tags, tag):
    """The kind of what is inside: of elements that interleave, which."""
    return kind if len(tags) == 1 else f"{kind}:{tag}"


# --- our rows --------------------------------------------------------------------------------------------------------


@cache
def of_rows(cls, shape, dialect):
    """What our rows say of a message; None if there is none in this dialect."""
    name, form = tag_of(cls, shape), Form(dialect)
    if not lasts(dialect.version, cls.__record__.first(shape), None) or not form.has(name):
        return None
    _rows(form, cls, shape, name, "")
    spec = cls.__record__.at(dialect.version)
    if shape is not RET and not_in_dialect(spec, dialect, "", shape) is None:
        said = {"requestID"}
        if shape in BARE:
            said |= {"metaData"} if spec.meta_data else set()
            said |= {"iterator", "iteratorID"} if spec.iterator else set()
        form.say(f"{name}Rq", "attributes", sorted(said))
        if shape not in BARE:
            form.say(f"{name}Rq", "holds", [(name, 1), *([("IncludeRetElement", None)] if spec.selective else [])])
    return form


def _rows(form, cls, shape, path, kind):
    compiled, dialect = table(cls, form.dialect.version), form.dialect
    here = [field for field in compiled.order(shape) if there(field.row, shape, dialect)]
    tags_of = {field.name: tuple(field.tags(shape)) for field in here}
    form.say(path, "order", [tags for tags in tags_of.values() if form.has(joined(path, tags))], kind)
    attributes = [one.row for one in compiled.attributes if shape in one.row.shapes]
    form.say(path, "attributes", sorted(row.tag for row in attributes if there(row, shape, dialect)), kind)
    alone = _row_choices(form, compiled.spec.choices, tags_of, shape, path, kind)
    for field in here:
        row, tags = field.row, tags_of[field.name]
        if not form.has(at := joined(path, tags)):
            continue
        if shape is not RET and field.name not in alone:
            form.say(at, "required", shape in row.required, kind)
        form.say(at, "at most", row.at_most if field.plural else 1, kind)
        for tag, member in field.tags(shape).items():
            within = inner(kind, tags, tag)
            if isinstance(row, Reference):
                _reference(form, row, shape, at, within)
            elif member is None:
                _row_leaf(form, row, row, shape, at, within)
            else:
                _rows(form, member, shape, at, within)


def _reference(form, row, shape, path, kind):
    parts = Id("ListID"), Text("FullName", row.max, lengths=row.lengths)
    form.say(path, "order", [(part.tag,) for part in parts], kind)
    form.say(path, "attributes", [], kind)
    for part in parts:
        at = f"{path}/{part.tag}"
        if shape is not RET:
            form.say(at, "required", False, kind)
        form.say(at, "at most", 1, kind)
        _row_leaf(form, part, row, shape, at, kind)


PROBE = Leaf("", longest=1)


def _row_leaf(form, row, outer, shape, path, kind):
    measured = plain(outer, shape, PROBE, path, form.dialect) is PROBE
    form.say_leaf(path, leaf(row, shape, form.dialect), kind, measured=measured)


def _row_choices(form, choices, tags_of, shape, path, kind):
    """Say the choices; give the fields that are alone in a branch, for which the schema has no word of necessity."""
    alone = set()
    for choice in choices if shape is not RET else ():
        here = [[name for name in branch if name in tags_of] for branch in choice.branches]
        branches = [branch for branch in here if branch]
        if shape not in choice.shapes or len(branches) < 2:
            continue
        tags = [{tag for name in branch for tag in tags_of[name]} for branch in branches]
        key = form.say_choice(path, tags, shape in choice.required, kind)
        if choice.beyond:
            form.beyond.add(key)
            del form.lines[key]
        else:
            alone |= {branch[0] for branch in branches if len(branch) == 1}
    return alone


# --- the schema ------------------------------------------------------------------------------------------------------


def of_schema(cls, shape, dialect):
    """What the schema says of a message; None if there is none in this dialect. Our rows say what is not judged."""
    name, form, ours = tag_of(cls, shape), Form(dialect), of_rows(cls, shape, dialect) or Form(dialect)
    model = schema(dialect).root(f"{name}Rq" if shape in BARE else name)
    if model is None or not form.has(name):
        return None
    _model(form, model, shape, name, "")
    spec = cls.__record__.at(dialect.version)
    if shape is not RET and not_in_dialect(spec, dialect, "", shape) is None:
        request = schema(dialect).root(f"{name}Rq")
        form.say(f"{name}Rq", "attributes", sorted(request.attributes))
        if shape not in BARE:
            form.say(f"{name}Rq", "holds", [(*place.kinds, place.at_most) for place in request.places])
    form.lines.update(dict.fromkeys((key for key, line in ours.lines.items() if line == NOT_MEASURED), NOT_MEASURED))
    for key in ours.beyond & form.lines.keys():
        del form.lines[key]
    return form


def _model(form, model, shape, path, kind):
    known = [place for place in model.places if form.has(joined(path, place.kinds))]
    form.say(path, "order", [tuple(place.kinds) for place in known], kind)
    form.say(path, "attributes", sorted(model.attributes - ENVELOPE), kind)
    for branches, required in model.choices.items() if shape is not RET else ():
        form.say_choice(path, branches, required, kind)
    for place in known:
        at = joined(path, place.kinds)
        if shape is not RET and place.required is not None:
            form.say(at, "required", place.required, kind)
        form.say(at, "at most", place.at_most, kind)
        for tag, element in place.kinds.items():
            inside, within = schema(form.dialect).of(element), inner(kind, place.kinds, tag)
            if isinstance(inside, Leaf):
                form.say_leaf(at, inside, within)
            else:
                _model(form, inside, shape, at, within)


# --- the printed tables ----------------------------------------------------------------------------------------------


def rows_in_tables(cls, shape):
    """What our rows say of editions, lengths and answers."""
    root, spec = root_of(cls, shape), cls.__record__
    whole = Fact(parse_version(spec.first(shape)), spec.editions, {})
    form = _tables({root: whole, **dict(facts(cls, shape, whole, root))})
    if shape in BARE and not spec.inline:
        form.say(f"{spec.tag}Rs", "answers", sorted(f"{one}Ret" for one in spec.answers))
    return form


def tables(cls, shape):
    """What the tables say of editions and lengths, and the usual schema of answers."""
    form, spec = _tables(told(cls, shape, root_of(cls, shape))), cls.__record__
    if shape in BARE and not spec.inline:
        places = schema().root(f"{spec.tag}Rs").places
        answers = {tag for place in places for tag in place.kinds} - {"ErrorRecovery"}
        form.say(f"{spec.tag}Rs", "answers", sorted(answers))
    return form


def _tables(found):
    form = Form()
    for path, fact in found.items():
        if path in ZERO_TIMES or path.startswith(BY_SHARING):
            continue
        names = {edition: edition.name for edition in Edition if edition in fact.editions}
        form.say(path, "editions", None if path in ELSEWHERE else sorted(names.values()))
        lengths = {edition.name: length for edition, length in fact.lengths.items()}
        form.say(path, "lengths", NOT_MEASURED if path in UNMEASURED else sorted(lengths.items()))
    return form


# --- the file --------------------------------------------------------------------------------------------------------


def hashes(of_message, of_table, dialects):
    """The fingerprint of every message that there is, for each dialect; told in one way or the other."""
    found = {}
    for cls, shape in CASES:
        for dialect in dialects:
            form = of_table(cls, shape) if dialect is TABLES else of_message(cls, shape, dialect)
            if form is not None:
                found[tag_of(cls, shape), str(dialect)] = form.hash()
    return found


def of_our_rows(*dialects):
    """The fingerprints of our rows."""
    return hashes(of_rows, rows_in_tables, dialects)


def of_the_schema(*dialects):
    """The fingerprints of the schema."""
    return hashes(of_schema, tables, dialects)


def kept():
    """The fingerprints of the file."""
    found = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, hash_, spans = line.split("\t")
            found |= {(name, dialect): hash_ for span in spans.split(", ") for dialect in dialects_in(span)}
    return found


def lines_of(found):
    """Fingerprints as the file has them: a line for each message and hash."""
    by_hash = {}
    for (name, dialect), hash_ in found.items():
        by_hash.setdefault((name, hash_), []).append(dialect)
    return [f"{name}\t{hash_}\t{', '.join(spans(said))}\n" for (name, hash_), said in by_hash.items()]


NAMES = [*map(str, DIALECTS), TABLES]


def dialects_in(span):
    """The dialects from one to another: ``US 2.0-3.0``."""
    edition, _, versions = span.partition(" ")
    first, _, last = versions.partition("-")
    at = NAMES.index(f"{edition} {first}".rstrip())
    return NAMES[at : NAMES.index(f"{edition} {last}") + 1] if last else [NAMES[at]]


def spans(dialects):
    """Dialects that follow each other in an edition, as one."""
    runs = []
    for name in NAMES:
        before = NAMES[NAMES.index(name) - 1]
        if name in dialects and runs and runs[-1][-1] == before and before[:2] == name[:2]:
            runs[-1].append(name)
        elif name in dialects:
            runs.append([name])
    return [run[0] if len(run) == 1 else f"{run[0]}-{run[-1].partition(' ')[2]}" for run in runs]


if __name__ == "__main__":
    FILE.write_text(HEAD + "".join(lines_of(of_the_schema(*DIALECTS, TABLES))), encoding="utf-8")
