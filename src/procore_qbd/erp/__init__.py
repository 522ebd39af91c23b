"""The ERP Integrations tool: carry out what Procore asks, and say how it ended."""

from procore_qbd.erp.perform import perform

__all__ = ["perform"]
