"""The journal's tables as a database has them, and what leads from one version of them to the next.

Everything follows from `tables.TABLES`: columns, keys, partial unique indexes, the states as a CHECK. A new database is
made as they say; an older one is brought up to them by `MIGRATIONS`, one transaction each. What every version is stands
in ``tests/journal/schema_N.sql``, and tests hold that a new database is the last of them, and that each comes to that.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from procore_qbd.journal.tables import TABLES, TableRules

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["METADATA", "MIGRATIONS", "SCHEMA", "SCHEMA_VERSION", "SQL_TABLES"]

_PREFIX = "procore_qbd_"
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Sorted by the numbers of its characters, as everywhere: an index in the order of some language is damaged when the
operating system learns to sort it otherwise."""
_TYPES: dict[str, Any] = {"text": _TEXT, "int": sa.BigInteger, "real": sa.Float, "bytes": sa.LargeBinary}


def _table(name: str, rules: TableRules, metadata: sa.MetaData) -> sa.Table:
    columns: list[Any] = []
    for column, kind in rules.columns.items():
        type_ = _TYPES[kind.removesuffix("?")]
        nullable, key = kind.endswith("?"), column in rules.key
        columns.append(sa.Column(column, type_, nullable=nullable, primary_key=key, autoincrement=False))
    if rules.states:
        allowed = ", ".join(f"'{state!s}'" for state in rules.states)
        columns.append(sa.CheckConstraint(f"state IN ({allowed})", name=f"{_PREFIX}{name}_state"))
    table = sa.Table(_PREFIX + name, metadata, *columns)
    for number, one in enumerate(rules.unique):
        where = sa.text(" AND ".join(itertools.starmap(_literal, one.where.items()))) if one.where else None
        sa.Index(
            f"{_PREFIX}{name}_unique_{number}",
            *(table.c[column] for column in one.columns),
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )
    for number, names in enumerate(rules.indexes):
        sa.Index(f"{_PREFIX}{name}_index_{number}", *(table.c[column] for column in names))
    return table


def _literal(column: str, value: Any) -> str:
    """A condition in words of our own, for an index."""
    several = value if isinstance(value, tuple) else (value,)
    values = ", ".join(str(one) if isinstance(one, int) else f"'{one!s}'" for one in several)
    return f"{column} IN ({values})"


METADATA = sa.MetaData()
SQL_TABLES = {name: _table(name, rules, METADATA) for name, rules in TABLES.items()}
SCHEMA = sa.Table(
    f"{_PREFIX}schema",
    sa.MetaData(),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("library", sa.Text, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)


def _with_the_web_connector(connection: sa.Connection) -> None:
    """Tables for the Web Connector: who may sign in, the sessions, and what comes back in them."""
    METADATA.create_all(connection, tables=[SQL_TABLES[name] for name in ("login", "session", "reply_part")])


def _with_the_tool(connection: sa.Connection) -> None:
    """The ERP Integrations tool: items, their moves, settings; and whether a company file has a tool."""
    METADATA.create_all(connection, tables=[SQL_TABLES[name] for name in ("item", "move", "setting")])
    column = SQL_TABLES["company"].c.tool
    kind = column.type.compile(connection.dialect)
    connection.execute(sa.text(f"ALTER TABLE {SQL_TABLES['company'].name} ADD COLUMN {column.name} {kind}"))


MIGRATIONS: tuple[Callable[[sa.Connection], None], ...] = (_with_the_web_connector, _with_the_tool)
"""What leads from schema 1 to 2, from 2 to 3, and so on. Never change one that was released: add the next, and keep the
new schema as ``tests/journal/schema_N.sql``."""

SCHEMA_VERSION = 1 + len(MIGRATIONS)
"""The schema that this release writes."""
