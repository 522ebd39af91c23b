"""A record as a reply shows it: every value by the names of elements."""

from decimal import Decimal

from procore_qbd import Ref
from procore_qbd.qbxml import RET, Record
from procore_qbd.qbxml.rows.records import table


def leaves(record, path=""):
    """Every value of a record as a reply would show it, by the names of elements."""
    for field in table(type(record)).order(RET):
        value = getattr(record, field.name)
        for at, one in enumerate(value if field.plural else (value,), 1):
            tag = next((tag for tag, cls in field.members.items() if cls is type(one)), field.row.tag)
            where = f"{path}{tag} {at}" if field.plural else f"{path}{tag}"
            if isinstance(one, Ref):
                yield where.removesuffix("Ref"), one.full_name
            elif isinstance(one, Record):
                yield from leaves(one, f"{where}/")
            elif one is not None:
                yield where, {True: "true", False: "false"}[one] if isinstance(one, bool) else str(one)


def number(text):
    try:
        return Decimal(text)
    except (ArithmeticError, TypeError):
        return text
