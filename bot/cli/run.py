"""``santral run``: serve the bot; ``santral run actions``: serve its actions."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.options import Credentials, Endpoints, ModelPath
from bot.cli.verb import verb
from bot.errors import ActionError

if TYPE_CHECKING:
    from ssl import SSLContext

    from aiohttp import web

    from bot.channels.callback import CallbackChannel
    from bot.channels.whatsapp.channel import WhatsAppChannel
    from bot.model import Model
    from bot.model_server import ModelServer
    from bot.server.bearer import BearerTokens
    from bot.server.webchat import Setup
    from bot.turn import Bot
    from bot.voice_notes import Notes, OpenNotes

ANYWHERE = ("0.0.0.0", "::", "")
Opener = Callable[["Mapping[str, Any] | None", Path], "Callable[[web.Application], None] | None"]
"""Reads the credentials in the project's folder, before anything is trained; returns what adds to the server, or
``None`` when there is nothing to add."""
OPENERS: list[Opener] = []
"""What the server has beside the bot: whoever stands above both puts it here (:mod:`santral.program`)."""
NOTES: list[OpenNotes] = []
"""Who hears voice notes and says answers: whoever stands above both puts it here (:mod:`santral.program`)."""


def register(app: typer.Typer) -> None:
    group = typer.Typer(rich_markup_mode=None)
    group.callback(invoke_without_command=True)(run)
    group.command("actions")(run_actions)
    app.add_typer(group, name="run")


@verb()
def run(
    context: typer.Context,
    model: ModelPath = Path("models"),
    port: Annotated[
        int, typer.Option("--port", "-p", min=0, max=65535, help="The port; 0 takes a free one.")
    ] = 5005,
    interface: Annotated[
        str, typer.Option("--interface", "-i", metavar="ADDRESS", help="127.0.0.1 lets in only this machine.")
    ] = "0.0.0.0",
    train_first: Annotated[bool, typer.Option("--train", help="Train first if anything changed.")] = False,
    enable_api: Annotated[
        bool, typer.Option("--enable-api", help="Let other machines use the API, too.")
    ] = False,
    auth_token: Annotated[
        str | None,
        typer.Option(
            "--auth-token", "-t", metavar="TOKEN", envvar="AUTH_TOKEN", help="The API asks for ?token=TOKEN."
        ),
    ] = None,
    jwt_secret: Annotated[
        str | None,
        typer.Option(
            "--jwt-secret",
            metavar="KEY",
            envvar="JWT_SECRET",
            help="The API asks for 'Authorization: Bearer' tokens signed with it; or the public key.",
        ),
    ] = None,
    jwt_method: Annotated[
        str, typer.Option("--jwt-method", metavar="NAME", envvar="JWT_METHOD", help="How they are signed.")
    ] = "HS256",
    jwt_private_key: Annotated[
        str | None,
        typer.Option("--jwt-private-key", metavar="KEY", help="Not needed: no tokens are made here."),
    ] = None,
    cors: Annotated[
        list[str] | None,
        typer.Option(
            "--cors", metavar="ORIGIN", help="Pages of this origin may ask; * is every one. Repeatable."
        ),
    ] = None,
    endpoints: Endpoints = "endpoints.yml",
    credentials: Credentials = "credentials.yml",
    ssl_certificate: Annotated[
        Path | None, typer.Option("--ssl-certificate", metavar="FILE", help="For HTTPS.")
    ] = None,
    ssl_keyfile: Annotated[
        Path | None, typer.Option("--ssl-keyfile", metavar="FILE", help="For HTTPS.")
    ] = None,
    ssl_password: Annotated[str | None, typer.Option("--ssl-password", help="The key's password.")] = None,
) -> None:
    """Serve the bot: a chat page, Rasa's REST webhook and Rasa's API.

    A model is trained first if there is none. Ctrl-C stops; messages in work are answered first.

    \b
    Examples:
        santral run
        santral run -p 8080 --enable-api -t "$TOKEN" --cors https://shop.example
        santral run actions        the actions on a server of their own
    """
    if context.invoked_subcommand is not None:
        return
    import asyncio

    from bot.app import open_bot
    from bot.channels.callback import open_callback
    from bot.channels.socketio import read_socketio
    from bot.channels.whatsapp.opening import open_whatsapp
    from bot.cli.models import load_model, model_server, read_settings
    from bot.cli.train import Order, train_if_missing, train_model
    from bot.server import make_app

    if auth_token == "":
        message = "The token is empty: the API would be open. Leave the option out, or give a token."
        raise typer.BadParameter(message, param_hint="--auth-token")
    if train_first:
        train_model(Order(out=model if model.suffix != ".gz" else model.parent))
    root = Path.cwd()
    settings = read_settings(root, endpoints)
    server = model_server(root, settings)
    # What is wrong with the settings is told before a training that may take minutes.
    channels = read_settings(root, credentials)
    notes = open_notes(channels, root)
    callback, whatsapp = open_callback(channels), open_whatsapp(channels, root, notes=notes)
    additions = [found for one in OPENERS if (found := one(channels, root)) is not None]
    ssl_context = _ssl_context(ssl_certificate, ssl_keyfile, ssl_password)
    loaded = asyncio.run(_first(server)) if server else None
    if loaded is None:
        train_if_missing(model)
        loaded = load_model(model, root)
    bearer = _bearer(jwt_secret, jwt_method)
    bot = open_bot(root, loaded, settings)
    app = make_app(
        bot,
        model_name=loaded.name,
        model_id=loaded.fingerprint,
        cors=cors,
        auth_token=auth_token,
        bearer=bearer,
        enable_api=enable_api,
        callback=callback,
        whatsapp=whatsapp,
        root=root,
        models=model.parent if model.suffix == ".gz" or model.is_file() else model,
        load=lambda path: load_model(path, root),
        model_server=server,
        webchat=_webchat(channels, root, notes),
        socketio=read_socketio(channels),
    )
    for add_to in additions:
        add_to(app)
    asyncio.run(_serve(bot, app, interface, port, ssl_context, callback, whatsapp))


def open_notes(credentials: Mapping[str, Any] | None, root: Path) -> Notes:
    """Of the program; nobody, where it has none. Raises ProjectError."""
    from bot.voice_notes import Notes

    for one in NOTES:
        return one(credentials, root)
    return Notes()


def _webchat(credentials: Mapping[str, Any] | None, root: Path, notes: Notes) -> Setup | None:
    from bot.channels.webchat_settings import read_webchat
    from bot.server.webchat import Setup, read_secret

    settings = read_webchat(credentials)
    if settings is None:
        return None
    return Setup(settings, read_secret(root), root / settings.uploads.folder, notes.transcriber)


async def _first(server: ModelServer) -> Model | None:
    """The model to begin with; connections are given back, since they belong to this event loop."""
    try:
        return await server.pull()
    finally:
        await server.close()


def _bearer(secret: str | None, method: str) -> BearerTokens | None:
    if secret is None:
        return None
    from bot.server.bearer import BearerTokens

    return BearerTokens(secret, method)


async def _serve(
    bot: Bot,
    app: web.Application,
    interface: str,
    port: int,
    ssl_context: SSLContext | None,
    callback: CallbackChannel | None,
    whatsapp: WhatsAppChannel | None = None,
) -> None:
    from bot.app import close_bot
    from bot.server import serve

    def tell(host: str, bound: int) -> None:
        scheme = "https" if ssl_context else "http"
        name = "localhost" if host in ANYWHERE else f"[{host}]" if ":" in host else host
        typer.echo(f"Chat with the bot at {scheme}://{name}:{bound}/  (Ctrl-C stops)")

    try:
        await serve(app, interface, port, ssl_context=ssl_context, ready=tell)
    finally:
        if callback is not None:
            await callback.close()
        if whatsapp is not None:
            await whatsapp.close()
        await close_bot(bot)


def _ssl_context(certificate: Path | None, key: Path | None, password: str | None) -> SSLContext | None:
    if certificate is None:
        return None
    import ssl

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key, password)
    return context


@verb()
def run_actions(
    port: Annotated[int, typer.Option("--port", "-p", min=1, max=65535, help="The port.")] = 5055,
    actions: Annotated[str, typer.Option("--actions", metavar="PACKAGE", help="The package.")] = "actions",
    cors: Annotated[list[str] | None, typer.Option("--cors", metavar="ORIGIN", help="Repeatable.")] = None,
    auto_reload: Annotated[bool, typer.Option("--auto-reload", help="Take up changed files.")] = False,
) -> None:
    """Serve the project's actions with rasa_sdk, for endpoints.yml's action_endpoint."""
    place = Path(*actions.split("."))
    if not place.is_dir() and not place.with_suffix(".py").is_file():
        raise ActionError(f"There is no package '{actions}' in this folder. Name another one with --actions.")
    command = [sys.executable, "-m", "rasa_sdk", "--actions", actions, "--port", str(port)]
    command += ["--cors", *cors] if cors else []
    command += ["--auto-reload"] if auto_reload else []
    sys.stdout.flush()
    # In place of this process, so that signals reach the server itself.
    os.execv(sys.executable, command)
