"""A small construction company of our own making, in Procore's own shape: its codes, vendors, projects and money.

Some of it QuickBooks cannot take as it is, as in life.
"""

from __future__ import annotations

import json
import re
from importlib import resources
from typing import TYPE_CHECKING

from procore_qbd.domain import Books, ItemKind
from procore_qbd.qbxml import Ref
from procore_qbd.qbxml.entities.accounts import Account, AccountType
from procore_qbd.qbxml.entities.items import ItemService, SalesAndPurchase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from procore_qbd.domain import LinkView
    from procore_qbd.qbxml import Record

__all__ = ["ACCOUNTS", "BOOKS", "COMPANY_NAME", "PLACE", "requests"]

COMPANY_NAME = "Cascade Ridge Builders"

BOOKS = Books(income_account="Construction Income", expense_account="Job Costs")
"""What the bookkeeper decided."""

_INCOME, _COST, _RETAINAGE = "Construction Income", "Job Costs", "Retainage Payable"

ACCOUNTS: tuple[Record, ...] = (
    Account(name=_INCOME, account_type=AccountType.INCOME),
    Account(name=_COST, account_type=AccountType.COST_OF_GOODS_SOLD),
    Account(name="Accounts Payable", account_type=AccountType.ACCOUNTS_PAYABLE),
    Account(name=_RETAINAGE, account_type=AccountType.OTHER_CURRENT_LIABILITY),
    ItemService(
        name=BOOKS.retainage_item,
        sales_and_purchase=SalesAndPurchase(
            income_account_ref=Ref(full_name=_INCOME), expense_account_ref=Ref(full_name=_RETAINAGE)
        ),
    ),
)
"""What the bookkeeper has before anything is exported: accounts, and the item that holds retainage as a liability."""

PLACE = re.compile(rf'"\{{({"|".join(ItemKind)}):(\d+)\}}"')
"""Where a request of the package gets the QuickBooks id of an item: ``"{vendor:3317205}"``."""


def requests(links: LinkView | None = None) -> Iterator[tuple[str, bytes]]:
    """The ERP requests, in the order in which the accounting approver accepts them: a name and Procore's JSON each.

    Args:
        links: What is synced so far. A payload names QuickBooks' ids, as Procore would know them by then; they are
            looked up when the request is taken, so remember the links of each before you take the next. What is not
            linked is null.
    """

    def known(place: re.Match[str]) -> str:
        link = links.find(ItemKind(place[1]), int(place[2])) if links is not None else None
        return json.dumps(str(link.quickbooks_id) if link else None)

    files = sorted(resources.files(__name__).iterdir(), key=lambda file: file.name)
    for file in files:
        if file.name.endswith(".json"):
            yield file.name, PLACE.sub(known, file.read_text(encoding="utf-8")).encode()
