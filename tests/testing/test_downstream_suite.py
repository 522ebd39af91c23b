"""The template of a suite that stands on this library, run against the built wheel, from outside the checkout."""

import os
import shutil
import subprocess
import sys

import pytest

from support.places import DOCS, PROJECT

TEMPLATE = DOCS / "downstream-suite"
SHUFFLED = """
import os, random

def pytest_collection_modifyitems(items):
    random.Random(os.environ["ORDER"]).shuffle(items)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A folder with what the wheel holds."""
    built, packages = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("python") / "site-packages"
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    made = subprocess.run([*pip, "wheel", "--no-deps", f"--wheel-dir={built}", PROJECT], check=False)  # noqa: S603  our own words
    if made.returncode:
        pytest.skip("NOT PROVED: the template of a downstream suite, for pip cannot build the wheel here")
    (file,) = built.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", f"--target={packages}", file], check=True)  # noqa: S603
    return packages


@pytest.mark.slow
@pytest.mark.parametrize("order", ["1", "2"])
def test_the_template_passes_against_the_wheel_side_by_side_and_in_any_order(wheel, tmp_path, order):
    suite = tmp_path / "suite"
    shutil.copytree(TEMPLATE, suite, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    (tmp_path / "shuffled.py").write_text(SHUFFLED, "utf-8")
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHON"))}
    environment = ours | {"PYTHONPATH": os.pathsep.join([str(wheel), str(tmp_path)]), "ORDER": order}
    program = "import procore_qbd; print(procore_qbd.__file__)"
    where = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program], cwd=suite, env=environment, check=True, capture_output=True, text=True
    )
    assert where.stdout.startswith(str(wheel))
    command = [sys.executable, "-m", "pytest", "-p", "shuffled", "-n", "2", "-q", "--cassettes=replay"]
    done = subprocess.run(command, cwd=suite, env=environment, check=False, capture_output=True, text=True)  # noqa: S603
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed in " in done.stdout
    assert not {"failed", "skipped", "error"} & {*done.stdout.splitlines()[-1].split()}
