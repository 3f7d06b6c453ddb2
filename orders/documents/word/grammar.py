"""What may stand in a template: fields of the published list, `for` over its lists, `if` with comparisons. Pure.

Everything else is refused by its place in the syntax tree, so that no spelling gets around it (reliability.md §5.13).
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jinja2 import Environment, TemplateSyntaxError, nodes

# A record of fields, a list of one, or the name of what stands in a field: «text», «number», «flag», «picture».
Schema = Any
Scope = Mapping[str, Schema]

FILTERS: Final = frozenset({"upper", "lower", "capitalize", "title", "trim", "default"})
LOOP: Final[Schema] = {"index": "number", "first": "flag", "last": "flag", "length": "number"}
PICTURE: Final = "picture"
MOST_TAGS: Final = 2_000
LONGEST_TEXT: Final = 200
LONGEST_SHOWN: Final = 80
# {{r …}} and the like put a piece of Word itself; a plain text there breaks the document.
_PIECES: Final = re.compile(r"\{\{(?:r|p|tr|tc)\s[^}]*\}\}")
_TAG: Final = re.compile(r"\{[{%].*?[}%]\}", re.DOTALL)
_MARKUP: Final = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a template is refused: a code, the text as it stands in the template, and the nearest name there is."""

    code: str
    text: str
    near: str = ""


def problems_in(source: str, schema: Scope, *, pictures: bool = True) -> list[Problem]:
    """Everything that may not stand in this source; `pictures`: whether one may be put here."""
    found: list[Problem] = []
    # Each tag on a line of its own, so that a node tells which it came from. The verdict is on both forms.
    for text in (re.sub(r"(\{[{%])", r"\n\1", source), source):
        found += _Reading(text, schema, pictures).problems()
        if found:
            break
    return list(dict.fromkeys(found))


def pieces_in(text: str) -> list[Problem]:
    """Tags that would put a piece of Word itself, in the text as it was written; healed, they look like others."""
    return [Problem("piece", shown(tag)) for tag in _PIECES.findall(text)]


def shown(text: str) -> str:
    """A piece of a template as a person wrote it, without Word's markup."""
    plain = " ".join(_MARKUP.sub("", text).split())
    return plain if len(plain) <= LONGEST_SHOWN else f"{plain[:LONGEST_SHOWN]}…"


def names_of(schema: Scope) -> list[str]:
    """«order.code», «items», «item.name» and so on: what may be written, an item of a list called by its singular."""
    return list(_names(schema))


def _names(schema: Scope, prefix: str = "") -> Iterator[str]:
    for name, kind in schema.items():
        if isinstance(kind, Mapping):
            yield from _names(kind, f"{prefix}{name}.")
        elif isinstance(kind, list):
            yield f"{prefix}{name}"
            yield from _names(kind[0], f"{name.removesuffix('s')}.")
        else:
            yield f"{prefix}{name}"


