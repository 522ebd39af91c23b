"""A line to a function in the same process, for tests and for simulated company files."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Memory"]


@attrs.frozen
class Memory:
    """A transport that hands the document to a function: ``Memory(company_file.process)``.

    Attributes:
        process: Takes a document and returns the reply, or raises `EngineError`.
        seen: Is shown every document before it is handed over and every reply after, where given.
    """

    process: Callable[[bytes], bytes]
    seen: Callable[[str, bytes], None] | None = None

    def send(self, document: bytes, /) -> BinaryIO:
        """The document there, the reply back."""
        if self.seen:
            self.seen("request", document)
        reply = self.process(document)
        if self.seen:
            self.seen("reply", reply)
        return io.BytesIO(reply)
