"""What a transport is."""

from __future__ import annotations

from typing import BinaryIO, Protocol

__all__ = ["Transport"]


class Transport(Protocol):
    """A connection to QuickBooks, or to a stand-in for it."""

    def send(self, document: bytes, /) -> BinaryIO:
        """One document there, its reply back; the caller closes the reply.

        Whatever else goes wrong on the way is raised as one of these three, from the exception that says why.

        Raises:
            NotSentError: The document never reached QuickBooks; whoever is not sure of that raises the next one.
            ReplyLostError: The document was handed over, or may have been, and no readable reply came back.
            EngineError: QuickBooks answered with an HRESULT instead of a reply.
        """
        ...
