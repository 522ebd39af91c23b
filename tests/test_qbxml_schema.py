"""The published schema as an oracle: our rows are its rows, and what we write is what it takes.

The schema is no part of the project; where no copy is at hand, these tests skip.
"""

import csv
import functools
import operator
from functools import cache

import attrs
import pytest
from lxml import etree

from procore_qbd.qbxml import entities
from procore_qbd.qbxml.dialect import Edition, parse_version
from procore_qbd.qbxml.records import Block, Reference, table
from procore_qbd.qbxml.values import ADD, EVERYWHERE, MOD, ONLINE, QUERY, RET, Choice, Id, Integer, Text
from shared import SHARED, needs_shared

pytestmark = needs_shared

NAMES = tuple(entities.names())
CASES = [(entities.entity(name), shape) for name in NAMES for shape in entities.entity(name).__record__.shapes]
WRITTEN = [(cls, shape) for cls, shape in CASES if shape is not RET]
SUFFIX = {ADD: "Add", MOD: "Mod", QUERY: "", RET: "Ret"}


def tag_of(cls, shape):
    return cls.__record__.tag + SUFFIX[shape]


def spelled(cases):
    return pytest.mark.parametrize(("cls", "shape"), cases, ids=[tag_of(*case) for case in cases])


# --- the schema, read ------------------------------------------------------------------------------------------------

XS = "{http://www.w3.org/2001/XMLSchema}"
MANY = None


@attrs.frozen
class Place:
    """A place in a sequence, for one element or for several kinds that interleave.

    Required says whether the message must have it, in a branch whether the branch must; None for a branch's only one.
    """

    kinds: dict[str, etree._Element]
    required: bool | None
    at_most: int | None


@attrs.frozen
class Model:
    """What an element with elements inside takes: places in order; and sets of branches, required or not."""

    places: list[Place]
    choices: dict[frozenset[frozenset[str]], bool]
    attributes: frozenset[str]


@attrs.frozen
class Leaf:
    """What an element with text inside takes."""

    type: str
    longest: int | None = None
    words: frozenset[str] = frozenset()
    least: int | None = None
    most: int | None = None
    macro: bool = False


class Schema:
    """The 13.0 schema of the US edition; it lets the fields of all editions through."""

    def __init__(self, folder):
        self.validates = etree.XMLSchema(etree.parse(folder / "qbxmlops130.xsd")).validate
        self.named = {
            (child.tag, child.get("name")): child
            for part in ("types", "", "so", "ops")
            for child in etree.parse(folder / f"qbxml{part}130.xsd").getroot().iterchildren(f"{XS}*")
        }

    def root(self, name):
        """What the element of this name takes, be it an aggregate or a request."""
        found = self.named.get((f"{XS}element", name))
        return self._complex(self.named[f"{XS}complexType", f"{name}Type"]) if found is None else self.of(found)

    def of(self, element):
        """What an element takes: a Model or a Leaf."""
        if (ref := element.get("ref")) is not None:
            element = self.named[f"{XS}element", ref]
        type_ = element.get("type")
        inside = self.named.get((f"{XS}complexType", type_), element.find(f"{XS}complexType"))
        if inside is None:
            return self._leaf(element.find(f"{XS}simpleType/{XS}restriction"), type_)
        if (extension := inside.find(f"{XS}simpleContent/{XS}extension")) is not None:
            return attrs.evolve(self._leaf(None, extension.get("base")), macro=True)
        return self._complex(inside)

    def _complex(self, type_):
        attributes = frozenset(attribute.get("name") for attribute in type_.iterfind(f"{XS}attribute"))
        model = Model([], {}, attributes)
        self._walk(type_, model, required=True)
        return model

    def _leaf(self, restriction, type_):
        if restriction is None:
            return Leaf(type_)
        facets = {etree.QName(facet).localname: int(facet.get("value")) for facet in restriction if "um" not in facet.tag}
        words = frozenset(word.get("value") for word in restriction.iterfind(f"{XS}enumeration"))
        limits = (facets.get(name) for name in ("minInclusive", "maxInclusive"))
        return Leaf(restriction.get("base"), facets.get("maxLength"), words, *limits)

    def _walk(self, particles, model, *, required):
        """Add what a sequence, a group or a branch holds to a model."""
        for particle in particles:
            kind = etree.QName(particle).localname
            needed = required and particle.get("minOccurs", "1") != "0"
            most = particle.get("maxOccurs", "1")
            at_most = MANY if most == "unbounded" else int(most)
            if at_most == 0 or kind == "attribute":
                continue
            if kind == "element":
                model.places.append(Place({name_of(particle): particle}, needed, at_most))
            elif kind == "sequence":
                self._walk(particle, model, required=needed)
            elif kind == "group":
                self._walk(self.named[f"{XS}group", particle.get("ref")], model, required=needed)
            elif at_most is MANY:
                model.places.append(Place({name_of(child): child for child in particle}, needed, MANY))
            else:
                self._branches(particle, model, required=needed)

    def _branches(self, choice, model, *, required):
        branches = []
        for branch in choice:
            before = len(model.places)
            self._walk([branch], model, required=True)
            if len(model.places) == before + 1:
                model.places[before] = attrs.evolve(model.places[before], required=None)
            branches.append(frozenset(tag for place in model.places[before:] for tag in place.kinds))
        model.choices[frozenset(branches)] = required


