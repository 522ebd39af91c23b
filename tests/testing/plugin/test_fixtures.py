"""The plugin as a downstream suite meets it: each test writes a suite of its own and runs it."""

import pytest

pytest_plugins = ["pytester"]


@pytest.fixture
def suite(pytester, monkeypatch):
    """A suite of somebody else's, in a folder of its own: no setting of ours is in it."""
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makeini(
        "[pytest]\naddopts = --strict-markers -p no:cacheprovider -p no:randomly\nfilterwarnings = error\n"
    )
    return pytester


def test_ten_lines_export_a_vendor(suite):
    suite.makepyfile(
        """
        from procore_qbd import Books, Links, perform, run
        from procore_qbd.domain import CreateVendor, VendorCompany
        from procore_qbd.qbxml.entities.vendors import Vendor

        def test_a_vendor_is_exported(quickbooks, exported):
            request = CreateVendor(vendor=VendorCompany(id=4401, name="Birch"), request_detail_id=1)
            assert run(perform(request, Links(), Books()), quickbooks).ok
            (vendor,) = exported(Vendor)
            assert vendor.name == "Birch"
        """
    )
    suite.runpytest_inprocess("-n0").assert_outcomes(passed=1)
