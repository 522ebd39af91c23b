"""All chance: the same picks for the same seed, every sequence once, tokens that come back, and the least that fails."""

import itertools
import os
import subprocess
import sys
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procore_qbd.chooser import Drawn, Exhaustive, Pick, Replay, Seeded, picks_of, shrink, token_of, trace
from support.examples import examples

ACTORS = st.sampled_from(("", "kim", "procore/mail", "Zoë"))
PICKS = st.dictionaries(ACTORS, st.lists(st.integers(0, 3) | st.integers(0, 10**6), max_size=30))


def trimmed(picks):
    """What a token is to keep, said otherwise than the code says it."""
    texts = {actor: list(numbers) for actor, numbers in picks.items()}
    for numbers in texts.values():
        while numbers and numbers[-1] == 0:
            numbers.pop()
    return {actor: numbers for actor, numbers in texts.items() if numbers}


# --- what every hand does --------------------------------------------------------------------------------------------

HANDS = {
    "seeded": lambda: Seeded(1),
    "exhaustive": lambda: next(iter(Exhaustive(1))),
    "replay": lambda: Replay("c1-"),
    "drawn": lambda: Drawn(lambda n: n - 1),
}


@pytest.mark.parametrize("hand", HANDS)
def test_every_hand_picks_below_n_and_remembers_who_asked_for_what(hand):
    chooser = HANDS[hand]()
    kim = chooser.split("kim")
    numbers = [chooser.pick(3, "the weather"), kim.pick(2), kim.split("left").pick(1, "a hand"), kim.pick(5)]
    assert all(0 <= number < n for number, n in zip(numbers, (3, 2, 1, 5), strict=True))
    assert chooser.log == [
        Pick("", "the weather", 3, numbers[0]),
        Pick("kim", "", 2, numbers[1]),
        Pick("kim/left", "a hand", 1, numbers[2]),
        Pick("kim", "", 5, numbers[3]),
    ]
    assert chooser.picks == kim.picks == {"": numbers[:1], "kim": [numbers[1], numbers[3]], "kim/left": [numbers[2]]}


@pytest.mark.parametrize("hand", HANDS)
def test_no_hand_picks_of_nothing(hand):
    with pytest.raises(ValueError, match="expected 1 or more ways, got 0: a fault"):
        HANDS[hand]().pick(0, "a fault")


@pytest.mark.parametrize("name", ["", "a/b"])
def test_the_name_of_an_actor_is_one_name(name):
    with pytest.raises(ValueError, match="expected a name without '/'"):
        Seeded(1).split(name)


# --- dice ------------------------------------------------------------------------------------------------------------

THROWN = "from procore_qbd.chooser import Seeded; c = Seeded('x'); print([c.split('kim').pick(9) for _ in range(20)])"


def test_the_same_seed_throws_alike_in_every_process():
    def thrown(hash_seed):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        command = [sys.executable, "-c", THROWN]
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout  # noqa: S603

    here = Seeded("x").split("kim")
    assert thrown("1") == thrown("2") == f"{[here.pick(9) for _ in range(20)]}\n"
    assert [Seeded("x").pick(10**9)] != [Seeded("y").pick(10**9)] != [Seeded("x").split("kim").pick(10**9)]


def test_no_pick_of_an_actor_depends_on_another_nor_on_how_many_ways_there_were_before():
    def kims(ways, others):
        chooser = Seeded(3)
        kim = chooser.split("kim")
        for _ in range(others):
            chooser.pick(7), chooser.split("lee").pick(3)
        kim.pick(ways)
        return [kim.pick(6) for _ in range(10)]

    assert kims(2, 0) == kims(900, 5)


def test_the_same_name_again_is_the_same_actor_who_goes_on():
    once, again = Seeded(5).split("kim"), Seeded(5)
    assert [once.pick(6) for _ in range(10)] == [again.split("kim").pick(6) for _ in range(10)]


@pytest.mark.parametrize(("departures", "low", "high"), [(0, 0, 0), (0.1, 60, 140), (1, 1000, 1000), (None, 700, 800)])
def test_departures_are_as_frequent_as_they_are_said_to_be_and_alike_among_themselves(departures, low, high):
    chooser = Seeded(11, departures=departures)
    numbers = [chooser.pick(4) for _ in range(1000)]
    left = [number for number in numbers if number]
    assert low <= len(left) <= high
    for number in (1, 2, 3):
        assert abs(left.count(number) - len(left) / 3) <= len(left) / 5
    assert {chooser.pick(1) for _ in range(20)} == {0}


def test_an_actor_can_have_a_weight_of_its_own():
    chooser = Seeded(1, departures=1)
    assert [chooser.split("never", departures=0).pick(2), chooser.split("as all").pick(2), chooser.pick(2)] == [0, 1, 1]


