"""Models and methods beside each other on the customers that they were fitted to."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError, WrongTypeError
from clvmodels.evaluation.leave_one_out import LeftOut, good_k, leave_one_out
from clvmodels.fitting import (
    Fit,
    GroupedFit,
    Rows,
    clean_spend,
    group,
    inputs_of,
    problem_of,
    read,
    require_fitted,
    require_summary,
)
from clvmodels.transactions import Summary

if TYPE_CHECKING:
    import pandas as pd

_AnyFit: TypeAlias = Fit | GroupedFit[Any]


def compare(fits: Mapping[str, _AnyFit], summary: Summary) -> "pd.DataFrame":
    """How well fits describe the customers that they were made of, the best first.

    Parameters
    ----------
    fits
        By the names that the table shall have: fits by any method, or fits by group, all of purchases or all of order
        values, all made of this summary.
    summary
        On any engine.

    Returns
    -------
    pandas.DataFrame
        A row per fit: fit, model, method, ok, parameters (how many), customers, log_likelihood, aic, bic (at the
        mode); and, for fits that have draws of a posterior (by Laplace or NUTS), else NaN: elpd_loo, the log
        predictive density of customers left out one by one, by PSIS-LOO, with its standard error elpd_loo_se; p_loo,
        the effective number of parameters; high_k, the customers for whom it is not reliable; elpd_difference to the
        best, 0 or below, and its standard error difference_se. The first is the highest elpd_loo; fits without it
        follow by AIC.

        A difference of less than 4, or of less than two of its standard errors, tells no model from the other. AIC and
        elpd_loo differ by scale: elpd_loo is near -aic / 2.

    Raises
    ------
    InputError
        If the fits were made of different customers or units of time, or some are of purchases and some of money.

    Examples
    --------
    >>> import clvmodels as clv
    >>> summary = clv.Transactions(
    ...     clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount"
    ... ).summarize(time_unit="week", until="1997-09-30")
    >>> tight = clv.BGNBD(priors={"r": clv.priors.LogNormal(mu=1.0, sigma=0.1)})
    >>> method = clv.Laplace(draws=200, seed=1)
    >>> table = clv.compare({"tight": tight.fit(summary, method), "wide": clv.BGNBD().fit(summary, method)}, summary)
    >>> table["fit"].tolist()
    ['wide', 'tight']
    """
    import pandas as pd

    _check(fits)
    customers = _Customers.of(fits, require_summary(summary))
    for name, fit in fits.items():
        customers.check(name, fit)
    left_out = {name: customers.left_out(fit) for name, fit in fits.items()}
    known = {name: found for name, found in left_out.items() if found is not None}
    best = max(known, key=lambda name: customers.total(known[name].elpd), default=None)
    table = pd.DataFrame(
        [
            _facts(name, fit) | customers.judge(fit, left_out[name], None if best is None else known[best])
            for name, fit in fits.items()
        ]
    )
    return table.sort_values(["elpd_loo", "aic"], ascending=[False, True]).reset_index(drop=True)


@dataclass(frozen=True)
class _Customers:
    """What the fits read of a summary, and its distinct rows.

    Attributes
    ----------
    summary
        With codes of groups.
    read
        The model's columns and those of codes, as fits read them.
    names, inputs
        Of these columns, and of the model's alone.
    columns
        Distinct rows of the customers that inform the model, by name, each of shape (rows,).
    counts
        Customers per distinct row.
    """

    summary: Summary
    read: Rows
    names: tuple[str, ...]
    inputs: tuple[str, ...]
    columns: Mapping[str, FloatArray]
    counts: FloatArray

    @classmethod
    def of(cls, fits: Mapping[str, _AnyFit], summary: Summary) -> "_Customers":
        """Of a summary on any engine; of a lazy one by one query."""
        inputs = inputs_of(_members(next(iter(fits.values())))[0], summary)
        grouped = [fit for fit in fits.values() if isinstance(fit, GroupedFit)]
        for fit in grouped:
            summary = fit.coded(summary)
        names = (*inputs, *sorted({fit.groups.column for fit in grouped}))
        rows = read(summary, names)
        distinct, member = group(rows.columns)
        counts = np.bincount(member, weights=rows.counts, minlength=len(distinct[0])).astype(float)
        informing = np.ones(len(counts), dtype=bool)
        if "monetary_value" in inputs:
            informing = clean_spend(distinct[0], distinct[1])[0] > 0
        columns = {name: column[informing] for name, column in zip(names, distinct, strict=True)}
        return cls(summary, rows, names, inputs, columns, counts[informing])

    def check(self, name: str, fit: _AnyFit) -> None:
        """Refuse a fit of other customers."""
        for place, member in enumerate(_members(fit)):
            rows = Rows(self.read.columns[: len(self.inputs)], self.read.counts)
            if isinstance(fit, GroupedFit):
                rows = rows.where(self.read.columns[self.names.index(fit.groups.column)] == place)
            require_fitted(member, problem_of(member, rows, self.summary), repr(name))

    def left_out(self, fit: _AnyFit) -> LeftOut | None:
        """PSIS-LOO of every distinct row, or None if the fit has no draws of a posterior."""
        members = _members(fit)
        if any(member.priors is None or len(member.draws) < 2 for member in members):
            return None
        found = LeftOut(*(np.empty(len(self.counts)) for _ in range(3)))
        for place, member in enumerate(members):
            here = np.arange(len(self.counts))
            if isinstance(fit, GroupedFit):
                here = np.flatnonzero(self.columns[fit.groups.column] == place)
            columns = [self.columns[name][here] for name in self.inputs]
            part = leave_one_out(member.model.kernel, columns, member.draws)
            found.elpd[here], found.k_hat[here], found.penalty[here] = part.elpd, part.k_hat, part.penalty
        return found

    def total(self, by_row: FloatArray) -> float:
        """Sum over customers."""
        return float(np.einsum("i,i->", self.counts, by_row))

    def judge(self, fit: _AnyFit, found: LeftOut | None, best: LeftOut | None) -> dict[str, float]:
        """The table's columns about leaving customers out."""
        names = ("elpd_loo", "elpd_loo_se", "p_loo", "high_k", "elpd_difference", "difference_se")
        if found is None or best is None:
            return dict.fromkeys(names, math.nan)
        behind = found.elpd - best.elpd
        high = found.k_hat > min(good_k(len(member.draws)) for member in _members(fit))
        values = (
            self.total(found.elpd), self._error(found.elpd), self.total(found.penalty),
            float(self.counts[high].sum()), self.total(behind), self._error(behind),
        )  # fmt: skip
        return dict(zip(names, values, strict=True))

    def _error(self, by_row: FloatArray) -> float:
        """Standard error of a sum over customers."""
        customers = self.counts.sum()
        mean = self.total(by_row) / customers
        return math.sqrt(self.total((by_row - mean) ** 2))


