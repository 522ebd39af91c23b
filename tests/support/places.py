"""Where things stand in the project."""

from pathlib import Path

PROJECT = Path(__file__).parents[2]
DOCS = PROJECT / "docs"
SOURCE = PROJECT / "src" / "procore_qbd"
TESTS = PROJECT / "tests"
