"""A disk that forgets: what was not synced may be gone after a power cut, and a file that was deleted may be back.

It is a file system for the SQLite that apsw brings, which is another release than Python's. It has no shared memory, so
a write-ahead log needs ``PRAGMA locking_mode = EXCLUSIVE`` here; that changes nothing in what is written and synced when.
"""
# ruff: noqa: N802, ARG002  # SQLite names them, and says what they are given

from __future__ import annotations

import itertools
import sqlite3
import sqlite3.dbapi2
from typing import TYPE_CHECKING, Any

import apsw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pytest

Files = dict[str, bytes]


def listen(monkeypatch: pytest.MonkeyPatch, hear: Callable[[object, str], object]) -> None:
    """Hear every statement that is said to a SQLite from here on, and on which connection."""
    connect = sqlite3.dbapi2.connect

    def listening(*where: Any, **how: Any) -> sqlite3.Connection:
        connection = connect(*where, **how)
        connection.set_trace_callback(lambda words: hear(connection, words))
        return connection

    monkeypatch.setattr(sqlite3.dbapi2, "connect", listening)


SECTOR = 512
"""So many bytes are written whole or not at all, wherever the rest of them stays."""

_numbers = itertools.count()


class Disk(apsw.VFS):
    """Files in memory, each as programs see it and as it is after a power cut.

    Attributes:
        files: By name.
        deleted: Those whose deletion was not synced.
        looks: Called whenever something was done to the disk.
        waits: Called before somebody waits for a file.
    """

    def __init__(self, files: Files | None = None) -> None:
        self.name = f"forgetful-{next(_numbers)}"
        self.files = {name: Content(content) for name, content in (files or {}).items()}
        self.deleted: dict[str, Content] = {}
        self.looks: Callable[[], None] = lambda: None
        self.waits: Callable[[], None] = lambda: None
        super().__init__(self.name, "")

    def after_a_cut(self, survives: Callable[[int], bool], *, deletions_come_back: bool) -> Files:
        """What is found when there is power again.

        Args:
            survives: Whether a write does that nobody waited for, by its number; with 0 for none of a file.
            deletions_come_back: Whether files are there again whose deletion nobody waited for.
        """
        there = (self.deleted if deletions_come_back else {}) | self.files
        found = {name: content.after_a_cut(survives) for name, content in there.items()}
        return {name: content for name, content in found.items() if content is not None}

    def xOpen(self, name: apsw.URIFilename | str | None, flags: list[int]) -> File:
        flags[1] = flags[0]
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        return File(self, self.files.setdefault(path, Content()))

    def xDelete(self, filename: str, syncdir: bool) -> None:
        self.deleted[filename] = self.files.pop(filename)
        if syncdir:
            self.deleted.clear()
        self.looks()

    def xAccess(self, pathname: str, flags: int) -> bool:
        return pathname in self.files

    def xFullPathname(self, name: str) -> str:
        return name


class Content:
    """What is in a file, what was synced of it, and what was done to it since."""

    def __init__(self, synced: bytes | None = None) -> None:
        self.seen = bytearray(synced or b"")
        self.synced = synced
        self.since: list[tuple[int, bytes | None]] = []

    def write(self, offset: int, data: bytes) -> None:
        """Bytes from an offset on."""
        _put(self.seen, offset, data)
        self.since += [(offset + at, data[at : at + SECTOR]) for at in range(0, len(data), SECTOR)]

    def truncate(self, size: int) -> None:
        """Nothing behind a size."""
        _put(self.seen, size, None)
        self.since.append((size, None))

    def sync(self) -> None:
        """Nothing of it is forgotten from here on."""
        self.synced, self.since = bytes(self.seen), []

    def after_a_cut(self, survives: Callable[[int], bool]) -> bytes | None:
        """What is left; None if not even the file's name was kept."""
        left = list(itertools.compress(self.since, map(survives, itertools.count(1))))
        if self.synced is None and not left:
            return None
        found = bytearray(self.synced or b"")
        for offset, data in left:
            _put(found, offset, data)
        return bytes(found)


def _put(content: bytearray, offset: int, data: bytes | None) -> None:
    if data is None:
        del content[offset:]
    else:
        content.extend(bytes(max(0, offset - len(content))))
        content[offset : offset + len(data)] = data


class File:
    """An open file of a disk."""

    def __init__(self, disk: Disk, content: Content) -> None:
        self.disk, self.content = disk, content

    def xRead(self, amount: int, offset: int) -> bytes:
        return bytes(self.content.seen[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:
        self.content.write(offset, bytes(data))
        self.disk.looks()

    def xTruncate(self, newsize: int) -> None:
        self.content.truncate(newsize)
        self.disk.looks()

    def xSync(self, flags: int) -> None:
        self.disk.waits()
        self.content.sync()
        self.disk.looks()

    def xFileSize(self) -> int:
        return len(self.content.seen)

    def xClose(self) -> None:
        """Nothing is written by that."""

    def xLock(self, level: int) -> None:
        """Nobody else is there."""

    def xUnlock(self, level: int) -> None:
        """Nobody else is there."""

    def xCheckReservedLock(self) -> bool:
        return False

    def xFileControl(self, op: int, ptr: int) -> bool:
        return False

    def xDeviceCharacteristics(self) -> int:
        return apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE

    def xSectorSize(self) -> int:
        return 4096


SURVIVALS: dict[str, Callable[[int], bool]] = {
    "nothing": lambda _: False,
    "everything": lambda _: True,
    "every other": lambda number: number % 2 == 0,
    "all but the first": lambda number: number > 1,
    "all but every third": lambda number: number % 3 != 0,
}
"""What a power cut may leave of the writes that nobody waited for: they reach the disk in any order."""


def cuts(disk: Disk, *, deletions_come_back: bool) -> Iterator[Files]:
    """What may be found after a power cut now."""
    for survives in SURVIVALS.values():
        yield disk.after_a_cut(survives, deletions_come_back=deletions_come_back)
