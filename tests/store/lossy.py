"""A way to the PostgreSQL server that loses connections when a COMMIT passes."""

import contextlib
import socket
import threading
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit

COMMIT = b"COMMIT\0"
Loses = Literal["nothing", "the answer", "the question"]


class Lossy:
    """Listens in a folder as the server does. `loses` is what is lost of the next COMMIT; `leaves`: then nobody answers."""

    def __init__(self, folder: Path, url: str) -> None:
        self._target = f"{parse_qs(urlsplit(url).query)['host'][0]}/.s.PGSQL.5432"
        self.url = f"postgresql://{urlsplit(url).netloc}{urlsplit(url).path}?host={folder}"
        self.loses: Loses = "nothing"
        self.leaves = self.away = False
        self._open: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / ".s.PGSQL.5432"))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Nobody gets through any more."""
        for one in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client = self._listener.accept()[0]
                if self.away:
                    client.close()
                    continue
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._target)
                self._open += [client, server]
                threading.Thread(target=self._questions, args=(client, server), daemon=True).start()
                threading.Thread(target=self._answers, args=(server, client), daemon=True).start()

    def _questions(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                if COMMIT in data and self.loses != "nothing":
                    self._lose(client, server, data)
                    return
                server.sendall(data)

    def _lose(self, client: socket.socket, server: socket.socket, data: bytes) -> None:
        lost, self.loses = self.loses, "nothing"
        self.away = self.leaves
        client.shutdown(socket.SHUT_RDWR)
        if lost == "the answer":
            server.sendall(data)
        else:
            server.shutdown(socket.SHUT_RDWR)
        for one in self._open if self.away else ():
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _answers(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                client.sendall(data)
