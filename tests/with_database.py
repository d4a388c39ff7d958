"""Runs a command over an empty database of its own: `python -m tests.with_database COMMAND...`."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from continuity.core.embedded import Postgres


def main() -> int:
    """Run the command that the arguments name. Answers its exit code."""
    server = Postgres(Path(tempfile.mkdtemp(prefix="portal-check-")), throwaway=True)
    try:
        environment = {**os.environ, "DATABASE_URL": server.start()}
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode
    finally:
        server.discard()


if __name__ == "__main__":
    sys.exit(main())
