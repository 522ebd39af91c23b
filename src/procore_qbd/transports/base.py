"""What a transport is, and what all of ours have in common.

A document goes through two stages. What fails while it is made ready (`BaseTransport._prepare`) never reached
QuickBooks; what fails while it is exchanged (`BaseTransport._exchange`) may have been carried out, unless the transport
itself knows better and raises one of our errors. So no exception of a library that a transport stands on gets out, and
none says more of what was written than is known.

Loggers are named by module (``procore_qbd.transports.http``); they tell ids, sizes and kinds of errors, never a
document, a reply, a password or a token.
"""

from __future__ import annotations

import logging
import re
import threading
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, BinaryIO, Protocol, Self

import attrs

from procore_qbd.codes import Effect
from procore_qbd.errors import EngineError, NotSentError, ReplyLostError, TransportError
from procore_qbd.qbxml import Dialect, Request, read_reply, write_requests
from procore_qbd.qbxml.entities.company import Host, HostQuery

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["BaseTransport", "Sender", "Transport", "TransportWrapper", "never_handed_over", "set_id_of"]

_SET_ID = re.compile(rb"""\bnewMessageSetID\s*=\s*["']([^"'<>]*)["']""")
_HEAD = 1000


class Transport(Protocol):
    """A connection to QuickBooks, or to a stand-in for it: all that `run` and `drain` need."""

    def send(self, document: bytes, /) -> BinaryIO:
        """One document there, its reply back; the caller closes the reply.

        Whatever else goes wrong on the way is raised as one of these three, from the exception that says why.

        Raises:
            NotSentError: The document never reached QuickBooks; whoever is not sure of that raises the next one.
            ReplyLostError: The document was handed over, or may have been, and no readable reply came back.
            EngineError: QuickBooks answered with an HRESULT instead of a reply.
        """
        ...


@attrs.frozen
class Sender:
    """The program that sends, as QuickBooks knows it.

    Attributes:
        application_name: What the bookkeeper sees when QuickBooks asks whether to let it in. Another name is another
            program to QuickBooks: it asks anew, and does not find the replies that it kept for the first.
        application_id: The id that Intuit gave out, or ``''``.
    """

    application_name: str = "procore_qbd"
    application_id: str = ""


class BaseTransport(ABC):
    """A transport that can be closed, takes one document at a time from any thread, and raises no foreign exception.

    Args:
        sender: The program that sends.

    Attributes:
        sender: The program that sends.
    """

    def __init__(self, sender: Sender | None = None) -> None:
        self.sender = sender if sender is not None else Sender()
        self._one_at_a_time = threading.RLock()
        self._is_closed = False
        self._host: Host | None = None
        self._log = logging.getLogger(type(self).__module__)

    def send(self, document: bytes, /) -> BinaryIO:
        """One document there, its reply back; the caller closes the reply.

        Raises:
            NotSentError: The document never reached QuickBooks, as when the transport is closed.
            ReplyLostError: The document was handed over, or may have been, and no readable reply came back.
            EngineError: QuickBooks answered with an HRESULT instead of a reply.
            TypeError: The document is not bytes.
        """
        if not isinstance(document, bytes):
            raise TypeError(f"expected a document as bytes, got {type(document).__name__}")
        set_id = set_id_of(document)
        name, extra = set_id or "a document without an id", {"message_set_id": set_id}
        with self._one_at_a_time:
            try:
                if self._is_closed:
                    raise NotSentError("the transport is closed")  # noqa: TRY301  one end for all
                self._prepare(document)
            except Exception as error:  # noqa: BLE001  whatever it is, nothing was handed over
                told = never_handed_over(error, self._words(error))
                self._log.info("%s: not sent: %s", name, type(error).__name__, extra=extra)
                raise told from (error if told is not error else error.__cause__)
            self._log.debug("%s: %d bytes are handed over", name, len(document), extra=extra)
            try:
                reply = self._exchange(document)
            except Exception as error:  # noqa: BLE001  whatever it is, the table says what is known
                told = self._told(error)
                self._log.info("%s: %s: %s", name, told.effect.value, type(error).__name__, extra=extra)
                raise told from (error if told is not error else error.__cause__)
            self._log.debug("%s: is answered", name, extra=extra)
            return reply

    def close(self) -> None:
        """End it; a document on its way is waited for. It may be closed any number of times."""
        with self._one_at_a_time:
            if not self._is_closed:
                self._is_closed = True
                self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        self.close()

    @property
    def host(self) -> Host:
        """What QuickBooks says of itself; it is asked once in a session.

        Raises:
            TransportError: It did not answer.
            RefusedError: It does not tell.
        """
        with self._one_at_a_time:
            if self._host is None:
                # every QuickBooks since 2007, in every country, reads 6.0
                document = write_requests([Request.query(HostQuery())], dialect=Dialect("6.0", None))
                with self.send(document) as reply:
                    self._host = read_reply(reply.read()).outcomes[0].record(Host)
            return self._host

    @property
    def dialect(self) -> Dialect:
        """The best dialect that QuickBooks and this library both speak: ``WorkerSettings(dialect=transport.dialect)``.

        Raises:
            TransportError: QuickBooks did not answer.
            RefusedError: It does not tell.
            ValueError: There is none.
        """
        return Dialect.from_host(self.host)

    def _prepare(self, document: bytes) -> None:  # noqa: B027  there may be nothing to do
        """Do all that can be done before the document is handed over."""

    @abstractmethod
    def _exchange(self, document: bytes) -> BinaryIO:
        """Hand the document over, and take the reply."""

    def _close(self) -> None:  # noqa: B027  the same
        """Let go of what is held."""

    def _new_session(self) -> None:
        """Forget what was said in an earlier session: another company file, or another QuickBooks, may be there now."""
        self._host = None

    def _words(self, error: Exception) -> str:
        """What a foreign exception says, without what must not be told."""
        return f"{type(error).__name__}: {error}".removesuffix(": ")

    def _told(self, error: Exception) -> TransportError:
        """What an exception becomes that was raised when the document may have been handed over."""
        if isinstance(error, TransportError):
            return error
        return ReplyLostError(self._words(error))


class TransportWrapper(BaseTransport):
    """A transport before another one: it hands documents on, and closes the other one with itself.

    Args:
        transport: The other one; what it can do beyond `Transport.send` is used where it is there.

    Attributes:
        transport: The other one.
    """

    def __init__(self, transport: Transport) -> None:
        super().__init__(getattr(transport, "sender", None))
        self.transport = transport

    def _exchange(self, document: bytes) -> BinaryIO:
        return self.transport.send(document)

    def _close(self) -> None:
        close = getattr(self.transport, "close", None)
        if close is not None:
            close()


def never_handed_over(error: Exception, words: str) -> TransportError:
    """The error of a document that was not handed over: nothing of it can have been written."""
    if isinstance(error, EngineError):
        return EngineError(error.hresult, error.detail, effect=Effect.NOT_DONE)
    return error if isinstance(error, NotSentError) else NotSentError(words)


def set_id_of(document: bytes) -> str | None:
    """The message set id that a document is sent under: its idempotency key, and its correlation id in logs."""
    found = _SET_ID.search(document[:_HEAD])
    return found[1].decode("utf-8", "replace") if found else None
