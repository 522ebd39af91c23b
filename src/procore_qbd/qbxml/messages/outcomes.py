"""A batch of outcomes in: the reply holds one answer to each request, in the same order.

A refusal is an outcome like any other: nothing raises until somebody asks for a record that is not there.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING, Annotated, BinaryIO, TypeVar

import attrs
from lxml import etree

from procore_qbd.cards import HasCard
from procore_qbd.codes import Effect, Severity, status
from procore_qbd.errors import RefusedError, ReplyError
from procore_qbd.qbxml.codec.elements import attribute, attributes, parse, read, write
from procore_qbd.qbxml.codec.reading import Doubt
from procore_qbd.qbxml.codec.writing import writer
from procore_qbd.qbxml.entities import entity, find
from procore_qbd.qbxml.messages.requests import Request, numbered
from procore_qbd.qbxml.rows.records import OneOf, Record, record
from procore_qbd.qbxml.rows.values import QUERY, RET, Guid, Id, Integer, Text
from procore_qbd.qbxml.rows.violations import Rule, Violation, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from procore_qbd.cards import Card
    from procore_qbd.qbxml.rows.records import Spec

__all__ = ["ABANDONED", "UNREADABLE", "ErrorRecovery", "Outcome", "Reply", "inlined", "read_reply", "write_reply"]

R = TypeVar("R", bound=Record)


@record(choices=(OneOf.of("list_id", "owner_id", "txn_id"),))
@attrs.frozen(kw_only=True, slots=False)
class ErrorRecovery(Record):
    """What QuickBooks says of a record that it saved although the answer is an error."""

    list_id: Annotated[str | None, Id("ListID")] = None
    owner_id: Annotated[str | None, Guid("OwnerID")] = None
    txn_id: Annotated[str | None, Id("TxnID")] = None
    txn_number: Annotated[int | None, Integer("TxnNumber")] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16)] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID")] = None


UNREADABLE = -1
"""The code of an answer without a statusCode that can be read: nobody knows what became of its request."""

ABANDONED = -2
"""The code of an answer that a person gave in QuickBooks' place: the request is not to be carried out."""

_NEVER_TRIED = 3231
_COMMITTED = {Effect.DONE: True, Effect.DONE_WITH_DEFECT: True, Effect.NOT_DONE: False, Effect.UNKNOWN: None}


