"""Which field of a Procore request ends in which element of QuickBooks: found out, not written down.

Each request is made once with a value in every field that no other field has. It is carried out against a stand-in for
QuickBooks that takes everything, and what was sent is searched for the values. Then each value is exchanged for
another: what differs in what is sent, or in what goes back to Procore, depends on it.
"""

from __future__ import annotations

import datetime as dt
import itertools
import types
import typing
from decimal import Decimal
from enum import Enum, StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd import Books, ItemKind, ItemNaming, Link, Links, Ref, Request, perform
from procore_qbd.domain import (
    BudgetTransaction,
    ChangeOrderItem,
    CloseOut,
    CommitmentItem,
    CreateBudget,
    CreateCommitment,
    CreateCommitmentChangeOrder,
    CreateOrUpdateJob,
    CreateRequisitions,
    CreateStandardCostCodes,
    CreateVendor,
    ErpRequest,
    JobCost,
    UpdateBudget,
)
from procore_qbd.procore import calls
from procore_qbd.procore.requests import PLACES
from procore_qbd.qbxml import MOD, Outcome, Record
from procore_qbd.qbxml.entities.customers import Customer, CustomerQuery
from procore_qbd.qbxml.entities.estimates import Estimate, EstimateLine
from procore_qbd.qbxml.entities.items import ItemQuery, ItemService
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery
from procore_qbd.qbxml.rows.records import table

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str | int, ...]

# --- values that nothing else has ------------------------------------------------------------------------------------

_numbers = itertools.count(1)


def fresh(kind: Any, old: Any = None) -> Any:
    """A value of a type that was never given out before; of words and flags, another one than the old."""
    number = next(_numbers)
    if kind is bool:
        return not old
    if issubclass(kind, Enum):
        return next(word for word in kind if word is not old)
    if kind is str:
        return f"a{number:05}-1|b{number:05}-1" if "|" in (old or "") else f"c{number:05}-1"
    if kind is int:
        return 7_000_000 + number
    if kind is Decimal:
        return Decimal(number + 1000) + Decimal("0.17")
    day = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=number)
    return day if kind is dt.datetime else day.date()


def _of(kind: Any) -> Any:
    """What a tuple holds, or what a field holds that may be None as well."""
    if typing.get_origin(kind) is tuple:
        return _of(typing.get_args(kind)[0])
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        (kind,) = (each for each in typing.get_args(kind) if each is not types.NoneType)
    return kind


OURS = {
    (CreateOrUpdateJob, "customer"),
    (CreateRequisitions, "unreadable"),
    (CreateStandardCostCodes, "unreadable"),
}
"""What Procore does not send, and the library or an approver says."""


@cache
def kinds(cls: Any) -> dict[str, Any]:
    """The fields of a noun and their types, None left out."""
    hints = typing.get_type_hints(cls)
    found = {field.name: hints[field.name] for field in attrs.fields(cls) if (cls, field.name) not in OURS}
    return {name: kind if typing.get_origin(kind) is tuple else _of(kind) for name, kind in found.items()}


def full(kind: Any, **said: Any) -> Any:
    """A noun whose every field holds something; what is said stands as it is."""
    if typing.get_origin(kind) is tuple:
        return (full(_of(kind)),)
    if not attrs.has(kind):
        return fresh(kind)
    return kind(**{name: said[name] if name in said else full(each) for name, each in kinds(kind).items()})


# --- nouns as leaves -------------------------------------------------------------------------------------------------


@attrs.frozen
class Leaf:
    """One field, wherever it stands.

    Attributes:
        path: How to get there, with the position in each tuple.
        name: Where it stands in Procore's JSON, the same for all of a tuple: ``'commitment_items[].amount'``.
        kind: The type of its value.
    """

    path: Path
    name: str
    kind: Any
    value: Any


def leaves(noun: Any, path: Path, place: str = "") -> Iterator[Leaf]:
    """Every field of a noun and of those inside it."""
    for name, kind in kinds(type(noun)).items():
        value = getattr(noun, name)
        wire = PLACES.get(type(noun), {}).get(name, (name,))[0].removeprefix("request_data.")
        below = f"{place}.{wire}" if place else wire
        if typing.get_origin(kind) is tuple:
            below = below if "[]" in wire else f"{below}[]"
            found = [((*path, name, at), each) for at, each in enumerate(value)]
        else:
            found = [((*path, name), value)]
        for where, each in found:
            if attrs.has(_of(kind)):
                yield from leaves(each, where, below) if each is not None else ()
            else:
                yield Leaf(where, below, _of(kind), each)


