"""Documents and replies in a folder: whole or not there, taken once, in doubt when nobody can know."""

import io
import json
import logging
import os
import threading

import pytest

from procore_qbd import EngineError, NotSentError, ReplyLostError, disk
from procore_qbd.codes import Effect
from procore_qbd.domain import Books, CreateVendor, VendorCompany
from procore_qbd.journal import Journal, MemoryTables
from procore_qbd.qbxml import Request, write_requests
from procore_qbd.qbxml.entities.company import HostQuery
from procore_qbd.simulator import CompanyFile
from procore_qbd.transports import Files, Memory, answer_files, files
from procore_qbd.worker import drain

DOCUMENT = write_requests([Request.query(HostQuery())], new_message_set_id="SET7")
STEM = "00000001-SET7"


class Time:
    """A clock that goes on when somebody sleeps; `meanwhile` is what happens then."""

    def __init__(self, meanwhile=None):
        self.now = 0.0
        self.meanwhile = meanwhile

    def sleep(self, seconds):
        assert seconds > 0
        self.now += seconds
        if self.meanwhile:
            self.meanwhile()

    def files(self, folder, timeout=10):
        return Files(folder, timeout=timeout, clock=lambda: self.now, sleep=self.sleep)


def answered_by(folder, process):
    """A sender, while whose pauses the other side answers what waits."""
    return Time(lambda: answer_files(folder, process)).files(folder)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def sent(transport, document=DOCUMENT):
    with transport.send(document) as reply:
        return reply.read()


# --- there and back --------------------------------------------------------------------------------------------------


def test_a_document_goes_there_and_its_reply_comes_back(tmp_path):
    assert sent(answered_by(tmp_path, bytes.upper)) == DOCUMENT.upper()
    assert names(tmp_path) == ["00000001-SET7.reply.xml", "00000001-SET7.taken.xml", "00000001.number"]
    assert (tmp_path / f"{STEM}.taken.xml").read_bytes() == DOCUMENT


def test_an_export_goes_through_a_folder(tmp_path):
    with CompanyFile.create() as company:
        journal = Journal(MemoryTables())
        journal.register(company.file_id)
        journal.submit(company.file_id, CreateVendor(vendor=VendorCompany(id=1, name="Alder"), request_detail_id=1))
        transport = answered_by(tmp_path, Memory(company.process))
        assert drain(company.file_id, journal=journal, transport=transport, books=Books()).done == 1
        assert [vendor.name for vendor in company.records("Vendor")] == ["Alder"]


def test_the_other_side_takes_them_by_number_one_after_the_other(tmp_path):
    for number in (10, 9, 100000000):
        (tmp_path / f"{number:08}-A.request.xml").write_bytes(str(number).encode())
    seen = []
    assert answer_files(tmp_path, lambda document: seen.append(document) or b"<r/>") == 3
    assert seen == [b"9", b"10", b"100000000"]
    assert answer_files(tmp_path, bytes.upper) == 0


def test_it_goes_on_until_it_is_told_and_waits_in_between(tmp_path):
    pauses = []

    def sleep(seconds):
        pauses.append(seconds)
        (tmp_path / f"{len(pauses):08}-A.request.xml").write_bytes(b"<a/>")

    answered = answer_files(tmp_path, bytes.upper, until=lambda: len(pauses) == 3, poll=7, sleep=sleep)
    assert (answered, pauses) == (2, [7, 7, 7])
    assert len(list(tmp_path.glob("*.request.xml"))) == 1  # it is asked before each document


@pytest.mark.parametrize("document", [b"<a/>", DOCUMENT.replace(b"SET7", b"../../x"), DOCUMENT.replace(b"SET7", b"")])
def test_a_document_without_an_id_that_can_name_a_file_gets_a_chance_one(tmp_path, document):
    assert sent(answered_by(tmp_path, bytes.upper), document) == document.upper()
    assert len(list(tmp_path.glob("00000001-" + "[0-9a-f]" * 32 + ".reply.xml"))) == 1


