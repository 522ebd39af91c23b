"""Recorded traffic against the simulator: the documents, the file that they tell of, and how two answers differ."""

import re
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cache

import attrs
from lxml import etree

from procore_qbd import Ref
from procore_qbd.qbxml import ADD, RET, read_reply
from procore_qbd.qbxml.entities import entity, find
from procore_qbd.qbxml.entities.accounts import Account
from procore_qbd.qbxml.entities.items import SalesOrPurchase
from procore_qbd.qbxml.entities.receive_payments import ReceivePayment
from procore_qbd.qbxml.entities.shared.transactions import AppliedToTxn
from procore_qbd.qbxml.entities.tax_items import ItemSalesTax
from procore_qbd.qbxml.entities.templates import Template
from procore_qbd.qbxml.entities.terms import StandardTerms
from procore_qbd.qbxml.rows.records import Block, Record, Reference, table
from procore_qbd.qbxml.rows.values import Text, unescape
from support.shared import SHARED

__all__ = [
    "FORMS",
    "answers",
    "document",
    "found_in",
    "invoiced",
    "key",
    "lived_in",
    "rebuilt",
    "sent",
    "terse",
    "told_again",
    "unlike",
    "validated",
    "whole",
]


# --- documents -------------------------------------------------------------------------------------------------------


def document(file):
    """A sample as the bytes that go over the wire: out of its SOAP envelope, and a bare request in a document."""
    content = (SHARED / "qbxml" / "samples" / file).read_bytes()
    if file.endswith(".soap.xml"):
        inside = next(etree.fromstring(content).iter("{*}response", "{*}sendRequestXMLResult"))
        return (inside.text or "").strip().encode()
    root = etree.fromstring(content)
    if root.tag == "QBXML":
        return content
    message, around = root, "QBXMLMsgsRq" if root.tag.endswith("Rq") else "QBXMLMsgsRs"
    if root.tag.endswith("Ret"):
        message = etree.Element(root.tag.removesuffix("Ret") + "QueryRs", statusCode="0")
        message.append(root)
    whole_document = etree.Element("QBXML")
    messages = etree.SubElement(whole_document, around, {"onError": "stopOnError"} if around.endswith("Rq") else {})
    messages.append(message)
    return etree.tostring(whole_document)


def sent(file, version):
    """A request, in a version of qbXML where its document does not say which."""
    content = document(file)
    if b"<?qbxml" in content:
        return content
    return f'<?xml version="1.0"?><?qbxml version="{version}"?>'.encode() + re.sub(rb"<\?xml.*?\?>", b"", content)


def answers(reply):
    """The answers of a document."""
    return list(etree.fromstring(reply).find("QBXMLMsgsRs").iterchildren(tag=etree.Element))


@cache
def schema(version="13.0", edition="US"):
    """The published schema of a version."""
    prefix = {"US": "", "CA": "QBC"}[edition]
    return etree.XMLSchema(etree.parse(SHARED / "qbxml" / "xsd" / f"{prefix}qbxmlops{version.replace('.', '')}.xsd"))


def validated(reply, version="13.0", edition="US"):
    """A reply that the published schema of its version takes, and that reads without a fault."""
    ours = schema(version, edition)
    assert ours.validate(etree.fromstring(reply)), str(ours.error_log)
    for outcome in read_reply(reply).outcomes:
        assert not outcome.faults
        assert not outcome.unmodelled
        assert not any(found.unknown for found in outcome.found)
    return reply


# --- the file that a reply tells of ----------------------------------------------------------------------------------

ACCOUNTS = {
    "APAccountRef": "AccountsPayable",
    "ARAccountRef": "AccountsReceivable",
    "AssetAccountRef": "OtherCurrentAsset",
    "BankAccountRef": "Bank",
    "COGSAccountRef": "CostOfGoodsSold",
    "CreditCardAccountRef": "CreditCard",
    "DepositToAccountRef": "OtherCurrentAsset",
    "IncomeAccountRef": "Income",
}
"""What an account is, from what it is referred to as; any other is an expense."""

NEEDED = {
    "Currency": lambda name: {"currency_code": name[:3].upper()},
    "ItemSalesTax": lambda _: {"tax_rate": Decimal(0), "tax_vendor_ref": Ref(list_id="1-1", full_name="The State")},
    "ItemService": lambda _: {
        "sales_or_purchase": SalesOrPurchase(price=Decimal(0), account_ref=Ref(list_id="2-1", full_name="Sales"))
    },
    "PaymentMethod": lambda _: {"payment_method_type": "Check"},
    "SalesRep": lambda _: {"sales_rep_entity_ref": Ref(list_id="3-1", full_name="Somebody")},
    "SalesTaxCode": lambda name: {"is_taxable": name == "Tax"},
    "StandardTerms": lambda name: {"std_due_days": int("".join(re.findall(r"\d", name)) or 0)},
}
"""What a record must hold, by list, where a reference tells no more than its name."""


