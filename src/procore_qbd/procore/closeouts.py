"""What goes back to Procore: a close-out as calls of its API, and as JSON for people and other programs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain import CloseOut, DetailOutcome, DetailStatus, ErpRefusal, ItemKind, RefusalCode

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from procore_qbd.domain import ExternalData, LineItemTypeAssignment, SyncedTransaction
    from procore_qbd.errors import PayloadError

__all__ = [
    "COMPANY_HEADER",
    "ENDPOINTS",
    "MOST_UPDATES",
    "Call",
    "Endpoint",
    "calls",
    "check_call",
    "refuse",
    "to_json",
    "to_plain",
]

MOST_UPDATES = 1000
"""How many updates one sync action of Procore's API takes."""

COMPANY_HEADER = "Procore-Company-Id"
"""The header that names the company; every call has it."""

_COMPANY, _PROJECT, _DETAIL = "{company_id}", "{project_id}", "{request_detail_id}"
_MOST_FAULTS = 20
_WHAT_TO_DO = (
    "Nothing of it was exported. Correct it in Procore and send it again; if there is nothing to correct, show this "
    "message to the person who looks after the integration."
)


@attrs.frozen(kw_only=True)
class Endpoint:
    """A call that Procore publishes: what it must say and what it may say.

    Attributes:
        path: From the root of the API, with its places.
        query: The parameters it must have.
        body: What the body must have, and of which type, beside what it holds.
        holds: The key of the body for a list of updates, or for one object if ``most`` is None.
        must: What each update, or the object, must have, and of which type.
        may: What it may have.
        clears: What of it may be null, which takes away what Procore has there: it unlinks the item.
        most: At most how many updates.
    """

    method: str = "PATCH"
    path: str
    query: tuple[str, ...] = ()
    body: Mapping[str, type] = MappingProxyType({})
    holds: str = "updates"
    must: Mapping[str, type]
    may: Mapping[str, type] = MappingProxyType({})
    clears: tuple[str, ...] = ()
    most: int | None = MOST_UPDATES


ENDPOINTS: Mapping[str, Endpoint] = MappingProxyType(
    {
        "external_data": Endpoint(
            path="/rest/v1.0/companies/{company_id}/external_data/sync",
            must={"item_type": str, "item_id": int, "origin_id": str},
            may={"origin_code": str, "origin_data": str},
            clears=("origin_id",),
        ),
        "line_item_types": Endpoint(
            path="/rest/v1.0/cost_code_line_item_types/sync",
            query=("project_id",),
            must={"cost_code_id": int, "line_item_type_id": int, "synced": bool},
        ),
        "transactions": Endpoint(
            path="/rest/v1.0/erp_transactions/sync",
            body={"project_id": int},
            must={"id": int, "synced": bool},
            may={"origin_id": str},
        ),
        "request_detail": Endpoint(
            path="/rest/v1.0/companies/{company_id}/erp_request_details/{request_detail_id}",
            holds="request_detail",
            must={"status": str, "messages": list},
            most=None,
        ),
    }
)
"""The calls that close an ERP request, in their order: by these facts `calls` makes them and `check_call` checks them.

Source: Procore's guide to ERP integrations as of 2022; later versions point to the API reference, which lacks two.
"""


