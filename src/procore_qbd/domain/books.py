"""The accounting policy of one company file: every choice that is the bookkeeper's, written down and versioned."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

import attrs

from procore_qbd.domain.budgets import TRANSACTION_TYPES
from procore_qbd.domain.choices import Choices, Kinds, one_of
from procore_qbd.errors import BooksError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["BOOKS_VERSION", "Books", "CustomerRule", "ItemNaming", "NegativeInvoices", "SimilarBills", "UnlinkChildren"]

BOOKS_VERSION = 1


class ItemNaming(StrEnum):
    """How a cost code's service item is named.

    ``NESTED``: ``code`` as a subitem of the division's item (``01:100``). ``FLAT``: ``full_code`` at the top.
    """

    NESTED = "nested"
    FLAT = "flat"


class CustomerRule(StrEnum):
    """Which customer a project's job is below.

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


class SimilarBills(StrEnum):
    """What becomes of a subcontractor invoice that QuickBooks probably has already, typed by hand.

    Probably: a bill of the same vendor and amount, within 45 days, whose number is the same but for punctuation and
    leading zeros. ``TELL``: it is exported with a note that names the bill. ``REFUSE``: it is not exported.
    """

    TELL = "tell"
    REFUSE = "refuse"


class UnlinkChildren(StrEnum):
    """What becomes of a commitment that is to be unlinked while change orders or invoices on it are synced.

    ``REFUSE``: it stays linked, and so do they; they are unlinked first, each by itself. ``CASCADE``: where its
    purchase order is gone and every bill on it too, they are unlinked with it.
    """

    REFUSE = "refuse"
    CASCADE = "cascade"


# --- what a field may hold: each a function that yields the value, or raises ValueError with what is wrong ------------


