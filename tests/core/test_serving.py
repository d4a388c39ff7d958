"""A web process that is told to stop answers a form that was on its way, and systemd hears when one is ready."""

import asyncio
import socket
from pathlib import Path
from uuid import uuid4

import pytest
import uvicorn

from continuity.core import serving
from continuity.core.answers import Message, Receive, Scope, Send, answer
from continuity.core.serving import Patient, tell_ready

pytestmark = pytest.mark.enable_socket

WITHIN = 30.0  # seconds on a busy machine
FORM = b"POST / HTTP/1.1\r\nHost: here\r\nConnection: close\r\nContent-Length: 6\r\n\r\nit=all"


async def says_what_came(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await answer(send, 200, (await whole(receive))["body"])


async def whole(receive: Receive) -> Message:
    message = await receive()
    while message.get("more_body"):
        more = await receive()
        message = {**more, "body": message["body"] + more["body"]}
    return message


def test_a_form_on_its_way_is_answered_by_a_process_that_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "ARRIVES_WITHIN", WITHIN)

    said = asyncio.run(asyncio.wait_for(sent_while_stopping(FORM), WITHIN))

    assert said.startswith(b"HTTP/1.1 200")
    assert said.endswith(b"it=all")


def test_a_connection_on_which_nothing_comes_does_not_keep_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "ARRIVES_WITHIN", 0.1)

    assert asyncio.run(asyncio.wait_for(sent_while_stopping(b""), WITHIN)) == b""


async def sent_while_stopping(words: bytes) -> bytes:
    """What comes back on a connection that is open, and on which words go out once the process listens no more."""
    config = uvicorn.Config(says_what_came, http=Patient, log_config=None, lifespan="off")
    server, listening = uvicorn.Server(config), socket.create_server(("127.0.0.1", 0))
    serves = asyncio.create_task(server.serve([listening]))
    reader, writer = await asyncio.open_connection(*listening.getsockname())
    while not server.server_state.connections:
        await asyncio.sleep(0.01)
    server.should_exit = True
    while server.servers[0].is_serving():
        await asyncio.sleep(0.01)
    writer.write(words)
    said = await reader.read()
    writer.close()
    await serves
    return said


@pytest.mark.parametrize("is_a_file", [True, False])
def test_systemd_hears_that_it_is_ready(
    is_a_file: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{tmp_path}/told" if is_a_file else f"@{uuid4()}"
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as hears:
        hears.settimeout(WITHIN)
        hears.bind(address.replace("@", "\0"))

        tell_ready()

        assert hears.recv(100) == b"READY=1"


def test_a_process_serves_on_where_systemd_hears_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{tmp_path}/told"
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard_once:
        heard_once.bind(address)

    tell_ready()  # raises nothing


def test_without_systemd_nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = list[object]()
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.setattr("continuity.core.serving.socket.socket", lambda *kind: opened.append(kind))

    tell_ready()

    assert opened == []
