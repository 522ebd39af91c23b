"""A small construction company of our own making, in Procore's own shape: its cost codes, vendors and projects.

Some of it QuickBooks cannot take as it is, as in life.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from procore_qbd.domain import Books
from procore_qbd.qbxml.entities.accounts import Account, AccountType

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ACCOUNTS", "BOOKS", "COMPANY_NAME", "requests"]

COMPANY_NAME = "Cascade Ridge Builders"

ACCOUNTS = (
    Account(name="Construction Income", account_type=AccountType.INCOME),
    Account(name="Job Costs", account_type=AccountType.COST_OF_GOODS_SOLD),
)
"""What the bookkeeper has on the chart of accounts before anything is exported."""

BOOKS = Books(income_account="Construction Income", expense_account="Job Costs")
"""What the bookkeeper decided."""


def requests() -> Iterator[tuple[str, bytes]]:
    """The ERP requests, in the order in which the accounting approver accepts them: a name and Procore's JSON each."""
    files = sorted(resources.files(__name__).iterdir(), key=lambda file: file.name)
    return ((file.name, file.read_bytes()) for file in files if file.name.endswith(".json"))
