"""A process that works for a scan: tasks come in over standard input, answers go out over standard output."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import struct
import threading
import time
from typing import TYPE_CHECKING, Any, BinaryIO

from clip_lint.core.faults import fault
from clip_lint.scan.options import Lost

if TYPE_CHECKING:
    from clip_lint.scan.work import Job, Task

READY = "ready"
"""What a worker says first: from here on its time counts."""
_LENGTH = struct.Struct(">Q")


def send(stream: BinaryIO, value: Any) -> None:
    """Write a value of our own to a process of our own."""
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: BinaryIO) -> Any:
    """Read what `send` wrote; EOFError where the other end is gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    length: int = _LENGTH.unpack(head)[0]
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return pickle.loads(data)  # noqa: S301  (from the process that started this one, or one that it started)


def main() -> None:
    """Answer tasks until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one answers it
    _end_with_parent()
    tasks = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints does not garble answers
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    with contextlib.suppress(EOFError, BrokenPipeError):
        job: Job = receive(tasks)
        send(answers, READY)
        while True:
            send(answers, _answer(receive(tasks), job))


def _answer(task: Task, job: Job) -> Any:
    try:
        return task.run(job)
    except MemoryError:
        return Lost("not linted: not enough memory")
    except Exception as error:
        return Lost(f"not linted, {fault(error)}")


def _end_with_parent() -> None:
    """End when the scan has ended, however it ended: nobody reads the answer."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    main()
