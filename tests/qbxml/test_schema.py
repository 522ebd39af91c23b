"""The published schema as an oracle: our rows are its rows, and what we write is what it takes.

The schema is no part of the project; where no copy is at hand, these tests skip.
"""

import copy
import functools
from collections import Counter
from functools import cache
from typing import Annotated

import attrs
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from procore_qbd.qbxml import Dialect, Edition, Request, Rule, check, erase, write_requests
from procore_qbd.qbxml.codec.elements import write
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.qbxml.judging.checking import not_in_dialect
from procore_qbd.qbxml.messages.envelope import judge_request
from procore_qbd.qbxml.rows.dialect import lasts, parse_version
from procore_qbd.qbxml.rows.records import Block, OneOf, Record, Ref, Reference, record, table
from procore_qbd.qbxml.rows.values import ADD, BARE, MOD, RET, Choice, Id, Text
from procore_qbd.testing.strategies import _field, _request, records, requests
from support.examples import examples as part
from support.published import BY_SHARING, ELSEWHERE, ZERO_TIMES, Fact, facts, root_of, told
from support.schema import (
    CASES,
    DIALECTS,
    ENVELOPE,
    MANY,
    UNMEASURED,
    USUAL,
    WRITTEN,
    Leaf,
    excused,
    file_of,
    leaf,
    plain,
    read_aloud,
    schema,
    slow_between,
    tag_of,
    there,
)
from support.shared import needs_shared

pytestmark = needs_shared


def spelled(cases):
    return pytest.mark.parametrize(("cls", "shape"), cases, ids=[tag_of(*case) for case in cases])


# --- rows against the schema -----------------------------------------------------------------------------------------


@attrs.frozen
class Difference:
    """Where rows are not the schema's, in what, and what each of them says."""

    path: str
    aspect: str
    words: str

    def __str__(self):
        return f"{self.path}: {self.words}"


def unlike(path, ours, theirs):
    """What is not the same in two of a kind."""
    for name, our in attrs.asdict(ours, recurse=False).items():
        if our != (their := getattr(theirs, name)):
            only = (sorted(our - their), sorted(their - our)) if name == "words" else (our, their)
            yield Difference(path, name, f"{name} is {only[0]}, and should be {only[1]}")


def differences(cls, shape, model, path, dialect=USUAL):
    """Everything in which a record class's rows of a shape are not those of the schema of a dialect."""
    compiled = table(cls, dialect.version)
    here = [field for field in compiled.order(shape) if there(field.row, shape, dialect)]
    ours = {tuple(field.tags(shape)): field for field in here}
    theirs = {tuple(place.kinds): place for place in model.places}
    for tags in theirs.keys() - ours.keys():
        yield Difference(f"{path}/{'/'.join(tags)}", "there", "only the schema has it")
    for tags in ours.keys() - theirs.keys():
        yield Difference(f"{path}/{'/'.join(tags)}", "there", "only we have it")
    order = [tags for tags in ours if tags in theirs]
    if order != (wanted := [tags for tags in theirs if tags in ours]):
        at = next(at for at, pair in enumerate(zip(order, wanted, strict=True)) if pair[0] != pair[1])
        words = f"{'/'.join(order[at])} stands where the schema has {'/'.join(wanted[at])}"
        yield Difference(path, "order", words)
    attributes = {
        field.row.tag for field in compiled.attributes if shape in field.row.shapes and there(field.row, shape, dialect)
    }
    if attributes != (wanted := model.attributes - ENVELOPE):
        yield Difference(path, "attributes", f"attributes {sorted(attributes)}, and the schema has {sorted(wanted)}")
    for tags in order:
        yield from _difference(ours[tags], shape, theirs[tags], f"{path}/{'/'.join(tags)}", dialect)
    yield from _choices(compiled, here, shape, model, path)


def _difference(field, shape, place, path, dialect):
    row = field.row
    if shape is not RET and place.required is not None and (shape in row.required) is not place.required:
        yield Difference(path, "required", f"is {'' if place.required else 'not '}required in {shape.name}")
    if (row.at_most if field.plural else 1) != place.at_most:
        yield Difference(path, "at most", f"stands {place.at_most or 'any number of'} times at most")
    for tag, member in field.tags(shape).items():
        inside = schema(dialect).of(place.kinds[tag])
        if (member is None) is not isinstance(inside, Leaf):
            yield Difference(path, "kind", f"the schema has {inside}")
        elif member is None:
            ours, theirs = leaf(row, shape, dialect), inside
            yield from unlike(path, *(plain(row, shape, one, path, dialect) for one in (ours, theirs)))
        elif isinstance(row, Reference):
            yield from _reference(row, shape, inside, path, dialect)
        else:
            yield from differences(member, shape, inside, path, dialect)


