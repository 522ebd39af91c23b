"""The request processor in a process of another number of bits: the 32-bit PowerShell that every 64-bit Windows has.

A 64-bit Python cannot hold a 32-bit request processor, which is what QuickBooks had until 2021. So a PowerShell of 32
bits holds it, and is spoken to through its standard input and output, a line there and a line back::

    7 begin <company file> <mode> <preferences?> <unattended> <personal data> <read only> <auth flags>
    7 ok <ticket>
    8 process <ticket> <document>
    8 failed <HRESULT, 8 digits> <what QuickBooks said>

What stands in ``<>`` is UTF-8 in base64, so no code page of Windows' changes it. Every line has a number, and its
answer the same: an answer that does not fit ends the process. What PowerShell runs is one file of this package,
``com_host.ps1``, and only if it is the one whose SHA-256 stands here.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from procore_qbd.errors import EngineError, NotSentError
from procore_qbd.transports.com_calls import ComCall, ComObject, Opening, effect_of, signed

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["PowerShell32", "line_of", "parts_of"]

SCRIPT: Final = Path(__file__).with_name("com_host.ps1")
SCRIPT_SHA256: Final = "8ceb5df041282afb59b30ca9dd2fd4789f35634ca338088073b32ee88dfcad9a"
POWERSHELL: Final = ("SysWOW64", "WindowsPowerShell", "v1.0", "powershell.exe")
_LAST_WORDS = 500


def line_of(number: int, word: str, *texts: str) -> bytes:
    """A line of the protocol."""
    coded = (base64.b64encode(text.encode()).decode("ascii") for text in texts)
    return " ".join([str(number), word, *coded]).encode("ascii") + b"\n"


def parts_of(line: bytes) -> tuple[int, str, list[str]]:
    """The number, the word and the texts of a line.

    Raises:
        ValueError: It is none of the protocol, or not whole.
    """
    if not line.endswith(b"\n"):
        raise ValueError("a line of the protocol is cut short")
    try:
        number, word, *coded = line.decode("ascii").rstrip("\r\n").split(" ")
        return int(number), word, [base64.b64decode(one, validate=True).decode() for one in coded]
    except ValueError as error:
        raise ValueError(f"a line that is none of the protocol, {len(line)} bytes long") from error


class PowerShell32:
    """Holds the request processor in a PowerShell of 32 bits: ``Com(through=PowerShell32())``.

    Nothing is installed and no setting of Windows is changed: the script is allowed for that one process.

    Args:
        command: What to start in its place, for tests.
        patience: For how many seconds its end is waited for, before it is ended by force.
    """

    def __init__(self, command: Sequence[str] | None = None, *, patience: float = 10) -> None:
        self._command = command
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None
        self._complaints: IO[bytes] | None = None
        self._numbers = itertools.count(1)

    def enter(self) -> None:
        """Nothing: the other process has an apartment of its own."""

    def make(self) -> ComObject:
        """A new request processor, in the process that is there or in a new one.

        Raises:
            EngineError: Windows does not make one.
            NotSentError: There is no such PowerShell, or its script was changed.
        """
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._start()
        self.ask(ComCall.OPEN, "make")
        return _Elsewhere(self)

    def pump(self) -> None:
        """Nothing: the other process does that."""

    def leave(self) -> None:
        """Let the process end; it ends session and connection, if they are still there, when its input does."""
        self._end()

    def kill(self) -> None:
        """End the process by force, which QuickBooks itself does not notice."""
        if self._process is not None:
            self._process.kill()

    def ask(self, call: ComCall, word: str, *texts: str) -> list[str]:
        """One line there, one back.

        Raises:
            EngineError: The call failed with an HRESULT.
            EOFError: The process ended.
            ValueError: It answered with something else.
        """
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise NotSentError("there is no PowerShell any more")
        number = next(self._numbers)
        try:
            process.stdin.write(line_of(number, word, *texts))
            process.stdin.flush()
            line = process.stdout.readline()
            if not line:
                raise EOFError(self._last_words(process))  # noqa: TRY301  one end for all
            answered, how, said = parts_of(line)
            if answered != number or how not in ("ok", "failed"):
                raise ValueError(f"expected an answer to line {number}, got '{how}' to line {answered}")  # noqa: TRY301
            failed = int(said[0], 16) if how == "failed" else None
        except BaseException:
            process.kill()  # what it would say next answers something else
            raise
        if failed is not None:
            raise EngineError(failed, " ".join(said[1:]), effect_of(call, failed))
        return said

    def _start(self) -> None:
        command = self._command if self._command is not None else powershell()
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115  it is closed with the process
        self._process = subprocess.Popen(  # noqa: S603  one file of ours, or what a test says
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # so Ctrl+C is not for it, either
        )
        self._numbers = itertools.count(1)

    def _last_words(self, process: subprocess.Popen[bytes]) -> str:
        with suppress(subprocess.TimeoutExpired):
            process.wait(self._patience)
        said = ""
        if self._complaints is not None:
            self._complaints.seek(0)
            said = " ".join(self._complaints.read().decode("utf-8", "replace").split())[-_LAST_WORDS:]
        return f"the process that holds the request processor ended with {process.returncode}: {said}".rstrip(": ")

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            try:
                process.communicate(timeout=self._patience)  # which closes its input first
            except (subprocess.TimeoutExpired, OSError, ValueError):
                process.kill()
                process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    if pipe is not None:
                        pipe.close()
        if self._complaints is not None:
            self._complaints.close()
            self._complaints = None


def powershell(script: Path = SCRIPT) -> list[str]:
    """The command that starts the 32-bit PowerShell with our script.

    Raises:
        NotSentError: There is none, or the script is not the one that this version came with.
    """
    if hashlib.sha256(script.read_bytes()).hexdigest() != SCRIPT_SHA256:
        raise NotSentError(f"{script} was changed, and is not started; install procore-qbd again")
    program = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), *POWERSHELL)
    if not program.exists():
        raise NotSentError(f"there is no 32-bit PowerShell: {program} is missing")
    policy = ("-ExecutionPolicy", "Bypass")  # of this process alone
    return [str(program), "-NoLogo", "-NoProfile", "-NonInteractive", "-STA", *policy, "-File", str(script)]


class _Elsewhere:
    """A request processor in the other process."""

    def __init__(self, host: PowerShell32) -> None:
        self._host = host

    def open(self, opening: Opening) -> None:
        sender = opening.sender
        connection = str(int(opening.connection))
        self._host.ask(ComCall.OPEN, "open", sender.application_id, sender.application_name, connection)

    def begin(self, opening: Opening) -> str:
        numbers = (
            opening.mode,
            opening.connection.is_local,
            opening.unattended,
            opening.personal_data,
            opening.read_only,
            signed(opening.auth_flags),
        )
        return self._host.ask(ComCall.BEGIN, "begin", opening.company_file, *(str(int(one)) for one in numbers))[0]

    def company_file_name(self, ticket: str) -> str:
        return self._host.ask(ComCall.BEGIN, "name", ticket)[0]

    def versions(self, ticket: str) -> tuple[str, ...]:
        return tuple(self._host.ask(ComCall.BEGIN, "versions", ticket))

    def process(self, ticket: str, text: str) -> str:
        return self._host.ask(ComCall.PROCESS, "process", ticket, text)[0]

    def end(self, ticket: str) -> None:
        self._host.ask(ComCall.END, "end", ticket)

    def close(self) -> None:
        self._host.ask(ComCall.CLOSE, "close")

    def release(self) -> None:
        """Nothing: the next ``make`` lets go of the one before."""
