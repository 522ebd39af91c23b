"""`demo`: it makes everything once, says why something was refused, and its money agrees on both sides."""

import io
import json
import shutil
from contextlib import redirect_stdout
from decimal import Decimal

import attrs
import pytest

from procore_qbd import (
    Memory,
    Request,
    ask_all,
    changes,
    demo,
    run,
)
from procore_qbd.cli import main
from procore_qbd.domain.events import EVENTS, EndsIn
from procore_qbd.procore import read_request
from procore_qbd.qbxml import read_requests
from procore_qbd.simulator import CompanyFile
from support.console import tree


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The folder of a demo that was played once, which stays as it is; and what it printed."""
    there = tmp_path_factory.mktemp("demo") / "show"
    with redirect_stdout(io.StringIO()) as out:
        assert main(["demo", "--dir", str(there)]) == 0
    return there, out.getvalue()


@pytest.fixture
def show(folder, played):
    """A copy of that folder."""
    there, _ = played
    return shutil.copytree(there, folder / "show")


def test_the_demo_makes_everything_once_and_says_so_the_second_time(command, folder):
    code, out, err = command("demo")
    assert (code, err) == (0, "")
    assert "27 made, 1 updated, 9 refused" in out
    before = tree(folder)
    code, out, err = command("demo")
    assert (code, err) == (0, "")
    assert "28 unchanged, 9 refused: nothing was written" in out
    after = tree(folder)
    for name in ("procore-qbd-demo/cascade-ridge.company", "procore-qbd-demo/cascade-ridge.company.journal"):
        assert after[name] == before[name]


def test_the_demo_says_why_each_refused_record_was_refused(played):
    there, out = played
    written = (there / "qbxml").glob("*.close-out.json")
    refusals = [
        refusal
        for path in written
        for detail in json.loads(path.read_text("utf-8"))["details"]
        for refusal in detail["refusals"]
    ]
    assert {refusal["code"] for refusal in refusals} == {
        "character",
        "inactive_in_procore",
        "name_in_use",
        "negative_total",
        "not_exported",
        "too_long",
    }
    assert all(refusal["words"] in out for refusal in refusals)
    for reason in (
        "is inactive in Procore",
        "at most 41 characters",
        "does not allow a colon in a name",
        "a comma is not allowed",
    ):
        assert reason in out


def test_the_demo_writes_its_requests_with_their_ids_so_that_they_can_be_exported(command, played, show):
    _, out = played
    assert "requests" in out
    commitment = show / "requests" / "06-commitment-harbour-view-concrete.json"
    assert not demo.PLACE.search(commitment.read_text("utf-8"))
    code, out, _ = command("export", commitment, "--company", "show/cascade-ridge.company")
    assert (code, "1 unchanged: nothing was written" in out) == (0, True)


def test_the_demo_leaves_the_qbxml_and_the_close_outs_to_look_at(command, played):
    there, _ = played
    written = there / "qbxml"
    for name, _ in demo.requests():
        assert json.loads((written / f"{name.removesuffix('.json')}.close-out.json").read_text())["calls"]
    requests = sorted(written.glob("*.request.xml"))
    assert len(requests) == len(list(written.glob("*.reply.xml"))) > 0
    assert not any(read_requests(path.read_bytes()).faults for path in requests)
    assert command("check", *requests)[0] == 0


def test_every_export_is_in_the_demo():
    exports = {name for name, event in EVENTS.items() if event.request and event.ends_in is EndsIn.EXPORT}
    supported = {name for name in exports if EVENTS[name].supported}
    assert {read_request(data).request_name for _, data in demo.requests()} == supported


def test_the_demos_money_agrees_on_both_sides_to_the_cent(played):
    there, out = played
    assert "DIFFERS" not in out
    table = [
        line.split() for line in out.partition("Money per job, on both sides:")[2].splitlines() if "Apartments" in line
    ]
    assert [(words[-3], words[-2], words[-1]) for words in table] == [
        ("budget", "1,000,400.75", "1,000,400.75"),
        ("committed", "788,275.00", "788,275.00"),
        ("billed", "344,530.00", "344,530.00"),
        ("retainage", "17,413.00", "17,413.00"),
    ]
    page = (there / "company.html").read_text(encoding="utf-8")
    assert page.count("213,071.45") == 2
    assert "differs" not in page


def test_a_difference_between_the_two_sides_would_be_seen(command, show):
    with CompanyFile.open(show / "cascade-ridge.company") as company:
        estimate = next(record for record in company.records("Estimate") if record.total_amount == Decimal("282680.50"))
        dearer = attrs.evolve(estimate.lines[0], amount=None, rate=Decimal("54000.01"))
        wanted = changes(
            estimate,
            attrs.evolve(estimate, lines=(attrs.evolve(dearer, amount=Decimal("54000.01")), *estimate.lines[1:])),
        )
        (outcome,) = run(ask_all([Request.mod(wanted)]), Memory(company.process))
        assert outcome.ok
    code, out, _ = command("demo", "--dir", "show")
    assert code == 1
    assert "282,680.50      282,680.51  DIFFERS" in out
