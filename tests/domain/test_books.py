"""The books: every choice is checked where they are made, whichever way they are made."""

import pickle

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procore_qbd import Books, BooksError, CustomerRule, ItemNaming
from procore_qbd.domain.books import NegativeInvoices, SimilarBills

NAMES = ("income_account", "expense_account", "accounts_payable", "retainage_item", "terms", "customer")
CHOICES = {
    "negative_invoices": NegativeInvoices,
    "similar_bills": SimilarBills,
    "customer_rule": CustomerRule,
    "item_naming": ItemNaming,
}


def fault(**what):
    """The one thing that is wrong with such books, the same whichever way they are made."""
    with pytest.raises(BooksError) as error:
        Books(**what)
    with pytest.raises(BooksError) as again:
        Books.from_mapping(what)
    assert error.value.faults == again.value.faults
    (one,) = error.value.faults
    return one


# --- choices ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "kind"), CHOICES.items())
def test_a_choice_may_be_given_by_its_text(name, kind):
    for choice in kind:
        assert getattr(Books(**{name: choice.value}), name) is choice
        assert getattr(Books(**{name: choice}), name) is choice


@pytest.mark.parametrize(("name", "kind"), CHOICES.items())
@pytest.mark.parametrize("value", ["nonsense", "", "REFUSE ", 1, True, None, ["refuse"], ItemNaming])
def test_a_choice_that_is_none_is_refused_with_the_choices(name, kind, value):
    assert fault(**{name: value}) == f"{name}: expected one of {', '.join(kind)}, got {value!r}"


def test_evolving_checks_again():
    with pytest.raises(BooksError, match="negative_invoices: expected one of refuse, vendor_credit, got 'no'"):
        attrs.evolve(Books(), negative_invoices="no")


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", ["", "   ", 30, True, ["a"], b"Net 30"])
def test_a_name_that_is_none_is_refused(name, value):
    assert fault(**{name: value}) == f"{name}: expected a name as QuickBooks shows it, got {value!r}"


@pytest.mark.parametrize("value", ["Job\nCosts", "Job\tCosts", "Job\u00a0Costs", "Costs\x00"])
def test_a_name_of_characters_that_cannot_be_seen_is_refused(value):
    assert "of characters that can be seen" in fault(expense_account=value)


@pytest.mark.parametrize("value", [":Costs", "Costs:", "Job: :Costs", ":"])
def test_a_full_name_with_a_gap_is_refused(value):
    assert fault(expense_account=value) == f"expense_account: a name is missing before or behind a colon, got {value!r}"


def test_blanks_around_the_parts_of_a_name_do_not_count():
    assert Books(expense_account=" Job Costs : Subcontractors ").expense_account == "Job Costs:Subcontractors"


def test_what_may_be_left_out_may_be_none_and_the_retainage_item_may_not():
    Books(**dict.fromkeys(set(NAMES) - {"retainage_item"}))
    assert "retainage_item" in fault(retainage_item=None)


# --- the rest --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["US", "us", " Us ", "ca", "GB"])
def test_a_country_is_two_letters_in_any_case(value):
    assert Books(country=value).country == value.strip().upper()


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("United States", "; did you mean 'US'?"),
        ("usa", "; did you mean 'US'?"),
        ("UK", "; did you mean 'GB'?"),
        ("Canada", "; did you mean 'CA'?"),
        ("XX", ""),
        ("U", ""),
        ("US CA", ""),
        ("", ""),
        (1, ""),
        (None, ""),
    ],
)
def test_a_country_that_is_none_is_refused(value, hint):
    assert fault(country=value) == (
        f"country: expected the two letters of a country (ISO 3166), such as 'US', got {value!r}{hint}"
    )


def test_export_statuses_are_texts():
    assert Books().export_statuses == ("Approved",)
    assert Books(export_statuses=["Approved", " Complete "]).export_statuses == ("Approved", "Complete")
    assert "expected a list of one or more statuses, got 'Approved'" in fault(export_statuses="Approved")
    assert "expected a list of one or more statuses, got ()" in fault(export_statuses=())
    assert "expected a status as Procore shows it, got ' '" in fault(export_statuses=["Approved", " "])
    assert "expected a status as Procore shows it, got 1" in fault(export_statuses=["Approved", 1])


@pytest.mark.parametrize("value", [2, 0, "1", 1.0, True, None])
def test_another_version_is_refused(value):
    assert fault(version=value) == f"version: this release reads version 1, got {value!r}"