def _name(value: object) -> str:
    """A name, or a full name with colons; the blanks around its parts do not count."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"expected a name as QuickBooks shows it, got {value!r}")
    if not value.strip().isprintable():
        raise ValueError(f"expected a name on one line, of characters that can be seen, got {value!r}")
    parts = [part.strip() for part in value.split(":")]
    if not all(parts):
        raise ValueError(f"a name is missing before or behind a colon, got {value!r}")
    return ":".join(parts)


def _name_or_none(value: object) -> str | None:
    return None if value is None else _name(value)


def _version(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value != BOOKS_VERSION:
        raise ValueError(f"this release reads version {BOOKS_VERSION}, got {value!r}")
    return value


def _country(value: object) -> str:
    text = value.strip().upper() if isinstance(value, str) else ""
    if text in _COUNTRIES.split():
        return text
    hint = f"; did you mean {_OFTEN_WRITTEN[text]!r}?" if text in _OFTEN_WRITTEN else ""
    raise ValueError(f"expected the two letters of a country (ISO 3166), such as 'US', got {value!r}{hint}")


def _texts(what: str, source: str) -> Callable[[object], tuple[str, ...]]:
    """A list of one or more texts."""

    def texts(value: object) -> tuple[str, ...]:
        if not isinstance(value, (list, tuple)) or not value:
            raise ValueError(f"expected a list of one or more {source}, got {value!r}")
        for one in value:
            if not isinstance(one, str) or not one.strip():
                raise ValueError(f"expected {what} as Procore shows it, got {one!r}")
        return tuple(one.strip() for one in value)

    return texts


_COUNTRIES = (  # ISO 3166-1 alpha-2
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR "
    "GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO "
    "JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR "
    "MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO "
    "RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV "
    "TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
)
_OFTEN_WRITTEN = {
    **dict.fromkeys(("UNITED STATES", "UNITED STATES OF AMERICA", "USA", "U.S.", "U.S.A.", "AMERICA"), "US"),
    **dict.fromkeys(("UNITED KINGDOM", "GREAT BRITAIN", "UK", "ENGLAND", "SCOTLAND", "WALES"), "GB"),
    **dict.fromkeys(("CANADA", "CAN"), "CA"),
    **dict.fromkeys(("AUSTRALIA", "AUS"), "AU"),
    **dict.fromkeys(("NEW ZEALAND", "NZL"), "NZ"),
    **dict.fromkeys(("IRELAND", "IRL"), "IE"),
}


_KINDS: Kinds = {
    "version": _version,
    "income_account": _name_or_none,
    "expense_account": _name_or_none,
    "accounts_payable": _name_or_none,
    "retainage_item": _name,
    "negative_invoices": one_of(NegativeInvoices),
    "similar_bills": one_of(SimilarBills),
    "export_statuses": _texts("a status", "statuses"),
    "budget_transactions": _texts("a type", "types of transactions"),
    "terms": _name_or_none,
    "customer_rule": one_of(CustomerRule),
    "customer": _name_or_none,
    "item_naming": one_of(ItemNaming),
    "unlink_children": one_of(UnlinkChildren),
    "country": _country,
}


# --- the books -------------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Books(Choices):
    """What the bookkeeper decided; records are named as QuickBooks shows them, with colons between parent and child.

    A choice may be given by its text: ``Books(negative_invoices="vendor_credit")``.

    Attributes:
        version: Of this policy's format; any other is refused.
        income_account: Income account of service items where the approver picked none.
        expense_account: Cost account of service items where the approver picked none.
        accounts_payable: The A/P account of bills, None for QuickBooks' default.
        retainage_item: The service item that holds retainage on bills; Procore asks for one that is called so.
        negative_invoices: What becomes of a subcontractor invoice with a negative total.
        similar_bills: What becomes of a subcontractor invoice that QuickBooks probably has already.
        export_statuses: The statuses in Procore with which commitments and change orders are exported, whatever their
            case. Procore's own page says that a commitment must be Approved.
        budget_transactions: The types of transactions that go into an estimate, in Procore's words; all but
            ``Erp::OriginalEstimateTransaction`` as modifications. Procore publishes that one; the other is our reading.
        terms: Terms of new vendors, None for none.
        customer_rule: Where a project's job stands.
        customer: The customer that jobs stand under, with ``JOB_UNDER_CUSTOMER``.
        item_naming: How service items are named.
        unlink_children: What becomes of a commitment that is to be unlinked while what hangs on it is synced.
        country: The company's own country, by its two letters; addresses in it are written without a country.

    Raises:
        BooksError: A value is of the wrong type or no choice, or two contradict each other; everything wrong is listed.
    """

    version: int = BOOKS_VERSION
    income_account: str | None = None
    expense_account: str | None = None
    accounts_payable: str | None = None
    retainage_item: str = "Retainage"
    negative_invoices: NegativeInvoices = NegativeInvoices.REFUSE
    similar_bills: SimilarBills = SimilarBills.TELL
    export_statuses: tuple[str, ...] = ("Approved",)
    budget_transactions: tuple[str, ...] = TRANSACTION_TYPES
    terms: str | None = None
    customer_rule: CustomerRule = CustomerRule.CUSTOMER_IS_JOB
    customer: str | None = None
    item_naming: ItemNaming = ItemNaming.NESTED
    unlink_children: UnlinkChildren = UnlinkChildren.REFUSE
    country: str = "US"

    _kinds: ClassVar = _KINDS
    _subject: ClassVar = "books"
    _error: ClassVar = BooksError

    def _contradictions(self) -> list[str]:
        """A customer that nothing is put under."""
        if not self.customer or self.customer_rule is CustomerRule.JOB_UNDER_CUSTOMER:
            return []
        fault = (
            f"customer: {self.customer!r} is given, but customer_rule makes each project a customer of its own: leave "
            "it out, or set customer_rule to job_under_customer"
        )
        return [fault]

    def as_job(self) -> Books:
        """The same books, with each project a customer of its own."""
        return attrs.evolve(self, customer_rule=CustomerRule.CUSTOMER_IS_JOB, customer=None)

    def under(self, customer: str) -> Books:
        """The same books, with jobs under this customer.

        Raises:
            BooksError: It is no name.
        """
        return attrs.evolve(self, customer_rule=CustomerRule.JOB_UNDER_CUSTOMER, customer=customer)
