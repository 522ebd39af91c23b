"""Procore's wire: ERP requests become domain values, close-outs become the calls of Procore's API."""

from procore_qbd.procore.closeouts import Call, calls, refuse, to_json, to_plain
from procore_qbd.procore.requests import read_request
from procore_qbd.procore.users import read_user, read_users

__all__ = ["Call", "calls", "read_request", "read_user", "read_users", "refuse", "to_json", "to_plain"]
