"""The renderer called past the check: no code, no secret, no other order, and no end of this process."""

import base64
import io
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from PIL import Image
from zxingcpp import read_barcodes

from orders.documents.word import child, confined, fields, rendering
from orders.documents.word.checking import task
from orders.documents.word.filling import qr_of
from orders.documents.word.starter import starter
from tests.word.papers import ATTACKS, paper, planted, with_footnote

CANARY = "canary-7f3a9e"
BOMBS = ("{{ 'a' * 10**9 }}", "{% for i in range(10**9) %}x{% endfor %}", "{{ 10**10**8 }}")


def words(**more: Any) -> dict[str, Any]:
    return fields.example() | more


def filled(file: bytes, context: dict[str, Any]) -> Any:
    answer = confined.run(task("fill", file, context, "284917420"))
    return Document(io.BytesIO(base64.b64decode(answer["file"])))


def told(document: Any) -> str:
    """All the text of a document, its tables, header and footer included."""
    parts = [document.part, *(relation.target_part for relation in document.part.rels.values())]
    return "\n".join(part.blob.decode(errors="replace") for part in parts) + str(document.core_properties.title)


@pytest.mark.parametrize("attack", sorted(set(ATTACKS) - set(BOMBS)))
def test_past_the_check_an_attack_still_reaches_nothing(attack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", CANARY)
    for place in ("body", "header"):
        try:
            made = rendering.fill(planted(place, attack), words())
        except Exception as refusal:
            assert CANARY not in str(refusal)
            continue
        text = told(Document(io.BytesIO(made)))
        assert not any(word in text for word in (CANARY, "root:", "uid=", "<class", "built-in"))


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_ends_the_child_and_nothing_else(bomb: str) -> None:
    with pytest.raises(confined.Failed):
        confined.run(task("fill", paper(bomb), words(), "1"))


def test_a_child_that_takes_too_long_is_ended() -> None:
    with pytest.raises(confined.Failed, match="stopped"):
        confined.run(task("fill", starter(), words(), "1"), patience=0.01)


def test_a_document_beyond_the_limit_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "LARGEST_FILE", 1_000)
    assert child.answer(task("fill", paper("x"), words(), "1")) == {"failed": "too_large"}


def test_the_child_has_nothing_of_ours_and_opens_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret"
    secret.write_text(CANARY)
    monkeypatch.setenv("SECRET_KEY", CANARY)
    prying = tmp_path / "child.py"
    prying.write_text(
        confined.CHILD.read_text()
        .replace("Path(__file__).resolve().parents[3]", f"Path({str(confined.CHILD)!r}).parents[3]")
        .replace("        return VERBS", f"        return {{'seen': [dict(os.environ), pry({str(secret)!r})]}}  #")
        .replace("\nif __name__", f"\n{PRYING}\nif __name__")
    )
    monkeypatch.setattr(confined, "CHILD", prying)
    environment, opened = confined.run(task("fill", paper("x"), words(), "1"))["seen"]
    assert CANARY not in str(environment)
    assert not any("DATABASE" in name for name in environment)
    assert opened == ["OSError", "OSError", "OSError"]


# What code inside the child would find, if any ever got there.
PRYING = """
import os, socket, subprocess


def pry(path):
    found = []
    for act in (lambda: open(path).read(), socket.socket, lambda: subprocess.run(["id"])):
        try:
            act()
            found.append("done")
        except OSError:
            found.append("OSError")
    return found
"""


def test_names_come_out_whole_and_are_never_read_as_tags() -> None:
    buyer = dict(fields.example()["buyer"], name="Tom & <b>", recipient="{{ order.code }}")
    tags = "{{ buyer.name }}|{{ buyer.recipient }}"
    document = filled(with_footnote(paper(tags, header=tags, title=tags), tags), words(buyer=buyer))
    whole = "Tom & <b>|{{ order.code }}"
    assert document.paragraphs[0].text == whole
    assert document.sections[0].header.paragraphs[0].text == whole
    assert document.core_properties.title == whole
    notes = next(part for part in document.part.package.parts if part.partname == "/word/footnotes.xml")
    assert "Tom &amp; &lt;b&gt;|{{ order.code }}" in notes.blob.decode()


def test_two_sections_do_not_read_a_footnote_twice() -> None:
    source = Document(io.BytesIO(paper("x")))
    source.add_section()
    target = io.BytesIO()
    source.save(target)
    buyer = dict(fields.example()["buyer"], name="{{ 7 * 7 }}")
    file = with_footnote(target.getvalue(), "{{ buyer.name }}")
    made = Document(io.BytesIO(rendering.fill(file, words(buyer=buyer))))
    notes = next(part for part in made.part.package.parts if part.partname == "/word/footnotes.xml")
    assert "{{ 7 * 7 }}" in notes.blob.decode()


def test_a_tag_that_word_has_cut_into_runs_works() -> None:
    document = filled(paper(runs=("{", "{ or", "der.", "code }", "}")), words())
    assert document.paragraphs[-1].text == "284917420"


def test_the_example_is_filled_with_a_row_for_each_item_and_a_code_that_reads() -> None:
    goods = [dict(fields.example()["items"][0], number=number, name=f"Товар {number}") for number in (1, 2, 3)]
    document = filled(starter(), words(items=goods))
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert [row[1] for row in rows] == ["Товар", "Товар 1", "Товар 2", "Товар 3"]
    assert "№ 00017" in told(document)
    assert "{{" not in told(document)
    picture = document.part.related_parts[document.inline_shapes[0]._inline.graphic.graphicData.pic.blipFill.blip.embed]
    assert [code.text for code in read_barcodes(Image.open(io.BytesIO(picture.blob)))] == ["284917420"]
    assert picture.blob == qr_of("284917420")
