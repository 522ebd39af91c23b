"""Our worker against what QuickBooks answered once; ``pytest --cassettes=record`` asks it anew."""


def test_a_vendor(cassette, worker, new_journal, vendor_event):
    assert worker(cassette, new_journal(vendor_event))
