"""One door for every request that Procore may send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from procore_qbd.domain import CreateOrUpdateJob, CreateStandardCostCodes, CreateVendor
from procore_qbd.erp.cost_codes import create_standard_cost_codes
from procore_qbd.erp.jobs import create_or_update_job
from procore_qbd.erp.vendors import create_vendor

if TYPE_CHECKING:
    from collections.abc import Callable

    from procore_qbd.domain import Books, CloseOut, ErpRequest, Links
    from procore_qbd.flows import Flow

__all__ = ["perform"]

_PERFORMERS: dict[type[ErpRequest], Callable[[Any, Links, Books], Flow[CloseOut]]] = {
    CreateOrUpdateJob: create_or_update_job,
    CreateStandardCostCodes: create_standard_cost_codes,
    CreateVendor: create_vendor,
}


def perform(request: ErpRequest, links: Links, books: Books) -> Flow[CloseOut]:
    """Carry out an ERP request: a flow that ends in the close-out for Procore.

    Nothing is made twice: what is linked, or carries our ExternalGUID under its name, is found again. ``links`` is only
    read; the links that came about stand in the close-out, for the caller to remember.

    Args:
        request: From `procore_qbd.procore.read_request`, or made by hand.
        links: Which items are which records.
        books: The accounting policy of the company file.

    Raises:
        TypeError: There is nothing that carries out such a request.
        ReplyError: QuickBooks' answer to a query cannot be read.
    """
    performer = _PERFORMERS.get(type(request))
    if performer is None:
        raise TypeError(f"nothing carries out {request.request_name}")
    return performer(request, links, books)
