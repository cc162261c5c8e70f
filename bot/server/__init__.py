"""The HTTP server.

::

    serving.py         from a socket to a graceful end
    app.py             which address is answered by what
    bodies.py          what comes in: sizes, JSON, parameters
    errors.py          what goes wrong, as Rasa's JSON
    access.py          who may ask
    turns.py           turns in flight: how many, and none lost
    webhooks.py conversations.py model.py page.py      the answers

What is too much is refused, never cut:

======================  ==============  ==========================================
message                 5,000           characters; 400
ids, channel names      1,000           characters; 400
nesting of JSON         50              levels; 400
a request's body        256 KiB         32 MiB where events are brought; 413
time to send the body   30 s            408
turns in flight         4,096           503 with ``Retry-After``
end of the server       25 s            for turns in flight
======================  ==============  ==========================================
"""

from bot.server.app import make_app
from bot.server.serving import serve

__all__ = ["make_app", "serve"]
