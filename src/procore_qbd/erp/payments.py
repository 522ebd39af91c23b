"""reset_payment: Procore's support made a payment unsynced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.domain import CloseOut, ItemKind
from procore_qbd.erp.results import ItemResult
from procore_qbd.erp.unlinking import forgotten, named_item

if TYPE_CHECKING:
    from procore_qbd.domain import Books, LinkView, ResetPayment
    from procore_qbd.flows import Flow

__all__ = ["reset_payment"]


def reset_payment(request: ResetPayment, links: LinkView, books: Books) -> Flow[CloseOut]:  # noqa: ARG001
    """Forget which payment of QuickBooks a payment of Procore's is; the one in QuickBooks stays as it is."""
    yield from ()
    item = named_item(ItemKind.CONTRACT_PAYMENT, request.payment_id, request, links, request.origin_id)
    known = request.origin_id or links.find(item.kind, item.id)
    told = "the payment stays in QuickBooks as it is" if known else "it was linked to nothing"
    return forgotten(request, [(item, ItemResult(notes=(told,)))])
