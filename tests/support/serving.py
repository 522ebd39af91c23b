"""A WSGI application on a real socket of this computer, for as long as a test needs it."""

import threading
from contextlib import contextmanager

import waitress
from waitress import wasyncore


@contextmanager
def served(application, threads=4, **options):
    """Serve it by waitress; the value is its URL."""
    sockets = {}
    server = waitress.create_server(
        application, map=sockets, host="127.0.0.1", port=0, threads=threads, asyncore_loop_timeout=0.05, **options
    )
    ending = threading.Event()

    def run():
        while not ending.is_set():
            wasyncore.loop(0.05, map=sockets, count=1)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}/"
    finally:
        server.task_dispatcher.shutdown(timeout=10)
        ending.set()
        server.pull_trigger()
        thread.join()
        wasyncore.close_all(sockets, ignore_all=True)
        server.close()
