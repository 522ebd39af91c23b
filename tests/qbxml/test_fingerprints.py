"""The published schema where it is not at hand: our rows come to the hashes that were taken of it."""

import types
from typing import Annotated

import attrs
import pytest

from procore_qbd.qbxml.entities.vendors import VendorType
from procore_qbd.qbxml.rows.records import OneOf, Record, Ref, Reference, record
from procore_qbd.qbxml.rows.values import ADD, RET, Text, YesNo
from support import fingerprints
from support.schema import CASES, DIALECTS, USUAL, slow_between, tag_of
from support.shared import needs_shared

TOLD = pytest.mark.parametrize("dialect", slow_between([*DIALECTS, fingerprints.TABLES]), ids=str)
AGAIN = "Is it the schema that says so? Then: nox -s fingerprints, with ../shared/reference"


def kept_for(dialect):
    return {name: hash_ for (name, of), hash_ in fingerprints.kept().items() if of == str(dialect)}


def parted(ours, kept):
    return sorted(name for name in ours.keys() | kept.keys() if ours.get(name) != kept.get(name))


@TOLD
def test_our_rows_have_the_fingerprints_of_the_schema(dialect):
    ours = {name: hash_ for (name, _), hash_ in fingerprints.of_our_rows(dialect).items()}
    assert parted(ours, kept_for(dialect)) == [], AGAIN


@needs_shared
@TOLD
def test_the_fingerprints_are_those_of_the_schema(dialect):
    theirs = {name: hash_ for (name, _), hash_ in fingerprints.of_the_schema(dialect).items()}
    assert parted(theirs, kept_for(dialect)) == [], AGAIN


def test_every_message_has_a_fingerprint_in_every_dialect_that_has_it():
    kept = fingerprints.kept()
    assert {name for name, _ in kept} == {tag_of(*case) for case in CASES}
    assert {dialect for _, dialect in kept} == {*map(str, DIALECTS), fingerprints.TABLES}
    assert len(kept) > 5_000


def test_the_file_is_as_it_is_made():
    text = fingerprints.FILE.read_text(encoding="utf-8")
    assert text == fingerprints.HEAD + "".join(fingerprints.lines_of(fingerprints.kept()))


LEAF = {"type"}
NAME = {"name": Annotated[str | None, Text("Name", 31, required=ADD)]}
ACTIVE = {"is_active": Annotated[bool | None, YesNo("IsActive")]}
PARENT = {"parent_ref": Annotated[Ref | None, Reference("ParentRef")]}
CHANGED = {
    "nothing": (NAME | ACTIVE | PARENT, set()),
    "a length": (NAME | {"name": Annotated[str | None, Text("Name", 30, required=ADD)]} | ACTIVE | PARENT, {"longest"}),
    "what is required": ({"name": Annotated[str | None, Text("Name", 31)]} | ACTIVE | PARENT, {"required"}),
    "an order": (ACTIVE | NAME | PARENT, {"order"}),
    "a kind": (NAME | {"is_active": Annotated[str | None, Text("IsActive", 5)]} | PARENT, {"type", "longest"}),
    "the length of a name": (
        NAME | ACTIVE | {"parent_ref": Annotated[Ref | None, Reference("ParentRef", 31)]},
        {"longest"},
    ),
    "how often": (NAME | ACTIVE | {"parent_ref": Annotated[tuple[Ref, ...], Reference("ParentRef")]}, {"at most"}),
    "an element": (NAME | ACTIVE, {"order", "attributes", "required", "at most"} | LEAF | {"longest"}),
    "since when": (NAME | {"is_active": Annotated[bool | None, YesNo("IsActive", since="13.0")]} | PARENT, set()),
    "until when": (
        NAME | {"is_active": Annotated[bool | None, YesNo("IsActive", until="12.0")]} | PARENT,
        {"order", "required", "at most"} | LEAF,
    ),
}


def form_of(fields, choices=()):
    """The form of an Add of such rows."""
    body = {"__annotations__": fields} | {name: () if "tuple" in str(of) else None for name, of in fields.items()}
    cls = types.new_class("VendorType", (Record,), exec_body=lambda namespace: namespace.update(body))
    cls = record("VendorType", shapes=ADD | RET, choices=choices)(attrs.frozen(kw_only=True, slots=False)(cls))
    return fingerprints.of_rows(cls, ADD, USUAL)


def aspects(one, other):
    return {aspect for (_, aspect), _ in one.lines.items() ^ other.lines.items()}


@pytest.mark.parametrize("what", CHANGED)
def test_rows_that_say_something_else_have_another_fingerprint(what):
    fields, parted_in = CHANGED[what]
    ours, usual = form_of(fields), fingerprints.of_rows(VendorType, ADD, USUAL)
    assert aspects(ours, usual) == parted_in
    assert (ours.hash() != usual.hash()) is bool(parted_in)


def test_a_choice_is_in_the_fingerprint_with_its_branches_and_whether_it_must_be_made():
    choices = [(), (OneOf.of("is_active", "parent_ref"),), (OneOf.of("is_active", "parent_ref", required=ADD),)]
    choices += [(OneOf.of(("name", "is_active"), "parent_ref"),)]
    assert len({form_of(NAME | ACTIVE | PARENT, these).hash() for these in choices}) == len(choices)


def test_what_goes_beyond_the_schema_is_not_in_the_fingerprint():
    beyond = (OneOf.of("is_active", "parent_ref", beyond="QuickBooks minds"),)
    assert form_of(NAME | ACTIVE | PARENT, beyond).hash() == form_of(NAME | ACTIVE | PARENT).hash()


@pytest.mark.parametrize("span", ["US 2.0", "US 2.0-3.0", "CA 6.0-13.0", "tables"])
def test_dialects_in_a_row_are_one_span(span):
    assert fingerprints.spans(fingerprints.dialects_in(span)) == [span]


def test_dialects_that_do_not_follow_each_other_are_several_spans():
    assert fingerprints.spans(["US 12.0", "US 13.0", "CA 6.0", "CA 8.0", "tables"]) == [
        "US 12.0-13.0",
        "CA 6.0",
        "CA 8.0",
        "tables",
    ]
