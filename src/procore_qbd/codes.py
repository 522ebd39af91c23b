"""The codes of QuickBooks and of its Web Connector as data: what each means, who has to act, what was written.

>>> status(3200).meaning
'the record was changed in QuickBooks after it was read'
>>> hresult(0x80040414).move
<Move.BOOKKEEPER: 'bookkeeper'>
>>> status(3180).retryable, is_transient(3180, "The list has been modified by another user.")
(False, True)
>>> str(web_connector(1041)), web_connector(1041).effect, web_connector(1042).effect
('QBWC1041', <Effect.NOT_DONE: 'not_done'>, <Effect.UNKNOWN: 'unknown'>)

QuickBooks answers one request with a *statusCode*, and a document that it does not answer so with an *HRESULT*: many of
these say that it was not taken, some leave open what was written. Where Windows fails on the way to QuickBooks, the
HRESULT is one of Windows'. A *QBWC code* is what the Web Connector shows and logs where it runs. The numbers are Intuit's
and Microsoft's; the meanings and the advice are ours, for a bookkeeper to read.
"""
# ruff: noqa: E501  # the tables are read row by row: one line a code

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "HRESULTS",
    "STATUSES",
    "WEB_CONNECTOR_CODES",
    "WINDOWS_CODES",
    "Effect",
    "Hresult",
    "Move",
    "Severity",
    "Status",
    "WebConnectorCode",
    "hresult",
    "is_name_in_use",
    "is_transient",
    "status",
    "web_connector",
]


class Severity(StrEnum):
    """The three ranges of statusCode, spelled as ``statusSeverity`` is on the wire."""

    INFO = "Info"
    WARN = "Warn"
    ERROR = "Error"


class Effect(StrEnum):
    """What a request did to the company file.

    ``DONE``: processed. ``DONE_WITH_DEFECT``: processed, but something is missing from it or from the reply; sending it
    again would do it twice. ``NOT_DONE``: nothing was written. ``UNKNOWN``: nobody can say from the code alone; look
    before sending anything again.
    """

    DONE = "done"
    DONE_WITH_DEFECT = "done_with_defect"
    NOT_DONE = "not_done"
    UNKNOWN = "unknown"

    @property
    def words(self) -> str:
        """Whether something was written, in plain words: "yes", "no"."""
        return _EFFECT_WORDS[self]


_EFFECT_WORDS = {
    Effect.DONE: "yes",
    Effect.DONE_WITH_DEFECT: "yes, with a defect",
    Effect.NOT_DONE: "no",
    Effect.UNKNOWN: "unknown",
}


class Move(StrEnum):
    """Who has to act.

    ``NOBODY``: all is well. ``WAIT``: nobody, it passes by itself. ``INTEGRATION``: the program, or who maintains it.
    ``BOOKKEEPER``: who works in QuickBooks and decides on records. ``ADMINISTRATOR``: who may grant access, install and
    repair, in QuickBooks or in Windows.
    """

    NOBODY = "nobody"
    WAIT = "wait"
    INTEGRATION = "integration"
    BOOKKEEPER = "bookkeeper"
    ADMINISTRATOR = "administrator"


@attrs.frozen(kw_only=True)
class _Code:
    """What a statusCode, an HRESULT and a code of the Web Connector have in common.

    Attributes:
        effect: What was written.
        move: Who has to act.
        retryable: Whether the same request may be sent again unchanged without anybody's decision; only ever true
            where nothing was written.
        meaning: What it means, in plain words, to follow a colon.
        advice: What to do, or ``''``.
    """

    effect: Effect
    move: Move
    retryable: bool
    meaning: str
    advice: str


@attrs.frozen(kw_only=True)
class Status(_Code):
    """A ``statusCode``: how one request ended, or as ``messageSetStatusCode`` what error recovery has to say."""

    code: int

    @property
    def severity(self) -> Severity:
        """By the code's range; a ``statusSeverity`` that contradicts it occurs in the wild and is not to be trusted."""
        if 0 <= self.code < _FIRST_WARNING:
            return Severity.INFO
        return Severity.WARN if 0 <= self.code < _FIRST_ERROR else Severity.ERROR


@attrs.frozen(kw_only=True)
class Hresult(_Code):
    """An HRESULT: why a whole document was not answered, so ``effect`` speaks of every request in it.

    Attributes:
        number: Unsigned, for instance ``0x80040400``.
    """

    number: int

    def __str__(self) -> str:
        return f"0x{self.number:08X}"


@attrs.frozen(kw_only=True)
class WebConnectorCode(_Code):
    """A code of the Web Connector: what its window and its log show where an update, or a .qwc file, failed.

    ``effect`` speaks of what was under way; what QuickBooks answered before, it did.

    Attributes:
        number: For instance 1041.
    """

    number: int

    def __str__(self) -> str:
        return f"QBWC{self.number}"


_FIRST_WARNING = 500
_FIRST_ERROR = 1000
_REFUSALS: Final = range(3000, 9000)
"""Errors that speak of the request; those around them speak of QuickBooks itself or of error recovery."""

