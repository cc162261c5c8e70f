"""``santral shell``: chat with the bot in the terminal."""

from __future__ import annotations

import json
import logging
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from bot.cli.options import Conversation, Endpoints, ModelPath
from bot.cli.verb import tell_error, verb

if TYPE_CHECKING:
    from rich.console import Console

    from bot.message import Reply
    from bot.turn import Bot

STOP = "/stop"
CHANNEL = "cmdline"
"""Rasa's name of the terminal's channel."""


def register(app: typer.Typer) -> None:
    group = typer.Typer(rich_markup_mode=None)
    group.callback(invoke_without_command=True)(shell)
    group.command("nlu")(shell_nlu)
    app.add_typer(group, name="shell")


@verb(level=logging.WARNING)
def shell(
    context: typer.Context,
    model: ModelPath = Path("models"),
    endpoints: Endpoints = "endpoints.yml",
    conversation_id: Conversation = None,
) -> None:
    """Chat with the bot in this terminal.

    A button is chosen by its number, its place or its title. /stop ends the chat, as do Ctrl-D and Ctrl-C.
    A model is trained first if there is none.

    \b
    Examples:
        santral shell
        santral shell --conversation-id ayse       go on with a conversation another day
        echo "siparişim nerede" | santral shell
    """
    if context.invoked_subcommand is not None:
        return
    from bot.cli.models import open_project_bot
    from bot.cli.train import train_if_missing

    root = Path.cwd()
    train_if_missing(model)
    bot = open_project_bot(root, model, endpoints)
    Chat(bot, conversation_id or uuid.uuid4().hex).run()


@verb(level=logging.WARNING)
def shell_nlu(model: ModelPath = Path("models")) -> None:
    """See what the bot understands: each line's intent and entities, as Rasa's JSON."""
    from bot.cli.models import load_model

    interpreter = load_model(model, Path.cwd()).interpreter
    console = _console()
    _be_tolerant()
    for text in _lines(console, "Text"):
        console.print_json(json.dumps(interpreter.parse(text), ensure_ascii=False))


class Chat:
    """One conversation in the terminal."""

    def __init__(self, bot: Bot, conversation_id: str) -> None:
        self.bot = bot
        self.conversation_id = conversation_id
        self.console = _console()
        self.payloads: list[str] = []
        """What the buttons shown last send, by their number less one."""
        self.whole = False

    def run(self) -> None:
        """Chat until the customer ends it."""
        import asyncio

        from bot.app import close_bot
        from bot.errors import SantralError

        _be_tolerant()
        self.console.print(
            f"Type a message, or a button's number. {STOP} ends. (Conversation {self.conversation_id})",
            style="dim",
            soft_wrap=True,
        )
        with asyncio.Runner() as runner:
            try:
                for text in _lines(self.console, "You"):
                    try:
                        runner.run(self._turn(text))
                    except SantralError as error:
                        tell_error(error)
            except KeyboardInterrupt:  # in the middle of a turn
                self.console.print()
            finally:
                runner.run(close_bot(self.bot))

    async def _turn(self, text: str) -> None:
        from bot.message import Message
        from bot.turn import take_turn

        said = self._meant(text)
        self.payloads = []
        await take_turn(self.bot, Message(said, self.conversation_id, CHANNEL), self)

    def _meant(self, text: str) -> str:
        """A button's number stands for what the button sends, unless the bot itself takes answers to menus."""
        if self.bot.menus is not None:
            return text
        number = text.strip()
        if number.isascii() and number.isdigit() and 0 < int(number) <= len(self.payloads):
            return self.payloads[int(number) - 1]
        return text

    async def __call__(self, reply: Reply) -> None:
        """Show a reply."""
        for line in told_reply(reply.text, reply.data):
            self._show("Bot  ", "bold green", line)
        for button in [*(reply.data.get("buttons") or ()), *(reply.data.get("quick_replies") or ())]:
            if isinstance(button, Mapping):
                title = str(button.get("title") or button.get("payload") or "")
                self.payloads.append(str(button.get("payload") or title))
                self._show(f"{len(self.payloads):>5}) ", "bold magenta", title)

    def _show(self, mark: str, style: str, text: str) -> None:
        """A text behind its mark; on a terminal wrapped between words, every line below the first."""
        from rich.table import Table
        from rich.text import Text

        if not self.console.is_terminal:
            self.console.print(f"{mark}{text}", soft_wrap=True)
            return
        grid = Table.grid()
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        grid.add_row(Text(mark, style=style), Text(text))
        self.console.print(grid)


def told_reply(text: str | None, data: Any) -> list[str]:
    """A reply's lines, but for its buttons."""
    lines = [text] if text else []
    lines += [f"[{key}] {data[key]}" for key in ("image", "attachment") if data.get(key)]
    for key in ("custom", "elements"):
        if data.get(key):
            lines.append(f"[{key}] {json.dumps(data[key], ensure_ascii=False)}")
    if not lines and (data.get("buttons") or data.get("quick_replies")):
        lines.append("")
    return lines


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False, markup=False)


def _be_tolerant() -> None:
    """Half a character in a pipe must not end the chat."""
    reconfigure = getattr(sys.stdin, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")


def _lines(console: Console, prompt: str) -> Any:
    """The lines that are typed, or that come through a pipe, up to /stop, Ctrl-D or Ctrl-C."""
    typed = sys.stdin.isatty()
    if typed:
        import readline  # noqa: F401  (input() then edits lines and remembers them)
    while True:
        try:
            text = _ask(console, prompt) if typed else sys.stdin.readline()
        except (EOFError, KeyboardInterrupt):
            console.print()
            return
        if not text and not typed:
            return
        text = text.rstrip("\r\n")
        if text.strip() == STOP:
            return
        if not text.strip():
            continue
        if not typed:
            console.print(f"{prompt}  {text}", style="bold cyan", soft_wrap=True)
        yield text


def _ask(console: Console, prompt: str) -> str:
    # readline must know which bytes of the prompt have no width: \001 and \002 enclose them.
    if console.color_system is None or console.no_color:
        return input(f"{prompt}  ")
    return input(f"\001\033[1;36m\002{prompt}\001\033[0m\002  ")
