"""What is answered to the calls of the Web Connector, in whatever order they come."""

import sys

import attrs
import pytest

from procore_qbd.journal.states import SessionState
from procore_qbd.transports import Only
from procore_qbd.webconnector.endpoint import ANSWERS
from procore_qbd.webconnector.passwords import ticket_digest
from support.connector import Service, Visitor, call


@pytest.fixture
def service():
    made = Service()
    yield made
    made.app.close(patience=0)  # some wait for replies that never come


def test_an_update_carries_out_what_waits(service):
    service.submit(count=3)
    percents, words = service.visitor().update()
    assert percents[-1] == 100
    assert all(0 < one < 100 for one in percents[:-1])
    assert words == "Requests: 3 carried out."
    assert service.vendors() == ["Vendor 1", "Vendor 2", "Vendor 3"]
    assert len(service.told) == 3
    assert service.visitor().update() == (["none"], "OK")


def test_nobody_is_let_in_with_a_wrong_password(service):
    service.submit()
    visitor = service.visitor()
    assert visitor.sign_in("wrong") == "nvu"
    assert visitor.fetch(first=True) == ""
    assert visitor.ask("receiveResponseXML", visitor.ticket, response=b"<x/>") == -1
    assert "not known" in visitor.ask("getLastError", visitor.ticket)
    assert visitor.ask("connectionError", visitor.ticket) == "done"
    assert visitor.ask("closeConnection", visitor.ticket) == "OK"
    assert visitor.sign_in() == ""


def test_another_company_file_gets_nothing_but_a_sentence():
    service = Service("hill", "lake")
    service.submit("hill", 2)
    visitor = Visitor(service, "hill", file=service.files["lake"])
    assert visitor.sign_in() == ""
    assert visitor.fetch(first=True) == ""
    assert "not the company file that the user hill-user was set up for" in visitor.ask("getLastError", visitor.ticket)
    assert "another one open" in visitor.ask("closeConnection", visitor.ticket)
    assert service.vendors("lake") == service.vendors("hill") == []
    assert service.visitor("hill").update()[0][-1] == 100


def test_a_company_file_without_the_id_gets_nothing(service):
    service.submit()
    visitor = service.visitor()
    visitor.sign_in()
    assert visitor.ask("sendRequestXML", visitor.ticket, "", "", "US", "13", "0") == ""
    assert "never added to" in visitor.ask("getLastError", visitor.ticket)


def test_the_same_document_is_handed_out_again(service):
    service.submit()
    visitor = service.visitor()
    visitor.sign_in()
    document = visitor.fetch(first=True)
    assert document == visitor.fetch() == visitor.fetch(first=True)
    assert document


def test_a_reply_that_comes_twice_is_answered_alike_and_counts_once(service):
    service.submit()
    visitor = service.visitor()
    visitor.sign_in()
    answers = []
    first = True
    while not answers or answers[-1] != 100:
        answers.append(visitor.bring(visitor.fetch(first)))
        first = False
        assert visitor.app.endpoint.answer(visitor.last, "192.0.2.1") == answers[-1]
    assert service.vendors() == ["Vendor 1"]


def test_a_reply_that_comes_twice_is_not_that_of_the_next_document(service):
    service.submit(count=2)
    visitor = service.visitor()
    visitor.sign_in()
    visitor.bring(visitor.fetch(first=True))
    again = visitor.last
    document = visitor.fetch()
    assert 0 < visitor.app.endpoint.answer(again, "192.0.2.1") < 100
    assert visitor.fetch() == document
    answers = [visitor.bring(document)]
    while answers[-1] != 100:
        answers.append(visitor.bring(visitor.fetch()))
    assert service.vendors() == ["Vendor 1", "Vendor 2"]


def test_a_reply_that_is_like_the_one_before_is_taken_when_it_comes_again(service):
    service.submit()
    visitor = service.visitor()
    visitor.sign_in()
    visitor.fetch(first=True)
    failed = ("receiveResponseXML", visitor.ticket, "0x80040408", "Could not start QuickBooks.")
    assert visitor.ask(*failed, response=b"") == 1
    for _ in range(2):
        document = visitor.fetch()
        assert visitor.ask(*failed, response=b"") == 1  # the first time it counts as the one before
    assert visitor.fetch() != "" != document
    assert visitor.app.sessions.find(ticket_digest(visitor.ticket)).number == 3


def test_who_signs_in_again_does_not_bring_the_reply(service):
    service.submit()
    lost = service.visitor()
    lost.sign_in()
    document = lost.fetch(first=True)
    while "VendorAdd" not in document:
        lost.bring(document)
        document = lost.fetch()
    service.files["hill"].process(document.encode())
    percents, _ = service.visitor().update()
    assert (percents[-1], service.vendors()) == (100, ["Vendor 1"])
    assert lost.ask("receiveResponseXML", lost.ticket, response=b"<late/>") == -1
    assert lost.fetch() == ""
    assert "later session" in lost.ask("getLastError", lost.ticket)


