"""Write the pages that are drawn from tables in the code, so that the two cannot differ."""
# ruff: noqa: E501  # a row of a Markdown table is one line

from __future__ import annotations

import importlib
import inspect
import itertools
import json
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from examples import NOTED, REFUSED, SCENES, example, played
from fieldmaps import NOTES, Entry, Fate, FieldMap, Way, maps
from journal_drawing import parts as journal_parts
from permission_table import page as permission_table
from public_names import OFFERED, about, home
from simulator_codes import pages as simulator_codes
from simulator_rules import page as simulator_rules
from sphinx.pycode import ModuleAnalyzer
from tool_drawing import parts as tool_parts

import procore_qbd
from procore_qbd.cli.exits import ExitCode
from procore_qbd.codes import (
    HRESULTS,
    STATUSES,
    WEB_CONNECTOR_CODES,
    WINDOWS_CODES,
    Hresult,
    Status,
    WebConnectorCode,
)
from procore_qbd.domain import RefusalCode
from procore_qbd.domain.events import EVENTS, EndsIn, ErpEvent
from procore_qbd.procore import calls
from procore_qbd.qbxml.entities import FAMILIES, entity
from procore_qbd.qbxml.rows.dialect import parse_version
from procore_qbd.qbxml.rows.records import Block, Field, Record, Ref, Reference, table
from procore_qbd.qbxml.rows.values import (
    ADD,
    ALL,
    COMMAND,
    EVERYWHERE,
    MOD,
    QUERY,
    RET,
    WRITE,
    Choice,
    Row,
    Shape,
    Text,
    Words,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

# --- codes -----------------------------------------------------------------------------------------------------------

CODE_COLUMNS = ("meaning", "done?", "whose move", "send again unchanged?", "what to do")


def grid(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [[str(cell).replace("|", r"\|") for cell in row] for row in (columns, ["---"] * len(columns), *rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def code(row: Status | Hresult | WebConnectorCode) -> tuple[str, ...]:
    again = "yes" if row.retryable else "no"
    return row.meaning, row.effect.words, row.move.value, again, row.advice


def codes() -> str:
    return f"""# codes: what QuickBooks answers

Two kinds of number come back from QuickBooks: a **statusCode** for each request, and an **HRESULT** when the whole
document was not answered. A third kind, a **QBWC code**, stands in the window and in the log of the Web Connector. The
tables are drawn from `procore_qbd.codes`, and so are the messages that the accounting approver reads.

- **done?** Whether QuickBooks wrote something. *Unknown* means: look for the record before you send anything again.
- **whose move** Who has to act: *wait* is nobody, it passes by itself; *integration* is the program or who looks after
  it; *bookkeeper* is who works in QuickBooks; *administrator* is who installs and grants access.
- **send again unchanged?** Whether the same request may be sent again without anybody's decision.

## statusCode: how one request ended

{grid(("code", *CODE_COLUMNS), ((number, *code(row)) for number, row in STATUSES.items()))}

## HRESULT: why a whole document was not answered

{grid(("number", *CODE_COLUMNS), ((f"`{row}`", *code(row)) for row in HRESULTS.values()))}

## HRESULT of Windows: what stands between a program and QuickBooks

*Done?* is what is known when it came from the call that hands a document over. From a call before that, such as the one
that begins the session, nothing was written.

{grid(("number", *CODE_COLUMNS), ((f"`{row}`", *code(row)) for row in WINDOWS_CODES.values()))}

## QBWC code: what the Web Connector shows

These are seen on the computer where the Web Connector runs, in its window and in its log `QWCLog.txt`. *Done?* is what is
known of the document that was under way; what QuickBooks had answered before, it did.

{grid(("number", *CODE_COLUMNS), ((f"`{row}`", *code(row)) for row in WEB_CONNECTOR_CODES.values()))}

## In Python

```{{eval-rst}}
.. automodule:: procore_qbd.codes
```
"""


# --- entities --------------------------------------------------------------------------------------------------------

SHAPES = {ADD: "Add", MOD: "Mod", QUERY: "Query", COMMAND: "Command", RET: "Ret"}
KINDS = {
    "Attribute": "attribute",
    "Amount": "amount",
    "Day": "day",
    "Float": "number",
    "Guid": "GUID",
    "Id": "id",
    "Integer": "whole number",
    "Percent": "percent",
    "Price": "price",
    "Quantity": "quantity",
    "Text": "text",
    "TimeInterval": "span of time",
    "When": "moment",
    "YesNo": "yes or no",
}
ROW_COLUMNS = ("element", "field", "type", "length", "in", "required in", "since", "editions")
BLANK = """Rows stand in the order in which QuickBooks wants the elements. Blank means: in every message that the record has,
required in none, since 1.0, in every edition. [What the columns mean](index.md#what-the-columns-mean)."""
SHARED = {
    "shared.common": "blocks",
    "shared.transactions": "transaction-blocks",
    "shared.lines": "line-blocks",
    "shared.kinds": "kind-blocks",
    "shared.reports": "report-blocks",
}
HOMES = {family: importlib.import_module(f"procore_qbd.qbxml.entities.{family}") for family in (*FAMILIES, *SHARED)}
TITLES = {
    "shared.common": "blocks: what several families share",
    "shared.transactions": "transaction blocks: what several transactions share",
    "shared.lines": "line blocks: the lines that several transactions share",
    "shared.kinds": "kinds: what the queries of transactions and of reports choose by",
    "shared.reports": "report blocks: the filters and words that the queries of reports share",
}


def page_of(family: str) -> str:
    return SHARED.get(family, family)


def anchor(cls: type) -> str:
    """The label of a class's section."""
    return f"entity-{cls.__name__.lower()}"


def link(cls: type) -> str:
    documented = cls is Ref or cls.__module__.startswith("procore_qbd.qbxml.entities")
    return f"[{cls.__name__}](#{anchor(cls)})" if documented else f"`{cls.__name__}`"


def shapes(of: Shape, among: Shape) -> str:
    return ", ".join(name for shape, name in SHAPES.items() if shape in of & among)


def standing(of: Shape, among: Shape) -> str:
    """The messages that have a row, blank for all that have its record."""
    return "" if among in of else shapes(of, among)


def editions(row: Row, among: Shape) -> str:
    """Who knows a row, blank for everybody."""
    known = "" if row.editions == EVERYWHERE else row.editions.label
    online = f"{shapes(row.online, among)}: Online" if row.online & among else ""
    return "; ".join(filter(None, (known, online)))


def needed(of: Shape, among: Shape) -> str:
    sent = among & WRITE
    return "all that are sent" if sent in of and of else shapes(of, among)


def kind(field: Field) -> str:
    row = field.row
    if isinstance(row, Reference):
        said = f"reference to {' or '.join(row.to)}"
    elif isinstance(row, Block):
        said = f"block {' or '.join(link(member) for member in field.members.values())}"
    elif isinstance(row, Choice):
        said = f"one of {link(row.words)}"
    else:
        said = KINDS[type(row).__name__]
    if not field.plural:
        return said
    return f"{said}; {f'at most {row.at_most}' if row.at_most else 'any number'}"


def length(field: Field) -> str:
    row = field.row
    if not isinstance(row, Text | Reference) or row.max is None:
        return ""
    return ", ".join([str(row.max), *(f"{where.label}: {most}" for where, most in row.lengths.items())])


def since(row: Row, among: Shape) -> str:
    """When a row came and went, and what was otherwise before, newest first."""
    said = [f"{row.since} to {row.until}" if row.until else "" if row.since == "1.0" else row.since]
    said += [f"{shapes(where, among)}: {version}" for where, version in row.later.items() if where & among]
    versions = sorted(row.before, key=parse_version, reverse=True)
    for at, version in enumerate(versions):
        facts = [fact for name, value in row.before[version].items() if (fact := BEFORE[name](value, among))]
        if facts:
            ended = next((older for older in versions[at + 1 :]), None)
            when = f"since {ended} and before {version}" if ended else f"before {version}"
            said.append(f"{when} {', '.join(facts)}")
    return "; ".join(filter(None, said))


BEFORE: dict[str, Callable[[Any, Shape], str]] = {
    "required": lambda value, among: f"required in {needed(value, among)}" if value & among else "",
    "max": lambda value, _: f"at most {value} characters",
    "most": lambda value, _: f"at most {value}",
    "macro": lambda _, among: "no macro" if among & WRITE else "",
    "lengths": lambda value, _: ", ".join(f"{where.label}: at most {most} characters" for where, most in value.items()),
}
"""What a row can have been otherwise, in words."""


def element(field: Field, among: Shape) -> str:
    """The element's name, and how it ends by message where that differs."""
    row = field.row
    tag = row.tag or "/".join(field.members)
    suffixes = row.suffix.items() if isinstance(row, Block) else ()
    endings = [f"-{end} in {shapes(where, among)}" for where, end in suffixes if where & among]
    return f"`{tag}`" + (f" ({', '.join(endings)})" if endings else "")


def rows(cls: type[Record], among: Shape) -> str:
    """The rows of a record; columns that say nothing of any of them are left out."""
    lines = [
        (
            element(field, among),
            f"`{field.name}`",
            kind(field),
            length(field),
            standing(field.row.shapes, among),
            needed(field.row.required, among),
            since(field.row, among),
            editions(field.row, among),
        )
        for field in table(cls).fields
    ]
    kept = [at for at in range(len(ROW_COLUMNS)) if any(line[at] for line in lines)]
    return grid([ROW_COLUMNS[at] for at in kept], ([line[at] for at in kept] for line in lines))


def choices(cls: type[Record], among: Shape) -> list[str]:
    """Which rows exclude each other, in words."""
    compiled = table(cls)
    said = []
    for choice in cls.__record__.choices:
        tags = [[f"`{compiled.by_name[name].row.tag}`" for name in branch] for branch in choice.branches]
        branches = [", ".join(branch) if len(branch) == 1 else f"any of ({', '.join(branch)})" for branch in tags]
        must, where = shapes(choice.required, among), standing(choice.shapes, among)
        count = f"{must} must have one" if must else f"{where} may have one" if where else "At most one"
        why = f" {'Better not: ' if choice.warning else ''}{choice.beyond}." if choice.beyond else ""
        said.append(f"- {count} of: {'; or '.join(branches)}.{why}")
    return said


def section(cls: type[Record], *, level: int = 2) -> str:
    spec = cls.__record__
    about = inspect.getdoc(cls) or ""
    facts = []
    if spec.answers:
        facts.append(f"- Is answered with {', '.join(f'`{answer}Ret`' for answer in spec.answers)}.")
    if spec.iterator:
        facts.append("- Can be taken in pieces (`iterator`).")
    if spec.meta_data:
        facts.append("- Can return counts (`metaData`).")
    facts += [f"- {shapes(where, ALL)}: since {version}." for where, version in spec.later.items()]
    facts += choices(cls, spec.shapes)
    for where, moves in spec.moved.items():
        facts += [
            f"- In {shapes(where, ALL)}, `{name}` comes right after `{before}`." for name, before in moves.items()
        ]
    return f"""({anchor(cls)})=
{"#" * level} {cls.__name__}

```{{py:class}} {cls.__module__}.{cls.__name__}
```

{about}

:::{{container}} rows
{rows(cls, spec.shapes)}
:::

{chr(10).join(facts)}
"""


def lasting(word: StrEnum) -> str:
    """When a word of a list came and went."""
    if not isinstance(word, Words) or (word.since, word.until) == ("1.0", None):
        return ""
    return f" ({word.since} to {word.until})" if word.until else f" (since {word.since})"


def words(cls: type[StrEnum]) -> str:
    return f"""({anchor(cls)})=
### {cls.__name__}

```{{py:class}} {cls.__module__}.{cls.__name__}
```

{inspect.getdoc(cls)}

{", ".join(f"`{word.value}`{lasting(word)}" for word in cls)}
"""


def family(name: str) -> str:
    module = HOMES[name]
    members = [getattr(module, each) for each in module.__all__]
    own = [each for each in members if isinstance(each, type) and each.__module__ == module.__name__]
    entities = [cls for each in FAMILIES.get(name, ()) if (cls := entity(each))]
    blocks = [cls for cls in own if issubclass(cls, Record) and hasattr(cls, "__record__") and cls not in entities]
    lists = [cls for cls in own if issubclass(cls, StrEnum)]
    parts = [
        f"# {TITLES.get(name, name)}",
        inspect.getdoc(module) or "",
        BLANK,
        *(section(cls) for cls in entities),
    ]
    if name in SHARED:
        parts += [section(cls) for cls in ((Ref, *blocks) if name == "shared.common" else blocks)]
    elif blocks:
        parts += ["## Blocks", *(section(cls, level=3) for cls in blocks)]
    if lists:
        parts += ["## Closed lists of words", *(words(cls) for cls in lists)]
    return "\n\n".join(parts) + "\n"


def count(cls: type[Record], shape: Shape) -> Any:
    return len(table(cls).order(shape)) if shape in cls.__record__.shapes else ""


def index() -> str:
    found = [(name, cls) for name in FAMILIES for each in FAMILIES[name] if (cls := entity(each))]
    overview = grid(
        ("record", "family", *SHAPES.values()),
        ((link(cls), f"[{name}]({name}.md)", *(count(cls, shape) for shape in SHAPES)) for name, cls in found),
    )
    pages = "\n".join(map(page_of, HOMES))
    return f"""# entities: the records of QuickBooks

Every record that is modelled so far, with the number of rows that each of its messages has. These pages are drawn from
the very tables that the library writes, reads and checks with; [add an entity](../../add-an-entity.md) walks through
adding one.

{overview}

## What the columns mean

| column | meaning |
|---|---|
| element | The element on the wire. |
| field | The attribute in Python. Every field may be None: a partial reply must be readable too. |
| type | What stands in the element. *amount* has two decimals, *price*, *quantity* and *percent* up to five, *number* any. |
| length | The greatest number of characters, and where an edition differs, its own. For a reference it is that of the full name. |
| in | The messages that have the element: an Add, a Mod, a Query, or the Ret that QuickBooks answers with; blank for all that the record has. |
| required in | The messages that must have it. Inside a choice: only if its branch is taken. |
| since | The first version of qbXML with it; blank for 1.0. Then, of some, the messages that had it later, and what was otherwise before. |
| editions | The national editions of QuickBooks Desktop that know it; blank for all. *Online*: kept for reading, no desktop edition takes it. |

## Pages

```{{toctree}}
:maxdepth: 1

{pages}
```

## The index in Python

```{{eval-rst}}
.. automodule:: procore_qbd.qbxml.entities
   :exclude-members: FAMILIES

.. autodata:: procore_qbd.qbxml.entities.FAMILIES
   :no-value:
```
"""


# --- the face --------------------------------------------------------------------------------------------------------


def public_names() -> str:
    aliases = ModuleAnalyzer.for_module("procore_qbd.flows.asking").find_attr_docs()
    rows = []
    for name in procore_qbd.__all__:
        doc = aliases.get(("", name)) or (inspect.getdoc(getattr(procore_qbd, name)) or "").splitlines()
        rows.append((f"{{py:obj}}`{name}`", doc[0].replace("``", "`")))
    return f"""# public names: import procore_qbd

What an application needs most can be imported from `procore_qbd` itself. Everything else is imported from its room.

{grid(("name", "what it is"), rows)}
"""


# --- workflows -------------------------------------------------------------------------------------------------------

WAYS = {Way.AS_IT_IS: "", Way.WITHIN: "within the text", Way.COMPUTED: "computed from it"}
FATES = {Fate.DECIDES: "decides whether it is exported", Fate.TOLD: "is reported", Fate.BACK: "goes back to Procore"}


def group(name: str) -> tuple[str, str]:
    """What a field is part of, and its name there."""
    if name.startswith("request_data[]."):
        return "each code", name.removeprefix("request_data[].")
    if name.startswith("books."):
        return "the books", name.removeprefix("books.")
    above, each, below = name.rpartition("[].")
    if each:
        return f"each of `{above}`", below
    above, _, below = name.partition(".")
    return (f"`{above}`", below) if below and above != "additional_data" else ("the request", name)


def by_group(entries: Iterable[Entry]) -> dict[str, list[tuple[str, Entry]]]:
    found: dict[str, list[tuple[str, Entry]]] = {}
    for entry in entries:
        above, name = group(entry.name)
        found.setdefault(above, []).append((name, entry))
    return found


def field_rows(entries: Iterable[Entry], notes: dict[str, str]) -> Iterable[Sequence[str]]:
    for above, members in by_group(entries).items():
        yield f"**{above}**", "", ""
        for name, entry in members:
            label, note = f"`{name}`", notes.get(entry.name, "")
            for (way, when), places in itertools.groupby(entry.places, lambda place: (place.way, place.when)):
                elements = [place.element for place in places]
                said = WAYS[way] if elements == ["ExternalGUID"] else note or WAYS[way]
                how = "; ".join(filter(None, (said, f"if {when}" if when else "")))
                yield label, ", ".join(f"`{element}`" for element in elements), how
                label = note = ""


def fields(found: FieldMap, notes: dict[str, str]) -> str:
    """A field map: where each field ends, what is only looked at, and what stays."""
    mapped = [entry for entry in found.entries if entry.fate is Fate.MAPPED]
    looked_at = [entry for entry in found.entries if entry.fate in FATES]
    stays = by_group(entry for entry in found.entries if entry.fate is Fate.STAYS)
    whole = {name: len(members) for name, members in by_group(found.entries).items()}
    parts = [grid(("Procore", f"QuickBooks: {found.message}", ""), field_rows(mapped, notes))]
    besides = {
        element: notes.get(element) or ("as QuickBooks has it" if element in found.copied else " or ".join(values))
        for element, values in found.fixed.items()
    }
    if besides:
        parts.append("Sent as well: " + "; ".join(f"`{element}`, {value}" for element, value in besides.items()) + ".")
    parts.append("What ends in no element:")
    parts.append(
        "\n".join(
            f"- `{entry.name}`: {notes.get(entry.name) or FATES[entry.fate]}."
            for entry in looked_at
            if not entry.name.endswith("request_detail_id")
        )
        + "\n- The request detail: is closed, as success or as failed."
    )
    parts.append("What stays in Procore:")
    parts.append(
        "\n".join(
            f"- {above}: {', '.join(f'`{name}`' for name, _ in members) if len(members) < whole[above] else 'all of it'}."
            for above, members in stays.items()
            if above != "the request" or any(not name.endswith("request_detail_id") for name, _ in members)
        )
    )
    return "\n\n".join(parts)


def scenes(page: str, ending: str) -> str:
    rows = ((what, "<br>".join(f"`{message}`" for message in messages)) for what, messages in played(page, ending))
    return grid(("what is wrong" if ending is REFUSED else "what is there", "what the accounting approver reads"), rows)


def closing(request_name: str) -> str:
    """The calls that close a request, as JSON for people."""
    parts = []
    for call in calls(example(request_name)):
        body = json.dumps(call.body, ensure_ascii=False)
        if len(body) > SHORT:
            updates = ",\n".join(f"    {json.dumps(update, ensure_ascii=False)}" for update in call.body["updates"])
            besides = "".join(f'  "{key}": {json.dumps(call.body[key])},\n' for key in call.body if key != "updates")
            body = f'{{\n{besides}  "updates": [\n{updates}\n  ]\n}}'
        query = "&".join(f"{key}={value}" for key, value in (call.query or {}).items())
        parts.append(f"{call.method} {call.path}{'?' if query else ''}{query}\n{body}")
    return "```text\n" + "\n\n".join(parts) + "\n```"


SHORT = 90


def refusal_codes() -> str:
    """Every reason of ours for not exporting an item."""
    return grid(("code", "when"), ((f"`{code.value}`", code.about) for code in RefusalCode))


def exit_codes() -> str:
    """How a command can end."""
    return grid(("code", "meaning"), ((int(code), code.about) for code in ExitCode))


def events() -> str:
    """Every event of Procore's, by subject."""
    parts = []
    for subject, members in itertools.groupby(EVENTS.values(), lambda event: event.subject):
        rows = ((f"`{event.name}`", event.ends_in, becomes(event)) for event in members)
        title = subject.replace("_", " ").capitalize()
        parts.append(f"### {title}\n\n{grid(('event', 'ends in', 'what becomes of it'), rows)}")
    return "\n\n".join(parts)


def becomes(event: ErpEvent) -> str:
    """What becomes of an event today."""
    if event.request is not None and event.supported:
        page = EVENT_PAGES.get(event.subject, event.subject.replace("_", "-"))
        return f"[carried out](workflows/{page}.md)"
    return f"closed: {event.why_not}" if event.why_not else "not carried out yet"


EVENT_PAGES = {"cost_codes": "standard-cost-codes", "payments": "invoices"}
"""The pages of the workflows that are not called like their subject."""


def endings_of_events() -> str:
    """What an event can end in."""
    return grid(("ends in", "meaning"), ((end.value, end.about) for end in EndsIn))


def names() -> str:
    """Every public name of the packages, once, with where it is imported from and what it is."""
    return grid(
        ("name", "imported from", "what it is"),
        (
            (f"`{name}`", f"`procore_qbd`, `{home(name)}`" if "" in OFFERED[name] else f"`{home(name)}`", about(name))
            for name in sorted(OFFERED, key=lambda name: (name.casefold(), name))
        ),
    )


def workflow_parts() -> dict[str, str]:
    """What the pages of the workflows, and that of the journal, include, by file."""
    parts = {"refusal-codes": refusal_codes(), "exit-codes": exit_codes()}
    parts |= {"events": events(), "endings-of-events": endings_of_events(), "names": names()}
    for cls, found in maps().items():
        parts[f"{cls.request_name}.fields"] = fields(found, NOTES[cls])
        parts[f"{cls.request_name}.calls"] = closing(cls.request_name)
    for page, ending in itertools.product(SCENES, (REFUSED, NOTED)):
        if played(page, ending):
            parts[f"{page}.{ending}"] = scenes(page, ending)
    return parts | journal_parts(grid) | tool_parts(grid)


# --- all of them -----------------------------------------------------------------------------------------------------


def write(docs: Path) -> None:
    """Write every drawn page below the folder of the pages."""
    reference = docs / "reference"
    pages = {"codes": codes(), "public-names": public_names(), "entities/index": index()}
    pages |= {f"entities/{page_of(name)}": family(name) for name in HOMES}
    drawn = {reference / f"{name}.md": text for name, text in pages.items()}
    drawn[docs / "permissions" / "table.md"] = permission_table(grid)
    drawn[docs / "simulator" / "rules.md"] = simulator_rules(grid)
    drawn |= {docs / "simulator" / "codes" / f"{name}.md": text for name, text in simulator_codes(grid).items()}
    drawn |= {docs / "workflows" / "drawn" / f"{name}.md": text for name, text in workflow_parts().items()}
    for page, text in drawn.items():
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8")
