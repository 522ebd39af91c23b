"""A line that fails to order: what goes through it is cut, reset, held up or sent twice, after so many bytes each way."""

import socket
import struct
import threading
from contextlib import contextmanager, suppress

import attrs

CLOSED = struct.pack("ii", 1, 0)


@attrs.frozen
class Fault:
    """What becomes of one connection.

    Attributes:
        up: After how many bytes of the request it strikes; None for never.
        down: After how many bytes of the answer it strikes; None for never.
        how: ``reset``, ``cut`` (the connection ends as if all were said) or ``stall`` (nothing more comes).
        twice: Whether the whole request goes to the server on a second connection as well.
    """

    up: int | None = None
    down: int | None = None
    how: str = "reset"
    twice: bool = False


class FaultProxy:
    """Stands before a server; each connection takes the next of ``faults``, and has none when they are used up."""

    def __init__(self, port, faults=()):
        self.port_behind, self.faults = port, list(faults)
        self.connections, self.sent_up, self.sent_down = 0, 0, 0
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.sockets, self.struck, self.threads, self.ending = [], set(), [], threading.Event()
        self._go(self._accept)

    def _go(self, function, *arguments):
        thread = threading.Thread(target=function, args=arguments, daemon=True)
        self.threads.append(thread)
        thread.start()

    def _accept(self):
        with suppress(OSError):
            while True:
                client, _ = self.listening.accept()
                self.connections += 1
                fault = self.faults.pop(0) if self.faults else Fault()
                server = socket.create_connection(("127.0.0.1", self.port_behind))
                self.sockets += [client, server]
                copy = None
                if fault.twice:
                    copy = socket.create_connection(("127.0.0.1", self.port_behind))
                    self.sockets.append(copy)
                    self._go(self._drop, copy)
                self._go(self._pump, client, server, fault.up, fault.how, "sent_up", copy)
                self._go(self._pump, server, client, fault.down, fault.how, "sent_down")

    def _drop(self, copy):
        with suppress(OSError):
            while copy.recv(65536):
                pass

    def _pump(self, source, target, strikes_after, how, counter, copy=None):
        passed = 0
        with suppress(OSError):
            while strikes_after is None or passed < strikes_after:
                data = source.recv(65536 if strikes_after is None else min(65536, strikes_after - passed))
                if not data:
                    if source in self.struck:
                        return
                    target.shutdown(socket.SHUT_WR)
                    return
                target.sendall(data)
                if copy is not None:
                    copy.sendall(data)
                passed += len(data)
                setattr(self, counter, getattr(self, counter) + len(data))
            if how == "stall":
                self.ending.wait(10)
            self.struck |= {source, target}
            for one in (source, target):
                if how == "reset":
                    with suppress(OSError):
                        one.shutdown(socket.SHUT_RD)  # or it is not closed while the other thread reads
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, CLOSED)
                    one.close()
                elif how == "cut":
                    one.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.ending.set()
        with suppress(OSError):
            self.listening.shutdown(socket.SHUT_RDWR)
        for one in (self.listening, *self.sockets):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self.threads:
            thread.join(5)


@contextmanager
def faulty(url, *faults):
    """The URL of a server behind a faulty line, and the line."""
    proxy = FaultProxy(int(url.rstrip("/").rpartition(":")[2]), faults)
    try:
        yield f"http://127.0.0.1:{proxy.port}/", proxy
    finally:
        proxy.close()
