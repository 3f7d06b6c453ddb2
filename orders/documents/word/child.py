"""The program that reads and fills templates, in a process of its own: `confined` starts it, nothing else does.

A task comes as JSON on standard input, the answer goes as JSON to standard output. Before it reads the task it takes
limits upon itself that it cannot lift: memory, processor time, the size of what it writes; and then, with everything
imported, that it opens nothing more: no file, no socket, no program.
"""

import base64
import io
import json
import resource
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import jinja2.debug  # noqa: F401
from lxml import etree  # type: ignore[import-untyped]

from orders.documents.word import grammar, rendering

MEMORY: Final = 768 * 1024 * 1024
SECONDS: Final = 10
LARGEST_ANSWER: Final = 15_000_000
LARGEST_FILE: Final = 10_000_000
PLACES: Final = 3
# What runs code, loads another document or reaches out when the paper is opened.
ELEMENTS: Final = frozenset({"altChunk", "object", "OLEObject", "subDoc", "control", "attachedTemplate"})
FIELD_CODES: Final = frozenset(
    {"DDE", "DDEAUTO", "INCLUDETEXT", "INCLUDEPICTURE", "LINK", "IMPORT", "DATABASE", "MACROBUTTON", "RD"}
)
_PARSER: Final = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def main() -> None:
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_AS, MEMORY)
    limit(resource.RLIMIT_CPU, SECONDS)
    limit(resource.RLIMIT_FSIZE, LARGEST_ANSWER)
    task = json.load(sys.stdin)
    warm_up()
    limit(resource.RLIMIT_NPROC, 0)
    limit(resource.RLIMIT_NOFILE, PLACES)
    json.dump(answer(task), sys.stdout)


def warm_up() -> None:
    """Have Python load what it would load at the first use: codecs, and what Jinja needs for texts and for mistakes."""
    "".encode("cp437")
    grammar.problems_in("{{ 'x' }}{{ no.such }}", {})
    rendering.Cell(autoescape=True).from_string("{% if 'x' == x %}{{ x }}{% endif %}").render(x="x")


def answer(task: Mapping[str, Any]) -> dict[str, Any]:
    """What became of it. Nothing of an exception's text goes out: a template could put anything there."""
    try:
        return VERBS[task["verb"]](task)
    except MemoryError:
        return {"failed": "too_large"}
    except Exception as problem:
        return {"failed": type(problem).__name__}


def limit(what: int, most: int) -> None:
    """Also downwards of what was allowed before, never upwards."""
    _, hard = resource.getrlimit(what)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


def check(task: Mapping[str, Any]) -> dict[str, Any]:
    """Problems of the file's tags, then whether it can be filled with the examples."""
    file, schema = base64.b64decode(task["file"]), task["schema"]
    found = problems(file, schema)
    if not found:
        rendering.fill(file, task["context"], base64.b64decode(task["picture"]))
    return {"problems": [asdict(problem) for problem in found]}


def problems(file: bytes, schema: Mapping[str, Any]) -> list[grammar.Problem]:
    """Of every part: as it will be filled, and also of those that never are."""
    found: list[grammar.Problem] = []
    for text in parts_of(file, found):
        found += grammar.problems_in(text, schema)
    if not found:
        for source, pictures in rendering.Template(io.BytesIO(file)).sources():
            found += grammar.problems_in(source, schema, pictures=pictures)
    return list(dict.fromkeys(found))


def parts_of(file: bytes, found: list[grammar.Problem]) -> list[str]:
    """Each part of XML that holds a tag, healed as docxtpl does it; what a paper may not do goes to `found`."""
    told, template = [], rendering.Template(io.BytesIO(file))
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        for name in archive.namelist():
            if not name.endswith((".xml", ".rels")):
                continue
            root = etree.fromstring(archive.read(name), _PARSER)
            found += forbidden(root)
            text = template.patch_xml(template.xml_to_string(root))
            if any(mark in text for mark in ("{{", "{%", "{#")):
                told.append(text)
    return told


def forbidden(root: Any) -> list[grammar.Problem]:
    """Elements and fields of Word that load something or run something, and tags that stand for a piece of Word."""
    named = [etree.QName(node).localname for node in root.iter() if isinstance(node.tag, str)]
    found = [grammar.Problem("element", name) for name in named if name in ELEMENTS]
    found += grammar.pieces_in("".join(root.itertext("{*}t")))
    codes = ["".join(root.itertext("{*}instrText"))]
    codes += [value for node in root.iter("{*}fldSimple") for value in node.attrib.values()]
    words = {word.upper() for code in codes for word in code.split()}
    return found + [grammar.Problem("field_code", word) for word in sorted(words & FIELD_CODES)]


def fill(task: Mapping[str, Any]) -> dict[str, Any]:
    made = rendering.fill(base64.b64decode(task["file"]), task["context"], base64.b64decode(task["picture"]))
    return {"file": base64.b64encode(made).decode()} if len(made) <= LARGEST_FILE else {"failed": "too_large"}


VERBS: Final[Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {"check": check, "fill": fill}

if __name__ == "__main__":
    main()
