"""What was held for not done and is in doubt once more: each effect once, and only where nothing later is known."""

import pytest

from procore_qbd import Books
from procore_qbd.domain import CreateVendor, VendorCompany
from procore_qbd.errors import JournalError
from procore_qbd.journal import Journal, MemoryTables
from procore_qbd.journal.nouns import Beginning, RunPart, Settlement, Write
from procore_qbd.journal.states import EffectState


@pytest.fixture
def journal():
    journal = Journal(MemoryTables(), clock=lambda: 1000.0)
    journal.register("books")
    request = CreateVendor(company_id=7, request_detail_id=1, vendor=VendorCompany(id=1, name="Dell"))
    journal.submit("books", request, key="1")
    return journal


@pytest.fixture
def claim(journal):
    return journal.claim("books", "one", 90)


@pytest.fixture
def send(journal, claim):
    ((run, _),) = journal.begin(claim, Beginning(list, Books()))

    def send(set_id, *whats):
        effects = [Write(position=at, run=run.id, what=what) for at, what in enumerate(whats)]
        parts = [RunPart(run=run.id, step=0, asked=tuple(range(len(whats))))]
        return journal.sending(
            claim, document=b"<qbxml/>", set_id=set_id, parts=parts, effects=effects, reads={}, fenced=True
        )

    return send


def not_done(journal, claim, sent, effects):
    journal.settled(claim, sent.id, [Settlement(effect=one.number, move="find not done") for one in effects])


def states(journal, claim, sent):
    return [one.state for one in journal.effects(claim, sent.id)]


def test_a_document_of_which_a_part_is_in_doubt_again_takes_the_rest_after_a_thaw(journal, claim, send):
    first, its = send("S1", "vendor 1", "vendor 2")
    journal.doubted(claim, first.id, "no answer")
    not_done(journal, claim, first, its)
    second, (other,) = send("S2", "vendor 2")
    journal.doubted(claim, second.id, "no answer")
    late, in_doubt = journal.came_late(claim, "S1")
    assert (late.id, [one.what for one in in_doubt]) == (first.id, ["vendor 1"])
    with pytest.raises(JournalError, match="in doubt"):
        send("S3", "vendor 3")
    not_done(journal, claim, second, [other])
    journal.thaw("books", "Ann")
    assert states(journal, claim, first) == [EffectState.IN_DOUBT, EffectState.IN_DOUBT]
    assert states(journal, claim, second) == [EffectState.NOT_DONE]  # the same vendor is looked for once
    assert [sent.id for sent in journal.doubts("books")] == [first.id]


def test_what_is_done_since_is_not_in_doubt_again(journal, claim, send):
    first, its = send("S1", "vendor 1")
    journal.doubted(claim, first.id, "no answer")
    not_done(journal, claim, first, its)
    second, (again,) = send("S2", "vendor 1")
    journal.answered(claim, second.id, b"<reply/>")
    journal.settled(claim, second.id, [Settlement(effect=again.number, move="find done", record="8-1")])
    assert journal.came_late(claim, "S1") is None
    journal.thaw("books", "Ann")
    assert journal.doubts("books") == ()
