"""Imports point down: a module imports only from the floors below it."""

import ast
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "pkoquiz"

# From the ground up; rooms on one line do not know each other.
FLOORS = [
    {"diagnostics", "archive", "delivery", "workers", "words", "prose", "explanations"}
    | {"language", "pixels"},
    {"yamlfile", "records", "markup", "xmlfile", "table", "fonts", "press"},
    {"model", "web", "splice"},
    {"transcript", "quotes"},
    {"exam", "selection", "editions"},
    {"sheets"},
    {"exporters", "grading", "importers"},
    {"scanning", "feedback", "statistics"},
    {"checks"},
    {"schema", "scaffold", "load"},
    {"review"},
    {"build", "reporting", "handouts", "desk"},
    {"commands"},
    {"cli"},
    {"__main__", "__init__"},
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}


def imports() -> list[tuple[Path, str, str]]:
    found = []
    for path in SOURCE.rglob("*.py"):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.ImportFrom) and node.module == "pkoquiz":
                names = [f"pkoquiz.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            found += [
                (path, parts[0], name.split(".")[1])
                for name in names
                if name.startswith("pkoquiz.")
            ]
    return found


def test_every_room_has_its_floor() -> None:
    rooms = {
        path.stem if path.is_file() else path.name
        for path in SOURCE.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert rooms <= FLOOR.keys()


def test_imports_point_down() -> None:
    wrong = [
        f"{path.relative_to(SOURCE)} imports {target}"
        for path, room, target in imports()
        if target in FLOOR and target != room and FLOOR[target] >= FLOOR[room]
    ]
    assert not wrong


def test_no_exporter_imports_another() -> None:
    shared = {"export", "feedback", "credit", "phrases", "fields", "table", "lms", "scoring"}
    wrong = []
    for path in (SOURCE / "exporters").rglob("*.py"):
        own = path.relative_to(SOURCE / "exporters").parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            targets: list[str] = []
            if isinstance(node, ast.ImportFrom) and node.module == "pkoquiz.exporters":
                targets = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                "pkoquiz.exporters."
            ):
                targets = [str(node.module).split(".")[2]]
            wrong += [
                f"{own} imports {target}" for target in targets if target not in {*shared, own}
            ]
    assert not wrong


def test_writers_of_papers_know_no_question_type() -> None:
    for writer in ("typst", "html", "docx", "shapes"):
        path = SOURCE / "exporters" / "papers" / f"{writer}.py"
        names = [
            alias.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom)
            and (node.module or "").startswith(("pkoquiz.model", "pkoquiz.exam"))
            for alias in node.names
        ]
        assert set(names) <= {"GAP", "Bank"}, writer


def test_nothing_in_the_source_knows_the_shipped_course() -> None:
    words = ("gordon", "kawabata", "kamino", "hoshino", "symposium-2012", "ishino")
    for path in SOURCE.rglob("*"):
        if path.suffix in (".py", ".html", ".typ", ".css", ".js"):
            text = path.read_text(encoding="utf-8").lower()
            matches = [line for line in text.splitlines() for word in words if word in line]
            # Docstrings may cite passages of the shipped course, so that readers can look them up.
            code = [line for line in matches if '"' in line.replace('"""', "") and "`" not in line]
            assert code == [], path
