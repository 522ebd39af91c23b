"""What the journal keeps of domain values comes back the same, and what it does not know it refuses."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procore_qbd import Books, ItemKind, Link, Links, Memory, demo, perform, read_request, run
from procore_qbd.domain import Difference, ItemNaming, Pair, QuickBooksId
from procore_qbd.errors import JournalError
from procore_qbd.journal.encoding import decoded, encoded
from procore_qbd.simulator import CompanyFile


def test_every_request_and_close_out_of_the_demo_comes_back_the_same():
    links = Links()
    with CompanyFile.create() as company:
        for name, data in demo.requests(links):
            request = read_request(data)
            assert decoded(encoded(request)) == request, name
            close_out = run(perform(request, links, demo.BOOKS), Memory(company.process))
            assert decoded(encoded(close_out)) == close_out, name
            for link in close_out.links:
                links.add(link)
    assert decoded(encoded(demo.BOOKS)) == demo.BOOKS


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.decimals(allow_nan=False)
    | st.dates()
    | st.datetimes().map(lambda moment: moment.replace(fold=0))
    | st.sampled_from(ItemKind)
    | st.builds(Pair, st.from_regex(r"[0-9A-F]{1,4}-[0-9]{1,3}", fullmatch=True), st.just("2-2"))
    | st.builds(Difference, st.text(), st.decimals(allow_nan=False, allow_infinity=False), st.none() | st.text()),
    lambda inner: st.lists(inner).map(tuple) | st.dictionaries(st.text() | st.sampled_from(ItemKind), inner),
    max_leaves=8,
)


@given(values)
def test_whatever_is_written_is_read_back_with_its_type(value):
    back = decoded(encoded(value))
    assert back == value
    assert repr(back) == repr(value)


def test_a_field_at_its_default_is_left_out_so_that_later_releases_may_add_some():
    link = Link(kind=ItemKind.VENDOR, procore_id=1, quickbooks_id="8-1")
    assert json.loads(encoded(link)).keys() == {"$", "kind", "procore_id", "quickbooks_id"}
    assert decoded(encoded(Books(item_naming=ItemNaming.FLAT))).item_naming is ItemNaming.FLAT
    assert decoded(encoded(QuickBooksId("8-1", ("8-2",)))) == QuickBooksId("8-1", ("8-2",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"$":"Starship"}', "keeps a Starship, which this release does not know"),
        (
            '{"$":"Link","kind":{"$":"ItemKind","text":"vendor"},"procore_id":1,"quickbooks_id":"8-1","colour":1}',
            "colour",
        ),
        ("[1", "cannot be read: JSONDecodeError"),
        ('{"$":"ItemKind","text":"spaceship"}', "cannot be read: ValueError"),
        ("{}", "cannot be read: KeyError"),
    ],
)
def test_what_is_damaged_or_newer_is_refused(text, said):
    with pytest.raises(JournalError, match=said):
        decoded(text)


def test_what_is_not_the_domains_is_not_kept():
    with pytest.raises(TypeError, match=r"keeps values of procore_qbd.domain, not a timedelta"):
        encoded(dt.timedelta(1))
    assert str(decoded(encoded(Decimal("1.500")))) == "1.500"
