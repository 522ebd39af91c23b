"""What a state consists of. Everything else of the model reads and writes these fields, and nothing besides.

The item is one transaction with one GUID, which QuickBooks itself would make twice if it was told to. Its export is
tried in documents 1, 2, 3 ...; a document carries the fence and the one request.
"""

from __future__ import annotations

import attrs

from support.model.packing import Field, Layout

__all__ = [
    "AFTER_COUNTER",
    "AFTER_SEQUENCE",
    "AT_WORK",
    "BACKUP",
    "BACKUP_TAKEN",
    "BORN",
    "CHANGES",
    "CLAIMS",
    "COPIES",
    "DELETED",
    "DOCUMENTS",
    "DRIVERS",
    "EFFECT",
    "EXCHANGE",
    "FENCE_COUNTER",
    "FENCE_EPOCH",
    "FENCE_NOTES",
    "FENCE_SEQUENCE",
    "FENCE_THERE",
    "FILE",
    "INITIAL",
    "JOURNAL_COUNTER",
    "JOURNAL_EPOCH",
    "JOURNAL_FROZEN",
    "JOURNAL_NOTES",
    "JOURNAL_OWNER",
    "JOURNAL_SEQUENCE",
    "KEPT",
    "MADE_AGAIN",
    "OTHER_FILE_OPEN",
    "PERSON_ANSWERED",
    "PERSON_APPROVED",
    "PERSON_TOOK_AWAY",
    "RECORDS",
    "REPLY",
    "SAME_SECOND",
    "SENT_COUNTER",
    "SENT_SEQUENCE",
    "SIMILAR",
    "TRIES",
    "TWICE",
    "USED_DELETES",
    "USED_FENCE_DELETES",
    "USED_RESTORES",
    "USED_SWITCHES",
    "USED_THAWS",
    "Driver",
]

_layout = Layout()
_bit, _few, _some, _many = 1, 2, 3, 4

DOCUMENTS = range(1, 6)
"""The numbers of documents; 0 stands for none."""


def _of_documents(bits: int) -> tuple[Field, ...]:
    return _layout.fields(1 + len(DOCUMENTS), bits)


# The company file: what goes back when a backup is restored.
FENCE_THERE = _layout.field(_bit)
FENCE_SEQUENCE = _layout.field(_many)
FENCE_COUNTER = _layout.field(_many)
FENCE_EPOCH = _layout.field(_few)
FENCE_NOTES = _layout.field(_some)
"""The document that is named there, 0 before the first."""
RECORDS = _layout.field(_few)
"""How many living records carry the GUID. 2 is what must never be."""
BORN = _layout.field(_bit)
"""Whether one was ever made."""
DELETED = _layout.field(_bit)
"""Whether QuickBooks lists one as deleted; of a change, whether a person deleted one of its lines."""
SIMILAR = _layout.field(_bit)
"""Whether there is one without the GUID that could be it."""
KEPT = _of_documents(_some)
"""The reply that QuickBooks remembers for each document."""
FILE = _layout.since(0)

_before = _layout.used
BACKUP = _layout.field(_before)
"""A copy of the file as it was once."""
BACKUP_TAKEN = _layout.field(_bit)
OTHER_FILE_OPEN = _layout.field(_bit)
SAME_SECOND = _layout.field(_bit)
"""Whether it is still the second in which the fence was changed last."""
CHANGES = _layout.field(_many)
"""How often the fence was changed, in all copies of the file: each change has an EditSequence that was never before."""

# The line to QuickBooks, and QuickBooks at work.
COPIES = _of_documents(_few)
"""How many copies of a document are on their way."""
AT_WORK = _of_documents(_bit)
"""Whether QuickBooks has begun the document, changed the fence, and not come to the request yet."""

AFTER_SEQUENCE = _of_documents(_many)
AFTER_COUNTER = _of_documents(_many)
"""The fence as the document left it, which its reply will say."""

# The journal.
JOURNAL_OWNER = _layout.field(_few)
"""The driver that holds the claim, 0 for none. Who was overtaken finds another's number here: the token."""
JOURNAL_SEQUENCE = _layout.field(_many)
"""In the journal it is the second of the change (TimeModified), which goes with the EditSequence."""
JOURNAL_COUNTER = _layout.field(_many)
JOURNAL_EPOCH = _layout.field(_few)
JOURNAL_NOTES = _layout.field(_some)
"""The fence as it was known last, with the document that it named."""
JOURNAL_FROZEN = _layout.field(_bit)
EXCHANGE = _of_documents(_some)
EFFECT = _of_documents(_some)
REPLY = _of_documents(_some)
"""The reply that is written down and not understood yet."""
SENT_SEQUENCE = _of_documents(_many)
SENT_COUNTER = _of_documents(_many)
TRIES = _layout.field(_some)
PERSON_ANSWERED = _layout.field(_few)


@attrs.frozen(eq=False)
class Driver:
    """One worker: where it stands, and what it has in its memory.

    Attributes:
        number: From 1.
        whole: All of its fields.
        at: Where it stands, of `support.model.driver`.
        document: Which it is about.
        sequence: The fence's EditSequence as it was read last; so are the counter and the notes.
        standing: What the fence says of the document.
        kept: What QuickBooks said that it kept.
        waited: Whether it was waited as long as a document may take.
        began: The documents that were begun when the waiting began, a bit each.
        verdict: What is to be written down next: a move.
        reply: The reply that came.
    """

    number: int
    whole: Field
    at: Field
    document: Field
    sequence: Field
    counter: Field
    notes: Field
    standing: Field
    kept: Field
    waited: Field
    began: Field
    verdict: Field
    reply: Field


def _driver(number: int) -> Driver:
    before = _layout.used
    names = {
        "at": 5,
        "document": 3,
        "sequence": 4,
        "counter": 4,
        "notes": 3,
        "standing": 2,
        "kept": 3,
        "waited": 1,
        "began": 5,
        "verdict": 4,
        "reply": 3,
    }
    fields = {name: _layout.field(bits) for name, bits in names.items()}
    return Driver(number=number, whole=_layout.since(before), **fields)


DRIVERS = (_driver(1), _driver(2))

# What happened so far, as far as it bounds what may happen still, or excuses it.
CLAIMS = _layout.field(_some)
TWICE = _layout.field(_few)
USED_DELETES = _layout.field(_few)
USED_FENCE_DELETES = _layout.field(_few)
USED_RESTORES = _layout.field(_few)
USED_SWITCHES = _layout.field(_few)
USED_THAWS = _layout.field(_few)
PERSON_APPROVED = _layout.field(_bit)
"""Whether a person said that it is not there, and is to be written."""
MADE_AGAIN = _layout.field(_bit)
"""Whether it was made once more though a person had deleted it, and nobody said that it was wanted."""
PERSON_TOOK_AWAY = _layout.field(_bit)
"""Whether a person deleted the record or restored a backup: then it may be gone although it was done."""

INITIAL = FENCE_THERE.put(JOURNAL_SEQUENCE.put(FENCE_SEQUENCE.put(CHANGES.put(0, 1), 1), 1), 1)
"""The file is known, the fence was made, and nothing was exported."""