@pytest.mark.parametrize(("poll", "timeout"), [(0, 1), (-1, 1), (1, -1), (float("nan"), 1), (1, float("nan"))])
def test_a_time_that_makes_no_sense_is_refused(tmp_path, poll, timeout):
    with pytest.raises(ValueError, match="expected a poll of more than 0"):
        Files(tmp_path, poll=poll, timeout=timeout)


def test_what_cannot_answer_is_found_before_anything_is_taken(tmp_path):
    (tmp_path / "00000001-A.request.xml").write_bytes(b"<a/>")
    with pytest.raises(TypeError, match="expected a function that takes a document"):
        answer_files(tmp_path, None)
    assert names(tmp_path) == ["00000001-A.request.xml"]


# --- errors ----------------------------------------------------------------------------------------------------------

ERRORS = [
    EngineError(0x80040414, "A modal dialog box is showing."),
    EngineError(-2147220478, "élan"),
    EngineError(0x80040402, "", Effect.NOT_DONE),
    EngineError(0x80010108),
    NotSentError("the line is down"),
    ReplyLostError("it is empty"),
]


@pytest.mark.parametrize("error", ERRORS, ids=str)
def test_what_the_other_side_says_comes_through(tmp_path, error):
    def process(_document):
        raise error

    with pytest.raises(type(error)) as raised:
        sent(answered_by(tmp_path, process))
    assert (str(raised.value), raised.value.effect) == (str(error), error.effect)


class Torn(io.BytesIO):
    def read(self, *_):
        raise OSError("the line broke")


class Foreign:
    """A transport that does not keep the promise about its errors."""

    def __init__(self, reply):
        self.reply = reply

    def send(self, _document):
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (Foreign(KeyError("x")), "KeyError: 'x'"),
        (Foreign(Torn()), "OSError: the line broke"),
        (lambda _: b"", "it is empty"),
        (Foreign(io.BytesIO()), "00000001-SET7.reply.xml is empty"),
    ],
)
def test_how_far_the_other_side_had_come_that_fails_nobody_knows(tmp_path, other, said):
    with pytest.raises(ReplyLostError, match=said):
        sent(answered_by(tmp_path, other))
    assert answer_files(tmp_path, bytes.upper) == 0


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"hresult": "x"}',
        b'{"hresult": {}}',
        b'{"effect": "perhaps"}',
        b"{}",
        b"[" * 100_000,
        b'{"effect": "done", "words": 7}',
    ],
)
def test_an_error_that_cannot_be_read_leaves_it_in_doubt(tmp_path, data):
    (time := Time()).meanwhile = lambda: (tmp_path / f"{STEM}.error.json").write_bytes(data)
    with pytest.raises(ReplyLostError):
        sent(time.files(tmp_path))


@pytest.mark.parametrize("number", ["0x80040414", "-2147220460", 2147746836, -2147220460])
def test_other_programs_may_write_the_number_as_they_like(tmp_path, number):
    told = json.dumps({"hresult": number, "words": "busy"}).encode()
    (time := Time()).meanwhile = lambda: (tmp_path / f"{STEM}.error.json").write_bytes(told)
    with pytest.raises(EngineError, match=r"0x80040414.*busy") as raised:
        sent(time.files(tmp_path))
    assert raised.value.effect is Effect.NOT_DONE


# --- in doubt --------------------------------------------------------------------------------------------------------


def test_what_nobody_takes_in_time_is_withdrawn_and_stays_in_doubt(tmp_path):
    time = Time()
    with pytest.raises(ReplyLostError, match=r"within 10 seconds; nobody had taken it, and it was withdrawn"):
        sent(time.files(tmp_path))
    assert time.now == 10
    assert names(tmp_path) == ["00000001-SET7.withdrawn.xml", "00000001.number"]
    assert answer_files(tmp_path, bytes.upper) == 0


