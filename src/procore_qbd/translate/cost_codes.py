"""A standard cost code as a QuickBooks service item that is bought and sold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.domain import ItemKind, ItemNaming
from procore_qbd.domain.refusals import RefusalCode
from procore_qbd.qbxml import Ref
from procore_qbd.qbxml.entities.items import ItemService, SalesAndPurchase
from procore_qbd.translate.fields import name_faults, refuse_if_invalid, spelled, text
from procore_qbd.translate.known import Known

if TYPE_CHECKING:
    from procore_qbd.domain import Books, LinkView, StandardCostCode

__all__ = ["item_name", "to_item_service"]

_LONGEST_CODE = 96
"""What Procore says its QuickBooks reports can show of a cost code."""

_LABELS = {
    "Name": "cost code",
    "SalesAndPurchase/SalesDesc": "name of the cost code",
    "SalesAndPurchase/PurchaseDesc": "name of the cost code",
    "SalesAndPurchase/IncomeAccountRef/FullName": "income account in the books file",
    "SalesAndPurchase/ExpenseAccountRef/FullName": "expense account in the books file",
}


def item_name(code: StandardCostCode, books: Books) -> str | None:
    """The item's own name: the code where items are nested under their divisions, the full code where they are not."""
    return spelled(code.code if books.item_naming is ItemNaming.NESTED else code.full_code)


def to_item_service(
    code: StandardCostCode,
    links: LinkView,
    books: Books,
    *,
    parent_id: str | None = None,
    company_id: int | None = None,
) -> ItemService:
    """The service item to add for a standard cost code.

    Args:
        code: Procore's code.
        links: For the generation of its ExternalGUID, and for its division's item.
        books: For the naming, and for the accounts where the approver picked none.
        parent_id: The ListID of the division's item, where the caller knows it better than code and links.
        company_id: The Procore company that the request came from.

    Raises:
        TranslationError: It does not fit: a division without an item, no account, a name of more than 31 characters, …
    """
    name, known = item_name(code, books), Known(links)
    known.refusals += name_faults("cost code", name)
    if len(code.full_code) > _LONGEST_CODE:
        words = f"cost code: at most {_LONGEST_CODE} characters with its divisions, got {code.full_code!r}"
        known.refuse(RefusalCode.TOO_LONG, words)
    parent = None
    if books.item_naming is ItemNaming.NESTED and (code.parent_id is not None or code.parent_origin_id):
        what = f"division of cost code {code.full_code!r}"
        parent = known.need(
            ItemKind.STANDARD_COST_CODE,
            code.parent_id,
            parent_id,
            code.parent_origin_id,
            what=what,
            otherwise=f"{what}: is not in QuickBooks; export it first, or keep items flat in the books file",
        )
    income = _account(code.income_account_origin_id, books.income_account)
    expense = _account(code.expense_account_origin_id, books.expense_account)
    for kind, account in (("income", income), ("expense", expense)):
        if account is None:
            words = f"{kind} account: none was picked at export, and the books file names none"
            known.refuse(RefusalCode.MISSING, words)
    description = text(code.name)
    item = ItemService(
        name=name,
        parent_ref=Ref(list_id=parent) if parent else None,
        sales_and_purchase=SalesAndPurchase(
            sales_desc=description,
            income_account_ref=income,
            purchase_desc=description,
            expense_account_ref=expense,
        ),
        external_guid=links.guid(ItemKind.STANDARD_COST_CODE, code.id, company_id),
    )
    refuse_if_invalid(item, f"standard cost code {code.id}", _LABELS, known.refusals)
    return item


def _account(picked: str | None, policy: str | None) -> Ref | None:
    """The approver's pick goes before the policy."""
    if picked:
        return Ref(list_id=picked)
    return Ref(full_name=policy) if policy else None