def exchanged(noun: Any, path: Path, value: Any) -> Any:
    """A copy of a noun with another value at one place."""
    if not path:
        return value
    first, rest = path[0], path[1:]
    if isinstance(first, int):
        return (*noun[:first], exchanged(noun[first], rest, value), *noun[first + 1 :])
    return attrs.evolve(noun, **{first: exchanged(getattr(noun, first), rest, value)})


def but(noun: Any, **changes: Any) -> Any:
    """A copy with other values: ``commitment__code=None``; within a tuple, in the first of it."""
    for name, value in changes.items():
        path: Path = ()
        at = noun
        for step in name.split("__"):
            if isinstance(at, tuple):
                at, path = at[0], (*path, 0)
            at, path = getattr(at, step), (*path, step)
        noun = exchanged(noun, path, value)
    return noun


# --- a stand-in for QuickBooks ---------------------------------------------------------------------------------------

_NAMES = ("income_account", "expense_account", "accounts_payable", "retainage_item", "terms", "customer")


@attrs.frozen(kw_only=True)
class Case:
    """A request, and the world that it comes into.

    Attributes:
        when: What is special about it, in words behind "if"; of the first, nothing.
        there: The records that QuickBooks has.
        has_items: Whether it has an item of whatever name is asked for, the Retainage item for instance.
    """

    when: str = ""
    request: ErpRequest
    links: Links = attrs.field(factory=Links)
    books: Books = attrs.field(factory=lambda: Books(**{name: fresh(str) for name in _NAMES if name != "customer"}))
    there: tuple[Record, ...] = ()
    has_items: bool = False

    def leaves(self) -> Iterator[Leaf]:
        """The fields of the request, and the names in the books."""
        yield from leaves(self.request, ("request",))
        yield from (leaf for leaf in leaves(self.books, ("books",), "books") if leaf.path[1] in _NAMES)


@attrs.frozen
class Export:
    """What a request came to: the last thing that was written to QuickBooks, if any, and the close-out."""

    sent: Request | None
    close_out: CloseOut

    @property
    def written(self) -> dict[Path, tuple[str, Any]]:
        """Everything that was sent by its place in the record: the element (``'VendorAddress/City'``) and its value."""
        return dict(_rows(self.sent.record, self.sent, (), "")) if self.sent else {}

    @property
    def updates(self) -> list[Any]:
        """What goes back to Procore, but for the messages."""
        bodies = [(call.path, call.body) for call in calls(self.close_out)]
        return [(path, body.get("updates") or body["request_detail"]["status"]) for path, body in bodies]

    @property
    def messages(self) -> list[Any]:
        """What the approver reads."""
        return [detail.messages for detail in self.close_out.details]


def _rows(record: Record, request: Request, path: Path, above: str) -> Iterator[tuple[Path, tuple[str, Any]]]:
    for field in table(type(record)).order(request.shape):
        value = getattr(record, field.name)
        for at, each in enumerate(value if field.plural else (value,)):
            where = (*path, field.name, at)
            if isinstance(each, Record):
                tag = next(tag for tag, cls in field.tags(request.shape).items() if cls is type(each))
                yield from _rows(each, request, where, f"{above}{tag}/")
            elif each is not None:
                yield where, (f"{above}{field.row.tag}", each)


def export(case: Case) -> Export:
    """Carry a request out against a QuickBooks that takes everything."""
    flow = perform(case.request, case.links, case.books)
    outcomes: Any = None
    sent = None
    while True:
        try:
            requests = flow.send(outcomes)
        except StopIteration as end:
            return Export(sent, end.value)
        sent = next((request for request in requests if request.writes), sent)
        outcomes = tuple(Outcome(name=f"{request.body}Rs", found=_answer(request, case)) for request in requests)


_POINTED_TO = {
    VendorQuery: lambda **said: Vendor(list_id=said["list_id"], name=said["name"]),
    CustomerQuery: Customer,
    ItemQuery: ItemService,
}


