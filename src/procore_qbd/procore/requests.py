"""Procore's ERP requests: JSON in, a domain request out, or one error that lists everything wrong.

A request to support has its class in `procore_qbd.domain.events`, and a row of ``PLACES`` here; its fields are read by
their types, but for those that ``READERS`` names. A request of many items, of which each is read alone, has a row of
``_BATCHES`` too.
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Mapping
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar, cast

import attrs

from procore_qbd.domain import (
    ChangeOrder,
    Commitment,
    CommitmentKind,
    CostCode,
    CreateBudget,
    CreateCommitment,
    CreateCommitmentChangeOrder,
    CreateOrUpdateJob,
    CreateRequisitions,
    CreateStandardCostCodes,
    CreateVendor,
    DeleteCostCode,
    DeleteCostCodes,
    DeleteStandardCostCodes,
    ErpRequest,
    ItemKind,
    NotSupported,
    Requisition,
    RequisitionItem,
    ResetJob,
    ResetPayment,
    ResetRequisition,
    StandardCostCode,
    SyncedItem,
    UnlinkCommitment,
    UnlinkCommitmentChangeOrder,
    UnlinkStandardCostCodes,
    UnlinkVendor,
    Unreadable,
    UpdateBudget,
    VendorCompany,
    VendorRef,
)
from procore_qbd.domain.events import EVENTS, EndsIn
from procore_qbd.errors import PayloadError
from procore_qbd.procore.strict_json import (
    ABSENT,
    PayloadFaults,
    at,
    day_as_written,
    doubled,
    excerpt,
    has_value,
    load,
    name_text,
    number_as_text,
    path_of,
    strict_converter,
    walk,
    whole_number,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from cattrs import Converter

__all__ = ["KNOWN_REQUESTS", "PLACES", "READERS", "read_request"]

T = TypeVar("T")

_MOST_TWINS = 3
_ENVELOPE = {
    "request_detail_id": ("request_data.request_detail_id", "request_detail_id"),
    "company_id": ("request_data.company_id", "company_id"),
}


def _inside(*names: str) -> Mapping[str, tuple[str, ...]]:
    return {name: (f"request_data.{name}",) for name in names} | _ENVELOPE


_BUDGET = {**_inside("budget", "job_costs", "transactions"), "job_origin_id": ("request_data.job_id",)}
_COMMITMENT = {
    **_inside("job_origin_id", "commitment", "commitment_items", "change_order", "change_order_items"),
    "accounting_date": ("request_data.additional_data.accounting_date",),
}

PLACES: Mapping[type, Mapping[str, tuple[str, ...]]] = {
    CreateVendor: _inside("vendor"),
    CreateStandardCostCodes: {
        "standard_cost_codes": ("request_data",),
        "request_detail_ids": ("request_data[].request_detail_id",),
        "request_detail_id": ("request_detail_id",),
    },
    CreateOrUpdateJob: _inside("job", "all_cost_codes"),
    CreateBudget: _BUDGET,
    UpdateBudget: _BUDGET,
    CreateCommitment: {**_COMMITMENT, "job_origin_id": ("request_data.job_id",)},
    CreateCommitmentChangeOrder: _COMMITMENT,
    CreateRequisitions: _inside("requisitions"),
    UnlinkCommitment: _inside(
        "procore_commitment_id", "commitment_type", "commitment_origin_id", "job_origin_id", "project_id"
    ),
    UnlinkCommitmentChangeOrder: _inside(
        "procore_commitment_change_order_id",
        "commitment_change_order_origin_id",
        "commitment_origin_id",
        "job_origin_id",
        "project_id",
    ),
    UnlinkVendor: _inside("vendor"),
    UnlinkStandardCostCodes: _inside("standard_cost_codes"),
    DeleteStandardCostCodes: {**_ENVELOPE, "standard_cost_codes": ("request_data.standard_cost_code_data_array",)},
    DeleteCostCodes: _inside("project", "sub_job", "cost_codes"),
    DeleteCostCode: {
        **_inside("project_origin_id", "procore_project_id"),
        "cost_codes": ("request_data.project_cost_code_data_array",),
    },
    ResetJob: _inside("project"),
    ResetRequisition: _inside("requisition_id", "requisition_origin_id", "project_id"),
    ResetPayment: _inside("payment_id", "origin_id"),
    SyncedItem: {"name": ("sortable_code", "name")},
    VendorCompany: {
        "name": ("company", "name"),
        "vendor_type_origin_id": ("erp_custom_fields.vendor_type_origin_id",),
    },
    StandardCostCode: {
        "income_account_origin_id": ("erp_custom_fields.income_account_origin_id",),
        "expense_account_origin_id": ("erp_custom_fields.expense_account_origin_id",),
    },
    Commitment: {"kind": ("type",)},
    VendorRef: {"name": ("company", "name")},
    Requisition: {"id": ("procore_requisition_id",), "items": ("line_items",)},
    RequisitionItem: {
        "id": ("procore_requisition_item_id",),
        "item_type": ("requisition_item_type",),
        "description": ("description", "line_item_description"),
    },
}
"""Where a field stands in Procore's JSON, when not under its own name; requests are rows like any other."""

