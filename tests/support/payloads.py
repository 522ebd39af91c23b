"""One good request of each kind in Procore's shape, and how to reach into it."""

import copy
import re
import zlib
from collections.abc import Mapping

__all__ = [
    "BUDGET",
    "CHANGE",
    "CODES",
    "COMMITMENT",
    "FORGETTING",
    "JOB",
    "REQUISITIONS",
    "SAMPLES",
    "VENDOR",
    "paths_of",
    "put",
    "value_at",
    "with_quickbooks_ids",
]

_STAND_IN = re.compile(rb'("(?:[a-z_]*origin_id|job_id)": *)"([a-z][^"|]*)"')


def with_quickbooks_ids(sample: bytes) -> bytes:
    """A sample of Procore's with ids that QuickBooks could have given out, where it has words that stand for them."""
    return _STAND_IN.sub(lambda found: found[1] + b'"%08X-1"' % zlib.crc32(found[2]), sample)


VENDOR = {
    "request_name": "create_vendor",
    "request_data": {
        "vendor": {"id": 12, "name": "Ana Petrov", "company": "Petrov Roofing", "city": "Bend", "zip": "97701"},
        "request_detail_id": 4,
        "company_id": 9,
    },
}
CODES = {
    "request_name": "create_standard_cost_codes",
    "request_data": [
        {"id": 1, "code": "07", "full_code": "07", "name": "Roofing", "request_detail_id": 21},
        {"id": 2, "code": "310", "full_code": "07-310", "name": "Shingles", "parent_id": 1},
        {"id": 3, "code": "600", "full_code": "07-600", "name": "Flashing", "request_detail_id": 23},
    ],
}
JOB = {
    "request_name": "create_or_update_job",
    "request_data": {
        "job": {"id": 70, "name": "Mill Street Lofts", "address": "9 Mill Street", "active": True},
        "all_cost_codes": [
            {"id": 5, "code": "07", "full_code": "07", "name": "Roofing", "line_item_types": []},
            {
                "id": 6,
                "code": "310",
                "full_code": "07-310",
                "name": "Shingles",
                "standard_cost_code_id": 2,
                "line_item_types": [{"id": 8, "name": "Other", "code": "O"}],
            },
        ],
    },
    "request_detail_id": 31,
    "company_id": 9,
}
BUDGET = {
    "request_name": "create_budget",
    "request_data": {
        "job_id": "80000033-9",
        "budget": {"id": 81, "origin_id": None, "synced": False, "project_id": 70},
        "job_costs": [
            {"id": 811, "cost_code_origin_id": "80000033-9|8000000A-7", "budget_line_item_id": 91, "new_amount": 1250},
            {"id": 812, "cost_code_origin_id": None, "job_origin_id": "80000033-9", "sub_job_origin_id": None},
        ],
        "transactions": [
            {"id": 1, "job_cost_id": 811, "value": 1200.5, "type": "Erp::OriginalEstimateTransaction"},
            {
                "id": 2,
                "job_cost_id": 811,
                "value": -0.25,
                "type": "Erp::BudgetModificationTransaction",
                "procore_transaction_id": 5,
            },
            {
                "id": 3,
                "job_cost_id": 812,
                "value": "40.0",
                "type": "Erp::BudgetModificationTransaction",
                "synced": True,
                "notes": "",
            },
        ],
    },
    "company_id": 9,
}
LINE = {
    "id": 511,
    "amount": "1020.5",
    "cost_code": {"id": 6, "full_code": "07-310", "name": "Shingles", "origin_id": "80000033-9|8000000A-7"},
    "line_item_type": {"id": 8, "name": "Other"},
    "description": "Shingles, laid",
    "extended_type": "calculated",
    "quantity": "20.41",
    "unit_cost": "50.0",
    "uom": "sq",
    "total_amount": "1020.5",
    "tax_amount": "0.0",
    "tax_code_id": None,
}
COMMITMENT = {
    "request_name": "create_commitment",
    "request_data": {
        "job_id": "80000033-9",
        "request_detail_id": 41,
        "commitment": {
            "id": 51,
            "type": "PurchaseOrderContract",
            "number": "PO-7",
            "code": "7",
            "title": "Shingles",
            "description": "",
            "status": "Approved",
            "vendor": {"id": 12, "company": "Petrov Roofing", "origin_id": "80000012-1"},
            "project": {"id": 70, "name": "Mill Street Lofts", "origin_id": "80000033-9"},
            "contract_date": "2026-03-31",
            "retainage_percent": "10.0",
            "grand_total": "1320.5",
            "executed": True,
        },
        "commitment_items": [LINE, {"id": 512, "amount": "300.0", "quantity": "0.0", "cost_code": None}],
        "additional_data": {"accounting_date": "2026-04-01"},
        "company_id": 9,
    },
}
CHANGE = {
    "request_name": "create_commitment_change_order",
    "request_data": {
        "job_origin_id": "80000033-9",
        "request_detail_id": 42,
        "commitment": COMMITMENT["request_data"]["commitment"],
        "commitment_items": [{"id": 513, "amount": "0.0"}],
        "change_order": {
            "id": 61,
            "number": 4,
            "title": "Ridge vents",
            "status": "Approved",
            "created_at": "2026-04-05T08:00:00Z",
            "due_date": "2026-04-09T23:00:00Z",
            "origin_code": "CO-4",
        },
        "change_order_items": [LINE | {"id": 611, "commitment_line_item_id": 513, "total_amount": "1100.0"}],
        "company_id": 9,
    },
}
REQUISITIONS = {
    "request_name": "create_requisitions",
    "request_data": {
        "requisitions": [
            {
                "procore_requisition_id": 71,
                "invoice_number": "9348",
                "billing_date": "2026-04-30",
                "contract_id": 51,
                "contract_origin_id": "1A2-9",
                "formatted_payment_due": "$918.45",
                "line_items": [
                    {
                        "procore_requisition_item_id": 711,
                        "requisition_item_type": "Billings::ContractItem",
                        "commitment_item_origin_id": "1A3-9",
                        "amount": "1020.5",
                        "qty": "20.41",
                        "description": "",
                        "line_item_description": "Shingles, laid",
                        "retainage_this_period": "102.05",
                        "released_work_completed_this_period": "0.0",
                    }
                ],
                "request_detail_id": 43,
            },
            {
                "procore_requisition_id": 72,
                "billing_date": "2026-04-30",
                "contract_id": 51,
                "created_at": "2026-05-02T08:00:00Z",
                "line_items": [{"procore_requisition_item_id": 721, "amount": 300, "retainage_this_period": None}],
            },
        ],
        "company_id": 9,
    },
}
SAMPLES = [VENDOR, CODES, JOB, BUDGET, COMMITMENT, CHANGE, REQUISITIONS]


