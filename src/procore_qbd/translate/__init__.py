"""The bridge: Procore's nouns in QuickBooks' words. Pure functions, one file a noun.

What does not fit is refused with every obstacle in the way, in words for the bookkeeper; nothing is ever cut to fit.
"""

from procore_qbd.translate.cost_codes import item_name, to_item_service
from procore_qbd.translate.jobs import to_job
from procore_qbd.translate.vendors import to_vendor

__all__ = ["item_name", "to_item_service", "to_job", "to_vendor"]
