"""An agent: a small WSGI application that puts one QuickBooks, or a stand-in, behind an authenticated POST.

It runs beside QuickBooks, takes one document at a time, and remembers for each `Idempotency-Key` how its document
ended: the key is on disk before QuickBooks is asked, the ending before it is told. So whoever lost an answer may ask
again with the same key, and the document is carried out once at the most. What was under way when the agent died is
uncertain, and is never sent again by the agent: the sender looks.

`Http` is the client. Of bearer tokens only the SHA-256 is kept. TLS is not spoken here: what stands in front does.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import secrets
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

import attrs

from procore_qbd.codes import Effect
from procore_qbd.errors import AgentError, EngineError, NotSentError, ReplyLostError, TransportError
from procore_qbd.qbxml import Dialect, Request, read_reply, write_requests
from procore_qbd.qbxml.entities.company import Host, HostQuery
from procore_qbd.transports.agent_store import KeyState
from procore_qbd.transports.base import TransportWrapper
from procore_qbd.transports.documents import asked, fingerprint
from procore_qbd.transports.problems import CONTENT_TYPE, PROBLEMS, key_in
from procore_qbd.transports.spooling import PIECE, spooled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeAlias

    from procore_qbd.transports.agent_store import AgentStore, KeptKey
    from procore_qbd.transports.base import Transport

    Environ: TypeAlias = dict[str, Any]
    StartResponse: TypeAlias = Callable[..., object]

__all__ = ["Agent", "AgentToken", "new_token"]

_TYPES = ("application/xml", "text/xml")
_STATUS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    410: "Gone",
    411: "Length Required",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    507: "Insufficient Storage",
}


def _is_sha256(_token: object, _field: object, digest: str) -> None:
    if len(digest) != hashlib.sha256().digest_size * 2 or not set(digest) <= set("0123456789abcdef"):
        raise AgentError(
            "a token is kept as its SHA-256, 64 hexadecimal digits; procore-qbd agent --new-token makes one"
        )


@attrs.frozen
class AgentToken:
    """A token that an agent knows, without the token itself.

    Attributes:
        tenant: Whose it is. Keys of two tenants never meet; one tenant may have two tokens while they are changed.
        sha256: Its SHA-256, in hexadecimal digits.
        scope: Wraps the company for documents that come with it, and refuses those that it is not for by a
            `NotSentError`; None for all documents.
    """

    tenant: str
    sha256: str = attrs.field(validator=_is_sha256, repr=False)
    scope: Callable[[Transport], Transport] | None = None

    @classmethod
    def of(cls, token: str, tenant: str, scope: Callable[[Transport], Transport] | None = None) -> AgentToken:
        """What an agent keeps of a token.

        Args:
            token: The token itself.
            tenant: Whose it is.
            scope: What it is for.
        """
        return cls(tenant, _digest(token), scope)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def new_token() -> str:
    """A fresh token: 256 bits, which need no slow hash."""
    return secrets.token_urlsafe(32)


class _Problem(Exception):  # noqa: N818  it is an answer, not an error of ours
    """The answer is a problem."""

    def __init__(self, name: str, detail: str = "", hresult: int | None = None, wait: float | None = None) -> None:
        super().__init__(name)
        self.kind, self.detail, self.hresult, self.wait = PROBLEMS[name], detail, hresult, wait


class _Reached(TransportWrapper):
    """Notes whether a scope let a document through."""

    reached = False

    def _exchange(self, document: bytes) -> BinaryIO:
        self.reached = True
        return super()._exchange(document)


class Agent:
    """A WSGI application that answers documents: ``Agent(company, tokens, store)``.

    ``POST /`` takes a document and answers its reply. ``GET /health`` asks QuickBooks who it is, by the same way and
    for a known token only; ``GET /alive`` only says that the agent runs.

    It must run in one process, with any number of threads.

    Args:
        company: The way to QuickBooks: any transport. It is not closed.
        tokens: The tokens that it knows.
        store: Where it writes down what it sends.
        patience: For how many seconds a document waits for the one that is being answered, before it shall come again.
        largest: How many bytes a document may have.
        health_limit: For how many seconds ``/health`` waits for QuickBooks.

    Raises:
        AgentError: There is no token.
    """

    def __init__(
        self,
        company: Transport,
        tokens: Iterable[AgentToken],
        store: AgentStore,
        *,
        patience: float = 20,
        largest: int = 1 << 24,
        health_limit: float = 30,
    ) -> None:
        self._company, self._store = company, store
        self._tokens = tuple(tokens)
        if not self._tokens:
            raise AgentError("an agent without tokens lets nobody in; procore-qbd agent --new-token makes one")
        self._patience, self._largest, self._health_limit = patience, largest, health_limit
        self._one_at_a_time = threading.Lock()
        self._running: tuple[str, str] | None = None
        self._is_stopping = False
        self._log = logging.getLogger(__name__)

    def __repr__(self) -> str:
        return f"<Agent, {len(self._tokens)} tokens>"

    def stop(self, patience: float = 60) -> bool:
        """Take nothing new, and wait for what is being answered.

        Args:
            patience: For how many seconds at the most.

        Returns:
            Whether nothing is being answered any more.
        """
        self._is_stopping = True
        ended = self._one_at_a_time.acquire(timeout=patience)
        if ended:
            self._one_at_a_time.release()
        return ended

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, as WSGI has it."""
        try:
            content_type, reply = self._answer(environ)
        except _Problem as problem:
            kind = problem.kind
            self._log.info("%d %s", kind.status, kind.name)
            headers = [("Cache-Control", "no-store")]
            if kind.name == "unauthorized":
                headers.append(("WWW-Authenticate", "Bearer"))
            if kind.name == "method-not-allowed":
                headers.append(("Allow", problem.detail))
            if problem.wait is not None:
                headers.append(("Retry-After", str(max(1, round(problem.wait)))))
            body = kind.written(problem.detail, problem.hresult)
            return _told(start_response, kind.status, CONTENT_TYPE, [body], len(body), headers)
        except Exception as error:  # noqa: BLE001  whatever it is, it is not told to strangers
            self._log.error("a fault of the agent: %s", type(error).__name__)
            body = PROBLEMS["fault"].written()
            return _told(start_response, 500, CONTENT_TYPE, [body], len(body), [("Cache-Control", "no-store")])
        size = reply.seek(0, 2)
        reply.seek(0)
        return _told(start_response, 200, content_type, _Pieces(reply), size, [("Cache-Control", "no-store")])

    def _answer(self, environ: Environ) -> tuple[str, BinaryIO]:
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "") or "/"
        if (method, path) == ("GET", "/alive"):
            return "application/json", spooled([b'{"agent": "alive"}'])
        token = self._known(environ.get("HTTP_AUTHORIZATION", ""))
        pages = {"/": ("POST", self._document), "/health": ("GET", self._health), "/alive": ("GET", self._health)}
        if path not in pages:
            raise _Problem("no-such-page")
        allowed, page = pages[path]
        if method != allowed:
            raise _Problem("method-not-allowed", allowed)
        return page(environ, token)

    def _known(self, header: str) -> AgentToken:
        """Whose token it is; each one is compared, whichever is found."""
        scheme, _, said = header.partition(" ")
        digest = _digest(said.strip() if scheme.lower() == "bearer" else "")
        found = None
        for token in self._tokens:
            if hmac.compare_digest(token.sha256, digest):
                found = token
        if found is None or not said:
            raise _Problem("unauthorized")
        return found

    # --- a document --------------------------------------------------------------------------------------------------

    def _document(self, environ: Environ, token: AgentToken) -> tuple[str, BinaryIO]:
        document = self._read(environ)
        key = _key(environ.get("HTTP_IDEMPOTENCY_KEY"), document)
        if key is None:
            with self._alone():
                return "application/xml", self._send(document, token.scope)
        digest, name = fingerprint(document), (token.tenant, key)
        kept = self._store.find(*name)
        if kept is None:
            with self._alone():
                self._running = name  # before it is written down: what is there and not running is uncertain
                try:
                    kept, is_new = self._begin(*name, digest)
                    if is_new:
                        return "application/xml", self._send_once(document, token, kept)
                finally:
                    self._running = None
        return "application/xml", self._again(name, kept, digest)

    def _read(self, environ: Environ) -> bytes:
        """The document, whole, and never more of it than is taken."""
        if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() not in _TYPES:
            raise _Problem("wrong-media-type")
        said, body = environ.get("CONTENT_LENGTH") or "", environ["wsgi.input"]
        if said.isascii() and said.isdecimal():
            length = int(said[:20])
            if length > self._largest:
                raise _Problem("too-large", f"it takes {self._largest} bytes")
            document = _read_up_to(body, length)
            if len(document) < length:
                raise _Problem("cut-short")
        elif not said and environ.get("wsgi.input_terminated"):
            document = _read_up_to(body, self._largest + 1)
            if len(document) > self._largest:
                raise _Problem("too-large", f"it takes {self._largest} bytes")
        else:
            raise _Problem("length-required")
        return document

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nothing else is sent meanwhile."""
        if self._is_stopping:
            raise _Problem("stopping")
        if not self._one_at_a_time.acquire(timeout=self._patience):
            raise _Problem("busy", wait=self._patience / 2)
        try:
            if self._is_stopping:
                raise _Problem("stopping")
            yield
        finally:
            self._one_at_a_time.release()

    def _begin(self, tenant: str, key: str, digest: str) -> tuple[KeptKey, bool]:
        try:
            return self._store.begin(tenant, key, digest)
        except Exception as error:
            self._log.error("%s: the store failed: %s", key, type(error).__name__)
            raise _Problem("store-failed") from error

    def _again(self, name: tuple[str, str], kept: KeptKey, digest: str) -> BinaryIO:
        """What is answered to a document whose key is there already."""
        if not hmac.compare_digest(kept.fingerprint, digest):
            raise _Problem("another-document")
        if kept.state is KeyState.STARTED:
            if self._running == name:
                raise _Problem("in-progress", wait=1)
            kept = self._store.find(*name) or kept  # it may have ended just now
        if kept.state is KeyState.ANSWERED:
            return self._store.reply(kept)
        if kept.state is KeyState.ENDED:
            raise _Problem(kept.kind, kept.detail, kept.hresult)
        raise _Problem("reply-expired" if kept.state is KeyState.EXPIRED else "uncertain")

    def _send_once(self, document: bytes, token: AgentToken, kept: KeptKey) -> BinaryIO:
        """Send the document of a key that is new, and write down how it ends."""
        try:
            reply = self._send(document, token.scope)
        except _Problem as problem:
            ended = problem
            self._write_down(lambda: self._store.end(kept, ended.kind.name, ended.detail, ended.hresult))
            raise
        try:
            self._write_down(lambda: self._store.answer(kept, reply))
        except BaseException:
            reply.close()
            raise
        return reply

    def _write_down(self, how: Callable[[], None]) -> None:
        """Write an ending down; if the disk fails, it is told all the same, and is uncertain to whoever asks again."""
        try:
            how()
        except Exception as error:  # noqa: BLE001  nothing may hide what QuickBooks said
            self._log.error("an ending could not be written down: %s", type(error).__name__)

    def _send(self, document: bytes, scope: Callable[[Transport], Transport] | None = None) -> BinaryIO:
        """Ask QuickBooks."""
        company = _Reached(self._company)
        try:
            with (scope(company) if scope is not None else company).send(document) as reply:
                copy = spooled(iter(lambda: reply.read(PIECE), b""))
            if not copy.seek(0, 2):
                copy.close()
                raise ReplyLostError("it is empty")  # noqa: TRY301  one end for all
            copy.seek(0)
        except EngineError as error:
            nothing = error.effect is Effect.NOT_DONE
            raise _Problem("refused" if nothing else "failed", error.detail, error.hresult) from error
        except NotSentError as error:
            raise _Problem("not-reached" if company.reached else "out-of-scope", _words(error)) from error
        except Exception as error:
            raise _Problem("reply-lost", _words(error)) from error
        return copy

    # --- health ------------------------------------------------------------------------------------------------------

    def _health(self, _environ: Environ, _token: AgentToken) -> tuple[str, BinaryIO]:
        """Ask QuickBooks who it is, within the limit; a QuickBooks that hangs holds up the line, not whoever asks."""
        answers: list[bytes | _Problem] = []
        began = time.monotonic()

        def ask() -> None:
            document = write_requests([Request.query(HostQuery())], dialect=Dialect("6.0", None))
            try:
                with self._alone(), self._send(document) as reply:
                    answers.append(reply.read())
            except _Problem as problem:
                answers.append(problem)

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(self._health_limit)
        if not answers:
            raise _Problem(
                "busy", f"QuickBooks did not answer within {self._health_limit:g} seconds", wait=self._patience
            )
        (answer,) = answers
        if isinstance(answer, _Problem):
            raise answer
        host = read_reply(answer).outcomes[0].record(Host)
        told = {
            "agent": "alive",
            "quickbooks": host.product_name,
            "versions": list(host.supported_qbxml_versions),
            "seconds": round(time.monotonic() - began, 3),
            "keeps_replies_for_seconds": self._store.keep_for,
            "keeps_bytes_of_replies": self._store.keep_bytes,
        }
        return "application/json", spooled([json.dumps(told).encode()])


def _key(header: str | None, document: bytes) -> str | None:
    """The key that a document is sent under; None for one that only reads and has none."""
    try:
        head = asked(document)
    except ValueError as error:
        raise _Problem("no-document", str(error)) from error
    if header is None:
        if head.writes or head.key:
            raise _Problem("no-key")
        return None
    try:
        key = key_in(header)
    except ValueError as error:
        raise _Problem("malformed-key", str(error)) from error
    if head.key not in (None, key):
        raise _Problem("malformed-key", "it is not the newMessageSetID of the document")
    return key


def _words(error: Exception) -> str:
    """What is told of an error; of one that was not raised on purpose only its kind: a document may stand in it."""
    foreign = error.__cause__ if isinstance(error, TransportError) else error
    return error.detail if foreign is None and isinstance(error, TransportError) else type(foreign).__name__


def _read_up_to(body: BinaryIO, length: int) -> bytes:
    pieces = []
    while length > 0 and (piece := body.read(min(length, PIECE))):
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)


class _Pieces:
    """A reply piece by piece, closed by the server at the end."""

    def __init__(self, reply: BinaryIO) -> None:
        self._reply = reply
        self.close = reply.close

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self._reply.read(PIECE), b"")


def _told(
    start_response: StartResponse,
    status: int,
    content_type: str,
    body: Iterable[bytes],
    size: int,
    more: list[tuple[str, str]],
) -> Iterable[bytes]:
    start_response(
        f"{status} {_STATUS[status]}", [("Content-Type", content_type), ("Content-Length", str(size)), *more]
    )
    return body
