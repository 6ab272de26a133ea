"""Simulated shops: logs of customers who come week by week, and configurations to retrain on them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from clvmodels.retrain import Config, load_config

START = date(2023, 1, 2)
_MOST_PURCHASES = 80


@dataclass(frozen=True)
class Shop:
    """A BG/NBD world with Gamma-Gamma order values; times in weeks.

    Attributes
    ----------
    new_per_week
        Customers won, a Poisson number.
    weeks
        Length of the log.
    change, factor
        From this week on, only this share of repeat purchases is still made.
    """

    new_per_week: float = 12.0
    weeks: int = 60
    r: float = 0.8
    alpha: float = 6.0
    a: float = 0.8
    b: float = 3.0
    change: float = np.inf
    factor: float = 1.0

    def log(self, seed: int) -> pd.DataFrame:
        """Its log: id, day, paid."""
        rng = np.random.default_rng(seed)
        customers = rng.poisson(self.new_per_week * self.weeks)
        born = rng.uniform(0, self.weeks, customers)
        rate = rng.gamma(self.r, 1 / self.alpha, customers)
        stays = rng.geometric(np.maximum(rng.beta(self.a, self.b, customers), 1e-6))
        gaps = rng.exponential(1 / rate[:, None], (customers, _MOST_PURCHASES))
        times = np.column_stack([born, born[:, None] + np.cumsum(gaps, axis=1)])
        # The first purchase ends nobody; after each later one a customer may stop.
        made = (np.arange(_MOST_PURCHASES + 1) <= stays[:, None]) & (times < self.weeks)
        made[:, 1:] &= (times[:, 1:] < self.change) | (rng.random(gaps.shape) < self.factor)
        who, which = np.nonzero(made)
        spent = rng.gamma(6.0, 1 / rng.gamma(4.0, 1 / 15.0, customers)[who])
        days = np.floor(7 * times[who, which]).astype(int)
        log = pd.DataFrame({"id": who, "day": pd.Timestamp(START) + pd.to_timedelta(days, unit="D"), "paid": spent})
        return log.sort_values("day", ignore_index=True).round({"paid": 2})


def day(week: float) -> date:
    """The first day of a week of the log."""
    return START + timedelta(days=round(7 * week))


# A job as quick as it gets: no intervals, no report, one cut-off.
QUICK: Mapping[str, Mapping[str, Any]] = {
    "source": {"customer": "id", "time": "day", "amount": "paid", "files": "log.parquet"},
    "value": {"horizon": "13 weeks", "level": "none"},
    "backtest": {"horizon": "8 weeks", "cutoffs": 1, "heuristics": []},
    "drift": {"windows": ["1 week"]},
    "output": {"report": False},
}


def toml(*tables: Mapping[str, Mapping[str, Any]], candidates: tuple[Mapping[str, Any], ...] = ()) -> str:
    """Sections as TOML, later tables over earlier ones."""
    merged: dict[str, dict[str, Any]] = {}
    for table in tables:
        for section, keys in table.items():
            merged.setdefault(section, {}).update(keys)
    parts = [f"[{section}]\n{_keys(keys)}" for section, keys in merged.items()]
    return "\n".join([*parts, *(f"[[candidates]]\n{_keys(keys)}" for keys in candidates)])


def _keys(keys: Mapping[str, Any]) -> str:
    return "".join(f"{name} = {_written(value)}\n" for name, value in keys.items())


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name} = {_written(entry)}" for name, entry in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    return f"'{value}'" if isinstance(value, str) else repr(value)


def shop(folder: Path, log: pd.DataFrame, *tables: Mapping[str, Mapping[str, Any]], **keywords: Any) -> Config:
    """A folder with a log and its configuration."""
    log.to_parquet(folder / "log.parquet")
    (folder / "clv.toml").write_text(toml(QUICK, *tables, **keywords))
    return load_config(folder / "clv.toml")
