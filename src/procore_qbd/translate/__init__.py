"""The bridge: Procore's nouns in QuickBooks' words. Pure functions, one file a noun.

What does not fit is refused with every obstacle in the way, in words for the bookkeeper; nothing is ever cut to fit.
"""

from procore_qbd.translate.bills import to_bill
from procore_qbd.translate.cost_codes import item_name, to_item_service
from procore_qbd.translate.estimates import to_estimate
from procore_qbd.translate.jobs import to_job
from procore_qbd.translate.purchase_orders import to_order_lines, to_purchase_order
from procore_qbd.translate.records import RECORDS
from procore_qbd.translate.vendors import to_vendor

__all__ = [
    "RECORDS",
    "item_name",
    "to_bill",
    "to_estimate",
    "to_item_service",
    "to_job",
    "to_order_lines",
    "to_purchase_order",
    "to_vendor",
]
