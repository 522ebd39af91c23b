"""Answers of people: each is for one question, and for no later one about the same thing."""

from procore_qbd.domain import Books, CreateVendor, VendorCompany
from procore_qbd.journal import Journal, MemoryTables
from procore_qbd.journal.nouns import Beginning, Question, RunPart, Settlement, Write


def test_an_answer_to_an_earlier_question_is_none_to_a_later_one():
    journal = Journal(MemoryTables(), clock=lambda: 1000.0)
    journal.register("books")
    request = CreateVendor(company_id=7, request_detail_id=1, vendor=VendorCompany(id=1, name="Dell"))
    journal.submit("books", request, key="1")
    claim = journal.claim("books", "one", 90)
    ((run, _),) = journal.begin(claim, Beginning(list, Books()))
    sent, (effect,) = journal.sending(
        claim,
        document=b"<qbxml/>",
        set_id="S1",
        parts=[RunPart(run=run.id, step=0, asked=(0,))],
        effects=[Write(position=0, run=run.id, what="vendor 1")],
        reads={},
    )
    journal.doubted(claim, sent.id, "no answer")

    def ask(token):
        choices = {"different": "it is not there: write it"}
        journal.ask(claim, Question(effect=effect.number, token=token, words="what is it?", choices=choices))

    ask("first")
    journal.answer("books", "first", "different", "a person")
    assert [choice for _, choice in journal.answers(claim)] == ["different"]
    journal.settled(claim, sent.id, [Settlement(effect=effect.number, move="find it different")])
    assert journal.came_late(claim, "S1") is not None
    ask("second")
    assert journal.answers(claim) == ()
    journal.answer("books", "second", "different", "a person")
    assert [question.token for question, _ in journal.answers(claim)] == ["second"]
