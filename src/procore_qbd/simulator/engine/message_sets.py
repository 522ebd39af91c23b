"""What QuickBooks remembers of message sets, for programs that lost a reply.

What the two ids of a document ask for, each id compared to the letter:

======================  ====================  =========================================================================
``newMessageSetID``     ``oldMessageSetID``   what is done
======================  ====================  =========================================================================
none                    none                  the requests; nothing is kept
one that is not kept    none, or another      the old reply is forgotten, the requests are done, their reply is kept
one that is kept        none, or another      nothing; to the same bytes the kept reply, to others 9001
one                     the same              nothing, whatever requests there are; the kept reply, or 600
none                    one                   the old reply is forgotten, or 600; then the requests
======================  ====================  =========================================================================

How long a reply is kept, nobody has published. Here it is until it is forgotten by its id, unless `SetMemory` says
otherwise; what is not remembered any more is not kept, in the words of the table.

The published record is thin. Decided here, and not known of QuickBooks: that a kept reply is found by the bytes of its
document; that forgetting a reply does not return it once more; that where the ids alone are wrong (9001, 9002, 9004)
nothing is done and no request answered; that the two ids together, alike and not kept, are 600, where one of Intuit's
samples can be read as 9002; that the requests beside an old id alone are carried out; and that 24 characters are too
many, where Intuit's guides say now 23, now 24. QuickBooks keeps the replies of each program apart; here there is one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import sqlite3
from enum import StrEnum
from typing import TYPE_CHECKING

import attrs

from procore_qbd.errors import ReplyError
from procore_qbd.qbxml import Reply, read_reply, write_reply
from procore_qbd.qbxml.messages.requests import LONGEST_SET_ID
from procore_qbd.simulator.engine.processor import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from procore_qbd.qbxml.messages.envelope import MessageSet
    from procore_qbd.simulator.store.file import Store

__all__ = ["MessageSets", "SetMemory"]

_ALL = "ClearAllMessageSets"
_KEPT, _NOT_KEPT, _ANOTHER, _TORN, _TOO_LONG, _NOT_SAVED = 0, 600, 9001, 9002, 9004, 9005


class SetMemory(StrEnum):
    """Which replies are remembered; a ``timedelta`` in its place says for how long each is."""

    ALL = "all"
    """Each, until it is forgotten by its id."""
    LAST = "last"
    """The one that was kept last."""
    NONE = "none"
    """None: ids are taken, and nothing is kept under them, so no reply that is lost can be asked for."""


def _memory(given: SetMemory | str | dt.timedelta) -> SetMemory | dt.timedelta:
    if isinstance(given, dt.timedelta):
        if given <= dt.timedelta(0):
            raise ValueError(f"expected a time to keep replies for, got {given}; SetMemory.NONE keeps none")
        return given
    try:
        return SetMemory(given)
    except ValueError:
        raise ValueError(
            f"expected {', '.join(map(repr, map(str, SetMemory)))} or a timedelta, got {given!r}"
        ) from None


@attrs.define
class MessageSets:
    """The replies that are kept in a company file, by the ids under which they were asked for.

    Attributes:
        store: Where they are.
        now: The seconds since 1970.
        note: Is told what the reply does not say.
        memory: Which of them are remembered, or for how long by the company file's clock.
    """

    store: Store
    now: Callable[[], int]
    note: Callable[[str], None]
    memory: SetMemory | dt.timedelta = attrs.field(default=SetMemory.ALL, converter=_memory)

    def answer(self, messages: MessageSet, document: bytes, carry_out: Callable[[MessageSet], Reply]) -> bytes:
        """The reply to a document: the kept one, or that of carrying it out, which is kept if that is asked for.

        It is kept after the work, each request of which is on disk by then. Who dies in between leaves work without
        a reply: the id is not known (600), and the same document again does the work again.
        """
        new, old = messages.new_message_set_id or None, messages.old_message_set_id or None
        checksum = hashlib.sha256(document).hexdigest()
        if max(len(new or ""), len(old or "")) > LONGEST_SET_ID:
            return _nothing(new, _TOO_LONG)
        if new is not None or old is not None:
            self._forget_what_is_old()
        if new is not None:
            with self.store.lock:
                kept = self.store.message_set(new)
            if kept is None and new == old:
                return _nothing(new, _NOT_KEPT)
            if kept is not None:
                return self._kept(new, kept[1]) if new == old or kept[0] == checksum else _nothing(new, _ANOTHER)
        status = self._forget(old) if old is not None else None
        status = _KEPT if new is not None else status
        reply = attrs.evolve(carry_out(messages), message_set_id=new, message_set_status=status)
        return _written(reply) if new is None else self._keep(new, checksum, reply)

    def _kept(self, new: str, reply: bytes) -> bytes:
        try:
            read_reply(reply)
        except ReplyError as error:
            self.note(str(error))
            return _nothing(new, _TORN)
        return reply

    def _forget(self, old: str) -> int:
        with self.store.transaction():
            forgotten = self.store.forget_message_sets(None if old == _ALL else old)
        return _KEPT if forgotten or old == _ALL else _NOT_KEPT

    def _forget_what_is_old(self) -> None:
        if self.memory is SetMemory.ALL:
            return
        with self.store.transaction():
            if isinstance(self.memory, dt.timedelta):
                self.store.forget_message_sets_until(self.now() - self.memory.total_seconds())
            elif self.memory is SetMemory.LAST:
                self.store.forget_message_sets_but_the_last()
            else:
                self.store.forget_message_sets(None)

    def _keep(self, new: str, checksum: str, reply: Reply) -> bytes:
        written = _written(reply)
        if self.memory is SetMemory.NONE:
            return written
        try:
            with self.store.transaction():
                self.store.keep_message_set(new, checksum, written, self.now())
        except sqlite3.Error as error:  # what was done is done, and the reply says what
            self.note(str(error))
            return write_reply(attrs.evolve(reply, message_set_status=_NOT_SAVED))
        return written


def _written(reply: Reply) -> bytes:
    return write_reply(reply, [one.text if isinstance(one, Answer) else None for one in reply.outcomes])


def _nothing(new: str | None, status: int) -> bytes:
    return write_reply(Reply(outcomes=(), message_set_id=new, message_set_status=status))
