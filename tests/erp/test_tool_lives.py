"""The life of each kind of item, played with three people: from Procore's JSON to the close-out, journal and books on disk.

One company sends everything that it has. Whoever may not is refused at each step; who may only send, sends; the approver
accepts; a worker exports; and what Procore is told is told in calls that Procore takes.
"""

import datetime as dt
import json

import attrs
import pytest

from procore_qbd import CompanyFile, Journal, Memory, Request, User, ask_all, calls, demo, drain, read_request, run
from procore_qbd.domain import (
    ErpItem,
    ItemId,
    ItemKind,
    ItemMove,
    ItemState,
    NotSupported,
    ResetPayment,
    ToolSettings,
    UpdateBudget,
)
from procore_qbd.domain.item_requests import by_item
from procore_qbd.domain.lifecycle import KINDS, Actor
from procore_qbd.erp import Approval, Moved, Notice, Recipient, Tool
from procore_qbd.errors import ForbiddenError, GuardError, IllegalMoveError, JournalError, QuestionError, ToolError
from procore_qbd.journal.sql import SqlTables
from procore_qbd.permissions import what_if
from procore_qbd.procore.closeouts import check_call
from procore_qbd.worker import WorkerSettings

PROJECTS = (2240118, 2240119, 2240120)
SETTINGS = WorkerSettings(timeout=1, lease=2, pause=0)
TOOLS = dict.fromkeys(("Admin", "Budget", "Commitments", "Change Orders"), "Admin")


class Company:
    """One company file and its tool, on disk."""

    def __init__(self, folder):
        self.file = CompanyFile.create(folder / "books.company", name=demo.COMPANY_NAME)
        run(ask_all([Request.add(one) for one in demo.ACCOUNTS]), Memory(self.file.process))
        self.journal = Journal(SqlTables(f"sqlite:///{folder / 'books.journal'}"))
        self.name = self.file.file_id
        self.journal.register(self.name)
        self.tool = Tool(self.journal, self.name, demo.BOOKS)
        self.told = []

    def close(self):
        self.journal.close()
        self.file.close()

    def export(self):
        return drain(
            self.name, journal=self.journal, transport=Memory(self.file.process), books=demo.BOOKS,
            tell=self.told.append, settings=SETTINGS,
        )  # fmt: skip


def people(projects):
    levels = dict.fromkeys(projects, TOOLS)
    nobody = User(name="Nat", id=1, project_levels={number: {} for number in projects})
    sender = User(name="Sam", id=2, company_levels={"Admin": "Admin"}, project_levels=levels)
    directory = User(name="Dora", id=3, company_levels={"Directory": "Admin"})
    approver = User(
        name="Amy", id=4, company_levels={"ERP Integrations": "Admin"}, privileges=["Can Push to Accounting"],
        project_levels={number: {} for number in projects},
    )  # fmt: skip
    return nobody, sender, directory, approver


@pytest.fixture(scope="module")
def journey(tmp_path_factory):
    """Everything that the company has, sent, accepted and exported; and what came of each step."""
    company = Company(tmp_path_factory.mktemp("company"))
    seen = {}
    for _, data in demo.requests(_Links(company)):
        _play(company, read_request(data), seen)
    yield company, seen
    company.close()


class _Links:
    def __init__(self, company):
        self._company = company

    def find(self, kind, procore_id):
        return self._company.journal.links(self._company.name).find(kind, procore_id)


def _play(company, request, seen):
    tool, parts = company.tool, by_item(request)
    projects = {one.project for one in parts if one.project is not None} | set(PROJECTS)
    nobody, sender, directory, approver = people(projects)
    if isinstance(request, UpdateBudget):
        tool.changed(request)
    at_home = directory if parts[0].item.kind is ItemKind.VENDOR else sender
    steps = seen.setdefault(parts[0].item.erp_item, [])
    refused = tool.send(nobody, request)
    approver_may_not_send = tool.send(approver, request)
    sent = tool.send(at_home, request, created_by="Carl")
    good = [one.item for one in sent if isinstance(one, Moved)]
    not_yet = tool.accept(at_home, good) if at_home is sender else ()
    accepted = tool.accept(approver, good)
    company.export()
    ended = [tool.find(item) for item in good]
    steps.append((request, refused, approver_may_not_send, sent, not_yet, accepted, ended))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name.lower())
