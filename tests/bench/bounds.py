"""What the figures of the benchmarks must be. `docs/operations.md` says it in its last column, and a test compares."""

import sys
from collections.abc import Iterable

# Those without a bound are stated, to compare one version with another.
AT_LEAST = {
    "smtp_delivery_vs_bare": 0.6,
    "board_vs_bare": 0.75,
    "board_304_vs_bare": 0.75,
    "board_session_vs_bare": 0.65,
    "streams_10000_connected": 10_000,
    "polls_10000_per_s": 666,  # 10,000 pages every 15 seconds
}
AT_MOST = {
    "deliveries_enqueue_20000_s": 2,
    "delivery_memory_growth_mib": 1,
    "advisor_ms": 200,
    "releases_history_ratio": 1.2,
    "search_p95_ms": 50,
    "room_write_to_seen_p99_ms": 1_000,
    "room_history_ratio": 1.5,
    "facts_queries": 6,
    "board_recompute_ratio": 1.2,
    "kb_per_stream": 20,
    "stream_change_p99_vs_bare": 1.25,
    "commit_to_browser_ms": 300,
    "polls_10000_failed": 0,
    "rss_mb_whole": 350,
    "ledger_write_ratio": 1.2,
    "ledger_page_ratio": 1.2,
}


def bound_of(name: str) -> str:
    """What a figure must be, in words; "" for one that is only stated."""
    if name in AT_LEAST:
        return f"at least {AT_LEAST[name]:,}"
    return f"at most {AT_MOST[name]:,}" if name in AT_MOST else ""


def is_good(name: str, value: float) -> bool:
    """Whether a figure is within its bound, or has none. What is no number is within no bound."""
    least, most = AT_LEAST.get(name), AT_MOST.get(name)
    return (least is None or value >= least) and (most is None or value <= most)


def judged(figures: Iterable[tuple[str, float]]) -> int:
    """Print each figure as it comes, then what is out of bounds. What the command ends with: 1 where one is."""
    broken = []
    for name, exact in figures:
        value = round(exact, 3)  # what is printed is what is judged
        sys.stdout.write(f"{name}: {value:.3f}\n")
        sys.stdout.flush()
        if not is_good(name, value):
            broken.append(f"OUT OF BOUNDS: {name} is {value:g}, and must be {bound_of(name)}.\n")
    sys.stderr.writelines(broken)
    return 1 if broken else 0
