"""The ERP Integrations tool: who may move an item, carry out what Procore asks, and how it ends or would end."""

from typing import TYPE_CHECKING

from procore_qbd._late import late as _offer
from procore_qbd.erp.perform import perform as perform  # not late: its file has the same name

if TYPE_CHECKING:
    from procore_qbd.erp.approval import Approval as Approval
    from procore_qbd.erp.judging import Facts as Facts
    from procore_qbd.erp.notices import Notice as Notice
    from procore_qbd.erp.notices import Recipient as Recipient
    from procore_qbd.erp.planning import AppliedEnding as AppliedEnding
    from procore_qbd.erp.planning import AppliedItem as AppliedItem
    from procore_qbd.erp.planning import AppliedPlan as AppliedPlan
    from procore_qbd.erp.planning import apply as apply
    from procore_qbd.erp.planning import plan_exports as plan_exports
    from procore_qbd.erp.plans import FieldChange as FieldChange
    from procore_qbd.erp.plans import JobAmount as JobAmount
    from procore_qbd.erp.plans import JobMoney as JobMoney
    from procore_qbd.erp.plans import Plan as Plan
    from procore_qbd.erp.plans import PlannedEnding as PlannedEnding
    from procore_qbd.erp.plans import PlannedItem as PlannedItem
    from procore_qbd.erp.plans import PlannedRequest as PlannedRequest
    from procore_qbd.erp.set_up import InvoiceSetup as InvoiceSetup
    from procore_qbd.erp.set_up import SetupCheck as SetupCheck
    from procore_qbd.erp.set_up import invoice_setup as invoice_setup
    from procore_qbd.erp.tool import Moved as Moved
    from procore_qbd.erp.tool import Tool as Tool
    from procore_qbd.erp.undoing import undo_of as undo_of

_FILES = {
    "approval": ("Approval",),
    "judging": ("Facts",),
    "notices": ("Notice", "Recipient"),
    "perform": ("perform",),
    "planning": ("AppliedEnding", "AppliedItem", "AppliedPlan", "apply", "plan_exports"),
    "plans": ("FieldChange", "JobAmount", "JobMoney", "Plan", "PlannedEnding", "PlannedItem", "PlannedRequest"),
    "set_up": ("InvoiceSetup", "SetupCheck", "invoice_setup"),
    "tool": ("Moved", "Tool"),
    "undoing": ("undo_of",),
}
"""Each public name, by the file it lives in. The imports above say the same to type checkers."""

if not TYPE_CHECKING:
    __all__, __getattr__, __dir__ = _offer(__name__, _FILES)
