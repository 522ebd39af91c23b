"""The request processor in another process: a real one, that dies at every point, and the script that was never run here."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procore_qbd import EngineError, NotSentError, ReplyLostError
from procore_qbd.codes import HRESULTS, WINDOWS_CODES, Effect, hresult
from procore_qbd.testing import request_processor
from procore_qbd.transports import AuthFlags, Com, Connection, PowerShell32, com_host
from procore_qbd.transports.com_host import SCRIPT, SCRIPT_SHA256, line_of, parts_of, powershell
from support.places import TESTS

FAR = TESTS / "support" / "far_processor.py"
EVERY_NUMBER = sorted({**HRESULTS, **WINDOWS_CODES})
BUSY = {number for number in EVERY_NUMBER if hresult(number).retryable}


class Far:
    """A transport through a process that stands in for PowerShell."""

    def __init__(self, folder, command=None, *, faults=None, **settings):
        self.log = folder / "calls"
        command = command or [sys.executable, str(FAR), str(self.log), repr(faults or {})]
        self.host = PowerShell32(command, patience=5)
        self.com = Com(through=self.host, **{"sleep": lambda _: None, "tries": 3, "closing": 5} | settings)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.com.close()
        assert self.host._process is None

    @property
    def pid(self):
        return self.host._process.pid

    def send(self, document=b"<a/>"):
        with self.com.send(document) as reply:
            return reply.read()

    def done(self):
        """The documents that were processed, and the calls that ended something, in their order."""
        return self.log.read_text("utf-8").split("\n")[:-1] if self.log.exists() else []


@pytest.fixture
def far(tmp_path):
    return lambda *how, **settings: Far(tmp_path, *how, **settings)


ENDED = ["EndSession", "CloseConnection"]


def test_documents_go_there_and_replies_come_back(far):
    words = "é ™ € “Grün” → 中 🙂 \r\n\t"
    with far() as line:
        assert line.send(f"<a>{words}</a>".encode()) == f"<r><a>{words}</a></r>".encode()
        first = line.pid
        assert line.com.versions[-1] == "16.0"
        assert line.com.company_file_name == r"C:\Books\Alder.qbw"
        large = b"<a>" + b"x" * 12_000_000 + b"</a>"
        assert line.send(large) == b"<r>" + large + b"</r>"
        assert line.pid == first
    assert line.done()[-2:] == ENDED


def test_a_session_for_each_document_is_one_process(far):
    with far(keep_session=False, connection=Connection.REMOTE, auth_flags=AuthFlags.FORCE_DIALOG) as line:
        line.send(b"<a/>")
        first = line.pid
        line.send(b"<b/>")
        assert line.pid == first
    assert line.done() == ["<a/>", *ENDED, "<b/>", *ENDED]


@pytest.mark.slow
@pytest.mark.parametrize("call", ["OpenConnection2", "BeginSession", "PutPersonalDataPref"])
def test_every_number_before_the_document(far, call):
    faults = [number for number in EVERY_NUMBER for _ in range(3 if number in BUSY else 1)]
    with far(faults={call: faults}) as line:
        for number in EVERY_NUMBER:
            with pytest.raises(EngineError, match=r"The call failed\. Nothing of the document was written") as raised:
                line.send()
            assert (raised.value.hresult, raised.value.effect) == (number, Effect.NOT_DONE)
        assert line.done() == ([] if call == "OpenConnection2" else ["CloseConnection"] * len(faults))
        line.send()
    assert line.done()[-3:] == ["<a/>", *ENDED]


def test_every_number_with_the_document(far):
    with far(faults={"ProcessRequest": EVERY_NUMBER}) as line:
        for number in EVERY_NUMBER:
            with pytest.raises(EngineError, match="The call failed") as raised:
                line.send()
            assert (raised.value.hresult, raised.value.effect) == (number, hresult(number).effect)
        line.send()
    assert [one for one in line.done() if one not in ENDED] == ["<a/>"]
    assert line.done().count("EndSession") == line.done().count("CloseConnection")


@pytest.mark.slow
def test_every_number_at_the_end(far):
    with far(faults=dict.fromkeys(ENDED, EVERY_NUMBER), keep_session=False) as line:
        for number in EVERY_NUMBER:
            document = f"<a{number}/>".encode()
            assert line.send(document) == b"<r>" + document + b"</r>"
    assert line.done() == [one for number in EVERY_NUMBER for one in (f"<a{number}/>", *ENDED)]


# --- a process that dies ---------------------------------------------------------------------------------------------

BEFORE = ["OpenConnection2", "AuthPreferences", "PutUnattendedModePref", "BeginSession", "GetCurrentCompanyFileName"]


@pytest.mark.slow
@pytest.mark.parametrize("call", BEFORE)
def test_a_death_before_the_document_is_handed_over_wrote_nothing(far, call):
    with far(faults={call: ["die"]}) as line:
        with pytest.raises(NotSentError, match="the process that holds the request processor ended with 9"):
            line.send()
        assert line.done() == []


@pytest.mark.parametrize(
    ("document", "done"), [(b"<a>DIE</a>", ["<a>DIE</a>"]), (b"<a/>", [])], ids=["after", "before"]
)
def test_a_death_with_the_document_leaves_it_open_and_the_next_one_has_a_new_process(far, document, done):
    with far(faults={"ProcessRequest": ["die"]} if not done else None) as line:
        with pytest.raises(ReplyLostError, match="ended with 9") as raised:
            line.send(document)
        assert raised.value.effect is Effect.UNKNOWN
        assert line.done() == done
        if done:
            assert line.send(b"<b/>") == b"<r><b/></r>"
            assert line.done() == [*done, "<b/>"]


@pytest.mark.slow
@pytest.mark.parametrize("call", ENDED)
def test_a_death_at_the_end_hides_no_reply(far, call):
    with far(faults={call: ["die"]}, keep_session=False) as line:
        assert line.send() == b"<r><a/></r>"
    assert line.done()[:2] == ["<a/>", "EndSession"]


@pytest.mark.slow
def test_a_process_that_is_killed_between_documents_is_noticed_before_the_next(far):
    with far() as line:
        for n in range(3):
            line.send(f"<a{n}/>".encode())
            os.kill(line.pid, signal.SIGKILL)
    assert [one for one in line.done() if one not in ENDED] == ["<a0/>", "<a1/>", "<a2/>"]


@pytest.mark.slow
def test_who_does_not_wait_any_longer_is_told_and_closing_ends_the_process(far):
    with far(faults={"ProcessRequest": ["hang"]}, closing=0.3) as line:
        line.com.open()
        line.com._timeout = 0.3
        with pytest.raises(ReplyLostError, match=r"no answer in 0\.3 seconds"):
            line.send(b"<a/>")
        with pytest.raises(NotSentError, match="busy with an earlier call"):
            line.send(b"<b/>")
        process = line.host._process
        begun = time.monotonic()
        line.com.close()
        assert time.monotonic() - begun < 10
        line.com._thread._thread.join(10)
        assert process.returncode == -signal.SIGKILL
    assert line.done() == []


@pytest.mark.slow
def test_a_process_that_does_not_end_by_itself_is_ended():
    host = PowerShell32(
        [sys.executable, "-c", LIES % 'line_of(number, "ok", "<r/>")' + "import time; time.sleep(60)"], patience=0.3
    )
    with Com(through=host) as com:
        com.send(b"<a/>").close()
        process = host._process
    assert process.returncode == -signal.SIGKILL


@pytest.mark.slow
def test_a_program_that_is_killed_leaves_no_session_behind(tmp_path):
    log = tmp_path / "calls"
    command = [sys.executable, str(FAR), str(log), "{}"]
    program = f"""
