"""An agent in this very process, on a line that a chooser breaks: no socket, no thread of its own, no time."""

import io
import sys

import requests
import urllib3
from requests.adapters import BaseAdapter, HTTPAdapter

from procore_qbd import Memory
from procore_qbd.transports import Agent, AgentStore, AgentToken, Http

__all__ = ["FATES", "http_through_an_agent"]

TOKEN = "planted-token"  # noqa: S105
FATES = (
    "usual",
    "refused",
    "cut on the way there",
    "answer lost",
    "answer cut",
    "no answer in time",
    "doubled",
    "agent dies before",
    "agent dies after",
)


class Dies(BaseException):
    """The agent dies where it is raised."""


class WsgiLine(BaseAdapter):
    """What `requests` goes by: it calls the application, and does to it what a chooser picks."""

    def __init__(self, process, chooser, calm):
        super().__init__()
        self.process, self.chooser, self.calm = process, chooser, calm
        self.store = AgentStore(":memory:")
        self.dies = None
        self.agent = self.anew()
        self.survived = []

    def anew(self):
        """The agent, started once more on what it has on disk."""
        return Agent(Memory(self.work), [AgentToken.of(TOKEN, "storm")], self.store)

    def work(self, document):
        if self.dies == "agent dies before":
            raise Dies
        reply = self.process(document)
        if self.dies == "agent dies after":
            raise Dies
        return reply

    def close(self):
        self.store.close()

    def send(self, request, **_):
        fate = FATES[0] if self.calm() else FATES[self.chooser.pick(len(FATES), "the line to the agent")]
        self.survived.append(fate)
        if fate == "refused":
            raise requests.ConnectionError("refused")
        body = request.body.read(10 if fate == "cut on the way there" else -1)
        if fate == "cut on the way there":
            raise requests.ConnectionError("reset")
        self.dies = fate
        try:
            status, headers, answer = self.ask(request, body)
            if fate == "doubled":
                self.ask(request, body)
        except Dies:
            self.agent = self.anew()
            raise requests.ConnectionError("reset") from None
        finally:
            self.dies = None
        if fate == "answer lost":
            raise requests.ConnectionError("reset")
        if fate == "no answer in time":
            raise requests.ReadTimeout("no answer")
        if fate == "answer cut":
            answer = answer[: len(answer) // 2]
        raw = urllib3.HTTPResponse(
            io.BytesIO(answer), headers, status, preload_content=False, enforce_content_length=True
        )
        return HTTPAdapter().build_response(request, raw)

    def ask(self, request, body):
        said = []
        environ = {
            "REQUEST_METHOD": request.method,
            "PATH_INFO": "/",
            "CONTENT_TYPE": request.headers["Content-Type"],
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_AUTHORIZATION": request.headers["Authorization"],
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
        }
        if "Idempotency-Key" in request.headers:
            environ["HTTP_IDEMPOTENCY_KEY"] = request.headers["Idempotency-Key"]
        pieces = self.agent(environ, lambda status, headers: said.append((int(status[:3]), dict(headers))))
        try:
            answer = b"".join(pieces)
        finally:
            getattr(pieces, "close", lambda: None)()
        return *said[0], answer


class _Http(Http):
    """It closes the agent with it."""

    def __init__(self, line, **how):
        session = requests.Session()
        session.mount("http://", line)
        super().__init__("http://localhost/", TOKEN, session=session, **how)
        self.line = line

    def _close(self):
        super()._close()
        self.line.close()


def http_through_an_agent(process, world, chooser):
    """A transport of a storm: `Http`, a line that breaks, an agent that dies, and QuickBooks behind it."""

    def sleep(seconds):
        world.turns.now += seconds

    line = WsgiLine(process, chooser.split("line to the agent", departures=0.2), lambda: world.calm)
    return _Http(
        line, sleep=sleep, clock=lambda: world.turns.now, jitter=lambda *_: 0.5, new_key=world.new_id, deadline=30
    )
