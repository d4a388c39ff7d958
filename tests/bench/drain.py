"""`python -m tests.bench.drain`: a sender in a process of its own, which delivers email each time it is told to.

For each line it reads it delivers what is due, and answers with the memory that it then holds, in MiB.
"""

import os
import sys

import django

MIB = 1 << 20


def main() -> None:
    """Deliver what is due, as often as whoever started this says so."""
    django.setup()
    from continuity.notifications.delivering import deliver_waiting
    from continuity.notifications.models import Channel

    for _ in sys.stdin:
        deliver_waiting(Channel.EMAIL)
        sys.stdout.write(f"{resident_mib()}\n")
        sys.stdout.flush()


def resident_mib() -> float:
    """Memory that this process holds, in MiB (Linux, /proc)."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MIB


if __name__ == "__main__":
    main()