def test_each_kind_is_sent_accepted_and_synced_by_those_who_may(journey, kind):
    company, seen = journey
    synced = 0
    for request, refused, not_sent, sent, not_accepted, accepted, ended in seen[kind]:
        assert all(isinstance(one, ForbiddenError) for one in (*refused, *not_sent, *not_accepted)), request
        assert len(refused) == len(sent) == len(by_item(request))
        for error in refused:
            assert not error.decision
            assert any(what_if(error.decision.user, grants, error.decision.action, error.decision.project,
                               item=error.decision.item) for grants in error.decision.missing)  # fmt: skip
            assert "from an administrator of the company Directory" in str(error)
        assert all(isinstance(one, (Moved, GuardError)) for one in sent)
        assert all(one.state in (ItemState.EXPORTING, ItemState.UPDATING) for one in accepted)
        assert {one.state for one in ended} <= {ItemState.SYNCED, ItemState.FAILED}
        synced += sum(one.state is ItemState.SYNCED for one in ended)
        for one in ended:
            linked = company.journal.links(company.name).find(one.item.kind, one.item.procore_id)
            assert (linked is not None) == (one.state is ItemState.SYNCED)
    assert synced


def test_what_quickbooks_refuses_fails_and_what_is_known_before_is_never_accepted(journey):
    company, seen = journey
    like_a_project, *others = sorted(company.tool.items(ItemState.FAILED), key=lambda one: one.item.kind, reverse=True)
    assert {one.item.kind for one in others} <= {ItemKind.STANDARD_COST_CODE, ItemKind.REQUISITION}
    assert "Lincoln" in like_a_project.name or "Harbour" in like_a_project.name
    why = company.tool.history(like_a_project.item)[-1].why
    assert why["refusals"][0]["code"] == "name_in_use"
    told = {fault.code.value for _, _, _, sent, *_ in seen[ErpItem.COMPANY] for one in sent if isinstance(one, GuardError)
            for fault in one.faults}  # fmt: skip
    assert told == {"too_long", "character", "inactive_in_procore"}


def test_each_move_is_in_the_history_with_who_made_it_and_why_that_was_allowed(journey):
    company, _ = journey
    for event in company.tool.events():
        if event.item is None:
            continue
        person = event.by in (Actor.USER, Actor.APPROVER)
        if event.allowed and event.move != ItemMove.CHANGE.value:
            assert person == (event.action is not None), event
        if person and event.allowed:
            assert event.why["decision"]["allowed"]
            assert event.user in {"Sam", "Dora", "Amy"}
        if not event.allowed:
            assert event.end is event.start
    names = {event.user for event in company.tool.events() if not event.allowed}
    assert names >= {"Nat", "Amy", "Sam"}


def test_what_was_written_leads_back_to_who_accepted_it(journey):
    company, _ = journey
    for record in company.tool.items(ItemState.SYNCED):
        accepted, *_ = [one for one in company.tool.came_from(record.request) if one.item == record.item]
        assert (accepted.move, accepted.user) == ("accept", "Amy")
        assert company.journal.written_by(company.name, record.request), record.item


def test_procore_is_told_in_calls_that_it_takes(journey):
    company, _ = journey
    made = [call for close_out in company.told for call in calls(close_out)]
    assert made
    for call in made:
        assert check_call(call) == ()


def test_a_budget_that_was_changed_is_updated_and_was_never_out_of_quickbooks(journey):
    company, seen = journey
    (update,) = [step for step in seen[ErpItem.BUDGET] if isinstance(step[0], UpdateBudget)]
    item = by_item(update[0])[0].item
    states = [event.end.value for event in company.tool.history(item) if event.allowed]
    assert states == [
        "sent", "exporting", "synced", "ready to update", "update sent", "updating", "synced",
    ]  # fmt: skip


