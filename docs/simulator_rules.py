"""The page of the simulator's rules: what it refuses, drawn from its reasons, and what it does, with the tests that show it."""
# ruff: noqa: E501  # a rule is read as a row of a table

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING

import attrs

from procore_qbd.codes import HRESULTS
from procore_qbd.simulator.knowledge.rules import MEANS, Source
from procore_qbd.simulator.rules import BEHAVIOURS, REASONS, home_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


RECORDED, NOTES, SCHEMA, REFERENCE, TABLE, DECIDED, _ = Source
SAMPLES = REFERENCE
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
_FIRST, _TXN = _REFUSED, f"transactions{_REFUSED}"
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
        rule("An element that the schema has and only QuickBooks of another country keeps, or QuickBooks Online: done without it, with a warning.", 530, (TABLE, SCHEMA, DECIDED), "editions::test_what_only_other_editions_keep_is_left_out_with_a_warning", "editions::test_no_request_of_another_edition_is_a_fault_of_the_document_for_its_elements"),
        rule("A value that its field cannot hold costs its own request, and no other.", NO_CODE, NOTES, _BAD),
        rule("A macro names what a request of the same document makes.", DONE, REFERENCE, "macros::test_what_is_added_can_be_referred_to_in_the_same_document"),
    ),
    "2. The company file": (
        rule("A ListID or TxnID is a number in hexadecimal and the second in which the record was made; an EditSequence is the second of the last change, and never comes twice.", DONE, RECORDED, "::test_a_new_record_has_what_quickbooks_gives_it", "::test_ids_differ_within_a_second_and_edit_sequences_grow_whatever_the_clock_does"),
        rule("With `company.edit_sequence_by_second` it is the second alone, so that one from before a change of the same second is taken.", DONE, DECIDED, "::test_edit_sequences_can_be_the_second_alone_so_that_a_stale_one_is_taken", "transactions::test_within_a_second_an_order_that_was_billed_can_pass_for_the_one_before"),
        rule("Times are the wall's, beside the offset of winter, in summer too.", DONE, RECORDED, "editions::test_the_wall_is_right_and_the_offset_is_winters"),
        rule("What was answered is on disk, whoever kills the process; of a request at work all is there or nothing.", NO_CODE, DECIDED, "::test_what_was_answered_survives_being_killed_in_the_middle", "::test_a_request_that_was_killed_was_never_there", "machine::TestCompanyFile"),
        rule("One program has the file at a time; the lock dies with it.", NO_CODE, DECIDED, "::test_one_process_has_it_at_a_time_and_the_lock_dies_with_the_process"),
        rule("A backup that is restored brings the old state back, and the file says when.", DONE, REFERENCE, "faults::test_a_backup_brings_the_old_state_back_and_the_file_says_when"),
        rule("Condensing takes closed history out: what went is not found, and is not among what was deleted; every balance stays.", 500, (NOTES, DECIDED), "people::test_condensing_changes_no_balance_and_nothing_that_stays", "people::test_what_waits_stays"),
    ),
    "3. Lists": (
        rule("Where a reference has a ListID and a name, the ListID wins.", DONE, REFERENCE, "::test_the_list_id_of_a_reference_wins_over_its_name"),
        rule("QuickBooks makes the accounts that it needs itself, and puts a star before a name that is taken.", DONE, RECORDED, "lists::test_an_account_that_quickbooks_needs_is_made_once_and_known_whatever_its_name", "lists::test_where_its_name_is_taken_it_gets_a_star"),
        rule("Merged, everything that pointed to the one points to the other; EditSequences of transactions stay.", DONE, (REFERENCE, NOTES), "merging::test_no_money_is_lost_and_nothing_dangles", "merging::test_transactions_name_the_one_that_is_left_and_keep_their_edit_sequence"),
    ),
    "3. Transactions": (
        rule("An amount is the quantity times the rate, to the cent, halves away from zero; given an amount, the rate follows, to five decimals.", DONE, (RECORDED, NOTES), "transactions::test_an_amount_is_the_quantity_times_the_rate_to_the_cent", "transactions::test_an_amount_that_is_given_stays_and_the_rate_follows"),
        rule("A linked line takes from the order's what it does not say itself; an amount alone is for one.", DONE, NOTES, "transactions::test_a_linked_line_takes_what_it_is_for_from_the_purchase_order", "transactions::test_the_size_of_a_linked_line"),
        rule("What an order received is what the linked lines say, and with the last it is closed.", DONE, (REFERENCE, NOTES), "transactions::test_what_is_received_is_what_the_linked_lines_say_whatever_happens_to_the_bills", "transactions::test_a_lump_sum_is_billed_in_any_parts_exactly_and_the_order_closes_with_the_last"),
        rule("A bill for an order, or a line, that is closed is saved without its link.", 570, REFERENCE, "transactions::test_a_bill_for_what_is_closed_is_kept_without_its_link", "people::test_an_order_that_is_closed_by_hand_takes_no_bill"),
        rule("A Mod that names lines deletes those that it does not name; one that names none leaves them alone.", DONE, (REFERENCE, NOTES), "transactions::test_the_lines_after_a_mod_are_those_that_it_names", "transactions::test_a_mod_without_lines_leaves_them_alone"),
        rule("That money is paid moves TimeModified of a bill or invoice, and not its EditSequence; that an order is billed moves both.", DONE, (RECORDED, DECIDED), "transactions::test_a_purchase_order_is_another_one_once_it_was_billed"),
        rule("Every transaction is in balance, accounts hold what was posted to them, names owe what is open.", DONE, DECIDED, "machine::TestCompanyFile", "reports::test_the_trial_balance_comes_to_nothing"),
        rule("What is voided stays and comes to nothing; what it was applied to is open again.", DONE, (NOTES, DECIDED), "people::test_a_voided_bill_opens_its_order_again"),
    ),
    "3. Queries and reports": (
        rule("Nothing fits the filters.", 1, RECORDED, "::test_counts_come_when_asked_for", "::test_a_query_means"),
        rule("Of what is named some is not there; the rest is returned.", 500, (RECORDED, REFERENCE), "::test_what_is_not_there_is_named_and_the_others_are_returned", "transactions::test_what_is_not_there_is_named_and_the_others_are_returned"),
        rule("Both ends of a span of time are within it; ToModifiedDate without a time means the whole day.", DONE, (NOTES, DECIDED), "::test_a_query_means", "editions::test_a_date_alone_is_a_whole_day_on_the_wall"),
        rule("Lines, links and custom fields come to those who ask for them.", DONE, REFERENCE, "transactions::test_both_ends_of_a_link_say_so_to_those_who_ask", "::test_custom_fields_come_to_those_who_name_their_owner"),
        rule("A query is taken in pieces, the same records whatever happens between; each is as it stands when it comes, and what is gone does not come.", DONE, (REFERENCE, DECIDED), "::test_a_query_is_taken_in_pieces", "people::test_iterators_go_on_over_what_people_do"),
        rule("An asker gets what its version and country know.", DONE, SCHEMA, "::test_an_asker_gets_what_his_qbxml_and_his_country_know"),
        rule("Accounts come by type and then by name, all else by full name; transactions in the order in which they were made.", DONE, RECORDED, "replay::test_a_whole_list_comes_in_the_order_in_which_it_was_recorded", "transactions::test_transactions_come_in_the_order_in_which_they_were_made"),
        rule("Reports come from what is in the file, and agree with each other and with the lists.", DONE, (REFERENCE, RECORDED), "reports::test_the_lists_say_what_the_reports_say", "reports::test_a_recorded_report_comes_back_from_what_it_tells_of"),
        rule("What terms say is due within the calendar, and every report and filter has an answer up to both its ends.", DONE, DECIDED, "calendar::test_what_is_due_is_due_within_the_calendar", "calendar::test_every_report_has_an_answer_at_both_ends_of_the_calendar", "calendar::test_whatever_is_asked_of_any_days_is_answered"),
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
        rule("The program may only read.", 3263, TABLE, "faults::test_a_program_that_may_only_read_reads"),
        rule("What a person does leaves behind what a program's request would.", NO_CODE, DECIDED, "people::test_what_a_person_does_is_what_a_program_would_have_done"),
        rule("A transaction that looks like ours stands there first; QuickBooks takes both.", DONE, DECIDED, "people::test_a_similar_transaction_has_all_but_what_is_ours"),
    ),
    "6. Editions, versions and preferences": (
        rule("The host says which versions it reads, and which release it is.", DONE, (RECORDED, NOTES), "editions::test_a_quickbooks_reads_the_versions_that_it_names_and_no_newer_ones", "editions::test_the_release_goes_with_the_version"),
    ),
}
# fmt: on
"""By the parts of what a company file does."""