class _Reading:
    """One walk over one source."""

    def __init__(self, source: str, schema: Scope, pictures: bool) -> None:
        self.source, self.schema, self.pictures = source, schema, pictures
        self.lines = source.splitlines()
        self.found: list[Problem] = []

    def problems(self) -> list[Problem]:
        environment = Environment()  # noqa: S701  it only reads, nothing is rendered
        try:
            tokens = [kind for _, kind, _ in environment.lex(self.source)]
            tree = environment.parse(self.source)
        except TemplateSyntaxError as problem:
            return [Problem("broken_tag", self.tag_at(problem.lineno))]
        except RecursionError:
            return [Problem("too_deep", "")]
        if "raw_begin" in tokens:
            self.found.append(Problem("not_allowed", "{% raw %}"))
        if tokens.count("variable_begin") + tokens.count("block_begin") > MOST_TAGS:
            return [Problem("too_many_tags", "")]
        try:
            self.statements(tree.body, self.schema)
        except RecursionError:
            return [Problem("too_deep", "")]
        return self.found

    def tag_at(self, line: int) -> str:
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        whole = _TAG.search(text)
        return shown(whole.group() if whole else text)

    def refuse(self, code: str, node: nodes.Node, near: str = "") -> None:
        self.found.append(Problem(code, self.tag_at(node.lineno), near))

    # --- statements ---------------------------------------------------------------------------------------------------

    def statements(self, body: list[nodes.Node], scope: Scope) -> None:
        for node in body:
            if isinstance(node, nodes.Output):
                self.output(node, scope)
            elif isinstance(node, nodes.If):
                self.condition(node, scope)
            elif isinstance(node, nodes.For):
                self.loop(node, scope)
            else:
                self.refuse("not_allowed", node)

    def output(self, node: nodes.Output, scope: Scope) -> None:
        for part in node.nodes:
            if isinstance(part, nodes.TemplateData):
                continue
            kind = self.expression(part, scope)
            if isinstance(kind, (Mapping, list)):
                self.refuse("not_a_field", part)
            elif kind == PICTURE and not self.pictures:
                self.refuse("picture_outside", part)

    def condition(self, node: nodes.If, scope: Scope) -> None:
        self.expression(node.test, scope)
        for body in (node.body, node.elif_, node.else_):
            self.statements(list(body), scope)

    def loop(self, node: nodes.For, scope: Scope) -> None:
        kind = self.expression(node.iter, scope)
        named = isinstance(node.target, nodes.Name) and not node.target.name.startswith("_")
        if "loop" in scope:
            self.refuse("nested_loop", node)
        elif not (isinstance(kind, list) and named and isinstance(node.iter, nodes.Name)) or node.recursive:
            if kind is not None:
                self.refuse("not_a_list", node)
        else:
            assert isinstance(node.target, nodes.Name)
            inner = {**scope, node.target.name: kind[0], "loop": LOOP}
            if node.test is not None:
                self.expression(node.test, inner)
            self.statements(node.body, inner)
        self.statements(node.else_, scope)

    # --- expressions: each answers what it is, or None when it is refused ---------------------------------------------

    def expression(self, node: nodes.Node, scope: Scope) -> Schema:
        read = _READ.get(type(node))
        if read is None:
            self.refuse("not_allowed", node)
            return None
        return read(self, node, scope)

    def field(self, node: nodes.Name | nodes.Getattr, scope: Scope) -> Schema:
        path = _path(node)
        if path is None:
            self.refuse("not_allowed", node)
            return None
        kind: Schema = scope
        for name in path:
            if not isinstance(kind, Mapping) or name not in kind:
                self.found.append(self.unknown(".".join(path)[:LONGEST_SHOWN], scope))
                return None
            kind = kind[name]
        return kind

    def unknown(self, name: str, scope: Scope) -> Problem:
        """There is no such field, or only inside of a loop; and what was meant, perhaps."""
        known = names_of(scope)
        if name in known:
            return Problem("outside_loop", name)
        close = difflib.get_close_matches(name, known, n=1)
        return Problem("unknown_field", name, close[0] if close else "")

    def constant(self, node: nodes.Const, scope: Scope) -> Schema:
        if isinstance(node.value, str) and len(node.value) > LONGEST_TEXT:
            self.refuse("not_allowed", node)
        return "text"

    def comparison(self, node: nodes.Compare, scope: Scope) -> Schema:
        for part in (node.expr, *(operand.expr for operand in node.ops)):
            self.expression(part, scope)
        return "flag"

    def both(self, node: nodes.And | nodes.Or, scope: Scope) -> Schema:
        left, right = self.expression(node.left, scope), self.expression(node.right, scope)
        return left if left == right else "flag"

    def negation(self, node: nodes.Not, scope: Scope) -> Schema:
        self.expression(node.node, scope)
        return "flag"

    def filtered(self, node: nodes.Filter, scope: Scope) -> Schema:
        plain = all(isinstance(argument, nodes.Const) for argument in node.args)
        if (
            node.name not in FILTERS
            or node.node is None
            or not plain
            or node.kwargs
            or node.dyn_args
            or node.dyn_kwargs
        ):
            self.refuse("not_allowed", node)
            return None
        for argument in node.args:
            self.expression(argument, scope)
        kind = self.expression(node.node, scope)
        if isinstance(kind, (Mapping, list)) or kind == PICTURE:
            self.refuse("not_a_field", node)
        return "text"


_READ: Final[Mapping[type[nodes.Node], Any]] = {
    nodes.Name: _Reading.field,
    nodes.Getattr: _Reading.field,
    nodes.Const: _Reading.constant,
    nodes.Compare: _Reading.comparison,
    nodes.And: _Reading.both,
    nodes.Or: _Reading.both,
    nodes.Not: _Reading.negation,
    nodes.Filter: _Reading.filtered,
}


def _path(node: nodes.Node) -> list[str] | None:
    """«order.code» as its parts; None for an attribute of something else than a name."""
    names: list[str] = []
    while isinstance(node, nodes.Getattr):
        names.append(node.attr)
        node = node.node
    return [*reversed([*names, node.name])] if isinstance(node, nodes.Name) else None
