"""`Only`: nothing outside its scope leaves, whoever calls, and what is within leaves unchanged."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procore_qbd import CompanyFile, Memory, NotSentError
from procore_qbd.chooser import Seeded
from procore_qbd.codes import Effect
from procore_qbd.errors import OutOfScopeError
from procore_qbd.qbxml import ADD, MOD, QUERY, Request, write_requests
from procore_qbd.qbxml.entities.deletions import ListDel, TxnVoid
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery
from procore_qbd.testing.strategies import requests
from procore_qbd.transports import Only
from procore_qbd.transports.documents import asked, known_kinds
from support.shared import SHARED

ACTS = {ADD: "add", MOD: "mod", QUERY: "read"}


class Far:
    """A transport that keeps what reached it."""

    def __init__(self):
        self.seen = []

    def line(self, **scope):
        return Only(Memory(self.take), **scope)

    def take(self, document):
        self.seen.append(document)
        return b"<reply/>"


def act_of(request):
    """What a request does, by its shape: the judge of these tests reads no names."""
    return ACTS.get(request.shape, "delete")


def kind_of(request):
    """The kind of record, by the record's own row; a command names it in a field."""
    name = type(request.record).__record__.tag
    named = {
        "TxnDel": "txn_del_type",
        "TxnVoid": "txn_void_type",
        "ListDel": "list_del_type",
        "ListMerge": "list_merge_type",
    }.get(name)
    if named:
        return str(getattr(request.record, named))
    for verb in ("Query", "Del", "Merge"):
        name = name.removesuffix(verb)
    return name


VENDOR = Request.add(Vendor(name="Alder"))
READ = Request.query(VendorQuery())


def test_by_itself_it_reads_and_writes_nothing():
    far = Far()
    with far.line() as line:
        assert line.send(write_requests([READ])).read() == b"<reply/>"
        for writes in (VENDOR, Request.mod(Vendor(list_id="1", edit_sequence="1"))):
            with pytest.raises(OutOfScopeError, match="Vendor") as raised:
                line.send(write_requests([READ, writes]))
            assert raised.value.effect is Effect.NOT_DONE
    assert far.seen == [write_requests([READ])]


@pytest.mark.parametrize(
    ("scope", "passes", "stays"),
    [
        ({"adds": True}, [VENDOR, READ], [Request.mod(Vendor(list_id="1", edit_sequence="1"))]),
        ({"adds": {"Vendor"}}, [VENDOR], [Request.mod(Vendor(list_id="1", edit_sequence="1"))]),
        ({"adds": {"Bill"}}, [READ], [VENDOR]),
        ({"adds": True, "kinds": {"Bill"}}, [], [VENDOR, READ]),
        ({"adds": True, "reads": False}, [VENDOR], [READ]),
        ({"deletes": {"Bill"}}, [Request.command(TxnVoid(txn_void_type="Bill", txn_id="1"))],
         [Request.command(TxnVoid(txn_void_type="Check", txn_id="1")), Request.command(ListDel(list_del_type="Vendor", list_id="1"))]),
    ],
)  # fmt: skip
def test_a_scope_is_by_act_and_by_kind(scope, passes, stays):
    far = Far()
    line = far.line(**scope)
    for request in passes:
        line.send(write_requests([request]))
    for request in stays:
        with pytest.raises(OutOfScopeError):
            line.send(write_requests([request]))
    assert len(far.seen) == len(passes)


def test_who_only_reads_can_make_quickbooks_forget_no_reply():
    far = Far()
    line = far.line()
    for ids in ({"old_message_set_id": "A"}, {"new_message_set_id": "A"}):
        with pytest.raises(OutOfScopeError, match="message set id"):
            line.send(write_requests([READ], **ids))
    far.line(adds=True).send(write_requests([VENDOR], new_message_set_id="A"))
    assert len(far.seen) == 1


