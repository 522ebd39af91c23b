"""What is checked: the bounds of a world, the rules by which the driver goes, and what is wrong with some."""

from __future__ import annotations

import attrs

__all__ = ["AS_IT_STANDS", "REPAIRED", "Rules", "World"]


@attrs.frozen(kw_only=True)
class World:
    """What may befall, and how often.

    Attributes:
        tries: In how many documents the export is tried. The calm that follows everything may use two more.
        claims: How often a worker begins.
        twice: How many documents are delivered twice.
        remembers: What QuickBooks keeps of replies: "all", "last", "none"; "forgets" is all, and each may be forgotten
            at any moment.
        torn: Whether a reply may come cut, and what QuickBooks kept be unreadable.
        refuses: Whether QuickBooks may refuse the request, or be too busy for a copy.
        interleaves: Whether QuickBooks does other things between the fence and the request behind it.
        held: What may be held up for longer than anybody waits: "anything", "workers" (who are stopped with a document
            in their hand), "nothing".
        change: Whether the item is a change of a record (two new lines) and not a new record. QuickBooks' own refusal
            of a change with an old EditSequence of that record is left out: it only helps.
        by_second: Whether an EditSequence is a second: two changes of the fence in one second have the same.
        deletes: How often a person deletes the record; of a change, one of its lines.
        similar: Whether a person may enter a record that could be it.
        fence_deletes: How often a person deletes the fence.
        restores: How often a backup is restored; it was made at any moment.
        switches: How often a person opens another company file, or this one again.
        thaws: How often a person lets a frozen file go on.
    """

    tries: int = 2
    claims: int = 2
    twice: int = 0
    remembers: str = "forgets"
    torn: bool = False
    refuses: bool = False
    interleaves: bool = False
    held: str = "anything"
    change: bool = False
    by_second: bool = False
    deletes: int = 0
    similar: bool = False
    fence_deletes: int = 0
    restores: int = 0
    switches: int = 0
    thaws: int = 0


@attrs.frozen(kw_only=True)
class Rules:
    """How the driver goes about it.

    Attributes:
        fence: Whether documents begin with the fence.
        recovery: Whether QuickBooks is asked for replies that were lost.
        tokens: Whether the journal refuses who was overtaken.
        token_at_sending: Whether it does so before a document is sent.
        fence_before_look: Whether the next document is planned with the fence as it was read before anybody looked.
        looks: Whether a doubt ends by looking; else the same is sent again.
        silence_is_proof: Whether "nothing is kept under this id" counts without looking.
        refusal_is_proof: Whether the refusal of one copy counts for all copies.
        refusal_is_final: Whether it is taken for QuickBooks' refusal of the request.
        lost_is_done: Whether a reply that is lost is taken for done.
        waits_forever: Whether it is never enough.
        minds_late: Whether a document that came late is noticed.
        clears_at_once: Whether QuickBooks is told to forget a reply as soon as it is understood.
        minds_cleared: Whether a document that came late is noticed although QuickBooks was told to forget its reply.
        minds_sequence: Whether "no document was begun since" needs the EditSequence to be the same, too.
        minds_latest: Whether the fence must go on from how the worker read it, too, and not only from how the journal
            knows it.
        minds_clock: Whether a fence that was changed since, though its counter and its document are those that are
            known, means that another copy of that document came.
        waits_for_all: Whether it is waited, once, whenever *any* document was begun since: also a later one, and also
            after a refusal.
        looks_in_same_file: Whether the fence is read in the same document as what looking asks for.
        waits_a_second: Whether the second in which the fence was changed last is over before the next document leaves.
        minds_record: Whether a change that is not there is asked about if its document began and somebody changed the
            record since.
        thaw_looks: Whether after a thaw nothing counts as proved that was proved before.
    """

    fence: bool = True
    recovery: bool = True
    tokens: bool = True
    token_at_sending: bool = True
    fence_before_look: bool = True
    looks: bool = True
    silence_is_proof: bool = False
    refusal_is_proof: bool = False
    refusal_is_final: bool = False
    lost_is_done: bool = False
    waits_forever: bool = False
    minds_late: bool = True
    clears_at_once: bool = False
    minds_cleared: bool = True
    minds_sequence: bool = True
    minds_latest: bool = True
    minds_clock: bool = True
    waits_for_all: bool = True
    looks_in_same_file: bool = True
    minds_record: bool = True
    thaw_looks: bool = True
    waits_a_second: bool = False


AS_IT_STANDS = Rules()
"""The driver's rules."""
REPAIRED = Rules(waits_a_second=True)
"""The rules with which nothing is made twice, whatever befalls: ``WorkerSettings(apart=1)``."""
