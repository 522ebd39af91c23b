"""Nothing is made twice and nothing is lost, whatever goes wrong."""

import pytest


def test_a_vendor(storm, worker, new_journal, vendor_event):
    storm(worker, memory=lambda: new_journal(vendor_event))


@pytest.mark.company_file(sample="contractor")
def test_a_commitment(storm, worker, new_journal, commitment_event):
    storm(worker, memory=lambda: new_journal(commitment_event), seeds=5)