_DONE, _FLAW, _NOT, _OPEN = Effect.DONE, Effect.DONE_WITH_DEFECT, Effect.NOT_DONE, Effect.UNKNOWN
_NOBODY, _WAIT, _PROG = Move.NOBODY, Move.WAIT, Move.INTEGRATION
_BOOK, _ADMIN = Move.BOOKKEEPER, Move.ADMINISTRATOR
_NO, _YES = False, True

# fmt: off
_STATUS_TABLE: Final[tuple[tuple[int, Effect, Move, bool, str, str], ...]] = (
    # code  what was written; whose move; send again unchanged?
    # Information: processed.
    (   0, _DONE, _NOBODY, _NO,  "done", ""),
    (   1, _DONE, _NOBODY, _NO,  "nothing in the company file matches the query", ""),
    # Warnings: processed, with something missing.
    ( 500, _FLAW, _PROG,   _NO,  "some of the records asked for by id, name or number are not there; the others are returned", "take what is missing as deleted, merged or renamed"),
    ( 501, _FLAW, _PROG,   _NO,  "processed, but this qbXML version has no way to show the record", "read it with a newer version; do not send it again"),
    ( 510, _FLAW, _PROG,   _NO,  "processed, but QuickBooks keeps the record to itself", "look it up by name or number; do not send it again"),
    ( 530, _FLAW, _PROG,   _NO,  "processed, but a field was left out that this QuickBooks does not have", "check the record, and send the field only where it exists"),
    ( 531, _FLAW, _PROG,   _NO,  "processed, but a choice was left out that this QuickBooks does not offer", "check the record, and send the choice only where it exists"),
    ( 540, _FLAW, _PROG,   _NO,  "the query matches more than one answer may hold; the rest is missing", "ask in smaller parts"),
    ( 550, _FLAW, _BOOK,   _NO,  "saved, but without its notes", "type the notes in QuickBooks"),
    ( 560, _FLAW, _PROG,   _NO,  "processed, but it uses a field that QuickBooks may stop supporting", "do without the field"),
    ( 570, _FLAW, _BOOK,   _NO,  "saved, but not linked to the other transaction, which is closed", "check in QuickBooks whether the two belong together"),
    ( 600, _OPEN, _PROG,   _NO,  "no answer is kept under this message set id", "make sure the right company file is open, then look for the records before sending anything again"),
    # The request as a whole.
    (1000, _OPEN, _PROG,   _NO,  "QuickBooks failed within itself while at work", "look for the record before sending it again; if it stays, have the company file verified"),
    (1010, _NOT,  _WAIT,   _YES, "QuickBooks is not available for the moment", "try again later"),
    (1030, _NOT,  _PROG,   _NO,  "this QuickBooks does not know such a request", "check its edition and qbXML version"),
    (1060, _NOT,  _PROG,   _NO,  "the request's own id cannot be used", "give it at most 50 characters"),
    # Values that cannot be read.
    (3000, _NOT,  _PROG,   _NO,  "an id is malformed, or does not belong in this place", "take ids as QuickBooks returned them"),
    (3010, _NOT,  _PROG,   _NO,  "a yes or no is neither", "write true or false"),
    (3020, _NOT,  _PROG,   _NO,  "a date cannot be read", "write it as 2026-01-31"),
    (3030, _NOT,  _PROG,   _NO,  "a date range ends before it begins", "exchange the two dates"),
    (3031, _NOT,  _PROG,   _NO,  "the bounds of a range cannot be used", "check both bounds"),
    (3035, _NOT,  _PROG,   _NO,  "a length of time cannot be read", "write it as PT2H30M0S"),
    (3040, _NOT,  _PROG,   _NO,  "an amount cannot be read", "write it with two decimals and a point"),
    (3045, _NOT,  _PROG,   _NO,  "a price cannot be read", "write it with at most five decimals and a point"),
    (3050, _NOT,  _PROG,   _NO,  "a percentage cannot be read", "write it with at most five decimals, a point and no sign"),
    (3060, _NOT,  _PROG,   _NO,  "a quantity cannot be read", "write it with at most five decimals and a point"),
    (3065, _NOT,  _PROG,   _NO,  "a GUID cannot be read", "write it in braces with hyphens"),
    (3070, _NOT,  _PROG,   _NO,  "a text has more characters than its field holds", "shorten it"),
    (3080, _NOT,  _PROG,   _NO,  "a text holds what QuickBooks does not take", "check it for unusual characters"),
    (3085, _NOT,  _PROG,   _NO,  "a number cannot be read", "write digits, and a point where decimals are allowed"),
    (3090, _NOT,  _PROG,   _NO,  "QuickBooks could not put a value into its field", "see its own words; a name may hold no colon"),
    # Names, references and combinations.
    (3100, _NOT,  _BOOK,   _NO,  "another record has this name already", "choose another name, or link to the record that has it; customers, vendors, employees and other names share their names, and so do items of all kinds"),
    (3101, _NOT,  _PROG,   _NO,  "quantity times rate is more than QuickBooks can hold", "check both, or split the line"),
    (3110, _NOT,  _PROG,   _NO,  "a value is none of its field's choices", "pick one that this edition and qbXML version offer"),
    (3120, _NOT,  _PROG,   _NO,  "the record to work on does not exist", "look it up again; it may be deleted or merged"),
    (3121, _NOT,  _PROG,   _NO,  "no custom field of this owner exists for this kind of record", "define the custom field first"),
    (3130, _NOT,  _BOOK,   _NO,  "the parent that a record should stand under cannot be used", "create the parent, or choose another"),
    (3140, _NOT,  _BOOK,   _NO,  "a record that is referred to does not exist or does not fit", "create it in QuickBooks, or choose another"),
    (3150, _NOT,  _PROG,   _NO,  "something required was left out", "fill in the field that QuickBooks names"),
    (3151, _NOT,  _PROG,   _NO,  "a field has no place in this request", "leave the field out"),
    (3153, _NOT,  _PROG,   _NO,  "fields exclude each other, although each is right by itself", "send one of them only"),
    # Changing, deleting and saving.
    (3160, _NOT,  _BOOK,   _NO,  "the record cannot be deleted, most often because others use it", "make it inactive instead"),
    (3161, _NOT,  _BOOK,   _NO,  "the transaction to delete lies in a closed period", "leave it, or have the closing date moved"),
    (3162, _NOT,  _BOOK,   _NO,  "this can be done in single-user mode only", "switch the company file to single-user mode"),
    (3170, _NOT,  _BOOK,   _NO,  "the change could not be saved", "see QuickBooks' own words"),
    (3171, _NOT,  _BOOK,   _NO,  "the transaction, new or changed, lies in a closed period", "use a later date, or have the closing date moved"),
    (3172, _NOT,  _BOOK,   _NO,  "the transaction lies in the period that was condensed and can no longer change", "enter a correction with a later date"),
    (3173, _NOT,  _PROG,   _NO,  "a transaction that belongs to this one changed meanwhile or is gone", "read both again"),
    (3175, _NOT,  _BOOK,   _NO,  "somebody has the record open", "close it in QuickBooks, then send it again"),
    (3176, _NOT,  _BOOK,   _NO,  "somebody has a transaction open that belongs to this one", "close it in QuickBooks, then send it again"),
    (3177, _NOT,  _PROG,   _NO,  "the same transaction is named twice", "name it once"),
    (3180, _NOT,  _BOOK,   _NO,  "the record could not be saved", "see QuickBooks' own words"),
    (3185, _NOT,  _BOOK,   _NO,  "the transaction cannot be voided", "void or reverse it in QuickBooks"),
    (3190, _NOT,  _PROG,   _NO,  "this field cannot be emptied", "send another value, or leave the field alone"),
    (3200, _NOT,  _PROG,   _NO,  "the record was changed in QuickBooks after it was read", "read it again and repeat the change on what it says now"),
    (3205, _NOT,  _PROG,   _NO,  "the address cannot be put together from its lines", "check their number and length"),
    (3210, _NOT,  _PROG,   _NO,  "a field holds a value that QuickBooks does not accept here", "see its own words"),
    # Permissions, features and modes.
    (3220, _NOT,  _ADMIN,  _NO,  "the user or the program may not do this, or the feature is off", "grant it in the user's role, or turn the feature on"),
    (3230, _NOT,  _PROG,   _YES, "undone together with its batch", "send it again once the request that failed is mended"),
    (3231, _NOT,  _PROG,   _YES, "never tried: an earlier request stopped the batch", "send it again once the request that failed is mended"),
    (3240, _NOT,  _PROG,   _NO,  "a record named in the request is not in this company file", "look it up again; its id may be that of another company file, or of a copy"),
    (3250, _NOT,  _ADMIN,  _NO,  "the feature is off, or this QuickBooks does not have it", "turn it on in the preferences, if it is there"),
    (3260, _NOT,  _ADMIN,  _NO,  "the QuickBooks user's role does not allow this", "give the user a role that does"),
    (3261, _NOT,  _ADMIN,  _NO,  "the program may not see personal data such as tax numbers", "allow it under Integrated Applications in the preferences"),
    (3262, _NOT,  _ADMIN,  _NO,  "this needs a payroll subscription, and the company file has none", "subscribe, or do without"),
    (3263, _NOT,  _ADMIN,  _NO,  "the program is registered to read only", "register it to write too, and allow that"),
    (3270, _NOT,  _BOOK,   _NO,  "there is no account to post to", "give the item or the line an account"),
    (3280, _NOT,  _BOOK,   _NO,  "an item of this type does not go on this kind of line", "choose another item"),
    (3290, _NOT,  _PROG,   _NO,  "the lines stand in another order than in QuickBooks", "read the transaction again and keep its order"),
    (3300, _NOT,  _BOOK,   _NO,  "QuickBooks did not manage to show the window", "open it by hand"),
    (3301, _NOT,  _BOOK,   _NO,  "somebody has to be logged in at the screen for this", "log in to QuickBooks, then send it again"),
    (3310, _NOT,  _BOOK,   _NO,  "nobody has decided whether this employee's hours make paychecks", "decide it in the employee's payroll settings"),
    (3320, _NOT,  _PROG,   _NO,  "QuickBooks did not manage to make the report", "check what the report was asked for"),
    (3330, _NOT,  _PROG,   _NO,  "a value is right elsewhere but not in this request", "choose another value"),
    (3340, _NOT,  _PROG,   _NO,  "this cannot be asked while QuickBooks reports an event", "send it after the event is answered"),
    (3350, _NOT,  _BOOK,   _NO,  "there is no room for another public custom field", "remove one that is not used"),
    (3351, _NOT,  _PROG,   _NO,  "public custom fields cannot be attached to, or taken off, this kind of record", "choose another kind, or a private field"),
    (3352, _NOT,  _PROG,   _NO,  "a custom field of this name exists for kinds of record that do not go with this one", "choose another name"),
    (3360, _NOT,  _ADMIN,  _NO,  "the program to notify is not registered in Windows", "install it again on this computer"),
    # Error recovery: of a message set, not of one request.
    (9001, _OPEN, _PROG,   _NO,  "an answer is kept under this message set id, but to another document", "look for the records, and never use an id twice"),
    (9002, _OPEN, _PROG,   _NO,  "the answer to this document was not kept, or not whole", "look for the records before sending anything again"),
    (9003, _OPEN, _PROG,   _NO,  "error recovery failed in a way that is not described", "look for the records before sending anything again"),
    (9004, _OPEN, _PROG,   _NO,  "the message set id is too long", "look for the records, and use ids of at most 23 characters"),
    (9005, _OPEN, _PROG,   _NO,  "the answer could not be kept, so it cannot be asked for again", "go by this reply, request by request; without it look for the records"),
    # Macros: a name for an id that does not exist yet.
    (9100, _NOT,  _PROG,   _NO,  "two records are given one macro name", "give each its own"),
    (9101, _NOT,  _PROG,   _NO,  "a macro name has too many characters", "shorten it"),
    (9102, _NOT,  _PROG,   _NO,  "a macro name has characters that are not allowed", "use letters and digits"),
    (9103, _NOT,  _PROG,   _NO,  "the record behind a macro name was never made", "mend the request that should have made it"),
)

