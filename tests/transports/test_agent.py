"""An agent: one key, one ending, whatever dies in between; and nothing for strangers."""

import io
import json
import logging
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from procore_qbd import CompanyFile, EngineError, Memory, NotSentError, ReplyLostError, Request
from procore_qbd.codes import Effect
from procore_qbd.errors import AgentError
from procore_qbd.flows.conversation import recovery
from procore_qbd.qbxml import Dialect, read_reply, write_requests
from procore_qbd.qbxml.entities.company import HostQuery
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.transports import Agent, AgentStore, AgentToken, new_token
from procore_qbd.transports.documents import asked
from procore_qbd.transports.problems import PROBLEMS, key_in, quoted_key

TOKEN = "planted-token-of-the-tests"  # noqa: S105  it is planted
READS = write_requests([Request.query(HostQuery())])


def writes(set_id="set-1", name="Alder"):
    return write_requests([Request.add(Vendor(name=name))], new_message_set_id=set_id)


class Told(dict):
    """An answer: its status, headers, body, and the members of a problem."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = int(status[:3]), dict(headers), body
        super().__init__(json.loads(body) if "json" in self.headers["Content-Type"] else {})


def asks(agent, document=b"", *, token=TOKEN, key=None, method="POST", path="/", **environ):
    """What an agent answers, seen to be WSGI."""
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "CONTENT_TYPE": "application/xml",
        "CONTENT_LENGTH": str(len(document)),
        "wsgi.input": io.BytesIO(document),
        **({"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}),
        **({"HTTP_IDEMPOTENCY_KEY": quoted_key(key)} if key else {}),
        **environ,
    }
    environ = {name: value for name, value in environ.items() if value is not None}
    setup_testing_defaults(environ)
    started = []

    def start(status, headers, _exc_info=None):
        started.append((status, headers))
        return lambda _: None

    answer = validator(agent)(environ, start)
    try:
        body = b"".join(answer)
    finally:
        answer.close()
    told = Told(*started[0], body)
    assert told.headers["Content-Length"] == str(len(body))
    return told


@pytest.fixture
def company():
    with CompanyFile.create() as made:
        yield made


@pytest.fixture
def store():
    with AgentStore(":memory:") as made:  # what must be on a disk has one of its own
        yield made


def an_agent(process, store, **options):
    tokens = options.pop("tokens", [AgentToken.of(TOKEN, "cascade")])
    return Agent(process if hasattr(process, "send") else Memory(process), tokens, store, **options)


def vendors(company):
    return [vendor.name for vendor in company.records("Vendor")]


# --- a key has one ending --------------------------------------------------------------------------------------------


def test_a_document_is_answered_and_the_same_again_from_the_store(company, store):
    came = []
    agent = an_agent(lambda document: came.append(document) or company.process(document), store)
    first, again = (asks(agent, writes(), key="set-1") for _ in range(2))
    assert (first.status, first.headers["Content-Type"]) == (200, "application/xml")
    assert first.body == again.body
    assert read_reply(first.body).outcomes[0].ok
    assert (len(came), vendors(company)) == (1, ["Alder"])


def test_another_document_under_the_same_key_is_disputed(company, store):
    agent = an_agent(company.process, store)
    assert asks(agent, writes(), key="set-1").status == 200
    told = asks(agent, writes(name="Elm"), key="set-1")
    assert (told.status, told["outcome"], told["effect"]) == (422, "disputed", "not_done")
    assert vendors(company) == ["Alder"]


def test_keys_of_two_tenants_never_meet_and_two_tokens_of_one_do(company, store):
    tokens = [AgentToken.of("a", "cascade"), AgentToken.of("b", "cascade"), AgentToken.of("c", "juniper")]
    agent = an_agent(company.process, store, tokens=tokens)
    document = write_requests([Request.add(Vendor(name="Alder"))])
    replies = [asks(agent, document, key="k", token=token) for token in "abc"]
    assert [read_reply(one.body).outcomes[0].code for one in replies] == [0, 0, 3100]


ENDINGS = [
    (EngineError(0x80040414, "a dialog"), 502, "refused", "not_applied", EngineError, Effect.NOT_DONE),
    (EngineError(0x80040402, "odd"), 502, "failed", "uncertain", EngineError, Effect.UNKNOWN),
    (EngineError(0x80040402, "odd", Effect.NOT_DONE), 502, "refused", "not_applied", EngineError, Effect.NOT_DONE),
    (NotSentError("the line is down"), 502, "not-reached", "not_applied", NotSentError, Effect.NOT_DONE),
    (ReplyLostError("it broke"), 502, "reply-lost", "uncertain", ReplyLostError, Effect.UNKNOWN),
    (KeyError("planted words"), 502, "reply-lost", "uncertain", ReplyLostError, Effect.UNKNOWN),
]


@pytest.mark.parametrize(("error", "status", "kind", "outcome", "raised", "effect"), ENDINGS, ids=repr)
def test_an_ending_without_a_reply_is_told_and_told_again_and_nothing_is_sent_again(
    store, error, status, kind, outcome, raised, effect
):
    came = []

    def process(document):
        came.append(document)
        raise error

    agent = an_agent(process, store)
    first, again = (asks(agent, writes(), key="set-1") for _ in range(2))
    assert first == again
    assert (first.status, first["type"], first["outcome"]) == (status, f"urn:procore-qbd:problem:{kind}", outcome)
    assert first["effect"] == effect
    assert len(came) == 1
    assert b"planted words" not in first.body
    told = PROBLEMS[kind].raised(first)
    assert (type(told), told.effect) == (raised, effect)
    if isinstance(error, EngineError):
        assert (told.hresult, told.detail) == (error.hresult, error.detail)


def test_an_empty_reply_is_lost(store):
    class Empty:
        def send(self, _document):
            return io.BytesIO()

    assert asks(an_agent(Empty(), store), READS)["outcome"] == "uncertain"


def test_what_reads_needs_no_key_and_is_not_kept(company, store):
    agent = an_agent(company.process, store)
    assert [asks(agent, READS).status for _ in range(2)] == [200, 200]
    assert store._db.execute("SELECT count(*) FROM key").fetchone() == (0,)


def test_a_lost_reply_is_recovered_from_quickbooks_by_a_document_without_a_key(company, store):
    agent = an_agent(company.process, store)
    reply = asks(agent, writes(), key="set-1")
    asking = recovery("set-1", Dialect())
    assert (asked(asking).key, asked(asking).writes) == (None, False)
    assert asks(agent, asking).body == reply.body
    assert asks(agent, asking, key="set-1")["outcome"] == "disputed"  # who gives it a key all the same harms nobody


@pytest.mark.parametrize(
    ("document", "key", "kind"),
    [
        (writes(), None, "no-key"),
        (write_requests([Request.add(Vendor(name="Alder"))]), None, "no-key"),
        (write_requests([Request.query(HostQuery())], new_message_set_id="s"), None, "no-key"),
        (writes(), "set-2", "malformed-key"),
        (b"<QBXML>", None, "no-document"),
        (b"", None, "no-document"),
        (b"<html><body/></html>", None, "no-document"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><QBXML><QBXMLMsgsRq/></QBXML>', None, "no-document"),
        (b"<QBXML><QBXMLMsgsRq/><QBXMLMsgsRq/></QBXML>", None, "no-document"),
        (b"<QBXML><Other/></QBXML>", None, "no-document"),
        (b'<?xml version="1.0" encoding="no-such"?><QBXML/>', None, "no-document"),
        ("<QBXML><QBXMLMsgsRq newMessageSetID='é'><A/></QBXMLMsgsRq></QBXML>".encode(), None, "no-key"),
    ],
)
def test_what_cannot_be_taken_is_not_sent(store, document, key, kind):
    came = []
    told = asks(an_agent(lambda one: came.append(one) or b"<r/>", store), document, key=key)
    assert (told.status, told["type"].rpartition(":")[2], told["outcome"]) == (400, kind, "not_applied")
    assert came == []


@pytest.mark.parametrize("header", ["set-1", '"set-1', '""', '"é"', '"a"b"', '"a", "b"', '"a";b=1', f'"{"x" * 129}"', r'"a\b"'])  # fmt: skip
def test_a_key_is_one_string_in_quotes(store, header):
    assert asks(an_agent(bytes, store), writes(), HTTP_IDEMPOTENCY_KEY=header)["type"].endswith(":malformed-key")


@pytest.mark.parametrize("key", ["a", 'a"b', "a\\b", "\\", " ", "x" * 128])
def test_a_key_comes_back_from_its_header(key):
    assert key_in(quoted_key(key)) == key


@pytest.mark.parametrize(("name", "writes"), [("VendorQueryRq", False), ("GeneralSummaryReportQueryRq", False), ("VendorAddRq", True), ("TxnVoidRq", True), ("MadeUpRq", True)])  # fmt: skip
def test_everything_but_a_query_writes(name, writes):
    assert asked(f"<QBXML><QBXMLMsgsRq><HostQueryRq/><{name}/></QBXMLMsgsRq></QBXML>".encode()).writes is writes


# --- one at a time ---------------------------------------------------------------------------------------------------


class Held:
    """A company that answers when it is let go."""

    def __init__(self, company):
        self.company, self.came, self.asked, self.go = company, [], threading.Event(), threading.Event()

    def process(self, document):
        self.came.append(document)
        self.asked.set()
        assert self.go.wait(10)
        return self.company.process(document)


def in_a_thread(function):
    told = []
    thread = threading.Thread(target=lambda: told.append(function()))
    thread.start()
    return lambda: thread.join(10) or told[0]


def test_while_quickbooks_is_at_it_the_same_key_is_in_progress_and_others_wait_or_are_busy(company, store):
    held = Held(company)
    agent = an_agent(held.process, store, patience=0.05)
    first = in_a_thread(lambda: asks(agent, writes(), key="set-1"))
    held.asked.wait(10)
    told = asks(agent, writes(), key="set-1")
    assert (told.status, told["outcome"], told.headers["Retry-After"]) == (409, "in_progress", "1")
    assert asks(agent, writes(name="Elm"), key="set-1").status == 422
    told = asks(agent, writes("set-2", "Elm"), key="set-2")
    assert (told.status, told["outcome"], told.headers["Retry-After"]) == (503, "not_applied", "1")
    assert asks(agent, READS)["type"].endswith(":busy")
    held.go.set()
    assert first().status == 200
    assert asks(agent, writes(), key="set-1").status == 200
    assert asks(agent, writes("set-2", "Elm"), key="set-2").status == 200
    assert (vendors(company), len(held.came)) == (["Alder", "Elm"], 2)


def test_two_with_one_key_at_once_are_one(company, store):
    held = Held(company)
    agent = an_agent(held.process, store, patience=10)
    both = [in_a_thread(lambda: asks(agent, writes(), key="set-1")) for _ in range(4)]
    held.asked.wait(10)
    held.go.set()
    told = [one() for one in both]
    assert {one.status for one in told} <= {200, 409}
    assert {one["outcome"] for one in told if one.status == 409} <= {"in_progress"}
    assert (vendors(company), len(held.came)) == (["Alder"], 1)


def test_a_stopped_agent_ends_what_it_is_at_and_takes_nothing_new(company, store):
    held = Held(company)
    agent = an_agent(held.process, store, patience=10)
    first = in_a_thread(lambda: asks(agent, writes(), key="set-1"))
    held.asked.wait(10)
    waits = in_a_thread(lambda: asks(agent, writes("set-2"), key="set-2"))
    assert agent.stop(patience=0.01) is False
    held.go.set()
    assert agent.stop(patience=10) is True
    assert first().status == 200
    assert waits()["type"].endswith(":stopping")
    assert asks(agent, READS)["type"].endswith(":stopping")


# --- death at every point --------------------------------------------------------------------------------------------


class Death(BaseException):
    """The process is gone."""


class Dying(AgentStore):
    """A store in which the agent dies before or after one of its operations."""

    at = None

    def _die(self, point):
        if point == self.at:
            self.at = None
            raise Death(point)

    def begin(self, *arguments):
        self._die("before the key")
        found = super().begin(*arguments)
        self._die("after the key")
        return found

    def answer(self, *arguments):
        self._die("before the reply")
        super().answer(*arguments)
        self._die("after the reply")


POINTS = {
    "before the key": ("not sent", 200),
    "after the key": ("not sent", 409),
    "in quickbooks": ("sent", 409),
    "before the reply": ("sent", 409),
    "after the reply": ("sent", 200),
}


@pytest.mark.parametrize("point", POINTS)
def test_wherever_the_agent_dies_nothing_is_sent_twice_and_nothing_known_is_forgotten(company, tmp_path, point):
    came = []

    def process(document):
        came.append(document)
        reply = company.process(document)
        if store.at == "in quickbooks":
            store.at = None
            raise Death
        return reply

    with Dying(tmp_path / "keys") as store:
        store.at = point
        with pytest.raises(Death):
            asks(an_agent(process, store), writes(), key="set-1")
    with Dying(tmp_path / "keys") as store:
        told = asks(an_agent(process, store), writes(), key="set-1")
    sent, status = POINTS[point]
    assert told.status == status
    assert told.get("outcome", "uncertain") == "uncertain"
    assert len(came) == (1 if sent == "sent" or status == 200 else 0)
    assert vendors(company) == ["Alder"][: len(came)]


@pytest.mark.parametrize("operation", ["begin", "answer", "end", "find"])
def test_a_disk_that_fails_sends_nothing_or_hides_nothing(company, store, monkeypatch, operation):
    came = []

    def process(document):
        came.append(document)
        if operation == "end":
            raise EngineError(0x80040414)
        return company.process(document)

    def fails(*_arguments):
        raise sqlite3.OperationalError("disk full")

    agent = an_agent(process, store)
    with monkeypatch.context() as patched:
        patched.setattr(store, operation, fails)
        told = asks(agent, writes(), key="set-1")
    expected = {"begin": (507, 0), "answer": (200, 1), "end": (502, 1), "find": (500, 0)}
    assert (told.status, len(came)) == expected[operation]
    again = asks(agent, writes(), key="set-1")
    if operation in ("begin", "find"):
        assert (again.status, len(came)) == (200, 1)
    else:
        assert (again.status, again["outcome"], len(came)) == (409, "uncertain", 1)


KILLED = """
import os, signal, sys
sys.path[:0] = {paths!r}
from procore_qbd import CompanyFile, Memory
from procore_qbd.transports import Agent, AgentStore, AgentToken
from procore_qbd.qbxml import Request, write_requests
from procore_qbd.qbxml.entities.vendors import Vendor
point, folder = sys.argv[1:]
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
def process(document):
    if point == "before": die()
    reply = company.process(document)
    with open(folder + "/came", "a") as came: came.write("x")
    if point == "after": die()
    return reply
