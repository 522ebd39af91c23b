"""Events of what Procore and QuickBooks Desktop do not exchange: each is closed with the sentence that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.domain import CloseOut, DetailOutcome, ErpRefusal, RefusalCode
from procore_qbd.domain.events import EVENTS, EndsIn
from procore_qbd.erp.results import close

if TYPE_CHECKING:
    from procore_qbd.domain import Books, LinkView, NotSupported
    from procore_qbd.flows import Flow

__all__ = ["not_supported"]


def not_supported(request: NotSupported, links: LinkView, books: Books) -> Flow[CloseOut]:  # noqa: ARG001
    """Close what an event names, and ask QuickBooks nothing.

    An export fails. All else succeeds, for there is nothing to do: an open detail of a sync keeps its button off, and
    one that fails keeps people pressing it; what was never exported is linked to nothing.
    """
    yield from ()
    event = EVENTS[request.request_name]
    why = event.why_not or ""
    fails = event.ends_in is EndsIn.EXPORT
    refusals = (ErpRefusal(RefusalCode.NOT_SUPPORTED, why),) if fails else ()
    return close(
        request,
        *(
            DetailOutcome(
                item_type=None,
                item_id=None,
                request_detail_id=one,
                name=event.name,
                refusals=refusals,
                notes=() if fails else (why,),
                untold=one is None,
            )
            for one in request.request_detail_ids or (None,)
        ),
    )
