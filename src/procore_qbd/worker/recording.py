"""What a run is told by the links, written down as it is told, and told again when the run is repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from procore_qbd.errors import DivergedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from procore_qbd.domain import ItemKind, Link, LinkView
    from procore_qbd.domain.links import RecordId

__all__ = ["Recording"]


class Recording:
    """A `procore_qbd.domain.LinkView` that remembers.

    Args:
        links: Who answers what was not asked before.
        before: What was asked before, in order, with the answers: those are given again.

    Attributes:
        told: All questions and answers so far.
        diverged: What went wrong, where the run asks otherwise than before; it must not go on.
    """

    def __init__(self, links: LinkView, before: Iterable[tuple[Any, ...]] = ()) -> None:
        self._links = links
        self._before = list(before)
        self.told: list[tuple[Any, ...]] = []
        self.diverged: DivergedError | None = None
        self._kept = len(self._before)

    def grown(self) -> bool:
        """Whether more was told since this was asked last."""
        before, self._kept = self._kept, max(self._kept, len(self.told))
        return self._kept > before

    def _ask(self, question: str, *about: Any) -> Any:
        at = len(self.told)
        if at < len(self._before):
            *asked, answer = self._before[at]
            if asked != [question, *about]:
                self.diverged = DivergedError(
                    f"the links were asked for {question} {about} where {asked[0]} {tuple(asked[1:])} was asked before"
                )
                raise self.diverged
        else:
            answer = getattr(self._links, question)(*about)
        self.told.append((question, *about, answer))
        return answer

    def find(self, kind: ItemKind, procore_id: int, /) -> Link | None:
        """See `procore_qbd.domain.LinkView`."""
        found: Link | None = self._ask("find", kind, procore_id)
        return found

    def holder(self, kind: ItemKind, quickbooks_id: RecordId, /) -> Link | None:
        """See `procore_qbd.domain.LinkView`."""
        found: Link | None = self._ask("holder", kind, quickbooks_id)
        return found

    def parts(self, txn_id: str, /) -> tuple[Link, ...]:
        """See `procore_qbd.domain.LinkView`."""
        found: tuple[Link, ...] = self._ask("parts", txn_id)
        return found

    def of_party(self, list_id: str, /) -> tuple[Link, ...]:
        """See `procore_qbd.domain.LinkView`."""
        found: tuple[Link, ...] = self._ask("of_party", list_id)
        return found

    def name_of(self, list_id: str, /) -> str | None:
        """See `procore_qbd.domain.LinkView`."""
        found: str | None = self._ask("name_of", list_id)
        return found

    def guid(self, kind: ItemKind, procore_id: int, company_id: int | None, /) -> str:
        """See `procore_qbd.domain.LinkView`."""
        found: str = self._ask("guid", kind, procore_id, company_id)
        return found

    def items(self) -> dict[str, tuple[ItemKind, int]]:
        """The items that were given a GUID, by it."""
        return {one[-1]: (one[1], one[2]) for one in self.told if one[0] == "guid"}
