"""A job with its cost codes, exported."""

from procore_qbd import Books
from procore_qbd.domain import (
    CostCode,
    CreateOrUpdateJob,
    CreateStandardCostCodes,
    Project,
    StandardCostCode,
)

ACCOUNTS = Books(income_account="Income", expense_account="Cost")


def codes(_office):
    code = StandardCostCode(id=1, code="05", full_code="05", name="Metals")
    return CreateStandardCostCodes(company_id=7, standard_cost_codes=(code,), request_detail_ids=(1,))


def job(_office):
    code = CostCode(id=9, code="05", full_code="05", name="Metals", standard_cost_code_id=1)
    project = Project(id=1, name="Mill Street", city="Bend")
    return CreateOrUpdateJob(company_id=7, request_detail_id=1, job=project, all_cost_codes=(code,))
