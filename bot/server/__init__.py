"""The HTTP server.

::

    serving.py         from a socket to a graceful end
    app.py             which address is answered by what
    bodies.py          what comes in: sizes, JSON, parameters
    errors.py          what goes wrong, as Rasa's JSON
    access.py          who may ask
    bearer.py          users whose tokens somebody else signed
    turns.py           turns in flight: how many, and none lost
    exchange.py        which model the bot has
    jobs.py            long work in processes of their own; workshop.py is what these run
    later.py           answers that go to a callback_url
    uploads.py event_checks.py                         what comes in, looked at before it is used
    states.py outputs.py reports.py                    what goes out: conversations, replies, figures
    webhooks.py callback.py webchat/ page.py           the answers: channels
    conversations.py decisions.py                      conversations, and what the bot does next
    model.py training.py evaluation.py                 models

What is too much is refused, never cut:

======================  ==============  ==========================================
message                 5,000           characters; 400
ids, channel names      1,000           characters; 400
nesting of JSON         50              levels; 400
a request's body        256 KiB         32 MiB where events are brought; 413
a request that trains   32 MiB          413
time for the head       20 s            of a connection's first request; the connection is closed
time to send the body   30 s            408
turns in flight         4,096           503 with ``Retry-After``
trainings at once       2               503; an hour each
tests at once           1               503
end of the server       25 s            for turns in flight
======================  ==============  ==========================================
"""

from bot.server.app import make_app
from bot.server.serving import serve

__all__ = ["make_app", "serve"]
