"""Options of the tests, named as Rasa names them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

StoryPaths = Annotated[
    list[str],
    typer.Option(
        "--stories", "-s", metavar="PATH", help="Test files, or folders with test_*.yml; repeatable."
    ),
]
Out = Annotated[Path, typer.Option("--out", metavar="FOLDER", help="The folder for reports and pictures.")]
Successes = Annotated[
    bool, typer.Option("--successes", help="Also write what was right (successful_test_stories.yml, ...).")
]
NoErrors = Annotated[bool, typer.Option("--no-errors", help="Do not write the files of what was wrong.")]
NoWarnings = Annotated[bool, typer.Option("--no-warnings", help="Do not write stories_with_warnings.yml.")]
NoPlot = Annotated[bool, typer.Option("--no-plot", help="Draw no pictures.")]
EndToEnd = Annotated[
    bool,
    typer.Option(
        "--e2e/--no-e2e", "--end-to-end", help="Understand the texts of the stories; else take their intents."
    ),
]
StrictEntities = Annotated[
    bool,
    typer.Option(
        "--strict-entities",
        help="An entity found in a message without marked ones is a mistake, as in Rasa; else a warning.",
    ),
]
MaxStories = Annotated[
    int | None, typer.Option("--max-stories", metavar="NUMBER", min=1, help="Play only the first ones.")
]
FailFast = Annotated[
    bool, typer.Option("--fail-on-prediction-errors", help="Stop at the first conversation that fails.")
]