_LEFT_OUT: Mapping[type, str] = {CostCode: "deleted_at"}


def _ours(_: object, __: object) -> tuple[()]:
    return ()


def _not_said(_: object, __: object) -> None:
    return None


READERS: Mapping[type, Mapping[str, Callable[[Any, Any], Any]]] = {
    ChangeOrder: {"number": number_as_text, "due_date": day_as_written},
    CreateStandardCostCodes: {"unreadable": _ours},
    CreateRequisitions: {"unreadable": _ours},
    CreateOrUpdateJob: {"customer": _not_said},
    DeleteCostCodes: {"unreadable": _ours},
}
"""How a field is read, when not by its type; what is ours to say is not believed of Procore."""


@attrs.frozen
class _SeveralItems:
    """A request of many items.

    Attributes:
        field: Where it has them.
        noun: The class of each.
        kind: What each is.
        names: Where an item says what people call it, in Procore's words; the first that can be read counts.
    """

    field: str
    noun: type
    kind: ItemKind
    names: tuple[str, ...]

    @property
    def id_place(self) -> str:
        """Where an item has its id."""
        return PLACES[self.noun].get("id", ("id",))[0]


_BATCHES: Mapping[type, _SeveralItems] = {
    CreateStandardCostCodes: _SeveralItems(
        "standard_cost_codes", StandardCostCode, ItemKind.STANDARD_COST_CODE, ("full_code", "code", "name")
    ),
    CreateRequisitions: _SeveralItems("requisitions", Requisition, ItemKind.REQUISITION, ("invoice_number", "code")),
    DeleteCostCodes: _SeveralItems("cost_codes", SyncedItem, ItemKind.COST_CODE, ("sortable_code", "name")),
}

_ITEMS: Mapping[str, ItemKind | None] = {
    "change_order": ItemKind.CHANGE_ORDER,
    "commitment": None,  # its own type says which
    "budget": ItemKind.BUDGET,
    "job": ItemKind.PROJECT,
    "vendor": ItemKind.VENDOR,
}
"""What a request is about, by where it stands in ``request_data``; the first that is there."""

KNOWN_REQUESTS: Mapping[str, type[ErpRequest]] = MappingProxyType(
    {name: event.request for name, event in EVENTS.items() if event.request is not None}
)
"""The requests that `read_request` reads, by Procore's name."""


def read_request(
    data: bytes | bytearray | memoryview | str | Mapping[str, Any], *, company_id: int | None = None
) -> ErpRequest:
    r"""Read one of Procore's ERP requests.

    Every field is read by its type and nothing is guessed: a whole number may be a text of digits (newer
    parts of Procore's API write ids so), a text is never made of a number, and numbers with a point are
    read as decimals, never as floats. A key that appears twice in an object is a fault, wherever it is; else
    fields that nobody here reads may hold anything. Cost codes with a ``deleted_at`` are left out.

    Blank text is Procore's way of saying nothing and counts as null, for dates and numbers as well. What looks
    the same is made the same: letters with their accents are composed (NFC), and in names and numbers a
    no-break space, a tab and every other blank of Unicode is a plain one. What cannot be seen is refused
    there: a line break, a control character, a mark of direction or of no width. In free text (descriptions,
    notes, addresses) line breaks stay, each as ``\n``, and so do tabs and marks; other control characters are
    refused. Blanks around a text stay.

    Dates are refused outside 1900 to 2100. An amount of -0 is 0.

    A change order's number is a text here though Procore writes it as a number, and its due date the day of
    the moment that Procore writes. A vendor's name is its ``company``, which is the company's name, and
    ``name`` only where ``company`` is blank.

    An invoice or a standard cost code that cannot be read is refused alone: it stands in ``unreadable`` of the
    request, and the others are read. Of two with the same id neither is used, so both stand there.

    Args:
        data: The request as Procore sends it: JSON in UTF-8, as text, or parsed already. Where it was
            parsed elsewhere, floats are taken at their shortest decimal form, and of a key that stood twice
            nothing is known.
        company_id: The Procore company, for payloads that do not say.

    Raises:
        PayloadError: It is no JSON, no ERP request or none that this library carries out; a value is
            missing or of the wrong type; an id appears twice in a list; two places name different companies
            or request details. ``faults`` lists everything wrong, each with its path; by what else could be read,
            `procore_qbd.procore.refuse` closes the request in Procore.
        TypeError: It is a path or a file instead of what is in it.
    """
    try:
        payload = load(data)
        if not isinstance(payload, Mapping):
            raise PayloadFaults.expected("an object with request_name and request_data", payload)
    except PayloadFaults as error:
        raise PayloadError("ERP request", _lines("$", error.faults), company_id=company_id) from None
    cls, faults = _request_class(payload.get("request_name", ABSENT))
    if cls is NotSupported:
        return _not_supported(payload, company_id)
    if payload.get("request_data") is None:
        faults.append((".request_data", "is missing"))
    if cls is None or faults:
        raise _error("ERP request", _lines("$", faults), payload, company_id)
    batch = _BATCHES.get(cls)
    place, items, rest = _apart(payload, cls, batch) if batch else ("", (), payload)
    each = _read_each(batch, f"$.{place}", items) if batch else {}
    faults += [*_contradictions(payload, company_id), *doubled(rest)]
    request: Any = None
    try:
        request = _structure(rest, cls)
    except PayloadFaults as error:
        faults = [*error.faults, *faults]
    if faults:
        lines = [*_lines("$", faults), *(line for item in each.get("unreadable", ()) for line in item.faults)]
        raise _error(cls.request_name, lines, payload, company_id)
    known = {} if request.company_id is not None else {"company_id": company_id}
    return cast("ErpRequest", attrs.evolve(request, **each, **known))