def test_what_waits_is_waiting_until_somebody_decides(tmp_path):
    company = Company(tmp_path)
    _, _, directory, approver = people(PROJECTS)
    request = next(read_request(data) for name, data in demo.requests() if "alder" in name)
    (item,) = (one.item for one in by_item(request))
    tool = company.tool
    assert tool.waiting(dt.timedelta(0)) == ()
    tool.send(directory, request)
    assert [one.item for one in tool.waiting(dt.timedelta(0))] == [item]
    assert tool.waiting(dt.timedelta(hours=1)) == ()
    tool.reject(approver, item, "the number is wrong")
    assert tool.waiting(dt.timedelta(0)) == ()
    company.close()


def test_a_rejected_item_is_told_to_whoever_sent_or_made_it_and_sent_again(tmp_path):
    company = Company(tmp_path)
    _, _, directory, approver = people(PROJECTS)
    request = next(read_request(data) for name, data in demo.requests() if "alder" in name)
    tool, item = company.tool, by_item(request)[0].item
    (sent,) = tool.send(directory, request, created_by="Carl")
    assert [(one.recipient, one.at_once) for one in sent.notices] == [(Recipient.APPROVERS, False)]
    rejected = tool.reject(approver, item, "no tax id")
    (notice,) = rejected.notices
    assert notice == Notice(
        recipient=Recipient.SENDER, person="Dora", at_once=True,
        words="Amy rejected the vendor 'Alder Creek Concrete, Inc.': no tax id",
    )  # fmt: skip
    with pytest.raises(IllegalMoveError, match="is rejected; what can be done: resend") as error:
        tool.move(approver, ItemMove.ACCEPT, item)
    assert (error.value.state, error.value.legal) == ("rejected", ("resend",))
    (again,) = tool.send(directory, request)
    assert (again.move, again.notices, again.state) == (ItemMove.RESEND, (), ItemState.SENT)
    tool.retrieve(directory, item)
    assert tool.find(item).state is ItemState.RETRIEVED
    company.close()


def test_an_approver_gives_what_the_kind_takes(tmp_path):
    company = Company(tmp_path)
    _, sender, directory, approver = people(PROJECTS)
    tool = company.tool
    by_name = {name: read_request(data) for name, data in demo.requests()}
    vendor = next(one for name, one in by_name.items() if "alder" in name)
    job = next(one for name, one in by_name.items() if "harbour-view-apartments" in name and "job" in name)
    tool.send(directory, vendor)
    tool.send(sender, job, project=job.job.id)
    (wrong,) = tool.accept(approver, [ItemId("vendor", vendor.vendor.id)], Approval(customer="Harbour", erp_code="A-1"))
    assert "create_vendor takes no customer: an approver gives erp code, vendor type with it" in str(wrong)
    (good,) = tool.accept(approver, [ItemId("vendor", vendor.vendor.id)], Approval(erp_code="A-1"))
    assert good.record.content.vendor.origin_code == "A-1"
    (under,) = tool.accept(approver, [ItemId("project", job.job.id)], Approval(customer="Nobody"))
    assert isinstance(under, Moved)
    company.export()
    failed = tool.find(ItemId("project", job.job.id))
    assert failed.state is ItemState.FAILED
    assert "QuickBooks has no customer 'Nobody'" in tool.history(failed.item)[-1].why["refusals"][0]["words"]
    (once_more,) = tool.accept(approver, [failed.item])
    company.export()
    assert (once_more.state, tool.find(failed.item).state) == (ItemState.EXPORTING, ItemState.FAILED)
    company.close()


