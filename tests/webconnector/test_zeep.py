"""Whole updates by a SOAP client of others, which knows the endpoint by its description only."""

import io
from types import SimpleNamespace

import pytest
import zeep
from zeep.transports import Transport

from procore_qbd.webconnector import soap
from procore_qbd.webconnector.endpoint import PAUSE
from support.connector import URL, Service, Visitor
from support.shared import SHARED, needs_shared


class WsgiTransport(Transport):
    """zeep's line, straight into a WSGI application."""

    def __init__(self, app, description):
        super().__init__()
        self._app, self._description = app, description

    def load(self, _url):
        return self._description

    def post(self, _address, message, headers):
        said = {}
        environ = {
            "REQUEST_METHOD": "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": "/quickbooks",
            "QUERY_STRING": "",
            "CONTENT_TYPE": headers["Content-Type"],
            "CONTENT_LENGTH": str(len(message)),
            "REMOTE_ADDR": "192.0.2.7",
            "wsgi.input": io.BytesIO(message),
        }
        body = b"".join(self._app(environ, lambda status, headers: said.update(status=status, headers=dict(headers))))
        return SimpleNamespace(
            status_code=int(said["status"][:3]), headers=said["headers"], content=body, encoding="utf-8"
        )


def update(client, service, name="hill"):
    """An update; what was said at its end."""
    call = client.service
    assert call.serverVersion()
    assert not call.clientVersion(strVersion="34.0")
    ticket, word = call.authenticate(strUserName=f"{name}-user", strPassword=service.passwords[name])
    if word:
        return word
    visitor = Visitor(service, name)
    hello, percent = visitor.hello(), 0
    while percent != 100:
        document = call.sendRequestXML(
            ticket=ticket,
            strHCPResponse=hello,
            strCompanyFileName="C:\\Bücher.qbw",
            qbXMLCountry="US",
            qbXMLMajorVers=13,
            qbXMLMinorVers=0,
        )
        hello = ""
        if document == PAUSE:
            continue
        assert document, call.getLastError(ticket=ticket)
        reply = service.files[name].process(document.encode()).decode()
        percent = call.receiveResponseXML(ticket=ticket, response=reply, hresult="", message="")
        assert 1 <= percent <= 100
    return call.closeConnection(ticket=ticket)


@pytest.mark.parametrize("whose", ["ours", pytest.param("published", marks=needs_shared)])
def test_zeep_carries_out_whole_updates(whose):
    service = Service("hill")
    service.submit(count=3)
    if whose == "ours":
        description = soap.wsdl(URL)
    else:
        assert SHARED is not None
        description = (SHARED / "qbxml" / "webconnector" / "QBWebConnectorSvc.wsdl").read_bytes()
    client = zeep.Client("http://described.example", transport=WsgiTransport(service.app, description))
    assert update(client, service) == "Requests: 3 carried out."
    assert service.vendors() == ["Vendor 1", "Vendor 2", "Vendor 3"]
    assert update(client, service) == "none"
    assert service.app.close()
