"""The project's chores: `nox` runs those that must pass, `nox --list` names them all."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.sessions = ["tests", "lint", "types", "docs"]
nox.options.default_venv_backend = "venv"  # needs nothing but Python
nox.options.reuse_venv = "yes"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False  # a Python that is not here is skipped, and the last line says so

# What the benchmarks compare with.
RIVALS = ("casbin==1.43.0", "cedarpy==4.12.2", "pydantic-xml[lxml]==2.22.0", "xsdata[lxml]==26.10")

OWN_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
VERSIONS = ("3.11", "3.12", "3.13")
if OWN_VERSION not in VERSIONS and sys.version_info >= (3, 11):
    VERSIONS += (OWN_VERSION,)
# nox looks for Pythons in PATH, where pyenv has a shim for each version that fails until it is switched on. So what the
# shims stand for comes first. This only lists folders: nox starts an interpreter when a session needs it.
PYENV = Path(os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv"))  # noqa: PTH111  # never raises
os.environ["PATH"] = os.pathsep.join(
    [
        *(str(folder) for version in VERSIONS for folder in sorted(PYENV.glob(f"versions/{version}*/bin"))),
        os.environ["PATH"],
    ]
)


def runs(version: str) -> bool:
    """Whether there is such a Python here: a shim without one behind it is none."""
    found = shutil.which(f"python{version}")
    return found is not None and subprocess.run([found, "-c", ""], check=False, capture_output=True).returncode == 0  # noqa: S603


NEWEST = next((one for one in reversed(VERSIONS) if runs(one)), OWN_VERSION)


def group(*names: str) -> tuple[str, ...]:
    """What the dependency groups of pyproject.toml name; pip itself reads them from 25.1 on only."""
    return nox.project.dependency_groups(nox.project.load_toml("pyproject.toml"), *names)


tested: dict[str, None] = {}


@atexit.register
def say_what_was_not_tested() -> None:
    if tested:
        others = [version for version in VERSIONS if version not in tested]
        print(f"tests ran on {', '.join(tested)}{'; not on ' if others else ''}{', '.join(others)}", flush=True)  # noqa: T201


@nox.session
def demo(session: nox.Session) -> None:
    """See it work: a Procore request goes into a simulated company file, and the answer comes back."""
    session.install(".[sql]")
    session.run("procore-qbd", "demo", *session.posargs)


def run_tests(session: nox.Session, *which: str, command: tuple[str, ...] = ("pytest",), how: str = "") -> None:
    session.install(".", *group("test"))
    tested[f"{session.python or OWN_VERSION}{how}"] = None
    session.run(*command, *which, *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Every quick test, on the Python that nox runs on; the package is installed as users get it."""
    run_tests(session)


# The slow tests too, and as many examples of each property as its test says; what a build runs is always the same.
THOROUGH = ("-m", "not long and not deaths", "--hypothesis-profile=thorough")
QUICK = ("--hypothesis-profile=build",)


@nox.session(python=VERSIONS, venv_backend="virtualenv")  # which comes with nox, and needs no venv in the interpreter
def pythons(session: nox.Session) -> None:
    """Every test but the long proofs, the slow ones too, on each supported Python that is here."""
    run_tests(session, *THOROUGH)


@nox.session(python=None if NEWEST == OWN_VERSION else NEWEST, venv_backend="virtualenv")
def thorough(session: nox.Session) -> None:
    """What `pythons` does, on the newest Python that is here."""
    run_tests(session, *THOROUGH)


def run_covered(session: nox.Session, *, how: str = "") -> None:
    """Every quick test, and how much of the code they ran: 95 % at least."""
    session.install(*group("coverage"))
    session.run("coverage", "erase")
    run_tests(session, *QUICK, command=("coverage", "run", "-m", "pytest"), how=how)
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report")


@nox.session
def coverage(session: nox.Session) -> None:
    """Every quick test, on the Python that nox runs on, and how much of the code they ran: 95 % at least."""
    run_covered(session)


@nox.session(python=VERSIONS, venv_backend="virtualenv")
def others(session: nox.Session) -> None:
    """Every quick test, on each supported Python on which neither `lowest` nor `thorough` runs them."""
    if session.python in (VERSIONS[0], NEWEST):
        session.skip("lowest or thorough runs the tests on this one")
    run_tests(session, *QUICK)