def _reference(row, shape, model, path, dialect):
    """A reference is a ListID and a FullName; only the FullName's length differs."""
    ours = {"ListID": Id("ListID"), "FullName": Text("FullName", row.max, lengths=row.lengths)}
    theirs = {tag: schema(dialect).of(kind) for place in model.places for tag, kind in place.kinds.items()}
    if list(ours) != list(theirs):
        yield Difference(path, "reference", f"{list(ours)}, and the schema has {list(theirs)}")
    for tag in ours.keys() & theirs.keys():
        at, our = f"{path}/{tag}", leaf(ours[tag], shape, dialect)
        yield from unlike(at, *(plain(row, shape, one, at, dialect) for one in (our, theirs[tag])))


def _choices(compiled, fields, shape, model, path):
    here = {field.name: frozenset(field.tags(shape)) for field in fields}
    ours = {}
    for choice in compiled.spec.choices:
        branches = (frozenset().union(*(here.get(name, ()) for name in branch)) for branch in choice.branches)
        open_ = frozenset(filter(None, branches))
        if shape in choice.shapes and len(open_) > 1 and not (choice.beyond and open_ not in model.choices):
            ours[open_] = shape in choice.required
    for branches in ours.keys() - model.choices.keys():
        yield Difference(path, "choice", f"a choice that the schema has not: {read_aloud(branches)}")
    for branches in model.choices.keys() - ours.keys():
        yield Difference(path, "choice", f"a choice that only the schema has: {read_aloud(branches)}")
    for branches in ours.keys() & model.choices.keys() if shape is not RET else ():
        if ours[branches] is not model.choices[branches]:
            words = f"the choice of {read_aloud(branches)} is required: {model.choices[branches]}"
            yield Difference(path, "choice", words)


def all_differences(cls, shape, dialect):
    """Everything in which a message is not that of a dialect's schema."""
    name = tag_of(cls, shape)
    model = schema(dialect).root(f"{name}Rq" if shape in BARE else name)
    ours = lasts(dialect.version, cls.__record__.first(shape), None)
    if model is None or not ours:
        who = "the schema has it" if model else "we have it" if ours else None
        return [Difference(name, "there", f"only {who}")] if who else []
    return list(differences(cls, shape, model, name, dialect))


@spelled(CASES)
def test_rows_are_those_of_the_schema_in_its_order(cls, shape):
    assert all_differences(cls, shape, USUAL) == []


@pytest.mark.slow  # that it is so, the fingerprints say sooner; this says what is not
@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
def test_rows_are_those_of_the_schema_of_every_version_and_edition(dialect):
    wrong = [difference for cls, shape in CASES for difference in all_differences(cls, shape, dialect)]
    wrong = [str(one) for one in wrong if not excused(dialect, one.path, one.aspect, one.words)]
    assert not wrong, "\n".join(wrong)


@record("VendorType", choices=(OneOf.of("name", "is_active"),))
@attrs.frozen(kw_only=True)
class Wrong(Record):
    """A vendor type with something wrong in every row."""

    is_active: Annotated[str | None, Text("IsActive")] = None
    name: Annotated[tuple[str, ...], Text("Name", 30, at_most=2)] = ()
    parent_ref: Annotated[Ref | None, Reference("ParentRef", 31)] = None
    colour: Annotated[str | None, Text("Colour")] = None


def test_what_is_wrong_in_rows_is_seen():
    assert sorted(map(str, differences(Wrong, ADD, schema().root("VendorTypeAdd"), "Wrong"))) == [
        "Wrong/Colour: only we have it",
        "Wrong/IsActive: type is STRTYPE, and should be BOOLTYPE",
        "Wrong/Name: is required in ADD",
        "Wrong/Name: longest is 30, and should be 31",
        "Wrong/Name: stands 1 times at most",
        "Wrong/ParentRef/FullName: longest is 31, and should be None",
        "Wrong: IsActive stands where the schema has Name",
        "Wrong: a choice that the schema has not: IsActive | Name",
    ]


