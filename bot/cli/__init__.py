"""The command line: ``santral VERB``.

One file a verb group. Nothing heavy is imported before a verb runs, so that ``santral --help`` is quick.
"""

from bot.cli.program import app, main

__all__ = ["app", "main"]
