"""What a file is, by its content: names and claims of senders are only words.

Source of the marks: the formats' own specifications (JPEG SOI, PNG signature, RIFF/WEBP, Ogg, ISO BMFF ``ftyp``,
ID3 and MPEG frame sync, ADTS, AMR, PDF, ZIP, OLE2).
"""

from __future__ import annotations

ENOUGH = 4096
"""Bytes from a file's beginning that tell what it is."""
_MARKS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"OggS", "audio/ogg"),
    (b"#!AMR", "audio/amr"),
    (b"ID3", "audio/mpeg"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
_ADTS = (0xF0, 0xF1, 0xF8, 0xF9)
ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "audio/ogg": ".ogg",
    "audio/amr": ".amr",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/aac": ".aac",
    "video/mp4": ".mp4",
    "video/3gpp": ".3gp",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "text/plain": ".txt",
}
_FAMILIES = {
    "image": ("image/jpeg", "image/png", "image/webp", "image/gif"),
    "sticker": ("image/webp",),
    "audio": ("audio/ogg", "audio/amr", "audio/mpeg", "audio/mp4", "audio/aac", "video/mp4", "video/3gpp"),
    "voice": ("audio/ogg", "audio/amr", "audio/mpeg", "audio/mp4", "audio/aac", "video/mp4"),
    "video": ("video/mp4", "video/3gpp"),
}


def type_of(head: bytes) -> str | None:
    """The MIME type of a file by its first :data:`ENOUGH` bytes; ``None`` when nothing tells."""
    for mark, kind in _MARKS:
        if head.startswith(mark):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand.startswith(b"3g"):
            return "video/3gpp"
        return "audio/mp4" if brand.startswith(b"M4A") else "video/mp4"
    if len(head) > 1 and head[0] == 0xFF and head[1] in _ADTS:
        return "audio/aac"
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return "audio/mpeg"
    return "text/plain" if _is_text(head) else None


def is_kind(kind: str, found: str | None) -> bool:
    """Whether a file that is ``found`` may be what the message says it is, such as ``image``; any is a document."""
    return kind not in _FAMILIES or found in _FAMILIES[kind]


def _is_text(head: bytes) -> bool:
    if not head or b"\0" in head:
        return False
    try:
        head[: ENOUGH - 4].decode()
    except UnicodeDecodeError as error:
        # A character may be cut in two where the beginning ends.
        return len(head) >= ENOUGH - 4 and error.start >= ENOUGH - 8
    return True