@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
def test_a_request_holds_its_record_and_says_what_its_query_can_do(dialect):
    for cls, shape in WRITTEN:
        name, spec = tag_of(cls, shape), cls.__record__.at(dialect.version)
        if not_in_dialect(spec, dialect, "", shape) is not None:
            continue
        model = schema(dialect).root(f"{name}Rq")
        attributes = {"requestID"}
        if shape in BARE:
            attributes |= {"metaData"} if spec.meta_data else set()
            attributes |= {"iterator", "iteratorID"} if spec.iterator else set()
        else:
            include = [("IncludeRetElement", MANY)] if spec.selective else []
            assert [(*place.kinds, place.at_most) for place in model.places] == [(name, 1), *include], name
        assert model.attributes == attributes, name


ASKED = [cls for cls, shape in CASES if shape in BARE and not cls.__record__.inline]


@pytest.mark.parametrize("cls", ASKED, ids=lambda cls: cls.__record__.tag)
def test_a_query_is_answered_with_what_it_says(cls):
    places = schema().root(f"{cls.__record__.tag}Rs").places
    answers = {tag for place in places for tag in place.kinds} - {"ErrorRecovery"}
    assert {f"{name}Ret" for name in cls.__record__.answers} == answers


# --- versions, editions and lengths by edition -----------------------------------------------------------------------


@spelled(CASES)
def test_versions_editions_and_lengths_are_the_published_ones(cls, shape):
    root, spec = root_of(cls, shape), cls.__record__
    whole = Fact(parse_version(spec.first(shape)), spec.editions, {})
    ours = {root: whole, **dict(facts(cls, shape, whole, root))}
    theirs = told(cls, shape, root)
    wrong = [f"{path}: only we have it" for path in ours.keys() - theirs.keys() if not path.startswith(BY_SHARING)]
    wrong += [f"{path}: we have not got it" for path in theirs.keys() - ours.keys() - ZERO_TIMES]
    for path in ours.keys() & theirs.keys():
        our, their = ours[path], theirs[path]
        if shape is RET or their.since < our.since:  # later than the reference says: as the schemas say, see above
            their = attrs.evolve(their, since=our.since)
        if path in UNMEASURED:
            their = attrs.evolve(their, lengths=our.lengths)
        if path in ELSEWHERE:
            their = attrs.evolve(their, editions=our.editions)
        wrong += map(str, unlike(path, our, their))
    assert not wrong, "\n".join(sorted(wrong))


# --- what is written, against the schema -----------------------------------------------------------------------------


@cache
def validator(dialect):
    """The schema of a version and an edition, for whole documents."""
    return etree.XMLSchema(etree.parse(file_of(dialect)))


def refusals(document, dialect=USUAL):
    """What the schema has to say against a document; nothing if it is valid."""
    schema_ = validator(dialect)
    schema_.validate(etree.fromstring(document))
    return [f"{error.message} (line {error.line})" for error in schema_.error_log]


def of_the_structure(document):
    """Whether the schema minds the structure of a document, and not only values in it."""
    schema_ = validator(USUAL)
    schema_.validate(etree.fromstring(document))
    return any(error.type_name in STRUCTURE for error in schema_.error_log)


STRUCTURE = {
    "SCHEMAV_ELEMENT_CONTENT",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1",
    "SCHEMAV_CVC_COMPLEX_TYPE_4",
    "SCHEMAV_CVC_TYPE_3_1_1",
    "SCHEMAV_CVC_TYPE_3_1_2",
}


def times(examples):
    """So many cases, the same every time: a red build is red for everybody."""
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(max_examples=part(examples), derandomize=True, deadline=None, suppress_health_check=quiet)


