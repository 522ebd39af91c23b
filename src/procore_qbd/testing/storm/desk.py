"""People at Procore with the ERP tool: they send, take back, reject, accept and unlink, while QuickBooks dies.

In a storm without them Procore's requests go into the journal as they come. With them every request goes through a
`procore_qbd.erp.Tool` whose gate is shut: somebody sends its items, somebody accepts them, and on the way they change
their minds. In the end the tool must agree with the journal's links.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.domain import Books, ItemMove, ItemState, UpdateBudget, User
from procore_qbd.domain.item_requests import by_item, unlinked_by
from procore_qbd.domain.lifecycle import ON_THE_WAY
from procore_qbd.erp import Moved, Tool
from procore_qbd.errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from procore_qbd.chooser import Chooser
    from procore_qbd.domain import ErpRequest, ItemId
    from procore_qbd.testing.storm.world import World

__all__ = ["Desk"]

_WAYS = (
    "accepted at once",
    "retrieved and sent again",
    "rejected and sent again",
    "accepted by two at once",
    "somebody tries who may not",
)
_AGAIN = ("left as it failed", "accepted again", "rejected")
_PUSH = ("Can Push to Accounting",)
_IN_QUICKBOOKS = (ItemState.SYNCED, ItemState.READY_TO_UPDATE, ItemState.UPDATE_SENT)


class Desk:
    """Whoever works with the tool.

    Args:
        world: The storm's.
        chooser: What picks.
        projects: The projects that requests are of.
    """

    def __init__(self, world: World, chooser: Chooser, projects: Iterable[int]) -> None:
        self.world = world
        self._chooser = chooser.split("desk", departures=0.3)
        self.tool = Tool(world.journal, "books", Books(income_account="Income", expense_account="Cost"))
        on: dict[int, dict[str, str]] = {number: {} for number in projects}
        self._admin = User(name="Ada", company_levels={"Directory": "Admin"}, privileges=_PUSH, project_levels=on)
        self._nobody = User(name="Nat", project_levels=on)

    def hand_in(self, request: ErpRequest, project: int) -> None:
        """Have a request's items sent and accepted, or unlinked."""
        for item in unlinked_by(request):
            self._unlink(item)
        if not by_item(request):
            return
        if isinstance(request, UpdateBudget):
            self.tool.changed(request)
        way = self.world.fate(self._chooser, _WAYS, "the desk")
        if way == _WAYS[4] and any(isinstance(one, Moved) for one in self.tool.send(self._nobody, request)):
            raise self.world.broken("somebody sent what he may not")
        items = self._send(request, project)
        if way in _WAYS[1:3]:
            for item in items:
                self.tool.move(self._admin, (ItemMove.RETRIEVE, ItemMove.REJECT)[_WAYS.index(way) - 1], item)
            items = self._send(request, project)
        self._accept(items)
        if way == _WAYS[3] and any(isinstance(one, Moved) for one in self.tool.accept(self._admin, items)):
            raise self.world.broken("the same item was accepted twice")

    def _send(self, request: ErpRequest, project: int) -> list[ItemId]:
        sent = self.tool.send(self._admin, request, project=project, created_by="Carl")
        for one in sent:
            if isinstance(one, ToolError):
                self.world.note("desk", str(one))
        return [one.item for one in sent if isinstance(one, Moved)]

    def _accept(self, items: list[ItemId]) -> None:
        for one in self.tool.accept(self._admin, items):
            self.world.note("desk", str(one))

    def _unlink(self, item: ItemId) -> None:
        try:
            self.world.note("desk", str(self.tool.move(self._admin, ItemMove.UNLINK, item)))
        except ToolError as error:
            self.world.note("desk", str(error))

    def told(self, items: Iterable[ItemId]) -> None:
        """Procore was told of some items; of those that failed somebody decides again."""
        for item in items:
            record = self.tool.find(item)
            if record is None or record.state is not ItemState.FAILED or record.revision > _MOST_MOVES:
                continue
            how = self.world.fate(self._chooser, _AGAIN, "the desk, of what failed")
            if how == "accepted again":
                self._accept([item])
            elif how == "rejected":
                self.tool.move(self._admin, ItemMove.REJECT, item)

    def at_the_end(self) -> None:
        """See that the tool says of each item what the links say.

        Raises:
            BrokenError: It does not.
        """
        links = self.world.journal.links("books")
        for record in self.tool.items():
            if record.state in ON_THE_WAY:
                raise self.world.broken(f"{record.item} is {record.state.value} when all has ended")
            linked = links.find(record.item.kind, record.item.procore_id) is not None
            if linked is not (record.state in _IN_QUICKBOOKS) and record.state is not ItemState.FAILED:
                raise self.world.broken(f"{record.item} is {record.state.value}, and {'' if linked else 'not '}linked")
            revisions = [event.revision for event in self.tool.history(record.item) if event.allowed]
            if revisions != list(range(1, len(revisions) + 1)):
                raise self.world.broken(f"{record.item}: its history has a gap: {revisions}")


_MOST_MOVES = 12
"""After so many moves nobody tries an item again."""
