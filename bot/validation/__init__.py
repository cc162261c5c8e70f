"""Checks that need the whole project: does everything that is named exist, and is it used?

What Rasa refuses to train on is an error, what it only warns of (or never sees) a warning.
"""

from bot.validation.checked import read_project
from bot.validation.checks import check_project, is_sound
from bot.validation.story_conflicts import check_story_structure

__all__ = ["check_project", "check_story_structure", "is_sound", "read_project"]
