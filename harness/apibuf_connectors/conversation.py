"""Talks to a connector that may do anything: answer rubbish, hang, flood, or end."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Self

from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

from apibuf_common import project
from apibuf_common.errors import CannotRun

SCHEMA = project.ROOT / "conformance" / "schemas" / "connector.schema.json"
MOST_LINE_BYTES = 4 * 1024 * 1024
MOST_WAITING_LINES = 100
MOST_QUOTED_CHARACTERS = 200

Answer = Mapping[str, Any]


class Broken(Exception):
    """The conversation cannot go on; the message is a sentence about the connector."""


class Conversation:
    """A connector that was started, as a context manager: leaving it ends the process."""

    def __init__(self, command: Sequence[str], limit_s: float) -> None:
        """limit_s: how many seconds an answer may take. Raises CannotRun where there is no such command."""
        schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
        self._definitions = {name: schema[name] for name in ("$schema", "$defs")}
        self._limit_s = limit_s
        self.last_id = 0
        self._lines: queue.Queue[bytes] = queue.Queue(MOST_WAITING_LINES)
        try:
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        except OSError as error:
            raise CannotRun(f"{command[0]} cannot be started: {error.strerror}; name a program") from error
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def _read(self) -> None:
        """Puts the lines into the queue, and an empty one where they end."""
        assert self._process.stdout is not None
        with suppress(OSError, ValueError):
            while line := self._process.stdout.readline(MOST_LINE_BYTES):
                self._lines.put(line)
        self._lines.put(b"")

    def ask(self, request: str, **members: Any) -> Answer:
        """Makes a request, and returns the answer, which its schema allows. Raises Broken."""
        self.send(request, **members)
        return self.answer(request)

    def send(self, request: str, **members: Any) -> None:
        """Makes a request, and waits for no answer. Raises Broken."""
        self.last_id += 1
        self.send_line(json.dumps({"id": self.last_id, "request": request, **members}))

    def send_line(self, line: str) -> None:
        """Sends what may be no request. Raises Broken."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise Broken(f"it reads no more; {self._ending()}") from None

    def answer(self, request: str, answer_id: int | None = 0) -> Answer:
        """The next line as the answer to such a request. Raises Broken.

        answer_id: of the request that is answered; 0 for the last one. request: empty for one that there is not.
        """
        wanted = self.last_id if answer_id == 0 else answer_id
        line = self._next_line(request)
        try:
            answer = json.loads(line.decode())
        except (ValueError, RecursionError):
            raise Broken(f"the answer to {_named(request)} is no JSON in UTF-8: {_quoted(line)}") from None
        name = f"{request}_answer" if f"{request}_answer" in self._definitions["$defs"] else "no_answer"
        validator = Draft202012Validator({**self._definitions, "$ref": f"#/$defs/{name}"})
        for error in validator.iter_errors(answer):
            deviation = f"{_quoted(_deviation(error).encode())} in {_quoted(line)}"
            raise Broken(f"the answer to {_named(request)} is not one of the schema: {deviation}")
        if answer["id"] != wanted:
            raise Broken(f"the answer to {_named(request)} has id {answer['id']!r} in place of {wanted!r}")
        assert isinstance(answer, dict)
        return answer

    def end(self) -> int | None:
        """Closes the input, and waits for the end; returns the exit code, or None where it does not end."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        return self.exit_code()

    def exit_code(self) -> int | None:
        """Waits for the end of the process; None where it does not end."""
        try:
            return self._process.wait(self._limit_s)
        except subprocess.TimeoutExpired:
            return None

    def rest(self) -> bytes:
        """What else it has written, up to its end; at most a line."""
        try:
            return self._lines.get(timeout=self._limit_s)
        except queue.Empty:
            return b""

    def _next_line(self, request: str) -> bytes:
        try:
            line = self._lines.get(timeout=self._limit_s)
        except queue.Empty:
            raise Broken(f"{_named(request)} has no answer within {self._limit_s:g} s") from None
        if not line:
            raise Broken(f"{_named(request)} has no answer: {self._ending()}")
        if not line.endswith(b"\n"):
            raise Broken(f"the answer to {_named(request)} has no line feed, or more than 4 MiB: {_quoted(line)}")
        return line

    def _ending(self) -> str:
        code = self.exit_code()
        return "it closed its output" if code is None else f"it ended with exit code {code}"


def _named(request: str) -> str:
    return f"the request {request}" if request else "what is no request"


def _deviation(error: ValidationError) -> str:
    """Where and how an answer differs from the first one that its schema allows."""
    while isinstance(error.kind, ValidationErrorKind.OneOfNotValid):
        error = error.kind.context[0][0]
    place = ".".join(map(str, error.instance_path))
    return f"{place}: {error.message}" if place else error.message


def _quoted(line: bytes) -> str:
    """A line of a connector, as text that is safe to print."""
    text = ascii(line[: MOST_QUOTED_CHARACTERS + 1].decode(errors="replace").rstrip("\n"))
    return text if len(line) <= MOST_QUOTED_CHARACTERS else f"{text} …"
