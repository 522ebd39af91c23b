"""What the published tables say of every message's elements, and what our rows say in their words."""

import csv
import functools
import operator
from functools import cache

import attrs

from procore_qbd.qbxml import Edition, entities
from procore_qbd.qbxml.rows.dialect import parse_version
from procore_qbd.qbxml.rows.records import Reference, table
from procore_qbd.qbxml.rows.values import BARE, EVERYWHERE, ONLINE, RET, Text
from support.schema import FOLDER, tag_of

# The schema lets these be linked, because all that is bought shares a bill's line; the reference does not.
BY_SHARING = tuple(
    f"{name}Add/ItemLineAdd/LinkToTxn" for name in ("Check", "CreditCardCharge", "CreditCardCredit", "VendorCredit")
)

# The reference has these, and required; since 10.0 the schema lets them stand zero times. Before, the first could stand.
ZERO_TIMES = {
    f"InventoryAdjustmentAdd/InventoryAdjustmentLineAdd/ValueAdjustment/{tag}"
    for tag in ("NewValue", "ValueDifference")
}

# The reference gives these other editions in one message than in the other two, which the row goes by.
ELSEWHERE = {"EmployeeAdd/PartOrFullTime", "EmployeeRet/TargetBonus"}


@attrs.frozen
class Fact:
    """Since when and where an element is known, its containers considered, and its greatest length by edition."""

    since: tuple[int, int]
    editions: Edition
    lengths: dict[Edition, int | None]


@cache
def published(file):
    """The facts of every message, by element path; what is in the schema and not in here is of QuickBooks Online."""
    messages = {}
    with (FOLDER / file).open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t"):
            paths = messages.setdefault(row["message"], {})
            path, editions = row["field"], row["editions"].split()
            container = path.rpartition("/")[0]
            if container not in paths and path:
                continue  # inside something of QuickBooks Online
            above = paths.get(container, Fact((1, 0), EVERYWHERE, {}))
            here = above.editions & (EVERYWHERE if editions == ["all"] else union(Edition[name] for name in editions))
            since = max(above.since, parse_version(row["since"] or "1.0"))
            paths[path] = Fact(since, here, lengths(here, functools.partial(printed_length, row)))
    return messages


def printed_length(row, edition):
    return 36 if row["type"] == "IDTYPE" else int(row[f"max_{edition.name}"] or 0) or None


def lengths(editions, longest):
    return {edition: length for edition in editions if (length := longest(edition)) is not None}


def union(editions):
    return functools.reduce(operator.or_, editions, ONLINE)


def facts(cls, shape, above, path=""):
    """What our rows say, by the same paths; rows of QuickBooks Online only are left out."""
    for field in table(cls).order(shape):
        row = field.row
        here = above.editions & row.known(shape) if row.until is None else ONLINE  # what went is not in the tables
        since = max(above.since, parse_version(row.first(shape)))
        for tag, member in field.tags(shape).items() if here else ():
            at = f"{path}/{tag}".lstrip("/")
            yield at, Fact(since, here, lengths(here, row.longest) if isinstance(row, Text) else {})
            if isinstance(row, Reference):
                name = Text("FullName", row.max, lengths=row.lengths)
                yield f"{at}/ListID", Fact(since, here, dict.fromkeys(here, 36))
                yield f"{at}/FullName", Fact(since, here, lengths(here, name.longest))
            elif member is not None:
                yield from facts(member, shape, Fact(since, here, {}), at)


def answer_to(spec):
    """The answer in which a record comes back: a command's own, else that to its query, else that to its Add.

    All reports come back alike.
    """
    if spec.shapes & BARE:
        return f"{spec.tag}Rs"
    if spec.tag == "Report":
        return "JobReportQueryRs"
    return f"{spec.tag}{'Query' if entities.entity(f'{spec.tag}Query') else 'Add'}Rs"


def told(cls, shape, root):
    """What the tables say of a message, by element path."""
    file, message = ("replies", answer_to(cls.__record__)) if shape is RET else ("requests", f"{tag_of(cls, shape)}Rq")
    said = published(f"fields-{file}.tsv")[message]
    return {path: fact for path, fact in said.items() if path.startswith(root) and "ErrorRecovery" not in path}


def root_of(cls, shape):
    """Where the paths of a message begin."""
    return "" if shape in BARE or cls.__record__.inline else tag_of(cls, shape)
