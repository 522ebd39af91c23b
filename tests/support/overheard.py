"""What the library logs while the suite runs, all of it: no log may have a document, a reply or a secret in it."""

import logging
import re

__all__ = ["LOGS", "PLANTED"]

PLANTED = "planted-"
"""What every secret of the tests begins with."""
_SECRET = re.compile(rf"<\?qbxml|<QBXML|<\w+R[qs][ />]|{PLANTED}|Bearer |\bpassword=", re.IGNORECASE)


class Overheard(logging.Handler):
    """Keeps what should not have been said."""

    def __init__(self):
        super().__init__(level=0)
        self.found = []

    def emit(self, record):
        said = f"{record.getMessage()} {record.exc_info and self.format(record)}"
        if _SECRET.search(said):
            self.found.append(f"{record.name}: {said[:200]}")

    def begin(self):
        """Listen to every logger of the library, at every level."""
        logger = logging.getLogger("procore_qbd")
        logger.addHandler(self)
        logger.setLevel(logging.DEBUG)

    def taken(self):
        """What was found since this was asked last."""
        found, self.found = self.found, []
        return found


LOGS = Overheard()