from procore_qbd.transports import Com, PowerShell32
import os, signal
com = Com(through=PowerShell32({command!r}))
com.send(b"<a/>").close()
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", program], check=False, timeout=60)  # noqa: S603  our own words
    assert done.returncode == -signal.SIGKILL
    end = time.monotonic() + 20
    while log.read_text("utf-8").split() != ["<a/>", *ENDED]:
        assert time.monotonic() < end, log.read_text("utf-8")
        time.sleep(0.02)


# --- a process that is something else --------------------------------------------------------------------------------

OTHERS = {
    "ends at once": "pass",
    "says what is wrong": "sys.exit('running scripts is disabled on this system')",
    "writes something else": "print('Windows PowerShell', flush=True); time.sleep(60)",
    "answers another line": "print('7 ok', flush=True); time.sleep(60)",
    "answers with another word": "print('1 maybe', flush=True); time.sleep(60)",
    "fails without a number": "print('1 failed', flush=True); time.sleep(60)",
    "fails with no number": "print('1 failed ' + base64.b64encode(b'xyz').decode(), flush=True); time.sleep(60)",
    "answers half a line": "sys.stdout.write('1 ok'); sys.stdout.flush()",
    "answers what is no base64": "print('1 ok ====', flush=True); time.sleep(60)",
    "answers bytes": "sys.stdout.buffer.write(bytes(range(255, 0, -1))); sys.stdout.flush(); time.sleep(60)",
}