def name_of(particle):
    return particle.get("ref") or particle.get("name")


@cache
def schema():
    return Schema(SHARED / "qbxml" / "xsd")


# --- rows against the schema -----------------------------------------------------------------------------------------

TYPES = {
    "Amount": "AMTTYPE",
    "Choice": "ENUMTYPE",
    "Day": "DATETYPE",
    "Guid": "GUIDTYPE",
    "Id": "IDTYPE",
    "Integer": "INTTYPE",
    "Percent": "PERCENTTYPE",
    "Price": "PRICETYPE",
    "Quantity": "QUANTYPE",
    "Text": "STRTYPE",
    "When": "DATETIMETYPE",
    "YesNo": "BOOLTYPE",
}


def leaf(row):
    """What a row says in the schema's words."""
    found = Leaf(TYPES[type(row).__name__])
    if isinstance(row, Text):
        found = attrs.evolve(found, longest=row.longest(Edition.US), macro=isinstance(row, Id) and row.macro)
    if isinstance(row, Choice):
        found = attrs.evolve(found, words=frozenset(row.words))
    if isinstance(row, Integer):
        found = attrs.evolve(found, least=getattr(row, "least", None), most=getattr(row, "most", None))
    return found


def plain(row, found):
    """Without the length where the schema cannot know it: it is the American one, and other editions' fields differ."""
    if found.type == "IDTYPE":
        return attrs.evolve(found, longest=36)
    return found if Edition.US in row.editions or not row.editions else attrs.evolve(found, longest=None)


def unlike(path, ours, theirs):
    """What is not the same in two of a kind."""
    for name, our in attrs.asdict(ours, recurse=False).items():
        if our != (their := getattr(theirs, name)):
            yield f"{path}: {name} is {our}, and should be {their}"


def differences(cls, shape, model, path):
    """Everything in which a record class's rows of a shape are not those of the schema."""
    compiled = table(cls)
    ours = {tuple(field.tags(shape)): field for field in compiled.order(shape)}
    theirs = {tuple(place.kinds): place for place in model.places}
    for tags in theirs.keys() - ours.keys():
        yield f"{path}: the schema has {'/'.join(tags)}, and we have not"
    for tags in ours.keys() - theirs.keys():
        yield f"{path}: we have {'/'.join(tags)}, and the schema has not"
    order = [tags for tags in ours if tags in theirs]
    if order != (wanted := [tags for tags in theirs if tags in ours]):
        at = next(at for at, pair in enumerate(zip(order, wanted, strict=True)) if pair[0] != pair[1])
        yield f"{path}: {'/'.join(order[at])} stands where the schema has {'/'.join(wanted[at])}"
    attributes = {field.row.tag for field in compiled.attributes if shape in field.row.shapes}
    if attributes != model.attributes - ENVELOPE:
        yield f"{path}: attributes {sorted(attributes)}, and the schema has {sorted(model.attributes - ENVELOPE)}"
    for tags in order:
        yield from _difference(ours[tags], shape, theirs[tags], f"{path}/{'/'.join(tags)}")
    yield from _choices(compiled, shape, model, path)


