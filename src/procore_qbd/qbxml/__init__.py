"""QuickBooks' nouns and their wire: records to bytes, bytes to records, and what may be written to whom.

The records themselves live in `procore_qbd.qbxml.entities`, a file a family.
"""

from procore_qbd.qbxml.codec.streams import stream
from procore_qbd.qbxml.judging.adapting import adapt
from procore_qbd.qbxml.judging.checking import check
from procore_qbd.qbxml.messages.changes import changes
from procore_qbd.qbxml.messages.envelope import read_requests
from procore_qbd.qbxml.messages.outcomes import Outcome, Reply, read_reply, write_reply
from procore_qbd.qbxml.messages.requests import Iteration, MetaData, OnError, Request, ResponseData, write_requests
from procore_qbd.qbxml.rows.dialect import Dialect, Edition
from procore_qbd.qbxml.rows.records import Record, Ref, erase
from procore_qbd.qbxml.rows.values import ADD, COMMAND, MOD, QUERY, RET, Macro, Moment, Shape, created_at
from procore_qbd.qbxml.rows.violations import Rule, Violation

__all__ = [
    "ADD",
    "COMMAND",
    "MOD",
    "QUERY",
    "RET",
    "Dialect",
    "Edition",
    "Iteration",
    "Macro",
    "MetaData",
    "Moment",
    "OnError",
    "Outcome",
    "Record",
    "Ref",
    "Reply",
    "Request",
    "ResponseData",
    "Rule",
    "Shape",
    "Violation",
    "adapt",
    "changes",
    "check",
    "created_at",
    "erase",
    "read_reply",
    "read_requests",
    "stream",
    "write_reply",
    "write_requests",
]
