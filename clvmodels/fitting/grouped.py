"""One fit per group of customers, which together predict like a single one."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from clvmodels.arrays import FloatArray, IntArray
from clvmodels.errors import InputError
from clvmodels.fitting.fit import Fit, criterion
from clvmodels.fitting.pages import grouped_html
from clvmodels.fitting.problem import require_summary, some_rows
from clvmodels.fitting.purchases import PurchaseFit
from clvmodels.fitting.solution import Diagnostics
from clvmodels.fitting.spend import SpendFit
from clvmodels.fitting.tables import predict_purchases, predict_spend
from clvmodels.peers import ExplainsPeerCalls, ExplainsPeerNames
from clvmodels.transactions import Groups, Label, Summary
from clvmodels.units import TimeUnit

if TYPE_CHECKING:
    import pandas as pd

_AnyFit = TypeVar("_AnyFit", bound=Fit)


@dataclass(frozen=True, eq=False, repr=False)
class GroupedFit(ExplainsPeerCalls, ExplainsPeerNames, Generic[_AnyFit]):
    """A model fitted to each group of customers by itself.

    Attributes
    ----------
    groups
        The attribute and its values.
    fits
        A fit per value, in the same order.

    Examples
    --------
    >>> import pandas as pd
    >>> import clvmodels as clv
    >>> log = clv.datasets.cdnow().assign(half=lambda log: log["customer_id"] % 2)
    >>> tx = clv.Transactions(log, customer="customer_id", time="date", amount="amount", attributes=["half"])
    >>> fit = clv.BGNBD().fit(tx.summarize(time_unit="week", until="1997-09-30"), by="half")
    >>> fit
    <BG/NBD fits by half: 0, 1; All 2 groups converged.>
    >>> round(fit[0]["r"], 3), round(fit[1]["r"], 3)
    (0.245, 0.24)
    """

    groups: Groups
    fits: tuple[_AnyFit, ...]

    def __getitem__(self, label: Label) -> _AnyFit:
        """The fit of one group."""
        if label not in self.groups.labels:
            known = ", ".join(map(repr, self.groups.labels[:10]))
            raise InputError(f"There is no group {label!r}.", advice=f"The groups by {self.groups.by} are {known}.")
        return self.fits[self.groups.labels.index(label)]

    def __iter__(self) -> Iterator[Label]:
        """The labels of the groups."""
        return iter(self.groups.labels)

    def __len__(self) -> int:
        return len(self.fits)

    @property
    def time_unit(self) -> TimeUnit:
        """Unit of the fits' time."""
        return self.fits[0].time_unit

    @property
    def log_likelihood(self) -> float:
        """Of all groups together."""
        return float(sum(fit.log_likelihood for fit in self.fits))

    @property
    def customers(self) -> int:
        """Number of customers that inform the models."""
        return sum(fit.customers for fit in self.fits)

    @property
    def aic(self) -> float:
        """Akaike's criterion of all groups together; below that of a single fit if groups differ enough to matter."""
        return criterion(self.log_likelihood, self._size, 2.0)

    @property
    def bic(self) -> float:
        """Bayesian criterion of all groups together."""
        return criterion(self.log_likelihood, self._size, float(np.log(self.customers)))

    @property
    def diagnostics(self) -> Diagnostics:
        """How the fits ended, together; `outcomes` has them one by one."""
        ends = [fit.diagnostics for fit in self.fits]
        at_boundary, failed = sum(end.boundary is not None for end in ends), sum(not end.ok for end in ends)
        message = f"Of {len(ends)} groups {failed} did not converge and {at_boundary} are at a boundary."
        if not failed + at_boundary:
            message = f"All {len(ends)} groups converged."
        boundary = "see outcomes()" if at_boundary else None
        numbers = {"groups": float(len(ends)), "at_boundary": float(at_boundary), "failed": float(failed)}
        return Diagnostics(not failed, message, ends[0].method, boundary, numbers)

    def parameters(self, level: float = 0.95) -> "pd.DataFrame":
        """The groups' tables of parameters below each other; the first column is the attribute."""
        return self._table(lambda fit: fit.parameters(level))

    def outcomes(self) -> "pd.DataFrame":
        """How each fit ended: a row per group with customers, log_likelihood, aic, ok, boundary and message."""
        import pandas as pd

        def outcome(fit: Fit) -> "pd.DataFrame":
            end = fit.diagnostics
            numbers = {"customers": fit.customers, "log_likelihood": fit.log_likelihood, "aic": fit.aic}
            return pd.DataFrame([numbers | {"ok": end.ok, "boundary": end.boundary, "message": end.message}])

        return self._table(outcome)

    def coded(self, summary: Summary) -> Summary:
        """The summary with a column that says which fit is whose; predictions of it look no further."""
        return self.groups.coded(require_summary(summary))

    def parts(self, summary: Summary) -> Iterator[tuple[IntArray, _AnyFit, Summary]]:
        """Places of the customers of each group that is there, its fit, and the summary of these customers."""
        summary = self.coded(summary)
        codes = self.groups.codes(summary)
        for place, fit in enumerate(self.fits):
            rows = np.flatnonzero(codes == place)
            if len(rows):
                yield rows, fit, some_rows(summary, rows)

    def __repr__(self) -> str:
        labels = ", ".join(map(str, self.groups.labels[:5])) + (", ..." if len(self.fits) > 5 else "")
        return f"<{self.fits[0].model.name} fits by {self.groups.by}: {labels}; {self.diagnostics.message}>"

    def _repr_html_(self) -> str:
        return grouped_html(self)

    @property
    def _size(self) -> int:
        return sum(len(fit.model.parameters) for fit in self.fits)

    def _table(self, one: Callable[[Fit], "pd.DataFrame"]) -> "pd.DataFrame":
        import pandas as pd

        tables = [one(fit) for fit in self.fits]
        for label, table in zip(self.groups.labels, tables, strict=True):
            table.insert(0, self.groups.by, pd.Series([label] * len(table), dtype=object))
        return pd.concat(tables, ignore_index=True)

    def share(self, label: Label) -> float:
        """Share of a group among the customers that inform the models."""
        return self[label].customers / self.customers

    def _average(self, of_group: Callable[[_AnyFit], Any]) -> Any:
        parts = [fit.customers * np.asarray(of_group(fit), dtype=float) for fit in self.fits]
        return np.sum(parts, axis=0) / self.customers

    def _gather(self, summary: Summary, predict: Callable[[_AnyFit, Summary], FloatArray]) -> FloatArray:
        """What each group's fit predicts of its customers, in the summary's row order."""
        return gather([(rows, predict(fit, part)) for rows, fit, part in self.parts(summary)])

    def _gather_columns(
        self, summary: Summary, predict: Callable[[_AnyFit, Summary], dict[str, FloatArray]]
    ) -> dict[str, FloatArray]:
        parts = [(rows, predict(fit, part)) for rows, fit, part in self.parts(summary)]
        if not parts:  # an empty block of a lazy frame, which shows the names of columns
            return predict(self.fits[0], summary)
        return {name: gather([(rows, table[name]) for rows, table in parts]) for name in parts[0][1]}


