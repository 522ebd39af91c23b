"""What a request points to in QuickBooks, as the smallest records that could stand there.

Procore's payloads name accounts, vendor types and items by their ids in a company file. To try a payload against a
file that has never seen them, put these in first: ``company_file.seed(references(request))``.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from procore_qbd.domain import CreateOrUpdateJob, CreateStandardCostCodes, CreateVendor
from procore_qbd.qbxml import Record, Ref
from procore_qbd.qbxml.entities.accounts import Account, AccountType
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.items import ItemService, SalesAndPurchase
from procore_qbd.qbxml.entities.vendors import Vendor, VendorType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from procore_qbd.domain import Books, ErpRequest

__all__ = ["policy_references", "references"]

_LONGEST_NAME = 31
_INCOME = Account(list_id="SEED-INCOME", name="Seeded income", account_type=AccountType.INCOME)
_COST = Account(list_id="SEED-COST", name="Seeded cost", account_type=AccountType.COST_OF_GOODS_SOLD)


def references(request: ErpRequest) -> tuple[Record, ...]:
    """The records that a request names by id, each once, under the very ids that it names."""
    finder = _FINDERS.get(type(request))
    records = finder(request) if finder else iter(())
    return tuple({(record.__record__.tag, record.list_id): record for record in records}.values())


def policy_references(books: Books) -> tuple[Record, ...]:
    """The accounts and the customer that the books name, each behind its parents, under ids of our own making."""
    named: tuple[Any, ...] = (
        *_family(Account, books.income_account, account_type=AccountType.INCOME),
        *_family(Account, books.expense_account, account_type=AccountType.COST_OF_GOODS_SOLD),
        *_family(Account, books.accounts_payable, account_type=AccountType.ACCOUNTS_PAYABLE),
        *_family(Customer, books.customer),
    )
    return tuple({record.list_id: record for record in named}.values())


def _family(cls: Any, full_name: str | None, **more: Any) -> Iterator[Any]:
    """A record by its full name, and those above it, from the top."""
    above = ""
    for name in full_name.split(":") if full_name else ():
        path = f"{above}:{name}" if above else name
        list_id = f"SEED-{zlib.crc32(f'{cls.__name__} {path}'.casefold().encode()):08X}"
        yield cls(list_id=list_id, name=name, parent_ref=Ref(full_name=above) if above else None, **more)
        above = path


def _of_vendor(request: CreateVendor) -> Iterator[Record]:
    vendor = request.vendor
    if vendor.vendor_type_origin_id:
        yield VendorType(list_id=vendor.vendor_type_origin_id, name=_name(vendor.vendor_type_origin_id))
    if vendor.origin_id:
        yield Vendor(list_id=vendor.origin_id, name=vendor.name)


def _of_standard_cost_codes(request: CreateStandardCostCodes) -> Iterator[Record]:
    for code in request.standard_cost_codes:
        for list_id, kind in (
            (code.income_account_origin_id, AccountType.INCOME),
            (code.expense_account_origin_id, AccountType.COST_OF_GOODS_SOLD),
        ):
            if list_id:
                yield Account(list_id=list_id, name=_name(list_id), account_type=kind)
        yield from _items(code.parent_origin_id, code.origin_id)


def _of_job(request: CreateOrUpdateJob) -> Iterator[Record]:
    if request.job.origin_id:
        yield Customer(list_id=request.job.origin_id, name=request.job.name)
    yield from _items(*(code.standard_cost_code_origin_id for code in request.all_cost_codes))


_FINDERS: dict[type[ErpRequest], Callable[[Any], Iterator[Any]]] = {
    CreateOrUpdateJob: _of_job,
    CreateStandardCostCodes: _of_standard_cost_codes,
    CreateVendor: _of_vendor,
}


def _items(*list_ids: str | None) -> Iterator[Record]:
    """Service items, and the accounts that none can do without."""
    for list_id in filter(None, list_ids):
        yield from (_INCOME, _COST)
        yield ItemService(
            list_id=list_id,
            name=_name(list_id),
            sales_and_purchase=SalesAndPurchase(
                income_account_ref=Ref(list_id=_INCOME.list_id, full_name=_INCOME.name),
                expense_account_ref=Ref(list_id=_COST.list_id, full_name=_COST.name),
            ),
        )


def _name(list_id: str) -> str:
    """A name that fits every list; ids are told apart by their ends."""
    return list_id[-_LONGEST_NAME:].replace(":", "-").replace("|", "-")
