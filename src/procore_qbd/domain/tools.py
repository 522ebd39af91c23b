"""What permissions are made of in Procore: tools, levels, privileges, granular permissions, ERP permissions."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, IntEnum

from procore_qbd.domain.words import Word

__all__ = [
    "CompanyTool",
    "ErpPermission",
    "GranularPermission",
    "Level",
    "Privilege",
    "ProjectTool",
    "TemplateKind",
    "Tool",
]


class Level(Word, IntEnum):
    """How much a user may do with a tool; each includes those before it. The number is Procore's id of it."""

    NONE = 1
    READ_ONLY = 2
    STANDARD = 3
    ADMIN = 4

    @classmethod
    def what(cls) -> str:
        return "level"

    @property
    def label(self) -> str:
        return _LEVELS[self]

    def __str__(self) -> str:
        return self.label


_LEVELS = {Level.NONE: "None", Level.READ_ONLY: "Read-only", Level.STANDARD: "Standard", Level.ADMIN: "Admin"}


class CompanyTool(Word, Enum):
    """A tool of the company: a user has one level on it."""

    ADMIN = "Admin"
    ANALYTICS = "Analytics"
    COST_CATALOG = "Cost Catalog"
    DIRECTORY = "Directory"
    DOCUMENTS = "Documents"
    ERP_INTEGRATIONS = "ERP Integrations"
    INSPECTIONS = "Inspections"
    PERMISSIONS = "Permissions"
    PLANROOM = "Planroom"
    PORTFOLIO = "Portfolio"
    PREQUALIFICATION = "Prequalification"
    PROGRAMS = "Programs"
    REPORTS = "Reports"
    SCHEDULE = "Schedule"
    TASKS = "Tasks"
    TIMECARD = "Timecard"
    TIMESHEETS = "Timesheets"
    WORKFLOWS = "Workflows"

    __hash__ = object.__hash__  # there is one of each, and it is looked up often

    @classmethod
    def what(cls) -> str:
        return "company tool"

    @classmethod
    def variants(cls) -> Mapping[str, str]:
        return {
            "Company Admin": "Admin",
            "Company Directory": "Directory",
            "Company Reports": "Reports",
            "ERP": "ERP Integrations",
            "ERP Integration": "ERP Integrations",
            "Prequalifications": "Prequalification",
            "Report": "Reports",
            "Workflow": "Workflows",
        }


class ProjectTool(Word, Enum):
    """A tool of a project: a user has one level on it in each project that the user is on."""

    ACTION_PLANS = "Action Plans"
    ADMIN = "Admin"
    BIDDING = "Bidding"
    BUDGET = "Budget"
    CHANGE_EVENTS = "Change Events"
    CHANGE_ORDERS = "Change Orders"
    COMMITMENTS = "Commitments"
    CORRESPONDENCE = "Correspondence"
    CREWS = "Crews"
    DAILY_LOG = "Daily Log"
    DIRECT_COSTS = "Direct Costs"
    DIRECTORY = "Directory"
    DOCUMENTS = "Documents"
    DRAWINGS = "Drawings"
    EMAILS = "Emails"
    FORMS = "Forms"
    FUNDING = "Funding"
    HOME = "Home"
    INCIDENTS = "Incidents"
    INSPECTIONS = "Inspections"
    INSTRUCTIONS = "Instructions"
    INVOICING = "Invoicing"
    MEETINGS = "Meetings"
    MODELS = "Models"
    OBSERVATIONS = "Observations"
    PHOTOS = "Photos"
    PRIME_CONTRACTS = "Prime Contracts"
    PUNCH_LIST = "Punch List"
    REPORTS = "Reports"
    RFIS = "RFIs"
    SCHEDULE = "Schedule"
    SPECIFICATIONS = "Specifications"
    SUBMITTALS = "Submittals"
    TASKS = "Tasks"
    TIMESHEETS = "Timesheets"
    TM_TICKETS = "T&M Tickets"
    TRANSMITTALS = "Transmittals"

    __hash__ = object.__hash__  # there is one of each, and it is looked up often

    @classmethod
    def what(cls) -> str:
        return "project tool"

    @classmethod
    def variants(cls) -> Mapping[str, str]:
        return {
            "Budgeting": "Budget",
            "Budgets": "Budget",
            "Change Event": "Change Events",
            "Change Order": "Change Orders",
            "Commitment": "Commitments",
            "Daily Logs": "Daily Log",
            "Direct Cost": "Direct Costs",
            "Images": "Photos",
            "Prime Contract": "Prime Contracts",
            "Project Admin": "Admin",
            "Project Directory": "Directory",
            "Project Reports": "Reports",
            "Report": "Reports",
            "RFI": "RFIs",
        }


