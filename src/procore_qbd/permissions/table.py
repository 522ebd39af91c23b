"""Procore's table "Permissions" of the ERP Integrations tool: one row an action, in the published order.

Each row says what the published table wants: its tick (None, Read-only, Standard, Admin) is a level on the company tool
ERP Integrations, and what its notes or the tutorial of the same name want besides. `TUTORIALS` has the rows that
Procore's tutorials describe otherwise. Source: support.procore.com, ERP Integrations, QuickBooks Desktop, Permissions.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Self

import attrs

from procore_qbd.domain import (
    CompanyTool,
    ErpItem,
    ErpPermission,
    GranularPermission,
    Level,
    Privilege,
    ProjectTool,
)
from procore_qbd.domain.frozen import FrozenDict
from procore_qbd.domain.words import Word
from procore_qbd.errors import PolicyError
from procore_qbd.permissions.needs import AllOf, AnyOf, AtLeast, Holds, Need

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ACCOUNTING_APPROVER", "READINGS", "Action", "ByItem", "ByProject", "Limit", "Rule"]


@attrs.frozen
class ByProject:
    """A rule of two needs: one where no project is asked about, one where one is."""

    without: Need
    within: Need


def _frozen(needs: Mapping[ErpItem, Need]) -> Mapping[ErpItem, Need]:
    found: dict[ErpItem, Need] = {}
    for name, need in needs.items():
        item = ErpItem.of(name)
        if item in found:
            raise PolicyError("rule by kind of item", [f"{item.label}: has two needs"])
        found[item] = need
    return FrozenDict(found)


@attrs.frozen
class ByItem:
    """A rule with a need for each kind of item; a question that names no kind is incomplete."""

    needs: Mapping[ErpItem, Need] = attrs.field(converter=_frozen)


Rule = Need | ByProject | ByItem


@attrs.frozen
class Stricter:
    """What a row requires beyond its tick because a tutorial says so, without a note in the table."""

    words: str


@attrs.frozen
class Limit:
    """The tick in the table of ERP permissions that an action needs, where such a table binds the user."""

    permission: ErpPermission
    item: ErpItem


def imports(item: ErpItem) -> Limit:
    """The action brings items of this kind into Procore."""
    return Limit(ErpPermission.CAN_IMPORT, item)


def exports(item: ErpItem) -> Limit:
    """The action lets items of this kind go to QuickBooks."""
    return Limit(ErpPermission.CAN_EXPORT, item)


# --- the words of the table ------------------------------------------------------------------------------------------

STANDARD = AtLeast(CompanyTool.ERP_INTEGRATIONS, Level.STANDARD)
ADMIN = AtLeast(CompanyTool.ERP_INTEGRATIONS, Level.ADMIN)
PUSH = Holds(Privilege.CAN_PUSH_TO_ACCOUNTING)
ACCOUNTING_APPROVER = AllOf(STANDARD, PUSH, called="Accounting Approver")
"""Whom Procore calls an Accounting Approver: Standard or Admin on ERP Integrations, and Can Push to Accounting."""

APPROVE = AllOf(ADMIN, ACCOUNTING_APPROVER)
DIRECTORY_ADMIN = AtLeast(CompanyTool.DIRECTORY, Level.ADMIN)
DIRECTORY_STANDARD = AtLeast(CompanyTool.DIRECTORY, Level.STANDARD)
NEW_PROJECT = Holds(GranularPermission.CREATE_NEW_PROJECT)


def admin_on(tool: CompanyTool | ProjectTool) -> AtLeast:
    """Admin on a tool."""
    return AtLeast(tool, Level.ADMIN)


def unlink(tool: ProjectTool) -> AllOf:
    """What unlinking needs: more than a level on ERP Integrations."""
    return AllOf(STANDARD, admin_on(tool), PUSH)


BUDGET_REPORTS = AllOf(
    AtLeast(ProjectTool.REPORTS, Level.READ_ONLY),
    AnyOf(admin_on(ProjectTool.BUDGET), admin_on(ProjectTool.PRIME_CONTRACTS)),
)

UNLINK_NOTE = Stricter(
    "Procore's table has a plain tick here; its tutorial of the same name also wants Admin on the item's tool and Can "
    "Push to Accounting, and the stricter of the two decides."
)
SUB_JOB_NOTE = Stricter(
    "Procore's table has a plain tick here; its tutorial of the same name also wants Admin on the company Directory or "
    "Create New Project, and the stricter of the two decides."
)
ARCHIVED_NOTE = Stricter(
    "Procore's table has a plain tick here; its tutorial of the same name also wants Can Push to Accounting, and the "
    "stricter of the two decides."
)

SEND = ByItem(
    {
        ErpItem.PROJECT: admin_on(ProjectTool.ADMIN),
        ErpItem.SUB_JOB: admin_on(ProjectTool.ADMIN),
        ErpItem.COMPANY: admin_on(CompanyTool.DIRECTORY),
        ErpItem.COST_CODES: admin_on(CompanyTool.ADMIN),
        ErpItem.BUDGET: admin_on(ProjectTool.BUDGET),
        ErpItem.COMMITMENT: admin_on(ProjectTool.COMMITMENTS),
        ErpItem.CCO: AllOf(admin_on(ProjectTool.COMMITMENTS), admin_on(ProjectTool.CHANGE_ORDERS)),
        ErpItem.SUBCONTRACTOR_INVOICE: admin_on(ProjectTool.COMMITMENTS),
        ErpItem.PCCO: admin_on(ProjectTool.PRIME_CONTRACTS),
        ErpItem.OWNER_INVOICE: admin_on(ProjectTool.PRIME_CONTRACTS),
    }
)


# --- the table -------------------------------------------------------------------------------------------------------

NOT_IN_QUICKBOOKS = False


class Action(Word, Enum):
    """What can be done with the ERP Integrations tool; the values are the published titles.

    Attributes:
        rule: What the published table wants.
        limit: The ERP permission that the action needs of users whom such a table binds, or None.
        supported: Whether the connector for QuickBooks Desktop has the action at all.
        notes: What the table says beside the ticks.
        stricter: What the rule asks for that the table does not, and why; None where it asks for nothing more.
    """

    rule: Rule
    limit: Limit | None
    supported: bool
    notes: tuple[str, ...]
    stricter: str | None

    def __new__(cls, title: str, rule: Any = None, *rest: Any) -> Self:  # a default, so that Action(title) type-checks
        row = object.__new__(cls)
        row._value_ = title
        row.rule = rule
        row.limit = next((one for one in rest if isinstance(one, Limit)), None)
        row.supported = NOT_IN_QUICKBOOKS not in rest
        row.notes = tuple(one for one in rest if isinstance(one, str))
        row.stricter = next((one.words for one in rest if isinstance(one, Stricter)), None)
        return row

    __hash__ = object.__hash__  # there is one of each, and it is looked up often

    @classmethod
    def what(cls) -> str:
        return "action"

    @property
    def label(self) -> str:
        # One published title has a no-break space in it: nothing that people or programs should have to type.
        return super().label.replace("\u00a0", " ")

    @classmethod
    def accept_or_reject(cls, item: ErpItem) -> Action:
        """The action of accepting or rejecting items of a kind.

        Raises:
            KeyError: Nobody accepts such items, for they are not sent.
        """
        return ACCEPTING[item]

    def supports(self, item: ErpItem | None) -> bool:
        """Whether the connector for QuickBooks Desktop has the action, for items of a kind."""
        accepting = self if item is None else ACCEPTING.get(item, self)
        return self.supported and accepting.supported

    def titled(self, item: ErpItem | None) -> str:
        """The title, with the kind of item where that matters."""
        return self.label if item is None else f"{self.label}: {item.label}"

    ACCEPT_OR_REJECT_COST_CODES = "Accept or Reject Cost Codes for Export to ERP", APPROVE, exports(ErpItem.COST_CODES)
    ACCEPT_OR_REJECT_OWNER_INVOICES = "Accept or Reject Owner Invoices for Export to ERP", APPROVE, exports(ErpItem.OWNER_INVOICE), NOT_IN_QUICKBOOKS
    ACCEPT_OR_REJECT_SUBCONTRACTOR_INVOICES = "Accept or Reject Subcontractor Invoices for Export to ERP", APPROVE, exports(ErpItem.SUBCONTRACTOR_INVOICE)
    ACCEPT_OR_REJECT_BUDGET = "Accept or Reject a Budget for Export to ERP", APPROVE, exports(ErpItem.BUDGET)
    ACCEPT_OR_REJECT_CCO = "Accept or Reject a CCO for Export to ERP", APPROVE, exports(ErpItem.CCO)
    ACCEPT_OR_REJECT_COMMITMENT = "Accept or Reject a Commitment for Export to ERP", APPROVE, exports(ErpItem.COMMITMENT)
    ACCEPT_OR_REJECT_COMPANY = "Accept or Reject a Company for Export to ERP", APPROVE, exports(ErpItem.COMPANY)
    ACCEPT_OR_REJECT_PCCO = "Accept or Reject a PCCO for Export to ERP", APPROVE, exports(ErpItem.PCCO), NOT_IN_QUICKBOOKS
    ACCEPT_OR_REJECT_PROJECT = "Accept or Reject a Project for Export to ERP", APPROVE, exports(ErpItem.PROJECT)
    ACCEPT_OR_REJECT_SUB_JOB = "Accept or Reject a Sub Job for Export to ERP", APPROVE, exports(ErpItem.SUB_JOB), NOT_IN_QUICKBOOKS
    ADD_PROJECT_TO_ERP = "Add a Procore Project to your ERP System", STANDARD, exports(ErpItem.PROJECT)
    ADD_ERP_COMPANY_TO_DIRECTORY = "Add an ERP Company to the Procore Company Directory", STANDARD, imports(ErpItem.COMPANY)
    ADD_ERP_JOB_TO_PROCORE = "Add an ERP Job to Procore", ADMIN, imports(ErpItem.PROJECT)
    ARCHIVE_ERP_COMPANY = "Archive an ERP Company in Procore", STANDARD
    ASSIGN_DEFAULT_COST_TYPES = "Assign Default Cost Types To ERP Standard Cost Codes", STANDARD, NOT_IN_QUICKBOOKS
    CONFIGURE_ADVANCED_SETTINGS = "Configure Advanced Settings: ERP Integrations", ADMIN
    CONFIGURE_SYNC_SCHEDULE = "Configure the Sync Schedule for your ERP Integration", ADMIN
    ENABLE_OR_DISABLE_DIRECT_EXPORTS = "Enable or Disable ERP Direct Exports", ADMIN
    IMPORT_BUDGET = "Import a Budget from ERP", STANDARD, imports(ErpItem.BUDGET), NOT_IN_QUICKBOOKS
    IMPORT_PRIME_CONTRACT = "Import a Prime Contract from an Integrated ERP System into Procore", STANDARD, imports(ErpItem.PRIME_CONTRACT), NOT_IN_QUICKBOOKS
    IMPORT_SUB_JOB = "Import an ERP Sub Job to a Procore Project", AllOf(STANDARD, AnyOf(DIRECTORY_ADMIN, NEW_PROJECT)), imports(ErpItem.SUB_JOB), SUB_JOB_NOTE, NOT_IN_QUICKBOOKS
    LINK_ERP_COMPANIES = "Link ERP Companies to Procore Companies", ADMIN
    REFRESH_COMPANIES_LIST = "Refresh the Companies List for ERP", ADMIN
    REFRESH_COST_CODES = "Refresh the Cost Codes on an ERP Integrated Project", ADMIN
    SEND_RETRIEVE_OR_RESEND = (
        "Send, Retrieve, or Resend\u00a0Items to ERP Integrations for Accounting Acceptance", SEND,
        "No level on ERP Integrations is needed.",
        "Whoever sends an item for accounting acceptance needs Admin on the tool that the item is in.",
    )
    SYNC_JOB_COST_TRANSACTIONS = "Sync Job Cost Transactions from an Integrated ERP into Procore", ADMIN, imports(ErpItem.JOB_COSTS)
    SYNC_PAID_INVOICE_NOTIFICATIONS = "Sync Paid Invoice Notifications from ERP into Procore", ADMIN, imports(ErpItem.PAYMENT)
    UNLINK_CCOS = "Unlink CCOs Synced with ERP", unlink(ProjectTool.COMMITMENTS), UNLINK_NOTE
    UNLINK_COMMITMENTS = "Unlink Commitments Synced with ERP", unlink(ProjectTool.COMMITMENTS), UNLINK_NOTE
    UNLINK_OWNER_INVOICES = "Unlink Owner Invoices Synced with ERP", unlink(ProjectTool.PRIME_CONTRACTS), UNLINK_NOTE, NOT_IN_QUICKBOOKS
    UNLINK_PCCOS = "Unlink PCCOs Synced with ERP", unlink(ProjectTool.PRIME_CONTRACTS), UNLINK_NOTE, NOT_IN_QUICKBOOKS
    UNLINK_SUBCONTRACTOR_INVOICES = "Unlink Subcontractor Invoices Synced with ERP", unlink(ProjectTool.COMMITMENTS), UNLINK_NOTE
    UNLINK_COMPANY = "Unlink a Company Synced with ERP", STANDARD
    VIEW_SYNCED_SUB_JOBS = (
        "View a List of Synced Sub Jobs", AllOf(STANDARD, AnyOf(DIRECTORY_ADMIN, AllOf(DIRECTORY_STANDARD, NEW_PROJECT))), NOT_IN_QUICKBOOKS,
        "Besides the tick: Admin on the company Directory, or Standard there with the granular permission Create New Project.",
    )
    VIEW_ACCOUNTANT_REPORT = "View an Accountant Report for ERP", ADMIN
    VIEW_JOB_COSTS_REPORT = (
        "View an ERP Job Costs Report", ByProject(ADMIN, AllOf(ADMIN, BUDGET_REPORTS)),
        "Admin on ERP Integrations shows the report of the company.",
        "The report of a project also takes Read-only or above on its Reports, and Admin on its Budget or its Prime Contracts.",
    )
    VIEW_UNSYNCABLE_DIRECT_COSTS_REPORT = (
        "View an ERP Unsyncable Direct Costs Report", BUDGET_REPORTS,
        "No level on ERP Integrations is needed.",
        "It takes Read-only or above on the project's Reports, and Admin on its Budget or its Prime Contracts.",
    )
    VIEW_ARCHIVED_COMPANIES = "View the Archived Companies List for ERP", AllOf(STANDARD, PUSH), ARCHIVED_NOTE


# --- where the tutorials say otherwise -------------------------------------------------------------------------------

ACCEPTING = {action.limit.item: action for action in Action if action.limit is not None and action.rule is APPROVE}

READINGS: Mapping[str, Mapping[Action, Rule]] = {
    "published": {action: action.rule for action in Action},
    "tutorials": {action: action.rule for action in Action}
    | dict.fromkeys(ACCEPTING.values(), ACCOUNTING_APPROVER)
    | {
        Action.ADD_ERP_JOB_TO_PROCORE: AllOf(ADMIN, DIRECTORY_ADMIN),
        Action.LINK_ERP_COMPANIES: DIRECTORY_ADMIN,
        Action.REFRESH_COMPANIES_LIST: ACCOUNTING_APPROVER,
        Action.REFRESH_COST_CODES: admin_on(ProjectTool.ADMIN),
        Action.SYNC_JOB_COST_TRANSACTIONS: ACCOUNTING_APPROVER,
        Action.SYNC_PAID_INVOICE_NOTIFICATIONS: AnyOf(ADMIN, ACCOUNTING_APPROVER),
        Action.VIEW_SYNCED_SUB_JOBS: AllOf(STANDARD, AnyOf(DIRECTORY_ADMIN, NEW_PROJECT)),
        Action.VIEW_JOB_COSTS_REPORT: ByProject(ADMIN, BUDGET_REPORTS),
    },
}