RULES_OF_ALL = tuple(one for rules in RULES.values() for one in rules)


# --- the page --------------------------------------------------------------------------------------------------------

ROOMS = {
    "engine": "Documents and values",
    "about": "Preferences",
    "faults": "What is open in a window",
    "lists.custom_field": "Custom fields",
    "lists.merging": "Merging",
    "lists": "Lists",
    "store": "Lists",
    "records": "Lists",
    "knowledge.lists": "Lists",
    "knowledge.item_accounts": "Lists",
    "knowledge.reasons": "Everywhere",
    "knowledge.arithmetic": "Everywhere",
    "transactions": "Transactions of every kind",
    "queries": "Queries and reports",
    "reports": "Queries and reports",
}
"""The sections of what is refused, by the beginning of the module that keeps a reason."""


def room_of(name: str) -> str:
    """The section that a reason stands in; each kind of transaction has one of its own."""
    module = home_of(name)
    here = module.removeprefix("procore_qbd.simulator.")
    if here.startswith("kinds."):
        return (importlib.import_module(module).__doc__ or "").partition(":")[0].partition(";")[0].strip().rstrip(".")
    return next(title for beginning, title in ROOMS.items() if here.startswith(beginning))


def refusals() -> dict[str, list[str]]:
    """The names of all reasons by section, in the order of `ROOMS`, and then those of single kinds."""
    found: dict[str, list[str]] = {title: [] for title in ROOMS.values()}
    for name in REASONS:
        found.setdefault(room_of(name), []).append(name)
    return {title: names for title, names in found.items() if names}


