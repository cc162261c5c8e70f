"""How much WhatsApp takes. Source: the Cloud API's OpenAPI description (v23.0) and Meta's page on media."""

from __future__ import annotations

from bot.capabilities import Capabilities

TEXT = 4096
BODY = 1024
HEADER = FOOTER = 60
CAPTION = 1024
BUTTONS, BUTTON_TITLE, BUTTON_ID = 3, 20, 256
ROWS, ROW_TITLE, ROW_DESCRIPTION, ROW_ID = 10, 24, 72, 200
LIST_BUTTON = LINK_TITLE = 20
CONTACTS = 5
"""Cards in one message."""
CALLBACK_DATA = 512

CAPABILITIES = Capabilities(
    buttons=BUTTONS,
    button_title=BUTTON_TITLE,
    rows=ROWS,
    row_title=ROW_TITLE,
    row_description=ROW_DESCRIPTION,
    text=BODY,
)
"""What menus are worded for."""

MEGABYTE = 1024 * 1024
MEDIA_BYTES = {
    "image": 5 * MEGABYTE,
    "audio": 16 * MEGABYTE,
    "voice": 16 * MEGABYTE,
    "video": 16 * MEGABYTE,
    "document": 100 * MEGABYTE,
    "sticker": 500 * 1024,
}
"""Of a file, by kind."""
VOICE_BYTES = 512 * 1024
"""Of a voice message; a larger one would have to be fetched by hand before it can be played.
https://developers.facebook.com/docs/whatsapp/cloud-api/messages/audio-messages"""
MEDIA_TYPES = {
    "image": ("image/jpeg", "image/png"),
    "audio": ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"),
    "video": ("video/mp4", "video/3gpp"),
    "sticker": ("image/webp",),
    "document": None,
}
"""What may be sent, by kind; ``None``: anything."""
