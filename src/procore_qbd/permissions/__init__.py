"""May this user do that, and why: Procore's permissions for the ERP Integrations tool.

`can` answers for every action of Procore's published table. `table.py` is the table, and can be held beside the page.
"""

from procore_qbd.permissions.decisions import Decision, can
from procore_qbd.permissions.grants import Activate, AddToProject, Give, Grant, RaiseLevel, Tick, granted, in_order
from procore_qbd.permissions.moves import ACTION_USES, ActionUse, Purpose, action_for, may_move
from procore_qbd.permissions.needs import AllOf, AnyOf, AtLeast, Finding, Holds, IsActive, Need, WithinLimits
from procore_qbd.permissions.policies import PUBLISHED, TUTORIALS, Policy
from procore_qbd.permissions.questions import (
    Change,
    Comparison,
    Matrix,
    MatrixRow,
    compare,
    matrix,
    what_can,
    what_if,
    who_can,
)
from procore_qbd.permissions.table import ACCOUNTING_APPROVER, Action, ByItem, ByProject, Limit

__all__ = [
    "ACCOUNTING_APPROVER",
    "ACTION_USES",
    "PUBLISHED",
    "TUTORIALS",
    "Action",
    "ActionUse",
    "Activate",
    "AddToProject",
    "AllOf",
    "AnyOf",
    "AtLeast",
    "ByItem",
    "ByProject",
    "Change",
    "Comparison",
    "Decision",
    "Finding",
    "Give",
    "Grant",
    "Holds",
    "IsActive",
    "Limit",
    "Matrix",
    "MatrixRow",
    "Need",
    "Policy",
    "Purpose",
    "RaiseLevel",
    "Tick",
    "WithinLimits",
    "action_for",
    "can",
    "compare",
    "granted",
    "in_order",
    "matrix",
    "may_move",
    "what_can",
    "what_if",
    "who_can",
]
