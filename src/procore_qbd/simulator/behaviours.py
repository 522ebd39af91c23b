"""What QuickBooks does that the promise of exactly once leans on, each with the experiment that shows it.

The journal never sends twice what it cannot prove not to be there. The proof rests on a few habits of QuickBooks: that
an old EditSequence is refused, that a reply is kept under its message set id, that names and GUIDs find again what was
made, that what was deleted is told. Where one of them is only decided here, a real QuickBooks would tell.
"""

from __future__ import annotations

from procore_qbd.simulator.knowledge.rules import Behaviour, Experiment, Setting, Source, Step, TextRelation, Told
from procore_qbd.simulator.knowledge.scene import BILL, COSTS, FIR

__all__: list[str] = []


def _vendor(name: str, request_id: str = "", more: str = "") -> str:
    known = f' requestID="{request_id}"' if request_id else ""
    return f"<VendorAddRq{known}><VendorAdd><Name>~{name}</Name>{more}</VendorAdd></VendorAddRq>"


def _asked(name: str, request_id: str = "asked") -> str:
    return f'<VendorQueryRq requestID="{request_id}"><FullName>~{name}</FullName></VendorQueryRq>'


def _phone(phone: str, sequence: str = "{oak.edit_sequence}", request_id: str = "") -> str:
    known = f' requestID="{request_id}"' if request_id else ""
    return (
        f"<VendorModRq{known}><VendorMod><ListID>{{oak.list_id}}</ListID><EditSequence>{sequence}</EditSequence>"
        f"<Phone>{phone}</Phone></VendorMod></VendorModRq>"
    )


def _fence(sequence: str, request_id: str = "") -> str:
    known = f' requestID="{request_id}"' if request_id else ""
    return (
        f"<OtherNameModRq{known}><OtherNameMod><ListID>{{fence.list_id}}</ListID>"
        f"<EditSequence>{sequence}</EditSequence><Notes>document 1</Notes></OtherNameMod></OtherNameModRq>"
    )


_FENCE_MADE = Step(
    '<OtherNameAddRq requestID="fence"><OtherNameAdd><Name>~Fence</Name><IsActive>false</IsActive>'
    "<Notes>document 0</Notes></OtherNameAdd></OtherNameAddRq>"
)
_STOP = "stopOnError"

# --- the fence -------------------------------------------------------------------------------------------------------

FENCE_KEEPS_OUT_A_LATE_COPY = Behaviour(
    "A document that begins with a change by an old EditSequence, and stops on an error, does nothing at all.",
    Source.TABLE,
    Experiment(
        (
            _FENCE_MADE,
            Step(_fence("{fence.edit_sequence}", "first") + _vendor("Oak"), on_error=_STOP),
            Step(_fence("{fence.edit_sequence}") + _vendor("Elm"), (3200, 3231), on_error=_STOP),
            Step(_asked("Elm"), (500,)),
        )
    ),
)
FENCE_TAKES_WHAT_WAS_READ = Behaviour(
    "The EditSequence that a change answers with is the one that the next change needs.",
    Source.REFERENCE,
    Experiment(
        (
            _FENCE_MADE,
            Step(_fence("{fence.edit_sequence}", "first") + _vendor("Oak"), on_error=_STOP),
            Step(_fence("{first.edit_sequence}") + _vendor("Elm"), on_error=_STOP),
        )
    ),
)
FENCE_MAY_BE_INACTIVE = Behaviour(
    "An inactive name can be changed as others, and is found by its name where all are asked for.",
    Source.REFERENCE,
    Experiment(
        (
            _FENCE_MADE,
            Step(
                '<OtherNameQueryRq requestID="asked"><ActiveStatus>All</ActiveStatus><NameFilter><MatchCriterion>'
                "StartsWith</MatchCriterion><Name>~Fence</Name></NameFilter></OtherNameQueryRq>"
            ),
        ),
        (
            Told("{asked.list_id}", TextRelation.IS, "{fence.list_id}"),
            Told("{asked.notes}", TextRelation.IS, "document 0"),
        ),
    ),
)
SAME_SECOND_IS_STALE = Behaviour(
    "Of two changes within one second by one EditSequence the second is refused, though EditSequences are seconds.",
    Source.DECIDED,
    Experiment((Step(_vendor("Oak", "oak")), Step(_phone("1") + _phone("2"), (0, 3200)))),
)

# --- message sets ----------------------------------------------------------------------------------------------------

_OAK_IN_A_SET = Step(_vendor("Oak", "oak"), new_set="~A", set_status=0)