_HRESULT_TABLE: Final[tuple[tuple[int, Effect, Move, bool, str, str], ...]] = (
    # 0x8004030x come from Intuit's session manager (QBFC); the ones raised while a reply is read leave open what was done.
    (0x80040300, _OPEN, _PROG,  _NO,  "a field was read that has no value", "ask whether there is a value first"),
    (0x80040301, _OPEN, _PROG,  _NO,  "the reply could not be understood", "look for the records before sending anything again"),
    (0x80040302, _NOT,  _PROG,  _NO,  "a value is none of its field's choices", "pick one of them"),
    (0x80040303, _NOT,  _PROG,  _NO,  "a number is too large or too small", "check the number"),
    (0x80040304, _NOT,  _PROG,  _NO,  "a text has more characters than its field holds", "shorten it"),
    (0x80040305, _NOT,  _PROG,  _NO,  "a value is not written as its field wants it", "check dates, amounts and ids"),
    (0x80040306, _OPEN, _PROG,  _NO,  "a field was read that had been emptied", "ask whether there is a value first"),
    (0x80040307, _NOT,  _PROG,  _NO,  "the document did not pass the check before sending", "see the words beside the number"),
    (0x80040308, _OPEN, _ADMIN, _NO,  "the QuickBooks SDK did not respond", "look for the records; repair the SDK if it stays"),
    (0x80040309, _NOT,  _ADMIN, _NO,  "a trial build of the QuickBooks SDK is installed", "install a released one"),
    (0x8004030A, _NOT,  _PROG,  _NO,  "QuickBooks cannot speak this qbXML version", "use a version that it lists"),
    (0x8004030B, _NOT,  _PROG,  _NO,  "the feature came with a later qbXML version than the one in use", "use the later version, or leave it out"),
    (0x8004030C, _NOT,  _PROG,  _NO,  "requests for QuickBooks Desktop and QuickBooks Online are mixed up", "use the session manager of the right one"),
    (0x8004030D, _OPEN, _ADMIN, _NO,  "the network connection failed", "look for the records before sending anything again; check the connection"),
    (0x8004030E, _OPEN, _PROG,  _NO,  "error recovery has something to say", "ask for the answer that is kept"),
    (0x8004030F, _NOT,  _ADMIN, _NO,  "the call is newer than the installed request processor", "install a newer one"),
    (0x80040310, _NOT,  _PROG,  _NO,  "an earlier answer is still kept and comes first", "ask for that answer and clear it, then send this document"),
    (0x80040311, _NOT,  _PROG,  _NO,  "there is no connection ticket", "sign in first"),
    (0x80040312, _NOT,  _PROG,  _NO,  "the country is not one that QuickBooks knows", "use US, CA, UK or AU"),
    (0x80040400, _NOT,  _PROG,  _NO,  "the document does not have the structure of its qbXML version", "check the order of elements, unknown ones and odd characters"),
    (0x80040401, _OPEN, _ADMIN, _NO,  "QuickBooks could not be reached", "look for the records; check that QuickBooks and the program run as the same Windows user"),
    (0x80040402, _OPEN, _ADMIN, _NO,  "QuickBooks failed for a reason it does not give", "look for the records; its log qbsdklog.txt may say more"),
    (0x80040403, _NOT,  _ADMIN, _NO,  "the company file could not be opened", "check its path and the rights to it"),
    (0x80040404, _NOT,  _ADMIN, _NO,  "this QuickBooks has no qbXML", "install a version that has"),
    (0x80040405, _NOT,  _ADMIN, _NO,  "QuickBooks' part for integrations is missing", "install QuickBooks or its request processor again"),
    (0x80040406, _NOT,  _ADMIN, _NO,  "the company file may need a newer QuickBooks than this one", "open it with the newest QuickBooks that ever did"),
    (0x80040407, _NOT,  _ADMIN, _NO,  "parts of QuickBooks are missing", "install QuickBooks again"),
    (0x80040408, _NOT,  _ADMIN, _NO,  "QuickBooks did not start", "start it by hand as the same Windows user, and see what it says"),
    (0x80040409, _NOT,  _ADMIN, _NO,  "the company file belongs to another version or edition of QuickBooks", "use the QuickBooks that it belongs to"),
    (0x8004040A, _NOT,  _BOOK,  _NO,  "another company file is open", "open the right one"),
    (0x8004040B, _NOT,  _BOOK,  _NO,  "QuickBooks does not say which company file is open", "open the company file in QuickBooks"),
    (0x8004040C, _NOT,  _PROG,  _NO,  "there is no session", "begin one first"),
    (0x8004040D, _NOT,  _PROG,  _NO,  "the session's ticket is not, or no longer, good", "begin a new session"),
    (0x8004040E, _OPEN, _ADMIN, _NO,  "memory ran out", "look for the records; send smaller batches, or free memory"),
    (0x8004040F, _NOT,  _PROG,  _NO,  "there is no connection", "open one first"),
    (0x80040410, _NOT,  _BOOK,  _NO,  "the company file is open in the other user mode", "switch between single-user and multi-user mode"),
    (0x80040411, _NOT,  _PROG,  _NO,  "the last session is still open", "end it first"),
    (0x80040412, _NOT,  _PROG,  _NO,  "a connection is open already", "close it first"),
    (0x80040413, _NOT,  _PROG,  _NO,  "QuickBooks Desktop cannot undo a batch", "use stopOnError or continueOnError"),
    (0x80040414, _NOT,  _BOOK,  _YES, "a dialog in QuickBooks waits for an answer", "answer or close the dialog in QuickBooks"),
    (0x80040415, _NOT,  _PROG,  _NO,  "the program did not give its name", "give one on connecting"),
    (0x80040416, _NOT,  _PROG,  _NO,  "QuickBooks is not running, and no company file was named", "name the company file, or start QuickBooks"),
    (0x80040417, _NOT,  _PROG,  _NO,  "no company file is open, and none was named", "name one, or open it in QuickBooks"),
    (0x80040418, _NOT,  _ADMIN, _NO,  "the program is new to this company file", "log in as the QuickBooks administrator and let it in once"),
    (0x80040419, _NOT,  _ADMIN, _NO,  "the program's certificate is not good", "install a version of the program that is signed properly"),
    (0x8004041A, _NOT,  _ADMIN, _NO,  "the program is barred from this company file", "allow it under Integrated Applications in the preferences"),
    (0x8004041B, _NOT,  _WAIT,  _YES, "the company file is locked by somebody else for the moment", "wait a little"),
    (0x8004041C, _OPEN, _ADMIN, _NO,  "QuickBooks failed within itself at the company file", "look for the records; have the company file verified if it stays"),
    (0x8004041D, _NOT,  _ADMIN, _NO,  "the program may not log in while nobody is at the screen", "allow automatic login under Integrated Applications in the preferences"),
    (0x8004041E, _NOT,  _ADMIN, _NO,  "the program's certificate has run out", "let it in again at the screen, for always"),
    (0x8004041F, _NOT,  _ADMIN, _NO,  "QuickBooks Basic does not work with other programs", "use Pro, Premier or Enterprise"),
    (0x80040420, _NOT,  _BOOK,  _NO,  "somebody at the screen said no to the program", "let it in when QuickBooks asks"),
    (0x80040421, _OPEN, _PROG,  _NO,  "QuickBooks answered in its own words only", "see those words, and look for the records before sending anything again"),
    (0x80040422, _NOT,  _WAIT,  _YES, "the program wants the company file for itself, and another one is using it", "wait until the other is done"),
    (0x80040423, _NOT,  _PROG,  _NO,  "QuickBooks does not know this qbXML version", "use a version that it lists"),
    (0x80040424, _NOT,  _WAIT,  _YES, "QuickBooks is still starting", "wait a little"),
    (0x80040425, _NOT,  _PROG,  _NO,  "a call was made with an argument that means nothing", "check the arguments"),
    (0x80040426, _NOT,  _PROG,  _NO,  "the request processor does not work for scripts", "call it from a program"),
    (0x80040427, _NOT,  _ADMIN, _NO,  "this copy of QuickBooks is not registered", "register it"),
    (0x80040428, _NOT,  _ADMIN, _NO,  "this kind of request is newer than the installed request processor", "install a newer one"),
    (0x80040429, _NOT,  _PROG,  _NO,  "QuickBooks does not take documents of this kind", "check the kind of message set"),
    (0x8004042A, _NOT,  _ADMIN, _NO,  "the request processor does not take calls from another computer", "run the program where QuickBooks is, or allow it"),
    (0x8004042B, _NOT,  _PROG,  _NO,  "the request processor does not offer this interface", "use another interface, or a newer request processor"),
    (0x8004042C, _NOT,  _ADMIN, _NO,  "the program's certificate was withdrawn", "install a version of the program with a good one"),
)

