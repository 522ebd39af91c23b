"""The same requests, up to a thousand, sent to a company file: each ends in a close-out, and never in anything else."""

import contextlib
from collections import Counter

from procore_qbd import Books, Links, Memory, perform, run
from procore_qbd.domain import RefusalCode
from procore_qbd.errors import CompanyFileError, PayloadError, RecordError
from procore_qbd.procore import calls, read_request, to_plain
from procore_qbd.procore.closeouts import check_call
from procore_qbd.simulator import CompanyFile
from procore_qbd.testing.seeding import policy_references, references
from support.examples import examples
from support.malforming import malformed

BOOKS = Books(income_account="Income", expense_account="Cost", export_statuses=("Approved", "Draft"))


def test_whatever_is_wrong_with_a_request_it_ends_in_a_close_out():
    codes: Counter[RefusalCode] = Counter()
    exported, count = 0, examples(1000, least=300)
    with CompanyFile.create() as company:
        company.seed(policy_references(BOOKS))
        for number, (words, data) in enumerate(malformed(count, 20261128)):
            try:
                request = read_request(data)
            except PayloadError:
                continue
            if number % 3:  # the others meet a company file that lacks what they refer to
                with contextlib.suppress(CompanyFileError, RecordError):  # what no company file can hold
                    company.seed(references(request))
            close_out = run(perform(request, Links(), BOOKS), Memory(company.process))
            assert [fault for call in calls(close_out) for fault in check_call(call)] == [], words
            to_plain(close_out)
            for detail in close_out.details:
                codes.update(refusal.code for refusal in detail.refusals)
                exported += not detail.refusals
                assert all(refusal.words for refusal in detail.refusals), words
    assert exported > count // 20
    assert RefusalCode.IN_DOUBT not in codes, codes
    assert len(codes) > 8, codes
