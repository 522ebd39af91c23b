"""A line to a function in the same process, for tests and for simulated company files."""

from __future__ import annotations

import inspect
import io
from typing import TYPE_CHECKING, Any, BinaryIO

from procore_qbd.errors import ReplyLostError
from procore_qbd.transports.base import BaseTransport

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Memory"]


def _must_take_a_document(process: Any) -> None:
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


class Memory(BaseTransport):
    """A transport that hands the document to a function: ``Memory(company_file.process)``.

    Args:
        process: Takes a document and returns the reply, or raises a `TransportError`. Whatever else it raises, nobody
            can say how far it had come, so that is a `ReplyLostError`.
        seen: Is shown every document before it is handed over and every reply after, where given. A document that it
            fails at is not handed over.

    Attributes:
        process: The function.

    Raises:
        TypeError: It is no function of a document.
    """

    def __init__(self, process: Callable[[bytes], bytes], seen: Callable[[str, bytes], object] | None = None) -> None:
        _must_take_a_document(process)
        super().__init__()
        self.process = process
        self._seen = seen

    def _prepare(self, document: bytes) -> None:
        self._show("request", document)

    def _exchange(self, document: bytes) -> BinaryIO:
        reply: object = self.process(document)
        if not isinstance(reply, bytes):
            raise ReplyLostError(f"expected bytes, got {type(reply).__name__}")
        self._show("reply", reply)
        if not reply:
            raise ReplyLostError("it is empty")
        return io.BytesIO(reply)

    def _show(self, side: str, document: bytes) -> None:
        if self._seen:
            self._seen(side, document)