ENVELOPE = {"requestID", "metaData", "iterator", "iteratorID"}


def _difference(field, shape, place, path):
    row = field.row
    if shape is not RET and place.required is not None and (shape in row.required) is not place.required:
        yield f"{path}: is {'' if place.required else 'not '}required in {shape.name}"
    if (row.at_most if field.plural else 1) != place.at_most:
        yield f"{path}: stands {place.at_most or 'any number of'} times at most"
    for tag, member in field.tags(shape).items():
        inside = schema().of(place.kinds[tag])
        if (member is None) is not isinstance(inside, Leaf):
            yield f"{path}: the schema has {inside}"
        elif member is None:
            yield from unlike(path, plain(row, leaf(row)), plain(row, inside))
        elif isinstance(row, Reference):
            yield from _reference(row, inside, path)
        else:
            yield from differences(member, shape, inside, path)


def _reference(row, model, path):
    """A reference is a ListID and a FullName; only the FullName's length differs."""
    ours = {"ListID": Id("ListID"), "FullName": Text("FullName", row.max, lengths=row.lengths)}
    theirs = {tag: schema().of(kind) for place in model.places for tag, kind in place.kinds.items()}
    if list(ours) != list(theirs):
        yield f"{path}: {list(ours)}, and the schema has {list(theirs)}"
    for tag in ours.keys() & theirs.keys():
        yield from unlike(f"{path}/{tag}", plain(row, leaf(ours[tag])), plain(row, theirs[tag]))


def _choices(compiled, shape, model, path):
    here = {field.name: frozenset(field.tags(shape)) for field in compiled.order(shape)}
    ours = {}
    for choice in compiled.spec.choices:
        branches = (frozenset().union(*(here.get(name, ()) for name in branch)) for branch in choice.branches)
        if len(open_ := frozenset(filter(None, branches))) > 1:
            ours[open_] = shape in choice.required
    for branches in ours.keys() - model.choices.keys():
        yield f"{path}: a choice that the schema has not: {read_aloud(branches)}"
    for branches in model.choices.keys() - ours.keys():
        yield f"{path}: a choice that only the schema has: {read_aloud(branches)}"
    for branches in ours.keys() & model.choices.keys() if shape is not RET else ():
        if ours[branches] is not model.choices[branches]:
            yield f"{path}: the choice of {read_aloud(branches)} is required: {model.choices[branches]}"


def read_aloud(branches):
    return " | ".join(sorted(" + ".join(sorted(branch)) for branch in branches))


@spelled(CASES)
def test_rows_are_those_of_the_schema_in_its_order(cls, shape):
    name = tag_of(cls, shape)
    wrong = list(differences(cls, shape, schema().root(f"{name}Rq" if shape is QUERY else name), name))
    assert not wrong, "\n".join(wrong)


@spelled(WRITTEN)
def test_a_request_holds_its_record_and_says_what_its_query_can_do(cls, shape):
    name, spec = tag_of(cls, shape), cls.__record__
    model = schema().root(f"{name}Rq")
    attributes = {"requestID"}
    if shape is QUERY:
        attributes |= {"metaData"} if spec.meta_data else set()
        attributes |= {"iterator", "iteratorID"} if spec.iterator else set()
    else:
        assert [(*place.kinds, place.at_most) for place in model.places] == [(name, 1), ("IncludeRetElement", MANY)]
    assert model.attributes == attributes