_WINDOWS_TABLE: Final[tuple[tuple[int, Effect, Move, bool, str, str], ...]] = (
    # What a document's effect is when it was handed over; a call that comes before that wrote nothing, whatever its number.
    (0x80010001, _NOT,  _WAIT,  _YES, "QuickBooks was busy and did not take the call", "wait a little"),
    (0x80010105, _OPEN, _ADMIN, _NO,  "QuickBooks or its request processor failed while at work", "look for the records; start QuickBooks again if it stays"),
    (0x80010108, _OPEN, _ADMIN, _NO,  "QuickBooks was closed while the program was connected to it", "look for the records; start QuickBooks again"),
    (0x8001010A, _NOT,  _WAIT,  _YES, "QuickBooks is busy and asks to be called later", "wait a little"),
    (0x8001010E, _NOT,  _PROG,  _NO,  "the request processor was called from a thread that it does not belong to", "call it from the thread that made it"),
    (0x80020009, _OPEN, _ADMIN, _NO,  "the request processor failed and gave no number of its own", "look for the records; see its own words"),
    (0x80040154, _NOT,  _ADMIN, _NO,  "the request processor is not installed, or not for programs with this number of bits", "use a program with as many bits, 32 or 64, as the request processor has, or install it"),
    (0x800401F0, _NOT,  _PROG,  _NO,  "the thread called the request processor before it had started COM", "call CoInitialize on that thread first"),
    (0x800401F3, _NOT,  _ADMIN, _NO,  "Windows has no request processor of this name", "install QuickBooks or its request processor again"),
    (0x800706BA, _OPEN, _ADMIN, _NO,  "Windows cannot reach QuickBooks, which may have ended", "look for the records; start QuickBooks as the same Windows user"),
    (0x800706BE, _OPEN, _ADMIN, _NO,  "the call to QuickBooks broke off", "look for the records; start QuickBooks again if it stays"),
    (0x80080005, _NOT,  _ADMIN, _NO,  "Windows could not start QuickBooks or its request processor", "run the program and QuickBooks as the same Windows user, both or neither as administrator"),
)

