"""Two records of a list that become one: what pointed to the one points to the other, and its balance goes there too.

Intuit says what can be merged, that accounts of different types cannot, and what becomes of the balances. The rest is
what its users are told, or decided here: both stand below the same parent; what stood below the one that goes stands
below the other then, unless there is one of that name; accounts that QuickBooks made for itself and records in
different currencies are left alone. Of the record that goes nothing stays but the addresses to ship to, and of those
with the same name only where ``SameShipAddrOk`` says so. The EditSequences of transactions stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from procore_qbd.qbxml import Ref
from procore_qbd.qbxml.entities.deletions import ListDeleted, ListMerge, MergedFrom, MergedTo, MergeSide
from procore_qbd.simulator.kinds import KINDS
from procore_qbd.simulator.knowledge.lists import LISTS
from procore_qbd.simulator.knowledge.reasons import OUT_OF_DATE
from procore_qbd.simulator.knowledge.rules import Experiment, Reason, Setting, Source, Step, tried
from procore_qbd.simulator.knowledge.scene import SCHOOL, framing
from procore_qbd.simulator.records.shaping import full_name, name_key, with_fields, with_references
from procore_qbd.simulator.store.sums import SUMS

if TYPE_CHECKING:
    from procore_qbd.qbxml.rows.records import Reference
    from procore_qbd.simulator.knowledge.nouns import ListRecord, TransactionRecord, Values
    from procore_qbd.simulator.store.company import OpenCompany

__all__ = ["Merging"]

_MOST_ADDRESSES = 50


def _merge(list_: str, gone: str, left: str) -> str:
    sides = (
        f"<{side}><ListID>{{{name}.list_id}}</ListID><EditSequence>{{{name}.edit_sequence}}</EditSequence></{side}>"
        for side, name in (("MergeFrom", gone), ("MergeTo", left))
    )
    return f"<ListMergeRq><ListMergeType>{list_}</ListMergeType>{''.join(sides)}</ListMergeRq>"


def _customer(name: str, *ship_to: str) -> str:
    addresses = (f"<ShipToAddress><Name>{one}</Name><City>Bend</City></ShipToAddress>" for one in ship_to)
    return f"<CustomerAdd><Name>~{name}</Name>{''.join(addresses)}</CustomerAdd>"


_SPECIAL_ACCOUNT = (
    f"<SalesReceiptAdd>{SCHOOL}{framing('SalesReceiptLineAdd')}</SalesReceiptAdd>",  # which needs Undeposited Funds
    '<AccountQueryRq requestID="special"><FullName>Undeposited Funds</FullName></AccountQueryRq>',
)

MERGED_WITH_ITSELF = Reason(
    3210,
    "A record is to be merged into itself.",
    Source.DECIDED,
    tried(_merge("Vendor", "vendor", "vendor")),
)
SPECIAL_ACCOUNT_MERGED = Reason(
    3210,
    "An account that QuickBooks made for its own use is to be merged into another one.",
    Source.DECIDED,
    Experiment((*map(Step, _SPECIAL_ACCOUNT), Step(_merge("Account", "special", "prepaid")))),
)
NOT_IN_MULTI_USER_MODE = Reason(
    3162,
    "Records are to be merged while the company file is open in multi-user mode.",
    Source.TABLE,
    tried(_merge("Vendor", "vendor", "other_vendor"), setting=Setting.MULTI_USER),
)
MERGED_ACROSS_TYPES = Reason(
    3210,
    "Accounts of two types are to be merged.",
    Source.REFERENCE,
    tried(_merge("Account", "costs", "sales")),
)
MERGED_ACROSS_CURRENCIES = Reason(
    3210,
    "Records in two currencies are to be merged.",
    Source.DECIDED,
    tried(
        _merge("Vendor", "abroad", "vendor"),
        currency="<CurrencyAdd><Name>~Crown</Name><CurrencyCode>XTS</CurrencyCode></CurrencyAdd>",
        abroad="<VendorAdd><Name>~Abroad</Name><CurrencyRef><ListID>{currency.list_id}</ListID></CurrencyRef></VendorAdd>",
    ),
)
MERGED_ACROSS_PARENTS = Reason(
    3210,
    "Records that stand below two parents, or one below a parent and one below none, are to be merged.",
    Source.DECIDED,
    tried(_merge("Customer", "job", "other_customer")),
)
TWO_ADDRESSES_OF_ONE_NAME = Reason(
    3210,
    "Customers with addresses to ship to of one name are to be merged, and SameShipAddrOk is not said.",
    Source.REFERENCE,
    tried(_merge("Customer", "north", "south"), north=_customer("North", "Yard"), south=_customer("South", "Yard")),
)
TOO_MANY_ADDRESSES = Reason(
    3210,
    f"Customers that have more than {_MOST_ADDRESSES} addresses to ship to together are to be merged.",
    Source.DECIDED,
    tried(
        _merge("Customer", "north", "south"),
        north=_customer("North", *(f"N{number}" for number in range(_MOST_ADDRESSES))),
        south=_customer("South", "Yard"),
    ),
)


@attrs.frozen(eq=False)
class Merging:
    """Merges records, each pair within a transaction of its caller.

    Attributes:
        company: The company file.
    """

    company: OpenCompany

    def merge(self, what: ListMerge) -> ListMerge:
        """Merge one record into another of its list; it cannot be undone.

        Raises:
            Refusal: QuickBooks does not do it.
        """
        list_ = str(what.list_merge_type)
        if self.company.store.multi_user:
            raise NOT_IN_MULTI_USER_MODE(note="somebody else may have the file open")
        gone, left = (self._side(list_, side or MergeSide()) for side in (what.merge_from, what.merge_to))
        _refuse_what_differs(gone, left)
        now = self.company.store.stamp(left.edit_sequence, self.company.calendar.now())
        stamp = self.company.calendar.moment(now)
        addresses = _addresses(gone, left, both=bool(what.same_ship_addr_ok))
        self.company.store.change(with_fields(left, time_modified=stamp, edit_sequence=str(now), **addresses))
        self._repoint(gone, left)
        self._move_balances(gone, left)
        facts: Values = {
            "list_id": gone.list_id,
            "full_name": full_name(gone),
            "time_deleted": self.company.calendar.moment(self.company.calendar.now()),
        }
        self.company.store.delete(gone, ListDeleted(list_del_type=list_, time_created=gone.time_created, **facts))
        return ListMerge(
            list_merge_type=list_,
            merged_from=MergedFrom(**facts),
            merged_to=MergedTo(
                list_id=left.list_id,
                time_created=left.time_created,
                time_modified=stamp,
                edit_sequence=str(now),
                full_name=full_name(left),
            ),
        )

    def _side(self, list_: str, side: MergeSide) -> ListRecord:
        record: ListRecord | None = self.company.store.get(list_, side.list_id or "") if list_ in LISTS else None
        if record is None:
            raise self.company.store.absent([list_], side.list_id or "")
        if record.edit_sequence != side.edit_sequence:
            raise OUT_OF_DATE(side.edit_sequence or "")
        return record

    def _repoint(self, gone: ListRecord, left: ListRecord) -> None:
        """Let everything that points to one record point to the other."""
        tag = gone.__record__.tag

        def turn(row: Reference, ref: Ref) -> Ref:
            ours = ref.list_id == gone.list_id and self.company.store.home(row.to, gone.list_id) == tag
            return Ref(list_id=left.list_id, full_name=full_name(left)) if ours else ref

        for record in list(self.company.store.referring(tag, gone.list_id)):
            after = with_references(record, turn)
            if record.__record__.tag in KINDS:
                self._post_anew(after, tag, gone.list_id, left.list_id)
            else:
                self.company.store.change(after)

    def _post_anew(self, record: TransactionRecord, tag: str, gone: str, left: str) -> None:
        """A transaction with the other record in the ledger too, and nothing else changed."""
        book = self.company.store.book

        def other(key: str) -> str:
            return f"{tag}/{left}" if key == f"{tag}/{gone}" else key

        def same(list_: str, list_id: str) -> str:
            return left if (list_, list_id) == (tag, gone) else list_id

        entries = [
            attrs.evolve(
                entry,
                account=same("Account", entry.account),
                class_=same("Class", entry.class_),
                entity=other(entry.entity),
                item=other(entry.item),
            )
            for entry in book.entries(record.txn_id)
        ]
        book.put(record, other(book.partner(record.txn_id).entity))
        book.post(record.txn_id, entries)

    def _move_balances(self, gone: ListRecord, left: ListRecord) -> None:
        """What no transaction moved there: the balances that the record began with."""
        if (sums := SUMS.get(gone.__record__.tag)) is None:
            return
        pairs = zip(sums.opening(gone), sums.opening(left), strict=True)
        self.company.store.book.move({there: self.company.store.book.sum(here) for here, there in pairs})


def _refuse_what_differs(gone: ListRecord, left: ListRecord) -> None:
    """Two records that are one already, or that can never be."""
    if gone.list_id == left.list_id:
        raise MERGED_WITH_ITSELF(left.list_id, "MergeTo", note="a record cannot be merged into itself")
    if getattr(gone, "special_account_type", None):
        note = "an account that QuickBooks made for itself cannot go"
        raise SPECIAL_ACCOUNT_MERGED(left.list_id, "MergeTo", note=note)
    for name, (reason, note) in _ALIKE.items():
        if getattr(gone, name, None) != getattr(left, name, None):
            raise reason(left.list_id, "MergeTo", note=note)


_ALIKE = {
    "account_type": (MERGED_ACROSS_TYPES, "both must be of one type"),
    "currency_ref": (MERGED_ACROSS_CURRENCIES, "both must be in one currency"),
    "parent_ref": (MERGED_ACROSS_PARENTS, "both must stand below the same parent"),
}
"""What two records must have in common."""


def _addresses(gone: ListRecord, left: ListRecord, *, both: bool) -> Values:
    """The addresses to ship to of both; of two with a name, that of the one that goes, if they may have one."""
    theirs, ours = (getattr(record, "ship_to_addresses", ()) for record in (gone, left))
    names = {name_key(address.name or "") for address in theirs}
    doubled = [address for address in ours if name_key(address.name or "") in names]
    if doubled and not both:
        note = f"{doubled[0].name}: both have an address of this name, and SameShipAddrOk is not said"
        raise TWO_ADDRESSES_OF_ONE_NAME(left.list_id, "MergeTo", note=note)
    together = (*(one for one in ours if one not in doubled), *theirs)
    if len(together) > _MOST_ADDRESSES:
        raise TOO_MANY_ADDRESSES(left.list_id, "MergeTo", note=f"{len(together)} addresses to ship to")
    return {"ship_to_addresses": together} if theirs else {}
