"""What changes the stock without a purchase or a sale: adjustments, and assemblies that are built."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from procore_qbd.qbxml import Ref
from procore_qbd.qbxml.entities.inventory_transactions import ComponentItemLine
from procore_qbd.qbxml.entities.shared.transactions import ITEMS
from procore_qbd.simulator.kinds.kind import Kind
from procore_qbd.simulator.kinds.postings import list_id
from procore_qbd.simulator.knowledge.arithmetic import NO_QUANTITY, ZERO, quantity_or_one
from procore_qbd.simulator.knowledge.asked import writes
from procore_qbd.simulator.knowledge.reasons import (
    NO_LINES,
    NO_SUCH_REFERENCE,
    NOT_SIMULATED,
    REQUIRED_TAKEN_AWAY,
    WRONG_ITEM_TYPE,
)
from procore_qbd.simulator.knowledge.rules import Reason, Source, tried
from procore_qbd.simulator.knowledge.scene import ref as by_name
from procore_qbd.simulator.knowledge.type_groups import STOCKED
from procore_qbd.simulator.records.entries import STOCK, Entry
from procore_qbd.simulator.records.items import Side
from procore_qbd.simulator.records.shaping import full_name, with_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from procore_qbd.simulator.kinds.kind import CompanyRecords, Draft
    from procore_qbd.simulator.knowledge.nouns import Line, TransactionRecord

__all__ = ["BUILD_ASSEMBLY", "INVENTORY_ADJUSTMENT"]


# --- adjustments -----------------------------------------------------------------------------------------------------


def _adjusted(draft: Draft, company: CompanyRecords) -> Draft:
    """What an adjustment of the stock comes to, line by line."""
    lines = tuple(_adjusted_line(line, draft.record.txn_id, company) for line in draft.record.lines)
    if not lines:
        raise NO_LINES(field="InventoryAdjustment", note="it has no lines")
    return draft.saying(lines=lines)


def _adjusted_line(line: Line, txn_id: str, company: CompanyRecords) -> Line:
    """A new quantity or a difference, at what one cost, or a new worth."""
    item = company.item(line.item_ref)
    if item is None:
        raise REQUIRED_TAKEN_AWAY(field="ItemRef")
    if item.__record__.tag not in STOCKED:
        raise WRONG_ITEM_TYPE(full_name(item), "InventoryAdjustment")
    if line.serial_number_adjustment or line.lot_number_adjustment:
        raise NOT_SIMULATED("SerialNumberAdjustment", note="serial and lot numbers are not simulated")
    hand, worth = company.stock(item, txn_id)
    difference, value = line.quantity_difference, line.value_difference
    if (wanted := line.quantity_adjustment) is not None:
        difference = wanted.quantity_difference
        if difference is None:
            difference = (wanted.new_quantity or Decimal(0)) - hand
    if (wanted := line.value_adjustment) is not None:
        now = wanted.new_quantity
        difference = wanted.quantity_difference if now is None else now - hand
        value = None if wanted.new_value is None else wanted.new_value - worth
    if value is None:
        value = company.cost(item, difference or Decimal(0), txn_id)
    return with_fields(
        line,
        quantity_adjustment=None,
        value_adjustment=None,
        quantity_difference=difference or Decimal(0),
        value_difference=value,
    )


def _adjustment_entries(record: TransactionRecord, _kind: Kind, company: CompanyRecords) -> Iterator[Entry]:
    job = company.key(("Customer",), record.customer_ref)
    class_ = list_id(record.class_ref)
    worth = ZERO
    for line in record.lines:
        item = company.item(line.item_ref)
        value = line.value_difference or ZERO
        worth += value
        yield Entry(
            account=company.of(item, Side.ASSET),
            amount=value,
            line=line.txn_line_id or "",
            entity=job,
            class_=class_,
            item=company.key(ITEMS, line.item_ref),
            quantity=line.quantity_difference or NO_QUANTITY,
            holds=STOCK,
        )
    yield Entry(account=list_id(record.account_ref), amount=-worth, entity=job, class_=class_)


INVENTORY_ADJUSTMENT = Kind(
    tag="InventoryAdjustment",
    title="Inventory Adjust",
    entity="customer_ref",
    entries=_adjustment_entries,
    account="account_ref",
    lines=("lines",),
    rate="",
    completed=_adjusted,
)


# --- assemblies ------------------------------------------------------------------------------------------------------


def _assembly(parts: str) -> str:
    return (
        f"<ItemInventoryAssemblyAdd><Name>~Station</Name>{by_name('IncomeAccountRef', '~Sales')}"
        f"{by_name('COGSAccountRef', '~Job Costs')}{by_name('AssetAccountRef', '~Stock')}{parts}"
        "</ItemInventoryAssemblyAdd>"
    )


def _build(quantity: str) -> str:
    return (
        f"<BuildAssemblyAdd>{by_name('ItemInventoryAssemblyRef', '~Station')}"
        f"<QuantityToBuild>{quantity}</QuantityToBuild></BuildAssemblyAdd>"
    )


_OF_PUMPS = _assembly(
    f"<ItemInventoryAssemblyLine>{by_name('ItemInventoryRef', '~Pump')}<Quantity>1</Quantity>"
    "</ItemInventoryAssemblyLine>"
)
NOTHING_IS_BUILT = Reason(
    3210,
    "The quantity of assemblies to be built is zero or less.",
    Source.DECIDED,
    tried(_build("0"), assembly=_OF_PUMPS),
    refuses=writes("BuildAssembly"),
)
NO_PARTS = Reason(
    3180,
    "An assembly is built that has no parts.",
    Source.DECIDED,
    tried(_build("1"), assembly=_assembly("")),
    refuses=writes("BuildAssembly"),
)
TOO_FEW_PARTS = Reason(
    3180,
    "An assembly is built of parts that are not in stock, and the build is not marked as pending for that.",
    Source.RECORDED,
    tried(_build("1"), assembly=_OF_PUMPS),
    refuses=writes("BuildAssembly"),
)


def _built(draft: Draft, company: CompanyRecords) -> Draft:
    """What a build takes of its parts; where there are too few, it waits or is refused."""
    build = draft.record
    whole = company.item(build.item_inventory_assembly_ref)
    if whole is None:
        raise REQUIRED_TAKEN_AWAY(field="ItemInventoryAssemblyRef")
    if build.quantity_to_build is None:
        raise REQUIRED_TAKEN_AWAY(field="QuantityToBuild")
    if build.quantity_to_build <= 0:
        raise NOTHING_IS_BUILT(str(build.quantity_to_build), "QuantityToBuild", note="nothing is built")
    if not whole.components:
        raise NO_PARTS(field="BuildAssembly", note="the assembly has no parts")
    lines, can = [], None
    for part in whole.components:
        item = company.item(part.item_inventory_ref)
        if item is None:
            raise NO_SUCH_REFERENCE(part.item_inventory_ref.list_id or "", "Item", "BuildAssembly")
        hand, _ = company.stock(item, build.txn_id)
        each = quantity_or_one(part.quantity)
        if item.__record__.tag in STOCKED and each > 0:
            can = min(hand // each, hand // each if can is None else can)
        ref = Ref(list_id=item.list_id, full_name=full_name(item))
        desc = getattr(item, "purchase_desc", None) or getattr(item, "sales_desc", None)
        needed = each * build.quantity_to_build
        lines.append(ComponentItemLine(item_ref=ref, desc=desc, quantity_on_hand=hand, quantity_needed=needed))
    waits = bool(build.is_pending) and not build.remove_pending
    short = can is not None and can < build.quantity_to_build
    if short and not waits and not build.mark_pending_if_required:
        raise TOO_FEW_PARTS(field="BuildAssembly", note="there are too few parts, and MarkPendingIfRequired is not set")
    return draft.saying(
        component_item_lines=tuple(lines),
        is_pending=waits or short,
        quantity_can_build=can or Decimal(0),
        quantity_on_hand=company.stock(whole, build.txn_id)[0],
        quantity_on_sales_order=company.under_way("SalesOrder", company.key(ITEMS, build.item_inventory_assembly_ref)),
    )


def _build_entries(record: TransactionRecord, _kind: Kind, company: CompanyRecords) -> Iterator[Entry]:
    """What is built takes over what its parts cost."""
    whole = company.item(record.item_inventory_assembly_ref)
    cost = ZERO
    for part in record.component_item_lines:
        item = company.item(part.item_ref)
        if item is None or item.__record__.tag not in STOCKED:
            continue
        taken = -(part.quantity_needed or NO_QUANTITY)
        value = company.cost(item, taken, record.txn_id)
        cost -= value
        account, key = company.of(item, Side.ASSET), company.key(ITEMS, part.item_ref)
        yield Entry(account=account, amount=value, item=key, quantity=taken, holds=STOCK)
    yield Entry(
        account=company.of(whole, Side.ASSET),
        amount=cost,
        item=company.key(ITEMS, record.item_inventory_assembly_ref),
        quantity=record.quantity_to_build or NO_QUANTITY,
        holds=STOCK,
    )


BUILD_ASSEMBLY = Kind(
    tag="BuildAssembly",
    title="Build Assembly",
    entries=_build_entries,
    defaults={"is_pending": False},
    completed=_built,
)
