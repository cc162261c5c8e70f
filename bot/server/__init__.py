"""The HTTP server.

::

    serving.py         from a socket to a graceful end
    app.py             which address is answered by what
    bodies.py          what comes in: sizes, JSON, parameters
    errors.py          what goes wrong, as Rasa's JSON
    access.py          who may ask
    turns.py           turns in flight: how many, and none lost
    webhooks.py conversations.py model.py page.py      the answers
"""

from bot.server.app import make_app
from bot.server.serving import serve

__all__ = ["make_app", "serve"]
