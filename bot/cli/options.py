"""Options that several verbs have, named as Rasa names them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ModelPath = Annotated[
    Path, typer.Option("--model", "-m", metavar="PATH", help="A model, or a folder: the newest model in it.")
]
ConfigPath = Annotated[str, typer.Option("--config", "-c", metavar="FILE", help="Pipeline and policies.")]
DomainPath = Annotated[
    str, typer.Option("--domain", "-d", metavar="PATH", help="The domain: a file or a folder.")
]
DataPaths = Annotated[
    list[str],
    typer.Option(
        "--data", metavar="PATH", help="Files and folders with stories, rules and examples; repeatable."
    ),
]
DATA = ["data"]
"""Where training data is unless somebody says otherwise."""
Endpoints = Annotated[str, typer.Option("--endpoints", metavar="FILE", help="Action server, stores.")]
Credentials = Annotated[str, typer.Option("--credentials", metavar="FILE", help="Channels and their keys.")]
Conversation = Annotated[
    str | None,
    typer.Option("--conversation-id", metavar="ID", help="Go on with this conversation; else a new one."),
]