with CompanyFile.open(folder + "/books") as company, AgentStore(folder + "/keys") as store:
    if point == "kept":
        answer = store.answer
        store.answer = lambda *given: (answer(*given), die())
    agent = Agent(Memory(process), [AgentToken.of("t", "t")], store)
    import io
    document = write_requests([Request.add(Vendor(name="Alder"))], new_message_set_id="set-1")
    environ = {{"REQUEST_METHOD": "POST", "PATH_INFO": "/", "CONTENT_TYPE": "application/xml",
        "CONTENT_LENGTH": str(len(document)), "wsgi.input": io.BytesIO(document),
        "HTTP_AUTHORIZATION": "Bearer t", "HTTP_IDEMPOTENCY_KEY": '"set-1"'}}
    body = agent(environ, lambda status, headers: print(status[:3]))
    sys.stdout.buffer.write(b"".join(body)); body.close() if hasattr(body, "close") else None
"""


@pytest.mark.slow
@pytest.mark.parametrize(("point", "then", "count"), [("before", "409", 0), ("after", "409", 1), ("kept", "200", 1)])
def test_a_process_that_is_killed_in_earnest(tmp_path, point, then, count):
    CompanyFile.create(tmp_path / "books").close()

    def run(at):
        program = KILLED.format(paths=[one for one in sys.path if one])
        return subprocess.run([sys.executable, "-c", program, at, tmp_path], capture_output=True, check=False)  # noqa: S603  our own words

    assert run(point).returncode == -signal.SIGKILL
    for _ in range(2):
        told = run("never")
        assert told.returncode == 0, told.stderr
        assert told.stdout[:3].decode() == then
    with CompanyFile.open(tmp_path / "books") as company:
        assert len(vendors(company)) == count


# --- strangers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x", "Bearer \xff"],
)
@pytest.mark.parametrize("path", ["/", "/health", "/nowhere"])
def test_a_stranger_gets_one_answer_everywhere(store, header, path):
    told = asks(an_agent(bytes, store), READS, token=None, path=path, HTTP_AUTHORIZATION=header)
    assert (told.status, told.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert told.body == PROBLEMS["unauthorized"].written()


def test_every_token_is_compared_whichever_is_right(store, monkeypatch):
    compared = []
    monkeypatch.setattr("hmac.compare_digest", lambda one, other: compared.append(one) or one == other)
    tokens = [AgentToken.of(word, word) for word in "abc"]
    agent = an_agent(bytes, store, tokens=tokens)
    for word in "abcx":
        compared.clear()
        asks(agent, token=word, path="/nowhere")
        assert compared == [token.sha256 for token in tokens]


def test_other_methods_pages_types_and_lengths(store):
    agent = an_agent(bytes, store, largest=100)
    assert asks(agent, method="GET").headers["Allow"] == "POST"
    assert asks(agent, path="/health").status == 405
    assert asks(agent, path="/nowhere").status == 404
    assert asks(agent, READS, CONTENT_TYPE="application/x-www-form-urlencoded").status == 415
    assert asks(agent, CONTENT_LENGTH=None).status == 411
    assert asks(agent, CONTENT_LENGTH="1" * 30).status == 413
    unread = io.BytesIO(b"x" * 101)
    assert asks(agent, CONTENT_LENGTH="101", **{"wsgi.input": unread}).status == 413
    assert unread.tell() == 0
    terminated = {"wsgi.input_terminated": True, "CONTENT_LENGTH": None}
    assert asks(agent, b"x" * 101, **terminated).status == 413
    assert asks(agent, b"<a/>", **terminated)["type"].endswith(":no-document")


def test_half_a_document_is_not_sent(store):
    came = []
    agent = an_agent(lambda one: came.append(one) or b"<r/>", store)
    told = asks(agent, writes()[:-1], key="set-1", CONTENT_LENGTH=str(len(writes())))
    assert (told.status, told["type"].rpartition(":")[2], came) == (400, "cut-short", [])


class ReadsOnly:
    def __init__(self, company):
        self.company = company

    def send(self, document):
        if asked(document).writes:
            raise NotSentError("it writes")
        return self.company.send(document)


def test_a_token_has_a_scope(company, store):
    tokens = [AgentToken.of(TOKEN, "cascade", ReadsOnly)]
    agent = an_agent(company.process, store, tokens=tokens)
    assert asks(agent, READS).status == 200
    told = asks(agent, writes(), key="set-1")
    assert (told.status, told["outcome"], told["detail"]) == (403, "not_applied", "it writes")
    assert vendors(company) == []


def test_nothing_of_documents_replies_tokens_and_faults_is_told_or_logged(store, caplog):
    caplog.set_level(logging.DEBUG)
    planted = "planted-words"

    def process(document):
        raise ValueError(f"{planted} {document!r}")

    token = AgentToken.of(TOKEN, "cascade")
    agent = an_agent(process, store, tokens=[token])
    bodies = [asks(agent, writes(name=planted), key="set-1").body, asks(agent, writes(name=planted)[:-9]).body]
    broken = Agent(Memory(process), [token], None)
    bodies.append(asks(broken, writes("set-2", planted), key="set-2").body)
    said = caplog.text + repr(agent) + repr(token) + b"".join(bodies).decode()
    assert "a fault of the agent: AttributeError" in said
    for secret in (planted, TOKEN, token.sha256, "Traceback", "VendorAdd"):
        assert secret not in said


def test_a_token_is_kept_as_a_hash_and_no_agent_is_without_one(store):
    assert len({new_token() for _ in range(9)}) == 9
    for wrong in ("", "x" * 64, "a" * 63, "A" * 64):
        with pytest.raises(AgentError, match="SHA-256"):
            AgentToken("cascade", wrong)
    with pytest.raises(AgentError, match="lets nobody in"):
        an_agent(bytes, store, tokens=[])


# --- health ----------------------------------------------------------------------------------------------------------


def test_health_goes_to_quickbooks_and_back_and_alive_does_not(company, store):
    came = []
    agent = an_agent(lambda document: came.append(document) or company.process(document), store)
    alive = asks(agent, token=None, method="GET", path="/alive", CONTENT_LENGTH=None)
    assert (alive.status, dict(alive), came) == (200, {"agent": "alive"}, [])
    told = asks(agent, method="GET", path="/health")
    assert (told.status, told["agent"], len(came)) == (200, "alive", 1)
    assert "QuickBooks" in told["quickbooks"]
    assert "13.0" in told["versions"]


def test_health_tells_what_is_wrong_within_its_limit(company, store):
    def process(_document):
        raise EngineError(0x80040416)

    assert asks(an_agent(process, store), method="GET", path="/health")["hresult"] == "0x80040416"
    held = Held(company)
    agent = an_agent(held.process, store, health_limit=0.05)
    began = time.monotonic()
    told = asks(agent, method="GET", path="/health")
    assert (told.status, told["type"].rpartition(":")[2]) == (503, "busy")
    assert time.monotonic() - began < 5
    held.go.set()
    assert agent.stop(10)


# --- the store -------------------------------------------------------------------------------------------------------


def test_two_agents_never_share_a_store(tmp_path):
    with AgentStore(tmp_path / "keys"):
        with pytest.raises(AgentError, match="another agent has it"):
            AgentStore(tmp_path / "keys")
        program = f"from procore_qbd.transports import AgentStore; AgentStore({str(tmp_path / 'keys')!r})"
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)  # noqa: S603  our own words
        assert b"another agent has it" in done.stderr
    AgentStore(tmp_path / "keys").close()


def test_what_is_no_store_is_left_alone(tmp_path):
    (tmp_path / "text").write_text("what a person wrote\n" * 100)
    CompanyFile.create(tmp_path / "books").close()
    for name in ("text", "books"):
        before = (tmp_path / name).read_bytes()
        with pytest.raises(AgentError, match=name):
            AgentStore(tmp_path / name)
        assert (tmp_path / name).read_bytes() == before
    with pytest.raises(AgentError):
        AgentStore(tmp_path / "nowhere" / "keys")


def test_every_commit_is_on_disk_when_it_returns(tmp_path):
    with AgentStore(tmp_path / "keys") as store:
        pragma = {name: store._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")}
    assert pragma == {"journal_mode": "wal", "synchronous": 2}


@pytest.mark.parametrize("limit", [{"keep_for": 10}, {"keep_bytes": 1500}])
def test_old_replies_go_and_their_keys_stay(tmp_path, limit):
    now = [1000.0]
    with AgentStore(tmp_path / "keys", clock=lambda: now[0], **limit) as store:
        agent = an_agent(lambda _: b"r" * 1000, store)
        for number in range(3):
            assert asks(agent, writes(f"set-{number}"), key=f"set-{number}").status == 200
            now[0] += 20
        told = [asks(agent, writes(f"set-{number}"), key=f"set-{number}") for number in range(3)]
        assert [one.status for one in told] == [410, 410, 200]
        assert told[0]["outcome"] == "uncertain"
        assert asks(agent, writes("set-0", "Elm"), key="set-0").status == 422
        assert store._db.execute("SELECT count(DISTINCT key), sum(length(bytes)) FROM piece").fetchone() == (1, 1000)


def test_the_table_of_problems_is_whole():
    assert {kind.outcome for kind in PROBLEMS.values()} == {"in_progress", "uncertain", "not_applied", "disputed"}
    for name, kind in PROBLEMS.items():
        told = json.loads(kind.written("why", 0x80040414))
        assert (told["type"], told["status"], told["outcome"]) == (
            f"urn:procore-qbd:problem:{name}",
            kind.status,
            kind.outcome,
        )
        error = kind.raised(told)
        assert error.effect is (Effect.NOT_DONE if kind.outcome in ("not_applied", "disputed") else Effect.UNKNOWN)
    broken = PROBLEMS["refused"].raised({"outcome": "not_applied", "hresult": "0x8"})
    assert broken.effect is Effect.UNKNOWN
