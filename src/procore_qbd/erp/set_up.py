"""What must be set up before the first subcontractor invoice is exported, checked in the company file itself.

Procore asks for it before its support switches the feature on: an item for retainage, also where nothing is held back,
purchase orders switched on, and somebody who may accept. Source: support.procore.com, the setup of subcontractor
invoices for QuickBooks Desktop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain import ItemKind
from procore_qbd.erp.refusing import refusal
from procore_qbd.flows import ask_all
from procore_qbd.permissions import PUBLISHED, Action, who_can
from procore_qbd.qbxml import Record, Request
from procore_qbd.qbxml.entities.items import ItemQuery, ItemService
from procore_qbd.qbxml.entities.preferences import Preferences, PreferencesQuery

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from procore_qbd.domain import Books, LinkView, User
    from procore_qbd.flows import Flow
    from procore_qbd.permissions import Policy
    from procore_qbd.qbxml import Outcome

__all__ = ["InvoiceSetup", "SetupCheck", "invoice_setup"]

_ASK_PROCORE = "whether Procore has switched subcontractor invoices on for the company: its support says"


@attrs.frozen(kw_only=True)
class SetupCheck:
    """One thing that must be set up.

    Attributes:
        about: Which.
        ok: Whether it is.
        words: What was found, and what to do where it is not right.
    """

    about: str
    ok: bool
    words: str

    def __str__(self) -> str:
        return f"{'yes' if self.ok else 'no '} {self.about}: {self.words}"


@attrs.frozen
class InvoiceSetup:
    """How it stands with the setup.

    Attributes:
        checks: What was looked at.
        unknown: What can be known in Procore only.
    """

    checks: tuple[SetupCheck, ...]
    unknown: tuple[str, ...] = (_ASK_PROCORE,)

    @property
    def ok(self) -> bool:
        """Whether all of it is as it must be, as far as that can be known here."""
        return all(check.ok for check in self.checks)

    def __str__(self) -> str:
        return "\n".join([*map(str, self.checks), *(f"?   {one}" for one in self.unknown)])


def invoice_setup(
    links: LinkView, books: Books, approvers: Iterable[User] = (), *, policy: Policy = PUBLISHED
) -> Flow[InvoiceSetup]:
    """Look whether a company file is set up for subcontractor invoices; a flow that only reads.

    Args:
        links: Which items are which records: the retainage item must be no cost code.
        books: For the name of the retainage item.
        approvers: The users who shall accept invoices.
        policy: Which reading of Procore's table of permissions decides.
    """
    queries = (Request.query(ItemQuery(full_names=(books.retainage_item,))), Request.query(PreferencesQuery()))
    items, preferences = yield from ask_all(queries)
    return InvoiceSetup(
        (
            _retainage_item(items, links, books.retainage_item),
            _purchase_orders(preferences),
            _approvers(tuple(approvers), policy),
        )
    )


def _retainage_item(outcome: Outcome, links: LinkView, name: str) -> SetupCheck:
    faults = list(_faults_of(outcome, links, name))
    words = "; ".join(faults) or f"{name!r} is a Service item"
    return SetupCheck(about="retainage item", ok=not faults, words=words)


def _faults_of(outcome: Outcome, links: LinkView, name: str) -> Iterator[str]:
    if not outcome.ok:
        yield str(refusal(outcome))
        return
    items: list[Any] = list(outcome.records(Record))
    if not items:
        yield f"there is no item {name!r}: make it as a Service item, or name another in the books file"
        return
    item = items[0]
    if not isinstance(item, ItemService):
        yield f"{name!r} is no Service item but of the kind {item.__record__.tag}: make one, or name another"
    if item.is_active is False:
        yield f"{name!r} is inactive: make it active"
    code = links.holder(ItemKind.STANDARD_COST_CODE, item.list_id or "")
    if code is not None:
        yield f"{name!r} is the item of cost code {code.procore_id}: retainage needs an item that is no cost code"


def _purchase_orders(outcome: Outcome) -> SetupCheck:
    about = "inventory and purchase orders"
    found = next(iter(outcome.records(Preferences)), None) if outcome.ok else None
    chosen = found.purchases_and_vendors_preferences if found is not None else None
    if chosen is None or chosen.is_using_inventory is None:
        words = str(refusal(outcome)) if not outcome.ok else "QuickBooks does not say whether they are switched on"
        return SetupCheck(about=about, ok=False, words=words)
    words = "are switched on"
    if not chosen.is_using_inventory:
        words = "are switched off: Edit, Preferences, Items & Inventory, Company Preferences"
    return SetupCheck(about=about, ok=bool(chosen.is_using_inventory), words=words)


def _approvers(users: tuple[User, ...], policy: Policy) -> SetupCheck:
    may = who_can(users, Action.ACCEPT_OR_REJECT_SUBCONTRACTOR_INVOICES, policy=policy)
    words = f"{', '.join(user.name for user in may)} may accept invoices"
    if not may:
        named = f"{', '.join(user.name for user in users)} may not" if users else "nobody is named"
        words = f"{named}: it takes somebody with Admin on ERP Integrations and Can Push to Accounting"
    return SetupCheck(about="accounting approvers", ok=bool(may), words=words)
