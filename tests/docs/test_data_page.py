"""The page about data says what the code does: the table of types is held against the columns."""

import re

from procore_qbd.frames.asking import topic
from procore_qbd.frames.tables import tables_of
from procore_qbd.qbxml.entities.bills import Bill
from procore_qbd.qbxml.entities.time_tracking import TimeTracking
from support.places import DOCS

ROW = re.compile(r"\| [^|]+ \| (`\w+`(?:, `\w+`)?) \| (`[^|]+`) \|")


def test_every_row_of_the_table_of_types_is_so():
    import datetime as dt

    schemas = [
        sheet.schema for cls in (Bill, TimeTracking) for zone in (None, dt.UTC) for sheet in tables_of(cls, zone).walk()
    ]
    types = {field.name: str(field.type) for schema in schemas for field in schema}
    text = (DOCS / "data.md").read_text("utf-8")
    section = text[text.index("## What becomes of each field") : text.index("**Nothing is rounded.**")]
    found = [(re.findall(r"`(\w+)`", one), re.findall(r"`([^`]+)`", other)) for one, other in ROW.findall(section)]
    assert len(found) >= 12
    for names, said in found:
        assert [types[name] for name in names] == said


def test_every_kind_of_transaction_has_its_lines_in_reach():
    assert {"bill", "bill_item_line"} <= {sheet.name for sheet in tables_of(topic("bill").cls).walk()}
