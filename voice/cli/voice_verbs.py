"""``santral listen`` and ``santral voice``: try the ear, fetch models, measure this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from voice.cli.parser import Help, parser_for, share_of_credentials
from voice.speech.kinds import HEARD

if TYPE_CHECKING:
    from voice.asr import Asr
    from voice.audio import Sound
    from voice.tts import Tts
    from voice.vad import Vad

_FROM = "SANTRAL_MODELS_URL"
_ASSUMED = """\
Reckoned with an utterance every 10 s, and new words of the bot in two fifths of a call; prompts that are kept
cost nothing. An answer comes after a pause of 0.25 to 1.1 s, in which words are already found, and after the
first sound of its clause where that is not kept."""


def sound_out(
    said: Callable[[Callable[[str], None]], int], credentials: str | None, aloud: bool, out: Path | None
) -> int:
    """Let a project's voice say texts of words as they come.

    Args:
        said: hands each text on, and gives the exit status.
        aloud: play each at once.
        out: a WAV file for all of them.
    """

    def work() -> int:
        import asyncio

        from voice.audio import joined, write_wav
        from voice.cli.playing import play, player
        from voice.cli.trying import speak

        _, _, tts = _engines(credentials, ears=False)
        if aloud:
            player()
        parts: list[Sound] = []

        def one(text: str) -> None:
            sound = asyncio.run(speak(tts, [text]))
            if len(sound) and aloud:
                play(sound, tts.rate)
            if out is not None:
                parts.append(sound)

        status = said(one)
        if out is not None:
            try:
                out.write_bytes(write_wav(joined(parts), tts.rate))
            except OSError as error:
                print(f"{out} cannot be written ({error.strerror}).", file=sys.stderr)
                return 1
        return status

    return _told(work)


def listen(arguments: Sequence[str]) -> int:
    """Try a project's ear: where somebody speaks in a sound, and what is said.

    Uses the detector and the recogniser of credentials.yml.

    Examples:
        santral listen call.wav
        santral listen --seconds 5 --as order_no
    """
    parser = parser_for("listen", listen.__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("file", metavar="FILE.wav", nargs="?", help="A WAV file of 16 bits, of any rate.")
    source.add_argument("--seconds", type=_seconds, metavar="N", help="Record so long from the microphone.")
    parser.add_argument(
        "--as",
        dest="kind",
        metavar="EXPECTED",
        choices=HEARD,
        help=f"What was asked for: {', '.join(HEARD)}.",
    )
    share_of_credentials(parser)
    given = parser.parse_args(arguments)

    def work() -> int:
        import asyncio

        from voice.audio import AudioError, read_wav
        from voice.cli.playing import record

        vad, asr, _ = _engines(given.credentials)
        if given.file is not None:
            try:
                sound, rate = read_wav(Path(given.file).read_bytes())
            except (OSError, AudioError) as error:
                reason = error.strerror if isinstance(error, OSError) else error
                print(f"{given.file} cannot be read: {reason}", file=sys.stderr)
                return 1
        else:
            rate = 16_000
            print(f"Speak now, for {given.seconds:g} seconds.", file=sys.stderr, flush=True)
            sound = record(given.seconds, rate)
        return asyncio.run(_tell_heard(vad(), asr, sound, rate, given.kind))

    return _told(work)


async def _tell_heard(vad: Vad, asr: Asr | None, sound: Sound, rate: int, kind: str | None) -> int:
    import time

    from voice.audio import clipped_share, level
    from voice.cli.trying import segments, words_of
    from voice.engines.missing import EngineMissing
    from voice.expectation import Expectation
    from voice.wording import from_words

    share = clipped_share(sound)
    loud = f", {100 * share:.0f} % clipped: too loud" if share > 0.01 else ""
    print(f"{len(sound) / rate:.2f} s at {rate} Hz, {level(sound):.0f} dBFS{loud}")
    expects = Expectation(kind) if kind else Expectation()
    found = segments(vad, sound, rate)
    for one in found:
        line = f"{one.start:7.2f} – {one.end:.2f} s"
        if asr is not None:
            began = time.perf_counter()
            try:
                words = await words_of(asr, sound, rate, one, expects)
            except EngineMissing as error:
                print(error, file=sys.stderr)
                asr = None
                print(line, flush=True)
                continue
            line += f"  {words or '(nothing)'}"
            if kind and (value := from_words(words, expects)) != words:
                line += f"  → {value}"
            line += f"  ({time.perf_counter() - began:.2f} s)"
        print(line, flush=True)
    if not found:
        print("Nobody speaks in it.")
    elif asr is None:
        print("There is no recogniser: words are not told.", file=sys.stderr)
    return 0


def voice(arguments: Sequence[str]) -> int:
    """Fetch models of speech, and measure what this machine can do with them.

    Examples:
        santral voice download small tr_TR-dfki-medium
        santral voice bench
    """
    parser = parser_for("voice", voice.__doc__)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    fetching = verbs.add_parser(
        "download",
        formatter_class=Help,
        help="Fetch models by name; what is there is not fetched again.",
        description="Fetch models by name: Whisper's (tiny, base, small, medium, large-v3, turbo, or owner/name) and "
        "Piper voices (tr_TR-dfki-medium, or the address of an .onnx file). 'model: NAME' in credentials.yml then "
        "finds them.",
    )
    fetching.add_argument("models", metavar="MODEL", nargs="+")
    fetching.add_argument(
        "--into", type=Path, metavar="FOLDER", help="Else .santral/voice-models of this folder."
    )
    fetching.add_argument(
        "--from", dest="base", metavar="URL", help=f"A mirror; else ${_FROM}, $HF_ENDPOINT or huggingface.co."
    )
    measuring = verbs.add_parser(
        "bench",
        formatter_class=Help,
        help="Measure a project's engines on this machine.",
        description="Measure the detector, the recogniser and the voice of credentials.yml on this machine: how long "
        "each takes, and how many calls at once they allow.",
    )
    measuring.add_argument("--times", type=_count, default=5, metavar="N", help="How often (default: 5).")
    share_of_credentials(measuring)
    given = parser.parse_args(arguments)
    if given.verb == "download":
        return _told(lambda: _download(given.models, given.into, given.base))
    return _told(lambda: _bench(given.credentials, given.times))


def _download(models: Sequence[str], into: Path | None, base: str | None) -> int:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn

    from voice.downloading import BASE, download
    from voice.models import FOLDER

    base = base or os.environ.get(_FROM) or os.environ.get("HF_ENDPOINT") or BASE
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    console = Console(stderr=True)
    for model in models:
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            tasks: dict[str, TaskID] = {}

            def tell(
                name: str, there: int, size: int, bar: Progress = bar, tasks: dict[str, TaskID] = tasks
            ) -> None:
                if name not in tasks:
                    tasks[name] = bar.add_task(name, total=size)
                bar.update(tasks[name], completed=there, total=size)

            path, fetched = download(model, into or FOLDER, base, tell)
        print(f"{model}: {'fetched' if fetched else 'is there'}: {path}", flush=True)
        if into is not None:
            print(f"  In credentials.yml: model: {path}")
    return 0


def _bench(credentials: str | None, times: int) -> int:
    import asyncio

    from voice.cli.benching import calls_at_once, measure, table
    from voice.engines.missing import EngineMissing
    from voice.engines.whisper import WhisperAsr

    vad, asr, tts = _engines(credentials)
    if isinstance(asr, WhisperAsr):
        try:
            asyncio.run(asr.warm())
        except EngineMissing as error:  # the rest can be measured nevertheless
            print(f"{error} The rest is measured, as of calls by keys.\n", file=sys.stderr)
            asr = None

    def tell(stage: str) -> None:
        if sys.stderr.isatty():
            print(f"\r\033[K{stage}", end="", file=sys.stderr, flush=True)

    bench = asyncio.run(measure(vad(), asr, tts, times, tell))
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    count, first = calls_at_once(bench, asr, cores)
    print(f"voice {tts.name}; words {asr.name if asr else 'by keys alone'}; {cores} processors\n")
    print(table(bench))
    print(
        f"\nAbout {count} calls at once; the limit is {first}." if count else "\nToo slow for a single call."
    )
    print(_ASSUMED)
    return 0


def _engines(credentials: str | None, ears: bool = True) -> tuple[Callable[[], Vad], Asr | None, Tts]:
    import logging

    from voice.cli.trying import read_credentials
    from voice.opening import engines_of

    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    path = Path(credentials or "credentials.yml")
    found = read_credentials(path, credentials is not None)
    if not ears:  # nobody waits for a recogniser, or is told that it is missing
        found = {"voice": {**(found.get("voice") or {}), "asr": {"engine": "none"}, "vad": "energy"}}
    return engines_of(found, path.parent)


def _told(work: Callable[[], int]) -> int:
    """Run; what goes wrong is one message."""
    from bot.errors import SantralError
    from voice.audio import AudioError

    try:
        return work()
    except (SantralError, AudioError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1


def _seconds(written: str) -> float:
    found = float(written)
    if not 0 < found <= 600:
        raise ValueError
    return found


def _count(written: str) -> int:
    found = int(written)
    if not 0 < found <= 1000:
        raise ValueError
    return found


_seconds.__name__, _count.__name__ = "time of 0 to 600 seconds", "number of 1 to 1000"