def _answer(request: Request, case: Case) -> tuple[Record, ...]:
    wanted: Any = request.record
    there: tuple[Any, ...] = case.there
    if not request.writes:
        ids = getattr(wanted, "txn_ids", ()) or getattr(wanted, "list_ids", ())
        names = getattr(wanted, "full_names", ())
        found = tuple(one for one in there if _id(one) in ids or getattr(one, "full_name", None) in names)
        # What a transaction points to is there.
        known = {_id(one) for one in there}
        cls: Any = _POINTED_TO.get(type(wanted))
        made = (cls(list_id=one, name="there", full_name="there") for one in ids if one not in known) if cls else ()
        named = (cls(list_id="1-1", name=one, full_name=one) for one in names) if cls and case.has_items else ()
        return (*found, *made, *named)
    before = next((one for one in there if _id(one) == _id(wanted)), None) if request.shape is MOD else None
    said: dict[str, Any] = {name: getattr(wanted, name) for name in table(type(wanted)).present(wanted)}
    for name in {"lines", "item_lines"} & said.keys():
        old = {line.txn_line_id: line for line in getattr(before, name, ())}
        said[name] = tuple(
            old.get(line.txn_line_id) or attrs.evolve(line, txn_line_id=f"new {at}")
            for at, line in enumerate(said[name])
        )
    if hasattr(wanted, "full_name"):
        said["full_name"] = wanted.name
    key = "txn_id" if hasattr(wanted, "txn_id") else "list_id"
    return (attrs.evolve(before or type(wanted)(), **{key: "new", "edit_sequence": "1"} | said),)


def _id(record: Any) -> str | None:
    found: str | None = record.txn_id if hasattr(record, "txn_id") else record.list_id
    return found


# --- what becomes of a field -----------------------------------------------------------------------------------------


class Way(StrEnum):
    """How a value stands in an element."""

    AS_IT_IS = "as it is"
    WITHIN = "within a text"
    COMPUTED = "computed"


class Fate(StrEnum):
    """What becomes of a field; the first that is true of it counts."""

    MAPPED = "ends in an element"
    DECIDES = "decides whether it is exported"
    TOLD = "is looked at, and reported"
    BACK = "goes back to Procore"
    STAYS = "stays in Procore"


@attrs.frozen
class Place:
    """Where a value ends, and in which case: ``''`` for the first."""

    element: str
    way: Way
    when: str


@attrs.frozen
class Entry:
    """What becomes of one field, or of one setting of the books."""

    name: str
    places: tuple[Place, ...]
    fate: Fate


@attrs.frozen
class FieldMap:
    """What becomes of every field of a request.

    Attributes:
        record: The class of what is written.
        message: The element that is written, for instance ``'VendorAdd'``.
        fixed: Elements that no field decides, with what was sent.
        copied: Those of them that say again what QuickBooks has.
    """

    record: type[Record]
    message: str
    entries: tuple[Entry, ...]
    fixed: dict[str, tuple[str, ...]]
    copied: frozenset[str]


def way(value: Any, there: Any) -> Way | None:
    """How a value stands in another, None where it does not."""
    if isinstance(value, bool | Enum) or value is None:
        return None
    parts = value.replace("\n", "|").split("|") if isinstance(value, str) else [value]
    if any(type(part) is type(there) and part == there for part in parts):
        return Way.AS_IT_IS
    return Way.WITHIN if isinstance(value, str | int) and isinstance(there, str) and str(value) in there else None


_FATES = list(Fate)


