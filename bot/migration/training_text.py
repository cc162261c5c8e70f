"""Small changes to YAML training data of Rasa 2, made in its text: comments and layout stay."""

from __future__ import annotations

import re

from bot.migration.domain import new_action_name
from bot.migration.report import Report
from bot.migration.source import SourceFile
from bot.migration.yaml_text import VERSION

_VERSION = re.compile(r"""^version[ \t]*:[ \t]*(?:"[^"\n]*"|'[^'\n]*'|[^\s#]+)""", re.MULTILINE)
_ACTION = re.compile(r"""^(?P<head>[ \t]*-?[ \t]*action[ \t]*:[ \t]*["']?)(?P<name>[\w.]+)""", re.MULTILINE)
_FORM = re.compile(r"^(?P<head>[ \t]*-[ \t]*)(?P<key>form|active_form)(?=[ \t]*:)", re.MULTILINE)


def migrate_training_text(source: SourceFile, report: Report) -> str:
    """A YAML file with the version, the actions' names and the key of loops as they are today."""

    def line_of(found: re.Match[str]) -> int:
        return source.text.count("\n", 0, found.start()) + 1

    def version(found: re.Match[str]) -> str:
        report.changed(source.place(line_of(found)), f"version is {VERSION}.")
        return f'version: "{VERSION}"'

    def action(found: re.Match[str]) -> str:
        old, new = found["name"], new_action_name(found["name"])
        if new != old:
            report.changed(source.place(line_of(found)), f"The action '{old}' is called '{new}'.")
        return found["head"] + new

    def form(found: re.Match[str]) -> str:
        report.changed(source.place(line_of(found)), f"The step '{found['key']}' is called 'active_loop'.")
        return found["head"] + "active_loop"

    return _FORM.sub(form, _ACTION.sub(action, _VERSION.sub(version, source.text)))
