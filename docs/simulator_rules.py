"""The rules of the simulated company file as data: in words, with their codes, their sources, and the tests that show them."""
# ruff: noqa: E501  # a rule is read as a row of a table

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


class Source(StrEnum):
    """Where a rule is from, in words for the table."""

    RECORDED = "recorded"
    REFERENCE = "SDK reference"
    SCHEMA = "schema"
    TABLE = "table of codes"
    SAMPLES = "Intuit's samples"
    NOTES = "others' notes"
    DECIDED = "decided"


MEANS = {
    Source.RECORDED: "Requests and replies of a real QuickBooks that others published show it.",
    Source.REFERENCE: "Intuit's own reference of its SDK says so, or comments on other people's types that follow it closely.",
    Source.SCHEMA: "The published schemas have it.",
    Source.TABLE: "Intuit's tables of statusCodes and HRESULTs have a code for it; when exactly it comes is our reading.",
    Source.SAMPLES: "Intuit's sample programs and annotated sample documents show it.",
    Source.NOTES: "Other projects, or QuickBooks' users, report it.",
    Source.DECIDED: "Nobody says. It was decided here, mostly for refusing.",
}
"""What the words of the sources mean."""

RECORDED, REFERENCE, SCHEMA, TABLE, SAMPLES, NOTES, DECIDED = Source
NO_CODE, DONE = "", 0


@attrs.frozen
class Rule:
    """One row.

    Attributes:
        words: What QuickBooks does.
        code: The statusCode that it gives, or the HRESULT as text; '' where it gives none of its own.
        sources: Where it is from; the first is what counts most.
        tests: The tests that show it, as ``file::test`` or ``file::test[example]``, files in ``tests/simulator`` without
            ``test_`` and ``.py``: ``lists``, ``people``; '' for ``company_file``.
    """

    words: str
    code: int | str
    sources: tuple[Source, ...]
    tests: tuple[str, ...]


def rule(words: str, code: int | str, sources: Source | tuple[Source, ...], *tests: str) -> Rule:
    return Rule(words, code, (sources,) if isinstance(sources, Source) else sources, tests)


_REFUSED = "::test_a_refusal_has_its_code_and_writes_nothing"
_FIRST, _TXN, _RULES = _REFUSED, f"transactions{_REFUSED}", f"rules{_REFUSED}"
_NOT_TAKEN = "::test_a_document_that_is_not_taken_says_so_to_the_engine_and_why_to_us"
_BAD = "::test_a_bad_value_costs_its_own_request_alone"
_KIND = "rules::test_a_value_that_is_none_has_the_code_of_its_kind"


def like(test: str, example: object) -> str:
    """One example of a test."""
    return f"{test}[{example}]"


