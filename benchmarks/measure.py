"""One measurement in one fresh process: processor time, wall time, and memory beyond the data."""

import gc
import json
import os
import resource
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]
_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def fresh(
    case: str, data: Path, module: str = "benchmarks.cases", python: str | Path = sys.executable
) -> dict[str, Any]:
    """What a module of cases does by the name of `case` with the data, measured in a process of its own.

    Returns
    -------
    dict
        cpu and wall in seconds, memory in bytes, and what the case says of its result; or failed, with the reason.
    """
    done = subprocess.run(
        [python, "-m", "benchmarks.measure", case, data, module],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["no message"])[-1]}
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])  # a package may print before us
    return result


def cold(statement: str) -> dict[str, float]:
    """Seconds of a Python process that runs one statement, start and end of the interpreter included."""
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", statement], cwd=_ROOT)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{statement!r} failed.")
    return {"cpu": used.ru_utime + used.ru_stime, "wall": time.perf_counter() - begun}


def _cpu() -> float:
    """Seconds of all threads, and of the child processes that have ended."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def _memory(field: str) -> int:
    """VmRSS (now) or VmHWM (highest) in bytes; elsewhere than on Linux the highest since the process began."""
    if _STATUS.exists():
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith(field))
        return 1024 * int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _main(case: str, data: Path, module: str) -> None:
    work, describe = import_module(module).CASES[case](data)
    gc.collect()
    if os.access(_RESET, os.W_OK):
        _RESET.write_text("5")  # forgets the peak of loading
    held, wall, cpu = _memory("VmRSS"), time.perf_counter(), _cpu()
    result = work()
    cpu, wall = _cpu() - cpu, time.perf_counter() - wall
    print(json.dumps({"cpu": cpu, "wall": wall, "memory": _memory("VmHWM") - held} | describe(result)))


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
