"""The model's process: `python -m nlsh.inference.worker PARENT_PID`, frames on stdin and stdout.

Requests: `load`, `plan`, `ping` are answered in order under their id; `cancel` (an id) and `quit` work at once.
Stdin at its end means that the shell is gone, and ends the process.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from nlsh.core.errors import ModelUnavailable, NlshError
from nlsh.core.model import ModelSpec
from nlsh.inference import process, wire

if TYPE_CHECKING:
    from nlsh.inference.engine import Engine


class Worker:
    """Serves one supervisor."""

    def __init__(self, requests: BinaryIO, replies: BinaryIO) -> None:
        self._requests = requests
        self._replies = replies
        self._waiting: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._cancelled: set[int] = set()
        self._engine: Engine | None = None

    def serve(self) -> None:
        """Answer until the process ends."""
        threading.Thread(target=self._listen, daemon=True).start()
        while True:
            self._answer(self._waiting.get())

    def _listen(self) -> None:
        """Read requests while others are worked on. Whatever ends this ends the process: nobody could stop it."""
        try:
            while (message := wire.read_frame(self._requests)) is not None and message.get("do") != "quit":
                if message.get("do") == "cancel":
                    self._cancelled.add(int(message["id"]))
                else:
                    self._waiting.put(message)
        finally:
            os._exit(0)

    def _answer(self, message: dict[str, Any]) -> None:
        number = int(message["id"])
        doing: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "load": self._load,
            "plan": self._plan,
            "ping": lambda _: {},
        }
        try:
            self._send({"id": number, "ok": doing[message["do"]](message)})
        except NlshError as error:
            self._send({"id": number, "error": wire.error_to_json(error)})
        except Exception as error:
            what = ModelUnavailable(f"the model process failed: {type(error).__name__}: {error}", "try again")
            self._send({"id": number, "error": wire.error_to_json(what)})
        self._cancelled.discard(number)

    def _load(self, message: dict[str, Any]) -> dict[str, Any]:
        from nlsh.inference.engine import Engine
        from nlsh.inference.requantise import Report

        report = Report(lambda text: self._send({"progress": text}), lambda text: self._send({"notice": text}))
        self._engine = Engine(ModelSpec(**message["spec"]), message["cache_dir"], report)
        return {"context_tokens": self._engine.context_tokens}

    def _plan(self, message: dict[str, Any]) -> dict[str, Any]:
        if self._engine is None:
            raise ModelUnavailable("the model is not loaded", "try again")
        number = int(message["id"])
        draft = self._engine.plan(wire.request_from_json(message["request"]), lambda: number in self._cancelled)
        return wire.draft_to_json(draft) | {"tokens_per_s": self._engine.tokens_per_s}

    def _send(self, message: wire.Message) -> None:
        self._replies.write(wire.pack(message))
        self._replies.flush()


def main() -> None:
    """Settle in and serve."""
    process.settle(int(sys.argv[1]))
    Worker(sys.stdin.buffer, process.private_stdout()).serve()


if __name__ == "__main__":
    main()
