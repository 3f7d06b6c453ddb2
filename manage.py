#!/usr/bin/env python3
"""The only command: `python3 manage.py up` starts the product, `help` names the others."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036
    # No syntax in this file may be newer than this sentence.
    sys.exit("Kaspi Office needs Python 3.11 or newer, and this is %d.%d." % sys.version_info[:2])  # noqa: UP031

if __name__ == "__main__":
    from kaspi_office.local import commands

    sys.exit(commands.run(sys.argv))
