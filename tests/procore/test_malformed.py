"""A thousand requests with something wrong in them: each is read, or refused in a way that can be told to Procore."""

import json
import pickle
import unicodedata
from collections import Counter
from itertools import chain

import attrs

from procore_qbd.domain import ErpRequest, Unreadable
from procore_qbd.errors import PayloadError
from procore_qbd.procore import calls, read_request, refuse, to_json
from procore_qbd.procore.closeouts import check_call
from support.malforming import WRONGS, good, malformed

COUNT, SEED = 1000, 20261128
UNWRITABLE = {"Cc", "Cs", "Zl", "Zp"}


def read(data):
    """The request, or our error; any other exception fails the test."""
    try:
        return read_request(data)
    except PayloadError as error:
        return error


def texts(value):
    """Every text in a request, but for what is quoted of those that cannot be read."""
    if isinstance(value, str):
        yield value
    elif attrs.has(type(value)) and not isinstance(value, Unreadable):
        yield from chain.from_iterable(map(texts, attrs.asdict(value, recurse=False).values()))
    elif isinstance(value, tuple):
        yield from chain.from_iterable(map(texts, value))


def check_request(request, words):
    assert isinstance(request, ErpRequest), words
    for text in texts(request):
        assert text == unicodedata.normalize("NFC", text), words
        hidden = {letter for letter in set(text) - set("\n\t") if unicodedata.category(letter) in UNWRITABLE}
        assert not hidden, words


def check_refusal(error, words):
    assert all(fault.startswith("$") for fault in error.faults), words
    assert pickle.loads(pickle.dumps(error)).__dict__ == error.__dict__, words  # noqa: S301 - our own bytes
    close_out = refuse(error)
    assert [fault for call in calls(close_out) for fault in check_call(call)] == [], words
    assert json.loads(to_json(close_out).encode())["ok"] is False, words


def test_whatever_is_wrong_it_is_a_request_or_our_error_that_closes_the_request():
    ends = Counter()
    for words, data in malformed(COUNT, SEED):
        result = read(data)
        if isinstance(result, PayloadError):
            ends["refused"] += 1
            check_refusal(result, words)
        else:
            ends["refused in part" if getattr(result, "unreadable", ()) else "read"] += 1
            check_request(result, words)
    assert sum(ends.values()) == COUNT
    assert min(ends.values()) > COUNT / 30, ends


def test_what_can_be_addressed_is_addressed():
    for words, data in malformed(COUNT, SEED):
        error = read(data)
        if isinstance(error, PayloadError) and "expected JSON" not in error.faults[0]:
            named = json.loads(data, object_pairs_hook=_details)[1]
            assert set(error.request_detail_ids) == {one for one in named if type(one) is int and one >= 0}, words


def _details(pairs):
    """In place of an object, a pair: the request details that it and what is in it name stand second."""
    found = [value for key, value in pairs if key == "request_detail_id"]
    waiting = [value for _, value in pairs]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, tuple):
            found += value[1]
    return None, found


def test_the_same_seed_gives_the_same_requests_and_another_one_others():
    first = list(malformed(150, 1))
    assert first == list(malformed(150, 1))
    assert first != list(malformed(150, 2))


def test_every_wrong_and_every_kind_of_request_has_its_turn():
    seen = [words for words, _ in malformed(COUNT, SEED)]
    assert {words.rpartition(": ")[2] for words in seen} == set(WRONGS)
    assert {words.partition(".")[0].partition(":")[0] for words in seen} >= {one["request_name"] for one in good()}


def test_what_is_spoilt_was_good():
    for payload in good():
        assert not getattr(read_request(payload), "unreadable", ())
