"""All cases, and what is asked of them."""

from dataclasses import replace

from benchmarks import data
from benchmarks.interfaces import Bar, Case, Contender, Data

PYMC = "CLVMODELS_PYMC_PYTHON"
MILLION, TEN = 1_000_000, 10_000_000

SORT = Contender("limit: np.sort of the keys", "limits:sort")
FIT, CHECKED = Contender("clvmodels, fit", "fits:fit"), Contender("clvmodels, checks and fit", "fits:checked")
LIFETIMES = Contender("lifetimes", "lifetimes:fit")
CLVTOOLS = Contender("CLVTools", "clvtools:fit", repeats=1)
# It has priors, which move the mode; and a model is compiled within its time.
MODE = Contender("PyMC-Marketing, mode", "pymc_marketing:maximum", PYMC, seconds=300, repeats=1, close=5.0)

FAMILY = (
    Contender("clvmodels, BG/NBD", "fits:fit"),
    Contender("clvmodels, MBG/NBD", "fits:mbgnbd", model="MBG/NBD"),
    Contender("clvmodels, NBD", "fits:nbd", model="NBD"),
    Contender("clvmodels, Pareto/NBD", "fits:pareto_nbd", model="Pareto/NBD"),
)
LIFETIMES_PARETO = Contender("lifetimes, Pareto/NBD", "lifetimes:pareto_nbd", repeats=1, model="Pareto/NBD")

SPEND = Contender("clvmodels", "fits:spend", model="Gamma-Gamma")
LIFETIMES_SPEND = Contender("lifetimes", "lifetimes:spend", model=SPEND.model)

VALUE, LIFETIMES_VALUE = Contender("clvmodels", "values:value"), Contender("lifetimes", "lifetimes:value", repeats=2)
SCORES, READ_WRITE = (
    Contender("clvmodels", "values:scores"),
    Contender("limit: read and write", "values:read_and_write"),
)
INTERVALS = Contender("clvmodels", "values:intervals", repeats=1)
PYMC_INTERVALS = Contender(
    "PyMC-Marketing", "pymc_marketing:intervals", PYMC, seconds=900, gigabytes=12, repeats=1
)  # fmt: skip

LAPLACE, NUTS = Contender("clvmodels, Laplace", "posteriors:laplace"), Contender(
    "clvmodels, NUTS", "posteriors:nuts", repeats=1
)  # fmt: skip
PYMC_NUTS = Contender("PyMC-Marketing", "pymc_marketing:sample", PYMC, seconds=600, repeats=1)

PANDAS, POLARS, DUCKDB = (Contender(f"clvmodels, {name}", f"logs:from_{name.lower()}") for name in (
    "pandas", "Polars", "DuckDB",
))  # fmt: skip
POLARS_LAZY = Contender("clvmodels, Polars lazy", "logs:from_polars_lazy")
LIFETIMES_LOG = Contender("lifetimes, pandas", "lifetimes:summarize", repeats=1)
SQL, SQL_ALL = Contender("SQL, four columns", "limits:sql"), Contender("SQL, all columns", "limits:sql_same_columns")
POLARS_QUERY = Contender("Polars query, four columns", "limits:polars")
POLARS_ALL = Contender("Polars query, all columns", "limits:polars_same_columns")
COMMAND_FIT = Contender("clvmodels fit", "logs:command_fit", seconds=3600, repeats=1)
COMMAND_SCORE = Contender("clvmodels score", "logs:command_score", seconds=3600, repeats=1)

NOTHING, PACKAGE = Contender("`pass`", "imports:nothing"), Contender("`import clvmodels`", "imports:package", repeats=5)
NAMES = Contender("`from clvmodels import BGNBD, Summary`", "imports:names")
LIFETIMES_IMPORT = Contender("`from lifetimes import BetaGeoFitter`", "imports:lifetimes")


def _less(contender: Contender, rival: Contender, times: float, measure: str = "cpu") -> Bar:
    """So many times less than the rival."""
    return Bar(contender.name, measure, "at least", times, rival.name)


