"""Old projects: from Rasa 1 and 2 to today's files; and tools for training data.

``migrate.py`` is the main path of a migration, ``convert.py`` and ``split.py`` are the tools. Nothing here runs
when a bot talks.
"""

from bot.migration.migrate import Request, migrate_project
from bot.migration.report import Note, Report

__all__ = ["Note", "Report", "Request", "migrate_project"]