def _members(fit: _AnyFit) -> tuple[Fit, ...]:
    return fit.fits if isinstance(fit, GroupedFit) else (fit,)


def _facts(name: str, fit: _AnyFit) -> dict[str, Any]:
    members = _members(fit)
    return {
        "fit": name,
        "model": members[0].model.name + (f" by {fit.groups.by}" if isinstance(fit, GroupedFit) else ""),
        "method": fit.diagnostics.method,
        "ok": fit.diagnostics.ok,
        "parameters": sum(len(member.model.parameters) for member in members),
        "customers": fit.customers,
        "log_likelihood": fit.log_likelihood,
        "aic": fit.aic,
        "bic": fit.bic,
    }


def _check(fits: Mapping[str, _AnyFit]) -> None:
    if not fits:
        raise InputError("There is nothing to compare.", advice='Give a dictionary, {"BG/NBD": fit, ...}.')
    for name, fit in fits.items():
        if not isinstance(fit, (Fit, GroupedFit)):
            raise WrongTypeError(f"{name!r} is a {type(fit).__name__}, not a fit.")
    kinds: dict[type, str] = {}
    for name, fit in fits.items():
        kinds.setdefault(type(_members(fit)[0]), name)
    if len(kinds) > 1:
        raise InputError(
            f"{' and '.join(map(repr, kinds.values()))} cannot be compared: one is of purchases and the other of order "
            "values.",
            advice="Compare fits of one kind.",
        )