HEAD = b'<?xml version="1.0"?><?qbxml version="13.0"?>'
ADDS = b"<VendorAddRq><VendorAdd><Name>x</Name></VendorAdd></VendorAddRq>"
READS = b"<VendorQueryRq/>"
HOSTILE = {
    "nothing": b"",
    "no XML": b"x",
    "cut": HEAD + b"<QBXML><QBXMLMsgsRq>" + READS,
    "two message sets": HEAD + b"<QBXML><QBXMLMsgsRq>" + READS + b"</QBXMLMsgsRq><QBXMLMsgsRq>" + ADDS + b"</QBXMLMsgsRq></QBXML>",
    "a subscription": HEAD + b"<QBXML><QBXMLSubscriptionMsgsRq>" + READS + b"</QBXMLSubscriptionMsgsRq></QBXML>",
    "another root": HEAD + b"<X><QBXMLMsgsRq>" + READS + b"</QBXMLMsgsRq></X>",
    "an entity": b'<!DOCTYPE QBXML [<!ENTITY a "' + ADDS + b'">]><QBXML><QBXMLMsgsRq>&a;</QBXMLMsgsRq></QBXML>',
    "another encoding": '<?xml version="1.0" encoding="UTF-16"?><QBXML/>'.encode("utf-16"),
    "UTF-7": b'<?xml version="1.0" encoding="UTF-7"?><QBXML><QBXMLMsgsRq>+ADw-VendorAddRq/+AD4-</QBXMLMsgsRq></QBXML>',
    "a namespace": HEAD + b'<QBXML xmlns:a="b"><QBXMLMsgsRq><a:VendorQueryRq/></QBXMLMsgsRq></QBXML>',
    "no request": HEAD + b"<QBXML><QBXMLMsgsRq><Vendor/></QBXMLMsgsRq></QBXML>",
    "an unknown verb": HEAD + b"<QBXML><QBXMLMsgsRq><VendorWipeRq/></QBXMLMsgsRq></QBXML>",
    "a verb alone": HEAD + b"<QBXML><QBXMLMsgsRq><AddRq/></QBXMLMsgsRq></QBXML>",
    "two kinds in one": HEAD + b"<QBXML><QBXMLMsgsRq><VendorAddRq><VendorAdd/><BillAdd/></VendorAddRq></QBXMLMsgsRq></QBXML>",
    "another's body": HEAD + b"<QBXML><QBXMLMsgsRq><VendorAddRq><BillAdd/></VendorAddRq></QBXMLMsgsRq></QBXML>",
    "no kind to delete": HEAD + b"<QBXML><QBXMLMsgsRq><TxnDelRq><TxnID>1</TxnID></TxnDelRq></QBXMLMsgsRq></QBXML>",
    "two kinds to delete": HEAD + b"<QBXML><QBXMLMsgsRq><TxnDelRq><TxnDelType>Bill</TxnDelType><TxnDelType>Check</TxnDelType></TxnDelRq></QBXMLMsgsRq></QBXML>",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_judged_does_not_leave_whatever_the_scope(name):
    far = Far()
    with pytest.raises(NotSentError, match="cannot be judged"):
        far.line(adds=True, mods=True, deletes=True).send(HOSTILE[name])
    assert far.seen == []


def test_a_comment_hides_nothing_and_is_no_request():
    commented = (
        HEAD + b"<QBXML><QBXMLMsgsRq onError='stopOnError'><!-- " + READS + b" -->" + ADDS + b"</QBXMLMsgsRq></QBXML>"
    )
    assert [(one.act, one.kind) for one in asked(commented).requests] == [("add", "Vendor")]


def test_a_kind_is_no_text():
    with pytest.raises(TypeError, match="in a tuple or a set"):
        Far().line(adds="Vendor")


def test_a_kind_that_does_not_exist_is_told():
    with pytest.raises(ValueError, match="'vendor'; did you mean 'Vendor'"):
        Far().line(adds={"vendor"})
    with pytest.raises(ValueError, match=r"got 'Zzzz'$"):
        Far().line(adds=True, kinds=["Bill", "Zzzz"])


@pytest.mark.needs_shared
def test_every_request_of_quickbooks_is_understood_and_its_kind_known():
    rows = (SHARED / "qbxml" / "requests-by-edition.tsv").read_text("utf-8").splitlines()[1:]
    names = [row.split("\t")[0] for row in rows]
    assert len(names) > 200
    for name in names:
        one = asked(HEAD + f"<QBXML><QBXMLMsgsRq><{name}/></QBXMLMsgsRq></QBXML>".encode()).requests[0]
        assert one.act is not None, name
        assert one.kind in known_kinds() or one.kind == "", name


def test_it_says_what_it_lets_through_and_closes_what_it_stands_before():
    inner = Memory(bytes.upper)
    line = Only(inner, adds={"Vendor", "Bill"})
    assert repr(line) == "Only(Memory, reads=True, adds=['Bill', 'Vendor'], mods=False, deletes=False)"
    line.close()
    with pytest.raises(NotSentError, match="closed"):
        inner.send(b"x")


def test_what_the_transport_behind_it_says_is_not_changed():
    with CompanyFile.create() as company, Only(Memory(company.process)) as line:
        assert line.host.country == "US"
        assert str(line.dialect) == "US 13.0"


scopes = st.fixed_dictionaries({
    name: st.booleans() | st.sets(st.sampled_from(["Vendor", "Bill", "Customer", "PurchaseOrder", "OtherName"]))
    for name in ("reads", "adds", "mods", "deletes")
})  # fmt: skip


def allowed(scope, request):
    said = scope[f"{act_of(request)}s"]
    return said if isinstance(said, bool) else kind_of(request) in said


@given(st.lists(requests(), min_size=1, max_size=3), scopes)
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=30)
def test_a_document_passes_if_every_request_in_it_is_within_the_scope(asked, scope):
    passes_if_within(write_requests(asked), asked, scope)