@attrs.frozen(kw_only=True)
class Outcome(HasCard):
    """QuickBooks' answer to one request.

    Attributes:
        name: The answer's element, ``'VendorAddRs'``.
        code: The ``statusCode``; `procore_qbd.codes.status` says what it means. `UNREADABLE` where it is no number.
        severity: As QuickBooks printed it; trust the code.
        message: QuickBooks' own words.
        found: What came back, whether or not the request was refused; see `records`.
        faults: Values in there that could not be read.
        unmodelled: Elements that nobody modelled.
        ret_count: How many records came back, where the query counts.
        iterator_remaining_count: How many are still to come, where the query is taken in pieces.
    """

    name: str
    request_id: str | None = None
    code: int = 0
    severity: str | None = None
    message: str = ""
    found: tuple[Record, ...] = ()
    faults: tuple[Violation, ...] = ()
    unmodelled: tuple[str, ...] = ()
    error_recovery: ErrorRecovery | None = None
    ret_count: int | None = None
    iterator_remaining_count: int | None = None
    iterator_id: str | None = None

    @property
    def ok(self) -> bool:
        """Whether QuickBooks carried the request out, be it with a warning; "no match" and "not found" are answers."""
        return status(self.code).severity is not Severity.ERROR

    @property
    def tried(self) -> bool:
        """Whether QuickBooks came to the request at all; after an error it may have stopped before it."""
        return self.code != _NEVER_TRIED

    @property
    def committed(self) -> bool | None:
        """Whether the request changed the company file, even with a defect; None if it is not known.

        A query changes nothing. The rest goes by the code, as `procore_qbd.codes` has it; but where an error comes with
        an `ErrorRecovery` there may be a record all the same, so that is not known either, nor what a request did that
        nobody modelled. What is not known is looked up before it is sent again.
        """
        known = find(self.name.removesuffix("Rs"))
        if known is not None and known[1] is QUERY:
            return False
        committed = _COMMITTED[status(self.code).effect]
        if known is None and committed:  # it may have been a query
            return None
        return None if committed is False and self.error_recovery is not None else committed

    def records(self, cls: type[R]) -> tuple[R, ...]:
        """The records of a kind that came back.

        Raises:
            RefusedError: QuickBooks refused the request.
            ReplyError: Something in the answer cannot be read.
        """
        if not self.ok and not (self.code == UNREADABLE and self.faults):
            raise RefusedError(self.name, self.request_id or "?", self.code, self.message)
        if self.faults:
            raise ReplyError(f"{self.name} {self.request_id or '?'}", self.faults)
        return tuple(found for found in self.found if isinstance(found, cls))

    def record(self, cls: type[R]) -> R:
        """The one record that came back.

        Raises:
            RefusedError: QuickBooks refused the request.
            ReplyError: Something in the answer cannot be read, or there is no record, or there are several.
        """
        records = self.records(cls)
        if len(records) != 1:
            raise ReplyError(
                f"{self.name} {self.request_id or '?'}", [f"expected one {cls.__record__.tag}, got {len(records)}"]
            )
        return records[0]

    def _card(self) -> Card:
        from procore_qbd.cards import Card, facts
        from procore_qbd.cards.words import request
        from procore_qbd.qbxml.rows.cards import grid_of, grids_of, violations_grid

        known = status(self.code)
        ending = "done" if self.ok else "not readable" if self.code == UNREADABLE else "refused"
        about = facts(
            (
                ("Code", f"{self.code}: {known.meaning}"),
                ("What to do", "" if self.ok else known.advice),
                ("QuickBooks said", self.message if self.code else None),
                ("Written", {True: "yes", False: "no", None: "not known"}[self.committed]),
                ("Request", self.request_id),
                ("Records counted", self.ret_count),
                ("Still to come", self.iterator_remaining_count),
                ("Not known to this library", ", ".join(self.unmodelled)),
            )
        )
        faults = [violations_grid(self.faults, title="Cannot be read")] if self.faults else []
        saved = [] if self.error_recovery is None else [grid_of([self.error_recovery], title="Saved all the same")]
        return Card(title=f"{request(self.name)}: {ending}", grids=(about, *faults, *grids_of(self.found), *saved))


@attrs.frozen(kw_only=True)
class Reply:
    """A document of answers.

    Attributes:
        message_set_id: The ``newMessageSetID`` of the document that is answered.
        message_set_status: For error recovery: None where no id was given, 0 where all is well.
    """

    outcomes: tuple[Outcome, ...]
    message_set_id: str | None = None
    message_set_status: int | None = None

    def match(self, requests: Sequence[Request]) -> tuple[Outcome | None, ...]:
        """Each request's answer, by its ``requestID``; None where there is none, so that its outcome is not known.

        Args:
            requests: Those of the document that is answered; `numbered` says their ids.

        Raises:
            ReplyError: The reply is not to these requests: an answer appears twice, or to what was not asked.
            ValueError: Two requests have the same id.
        """
        asked = dict(zip(numbered(requests), requests, strict=True))
        if len(asked) != len(requests):
            raise ValueError("expected a requestID of its own for each request, or none")
        found: dict[str | None, Outcome] = {}
        faults = []
        for outcome in self.outcomes:
            request = asked.get(outcome.request_id or "")
            where = f"{outcome.name} {outcome.request_id or '?'}"
            if request is None:
                faults.append(f"{where} answers a request that was not sent")
            elif outcome.name != request.name.removesuffix("Rq") + "Rs":
                faults.append(f"{where} answers no {request.name}")
            elif outcome.request_id in found:
                faults.append(f"{where} appears twice")
            found[outcome.request_id] = outcome
        if faults:
            raise ReplyError("reply", faults)
        return tuple(found.get(number) for number in asked)


def read_reply(document: bytes | BinaryIO) -> Reply:
    """Read a document of answers, leniently: what cannot be read is in the outcome's ``faults``.

    Raises:
        ReplyError: It is no qbXML reply.
    """
    root = parse(document)
    answers = root.find("QBXMLMsgsRs")
    if root.tag != "QBXML" or answers is None:
        raise ReplyError("qbXML reply", [f"expected QBXML with QBXMLMsgsRs inside, got {root.tag!s}"])
    code = answers.get("messageSetStatusCode")
    return Reply(
        outcomes=tuple(_read_outcome(answer) for answer in answers),
        message_set_id=attribute(answers, "newMessageSetID"),
        message_set_status=_integer(code),
    )


