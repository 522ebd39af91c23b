"""The published schema, read; what our rows say in its words; and where the two are known to differ.

The schema is no part of the project: what is here reads a copy where one is at hand.
"""

import re
from decimal import Decimal
from functools import cache

import attrs
import pytest
from lxml import etree

from procore_qbd.qbxml import Dialect, Edition, entities
from procore_qbd.qbxml.rows.dialect import lasts
from procore_qbd.qbxml.rows.values import ADD, COMMAND, MOD, QUERY, RET, Choice, Id, Integer, Text
from support.shared import SHARED

VERSIONS = ("2.0", "2.1", "3.0", "4.0", "4.1", "5.0", "6.0", "7.0", "8.0", "9.0", "10.0", "11.0", "12.0", "13.0")
FOLDER = SHARED and SHARED / "qbxml"
NAMES = tuple(entities.names())
CASES = [(entities.entity(name), shape) for name in NAMES for shape in entities.entity(name).__record__.shapes]
WRITTEN = [(cls, shape) for cls, shape in CASES if shape is not RET]
SUFFIX = {ADD: "Add", MOD: "Mod", QUERY: "", COMMAND: "", RET: "Ret"}


def tag_of(cls, shape):
    return cls.__record__.tag + SUFFIX[shape]


# --- the schema, read ------------------------------------------------------------------------------------------------

XS = "{http://www.w3.org/2001/XMLSchema}"
MANY = None


@attrs.frozen
class Place:
    """A place in a sequence, for one element or for several kinds that interleave.

    Required says whether the message must have it, in a branch whether the branch must; None for a branch's only one.
    """

    kinds: dict[str, etree._Element]
    required: bool | None
    at_most: int | None


@attrs.frozen
class Model:
    """What an element with elements inside takes: places in order; and sets of branches, required or not."""

    places: list[Place]
    choices: dict[frozenset[frozenset[str]], bool]
    attributes: frozenset[str]


@attrs.frozen
class Leaf:
    """What an element with text inside takes."""

    type: str
    longest: int | None = None
    words: frozenset[str] = frozenset()
    least: int | None = None
    most: int | None = None
    macro: bool = False


class Schema:
    """The schema of a version and an edition; it lets the fields of all editions through."""

    def __init__(self, path):
        self.named = {}
        self._load(path, set())

    def _load(self, path, seen):
        seen.add(path)
        for child in etree.parse(path).getroot().iterchildren(f"{XS}*"):
            included = path.parent / child.get("schemaLocation") if child.tag == f"{XS}include" else None
            if included is None:
                self.named[child.tag, child.get("name")] = child
            elif included not in seen:
                self._load(included, seen)

    def root(self, name):
        """What the element of this name takes, be it an aggregate or a request; None where there is none."""
        found = self.named.get((f"{XS}element", name))
        if found is not None:
            return self.of(found)
        kinds = (
            ("complexType", f"{name}Type"),
            ("group", name),
        )  # a group where the elements stand in the answer itself
        keys = ((XS + kind, one) for kind, one in kinds)
        found = next((self.named[key] for key in keys if key in self.named), None)
        return None if found is None else self._complex(found)

    def of(self, element):
        """What an element takes: a Model or a Leaf."""
        if (ref := element.get("ref")) is not None:
            element = self.named[f"{XS}element", ref]
        type_ = element.get("type")
        inside = self.named.get((f"{XS}complexType", type_), element.find(f"{XS}complexType"))
        if inside is None:
            return self._leaf(element.find(f"{XS}simpleType/{XS}restriction"), type_)
        if (extension := inside.find(f"{XS}simpleContent/{XS}extension")) is not None:
            return attrs.evolve(self._leaf(None, extension.get("base")), macro=True)
        return self._complex(inside)

    def _complex(self, type_):
        attributes = frozenset(attribute.get("name") for attribute in type_.iterfind(f"{XS}attribute"))
        model = Model([], {}, attributes)
        self._walk(type_, model, required=True)
        return model

    def _leaf(self, restriction, type_):
        if restriction is None:
            return Leaf(type_)
        facets = {
            etree.QName(facet).localname: Decimal(facet.get("value")) for facet in restriction if "um" not in facet.tag
        }
        said = {word.get("value") for word in restriction.iterfind(f"{XS}enumeration")}
        words = frozenset(said - {""})  # the list of job reports ends in a comma, and so in nothing
        limits = (facets.get(name) for name in ("minInclusive", "maxInclusive"))
        return Leaf(restriction.get("base"), facets.get("maxLength"), words, *limits)

    def _walk(self, particles, model, *, required):
        """Add what a sequence, a group or a branch holds to a model."""
        for particle in particles:
            kind = etree.QName(particle).localname
            needed = required and particle.get("minOccurs", "1") != "0"
            most = particle.get("maxOccurs", "1")
            at_most = MANY if most == "unbounded" else int(most)
            if at_most == 0 or kind == "attribute":
                continue
            if kind == "element":
                model.places.append(Place({name_of(particle): particle}, needed, at_most))
            elif kind == "sequence":
                self._walk(particle, model, required=needed)
            elif kind == "group":
                self._walk(self.named[f"{XS}group", particle.get("ref")], model, required=needed)
            elif at_most is MANY:
                model.places.append(Place({name_of(child): child for child in particle}, needed, MANY))
            else:
                self._branches(particle, model, required=needed)

    def _branches(self, choice, model, *, required):
        branches = []
        for branch in choice:
            before, made = len(model.places), set(model.choices)
            self._walk([branch], model, required=True)
            inner = model.choices.keys() - made
            needs = [place.required for place in model.places[before:]] + [model.choices[choice_] for choice_ in inner]
            required = required and any(needs)  # not if one may be empty
            model.choices.update(dict.fromkeys(inner, False))  # a choice in a branch is made only where the branch is
            if len(model.places) == before + 1:
                model.places[before] = attrs.evolve(model.places[before], required=None)
            branches.append(frozenset(tag for place in model.places[before:] for tag in place.kinds))
        model.choices[frozenset(branches)] = required


