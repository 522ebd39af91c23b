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
    """A `procore_qbd.domain.LinkView` that remembers. A run gets the same answer to the same question all along.

    Args:
        links: Who answers a question that is new.
        before: What was asked before, in order, with the answers: those are given again.
        known: Answers that hold for all runs that were begun with this one, by the question; it is added to.

    Attributes:
        told: All questions and answers so far.
        diverged: What went wrong, where the run asks otherwise than before; it must not go on.
    """

    def __init__(
        self, links: LinkView, before: Iterable[tuple[Any, ...]] = (), known: dict[tuple[Any, ...], Any] | None = None
    ) -> None:
        self._links = links
        self._known = known if known is not None else {}
        self._mine: dict[tuple[Any, ...], Any] = {}
        self._before = list(before)
        self.told: list[tuple[Any, ...]] = []
        self.diverged: DivergedError | None = None
        self._kept = len(self._before)

    @property
    def grown(self) -> bool:
        """Whether more was told than is written down."""
        return len(self.told) > self._kept

    def kept(self) -> None:
        """All that was told is written down."""
        self._kept = max(self._kept, len(self.told))

    def _ask(self, question: str, *about: Any) -> Any:
        asked = (question, *about)
        if asked in self._mine:
            return self._mine[asked]
        at = len(self.told)
        if at < len(self._before):
            *then, answer = self._before[at]
            if tuple(then) != asked:
                self.diverged = DivergedError(f"the links were asked for {asked} where {tuple(then)} was asked before")
                raise self.diverged
        elif asked in self._known:
            answer = self._known[asked]
        else:
            answer = self._known[asked] = getattr(self._links, question)(*about)
        self._mine[asked] = answer
        self.told.append((*asked, answer))
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

    def earlier_guids(self, kind: ItemKind, procore_id: int, company_id: int | None, /) -> tuple[str, ...]:
        """See `procore_qbd.domain.LinkView`."""
        found: tuple[str, ...] = self._ask("earlier_guids", kind, procore_id, company_id)
        return found

    def items(self) -> dict[str, tuple[ItemKind, int]]:
        """The items that were given a GUID, by it."""
        return {one[-1]: (one[1], one[2]) for one in self.told if one[0] == "guid"}
