"""Setting a clone up: each step once, one at a time, and a sentence when something cannot be had."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from continuity.core import prepare
from continuity.core.prepare import CannotPrepare

pytestmark = pytest.mark.processes


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone that holds nothing but one file that something is made from."""
    for name, place in (("ROOT", tmp_path), ("BUILD", tmp_path / ".build"), ("VENV", tmp_path / ".venv")):
        monkeypatch.setattr(prepare, name, place)
    monkeypatch.setattr(prepare, "NO_BROWSER", tmp_path / ".build" / "no-browser")
    (tmp_path / ".build").mkdir()
    (tmp_path / "source").write_text("first")
    return tmp_path


def step(clone: Path) -> bool:
    """Do a step as prepare does. Answers whether it was needed."""
    with prepare._once("step", [clone / "source"], clone / "product") as needed:
        if needed:
            (clone / "product").write_text("made")
    return needed


def test_a_step_is_done_once(clone: Path) -> None:
    assert [step(clone), step(clone)] == [True, False]


def test_a_step_is_done_again_when_what_it_is_made_from_changes(clone: Path) -> None:
    step(clone)

    (clone / "source").write_text("second")

    assert step(clone) is True


def test_a_step_is_done_again_when_its_product_is_gone(clone: Path) -> None:
    step(clone)

    (clone / "product").unlink()

    assert step(clone) is True


def test_a_step_that_failed_is_done_again(clone: Path) -> None:
    (clone / "product").write_text("half")

    with pytest.raises(CannotPrepare), prepare._once("step", [clone / "source"], clone / "product"):
        raise CannotPrepare("no network")

    assert step(clone) is True


def test_a_tool_that_fails_is_quoted(clone: Path) -> None:
    with pytest.raises(CannotPrepare, match=r"This did not work: .*\n.*no such package"):
        prepare._run([sys.executable, "-c", "print('no such package'); raise SystemExit(1)"])


def test_a_tool_that_is_not_there_is_named(clone: Path) -> None:
    with pytest.raises(CannotPrepare, match="no-such-tool could not be run"):
        prepare._run(["no-such-tool"])


def test_an_environment_that_was_moved_is_made_again(clone: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", clone / ".venv"], check=True)
    (clone / ".venv" / "bin" / "pip").write_text("#!/elsewhere/.venv/bin/python\n")

    assert prepare._environment_works() is False


def test_an_environment_that_is_not_there_does_not_work(clone: Path) -> None:
    assert prepare._environment_works() is False


def test_an_environment_that_is_a_link_to_anothers_is_left_alone(clone: Path) -> None:
    kept = clone / "another" / "kept"
    kept.parent.mkdir()
    kept.write_text("theirs")
    (clone / ".venv").symlink_to(kept.parent)

    with pytest.raises(CannotPrepare, match=r"is a link to .*another, which is not this clone's"):
        prepare._python_environment()

    assert kept.read_text() == "theirs"


def test_without_a_browser_a_run_under_ci_fails_with_a_sentence(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(clone))
    monkeypatch.setenv("CI", "true")

    with pytest.raises(CannotPrepare, match="The browser tests need Chromium"):
        prepare._browser()


def test_without_a_browser_another_run_is_told_what_is_left_out(
    clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(clone))
    monkeypatch.delenv("CI", raising=False)

    prepare._browser()

    assert "they are left out of this run" in capsys.readouterr().out
    assert prepare.NO_BROWSER.exists()


def test_a_set_up_waits_for_one_that_is_under_way(clone: Path) -> None:
    waiter = (
        "import sys; from pathlib import Path; from continuity.core import prepare\n"
        "prepare.BUILD = Path(sys.argv[1])\n"
        "with prepare._alone(): print('mine', flush=True)"
    )
    command = [sys.executable, "-c", waiter, str(clone / ".build")]
    root = Path(__file__).parents[2]
    with prepare._alone():
        process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        first = process.stdout.readline()

    assert first == "Another set-up is under way in this clone. Waiting for it.\n"
    assert process.communicate(timeout=30)[0] == "mine\n"


def test_the_tools_are_kept_to_this_clone(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTHONPATH", "VIRTUAL_ENV", "DATA_DIR", "DEBIAN_FRONTEND", "HOME"):
        monkeypatch.setenv(name, str(clone))

    prepare._tidy_environment()

    assert "PYTHONPATH" not in os.environ
    assert os.environ["DATA_DIR"] == str(clone / ".build")


def test_every_python_package_is_pinned_by_hash() -> None:
    for file in (prepare.TOOLS, prepare.PACKAGES, prepare.NODE):
        for package in [line for line in file.read_text().splitlines() if line[:1].isalpha()]:
            assert package.rstrip().endswith("\\"), f"{file.name}: {package} has no hash"
