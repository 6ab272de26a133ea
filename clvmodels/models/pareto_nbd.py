"""The Pareto/NBD model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from clvmodels.fitting import Limit, PurchaseKernel
from clvmodels.kernels import pareto_nbd
from clvmodels.models.base import LARGE, TINY, PurchaseModel
from clvmodels.models.bgnbd import BGNBD
from clvmodels.parameters import Parameter
from clvmodels.priors import LogNormal, Prior


@dataclass(frozen=True)
class ParetoNBD(PurchaseModel):
    """Pareto/NBD: customers purchase at their own steady rate for a lifetime that ends unseen, at any time.

    Purchase rates vary over customers as Gamma(r, alpha). Everyone can drop out at any moment, at a rate of their own
    that varies as Gamma(s, beta) and has nothing to do with how often they purchase; one-time buyers can be gone.

    Schmittlein, Morrison and Colombo (1987), "Counting Your Customers: Who Are They and What Will They Do Next?",
    Management Science 33(1), 1-24.

    Examples
    --------
    >>> import clvmodels as clv
    >>> summary = clv.Transactions(
    ...     clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount"
    ... ).summarize(time_unit="week", until="1997-09-30")
    >>> fit = clv.ParetoNBD().fit(summary)
    >>> {symbol: round(value, 3) for symbol, value in fit.estimates.items()}
    {'r': 0.553, 'alpha': 10.578, 's': 0.606, 'beta': 11.669}
    """

    name: ClassVar[str] = "Pareto/NBD"
    finding: ClassVar[str] = "customers leave at any time, whether they purchase or not"
    kernel: ClassVar[PurchaseKernel] = pareto_nbd
    parameters: ClassVar[tuple[Parameter, ...]] = (
        *BGNBD.parameters[:2],
        Parameter("s", "Shape of the dropout rates: small when a few customers leave soon and most stay long."),
        Parameter("beta", "Rate of the dropout rates, a time: s / beta is the mean dropout rate.", time_power=1),
    )
    default_priors: ClassVar[Mapping[str, Prior]] = {
        **{name: BGNBD.default_priors[name] for name in ("r", "alpha")},
        "s": LogNormal(mu=0.0, sigma=1.5),
        "beta": LogNormal(mu=0.0, sigma=2.0, unit="data"),
    }
    limits: ClassVar[tuple[Limit, ...]] = (
        Limit(
            "everyone has the same dropout rate",
            (0, 0, LARGE, LARGE),
            ((1, 0, 0), (0, 1, 0), (0, 0, 0.5), (0, 0, -0.5)),
        ),
        Limit(
            "everyone has the same purchase rate", (LARGE, LARGE, 0, 0), ((0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1))
        ),
        Limit("nobody drops out", (0, 0, TINY, 0), ((1, 0), (0, 1), (0, 0), (0, 0))),
        Limit(
            "everyone has the same purchase rate and the same dropout rate",
            (LARGE, LARGE, LARGE, LARGE),
            ((0, 0), (1, 0), (0, 0.5), (0, -0.5)),
        ),
        Limit(
            "everyone has the same purchase rate and nobody drops out",
            (LARGE, LARGE, TINY, 0),
            ((0,), (1,), (0,), (0,)),
        ),
    )
