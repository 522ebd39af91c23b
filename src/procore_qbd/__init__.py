"""Procore's ERP Integrations for QuickBooks Desktop, as a library."""

__version__ = "0.1.0"