def passes_if_within(document, asked, scope):
    far = Far()
    try:
        far.line(**scope).send(document)
    except OutOfScopeError:
        assert not all(allowed(scope, request) for request in asked)
    assert bool(far.seen) == all(allowed(scope, request) for request in asked), (scope, document)
    assert far.seen in ([], [document])


@pytest.mark.slow
@pytest.mark.parametrize("count", [20_000, pytest.param(100_000, marks=[pytest.mark.long, pytest.mark.timeout(1200)])])
def test_so_many_documents(count):
    """A pool of requests of every kind, dealt out by dice; each document with a scope of its own."""
    pool = []

    @given(requests())
    @settings(max_examples=1500, database=None, suppress_health_check=list(HealthCheck))
    def fill(request):
        pool.append(request)

    fill()
    head, tail = HEAD + b'<QBXML><QBXMLMsgsRq onError="stopOnError">', b"</QBXMLMsgsRq></QBXML>"
    written = [write_requests([request]).partition(b'onError="continueOnError">')[2] for request in pool]
    bodies = [text.partition(b"</QBXMLMsgsRq>")[0] for text in written]
    kinds, dice = sorted({kind_of(request) for request in pool}), Seeded(7)
    far, passed = Far(), 0
    memory = Memory(far.take)
    for _ in range(count):
        chosen = [dice.pick(len(pool)) for _ in range(1 + dice.pick(2))]
        scope = {}
        for name in ("reads", "adds", "mods", "deletes"):
            scope[name] = [False, True, {kinds[dice.pick(len(kinds))], kind_of(pool[chosen[0]])}][dice.pick(3)]
        document = b"".join([head, *(bodies[one] for one in chosen), tail])
        may = all(allowed(scope, pool[one]) for one in chosen)
        with suppress(OutOfScopeError):
            Only(memory, **scope).send(document)
        assert far.seen == ([document] if may else []), (scope, document)
        far.seen.clear()
        passed += may
    assert count // 100 < passed < count - count // 100
