"""A fake of Meta's Graph API: for tests, and for ``santral whatsapp simulate``.

::

    graph.py       the API: refuses what Meta refuses, and keeps its rules
    faults.py      what may go wrong on the other side
    webhooks.py    what Meta posts, as Meta writes it
    statuses.py    statuses: late, doubled, out of order
"""