def lower_bounds() -> list[str]:
    """Each dependency of the package and of its tests at the lowest version that pyproject.toml allows."""
    allowed = [*nox.project.load_toml("pyproject.toml")["project"]["dependencies"], *group("test")]
    return [re.sub(r">=([\d.]+).*", r"==\1", one) for one in allowed]


@nox.session(python=VERSIONS[0], venv_backend="virtualenv")
def lowest(session: nox.Session) -> None:
    """`coverage` with the lowest versions that pyproject.toml allows, on the oldest Python that is supported."""
    session.install(*lower_bounds())
    run_covered(session, how=" with the lowest versions")


@nox.session
def long(session: nox.Session) -> None:
    """The slow proofs, an hour and more: a million records, a thousand requests of every kind, another 3,000 deaths."""
    session.install(".", *group("test"))
    session.run("pytest", "-m", "long", "--hypothesis-profile=long", *session.posargs)


@nox.session
def deaths(session: nox.Session) -> None:
    """Workers that are killed and stopped in earnest, full disks, a database that crashes; on SQLite and PostgreSQL."""
    run_tests(session, "-m", "deaths", "tests/processes", how=" for the deaths")


@nox.session
def schedules(session: nox.Session) -> None:
    """Every schedule of at most two faults over each kind of request, of the three worst over a job; 5,000 exports."""
    session.install(".")
    job = ["--faults", "3", "--worst", "3", "--kinds", "job"]
    every = (["--faults", "2"], job, ["--exports", "5000", "--seed", "20000"])
    for which in every:
        session.run("procore-qbd", "storm", *which)


@nox.session
def storm(session: nox.Session) -> None:
    """Half a day: 100,000 exports in 20,000 storms, until all was taken; schedules of three and five faults.

    Of three, and of five of the three worst, over a vendor; those of two are `schedules`. They can be shared
    out: `-- --faults 5 --kinds vendor --worst 3 --part 1/37`, and so on to 37/37. Without the `3` those of five
    are of the five worst, and take some sixty hours of a processor.
    """
    session.install(".")
    dice = ["--exports", "100000", "--seeds", "20000", "--until-all-taken", "200000"]
    vendor = ["--kinds", "vendor", "--faults"]
    every = [dice, [*vendor, "3"], [*vendor, "5", "--worst", "3"]]
    for which in [session.posargs] if session.posargs else every:
        session.run("procore-qbd", "storm", *which)


@nox.session
def model(session: nox.Session) -> None:
    """Look into every state that the protocol can reach, within bounds; `-- --ways` says how it goes wrong."""
    session.install(".")
    session.run("python", "-m", "support.model", *session.posargs, env={"PYTHONPATH": "tests"})


@nox.session
def histories(session: nox.Session) -> None:
    """Make the journals that are stopped at every step of every workflow; at a release with `-- NUMBER`."""
    session.install(".[sql]")
    session.run("python", "-m", "support.histories", *session.posargs, env={"PYTHONPATH": "tests"})


@nox.session
def fingerprints(session: nox.Session) -> None:
    """Take the fingerprints of the published schema anew; needs ../shared/reference."""
    session.install(".", *group("test"))
    session.run("python", "-m", "support.fingerprints", env={"PYTHONPATH": "tests"})


@nox.session
def fuzz(session: nox.Session) -> None:
    """Make up documents for the readers and the company file, a minute each; longer with `-- -max_total_time=3600`."""
    session.install(".", "atheris", "hypothesis")
    for fuzzer in ("fuzz_readers", "fuzz_company_file"):
        session.run("python", f"tests/fuzzing/{fuzzer}.py", *(session.posargs or ["-max_total_time=60"]))


@nox.session
def lint(session: nox.Session) -> None:
    """Ruff: every rule, and the format."""
    session.install(*group("lint"))
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Mypy and pyright, on the package and on what a user would write."""
    session.install("-e", ".", *group("types"))
    session.run("mypy")
    session.run("pyright")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the pages without one warning, and run every Python block in them."""
    session.install("-e", ".", *group("docs", "test"))
    session.run("sphinx-build", "-n", "-W", "--keep-going", "-q", "-b", "html", "docs", "docs/_build/html")
    pages = [Path("README.md"), *(page for page in sorted(Path("docs").rglob("*.md")) if "_build" not in page.parts)]
    session.run("pytest", *(str(page) for page in pages if "```python" in page.read_text("utf-8")), *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure against what a user would pick instead; prints one table, and fails for no figure in it."""
    session.install(".", *group("test"), *RIVALS)
    session.run("python", "benchmarks/run.py", *session.posargs)