def test_what_failed_must_be_rejected_first_where_the_settings_say_so(tmp_path):
    company = Company(tmp_path)
    _, sender, directory, approver = people(PROJECTS)
    tool = company.tool
    job = next(read_request(data) for name, data in demo.requests() if "job-harbour" in name)
    tool.send(sender, job)
    tool.accept(approver, [ItemId("project", job.job.id)], Approval(customer="Nobody"))
    company.export()
    tool.configure(directory, ToolSettings(retry_without_reject=False))
    error = tool.why_not(approver, ItemMove.ACCEPT, ItemId("project", job.job.id))
    assert isinstance(error, GuardError)
    assert "it failed: reject it" in str(error)
    tool.reject(approver, ItemId("project", job.job.id))
    assert isinstance(tool.send(sender, job)[0], Moved)
    tool.accept(approver, [ItemId("project", job.job.id)])
    company.export()
    assert tool.find(ItemId("project", job.job.id)).state is ItemState.SYNCED
    company.close()


def test_settings_are_changed_by_who_may_and_each_change_is_written_down(tmp_path):
    company = Company(tmp_path)
    _, _, directory, approver = people(PROJECTS)
    with pytest.raises(ForbiddenError, match="Sal may not: Configure Advanced Settings"):
        company.tool.configure(User(name="Sal"), ToolSettings(gate=False))
    assert company.tool.settings == ToolSettings()
    company.tool.configure(approver, ToolSettings(direct_export={"CCO": "on"}, payments_schedule="never"))
    event = company.tool.events()[-1]
    assert event.action == "Enable or Disable ERP Direct Exports; Configure the Sync Schedule for your ERP Integration"
    assert event.why["changed"] == {"direct_export": [{}, {"CCO": "on"}], "payments_schedule": ["daily", "never"]}
    company.tool.configure(directory, ToolSettings())
    assert company.tool.settings == ToolSettings()
    company.close()


def test_a_gate_keeps_out_what_nobody_accepted_and_an_open_one_mirrors_procore(tmp_path):
    company = Company(tmp_path)
    _, _, directory, _ = people(PROJECTS)
    request = next(read_request(data) for name, data in demo.requests() if "alder" in name)
    item = by_item(request)[0].item
    company.journal.submit(company.name, request, key="before there was a tool")
    company.export()
    assert company.tool.find(item) is None
    company.tool.configure(directory, ToolSettings())
    with pytest.raises(JournalError, match="has a gate"):
        company.journal.submit(company.name, request, key="1")
    assert company.journal.count(company.name) == {"ended": 1}
    company.journal.submit(company.name, ResetPayment(payment_id=5))  # Procore's staff did it: nobody accepts that
    company.export()
    company.tool.configure(directory, ToolSettings(gate=False))
    company.journal.submit(company.name, request, key="2")
    assert company.tool.find(item).state is ItemState.EXPORTING
    company.export()
    assert company.tool.find(item).state is ItemState.SYNCED
    accepted = company.tool.history(item)[0]
    assert (accepted.by, accepted.user, accepted.why) == (
        Actor.PROCORE, None, {"words": "Procore's own tool has accepted it"},
    )  # fmt: skip
    company.close()


def test_a_request_that_broke_off_can_be_accepted_again(tmp_path, monkeypatch):
    company = Company(tmp_path)
    _, _, directory, approver = people(PROJECTS)
    request = next(read_request(data) for name, data in demo.requests() if "alder" in name)
    item = by_item(request)[0].item
    company.tool.send(directory, request)
    company.tool.accept(approver, [item])
    from procore_qbd.erp import vendors

    def broken(*_):
        raise RuntimeError("a fault of ours")
        yield

    with monkeypatch.context() as patch:
        patch.setattr(vendors, "create_vendor", broken)
        ended = company.export()
    assert ended.failed == 1
    assert company.tool.find(item).state is ItemState.FAILED
    assert not company.tool.in_doubt(item)
    assert "a fault of ours" in company.tool.history(item)[-1].why["words"]
    company.tool.accept(approver, [item])
    company.export()
    assert company.tool.find(item).state is ItemState.SYNCED
    company.close()