REPLY_IS_KEPT = Behaviour(
    "The reply to a document with a newMessageSetID is the answer to an empty one with that id as the old and the new.",
    Source.REFERENCE,
    Experiment((_OAK_IN_A_SET, Step("", (0,), new_set="~A", old_set="~A", set_status=0))),
)
SAME_BYTES_ARE_NOT_DONE_TWICE = Behaviour(
    "The same document sent again with its newMessageSetID is not carried out again: it gets the reply that is kept.",
    Source.REFERENCE,
    Experiment((_OAK_IN_A_SET, Step(_vendor("Oak", "oak"), (0,), new_set="~A", set_status=0))),
)
OTHER_BYTES_ARE_NOT_DONE = Behaviour(
    "Another document with an id under which a reply is kept is not carried out: messageSetStatusCode 9001.",
    Source.REFERENCE,
    Experiment((_OAK_IN_A_SET, Step(_vendor("Elm"), (), new_set="~A", set_status=9001))),
)
UNKNOWN_SET_IS_TOLD = Behaviour(
    "An empty document that asks for a reply that is not kept: messageSetStatusCode 600.",
    Source.REFERENCE,
    Experiment((Step("", (), new_set="~B", old_set="~B", set_status=600),)),
)
LONG_SET_ID_IS_NOT_TAKEN = Behaviour(
    "A message set id of more than 24 characters: messageSetStatusCode 9004, and nothing is done.",
    Source.REFERENCE,
    Experiment((Step(_vendor("Oak"), (), new_set="A" * 25, set_status=9004),)),
)
SET_ID_OF_24_IS_NOT_TAKEN = Behaviour(
    "A message set id of 24 characters is one too many: Intuit's guides say now 23, now 24.",
    Source.DECIDED,
    Experiment((Step(_vendor("Oak"), (), new_set="A" * 24, set_status=9004),)),
)
OLD_SET_IS_FORGOTTEN = Behaviour(
    "A document with an id as its oldMessageSetID alone makes QuickBooks forget the reply.",
    Source.REFERENCE,
    Experiment(
        (
            _OAK_IN_A_SET,
            Step("", old_set="~A", set_status=0),
            Step("", (), new_set="~A", old_set="~A", set_status=600),
        )
    ),
)
LAST_SETS_ARE_KEPT = Behaviour(
    "Each reply is kept until it is forgotten by its id, also behind one that came later.",
    Source.DECIDED,
    Experiment(
        (
            _OAK_IN_A_SET,
            Step(_vendor("Elm"), new_set="~B", set_status=0),
            Step("", (0,), new_set="~A", old_set="~A", set_status=0),
        )
    ),
)
MANY_SETS_ARE_KEPT = Behaviour(
    "Fifty replies are kept beside each other.",
    Source.DECIDED,
    Experiment(
        (
            _OAK_IN_A_SET,
            *(Step(_asked("Oak"), new_set=f"~B{number}", set_status=0) for number in range(50)),
            Step("", (0,), new_set="~A", old_set="~A", set_status=0),
        )
    ),
)
SETS_OUTLAST_THE_NIGHT = Behaviour(
    "A reply is kept for hours.",
    Source.DECIDED,
    Experiment(
        (_OAK_IN_A_SET, Step("", (0,), new_set="~A", old_set="~A", set_status=0)), setting=Setting.A_NIGHT_PASSES
    ),
)

# --- finding again ---------------------------------------------------------------------------------------------------