@pytest.mark.slow
@pytest.mark.parametrize("examples", [2_000, pytest.param(10_000, marks=pytest.mark.long)])
def test_every_request_that_is_written_is_valid(examples):
    validated = Counter()

    def check_one(request):
        assert refusals(write_requests([request])) == []
        validated[request.name] += 1

    for cls, shape in WRITTEN:  # each by itself: of so many, some would never be drawn
        times(-(-examples // len(WRITTEN)))(given(_request(cls, shape, USUAL))(check_one))()
    assert validated.total() >= examples
    assert validated.keys() == {f"{tag_of(cls, shape)}Rq" for cls, shape in WRITTEN}


SOUND = [dialect for dialect in DIALECTS if dialect != Dialect("7.0", Edition.CA)]  # no validator takes that draft


@pytest.mark.parametrize("dialect", slow_between(SOUND), ids=str)
def test_every_request_that_is_written_for_a_dialect_is_valid_there(dialect):
    @times(60)
    @given(requests(dialect=dialect))
    def check_one(request):
        assert refusals(write_requests([request], dialect=dialect), dialect) == []

    check_one()


@pytest.mark.long
@pytest.mark.parametrize("dialect", SOUND, ids=str)
def test_every_entity_can_be_written_for_every_dialect(dialect):
    written = Counter()
    for cls, shape in WRITTEN:
        if not_in_dialect(cls.__record__, dialect, "", shape) is None:
            examples = 1_000 if dialect.version == "13.0" else 20

            @times(examples)
            @given(_request(cls, shape, dialect))
            def check_one(request):
                assert refusals(write_requests([request], dialect=dialect), dialect) == []
                written[request.name] += 1

            check_one()
            assert written.total()


# --- what is wrong, for us and for the schema ------------------------------------------------------------------------


def spoils(element, cls, shape):
    """Every way to spoil an element: the rule that it would violate, and how to do it."""
    compiled = table(cls)
    elsewhere = compiled.readers.keys() - {tag for field in compiled.order(shape) for tag in field.tags(shape)}
    for tag in sorted(elsewhere)[:1]:
        yield Rule.NOT_HERE, functools.partial(element.insert, 0, etree.Element(tag))
    for child in element:
        field, member = compiled.readers[child.tag]
        row, following = field.row, child.getnext()
        yield Rule.UNKNOWN, functools.partial(child.addnext, etree.Element("Nonsense"))
        alone = sum(len(element.findall(tag)) for tag in field.tags(shape)) == 1  # lines of all kinds are one field
        if shape in row.required and field.name not in compiled.branch_of and alone:
            yield Rule.REQUIRED, functools.partial(element.remove, child)
        if following is not None and compiled.readers[following.tag][0] is not field:
            yield Rule.ORDER, functools.partial(following.addnext, child)
        if not field.plural:
            yield Rule.REPEATED, functools.partial(again, child, 1)
        elif row.at_most is not None:
            yield Rule.TOO_MANY, functools.partial(again, child, row.at_most)
        if member is not None:
            yield from spoils(child, member, shape)
        else:
            yield from _text_spoils(child, row)


def _text_spoils(element, row):
    if isinstance(row, Choice):
        yield Rule.ENUM, functools.partial(setattr, element, "text", "Nonsense")
    elif row.lexical is not None:
        yield Rule.FORMAT, functools.partial(setattr, element, "text", "nonsense")
    elif "useMacro" not in element.attrib and (longest := row.longest(Edition.US)) is not None:  # a macro has no text
        yield Rule.TOO_LONG, functools.partial(setattr, element, "text", "x" * (longest + 1))


def again(element, times_):
    for _ in range(times_):
        element.addnext(copy.deepcopy(element))


@pytest.mark.slow
def test_what_is_spoiled_in_a_document_is_wrong_for_us_and_for_the_schema():
    seen = set()

    @times(600)
    @given(st.sampled_from((None, None, Vendor)).flatmap(requests), st.data())  # of all, few can say a thing too often
    def check_one(request, data):
        document = etree.fromstring(write_requests([request]))
        message = document[0][0]
        body = message if request.shape in BARE else message[0]
        ways = {}
        for rule, spoil in spoils(body, type(request.record), request.shape):
            ways.setdefault(rule, []).append(spoil)
        assume(ways)
        rule = (
            Rule.TOO_MANY if Rule.TOO_MANY in ways else data.draw(st.sampled_from(sorted(ways)))
        )  # the rare one first
        data.draw(st.sampled_from(ways[rule]))()
        _, violations = judge_request(message, Dialect())
        assert rule in {violation.rule for violation in violations}
        assert refusals(etree.tostring(document)) != []
        of_the_document = any(violation.of_the_document for violation in violations)
        assert of_the_document == of_the_structure(etree.tostring(document))
        seen.add(rule)

    check_one()
    assert seen == {
        Rule.ENUM,
        Rule.FORMAT,
        Rule.NOT_HERE,
        Rule.ORDER,
        Rule.REPEATED,
        Rule.REQUIRED,
        Rule.TOO_LONG,
        Rule.TOO_MANY,
        Rule.UNKNOWN,
    }


def within(record, shape):
    """A record and all records inside it, each with how to put another one in its place."""
    yield record, lambda other: other
    for field in table(type(record)).order(shape):
        value = getattr(record, field.name)
        if isinstance(field.row, Block) and value:
            member = value[0] if field.plural else value
            for inner, put in within(member, shape):
                yield inner, functools.partial(put_inside, record, field, value, put)


def put_inside(record, field, value, put, other):
    return attrs.evolve(record, **{field.name: (put(other), *value[1:]) if field.plural else put(other)})


def too_many_branches(record, shape):
    """The fields that a record may not have as well, and those that it may not be without."""
    compiled = table(type(record))
    said = compiled.present(record)
    for choice in compiled.spec.choices:
        if choice.beyond:  # the schema does not see it
            continue
        here = [branch for branch in choice.branches if not said.isdisjoint(branch)]
        for branch in choice.branches if here else ():
            for name in branch if branch not in here else ():
                if shape in compiled.by_name[name].row.shapes:
                    yield compiled.by_name[name]


CHOOSING = [requests(cls) for cls, shape in CASES if shape is not RET and cls.__record__.choices]


@times(150)
@given(st.one_of(CHOOSING), st.data())
def test_two_branches_of_a_choice_are_wrong_for_us_and_for_the_schema(request, data):
    shape = request.shape
    cases = [
        (inner, put, field) for inner, put in within(request.record, shape) for field in too_many_branches(inner, shape)
    ]
    assume(cases)
    inner, put, field = data.draw(st.sampled_from(cases))
    more = data.draw(_field(field, shape, Dialect()))
    record = put(attrs.evolve(inner, **{field.name: more}))
    assert (Rule.CHOICE, True) in {(violation.rule, violation.of_the_document) for violation in check(record, shape)}
    assert of_the_structure(unchecked(request, record))


@pytest.mark.parametrize(
    ("cls", "shape"),
    [(cls, shape) for cls, shape in WRITTEN if any(shape in choice.required for choice in cls.__record__.choices)],
)
def test_no_branch_of_a_choice_that_must_be_made_is_wrong_for_us_and_for_the_schema(cls, shape):
    @times(20)
    @given(records(cls, shape))
    def check_one(record):
        for choice in cls.__record__.choices:
            if shape in choice.required:
                names = [name for branch in choice.branches for name in branch]
                erased = tuple(name for name in record.erased if name not in names)
                nothing = {name: attrs.fields_dict(cls)[name].default for name in names}
                without = attrs.evolve(record, erased=erased, **nothing)
                found = {(violation.rule, violation.of_the_document) for violation in check(without, shape)}
                assert (Rule.CHOICE, True) in found
                assert of_the_structure(unchecked(Request(record=record, shape=shape), without))

    check_one()


def unchecked(request, record):
    """The document of a request with another record in it, whatever is wrong with that."""
    document, out = etree.fromstring(write_requests([request])), []
    message = document[0][0]
    write(record, request.shape, request.name if request.shape in BARE else request.body, out)
    body = etree.fromstring("".join(out))
    message[:] = body if request.shape in BARE else [body]
    return etree.tostring(document)


VENDOR = Vendor(list_id="8-1", edit_sequence="1")
UNSEEN = {
    "what only other editions have": (attrs.evolve(VENDOR, reporting_period="Monthly"), Rule.EDITION),
    "what only QuickBooks Online has": (attrs.evolve(VENDOR, pager="1"), Rule.EDITION),
    "what QuickBooks cannot store": (attrs.evolve(VENDOR, name="中"), Rule.CHARACTERS),
    "a reference without an id and a name": (erase(VENDOR, "terms_ref"), Rule.ERASE),
    "a list erased by one empty element": (erase(VENDOR, "prefill_account_refs"), Rule.ERASE),
}


@pytest.mark.parametrize("what", UNSEEN)
def test_some_things_the_schema_cannot_see(what):
    record, rule = UNSEEN[what]
    assert [violation.rule for violation in check(record, MOD)] == [rule]
    assert refusals(unchecked(Request.mod(VENDOR), record)) == []
