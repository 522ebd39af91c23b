"""Procore's wire: ERP requests become domain values, close-outs become the calls of Procore's API."""

from procore_qbd.procore.closeouts import Call, calls, to_json, to_plain
from procore_qbd.procore.requests import read_request

__all__ = ["Call", "calls", "read_request", "to_json", "to_plain"]
