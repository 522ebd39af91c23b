"""The page for test authors: its blocks are one test file, which passes while its cassette is recorded and played."""

import re
import subprocess
import sys

import pytest

from support.places import DOCS

PAGE = (DOCS / "testing.md").read_text("utf-8")


@pytest.mark.slow
def test_the_tests_of_the_page_pass(tmp_path):
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    (tmp_path / "test_page.py").write_text("\n\n".join(blocks), "utf-8")
    names = re.findall(r"^ *def (test_\w+)", "\n".join(blocks), re.MULTILINE)
    for mode in ("record", "replay", "none"):
        command = [sys.executable, "-m", "pytest", "-q", "-n0", "-W", "error", f"--cassettes={mode}", "test_page.py"]
        done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)  # noqa: S603  our own words
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"{len(names)} passed" in done.stdout
    assert [one.name for one in tmp_path.rglob("*.cassette")] == ["test_against_what_was_recorded.cassette"]
