"""A folder of requests and replies, for where no network leads to QuickBooks: a share, a synchronised folder, a disk.

Each document has a number, and its files begin with that number and the id of its message set, or a chance word:

======================================  ==============================================================================
``00000007.number``                     The number is taken. It is empty, and nobody takes it away.
``00000007-ID.request.xml``             The document waits.
``00000007-ID.withdrawn.xml``           The sender waited long enough: nobody takes it any more.
``00000007-ID.taken.xml``               Somebody carries it out, or died at it.
``00000007-ID.reply.xml``               The reply.
``00000007-ID.error.json``              There is none, and why: ``{"hresult": "0x80040400", "effect": …, "words": …}``.
======================================  ==============================================================================

A file is written under a name that ends in ``.part``, flushed to the disk, and then renamed: under its own name it is
whole. A request changes its name once, by whoever comes first, so it is taken or withdrawn and never both; and it is on
disk that it was taken before QuickBooks hears of it, so nobody carries it out a second time.
"""

from __future__ import annotations

import io
import json
import logging
import os
import re
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from procore_qbd.disk import sync
from procore_qbd.errors import NotSentError, ReplyLostError
from procore_qbd.transports.base import BaseTransport, set_id_of
from procore_qbd.transports.error_json import error_from_json, error_to_json
from procore_qbd.transports.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Callable

    from procore_qbd.errors import TransportError
    from procore_qbd.transports.base import Sender, Transport

__all__ = ["Files", "answer_files"]

_REQUEST, _WITHDRAWN, _TAKEN = ".request.xml", ".withdrawn.xml", ".taken.xml"
_REPLY, _ERROR = ".reply.xml", ".error.json"
_NUMBER, _PART = ".number", ".part"

_SUFFIXES = "|".join(map(re.escape, (_REQUEST, _WITHDRAWN, _TAKEN, _REPLY, _ERROR)))
_OURS = re.compile(rf"(?P<stem>(?P<number>[0-9]{{8,18}})-[0-9A-Za-z_]+)(?P<suffix>{_SUFFIXES})")
_NUMBERED = re.compile(rf"([0-9]{{8,18}})(?:{re.escape(_NUMBER)}|-[0-9A-Za-z_]+(?:{_SUFFIXES})(?:{re.escape(_PART)})?)")
_PLAIN = re.compile(r"[0-9A-Za-z_]{1,40}")

_log = logging.getLogger(__name__)


