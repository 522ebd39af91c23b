"""A project as a QuickBooks job: a customer of its own, or a job under one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.domain import CustomerRule, ItemKind
from procore_qbd.domain.refusals import ErpRefusal, RefusalCode
from procore_qbd.qbxml import Ref
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.translate.fields import address, missing, name_faults, refuse_if_invalid, spelled

if TYPE_CHECKING:
    from procore_qbd.domain import Books, LinkView, Project

__all__ = ["LABELS", "to_job"]

LABELS = {
    "Name": "project name",
    "ParentRef/FullName": "customer",
    "BillAddress/Addr1": "project address",
    "BillAddress/Addr2": "project address, line 2",
    "BillAddress/Addr3": "project address, line 3",
    "BillAddress/Addr4": "project address, line 4",
    "BillAddress/Addr5": "project address, line 5",
    "BillAddress/City": "project city",
    "BillAddress/State": "project state",
    "BillAddress/PostalCode": "project zip",
}


def to_job(project: Project, links: LinkView, books: Books, *, company_id: int | None = None) -> Customer:
    """The job to add for a project.

    Args:
        project: Procore's project.
        links: For the generation of its ExternalGUID.
        books: For the customer that it stands under.
        company_id: The Procore company that the request came from.

    Raises:
        TranslationError: It does not fit: a name of more than 41 characters, a colon, a comma in the address, …
    """
    name = spelled(project.name)
    faults = name_faults("project name", name)
    # Procore's own QuickBooks connector does not allow a comma in a project's address; ours must not let more through.
    if "," in (project.address or ""):
        words = f"project address: a comma is not allowed, got {project.address!r}; write it on lines of its own"
        faults.append(ErpRefusal(RefusalCode.CHARACTER, words))
    customer = None
    if books.customer_rule is CustomerRule.JOB_UNDER_CUSTOMER:
        customer = books.customer
        if customer is None:
            faults.append(
                missing("customer: no QuickBooks customer was chosen for this project; choose one in the books file")
            )
    bill_address, wrong = address(project.address, project.city, project.state_code, project.zip)
    job = Customer(
        name=name,
        is_active=None if project.active else False,
        parent_ref=Ref(full_name=customer) if customer else None,
        bill_address=bill_address,
        external_guid=links.guid(ItemKind.PROJECT, project.id, company_id),
    )
    refuse_if_invalid(job, f"project {project.id}", LABELS, faults + wrong)
    return job
