"""The simulator knows Kaspi's rules by itself: nothing of the product, no framework."""

import ast
import sys
from pathlib import Path

import integrations.kaspi.simulator as package

FILES = sorted(Path(package.__file__).parent.glob("*.py"))


def imported(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    plain = {
        name.name.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }
    outer = {
        (node.module or "").partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level == 0
    }
    upward = {"." * node.level for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level > 1}
    return plain | outer | upward


def test_only_the_standard_library_a_server_and_writers_of_files_are_used() -> None:
    used = set().union(*map(imported, FILES))
    assert used - set(sys.stdlib_module_names) == {"uvicorn", "reportlab", "openpyxl"}