@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_refused(wrong):
    with pytest.raises(ValueError, match="expected a probability"):
        Seeded(1, departures=wrong)
    with pytest.raises(ValueError, match="expected a probability"):
        Seeded(1).split("kim", departures=wrong)


# --- every sequence --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("depth", "ways", "at_most"), [(0, 3, 2), (4, 1, 2), (5, 3, 0), (5, 3, 2), (6, 4, 3), (3, 2, 9)]
)
def test_every_sequence_of_a_fixed_tree_is_visited_once(depth, ways, at_most):
    choosers = Exhaustive(at_most=at_most)
    seen = [tuple(chooser.pick(ways) for _ in range(depth)) for chooser in choosers]
    assert len(seen) == len(set(seen)) == choosers.visited
    assert choosers.visited == sum(comb(depth, some) * (ways - 1) ** some for some in range(at_most + 1))
    assert seen[0] == (0,) * depth


@settings(max_examples=examples(50), derandomize=True, deadline=None)
@given(st.lists(st.integers(1, 3), min_size=1, max_size=5), st.integers(0, 3))
def test_every_sequence_of_a_tree_that_grows_with_the_picks_is_visited_once(ways, at_most):
    """How many ways there are, who asks and how often is decided by what was picked before."""

    def run(pick):
        picked = []
        for place, n in enumerate(ways):
            picked.append(pick(("kim", "lee")[sum(picked) % 2], n + sum(picked)))
            if sum(picked) > 2 + place:
                break
        return tuple(picked)

    def all_of_them():
        """By trying every sequence of numbers, too large ones too, which lead nowhere."""
        for numbers in itertools.product(range(max(ways) + 9), repeat=len(ways)):
            left, asked = iter(numbers), []

            def pick(_actor, n, left=left, asked=asked):
                asked.append(n)
                return next(left)

            picked = run(pick)
            if all(map(int.__lt__, picked, asked)) and sum(map(bool, picked)) <= at_most:
                yield picked

    if len(ways) < 4:
        visited = [
            run(lambda actor, n, chooser=chooser: chooser.split(actor).pick(n)) for chooser in Exhaustive(at_most)
        ]
        assert sorted(visited) == sorted(set(all_of_them()))
    tokens = [
        token_of(chooser.picks)
        for chooser in Exhaustive(at_most)
        if run(lambda actor, n, chooser=chooser: chooser.split(actor).pick(n))
    ]
    assert len(tokens) == len(set(tokens))


@settings(max_examples=examples(50), derandomize=True, deadline=None)
@given(st.integers(1, 7), st.integers(0, 3))
def test_the_parts_of_a_walk_visit_each_sequence_once_and_each_the_usual_one(parts, at_most):
    def walk(**how):
        return [run(chooser) for chooser in Exhaustive(at_most, **how)]

    def run(chooser):
        picked = []
        while len(picked) < 4 + sum(picked):
            picked.append(chooser.pick(1 + (len(picked) + sum(picked)) % 3))
        return tuple(picked)

    usual, *others = walk()
    found = [walk(share=(part, parts)) for part in range(parts)]
    assert [one[0] for one in found] == [usual] * parts
    assert sorted(one for part in found for one in part[1:]) == sorted(others)


@pytest.mark.parametrize("share", [(0, 0), (2, 2), (-1, 2)])
def test_a_part_that_there_is_not_is_refused(share):
    with pytest.raises(ValueError, match="expected a part"):
        Exhaustive(1, share=share)


def test_each_walk_counts_anew_and_says_how_far_it_came():
    choosers = Exhaustive(1)
    for chooser in choosers:
        if chooser.pick(3) == 1:
            break
    assert choosers.visited == 2
    assert len([chooser.pick(3) for chooser in choosers]) == choosers.visited == 3


@pytest.mark.parametrize(
    "ways", [[(3, 3), (3, 4), (3, 3)], [(3, 3), (4, 3)], [(3, 3), (), ()]], ids=["n", "first", "fewer"]
)
def test_a_run_that_something_else_decides_is_told(ways):
    def walk():
        for chooser, asked in zip(Exhaustive(2), ways, strict=False):
            for n in asked:
                chooser.pick(n)

    with pytest.raises(RuntimeError, match="something else than the chooser decides"):
        walk()


def test_less_than_no_departure_is_refused():
    with pytest.raises(ValueError, match="expected 0 or more"):
        Exhaustive(-1)


# --- tokens ----------------------------------------------------------------------------------------------------------


@settings(max_examples=examples(200), derandomize=True)
@given(PICKS)
def test_a_token_says_all_but_the_zeros_at_the_end(picks):
    token = token_of(picks)
    assert picks_of(token) == picks_of(token.upper().replace("C1-", "c1-")) == trimmed(picks)
    assert token.removeprefix("c1-").isalnum() == bool(trimmed(picks))
    assert token == token_of(trimmed(picks))


