"""Commands in processes of their own."""

import os
import subprocess
import sys
from collections.abc import Sequence
from tempfile import TemporaryFile

_MAXRSS = 1 if sys.platform == "darwin" else 1024


def peak_of(command: Sequence[str]) -> dict[str, int]:
    """Run a command; its own peak of resident memory in bytes, by the name that a `Result` has for it.

    Raises
    ------
    RuntimeError
        If it fails, with the last line that it wrote.
    """
    with TemporaryFile(mode="w+") as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise RuntimeError((said.read().strip().splitlines() or ["no message"])[-1])
    return {"memory": used.ru_maxrss * _MAXRSS}