_REQUEST = re.compile(r"<(\w+?)(?:Rq)?[\s/>]")


def asked_by(name: str) -> str:
    """The request that the experiment of a reason ends with."""
    asks = REASONS[name].experiment.steps[-1].asks
    found = _REQUEST.match(asks)
    return f"`{found[1]}`" if found else ""


def refusal_rows(names: Iterable[str]) -> Iterator[Sequence[str]]:
    for name in sorted(names, key=lambda one: (REASONS[one].code, one)):
        one = REASONS[name]
        code = f"`0x{one.code:08X}`" if one.code in HRESULTS else str(one.code)
        setting = f" (Tried where {one.experiment.setting}.)" if one.experiment.setting else ""
        said = f" *{one.quickbooks}*" if one.quickbooks else ""
        yield f"`{name}`", code, f"{one.words}{said}{setting}", str(one.source), asked_by(name)


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
    heads = ("name", "code", "when, and what QuickBooks says", "from", "tried with")
    refused = "\n\n".join(f"### {title}\n\n{grid(heads, refusal_rows(names))}" for title, names in refusals().items())
    leaned_on = grid(
        ("name", "what QuickBooks does", "from"),
        ((f"`{name}`", one.words, str(one.source)) for name, one in BEHAVIOURS.items()),
    )
    done = "\n\n".join(
        f"### {title.partition(' ')[2]}\n\n{grid(('what QuickBooks does', 'code', 'from', 'shown by'), rows(rules))}"
        for title, rules in RULES.items()
    )
    meanings = grid(("from", "what that means"), MEANS.items())
    return f"""# The rules

What the simulated company file goes by, rule by rule: {len(REASONS)} reasons to refuse something, and what it does by
itself. A rule that has a name has an experiment: requests that show it, in a simulated file and in a real one.
[`procore-qbd probe`](../command-line.md#probe) does them all, and [says where QuickBooks differs](differences.md#how-to-help).
`company.last_reasons` are the rules by which the last document was refused.

{meanings}

## What it refuses

The code is the statusCode of the request, or the HRESULT of the whole document. In *italics* stands what QuickBooks says
behind the words of the code, where that is known. [What each code means](../reference/codes.md) for a program, and for a
bookkeeper, stands on a page of its own. Any other code of QuickBooks can be [ordered](faults.md).

{refused}

## What exactly-once leans on

The journal never sends twice what may have been written. It goes by these habits of QuickBooks.

{leaned_on}

## What it does

0 is done; no code means that there is no answer of its own. Every test named here is there, with `test_` before its
words and underscores between them.

{done}
"""
