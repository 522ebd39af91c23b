"""Every event of Procore's ERP Integrations: what it ends in, whether QuickBooks Desktop has it, what carries it out.

Procore sends an event as an ERP request of that name. The table has a row for each that Procore publishes; what reads
requests, what carries them out, and the documentation go by it.

To carry out one more, write its class in `procore_qbd.domain.requests`, name the class in its row, say in
``procore/requests.py`` where its fields stand, and write a function of the event's name in the file of
`procore_qbd.erp` that is called like its subject. What has the sentence why not in its place is carried out already:
its request details are closed with that sentence, and nothing is asked of QuickBooks.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from procore_qbd.domain.requests import (
    CreateBudget,
    CreateCommitment,
    CreateCommitmentChangeOrder,
    CreateOrUpdateJob,
    CreateRequisitions,
    CreateStandardCostCodes,
    CreateVendor,
    DeleteCostCode,
    DeleteCostCodes,
    DeleteStandardCostCodes,
    ErpRequest,
    NotSupported,
    ResetJob,
    ResetPayment,
    ResetRequisition,
    Undo,
    UnlinkCommitment,
    UnlinkCommitmentChangeOrder,
    UnlinkRequisition,
    UnlinkStandardCostCodes,
    UnlinkVendor,
    UpdateBudget,
)
from procore_qbd.domain.vocabulary import ExplainedWord

__all__ = ["EVENTS", "OWN_EVENTS", "EndsIn", "ErpEvent", "event_of"]


class EndsIn(ExplainedWord):
    """What an event asks of an integration."""

    EXPORT = (
        "export",
        "An item of Procore's is written to the accounting system, and the record's id is sent to Procore.",
    )
    STAGE = "stage", "What the accounting system has is sent to Procore: records to import, costs, payments, settings."
    LINK = (
        "link",
        "An item of Procore's was linked to a record, or made of one: the link is remembered.",
    )
    UNLINK = (
        "unlink",
        "An item is to be unlinked: its links are forgotten, in most cases once the record is gone.",
    )
    RESET = "reset", "Procore's support made an item unsynced: its links are forgotten."
    DELETE = "delete", "An item is deleted in Procore: its links are forgotten."
    NOTHING = "nothing", "Nothing has to be done or remembered."


@attrs.frozen(kw_only=True)
class ErpEvent:
    """One row: an event.

    Attributes:
        name: Procore's name of it, the ``request_name``.
        subject: What it is about, in the plural.
        ends_in: What it asks of an integration.
        request: The class that it is read as, `NotSupported` for what QuickBooks Desktop does not have; None as long
            as this library does not carry it out.
        why_not: Why there is no such thing with QuickBooks Desktop, one sentence; None where there is.
    """

    name: str
    subject: str
    ends_in: EndsIn
    request: type[ErpRequest] | None = None
    why_not: str | None = None

    @property
    def supported(self) -> bool:
        """Whether QuickBooks Desktop has what it is about; this library may not carry it out yet all the same."""
        return self.why_not is None


_Row = tuple[str, EndsIn, type[ErpRequest] | str | None]
"""Name, what it ends in; then the class that it is read as, or the sentence why not, or None for not yet."""

_EXPORT, _STAGE, _LINK, _UNLINK, _RESET, _DELETE, _NOTHING = EndsIn

_COST_CODES_OUT = "Procore takes no cost codes from QuickBooks Desktop."
_COST_TYPES = "QuickBooks Desktop has no cost types."
_SUB_JOBS = "QuickBooks Desktop has no sub jobs."
_BUDGETS_OUT = "Procore takes no budgets from QuickBooks Desktop."
_ORDERS_OUT = "Procore takes no purchase orders from QuickBooks Desktop."
_OWNER_INVOICES = "Procore exchanges no owner invoices with QuickBooks Desktop."
_PRIME_CONTRACTS = "Procore exchanges no prime contracts with QuickBooks Desktop."
_PRIME_CHANGES = "Procore exchanges no prime contract change orders with QuickBooks Desktop."
_DIRECT_COSTS = "QuickBooks Desktop takes no direct costs from Procore."

_ROWS: Mapping[str, tuple[_Row, ...]] = {
    "cost_codes": (
        ("create_standard_cost_codes", _EXPORT, CreateStandardCostCodes),
        ("sync_standard_cost_codes", _STAGE, _COST_CODES_OUT),
        ("unlink_standard_cost_codes", _UNLINK, UnlinkStandardCostCodes),
        ("delete_standard_cost_codes", _DELETE, DeleteStandardCostCodes),
        ("delete_cost_codes", _DELETE, DeleteCostCodes),
        ("delete_cost_code", _DELETE, DeleteCostCode),
        ("sync_standard_categories", _STAGE, _COST_TYPES),
        ("delete_standard_categories", _DELETE, _COST_TYPES),
        ("delete_cost_type_assignments", _DELETE, _COST_TYPES),
    ),
    "vendors": (
        ("create_vendor", _EXPORT, CreateVendor),
        ("sync_vendors", _STAGE, None),
        ("create_vendor_in_procore", _LINK, None),
        ("link_vendor", _LINK, None),
        ("link_all_vendors", _LINK, None),
        ("merge_vendors", _LINK, None),
        ("unlink_vendor", _UNLINK, UnlinkVendor),
    ),
    "jobs": (
        ("create_or_update_job", _EXPORT, CreateOrUpdateJob),
        ("sync_jobs", _STAGE, None),
        ("sync_single_job", _STAGE, None),
        ("create_job_in_procore", _LINK, None),
        ("reset_job", _RESET, ResetJob),
    ),
    "sub_jobs": (
        ("create_sub_job", _EXPORT, _SUB_JOBS),
        ("sync_sub_jobs", _STAGE, _SUB_JOBS),
        ("sync_sub_job", _STAGE, _SUB_JOBS),
        ("create_sub_job_in_procore", _LINK, _SUB_JOBS),
        ("reset_sub_job", _RESET, _SUB_JOBS),
    ),
    "budgets": (
        ("create_budget", _EXPORT, CreateBudget),
        ("update_budget", _EXPORT, UpdateBudget),
        ("create_budget_in_procore", _NOTHING, _BUDGETS_OUT),
    ),
    "commitments": (
        ("create_commitment", _EXPORT, CreateCommitment),
        ("sync_commitments", _STAGE, _ORDERS_OUT),
        ("create_commitment_in_procore", _LINK, _ORDERS_OUT),
        ("unlink_commitment", _UNLINK, UnlinkCommitment),
    ),
    "change_orders": (
        ("create_commitment_change_order", _EXPORT, CreateCommitmentChangeOrder),
        ("sync_commitment_change_orders", _STAGE, _ORDERS_OUT),
        ("unlink_commitment_change_order", _UNLINK, UnlinkCommitmentChangeOrder),
    ),
    "invoices": (
        ("create_requisitions", _EXPORT, CreateRequisitions),
        ("reset_requisition", _RESET, ResetRequisition),
    ),
    "payments": (
        ("create_contract_payment", _EXPORT, None),
        ("create_payment", _EXPORT, None),
        ("sync_contract_payments", _STAGE, None),
        ("reset_payment", _RESET, ResetPayment),
    ),
    "prime_contracts": (
        ("sync_prime_contracts", _STAGE, _PRIME_CONTRACTS),
        ("create_prime_contract_change_order", _EXPORT, _PRIME_CHANGES),
        ("unlink_prime_contract_change_order", _UNLINK, _PRIME_CHANGES),
        ("reset_prime_contract_change_order", _RESET, _PRIME_CHANGES),
        ("create_payment_application", _EXPORT, _OWNER_INVOICES),
        ("unlink_payment_application", _UNLINK, _OWNER_INVOICES),
    ),
    "direct_costs": (
        ("create_company_level_direct_cost", _EXPORT, _DIRECT_COSTS),
        ("unlink_company_level_direct_cost", _UNLINK, _DIRECT_COSTS),
        ("reset_company_level_direct_cost", _RESET, _DIRECT_COSTS),
    ),
    "settings": (("sync_metadata", _STAGE, None),),
}
"""By subject; each subject has its file in `procore_qbd.erp` as soon as one of its events is carried out."""


def _event(subject: str, name: str, ends_in: EndsIn, known: type[ErpRequest] | str | None) -> ErpEvent:
    if isinstance(known, str):
        return ErpEvent(name=name, subject=subject, ends_in=ends_in, request=NotSupported, why_not=known)
    return ErpEvent(name=name, subject=subject, ends_in=ends_in, request=known)


EVENTS: Mapping[str, ErpEvent] = MappingProxyType(
    {name: _event(subject, name, ends_in, known) for subject, rows in _ROWS.items() for name, ends_in, known in rows}
)
"""Every event that Procore publishes, by its name."""

OWN_EVENTS: Mapping[str, ErpEvent] = MappingProxyType(
    {
        "unlink_requisition": _event("invoices", "unlink_requisition", _UNLINK, UnlinkRequisition),
        "undo": _event("undoing", "undo", _UNLINK, Undo),
    }
)
"""What the ERP tool of this library asks for beside them, by the name: people may do it, and Procore has no event."""

_BY_REQUEST = {
    event.request: event
    for event in (*EVENTS.values(), *OWN_EVENTS.values())
    if event.request is not None and event.supported
}


def event_of(request: type[ErpRequest]) -> ErpEvent | None:
    """The event that is read as a class; None for a class that is not ours, and for `NotSupported`, which is many."""
    return _BY_REQUEST.get(request)
