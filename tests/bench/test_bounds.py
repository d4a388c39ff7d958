"""A benchmark that is out of its bounds says so and ends with 1, and the page about them names the same bounds."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench import __main__ as bench
from tests.bench.bounds import AT_LEAST, AT_MOST, bound_of, is_good, judged
from tests.clusters import ROOT

WITHIN = [("board_vs_bare", 0.8), ("page_cpu_ms_room", 12_345.0), ("facts_queries", 6)]


def told_in(page: Path) -> dict[str, str]:
    """What the table of benchmarks says that each figure must be."""
    section = page.read_text().partition("\n## Benchmarks")[2].partition("\n## ")[0]
    rows = [line.strip("|").split(" | ") for line in section.splitlines() if line.startswith("| `")]
    return {name: row[-1].strip(" |") for row in rows for name in re.findall(r"`(\w+)`", row[0])}


def test_the_page_about_the_benchmarks_says_each_bound_and_no_other() -> None:
    told = told_in(ROOT / "docs" / "operations.md")

    assert told == {name: bound_of(name) for name in told}
    assert told.keys() >= AT_LEAST.keys() | AT_MOST.keys()


@pytest.mark.parametrize(
    ("name", "value", "good"),
    [
        ("board_vs_bare", 0.75, True),
        ("board_vs_bare", 0.749, False),
        ("ledger_page_ratio", 1.2, True),
        ("ledger_page_ratio", 1.201, False),
        ("polls_10000_failed", 0, True),
        ("polls_10000_failed", 1, False),
        ("rss_mb_whole", float("nan"), False),
        ("rss_mb_web", 1e9, True),
    ],
)
def test_a_bound_holds_to_the_letter(name: str, value: float, good: bool) -> None:
    assert is_good(name, value) is good


def test_figures_within_their_bounds_end_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert judged(WITHIN) == 0

    said = capsys.readouterr()
    assert said.out == "board_vs_bare: 0.800\npage_cpu_ms_room: 12345.000\nfacts_queries: 6.000\n"
    assert said.err == ""


def test_each_that_is_out_of_bounds_is_named_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    assert judged([("board_vs_bare", 0.7123), *WITHIN, ("ledger_page_ratio", 1.5)]) == 1

    said = capsys.readouterr()
    assert said.out.count("\n") == 5
    assert said.err.splitlines() == [
        "OUT OF BOUNDS: board_vs_bare is 0.712, and must be at least 0.75.",
        "OUT OF BOUNDS: ledger_page_ratio is 1.5, and must be at most 1.2.",
    ]


def test_figures_of_another_process_are_judged_like_ones_own(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    popen, says = subprocess.Popen, "print('{\"a\": 1}\\nfacts_queries: 7')"
    monkeypatch.setattr(subprocess, "Popen", lambda _, **more: popen([sys.executable, "-c", says], **more))

    assert judged(bench.figures_apart(("board",), "postgresql://")) == 1
    said = capfd.readouterr()
    assert said.out == "facts_queries: 7.000\n"
    assert said.err == '{"a": 1}\nOUT OF BOUNDS: facts_queries is 7, and must be at most 6.\n'


def test_a_process_that_breaks_down_is_no_success() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        list(bench.figures_apart(("no_such_part",), "postgresql://nowhere/"))