def gather(parts: Sequence[tuple[IntArray, FloatArray]]) -> FloatArray:
    """Values of parts of the customers, each with their places, as one array for all."""
    if not parts:
        return np.empty(0)
    everybody = np.empty((sum(len(rows) for rows, _ in parts), *parts[0][1].shape[1:]))
    for rows, values in parts:
        everybody[rows] = values
    return everybody


class GroupedPurchaseFit(GroupedFit[PurchaseFit]):
    """A model of purchases, fitted by group; predicts like a `PurchaseFit`, each customer by their group's fit."""

    def probability_alive(self, summary: Summary) -> FloatArray:
        """Probability that each customer has not dropped out, shape (n,)."""
        return self._gather(summary, lambda fit, part: fit.probability_alive(part))

    def probability_active(self, summary: Summary, horizon: object) -> FloatArray:
        """Probability of at least one purchase within the horizon, shape (n,)."""
        return self._gather(summary, lambda fit, part: fit.probability_active(part, horizon))

    def expected_purchases(self, summary: Summary, horizon: object) -> FloatArray:
        """Expected number of purchases within the horizon, shape (n,)."""
        return self._gather(summary, lambda fit, part: fit.expected_purchases(part, horizon))

    def discounted_purchases(self, summary: Summary, horizon: object, discount_rate: float) -> FloatArray:
        """Expected purchases within the horizon, each discounted to today, shape (n,)."""
        return self._gather(summary, lambda fit, part: fit.discounted_purchases(part, horizon, discount_rate))

    def discounted_lifetime(self, summary: Summary, horizon: object, discount_rate: float = 0.0) -> FloatArray:
        """Expected time alive within the horizon, discounted likewise, in the summary's unit, shape (n,)."""
        return self._gather(summary, lambda fit, part: fit.discounted_lifetime(part, horizon, discount_rate))

    def outlook(
        self, summary: Summary, horizon: object, discount_rate: float, wanted: Collection[str]
    ) -> dict[str, FloatArray]:
        """Several predictions at once, by name."""
        return self._gather_columns(summary, lambda fit, part: fit.outlook(part, horizon, discount_rate, wanted))

    def purchase_distribution(self, summary: Summary, horizon: object, max_purchases: object = 10) -> FloatArray:
        """Probabilities of 0 .. max_purchases purchases within the horizon, shape (n, max_purchases + 1)."""
        return self._gather(summary, lambda fit, part: fit.purchase_distribution(part, horizon, max_purchases))

    def expected_purchases_new_customer(self, horizon: object) -> FloatArray:
        """Expected repeat purchases of a customer just acquired, averaged over groups by their shares."""
        return np.asarray(self._average(lambda fit: fit.expected_purchases_new_customer(horizon)))[()]

    def discounted_purchases_new_customer(self, horizon: object, discount_rate: float) -> float:
        """Expected discounted repeat purchases of a customer just acquired, averaged likewise."""
        return float(self._average(lambda fit: fit.discounted_purchases_new_customer(horizon, discount_rate)))

    def discounted_lifetime_new_customer(self, horizon: object, discount_rate: float) -> float:
        """Expected discounted time alive of a customer just acquired, in the fit's unit, averaged likewise."""
        return float(self._average(lambda fit: fit.discounted_lifetime_new_customer(horizon, discount_rate)))

    def intervals(self, summary: Summary, horizon: object, level: float, seed: int = 0) -> dict[str, FloatArray]:
        """The columns that `predict` adds for a level."""
        return self._gather_columns(summary, lambda fit, part: fit.intervals(part, horizon, level, seed))

    def predict(self, summary: Summary, horizon: object, level: float | None = None, seed: int = 0) -> Any:
        """Table of predictions in the caller's kind of frame, on any engine, as of a `PurchaseFit`."""
        return predict_purchases(self, self.coded(summary), horizon, level, seed)


class GroupedSpendFit(GroupedFit[SpendFit]):
    """A model of order values, fitted by group; predicts like a `SpendFit`, each customer by their group's fit."""

    @property
    def population_mean(self) -> float:
        """Expected order value of a customer of whom nothing is known, averaged over groups by their shares."""
        return float(self._average(lambda fit: fit.population_mean))

    def expected_order_value(self, summary: Summary) -> FloatArray:
        """Expected mean order value of each customer, shape (n,)."""
        return self._gather(summary, lambda fit, part: fit.expected_order_value(part))

    def intervals(self, summary: Summary, level: float, seed: int = 0) -> dict[str, FloatArray]:
        """The columns that `predict` adds for a level."""
        return self._gather_columns(summary, lambda fit, part: fit.intervals(part, level, seed))

    def predict(self, summary: Summary, level: float | None = None, seed: int = 0) -> Any:
        """Table of customer_id and expected_order_value in the caller's kind of frame, on any engine."""
        return predict_spend(self, self.coded(summary), level, seed)
