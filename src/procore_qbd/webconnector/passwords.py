"""Passwords of the Web Connector, and the tickets of its sessions: how they are made, kept, and compared.

The Web Connector logs in by itself, every few minutes, for each company file: a slow hash at each login would keep the
server busy with nothing else. So a password is made here by default (`new_password`), of so many random bits that
nobody can try them all, and is kept under a fast hash. Only a password that a person chose is kept under a slow one,
``scrypt``, of which no more than two are worked out at a time.

What is kept names its scheme and its parameters, so they can change: `outdated` says when to keep a password anew.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import threading
import unicodedata
import uuid
from typing import Final

import attrs

__all__ = ["delay", "hashed", "matches", "new_password", "new_ticket", "outdated", "ticket_digest"]

_RANDOM_BYTES: Final = 18
_FEWEST_CHARACTERS: Final = 22  # of 64 letters each: 128 bits and more

_N, _R, _P = 2**14, 8, 5  # 16 MiB, and some tenths of a second
_SALT_BYTES, _HASH_BYTES = 16, 32
_MOST_MEMORY: Final = 2**28  # what is kept could have been tampered with, and must not eat the computer
_MOST_WORK: Final = 2**25

_FREE: Final = 2
_LONGEST_DELAY: Final = 300.0

_SHA256: Final = re.compile(r"sha256\$([0-9a-f]{64})")
_SCRYPT: Final = re.compile(
    r"scrypt\$([1-9][0-9]{0,8})\$([1-9][0-9]{0,3})\$([1-9][0-9]{0,3})\$([0-9A-Za-z_-]{1,200})\$([0-9A-Za-z_-]{20,200})"
)
_NOBODYS: Final = hashlib.sha256(b"the password of nobody").hexdigest()

_TWO_AT_A_TIME: Final = threading.BoundedSemaphore(2)


@attrs.frozen
class _Scrypt:
    """A slow hash, with all that it was made with."""

    n: int
    r: int
    p: int
    salt: bytes
    digest: bytes = attrs.field(repr=False)

    @property
    def is_of_today(self) -> bool:
        today = (_N, _R, _P, _SALT_BYTES, _HASH_BYTES)
        return (self.n, self.r, self.p, len(self.salt), len(self.digest)) == today


def new_password() -> str:
    """A fresh password of 144 random bits: 24 letters, digits, ``-`` and ``_``."""
    return secrets.token_urlsafe(_RANDOM_BYTES)


def hashed(password: str, *, generated: bool) -> str:
    """What is kept of a password, from which nobody finds the password.

    Args:
        password: The password.
        generated: Whether a computer made it at random, as `new_password` does. One that a person chose, or may have
            chosen, needs the slow hash.

    Raises:
        ValueError: It is empty, or it is too short for one that was made at random.
    """
    if not password:
        raise ValueError("the password is empty; new_password() makes one")
    if generated:
        if len(password) < _FEWEST_CHARACTERS:
            raise ValueError(
                f"the password has {len(password)} characters, and one that was made at random has "
                f"{_FEWEST_CHARACTERS} or more; make one with new_password(), or say generated=False"
            )
        return f"sha256${_fast(password)}"
    salt = secrets.token_bytes(_SALT_BYTES)
    digest = _slow(password, _N, _R, _P, salt, _HASH_BYTES)
    return f"scrypt${_N}${_R}${_P}${_written(salt)}${_written(digest)}"


def matches(kept: str | None, password: str) -> bool:
    """Whether a password is the one that was kept; how long it takes does not say how much of it is right.

    Args:
        kept: What `hashed` made of the password. None where nobody has the user's name: the work is the same as with
            a password that was made here, so that nobody finds out which names there are.
        password: What was given.

    Raises:
        ValueError: What was kept is none of `hashed`.
    """
    if kept is None:
        hmac.compare_digest(_NOBODYS, _fast(password))
        return False
    one = _read(kept)
    if isinstance(one, str):
        return hmac.compare_digest(one, _fast(password))
    return hmac.compare_digest(one.digest, _slow(password, one.n, one.r, one.p, one.salt, len(one.digest)))


def outdated(kept: str) -> bool:
    """Whether a password was kept in another way than today's; at the next login that succeeds it is kept anew.

    Args:
        kept: What was kept.

    Raises:
        ValueError: It is none of `hashed`.
    """
    one = _read(kept)
    return isinstance(one, _Scrypt) and not one.is_of_today


def delay(failures: int) -> float:
    """For how many seconds nobody may try again after so many wrong passwords, one after the other.

    Nothing after the first two, which are slips of the finger; then 1, 2, 4 and so on, and 300 at the most, so that a
    Web Connector that knocks with an old password never locks the bookkeeper out for ever.

    Args:
        failures: How many.

    Raises:
        ValueError: It is less than 0.
    """
    if failures < 0:
        raise ValueError(f"expected a number of failures, 0 or more, got {failures}")
    return 0.0 if failures <= _FREE else min(_LONGEST_DELAY, 2.0 ** min(failures - _FREE - 1, 60))


def new_ticket() -> str:
    """A fresh ticket for a session: 128 random bits in the shape of a GUID with braces."""
    return f"{{{uuid.UUID(bytes=secrets.token_bytes(16))}}}"


def ticket_digest(ticket: str) -> str:
    """What is kept of a ticket: its SHA-256, in hexadecimal digits.

    Args:
        ticket: The ticket, as it was given out.
    """
    return hashlib.sha256(ticket.encode("utf-8", "surrogatepass")).hexdigest()


def _fast(password: str) -> str:
    return hashlib.sha256(password.encode("utf-8", "surrogatepass")).hexdigest()


def _slow(password: str, n: int, r: int, p: int, salt: bytes, length: int) -> bytes:
    # An umlaut may be typed as one character or as two, as the keyboard has it.
    typed = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    with _TWO_AT_A_TIME:
        return hashlib.scrypt(typed, salt=salt, n=n, r=r, p=p, maxmem=_memory(n, r, p) + 2**20, dklen=length)


def _memory(n: int, r: int, p: int) -> int:
    """How many bytes it needs."""
    return 128 * r * (n + p + 2)


def _read(kept: str) -> str | _Scrypt:
    """What was kept: the digits of a fast hash, or a slow one."""
    if found := _SHA256.fullmatch(kept):
        return found[1]
    if found := _SCRYPT.fullmatch(kept):
        n, r, p = int(found[1]), int(found[2]), int(found[3])
        is_usable = n > 1 and not n & (n - 1) and _memory(n, r, p) <= _MOST_MEMORY and n * r * p <= _MOST_WORK
        salt, digest = _unwritten(found[4]), _unwritten(found[5])
        if is_usable and salt and digest:
            return _Scrypt(n, r, p, salt, digest)
    raise ValueError(  # without what was kept: it may be a password that somebody put there by mistake
        "what is kept of a password cannot be read: expected sha256$… or scrypt$N$r$p$salt$hash, as hashed() writes "
        "it; give the user a new password"
    )


def _written(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def _unwritten(text: str) -> bytes:
    """The bytes; none where they are not written as they would be."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return b""
    return data if _written(data) == text else b""
