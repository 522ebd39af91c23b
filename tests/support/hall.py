"""The office with a journal, and a line that can be told what to do."""

from procore_qbd import EngineError, Memory
from procore_qbd.journal import Journal, MemoryTables
from procore_qbd.qbxml import read_requests
from procore_qbd.worker import WorkerSettings, drain
from support.office import BOOKS, Office


class Hall(Office):
    """The office with a journal, and a line that can be told what to do."""

    def __init__(self, tables=None):
        super().__init__()
        self.time = 1_795_100_000.0
        self.journal = Journal(tables or MemoryTables(), clock=lambda: self.time)
        self.journal.register("books")
        self.link_vendor()
        self.journal.link("books", *self.links)
        self.documents, self.told, self.events = [], [], []
        self.ids = (f"SET{number}" for number in range(1, 10_000))

    def sleep(self, seconds):
        self.time += seconds

    def drain(self, *requests, line=None, **how):
        for request in requests:
            self.journal.submit("books", request)
        settings = how.pop("settings", WorkerSettings(timeout=30, lease=60))
        return drain(
            "books",
            journal=self.journal,
            transport=self.transport(line),
            books=how.pop("books", BOOKS),
            tell=how.pop("tell", self.told.append),
            settings=settings,
            sleep=self.sleep,
            clock=lambda: self.time,
            ids=lambda: next(self.ids),
            **how,
        )

    def transport(self, line=None):
        """A line, of which the documents are kept."""

        def process(document):
            self.documents.append(document)
            return (line or self.file.process)(document)

        return Memory(process)

    @property
    def details(self):
        return [detail for close_out in self.told for detail in close_out.details]

    def losing(self, *names, times=1, act=None):
        """A line that loses the reply to documents with such requests, after QuickBooks has done them."""
        left = [times]

        def line(document):
            reply = self.file.process(document)
            if left[0] and any(f"<{name}Rq".encode() in document for name in names):
                left[0] -= 1
                if act is not None:
                    act()
                raise EngineError(0x80040402)
            return reply

        return line

    def writes(self):
        return [one.name for document in self.documents for one in read_requests(document).requests if one.writes]
