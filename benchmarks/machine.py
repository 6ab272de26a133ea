"""What a timing depends on besides the code; nothing that names a machine or its owner."""

import hashlib
import os
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

_PACKAGES = (
    "clvmodels", "numpy", "scipy", "pandas", "narwhals", "pyarrow", "duckdb", "polars", "lifetimes", "autograd",
    "pymc", "nutpie", "arviz",
)  # fmt: skip
THREADS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "NUMEXPR_NUM_THREADS",
    "POLARS_MAX_THREADS",
)  # fmt: skip
_CPU = Path("/proc/cpuinfo")


def describe() -> dict[str, Any]:
    """Versions, processor and the environment's thread settings."""
    return {
        "python": platform.python_version(),
        "packages": {name: found for name in _PACKAGES if (found := _version(name))},
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "threads": {name: os.environ[name] for name in THREADS if name in os.environ} or "default",
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    lines = _CPU.read_text().splitlines() if _CPU.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def sources() -> str:
    """Hash of the package's code, by which it is told whether figures are of the code that is here."""
    package = Path(__file__).resolve().parents[1] / "clvmodels"
    texts = (path.read_bytes() for path in sorted(package.rglob("*.py")))
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:16]


def line(machine: Mapping[str, Any]) -> str:
    """What figures depend on besides the code, as a sentence."""
    packages = ", ".join(f"{name} {number}" for name, number in machine["packages"].items())
    return (
        f"{machine['system']}, {machine['cores']} cores, {machine['processor']}; threads: {machine['threads']}. "
        f"Python {machine['python']}, {packages}."
    )