@attrs.frozen(kw_only=True)
class Call:
    """One call of Procore's REST API.

    What the close-out does not know stays in it as a place, for the caller to fill in: ``{company_id}`` in the path and
    the header, ``{project_id}`` in the query or the body, ``{request_detail_id}`` in the path where ``find`` has to be
    asked first.

    Attributes:
        method: The HTTP method.
        path: From the root of the API.
        headers: Besides those of every call of yours, such as the token.
        query: The parameters behind the path, None where there are none.
        body: What to send as JSON.
        find: The query that finds the request detail, where Procore named none: GET the path without its
            last part with this query, and take the detail that is still in progress and of the item's type,
            for items of different types may share an id.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, int | str] | None = None
    body: Mapping[str, Any]
    find: Mapping[str, int] | None = None


def calls(close_out: CloseOut) -> tuple[Call, ...]:
    """The calls that close an ERP request, in the order that Procore documents.

    First the items are marked as synced (External Data, at most `MOST_UPDATES` a call), then the cost types
    of cost codes and the transactions of budgets, a call for each project, and last the request details are closed:
    Procore takes an item for done once its detail is closed.

    A request detail is closed once, as failed if any of its outcomes failed. Outcomes belong together that name the
    same detail; those that name none, if they are of the same type and id. Where several are closed together, each
    message says whose it is. An outcome with neither a detail nor an id cannot be addressed, and no call tells it.

    Commitment lines and change order lines are one type to Procore. Where two updates would give one id of it two
    QuickBooks ids, neither is used and neither is sent, and the messages say so.

    What is unlinked is sent with ``origin_id`` null. An outcome that is ``untold`` has no call: Procore made no request
    detail for it.

    Raises:
        TypeError: It is no close-out.
    """
    close_out = _without_contradictions(_a_close_out(close_out))
    company = _COMPANY if close_out.company_id is None else str(close_out.company_id)
    assignments = _by_project(close_out.assignments)
    transactions = _by_project(close_out.transactions)
    return (
        *_syncs("external_data", company, list(map(_external, close_out.external_data))),
        *(
            call
            for project, updates in assignments.items()
            for call in _syncs("line_item_types", company, updates, query={"project_id": project})
        ),
        *(
            call
            for project, updates in transactions.items()
            for call in _syncs("transactions", company, updates, body={"project_id": project})
        ),
        *_closings(company, close_out.details),
    )


def refuse(error: PayloadError) -> CloseOut:
    """The close-out of a request that cannot be read: everything that it names ends in Procore as failed.

    There is an outcome for each request detail that the payload names, and one for each item that has none, which is
    then found by the item. If neither could be read, there is one all the same, so that the close-out is not ``ok``,
    but no call tells it.
    """
    more = len(error.faults) - _MOST_FAULTS
    words = [f"Procore's request cannot be read: {fault}" for fault in error.faults[:_MOST_FAULTS]]
    words += [f"Procore's request cannot be read: {more} more faults"] if more > 0 else []
    kind, item_id = (ItemKind(error.item[0]), error.item[1]) if error.item else (None, None)
    ends: list[tuple[ItemKind | None, int | None, int | None]] = []
    ends += [(kind, item_id, one) for one in error.request_detail_ids]
    ends += [(ItemKind(of), one, None) for of, one in error.items]
    return CloseOut(
        request_name=error.request_name or error.subject,
        company_id=error.company_id,
        details=tuple(
            DetailOutcome(
                item_type=of,
                item_id=one,
                request_detail_id=detail,
                name=error.request_name or error.subject,
                refusals=tuple(ErpRefusal(RefusalCode.UNREADABLE, fault) for fault in words),
                notes=(_WHAT_TO_DO,),
            )
            for of, one, detail in ends or [(kind, item_id, None)]
        ),
    )


def to_plain(close_out: CloseOut) -> dict[str, Any]:
    """The close-out as plain data: how each item ended, its QuickBooks id, and the calls to Procore.

    Raises:
        TypeError: It is no close-out.
    """
    close_out = _without_contradictions(_a_close_out(close_out))
    quickbooks: dict[tuple[ItemKind | None, int | None], str | None] = {}
    quickbooks |= {(link.kind, link.procore_id): str(link.quickbooks_id) for link in close_out.links}
    quickbooks |= {(data.item_type, data.item_id): data.origin_id for data in close_out.external_data}
    return {
        "request_name": close_out.request_name,
        "company_id": close_out.company_id,
        "ok": close_out.ok,
        "details": [
            {
                "item_type": detail.item_type and detail.item_type.value,
                "item_id": detail.item_id,
                "request_detail_id": detail.request_detail_id,
                "name": detail.name,
                "status": detail.status.value,
                "messages": list(detail.messages),
                "refusals": [
                    {"code": one.code.value, "words": one.words, "status": one.status} for one in detail.refusals
                ],
                "differences": [
                    {
                        "field": one.field,
                        "procore": _text(one.procore),
                        "quickbooks": _text(one.quickbooks),
                        "why": one.why,
                    }
                    for one in detail.differences
                ],
                "notes": list(detail.notes),
                "changed": detail.changed,
                "quickbooks_id": quickbooks.get((detail.item_type, detail.item_id)),
            }
            for detail in close_out.details
        ],
        "unlinked": [{"item_type": kind.value, "item_id": number} for kind, number in close_out.unlinked],
        "calls": [attrs.asdict(call, filter=lambda _, value: value is not None) for call in calls(close_out)],
    }


def to_json(close_out: CloseOut) -> str:
    """`to_plain` as indented JSON; the same close-out always gives the same text.

    Raises:
        TypeError: It is no close-out.
    """
    return json.dumps(to_plain(close_out), indent=2, ensure_ascii=False)


def _a_close_out(value: object) -> CloseOut:
    if not isinstance(value, CloseOut):
        usual = "the usual call is calls(run(perform(request, links, books), transport))"
        raise TypeError(f"expected a CloseOut, got {type(value).__name__}; {usual}")
    return value


def _text(value: Decimal | str | None) -> str | None:
    return f"{value:f}" if isinstance(value, Decimal) else value


# --- updates ---------------------------------------------------------------------------------------------------------


def _without_contradictions(close_out: CloseOut) -> CloseOut:
    """The close-out with each item of External Data once; where one is given two origin ids, with a note instead."""
    told: dict[tuple[str, int], ExternalData] = {}
    torn: dict[tuple[str, int], list[str | None]] = {}
    for data in close_out.external_data:
        wire = (data.item_type.external_type, data.item_id)
        before = told.setdefault(wire, data)
        if before.origin_id == data.origin_id:
            told[wire] = attrs.evolve(
                data,
                origin_code=before.origin_code if data.origin_code is None else data.origin_code,
                origin_data=before.origin_data if data.origin_data is None else data.origin_data,
            )
        else:
            torn.setdefault(wire, [before.origin_id]).append(data.origin_id)
    if not torn and len(told) == len(close_out.external_data):
        return close_out
    notes = tuple(
        f"{kind} {number} would be two things in QuickBooks, {' and '.join(dict.fromkeys(map(str, ids)))}: "
        "neither is reported"
        for (kind, number), ids in torn.items()
    )
    return attrs.evolve(
        close_out,
        external_data=tuple(data for wire, data in told.items() if wire not in torn),
        details=tuple(attrs.evolve(detail, notes=(*detail.notes, *notes)) for detail in close_out.details),
    )


def _external(data: ExternalData) -> dict[str, Any]:
    # That it is None says that the item is unlinked.
    return {**_said(data), "item_type": data.item_type.external_type, "origin_id": data.origin_id}


def _said(update: Any, elsewhere: str = "") -> dict[str, Any]:
    # What is None is left as Procore has it; only what is sent changes.
    return attrs.asdict(update, filter=lambda field, value: value is not None and field.name != elsewhere)


def _by_project(
    updates: Iterable[LineItemTypeAssignment | SyncedTransaction],
) -> dict[int | str, list[dict[str, Any]]]:
    found: dict[int | str, list[dict[str, Any]]] = {}
    for one in dict.fromkeys(updates):
        project = _PROJECT if one.project_id is None else one.project_id
        found.setdefault(project, []).append({**_said(one, "project_id"), "synced": True})
    return found


def _syncs(
    name: str,
    company: str,
    updates: Sequence[Mapping[str, Any]],
    *,
    query: Mapping[str, int | str] | None = None,
    body: Mapping[str, Any] = MappingProxyType({}),
) -> Iterator[Call]:
    most = ENDPOINTS[name].most or len(updates)
    for start in range(0, len(updates), most):
        yield _call(name, company, [*updates[start : start + most]], query=query, body=body)


def _call(name: str, company: str, held: Any, *, detail: str = _DETAIL, body: Mapping[str, Any], **rest: Any) -> Call:
    endpoint = ENDPOINTS[name]
    return Call(
        method=endpoint.method,
        path=endpoint.path.replace(_COMPANY, company).replace(_DETAIL, detail),
        headers={COMPANY_HEADER: company},
        body={**body, endpoint.holds: held},
        **rest,
    )


# --- request details -------------------------------------------------------------------------------------------------


def _closings(company: str, details: Sequence[DetailOutcome]) -> Iterator[Call]:
    groups: dict[Hashable, list[DetailOutcome]] = {}
    for detail in details:
        if detail.untold:
            continue
        if detail.request_detail_id is not None:
            groups.setdefault(detail.request_detail_id, []).append(detail)
        elif detail.item_id is not None:
            groups.setdefault((detail.item_type, detail.item_id), []).append(detail)
    for group in groups.values():
        yield _closing(company, group)


def _closing(company: str, outcomes: Sequence[DetailOutcome]) -> Call:
    first = outcomes[0]
    failed = any(outcome.status is DetailStatus.FAILED for outcome in outcomes)
    known = first.request_detail_id is not None
    return _call(
        "request_detail",
        company,
        {
            "status": (DetailStatus.FAILED if failed else DetailStatus.SUCCESS).value,
            "messages": [
                message if len(outcomes) == 1 else _with_name(outcome, message)
                for outcome in outcomes
                for message in outcome.messages
            ],
        },
        detail=str(first.request_detail_id) if known else _DETAIL,
        body={},
        find=None if known else {"filters[item_id]": first.item_id},
    )


def _with_name(outcome: DetailOutcome, message: str) -> str:
    name = _named(outcome)
    return message if message.startswith(f"{name}:") else f"{name}: {message}"


def _named(outcome: DetailOutcome) -> str:
    kind = outcome.item_type.label if outcome.item_type else "item"
    return outcome.name or (kind if outcome.item_id is None else f"{kind} {outcome.item_id}")


# --- checking --------------------------------------------------------------------------------------------------------


def check_call(call: Call) -> tuple[str, ...]:
    """What is wrong with a call by `ENDPOINTS`, a line each; nothing is wrong with those that `calls` makes.

    It is for tests, of this library and of apps that make calls of their own.
    """
    return tuple(_faults(call))


def _faults(call: Call) -> Iterator[str]:
    endpoint = next((one for one in ENDPOINTS.values() if _matches(one, call)), None)
    if endpoint is None:
        yield f"{call.method} {call.path}: no call that closes a request"
        return
    if set(call.headers) != {COMPANY_HEADER} or not re.fullmatch(
        r"[0-9]+|\{company_id\}", call.headers[COMPANY_HEADER]
    ):
        yield f"headers: expected {COMPANY_HEADER} with the company, got {dict(call.headers)}"
    yield from _unlike("query", call.query or {}, dict.fromkeys(endpoint.query, int))
    held = call.body.get(endpoint.holds)
    yield from _unlike("body", call.body, {**endpoint.body, endpoint.holds: dict if endpoint.most is None else list})
    updates = held if isinstance(held, list) else [held]
    if endpoint.most is not None and not 1 <= len(updates) <= endpoint.most:
        yield f"{endpoint.holds}: expected 1 to {endpoint.most}, got {len(updates)}"
    for index, update in enumerate(updates):
        yield from _unlike(f"{endpoint.holds}[{index}]", update, endpoint.must, endpoint.may, endpoint.clears)
    if (call.find is None) is (_DETAIL in call.path):
        yield f"find: expected it where the path has {_DETAIL} and nowhere else, got {call.find}"
    yield from _unlike("find", call.find or {}, {}, {"filters[item_id]": int})
    if endpoint.holds == "request_detail" and isinstance(held, dict):
        if held.get("status") not in {*DetailStatus}:
            yield f"status: expected one of {', '.join(DetailStatus)}, got {held.get('status')!r}"
        if not all(isinstance(message, str) for message in held.get("messages") or ()):
            yield "messages: expected texts"


def _matches(endpoint: Endpoint, call: Call) -> bool:
    places = re.split(r"\{\w+\}", endpoint.path)
    pattern = r"(?:[0-9]+|\{\w+\})".join(map(re.escape, places))
    return endpoint.method == call.method and re.fullmatch(pattern, call.path) is not None


def _unlike(
    where: str,
    found: object,
    must: Mapping[str, type],
    may: Mapping[str, type] = MappingProxyType({}),
    clears: Sequence[str] = (),
) -> Iterator[str]:
    if not isinstance(found, Mapping):
        yield f"{where}: expected an object, got {found!r}"
        return
    yield from (f"{where}.{key}: is missing" for key in must if key not in found)
    for key, value in found.items():
        kind = {**must, **may}.get(key)
        if kind is None:
            yield f"{where}.{key}: is not published"
        elif value is None and key in clears:
            continue
        elif type(value) is not kind and not (kind is int and value == f"{{{key}}}"):
            yield f"{where}.{key}: expected {kind.__name__}, got {value!r}"
