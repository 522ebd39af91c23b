"""A line to a function in the same process, for tests and for simulated company files."""

from __future__ import annotations

import inspect
import io
from typing import TYPE_CHECKING, Any, BinaryIO

import attrs

from procore_qbd.errors import NotSentError, ReplyLostError, TransportError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Memory"]


def _takes_a_document(_memory: Memory, _field: object, process: Any) -> None:
    """A function that cannot be called is found out here, where it is certain that nothing was sent."""
    if not callable(process):
        hint = "; hand over its method: Memory(company_file.process)" if hasattr(process, "process") else ""
        what = f"a {type(process).__name__}"
        raise TypeError(f"expected a function that takes a document and returns the reply, got {what}{hint}")
    try:
        signature = inspect.signature(process)
    except ValueError:
        return  # written in C, and it does not say
    try:
        signature.bind(b"")
    except TypeError as error:
        raise TypeError(f"expected a function that takes a document alone, as bytes; {process!r}: {error}") from None


@attrs.frozen
class Memory:
    """A transport that hands the document to a function: ``Memory(company_file.process)``.

    Attributes:
        process: Takes a document and returns the reply, or raises a `TransportError`. Whatever else it raises, nobody
            can say how far it had come, so that is a `ReplyLostError`.
        seen: Is shown every document before it is handed over and every reply after, where given. A document that it
            fails at is not handed over.

    Raises:
        TypeError: It is no function of a document.
    """

    process: Callable[[bytes], bytes] = attrs.field(validator=_takes_a_document)
    seen: Callable[[str, bytes], object] | None = None

    def send(self, document: bytes, /) -> BinaryIO:
        """The document there, the reply back.

        Raises:
            NotSentError: The company file is closed, or the document could not be shown.
            ReplyLostError: There is no reply, or the function failed, or the reply could not be shown.
            EngineError: QuickBooks answered with an HRESULT.
            TypeError: The document is not bytes.
        """
        if not isinstance(document, bytes):
            raise TypeError(f"expected a document as bytes, got {type(document).__name__}")
        try:
            self._show("request", document)
        except Exception as error:
            raise NotSentError(_said(error)) from error
        try:
            reply: object = self.process(document)
            if not isinstance(reply, bytes):
                raise ReplyLostError(f"expected bytes, got {type(reply).__name__}")  # noqa: TRY301  one end for all
            self._show("reply", reply)
        except TransportError:
            raise
        except Exception as error:
            raise ReplyLostError(_said(error)) from error
        if not reply:
            raise ReplyLostError("it is empty")
        return io.BytesIO(reply)

    def _show(self, side: str, document: bytes) -> None:
        if self.seen:
            self.seen(side, document)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
