"""Who should be told of a move, and what: as data. The library sends no mail; the app does."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import attrs

from procore_qbd.domain import ErpItem
from procore_qbd.domain.lifecycle import ItemMove, ItemState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from procore_qbd.journal.items import ItemRecord

__all__ = ["Notice", "Recipient", "notices"]


class Recipient(StrEnum):
    """Whom a notice is for."""

    APPROVERS = "accounting approvers"
    SENDER = "whoever sent it"
    CREATOR = "whoever created it"
    PROJECT_APPROVERS = "accounting approvers of the project"


@attrs.frozen(kw_only=True)
class Notice:
    """What somebody should be told of a move.

    Attributes:
        recipient: Whom it is for.
        person: Their name, where it is one person whom the tool knows.
        at_once: Whether to tell it now, or with the digest of the day.
        words: What to say.
    """

    recipient: Recipient
    person: str | None = None
    at_once: bool
    words: str


_OF_REJECTION: Mapping[ErpItem, tuple[Recipient, ...]] = {
    ErpItem.COMMITMENT: (Recipient.CREATOR,),
    ErpItem.CCO: (Recipient.CREATOR,),
    ErpItem.PROJECT: (Recipient.SENDER, Recipient.CREATOR, Recipient.PROJECT_APPROVERS),
}
"""Who is told that an item was rejected; of other kinds whoever sent it. Procore's pages differ about projects, so all
whom they name are told."""


_DECISION_WAITS = (ItemState.SENT, ItemState.UPDATE_SENT)


def notices(move: ItemMove, record: ItemRecord, user: str, comment: str) -> Iterator[Notice]:
    """Who is told of a move.

    Of what is sent the approvers read in the digest of the day, of what is sent again nobody does; who is rejected is
    told at once. Source: support.procore.com, the tutorials on sending and rejecting items.

    Args:
        move: What was done.
        record: The item as it is now.
        user: Who did it.
        comment: What that user said.
    """
    what = f"{record.item.kind.label} {record.name!r}"
    if move is ItemMove.SEND and record.state in _DECISION_WAITS:
        yield Notice(recipient=Recipient.APPROVERS, at_once=False, words=f"{user} sent the {what}")
    if move is ItemMove.REJECT:
        people = {Recipient.SENDER: record.sent_by, Recipient.CREATOR: record.created_by}
        for recipient in _OF_REJECTION.get(record.item.erp_item, (Recipient.SENDER,)):
            words = f"{user} rejected the {what}" + (f": {comment}" if comment else "")
            yield Notice(recipient=recipient, person=people.get(recipient), at_once=True, words=words)
