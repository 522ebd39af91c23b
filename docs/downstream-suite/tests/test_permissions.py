"""Who sees which button."""

import acme_books
import pytest

from procore_qbd import User
from procore_qbd.domain import Level, Privilege


@pytest.mark.parametrize(("level", "shown"), [(Level.STANDARD, True), (Level.READ_ONLY, False)])
def test_who_may_unlink_a_commitment_sees_the_button(level, shown):
    ana = User(
        name="ana",
        company_levels={"ERP Integrations": level},
        project_levels={86: {"Commitments": Level.ADMIN}},
        privileges={Privilege.CAN_PUSH_TO_ACCOUNTING},
    )
    assert acme_books.shows_unlink(ana, project=86) is shown
