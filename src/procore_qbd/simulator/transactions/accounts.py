"""The accounts and items of a transaction: the usual account where none is said, and nothing of the wrong kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.qbxml import Ref
from procore_qbd.qbxml.entities.shared.transactions import ITEMS
from procore_qbd.qbxml.rows.records import table
from procore_qbd.simulator.knowledge.type_groups import SALES_TAXES
from procore_qbd.simulator.knowledge.wording import Refusal
from procore_qbd.simulator.records.entries import flat
from procore_qbd.simulator.records.shaping import is_set

if TYPE_CHECKING:
    from procore_qbd.simulator.kinds.kind import Draft
    from procore_qbd.simulator.transactions.company import WritableCompany

__all__ = ["with_accounts_and_items_of_its_kind", "with_usual_accounts"]

_NOT_BOUGHT = ("ItemSubtotal", "ItemDiscount", "ItemPayment", *SALES_TAXES)


def with_usual_accounts(draft: Draft, company: WritableCompany) -> Draft:
    """It is kept in the usual accounts where it does not say in which."""
    kind, values = draft.kind, {}
    for name, usual in ((kind.account, kind.usual), (kind.owed_in, kind.usually_owed_in)):
        if name and usual and not is_set(getattr(draft.record, name)):
            account = company.store.get("Account", company.special(usual))
            values[name] = Ref(list_id=account.list_id, full_name=account.full_name)
    return draft.saying(**values)


def with_accounts_and_items_of_its_kind(draft: Draft, company: WritableCompany) -> Draft:
    """Its account and its items are of the right kinds, and there is nothing that is not simulated."""
    record, kind, store = draft.record, draft.kind, company.store
    for name, tag in kind.not_simulated.items():
        if getattr(record, name, ()):
            raise Refusal(1030, field=tag, note=f"{tag}: exists in QuickBooks, but is not simulated")
    if kind.account and kind.account_types:
        ref = getattr(record, kind.account)
        account = store.plain("Account", ref.list_id or "") if is_set(ref) else None
        if account is not None and account.account_type not in kind.account_types:
            field = table(type(record)).by_name[kind.account].row.tag
            raise Refusal(3210, account.full_name, field, note=f"it is of the type {account.account_type}")
    for line in flat(line for name in kind.lines for line in getattr(record, name)) if kind.lines else (record,):
        ref = getattr(line, "item_ref", None)
        home = store.home(ITEMS, ref.list_id or "") if is_set(ref) else None
        if home == "ItemGroup" or (home in _NOT_BOUGHT and not (kind.sold and kind.lines)):
            raise Refusal(3280, (ref.full_name if ref else None) or "", kind.tag)
        if home in SALES_TAXES:
            raise Refusal(
                1030, field="ItemRef", note="a sales tax on a line: exists in QuickBooks, but is not simulated"
            )
    return draft