Tool = CompanyTool | ProjectTool


class Privilege(Word, Enum):
    """What a company administrator ticks on a user's page of the company Directory."""

    CAN_PUSH_TO_ACCOUNTING = "Can Push to Accounting"

    __hash__ = object.__hash__

    @classmethod
    def what(cls) -> str:
        return "privilege"


class GranularPermission(Word, Enum):
    """One action more than a Read-only or Standard level gives; a user with Admin on its tool has it anyway.

    Those that Procore's pages on ERP Integrations name; any other can be said as `Unlisted`.
    """

    CREATE_AND_EDIT_COMPANIES = "Create and Edit Companies"
    CREATE_AND_EDIT_USERS = "Create and Edit Users"
    CREATE_NEW_PROJECT = "Create New Project"
    CREATE_PURCHASE_ORDER = "Create Purchase Order"
    CREATE_SUBCONTRACT = "Create Subcontract"
    MANAGE_COST_CODES = "Manage Cost Codes"
    MANAGE_PERMISSION_TEMPLATES = "Manage Permission Templates (Assignable Only)"
    UPDATE_PURCHASE_ORDER_CONTRACT = "Update Purchase Order Contract"
    UPDATE_WORK_ORDER_CONTRACT = "Update Work Order Contract"
    VIEW_DIRECT_COST_DETAILS = "View Direct Cost Details"

    __hash__ = object.__hash__

    @classmethod
    def what(cls) -> str:
        return "granular permission"

    @property
    def tool(self) -> Tool:
        """The tool whose level it adds to."""
        return _GRANULAR_TOOLS[self]


_GRANULAR_TOOLS: dict[GranularPermission, Tool] = {
    GranularPermission.CREATE_AND_EDIT_COMPANIES: CompanyTool.DIRECTORY,
    GranularPermission.CREATE_AND_EDIT_USERS: CompanyTool.DIRECTORY,
    GranularPermission.CREATE_NEW_PROJECT: CompanyTool.DIRECTORY,
    GranularPermission.CREATE_PURCHASE_ORDER: ProjectTool.COMMITMENTS,
    GranularPermission.CREATE_SUBCONTRACT: ProjectTool.COMMITMENTS,
    GranularPermission.MANAGE_COST_CODES: ProjectTool.ADMIN,
    GranularPermission.MANAGE_PERMISSION_TEMPLATES: ProjectTool.DIRECTORY,
    GranularPermission.UPDATE_PURCHASE_ORDER_CONTRACT: ProjectTool.COMMITMENTS,
    GranularPermission.UPDATE_WORK_ORDER_CONTRACT: ProjectTool.COMMITMENTS,
    GranularPermission.VIEW_DIRECT_COST_DETAILS: ProjectTool.BUDGET,
}


class ErpPermission(Word, Enum):
    """A column of the table "ERP Permissions" on a user's page, which has a row for each kind of item."""

    CAN_IMPORT = "Can Import"
    CAN_EXPORT = "Can Export"

    __hash__ = object.__hash__

    @classmethod
    def what(cls) -> str:
        return "ERP permission"

    @classmethod
    def variants(cls) -> Mapping[str, str]:
        return {"Import": "Can Import", "Export": "Can Export"}


class TemplateKind(Word, Enum):
    """What a permission template is for; the values are Procore's."""

    COMPANY_TOOLS = "company_tools"
    GLOBAL = "global"
    PROJECT_SPECIFIC = "project_specific"

    __hash__ = object.__hash__

    @classmethod
    def what(cls) -> str:
        return "template type"

    @property
    def tools(self) -> type[CompanyTool | ProjectTool]:
        """The tools that such a template has levels on."""
        return CompanyTool if self is TemplateKind.COMPANY_TOOLS else ProjectTool
