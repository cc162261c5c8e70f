"""WhatsApp, as the Cloud API speaks it. ``docs/whatsapp.md`` tells how to set it up.

::

    inbound.py     a webhook's body → what happened; kinds.py reads one message, lenient.py strangers' JSON
    outbound.py    a reply → request bodies within the limits; limits.py, wording.py, templates.py
    rules.py       the house's rules: window, rates, which error is retried how
    signature.py   who may call the webhook
"""