_WEB_CONNECTOR_TABLE: Final[tuple[tuple[int, Effect, Move, bool, str, str], ...]] = (
    # The .qwc file and the addresses in it: nothing runs before these are right.
    (1000, _NOT,  _PROG,  _NO,  "the .qwc file has AppURL and AppSupport on two different hosts", "put both on one host"),
    (1001, _NOT,  _PROG,  _NO,  "the .qwc file has an IP address as its AppURL", "use a host name"),
    (1002, _NOT,  _PROG,  _NO,  "the .qwc file has an IP address as its AppSupport", "use a host name"),
    (1003, _NOT,  _PROG,  _NO,  "the support page answered, but neither with 200 nor with 202", "open AppSupport in a browser, and mend what answers there"),
    (1004, _NOT,  _PROG,  _NO,  "the support page could not be reached", "open AppSupport in a browser on that computer, and mend what is in the way"),
    # The Web Connector itself, on its computer.
    (1005, _NOT,  _ADMIN, _NO,  "the Web Connector did not start: its log file is not there and could not be made", "give its Windows user the right to make folders and files where the log belongs"),
    (1006, _NOT,  _ADMIN, _NO,  "the Web Connector did not start, and not because its log file is missing", "make sure that its log can be written; the log QWCLog.txt says more"),
    (1007, _NOT,  _BOOK,  _NO,  "the Web Connector tried twice and could not connect to QuickBooks", "start QuickBooks, open the company file, close every dialog, then update again"),
    (1008, _NOT,  _BOOK,  _NO,  "the Web Connector tried twice, could not connect to QuickBooks, and gave up", "start QuickBooks, open the company file, close every dialog, then update again"),
    (1009, _NOT,  _BOOK,  _NO,  "the Web Connector could not connect to QuickBooks, and the user did not try again", "start QuickBooks, open the company file, close every dialog, then update again"),
    (1010, _NOT,  _PROG,  _NO,  "the .qwc file has an AppURL without https", "serve it by https; http is taken for localhost alone"),
    (1011, _NOT,  _BOOK,  _NO,  "the Web Connector lists an application that it no longer finds in the registry", "close the Web Connector and start it again; add the .qwc file again if it is not listed then"),
    (1012, _NOT,  _PROG,  _NO,  "the call authenticate failed, most often at the service", "see the service's log; it must answer by itself, without a redirect, and with both strings"),
    (1013, _NOT,  _BOOK,  _NO,  "an update could not connect to QuickBooks; the service was told by connectionError", "start QuickBooks, open the company file, close every dialog, then update again"),
    (1014, _NOT,  _ADMIN, _NO,  "QuickBooks did not tell, before the first document, who it is and which company file is open", "see QWCLog.txt"),
    (1015, _OPEN, _ADMIN, _NO,  "an update came to its end, but the session with QuickBooks could not be ended", "go by the replies of the session, and look for the records where one is missing; see QWCLog.txt"),
    (1016, _NOT,  _BOOK,  _NO,  "an update was asked for, and no application is ticked", "tick the application, then update"),
    (1017, _OPEN, _ADMIN, _NO,  "of several applications, those listed were not updated", "see QWCLog.txt for each; look for the records where a reply is missing"),
    (1018, _NOT,  _BOOK,  _NO,  "all applications were to be ticked, and there is none", "add the .qwc file"),
    (1019, _NOT,  _BOOK,  _NO,  "all applications were to be unticked, and there is none", "add the .qwc file"),
    (1020, _NOT,  _BOOK,  _NO,  "the Web Connector is to be closed while updates are scheduled, which do not run then", "leave it open, or take Auto-Run off first"),
    (1021, _NOT,  _ADMIN, _NO,  "it could not be found out which request processor this QuickBooks has", "see QWCLog.txt"),
    # Adding a .qwc file.
    (1022, _NOT,  _BOOK,  _NO,  "while a .qwc file was added, QuickBooks could not be connected to at first", "start QuickBooks, open the company file, close every dialog, then go on"),
    (1023, _NOT,  _BOOK,  _NO,  "while a .qwc file was added, QuickBooks could not be connected to the second time either", "start QuickBooks, open the company file, close every dialog, then add the file again"),
    (1024, _NOT,  _BOOK,  _NO,  "while a .qwc file was added, QuickBooks could not be connected to, and the user did not try again", "start QuickBooks, open the company file, close every dialog, then add the file again"),
    (1025, _NOT,  _ADMIN, _NO,  "while a .qwc file was added, QuickBooks failed as it was asked for the FileID", "turn logging on and add the file again; then see QWCLog.txt"),
    (1026, _NOT,  _PROG,  _NO,  "QuickBooks did not take the FileID of a new .qwc file, perhaps because it is in use", "make a .qwc file with another FileID"),
    (1027, _NOT,  _ADMIN, _NO,  "the FileID of a new .qwc file could not be written into the company file", "turn logging on and add the file again; then see QWCLog.txt"),
    # Passwords and the schedule.
    (1028, _NOT,  _ADMIN, _NO,  "the password that was typed could not be encrypted", "see the words beside the number, and QWCLog.txt"),
    (1029, _NOT,  _ADMIN, _NO,  "the password that is kept could not be decrypted", "see the words beside the number, and QWCLog.txt"),
    (1030, _NOT,  _BOOK,  _NO,  "the Web Connector has no password for the application", "type the password that belongs to the .qwc file, then update"),
    (1031, _OPEN, _PROG,  _NO,  "a scheduled update ended with an error, and the service was told", "go by the replies of the session, and look for the records where one is missing; see QWCLog.txt"),
    (1032, _NOT,  _BOOK,  _NO,  "a scheduled update found its application no longer in the registry", "take Auto-Run off, close the Web Connector and start it again; add the .qwc file again if it stays"),
    (1033, _NOT,  _ADMIN, _NO,  "the Web Connector cannot write its log, and does not run without", "see that the folder of QWCLog.txt is there, the file is not read-only, and the disk has room"),
    (1034, _NOT,  _ADMIN, _NO,  "the editions of QuickBooks that the .qwc file allows could not be set at the request processor", "see QWCLog.txt; install the request processor again if it says nothing"),
    (1035, _NOT,  _PROG,  _NO,  "the name localhost could not be resolved", "give out a .qwc file with the service's real address; localhost is for trials on one computer"),
    # The calls to the service.
    (1036, _NOT,  _PROG,  _NO,  "the call clientVersion failed", "see the service's log; it is no answer of the service about the version"),
    (1037, _NOT,  _PROG,  _NO,  "the service answered clientVersion with a warning or an error, and the update did not go on", "do as its words say; most often the Web Connector is too old"),
    (1038, _NOT,  _BOOK,  _NO,  "the master key that opens the password was wrong, or was not typed", "type the master key, or type the password anew, which sets another"),
    (1039, _NOT,  _PROG,  _NO,  "the application could not be added: the .qwc file lacks something, or cannot be added twice", "check the .qwc file; QWCLog.txt says more; IsReadOnly must be false, and OwnerID with FileID new to the company file"),
    (1040, _NOT,  _BOOK,  _NO,  "the user name or the password is not the one that the service knows", "type the password that belongs to the .qwc file, then update"),
    (1041, _NOT,  _PROG,  _YES, "the call sendRequestXML failed, so QuickBooks was sent nothing", "see the service's log"),
    (1042, _OPEN, _PROG,  _NO,  "the call receiveResponseXML failed: QuickBooks had answered, and the service did not take it", "look for the records before sending anything again; see the service's log"),
    (1043, _OPEN, _PROG,  _NO,  "the call getLastError failed", "go by the replies of the session, and look for the records where one is missing; see the service's log"),
    (1044, _OPEN, _PROG,  _NO,  "the call closeConnection failed", "go by the replies of the session, and look for the records where one is missing; see the service's log"),
    (1045, _OPEN, _PROG,  _NO,  "the call connectionError failed, by which the service is told that QuickBooks is out of reach", "look for the records where a reply is missing; see the service's log"),
    (1046, _NOT,  _PROG,  _NO,  "the service answered clientVersion with something that the Web Connector cannot read", "answer nothing, or W:, E: or O: and a text"),
    (1048, _NOT,  _PROG,  _NO,  "the certificate of the service could not be checked, because CertURL asks for a login", "leave CertURL out, or serve it without a login"),
)
# fmt: on