def test_nothing_of_a_journal_is_kept_for_a_company_without_a_tool(tmp_path):
    company = Company(tmp_path)
    request = next(read_request(data) for name, data in demo.requests() if "alder" in name)
    company.journal.submit(company.name, request)
    company.export()
    assert company.tool.items() == ()
    assert company.tool.events() == ()
    company.close()


@pytest.mark.parametrize("move", [ItemMove.SUCCEED, ItemMove.RESET, ItemMove.CHANGE])
def test_nobody_makes_the_moves_of_others(tmp_path, move):
    company = Company(tmp_path)
    _, _, directory, approver = people(PROJECTS)
    request = next(read_request(data) for name, data in demo.requests() if "alder" in name)
    company.tool.send(directory, request)
    for user in (directory, approver):
        with pytest.raises(ToolError):
            company.tool.move(user, move, by_item(request)[0].item)
    company.close()


def test_what_is_no_item_and_no_export_is_refused_at_once(tmp_path):
    company = Company(tmp_path)
    _, sender, directory, approver = people(PROJECTS)
    with pytest.raises(TypeError, match="expected an ErpRequest"):
        company.tool.send(directory, "create_vendor")
    with pytest.raises(ToolError, match="reset_payment: send: it exports nothing"):
        company.tool.send(directory, ResetPayment(payment_id=5))
    with pytest.raises(ToolError, match="exchanges no owner invoices with QuickBooks Desktop"):
        company.tool.send(directory, NotSupported(request_name="create_payment_application"))
    with pytest.raises(TypeError, match="expected an ItemId"):
        company.tool.accept(approver, ["vendor 1"])
    invoices = next(read_request(data) for name, data in demo.requests() if "requisitions" in name)
    with pytest.raises(QuestionError, match="pass project="):
        company.tool.send(sender, invoices)
    assert company.tool.events() == ()
    company.close()


def test_of_a_batch_each_item_says_what_became_of_it(tmp_path):
    company = Company(tmp_path)
    _, _, directory, approver = people(PROJECTS)
    plain = next(data for _, data in demo.requests() if read_request(data).request_name == "create_standard_cost_codes")
    data = json.loads(plain)
    codes = data["request_data"]
    leaf = codes[-1]
    codes.append(leaf | {"name": "The same id, another name"})
    codes.append(leaf | {"id": 990, "full_code": None})
    request = read_request(json.dumps(data))
    assert request.unreadable
    told = company.tool.send(directory, request)
    sent = [one for one in told if isinstance(one, Moved)]
    lost = [one for one in told if isinstance(one, ToolError)]
    assert [fault.code.value for one in lost for fault in one.faults] == ["unreadable"] * 3
    assert "is at [12] too" in str(lost[0])
    assert len(sent) == len(codes) - 3
    assert company.tool.find(ItemId("standard_cost_code", leaf["id"])) is None
    (code, *_), (detail, *_) = request.standard_cost_codes, request.request_detail_ids
    company.tool.retrieve(directory, sent[0].item)
    built = attrs.evolve(request, standard_cost_codes=(code, code), request_detail_ids=(detail, detail), unreadable=())
    (twice,) = company.tool.send(directory, built)
    assert "is in the request more than once" in twice.words
    assert company.tool.find(sent[0].item).state is ItemState.RETRIEVED
    assert len(company.tool.accept(approver, [sent[1].item, sent[1].item])) == 1
    company.close()


def test_what_is_unlinked_by_hand_is_not_synced_any_more(tmp_path):
    company = Company(tmp_path)
    _, _, directory, approver = people(PROJECTS)
    request = next(read_request(data) for name, data in demo.requests() if "alder" in name)
    item = by_item(request)[0].item
    company.tool.send(directory, request)
    company.tool.accept(approver, [item])
    company.export()
    assert company.journal.unlink(company.name, item.kind, item.procore_id) is not None
    assert company.tool.find(item).state is ItemState.NOT_SENT
    assert company.tool.history(item)[-1].why == {"words": "its link was forgotten by hand"}
    assert isinstance(company.tool.send(directory, request)[0], Moved)
    company.close()