def test_what_was_taken_and_not_answered_in_time_is_in_doubt_and_its_late_reply_answers_nothing_else(tmp_path):
    def take():
        if (request := tmp_path / f"{STEM}.request.xml").exists():
            request.rename(tmp_path / f"{STEM}.taken.xml")

    with pytest.raises(
        ReplyLostError, match=r"it was taken, and what comes of it will be in 00000001-SET7\.reply\.xml"
    ):
        sent(Time(take).files(tmp_path))
    (tmp_path / f"{STEM}.reply.xml").write_bytes(b"late")
    assert sent(answered_by(tmp_path, bytes.upper)) == DOCUMENT.upper()  # under the same message set id
    assert (tmp_path / f"{STEM}.reply.xml").read_bytes() == b"late"


def test_a_reply_at_the_last_moment_counts(tmp_path):
    time = Time()

    def late():
        if time.now >= 10:
            answer_files(tmp_path, bytes.upper)

    time.meanwhile = late
    assert sent(time.files(tmp_path)) == DOCUMENT.upper()


def test_with_no_time_at_all_it_is_looked_at_once(tmp_path):
    with pytest.raises(ReplyLostError):
        sent(Time().files(tmp_path, timeout=0))
    assert (tmp_path / f"{STEM}.withdrawn.xml").exists()


def test_who_is_interrupted_while_waiting_withdraws_the_request(tmp_path):
    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sent(Time(interrupt).files(tmp_path))
    assert names(tmp_path) == ["00000001-SET7.withdrawn.xml", "00000001.number"]


def test_what_was_taken_before_a_death_is_left_and_told_of(tmp_path, caplog):
    def dies(_document):
        raise KeyboardInterrupt

    (tmp_path / "00000001-A.request.xml").write_bytes(b"<a/>")
    with pytest.raises(KeyboardInterrupt):
        answer_files(tmp_path, dies)
    assert answer_files(tmp_path, bytes.upper) == 0
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert told == ["00000001-A.taken.xml was taken and has no reply; it is not carried out again"]
    assert names(tmp_path) == ["00000001-A.taken.xml"]


# --- the folder ------------------------------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_gets_nothing(tmp_path):
    with pytest.raises(NotSentError, match="FileNotFoundError"):
        sent(Files(tmp_path / "none"))
    with pytest.raises(FileNotFoundError):
        answer_files(tmp_path / "none", bytes.upper)


def test_numbers_go_on_after_a_restart_whatever_was_tidied_away(tmp_path):
    for _ in range(3):
        sent(answered_by(tmp_path, bytes.upper))
    for path in {*tmp_path.glob("*1*"), *tmp_path.glob("*2*"), *tmp_path.glob("*.number")}:
        path.unlink()
    sent(answered_by(tmp_path, bytes.upper))
    assert (tmp_path / "00000004-SET7.reply.xml").exists()


