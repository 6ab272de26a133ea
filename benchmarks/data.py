"""Data sets: simulated customers and logs, from fixed seeds, and the CDNOW sample."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.adapters.sums import UNTIL
from benchmarks.interfaces import Data
from benchmarks.simulate import FloatArray, Population, order_means, simulate, simulate_log
from clvmodels import Summary, Transactions, datasets

_SEED = 1
_USUAL, _LONG = Population(), Population(longest=208)
_HEAVY = Population(r=1.5, alpha=6.0, a=0.3, b=3.0, longest=208)
# Buyers of five orders on average, so that 100,000,000 transactions are those of some 20,000,000 customers.
_LOGGED = Population(r=0.6, alpha=5.0, a=0.5, b=2.7, shortest=20, longest=104)
_PARETO = Population(r=0.553, alpha=10.578, lifetime=(0.606, 11.669))
_TOGETHER = 1_000_000


def cdnow() -> Data:
    """The CDNOW sample of 2,357 customers, with its order values."""
    return Data("cdnow.npz", "CDNOW, 2,357 customers, 39 weeks", 2_357, _write_cdnow)


def nothing() -> Data:
    """For cases that are about the machine alone."""
    return Data("nothing", "-", 0, Path.touch)


def usual(customers: int) -> Data:
    """Customers like CDNOW's: few distinct rows."""
    return _simulated(f"{customers:,} simulated, 26 to 39 weeks", customers, _USUAL)


def long(customers: int) -> Data:
    """Half of all rows are distinct."""
    return _simulated(f"{customers:,} simulated, half a year to four years", customers, _LONG)


def heavy(customers: int) -> Data:
    """Nearly all rows are distinct."""
    return _simulated(f"{customers:,} simulated, frequent buyers, to four years", customers, _HEAVY)


def off_grid(customers: int) -> Data:
    """No two rows are equal: purchases have times of day."""
    label = f"{customers:,} simulated, 26 to 39 weeks, times not in whole days"
    return _simulated(label, customers, _USUAL, whole_days=False)


def leaving(customers: int, *, whole_days: bool = True) -> Data:
    """Customers like CDNOW's as Pareto/NBD sees them."""
    label = f"{customers:,} simulated by Pareto/NBD, 26 to 39 weeks"
    return _simulated(
        label if whole_days else f"{label}, times not in whole days", customers, _PARETO, whole_days=whole_days
    )


def log(transactions: int) -> Data:
    """A log in Parquet, ordered by date: customer_id, date, amount."""
    return Data(
        f"log-{transactions}.parquet", f"{transactions:,} transactions", transactions, partial(_log, transactions)
    )


def stored(data: Data, folder: Path) -> Path:
    """The file of a data set, written on first use."""
    path = folder / data.name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"unfinished-{data.name}")
        data.make(unfinished)
        unfinished.rename(path)
    return path


def _simulated(label: str, customers: int, population: Population, *, whole_days: bool = True) -> Data:
    def make() -> dict[str, FloatArray]:
        columns = simulate(customers, population, _SEED, whole_days=whole_days)
        return columns | {"monetary_value": order_means(columns["frequency"], _SEED)}

    name = "".join(letter if letter.isalnum() else "-" for letter in label.replace(",", ""))
    return Data(f"{name}.npz", label, customers, partial(_save, make))


def _save(make: Callable[[], dict[str, FloatArray]], path: Path) -> None:
    np.savez(path, allow_pickle=False, **make())


def _write_cdnow(path: Path) -> None:
    log = Transactions(datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    summary: Summary = log.summarize(time_unit="week", until="1997-09-30")
    names = ("frequency", "recency", "T", "monetary_value")
    np.savez(path, allow_pickle=False, **{name: summary.column(name) for name in names})


def _log(transactions: int, path: Path) -> None:
    """Written in parts, customers by customers, and then ordered by date as logs are."""
    import duckdb
    import pyarrow as pa
    import pyarrow.parquet as pq

    with TemporaryDirectory(dir=path.parent) as folder:
        for number, part in enumerate(_parts(transactions)):
            pq.write_table(pa.table(part), Path(folder, f"{number:04}.parquet"))
        order = f"SELECT * FROM read_parquet('{folder}/*.parquet') ORDER BY date"
        with duckdb.connect(config={"temp_directory": folder, "memory_limit": "6GB"}) as connection:
            connection.execute(f"COPY ({order}) TO '{path}' (FORMAT parquet)")


def _parts(transactions: int) -> Iterator[dict[str, np.ndarray]]:
    made, customers, rng = 0, 0, np.random.default_rng(_SEED)
    while made < transactions:
        size = min(_TOGETHER, transactions)
        customer, age, T = simulate_log(size, _LOGGED, rng)
        left = slice(0, transactions - made)
        amounts = np.round(
            np.maximum(rng.gamma(2.0, 1.0, len(customer)) * rng.gamma(3.0, 6.0, size)[customer], 0.01), 2
        )
        day = np.datetime64(UNTIL, "us") - (T[customer] - age).astype("timedelta64[D]")
        yield {"customer_id": (customer + customers)[left], "date": day[left], "amount": amounts[left]}
        made, customers = made + len(customer), customers + size
