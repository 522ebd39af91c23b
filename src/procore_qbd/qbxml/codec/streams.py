"""One record at a time out of a reply of any size: memory stays flat, and a document cut short gives what was whole.

A company file of some years answers with hundreds of megabytes, and a line may break in the middle of them. So the
document goes through in pieces of 32 kB, and each record is given away and forgotten before the next one is made.

Two readers share the work. The parser sees the whole document and says whether it is whole, where it breaks, and what
QuickBooks answered. The fast reader (`reading.py`) takes records from the text before the parser gets them: in their
place the parser is given one empty element for each run of ordinary records, padded with blanks to the same lines and
columns, so that its messages name the right place and the records come in their order, those that it read itself
between those that it never saw.

That is only right where text is what it seems. So it is done in UTF-8, ASCII and two encodings of one byte a letter,
where the head of the document says nothing strange, and up to the first comment, CDATA, processing instruction, or
record of more than a megabyte; from there on the parser has the document to itself. A piece is cut between records,
never inside one.
"""

from __future__ import annotations

import os
import re
from collections import deque
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from lxml import etree

from procore_qbd.codes import Severity, status
from procore_qbd.errors import RefusedError, ReplyError
from procore_qbd.qbxml.codec.elements import read
from procore_qbd.qbxml.codec.reading import Doubt, plain, reader
from procore_qbd.qbxml.rows.records import Record
from procore_qbd.qbxml.rows.values import RET

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from procore_qbd.qbxml.rows.violations import Violation

__all__ = ["stream"]

R = TypeVar("R", bound=Record)

_CHUNK = 1 << 15


def stream(
    source: str | os.PathLike[str] | BinaryIO | bytes | Iterable[bytes],
    cls: type[R],
    *,
    faults: list[Violation] | None = None,
) -> Iterator[R]:
    """The records of a kind in a document of answers, one after another.

    Nothing is opened before the first record is asked for, and a file that this opened is closed when the last one was
    given or the generator is closed. No more is held in memory than some 32 kB of the document and its records, or one
    record where it is longer.

    Args:
        source: A path, a binary file, the document, or its bytes in pieces as they come from a line.
        cls: The records' class, such as ``Bill``: every ``BillRet`` is one.
        faults: Takes what cannot be read, as `Outcome.faults` does; without it such a record raises.

    Raises:
        ReplyError: It is no qbXML reply, a value cannot be read, or it is cut short: then after every record that was
            whole, saying how many there were and where it broke.
        RefusedError: QuickBooks answered with an error, which comes after the records there were.
        TypeError: QuickBooks sends no such records.
    """
    spec = cls.__record__
    if RET not in spec.shapes:
        raise TypeError(f"QuickBooks sends no {spec.tag} records")
    return _stream(source, cls, faults)


