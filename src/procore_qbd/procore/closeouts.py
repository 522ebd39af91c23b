"""What goes back to Procore: a close-out as calls of its API, and as JSON for people and other programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain import DetailStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from procore_qbd.domain import CloseOut, DetailOutcome, ExternalData, SyncedTransaction

__all__ = ["MOST_UPDATES", "Call", "calls", "to_json", "to_plain"]

MOST_UPDATES = 1000
"""How many updates one sync action of Procore's API takes."""


@attrs.frozen(kw_only=True)
class Call:
    """One call of Procore's REST API.

    Attributes:
        method: The HTTP method.
        path: From the root of the API. ``{company_id}`` stays in it where the close-out does not know the
            company, ``{request_detail_id}`` where ``find`` has to be asked first.
        body: What to send as JSON.
        find: The query that finds the request detail, where Procore named none: GET the path without its
            last part with this query, and take the detail that is still in progress and of the item's type,
            for items of different types may share an id.
    """

    method: str
    path: str
    body: Mapping[str, Any]
    find: Mapping[str, int] | None = None


def calls(close_out: CloseOut) -> tuple[Call, ...]:
    """The calls that close an ERP request, in the order that Procore documents.

    First the items are marked as synced (External Data, at most `MOST_UPDATES` a call), then the cost types
    of cost codes and the transactions of budgets, and last the request details are closed: Procore takes an
    item for done once its detail is closed. Outcomes that share a request detail close it once, as failed if
    any failed.

    Procore names the endpoints that mark cost types and budget transactions as synced but does not publish
    their bodies: those here are our reading, by the pattern of its other sync actions, and want to be
    confirmed against Procore.
    """
    company = "{company_id}" if close_out.company_id is None else str(close_out.company_id)
    root = f"/rest/v1.0/companies/{company}"
    return (
        *_syncs(f"{root}/external_data/sync", [_said(data) for data in close_out.external_data]),
        *_syncs(
            f"{root}/cost_code_line_item_types/sync",
            [{**attrs.asdict(assignment), "synced": True} for assignment in close_out.assignments],
        ),
        *_syncs(
            f"{root}/erp_transactions/sync",
            [{**_said(transaction), "synced": True} for transaction in close_out.transactions],
        ),
        *_closings(f"{root}/erp_request_details", close_out.details),
    )


def to_plain(close_out: CloseOut) -> dict[str, Any]:
    """The close-out as plain data: how each item ended, its QuickBooks id, and the calls to Procore."""
    quickbooks = {(link.kind, link.procore_id): link.quickbooks_id for link in close_out.links}
    quickbooks |= {(data.item_type, data.item_id): data.origin_id for data in close_out.external_data}
    return {
        "request_name": close_out.request_name,
        "company_id": close_out.company_id,
        "ok": close_out.ok,
        "details": [
            {
                "item_type": detail.item_type.value,
                "item_id": detail.item_id,
                "request_detail_id": detail.request_detail_id,
                "name": detail.name,
                "status": detail.status.value,
                "messages": list(detail.messages),
                "changed": detail.changed,
                "quickbooks_id": quickbooks.get((detail.item_type, detail.item_id)),
            }
            for detail in close_out.details
        ],
        "calls": [attrs.asdict(call, filter=lambda _, value: value is not None) for call in calls(close_out)],
    }


def to_json(close_out: CloseOut) -> str:
    """`to_plain` as indented JSON; the same close-out always gives the same text."""
    return json.dumps(to_plain(close_out), indent=2, ensure_ascii=False)


def _said(update: ExternalData | SyncedTransaction) -> dict[str, Any]:
    # What is None is left as Procore has it; only what is sent changes.
    return attrs.asdict(update, filter=lambda _, value: value is not None)


def _syncs(path: str, updates: Sequence[Mapping[str, Any]]) -> list[Call]:
    return [
        Call(method="PATCH", path=path, body={"updates": list(updates[start : start + MOST_UPDATES])})
        for start in range(0, len(updates), MOST_UPDATES)
    ]


def _closings(path: str, details: Sequence[DetailOutcome]) -> list[Call]:
    groups: dict[object, list[DetailOutcome]] = {}
    for detail in details:
        known = detail.request_detail_id is not None
        key = detail.request_detail_id if known else (detail.item_type, detail.item_id)
        groups.setdefault(key, []).append(detail)
    return [_closing(path, group) for group in groups.values()]


def _closing(path: str, outcomes: Sequence[DetailOutcome]) -> Call:
    first = outcomes[0]
    failed = any(outcome.status is DetailStatus.FAILED for outcome in outcomes)
    status = DetailStatus.FAILED if failed else DetailStatus.SUCCESS
    messages = [message for outcome in outcomes for message in outcome.messages]
    known = first.request_detail_id is not None
    return Call(
        method="PATCH",
        path=f"{path}/{first.request_detail_id if known else '{request_detail_id}'}",
        body={"request_detail": {"status": status.value, "messages": messages}},
        find=None if known else {"filters[item_id]": first.item_id},
    )
