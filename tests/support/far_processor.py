"""A process that stands in for PowerShell: what `PowerShell32` speaks with, before a request processor that does as told.

Arguments: a file that every call that did its work is written to, and the faults, as a Python literal. ``"die"`` ends the
process at once, before the call does its work; ``"hang"`` lets it wait. A document with DIE in it ends the process when
it was processed and before it is answered.
"""

import ast
import os
import sys
import time

from procore_qbd.testing.request_processor import RequestProcessor, serve

FATES = {"die": lambda: os._exit(9), "hang": lambda: time.sleep(60)}


def main(log, faults):
    calls = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def process(document):
        os.write(calls, document + b"\n")
        if b"DIE" in document:
            os._exit(9)
        return b"<r>" + document + b"</r>"

    ordered = {name: [FATES.get(one, one) for one in row] for name, row in ast.literal_eval(faults).items()}
    processor = RequestProcessor(process, faults=ordered)
    for name in ("EndSession", "CloseConnection"):
        do = getattr(processor, name)
        setattr(processor, name, lambda *how, do=do, name=name: [os.write(calls, f"{name}\n".encode()), do(*how)][1])
    serve(processor, sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main(*sys.argv[1:])