@pytest.mark.parametrize("cls", [cls for cls, shape in CASES if shape is QUERY], ids=lambda cls: cls.__record__.tag)
def test_a_query_is_answered_with_what_it_says(cls):
    answers = {tag for place in schema().root(f"{cls.__record__.tag}Rs").places for tag in place.kinds}
    assert {f"{name}Ret" for name in cls.__record__.answers} == answers


# --- versions, editions and lengths by edition -----------------------------------------------------------------------

# A row has one `since`, that of the message which had it first. These Mods, or some of their fields, came later:
# to call a field of such a Mod too new for versions before these is left to QuickBooks.
LATE = {
    "AccountMod": (6, 0),
    "CustomerMod": (3, 0),
    "ItemServiceMod": (7, 0),
    "VendorMod": (3, 0),
}


@attrs.frozen
class Fact:
    """Since when and where an element is known, its containers considered, and its greatest length by edition."""

    since: tuple[int, int]
    editions: Edition
    lengths: dict[Edition, int | None]


@cache
def published(file):
    """The facts of every message, by element path; what is in the schema and not in here is of QuickBooks Online."""
    messages = {}
    with (SHARED / "qbxml" / file).open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t"):
            paths = messages.setdefault(row["message"], {})
            path, editions = row["field"], row["editions"].split()
            above = paths.get(path.rpartition("/")[0], Fact((1, 0), EVERYWHERE, {}))
            here = above.editions & (EVERYWHERE if editions == ["all"] else union(Edition[name] for name in editions))
            of_an_id = 36 if row["type"] == "IDTYPE" else None
            paths[path] = Fact(
                since=max(above.since, parse_version(row["since"] or "1.0")),
                editions=here,
                lengths=lengths(here, lambda edition, row=row: int(row[f"max_{edition.name}"] or 0) or of_an_id),
            )
    return messages


def lengths(editions, longest):
    return {edition: length for edition in editions if (length := longest(edition)) is not None}


def union(editions):
    return functools.reduce(operator.or_, editions, ONLINE)


def facts(cls, shape, above, path=""):
    """What our rows say, by the same paths; rows of QuickBooks Online only are left out."""
    for field in table(cls).order(shape):
        row = field.row
        here = above.editions & row.editions
        since = max(above.since, parse_version(row.since))
        for tag, member in field.tags(shape).items() if here else ():
            at = f"{path}/{tag}".lstrip("/")
            yield at, Fact(since, here, lengths(here, row.longest) if isinstance(row, Text) else {})
            if isinstance(row, Reference):
                name = Text("FullName", row.max, lengths=row.lengths)
                yield f"{at}/ListID", Fact(since, here, dict.fromkeys(here, 36))
                yield f"{at}/FullName", Fact(since, here, lengths(here, name.longest))
            elif member is not None:
                yield from facts(member, shape, Fact(since, here, {}), at)


@spelled(CASES)
def test_versions_editions_and_lengths_are_the_published_ones(cls, shape):
    name, spec = tag_of(cls, shape), cls.__record__
    root = "" if shape is QUERY else name
    whole = Fact(parse_version(spec.since), spec.editions, {})
    ours = {root: whole, **dict(facts(cls, shape, whole, root))}
    file, message = ("replies", f"{spec.tag}QueryRs") if shape is RET else ("requests", f"{name}Rq")
    theirs = {path: fact for path, fact in published(f"fields-{file}.tsv")[message].items() if path.startswith(root)}
    wrong = [f"{path}: only we have it" for path in ours.keys() - theirs.keys()]
    wrong += [f"{path}: we have not got it" for path in theirs.keys() - ours.keys()]
    for path in ours.keys() & theirs.keys():
        our, their = ours[path], theirs[path]
        if shape is RET or our.since < their.since <= LATE.get(name, (1, 0)):
            their = attrs.evolve(their, since=our.since)  # nobody asks how old what is read is
        wrong += unlike(path, our, their)
    assert not wrong, "\n".join(sorted(wrong))
