"""Records of any list, with what they need."""

import datetime as dt
from decimal import Decimal
from functools import cache

import attrs

from procore_qbd import Ref
from procore_qbd.qbxml import ADD
from procore_qbd.qbxml.entities import entity
from procore_qbd.qbxml.rows.records import Block, Reference, table
from procore_qbd.qbxml.rows.values import Choice, Day, Integer, Price, Text, YesNo
from procore_qbd.simulator.knowledge.lists import LISTS
from procore_qbd.simulator.records.shaping import with_references


def blank(value):
    return value in (None, ()) or (isinstance(value, str) and not value.strip())


def list_of(row):
    """The list that a reference shall point into, None where the simulator has none for it."""
    return next((list_ for list_ in row.to if list_ in LISTS), None)


def members(value):
    return value if isinstance(value, tuple) else () if value is None else (value,)


def needs_what_is_not_there(record):
    """Whether a reference that must be there goes into a list that is not."""
    return any(
        (isinstance(field.row, Reference) and ADD in field.row.required and list_of(field.row) is None)
        for field in table(type(record)).fields
    )


def whole(record):
    """A record that says something wherever it must, and nothing of what the simulator has not."""
    values = {}
    for field in table(type(record)).fields:
        value, row = getattr(record, field.name), field.row
        if isinstance(row, Text) and ADD in row.required and value is not None and blank(value):
            values[field.name] = "x"
        elif isinstance(row, Block) and not isinstance(row, Reference) and value:
            kept = tuple(whole(member) for member in members(value) if not needs_what_is_not_there(member))
            values[field.name] = kept if field.plural else (kept or (None,))[0]
    return attrs.evolve(record, **values)


def referred(record):
    """The lists into which a record points, at any depth."""
    homes = []

    def look(row, ref):
        if ref.list_id and (home := list_of(row)):
            homes.append(home)
        return ref

    with_references(record, look)
    return homes


def drawn(record):
    """A drawn record that is taken where its requisites are."""
    tag = record.__record__.tag

    def point(row, _ref):
        home = list_of(row)
        return Ref(list_id=seed(home).list_id) if home else Ref()

    record = with_references(whole(record), point)
    named = ("first_name", "middle_name", "last_name") if tag == "Employee" else (LISTS[tag].called,)
    said = {name: getattr(record, name) for name in named}
    said = {name: "x" if blank(text) else text.replace(":", ";") for name, text in said.items() if text is not None}
    if tag == "Employee" and "first_name" not in said:
        said["first_name"] = "x"
    said |= {name: said[name][:11] for name in said if tag == "Employee"}
    # Months, years and these numbers have bounds in the schema.
    if ssn := getattr(record, "ssn", None):
        said["ssn"] = ssn[:11]
    if card := getattr(record, "credit_card_info", None):
        said["credit_card_info"] = attrs.evolve(card, expiration_month=None, expiration_year=None)
    if prices := getattr(record, "item_prices", ()):
        said["item_prices"] = tuple(
            attrs.evolve(price, custom_price=Decimal(2), adjust_percentage=None, adjust_relative_to=None)
            if price.adjust_percentage is not None
            else price
            for price in prices
        )
    elif tag == "PriceLevel":
        said["currency_ref"] = None
    if tag == "Account" and record.account_type:
        said["account_type"] = "OtherCurrentAsset"  # one family has one type, and every place of an item takes this one
    return attrs.evolve(record, **said)


VALUES = {Text: "x", YesNo: True, Integer: 1, Day: dt.date(2026, 1, 31), Price: Decimal(1)}


def smallest(cls):
    """The record that says least: all that must be there, and one branch of what must be chosen."""
    chosen = {choice.branches[0][0] for choice in cls.__record__.choices if ADD in choice.required}
    values = {}
    for field in table(cls).fields:
        row = field.row
        if ADD not in row.required and field.name not in chosen:
            continue
        if isinstance(row, Reference):
            value = Ref(list_id="1-1")
        elif isinstance(row, Block):
            value = smallest(next(iter(field.members.values())))
        elif isinstance(row, Choice):
            value = next(iter(row.usual("13.0")))
        else:
            value = VALUES[type(row)]
        values[field.name] = (value,) if field.plural else value
    return cls(**values)


@cache
def least(list_):
    """The record of a list that says least."""
    return smallest(entity(list_))


def called(list_, name, **more):
    """The record that says least under a name."""
    field = "first_name" if list_ == "Employee" else LISTS[list_].called
    return attrs.evolve(least(list_), **{field: name}, **more)


@cache
def seed(list_):
    """A record to refer to; names are as short as sales tax codes."""
    number = list(LISTS).index(list_) + 1
    return drawn(called(list_, f"~{number}", list_id=f"{number:X}-1"))


def requisites(record):
    """The records that a drawn one refers to, at any depth, each before what refers to it."""
    seeds = [seed(home) for home in referred(record)]
    return [*(one for above in seeds for one in requisites(above)), *seeds]
