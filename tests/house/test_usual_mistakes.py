"""What is passed in the wrong place at the usual calls, and what the error says to pass."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

import procore_qbd.demo
from procore_qbd import (
    Books,
    CompanyFile,
    Links,
    Memory,
    Request,
    User,
    calls,
    can,
    check,
    perform,
    read_request,
    run,
    to_json,
)
from procore_qbd.journal import LinksFile
from procore_qbd.qbxml import ADD
from procore_qbd.qbxml.entities.vendors import Vendor

PAYLOAD = json.loads(
    next(
        one for one in sorted(files(procore_qbd.demo).iterdir(), key=str) if one.name.startswith("02-vendor-alder")
    ).read_text("utf-8")
)
USUAL = r"the usual call is perform\(read_request\(payload\), links, books\)"
RUN = r"the usual call is run\(perform\(request, links, books\), Memory\(company_file\.process\)\)"


@pytest.fixture
def company():
    with CompanyFile.create(clock=lambda: 1_700_000_000) as made:
        yield made


def flow():
    return perform(read_request(PAYLOAD), Links(), Books())


MISTAKES = {
    "a payload for a request": (lambda _: perform(PAYLOAD, Links(), Books()), f"got dict; {USUAL}"),
    "text for a request": (lambda _: perform(json.dumps(PAYLOAD), Links(), Books()), f"got str; {USUAL}"),
    "a links file for links": (
        lambda company: perform(read_request(PAYLOAD), LinksFile("none.json", company.file_id), Books()),
        f"expected links: LinkView, got LinksFile; pass its links; {USUAL}",
    ),
    "a path for books": (lambda _: perform(read_request(PAYLOAD), Links(), "books.toml"), f"got str; {USUAL}"),
    "a company for a transport": (lambda company: run(flow(), company), f"got a CompanyFile; {RUN}"),
    "a method for a transport": (lambda company: run(flow(), company.process), f"got a function, process; {RUN}"),
    "a company for its method": (
        Memory,
        r"got a CompanyFile; .* Memory\(company_file.process\)",
    ),
    "a request for a flow": (
        lambda company: run(read_request(PAYLOAD), Memory(company.process)),
        f"CreateVendor; {RUN}",
    ),
    "a request for a close-out": (
        lambda _: calls(read_request(PAYLOAD)),
        r"expected a CloseOut, got CreateVendor; .*calls\(run",
    ),
    "a payload for a close-out": (lambda _: to_json(PAYLOAD), "expected a CloseOut, got dict"),
    "a path for a payload": (lambda _: read_request(Path("payload.json")), r"Path: pass its read_bytes\(\)"),
    "text for a document": (lambda company: company.process("<QBXML/>"), "as bytes, got str; write_requests makes one"),
    "text for a document of a transport": (lambda company: Memory(company.process).send("x"), "as bytes, got str"),
    "fields for a record": (
        lambda _: Request.add({"name": "Alder"}),
        r"expected a record such as Vendor\(.*got a dict",
    ),
    "a class for a record": (lambda _: Request.add(Vendor), "got the class Vendor"),
    "fields for a record to check": (lambda _: check({"name": "Alder"}, ADD), "expected a record .* got a dict"),
    "fields for a record to seed": (
        lambda company: company.seed([{"name": "Alder"}]),
        "expected a record .* got a dict",
    ),
    "a name for a user": (lambda _: can("Ann", "send an item"), "expected a User, got 'Ann'"),
    "a function for a user": (lambda _: can(User, "send an item"), "expected a User"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_usual_mistake_is_told_with_what_to_pass(company, mistake):
    make, words = MISTAKES[mistake]
    with pytest.raises(TypeError, match=words):
        make(company)
    assert list(company.records("Vendor")) == []
