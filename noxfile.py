"""The project's chores: `nox` runs those that must pass, `nox --list` names them all."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2024.4.15"
nox.options.sessions = ["tests", "lint", "types", "docs"]
nox.options.default_venv_backend = "venv"  # needs nothing but Python
nox.options.reuse_venv = "yes"

# Pinned, so that a new rule in a tool is met on purpose and not on somebody's unrelated change.
RUFF = "ruff==0.17.6"
TYPES = ("mypy==2.4.1", "pyright[nodejs]==1.1.414", "types-lxml==2026.2.16", "types-requests")
# What the benchmarks compare with.
RIVALS = ("casbin==1.43.0", "cedarpy==4.12.2", "pydantic-xml[lxml]==2.22.0", "xsdata[lxml]==26.10")

OWN_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
VERSIONS = ("3.11", "3.12", "3.13")


def interpreter(version: str) -> str | None:
    """An interpreter of this version that really runs.

    A pyenv shim stands in PATH for every version, and fails until pyenv is told which; so ask each one.
    """
    name = f"python{version}"
    pyenv = Path(os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv"))  # noqa: PTH111  # never raises
    folders = [Path(sys.executable).parent, *os.get_exec_path(), *sorted(pyenv.glob(f"versions/{version}*/bin"))]
    for path in filter(None, (shutil.which(name, path=folder) for folder in folders)):
        tried = subprocess.run([path, "-c", "import ensurepip, venv"], check=False, capture_output=True)  # noqa: S603
        if tried.returncode == 0:
            return path
    return None


FOUND = {version: path for version in VERSIONS if (path := interpreter(version))}
if OWN_VERSION not in VERSIONS and sys.version_info >= (3, 11):
    FOUND[OWN_VERSION] = sys.executable
# nox takes the first in PATH, so those that run come first.
os.environ["PATH"] = os.pathsep.join([*(str(Path(path).parent) for path in FOUND.values()), os.environ["PATH"]])

tested: list[str] = []


@atexit.register
def say_what_was_not_tested() -> None:
    if tested:
        skipped = [version for version in VERSIONS if version not in FOUND]
        told = f"; skipped: {', '.join(skipped)} (no interpreter)" if skipped else ""
        print(f"tests ran on {', '.join(tested)}{told}", flush=True)  # noqa: T201


@nox.session
def demo(session: nox.Session) -> None:
    """See it work: a Procore request goes into a simulated company file, and the answer comes back."""
    session.install(".")
    session.run("procore-qbd", "demo", *session.posargs)


def test(session: nox.Session, *which: str) -> None:
    if not FOUND:
        session.error("no Python 3.11 or later is here, so nothing was tested")
    session.install(".[test]")
    tested.append(str(session.python))
    session.run("pytest", *which, *session.posargs)


@nox.session(python=OWN_VERSION if OWN_VERSION in FOUND else next(iter(FOUND), None))
def tests(session: nox.Session) -> None:
    """Every quick test, on one Python; the package is installed as users get it."""
    test(session)


@nox.session(python=list(FOUND) or None)
def pythons(session: nox.Session) -> None:
    """Every test but the long proofs, the slow ones too, on each supported Python that is here."""
    test(session, "-m", "not long")


@nox.session
def long(session: nox.Session) -> None:
    """The slow proofs, most of an hour: a million records, a thousand requests of every kind against the schemas."""
    session.install(".[test]")
    session.run("pytest", "-m", "long", "--hypothesis-profile=long", *session.posargs)


@nox.session
def fingerprints(session: nox.Session) -> None:
    """Take the fingerprints of the published schema anew; needs ../shared/reference."""
    session.install(".[test]")
    session.run("python", "-m", "support.fingerprints", env={"PYTHONPATH": "tests"})


@nox.session
def fuzz(session: nox.Session) -> None:
    """Make up bytes for the readers, guided by coverage, for a minute; longer with `-- -max_total_time=3600`."""
    session.install(".", "atheris")
    session.run("python", "tests/fuzzing/fuzz_readers.py", *(session.posargs or ["-max_total_time=60"]))


@nox.session
def lint(session: nox.Session) -> None:
    """Ruff: every rule, and the format."""
    session.install(RUFF)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Mypy and pyright, on the package and on what a user would write."""
    session.install("-e", ".[test]", *TYPES)
    session.run("mypy")
    session.run("pyright")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the pages without one warning, and run every Python block in them."""
    session.install("-e", ".[docs,test]")
    session.run("sphinx-build", "-n", "-W", "--keep-going", "-q", "-b", "html", "docs", "docs/_build/html")
    pages = [Path("README.md"), *(page for page in sorted(Path("docs").rglob("*.md")) if "_build" not in page.parts)]
    session.run("pytest", *(str(page) for page in pages if "```python" in page.read_text("utf-8")), *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure against what a user would pick instead; prints one table, and fails for no figure in it."""
    session.install(".[test]", *RIVALS)
    session.run("python", "benchmarks/run.py", *session.posargs)