def _sent(name, **data):
    return {"request_name": name, "request_data": data}


_CODE = {"id": 5, "origin_id": "8000000A-7", "sortable_code": "07-310"}
FORGETTING = [
    _sent(
        "unlink_commitment",
        job_origin_id="80000033-9",
        erp_commitment_id=1,
        request_detail_id=45,
        project_id=70,
        procore_commitment_id=51,
        commitment_type="PurchaseOrderContract",
        commitment_origin_id="1A2-9",
    ),
    _sent(
        "unlink_commitment_change_order",
        erp_commitment_change_order_id=2,
        request_detail_id=46,
        commitment_origin_id="1A2-9",
        commitment_change_order_origin_id="1A2-9|1A3-9|1A4-9",
        procore_commitment_change_order_id=61,
        project_id=70,
    ),
    _sent("unlink_vendor", vendor={"id": 12, "origin_id": "80000012-1"}, company_id=9),
    _sent("unlink_standard_cost_codes", standard_cost_codes=[_CODE]),
    _sent("delete_standard_cost_codes", standard_cost_code_list_id=2, standard_cost_code_data_array=[_CODE]),
    _sent(
        "delete_cost_codes",
        project={"id": 70, "origin_id": "80000033-9"},
        cost_codes=[_CODE | {"request_detail_id": 47, "origin_id": "80000033-9|8000000A-7"}, {"id": 6}],
    ),
    _sent("delete_cost_code", project_cost_code_data_array=[_CODE], procore_project_id=70),
    _sent("reset_job", project={"id": 70, "name": "Mill Street Lofts", "origin_id": "80000033-9"}),
    _sent("reset_requisition", requisition_id=71, project_id=70, requisition_origin_id="1B2-9", reset_override=False),
    _sent("reset_payment", payment_id=91, payment_type="check", origin_id="1C2-9"),
]
"""One of each request after which something is linked to nothing."""


def put(payload, path, value):
    """A copy of the payload with another value at a path of keys and indexes."""
    changed = copy.deepcopy(payload)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return changed


def paths_of(value, path=()):
    """Every place of a payload, from the outside in."""
    steps = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for step, below in steps:
        yield (*path, step)
        yield from paths_of(below, (*path, step))


def value_at(payload, path):
    for step in path:
        payload = payload[step]
    return payload
