"""A cassette: what was said to QuickBooks and what it answered, kept in a file, and played again without QuickBooks.

The file is for people too: one JSON object after the other, first what it is, then one for each document, with the XML
line by line. Texts are stand-ins (``Name 1``, ``Memo 2``), the same text everywhere the same, so that a recording of a
real company file can be shown to others and kept beside the tests.
"""

from __future__ import annotations

import difflib
import io
import json
import os
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

import attrs

from procore_qbd.errors import NotSentError, ReplyError, ReplyLostError, TransportError
from procore_qbd.qbxml.codec.elements import parse
from procore_qbd.qbxml.rows.values import CONTACT_ID, unescape
from procore_qbd.transports.base import BaseTransport, TransportWrapper
from procore_qbd.transports.canonical import Place, Redact, Token, key, places
from procore_qbd.transports.error_json import error_from_json, error_to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from procore_qbd.transports.base import Sender, Transport

    _Key: TypeAlias = tuple[str, str]

__all__ = ["Player", "Recorder", "Redact"]

_VERSION = 1
_STANDS_FOR_ITSELF = "Status OK"
_SHORTEST = 3
"""Characters of a text that is looked for within QuickBooks' own words."""
_MOST_LINES = 40


# --- recording -------------------------------------------------------------------------------------------------------


