"""The house stands as its plan says: floors, furniture, one door for writing, nothing borrowed from above."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# From the ground up; a foreign key may point at the same floor or below.
FLOORS = [
    *("core", "accounts", "catalogue", "command", "notifications", "plans", "releases", "incidents"),
    *("exercises", "reviews", "monitors", "board", "library", "api", "reports", "intake"),
]
ROOMS = [ROOT / "continuity", ROOT / "releases", ROOT / "incidents"]
FORBIDDEN_NAMES = {"utils", "helpers", "services", "managers", "signals", "misc", "common"}
# Where rows are written: the actions of a room, and what adopts records from outside.
WRITERS = {"actions", "adopt"}
WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"}
GROUND_WRITERS = {
    "continuity/core/ledger.py",
    "continuity/core/states.py",
    "continuity/accounts/middleware.py",
}


def sources() -> Iterator[Path]:
    for room in ROOMS:
        for path in sorted(room.rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_foreign_keys_point_down() -> None:
    upward = []
    for model in apps.get_models():
        label = model._meta.app_label
        if label not in FLOORS:
            continue
        for field in model._meta.get_fields():
            target = getattr(field.remote_field, "model", None) if hasattr(field, "remote_field") else None
            if target is None or field.auto_created or target._meta.app_label not in FLOORS:
                continue
            if FLOORS.index(target._meta.app_label) > FLOORS.index(label):
                upward.append(f"{model.__name__}.{field.name} points up to {target.__name__}")

    assert upward == []


def test_the_import_contract_knows_every_part_of_incidents() -> None:
    """The contract names the parts one by one, since reviews and exercises stand inside the same package."""
    named = set(re.findall(r"\(incidents\.(\w+)\)", (ROOT / "pyproject.toml").read_text()))
    parts = {
        path.stem
        for path in (ROOT / "incidents").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }

    assert parts - {"__init__", "migrations", "reviews", "exercises"} <= named


def test_no_file_is_named_after_nothing() -> None:
    assert [name_of(path) for path in sources() if path.stem in FORBIDDEN_NAMES] == []


def test_every_module_says_what_it_holds() -> None:
    silent = [
        name_of(path)
        for path in sources()
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]

    assert silent == []


def test_the_environment_is_read_in_one_place() -> None:
    readers = {
        name_of(path)
        for path in sources()
        if "os.environ" in path.read_text() or "getenv" in path.read_text()
    }
    # Start-up names the settings module; the supervisor hands an environment on to its children.
    allowed = {f"continuity/{name}.py" for name in ("celery", "wsgi", "asgi", "core/env")}

    assert {name for name in readers - allowed if not name.startswith("continuity/core/")} == set()


def test_rows_are_written_by_actions_alone() -> None:
    strays = []
    for path in sources():
        is_writer = WRITERS & {path.stem, path.parent.name} or name_of(path) in GROUND_WRITERS
        if is_writer or "management" in path.parts:
            continue
        strays += [f"{name_of(path)}:{line} {call}" for line, call in _writes(path)]

    assert strays == []


def _writes(path: Path) -> Iterator[tuple[int, str]]:
    """Calls such as `Release.objects.create(...)` or `release.save()`; a dict's `update` or a set's is not one."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        whole = ast.unparse(node.func)
        if (
            node.func.attr in WRITES
            and (".objects" in whole or node.func.attr == "save")
            and "super()" not in whole
        ):
            yield node.lineno, whole
        if node.func.attr == "update" and ".objects" in whole:
            yield node.lineno, whole


def test_now_is_asked_of_one_clock() -> None:
    strays = [
        name_of(path)
        for path in sources()
        if path.name != "clock.py"
        and any(
            word in path.read_text()
            for word in ("timezone.now(", "datetime.now(", "date.today(", "datetime.utcnow(")
        )
    ]
    # Settings work out the shift of a test portal's clock; what runs before Django has no clock yet.
    assert set(strays) <= {"continuity/settings.py"} | {
        name
        for name in strays
        if name.startswith("continuity/core/") and name not in {"continuity/core/ledger.py"}
    }


@pytest.mark.parametrize(
    "name", ["manage.py", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "Makefile"]
)
def test_the_top_level_is_what_a_user_expects(name: str) -> None:
    assert (ROOT / name).is_file()