def field_map(cases: tuple[Case, ...]) -> FieldMap:
    """What becomes of every field of a request, in the order of the first case."""
    exports = [export(case) for case in cases]
    if refused := [done.messages for done in exports if not (done.close_out.ok and done.sent)]:
        raise ValueError(f"a case does not go through, and so shows nothing: {refused}")
    places: dict[str, dict[str, Place]] = {leaf.name: {} for leaf in cases[0].leaves()}
    fates: dict[str, set[Fate]] = {name: set() for name in places}
    claims: list[set[Path]] = [set() for _ in cases]
    for case, done, claimed in zip(cases, exports, claims, strict=True):
        for leaf, (path, (element, there)) in itertools.product(case.leaves(), done.written.items()):
            if how := way(leaf.value, there):
                places[leaf.name].setdefault(element, Place(element, how, case.when))
                claimed.update([path] if how is Way.AS_IT_IS else [])
    for case, done, claimed in zip(cases, exports, claims, strict=True):
        for leaf in (leaf for leaf in case.leaves() if _is_tried(leaf, case is cases[0])):
            other = export(exchanged(case, leaf.path, fresh(leaf.kind, leaf.value)))
            for element in _depending(done.written, other.written, claimed, alone=not places[leaf.name]):
                places[leaf.name].setdefault(element, Place(element, Way.COMPUTED, case.when))
            fates[leaf.name] |= set(_fates(done, other))
    entries = (
        Entry(
            name, tuple(found.values()), min({Fate.MAPPED} if found else fates[name] | {Fate.STAYS}, key=_FATES.index)
        )
        for name, found in places.items()
    )
    sent: Any = exports[0].sent
    return FieldMap(
        type(sent.record),
        sent.body,
        tuple(entry for entry in entries if entry.places or not entry.name.startswith("books.")),
        *_fixed(cases, exports, {element for found in places.values() for element in found}),
    )


def _is_tried(leaf: Leaf, first: bool) -> bool:
    """What is None in a later case, or in the books, is left out on purpose."""
    return leaf.value is not None or (first and leaf.path[0] == "request")


def _fixed(
    cases: tuple[Case, ...], exports: list[Export], decided: set[str]
) -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
    """What no field decides, and which elements of it only repeat what QuickBooks has."""
    there = "".join(repr(case.there) for case in cases)
    fixed: dict[str, dict[str, None]] = {}
    for element, value in itertools.chain.from_iterable(done.written.values() for done in exports):
        if element not in decided:
            fixed.setdefault(element, {})[str(value)] = None
    copied = frozenset(element for element, values in fixed.items() if all(repr(value) in there for value in values))
    return {element: tuple(values) for element, values in fixed.items()}, copied


def _depending(
    one: dict[Path, tuple[str, Any]], other: dict[Path, tuple[str, Any]], claimed: set[Path], *, alone: bool
) -> Iterator[str]:
    """The elements that differ and are no field's own; of a field found nowhere yet, new and lost ones too."""
    for path in {**one, **other} if one and other else ():
        if path not in claimed and (alone or (path in one and path in other)) and one.get(path) != other.get(path):
            yield (one.get(path) or other[path])[0]


def _fates(done: Export, other: Export) -> Iterator[Fate]:
    if not other.close_out.ok:
        yield Fate.DECIDES
    elif done.updates != other.updates:
        yield Fate.BACK
    elif done.messages != other.messages:
        yield Fate.TOLD
    yield Fate.STAYS


# --- the cases -------------------------------------------------------------------------------------------------------


def _links(kind: ItemKind, procore_id: int, quickbooks_id: str) -> Links:
    return Links([Link(kind=kind, procore_id=procore_id, quickbooks_id=quickbooks_id)])


def _item(list_id: str) -> ItemService:
    return ItemService(list_id=list_id, name="01", full_name="01", edit_sequence="1")


def _vendor() -> Iterator[Case]:
    street = "\n".join(fresh(str) for _ in range(5))
    yield Case(request=but(full(CreateVendor), vendor__origin_id=None, vendor__is_active=True, vendor__address=street))


def _standard_cost_codes() -> Iterator[Case]:
    request = but(full(CreateStandardCostCodes), standard_cost_codes__origin_id=None)
    code = request.standard_cost_codes[0]
    first = Case(request=request, there=(_item(code.parent_origin_id),))
    yield first
    yield attrs.evolve(
        first, when="items are flat in the books", books=attrs.evolve(first.books, item_naming=ItemNaming.FLAT)
    )
    yield attrs.evolve(
        first,
        when="Procore names no item of the division",
        request=but(request, standard_cost_codes__parent_origin_id=None),
        links=_links(ItemKind.STANDARD_COST_CODE, code.parent_id, code.parent_origin_id),
    )
    accounts = ("income_account_origin_id", "expense_account_origin_id")
    yield attrs.evolve(
        first,
        when="none was picked at export",
        request=but(request, **{f"standard_cost_codes__{account}": None for account in accounts}),
    )


