"""A small file system in memory, for one process and those that it starts: to be filled up in earnest."""

import ctypes
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

__all__ = ["SKIPPED", "a_small_disk", "fill"]

SKIPPED = 77
"""With what a child leaves that may have no such file system."""
_NOBODY = 65534
"""Who the child is to those that it starts: a PostgreSQL server refuses the administrator."""


def a_small_disk(folder, megabytes):
    """Mount one there; who may not have one leaves with `SKIPPED`."""
    libc = ctypes.CDLL(None, use_errno=True)
    new_user, new_mounts, user, group = 0x10000000, 0x00020000, os.getuid(), os.getgid()
    if sys.platform != "linux" or libc.unshare(new_user | new_mounts):
        os._exit(SKIPPED)
    maps = ("setgroups", "deny"), ("uid_map", f"{_NOBODY} {user} 1"), ("gid_map", f"{_NOBODY} {group} 1")
    for what, words in maps:
        Path(f"/proc/self/{what}").write_text(words, "ascii")
    if libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, b"size=%dm" % megabytes):
        os._exit(SKIPPED)


def fill(folder):
    """Take all the room there is; the file that takes it, which makes room again where it is deleted."""
    ballast = folder / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(bytes(4096 * 64)):  # as much of it as there is room for
            pass
    assert shutil.disk_usage(folder).free == 0
    return ballast
