"""A cassette beside a test: recorded once, then played strictly.

Strictly: what was recorded and not sent fails, and so does what was sent and not recorded, even where the program takes
the error for a QuickBooks that is away and says nothing of it.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NoReturn

from procore_qbd.errors import NotSentError
from procore_qbd.transports import Player, Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from procore_qbd.transports import Redact, Transport

__all__ = ["CassetteMode", "StrictPlayer", "cassette_at", "cassette_path", "marked"]

_PLAIN = re.compile(r"[^\w.\[\]-]+", re.ASCII)
_LONGEST = 100


class CassetteMode(StrEnum):
    """What becomes of cassettes in a run of tests."""

    REPLAY = "replay"
    RECORD = "record"
    NONE = "none"

    @classmethod
    def _missing_(cls, value: object) -> NoReturn:
        raise ValueError(f"cassettes: expected one of {', '.join(cls)}, got {value!r}")


class StrictPlayer(Player):
    """A `Player` that remembers what it could not answer.

    Attributes:
        unanswered: What was said of each document that no exchange answered.
    """

    unanswered: tuple[str, ...] = ()

    def _prepare(self, document: bytes) -> None:
        try:
            super()._prepare(document)
        except NotSentError as error:
            self.unanswered += (error.detail.removeprefix(f"{self.path}: "),)
            raise

    def must_be_played(self) -> None:
        """See that all was sent that was recorded, and nothing else.

        Raises:
            AssertionError: Something was not; the message has both.
        """
        wrong = [f"recorded and not sent: {exchange}" for exchange in self.left]
        wrong += [f"sent and not recorded: {detail}" for detail in self.unanswered]
        if wrong:
            lines = "\n".join(wrong).replace("\n", "\n  ")
            raise AssertionError(f"{self.path}: what was sent is not what was recorded\n  {lines}")


@contextmanager
def cassette_at(
    path: Path,
    mode: CassetteMode,
    quickbooks: Callable[[], Transport],
    *,
    redact: Redact | None = None,
    in_order: bool = True,
) -> Iterator[Transport]:
    """A transport that plays a cassette, records it, or goes straight to QuickBooks.

    Args:
        path: The cassette. Its folder is made when it is recorded.
        mode: Which of the three.
        quickbooks: Opens the line to QuickBooks; it is not called where a cassette is played.
        redact: What nobody shall read in a cassette that is recorded.
        in_order: Whether documents must come in the order in which they were recorded.

    Raises:
        FileNotFoundError: There is no cassette to play.
        ValueError: The file is no cassette, is damaged, or is of a later release.
        AssertionError: At the end: what was sent is not what was recorded.
    """
    if mode is CassetteMode.NONE:
        yield quickbooks()
        return
    if mode is CassetteMode.RECORD:
        path.parent.mkdir(parents=True, exist_ok=True)
        with Recorder(quickbooks(), path, redact) as recorder:
            yield recorder
        return
    if not path.exists():
        raise FileNotFoundError(f"{path}: there is no cassette yet; record it with pytest --cassettes=record")
    with StrictPlayer(path, in_order=in_order) as player:
        yield player
    player.must_be_played()


def marked(
    test_file: Path, test_id: str, path: str | None = None, *, redact: Redact | None = None, in_order: bool = True
) -> tuple[Path, dict[str, Any]]:
    """Where the cassette of a test lies, and how it is kept, by what its marker says.

    Args:
        test_file: The file that the test is in.
        test_id: What pytest calls the test.
        path: Where, from the folder of the test file; by default it is named after the test.
        redact: See `cassette_at`.
        in_order: See `cassette_at`.
    """
    where = cassette_path(test_file, test_id.partition("::")[2]) if path is None else test_file.parent / path
    return where, {"redact": redact, "in_order": in_order}


def cassette_path(test_file: Path, test: str) -> Path:
    """Where the cassette of a test lies: ``cassettes/test_bills/test_a_bill[us].cassette`` beside ``test_bills.py``.

    Args:
        test_file: The file that the test is in.
        test: Its name in there, with its class and its parameters. What no file can be called is left out, and a few
            letters made from the whole name are put in its place.
    """
    name = _PLAIN.sub("-", test.replace("::", "."))[:_LONGEST]
    if name != test.replace("::", "."):
        name += f"-{hashlib.sha256(test.encode()).hexdigest()[:8]}"
    return test_file.parent / "cassettes" / test_file.stem / f"{name}.cassette"