def references(record, path=()):
    """Every reference of a record, at any depth, with its row and the rows above it."""
    for field in table(type(record)).fields:
        value = getattr(record, field.name)
        for member in value if isinstance(value, tuple) else (value,):
            if isinstance(field.row, Reference) and member is not None:
                yield (*path, field.row), member
            elif isinstance(member, Record):
                yield from references(member, (*path, field.row))


def rebuilt(records, company):
    """What a file holds that answers with these records: what they refer to, what stands above it, and they themselves.

    Args:
        records: As they were read from a reply.
        company: The file. What it has from its birth, by name, is not put into it again.

    Returns:
        Records to seed, parents first, transactions last.
    """
    known = {(record.__record__.tag, key(record)): record for record in records if key(record)}
    kinds, born = company.kinds, {}
    for record in records:
        for path, ref in references(record):
            row = path[-1]
            lists = [list_ for list_ in row.to if list_ in kinds]
            if not ref.list_id or not lists or any((list_, ref.list_id) in known for list_ in lists):
                continue
            list_ = lists[0]
            if list_ not in born:
                born[list_] = {whole_name(one) for one in company.records(list_)}
            if ref.full_name in born[list_]:
                continue
            bank = record.__record__.tag == "Check" and path == (row,)
            stub = _stub(list_, ref, "Bank" if bank else ACCOUNTS.get(row.tag, "Expense"))
            known[list_, ref.list_id] = _informed(stub, record)
    by_name = {(list_, whole_name(record)) for (list_, _), record in known.items()}
    for (list_, _), record in list(known.items()):
        *above, _ = whole_name(record).split(":") if "parent_ref" in table(type(record)).by_name else [""]
        for depth in range(len(above), 0, -1):
            name = ":".join(above[:depth])
            if (list_, name) not in by_name:
                by_name.add((list_, name))
                number = f"{len(known)}-1"
                known[list_, number] = _stub(list_, Ref(list_id=number, full_name=name), "Expense")
    ids = {(list_, whole_name(record)): list_id for (list_, list_id), record in known.items()}
    placed = [_placed(record, ids) for record in known.values()]
    return sorted(placed, key=lambda record: (hasattr(record, "txn_id"), (whole_name(record) or "").count(":")))


def whole(record, line_item="F-1"):
    """A transaction as it can be put into a file: without links to it, which requests make, and with a line.

    A query that does not ask for lines gets none, but every transaction has some: one stands for them. The recorded
    cards lack their NameOnCard, without which there is none.
    """
    fields = table(type(record)).by_name
    values = {"linked_txns": ()} if getattr(record, "linked_txns", ()) else {}
    if getattr(record, "credit_card_txn_info", None):
        values["credit_card_txn_info"] = None
    if "subtotal" in fields and not record.lines:
        (line, *_) = fields["lines"].members.values()
        item = Ref(list_id=line_item, full_name="Whatever")
        values["lines"] = (line(item_ref=item, quantity=Decimal(1), rate=record.subtotal, amount=record.subtotal),)
    return attrs.evolve(record, **values) if values else record


def invoiced(payment):
    """The invoices that a recorded payment is for, as they were before it."""
    for one in getattr(payment, "applied_to_txns", ()):
        if one.txn_type == "Invoice":
            yield whole(
                entity("Invoice")(
                    txn_id=one.txn_id,
                    customer_ref=payment.customer_ref,
                    ar_account_ref=payment.ar_account_ref,
                    txn_date=one.txn_date,
                    ref_number=one.ref_number,
                    subtotal=one.amount + one.balance_remaining,
                )
            )


