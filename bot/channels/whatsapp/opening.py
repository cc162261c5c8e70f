"""The channel that ``credentials.yml`` asks for, put together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.channels.whatsapp.channel import Parts, WhatsAppChannel
from bot.channels.whatsapp.directory import Directory
from bot.channels.whatsapp.graph import Graph
from bot.channels.whatsapp.inbox import Inbox
from bot.channels.whatsapp.journal import Journal
from bot.channels.whatsapp.media import MediaStore
from bot.channels.whatsapp.outbox import Outbox
from bot.channels.whatsapp.sender import DOUBT, Sender
from bot.channels.whatsapp.settings import FILE, NAME, WhatsAppSettings, read_whatsapp
from bot.channels.whatsapp.tables import METADATA
from bot.channels.whatsapp.templates import Templates
from bot.channels.whatsapp.templates_file import read_templates
from bot.clock import Clock, SystemClock
from bot.errors import Complaints, Place
from bot.voice_notes import Notes


def open_whatsapp(
    credentials: Mapping[str, Any] | None, root: Path, *, notes: Notes | None = None
) -> WhatsAppChannel | None:
    """The channel, if ``credentials.yml`` has the section ``whatsapp``.

    Args:
        root: the project's folder: its ``templates.yml``, and where files are.
        notes: who hears voice notes, and who answers with a voice.

    Raises:
        ProjectError: a setting or a template is wrong; the complaint has the line.
        StoreError: the queue's database cannot be reached.
    """
    settings = read_whatsapp(credentials, root)
    if settings is None:
        return None
    complaints = Complaints()
    templates = read_templates(root, complaints)
    check_reopening(settings, templates, complaints)
    complaints.raise_errors()
    return make_whatsapp(settings, templates=templates, notes=notes)


def make_whatsapp(
    settings: WhatsAppSettings,
    *,
    templates: Templates | None = None,
    notes: Notes | None = None,
    clock: Clock | None = None,
    doubt: float = DOUBT,
) -> WhatsAppChannel:
    """The channel of these settings; raises :class:`StoreError`."""
    clock, notes = clock or SystemClock(), notes or Notes()
    if settings.database.get_backend_name() == "sqlite" and settings.database.database:
        Path(settings.database.database).parent.mkdir(parents=True, exist_ok=True)
    journal = Journal(settings.database, METADATA)
    graph = open_graph(settings)
    media = MediaStore(graph, settings.media, settings.files, speaker=notes.speaker)
    parts = Parts(Inbox(journal), Outbox(journal), Directory(journal), media)
    sender = Sender(
        graph,
        parts.outbox,
        parts.directory,
        clock,
        uploader=parts.media,
        per_second=settings.messages_per_second,
        doubt=doubt,
    )
    return WhatsAppChannel(settings, parts, sender, clock, templates, notes.transcriber)


def open_graph(settings: WhatsAppSettings) -> Graph:
    """Meta's API, as the settings address it."""
    return Graph(
        settings.base_url,
        settings.api_version,
        settings.phone_number_id,
        settings.access_token,
        settings.timeout,
    )


def check_reopening(settings: WhatsAppSettings, templates: Templates, complaints: Complaints) -> None:
    """Complain of a ``reopen_template`` that cannot be sent."""
    name = settings.reopen_template
    if not name:
        return
    found = next((one for (known, _), one in templates.by_key.items() if known == name), None)
    if found is None:
        mend = "Write it into templates.yml."
        message = f"{NAME}: there is no template '{name}'."
        complaints.error("whatsapp-reopen", message, mend, Place(FILE))
    elif "{{" in found.body + found.header or found.header_media:
        mend = "Name one without parameters: nobody is there to fill them in."
        complaints.error("whatsapp-reopen", f"{NAME}: '{name}' needs values.", mend, Place(FILE))
