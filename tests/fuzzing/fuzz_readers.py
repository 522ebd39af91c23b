"""Bytes that a coverage-guided fuzzer makes up, for every reader; `nox -s fuzz` runs it.

Bytes that begin with ``!`` are no document but say how one is put together, which is well-formed more often than chance
would have it.

Whatever it finds is written to the current folder as ``crash-…``; the same script with that file as its argument
shows it again. Arguments are libFuzzer's: ``-max_total_time=60``, ``-runs=1000``, and folders of documents to begin with.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["procore_qbd"]):
    from procore_qbd.qbxml import Outcome, Ref, Reply, Request, write_reply, write_requests
    from procore_qbd.qbxml.entities.bills import Bill, BillQuery
    from procore_qbd.qbxml.entities.vendors import Vendor

    sys.path.insert(0, str(Path(__file__).parents[1]))
    from fuzzing.readers import survives

BILL = Bill(txn_id="1-1", vendor_ref=Ref(full_name="A & “B”"), memo="line\r\nline")
BEGINNINGS = (
    b"",
    write_reply(Reply(outcomes=(Outcome(name="BillQueryRs", request_id="1", found=(BILL, BILL)),))),
    write_reply(Reply(outcomes=(Outcome(name="VendorAddRs", code=3100, message="it's in use"),), message_set_id="a")),
    write_requests([Request.add(Vendor(name="A")), Request.query(BillQuery(max_returned=5))], new_message_set_id="a"),
    b"!0123456789abcdefghijklmnopqrstuvwxyz",
    b'<QBXML><QBXMLMsgsRs><BillQueryRs statusCode="0"><BillRet><x>&#153;</x></BillRet></BillQueryRs></QBXMLMsgsRs></QBXML>',
)
WORDS = """
< </ /> <!-- --> <![CDATA[ ]]> <!DOCTYPE <!ENTITY <?qbxml <?xml ?> &# &amp; <QBXML> <QBXMLMsgsRs> <QBXMLMsgsRq BillQueryRs
BillAddRq BillAdd BillRet <BillRet> </BillRet> VendorRet JournalEntryRet ExpenseLineRet <TxnID> <ListID> <FullName> <Memo>
<AmountDue> <IsPaid> TimeCreated statusCode= requestID= iteratorID= onError= defMacro= useMacro= encoding='utf-16'
""".split()  # noqa: SIM905  a list would stand forty lines high
TAGS = """
BillRet ExpenseLineRet ItemGroupLineRet VendorRef TxnID FullName Memo AmountDue IsPaid TimeCreated TxnDate TxnNumber
DataExtRet DataExtValue LinkedTxn VendorRet JournalEntryRet JournalDebitLine ErrorRecovery BillQueryRs TxnDelRs QBXMLMsgsRs x
""".split()  # noqa: SIM905  the same
TEXTS = """
1.50|true|2026-11-23|2026-11-23T08:15:00-08:00|8-1| |
|&#13;|&#153;|&amp;|™|]]>|<!-- -->|<?y?>|<![CDATA[<]]>|--5||7 |{00000000-0000-0000-0000-000000000001}|12|PT1H|\t1\r
""".strip("\n").split("|")
ATTRIBUTES = [' x=""', " useMacro='TxnID:1'", ' defMacro="TxnID:1"', " ", "\n", ' a=">"', ' statusCode="--5"']
SELDOM = 7


def built(data: bytes) -> bytes:
    """The document that some bytes describe."""
    choose = atheris.FuzzedDataProvider(data)
    out, open_ = ['<QBXML><QBXMLMsgsRs><BillQueryRs statusCode="0">'], ["QBXML", "QBXMLMsgsRs", "BillQueryRs"]
    while choose.remaining_bytes() and open_:
        match choose.ConsumeIntInRange(0, 5):
            case 0 | 1:
                open_.append(choose.PickValueInList(TAGS))
                attribute = choose.PickValueInList(ATTRIBUTES) if choose.ConsumeIntInRange(0, SELDOM) == SELDOM else ""
                out.append(f"<{open_[-1]}{attribute}>")
            case 2 | 3:
                out.append(f"</{open_.pop()}>")
            case 4:
                out.append(choose.PickValueInList(TEXTS))
            case _:
                out.append(f"<{choose.PickValueInList(TAGS)}{choose.PickValueInList(ATTRIBUTES)}/>")
    out += (f"</{tag}>" for tag in reversed(open_))
    return "".join(out).encode()


def one(data: bytes) -> None:
    """A document as it stands, or as it is described."""
    document = built(data[1:]) if data.startswith(b"!") else data
    try:
        survives(document)
    except BaseException:
        sys.stderr.write(f"document: {document!r}\n")
        raise


def main() -> None:
    """Run libFuzzer with these beginnings and words, and the arguments of the command line."""
    with tempfile.TemporaryDirectory() as folder:
        words = Path(folder) / "words.dict"
        words.write_text("".join('"{}"\n'.format(word.replace('"', '\\"')) for word in WORDS), encoding="ascii")
        arguments = [sys.argv[0], f"-dict={words}", "-timeout=30", "-rss_limit_mb=4096", "-max_len=2000", *sys.argv[1:]]
        if all(argument.startswith("-") for argument in sys.argv[1:]):
            corpus = Path(folder) / "corpus"
            corpus.mkdir()
            for number, beginning in enumerate(BEGINNINGS):
                (corpus / str(number)).write_bytes(beginning)
            arguments.append(str(corpus))
        atheris.Setup(arguments, one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