def test_an_hresult_is_told_to_the_drain(service):
    service.submit()
    visitor = service.visitor()
    visitor.sign_in()
    visitor.fetch(first=True)
    answer = visitor.ask(
        "receiveResponseXML", visitor.ticket, "0x80040408", "Could not start QuickBooks.", response=b""
    )
    assert answer == 1
    percents, _ = service.visitor().update()
    assert (percents[-1], service.vendors()) == (100, ["Vendor 1"])


def test_a_drain_that_died_is_replaced_by_another_process():
    service = Service(silent=0.2, patience=0.3)
    service.submit(count=2)
    visitor = service.visitor()
    visitor.sign_in()
    visitor.app._feed.run = lambda *_: None  # the thread dies at once
    document = visitor.fetch(first=True)
    assert document == "NoOp"
    other = service.process()
    visitor.app = other
    while (document := visitor.fetch()) == "NoOp":
        pass
    answers = [visitor.bring(document)]
    while answers[-1] != 100:
        document = visitor.fetch()
        answers += [visitor.bring(document)] if document != "NoOp" else []
    assert service.vendors() == ["Vendor 1", "Vendor 2"]


def test_calls_may_go_to_any_process():
    service = Service()
    service.submit(count=5)
    apps = [service.process() for _ in range(3)]
    visitor = service.visitor()
    visitor.sign_in()
    percents, first = [], True
    for number in range(200):
        visitor.app = apps[number % 3]
        document = visitor.fetch(first)
        first = False
        visitor.app = apps[(number + 1) % 3]
        percents.append(visitor.bring(document))
        if percents[-1] == 100:
            break
    assert len(service.vendors()) == 5


def test_a_frozen_company_file_says_why(service):
    service.submit()
    claim = service.journal.claim("hill", "test", 60)
    service.journal.freeze(claim, "it was restored")
    service.journal.release(claim)
    visitor = service.visitor()
    assert visitor.sign_in() == ""
    assert visitor.fetch(first=True) == ""
    assert "it was restored" in visitor.ask("getLastError", visitor.ticket)


def test_a_company_file_that_somebody_else_drains_is_busy(service):
    service.submit()
    claim = service.journal.claim("hill", "another worker", 60)
    visitor = service.visitor()
    assert visitor.sign_in() == "busy"
    service.journal.release(claim)
    assert visitor.sign_in() == ""


def test_there_is_an_answer_to_every_call_wherever_a_session_stands():
    states = {state for _, state in ANSWERS}
    assert states == set(SessionState)
    for name, _ in ANSWERS:
        assert {state for one, state in ANSWERS if one == name} == states


def test_constant_answers(service):
    answer = service.app.endpoint.answer
    assert answer(call("clientVersion", "34.0"), "") == ""
    assert answer(call("serverVersion"), "")
    assert answer(call("getInteractiveURL"), "") == ""
    assert answer(call("interactiveRejected"), "") == ""
    assert answer(call("interactiveDone"), "") == "Done"


def test_a_ticket_is_kept_as_its_digest_only(service):
    service.submit()
    visitor = service.visitor()
    visitor.sign_in()
    assert visitor.app.sessions.find(visitor.ticket) is None
    assert visitor.app.sessions.find(ticket_digest(visitor.ticket)).user == "hill-user"


def test_the_web_connector_is_told_how_often_it_may_call():
    service = Service(interval=900)
    answer = service.app.endpoint.answer(call("authenticate", "hill-user", service.passwords["hill"]), "192.0.2.1")
    assert answer[1:] == ("none", "", "900")


def test_a_service_that_ends_says_that_the_rest_comes_later(service):
    service.submit()
    visitor = service.visitor()
    visitor.sign_in()
    document = visitor.fetch(first=True)
    service.app._feed._closing.set()
    answers = [visitor.bring(document)]
    while answers[-1] != 100:
        answers.append(visitor.bring(visitor.fetch()))
    assert visitor.ask("closeConnection", visitor.ticket).endswith("The rest comes with the next update.")
    assert service.vendors() == []


def test_a_request_that_makes_a_fault_is_set_aside_and_the_others_go_on(monkeypatch):
    module = sys.modules["procore_qbd.worker.steps"]
    perform = module.perform

    def poisoned(request, *more):
        if request.vendor.name == "Vendor 2":
            raise RuntimeError("a fault of ours")
        return perform(request, *more)

    monkeypatch.setattr(module, "perform", poisoned)
    service = Service("hill")
    service.submit(count=3)
    percents, words = service.visitor().update()
    assert percents[-1] == 100
    assert words == "Requests: 2 carried out; 1 set aside, because a fault in the service stopped them."
    assert service.vendors() == ["Vendor 1", "Vendor 3"]


def test_a_thaw_keeps_to_the_scope_of_the_login():
    service = Service(scope=lambda _, transport: Only(transport))
    service.submit()
    sessions, journal = service.app.sessions, service.journal
    sessions.keep_login(attrs.evolve(sessions.login("hill-user"), scope="read-only"))
    claim = journal.claim("hill", "test", 60)
    journal.freeze(claim, "the company file was restored")
    journal.release(claim)
    assert sessions.thaw_next("hill", "Ann", record_deleted=True)
    percents, words = service.visitor().update()
    assert percents[-1] == -1
    assert "the document was refused" in words
    assert not list(service.files["hill"].records("OtherName"))
    assert journal.company("hill").frozen
