"""A real RabbitMQ for the tests, with data, names and ports of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.stores.servers import NotInstalled, Server, free_port

PROGRAM = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


class RabbitServer(Server):
    """RabbitMQ in one process; it lets in ``guest`` from this machine."""

    def __init__(self, folder: Path, user: str | None) -> None:
        if not PROGRAM.is_file():
            raise NotInstalled("RabbitMQ is not installed: apt-get install rabbitmq-server")
        self.port = free_port()
        self.epmd_port = free_port()
        variables = {
            "HOME": folder,
            "RABBITMQ_NODENAME": f"santral-{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": self.port,
            "RABBITMQ_DIST_PORT": free_port(),
            "ERL_EPMD_PORT": self.epmd_port,
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_MNESIA_BASE": folder,
            "RABBITMQ_LOG_BASE": folder,
            "RABBITMQ_ENABLED_PLUGINS_FILE": folder / "plugins",
            "RABBITMQ_CONF_ENV_FILE": folder / "none",
            "RABBITMQ_CONFIG_FILE": folder / "none",
            # Without it the program would be a shell that has the server as its child.
            "RUNNING_UNDER_SYSTEMD": "1",
        }
        command = ["env", *(f"{name}={value}" for name, value in variables.items()), str(PROGRAM)]
        super().__init__(command, "Starting broker... completed", user)

    def end_port_mapper(self) -> None:
        """End the daemon that Erlang started beside it."""
        command = ["epmd", "-port", str(self.epmd_port), "-kill"]
        subprocess.run(command, capture_output=True, check=False)


@contextmanager
def rabbit_server() -> Iterator[RabbitServer]:
    with tempfile.TemporaryDirectory(prefix="santral-rabbit-", ignore_cleanup_errors=True) as folder:
        user = None
        if os.geteuid() == 0:
            users = {one.pw_name for one in pwd.getpwall()}
            user = "rabbitmq" if "rabbitmq" in users else "nobody"
            shutil.chown(folder, user)
        server = RabbitServer(Path(folder), user)
        server.start()
        try:
            yield server
        finally:
            server.kill()
            server.end_port_mapper()