def name_of(particle):
    return particle.get("ref") or particle.get("name")


USUAL = Dialect()


def file_of(dialect):
    """The schema of a version and an edition."""
    prefix = {Edition.US: "", Edition.CA: "QBC"}[dialect.edition]
    return FOLDER / "xsd" / f"{prefix}qbxmlops{dialect.version.replace('.', '')}.xsd"


@cache
def schema(dialect=USUAL):
    return Schema(file_of(dialect))


# --- rows in the words of the schema --------------------------------------------------------------------------------

TYPES = {
    "Amount": "AMTTYPE",
    "Choice": "ENUMTYPE",
    "Day": "DATETYPE",
    "Float": "FLOATTYPE",
    "Guid": "GUIDTYPE",
    "Id": "IDTYPE",
    "Integer": "INTTYPE",
    "Percent": "PERCENTTYPE",
    "Price": "PRICETYPE",
    "Quantity": "QUANTYPE",
    "Text": "STRTYPE",
    "TimeInterval": "TIMEINTERVALTYPE",
    "When": "DATETIMETYPE",
    "YesNo": "BOOLTYPE",
}


def leaf(row, shape, dialect):
    """What a row says in the schema's words."""
    found = Leaf(TYPES[type(row).__name__])
    if isinstance(row, Text):
        macro = isinstance(row, Id) and shape in row.macro
        found = attrs.evolve(found, longest=row.longest(dialect.edition), macro=macro)
    if isinstance(row, Choice):
        found = attrs.evolve(found, words=frozenset(row.usual(dialect.version)))
    if isinstance(row, Integer):
        found = attrs.evolve(found, least=getattr(row, "least", None), most=getattr(row, "most", None))
    return found


# What is read is not measured. Of these a reply's length is not that of the request, or is not said: no row says so.
UNMEASURED = {"EmployeeRet/SSN", "ItemSubtotalRet/ItemDesc", "SalesTaxPaymentCheckRet/RefNumber"}


def plain(row, shape, found, path, dialect):
    """Without the length where the schema cannot know it: it is one edition's, and other editions' fields differ."""
    if found.type == "IDTYPE":
        return attrs.evolve(found, longest=36)
    known = (dialect.edition in row.editions or not row.editions) and path not in UNMEASURED
    return found if known and shape not in row.online else attrs.evolve(found, longest=None)


def there(row, shape, dialect):
    return lasts(dialect.version, row.first(shape), row.until)


ENVELOPE = {"requestID", "metaData", "iterator", "iteratorID"}


def read_aloud(branches):
    return " | ".join(sorted(" + ".join(sorted(branch)) for branch in branches))


# --- what is known to differ, and left ------------------------------------------------------------------------------


@attrs.frozen
class Excuse:
    """A difference that is known, from a first version to a last: where it is, in what, and in which words."""

    first: str
    last: str
    path: str
    aspects: str
    words: str = ""