def _not_supported(payload: Mapping[str, Any], company_id: int | None) -> NotSupported:
    """A request about what QuickBooks Desktop does not have, whatever it holds; only what is to be closed is read.

    Raises:
        PayloadError: A request detail or the company cannot be read, or something stands twice.
    """
    faults = [*_contradictions(payload, company_id), *doubled(payload)]
    details: list[int] = []
    for way, value in walk(payload):
        if way and way[1] == "request_detail_id" and has_value(value):
            try:
                details.append(whole_number(value))
            except PayloadFaults as error:
                faults += error.below(path_of(way))
    companies = (_number_at(payload, place) for place in _ENVELOPE["company_id"])
    company = next((one for one in companies if one is not None), company_id)
    name = str(payload["request_name"])
    if faults:
        raise _error(name, _lines("$", faults), payload, company_id)
    return NotSupported(request_name=name, company_id=company, request_detail_ids=tuple(dict.fromkeys(details)))


@functools.cache
def _converter() -> Converter:
    return strict_converter(PLACES, _LEFT_OUT, READERS)


def _structure(value: Any, cls: type[T]) -> T:
    return _converter().structure(value, cls)


def _quietly(read: Callable[..., T], *arguments: Any) -> T | None:
    """What a reader reads, or None where it finds a fault: that is told elsewhere."""
    try:
        return read(*arguments)
    except PayloadFaults:
        return None


def _number_at(holder: Any, place: str) -> int | None:
    return _quietly(lambda: whole_number(at(holder, place)))


# --- many items ------------------------------------------------------------------------------------------------------


def _apart(
    payload: Mapping[str, Any], cls: type[ErpRequest], batch: _SeveralItems
) -> tuple[str, Sequence[Any], Mapping[str, Any]]:
    """Where the items of a request stand, the items, and the request without them; it keeps what is no list."""
    place = PLACES[cls][batch.field][0]
    items = _quietly(at, payload, place)
    if not isinstance(items, (list, tuple)):
        return place, (), payload
    return place, items, _emptied(payload, place)


def _emptied(payload: Mapping[str, Any], place: str) -> Mapping[str, Any]:
    key, _, rest = place.partition(".")
    return {**payload, key: _emptied(payload[key], rest) if rest else []}


@attrs.frozen(kw_only=True)
class _Addressed:
    request_detail_id: int | None = None


def _read_each(batch: _SeveralItems, place: str, items: Sequence[Any]) -> dict[str, tuple[Any, ...]]:
    """The fields of a request that its items fill: those that were read, and those that cannot be."""
    ids = [_number_at(item, batch.id_place) for item in items]
    indexes: dict[int | None, list[int]] = {}
    for index, procore_id in enumerate(ids):
        indexes.setdefault(procore_id, []).append(index)
    read: list[tuple[Any, int | None]] = []
    unreadable: list[Unreadable] = []
    for index, (item, procore_id) in enumerate(zip(items, ids, strict=True)):
        faults = doubled(item)
        others = (f"[{twin}]" for twin in indexes[procore_id] if twin != index)
        if procore_id is not None and (twins := list(islice(others, _MOST_TWINS))):
            faults.append((f".{batch.id_place}", f"is at {', '.join(twins)} too, got {procore_id}"))
        noun: Any = None
        detail: int | None = None
        try:
            detail = _structure(item, _Addressed).request_detail_id
        except PayloadFaults as error:
            faults += error.faults
        try:
            noun = _structure(item, batch.noun)
        except PayloadFaults as error:
            faults += error.faults
        if not faults:
            read.append((noun, detail))
            continue
        unreadable.append(
            Unreadable(
                kind=batch.kind,
                id=procore_id,
                name=_first_name(item, batch.names),
                request_detail_id=detail,
                faults=_lines(f"{place}[{index}]", faults),
            )
        )
    found = {batch.field: tuple(noun for noun, _ in read), "unreadable": tuple(unreadable)}
    if batch.noun is StandardCostCode:  # an invoice has its detail in itself
        found["request_detail_ids"] = tuple(detail for _, detail in read)
    return found


