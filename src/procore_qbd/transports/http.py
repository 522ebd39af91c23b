"""A line to an agent (`procore_qbd.transports.agent`) over HTTP or HTTPS.

All requests that one call of `send` makes for a document that writes carry one `Idempotency-Key`: the agent has it
carried out once at the most, so a request whose answer was lost is made again without danger. What can be said of a
document that was not answered hangs on one thing only, whether its last byte may have left this computer: an agent
refuses what did not arrive whole.

A call ends at its deadline, whatever the network does.
"""

from __future__ import annotations

import ipaddress
import json
import re
import socket
import threading
import time
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from urllib.parse import urlsplit

import requests
import tenacity
from requests import exceptions as failures
from requests.auth import AuthBase

from procore_qbd.errors import NotSentError, ReplyLostError, TransportError
from procore_qbd.transports.base import BaseTransport, Sender
from procore_qbd.transports.documents import asked
from procore_qbd.transports.problems import CONTENT_TYPE, kind_of, quoted_key
from procore_qbd.transports.spooling import PIECE, spooled

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Http", "is_this_computer"]

_LARGEST_PROBLEM: Final = 1 << 16
_DEEP: Final = 8
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 8.0
_OK: Final = 200
_REDIRECTS: Final = range(300, 400)
_NEVER_TAKEN: Final = frozenset({401, 403, 404, 405, 407, 411, 413, 414, 415, 429, 431})
"""What a server in front of the agent answers to what it does not let through."""
_COME_AGAIN: Final = frozenset({429, 502, 503, 504})

_WORDS: Final[tuple[tuple[type[Exception], str, bool], ...]] = (
    (failures.SSLError, "no TLS connection that can be trusted", False),
    (failures.ProxyError, "the proxy does not connect", True),
    (failures.ConnectTimeout, "no connection within the time for it", True),
    (failures.ReadTimeout, "no answer within the time for it", True),
    (failures.ChunkedEncodingError, "the answer was cut short", True),
    (failures.ContentDecodingError, "the answer cannot be decoded", True),
    (failures.ConnectionError, "no connection, or it broke", True),
    (failures.Timeout, "no answer within the time for it", True),
    (failures.RequestException, "the request cannot be made", False),
    (OSError, "no connection, or it broke", True),
)
"""What is said of an exception, whose own words may tell too much; whether it is tried again. The first row counts."""


class _FailedError(Exception):
    """One request failed.

    Attributes:
        told: What is raised if it is not made again.
        again: Whether it may be made again.
        wait: For how many seconds the agent said to wait.
        counts: Whether it is one of the tries.
        is_final: Whether the agent says how the key ended, which is true of the requests before, too.
    """

    def __init__(
        self,
        told: TransportError,
        *,
        again: bool = False,
        wait: float = 0,
        counts: bool = True,
        is_final: bool = False,
    ) -> None:
        super().__init__(told.detail)
        self.told, self.again, self.wait, self.counts, self.is_final = told, again, wait, counts, is_final


