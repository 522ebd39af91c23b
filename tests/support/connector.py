"""An endpoint of the Web Connector over a journal, and a hand that makes single calls, one after the other."""

import hashlib
import io

from procore_qbd import CompanyFile
from procore_qbd.domain import CreateVendor, VendorCompany
from procore_qbd.errors import EngineError
from procore_qbd.journal import Journal, MemoryTables
from procore_qbd.qbxml import Dialect, Request, write_requests
from procore_qbd.qbxml.entities.company import CompanyQuery, HostQuery
from procore_qbd.webconnector import ConnectorApp, Login, WebConnector, hashed, new_password
from procore_qbd.webconnector.calls import CALLS, ConnectorCall
from procore_qbd.worker import WorkerSettings

FILE_ID = "{5b8a6f2e-9a53-4f6f-8f0e-2a3f9f1f0a01}"
URL = "https://books.example.com/quickbooks"
SETTINGS = WorkerSettings(pause=0.01, retry_after=0, lease=60)


class Service:
    """A journal with company files, and as many processes as are wanted that serve it."""

    def __init__(self, *names, journal=None, **how):
        self.journal = journal or Journal(MemoryTables())
        self.how = {"settings": SETTINGS, "patience": 5.0, "silent": 1.0} | how
        self.told = []
        self.app = self.process()
        self.files, self.passwords = {}, {}
        self.numbers = iter(range(1, 10_000))
        for number, name in enumerate(names or ("hill",)):
            self.add(name, FILE_ID.replace("a01", f"a{number + 1:02}"))

    def add(self, name, file_id):
        self.files[name] = CompanyFile.create()
        self.journal.register(name)
        self.passwords[name] = new_password()
        secret = hashed(self.passwords[name], generated=True)
        self.app.sessions.keep_login(Login(user=f"{name}-user", company=name, secret=secret, file_id=file_id))

    def process(self, **how):
        def tell(company, close_out):
            self.told.append((company, close_out))
            return True

        return WebConnector(self.journal, ConnectorApp(url=URL), tell=tell, **(self.how | how))

    def submit(self, name="hill", count=1):
        for _ in range(count):
            number = next(self.numbers)
            vendor = VendorCompany(id=number, name=f"Vendor {number}")
            self.journal.submit(name, CreateVendor(company_id=7, request_detail_id=number, vendor=vendor))

    def vendors(self, name="hill"):
        return sorted(vendor.name for vendor in self.files[name].records("Vendor"))

    def visitor(self, name="hill", **how):
        return Visitor(self, name, **how)


def call(name, *values, response=None):
    """A call with its arguments in their order."""
    names = [one for one in CALLS[name].parameters if one != "response"]
    arguments = dict.fromkeys(names, "") | dict(zip(names, values, strict=False))
    if name != "receiveResponseXML":
        return ConnectorCall(name, arguments, None)
    return ConnectorCall(name, arguments, io.BytesIO(response or b""), hashlib.sha256(response or b"").hexdigest())


class Visitor:
    """A Web Connector's side of one session, call by call."""

    def __init__(self, service, name, *, file=None, app=None):
        self.service, self.name = service, name
        self.file = file or service.files[name]
        self.file_id = service.app.sessions.login(f"{file_of(service, self.file)}-user").file_id
        self.app = app or service.app
        self.ticket = ""
        self.last = None

    def ask(self, name, *values, **more):
        self.last = call(name, *values, **more)
        return self.app.endpoint.answer(self.last, "192.0.2.1")

    def sign_in(self, password=None):
        user = f"{self.name}-user"
        self.ticket, word = self.ask("authenticate", user, password or self.service.passwords[self.name])
        return word

    def hello(self):
        asked = [Request.query(HostQuery()), Request.query(CompanyQuery())]
        reply = self.file.process(write_requests(asked, dialect=Dialect("6.0", None))).decode()
        extra = (
            "<DataExtRet><OwnerID>{0f0e0d0c-0b0a-0908-0706-050403020100}</OwnerID><DataExtName>FileID</DataExtName>"
            f"<DataExtType>STR255TYPE</DataExtType><DataExtValue>{self.file_id}</DataExtValue></DataExtRet></CompanyRet>"
        )
        return reply.replace("</CompanyRet>", extra)

    def fetch(self, first=False):
        return self.ask("sendRequestXML", self.ticket, self.hello() if first else "", "C:\\b.qbw", "US", "13", "0")

    def bring(self, document):
        try:
            reply, hresult, detail = self.file.process(document.encode()), "", ""
        except EngineError as error:
            reply, hresult, detail = b"", f"0x{error.hresult:08X}", error.detail
        return self.ask("receiveResponseXML", self.ticket, hresult, detail, response=reply)

    def update(self):
        """A whole update; the percents, and what was said at the end."""
        word = self.sign_in()
        if word:
            return [word], self.ask("closeConnection", self.ticket)
        percents, first = [], True
        while True:
            document = self.fetch(first)
            first = False
            if document == "NoOp":
                continue
            if not document:
                percents.append(self.ask("getLastError", self.ticket))
                break
            percents.append(self.bring(document))
            if not 0 < percents[-1] < 100:
                break
        return percents, self.ask("closeConnection", self.ticket)


def file_of(service, file):
    return next(name for name, one in service.files.items() if one is file)