class Files(BaseTransport):
    """A transport that leaves the document in a folder and waits there for the reply; `answer_files` is the other side.

    What is not answered in time is in doubt, not lost: the request is withdrawn if nobody has taken it, so that nobody
    carries it out later, and it is a `ReplyLostError` all the same, because nobody can be certain that it was not read.
    A reply that comes later stays where it is, for people; no other document is answered by it.

    Any number of senders can share a folder. No file is ever deleted or written over.

    Args:
        folder: The folder; it must be there.
        sender: The program that sends.
        timeout: How many seconds to wait for the reply.
        poll: How many seconds to wait between two looks.
        clock: The time in seconds, which never goes back.
        sleep: Waits so many seconds.

    Attributes:
        folder: The folder.

    Raises:
        ValueError: The time between two looks is not more than nothing, or the timeout is less.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        sender: Sender | None = None,
        *,
        timeout: float = 600,
        poll: float = 0.5,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        if not poll > 0 or not timeout >= 0:
            raise ValueError(f"expected a poll of more than 0 and a timeout of 0 or more, got {poll!r} and {timeout!r}")
        super().__init__(sender)
        self.folder = Path(folder)
        self._timeout = timeout
        self._poll = poll
        self._clock = clock
        self._sleep = sleep
        self._stem = ""

    def _prepare(self, document: bytes) -> None:
        self._stem = self._claim(document)
        _write(self._path(_REQUEST + _PART), document)

    def _exchange(self, document: bytes) -> BinaryIO:
        del document
        try:
            self._hand_over()
            reply = self._wait()
        except BaseException:
            self._withdraw()
            raise
        if reply is None:
            raise ReplyLostError(f"{self._stem} had no reply within {self._timeout:g} seconds; {self._withdraw()}")
        return io.BytesIO(reply)

    def _path(self, suffix: str) -> Path:
        return self.folder / (self._stem + suffix)

    def _claim(self, document: bytes) -> str:
        """A number that no document in the folder has had, and the name that begins with it."""
        set_id = set_id_of(document) or ""
        name = set_id if _PLAIN.fullmatch(set_id) else uuid.uuid4().hex
        known = [int(found[1]) for found in map(_NUMBERED.fullmatch, os.listdir(self.folder)) if found]  # noqa: PTH208
        number = max(known, default=0) + 1
        while True:
            with suppress(FileExistsError):
                os.close(os.open(self.folder / f"{number:08}{_NUMBER}", os.O_CREAT | os.O_EXCL | os.O_WRONLY))
                return f"{number:08}-{name}"
            number += 1

    def _hand_over(self) -> None:
        part = self._path(_REQUEST + _PART)
        try:
            os.rename(part, self._path(_REQUEST))  # noqa: PTH104
        except OSError as error:
            os.unlink(part)  # noqa: PTH108  it is still there, so nobody saw it; where it is not, nobody can tell
            raise NotSentError(self._words(error)) from error
        sync(self.folder)

    def _wait(self) -> bytes | None:
        """The reply; None where the time is over.

        Raises:
            TransportError: There is none, by the word of the other side.
        """
        end = self._clock() + self._timeout
        while True:
            if (reply := _there(self._path(_REPLY))) is not None:
                if not reply:
                    raise ReplyLostError(f"{self._path(_REPLY).name} is empty")
                return reply
            if (error := _there(self._path(_ERROR))) is not None:
                raise _error(error, self._path(_ERROR).name)
            left = end - self._clock()
            if left <= 0:
                return None
            self._sleep(min(self._poll, left))

    def _withdraw(self) -> str:
        """See to it that nobody takes the request any more, unless somebody has; what became of it, in words."""
        try:
            os.rename(self._path(_REQUEST), self._path(_WITHDRAWN))  # noqa: PTH104
            sync(self.folder)
        except OSError:
            return f"it was taken, and what comes of it will be in {self._stem}{_REPLY} or {self._stem}{_ERROR}"
        return f"nobody had taken it, and it was withdrawn: {self._stem}{_WITHDRAWN}"


def answer_files(
    folder: str | os.PathLike[str],
    process: Transport | Callable[[bytes], bytes],
    *,
    until: Callable[[], bool] | None = None,
    poll: float = 0.5,
    sleep: Callable[[float], object] = time.sleep,
) -> int:
    """Take what senders left in a folder, have it answered one after the other by number, and leave the replies.

    A request that was taken earlier and has no reply is not carried out again: whoever took it died at it, or is still
    at work. It is left as it is, and the log says so. A sender whose document has a message set id gets the reply that
    QuickBooks keeps under it by a document of its own.

    Args:
        folder: The folder that the senders write to.
        process: Who answers: another transport, or a function that takes a document and returns the reply.
        until: Whether it is enough, asked before each document and each pause. Without it the end is where nothing
            waits.
        poll: How many seconds to wait between two looks.
        sleep: Waits so many seconds.

    Returns:
        How many documents were answered, with a reply or an error.

    Raises:
        OSError: The folder cannot be read or written. What was just being answered has no reply then, and is not
            carried out again.
        TypeError: It is no transport and no function of a document.
    """
    folder = Path(folder)
    other_side: Any = process
    transport: Transport = other_side if hasattr(process, "send") else Memory(other_side)
    for stem in _left(folder):
        _log.warning("%s%s was taken and has no reply; it is not carried out again", stem, _TAKEN)
    answered = 0
    while until is None or not until():
        if waiting := _waiting(folder):
            answered += _answer(folder, waiting[0], transport)
        elif until is None:
            break
        else:
            sleep(poll)
    return answered


def _answer(folder: Path, stem: str, transport: Transport) -> bool:
    """Answer one request; False where its sender has just withdrawn it, or somebody else has taken it."""
    request, taken = folder / (stem + _REQUEST), folder / (stem + _TAKEN)
    try:
        document = request.read_bytes()
        os.rename(request, taken)  # noqa: PTH104
    except FileNotFoundError:
        return False
    sync(folder)  # or the request might be there again after a power cut, though it was carried out
    _log.debug("%s: is handed over", stem)
    try:
        with transport.send(document) as reply:
            suffix, answer = _REPLY, reply.read()
    except Exception as error:  # noqa: BLE001  whatever it is, the sender must hear of it
        _log.info("%s: %s", stem, type(error).__name__)
        suffix, answer = _ERROR, json.dumps(error_to_json(error), indent=2).encode("ascii") + b"\n"
    part = folder / (stem + suffix + _PART)
    _write(part, answer)
    os.rename(part, folder / (stem + suffix))  # noqa: PTH104
    sync(folder)
    return True


# --- what is there ---------------------------------------------------------------------------------------------------


def _stems(folder: Path) -> dict[str, set[str]]:
    """The files of each document, by number: links and folders are none."""
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
    found: dict[str, set[str]] = {}
    for one in sorted(filter(None, map(_OURS.fullmatch, names)), key=lambda one: (int(one["number"]), one["stem"])):
        found.setdefault(one["stem"], set()).add(one["suffix"])
    return found


def _waiting(folder: Path) -> list[str]:
    """What nobody has taken or answered."""
    settled = {_TAKEN, _WITHDRAWN, _REPLY, _ERROR}
    return [stem for stem, files in _stems(folder).items() if _REQUEST in files and not files & settled]


def _left(folder: Path) -> list[str]:
    """What somebody has taken and not answered."""
    return [stem for stem, files in _stems(folder).items() if _TAKEN in files and not files & {_REPLY, _ERROR}]


def _there(path: Path) -> bytes | None:
    """What is in a file; None while it is not there, or somebody else holds it, as Windows' virus scanners do."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, PermissionError):
        return None


def _error(data: bytes, name: str) -> TransportError:
    """The error that was told; of one that cannot be read nobody knows anything."""
    try:
        return error_from_json(json.loads(data))
    except (ValueError, RecursionError) as error:
        return ReplyLostError(f"{name} cannot be read: {type(error).__name__}")


# --- the disk --------------------------------------------------------------------------------------------------------


def _write(path: Path, data: bytes) -> None:
    """Write a new file, down to the disk."""
    try:
        with path.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            os.unlink(path)  # noqa: PTH108
        raise
