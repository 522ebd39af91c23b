"""One document from the inbox to its end, the same on every store; and all of it is there when the file is opened anew."""

import pytest

from procore_qbd import ItemKind, Link
from procore_qbd.domain import Books, CreateVendor, VendorCompany
from procore_qbd.domain.closeout import CloseOut, DetailOutcome
from procore_qbd.errors import JournalError, LeaseLostError
from procore_qbd.journal import Journal, MemoryTables
from procore_qbd.journal.nouns import Beginning, RunEnd, RunPart, Settlement, Write
from procore_qbd.journal.sql import SqlTables
from procore_qbd.journal.states import EffectState, ExchangeState

DOCUMENT, REPLY = b"<?xml version='1.0'?>\x00\xff", b"<QBXML/>"
REQUEST = CreateVendor(company_id=7, request_detail_id=1, vendor=VendorCompany(id=1, name="Zoë & Söhne \U0001f600"))
LINK = Link(kind=ItemKind.VENDOR, procore_id=1, quickbooks_id="80000001-1700000000", name="Zoë & Söhne \U0001f600")
CLOSE_OUT = CloseOut(
    request_name="create_vendor",
    company_id=7,
    details=(
        DetailOutcome(item_type=ItemKind.VENDOR, item_id=1, request_detail_id=1, name="Zoë & Söhne", changed=True),
    ),
    links=(LINK,),
)


def sent_by(journal, claim, run, **how):
    effect = Write(position=0, run=run.id, what="vendor 1", guid="{1}")
    parts = [RunPart(run=run.id, step=0, asked=(0,))]
    return journal.sending(claim, document=DOCUMENT, set_id="S1", parts=parts, effects=[effect], reads={}, **how)


def from_the_inbox_to_the_end(journal):
    journal.register("books")
    assert journal.submit("books", REQUEST, key="1") == journal.submit("books", REQUEST, key="1")
    first = journal.claim("books", "first", 90)
    assert journal.claim("books", "second", 90) is None
    journal.release(first)
    claim = journal.claim("books", "second", 90)
    with pytest.raises(LeaseLostError):
        journal.begin(first, Beginning(list, Books()))
    assert journal.begin(claim, Beginning(lambda _: [], Books())) == ()
    ((run, entry),) = journal.begin(claim, Beginning(list, Books(), renew=90))
    assert entry.request == REQUEST
    read = (b"<read/>", b"<is read/>", [RunPart(run=run.id, step=0, asked=(0,))])
    sent, effects = sent_by(journal, claim, run, asked=[read])
    before = everything(journal)
    with pytest.raises(JournalError, match="is under way already; nothing was sent"):
        sent_by(journal, claim, run)
    assert everything(journal) == before  # what was read with it is not there either
    journal.answered(claim, sent.id, REPLY)
    assert journal.effects(claim, sent.id) == effects
    (effect,) = effects
    done = Settlement(effect=effect.number, move="find done", record=LINK.quickbooks_id)
    journal.settled(claim, sent.id, [done], counter=1)
    ended, _ = journal.ended(claim, [RunEnd(run=run.id, close_out=CLOSE_OUT)])
    assert ended == journal.closings("books")
    journal.link("books", Link(kind=ItemKind.VENDOR, procore_id=2, quickbooks_id="80000002-1700000000"))
    journal.unlink("books", ItemKind.VENDOR, 2)
    journal.note("books", "came late", "for people")


def everything(journal):
    with journal._tables.reading() as rows:
        from procore_qbd.journal.tables import TABLES

        return {table: rows.select(table, {}) for table in TABLES}


def what_is_told(journal):
    (closing,) = journal.closings("books")
    assert closing[1] == CLOSE_OUT
    assert journal.close_out("books", 1) == CLOSE_OUT
    assert journal.count("books") == {"ended": 1}
    assert journal.links("books").find(ItemKind.VENDOR, 1) == LINK
    assert journal.links("books").find(ItemKind.VENDOR, 2) is None
    assert list(journal.all_links("books")) == [LINK]
    assert journal.made("books") == (("vendor 1", "{1}", LINK.quickbooks_id),)
    rows = everything(journal)
    assert [row["times"] for row in rows["generation"]] == [1]
    assert [row["state"] for row in rows["effect"]] == [EffectState.DONE]
    kept = [(row["document"], row["reply"], row["state"]) for row in rows["exchange"]]
    assert kept == [(b"<read/>", b"<is read/>", ExchangeState.SETTLED), (DOCUMENT, REPLY, ExchangeState.SETTLED)]
    return rows


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_both_stores_keep_the_same_of_a_document_and_what_is_opened_anew_has_all_of_it(database, tmp_path, request):
    if database == "sqlite":
        url = f"sqlite:///{tmp_path / 'books.journal'}"
    else:
        url = request.getfixturevalue("server").schema()
    kept = []
    for tables in (MemoryTables(), SqlTables(url)):
        journal = Journal(tables, clock=lambda: 1000.0)
        from_the_inbox_to_the_end(journal)
        kept.append(what_is_told(journal))
        journal.close()
    with Journal(SqlTables(url), clock=lambda: 2000.0) as journal:
        kept.append(what_is_told(journal))
        claim = journal.claim("books", "third", 90)
        assert claim.token == 3
        assert journal.under_way(claim) == ()
        journal.told("books", [number for number, _ in journal.closings("books")])
        assert journal.closings("books") == ()
    assert kept[0] == kept[1] == kept[2]