# fmt: off
RULES: dict[str, tuple[Rule, ...]] = {
    "1. Documents and requests": (
        rule("An answer has QuickBooks' prolog and no version, one answer for each request in their order, and the statuses as attributes.", DONE, RECORDED, "replay::test_a_recorded_request_is_answered_as_it_was"),
        rule("What comes out validates against the published schema and reads back.", DONE, SCHEMA, "::test_whatever_is_asked_is_answered_as_the_schema_wants", "transactions::test_whatever_is_added_or_changed_is_answered_as_the_schema_wants"),
        rule("No XML, another root, no `onError`: the document is not taken, and nothing in it is done.", "0x80040400", (RECORDED, TABLE), like(_NOT_TAKEN, "XML cut short"), like(_NOT_TAKEN, "no onError")),
        rule("An element out of order, twice, misspelt or unknown in that place: the document is not taken.", "0x80040400", (RECORDED, SCHEMA), like(_NOT_TAKEN, "another order"), like(_NOT_TAKEN, "a slip of the pen"), like(_NOT_TAKEN, "an element twice")),
        rule("A request that there is not, or an element of a later version or another country: the document is not taken.", "0x80040400", (SCHEMA, DECIDED), like(_NOT_TAKEN, "a request that does not exist"), like(_NOT_TAKEN, "an element of later days"), like(_NOT_TAKEN, "an element of another country")),
        rule("`rollbackOnError`: the document is not taken, for nothing is ever rolled back.", "0x80040413", (TABLE, SAMPLES), like(_NOT_TAKEN, "rollback")),
        rule("A version that this QuickBooks does not read.", "0x80040423", TABLE, like(_NOT_TAKEN, "a version to come"), "editions::test_a_quickbooks_reads_the_versions_that_it_names_and_no_newer_ones"),
        rule("The company file breaks while it is at work.", "0x8004041C", (TABLE, DECIDED), "::test_a_file_that_breaks_at_work_is_an_engine_error_and_nothing_else"),
        rule("A value that its field cannot hold costs its own request, and no other.", NO_CODE, NOTES, _BAD),
        rule("A yes or no that is neither.", 3010, TABLE, like(_BAD, "<Name>x</Name><IsActive>yes</IsActive>-3010")),
        rule("A date that is none.", 3020, TABLE, _BAD),
        rule("A span of time that is none.", 3035, TABLE, like(_KIND, 3035)),
        rule("An amount that is none, or has not two decimals.", 3040, TABLE, _BAD),
        rule("A price that is none.", 3045, TABLE, like(_KIND, 3045)),
        rule("A percentage that is none.", 3050, TABLE, like(_KIND, 3050)),
        rule("A quantity that is none.", 3060, TABLE, like(_KIND, 3060)),
        rule("A GUID that is none.", 3065, TABLE, _BAD),
        rule("A text that is too long; the words are those that were recorded.", 3070, (RECORDED, SCHEMA), _BAD, "lists::test_lists_have_the_lengths_and_the_elements_of_their_country"),
        rule("A letter that QuickBooks' code page has not.", 3080, (TABLE, DECIDED), _BAD),
        rule("A number that is none.", 3085, TABLE, like(_KIND, 3085)),
        rule("A word that is not in its list. That it is no matter of the document is decided here.", 3110, (TABLE, DECIDED), like(_KIND, 3110)),
        rule("An element that must be there is missing, or must say something and is empty. That it is no matter of the document is decided here.", 3150, (TABLE, DECIDED), _BAD, like(_FIRST, "an empty name"), like(_FIRST, "an empty element that must say something")),
        rule("A `requestID` of more than 50 characters.", 1060, TABLE, "::test_a_request_id_may_have_fifty_characters"),
        rule("A request that QuickBooks has and the simulator has not; and what the simulator would reckon wrongly, such as a markup.", 1030, DECIDED, "::test_a_request_that_quickbooks_has_and_we_have_not_is_told_from_nonsense", like(_TXN, "a markup"), "reports::test_what_is_not_made_is_refused_and_the_reason_said"),
        rule("With `stopOnError`, what stands behind a refused request is not tried; a warning stops nothing.", 3231, (NOTES, TABLE), "::test_what_comes_behind_a_refusal", "::test_a_warning_stops_nothing"),
        rule("A macro names what a request of the same document makes.", DONE, REFERENCE, "macros::test_what_is_added_can_be_referred_to_in_the_same_document"),
        rule("A macro is defined twice.", 9100, TABLE, "macros::test_a_macro_is_defined_once_and_not_by_what_was_refused"),
        rule("A macro's name is longer than 50 characters.", 9101, (TABLE, DECIDED), "macros::test_a_macro_has_a_form"),
        rule("A macro's name has letters that it must not have, or begins with no kind of id.", 9102, (TABLE, DECIDED), "macros::test_a_macro_has_a_form"),
        rule("A macro is used whose request was refused.", 9103, TABLE, "macros::test_a_macro_of_a_request_that_was_refused_cannot_be_used"),
    ),
    "2. The company file": (
        rule("A ListID or TxnID is a number in hexadecimal and the second in which the record was made; an EditSequence is the second of the last change, and never comes twice.", DONE, RECORDED, "::test_a_new_record_has_what_quickbooks_gives_it", "::test_ids_differ_within_a_second_and_edit_sequences_grow_whatever_the_clock_does"),
        rule("With `company.edit_sequence_by_second` it is the second alone, so that one from before a change of the same second is taken.", DONE, DECIDED, "::test_edit_sequences_can_be_the_second_alone_so_that_a_stale_one_is_taken", "transactions::test_within_a_second_an_order_that_was_billed_can_pass_for_the_one_before"),
        rule("Times are the wall's, beside the offset of winter, in summer too.", DONE, RECORDED, "editions::test_the_wall_is_right_and_the_offset_is_winters"),
        rule("What was answered is on disk, whoever kills the process; of a request at work all is there or nothing.", NO_CODE, DECIDED, "::test_what_was_answered_survives_being_killed_in_the_middle", "::test_a_request_that_was_killed_was_never_there", "machine::TestCompanyFile"),
        rule("One program has the file at a time; the lock dies with it.", NO_CODE, DECIDED, "::test_one_process_has_it_at_a_time_and_the_lock_dies_with_the_process"),
        rule("A backup that is restored brings the old state back, and the file says when.", DONE, REFERENCE, "faults::test_a_backup_brings_the_old_state_back_and_the_file_says_when"),
        rule("Condensing takes closed history out: what went is not found, and is not among what was deleted; every balance stays.", 500, (NOTES, DECIDED), "people::test_condensing_changes_no_balance_and_nothing_that_stays", "people::test_what_waits_stays"),
        rule("What is dated before the day to which the file was condensed can no longer change, and nothing can be added there.", 3172, (TABLE, DECIDED), "people::test_the_past_that_was_condensed_can_no_longer_change"),
    ),
    "3. Lists": (
        rule("A name is in use in its list, below the same parent, whatever its case; inactive records keep theirs.", 3100, (RECORDED, NOTES), like(_FIRST, "a name in use"), like(_FIRST, "a name in use by an inactive record"), "lists::test_names_clash_in_their_space_and_nowhere_else"),
        rule("Customers, vendors, employees and other names share one space of names.", 3100, NOTES, like(_FIRST, "a customer's name that a vendor has")),
        rule("A record is given the name of another one, or moved to where its name is in use: two of one name would have to be merged, which no Mod does.", 3170, (NOTES, DECIDED), "lists::test_a_mod_to_a_name_in_use_would_merge_two_records_and_is_refused", like(_FIRST, "a new name in use"), "lists::test_a_record_that_moves_to_where_its_name_is_in_use_is_not_merged"),
        rule("Blanks around a name do not tell it from another.", 3100, DECIDED, like(_FIRST, "a name in use")),
        rule("A colon in a name.", 3090, RECORDED, "::test_a_colon_in_a_name_is_refused_in_quickbooks_words", "lists::test_a_colon_is_in_no_name_that_a_full_name_is_made_of"),
        rule("A full name that gets too long, be it that of a record further down.", 3070, (SCHEMA, DECIDED), like(_FIRST, "a full name that is too long"), like(_FIRST, "a full name that gets too long below")),
        rule("A parent that is not there, is of another list, or stands below the record itself.", 3130, (RECORDED, DECIDED), like(_FIRST, "a parent that is not there"), like(_FIRST, "a parent from another list"), like(_FIRST, "a record below itself")),
        rule("A reference that points nowhere; in a line the words say so.", 3140, RECORDED, like(_FIRST, "a reference that points nowhere"), "replay::test_a_recorded_refusal_is_worded_as_it_was"),
        rule("Where a reference has a ListID and a name, the ListID wins.", DONE, REFERENCE, "::test_the_list_id_of_a_reference_wins_over_its_name"),
        rule("A record to be changed, deleted or merged that is not there.", 3120, (RECORDED, TABLE), like(_FIRST, "a record that is not there")),
        rule("The id of another company file, or of a copy: the number is there, and another time beside it. In references, Mods, deletions, voids, merges, links and payments; a query says 500.", 3240, (NOTES, DECIDED), "ids::test_the_id_of_another_company_file_is_known_by_its_number", "ids::test_what_came_after_a_backup_is_an_id_of_another_file_once_its_number_is_given_out_again"),
        rule("An EditSequence that is not the record's.", 3200, (RECORDED, TABLE), like(_FIRST, "an edit sequence out of date"), "lists::test_an_edit_sequence_out_of_date_is_refused"),
        rule("A record that something refers to, or stands below, is not deleted; what is deleted is remembered for ninety days.", 3160, (TABLE, REFERENCE), "lists::test_nothing_is_deleted_while_something_refers_to_it", "lists::test_what_is_deleted_is_gone_and_remembered"),
        rule("A number of an account that another has; accounts of two types in one family.", 3180, (NOTES, DECIDED), "lists::test_an_account_number_stands_once", "lists::test_accounts_of_one_family_are_of_one_type"),
        rule("QuickBooks makes the accounts that it needs itself, and puts a star before a name that is taken.", DONE, RECORDED, "lists::test_an_account_that_quickbooks_needs_is_made_once_and_known_whatever_its_name", "lists::test_where_its_name_is_taken_it_gets_a_star"),
        rule("Merged, everything that pointed to the one points to the other; EditSequences of transactions stay.", DONE, (REFERENCE, NOTES), "merging::test_no_money_is_lost_and_nothing_dangles", "merging::test_transactions_name_the_one_that_is_left_and_keep_their_edit_sequence"),
        rule("Accounts of two types, records below two parents, an account of QuickBooks' own, or two addresses of one name without `SameShipAddrOk` are not merged.", 3210, (REFERENCE, DECIDED), "merging::test_accounts_are_of_one_type_and_records_below_one_parent", "merging::test_addresses_of_one_name_need_leave"),
        rule("A custom field that nobody defined.", 3121, (SAMPLES, TABLE), "custom_fields::test_what_is_not_defined_not_there_or_empty_is_refused"),
        rule("A custom field that is there already, or more than 4,096 bytes of one program on a record.", 3180, (RECORDED, REFERENCE), "custom_fields::test_programs_share_4096_bytes_on_a_record"),
        rule("The value of a custom field cannot be cleared by an empty one.", 3190, (TABLE, DECIDED), "custom_fields::test_what_is_not_defined_not_there_or_empty_is_refused"),
        rule("No room for another field that people see; not for that object; defined for others already.", 3350, REFERENCE, "custom_fields::test_there_is_room_for_so_many_fields_that_people_see"),
        rule("A field that people see for what cannot have one.", 3351, REFERENCE, "custom_fields::test_what_people_see_is_text_on_names_or_items"),
        rule("A field that people see for names, and for items too.", 3352, REFERENCE, "custom_fields::test_what_people_see_is_text_on_names_or_items"),
    ),
    "3. Transactions": (
        rule("An amount is the quantity times the rate, to the cent, halves away from zero; given an amount, the rate follows, to five decimals.", DONE, (RECORDED, NOTES), "transactions::test_an_amount_is_the_quantity_times_the_rate_to_the_cent", "transactions::test_an_amount_that_is_given_stays_and_the_rate_follows"),
        rule("More than QuickBooks has digits for.", 3101, TABLE, like(_TXN, "an amount beyond all amounts"), like(_TXN, "a sum beyond all amounts")),
        rule("A line with money and no item.", 3150, DECIDED, like(_TXN, "an amount without an item")),
        rule("An expense without an account; a journal entry's line without one.", 3270, TABLE, like(_TXN, "an expense without an account"), like(_RULES, "a journal entry to no account")),
        rule("An item that cannot stand there: a subtotal that is bought, an adjustment of what is not stocked.", 3280, (TABLE, DECIDED), like(_RULES, "a subtotal bought")),
        rule("A transaction of nothing, or of less than nothing.", 3180, (NOTES, DECIDED), like(_TXN, "a bill of nothing"), like(_TXN, "a bill of less than nothing")),
        rule("A linked line takes from the order's what it does not say itself; an amount alone is for one.", DONE, NOTES, "transactions::test_a_linked_line_takes_what_it_is_for_from_the_purchase_order", "transactions::test_the_size_of_a_linked_line"),
        rule("What an order received is what the linked lines say, and with the last it is closed.", DONE, (REFERENCE, NOTES), "transactions::test_what_is_received_is_what_the_linked_lines_say_whatever_happens_to_the_bills", "transactions::test_a_lump_sum_is_billed_in_any_parts_exactly_and_the_order_closes_with_the_last"),
        rule("A bill for an order, or a line, that is closed is saved without its link.", 570, REFERENCE, "transactions::test_a_bill_for_what_is_closed_is_kept_without_its_link", "people::test_an_order_that_is_closed_by_hand_takes_no_bill"),
        rule("An id that QuickBooks cannot have given out, or an empty one, wherever an id stands; in a Mod an empty one clears a reference.", 3000, (NOTES, DECIDED), "ids::test_a_malformed_id_is_not_written_and_where_it_is_sent_it_is_refused", "ids::test_an_empty_id_clears_a_reference_in_a_mod_and_is_none_elsewhere"),
        rule("A link to what is no order or no line of it; to an order as a whole, and to a line of it.", 3000, (REFERENCE, TABLE), like(_TXN, "a link to nothing"), like(_TXN, "a link to an order and to its line")),
        rule("A linked line that also names an item.", 3153, (REFERENCE, NOTES), "transactions::test_a_linked_line_with_an_item_is_refused"),
        rule("The same order, line, bill or payment named twice.", 3177, (REFERENCE, DECIDED), like(_TXN, "two links to one order"), like(_TXN, "two links to one line"), like(_RULES, "a bill paid twice in one payment")),
        rule("A link to the order of another vendor.", 3210, DECIDED, like(_TXN, "a link to another vendor's order")),
        rule("A Mod that names lines deletes those that it does not name; one that names none leaves them alone.", DONE, (REFERENCE, NOTES), "transactions::test_the_lines_after_a_mod_are_those_that_it_names", "transactions::test_a_mod_without_lines_leaves_them_alone"),
        rule("A Mod's lines in another order than the transaction's, or one twice.", 3290, TABLE, like(_TXN, "lines in another order"), like(_TXN, "a line twice")),
        rule("A Mod that drops a line that was billed, or changes the vendor of what is linked; a line of a journal entry that changes its side.", 3170, (TABLE, DECIDED), like(_TXN, "dropping a line that was billed"), like(_TXN, "another vendor for a linked bill")),
        rule("A payment of more than is open.", 3210, RECORDED, like(_RULES, "a bill overpaid"), "replay::test_a_recorded_refusal_is_worded_as_it_was"),
        rule("A payment for another vendor's or customer's transaction, or for one kept in another account: treated as not there.", 3120, REFERENCE, like(_RULES, "somebody else's bill"), like(_RULES, "a bill of another account")),
        rule("More credit than there is; more applied than paid; less left of a bill than was paid of it.", 3210, (TABLE, DECIDED), like(_RULES, "more credit than there is"), like(_RULES, "less paid than applied"), like(_RULES, "a bill that becomes less than was paid of it")),
        rule("A payment that is deposited twice; a deposit of what does not wait in Undeposited Funds (3120).", 3210, DECIDED, like(_RULES, "a payment deposited twice"), like(_RULES, "a deposit of what is no payment")),
        rule("An account of the wrong type: a check drawn on a credit card.", 3210, (TABLE, DECIDED), like(_RULES, "a check drawn on a credit card")),
        rule("That money is paid moves TimeModified of a bill or invoice, and not its EditSequence; that an order is billed moves both.", DONE, (RECORDED, DECIDED), "transactions::test_a_purchase_order_is_another_one_once_it_was_billed"),
        rule("A journal entry whose sides differ; what customers owe is a customer's, what is owed to vendors a vendor's.", 3180, REFERENCE, like(_RULES, "a journal entry out of balance"), like(_RULES, "receivables that nobody owes")),
        rule("A journal entry's amount with a sign.", 3040, (REFERENCE, DECIDED), like(_RULES, "a journal entry with a sign")),
        rule("Every transaction is in balance, accounts hold what was posted to them, names owe what is open.", DONE, DECIDED, "machine::TestCompanyFile", "reports::test_the_trial_balance_comes_to_nothing"),
        rule("Too few parts for an assembly, and `MarkPendingIfRequired` is not set; an assembly without parts.", 3180, DECIDED, like(_RULES, "an assembly without parts")),
        rule("Time of an employee of whom nobody decided whether it makes paychecks.", 3310, TABLE, like(_RULES, "time of an employee of whom nobody decided")),
        rule("Time of a customer: it is somebody's who works.", 3140, REFERENCE, like(_RULES, "time of a customer")),
        rule("What something is applied to is not deleted.", 3160, (TABLE, DECIDED), like(_RULES, "a paid bill deleted"), like(_RULES, "a billed order deleted")),
        rule("What something is applied to is not voided.", 3185, (TABLE, DECIDED), like(_RULES, "a paid bill voided")),
        rule("What is voided stays and comes to nothing; what it was applied to is open again.", DONE, (NOTES, DECIDED), "people::test_a_voided_bill_opens_its_order_again"),
        rule("A change, or something new, in closed books.", 3171, TABLE, "faults::test_what_lies_in_closed_books_stays_as_it_is", "people::test_closed_books_are_closed_for_people_too"),
        rule("A deletion in closed books.", 3161, TABLE, "faults::test_what_lies_in_closed_books_stays_as_it_is"),
    ),
    "3. Queries and reports": (
        rule("Nothing fits the filters.", 1, RECORDED, "::test_counts_come_when_asked_for", "::test_a_query_means"),
        rule("Of what is named some is not there; the rest is returned.", 500, (RECORDED, REFERENCE), "::test_what_is_not_there_is_named_and_the_others_are_returned", "transactions::test_what_is_not_there_is_named_and_the_others_are_returned"),
        rule("Both ends of a span of time are within it; ToModifiedDate without a time means the whole day.", DONE, (NOTES, DECIDED), "::test_a_query_means", "editions::test_a_date_alone_is_a_whole_day_on_the_wall"),
        rule("Dates that end before they begin.", 3030, TABLE, like(_RULES, "dates that end before they begin")),
        rule("Lines, links and custom fields come to those who ask for them.", DONE, REFERENCE, "transactions::test_both_ends_of_a_link_say_so_to_those_who_ask", "::test_custom_fields_come_to_those_who_name_their_owner"),
        rule("A query is taken in pieces, the same records whatever happens between; each is as it stands when it comes, and what is gone does not come.", DONE, (REFERENCE, DECIDED), "::test_a_query_is_taken_in_pieces", "people::test_iterators_go_on_over_what_people_do"),
        rule("An iterator that is over, or was none: it lives for one session.", 3391, (REFERENCE, DECIDED), like(_FIRST, "an iteration that nobody started"), "faults::test_iterators_live_no_longer_than_the_session"),
        rule("An asker gets what its version and country know.", DONE, SCHEMA, "::test_an_asker_gets_what_his_qbxml_and_his_country_know"),
        rule("Accounts come by type and then by name, all else by full name; transactions in the order in which they were made.", DONE, RECORDED, "replay::test_a_whole_list_comes_in_the_order_in_which_it_was_recorded", "transactions::test_transactions_come_in_the_order_in_which_they_were_made"),
        rule("Reports come from what is in the file, and agree with each other and with the lists.", DONE, (REFERENCE, RECORDED), "reports::test_the_lists_say_what_the_reports_say", "reports::test_a_recorded_report_comes_back_from_what_it_tells_of"),
        rule("What terms say is due within the calendar, and every report and filter has an answer up to both its ends.", DONE, DECIDED, "calendar::test_what_is_due_is_due_within_the_calendar", "calendar::test_every_report_has_an_answer_at_both_ends_of_the_calendar", "calendar::test_whatever_is_asked_of_any_days_is_answered"),
        rule("A report of more than 10,000 columns, such as one by the day up to 9999-12-31, is not made.", 3320, (TABLE, DECIDED), "calendar::test_a_report_up_to_no_end_is_made_or_refused"),
        rule("A report without dates is about the year up to today.", DONE, REFERENCE, "reports::test_a_report_without_dates_is_about_the_year_up_to_today"),
    ),
    "4. The memory for message sets": (
        rule("A set is not atomic: what was done before a refusal stays done.", NO_CODE, SAMPLES, "message_sets::test_a_set_is_not_atomic_and_its_reply_says_so_for_ever"),
        rule("The reply is kept after the work; the same bytes again get it once more, and nothing is done twice.", DONE, SAMPLES, "message_sets::test_the_same_bytes_again_are_answered_with_the_same_bytes_and_nothing_is_added"),
        rule("An empty document with the old id and the same new one gets the kept reply.", DONE, SAMPLES, "message_sets::test_a_lost_reply_is_asked_for_as_intuits_three_samples_do_it_and_then_cleared"),
        rule("Nothing is kept under this id.", 600, (SAMPLES, TABLE), "message_sets::test_an_old_id_that_nothing_is_kept_under_is_600"),
        rule("Other bytes under an id that is taken: nothing is done.", 9001, SAMPLES, "message_sets::test_other_bytes_under_an_id_that_is_taken_are_9001_and_not_carried_out"),
        rule("What is kept cannot be read: nothing is done.", 9002, (SAMPLES, DECIDED), "message_sets::test_a_reply_that_was_not_kept_whole_is_9002_and_nothing_is_carried_out_again"),
        rule("An id of more than 23 characters: nothing is done.", 9004, (SAMPLES, DECIDED), "message_sets::test_an_id_that_is_too_long_is_9004_and_nothing_is_carried_out"),
        rule("All is done, and the reply could not be kept.", 9005, (SAMPLES, TABLE), "message_sets::test_a_reply_that_cannot_be_kept_is_given_all_the_same_with_9005"),
        rule("How long a reply is remembered, nobody says: until it is forgotten by its id, unless `company.message_sets` says otherwise.", NO_CODE, DECIDED, "message_sets::test_all_are_remembered_unless_it_is_said_otherwise", "message_sets::test_only_the_last_is_remembered", "message_sets::test_none_is_remembered_and_ids_are_taken", "message_sets::test_each_is_remembered_for_a_time_by_the_clock_of_the_company_file"),
        rule("`responseData` says `includeNone`: statuses and counts alone.", DONE, SCHEMA, "message_sets::test_who_wants_no_data_gets_the_statuses_and_counts_alone"),
    ),
    "5. Faults, and what people do": (
        rule("Whatever goes wrong as ordered, the file is as if only the requests before had been asked.", NO_CODE, DECIDED, "faults::test_whatever_strikes_the_whole_file_is_as_if_only_the_requests_before_had_been_asked"),
        rule("A reply that is lost, or a QuickBooks that dies: the program is told what leaves open what was done.", "0x80040402", (TABLE, DECIDED), "faults::test_where_something_may_be_done_the_number_says_so", "faults::test_the_window_by_example"),
        rule("QuickBooks does not take a document, for any reason that its table has.", NO_CODE, TABLE, "faults::test_quickbooks_does_not_take_a_document_for_every_reason_there_is"),
        rule("A person has the record open.", 3175, (TABLE, NOTES), "people::test_what_a_person_has_open_is_in_use_for_all_others", "faults::test_a_record_that_a_user_has_open_cannot_be_changed_or_deleted_until_he_closes_it"),
        rule("A person has the record open that is to be deleted.", 3160, (TABLE, DECIDED), "faults::test_who_does_away_with_what_a_user_has_open_is_told_so_by_the_code_of_the_deed"),
        rule("A person has the transaction open that is to be voided.", 3185, (RECORDED, TABLE), "faults::test_who_does_away_with_what_a_user_has_open_is_told_so_by_the_code_of_the_deed"),
        rule("A person has a transaction open that belongs to it.", 3176, (TABLE, DECIDED), "people::test_what_a_person_has_open_is_in_use_for_all_others", "faults::test_a_transaction_that_a_user_has_open_is_in_the_way_of_those_that_belong_to_it"),
        rule("The program may only read.", 3263, TABLE, "faults::test_a_program_that_may_only_read_reads"),
        rule("What a person does leaves behind what a program's request would.", NO_CODE, DECIDED, "people::test_what_a_person_does_is_what_a_program_would_have_done"),
        rule("A person changed the record since it was read.", 3200, (RECORDED, TABLE), "people::test_a_program_notices_what_a_person_did"),
        rule("A transaction that looks like ours stands there first; QuickBooks takes both.", DONE, DECIDED, "people::test_a_similar_transaction_has_all_but_what_is_ours"),
    ),
    "6. Editions, versions and preferences": (
        rule("A request that this country's QuickBooks has not: the document is not taken.", "0x80040400", SCHEMA, "editions::test_a_request_of_other_editions_is_not_taken_and_one_of_its_own_is"),
        rule("The host says which versions it reads, and which release it is.", DONE, (RECORDED, NOTES), "editions::test_a_quickbooks_reads_the_versions_that_it_names_and_no_newer_ones", "editions::test_the_release_goes_with_the_version"),
        rule("What a preference has switched off is refused, queries too.", 3250, (RECORDED, DECIDED), "editions::test_what_is_switched_off_is_refused_whatever_is_asked"),
    ),
}
# fmt: on
"""By the parts of what a company file does."""

