"""Means of cells of recency, frequency and monetary value, learnt on an earlier window."""

from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import FloatArray, IntArray
from clvmodels.fitting import read
from clvmodels.heuristics.base import Heuristic, positive_length
from clvmodels.heuristics.formulas import cell_means, ratio
from clvmodels.heuristics.past import Past, counts_of
from clvmodels.heuristics.rules import PurchaseRule, RateRule, SpendRule, days_of
from clvmodels.rfm import RFMBounds
from clvmodels.transactions import Summary
from clvmodels.units import TimeUnit

_COLUMNS = ("frequency", "recency", "T", "total_value")


@dataclass(frozen=True, eq=False)
class Cells:
    """What customers of each cell did in a window.

    Attributes
    ----------
    bounds
        By which customers are scored today.
    purchases, buyers, revenue
        Purchases, share of customers with any, and revenue, per customer of each cell, shape (1000,).
    window
        In days.
    """

    bounds: RFMBounds
    purchases: FloatArray
    buyers: FloatArray
    revenue: FloatArray
    window: float

    def of(self, summary: Summary) -> IntArray:
        """The cells of customers, shape (n,)."""
        silence = days_of(summary, "T") - days_of(summary, "recency")
        return self.bounds.scores(silence, summary.column("frequency"), summary.column("total_value")).cells


@dataclass(frozen=True, eq=False, kw_only=True)
class CellRate(RateRule):
    """The mean of the customer's cell."""

    cells: Cells

    def rate(self, summary: Summary) -> FloatArray:
        """Purchases per day of customers of the cell, shape (n,)."""
        return self.cells.purchases[self.cells.of(summary)] / self.cells.window

    def _chance(self, summary: Summary, length: float) -> FloatArray:
        """The cell's share of buyers, carried over to another length as if it were a constant hazard."""
        silent = 1.0 - self.cells.buyers[self.cells.of(summary)]
        return np.asarray(1.0 - silent ** (length / self.cells.window))


@dataclass(frozen=True, eq=False, kw_only=True)
class CellOrderValue(SpendRule):
    """What the cell's purchases came to."""

    cells: Cells

    def expected_order_value(self, summary: Summary) -> FloatArray:
        """Revenue over purchases of the cell, 0 where it had none, shape (n,)."""
        return ratio(self.cells.revenue, self.cells.purchases)[self.cells.of(summary)]


@dataclass(frozen=True)
class RFMCells(Heuristic):
    """RFM cells: customers do what those of their cell did before.

    The calibration is cut once more, a window before its cut-off. Customers are scored there by the time since their
    last purchase, their repeat purchases and total_value, and the mean purchases and revenue of each cell in the window
    are what customers of the cell are expected to do from today on, times h / window. Today's cells are scored among
    today's customers. A cell that had nobody has the mean of its neighbours with the same R and F, else the same R.
    Needs the calibration with its log, and amounts.

    Parameters
    ----------
    bins
        Number of scores of each kind, 2 to 9: quintiles unless told otherwise.
    window
        Text with a unit, or a number in the summary's unit; None for the horizon, or half the age of the oldest
        customer if that is shorter.
    horizon, discount_rate, margin, retention_cost, acquisition_cost
        As in `LifetimeValue`.

    Examples
    --------
    >>> import clvmodels as clv
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> calibration, holdout = tx.split("1997-09-30", "39 weeks", time_unit="week")
    >>> value = clv.heuristics.RFMCells(bins=3, horizon="39 weeks").fit(calibration)
    >>> round(float(value.predict(calibration.summary)["expected_purchases"].sum()))  # 1,882 came
    2546
    """

    bins: int = 5
    window: object = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.window is not None:
            positive_length(self.window, "window")

    def _learn(self, past: Past) -> tuple[PurchaseRule, SpendRule]:
        cells = self._cells(past)
        rate = CellRate(past.unit, past.repeat_rate, cells=cells)
        return rate, CellOrderValue(past.order_value, cells=cells)

    def _cells(self, past: Past) -> Cells:
        earlier = past.earlier(type(self).__name__, self.window, self.horizon)
        rows = read(earlier.summary, (*_COLUMNS, "purchases", "revenue"))
        counts = counts_of(rows)
        *columns, purchases, revenue = rows.columns
        scored = _scored(columns, past.unit)
        cells = RFMBounds.of(*scored, bins=self.bins, counts=counts).scores(*scored).cells
        now = read(past.summary, _COLUMNS)
        bounds = RFMBounds.of(*_scored(now.columns, past.unit), bins=self.bins, counts=counts_of(now))
        purchased, bought, spent = (
            cell_means(cells, y, counts) for y in (purchases, (purchases > 0).astype(float), revenue)
        )
        return Cells(bounds, purchased, bought, spent, earlier.window.in_unit(TimeUnit.DAY))


def _scored(columns: tuple[FloatArray, ...] | list[FloatArray], unit: TimeUnit) -> tuple[FloatArray, ...]:
    """Silence in days, repeat purchases and money."""
    x, t_x, T, total = columns
    return T * unit.days - t_x * unit.days, x, total
