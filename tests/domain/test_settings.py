"""The settings of the ERP tool: validated, as plain data and back, and what is due when."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procore_qbd.domain import ErpItem
from procore_qbd.domain.lifecycle import DIRECT
from procore_qbd.domain.settings import DirectExport, Schedule, Sync, ToolSettings
from procore_qbd.errors import SettingsError

NOON = dt.datetime(2027, 1, 15, 12, tzinfo=dt.UTC)

SETTINGS = st.builds(
    ToolSettings,
    gate=st.booleans(),
    direct_export=st.dictionaries(st.sampled_from(sorted(DIRECT, key=str)), st.sampled_from(DirectExport)),
    retry_without_reject=st.booleans(),
    use_procore_contract_number=st.booleans(),
    vendor_types_to_import=st.lists(st.sampled_from(["Sub", "Supplier"]), unique=True),
    payments_schedule=st.sampled_from(Schedule),
)


@given(SETTINGS)
def test_settings_survive_as_plain_data(settings):
    assert ToolSettings.from_mapping(settings.to_dict()) == settings


def test_everything_wrong_is_told_at_once():
    with pytest.raises(SettingsError) as error:
        ToolSettings.from_mapping(
            {"gat": True, "direct_export": {"company": "on"}, "payments_schedule": "weekly", "retry_without_reject": 1}
        )
    faults = "\n".join(error.value.faults)
    assert len(error.value.faults) == 4
    assert "gat: not a setting; did you mean gate?" in faults
    assert "direct_export: Company: only CCO, Commitment, Subcontractor Invoice can be" in faults
    assert "payments_schedule: expected one of hourly" in faults
    assert "retry_without_reject: expected true or false, got 1" in faults


@pytest.mark.parametrize(
    "direct", [{"CCO": "on", "commitment change order": "on"}, {"cco": "sometimes"}, {"house": "on"}, "on", 7]
)
def test_direct_export_is_of_three_kinds_each_once(direct):
    with pytest.raises(SettingsError, match="direct_export"):
        ToolSettings(direct_export=direct)


def test_off_is_as_if_it_were_not_said():
    assert ToolSettings(direct_export={"CCO": "off"}) == ToolSettings()
    assert ToolSettings(direct_export={"Commitments": "on"}).directly(ErpItem.COMMITMENT) is DirectExport.ON
    assert ToolSettings().directly(ErpItem.CCO) is DirectExport.OFF


def test_what_was_never_done_is_due_and_what_was_done_is_due_again_after_its_time():
    settings = ToolSettings(payments_schedule=Schedule.EVERY_4_HOURS)
    assert settings.due({}, NOON) == tuple(Sync)
    just = dict.fromkeys(Sync, NOON)
    assert settings.due(just, NOON + dt.timedelta(minutes=59)) == ()
    assert settings.due(just, NOON + dt.timedelta(hours=1)) == (Sync.COMPANIES, Sync.JOBS)
    assert settings.due(just, NOON + dt.timedelta(hours=2)) == (Sync.COMPANIES, Sync.JOBS, Sync.JOB_COSTS)
    assert Sync.PAYMENTS in settings.due(just, NOON + dt.timedelta(hours=4))
    never = ToolSettings(payments_schedule=Schedule.NEVER)
    assert Sync.PAYMENTS not in never.due({}, NOON)


def test_a_moment_is_a_moment_wherever_the_clock_hangs():
    zone = dt.timezone(dt.timedelta(hours=-5))
    last = {Sync.JOBS: NOON.astimezone(zone)}
    assert Sync.JOBS not in ToolSettings().due(last, NOON + dt.timedelta(minutes=59))
    assert Sync.JOBS in ToolSettings().due(last, NOON + dt.timedelta(minutes=60))


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        ToolSettings().due({}, NOON.replace(tzinfo=None))
