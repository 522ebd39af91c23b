"""May this user do that, and why: Procore's permissions for the ERP Integrations tool.

`can` answers for every action of Procore's published table. `table.py` is the table, and can be held beside the page.
"""

from procore_qbd.permissions.decisions import Decision, can
from procore_qbd.permissions.grants import Activate, AddToProject, Give, Grant, RaiseLevel, Tick, granted, in_order
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
    "PUBLISHED",
    "TUTORIALS",
    "Action",
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
    "RaiseLevel",
    "Tick",
    "WithinLimits",
    "can",
    "compare",
    "granted",
    "in_order",
    "matrix",
    "what_can",
    "what_if",
    "who_can",
]