def _within(contender: Contender, limit: Contender, times: float, measure: str = "cpu") -> Bar:
    """At most so many times the limit."""
    return Bar(contender.name, measure, "at most", times, limit.name)


def _below(contender: Contender, measure: str, most: float) -> Bar:
    return Bar(contender.name, measure, "at most", most)


def _fit(name: str, customers: Data, bars: tuple[Bar, ...] = (), *, short: bool = False, repeats: int = 3) -> Case:
    contenders = (FIT, CHECKED, LIFETIMES, MODE, CLVTOOLS, SORT)
    contenders = tuple(replace(one, repeats=min(one.repeats, repeats)) for one in contenders)
    return Case(name, "BG/NBD", customers, contenders, LIFETIMES.name, bars, "likelihood", short=short)


def _fits() -> list[Case]:
    """Narrow data from CDNOW to ten million customers, and wide ones."""
    main = (
        _less(FIT, LIFETIMES, 200), _less(CHECKED, LIFETIMES, 100), _below(FIT, "memory", 6e8),
    )  # fmt: skip
    most = (
        _less(FIT, LIFETIMES, 300), _less(CHECKED, LIFETIMES, 300), _within(CHECKED, SORT, 8),
        _below(CHECKED, "memory", 1e9),
    )  # fmt: skip
    wide, small = (tuple(_less(one, LIFETIMES, times) for one in (FIT, CHECKED)) for times in (25, 5))
    million = _fit("fit-1m", data.usual(MILLION), main, short=True)
    return [
        _fit("fit-cdnow", data.cdnow(), small, short=True),
        _fit("fit-10k", data.usual(10_000)),
        _fit("fit-100k", data.usual(100_000)),
        million,
        replace(million, name="fit-1m-one-thread", threads=1, short=False),
        _fit("fit-1m-long", data.long(MILLION), wide),
        _fit("fit-1m-heavy", data.heavy(MILLION), wide),
        _fit("fit-1m-off-grid", data.off_grid(MILLION), wide),
        _ten_million(_fit("fit-10m", data.usual(TEN), most)),
    ]


def _ten_million(case: Case) -> Case:
    """One run of the rivals, which take minutes."""
    rare = {LIFETIMES.name, MODE.name, CLVTOOLS.name}
    contenders = tuple(replace(one, repeats=1) if one.name in rare else one for one in case.contenders)
    return replace(case, contenders=contenders)


def _family() -> list[Case]:
    """Other models beside BG/NBD. Ratios are bars and not in the tables, as they are of the same model alone."""
    group, (usual, *others) = "The family", FAMILY
    bars, beside = tuple(_within(one, usual, 20) for one in others), (*FAMILY, LIFETIMES_PARETO)
    times = _less(others[-1], LIFETIMES_PARETO, 100)
    adapters = ("laplace", "mbgnbd", "nbd", "pareto_nbd")
    posteriors = tuple(replace(one, adapter=f"posteriors:{name}") for one, name in zip(FAMILY, adapters, strict=True))
    return [
        Case("family-cdnow", group, data.cdnow(), beside, None, bars, "likelihood", short=True),
        Case("family-1m", group, data.leaving(MILLION), beside, None, (*bars, times), "likelihood"),
        Case("family-1m-off-grid", group, data.leaving(MILLION, whole_days=False), FAMILY, None, bars, "likelihood"),
        Case("family-posterior-cdnow", "Posteriors of the family", data.cdnow(), posteriors, None, bars),
    ]


def _spends() -> list[Case]:
    contenders, bars = (SPEND, LIFETIMES_SPEND), (_less(SPEND, LIFETIMES_SPEND, 20),)
    million = Case(
        "spend-1m", "Gamma-Gamma", data.usual(MILLION), contenders, LIFETIMES_SPEND.name, bars, "likelihood", short=True
    )
    return [replace(million, name="spend-cdnow", data=data.cdnow(), bars=()), million]


