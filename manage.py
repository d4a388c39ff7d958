#!/usr/bin/env python
"""The command line of the continuity portal: `portal` starts it all, everything else is a command of Django's."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "continuity.settings")
    if sys.argv[1:2] == ["portal"]:
        from continuity.core.portal import main

        sys.exit(main(sys.argv[2:]))
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
