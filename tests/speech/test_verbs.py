"""``santral say`` and ``santral hear`` as a user runs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import PROGRAM, Done, environment


def santral(*arguments: str, text: str | bytes = "") -> Done:
    given = text.encode() if isinstance(text, str) else text
    done = subprocess.run(
        [PROGRAM, *arguments], input=given, capture_output=True, env=environment(), timeout=60, check=False
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def test_one_text_a_line_one_result_a_line() -> None:
    done = santral("say", "--as", "price", text="80,25 TL'ye\n\n100 TL\r\n")
    assert (done.code, done.out) == (0, "seksen lira yirmi beş kuruşa\n\nyüz lira\n")
    done = santral("hear", "--as", "date", "--today", "2026-11-22", text="yarın\nbilmem\nsalı")
    assert (done.code, done.out) == (0, "2026-11-23\nEMPTY\n2026-11-24\n")


def test_bad_lines_are_told_and_keep_their_place() -> None:
    done = santral("say", "--as", "tsv", text=b"price\t5 TL\nfiyat\t5\nno tab\ntime\t\xff\ninteger\t5\n")
    assert (done.code, done.out) == (1, "beş lira\n\n\n\nbeş\n")
    assert [line.split(":")[0] for line in done.err.splitlines()] == ["line 2", "line 3", "line 4"]
    assert "'fiyat'" in done.err and "no tab" in done.err and "UTF-8" in done.err
    done = santral("hear", "--as", "tsv", text="quantity\tiki\n\nquantity\tüç")
    assert (done.code, done.out) == (1, "2\nEMPTY\n3\n")


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n5 TL"])
@pytest.mark.parametrize("length", [1_000_001, 2_000_003, 3_000_000])
def test_a_line_without_end_is_told_and_not_read_aloud(length: int, end: str) -> None:
    done = santral("say", "--as", "price", text="5 TL\n" + "a" * length + end)
    assert done.code == 1 and done.err == "line 2: longer than 1,000,000 bytes\n"
    assert done.out == "beş lira\n\n" + ("beş lira\n" if "5" in end else "")


@pytest.mark.parametrize("verb", ["say", "hear"])
def test_an_unknown_kind_is_told_before_anything_is_read(verb: str) -> None:
    done = santral(verb, "--as", "renk")
    assert done.code == 2 and "renk" in done.err and "order_no" in done.err


def test_results_come_at_once() -> None:
    process = subprocess.Popen(
        [PROGRAM, "say", "--as", "integer"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()
    )
    assert process.stdin and process.stdout
    with process:
        for line, said in ((b"5\n", "beş"), (b"100\n", "yüz")):
            process.stdin.write(line)
            process.stdin.flush()
            assert process.stdout.readline().decode() == f"{said}\n"
        process.stdin.close()
    assert process.returncode == 0


def test_a_lexicon_of_the_shop_is_used_and_a_bad_one_told(tmp_path: Path) -> None:
    path = tmp_path / "shop.tsv"
    path.write_text("KDV\tkatma değer vergisi\n", encoding="utf-8")
    assert santral("say", "--lexicon", str(path), text="KDV dahil").out == "katma değer vergisi dahil\n"
    path.write_text("KDV\n", encoding="utf-8")
    done = santral("say", "--lexicon", str(path), text="KDV")
    assert done.code == 2 and "shop.tsv:1" in done.told.replace("\n", "")
    assert santral("say", "--lexicon", str(tmp_path / "none.tsv"), text="KDV").code == 2


def test_nothing_of_the_bot_but_turkish_is_imported() -> None:
    code = (
        "import sys; sys.argv = ['santral', 'say', '--as', 'integer']\n"
        "from santral.program import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(*[name for name in sys.modules if name.startswith('bot.') and not name.startswith('bot.turkish')])"
    )
    done = subprocess.run([sys.executable, "-c", code], input=b"5\n", capture_output=True, check=True)
    assert done.stdout.decode().split() == ["beş"]