RULES_OF_ALL = tuple(one for rules in RULES.values() for one in rules)


# --- the page --------------------------------------------------------------------------------------------------------


def node(test: str) -> tuple[str, str, str]:
    """The file, the function or class, and the example of a test; '' for all examples."""
    room, _, rest = test.partition("::")
    name, _, example = rest.partition("[")
    return f"test_{room or 'company_file'}.py", name, example.removesuffix("]")


def shown_by(tests: Iterable[str]) -> str:
    """Tests by their words, each with its examples."""
    found: dict[tuple[str, str], list[str]] = {}
    for test in tests:
        file, name, example = node(test)
        found.setdefault((file, name), []).extend([example] if example and "<" not in example else [])
    return "<br>".join(
        f"{words(name)}{': ' if examples else ''}{', '.join(f'*{one}*' for one in examples)} (`{file}`)"
        for (file, name), examples in found.items()
    )


def words(name: str) -> str:
    return name.removeprefix("test_").replace("_", " ") if name.startswith("test_") else f"`{name}`"


def rows(rules: Iterable[Rule]) -> Iterator[Sequence[str]]:
    for one in rules:
        code = f"`{one.code}`" if isinstance(one.code, str) and one.code else str(one.code)
        yield one.words, code, ", ".join(one.sources), shown_by(one.tests)


def page(grid: Callable[[Sequence[str], Iterable[Sequence[object]]], str]) -> str:
    parts = "\n\n".join(
        f"## {title}\n\n{grid(('what QuickBooks does', 'code', 'from', 'shown by'), rows(rules))}"
        for title, rules in RULES.items()
    )
    meanings = grid(("from", "what that means"), MEANS.items())
    return f"""# The rules

What the simulated company file does, rule by rule: the code that comes back, where the rule is from, and the test that
shows it. 0 is done; no code means that there is no answer of its own. The page is drawn from data that a test holds
against the code: every statusCode that the simulator can give by itself has a row, and every test named here is there,
with `test_` before its words and underscores between them.
Any other code of QuickBooks can be [ordered](faults.md). [What each code means](../reference/codes.md) for a program, and
for a bookkeeper, stands on a page of its own.

{meanings}

{parts}
"""
