"""Measures Santral, and Rasa beside it when there is one: ``python -m bench --help``.

::

    __main__.py      the command line
    measuring.py     one bot on one framework, from training to the 5,000th event: read this first
    frameworks.py    how Santral and Rasa are started
    projects.py      which bots, and what their customers say
    children.py      processes watched from outside: time, memory, end
    procfs.py        what Linux tells about processes and the machine
    client.py        customers over REST
    figures.py       a number with its unit and how often it was taken; the targets
    report.py        tables and JSON
    profiled.py profiling.py      where a turn's time goes
    nlu.py           understanding alone, on JSON-lines data
    calls.py call_line.py         many calls at once, in real time
"""
