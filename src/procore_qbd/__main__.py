"""``python -m procore_qbd`` is ``procore-qbd``."""

import sys

from procore_qbd.cli import main

if __name__ == "__main__":
    sys.exit(main())
