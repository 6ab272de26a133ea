"""What all tests share: their size, the programs that some need, and data that are not part of the repository."""

import os
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, NoReturn, cast

import hypothesis
import pytest

REPOSITORY = Path(__file__).parents[1]
SIZES = ("modest", "full")

# Times vary too much between machines for a deadline per example.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


def chosen_size() -> Literal["modest", "full"]:
    """How much a slow statistical test may compute, from the environment variable CLVMODELS_TEST_SIZE."""
    wanted = os.environ.get("CLVMODELS_TEST_SIZE", "modest")
    if wanted not in SIZES:
        pytest.fail(f"CLVMODELS_TEST_SIZE is {wanted!r}; it must be one of {', '.join(SIZES)}.")
    return cast("Literal['modest', 'full']", wanted)


@pytest.fixture(scope="session")
def size() -> Literal["modest", "full"]:
    """The size that `chosen_size` gives."""
    return chosen_size()


@pytest.fixture(scope="session")
def require_program() -> Callable[..., str]:
    """`require_program("java")` gives the path of a program, the first that is there if several are named.

    Without it the test skips, or fails where skipping is forbidden (CLVMODELS_FORBID_SKIPS=1).
    """

    def path_of(*names: str) -> str:
        for name in names:
            if path := shutil.which(name):
                return path
        _skip(f"{' or '.join(names)} is not installed")

    return path_of


@pytest.fixture(scope="session")
def require_package() -> Callable[..., ModuleType]:
    """`require_package("pymc")` gives an optional package, without the warnings of its import.

    Without it the test skips, or fails where skipping is forbidden.
    """

    def module_of(name: str) -> ModuleType:
        if find_spec(name) is None:
            _skip(f"{name} is not installed")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return import_module(name)

    return module_of


@pytest.fixture(scope="session")
def spark(require_program: Callable[..., str], require_package: Callable[..., ModuleType]) -> Iterator[Any]:
    """The one Spark session of a test process: two cores, small, and in a zone whose clocks jump."""
    require_program("java")
    require_package("pyspark")
    from pyspark.sql import SparkSession

    # Workers are started by the same Python, and find what the tests import.
    os.environ |= {"PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable}
    builder = SparkSession.builder.master("local[2]").appName("clvmodels tests")
    for key, value in SPARK.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


SPARK = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "1g",
    # Compiling code for a handful of rows takes longer than all else.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.ui.enabled": "false",
    "spark.sql.session.timeZone": "America/New_York",
    "spark.executorEnv.PYTHONPATH": os.pathsep.join([str(REPOSITORY), os.environ.get("PYTHONPATH", "")]),
}


def _skip(missing: str) -> NoReturn:
    if os.environ.get("CLVMODELS_FORBID_SKIPS", "0") not in {"", "0"}:
        pytest.fail(f"{missing}, and CLVMODELS_FORBID_SKIPS forbids to skip the test.")
    pytest.skip(missing)


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """`shared("data/donations")` gives a path in the folder of data that are not part of the repository.

    That folder is the environment variable CLVMODELS_SHARED, else `shared` beside the repository. The test skips where
    the path is absent.
    """
    folder = Path(os.environ.get("CLVMODELS_SHARED") or REPOSITORY.parent / "shared")

    def path_of(inside: str) -> Path:
        path = folder / inside
        if not path.exists():
            pytest.skip(f"optional: {inside} is not in the folder that CLVMODELS_SHARED names")
        return path

    return path_of
