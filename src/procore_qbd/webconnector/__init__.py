"""The endpoint that the QuickBooks Web Connector calls: exports for company files on computers that nobody can reach.

The Web Connector runs beside QuickBooks and calls a service on the internet, every few minutes or when somebody says
so. `WebConnector` is that service, a WSGI application over a journal; `QwcFile` is what a bookkeeper adds
to the Web Connector. ``procore-qbd serve`` runs it, `procore_qbd.testing.web_connector` is the other side for tests.
"""

from procore_qbd.journal.sessions import Login, Sessions
from procore_qbd.webconnector.app import ConnectorApp, WebConnector
from procore_qbd.webconnector.passwords import hashed, new_password
from procore_qbd.webconnector.qwc import QwcFile

__all__ = ["ConnectorApp", "Login", "QwcFile", "Sessions", "WebConnector", "hashed", "new_password"]
