"""What a transport is."""

from __future__ import annotations

from typing import BinaryIO, Protocol

__all__ = ["Transport"]


class Transport(Protocol):
    """A line to QuickBooks, or to what stands in for it."""

    def send(self, document: bytes, /) -> BinaryIO:
        """One document there, its reply back; the caller closes the reply.

        Raises:
            EngineError: QuickBooks did not take the document, or is not there.
        """
        ...
