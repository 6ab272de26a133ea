"""What tests of every model of purchases need to know of each; a new model is one more `Case`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

import clvmodels as clv
from clvmodels import priors
from tests.family.toy import Twins
from tests.laws.strategies import positive
from tests.recovery.simulators import individuals, purchase_times, summary


@dataclass(frozen=True)
class History:
    """What customers did, in continuous time.

    Attributes
    ----------
    who, when
        Customer and age of every repeat purchase.
    end
        Age at which each customer dropped out, infinite for those who had not, shape (n,).
    """

    who: np.ndarray
    when: np.ndarray
    end: np.ndarray

    def counts(self, after, until):
        """Purchases of each customer at ages in (after, until]."""
        inside = (self.when > np.broadcast_to(after, self.end.shape)[self.who]) & (self.when <= until[self.who])
        return np.bincount(self.who[inside], minlength=len(self.end)).astype(float)

    def observed(self, T):
        """x and t_x at age T."""
        seen, t_x = self.when <= T[self.who], np.zeros(len(T))
        np.maximum.at(t_x, self.who[seen], self.when[seen])
        return self.counts(-1.0, T), t_x


@dataclass(frozen=True)
class Case:
    """A model of purchases.

    Attributes
    ----------
    model
        Its class.
    theta
        Everyday parameters by symbol, in weeks.
    thetas
        Hypothesis' strategy of tuples of parameters.
    live
        From rng, ages up to which to look, shape (n,), and parameters to a `History`; nothing of the package is used.
    worlds
        Priors from which worlds are drawn, by the names that priors have.
    slower
        By how much fewer replicates the modest size makes do with.
    """

    model: type
    theta: Mapping[str, float]
    thetas: Any
    live: Callable
    worlds: Mapping[str, priors.Prior]
    slower: int = 1

    @property
    def kernel(self):
        return self.model.kernel

    def at(self, theta=None, unit="week"):
        """A fit at given parameters, by default the everyday ones."""
        values = self.theta if theta is None else dict(zip(self.theta, theta, strict=True))
        return self.model().at(**values, time_unit=unit)

    def customers(self, seed, n, theta=None):
        """A summary of n customers, observed for 20 to 60 weeks."""
        rng = np.random.default_rng(seed)
        T = rng.uniform(20.0, 60.0, n)
        past = self.live(rng, T, *(self.theta.values() if theta is None else theta))
        return summary(*past.observed(T), T)

    def drawn(self, rng):
        """Parameters of one of the worlds, by symbol."""
        named = {name: float(prior.sample(rng, 1)[0]) for name, prior in self.worlds.items()}
        if "mean_dropout" in named:
            mean, concentration = named.pop("mean_dropout"), named.pop("dropout_concentration")
            named |= {"a": mean * concentration, "b": (1.0 - mean) * concentration}
        return named


def _until_dropout(rng, rate, dropout, until):
    who, when, alive = purchase_times(rng, rate, dropout, until)
    last = np.zeros(len(until))
    np.maximum.at(last, who, when)
    return History(who, when, np.where(alive, np.inf, last))


def bgnbd(rng, until, r, alpha, a, b):
    return _until_dropout(rng, *individuals(rng, len(until), r, alpha, a, b), until)


def mbgnbd(rng, until, r, alpha, a, b):
    """Who leaves at time zero does nothing more."""
    rate, dropout = individuals(rng, len(until), r, alpha, a, b)
    gone = rng.random(len(until)) < dropout
    later = _until_dropout(rng, np.where(gone, 0.0, rate), dropout, until)
    return History(later.who, later.when, np.where(gone, 0.0, later.end))


def nbd(rng, until, r, alpha):
    n = len(until)
    return _until_dropout(rng, rng.gamma(r, 1.0 / alpha, n), np.zeros(n), until)


def pareto_nbd(rng, until, r, alpha, s, beta):
    n = len(until)
    return _until_death(rng, until, rng.gamma(r, 1.0 / alpha, n), rng.gamma(s, 1.0 / beta, n))


def twins(rng, until, rate, churn):
    return _until_death(rng, until, rate, churn)


def _until_death(rng, until, rate, churn):
    """Purchases as long as customers live; some of them live on after `until`."""
    end = rng.standard_exponential(len(until)) / np.maximum(churn, 1e-300)
    number = rng.poisson(rate * np.minimum(end, until))
    who = np.repeat(np.arange(len(until)), number)
    return History(who, rng.random(len(who)) * np.minimum(end, until)[who], end)


_RATES = {"r": priors.LogNormal(np.log(0.6), 0.5), "alpha": priors.LogNormal(np.log(6.0), 0.5)}
_DROPOUT = {"mean_dropout": priors.Beta(3.0, 9.0), "dropout_concentration": priors.LogNormal(np.log(4.0), 0.5)}
_calm = st.tuples(positive(0.1, 5), positive(2, 60), positive(0.1, 10), positive(0.1, 20))

CASES = {
    case.model.name: case
    for case in (
        Case(clv.BGNBD, {"r": 0.6, "alpha": 5.0, "a": 0.9, "b": 2.5}, _calm, bgnbd, _RATES | _DROPOUT),
        Case(clv.MBGNBD, {"r": 0.9, "alpha": 5.0, "a": 0.9, "b": 1.9}, _calm, mbgnbd, _RATES | _DROPOUT),
        Case(clv.NBD, {"r": 0.6, "alpha": 5.0}, st.tuples(positive(0.1, 5), positive(2, 60)), nbd, _RATES),
        Case(
            clv.ParetoNBD,
            {"r": 0.6, "alpha": 5.0, "s": 0.7, "beta": 12.0},
            st.tuples(positive(0.1, 5), positive(2, 60), positive(0.1, 5), positive(2, 60)),
            pareto_nbd,
            _RATES | {"s": priors.LogNormal(np.log(0.7), 0.5), "beta": priors.LogNormal(np.log(12.0), 0.5)},
            slower=2,
        ),
        Case(
            Twins,
            {"rate": 0.12, "churn": 0.03},
            st.tuples(positive(0.01, 0.5), positive(0.003, 0.3)),
            twins,
            {"rate": priors.LogNormal(np.log(0.12), 0.5), "churn": priors.LogNormal(np.log(0.03), 0.5)},
        ),
    )
}
