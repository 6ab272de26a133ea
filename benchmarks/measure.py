"""One measurement in one fresh process: processor time, wall time, and memory beyond the data."""

import gc
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.interfaces import Contender, Result, SkippedError, Work
from benchmarks.machine import THREADS

_ROOT = Path(__file__).resolve().parents[1]
_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_SKIPPED, _OUT_OF_MEMORY = 3, 4


def fresh(contender: Contender, data: Path, threads: int | None = None) -> Result:
    """What a contender does with the data, measured once in a process of its own."""
    python = os.environ.get(contender.python or "", "") or sys.executable
    limit = str(contender.gigabytes or 0)
    command = [python, "-m", "benchmarks.measure", contender.adapter, str(data.resolve()), limit]
    begun = time.perf_counter()
    code, out, err = _run(command, _environment(threads), contender.seconds)
    if code is None:
        return Result(contender.name, stopped=f"at the limit of {contender.seconds:,.0f} s, loading included")
    if code:
        return Result(contender.name, stopped=_reason(contender, code, err, time.perf_counter() - begun))
    said: dict[str, Any] = json.loads(out.splitlines()[-1])  # a package may print before us
    return Result(contender.name, said.pop("cpu"), said.pop("wall"), said.pop("memory"), said)


def _run(command: Sequence[str], environment: dict[str, str], seconds: float) -> tuple[int | None, str, str]:
    """Exit code, output and errors; the code is None if time was up, and children have been ended too."""
    process = subprocess.Popen(
        command,
        cwd=_ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return None, "", ""
    return process.returncode, out, err


def _environment(threads: int | None) -> dict[str, str]:
    """The environment as it is, or one with every setting of threads at a number."""
    return dict(os.environ) if threads is None else os.environ | dict.fromkeys(THREADS, str(threads))


def _reason(contender: Contender, code: int, errors: str, after: float) -> str:
    last = (errors.strip().splitlines() or ["no message"])[-1][:160]
    if code == _SKIPPED:
        hint = f"; {contender.python} may name a Python that has it" if contender.python else ""
        return f"skipped: {last}{hint}"
    if code == _OUT_OF_MEMORY:
        return f"at the limit of {contender.gigabytes:g} GB, after {after:,.0f} s: {last}"
    return f"after {after:,.0f} s: {last}"


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


def _timed(work: Work) -> dict[str, Any]:
    run, describe = work
    gc.collect()
    if os.access(_RESET, os.W_OK):
        _RESET.write_text("5")  # forgets the peak of loading
    held, wall, cpu = _memory("VmRSS"), time.perf_counter(), _cpu()
    result = run()
    cpu, wall = _cpu() - cpu, time.perf_counter() - wall
    return {"cpu": cpu, "wall": wall, "memory": _memory("VmHWM") - held} | describe(result)


def _main(adapter: str, data: Path, gigabytes: float) -> int:
    module, _, function = adapter.partition(":")
    if gigabytes:
        resource.setrlimit(resource.RLIMIT_DATA, (int(gigabytes * 1e9),) * 2)
    try:
        work = getattr(import_module(f"benchmarks.adapters.{module}"), function)(data)
        print(json.dumps(_timed(work)))
    except (SkippedError, ModuleNotFoundError) as missing:
        print(missing, file=sys.stderr)
        return _SKIPPED
    except MemoryError as error:
        print(" ".join(str(error).split()) or "MemoryError", file=sys.stderr)
        return _OUT_OF_MEMORY
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])))
