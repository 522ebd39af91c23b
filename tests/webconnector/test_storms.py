"""The storm of the journal through the Web Connector's endpoint: each export is made exactly once, whatever it does."""

from collections import Counter

import pytest

from procore_qbd.testing.storm.many import chooser_of, played
from support.connector_storm import FATES, USUAL, through_a_web_connector


def stormed(seeds):
    """How many exports ended, and how often each fault struck."""
    exports, survived = 0, Counter()
    for seed in seeds:
        error, storm = played(chooser_of(seed), through=through_a_web_connector)
        assert error is None, (seed, error, storm.world.trace)
        exports += storm.world.report.exports
        survived += storm.line._transport.survived
    return exports, survived


def test_a_storm_goes_through_the_endpoint():
    exports, survived = stormed([81_000])
    assert exports > 5
    assert survived.total() > 10


@pytest.mark.slow
def test_the_same_seed_is_the_same_storm_to_the_letter():
    """Tickets and passwords are made by chance, and nothing hangs on them."""
    storms = [played(chooser_of(81_001), through=through_a_web_connector) for _ in range(2)]
    assert [error for error, _ in storms] == [None, None]
    assert len({storm.world.fingerprint for _, storm in storms}) == 1


@pytest.mark.slow
def test_three_hundred_exports_go_through_the_endpoint_and_every_fault_strikes():
    exports, survived = stormed(range(82_000, 82_030))
    assert exports > 300
    assert {*survived, USUAL} == FATES
