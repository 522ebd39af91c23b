"""A project's budget, as an ERP request carries it: the budget, its lines, and the transactions that made them.

The amounts of a budget stand in its transactions: one `BudgetTransaction` for each original amount and for each
modification, on a `JobCost`, which is the pair of a cost code and a cost type on the project.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import attrs

__all__ = ["TRANSACTION_TYPES", "Budget", "BudgetTransaction", "JobCost"]

_ORIGINAL = "Erp::OriginalEstimateTransaction"

TRANSACTION_TYPES = (_ORIGINAL, "Erp::BudgetModificationTransaction")
"""The transactions that change an estimate; any other is refused, for nobody knows what its amount would mean there.

Procore publishes the first. The second is our reading, by the pattern of the first and by what Procore calls the item
that makes it; the refusal of another names it, and if it is one more change of the budget, the books may say so:
`procore_qbd.domain.Books.budget_transactions`.
"""


@attrs.frozen(kw_only=True)
class Budget:
    """The budget of one project; in QuickBooks it becomes an estimate of the project's job.

    Attributes:
        project_id: Procore's id of the project, None where the payload does not say.
        origin_id: TxnID of the QuickBooks estimate when the budget is synced already.
        synced: Whether Procore takes it for synced.
    """

    id: int
    project_id: int | None = None
    origin_id: str | None = None
    origin_data: str | None = None
    synced: bool = False


@attrs.frozen(kw_only=True)
class JobCost:
    """A line of the budget: one cost code with one cost type.

    Attributes:
        cost_code_origin_id: ``'<job ListID>|<item ListID>'``, None while the cost code is not synced.
        line_item_type_origin_id: The cost type; QuickBooks Desktop has none.
        budget_line_item_id: Procore's id of the line in its Budget tool.
        new_amount: What the line stands at in Procore, in the company's currency. Procore's own sample has
            another sum here than in the line's transactions, so the transactions count, and this is for people.
        job_origin_id: ListID of the QuickBooks job, None while the project is not synced.
        sub_job_origin_id: QuickBooks Desktop knows no sub jobs, so a line that has one cannot be exported.
    """

    id: int
    cost_code_origin_id: str | None = None
    line_item_type_origin_id: str | None = None
    budget_line_item_id: int | None = None
    new_amount: Decimal | None = None
    job_origin_id: str | None = None
    sub_job_origin_id: str | None = None


@attrs.frozen(kw_only=True)
class BudgetTransaction:
    """One change of one budget line: its original amount, or a modification of it.

    Attributes:
        job_cost_id: The `JobCost` that it changes.
        value: By how much, in the company's currency; negative where the budget shrinks.
        type: What kind of change, in Procore's words; see `TRANSACTION_TYPES`.
        synced: Whether QuickBooks has it already.
        code: The ERP id, where one was given.
        origin_id: What the integration said that it is in QuickBooks.
        procore_transaction_id: Procore's id of what caused it, for instance of the budget modification.
        procore_transaction_type: Of which kind that is.
    """

    id: int
    job_cost_id: int
    value: Decimal
    type: str
    synced: bool = False
    code: str | None = None
    notes: str | None = None
    created_at: datetime | None = None
    origin_id: str | None = None
    procore_transaction_id: int | None = None
    procore_transaction_type: str | None = None

    @property
    def is_original(self) -> bool:
        """Whether it is the line's original amount; everything else is a modification."""
        return self.type == _ORIGINAL
