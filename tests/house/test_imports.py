"""Importing the package is quick, loads nothing else, and leaves the world as it was."""

import json
import subprocess
import sys

import pytest

import clvmodels

MOST_SECONDS_OF_IMPORT = 0.3
OPTIONAL = {"arviz", "lifetimes", "nutpie", "polars", "pymc", "pyspark", "pytensor"}

LOADED = """
import json, sys
before = set(sys.modules)
{statements}
print(json.dumps(sorted({{name.partition(".")[0] for name in set(sys.modules) - before}})))
"""

SECONDS = """
import time
start = time.perf_counter()
import clvmodels
print(time.perf_counter() - start)
"""

IMPORT_ALL = """
import importlib, pkgutil, clvmodels
for module in pkgutil.walk_packages(clvmodels.__path__, "clvmodels."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""

# What the package uses is imported first: what those packages change while they are imported is not ours.
WORLD = """
import logging, os, random, signal, sys, threading, warnings
import duckdb, fsspec, jinja2, matplotlib, matplotlib.pyplot, matplotlib.style, narwhals, numpy, pandas, pyarrow, rich
import scipy.integrate, scipy.linalg, scipy.optimize, scipy.special, scipy.stats, typer
import pyarrow.csv, pyarrow.dataset, pyarrow.parquet, rich.console, rich.logging, rich.table, typer.testing

def options(config, prefix=""):
    for key, value in config.items():
        yield from options(value, prefix + key + ".") if isinstance(value, dict) else [(prefix + key, repr(value))]

def world():
    loggers = {name: logging.getLogger(name) for name in list(logging.root.manager.loggerDict)}
    return {
        "warning filters": repr(warnings.filters),
        "pandas options": dict(options(pandas._config.config._global_config)),
        "numpy errors": numpy.geterr(),
        "numpy printing": repr(numpy.get_printoptions()),
        "numpy random state": repr(numpy.random.get_state()),
        "random state": hash(random.getstate()),
        "matplotlib settings": repr({key: value for key, value in matplotlib.rcParams.items() if key != "backend"}),
        "matplotlib backend": matplotlib.get_backend(auto_select=False),
        "environment": dict(os.environ),
        "root logger": repr((logging.root.level, logging.root.handlers, logging.root.disabled)),
        "loggers": {name: repr((one.level, one.handlers, one.propagate)) for name, one in loggers.items()
                    if not name.startswith("clvmodels") and (one.handlers or one.level)},
        "own handlers": {name: repr(one.handlers) for name, one in loggers.items()
                         if name.startswith("clvmodels") and one.handlers},
        "working directory": os.getcwd(),
        "search path": list(sys.path),
        "threads": threading.active_count(),
        "interrupt": repr(signal.getsignal(signal.SIGINT)),
        "excepthook": repr(sys.excepthook),
        "recursion limit": sys.getrecursionlimit(),
    }
"""

CHANGES = """
import json
{world}
before = world()
{statements}
after = world()
print(json.dumps([name for name in before if before[name] != after[name]]))
"""

# One change to each part of the world, in the order of WORLD.
OFFENCES = {
    "warning filters": "warnings.simplefilter('ignore')",
    "pandas options": "pandas.set_option('display.max_rows', 7)",
    "numpy errors": "numpy.seterr(all='ignore')",
    "numpy printing": "numpy.set_printoptions(precision=3)",
    "numpy random state": "numpy.random.rand()",
    "random state": "random.random()",
    "matplotlib settings": "matplotlib.rcParams['figure.dpi'] = 33",
    "matplotlib backend": "matplotlib.use('svg')",
    "environment": "os.environ['OMP_NUM_THREADS'] = '17'",
    "root logger": "logging.basicConfig()",
    "loggers": "logging.getLogger('matplotlib').setLevel(50)",
    "own handlers": "logging.getLogger('clvmodels.x').addHandler(logging.StreamHandler())",
    "working directory": "os.chdir(os.pardir)",
    "search path": "sys.path.append('x')",
    "threads": "threading.Thread(target=threading.Event().wait, daemon=True).start()",
    "interrupt": "signal.signal(signal.SIGINT, signal.SIG_IGN)",
    "excepthook": "sys.excepthook = print",
    "recursion limit": "sys.setrecursionlimit(12345)",
}


def fresh_python(code: str) -> str:
    """What a new interpreter prints last, without the filters and plugins of this one."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def packages_loaded_by(statements: str) -> set[str]:
    loaded = json.loads(fresh_python(LOADED.format(statements=statements)))
    return set(loaded) - set(sys.stdlib_module_names)


def changes_made_by(statements: str) -> list[str]:
    return json.loads(fresh_python(CHANGES.format(world=WORLD, statements=statements)))


def test_importing_the_package_loads_no_other():
    assert packages_loaded_by("import clvmodels; dir(clvmodels); clvmodels.errors") == {"clvmodels"}


def test_the_look_at_loaded_packages_sees_them():
    assert "numpy" in packages_loaded_by("import clvmodels.arrays")


def test_importing_the_package_is_quick():
    # The best of three: other work on the machine is not ours.
    assert min(float(fresh_python(SECONDS)) for _ in range(3)) < MOST_SECONDS_OF_IMPORT


def test_no_module_needs_an_optional_package_to_be_imported():
    assert packages_loaded_by(IMPORT_ALL) & OPTIONAL == set()


def test_fitting_with_priors_needs_no_optional_package():
    statements = """
import clvmodels as clv
log = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
summary = log.summarize(time_unit="week", until="1997-09-30")
fits = {"Laplace": clv.BGNBD().fit(summary, clv.Laplace(draws=20)), "MAP": clv.BGNBD().fit(summary, clv.MAP())}
clv.compare(fits, summary)
clv.NUTS()
"""
    assert packages_loaded_by(statements) & OPTIONAL == set()


def test_importing_every_module_changes_no_global_state():
    assert changes_made_by(IMPORT_ALL) == []


def test_the_look_at_the_global_state_sees_each_change():
    # All in one interpreter, since loading what the package uses takes seconds.
    assert changes_made_by("\n".join(OFFENCES.values())) == list(OFFENCES)


class TestPublicNames:
    def test_every_name_is_there(self):
        missing = []
        for name in clvmodels.__all__:
            try:
                getattr(clvmodels, name)
            except (ImportError, AttributeError) as error:
                missing.append(f"{name}: {error}")
        assert missing == []

    def test_dir_shows_the_public_names(self):
        assert dir(clvmodels) == sorted(clvmodels.__all__)

    def test_each_name_is_fetched_from_one_place(self):
        homes = {*clvmodels._HOME, *clvmodels._SUBMODULES, "__version__"}
        assert homes == set(clvmodels.__all__)
        assert len(clvmodels.__all__) == len(homes)

    @pytest.mark.parametrize(
        ("name", "hint"),
        [("BGNDB", "Did you mean BGNBD?"), ("summary", "Summary"), ("qqqq", "Its public names are .*BGNBD")],
    )
    def test_a_wrong_name_is_answered_with_a_hint(self, name, hint):
        with pytest.raises(AttributeError, match=hint):
            getattr(clvmodels, name)

    def test_asking_whether_a_name_exists_works(self):
        assert not hasattr(clvmodels, "no_such_name")
