"""The one driver of exports: `drain` takes what waits in the journal to QuickBooks, exactly once, and tells Procore.

`work` does that for every company file that is due. `thaw` goes on with a company file that was frozen, `rebuild` finds
lost links again, `leave` takes away what is ours.
"""

from procore_qbd.worker.draining import drain, new_id
from procore_qbd.worker.effects import Commit, Drained, Send, Sleep, Step, Tell
from procore_qbd.worker.leaving import Left, leave
from procore_qbd.worker.rebuilding import Carrier, FoundLink, Rebuilt, rebuild
from procore_qbd.worker.session import WorkerSettings
from procore_qbd.worker.steps import steps
from procore_qbd.worker.thawing import thaw
from procore_qbd.worker.working import Health, work

__all__ = [
    "Carrier",
    "Commit",
    "Drained",
    "FoundLink",
    "Health",
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
    "work",
]
