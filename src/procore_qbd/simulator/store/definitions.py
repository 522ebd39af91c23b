"""The definitions of custom fields on disk, and what the company itself holds of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from procore_qbd.qbxml.entities.shared.common import CustomField
from procore_qbd.simulator.records.shaping import from_text, name_key, to_text

if TYPE_CHECKING:
    import sqlite3

    from procore_qbd.qbxml.entities.custom_fields import DataExtDef

__all__ = ["SCHEMA", "Definitions", "field_key", "field_of"]

SCHEMA = (
    # What the company itself holds of a field stands beside its definition.
    """CREATE TABLE custom_fields (
        owner TEXT NOT NULL, key TEXT NOT NULL, xml TEXT NOT NULL, of_company TEXT, PRIMARY KEY (owner, key)
    ) WITHOUT ROWID""",
)
"""The table of definitions."""


@attrs.frozen(eq=False)
class Definitions:
    """The definitions of custom fields on disk.

    Attributes:
        db: The database.
    """

    db: sqlite3.Connection

    def all(self) -> list[DataExtDef]:
        """All of them, by owner and name."""
        rows = self.db.execute("SELECT xml FROM custom_fields ORDER BY owner, key").fetchall()
        return [from_text("DataExtDef", xml) for (xml,) in rows]

    def get(self, owner: str, name: str) -> DataExtDef | None:
        """A field by its owner and name, None if it is not there."""
        sql = "SELECT xml FROM custom_fields WHERE owner = ? AND key = ?"
        row = self.db.execute(sql, field_key(owner, name)).fetchone()
        return None if row is None else from_text("DataExtDef", row[0])

    def put(self, definition: DataExtDef) -> None:
        """Write one, in place of what it was before."""
        sql = """INSERT INTO custom_fields (owner, key, xml) VALUES (?, ?, ?)
            ON CONFLICT (owner, key) DO UPDATE SET xml = excluded.xml"""
        self.db.execute(sql, (*field_key(definition.owner_id, definition.data_ext_name), to_text(definition)))

    def delete(self, owner: str, name: str) -> None:
        """Take one out, with what the company holds of it."""
        self.db.execute("DELETE FROM custom_fields WHERE owner = ? AND key = ?", field_key(owner, name))

    def of_company(self) -> tuple[CustomField, ...]:
        """What the company itself holds."""
        sql = "SELECT xml, of_company FROM custom_fields WHERE of_company IS NOT NULL ORDER BY owner, key"
        rows = self.db.execute(sql).fetchall()
        return tuple(field_of(from_text("DataExtDef", xml), value) for xml, value in rows)

    def set_of_company(self, definition: DataExtDef, value: str | None) -> None:
        """Say what the company itself holds of a field."""
        sql = "UPDATE custom_fields SET of_company = ? WHERE owner = ? AND key = ?"
        self.db.execute(sql, (value, *field_key(definition.owner_id, definition.data_ext_name)))


def field_key(owner: str | None, name: str | None) -> tuple[str, str]:
    """What makes two fields the same: Intuit says that the case of an owner does not tell them apart."""
    return (owner or "").upper(), name_key(name or "")


def field_of(definition: DataExtDef, value: str) -> CustomField:
    """A value of a field."""
    return CustomField(
        owner_id=definition.owner_id, name=definition.data_ext_name, type=definition.data_ext_type, value=value
    )
