#!/usr/bin/env python
"""Entry point of every management command."""

import os
import sys

# What shells expect of a program that Ctrl-C ended.
INTERRUPTED = 130


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.core.management import execute_from_command_line

    from portal import embedded

    try:
        with embedded.database_for(sys.argv):
            execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
