"""The ERP Integrations tool: who may move an item, carry out what Procore asks, and say how it ended."""

from typing import TYPE_CHECKING

from procore_qbd._late import late as _offer
from procore_qbd.erp.perform import perform as perform  # not late: its file has the same name

if TYPE_CHECKING:
    from procore_qbd.erp.approval import Approval as Approval
    from procore_qbd.erp.judging import Facts as Facts
    from procore_qbd.erp.notices import Notice as Notice
    from procore_qbd.erp.notices import Recipient as Recipient
    from procore_qbd.erp.set_up import InvoiceSetup as InvoiceSetup
    from procore_qbd.erp.set_up import SetupCheck as SetupCheck
    from procore_qbd.erp.set_up import invoice_setup as invoice_setup
    from procore_qbd.erp.tool import Moved as Moved
    from procore_qbd.erp.tool import Tool as Tool
    from procore_qbd.erp.undoing import undo_of as undo_of

_FILES = {
    "approval": ("Approval",),
    "judging": ("Facts",),
    "notices": ("Notice", "Recipient"),
    "perform": ("perform",),
    "set_up": ("InvoiceSetup", "SetupCheck", "invoice_setup"),
    "tool": ("Moved", "Tool"),
    "undoing": ("undo_of",),
}
"""Each public name, by the file it lives in. The imports above say the same to type checkers."""

if not TYPE_CHECKING:
    __all__, __getattr__, __dir__ = _offer(__name__, _FILES)
