"""From ``credentials.yml`` to those who hear voice notes and say answers, for the bot's text channels.

Nothing is loaded before the first note comes: a bot that gets none stays as light as it is.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bot.settings import Section, section_of
from bot.voice_notes import Notes
from voice.asr import Asr
from voice.mouth import Renderer
from voice.notes.conversing import NoteEars, NoteVoice
from voice.opening import FILE, NAME, asr_of, voices_of

logger = logging.getLogger(__name__)

ENGINES = ("whisper", "wyoming", "none")
_WANTS_VOICE = ("whatsapp", "voice_answers")


def open_notes(credentials: Mapping[str, Any] | None, root: Path) -> Notes:
    """Who hears and who speaks: the engines of the section ``voice``; nobody, where they are not installed.

    Args:
        credentials: the content of ``credentials.yml``.
        root: the project's folder.

    Raises:
        ProjectError: the section is wrong, or there is no voice though WhatsApp is to answer with one; the complaint
            has the line.
    """
    section = section_of(credentials, NAME, NAME, FILE)
    own = section_of(section.values, "asr", NAME, FILE)
    engine = own.one_of("engine", {name: name for name in ENGINES}, "whisper")
    missing = [
        library
        for library, needed in (("av", True), ("faster_whisper", engine == "whisper"))
        if needed and find_spec(library) is None
    ]
    ears: NoteEars | None = None
    if engine != "none" and not missing:
        make: Callable[[], Asr | None] = functools.partial(asr_of, section, root)
        if engine == "wyoming":  # it loads nothing, and tells a wrong address
            found = make()
            ears = NoteEars(lambda: found)
        else:
            ears = NoteEars(make)
    elif engine != "none" and section.values:
        logger.warning("Voice notes are not heard. Install what is missing: pip install 'santral[voice]'")
    speaks = find_spec("av") is not None
    return Notes(ears, _voice(section, root, _wants_voice(credentials)) if speaks else None)


def _wants_voice(credentials: Mapping[str, Any] | None) -> bool:
    name, key = _WANTS_VOICE
    return bool(credentials and name in credentials and section_of(credentials, name, name, FILE).flag(key))


def _voice(section: Section, root: Path, wanted: bool) -> NoteVoice:
    if wanted:  # so that what is wrong is told before anybody waits for an answer
        made = voices_of(section, root)
        return NoteVoice(made)

    @functools.cache
    def later() -> Callable[[int], Renderer]:
        return voices_of(section, root)

    return NoteVoice(lambda rate: later()(rate))
