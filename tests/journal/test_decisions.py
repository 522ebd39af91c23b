"""What is done about doubt: every evidence has a rule, every rule an evidence, and none of them makes twice or loses."""

import itertools

import attrs
import pytest

from procore_qbd.journal.decisions import DECISIONS, Evidence, Fence, Found, KeptReply, Verdict, decide

EVERY = [
    Evidence(kept=kept, fence=fence, found=found, waited=waited, old=old)
    for kept, fence, found, waited, old in itertools.product(KeptReply, Fence, Found, (False, True), (False, True))
]


def test_every_evidence_has_a_rule_and_every_rule_an_evidence():
    used = {id(decide(evidence)) for evidence in EVERY}
    assert used == {id(row) for row in DECISIONS}


@pytest.mark.parametrize(
    "evidence", EVERY, ids=lambda one: "-".join(map(str, (one.kept.name, one.fence.name, one.found.name)))
)
def test_nothing_is_sent_again_while_it_may_be_there(evidence):
    verdict = decide(evidence).decision
    if verdict is not Verdict.PLAN_ANEW:
        return
    assert evidence.kept is not KeptReply.REPLY
    if evidence.fence is Fence.UNMOVED:
        return  # no request of it was carried out, and QuickBooks refuses any copy but the first
    assert evidence.found is Found.NOTHING
    assert not evidence.old
    assert evidence.waited or evidence.fence is Fence.LATER
    if evidence.fence is Fence.NONE:
        assert evidence.kept is KeptReply.SILENT


def test_nothing_is_taken_for_done_but_by_its_reply_or_by_the_one_record():
    for evidence in EVERY:
        verdict = decide(evidence).decision
        if verdict is Verdict.ADOPT:
            assert evidence.found is Found.ONE
        if verdict is Verdict.TAKE_REPLY:
            assert evidence.kept is KeptReply.REPLY


def test_waiting_and_looking_come_to_an_end():
    for first in EVERY:
        evidence, steps = first, 0
        while (verdict := decide(evidence).decision) in (Verdict.WAIT, Verdict.LOOK_AGAIN, Verdict.LOOK):
            found = Found.NOTHING if verdict is Verdict.LOOK else evidence.found
            evidence = attrs.evolve(evidence, found=found, waited=evidence.waited or verdict is not Verdict.LOOK)
            steps += 1
            assert steps < 4