def _job() -> Iterator[Case]:
    street = "\n".join(fresh(str) for _ in range(5))
    request = but(full(CreateOrUpdateJob), job__origin_id=None, job__active=True, job__address=street)
    code = request.all_cost_codes[0]
    first = Case(request=request, there=(_item(code.standard_cost_code_origin_id),))
    yield first
    yield attrs.evolve(
        first,
        when="Procore names no item of the cost code",
        request=but(request, all_cost_codes__standard_cost_code_origin_id=None),
        links=_links(ItemKind.STANDARD_COST_CODE, code.standard_cost_code_id, code.standard_cost_code_origin_id),
    )
    customer = Customer(list_id="2-1", full_name=fresh(str), edit_sequence="1")
    yield attrs.evolve(
        first,
        when="jobs stand under a customer",
        books=first.books.under(customer.full_name or ""),
        there=(*first.there, customer),
    )


def _budget_request(cls: type[CreateBudget | UpdateBudget], **budget: Any) -> Any:
    job = fresh(str)
    cost = but(full(JobCost), cost_code_origin_id=fresh(str, "|"), sub_job_origin_id=None, job_origin_id=job)
    new = {"job_cost_id": cost.id, "type": "Erp::OriginalEstimateTransaction", "synced": False, "origin_id": None}
    transaction = full(BudgetTransaction, **new)
    request = full(cls, job_costs=(cost,), transactions=(transaction,), job_origin_id=job)
    return attrs.evolve(request, budget=attrs.evolve(request.budget, **budget))


def _budget() -> Iterator[Case]:
    request = _budget_request(CreateBudget, origin_id=None)
    yield Case(request=request)
    yield Case(
        when="the request names no job",
        request=but(request, job_origin_id=None, job_costs__job_origin_id=None),
        links=_links(ItemKind.PROJECT, request.budget.project_id, request.job_origin_id),
    )


def _budget_update() -> Iterator[Case]:
    estimate = Estimate(txn_id=fresh(str), edit_sequence="1", lines=(EstimateLine(txn_line_id="1-1"),))
    yield Case(request=_budget_request(UpdateBudget, origin_id=estimate.txn_id), there=(estimate,))


def _priced(line: Any) -> Any:
    """A line whose amount is its quantity times its price, on a cost code that is a job and an item."""
    quantity, price = fresh(Decimal), fresh(Decimal)
    amount = (quantity * price).quantize(Decimal("0.01"))
    return but(line, quantity=quantity, unit_cost=price, amount=amount, cost_code__origin_id=fresh(str, "|"))


def _lines(first: Case, name: str) -> Iterator[Case]:
    """How the lines of commitments and change orders differ."""

    def case(when: str, request: ErpRequest, **changes: Any) -> Case:
        lines = {f"{name}__{field}": value for field, value in changes.items()}
        return attrs.evolve(first, when=when, request=but(request, **lines))

    line: Any = getattr(first.request, name)[0]
    item = line.cost_code.origin_id.partition("|")[2]
    yield case("it is a lump sum", first.request, quantity=Decimal(0))
    yield case("quantity by unit cost is another amount", first.request, amount=fresh(Decimal))
    yield case("the cost code names its item alone", first.request, cost_code__origin_id=item)
    project = first.request.commitment.project  # type: ignore[attr-defined]
    nowhere = but(first.request, job_origin_id=None)
    yield case("neither the cost code nor the request names the job", nowhere, cost_code__origin_id=item)
    nothing = but(nowhere, commitment__project__origin_id=None)
    job = _links(ItemKind.PROJECT, project.id, project.origin_id or "")
    yield attrs.evolve(case("Procore names no job at all", nothing, cost_code__origin_id=item), links=job)


def _commitment() -> Iterator[Case]:
    line = _priced(full(CommitmentItem))
    request = full(CreateCommitment, commitment_items=(line,))
    job = request.commitment.project.origin_id
    request = but(request, commitment__origin_id=None, commitment__status="Approved", job_origin_id=job)
    vendor = request.commitment.vendor
    first = Case(request=request)
    yield first
    yield from _lines(first, "commitment_items")
    yield attrs.evolve(first, when="no ERP id was given", request=but(request, commitment__code=None))
    yield attrs.evolve(first, when="no accounting date was picked", request=but(request, accounting_date=None))
    yield attrs.evolve(
        first,
        when="Procore names no QuickBooks vendor",
        request=but(request, commitment__vendor__origin_id=None),
        links=_links(ItemKind.VENDOR, vendor.id, vendor.origin_id),
    )


