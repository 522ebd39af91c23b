import json

import pytest

from procore_qbd.journal.store import Journal


def test_a_storm_says_what_was_survived_and_what_was_not_reached(command):
    code, out, err = command("storm", "--exports", "20", "--processes", "1")
    assert (code, err) == (0, "")
    assert "each exactly once" in out
    assert "not reached:" in out


def test_as_json(command):
    code, out, _ = command("storm", "--exports", "5", "--processes", "1", "--json")
    said = json.loads(out)
    assert (code, said["failure"]) == (0, None)
    assert said["exports"] >= 5


def test_a_token_is_played_and_what_breaks_ends_with_1(command, monkeypatch):
    assert command("storm", "--token", "c1-")[0] == 0
    monkeypatch.setattr(Journal, "to_clear", lambda self, claim, age: to_clear(self, claim, -1e12))  # noqa: ARG005
    code, out, _ = command("storm", "--token", "c1-")
    assert (code, "thrown away" in out, "--token c1-" in out) == (1, True, True)


def test_every_schedule_is_counted(command):
    code, out, _ = command("storm", "--faults", "1", "--kinds", "vendor", "job", "--processes", "1")
    assert (code, out.splitlines()[-1]) == (0, "      90  in all, 0 broken")


@pytest.mark.slow
def test_schedules_are_shared_out_and_the_parts_are_the_whole(command):
    said = [
        command("storm", "--faults", "1", "--kinds", "budget", "--processes", "1", "--part", part)[1].splitlines()[-1]
        for part in ("1/1", "1/2", "2/2")
    ]
    whole, *parts = (int(line.split()[0]) for line in said)
    assert sum(parts) == whole > max(parts)


def test_a_token_of_a_schedule_is_played_over_its_kind(command):
    assert command("storm", "--kinds", "vendor", "--token", "c1-")[0] == 0


def test_what_was_not_taken_in_so_many_storms_is_a_failure(command):
    code, out, _ = command("storm", "--exports", "1", "--until-all-taken", "1", "--processes", "1")
    assert (code, "moves and" in out) == (1, True)


@pytest.mark.parametrize(
    "arguments",
    [("--token", "c1-x"), ("--exports", "0"), ("--seed", "x"), ("--kinds", "x"), ("--part", "0/3"), ("--part", "4/3")],
)
def test_what_is_no_token_and_no_number_ends_with_2(command, arguments):
    with pytest.raises(SystemExit) as end:
        command("storm", *arguments)
    assert end.value.code == 2


to_clear = Journal.to_clear
