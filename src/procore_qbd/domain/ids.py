"""QuickBooks' ids, of one part or of several, which are text on the wire only; and when two names are one."""

from __future__ import annotations

import re
import unicodedata

import attrs

__all__ = ["Pair", "QuickBooksId", "one_spelling", "same_text"]

_BAR = "|"


@attrs.frozen
class Pair:
    """The job and the service item that a project cost code is in QuickBooks; on the wire ``'<job>|<item>'``."""

    job: str
    item: str

    def __str__(self) -> str:
        return f"{self.job}{_BAR}{self.item}"

    @classmethod
    def of(cls, text: str | Pair | None, job: str | None = None) -> Pair | None:
        """From ``'<job ListID>|<item ListID>'``; None where it is no such pair.

        Args:
            text: As it is on the wire.
            job: The job of the whole request, where a payload names the item alone.
        """
        if isinstance(text, Pair):
            return text
        left, bar, item = (text or "").partition(_BAR)
        if not bar:
            left, item = job or "", left
        return cls(left, item) if left and item and _BAR not in item else None


@attrs.frozen
class QuickBooksId:
    """A transaction and the lines of it that an item is: what a change order is in QuickBooks.

    On the wire ``'<TxnID>|<TxnLineID>|…'``.
    """

    transaction: str
    lines: tuple[str, ...] = ()

    def __str__(self) -> str:
        return _BAR.join((self.transaction, *self.lines))

    @classmethod
    def of(cls, text: str | QuickBooksId) -> QuickBooksId:
        """From its form on the wire."""
        if isinstance(text, QuickBooksId):
            return text
        transaction, *lines = text.split(_BAR)
        return cls(transaction, tuple(line for line in lines if line))


_BLANK = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")


def one_spelling(name: str) -> str:
    """A name with composed letters and one kind of blank: names that look the same are the same, letter by letter."""
    return _BLANK.sub(" ", unicodedata.normalize("NFC", name))


def same_text(one: str | None, other: str | None) -> bool:
    """Whether two names, numbers or full names are one in QuickBooks: case and the blanks around them do not count.

    None and blank are no name, and like nothing.
    """
    return bool(key := _key(one)) and key == _key(other)


def _key(text: str | None) -> str:
    return ":".join(part.strip() for part in (text or "").casefold().split(":"))
