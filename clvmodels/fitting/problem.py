"""The data of one fit, read from a summary in the form that a model's kernel wants."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from clvmodels.arrays import Array, FloatArray, IntArray
from clvmodels.errors import InputError, WrongTypeError
from clvmodels.fitting.compress import Compressed, compress_purchases, uncompressed
from clvmodels.fitting.coordinates import Scale
from clvmodels.fitting.specification import Specification
from clvmodels.kernels.derivatives import Derivatives, weighted_sum
from clvmodels.transactions import Summary, SummaryReport, is_group_code, is_recent, score
from clvmodels.units import TimeUnit

# Columns that predictors may read.
NUMBERS = (
    "frequency", "recency", "T", "monetary_value", "spend_periods", "first_value", "total_value", "log_gaps",
)  # fmt: skip

_BLOCK = 16_384  # rows whose temporaries stay in the processor's cache


@dataclass(frozen=True)
class Problem:
    """A model, the distinct rows of the customers that inform it, and their scale."""

    specification: Specification
    data: Compressed
    scale: Scale

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

    def log_likelihoods(self, u: FloatArray) -> FloatArray:
        """Log-likelihoods, shape (n,), at log-parameters u, shape (n, k)."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            values: FloatArray = self.specification.kernel.log_likelihoods(self.rows, np.exp(u))
        return np.where(np.isfinite(values), values, -np.inf)

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
        return replace(self, data=uncompressed(*columns, counts=np.maximum(counts[taken], step)))

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


@dataclass(frozen=True)
class Rows:
    """Columns of a summary in memory.

    Attributes
    ----------
    columns
        Each of shape (rows,).
    counts
        Customers per row of a lazy summary, which are merged already; None where each row is one customer.
    """

    columns: tuple[FloatArray, ...]
    counts: FloatArray | None

    def where(self, chosen: Array) -> "Rows":
        """Some of the rows, by a mask of shape (rows,)."""
        return Rows(
            tuple(column[chosen] for column in self.columns), None if self.counts is None else self.counts[chosen]
        )


def read(summary: Summary, names: Sequence[str]) -> Rows:
    """Columns of a summary; of a lazy one by one query.

    Raises
    ------
    InputError
        If there are no customers.
    """
    if not require_summary(summary).is_lazy:
        return Rows(tuple(summary.column(name) for name in names), None)
    distinct, counts = summary.distinct(names)
    if not len(counts):
        raise InputError("The summary has no customers.", advice="See summary.report for what was set aside.")
    return Rows(tuple(distinct[name] for name in names), counts.astype(float))


def purchase_problem(specification: Specification, rows: Rows, unit: TimeUnit) -> Problem:
    """The (x, t_x, T) of a summary, merged."""
    x, t_x, T = rows.columns
    counts = rows.counts
    data = compress_purchases(x, t_x, T, unit.days) if counts is None else uncompressed(x, t_x, T, counts=counts)
    return Problem(specification, data, Scale(unit, time=_mean(data, 2)))


def spend_problem(specification: Specification, rows: Rows, unit: TimeUnit) -> Problem:
    """Number and mean of the orders of the customers that have any with an amount."""
    x, m = rows.columns
    spent = np.flatnonzero((x > 0) & (m > 0))  # a missing mean is not above 0
    if not len(spent):
        raise InputError(
            f"{specification.name} needs customers with a repeat purchase of an amount above 0, and there is none.",
            advice="Observe for longer, or use include_first=True to let first purchases inform the order value.",
        )
    counts = None if rows.counts is None else rows.counts[spent]
    data = uncompressed(x[spent], m[spent], counts=counts)
    return Problem(specification, data, Scale(unit, money=_mean(data, 1)))


def _mean(data: Compressed, column: int) -> float:
    """Mean over customers of a column, or 1 where it is 0."""
    return weighted_sum(data.counts, data.columns[column]) / data.customers or 1.0


def spend_inputs(summary: Summary) -> tuple[str, str]:
    """Names of the columns that hold the number and the mean of a customer's orders."""
    return ("spend_periods" if require_summary(summary).has("spend_periods") else "frequency"), "monetary_value"


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
    # Without its frame, which cannot travel to another process.
    bare = Summary(None, summary.time_unit, summary.until, summary.options, SummaryReport(0, 0))
    return score(summary, _numbers(summary), lambda values: predict(in_memory(bare, values)))


def counted(summary: Summary) -> tuple[Summary, FloatArray | float]:
    """The summary and 1 where it is eager; where it is lazy its distinct rows in memory and how many have each."""
    if not require_summary(summary).is_lazy:
        return summary, 1.0
    values, counts = summary.distinct(_numbers(summary))
    return in_memory(summary, values), counts.astype(float)


def some_rows(summary: Summary, rows: IntArray) -> Summary:
    """Some customers of a summary in memory, by their places."""
    return in_memory(summary, {name: summary.column(name)[rows] for name in _numbers(summary)})


def in_memory(summary: Summary, values: Mapping[str, FloatArray]) -> Summary:
    """A summary of some rows, with the given columns only."""
    import pyarrow as pa

    return replace(summary, frame=pa.table(dict(values)))


def _numbers(summary: Summary) -> list[str]:
    """Columns that predictors may read."""
    return [name for name in summary.names if name in NUMBERS or is_group_code(name) or is_recent(name)]
