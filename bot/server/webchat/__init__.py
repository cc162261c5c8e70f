"""The web chat's server side.

::

    routes.py          the addresses: sessions, the socket, uploads, the transcript
    socket.py          one open socket: what it is shown, and what it sends
    rooms.py           who looks at which conversation
    chat.py            what they share
    tokens.py          sessions that cannot be guessed
    limits.py origins.py                how much, and from whose pages
    files.py content.py media.py        files of visitors
    texts.py transcript.py              what is said and written

The frames are in ``bot/channels/webchat.py`` and ``webchat_frames.py``, the settings in ``webchat_settings.py``.
"""

from bot.server.webchat.chat import Setup
from bot.server.webchat.routes import WebChat
from bot.server.webchat.tokens import read_secret

__all__ = ["Setup", "WebChat", "read_secret"]
