"""The data of one fit, read from a summary in the form that a model's kernel wants."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from clvmodels.arrays import Array, FloatArray
from clvmodels.errors import InputError, WrongTypeError
from clvmodels.fitting.compress import Compressed, compress_purchases, uncompressed
from clvmodels.fitting.specification import Specification
from clvmodels.kernels.derivatives import Derivatives
from clvmodels.transactions import Summary, score
from clvmodels.units import TimeUnit

# Columns that predictors may read.
NUMBERS = (
    "frequency", "recency", "T", "monetary_value", "spend_periods", "first_value", "total_value", "log_gaps",
)  # fmt: skip

_BLOCK = 16_384  # rows whose temporaries stay in the processor's cache


@dataclass(frozen=True)
class Problem:
    """A model and the distinct rows of the customers that inform it."""

    specification: Specification
    data: Compressed

    @property
    def customers(self) -> int:
        """Number of customers that inform the model."""
        return self.data.customers

    @cached_property
    def rows(self) -> Any:
        """The data as the kernel prepares them."""
        return self.specification.kernel.prepare(*self.data.columns, self.data.counts)

    def objective(self, u: FloatArray) -> Derivatives:
        """Log-likelihood and its derivatives at log-parameters u, shape (k,)."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # far steps are judged by their value
            derivatives: Derivatives = self.specification.kernel.derivatives(self.rows, np.exp(u))
        return derivatives

    def sample(self, size: int) -> "Problem":
        """About `size` rows, taken in even steps through the customers, so that sorted rows make a stratified sample.

        A row of more customers than a step stays as it is; any other that is taken stands for one step.
        """
        counts = self.data.counts
        step = counts.sum() / size
        step = np.minimum(counts, step).sum() / size  # shorter, as large rows are taken once
        passed = np.floor(np.cumsum(np.minimum(counts / step, 1.0)))
        taken = np.flatnonzero(np.diff(passed, prepend=0.0))
        columns = tuple(column[taken] for column in self.data.columns)
        return Problem(self.specification, uncompressed(*columns, counts=np.maximum(counts[taken], step)))

    def fingerprint(self) -> str:
        """Hash of the rows and counts: the same for the same data, in whatever order, merged or not."""
        sums = np.zeros(2, dtype=np.uint64)
        for start in range(0, len(self.data.counts), _BLOCK):
            block = slice(start, start + _BLOCK)
            row = np.zeros(len(self.data.counts[block]), dtype=np.uint64)
            for column in self.data.columns:
                row ^= (column[block] + 0.0).view(np.uint64)  # + 0.0 makes -0.0 the same as 0.0
                _scramble(row)
            counts = self.data.counts[block].astype(np.uint64)
            for place in (0, 1):
                _scramble(row)
                sums[place : place + 1] += np.sum(counts * row)
        return hashlib.sha256(f"{self.customers} {sums.tolist()}".encode()).hexdigest()[:32]


def _scramble(bits: Array) -> None:
    """Make every bit depend on every bit, in place (the finaliser of SplitMix64); overflow is meant."""
    bits += np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        bits ^= bits >> np.uint64(shift)
        bits *= np.uint64(factor)
    bits ^= bits >> np.uint64(31)


def read_purchases(specification: Specification, summary: Summary) -> Problem:
    """The (x, t_x, T) of a summary, merged."""
    unit = summary.time_unit.days
    if summary.is_lazy:
        distinct, counts = summary.distinct(specification.columns)
        columns = tuple(distinct[name] for name in specification.columns)
        if not len(counts):
            raise InputError("The summary has no customers.", advice="See summary.report for what was set aside.")
        return Problem(specification, uncompressed(*columns, counts=counts.astype(float)))
    x, t_x, T = (summary.column(name) for name in specification.columns)
    return Problem(specification, compress_purchases(x, t_x, T, unit))


def read_spend(specification: Specification, summary: Summary) -> Problem:
    """Number and mean of the orders of the customers that have any with an amount."""
    x, m, counts = spend_columns(summary)
    spent = x > 0
    if not spent.any():
        raise InputError(
            f"{specification.name} needs customers with a repeat purchase of an amount above 0, and there is none.",
            advice="Observe for longer, or use include_first=True to let first purchases inform the order value.",
        )
    return Problem(specification, uncompressed(x[spent], m[spent], counts=counts[spent]))


def spend_inputs(summary: Summary) -> tuple[str, str]:
    """Names of the columns that hold the number and the mean of a customer's orders."""
    return ("spend_periods" if require_summary(summary).has("spend_periods") else "frequency"), "monetary_value"


def spend_columns(summary: Summary) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Orders with an amount, their mean (0 where there is none), and counts of equal rows (ones on eager frames)."""
    orders, mean = spend_inputs(summary)
    if summary.is_lazy:
        distinct, counts = summary.distinct((orders, mean))
        return *clean_spend(distinct[orders], distinct[mean]), counts.astype(float)
    x, m = clean_spend(summary.column(orders), summary.column(mean))
    return x, m, np.ones(len(x))


def clean_spend(orders: FloatArray, mean: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Orders and mean, both 0 where the mean is missing or 0: such a customer says nothing about order values."""
    known = mean > 0
    return np.where(known, orders, 0.0), np.where(known, mean, 0.0)


def require_summary(value: object) -> Summary:
    """The value if it is a Summary.

    Raises
    ------
    WrongTypeError
        Naming what it is, such as a pandas DataFrame, and how to make a Summary of it.
    """
    if isinstance(value, Summary):
        return value
    kind = f"{type(value).__module__.partition('.')[0]}.{type(value).__name__}".removeprefix("builtins.")
    raise WrongTypeError(
        f"A Summary is needed, and this is a {kind}: a time without its unit cannot be used.",
        advice='Make one by Transactions(...).summarize(time_unit="week"), or Summary.from_frame(frame, "week").',
    )


def unit_factor(summary: Summary, unit: TimeUnit) -> float:
    """What times of the summary are multiplied by to be in `unit`."""
    return 1.0 if summary.time_unit is unit else summary.time_unit.days / unit.days


def attach(summary: Summary, predict: Callable[[Summary], Mapping[str, FloatArray]]) -> Any:
    """Customer ids and what `predict` makes of the summary, in the caller's kind of frame.

    Parameters
    ----------
    summary
        On any engine; a lazy one is read in blocks of rows.
    predict
        From an eager summary, or a block of a lazy one, to arrays by name.
    """
    if not require_summary(summary).is_lazy:
        return score(summary, (), lambda _: predict(summary))
    columns = [name for name in NUMBERS if summary.has(name)]
    return score(summary, columns, lambda values: predict(in_memory(summary, values)))


def counted(summary: Summary) -> tuple[Summary, FloatArray | float]:
    """The summary and 1 where it is eager; where it is lazy its distinct rows in memory and how many have each."""
    if not require_summary(summary).is_lazy:
        return summary, 1.0
    values, counts = summary.distinct([name for name in NUMBERS if summary.has(name)])
    return in_memory(summary, values), counts.astype(float)


def in_memory(summary: Summary, values: Mapping[str, FloatArray]) -> Summary:
    """A summary of some rows, with the given columns only."""
    import pyarrow as pa

    return replace(summary, frame=pa.table(dict(values)))
