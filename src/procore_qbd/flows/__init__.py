"""A conversation with QuickBooks, written once as a generator, pumped by whoever has the line.

A flow yields *requests*, as many at a time as it knows, and is sent their *outcomes*; it ends with a value::

    def vendor_names() -> Flow[list[str]]:
        outcome = yield from ask(Request.query(VendorQuery()))
        return [vendor.name or "" for vendor in outcome.records(Vendor)]

It opens nothing, asks no clock and throws no dice. `run` pumps a flow over a transport that QuickBooks answers on;
`Conversation` is for those who are called by QuickBooks instead, and for drivers that must remember every step;
what reads and what writes never travels in one document, and `Stepping` is for drivers that put several flows into one;
`gather` makes one flow of many, so that fifty vendors are one round trip and not fifty, and what one of them runs into
is its own; `plan` says what a flow would write, and writes nothing; `Pages` takes a large query in pieces, and goes on where it was broken off.
"""

from procore_qbd.flows.asking import Flow, ask, ask_all
from procore_qbd.flows.conversation import Conversation, Exchange, run
from procore_qbd.flows.gathering import Ended, gather
from procore_qbd.flows.pages import Bookmark, Pages
from procore_qbd.flows.planning import Planned, PlannedWrite, Rehearsal, plan
from procore_qbd.flows.stepping import Stepping

__all__ = [
    "Bookmark",
    "Conversation",
    "Ended",
    "Exchange",
    "Flow",
    "Pages",
    "Planned",
    "PlannedWrite",
    "Rehearsal",
    "Stepping",
    "ask",
    "ask_all",
    "gather",
    "plan",
    "run",
]