NAMES_ARE_FOUND_WHATEVER_THEIR_CASE = Behaviour(
    "A name is found by other letters, large or small.",
    Source.LIVE_REPORT,
    Experiment(
        (Step(_vendor("Oak", "oak")), Step(_asked("OAK"))), (Told("{asked.list_id}", TextRelation.IS, "{oak.list_id}"),)
    ),
)
BLANKS_AROUND_A_NAME_DO_NOT_COUNT = Behaviour(
    "A name is found by one with blanks behind it.",
    Source.DECIDED,
    Experiment(
        (Step(_vendor("Oak", "oak")), Step(_asked("Oak  "))),
        (Told("{asked.list_id}", TextRelation.IS, "{oak.list_id}"),),
    ),
)
_NUMBERED = Step(f'<BillAddRq requestID="bill"><BillAdd>{FIR}<RefNumber>~a 1</RefNumber>{COSTS}</BillAdd></BillAddRq>')
NUMBERS_ARE_FOUND_WHATEVER_THEIR_CASE = Behaviour(
    "A RefNumber is found by other letters, large or small.",
    Source.REFERENCE,
    Experiment(
        (_NUMBERED, Step('<BillQueryRq requestID="asked"><RefNumber>~A 1</RefNumber></BillQueryRq>')),
        (Told("{asked.txn_id}", TextRelation.IS, "{bill.txn_id}"),),
    ),
)
BLANKS_AROUND_A_NUMBER_DO_NOT_COUNT = Behaviour(
    "A RefNumber is found by one with blanks behind it.",
    Source.DECIDED,
    Experiment(
        (_NUMBERED, Step('<BillQueryRq requestID="asked"><RefNumber>~a 1 </RefNumber></BillQueryRq>')),
        (Told("{asked.txn_id}", TextRelation.IS, "{bill.txn_id}"),),
    ),
)
NUMBERS_MAY_COME_TWICE = Behaviour(
    "Two bills of one vendor may have one RefNumber, where the preference that warns of it is off.",
    Source.LIVE_REPORT,
    Experiment((_NUMBERED, Step(_NUMBERED.asks.replace("bill", "again", 1)))),
)
_GUID = "<ExternalGUID>{{11111111-2222-4333-8444-555555555555}}</ExternalGUID>"
GUIDS_COME_BACK = Behaviour(
    "An ExternalGUID is kept, and comes back with the record.",
    Source.REFERENCE,
    Experiment(
        (Step(_vendor("Oak", "oak", _GUID)), Step(_asked("Oak"))),
        (Told("{asked.external_guid}", TextRelation.IS, "{{11111111-2222-4333-8444-555555555555}}"),),
    ),
)
GUIDS_MAY_COME_TWICE = Behaviour(
    "Two records may have one ExternalGUID.",
    Source.DECIDED,
    Experiment((Step(_vendor("Oak", "oak", _GUID)), Step(_vendor("Elm", "elm", _GUID)))),
)

# --- what people do --------------------------------------------------------------------------------------------------

_ALL_DELETED = '<ListDeletedQueryRq requestID="gone"><ListDelType>Vendor</ListDelType></ListDeletedQueryRq>'
_MERGED = (
    "<ListMergeRq><ListMergeType>Vendor</ListMergeType>"
    "<MergeFrom><ListID>{elm.list_id}</ListID><EditSequence>{elm.edit_sequence}</EditSequence></MergeFrom>"
    "<MergeTo><ListID>{oak.list_id}</ListID><EditSequence>{oak.edit_sequence}</EditSequence></MergeTo></ListMergeRq>"
)
DELETED_AFTER_A_RENAME = Behaviour(
    "What was deleted is told under the name that it had last.",
    Source.DECIDED,
    Experiment(
        (
            Step(_vendor("Oak", "oak")),
            Step(
                '<VendorModRq requestID="new"><VendorMod><ListID>{oak.list_id}</ListID><EditSequence>'
                "{oak.edit_sequence}</EditSequence><Name>~Ash</Name></VendorMod></VendorModRq>"
            ),
            Step("<ListDelRq><ListDelType>Vendor</ListDelType><ListID>{oak.list_id}</ListID></ListDelRq>"),
            Step(_ALL_DELETED),
        ),
        (Told("{oak.list_id}", TextRelation.IN, "{gone.all}"), Told("~Ash", TextRelation.IN, "{gone.all}")),
    ),
)
MERGED_IS_DELETED = Behaviour(
    "Of two names that are merged the one is gone; it is told among what was deleted.",
    Source.DECIDED,
    Experiment(
        (Step(_vendor("Oak", "oak") + _vendor("Elm", "elm")), Step(_MERGED), Step(_ALL_DELETED)),
        (
            Told("{elm.list_id}", TextRelation.IN, "{gone.all}"),
            Told("{oak.list_id}", TextRelation.NOT_IN, "{gone.all}"),
        ),
    ),
)
MERGING_LEAVES_EDIT_SEQUENCES = Behaviour(
    "A transaction whose vendor was merged into another names that one, and keeps its EditSequence.",
    Source.LIVE_REPORT,
    Experiment(
        (
            Step(_vendor("Oak", "oak") + _vendor("Elm", "elm")),
            Step(
                f'<BillAddRq requestID="bill">{BILL.replace("~Fir", "~Elm")}</BillAddRq>',
            ),
            Step(_MERGED),
            Step('<BillQueryRq requestID="asked"><TxnID>{bill.txn_id}</TxnID></BillQueryRq>'),
        ),
        (
            Told("{asked.vendor_ref.list_id}", TextRelation.IS, "{oak.list_id}"),
            Told("{asked.edit_sequence}", TextRelation.IS, "{bill.edit_sequence}"),
        ),
    ),
)