STATUSES: Final[Mapping[int, Status]] = MappingProxyType({
    code: Status(code=code, effect=effect, move=move, retryable=retryable, meaning=meaning, advice=advice)
    for code, effect, move, retryable, meaning, advice in _STATUS_TABLE
})  # fmt: skip
"""Every documented statusCode."""

HRESULTS: Final[Mapping[int, Hresult]] = MappingProxyType({
    number: Hresult(number=number, effect=effect, move=move, retryable=retryable, meaning=meaning, advice=advice)
    for number, effect, move, retryable, meaning, advice in _HRESULT_TABLE
})  # fmt: skip
"""Every HRESULT that Intuit documents, by its unsigned number."""

WINDOWS_CODES: Final[Mapping[int, Hresult]] = MappingProxyType({
    number: Hresult(number=number, effect=effect, move=move, retryable=retryable, meaning=meaning, advice=advice)
    for number, effect, move, retryable, meaning, advice in _WINDOWS_TABLE
})  # fmt: skip
"""The HRESULTs of Windows that stand between a program and QuickBooks, by their unsigned numbers."""

WEB_CONNECTOR_CODES: Final[Mapping[int, WebConnectorCode]] = MappingProxyType({
    number: WebConnectorCode(number=number, effect=effect, move=move, retryable=retryable, meaning=meaning, advice=advice)
    for number, effect, move, retryable, meaning, advice in _WEB_CONNECTOR_TABLE
})  # fmt: skip
"""Every code of the Web Connector that Intuit documents, by its number: 1041 for ``QBWC1041``."""

