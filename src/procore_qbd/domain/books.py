"""The accounting policy of one company file: every choice that is the bookkeeper's, written down and versioned."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.errors import BooksError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BOOKS_VERSION", "Books", "CustomerRule", "ItemNaming", "NegativeInvoices"]

BOOKS_VERSION = 1


class ItemNaming(StrEnum):
    """How a cost code's service item is named.

    ``NESTED``: ``code`` as a subitem of the division's item (``01:100``). ``FLAT``: ``full_code`` at the top.
    """

    NESTED = "nested"
    FLAT = "flat"


class CustomerRule(StrEnum):
    """Where a project's job stands.

    ``CUSTOMER_IS_JOB``: each project is a customer of its own. ``JOB_UNDER_CUSTOMER``: a job under ``Books.customer``.
    """

    CUSTOMER_IS_JOB = "customer_is_job"
    JOB_UNDER_CUSTOMER = "job_under_customer"


class NegativeInvoices(StrEnum):
    """What becomes of a subcontractor invoice with a negative total.

    ``REFUSE``: it does not go to QuickBooks, as with Procore's own connector. ``VENDOR_CREDIT``: it becomes a vendor
    credit, which is not linked to the purchase order and reopens none of its lines.
    """

    REFUSE = "refuse"
    VENDOR_CREDIT = "vendor_credit"


@attrs.frozen(kw_only=True)
class Books:
    """What the bookkeeper decided; records are named as QuickBooks shows them, with colons between parent and child.

    Attributes:
        version: Of this policy's format; a newer one is refused.
        income_account: Income account of service items where the approver picked none.
        expense_account: Cost account of service items where the approver picked none.
        accounts_payable: The A/P account of bills, None for QuickBooks' default.
        retainage_item: The service item that holds retainage on bills; Procore asks for one that is called so.
        negative_invoices: What becomes of a subcontractor invoice with a negative total.
        terms: Terms of new vendors, None for none.
        customer_rule: Where a project's job stands.
        customer: The customer that jobs stand under, with ``JOB_UNDER_CUSTOMER``.
        item_naming: How service items are named.
        country: The company's own country, by Procore's two letters; addresses in it are written without a country.
    """

    version: int = BOOKS_VERSION
    income_account: str | None = None
    expense_account: str | None = None
    accounts_payable: str | None = None
    retainage_item: str = "Retainage"
    negative_invoices: NegativeInvoices = NegativeInvoices.REFUSE
    terms: str | None = None
    customer_rule: CustomerRule = CustomerRule.CUSTOMER_IS_JOB
    customer: str | None = None
    item_naming: ItemNaming = ItemNaming.NESTED
    country: str = "US"

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> Books:
        """Books from plain data, for instance a TOML file.

        Raises:
            BooksError: A key is unknown, a value is of the wrong type or no choice, or the choices contradict
                each other; everything wrong is listed.
        """
        faults: list[str] = []
        values: dict[str, Any] = {}
        fields = {field.name: field for field in attrs.fields(cls)}
        for key, value in data.items():
            if key not in fields:
                faults.append(f"{key}: not a setting; there are {', '.join(fields)}")
            elif key == "version":
                if value == BOOKS_VERSION and not isinstance(value, bool):
                    continue
                faults.append(f"version: this release reads version {BOOKS_VERSION}, got {value!r}")
            elif key in _CHOICES:
                choices = [choice.value for choice in _CHOICES[key]]
                if value in choices:
                    values[key] = _CHOICES[key](value)
                else:
                    faults.append(f"{key}: one of {', '.join(choices)}, got {value!r}")
            elif isinstance(value, str) and value.strip():
                values[key] = value
            else:
                faults.append(f"{key}: expected a name as QuickBooks shows it, got {value!r}")
        rule = values.get("customer_rule", CustomerRule.CUSTOMER_IS_JOB)
        if not faults and values.get("customer") and rule is CustomerRule.CUSTOMER_IS_JOB:
            faults.append("customer: is given, but customer_rule says that each project is a customer of its own")
        if faults:
            raise BooksError("books", faults)
        return cls(**values)

    def as_job(self) -> Books:
        """The same books, with each project a customer of its own."""
        return attrs.evolve(self, customer_rule=CustomerRule.CUSTOMER_IS_JOB, customer=None)

    def under(self, customer: str) -> Books:
        """The same books, with jobs under this customer."""
        return attrs.evolve(self, customer_rule=CustomerRule.JOB_UNDER_CUSTOMER, customer=customer)


_CHOICES: dict[str, type[StrEnum]] = {
    "customer_rule": CustomerRule,
    "item_naming": ItemNaming,
    "negative_invoices": NegativeInvoices,
}
