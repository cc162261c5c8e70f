"""``templates.yml``: read, checked, written, and held against the account."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.channels.whatsapp.bodies import addressed
from bot.channels.whatsapp.schema import check_body
from bot.channels.whatsapp.templates import TemplateError, Templates
from bot.channels.whatsapp.templates_file import check_against_account, read_templates
from bot.errors import Complaints
from tests.whatsapp.official import SPEC, complaints_of

GOOD = """
templates:
  siparis_kargoda:
    language: tr
    category: utility
    header: {type: document}
    body: "Merhaba {{ad}}, {{siparis_no}} numaralı siparişiniz kargoda."
    footer: "Mağazam"
    buttons:
      - {type: quick_reply, text: "Kargom nerede?", payload: "/cargo_tracking"}
      - {type: url, text: "Takip et", url: "https://magazam.com/kargo/{{1}}"}
  sirali:
    - {language: tr, category: marketing, body: "{{1}} ürününde {{2}} indirim."}
    - {language: en, category: marketing, body: "{{2}} off {{1}}."}
"""


def read(folder: Path, content: str) -> tuple[Templates, Complaints]:
    (folder / "templates.yml").write_text(content, encoding="utf-8")
    complaints = Complaints()
    return read_templates(folder, complaints), complaints


def test_a_good_file(tmp_path: Path) -> None:
    templates, complaints = read(tmp_path, GOOD)
    assert not list(complaints)
    assert set(templates.by_key) == {("siparis_kargoda", "tr"), ("sirali", "tr"), ("sirali", "en")}
    assert templates.find("sirali", "en").marketing


def test_named_parameters_a_header_and_buttons(tmp_path: Path) -> None:
    templates, _ = read(tmp_path, GOOD)
    asked: dict[str, Any] = {
        "name": "siparis_kargoda",
        "values": {"ad": "Ayşe\nYılmaz", "siparis_no": "TR1"},
        "header": "https://magazam.com/fatura.pdf",
        "buttons": {1: "TR1"},
    }
    body = addressed(templates.write(asked), "905321112233")
    assert check_body(body) == []
    assert not SPEC.is_file() or complaints_of(body) == []
    header, text, reply, link = body["template"]["components"]
    assert header["parameters"][0]["document"] == {"link": "https://magazam.com/fatura.pdf"}
    assert text["parameters"][0] == {"type": "text", "text": "Ayşe Yılmaz", "parameter_name": "ad"}
    assert (reply["index"], reply["parameters"][0]["payload"]) == ("0", "/cargo_tracking")
    assert (link["index"], link["parameters"][0]["text"]) == ("1", "TR1")
    assert templates.find("siparis_kargoda").wording(asked).startswith("Merhaba Ayşe Yılmaz, TR1")


def test_positional_parameters_come_in_the_order_of_the_text(tmp_path: Path) -> None:
    templates, _ = read(tmp_path, GOOD)
    body = templates.write({"name": "sirali", "language": "tr", "values": ["Gömlek", "%20"]})
    [component] = body["template"]["components"]
    assert [one["text"] for one in component["parameters"]] == ["Gömlek", "%20"]


@pytest.mark.parametrize(
    ("asked", "missing"),
    [
        ({"name": "yok"}, "no template 'yok'"),
        ({"name": "sirali", "language": "de"}, "in 'de'"),
        ({"name": "sirali", "values": ["Gömlek"]}, "'2'"),
        ({"name": "siparis_kargoda", "values": {"ad": "A", "siparis_no": "1"}}, "document"),
        (
            {
                "name": "siparis_kargoda",
                "values": {"ad": "A", "siparis_no": "1"},
                "header": "https://x/a.pdf",
            },
            "button 1",
        ),
    ],
)
def test_what_is_missing_is_told(tmp_path: Path, asked: dict[str, Any], missing: str) -> None:
    templates, _ = read(tmp_path, GOOD)
    with pytest.raises(TemplateError, match=missing):
        templates.write(asked)


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        ("x: 1", "templates-file", 1),
        ("templates:\n  Büyük:\n    {language: tr, category: utility, body: a}", "template-name", 2),
        ("templates:\n  a: 7", "template-shape", 2),
        ("templates:\n  a:\n    language: tr\n    category: x\n    body: b", "template-category", 4),
        ("templates:\n  a:\n    category: utility\n    body: b", "template-language", 3),
        ("templates:\n  a:\n    language: tr\n    category: utility", "template-body", 3),
        (
            "templates:\n  a:\n    {language: tr, category: utility, body: '{{1}} {{b}}'}",
            "template-parameter",
            3,
        ),
        (
            "templates:\n  a:\n    {language: tr, category: utility, body: '{{1}} {{3}}'}",
            "template-parameter",
            3,
        ),
        ("templates:\n  a:\n    {language: tr, category: utility, body: '{{Ad}}'}", "template-parameter", 3),
        ("templates:\n  a:\n    {language: tr, category: utility, body: b, colour: 1}", "template-key", 3),
        (
            "templates:\n  a:\n    {language: tr, category: utility, body: b, header: {type: x}}",
            "template-header",
            3,
        ),
        (
            "templates:\n  a:\n    {language: tr, category: utility, body: b, buttons: [{type: x}]}",
            "template-button",
            3,
        ),
        (
            f"templates:\n  a:\n    {{language: tr, category: utility, body: {'b' * 1025}}}",
            "template-long",
            3,
        ),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: Path, content: str, code: str, line: int) -> None:
    templates, complaints = read(tmp_path, content)
    [error] = complaints.errors
    assert (error.code, error.place and error.place.line) == (code, line)
    assert error.mend and not templates.by_key


def test_no_file_is_no_templates(tmp_path: Path) -> None:
    complaints = Complaints()
    assert not read_templates(tmp_path, complaints).by_key and not list(complaints)


def test_what_the_account_has_otherwise(tmp_path: Path) -> None:
    templates, _ = read(tmp_path, GOOD)
    complaints = Complaints()
    account = [
        {"name": "sirali", "language": "tr", "status": "APPROVED", "category": "MARKETING"},
        {"name": "sirali", "language": "en", "status": "PAUSED", "category": "UTILITY"},
        {
            "name": "siparis_kargoda",
            "language": "tr",
            "status": "APPROVED",
            "category": "UTILITY",
            "components": [{"type": "BODY", "text": "Merhaba {{isim}}"}],
        },
    ]
    check_against_account(templates, account, complaints)
    assert sorted(one.code for one in complaints) == [
        "template-category",
        "template-parameters",
        "template-status",
    ]
    complaints = Complaints()
    check_against_account(templates, [], complaints)
    assert [one.code for one in complaints] == ["template-unknown"] * 3
