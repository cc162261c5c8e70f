"""What a file is, told by its first bytes; its name and what the browser says of it are only claims."""

from __future__ import annotations

HEAD = 512
"""Bytes that are looked at."""

_EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "audio/ogg": ".ogg",
    "audio/webm": ".weba",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
}


def extension_of(kind: str) -> str:
    return _EXTENSIONS[kind]


def type_of(head: bytes, claimed: str) -> str | None:
    """The media type of a file that begins so; ``None``: none of those known.

    Args:
        claimed: what the browser says; it counts only where the content can be either, such as the sound or the
            film that a WebM holds.
    """
    kinds = _kinds(head)
    plain = claimed.split(";")[0].strip()
    return plain if plain in kinds else next(iter(kinds), None)


def _kinds(head: bytes) -> tuple[str, ...]:
    if head.startswith(b"\xff\xd8\xff"):
        return ("image/jpeg",)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return ("image/png",)
    if head.startswith((b"GIF87a", b"GIF89a")):
        return ("image/gif",)
    if head.startswith(b"%PDF-"):
        return ("application/pdf",)
    if head.startswith(b"PK\x03\x04"):
        return ("application/zip",)
    if head.startswith(b"OggS"):
        return ("audio/ogg",)
    if head.startswith(b"ID3") or (len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return ("audio/mpeg",)
    if head.startswith(b"RIFF"):
        return {b"WEBP": ("image/webp",), b"WAVE": ("audio/wav",)}.get(head[8:12], ())
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        # EBML; Matroska begins the same, and names its kind in the header.
        return ("audio/webm", "video/webm") if b"webm" in head[:64] else ()
    if head[4:8] == b"ftyp":
        pictures = (b"heic", b"heix", b"mif1", b"avif", b"crx ")
        return () if head[8:12] in pictures else ("audio/mp4", "video/mp4")
    return ()