_DECIDED_BY_TEXT: Final = frozenset({3160, 3170, 3175, 3176, 3180, 3185})
"""Codes that QuickBooks gives both for a lock that passes and for faults that stay."""

_LOCK_WORDS: Final = (
    "modified by another user",
    "could not be locked",
    "acquire the lock",
    "element is in use",
)


_NAME_IN_USE: Final = 3100
_CLASH: Final = (3170, "cannot merge list elements")
"""With which code, and in which words, a Mod is refused that gives a record the name of another one."""


def is_name_in_use(code: int, message: str) -> bool:
    """Whether a record was refused because another one has its name: an Add by the code, a Mod by the words with it.

    Args:
        code: The ``statusCode``.
        message: The ``statusMessage``.
    """
    return code == _NAME_IN_USE or (code == _CLASH[0] and _CLASH[1] in message.casefold())


def status(code: int, message: str = "") -> Status:
    """What is known of a ``statusCode``; an undocumented one is judged by its range.

    Args:
        code: The ``statusCode``.
        message: The ``statusMessage``, for a code that means several things: see `is_name_in_use`.
    """
    if is_name_in_use(code, message):
        return attrs.evolve(STATUSES[_NAME_IN_USE], code=code)
    if code in STATUSES:
        return STATUSES[code]
    if 0 <= code < _FIRST_WARNING:
        effect, move, meaning, advice = _DONE, _NOBODY, "processed", ""
    elif 0 <= code < _FIRST_ERROR:
        effect, move, meaning, advice = (
            _FLAW,
            _PROG,
            "processed, with something missing",
            "see QuickBooks' own words",
        )
    elif code in _REFUSALS:
        effect, move, meaning, advice = _NOT, _PROG, "refused", "see QuickBooks' own words"
    else:
        effect, move, meaning, advice = _OPEN, _PROG, "failed", "look for the record before sending it again"
    return Status(
        code=code,
        effect=effect,
        move=move,
        retryable=False,
        meaning=f"{meaning}; the code is not a documented one",
        advice=advice,
    )