def told_again(record, company):
    """A record as a request can say it: without what QuickBooks makes up or reckons.

    What the file has from its birth goes by its name, for its ListID is another.
    """
    values = {}
    for field in table(type(record)).fields:
        value, row = getattr(record, field.name), field.row
        if value in (None, ()) or ADD not in row.shapes or row.tag in FORMS:
            continue
        if isinstance(row, Reference):
            there = any(key(one) == value.list_id for list_ in row.to for one in company.records(list_))
            value = value if there else Ref(full_name=value.full_name)
        elif isinstance(row, Block):
            several = isinstance(value, tuple)
            value = tuple(told_again(one, company) for one in value) if several else told_again(value, company)
        values[field.name] = value
    if isinstance(record, AppliedToTxn):
        values |= {"txn_id": record.txn_id, "payment_amount": record.amount}
    if isinstance(record, ReceivePayment) and not record.applied_to_txns:
        values["is_auto_apply"] = False
    return type(record)(**values)


FROM_THE_LISTS = {
    "customer_ref": {
        "bill_address": "bill_address",
        "ship_address": "ship_address",
        "terms_ref": "terms_ref",
        "sales_rep_ref": "sales_rep_ref",
        "customer_sales_tax_code_ref": "sales_tax_code_ref",
        "item_sales_tax_ref": "item_sales_tax_ref",
    },
    "vendor_ref": {"vendor_address": "vendor_address", "terms_ref": "terms_ref"},
}
"""What QuickBooks takes over from a customer or vendor where a request does not say it, by the names there and here."""

BY_ITSELF = {
    "ap_account_ref",
    "ar_account_ref",
    "deposit_to_account_ref",
    "desc",
    "due_date",
    "expected_date",
    "is_active",
    "is_adjustment",
    "is_finance_charge",
    "is_manually_closed",
    "is_to_be_emailed",
    "is_to_be_printed",
    "sales_tax_code_ref",
    "ship_date",
    *(name for names in FROM_THE_LISTS.values() for name in names),
}
"""What QuickBooks fills in by itself."""


def terse(record, company):
    """A record as a request of few words: QuickBooks fills in the rest, and multiplies."""
    return _few_words(told_again(record, company))


def _few_words(record):
    fields = table(type(record)).by_name
    values = {name: getattr(record, name) for name in fields if name not in BY_ITSELF}
    values |= {
        name: tuple(map(_few_words, values[name]))
        for name in values
        if isinstance(values[name], tuple) and name.endswith("lines")
    }
    if None not in (values.get("quantity"), values.get("rate")):
        values["amount"] = None
    if not values.get("item_ref"):
        values["desc"] = getattr(record, "desc", None)
    if getattr(record, "is_to_be_printed", None) is False:
        values["is_to_be_printed"] = False
    return type(record)(**{name: value for name, value in values.items() if name in fields})


def lived_in(seeds, records):
    """The customers, vendors and items of a file, with what the transactions that name them took over from them."""
    more = {}
    for record in records:
        for name, taken in FROM_THE_LISTS.items():
            if (ref := getattr(record, name, None)) is not None:
                values = {here: getattr(record, there, None) for there, here in taken.items()}
                more[name, ref.list_id] = {here: value for here, value in values.items() if value is not None}
        for line in (*getattr(record, "lines", ()), record):
            if getattr(line, "item_ref", None) is not None:
                sold = SalesOrPurchase(desc=line.desc, price=line.rate, account_ref=Ref(list_id="2-1"))
                code = getattr(line, "sales_tax_code_ref", None)
                more["item_ref", line.item_ref.list_id] = {"sales_or_purchase": sold, "sales_tax_code_ref": code}
    ours = {"Customer": "customer_ref", "Vendor": "vendor_ref", "ItemService": "item_ref"}
    return [
        attrs.evolve(seed, **more.get((ours.get(seed.__record__.tag), key(seed)), {}))
        if seed.__record__.tag in ours
        else seed
        for seed in seeds
    ]


def key(record):
    """A record's TxnID or ListID."""
    return getattr(record, "txn_id", None) or getattr(record, "list_id", None)


def whole_name(record):
    """A record's full name, or what stands for it."""
    return getattr(record, "full_name", None) or getattr(record, "name", None) or getattr(record, "initial", None) or ""


def _stub(list_, ref, account_type):
    cls = entity(list_)
    fields = table(cls).by_name
    name = ref.full_name or ref.list_id
    own = name.rpartition(":")[2] if "full_name" in fields else name
    values = {"list_id": ref.list_id, "initial" if list_ == "SalesRep" else "name": own}
    if "full_name" in fields:
        values["full_name"] = name
    if list_ == "Account":
        values["account_type"] = account_type
    return cls(**values | NEEDED.get(list_, lambda _: {})(own))


