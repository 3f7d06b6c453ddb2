"""What may stand in a template, and what is refused with a sentence (reliability.md §4, rows 26 and 27)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.documents.word import child, container, fields
from orders.documents.word.checking import SENTENCES, check
from orders.documents.word.grammar import Problem, names_of, problems_in
from orders.documents.word.starter import starter
from staff.errors import Refused
from tests.word.papers import ATTACKS, PLACES, paper, planted, repacked, with_footnote

SCHEMA = fields.schema()
RELS = "word/_rels/document.xml.rels"
TYPES = "[Content_Types].xml"


def refusal(file: bytes) -> str:
    with pytest.raises(Refused) as refused:
        check(file)
    assert refused.value.status in (400, 413)
    return refused.value.sentence


@pytest.mark.parametrize("place", PLACES)
def test_an_attack_is_seen_in_every_part(place: str) -> None:
    assert child.problems(planted(place, "{{ order.code }}"), SCHEMA) == []
    attacks = ATTACKS if place == "body" else ATTACKS[:6]
    passed = [attack for attack in attacks if not child.problems(planted(place, attack), SCHEMA)]
    assert passed == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_answered_with_a_sentence(attack: str) -> None:
    for problem in problems_in(attack, SCHEMA):
        said = SENTENCES[problem.code]({"text": problem.text, "near": problem.near})
        assert problem.text in said


def test_an_unknown_field_is_named_with_the_nearest_one() -> None:
    said = refusal(paper("Заказ {{ order.cod }}", header="{{ shop.nam }}"))
    assert "«order.cod», такого нет. Похоже на order.code" in said
    assert "«shop.nam», такого нет. Похоже на shop.name" in said


def test_a_tag_with_a_smart_quote_or_without_its_end_is_shown() -> None:
    assert "«{% if order.town == «Алматы» %}»" in refusal(paper("{% if order.town == «Алматы» %}да{% endif %}"))
    assert "{{ order.code }" in refusal(paper("Номер {{ order.code } от"))


def test_a_loop_over_goods_knows_its_item_and_nothing_after_it() -> None:
    rows = "{%tr for one in items %}{{ loop.index }} {{ one.name|upper }}{%tr endfor %}"
    plain = rows.replace("{%tr", "{%")
    assert problems_in(plain, SCHEMA) == []
    assert problems_in(plain + "{{ one.name }}", SCHEMA)[0].text == "one.name"
    assert problems_in("{{ item.name }}", SCHEMA) == [Problem("outside_loop", "item.name")]
    assert problems_in("{% for c in order.code %}x{% endfor %}", SCHEMA)[0].code == "not_a_list"


def test_conditions_compare_and_join() -> None:
    text = "{% if warranty.months >= 12 and not order.issued or order.town == 'Алматы' %}да{% else %}нет{% endif %}"
    assert problems_in(text, SCHEMA) == []
    assert problems_in("{% if order.code.startswith('1') %}да{% endif %}", SCHEMA)[0].code == "not_allowed"


def test_a_picture_stands_in_the_text_only() -> None:
    assert child.problems(paper("{{ order.qr }}"), SCHEMA) == []
    assert [one.code for one in child.problems(paper("x", header="{{ order.qr }}"), SCHEMA)] == ["picture_outside"]


def test_a_tag_that_puts_a_piece_of_word_is_refused() -> None:
    assert [one.code for one in child.problems(paper("{{r order.code }}"), SCHEMA)] == ["piece"]


def test_every_published_field_may_be_written() -> None:
    names = [name for name in names_of(SCHEMA) if name != "items"]
    loop = "".join(f"{{{{ {name} }}}}" for name in names if name.startswith("item."))
    rest = "".join(f"{{{{ {name} }}}}" for name in names if not name.startswith("item."))
    assert {one.name for group in fields.GROUPS for one in group.fields} == set(names)
    assert problems_in(f"{rest}{{% for item in items %}}{loop}{{% endfor %}}", SCHEMA) == []


@given(st.text(alphabet="{}%#|.'()[]*+ abiforend_", max_size=60))
def test_whatever_is_written_is_judged_and_never_breaks(text: str) -> None:
    assert all(problem.code in SENTENCES for problem in problems_in(text, SCHEMA))


@given(st.lists(st.sampled_from(["order", "__class__", "items", "code", "loop", "self", "_x", "mro"]), min_size=1))
def test_a_path_is_let_in_only_if_it_is_published(path: list[str]) -> None:
    name = ".".join(path)
    assert bool(problems_in(f"{{{{ {name} }}}}", SCHEMA)) is (name != "order.code")


def test_the_example_is_a_template_that_passes() -> None:
    check(starter())
    assert child.problems(with_footnote(starter(), "{{ printed.by }}"), SCHEMA) == []


EXTERNAL = '<Relationship Id="rId77" Type="http://x/{}" Target="{}" TargetMode="{}"/></Relationships>'
OUTSIDE = (
    ("image", "http://10.0.0.1/logo.png", "External"),
    ("image", "file:///etc/passwd", "&#69;xternal"),
    ("attachedTemplate", "file:///C:/Normal.dotm", "External"),
    ("aFChunk", "chunk.html", "Internal"),
    ("oleObject", "embeddings/oleObject1.bin", "Internal"),
    ("hyperlink", "file:///etc/passwd", "External"),
)


@pytest.mark.parametrize(("kind", "target", "mode"), OUTSIDE)
def test_nothing_outside_is_reached_for(kind: str, target: str, mode: str) -> None:
    relation = EXTERNAL.format(kind, target, mode)
    file = repacked(paper("x"), edits={RELS: lambda xml: xml.replace("</Relationships>", relation)})
    with pytest.raises(Refused, match="unsupported_file"):
        container.inspect(file)


def test_a_link_that_a_person_clicks_may_stay() -> None:
    relation = EXTERNAL.format("hyperlink", "https://shop.example/", "External")
    container.inspect(repacked(paper("x"), edits={RELS: lambda xml: xml.replace("</Relationships>", relation)}))


HOSTILE = {
    "not an archive": b"MZ\x90",
    "an old .doc": b"\xd0\xcf\x11\xe0" * 200,
    "a macro": repacked(paper("x"), {"word/vbaProject.bin": b"\xd0\xcf"}),
    "a document with macros": repacked(
        paper("x"),
        edits={
            TYPES: lambda xml: xml.replace(
                "openxmlformats-officedocument.wordprocessingml.document.main", "ms-word.document.macroEnabled.main"
            )
        },
    ),
    "an archive inside": repacked(paper("x"), {"word/embeddings/book.xlsx": paper("y")}),
    "an archive called a picture": repacked(paper("x"), {"word/media/a.png": paper("y")}),
    "a document type": repacked(paper("x"), {"customXml/a.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
    "a document type in other letters": repacked(
        paper("x"), {"customXml/a.xml": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16")}
    ),
    "a way out of the folder": repacked(paper("x"), {"../../evil.xml": b"<a/>"}),
    "a name twice": repacked(paper("x"), {"WORD/document.xml": b"<a/>"}),
}
HEAVY = {
    "too large": paper("x") + b"\0" * 5_000_000,
    "a bomb": repacked(paper("x"), {"word/media/a.xml": b"<a>" + b" " * 7_000_000}),
    "too many parts": repacked(paper("x"), {f"customXml/{number}.xml": b"<a/>" for number in range(200)}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_no_plain_document_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="unsupported_file"):
        container.inspect(HOSTILE[name])


@pytest.mark.parametrize("name", HEAVY)
def test_a_file_that_is_too_much_is_refused_before_it_is_read(name: str) -> None:
    with pytest.raises(Refused, match="archive_limits") as refused:
        container.inspect(HEAVY[name])
    assert refused.value.status == 413


def test_a_field_of_word_that_loads_something_is_refused() -> None:
    field = '<w:fldSimple w:instr=" INCLUDEPICTURE http://10.0.0.1/x "><w:r><w:t>x</w:t></w:r></w:fldSimple>'
    file = repacked(paper("x"), edits={"word/document.xml": lambda xml: xml.replace("</w:p>", f"{field}</w:p>", 1)})
    assert child.problems(file, SCHEMA) == [Problem("field_code", "INCLUDEPICTURE")]