def test_a_customer_needs_the_rule_for_it():
    assert fault(customer="ACME").startswith("customer: 'ACME' is given, but customer_rule makes")
    books = Books(customer="ACME", customer_rule="job_under_customer")
    assert books.as_job() == Books()
    assert Books().under("ACME") == books
    for nothing in ("", " ", 5):
        with pytest.raises(BooksError, match="customer: expected a name"):
            Books().under(nothing)


def test_all_faults_are_told_at_once_and_pickle():
    with pytest.raises(BooksError) as error:
        Books(version=2, terms=30, item_naming="tall", country="Mars")
    assert len(error.value.faults) == 4
    assert str(pickle.loads(pickle.dumps(error.value))) == str(error.value)  # noqa: S301  our own


anything = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.lists(st.text())
fields = [field.name for field in attrs.fields(Books)]


@given(st.dictionaries(st.sampled_from(fields), anything))
def test_whatever_is_given_it_is_books_of_the_right_types_or_an_error_of_ours(values):
    try:
        books = Books(**values)
    except BooksError:
        return
    assert books.version == 1
    for name in NAMES:
        assert getattr(books, name) is None or getattr(books, name).strip()
    for name, kind in CHOICES.items():
        assert type(getattr(books, name)) is kind
    assert books == attrs.evolve(books)
    assert hash(books)


# --- files -----------------------------------------------------------------------------------------------------------

TOML = 'version = 1\nterms = "Netto für 30"\nexport_statuses = ["Approved", "Complete"]\ncountry = "ca"\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_file_is_read_in_the_encodings_of_windows_too(encoding, newline):
    assert Books.from_toml(TOML.replace("\n", newline).encode(encoding)) == Books(
        terms="Netto für 30", export_statuses=("Approved", "Complete"), country="CA"
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (
            b"terms = 'Netto f\xfcr 30'",
            "line 1: byte 0xFC is not UTF-8, perhaps Windows-1252 (ANSI): save the file as UTF-8",
        ),
        (TOML.encode("utf-16-le"), "is in an encoding that is not marked, perhaps UTF-16: save the file as UTF-8"),
        (b"\xff\xfe\x00", "begins as UTF-16 but is not: save the file as UTF-8"),
        (b"a = " + b"[" * 100_000, "brackets are nested too deeply"),
        (b"version = " + b"1" * 10_000, "a number is too long"),
        (b"terms = 'a'\nterms = 'b'", "is not TOML: Cannot overwrite a value"),
        (b"terms = ", "is not TOML: Invalid value"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(data, words):
    with pytest.raises(BooksError) as error:
        Books.from_toml(data)
    assert words in str(error.value)


def test_faults_of_a_file_begin_with_their_lines():
    with pytest.raises(BooksError) as error:
        Books.from_toml(b'# terms = ""\nincom_account = "x"\n\n"terms" = 30\n[books]\nversion = 1\n')
    assert [fault.partition(":")[0] for fault in error.value.faults] == ["line 2", "line 4", "line 5"]
    assert error.value.faults[0] == "line 2: incom_account: not a setting; did you mean income_account?"


def test_a_setting_that_is_like_none_is_told_with_all_there_are():
    with pytest.raises(BooksError, match=r"zzz: not a setting; there are version, income_account, .*country"):
        Books.from_mapping({"zzz": 1})


@pytest.mark.parametrize("key", ["Income-Account", "incomeaccount", " income_account"])
def test_a_setting_in_another_spelling_is_no_setting_and_the_right_one_is_named(key):
    with pytest.raises(BooksError, match="did you mean income_account"):
        Books.from_mapping({key: "x"})


@given(st.binary() | st.text().map(str.encode) | st.text().map(lambda text: text.encode("utf-16", "surrogatepass")))
def test_any_bytes_are_books_or_an_error_of_ours(data):
    try:
        Books.from_toml(data)
    except BooksError as error:
        assert str(error)  # noqa: PT017  either is right


lines = st.sampled_from([*fields, "x"]).flatmap(
    lambda name: st.sampled_from(['""', '"a"', "1", "[]", '["a"]', "true", "nan", "1979-05-27", "{a=1}"]).map(
        lambda value: f"{name} = {value}"
    )
)


@given(st.lists(lines, unique_by=lambda line: line.split()[0]))
def test_any_settings_in_a_file_are_books_or_faults_with_their_lines(settings):
    try:
        Books.from_toml("\n".join(settings).encode())
    except BooksError as error:
        assert all(fault.startswith("line ") for fault in error.faults)  # noqa: PT017  either is right