def test_two_who_see_the_same_folder_get_two_numbers(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(files.os, "listdir", lambda _folder: [])
        for _ in range(3):
            sent(answered_by(tmp_path, bytes.upper))
    assert [name for name in names(tmp_path) if "reply" in name] == [f"0000000{n}-SET7.reply.xml" for n in (1, 2, 3)]


FOREIGN = [
    "20261129-report.pdf",
    "99999999-A.request.xml.bak",
    "1-A.request.xml",
    "00000001-a b.request.xml",
    "00000009-A.request.xml.part",
    "desktop.ini",
    "00000001-.request.xml",
    "-A.request.xml",
    "00000001-A.request.xml~",
    "\uff199999999-A.request.xml",
]


def test_foreign_files_are_left_alone(tmp_path):
    for name in FOREIGN:
        (tmp_path / name).write_bytes(b"<a/>")
    (tmp_path / "00000001-A.request.xml").mkdir()
    (tmp_path / "00000002-A.request.xml").symlink_to(tmp_path / "desktop.ini")
    before = names(tmp_path)
    assert answer_files(tmp_path, bytes.upper) == 0
    assert names(tmp_path) == before
    assert sent(answered_by(tmp_path, bytes.upper)) == DOCUMENT.upper()
    assert (tmp_path / "00000010-SET7.reply.xml").exists()  # one that was being written has its number, too
    assert set(before) < set(names(tmp_path))


def test_what_has_an_answer_already_is_not_carried_out(tmp_path):
    for suffix in ("taken.xml", "reply.xml", "error.json", "withdrawn.xml"):
        (tmp_path / f"00000001-{suffix[0]}.request.xml").write_bytes(b"<a/>")
        (tmp_path / f"00000001-{suffix[0]}.{suffix}").write_bytes(b"<r/>")
    before = names(tmp_path)
    assert answer_files(tmp_path, bytes.upper) == 0
    assert names(tmp_path) == before


@pytest.mark.parametrize("error", [PermissionError("held"), FileNotFoundError("gone")], ids=str)
def test_a_reply_that_somebody_else_holds_is_waited_for(tmp_path, monkeypatch, error):
    transport, held, read = answered_by(tmp_path, bytes.upper), [1, 2, 3], files.Path.read_bytes

    def reading(path):
        if path.name.endswith("reply.xml") and path.exists() and held:
            held.pop()
            raise error
        return read(path)

    monkeypatch.setattr(files.Path, "read_bytes", reading)
    assert sent(transport) == DOCUMENT.upper()


def test_many_senders_and_two_answerers_share_a_folder(tmp_path):
    seen, replies = [], {}

    def send(name):
        transport = Files(tmp_path, timeout=60, poll=0.001)
        for number in range(8):
            document = f'<QBXMLMsgsRq newMessageSetID="SAME">{name}-{number}</QBXMLMsgsRq>'.encode()
            replies[document] = sent(transport, document)

    def process(document):
        seen.append(document)
        return document.upper()

    senders = [threading.Thread(target=send, args=(name,)) for name in "abcd"]
    done = threading.Event()
    answerers = [
        threading.Thread(
            target=answer_files, args=(tmp_path, process), kwargs={"until": done.is_set, "poll": 0.001}, daemon=True
        )
        for _ in range(2)
    ]
    for thread in (*senders, *answerers):
        thread.start()
    for thread in senders:
        thread.join(60)
    done.set()
    for thread in answerers:
        thread.join(60)
    assert replies == {document: document.upper() for document in replies}
    assert len(replies) == 32
    assert sorted(seen) == sorted(replies)
    assert sorted(path.name for path in tmp_path.glob("*.reply.xml")) == [
        f"{number:08}-SAME.reply.xml" for number in range(1, 33)
    ]


# --- a kill, and a disk that fails, at each step ----------------------------------------------------------------------


class Dead(BaseException):
    """The process is gone: nothing it would do after that happens."""


class Disk:
    """`os`, which fails at the n-th call that has to do with the disk: once, or dead from then on."""

    CALLS = ("open", "close", "fsync", "rename", "unlink", "listdir", "scandir")

    def __init__(self, at, error, *, done=False):
        self.at, self.error, self.done, self.calls = at, error, done, []

    def __getattr__(self, name):
        real = getattr(os, name)
        if name not in self.CALLS:
            return real

        def call(*arguments):
            self.calls.append(name)
            here = len(self.calls)
            if here == self.at and self.done:
                result = real(*arguments)
                if name == "scandir":
                    result.close()
            if here == self.at or (here > self.at and isinstance(self.error, Dead)):
                raise self.error
            return real(*arguments)

        return call


def let_be_the_system(monkeypatch, system):
    """What the transport asks the system, it asks this one."""
    for module in (files, disk):
        monkeypatch.setattr(module, "os", system)


def calls_of(monkeypatch, what):
    system = Disk(0, OSError())
    system.at = -1
    let_be_the_system(monkeypatch, system)
    what()
    let_be_the_system(monkeypatch, os)
    return len(system.calls)


@pytest.mark.parametrize("done", [False, True], ids=["before", "behind"])
@pytest.mark.parametrize("error", [Dead(), OSError("disk")], ids=["killed", "failing"])
def test_a_sender_that_dies_anywhere_has_sent_all_or_nothing_and_says_no_more_than_it_knows(
    tmp_path, monkeypatch, error, done
):
    whole = tmp_path / "whole"
    whole.mkdir()
    steps = calls_of(monkeypatch, lambda: sent(answered_elsewhere(whole)))
    assert steps >= 8
    told = set()
    for step in range(1, steps + 1):
        folder = tmp_path / str(step)
        folder.mkdir()
        transport = answered_elsewhere(folder)
        let_be_the_system(monkeypatch, Disk(step, error, done=done))
        try:
            sent(transport)
        except (Dead, NotSentError, ReplyLostError) as raised:
            told.add(type(raised))
            outcome = raised
        else:
            outcome = None  # what failed was of no consequence
        let_be_the_system(monkeypatch, os)
        seen = []
        answer_files(folder, lambda document, seen=seen: seen.append(document) or b"<r/>")
        assert seen in ([], [DOCUMENT])
        if isinstance(outcome, NotSentError):
            assert seen == []
            assert not list(folder.glob("*.withdrawn.xml"))
            assert not list(folder.glob("*.taken.xml"))
        if isinstance(outcome, ReplyLostError):
            assert seen == []  # it is withdrawn, or was answered
        assert sent(answered_by(folder, bytes.upper)) == DOCUMENT.upper()  # the folder serves on
    assert told == ({Dead} if isinstance(error, Dead) else {NotSentError, ReplyLostError})


def answered_elsewhere(folder):
    """A sender whose other side has a disk of its own."""

    def meanwhile():
        ours, files.os = files.os, os
        try:
            answer_files(folder, bytes.upper)
        finally:
            files.os = ours

    return Time(meanwhile).files(folder)


@pytest.mark.parametrize("done", [False, True], ids=["before", "behind"])
@pytest.mark.parametrize("error", [Dead(), OSError("disk")], ids=["killed", "failing"])
def test_an_answerer_that_dies_anywhere_carries_nothing_out_twice_and_leaves_whole_replies(
    tmp_path, monkeypatch, error, done
):
    def waiting(folder):
        folder.mkdir()
        (folder / "00000001-A.request.xml").write_bytes(b"<a/>")
        return folder

    whole = waiting(tmp_path / "whole")
    steps = calls_of(monkeypatch, lambda: answer_files(whole, bytes.upper))
    assert steps >= 10
    times = []
    for step in range(1, steps + 1):
        folder, seen = waiting(tmp_path / str(step)), []

        def process(document, seen=seen):
            seen.append(document)
            return b"<reply/>"

        let_be_the_system(monkeypatch, Disk(step, error, done=done))
        with pytest.raises((Dead, OSError)):
            answer_files(folder, process)
        let_be_the_system(monkeypatch, os)
        answer_files(folder, process)
        answer_files(folder, process)
        times.append(len(seen))
        reply = folder / "00000001-A.reply.xml"
        assert not reply.exists() or reply.read_bytes() == b"<reply/>"
        assert seen or (folder / "00000001-A.taken.xml").exists()
    assert set(times) == {0, 1}
    assert times[-1] == 1


def test_a_full_disk_sends_nothing_and_leaves_nothing_that_could_be_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "os", Disk(4, OSError(28, "No space left on device")))  # the first fsync
    with pytest.raises(NotSentError, match="No space left on device"):
        sent(Time().files(tmp_path))
    assert names(tmp_path) == ["00000001.number"]