def hresult(number: int) -> Hresult:
    """What is known of an HRESULT, signed or unsigned; of one that nobody documented it is unknown what was done."""
    unsigned = number & 0xFFFFFFFF
    known = HRESULTS.get(unsigned) or WINDOWS_CODES.get(unsigned)
    return known or Hresult(
        number=unsigned,
        effect=Effect.UNKNOWN,
        move=Move.ADMINISTRATOR,
        retryable=False,
        meaning="Windows or QuickBooks failed; the number is not a documented one",
        advice="look for the records before sending anything again",
    )


def web_connector(number: int) -> WebConnectorCode:
    """What is known of a code of the Web Connector; of one that nobody documented it is unknown what was done.

    Args:
        number: The number, without ``QBWC``.
    """
    return WEB_CONNECTOR_CODES.get(number) or WebConnectorCode(
        number=number,
        effect=Effect.UNKNOWN,
        move=Move.ADMINISTRATOR,
        retryable=False,
        meaning="the Web Connector failed; the number is not a documented one",
        advice="look for the records before sending anything again; see QWCLog.txt",
    )


def is_transient(code: int, message: str) -> bool:
    """Whether the same request may be sent again, unchanged, after a pause, because nothing was written.

    Six codes say both "locked just now" and "cannot be done"; there QuickBooks' own words decide.

    Args:
        code: The ``statusCode``.
        message: The ``statusMessage``.
    """
    words = message.casefold()
    return status(code).retryable or (code in _DECIDED_BY_TEXT and any(lock in words for lock in _LOCK_WORDS))