class Recorder(TransportWrapper):
    """A transport that hands everything on to another one, and keeps it in a cassette.

    Each exchange is on disk before its reply is returned; an error is kept as well as a reply. What is redacted, is
    redacted in the file alone.

    Args:
        transport: Where QuickBooks answers. It is closed with the recorder, where it can be closed.
        path: The file. A cassette that is there is written over, and nothing else is.
        redact: What nobody shall read in the file; ``Redact(texts=False)`` keeps it as it was said.

    Attributes:
        transport: Where QuickBooks answers.
        path: The file.

    Raises:
        ValueError: The file is there, and is no cassette.
        OSError: The file cannot be written.
    """

    def __init__(self, transport: Transport, path: str | os.PathLike[str], redact: Redact | None = None) -> None:
        super().__init__(transport)
        self.path = Path(path)
        self._redact = redact if redact is not None else Redact()
        self._stand_ins = _StandIns()
        if self.path.exists() and (there := self.path.read_bytes()).strip():
            _must_be_a_cassette(self.path, there)
        self._keep({"cassette": _VERSION, "redact": attrs.asdict(self._redact)}, "w")

    def _exchange(self, document: bytes) -> BinaryIO:
        try:
            with self.transport.send(document) as answer:
                reply = answer.read()
        except Exception as error:
            self._keep({"request": self._lines(document), "error": self._error(error)})
            raise
        self._keep({"request": self._lines(document), "reply": self._lines(reply)})
        return io.BytesIO(reply)

    def _keep(self, what: Mapping[str, Any], mode: str = "a") -> None:
        with self.path.open(mode, encoding="ascii", newline="\n") as file:
            file.write(json.dumps(what, indent=1) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def _lines(self, document: bytes) -> list[str] | None:
        """A document as it is kept; None where it is no XML, so that nobody knows what is in it."""
        try:
            root = parse(document)
        except ReplyError:
            return None
        if self._redact.texts or self._redact.amounts:
            found = list(places(root, self._redact))
            for place in found:
                if any(token.kind in {"text", "amount"} for token in place.tokens):
                    place.put("".join(self._stand_ins.of(token, place.name) for token in place.tokens))
            for place in found:  # when all that QuickBooks' own words may repeat is known
                if any(token.kind == "message" for token in place.tokens):
                    place.put(self._said("".join(token.text for token in place.tokens)))
        return _written(root)

    def _error(self, error: Exception) -> dict[str, str | None]:
        data = error_to_json(error)
        return data | {"words": self._said(data["words"] or "")}

    def _said(self, words: str) -> str:
        """QuickBooks' own words, without what it repeats."""
        if self._redact.amounts:
            words = re.sub(r"\d[\d,]*\.\d+", "0.00", words)
        return self._stand_ins.within(words) if self._redact.texts else words


class _StandIns:
    """What stands for each text, and for each amount."""

    def __init__(self) -> None:
        self._of: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()
        self._numbers: Counter[str] = Counter()

    def of(self, token: Token, name: str) -> str:
        """What stands for a token; an id stands for itself.

        Args:
            token: The token.
            name: Where it stands, for a new stand-in: ``Phone`` makes ``Phone 1``.
        """
        if token.kind not in {"text", "amount"}:
            return token.text
        known = key(token)
        if known not in self._of:
            self._of[known] = self._new_amount() if token.kind == "amount" else self._new_text(token.text, name)
        return self._of[known]

    def within(self, words: str) -> str:
        """Words with the known texts replaced, and all between quotation marks that is not known."""
        if words == _STANDS_FOR_ITSELF:
            return words
        words = _replaced(words, self._of, _SHORTEST)
        quoted = re.findall(r'"([^"]*)"', words)
        if any(text.strip() and not self._is_stand_in(text) for text in quoted):
            first, last = words.index('"') + 1, words.rindex('"')  # a name may have quotation marks in it
            inside = self.of(Token("text", words[first:last]), "Text")
            words = words[:first] + inside + words[last:]
        return words

    def _is_stand_in(self, text: str) -> bool:
        """Whether a text says nothing: its parts are stand-ins, or it is an id."""
        return CONTACT_ID.fullmatch(text) is not None or all(
            part.lower() in self._taken for part in text.split(":") if part
        )

    def _new_amount(self) -> str:
        self._numbers["amount"] += 1
        return f"{self._numbers['amount']}.00"

    def _new_text(self, text: str, name: str) -> str:
        """A text that is no longer, so that it fits wherever the other did."""
        name = name.removeprefix("@")
        word = "Name" if name.startswith("FullName") else name[:1].upper() + name[1:]
        self._numbers[word] += 1
        number = self._numbers[word]
        candidates = [f"{word} {number}", f"{word[0]}{number}"]
        found = next((one for one in candidates if len(one) <= len(text) and one.lower() not in self._taken), None)
        size = len(text)
        while found is None:
            if self._numbers[str(size)] == len(_LETTERS) ** size:
                size += 1  # there are no more of this length
            letters = _letters(self._numbers[str(size)], size)
            self._numbers[str(size)] += 1
            found = letters if letters.lower() not in self._taken else None
        self._taken.add(found.lower())
        return found


_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No digits, so that nothing is taken for a number or an id; no vowels, so that nothing is taken for a word."""


def _letters(number: int, size: int) -> str:
    """0 is bBB, 1 is bBC: no code of a currency or a country, no element and no word of a report looks so."""
    text = ""
    for _ in range(size):
        number, letter = divmod(number, len(_LETTERS))
        text = _LETTERS[letter] + text
    return text if size == 1 else text[0].lower() + text[1:]


def _replaced(words: str, known: Mapping[_Key, str], shortest: int = 1) -> str:
    """Words in which known texts are replaced where they stand as words of their own, the longest first."""
    words = unescape(words)
    longest = max((len(text) for _, text in known), default=0)
    starts = [at for at in range(len(words)) if at == 0 or not _is_letter(words[at - 1])]
    ends = [at for at in range(1, len(words) + 1) if at == len(words) or not _is_letter(words[at])]
    small = "".join(one if len(one.lower()) > 1 else one.lower() for one in words)  # letter by letter, as they stand
    out, done = "", 0
    for start in starts:
        if start < done:
            continue
        for end in reversed(ends[bisect_left(ends, start + shortest) : bisect_right(ends, start + longest)]):
            found = known.get(("text", small[start:end]))
            if found is not None:
                out, done = out + words[done:start] + found, end
                break
    return out + words[done:]


def _is_letter(character: str) -> bool:
    return character.isalnum() or character == "_"


def _written(root: Any) -> list[str]:
    out = io.BytesIO()
    root.getroottree().write(out, encoding="us-ascii", xml_declaration=True)
    return out.getvalue().decode("ascii").split("\n")


# --- playing ---------------------------------------------------------------------------------------------------------


class Player(BaseTransport):
    """A transport that answers from a cassette.

    A document is answered by an exchange whose request says the same. It says the same when it has the same version of
    qbXML and the same elements in the same order, and in each of them the same value: ``5.00`` is ``5``, blanks and
    line ends between elements do not matter, nor does the case of texts that are stand-ins. What is another each time
    must only be the same *where it was the same*: ids of requests, message sets, lists, transactions, lines, iterators
    and GUIDs, macros, EditSequences, and texts (and amounts) that are stand-ins in the cassette. Each is known by where
    it came first, in the whole cassette; ids of requests in their document. So two uses of one id, or of one name, must
    be two uses of one.

    A reply has what was sent in the place of what was recorded: who wrote the name ``Alder`` reads ``Alder``, though
    the cassette says ``Name 1``. What came from QuickBooks alone stays as it was recorded, and may be sent back so; a
    text of it may also be sent as whoever knew it before calls it.

    A recorded error is raised again. Nothing is ever written anywhere, so a document that no exchange answers is a
    `NotSentError`, which shows what differs.

    Args:
        path: The cassette.
        sender: The program that sends; it does not matter to a cassette.
        in_order: Whether the documents must come in the order in which they were recorded; otherwise each is answered
            by the first exchange that fits and was not played yet.

    Attributes:
        path: The cassette.
        is_cut: Whether the cassette ends within an exchange, as when the recording program died while it was writing.

    Raises:
        ValueError: The file is no cassette, is damaged, or is of a later release.
        OSError: The file cannot be read.
    """

    def __init__(self, path: str | os.PathLike[str], sender: Sender | None = None, *, in_order: bool = True) -> None:
        super().__init__(sender)
        self.path = Path(path)
        head, exchanges, self.is_cut = _read(self.path, self.path.read_bytes())
        self._redact = head
        self._left = [_Exchange.of(number, data, head, self.path) for number, data in enumerate(exchanges, 1)]
        self._in_order = in_order
        self._known = _Known()
        self._now: _Exchange | None = None

    @property
    def left(self) -> tuple[str, ...]:
        """What was not played: one line for each exchange, its number and its requests."""
        return tuple(str(exchange) for exchange in self._left)

    def _prepare(self, document: bytes) -> None:
        sent = _places(document, self._redact)
        if not self._left:
            cut = "; it ends within an exchange" if self.is_cut else ""
            raise NotSentError(f"{self.path}: the cassette is played to its end{cut}")
        known = self._known.in_another_document()
        for exchange in self._left[:1] if self._in_order else self._left:
            if (learned := known.after(exchange.request, sent)) is not None:
                self._known, self._now = learned, exchange
                self._left.remove(exchange)
                return
        lines = known.form_sent(sent)
        nearest = max(self._left[:1] if self._in_order else self._left, key=lambda one: _alike(known, one, lines))
        raise NotSentError(
            f"{self.path}: the document is not what was recorded\n"
            + _difference(known.form_recorded(nearest.request), lines, str(nearest))
        )

    def _exchange(self, document: bytes) -> BinaryIO:
        del document
        assert self._now is not None  # noqa: S101  it was prepared
        reply = self._now.reply
        if isinstance(reply, TransportError):
            words = self._known.now(Token("message", reply.detail))
            raise error_from_json(error_to_json(reply) | {"words": words})
        root = parse(reply)
        found = list(places(root, self._redact))
        for place in found:
            if any(token.kind != "constant" for token in place.tokens):
                place.put("".join(map(self._known.now, place.tokens)))
        self._known.hear(token for place in found for token in place.tokens)
        return io.BytesIO("\n".join(_written(root)).encode("ascii"))


@attrs.frozen(eq=False)
class _Exchange:
    """One exchange of a cassette."""

    number: int
    request: tuple[Place, ...]
    reply: bytes | TransportError

    @classmethod
    def of(cls, number: int, data: Any, redact: Redact, path: Path) -> _Exchange:
        try:
            request, reply = data["request"], data.get("reply")
            sent = _places("\n".join(request).encode("ascii"), redact) if request is not None else _UNREADABLE
            if "error" in data:
                return cls(number, sent, error_from_json(data["error"]))
            if reply is None:
                return cls(number, sent, ReplyLostError("it was no XML when it was recorded"))
            answer = "\n".join(reply).encode("ascii")
            parse(answer)
        except (KeyError, TypeError, AttributeError, ValueError, ReplyError) as error:
            raise ValueError(f"{path}: exchange {number} is damaged: {type(error).__name__}: {error}") from None
        return cls(number, sent, answer)

    def __str__(self) -> str:
        names = [place.name for place in self.request if place.name.endswith("Rq") and place.name != "QBXMLMsgsRq"]
        return f"exchange {self.number}: {', '.join(names) or 'no request'}"


_UNREADABLE = (Place(0, "no XML"),)


def _places(document: bytes, redact: Redact) -> tuple[Place, ...]:
    try:
        return tuple(places(parse(document), redact))
    except ReplyError:
        return _UNREADABLE


@attrs.define
class _Known:
    """Which live value stands for which recorded one.

    Attributes:
        live: The live value of each recorded one that was sent.
        recorded: The recorded value of each live one.
        heard: What came in a reply: it is known by itself.
    """

    live: dict[_Key, str] = attrs.field(factory=dict)
    recorded: dict[_Key, str] = attrs.field(factory=dict)
    heard: set[_Key] = attrs.field(factory=set)

    def in_another_document(self) -> _Known:
        """The same without the ids of requests, which are new in every document."""
        live, recorded = (
            {known: text for known, text in side.items() if known[0] != "request"}
            for side in (self.live, self.recorded)
        )
        return _Known(live, recorded, self.heard)

    def after(self, recorded: tuple[Place, ...], sent: tuple[Place, ...]) -> _Known | None:
        """What is known when one document has answered to the other; None where they do not say the same."""
        if _shape(recorded) != _shape(sent):
            return None
        then = _Known(dict(self.live), dict(self.recorded), self.heard)
        pairs = [
            (old, new)
            for one, other in zip(recorded, sent, strict=True)
            for old, new in zip(one.tokens, other.tokens, strict=True)
            if old.kind != "constant"
        ]
        for old, new in pairs:
            if old.kind in _MAY_BE_CALLED_OTHERWISE and key(old) in self.heard and then.is_new(old, new):
                then.live[key(old)], then.recorded[key(new)] = new.text, old.text
        if then.form_recorded(recorded) != then.form_sent(sent):
            return None
        for old, new in pairs:
            then.live.setdefault(key(old), new.text)
            then.recorded.setdefault(key(new), old.text)
        return then

    def is_new(self, old: Token, new: Token) -> bool:
        """Whether neither was sent, and the live one is nothing that came in a reply."""
        return key(old) not in self.live and key(new) not in self.recorded and key(new) not in self.heard

    def hear(self, tokens: Iterable[Token]) -> None:
        """What came in a reply is said back as it was recorded."""
        self.heard = self.heard | {key(token) for token in tokens if token.kind in _LAST}

    def now(self, token: Token) -> str:
        """What stands in a reply where a token was recorded."""
        if token.kind == "message" and token.text != _STANDS_FOR_ITSELF:
            return _replaced(token.text, self.live)
        return self.live.get(key(token), token.text)

    def form_recorded(self, document: tuple[Place, ...]) -> list[str]:
        """The canonical form of what was recorded."""
        return _form(
            document, lambda token: token.text if key(token) in self.live or key(token) in self.heard else None
        )

    def form_sent(self, document: tuple[Place, ...]) -> list[str]:
        """The canonical form of what is sent."""
        return _form(
            document, lambda token: self.recorded.get(key(token), token.text if key(token) in self.heard else None)
        )


def _form(document: tuple[Place, ...], name: Callable[[Token], str | None]) -> list[str]:
    """A line for each place: what is known by what was recorded for it, what is new by its number in the document."""
    new: dict[_Key, str] = {}
    count: Counter[str] = Counter()
    lines = []
    for place in document:
        said = []
        for token in place.tokens:
            if token.kind == "constant":
                said.append(token.text)
                continue
            known = name(token)
            if known is not None:
                said.append(f"⟨{token.kind} {key(Token(token.kind, known))[1]}⟩")
                continue
            if key(token) not in new:
                count[token.kind] += 1
                new[key(token)] = f"⟨{token.kind} new {count[token.kind]}⟩"
            said.append(new[key(token)])
        lines.append("  " * place.depth + place.name + (": " if said else "") + "".join(said))
    return lines


_LAST = {"id", "edit", "text", "amount"}
"""What is the same in all documents."""
_MAY_BE_CALLED_OTHERWISE = {"text", "amount"}


def _shape(document: tuple[Place, ...]) -> list[tuple[int, str, tuple[str, ...]]]:
    return [(place.depth, place.name, tuple(token.kind for token in place.tokens)) for place in document]


def _alike(known: _Known, exchange: _Exchange, lines: list[str]) -> float:
    return difflib.SequenceMatcher(None, known.form_recorded(exchange.request), lines, autojunk=False).quick_ratio()


def _difference(recorded: list[str], sent: list[str], name: str) -> str:
    found = list(difflib.unified_diff(recorded, sent, name, "sent", n=3, lineterm=""))
    more = [f"… and {len(found) - _MOST_LINES} lines more"] if len(found) > _MOST_LINES else []
    return "\n".join(found[:_MOST_LINES] + more)


# --- the file --------------------------------------------------------------------------------------------------------


def _read(path: Path, data: bytes) -> tuple[Redact, list[Any], bool]:
    """What is in a cassette: its rules, its exchanges, and whether it is cut short.

    Raises:
        ValueError: It is none, is damaged, or is of a later release.
    """
    _must_be_a_cassette(path, data)
    found: list[Any] = []
    text, end = data.decode("ascii", "replace"), 0
    decoder = json.JSONDecoder()
    while text[end:].strip():
        end += len(text[end:]) - len(text[end:].lstrip())
        try:
            one, end = decoder.raw_decode(text, end)
        except (ValueError, RecursionError):
            if "\n}" in text[end:]:
                raise ValueError(f"{path}: the cassette is damaged after exchange {len(found) - 1}") from None
            return _rules(path, found[0]), found[1:], True
        found.append(one)
    return _rules(path, found[0]), found[1:], False


def _rules(path: Path, head: Any) -> Redact:
    try:
        if head["cassette"] == _VERSION:
            return Redact(**head["redact"])
    except (KeyError, TypeError, re.error) as error:
        raise ValueError(f"{path}: the head of the cassette is damaged: {type(error).__name__}: {error}") from None
    raise ValueError(f"{path}: the cassette is of a later release: version {head['cassette']!r}")


def _must_be_a_cassette(path: Path, data: bytes) -> None:
    try:
        head, _ = json.JSONDecoder().raw_decode(data.decode("ascii", "replace").lstrip())
    except (ValueError, RecursionError):
        head = None
    if not isinstance(head, dict) or "cassette" not in head:
        raise ValueError(f"{path}: is no cassette; it was left as it is")
