"""A conversation with QuickBooks, written once as a generator, pumped by whoever has the line.

A flow yields *requests*, as many at a time as it knows, and is sent their *outcomes*; it ends with a value::

    def vendor_names() -> Flow[list[str]]:
        outcome = yield from ask(Request.query(VendorQuery()))
        return [vendor.name or "" for vendor in outcome.records(Vendor)]

It opens nothing, asks no clock and throws no dice. `run` pumps a flow over a transport that QuickBooks answers on;
`Conversation` is for those who are called by QuickBooks instead, and for drivers that must remember every step;
what reads and what writes never travels in one document, and `Stepping` is for drivers that put several flows into one;
`gather` makes one flow of many, so that fifty vendors are one round trip and not fifty, and what one of them runs into
is its own; `plan` says what a flow would write, and writes nothing; `Pages` takes a large query in pieces, and goes on
where it was broken off.
"""

from typing import TYPE_CHECKING

from procore_qbd._late import late as _offer

if TYPE_CHECKING:
    from procore_qbd.flows.asking import Flow as Flow
    from procore_qbd.flows.asking import ask as ask
    from procore_qbd.flows.asking import ask_all as ask_all
    from procore_qbd.flows.conversation import Conversation as Conversation
    from procore_qbd.flows.conversation import Exchange as Exchange
    from procore_qbd.flows.conversation import run as run
    from procore_qbd.flows.gathering import Ended as Ended
    from procore_qbd.flows.gathering import gather as gather
    from procore_qbd.flows.pages import Bookmark as Bookmark
    from procore_qbd.flows.pages import Pages as Pages
    from procore_qbd.flows.planning import Planned as Planned
    from procore_qbd.flows.planning import PlannedWrite as PlannedWrite
    from procore_qbd.flows.planning import Rehearsal as Rehearsal
    from procore_qbd.flows.planning import plan as plan
    from procore_qbd.flows.stepping import Stepping as Stepping

_PLACES = {
    "asking": ("Flow", "ask", "ask_all"),
    "conversation": ("Conversation", "Exchange", "run"),
    "gathering": ("Ended", "gather"),
    "pages": ("Bookmark", "Pages"),
    "planning": ("Planned", "PlannedWrite", "Rehearsal", "plan"),
    "stepping": ("Stepping",),
}
"""Each public name, by the module it lives in. The imports above say the same to type checkers."""

if not TYPE_CHECKING:
    __all__, __getattr__, __dir__ = _offer(__name__, _PLACES)
