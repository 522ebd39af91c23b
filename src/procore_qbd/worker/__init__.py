"""The one driver of exports: `drain` takes what waits in the journal to QuickBooks, exactly once, and tells Procore.

`thaw` goes on with a company file that was frozen, `rebuild` finds lost links again, `leave` takes away what is ours.
"""

from procore_qbd.worker.draining import drain, new_id
from procore_qbd.worker.effects import Commit, Drained, Send, Sleep, Step, Tell
from procore_qbd.worker.leaving import Left, leave
from procore_qbd.worker.rebuilding import Carrier, FoundLink, Rebuilt, rebuild
from procore_qbd.worker.session import WorkerSettings
from procore_qbd.worker.steps import steps
from procore_qbd.worker.thawing import thaw

__all__ = [
    "Carrier",
    "Commit",
    "Drained",
    "FoundLink",
    "Left",
    "Rebuilt",
    "Send",
    "Sleep",
    "Step",
    "Tell",
    "WorkerSettings",
    "drain",
    "leave",
    "new_id",
    "rebuild",
    "steps",
    "thaw",
]
