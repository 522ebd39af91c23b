"""The page about the agent has the table that agent and client go by."""

from procore_qbd.transports.problems import PROBLEMS
from support.places import DOCS


def test_every_problem_has_its_row_and_no_other_has():
    page = (DOCS / "transports" / "agent.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ") and line[2:5].isdigit()]
    assert rows == [
        f"| {one.status} | `{one.name}` | `{one.outcome}` | {one.title} | `{one.error.__name__}` | "
        f"{'yes' if one.again else ''} | {'yes' if one.kept else ''} |"
        for one in PROBLEMS.values()
    ]
