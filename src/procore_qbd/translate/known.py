"""The QuickBooks ids of what an item depends on: Procore names them, our links know them, and the two must agree.

One rule, everywhere: where both name an id and the ids differ, neither is used and the item is refused; where only
one of them names an id, it is believed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain.ids import Pair
from procore_qbd.domain.refusals import ErpRefusal, RefusalCode
from procore_qbd.domain.vocabulary import ItemKind
from procore_qbd.qbxml.rows.values import Id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from procore_qbd.domain.commitments import CostCodeRef
    from procore_qbd.domain.links import LinkView, RecordId

__all__ = ["Known", "agreed", "strange_part"]


def agreed(
    links: LinkView, kind: ItemKind, procore_id: int | None, *said: RecordId | None, what: str
) -> tuple[RecordId | None, ErpRefusal | None]:
    """The QuickBooks id of a Procore item, from Procore and the links, or why there is none if they disagree.

    Args:
        links: What we know.
        kind: What the item is in Procore.
        procore_id: Its id there, None where the payload names only what it is in QuickBooks.
        said: Every id that Procore names for it.
        what: The item in words, for the refusal.
    """
    found, refusal = _believed(links, kind, procore_id, said, what)
    if (strange := strange_part(found)) is None:
        return found, refusal
    words = f"{what}: its QuickBooks id is given as {strange!r}, which is not an id that QuickBooks issues"
    return None, ErpRefusal(RefusalCode.VALUE, f"{words}: correct that, or unlink it, and send it again")


def _believed(
    links: LinkView, kind: ItemKind, procore_id: int | None, said: tuple[RecordId | None, ...], what: str
) -> tuple[RecordId | None, ErpRefusal | None]:
    """The id that both sides name, or one of them."""
    link = links.find(kind, procore_id) if procore_id is not None else None
    named = list(dict.fromkeys(one for one in said if one))
    if link is not None and any(str(one) != str(link.quickbooks_id) for one in named):
        wrong = next(one for one in named if str(one) != str(link.quickbooks_id))
        called = f" ({link.name})" if link.name else ""
        words = f"Procore says it is {wrong} in QuickBooks, but it was exported as {link.quickbooks_id}{called}"
        return None, ErpRefusal(RefusalCode.CONTRADICTION, f"{what}: {words}: unlink the wrong one first")
    if link is not None:
        return link.quickbooks_id, None
    if len(named) > 1:
        words = f"{what}: Procore says it is {named[0]} in QuickBooks and also {named[1]}; neither is used"
        return None, ErpRefusal(RefusalCode.CONTRADICTION, f"{words}: send it again once Procore names one")
    if not named:
        return None, None
    holder = links.holder(kind, named[0])
    ours = holder is not None and (holder.kind, holder.procore_id) == (kind, procore_id)
    if procore_id is not None and holder is not None and not ours and kind is not ItemKind.COST_CODE:
        whose = f"that record is linked to {holder.kind.label} {holder.procore_id}"
        merged = ", or, if QuickBooks merged the two, link both to it as shared" if kind.is_list_record else ""
        words = f"{what}: Procore says it is {named[0]} in QuickBooks, but {whose}: unlink the wrong one first{merged}"
        return None, ErpRefusal(RefusalCode.LINKED_ELSEWHERE, words)
    return named[0], None


_ID = Id("ListID")


def strange_part(found: RecordId | None) -> str | None:
    """What of an id cannot have come from QuickBooks, None where all of it can."""
    return next((part for part in str(found or "").split("|") if part and _ID.fault(part)), None)


@attrs.define
class Known:
    """What is known of the ids that one item depends on, and every refusal that came up on the way.

    Attributes:
        links: What we know.
        refusals: Why ids are not known, as far as it was asked, and what else speaks against exporting the item.
    """

    links: LinkView
    refusals: list[ErpRefusal] = attrs.field(factory=list)

    def find(self, kind: ItemKind, procore_id: int | None, *said: RecordId | None, what: str) -> str | None:
        """The id, or None if it is unknown or the two sides disagree; a disagreement is a refusal."""
        found, refusal = agreed(self.links, kind, procore_id, *said, what=what)
        self._keep(refusal)
        return None if found is None else str(found)

    def refuse(self, code: RefusalCode, words: str) -> None:
        """Another reason against exporting the item."""
        self._keep(ErpRefusal(code, words))

    def refuse_twins(self, items: Iterable[Any], what: str) -> None:
        """Refuse items of one id: whatever is kept by the id would be that of the last alone.

        Args:
            items: Lines, transactions and the like, each with its ``id``.
            what: What one is called: ``'line'``.
        """
        seen: set[int] = set()
        for number, item in enumerate(items, 1):
            if item.id in seen:
                self.refuse(RefusalCode.VALUE, f"{what} {number}: has the id of another {what}, {item.id}")
            seen.add(item.id)

    def need(
        self, kind: ItemKind, procore_id: int | None, *said: RecordId | None, what: str, otherwise: str
    ) -> str | None:
        """An id without which the item cannot be exported.

        Args:
            kind: What it is in Procore.
            procore_id: Its id there.
            said: What Procore says it is in QuickBooks.
            what: What it is, for the refusal.
            otherwise: The refusal where nobody names an id.
        """
        found, refusal = agreed(self.links, kind, procore_id, *said, what=what)
        if found is None:
            self._keep(refusal or ErpRefusal(RefusalCode.NOT_EXPORTED, otherwise))
        return None if found is None else str(found)

    def pair(self, code: CostCodeRef | None, job: str | None, line: str) -> Pair | None:
        """The job and item of a line's cost code; None is a refusal.

        Args:
            code: The line's cost code.
            job: The job of the whole request, for a payload that names the item alone.
            line: The line in words.
        """
        if code is None:
            self.refuse(RefusalCode.MISSING, f"{line}, cost code: none is chosen; choose one in Procore")
            return None
        what = f"{line}, cost code {code.full_code!r}"
        link = self.links.find(ItemKind.COST_CODE, code.id)
        if link is not None and isinstance(link.quickbooks_id, Pair):
            job = job or link.quickbooks_id.job
        said = Pair.of(code.origin_id, job) or code.origin_id
        found, refusal = agreed(self.links, ItemKind.COST_CODE, code.id, said, what=what)
        if isinstance(found, Pair):
            return found
        if refusal is None and found is not None:
            words = f"{what}: expected a job and an item, JOB|ITEM, got {str(found)!r}"
            refusal = ErpRefusal(RefusalCode.VALUE, words)
        if refusal is None:
            words = f"{what}: is not linked to a job and an item; send the project again first"
            refusal = ErpRefusal(RefusalCode.NOT_EXPORTED, words)
        self._keep(refusal)
        return None

    def _keep(self, refusal: ErpRefusal | None) -> None:
        if refusal is not None and refusal not in self.refusals:
            self.refusals.append(refusal)
