"""What is done about a request that may or may not have been carried out: rows, read from the top, the first fits.

The driver, the documentation, the tests and the model check all go by these rows. Nothing here knows qbXML: evidence is
a few words, each from a closed list, and so is the decision.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["DECISIONS", "OBSERVERS", "DecisionRow", "Evidence", "Fence", "Found", "KeptReply", "Verdict", "decide"]


class KeptReply(StrEnum):
    """What QuickBooks says when it is asked for the reply once more."""

    REPLY = "the reply"
    SILENT = "nothing is kept under this id"
    UNSAVED = "the work was done, or not; the reply was not kept"
    OTHER = "the id is kept for other bytes"
    NOT_ASKED = "it was not asked, or another program had sent it"


class Fence(StrEnum):
    """What the record of ours in the company file says of the document."""

    UNMOVED = "it is as it was: no document was begun since, and of this one and the next QuickBooks takes one only"
    OURS = "the document was begun"
    LATER = "it was changed otherwise since: this one was done before that, or is refused if a copy still comes"
    NONE = "there is no such record"


class Found(StrEnum):
    """What looking in the company file brought up."""

    NOT_LOOKED = "nobody has looked"
    NOTHING = "nothing that could be it"
    ONE = "one record with our GUID; or for a change, all of it"
    SEVERAL = "several records with our GUID"
    SIMILAR = "a record that could be it, without our GUID"
    DELETED = "a record that was made since is deleted, and could have been it"
    PART = "a part of the change, or nothing of it in a record that was changed since"


class Verdict(StrEnum):
    """What is done."""

    TAKE_REPLY = "take the reply as if it had just come"
    WAIT = "wait as long as a document may take, then ask and look again"
    LOOK = "look in the company file"
    LOOK_AGAIN = "look once more, after as long as a document may take"
    ADOPT = "it is done: this is the record"
    PLAN_ANEW = "it is not there: send it in a new document, under a new id"
    ASK = "ask a person"


@attrs.frozen(kw_only=True)
class Evidence:
    """What is known of one request whose reply did not come.

    Attributes:
        kept: What QuickBooks kept.
        fence: What the fence says; it was read before anybody looked.
        found: What looking brought up.
        waited: Whether it was waited as long as a document may take, since the fence says so; without a fence, since it
            is in doubt.
        old: Whether it is so long ago, or the file was condensed since, that what was deleted need not be listed.
    """

    kept: KeptReply = KeptReply.NOT_ASKED
    fence: Fence = Fence.NONE
    found: Found = Found.NOT_LOOKED
    waited: bool = False
    old: bool = False


@attrs.frozen(kw_only=True)
class DecisionRow:
    """One rule: what must be known (None: anything), what is done, and why."""

    kept: tuple[KeptReply, ...] = tuple(KeptReply)
    fence: tuple[Fence, ...] = tuple(Fence)
    found: tuple[Found, ...] = tuple(Found)
    waited: bool | None = None
    old: bool | None = None
    decision: Verdict
    why: str

    def fits(self, evidence: Evidence) -> bool:
        """Whether the rule is for this."""
        return (
            evidence.kept in self.kept
            and evidence.fence in self.fence
            and evidence.found in self.found
            and self.waited in (None, evidence.waited)
            and self.old in (None, evidence.old)
        )


DECISIONS: tuple[DecisionRow, ...] = (
    DecisionRow(
        kept=(KeptReply.REPLY,),
        decision=Verdict.TAKE_REPLY,
        why="QuickBooks' own words outrank everything that can be concluded",
    ),
    DecisionRow(
        fence=(Fence.UNMOVED,),
        decision=Verdict.PLAN_ANEW,
        why="the first request of the document was not carried out, so none was; and QuickBooks takes one copy only",
    ),
    DecisionRow(
        fence=(Fence.OURS, Fence.LATER),
        waited=False,
        decision=Verdict.WAIT,
        why="QuickBooks may be at work still on the document that was begun last",
    ),
    DecisionRow(
        found=(Found.NOT_LOOKED,),
        decision=Verdict.LOOK,
        why="only the company file knows",
    ),
    DecisionRow(
        found=(Found.ONE,),
        decision=Verdict.ADOPT,
        why="our GUID, or all marks of the change, are there once",
    ),
    DecisionRow(
        found=(Found.SEVERAL,),
        decision=Verdict.ASK,
        why="a person may have copied it: which one it is, is for a person to say",
    ),
    DecisionRow(
        found=(Found.SIMILAR, Found.PART),
        decision=Verdict.ASK,
        why="it may be ours, changed by a person, or another that looks like it",
    ),
    DecisionRow(
        found=(Found.DELETED,),
        decision=Verdict.ASK,
        why="it may have been made and deleted, or merged away: then a person did not want it, or has it elsewhere",
    ),
    DecisionRow(
        old=True,
        decision=Verdict.ASK,
        why="QuickBooks lists deletions of 90 days only, and none of condensing: nothing found proves nothing",
    ),
    DecisionRow(
        kept=(KeptReply.OTHER,),
        decision=Verdict.ASK,
        why="an id that never comes twice is known for other bytes: something is wrong that nobody foresaw",
    ),
    DecisionRow(
        fence=(Fence.OURS, Fence.LATER),
        decision=Verdict.PLAN_ANEW,
        why="the document is over, it is not there, and no copy can write any more",
    ),
    DecisionRow(
        waited=False,
        decision=Verdict.LOOK_AGAIN,
        why="without a fence a copy may still be on its way",
    ),
    DecisionRow(
        kept=(KeptReply.SILENT,),
        decision=Verdict.PLAN_ANEW,
        why="looked twice, nothing there and nothing kept; a copy that is stopped for longer than that can still write",
    ),
    DecisionRow(
        decision=Verdict.ASK,
        why="without a fence and without a word of QuickBooks nothing proves that it was not done",
    ),
)
"""The rules. Every evidence has one."""


OBSERVERS: list[Callable[[DecisionRow], object]] = []
"""Who is told of each rule that was gone by: tests, which see that every rule is reached."""


def decide(evidence: Evidence) -> DecisionRow:
    """The first rule that fits."""
    found = next(row for row in DECISIONS if row.fits(evidence))
    for observer in OBSERVERS:
        observer(found)
    return found