class _Bearer(AuthBase):
    """Sends the token; being there, it keeps a ``.netrc`` from sending another one."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def __repr__(self) -> str:
        return "<token>"


class _OneRequest:
    """A document on its way: whether its last byte was handed out, what came of it, and whether anybody waits for that.

    It is a file, read by the library that sends it.
    """

    def __init__(self, document: bytes) -> None:
        self._document, self._at = memoryview(document), 0
        self._lock = threading.Lock()
        self._is_left = False
        self._ended: BinaryIO | BaseException | None = None
        self._response: requests.Response | None = None
        self._has_gone = False

    def __len__(self) -> int:
        return len(self._document)

    def read(self, size: int = -1) -> bytes:
        """The next bytes; none once nobody waits any more."""
        with self._lock:
            if self._is_left:
                raise TimeoutError("nobody waits for it")
            to = len(self._document) if size < 0 else min(self._at + size, len(self._document))
            piece = bytes(self._document[self._at : to])
            self._at = to
            self._has_gone = self._has_gone or to == len(self._document)
            return piece

    def answered(self, response: requests.Response) -> None:
        """An answer begins to come."""
        with self._lock:
            self._response = response

    def end(self, ended: BinaryIO | BaseException) -> None:
        """What came of it."""
        with self._lock:
            self._response = None
            if not self._is_left:
                self._ended = ended
            elif not isinstance(ended, BaseException):
                ended.close()

    def leave(self) -> BinaryIO | BaseException | None:
        """Wait no more: from now on nothing is sent. What came of it, None where nothing came yet."""
        with self._lock:
            self._is_left = True
            shutdown = getattr(getattr(self._response, "raw", None), "shutdown", None)
            if shutdown is not None:  # urllib3 has it from 2.3 on; it ends the thread that reads
                with suppress(Exception):
                    shutdown()
            return self._ended

    def not_answered(self, words: str) -> NotSentError | ReplyLostError:
        """The error of a document without an answer: all hangs on whether its last byte may have left."""
        return ReplyLostError(words) if self._has_gone else NotSentError(words)


def _raised_or(ended: BinaryIO | _FailedError) -> BinaryIO:
    if isinstance(ended, _FailedError):
        raise ended
    return ended


class Http(BaseTransport):
    """A transport to an agent: ``Http("https://books.example.com/", token)``.

    Args:
        url: Where the agent is; ``https``, or ``http`` for one on this computer.
        token: The bearer token.
        sender: The program that sends. The agent has its own name in QuickBooks; this one is told to nobody.
        connect_timeout: For how many seconds a connection may take.
        read_timeout: For how many seconds nothing may come.
        deadline: For how many seconds one `send` may take, with all it tries and the whole reply.
        verify: Whether certificates are verified, or the file of the authorities that are trusted.
        tries: How often it is tried. To ask again while QuickBooks is at the document is no try.
        insecure: Whether ``http`` may go to another computer, where everybody on the way reads token and books.
        session: A session of `requests` to go by, with a proxy or a certificate of its own. Without it none of the
            environment is used: no proxy, no ``.netrc``, no list of authorities.
        sleep: Waits for seconds.
        clock: Seconds of a clock that only goes on.
        jitter: From 0 to 1, for the key and the number of the try: how much of the second half of a pause is waited,
            so that many who were cut off at once do not come back at once.
        new_key: Makes the key of a document that writes and has no ``newMessageSetID``.

    Raises:
        ValueError: The URL will not do, or the token is none.
    """

    def __init__(  # noqa: PLR0913  each may be set by itself
        self,
        url: str,
        token: str,
        *,
        sender: Sender | None = None,
        connect_timeout: float = 5,
        read_timeout: float = 80,
        deadline: float = 90,
        verify: bool | str = True,
        tries: int = 4,
        insecure: bool = False,
        session: requests.Session | None = None,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[str, int], float] | None = None,
        new_key: Callable[[], str] = lambda: uuid.uuid4().hex,
    ) -> None:
        super().__init__(sender)
        self._url, self._where = _checked(url, insecure=insecure)
        if not (token.isascii() and token.isprintable() and token and " " not in token):
            raise ValueError("expected a token of ASCII that prints, without blanks")
        self._auth = _Bearer(token)
        self._connect_timeout, self._read_timeout, self._deadline = connect_timeout, read_timeout, deadline
        self._verify, self._tries = verify, max(1, tries)
        self._is_ours = session is None
        self._session = session if session is not None else _new_session()
        self._sleep, self._clock, self._jitter, self._new_key = sleep, clock, jitter or _jitter, new_key
        self._key: str | None = None
        self._name = ""

    def __repr__(self) -> str:
        return f"<Http {self._where}>"

    def _close(self) -> None:
        if self._is_ours:
            self._session.close()

    def _prepare(self, document: bytes) -> None:
        try:
            head = asked(document)
            key = head.key or (self._new_key() if head.writes else None)
            self._key = quoted_key(key) if key is not None else None
        except ValueError as error:
            raise NotSentError(f"the document cannot be sent to an agent: {error}") from error
        self._name = key or head.set_id or "a document without an id"

    def _exchange(self, document: bytes) -> BinaryIO:
        end = self._clock() + self._deadline
        in_doubt, tries = False, 0

        def once() -> BinaryIO:
            nonlocal in_doubt
            try:
                return self._once(document, end)
            except _FailedError as failed:
                if in_doubt and isinstance(failed.told, NotSentError) and not failed.is_final:
                    failed.told = ReplyLostError(f"an earlier try of it may have arrived; then {failed.told.detail}")
                in_doubt = in_doubt or isinstance(failed.told, ReplyLostError)
                raise

        def wait(state: tenacity.RetryCallState) -> float:
            nonlocal tries
            failed = _failed(state)
            tries += failed.counts
            self._log.info("%s: try %d: %s", self._name, state.attempt_number, failed.told.detail)
            pause: float = min(_FIRST_PAUSE * 2 ** max(0, tries - 1), _LONGEST_PAUSE)
            return max(pause * (1 + self._jitter(self._name, state.attempt_number)) / 2, failed.wait)

        def stop(state: tenacity.RetryCallState) -> bool:
            return tries >= self._tries or self._clock() + state.upcoming_sleep >= end

        again = tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, _FailedError) and error.again),
            wait=wait,
            stop=stop,
            sleep=self._pause,
            reraise=True,
        )
        try:
            return again(once)
        except _FailedError as failed:
            raise failed.told from failed.__cause__

    def _pause(self, seconds: float) -> None:
        self._sleep(seconds)

    def _once(self, document: bytes, end: float) -> BinaryIO:
        """Make one request, in a thread that is left alone at the deadline: to look up a host has no time-out."""
        request = _OneRequest(document)

        def ask() -> None:
            try:
                request.end(self._ask(request, end))
            except BaseException as error:  # noqa: BLE001  it is raised in the thread that waits
                request.end(error)

        asking = threading.Thread(target=ask, name=f"procore_qbd {self._where}", daemon=True)
        try:
            asking.start()
            asking.join(max(0, end - self._clock()))
        finally:
            ended = request.leave()
        if ended is None:
            if self._is_ours:  # the thread has the old one
                self._session.close()
                self._session = _new_session()
            raise _FailedError(request.not_answered(f"the deadline of {self._deadline:g} seconds is over"))
        if isinstance(ended, _FailedError) or not isinstance(ended, BaseException):
            return _raised_or(ended)
        if not isinstance(ended, Exception):
            raise ended
        words, again = next(
            ((words, again) for kind, words, again in _WORDS if isinstance(ended, kind)),
            (f"an unexpected {type(ended).__name__}", False),
        )
        reason = _reason(ended) if isinstance(ended, failures.SSLError) else _why(ended)
        words = f"{words}: {self._where}{f' ({reason})' if reason else ''}"
        raise _FailedError(request.not_answered(words), again=again) from ended

    def _ask(self, request: _OneRequest, end: float) -> BinaryIO:
        left = max(0.001, end - self._clock())
        headers = {"Content-Type": "application/xml", "Accept": f"application/xml, {CONTENT_TYPE}"}
        headers["Accept-Encoding"] = "identity"
        if self._key is not None:
            headers["Idempotency-Key"] = self._key
        with self._session.post(
            self._url,
            data=request,
            headers=headers,
            auth=self._auth,
            timeout=(min(self._connect_timeout, left), min(self._read_timeout, left)),
            verify=self._verify,
            allow_redirects=False,
            stream=True,
        ) as response:
            request.answered(response)
            content_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            if response.status_code == _OK and content_type in ("application/xml", "text/xml"):
                return self._taken(response, end)
            raise self._refused(response, request, content_type, end)

    def _taken(self, response: requests.Response, end: float) -> BinaryIO:
        """The reply, piece by piece."""
        return spooled(self._pieces(response, end))

    def _pieces(self, response: requests.Response, end: float) -> Any:
        """What comes as it comes, until the deadline."""
        for piece in response.iter_content(PIECE):
            if self._clock() >= end:
                raise failures.ReadTimeout("the deadline is over")
            yield piece

    def _refused(
        self, response: requests.Response, request: _OneRequest, content_type: str, end: float
    ) -> _FailedError:
        """What an answer that is no reply becomes."""
        status, wait = response.status_code, _seconds(response.headers.get("Retry-After", ""))
        told = self._problem(response, end) if content_type == CONTENT_TYPE else {}
        if kind := kind_of(told, status):
            counts = kind.name != "in-progress"
            return _FailedError(kind.raised(told), again=kind.again, wait=wait, counts=counts, is_final=kind.kept)
        if status in _REDIRECTS:
            words = f"the URL is not the agent's: it answers {status} and sends one elsewhere, which is not followed"
            return _FailedError(NotSentError(words))
        if status == _OK:
            words = f"what answers is no agent: expected application/xml, got {content_type[:40] or 'no type'!r}"
            return _FailedError(request.not_answered(words))
        words = f"a server in front of the agent answers {status}"
        if status in _NEVER_TAKEN:
            return _FailedError(NotSentError(words), again=status in _COME_AGAIN, wait=wait)
        return _FailedError(request.not_answered(words), again=status in _COME_AGAIN, wait=wait)

    def _problem(self, response: requests.Response, end: float) -> dict[str, Any]:
        text = b""
        for piece in self._pieces(response, end):
            text += piece
            if len(text) > _LARGEST_PROBLEM:
                return {}
        try:
            told = json.loads(text)
        except ValueError:
            return {}
        return told if isinstance(told, dict) else {}


def _new_session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    return session


def _failed(state: tenacity.RetryCallState) -> _FailedError:
    error = state.outcome.exception() if state.outcome is not None else None
    assert isinstance(error, _FailedError)  # noqa: S101  nothing else is tried again
    return error


def _reason(error: BaseException) -> str:
    """Why TLS failed, in the words of the library that speaks it, without address and path."""
    found = re.search(r"\[SSL[^\]]*\][^()]*|certificate verify failed[^()]*", str(error))
    return found[0].strip() if found else type(error).__name__


def _why(error: BaseException) -> str:
    """What the system says of a line that failed; ``''`` where it says nothing."""
    seen: object = error
    for _ in range(_DEEP):
        if isinstance(seen, socket.gaierror):
            return "there is no such host, or nobody to ask for it"
        if isinstance(seen, OSError) and seen.strerror:
            return seen.strerror
        inner = [getattr(seen, "reason", None), getattr(seen, "__cause__", None), getattr(seen, "__context__", None)]
        inner += getattr(seen, "args", ())
        seen = next((one for one in inner if isinstance(one, BaseException)), None)
    return ""


def _seconds(header: str) -> float:
    """A ``Retry-After`` in seconds; a date, which hangs on two clocks, counts for none."""
    return float(header) if re.fullmatch("[0-9]{1,5}", header.strip()) else 0.0


def _jitter(name: str, number: int) -> float:
    """A part that differs from key to key and from try to try, and is always the same for one."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{name} {number}").int / 2**128


def _checked(url: str, *, insecure: bool) -> tuple[str, str]:
    """The URL, and how it is called in words.

    Raises:
        ValueError: It will not do. The message never has the URL in it: a password may stand there.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("the URL cannot be read") from None
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise ValueError("the URL has a user or a password in it; the token is passed by itself")
    if parts.query or parts.fragment:
        raise ValueError(
            "the URL has a query or a fragment; nothing secret may stand in it, and nothing else is needed"
        )
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError("expected a URL such as https://books.example.com/")
    where = f"{parts.scheme}://{parts.netloc}"
    if parts.scheme == "http" and not insecure and not is_this_computer(host):
        raise ValueError(
            f"{where} is not encrypted: everybody on the way could read the token and the books. Use https; or "
            "insecure=True, where the network itself is encrypted"
        )
    if any(ord(one) <= ord(" ") or ord(one) == 127 for one in url) or port == 0:  # noqa: PLR2004  DEL
        raise ValueError("the URL cannot be read")
    return url, where


def is_this_computer(host: str) -> bool:
    """Whether what goes to a host never leaves this computer."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
