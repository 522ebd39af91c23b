"""The links file: what comes back from it, what it refuses, and that it is whole or as it was."""

import errno
import json
import os
import pydoc
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procore_qbd import ItemKind, Link, LinkError, Links
from procore_qbd.domain import Pair, QuickBooksId
from procore_qbd.journal import LinksFile

LINK = Link(kind=ItemKind.VENDOR, procore_id=35, quickbooks_id="80000001-1", name="Stœl™", edit_sequence="1")
JOB = Link(kind=ItemKind.PROJECT, procore_id=7, quickbooks_id="80000002-1")
OF_EVERY_FORM = (
    LINK,
    JOB,
    Link(kind=ItemKind.COST_CODE, procore_id=1, quickbooks_id=Pair("80000002-1", "80000003-1")),
    Link(kind=ItemKind.COST_CODE, procore_id=2, quickbooks_id=Pair("80000002-1", "80000003-1")),
    Link(kind=ItemKind.WORK_ORDER_CONTRACT, procore_id=41, quickbooks_id="1-1", party="80000001-1"),
    Link(kind=ItemKind.CHANGE_ORDER, procore_id=9, quickbooks_id=QuickBooksId("1-1", ("3-1",)), parent="1-1"),
    Link(kind=ItemKind.CHANGE_ORDER_LINE_ITEM, procore_id=90, quickbooks_id="3-1", parent="1-1"),
    Link(kind=ItemKind.VENDOR, procore_id=36, quickbooks_id="80000001-1", shared=True),
)
FIRST_FORMAT = """{
  "format": 1, "company_file": "file 1", "environment": "production",
  "links": [
    {"kind": "vendor", "procore_id": 35, "quickbooks_id": "80000001-1", "name": "St\\u0153l\\u2122", "edit_sequence": "1", "parent": null},
    {"kind": "cost_code", "procore_id": 1, "quickbooks_id": "80000002-1|80000003-1", "name": null, "edit_sequence": null, "parent": null},
    {"kind": "change_order", "procore_id": 9, "quickbooks_id": "1-1|3-1", "name": null, "edit_sequence": null, "parent": "1-1"},
    {"kind": "line_item", "procore_id": 90, "quickbooks_id": "3-1", "name": null, "edit_sequence": null, "parent": "1-1"}
  ],
  "generations": [{"kind": "project", "procore_id": 7, "times": 1}]
}"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "books.company.links.json"


def saved(path, *links):
    file = LinksFile(path, "file 1")
    for link in links:
        file.links.add(link)
    file.save()
    return file


def refused(path, words=None):
    """What is said of a file that is none; it is left alone."""
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(LinkError, match=words) as error:
        LinksFile(path, "file 1")
    assert str(error.value).startswith(f"{path}: ")
    assert (path.read_bytes() if path.is_file() else None) == before
    return str(error.value)


# --- what comes back -------------------------------------------------------------------------------------------------


def test_links_and_generations_survive(path):
    file = saved(path, LINK, JOB)
    file.links.remove(ItemKind.PROJECT, 7)
    file.save()
    again = LinksFile(path, "file 1")
    assert list(again.links) == [LINK]
    assert again.links.generations == {(ItemKind.PROJECT, 7): 1}
    assert again.links.guid(ItemKind.PROJECT, 7, 1) == file.links.guid(ItemKind.PROJECT, 7, 1)


def test_links_of_every_form_come_back_as_they_were(path):
    saved(path, *OF_EVERY_FORM)
    assert list(LinksFile(path, "file 1").links) == list(OF_EVERY_FORM)


def test_who_is_party_to_it_and_who_shares_it_stand_only_where_they_were_said(path):
    saved(path, *OF_EVERY_FORM)
    entries = json.loads(path.read_text())["links"]
    assert [entry["procore_id"] for entry in entries if "party" in entry] == [41]
    assert [entry["procore_id"] for entry in entries if "shared" in entry] == [36]
    assert [entry["quickbooks_id"] for entry in entries][2:6] == [
        "80000002-1|80000003-1",
        "80000002-1|80000003-1",
        "1-1",
        "1-1|3-1",
    ]


def test_a_file_of_the_first_format_is_read_as_it_is(path):
    path.write_text(FIRST_FORMAT)
    file = LinksFile(path, "file 1")
    assert [link.quickbooks_id for link in file.links] == [
        "80000001-1",
        Pair("80000002-1", "80000003-1"),
        QuickBooksId("1-1", ("3-1",)),
        "3-1",
    ]
    assert file.links.find(ItemKind.LINE_ITEM, 90)
    assert file.links.generations == {(ItemKind.PROJECT, 7): 1}
    before = list(file.links)
    file.save()
    assert list(LinksFile(path, "file 1").links) == before


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_that_an_editor_saved_in_its_own_encoding_is_read(path, encoding):
    path.write_text(FIRST_FORMAT, encoding=encoding)
    assert len(LinksFile(path, "file 1").links) == 4


def test_a_file_that_is_not_there_yet_holds_no_links(path):
    assert len(LinksFile(path, "file 1").links) == 0
    assert not path.exists()


def test_help_names_the_links():
    text = pydoc.render_doc(LinksFile, renderer=pydoc.plaintext)
    assert "links: The links, to hand to" in text


ids = st.text(st.characters(exclude_characters="|")).map(str.strip).filter(bool)
PROCORE_IDS = st.integers(0, 10**19 - 1)
MERGED = (ItemKind.VENDOR, ItemKind.PROJECT, ItemKind.STANDARD_COST_CODE)
maybe = st.none() | st.text()


@given(
    st.lists(
        st.builds(
            Link,
            kind=st.sampled_from([ItemKind.VENDOR, ItemKind.REQUISITION, ItemKind.LINE_ITEM]),
            procore_id=st.integers(0, 5) | PROCORE_IDS,
            quickbooks_id=ids,
            **dict.fromkeys(("name", "edit_sequence", "parent", "party"), maybe),
        ).flatmap(
            lambda link: st.builds(
                attrs.evolve, st.just(link), shared=st.booleans() if link.kind in MERGED else st.just(False)
            )
        )
    ),
    st.dictionaries(st.tuples(st.sampled_from(ItemKind), PROCORE_IDS), st.integers(1)),
)
def test_whatever_the_links_are_they_come_back(tmp_path_factory, links, generations):
    path = tmp_path_factory.mktemp("links") / "a.json"
    file = LinksFile(path, "file 1")
    file.links = Links(generations=generations)
    for link in links:
        try:
            file.links.add(link)
        except LinkError:
            continue
    file.save()
    again = LinksFile(path, "file 1").links
    # An empty party is none: it says nothing.
    assert list(again) == [attrs.evolve(link, party=link.party or None) for link in file.links]
    assert again.generations == file.links.generations


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("company_file", "environment", "words"),
    [("file 2", "production", "another company file"), ("file 1", "sandbox", "another Procore environment")],
)
def test_links_of_another_file_or_environment_are_refused(path, company_file, environment, words):
    saved(path)
    with pytest.raises(LinkError, match=words):
        LinksFile(path, company_file, environment=environment)


def test_links_of_a_newer_release_are_refused(path):
    saved(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 3}))
    refused(path, "another format: expected 2, got 3")


def changed(**what):
    """A file with one link, of which something is otherwise."""
    return json.dumps(json.loads(FIRST_FORMAT) | what)


def with_link(**what):
    return changed(links=[{"kind": "vendor", "procore_id": 4401, "quickbooks_id": "8-1"} | what])


def with_links(*links):
    return changed(links=[{"kind": kind, "procore_id": ours, "quickbooks_id": theirs} for kind, ours, theirs in links])


def with_generation(*entries):
    return changed(generations=[{"kind": "vendor", "procore_id": 1, "times": 1} | entry for entry in entries])


DAMAGED = {
    "empty": ("", "is cut short at line 1, column 1"),
    "truncated": (FIRST_FORMAT[:300], "is cut short at line 5, column 61"),
    "truncated between two values": (FIRST_FORMAT[: FIRST_FORMAT.index("],") + 2], "is cut short at line 8"),
    "no JSON": ("my links", "is not JSON from line 1, column 1 on"),
    "no text": (b'"\x80\xff', "is not UTF-8 text"),
    "no object": ("[]", r"the file: expected an object, got \[\]"),
    "null": ("null", "the file: expected an object, got null"),
    "too deep": ("[" * 100_000, "brackets are nested too deeply"),
    "too long a number": ('{"format": ' + "1" * 5000 + "}", "a number is too long"),
    "no number": ('{"format": NaN}', "company_file is missing"),
    "little": ('{"format": 2}', "the file: company_file is missing"),
    "a key twice": ('{"format": 1, "format": 1}', "has the key 'format' twice"),
    "a stranger": (changed(more=1), "the file: unknown key 'more'"),
    "the format as true": (changed(format=True), "format: expected a whole number, got true"),
    "links as an object": (changed(links={}), r"links: expected a list, got \{\}"),
    "a link that is none": (changed(links=[5]), "entry 1 of links: expected an object, got 5"),
    "an empty link": (changed(links=[{}]), "entry 1 of links: kind is missing"),
    "an id as text": (with_link(procore_id="4401"), 'procore_id: expected a whole number, got "4401"'),
    "an id with a point": (with_link(procore_id=44.01), "procore_id: expected a whole number, got 44.01"),
    "an id that is true": (with_link(procore_id=True), "procore_id: expected a whole number, got true"),
    "a ListID as a number": (with_link(quickbooks_id=8), "quickbooks_id: expected a text, got 8"),
    "a blank ListID": (with_link(quickbooks_id=" "), "vendor 4401: expected the id of one QuickBooks record, without"),
    "blanks around a ListID": (with_link(quickbooks_id="8-1 "), "without blanks around an id, got '8-1 '"),
    "an id below 0": (with_link(procore_id=-5), "expected an id of Procore's, .*, got -5"),
    "an id of 20 digits": (with_link(procore_id=10**19), "expected an id of Procore's, .* at most 19 digits, got 1000"),
    "a shared budget": (with_link(kind="budget", shared=True), "budget 4401: is never shared"),
    "a generation of -1": (with_generation({"procore_id": -1}), "entry 1 of generations: expected an id of Procore's"),
    "two ListIDs": (with_link(quickbooks_id="8-1|9-1"), "vendor 4401: expected the id of one QuickBooks record"),
    "half a pair": (with_link(kind="cost_code"), r"is linked to a job and an item, JOB\|ITEM, got '8-1'"),
    "an unknown kind": (with_link(kind="vender"), "kind: there is no kind 'vender'"),
    "a kind that is none": (with_link(kind=["vendor"]), "kind: expected a text"),
    "a name that is none": (with_link(name=5), "name: expected a text or null, got 5"),
    "shared with words": (with_link(shared="no"), 'shared: expected true or false, got "no"'),
    "an unknown field": (with_link(guid="x"), "unknown key 'guid'"),
    "a doubled link": (with_links(*[("vendor", 1, "8-1")] * 2), "entry 2 of links: vendor 1 is there twice"),
    "two records": (with_links(("vendor", 1, "8-1"), ("vendor", 1, "9-1")), "vendor 1 is linked to 8-1 already"),
    "two items": (with_links(("vendor", 1, "8-1"), ("vendor", 2, "8-1")), "8-1 is linked to vendor 1 already"),
    "a doubled generation": (with_generation({}, {}), "entry 2 of generations: vendor 1 is there twice"),
    "no times": (with_generation({"times": 0}), "vendor 1 is there twice, or fewer times than 1"),
    "times as text": (with_generation({"times": "2"}), 'times: expected a whole number, got "2"'),
}


@pytest.mark.parametrize(("content", "words"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_refused_in_plain_words_that_say_what_is_safe(path, content, words):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    said = refused(path, words)
    assert "move it away" in said
    assert "Error(" not in said
    assert "Traceback" not in said


def test_everything_wrong_is_said_at_once_but_no_more_than_anybody_reads(path):
    path.write_text(changed(links=[5] * 30))
    said = refused(path)
    assert said.count("expected an object") == 10
    assert "and 20 faults more" in said


def test_a_folder_is_no_links_file(path):
    path.mkdir()
    refused(path, "cannot be read: it is a folder")


def test_a_file_that_may_not_be_read_is_named_and_nobody_is_told_to_move_it(path, monkeypatch):
    saved(path, LINK)

    def locked(_path):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", locked)
    with pytest.raises(
        LinkError, match="Permission denied; give this user the right to it, or close the program"
    ) as told:
        LinksFile(path, "file 1")
    assert "move it away" not in str(told.value)


@given(st.binary())
def test_any_bytes_are_links_or_a_link_error(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("links") / "a.json"
    path.write_bytes(data)
    refused(path)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inside: st.lists(inside) | st.dictionaries(st.text() | st.sampled_from(["kind", "procore_id"]), inside),
    max_leaves=5,
)


@given(st.data())
def test_any_value_in_any_place_is_links_or_a_link_error(tmp_path_factory, data):
    whole = json.loads(FIRST_FORMAT)
    entry = data.draw(st.sampled_from([whole, *whole["links"], *whole["generations"]]))
    entry[data.draw(st.sampled_from(sorted(entry)) | st.text())] = data.draw(plain)
    path = tmp_path_factory.mktemp("links") / "a.json"
    path.write_text(json.dumps(whole))
    try:
        LinksFile(path, "file 1").save()
    except LinkError as error:
        assert str(error).startswith(f"{path}: ")  # noqa: PT017  either is right


@given(st.integers(0, len(FIRST_FORMAT) - 1))
def test_a_file_cut_short_anywhere_is_refused(tmp_path_factory, end):
    path = tmp_path_factory.mktemp("links") / "a.json"
    path.write_text(FIRST_FORMAT[:end])
    refused(path, "move it away")


# --- whole, or as it was ---------------------------------------------------------------------------------------------

FAILURES = {
    "a full disk": ("os.fsync", OSError(errno.ENOSPC, "No space left on device"), "No space left on device"),
    "a locked file": ("pathlib.Path.replace", PermissionError(errno.EACCES, "Permission denied"), "close the program"),
    "a folder without the right": (
        "pathlib.Path.open",
        PermissionError(errno.EACCES, "Permission denied"),
        "the right",
    ),
}


@pytest.mark.parametrize(("function", "error", "words"), FAILURES.values(), ids=FAILURES)
def test_a_save_that_fails_leaves_the_old_file_and_nothing_else_and_can_be_tried_again(
    path, monkeypatch, function, error, words
):
    file = saved(path, LINK)
    before = path.read_bytes()
    file.links.add(JOB)

    def fail(*_arguments, **_settings):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(function, fail)
        with pytest.raises(LinkError, match=words) as told:
            file.save()
    assert str(told.value).startswith(f"{path}: cannot be written: ")
    assert "run the export again" in str(told.value)
    assert (path.read_bytes(), list(path.parent.iterdir())) == (before, [path])
    file.save()
    assert list(LinksFile(path, "file 1").links) == [LINK, JOB]


def test_a_save_of_nothing_new_that_fails_says_that_nothing_is_lost(path, monkeypatch):
    saved(path, LINK)
    file = LinksFile(path, "file 1")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device")))
    with pytest.raises(LinkError, match=r"has every link: there was none to add$"):
        file.save()
    file.links.add(JOB)
    with pytest.raises(LinkError, match="its links are not kept"):
        file.save()


def test_a_save_that_is_interrupted_leaves_the_old_file_and_nothing_else(path, monkeypatch):
    file = saved(path, LINK)
    before = path.read_bytes()

    def interrupt(_number):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        file.save()
    assert (path.read_bytes(), list(path.parent.iterdir())) == (before, [path])


def test_a_draft_that_a_killed_program_left_is_in_nobodys_way(path):
    path.with_name(path.name + ".new").write_text("half")
    saved(path, LINK)
    assert list(path.parent.iterdir()) == [path]


def test_a_file_behind_a_symbolic_link_is_written_where_it_is(tmp_path):
    (tmp_path / "shared").mkdir()
    real, path = tmp_path / "shared" / "real.json", tmp_path / "a.json"
    try:
        path.symlink_to(real)
    except OSError:
        pytest.skip("no symbolic links here")
    saved(path, LINK)
    assert path.is_symlink()
    assert list(LinksFile(real, "file 1").links) == [LINK]


def test_a_place_that_is_not_there_or_is_a_folder_cannot_be_saved_to(tmp_path):
    file = LinksFile(tmp_path / "none" / "a.json", "file 1")
    with pytest.raises(LinkError, match="cannot be written: No such file"):
        file.save()
    file = LinksFile(tmp_path / "a.json", "file 1")
    (tmp_path / "a.json").mkdir()
    with pytest.raises(LinkError, match="cannot be written: it is a folder"):
        file.save()