def _change_order() -> Iterator[Case]:
    line = _priced(full(ChangeOrderItem))
    twin = full(CommitmentItem, id=line.commitment_line_item_id)
    request = full(CreateCommitmentChangeOrder, change_order_items=(line,), commitment_items=(twin,))
    job = request.commitment.project.origin_id
    request = but(request, change_order__status="Approved", job_origin_id=job, change_order__origin_id=None)
    commitment = request.commitment
    lines = (PurchaseOrderLine(txn_line_id="1-1"),)
    order = PurchaseOrder(txn_id=commitment.origin_id, edit_sequence="1", memo="there", lines=lines)
    first = Case(request=request, there=(order,))
    yield first
    yield from _lines(first, "change_order_items")
    yield attrs.evolve(
        first,
        when="Procore names no purchase order",
        request=but(request, commitment__origin_id=None),
        links=_links(commitment.kind.item_kind, commitment.id, commitment.origin_id),
    )


def _requisitions() -> Iterator[Case]:
    price = Decimal("31.25")
    request = but(
        full(CreateRequisitions),
        requisitions__items__amount=Decimal("94011.17"),  # more than what is held back
        requisitions__items__cost_code_origin_id=fresh(str, "|"),
        requisitions__items__change_order_line_item_origin_id=None,
    )
    (invoice,) = request.requisitions
    (item,) = invoice.items
    changed = fresh(str)
    order = PurchaseOrder(
        txn_id=invoice.contract_origin_id,
        vendor_ref=Ref(list_id="3-1"),
        edit_sequence="1",
        lines=(
            PurchaseOrderLine(txn_line_id=item.commitment_item_origin_id, rate=price),
            PurchaseOrderLine(txn_line_id=changed, rate=Decimal("1.00")),
        ),
    )
    first = Case(request=request, there=(order,), has_items=True)
    yield first

    def case(when: str, **changes: Any) -> Case:
        return attrs.evolve(first, when=when, request=but(request, **changes))

    exact = (item.qty * price).quantize(Decimal("0.01"))
    on_change = {
        "requisitions__items__change_order_line_item_origin_id": changed,
        "requisitions__items__commitment_item_origin_id": None,
    }
    yield case("it bills a line of a change order", **on_change)
    yield case("quantity by the order's rate is the amount", requisitions__items__amount=exact)
    yield case("no ERP id was given", requisitions__code=None)
    yield case("the total of the retainage is missing", requisitions__items__retainage_this_period=None)
    yield case("neither the purchase order nor the invoice names the job", requisitions__job_origin_id=None)
    yield case("the invoice has no request detail of its own", requisitions__request_detail_id=None)
    yield attrs.evolve(
        case("Procore names no purchase order", requisitions__contract_origin_id=None),
        links=_links(ItemKind.WORK_ORDER_CONTRACT, invoice.contract_id, invoice.contract_origin_id),
    )


CASES = {
    CreateStandardCostCodes: _standard_cost_codes,
    CreateVendor: _vendor,
    CreateOrUpdateJob: _job,
    CreateBudget: _budget,
    UpdateBudget: _budget_update,
    CreateCommitment: _commitment,
    CreateCommitmentChangeOrder: _change_order,
    CreateRequisitions: _requisitions,
}
"""Each request with values in all its fields: first as most are, then with what makes a difference."""


@cache
def maps() -> dict[type[ErpRequest], FieldMap]:
    """The field map of every request."""
    return {cls: field_map(tuple(cases())) for cls, cases in CASES.items()}


# --- what no machine finds out ---------------------------------------------------------------------------------------

_SYNCED = "says that it is synced already: it is looked up, and not made again"
_PATH = "stands in the address of every call"
_LINES = {
    "amount": "at a rate of 1.00",
    "cost_code.origin_id": "the pair of item and job",
    "unit_cost": "where quantity by unit cost is the amount",
    "id": "the mark, which ends in it",
    "tax_amount": "is reported; QuickBooks gets no taxes",
}


