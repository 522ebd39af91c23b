"""The ERP Integrations tool: carry out what Procore asks, say how it ended, and say beforehand how it would end."""

from typing import TYPE_CHECKING

from procore_qbd._late import late as _offer

if TYPE_CHECKING:
    from procore_qbd.erp.perform import perform as perform
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

_PLACES = {
    "perform": ("perform",),
    "planning": ("AppliedEnding", "AppliedItem", "AppliedPlan", "apply", "plan_exports"),
    "plans": ("FieldChange", "JobAmount", "JobMoney", "Plan", "PlannedEnding", "PlannedItem", "PlannedRequest"),
}
"""Each public name, by the module it lives in. The imports above say the same to type checkers."""

if not TYPE_CHECKING:
    __all__, __getattr__, __dir__ = _offer(__name__, _PLACES)