def _values() -> list[Case]:
    """lifetimes adds up months of 4.345 weeks, paid at the end of each, so that its values are up to 1% others."""
    contenders, bars = (VALUE, LIFETIMES_VALUE), (_less(VALUE, LIFETIMES_VALUE, 50),)
    million = Case(
        "value-1m", "Value of a year", data.usual(MILLION), contenders, LIFETIMES_VALUE.name, bars, "numbers", 0.02,
        short=True,
    )  # fmt: skip
    scores = Case(
        "scores-10m", "Scores, from Parquet to Parquet", data.usual(TEN), (SCORES, READ_WRITE), READ_WRITE.name,
        (_below(SCORES, "wall", 20), _below(SCORES, "memory", 4e9)),
    )  # fmt: skip
    return [
        replace(million, name="value-cdnow", data=data.cdnow(), bars=()),
        million,
        replace(million, name="value-1m-one-thread", threads=1, short=False),
        replace(scores, name="scores-1m", data=data.usual(MILLION), bars=(), short=True),
        scores,
    ]


def _summaries() -> list[Case]:
    contenders = (PANDAS, POLARS, POLARS_LAZY, DUCKDB, LIFETIMES_LOG, SQL, SQL_ALL, POLARS_QUERY, POLARS_ALL)
    bars = (
        _less(PANDAS, LIFETIMES_LOG, 3),
        _within(DUCKDB, SQL_ALL, 1.3),
        _within(POLARS, POLARS_ALL, 1.3),
        _within(POLARS, SQL_ALL, 1.3),
        _within(POLARS_LAZY, POLARS_ALL, 1.3),
        _within(POLARS_LAZY, SQL_ALL, 1.3),
    )
    ten = Case("summary-10m", "Summary of a log", data.log(TEN), contenders, LIFETIMES_LOG.name, bars, "numbers")
    commands = Case("command-1m", "Command line", data.log(MILLION), (COMMAND_FIT, COMMAND_SCORE))
    memory = tuple(_below(one, "memory", 6e9) for one in (COMMAND_FIT, COMMAND_SCORE))
    return [
        replace(ten, name="summary-1m", data=data.log(MILLION), bars=(), short=True),
        ten,
        replace(commands, short=True),
        replace(commands, name="command-10m", data=data.log(TEN)),
        replace(commands, name="command-100m", data=data.log(100_000_000), bars=memory),
    ]


def _posteriors() -> list[Case]:
    small = (
        Bar(LAPLACE.name, "effective", "at least", 1_000),
        _below(LAPLACE, "wall", 2),
        _less(LAPLACE, PYMC_NUTS, 15),
        _less(LAPLACE, PYMC_NUTS, 15, "wall"),
    )
    large = (_below(LAPLACE, "wall", 10), _below(LAPLACE, "memory", 1.5e9), _below(NUTS, "wall", 480))
    cdnow = Case(
        "posterior-cdnow", "Posterior of BG/NBD", data.cdnow(), (LAPLACE, NUTS, PYMC_NUTS), PYMC_NUTS.name, small
    )
    intervals = Case(
        "intervals-1m", "Value of a year, with 90% intervals", data.usual(MILLION), (INTERVALS, PYMC_INTERVALS),
        PYMC_INTERVALS.name, (_below(INTERVALS, "wall", 60), _below(INTERVALS, "memory", 2e9)),
    )  # fmt: skip
    return [
        cdnow,
        replace(cdnow, name="posterior-10k", data=data.usual(10_000), bars=()),
        replace(
            cdnow, name="posterior-1m", data=data.usual(MILLION), contenders=(LAPLACE, NUTS), rival=None, bars=large
        ),
        replace(intervals, name="intervals-cdnow", data=data.cdnow(), bars=()),
        intervals,
    ]


def _imports() -> list[Case]:
    bars = (_below(PACKAGE, "cpu", 0.3), _below(PACKAGE, "wall", 0.3))
    contenders = (NOTHING, PACKAGE, NAMES, LIFETIMES_IMPORT)
    return [Case("import", "A fresh Python process", data.nothing(), contenders, bars=bars, short=True)]


_ALL = (*_fits(), *_family(), *_spends(), *_values(), *_summaries(), *_posteriors(), *_imports())
CASES = {case.name: case for case in _ALL}