def _of_lines(name: str) -> dict[str, str]:
    return {f"{name}[].{field}": note for field, note in _LINES.items()}


_BUDGET_NOTES = {
    "budget.id": "`Procore budget <id>`",
    "budget.project_id": "finds the job among the links, where the request names none",
    "budget.origin_id": _SYNCED,
    "job_costs[].id": "says which line a transaction is on",
    "job_costs[].cost_code_origin_id": "the item of the pair",
    "job_costs[].new_amount": "is held against what the lines come to; a difference is reported",
    "job_costs[].sub_job_origin_id": "a line that has one is refused",
    "transactions[].id": "the mark, `Procore budget <id>`",
    "transactions[].job_cost_id": "says which line the transaction is on",
    "transactions[].type": "is called an original budget or a modification; one that the books do not know is refused",
    "transactions[].notes": "behind that",
}

NOTES: dict[type[ErpRequest], dict[str, str]] = {
    CreateStandardCostCodes: {
        "request_data[].parent_id": "finds the division's item among the links, where Procore names none",
        "request_data[].origin_id": _SYNCED,
    },
    CreateVendor: {
        "vendor.company": "both; `vendor.name` where it is blank",
        "vendor.address": "a line in each",
        "vendor.country_code": "unless it is the books' own country",
        "vendor.is_active": "an inactive company is refused",
        "vendor.origin_id": _SYNCED,
        "vendor.origin_code": "the ERP id, goes back as it is; the vendor's name where there is none",
    },
    CreateOrUpdateJob: {
        "job.address": "a line in each",
        "job.active": "`false` where it is inactive",
        "job.origin_id": "says that it is synced already: the job is brought up to date",
        "job.origin_code": "the ERP id, goes back as it is; the job's full name where there is none",
        "all_cost_codes[].id": "gets the pair of job and item back",
        "all_cost_codes[].standard_cost_code_id": "finds the item among the links, where Procore names none",
        "all_cost_codes[].standard_cost_code_origin_id": "is the item of the pair",
        "all_cost_codes[].line_item_types[].id": "is marked as synced",
    },
    CreateBudget: _BUDGET_NOTES,
    UpdateBudget: _BUDGET_NOTES
    | {
        "company_id": _PATH,
        "budget.id": "gets the estimate back",
        "budget.origin_id": "the estimate; else it is found by its link",
        "EstimateLineMod/TxnLineID": "of the lines that are there, so that they stay; `-1` of those that are new",
    },
    CreateCommitment: {
        "commitment.code": "the ERP id",
        "commitment.vendor.id": "finds the vendor among the links, where Procore names none",
        "commitment.grand_total": "is held against what the lines come to; a difference is reported",
        "commitment.origin_id": _SYNCED,
        **_of_lines("commitment_items"),
    },
    CreateCommitmentChangeOrder: {
        "company_id": _PATH,
        "commitment.id": "finds the purchase order among the links, where Procore names none",
        "commitment.type": "the same",
        "change_order.id": "gets the purchase order and its new lines back",
        "change_order.origin_code": "the ERP id, goes back as it is",
        "change_order.description": "behind what the memo says already",
        "change_order_items[].commitment_line_item_id": "gets the id of the same line back",
        "PurchaseOrderLineMod/TxnLineID": "of the lines that are there, so that they stay; `-1` of those that are new",
        **_of_lines("change_order_items"),
    },
    CreateRequisitions: {
        "requisitions[].procore_requisition_id": "`Procore invoice <id>`",
        "requisitions[].code": "the ERP id",
        "requisitions[].contract_id": "finds the purchase order among the links, where Procore names none",
        "requisitions[].job_origin_id": "of retainage, where the purchase order names no job",
        "requisitions[].line_items[].amount": "the quantity is the amount by the rate of the order's line",
        "requisitions[].line_items[].cost_code_origin_id": "of retainage",
        "requisitions[].line_items[].retainage_this_period": "the sum of all, negative, on a line of its own",
        "requisitions[].line_items[].released_work_completed_this_period": "the sum of all, on a line of its own",
        "VendorRef/ListID": "the vendor of the purchase order",
    },
}
"""What to say of a field, or of an element that no field decides, beside what was found out."""
