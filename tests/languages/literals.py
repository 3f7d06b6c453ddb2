"""Russian words of the code and of the templates that no catalogue knows of."""

import ast
import re
from collections.abc import Iterator

from kaspi_office.languages.catalogues import RUSSIAN
from kaspi_office.languages.extraction import APPS, KEYWORDS, ROOT

# Where Russian words are not said to a person in his language, and why. A folder ends with a slash.
REVIEWED = {
    "integrations/kaspi/": "Kaspi's own words, and its simulator; the sentences of errors.py are messages as they stand",
    "catalog/costs/forms.py": "words that are looked for in forms",
    "catalog/costs/files.py": "titles of columns that are looked for in files",
    "catalog/matching/scoring.py": "letters that look alike",
    "catalog/offers/returning.py": "the name of a rule, kept in the journal",
    "catalog/price_calendar/carrying.py": "the name of a rule, kept in the journal",
    "catalog/price_list/columns.py": "titles of columns that are looked for in files",
    "catalog/price_list/comparing.py": "letters that look alike",
    "catalog/price_list/rows.py": "words that are looked for in files",
    "catalog/repricing/running.py": "the name of a rule, kept in the journal",
    "kaspi_office/bench/": "names of made-up people and goods",
    "kaspi_office/demo.py": "names of the demonstration",
    "kaspi_office/demo_marks.py": "words of the cabinet's export",
    "kaspi_office/languages/": "the alphabet itself",
    "kaspi_office/local/": "printed by programs to whoever runs the machine",
    "orders/expiry.py": "kept with the order and told to Kaspi: it must not depend on who reads",
    "orders/auto_accept/keeping.py": "the name of a rule, kept in the history of orders",
    "orders/auto_accept/rules.py": "letters that look alike",
    "orders/profit/pay_sheet.py": "titles of columns that are looked for in Kaspi Pay's sheet",
    "orders/documents/word/starter.py": "the text of a paper of the shop, in the shop's language; it writes its own over it",
    "orders/radar/alerts.py": "the name of a rule, kept in the history of orders",
    "orders/buyers/forgetting.py": "the name of a rule, kept in the journal",
    "orders/buyers/wording.py": "texts for buyers and their fields, in the language of buyers",
    "orders/returns/silence.py": "the name of a rule, kept in the journal",
    "orders/facts/sync.py": "kept with the order that could not be read; names a column of the database",
    "orders/cabinet/told.py": "words that are looked for in the cabinet's export",
    "quality/thresholds.py": "titles of Kaspi's documents, never shown",
    "staff/journal/guard.py": "stands in the journal instead of what is hidden",
    "staff/people/roles.py": "a table of letters",
    "staff/shifts.py": "the name of a rule, kept in the journal",
}
# The same in every language: each language is called in its own, and the name of a key is kept in the database.
NAMES = frozenset({"Русский", "Қазақша", "Яндекс Браузер", " (прежний)"})
TOLD = re.compile(
    r"\{#.*?#\}|\{%\s*blocktrans.*?endblocktrans(?:late)?\s*%\}|\{%\s*trans.*?%\}|_\(\"[^\"]*\"\)", re.DOTALL
)


def of_code() -> Iterator[str]:
    """Every Russian constant of the product that is neither a docstring nor said through gettext."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if "/migrations/" not in name and not name.startswith(tuple(REVIEWED)):
                yield from (f"{name}:{line}: {text}" for line, text in untold(ast.parse(path.read_text())))


def untold(tree: ast.AST) -> Iterator[tuple[int, str]]:
    told = {id(part) for node in ast.walk(tree) if _is_said(node) for part in ast.walk(node)}
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in told)
    for node in constants:
        if isinstance(node.value, str) and RUSSIAN.search(node.value) and node.value not in NAMES:
            yield node.lineno, node.value[:80]


def _is_said(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    called = node.func if isinstance(node, ast.Call) else None
    return (called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")) in KEYWORDS


def of_templates() -> Iterator[str]:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        rest = TOLD.sub(lambda found: "\n" * found[0].count("\n"), path.read_text())
        for number, line in enumerate(rest.splitlines(), 1):
            if RUSSIAN.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
