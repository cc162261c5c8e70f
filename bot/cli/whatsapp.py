"""``santral whatsapp``: is the account set up, what was not delivered, and a phone to try the bot on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Credentials, Endpoints, ModelPath
from bot.cli.verb import verb
from bot.errors import Complaints, SantralError

if TYPE_CHECKING:
    from bot.channels.whatsapp.outbox import Letter
    from bot.channels.whatsapp.settings import WhatsAppSettings


class NoWhatsApp(SantralError):
    """``credentials.yml`` has no section ``whatsapp``."""

    code = "whatsapp-missing"


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        rich_markup_mode=None,
        no_args_is_help=True,
        help="WhatsApp: check the account, see what was not delivered, try the bot on a phone.",
    )
    group.command("check")(check)
    group.command("dead-letters")(dead_letters)
    group.command("simulate")(simulate)
    app.add_typer(group, name="whatsapp")


@verb()
def check(credentials: Credentials = "credentials.yml") -> None:
    """Ask Meta whether token, number, webhook subscription and templates are as they should be.

    Every fault is told with its mend; the exit status is 1 if there is one.
    """
    import asyncio

    from bot.channels.whatsapp.account import check_account
    from bot.channels.whatsapp.opening import check_reopening, open_graph
    from bot.channels.whatsapp.templates_file import read_templates
    from bot.cli.complaints import tell_complaints

    settings, complaints = _settings(credentials), Complaints()
    templates = read_templates(Path.cwd(), complaints)
    check_reopening(settings, templates, complaints)

    async def ask() -> dict[str, str]:
        graph = open_graph(settings)
        try:
            found = await check_account(settings, templates, graph, complaints)
        finally:
            await graph.close()
        return {key: str(found[key]) for key in ("display_phone_number", "verified_name") if key in found}

    number = asyncio.run(ask())
    if number:
        typer.echo("The number: " + ", ".join(number.values()))
    typer.echo(f"Templates in templates.yml: {len(templates.by_key)}")
    tell_complaints(complaints)
    if complaints.errors:
        raise typer.Exit(1)
    typer.echo("Everything that can be asked for is as it should be.")


@verb()
def dead_letters(
    retry: Annotated[
        bool, typer.Option("--retry", help="Have them sent again by the running, or the next, server.")
    ] = False,
    ids: Annotated[
        list[int] | None, typer.Option("--id", metavar="NUMBER", help="Only this one; repeatable.")
    ] = None,
    credentials: Credentials = "credentials.yml",
) -> None:
    """List messages that were given up, with Meta's reason; what customers are told is not shown.

    \b
    Examples:
        santral whatsapp dead-letters
        santral whatsapp dead-letters --retry --id 17
    """
    import asyncio
    import time

    from bot.channels.whatsapp.inbox import Inbox
    from bot.channels.whatsapp.journal import Journal
    from bot.channels.whatsapp.outbox import Outbox
    from bot.channels.whatsapp.tables import METADATA

    settings = _settings(credentials)

    async def look() -> tuple[list[Letter], int, int]:
        journal = Journal(settings.database, METADATA)
        try:
            outbox = Outbox(journal)
            letters = await outbox.dead()
            aside = sum(1 for name, _ in await Inbox(journal).notices() if name == "unanswered")
            return letters, aside, await outbox.revive(ids, time.time()) if retry else 0
        finally:
            await journal.close()

    letters, aside, revived = asyncio.run(look())
    for one in letters:
        if ids is None or one.id in ids:
            when = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.created))
            kind = one.body.get("type", "")
            typer.echo(f"{one.id:>6}  {when}  {kind:<11}  error {one.error}: {one.reason}")
    typer.echo(f"{len(letters)} given up." + (f" {aside} events from customers put aside." if aside else ""))
    if retry:
        typer.echo(f"{revived} will be sent again.")
    elif letters:
        typer.echo("Once the reason is gone: santral whatsapp dead-letters --retry")


@verb()
def simulate(
    model: ModelPath = Path("models"),
    port: Annotated[int, typer.Option("--port", "-p", min=0, max=65535, help="Of the phone's page.")] = 5006,
    endpoints: Endpoints = "endpoints.yml",
    unruly: Annotated[
        bool, typer.Option("--unruly", help="Statuses come late, doubled and out of order.")
    ] = False,
) -> None:
    """Try the bot on a page that looks like a phone and speaks WhatsApp's real webhooks; no account is needed.

    Conversations are not kept. What WhatsApp would refuse is refused, and shown on the page.
    """
    import asyncio

    from bot.cli.models import open_project_bot
    from bot.cli.train import train_if_missing
    from bot.cli.whatsapp_phone import run_phone

    train_if_missing(model)
    bot = open_project_bot(Path.cwd(), model, endpoints, conversations_kept=False)
    asyncio.run(run_phone(bot, Path.cwd(), port, unruly, typer.echo))


def _settings(credentials: str) -> WhatsAppSettings:
    from bot.channels.whatsapp.settings import read_whatsapp
    from bot.cli.models import read_settings

    found = read_whatsapp(read_settings(Path.cwd(), credentials), Path.cwd())
    if found is None:
        raise NoWhatsApp(
            f"{credentials} has no section 'whatsapp'. docs/whatsapp.md tells what belongs into it."
        )
    return found
