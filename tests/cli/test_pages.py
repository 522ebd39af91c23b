"""The pages: their commands run, in their order, and print what the page says."""

import glob
import pathlib
import re
import shlex

import pytest

ROOT = pathlib.Path(__file__).parents[2]

_BLOCK = re.compile(r"(?:[^\n`]*`([\w.-]+)`[^\n`]*:\n\n)?```(\w+)\n(.*?)\n```", re.DOTALL)

_COMMAND = re.compile(r"(?:\.venv/bin/)?procore-qbd (.*)")

_FILE = re.compile(r"echo '(.*)' > (\S+)")


def printed(text):
    """What a page shows as a pattern: `…` is left out, alone on its line it is lines that are left out."""
    lines = [
        r"(.*\n)*?" if line.strip() == "…" else re.escape(line).replace("…", ".*") + r"\n" for line in text.splitlines()
    ]
    return "".join(lines)


@pytest.mark.parametrize("page", ["docs/quickstart.md", pytest.param("docs/command-line.md", marks=pytest.mark.slow)])
def test_the_commands_of_a_page_run_and_print_what_it_says(command, folder, monkeypatch, page):
    monkeypatch.setattr("procore_qbd.simulator.company_file._clock", lambda: 1795424102)
    text = (ROOT / page).read_text("utf-8")
    request = re.search(r'(\{\s*"request_name": "create_vendor".*?\n\})\n', text, re.DOTALL)
    if request:
        for name, number in (("vendor", "4401"), ("vendor-4401", "4401"), ("vendor-4402", "4402")):
            (folder / f"{name}.json").write_text(request[1].replace("4401", number))
    ran, out = 0, ""
    for name, kind, block in _BLOCK.findall(text):
        if kind in ("xml", "json") and name:
            (folder / name).write_text(block)
        if kind == "text" and out:
            assert re.match(printed(block), out), f"{block}\n--- but it prints\n{out}"
        out = ""
        for line in block.splitlines() if kind == "sh" else ():
            if file := _FILE.fullmatch(line):
                (folder / file[2]).write_text(file[1])
            elif asked := _COMMAND.fullmatch(line):
                words = [file for word in shlex.split(asked[1]) for file in sorted(glob.glob(word)) or [word]]  # noqa: PTH207
                code, said, err = command(*words)
                assert (code < 2, err) == (True, ""), f"{line}: {err}"
                out, ran = out + said, ran + 1
    assert ran >= 3