@settings(max_examples=examples(100), derandomize=True)
@given(PICKS, st.data())
def test_a_token_that_was_cut_is_refused_or_says_less(picks, data):
    token = token_of(picks)
    cut = token[: data.draw(st.integers(0, len(token) - 1))]
    try:
        assert picks_of(cut) != trimmed(picks)
    except ValueError as error:
        assert repr(cut) in str(error)  # noqa: PT017  both are right


@pytest.mark.parametrize(
    "token", ["", "c2-aaaqkaq", "c1-aaaqkaq1", "c1-a", "c1-aaa", "c1-aaap777777777aa", "c1-aaaqkaqa"]
)
def test_what_is_no_token_is_refused(token):
    with pytest.raises(ValueError, match="expected a token"):
        Replay(token)


def test_tokens_are_the_same_in_every_release():
    """They are written down in reports of failures."""
    assert token_of({"": [0] * 5 + [2, 0]}) == "c1-aaaqkaq"
    assert token_of({"": [1], "kim": [0, 300, 0, 1], "lee": [0]}) == "c1-aaaqaaidnnuw2aqbvqbacai"
    assert token_of({}) == "c1-"


def test_no_number_is_below_the_usual_one():
    with pytest.raises(ValueError, match="expected picks of 0 or more, got -1"):
        token_of({"": [-1]})


@settings(max_examples=examples(50), derandomize=True)
@given(st.integers(0, 10**6), st.lists(st.tuples(st.sampled_from(("kim", "lee")), st.integers(1, 9)), max_size=20))
def test_a_replay_picks_what_was_picked(seed, asked):
    def run(chooser):
        return [chooser.split(actor).pick(n) for actor, n in asked]

    chooser = Seeded(seed)
    picked = run(chooser)
    replay = Replay(token_of(chooser.picks))
    assert run(replay) == picked
    assert replay.log == chooser.log
    assert {replay.pick(9), replay.split("kim").pick(9), replay.split("nobody").pick(9)} == {0}


def test_a_number_that_is_too_large_for_a_replay_becomes_the_largest_there_is_and_the_token_tells():
    replay = Replay(token := token_of({"": [5, 1]}))
    assert [replay.pick(3), replay.pick(3)] == [2, 1]
    assert token_of(replay.picks) != token


def test_a_trace_has_a_star_where_it_left_the_usual_path():
    replay = Replay(token_of({"": [0, 2], "kim": [1]}))
    replay.pick(2, "the weather"), replay.pick(3, "the road"), replay.split("kim").pick(2), replay.pick(4)
    assert trace(replay).splitlines() == [
        "  0 of 2  the weather",
        "* 2 of 3  the road",
        "* 1 of 2  kim",
        "  0 of 4",
        token_of({"": [0, 2], "kim": [1]}),
    ]


@settings(max_examples=examples(20), derandomize=True)
@given(st.data())
def test_hypothesis_draws(data):
    chooser = Drawn(lambda n: data.draw(st.integers(0, n - 1)))
    numbers = [chooser.pick(n) for n in (1, 2, 9)]
    assert chooser.picks == {"": numbers}


# --- the least that fails --------------------------------------------------------------------------------------------


def crashes(chooser):
    """A program that fails when kim, once awake, slips while the road is icy; lee does not matter."""
    kim = chooser.split("kim")
    icy = awake = False
    for _ in range(20):
        chooser.split("lee").pick(3)
        icy = icy or chooser.pick(4, "the road") == 3
        awake = awake or kim.pick(5, "kim") == 2
        if kim.pick(3, "the step") == 1 and awake and icy:
            return True
    return False


def test_what_is_left_of_a_failure_is_what_it_needs():
    found = 0
    for seed in range(60):
        chooser = Seeded(seed, departures=0.3)
        if crashes(chooser):
            found += 1
            least = shrink(chooser.picks, lambda picks: crashes(Replay(token_of(picks))))
            assert least == {"": [3], "kim": [2, 1]}
    assert found > 10


@settings(max_examples=examples(100), derandomize=True)
@given(PICKS, st.data())
def test_of_what_is_left_no_span_can_go(picks, data):
    there = [(actor, number) for actor, numbers in picks.items() for number in numbers if number]
    needed = data.draw(st.lists(st.sampled_from(there), unique=True)) if there else []
    runs = []

    def fails(picks):
        runs.append(token_of(picks))
        return all(number in picks.get(actor, ()) for actor, number in needed)

    least = shrink(picks, fails)
    assert {(actor, number) for actor, numbers in least.items() for number in numbers} == set(needed)
    assert sum(map(len, least.values())) == len(needed)
    assert fails(least)


def test_what_does_not_fail_is_not_shrunk():
    with pytest.raises(ValueError, match="these picks do not fail"):
        shrink({"": [1]}, lambda _: False)