def _integer(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"-?\d{1,9}", text) else None


def inlined(answer: etree._Element, spec: Spec) -> etree._Element:
    """The record of an answer whose elements stand in the answer itself, moved into one of its own."""
    body = etree.Element(f"{spec.tag}Ret")
    body.extend([child for child in answer if child.tag != "ErrorRecovery"])
    return body


def _read_outcome(answer: etree._Element) -> Outcome:
    name = str(answer.tag)
    faults: list[Violation] = []
    found: list[Record] = []
    unmodelled: list[str] = []
    recovery = None
    if (inline := entity(name.removesuffix("Rs"))) is not None and inline.__record__.inline:
        body = inlined(answer, inline.__record__)
        if len(body):
            found.append(read(body, inline, faults))
    for child in answer:
        tag = str(child.tag)
        if tag == "ErrorRecovery":
            recovery = read(child, ErrorRecovery, faults)
        elif (known := find(tag)) is not None and known[1] is RET:
            found.append(read(child, known[0], faults))
        else:
            unmodelled.append(tag)
    code = _integer(answer.get("statusCode"))
    if code is None:
        said = answer.get("statusCode")
        message = "is missing" if said is None else f"expected a whole number, got {quoted(said)}"
        rule = Rule.REQUIRED if said is None else Rule.FORMAT
        path = f"{name}/@statusCode"
        faults.append(Violation(path=path, rule=rule, message=message, line=answer.sourceline))
    return Outcome(
        name=name,
        request_id=attribute(answer, "requestID"),
        code=UNREADABLE if code is None else code,
        severity=answer.get("statusSeverity"),
        message=attribute(answer, "statusMessage") or "",
        found=tuple(found),
        faults=tuple(faults),
        unmodelled=tuple(unmodelled),
        error_recovery=recovery,
        ret_count=_integer(answer.get("retCount")),
        iterator_remaining_count=_integer(answer.get("iteratorRemainingCount")),
        iterator_id=attribute(answer, "iteratorID"),
    )


def write_reply(reply: Reply, written: Sequence[str | None] = ()) -> bytes:
    """A document of answers as QuickBooks writes it: ASCII, and no ``<?qbxml?>`` in its head.

    Args:
        reply: The answers.
        written: By outcome, the element of its one record where it is at hand in writing, with no blanks before it.
    """
    code = None if reply.message_set_status is None else str(reply.message_set_status)
    head = attributes({"newMessageSetID": reply.message_set_id, "messageSetStatusCode": code})
    out = ['<?xml version="1.0" ?>\n', f"<QBXML>\n<QBXMLMsgsRs{head}>\n"]
    for outcome, text in zip_longest(reply.outcomes, written):
        counts = (outcome.ret_count, outcome.iterator_remaining_count)
        ret_count, remaining = (None if count is None else str(count) for count in counts)
        said = {
            "requestID": outcome.request_id,
            "statusCode": str(outcome.code),
            "statusSeverity": outcome.severity or status(outcome.code).severity.value,
            "statusMessage": outcome.message,
            "retCount": ret_count,
            "iteratorRemainingCount": remaining,
            "iteratorID": outcome.iterator_id,
        }
        if not outcome.found and outcome.error_recovery is None:
            out.append(f"<{outcome.name}{attributes(said)} />\n")
            continue
        out.append(f"<{outcome.name}{attributes(said)}>\n")
        if text is not None:
            out.append(f"{text}\n")
        else:
            for found in outcome.found:
                _write_found(found, out)
        if outcome.error_recovery is not None:
            write(outcome.error_recovery, RET, "ErrorRecovery", out)
        out.append(f"</{outcome.name}>\n")
    out.append("</QBXMLMsgsRs>\n</QBXML>\n")
    return "".join(out).encode("ascii")


def _write_found(found: Record, out: list[str]) -> None:
    tag, mark = f"{found.__record__.tag}Ret", len(out)
    try:
        writer(type(found), RET, None)(found, tag, out, "", "")
    except Doubt:
        del out[mark:]
        write(found, RET, tag, out)
    if found.__record__.inline:
        del out[-1], out[mark]