EXCUSED = (
    # of a reply whose version is past: read as today's, and what is read is not measured
    Excuse("2.0", "2.1", r"\w+Ret/\S*(LinkedTxn|AppliedToTxnRet|Name|ItemRef)\b.*", "longest"),
    Excuse("2.0", "2.1", r"(\S+GroupLineRet|\S+LineGroupRet)/TxnLineID", "there", "only we have it"),
    Excuse("2.0", "2.1", r"(BillPaymentCheckRet|BillPaymentCreditCardRet)/Memo", "there", "only the schema has it"),
    Excuse("2.0", "2.1", r"VendorRet/Notes", "there", "only the schema has it"),
    Excuse("2.0", "4.1", r"\S+Ret/DataExtRet", "there", "only the schema has it"),
    # and no request that could bring it
    Excuse("3.0", "3.0", r"ItemReceiptRet", "there", "only the schema has it"),
    # stricter: no day 45, no month 13, no tax group without a tax; no custom field of a name that no list has
    Excuse("2.0", "2.1", r"ItemSalesTaxGroupAdd/ItemSalesTaxRef", "required", "is not required"),
    Excuse("2.0", "3.0", r"DateDrivenTerms(Add|Ret)/(DayOfMonthDue|DiscountDayOfMonth)", "least, most"),
    Excuse("3.0", "3.0", r"Customer\w+/CreditCardInfo/ExpirationMonth", "least, most"),
    Excuse(
        "2.0", "2.0", r"DataExt(Add|Mod|Del/DataExtDel)/ListObjRef/FullName", "longest", "is 159, and should be None"
    ),
    # stricter: a Mod had these for four versions, and no row says that of one message alone
    Excuse("9.0", "12.0", r"EmployeeMod/(Gender|SSN)", "there", "only the schema has it"),
    # a longer name than any item has
    Excuse("2.0", "2.0", r"\S+/ItemRef/FullName", "longest", "is None, and should be 159"),
    # of QuickBooks Online alone: refused whatever the version
    Excuse("2.0", "3.0", r"\S+/(Discount|SalesTax|Shipping)Line(Add|Ret)", "there", "only we have it"),
    Excuse("2.0", "3.0", r"\S+LineGroup(Add|Ret)(/\w+)?/IsTaxable", "there", "only we have it"),
    Excuse("2.0", "4.1", r"OtherName(Add|Mod|Ret)/(Suffix|Pager|Mobile)", "there", "only the schema has it"),
    # free text, of which we say four words
    Excuse("6.0", "7.0", r"Customer(Add|Mod|Ret)/SalesTaxCountry", "type, words, longest"),
)

# The Canadian schema of 7.0 is an early draft: it lacks what the American one of 7.0 and its own of 8.0 have, and still
# asks for what those of 6.0 asked for. The reference knows nothing of it.
DRAFT = (
    Excuse(
        "7.0",
        "7.0",
        r"\S+/(TaxAmount|MarkPendingIfRequired|ApplyCheckToTxn\w+|LinkedTxn|IncludeLinkedTxns|PaymentTxnLineID)",
        "there",
        "only we have it",
    ),
    Excuse("7.0", "7.0", r"\S+AccountRef", "required", "is required in ADD"),
    Excuse("7.0", "7.0", r"ChargeAdd/ItemRef", "required", "is required in ADD"),
    Excuse("7.0", "7.0", r"DepositMod/CashBackInfoMod/TxnLineID", "there", "only the schema has it"),
    Excuse("7.0", "7.0", r"PaymentMethod\w+/PaymentMethodType", "words", "is [<PaymentMethodType.E_CHECK"),
    Excuse("7.0", "7.0", r"UnitOfMeasureSet(Add|Ret)/\S+ConversionRatio", "least, most"),
)


@cache
def excuses(dialect):
    """What is known to differ in a dialect, by aspect: where, and what is said of it."""
    known = EXCUSED + (DRAFT if dialect == Dialect("7.0", Edition.CA) else ())
    found = {}
    for one in known:
        for aspect in one.aspects.split(", ") if lasts(dialect.version, one.first, one.last) else ():
            found.setdefault(aspect, []).append((re.compile(one.path), one.words))
    return found


def excused(dialect, path, aspect, said):
    """Whether a difference is known."""
    return any(where.fullmatch(path) and words in said for where, words in excuses(dialect).get(aspect, ()))


US, CA = (VERSIONS[VERSIONS.index(first) :] for first in ("2.0", "6.0"))
DIALECTS = [Dialect(v, Edition.US) for v in US] + [Dialect(v, Edition.CA) for v in CA]
ENDS = {
    Dialect(v, edition)
    for versions, edition in ((US, Edition.US), (CA, Edition.CA))
    for v in (versions[0], versions[-1])
}


def slow_between(dialects):
    """Dialects as parameters: the oldest and the newest always, and those between them with the slow tests."""
    between = [one for one in dialects if isinstance(one, Dialect) and one not in ENDS]
    return [pytest.param(one, marks=pytest.mark.slow) if one in between else one for one in dialects]