def _stream(source: Any, cls: type[R], faults: list[Violation] | None) -> Iterator[R]:
    tag = f"{cls.__record__.tag}Ret"
    parser = etree.XMLPullParser(
        events=("start", "end"),
        tag=(tag, "QBXMLMsgsRs"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    runs: deque[list[R]] = deque()
    count = 0
    try:
        for element in _elements(parser, _shown(_chunks(source), cls, tag, runs)):
            if element.tag != tag:
                _answered(element)
                continue
            if runs and _RUN in element.attrib:
                records = runs.popleft()
            else:
                found: list[Violation] = []
                records = [read(element, cls, found)]
                if found and faults is None:
                    raise ReplyError(f"{tag} {count + 1}", found)
                if faults is not None:
                    faults.extend(found)
            _forget(element)
            for record in records:
                count += 1
                yield record
        root = parser.close()
    except etree.XMLSyntaxError as error:
        whole = f"{count} {tag} {'was' if count == 1 else 'were'} complete"
        raise ReplyError("XML", [f"{error.msg}; {whole} before it"]) from None
    if root.tag != "QBXML" or root.find("QBXMLMsgsRs") is None:
        raise ReplyError("qbXML reply", [f"expected QBXML with QBXMLMsgsRs inside, got {root.tag!s}"])


def _elements(parser: etree.XMLPullParser[Any], chunks: Iterator[bytes]) -> Iterator[etree._Element]:
    """The elements that the parser looks for; where a document breaks, first those before the break."""
    answers, broken = None, None
    for chunk in chunks:
        try:
            parser.feed(chunk)
        except etree.XMLSyntaxError as error:
            broken = error
        for event, element in parser.read_events():
            if event == "end":
                yield element
            elif answers is None:
                _trust(element)
                answers = element
        if broken is not None:
            raise broken
        for answer in answers if answers is not None else ():
            if str(answer.tag).endswith("Rs"):
                del answer[:-1]  # what nobody asked for; the last one may not have come to its end


# --- records that the parser need not see ----------------------------------------------------------------------------
#
# Most of a document is records in which nothing is out of the ordinary. `reading.py` reads them from the text, and in
# what the parser is given an empty element stands for each run of them, with its lines and columns kept by blanks: so
# the parser still sees that the document is whole, says where it breaks, and gives the records in their order.

_RUN = "__read__"
_STRANGE = ("<!", "<?", _RUN)
_LONGEST = 1 << 20
_HEAD = re.compile(
    rb"(\xef\xbb\xbf)?"
    rb"(?:<\?xml\s+version=[\"']1\.0[\"'](?:\s+encoding=[\"']([A-Za-z0-9-]+)[\"'])?(?:\s+standalone=[\"']\w+[\"'])?\s*\?>\s*)?"
    rb"(?:<\?qbxml\s[^<>?]*\?>\s*)?(?=<QBXML)"
)
_ENCODINGS = {b"utf-8": "utf-8", b"us-ascii": "ascii", b"iso-8859-1": "latin-1", b"windows-1252": "cp1252"}


def _shown(chunks: Iterator[bytes], cls: type[R], tag: str, runs: deque[list[R]]) -> Iterator[bytes]:
    """What the parser is given: the document, with the records that go into ``runs`` blanked out."""
    opening, closing = f"<{tag}>".encode(), f"</{tag}>".encode()
    held = b""
    while b"<QBXML" not in held and len(held) < _CHUNK and (chunk := next(chunks, b"")):
        held += chunk
    head = _HEAD.match(held)
    encoding = head and _ENCODINGS.get((head[2] or b"utf-8").lower())
    if head and encoding and (encoding == "utf-8" or not head[1]):
        yield head[0]
        held = held[head.end() :]
        for chunk in chain((b"",), chunks):
            held += chunk
            cut = _cut(held, opening, closing)
            if len(held) - cut > _LONGEST or (shown := _blanked(held[:cut], encoding, cls, tag, runs)) is None:
                break
            held = held[cut:]
            yield shown
    yield held
    yield from chunks


def _cut(held: bytes, opening: bytes, closing: bytes) -> int:
    """Where to cut what has come: in front of a tag, and in no record."""
    end = held.rfind(closing)
    end = 0 if end < 0 else end + len(closing)
    begun = held.find(opening, end)
    return begun if begun >= 0 else max(end, held.rfind(b"<"))


def _blanked(data: bytes, encoding: str, cls: type[R], tag: str, runs: deque[list[R]]) -> bytes | None:
    """A piece with its ordinary records blanked out; None where text need not be what it seems."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    if any(sign[-1] in text and sign in text for sign in _STRANGE):  # one letter is found sooner than two
        return None
    opening, closing, is_plain, read_one = f"<{tag}>", f"/{tag}>", plain(text), reader(cls)
    another = re.compile(rf"[ \t\r\n]*+{opening}").match
    shown: list[str] = []
    done, at = 0, text.find(opening)
    while at >= 0:
        run: list[R] = []
        start = end = at
        with suppress(Doubt, ValueError):
            while found := another(text, end):
                at = found.end()
                record, end = read_one(text, at, closing, is_plain)
                run.append(record)
        if run:
            runs.append(run)
            shown += text[done:start], _blank(text, start, end, tag)
            done = end
        at = text.find(opening, max(at, end))
    return "".join([*shown, text[done:]]).encode(encoding)


def _blank(text: str, start: int, end: int, tag: str) -> str:
    """An empty element that takes as many lines as a text does, and ends in the same column."""
    opened, last = f'<{tag} {_RUN}=""', text.rfind("\n", start, end)
    if last < 0:
        return opened.ljust(end - start - 2) + "/>"
    return opened + "\n" * text.count("\n", start, end) + "/>".rjust(end - last - 1)


def _chunks(source: Any) -> Iterator[bytes]:
    if isinstance(source, (str, os.PathLike)):
        with open(source, "rb") as file:  # noqa: PTH123  # pathlib takes longer to import than a script wants to wait
            yield from _chunks(file)
    elif hasattr(source, "read"):
        while chunk := source.read(_CHUNK):
            yield chunk
    else:
        for piece in (source,) if isinstance(source, (bytes, bytearray, memoryview)) else source:
            for start in range(0, len(piece), _CHUNK):
                yield bytes(piece[start : start + _CHUNK])


def _trust(element: etree._Element) -> None:
    """A DOCTYPE is refused before anything is read."""
    if element.getroottree().docinfo.doctype:
        raise ReplyError("XML", ["has a DOCTYPE, which qbXML never has; it was refused without being read"])


def _forget(element: etree._Element) -> None:
    """Let go of a record that was read, and of all that stood before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _answered(answers: etree._Element) -> None:
    """Whether QuickBooks refused what was asked."""
    for answer in answers:
        text = answer.get("statusCode", "")
        code = int(text) if re.fullmatch(r"-?\d{1,9}", text) else 0
        if status(code).severity is Severity.ERROR:
            raise RefusedError(str(answer.tag), answer.get("requestID") or "?", code, answer.get("statusMessage") or "")
