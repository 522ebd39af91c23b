"""Requests with something wrong in them, the same for the same seed: whatever reads them must take them or say why not."""

import copy
import json
import random
from collections.abc import Iterator

from procore_qbd import demo
from support.payloads import SAMPLES, paths_of, put, value_at

__all__ = ["WRONGS", "good", "malformed"]

_HERE = "@here@"

VALUES = {
    "null": None,
    "true": True,
    "zero": 0,
    "negative": -3,
    "a float": 2.5,
    "a huge number": 10**30,
    "a tiny float": 5e-324,
    "a huge float": 1.7e308,
    "blank": " ",
    "no text": "",
    "a huge text": "lorem ipsum " * 20_000,
    "digits": "17",
    "foreign digits": "\u0663\u0664",
    "another date": "2026-02-30",
    "an early date": "1899-12-31",
    "minus nothing": "-0",
    "an exponent": "1e9999999",
    "a list": [],
    "a list of nulls": [None, None],
    "an object": {},
    "half a character": "a\ud800b",
    "a mark of direction": "\u202eabc\u200f",
    "no width": "a\u200bb",
    "NUL": "a\0b",
    "combining": "e" + "\u0301" * 50,
    "emoji": "\U0001f469\u200d\U0001f527",
    "lines": "a\r\nb\u2028c\vd",
    "blanks of all kinds": "\ta\u00a0b\u3000c",
    "markup": "<b>a</b> & ]]> \u2265",
    "bars": "a|b|c",
}
"""What may stand where something else should."""

TEXTS = {
    "NaN": "NaN",
    "infinity": "-Infinity",
    "an endless number": "9" * 5000,
    "out of bounds": "1e99999999999999999999",
    "minus zero": "-0.0",
    "nested": "[" * 90 + "]" * 90,
    "nested objects": '{"id":' * 90 + "1" + "}" * 90,
    "nested too deep": "[" * 50_000 + "]" * 50_000,
    "cut short": "",
}
"""What only a text of JSON can hold, or what is none."""


def _missing(payload, path):
    changed = copy.deepcopy(payload)
    del value_at(changed, path[:-1])[path[-1]]
    return changed


def _again(payload, path):
    """The value once more behind itself, where it is one of a list."""
    if not isinstance(path[-1], int):
        return put(payload, path, [value_at(payload, path)] * 2)
    changed = copy.deepcopy(payload)
    value_at(changed, path[:-1]).insert(path[-1], copy.deepcopy(value_at(payload, path)))
    return changed


def _twice(payload, path):
    """The key twice in its object, with another value first."""
    own = json.dumps(value_at(payload, path))
    rest = f", {json.dumps(path[-1])}: {own}" if isinstance(path[-1], str) else ""
    return json.dumps(put(payload, path, _HERE)).replace(json.dumps(_HERE), f"123{rest}")


WRONGS = (
    {"missing": _missing, "once more": _again, "its key twice": _twice}
    | {name: lambda payload, path, value=value: put(payload, path, value) for name, value in VALUES.items()}
    | {
        name: lambda payload, path, text=text: json.dumps(put(payload, path, _HERE)).replace(json.dumps(_HERE), text)
        for name, text in TEXTS.items()
    }
)
"""By name: what makes a wrong payload, or the text of one, of a good payload and a path in it."""


def good() -> list[dict]:
    """The requests that are spoilt: the demo's, with nothing synced yet, and one of each kind."""
    return [*(json.loads(data) for _, data in demo.requests()), *SAMPLES]


def malformed(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Spoilt requests: what is wrong where, in words, and the JSON of it.

    The places take turns, and so do the wrongs, both in an order that the seed gives.

    Args:
        count: How many.
        seed: Another one gives others.
    """
    dice = random.Random(seed)  # noqa: S311 - nothing is secret about it
    places: dict[tuple, list] = {}
    for payload in good():
        for path in paths_of(payload):
            like = tuple("[]" if isinstance(step, int) else step for step in path)
            places.setdefault((payload["request_name"], *like), []).append((payload, path))
    order, wrongs = list(places), list(WRONGS)
    dice.shuffle(order)
    for number in range(count):
        if number % len(wrongs) == 0:
            dice.shuffle(wrongs)
        place, wrong = order[number % len(order)], wrongs[number % len(wrongs)]
        payload, path = dice.choice(places[place])
        spoilt = WRONGS[wrong](payload, path)
        text = spoilt if isinstance(spoilt, str) else json.dumps(spoilt)
        yield f"{'.'.join(map(str, place))}: {wrong}", text.encode("utf-8", "surrogatepass")