@pytest.mark.slow
@pytest.mark.parametrize("other", OTHERS)
def test_what_does_not_speak_the_protocol_gets_no_document(far, other):
    with far([sys.executable, "-c", f"import base64, sys, time; {OTHERS[other]}"]) as line:
        with pytest.raises(NotSentError) as raised:
            line.send()
        assert line.host._process.poll() is not None or line.host._process.wait(10) is not None
    if other == "says what is wrong":
        assert "running scripts is disabled on this system" in str(raised.value)


LIES = """
import sys
from procore_qbd.transports.com_host import line_of, parts_of
for line in sys.stdin.buffer:
    number, word, texts = parts_of(line)
    said = {"begin": ["T"], "name": ["F"]}.get(word, [])
    answer = line_of(number, "ok", *said) if word != "process" else %s
    sys.stdout.buffer.write(answer)
    sys.stdout.flush()
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "answer",
    [
        'line_of(number - 1, "ok", "<r/>")',
        'line_of(number, "ok")',
        'line_of(number, "failed")',
        'line_of(number, "failed", "no number", "words")',
        'sys.stdout.buffer.write(line_of(number, "ok", "<r/>")[:-3]) and sys.exit()',
        'line_of(number, "ok", "")',
        'b"1 ok \\xff\\n"',
        'b"\\n"',
    ],
)
def test_a_wrong_answer_to_a_document_leaves_it_open(far, answer):
    with far([sys.executable, "-c", LIES % answer]) as line, pytest.raises(ReplyLostError):
        line.send()


def test_an_answer_too_many_is_not_taken_for_the_next():
    """The second document must not be given what was said to the first."""
    lies = 'line_of(number, "ok", texts[1]) + line_of(number, "ok", texts[1])'
    host = PowerShell32([sys.executable, "-c", LIES % lies], patience=5)
    with Com(through=host) as com:
        assert com.send(b"<a/>").read() == b"<a/>"
        assert com.send(b"<b/>").read() == b"<b/>"


@given(st.integers(0, 10**9), st.text("abcdefghijklmnopqrstuvwxyz", min_size=1), st.lists(st.text()))
def test_any_texts_go_over_a_line(number, word, texts):
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    line = line_of(number, word, *texts)
    assert line.isascii()
    assert line.count(b"\n") == 1
    assert parts_of(line) == (number, word, texts)
    assert parts_of(line.replace(b"\n", b"\r\n")) == (number, word, texts)
    with pytest.raises(ValueError, match="a line of the protocol is cut short"):
        parts_of(line[:-1])


# --- the script ------------------------------------------------------------------------------------------------------

TEXT = SCRIPT.read_text("ascii")
WORDS = ["make", "open", "begin", "name", "versions", "process", "end", "close"]


def test_the_script_is_the_one_that_is_known_and_another_is_not_started(tmp_path, monkeypatch):
    assert hashlib.sha256(SCRIPT.read_bytes()).hexdigest() == SCRIPT_SHA256
    monkeypatch.setenv("SYSTEMROOT", str(tmp_path))
    with pytest.raises(NotSentError, match=r"there is no 32-bit PowerShell: .*powershell\.exe is missing"):
        powershell()
    program = tmp_path.joinpath(*com_host.POWERSHELL)
    program.parent.mkdir(parents=True)
    program.touch()
    assert powershell()[0] == str(program)
    assert powershell()[-2:] == ["-File", str(SCRIPT)]
    for changed in (SCRIPT.read_bytes() + b"\n", SCRIPT.read_bytes().replace(b"\n", b"\r\n"), b""):
        (tmp_path / "changed.ps1").write_bytes(changed)
        with pytest.raises(NotSentError, match=r"changed\.ps1 was changed, and is not started"):
            powershell(tmp_path / "changed.ps1")


def test_without_a_powershell_nothing_is_sent(monkeypatch, tmp_path):
    monkeypatch.setenv("SYSTEMROOT", str(tmp_path))
    with Com(through=PowerShell32()) as com, pytest.raises(NotSentError, match="there is no 32-bit PowerShell"):
        com.send(b"<a/>")


def test_what_is_on_the_command_line_is_no_setting_that_stays(monkeypatch, tmp_path):
    monkeypatch.setattr(com_host.Path, "exists", lambda _: True)
    monkeypatch.setenv("SYSTEMROOT", str(tmp_path))
    assert powershell()[1:-2] == ["-NoLogo", "-NoProfile", "-NonInteractive", "-STA", "-ExecutionPolicy", "Bypass"]


def test_both_halves_and_the_stand_in_know_the_same_words():
    script = re.findall(r"^ {16}'(\w+)' \{$", TEXT, re.MULTILINE)
    asked = re.findall(r'\.ask\(ComCall\.\w+, "(\w+)"', (SCRIPT.parent / "com_host.py").read_text("utf-8"))
    stand_in = re.findall(
        r'case "(\w+)"', (TESTS.parent / "src/procore_qbd/testing/request_processor.py").read_text("utf-8")
    )
    assert script == stand_in == WORDS
    assert sorted(asked) == sorted(WORDS)


def test_the_script_calls_each_member_as_the_type_library_has_it():
    called = re.findall(r"Invoke-Member \$\w+ '(\w+)' \$(\w+)", TEXT)
    assert len(called) == TEXT.count("Invoke-Member $") == 14
    kinds = {"method": request_processor._METHOD, "property": request_processor._PROPERTY}
    assert [name for name, kind in called if request_processor._KINDS[name] != kinds[kind]] == []


def test_the_script_does_not_name_what_would_take_its_input_and_is_plain():
    assert not re.search(r"\$\{?input\b", TEXT, re.IGNORECASE)
    assert "\r" not in TEXT
    assert "\t" not in TEXT
    assert not re.search(r"Write-(Host|Output)|Invoke-Expression|Start-Process|Set-ExecutionPolicy|Download", TEXT)
    for later in ("??", "?.", "&&", "||", " ? "):  # PowerShell 7 has them, 5.1 has not
        assert later not in TEXT


def test_brackets_and_quotes_of_the_script_are_in_pairs():
    code = re.sub(r"'[^'\n]*'", "''", "\n".join(re.sub(r"(^|\s)#.*", "", line) for line in TEXT.splitlines()))
    code = code.replace('"`n"', "''")
    assert code.count("'") % 2 == 0
    assert '"' not in code
    stack = []
    for sign in code:
        if sign in "([{":
            stack.append(sign)
        elif sign in ")]}":
            assert stack.pop() + sign in ("()", "[]", "{}")
    assert stack == []


def test_a_variable_of_the_script_is_set_before_it_is_read():
    known = {"null", "_", "true", "false", *re.findall(r"\$(ErrorActionPreference|ProgressPreference)", TEXT)}
    known |= {
        name.lower()
        for name in re.findall(r"function [\w-]+\(([^)]*)\)", TEXT)
        for name in re.findall(r"\$(\w+)", name)
    }
    known |= {name.lower() for name in re.findall(r"\$(\w+) =", TEXT)} | {"text"}
    assert {name.lower() for name in re.findall(r"\$(\w+)", TEXT)} <= known


@pytest.mark.skipif(not (shutil.which("powershell") or shutil.which("pwsh")), reason="there is no PowerShell here")
def test_powershell_itself_can_read_the_script():
    shell = shutil.which("powershell") or shutil.which("pwsh")
    read = f"$e = $null; [void][Management.Automation.Language.Parser]::ParseFile('{SCRIPT}', [ref]$null, [ref]$e); $e.Count"
    done = subprocess.run([shell, "-NoProfile", "-Command", read], capture_output=True, text=True, check=True)  # noqa: S603  our own words
    assert done.stdout.strip() == "0"
