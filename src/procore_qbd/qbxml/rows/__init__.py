"""The rows that records are made of, and what they know: values, records, dialects, violations.

A record is written with them under one short name, so that its table can be read aloud::

    from procore_qbd.qbxml import rows as q

    name: Annotated[str | None, q.Text("Name", 41, required=q.ADD)] = None
"""

from procore_qbd.qbxml.rows.dialect import Edition
from procore_qbd.qbxml.rows.records import Block, Lines, Needs, OneOf, Record, Ref, Reference, record
from procore_qbd.qbxml.rows.values import (
    ADD,
    COMMAND,
    CONTACT_ID,
    MOD,
    NEVER,
    ONLINE,
    QUERY,
    RET,
    WRITE,
    Amount,
    Attribute,
    Choice,
    Day,
    Float,
    Guid,
    Id,
    Integer,
    Moment,
    Percent,
    Price,
    Quantity,
    Text,
    TimeInterval,
    When,
    Words,
    YesNo,
)

__all__ = [
    "ADD",
    "COMMAND",
    "CONTACT_ID",
    "MOD",
    "NEVER",
    "ONLINE",
    "QUERY",
    "RET",
    "WRITE",
    "Amount",
    "Attribute",
    "Block",
    "Choice",
    "Day",
    "Edition",
    "Float",
    "Guid",
    "Id",
    "Integer",
    "Lines",
    "Moment",
    "Needs",
    "OneOf",
    "Percent",
    "Price",
    "Quantity",
    "Record",
    "Ref",
    "Reference",
    "Text",
    "TimeInterval",
    "When",
    "Words",
    "YesNo",
    "record",
]