def _informed(stub, record):
    """A stub with what the transaction that names it lets us know of it."""
    if isinstance(stub, Template):
        return attrs.evolve(stub, template_type=record.__record__.tag)
    if isinstance(stub, ItemSalesTax) and getattr(record, "sales_tax_percentage", None):
        return attrs.evolve(stub, tax_rate=record.sales_tax_percentage)
    if isinstance(stub, StandardTerms) and getattr(record, "due_date", None):
        return attrs.evolve(stub, std_due_days=(record.due_date - record.txn_date).days)
    if isinstance(stub, Account) and stub.name.endswith("Undeposited Funds"):
        return attrs.evolve(stub, special_account_type="UndepositedFunds")
    return stub


def _placed(record, ids):
    """A record below its parent, if its full name says that it has one."""
    above = whole_name(record).rpartition(":")[0]
    if not above or "parent_ref" not in table(type(record)).by_name or record.parent_ref is not None:
        return record
    return attrs.evolve(record, parent_ref=Ref(list_id=ids[record.__record__.tag, above], full_name=above))


# --- how two answers differ ------------------------------------------------------------------------------------------

FORMS = {
    "ListID": r"[0-9A-F]+-\d+|[0-9a-z]{16}",
    "TxnID": r"[0-9A-F]+-\d+",
    "TxnLineID": r"[0-9A-F]+-\d+",
    "TimeCreated": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d",
    "TimeModified": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d",
    "EditSequence": r"\d{1,16}",
    "TxnNumber": r"\d+",
    "iteratorID": r"\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}",
}
"""What QuickBooks makes up, and how it looks."""

ATTRIBUTES = ("statusCode", "statusSeverity", "statusMessage", "retCount", "iteratorRemainingCount", "iteratorID")


def unlike(recorded, answered, made_up=FORMS, attributes=("requestID", *ATTRIBUTES)):
    """How an answer differs from the recorded one.

    Args:
        recorded: The recorded answer's element.
        answered: Ours.
        made_up: What need not be equal, only look alike.
        attributes: What of the answer itself is compared.

    Returns:
        Each difference once: ``-path`` for what only QuickBooks says, ``+path`` for what only we say, ``~path`` for
        what both say otherwise; with the two texts.
    """
    found = {}
    for name in attributes:
        pair = recorded.get(name), answered.get(name)
        if not (pair[0] == pair[1] or (None not in pair and name in made_up and _look_alike(name, *pair))):
            found[f"~@{name}"] = pair
    _unlike_children(recorded, answered, None, "", made_up, found)
    return found


def _unlike_children(recorded, answered, cls, path, made_up, found):
    ours, theirs = list(answered.iterchildren(tag=etree.Element)), list(recorded.iterchildren(tag=etree.Element))
    matcher = SequenceMatcher(None, [one.tag for one in theirs], [one.tag for one in ours], autojunk=False)
    for what, start, end, start_ours, end_ours in matcher.get_opcodes():
        if what == "equal":
            for one, other in zip(theirs[start:end], ours[start_ours:end_ours], strict=True):
                _unlike_elements(one, other, cls, f"{path}/{one.tag}" if path else one.tag, made_up, found)
            continue
        for sign, gone in (("-", theirs[start:end]), ("+", ours[start_ours:end_ours])):
            for one in gone:
                found.setdefault(f"{sign}{path}/{one.tag}" if path else sign + one.tag, "".join(one.itertext()).strip())


def _unlike_elements(recorded, answered, cls, path, made_up, found):
    if cls is None:
        row, member = None, (find(recorded.tag) or (None,))[0]
    else:
        field, member = table(cls).readers[recorded.tag]
        row = field.row
    if member is not None:
        if isinstance(row, Reference):
            _unlike_children(recorded, answered, member, path, {}, found)
        else:
            _unlike_children(recorded, answered, member, path, made_up, found)
        return
    theirs, ours = recorded.text or "", answered.text or ""
    if recorded.tag in made_up:
        if not _look_alike(recorded.tag, theirs, ours):
            found.setdefault(f"~{path}", (theirs, ours))
    elif _value(theirs, row) != _value(ours, row):
        found.setdefault(f"~{path}", (theirs, ours))


def _look_alike(name, *texts):
    return all(re.fullmatch(FORMS[name], text) for text in texts)


def _value(text, row):
    """A text as what it means: numbers by value, and nothing but text by its letters."""
    if isinstance(row, Text) or row is None or isinstance(row, Block):
        return unescape(text)
    return Decimal(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text) else text


def found_in(reply):
    """The records of a recorded reply."""
    return [
        found for outcome in read_reply(reply).outcomes for found in outcome.found if RET in found.__record__.shapes
    ]