def _first_name(item: Any, places: Iterable[str]) -> str | None:
    names = (_quietly(lambda place: number_as_text(at(item, place)), place) for place in places)
    return next((name for name in names if name is not None), None)


# --- faults ----------------------------------------------------------------------------------------------------------


def _lines(place: str, faults: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{place}{path}: {text}" for path, text in faults))


def _error(subject: str, faults: Sequence[str], payload: Mapping[str, Any], company_id: int | None) -> PayloadError:
    """The error, and whatever else of the payload can be read."""
    companies = {company_id, *(_number_at(payload, place) for place in _ENVELOPE["company_id"])} - {None}
    details = (_quietly(whole_number, value) for way, value in walk(payload) if way and way[1] == "request_detail_id")
    name = _quietly(name_text, payload.get("request_name"))
    cls = KNOWN_REQUESTS.get(name or "")
    return PayloadError(
        subject,
        faults,
        request_name=name,
        company_id=companies.pop() if len(companies) == 1 else None,
        request_detail_ids=tuple(dict.fromkeys(detail for detail in details if detail is not None)),
        item=_item(payload.get("request_data")) if cls and EVENTS[name or ""].ends_in is EndsIn.EXPORT else None,
        items=tuple(_unaddressed(payload, cls)) if cls else (),
    )


def _unaddressed(payload: Mapping[str, Any], cls: type[ErpRequest]) -> Iterator[tuple[str, int]]:
    """The items of a request of many for which no request detail is named."""
    batch = _BATCHES.get(cls)
    if batch is None or any(_number_at(payload, place) is not None for place in _ENVELOPE["request_detail_id"]):
        return
    _, items, _ = _apart(payload, cls, batch)
    numbers = (_number_at(item, batch.id_place) for item in items if _number_at(item, "request_detail_id") is None)
    for number in dict.fromkeys(numbers):
        if number is not None:
            yield batch.kind.external_type, number


def _item(data: Any) -> tuple[str, int] | None:
    """What an export is about, as External Data names it. Only for requests that have a detail, so not for all."""
    place = next((place for place in _ITEMS if isinstance(data, Mapping) and place in data), None)
    if place is None:
        return None
    kind = _ITEMS[place]
    if kind is None and (own := _quietly(lambda: _structure(at(data, f"{place}.type"), CommitmentKind))):
        kind = own.item_kind
    number = _number_at(data, f"{place}.id")
    return None if kind is None or number is None else (kind.external_type, number)


def _request_class(name: object) -> tuple[type[ErpRequest] | None, list[tuple[str, str]]]:
    path = ".request_name"
    known = ", ".join(sorted(name for name, event in EVENTS.items() if event.request and event.supported))
    if not has_value(name):
        return None, [(path, "is missing")]
    if not isinstance(name, str):
        return None, PayloadFaults.expected("a text", name).below(path)
    if name in KNOWN_REQUESTS:
        return KNOWN_REQUESTS[name], []
    if name in EVENTS:
        return None, [
            (path, f"{name} is one of Procore's requests, but not carried out by this library yet; it does {known}")
        ]
    close = difflib.get_close_matches(name, EVENTS, n=1)
    meant = f" (did you mean {close[0]}?)" if close else ""
    return None, [(path, f"expected one of {known}, got {excerpt(name)}{meant}")]


def _contradictions(payload: Mapping[str, Any], company_id: int | None) -> Iterator[tuple[str, str]]:
    """Ids that stand in two places and differ: a wrong pick would close somebody else's item."""
    for name, places in _ENVELOPE.items():
        known: list[tuple[str, int]] = []
        if name == "company_id" and company_id is not None:
            known.append(("the caller", company_id))
        for place in places:
            try:
                value = whole_number(at(payload, place))
            except PayloadFaults:
                continue  # absent, or told by its reader
            if known and known[0][1] != value:
                yield f".{place}", f"expected {known[0][1]}, as {known[0][0]} says, got {value}"
            known.append((f"$.{place}", value))
