"""The BG/NBD model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from clvmodels.fitting import Limit, PurchaseKernel
from clvmodels.kernels import bgnbd
from clvmodels.models.base import LARGE, TINY, PurchaseModel
from clvmodels.parameters import BetaPair, Parameter
from clvmodels.priors import Beta, LogNormal, Prior

# Of models in which a customer drops out after a purchase with a Beta(a, b) probability of their own.
BETA_DROPOUT_LIMITS = (
    Limit(
        "everyone has the same dropout probability",
        (0, 0, LARGE, LARGE),
        ((1, 0, 0), (0, 1, 0), (0, 0, 0.5), (0, 0, -0.5)),
    ),
    Limit("everyone has the same purchase rate", (LARGE, LARGE, 0, 0), ((0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1))),
    Limit(
        "dropout is all or nothing",
        (0, 0, TINY, TINY),
        ((1, 0, 0), (0, 1, 0), (0, 0, 0.5), (0, 0, -0.5)),
    ),
    Limit("nobody drops out", (0, 0, TINY, 0), ((1, 0), (0, 1), (0, 0), (0, 0))),
    Limit(
        "everyone has the same purchase rate and the same dropout probability",
        (LARGE, LARGE, LARGE, LARGE),
        ((0, 0), (1, 0), (0, 0.5), (0, -0.5)),
    ),
    Limit(
        "everyone has the same purchase rate and dropout is all or nothing",
        (LARGE, LARGE, TINY, TINY),
        ((0, 0), (1, 0), (0, 0.5), (0, -0.5)),
    ),
    Limit(
        "everyone has the same purchase rate and nobody drops out",
        (LARGE, LARGE, TINY, 0),
        ((0,), (1,), (0,), (0,)),
    ),
)


@dataclass(frozen=True)
class BGNBD(PurchaseModel):
    """BG/NBD: customers purchase at their own steady rate until, after some purchase, they stop for good.

    Rates vary over customers as Gamma(r, alpha); after every purchase a customer drops out with their own probability,
    which varies as Beta(a, b). One-time buyers are alive with probability one until their next purchase.

    Fader, Hardie and Lee (2005), '"Counting Your Customers" the Easy Way', Marketing Science 24(2), 275-284.

    Examples
    --------
    >>> import clvmodels as clv
    >>> summary = clv.Transactions(
    ...     clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount"
    ... ).summarize(time_unit="week", until="1997-09-30")
    >>> fit = clv.BGNBD().fit(summary)
    >>> {symbol: round(value, 3) for symbol, value in fit.estimates.items()}
    {'r': 0.243, 'alpha': 4.414, 'a': 0.793, 'b': 2.426}
    """

    name: ClassVar[str] = "BG/NBD"
    kernel: ClassVar[PurchaseKernel] = bgnbd
    finding: ClassVar[str] = "customers leave after repeat purchases"
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("r", "Shape of the purchase rates: small when a few customers make most purchases."),
        Parameter("alpha", "Rate of the purchase rates, a time: r / alpha is the mean purchase rate.", time_power=1),
        Parameter("a", "Dropout: a / (a + b) is the mean probability of stopping after a purchase."),
        Parameter("b", "Dropout: the larger a + b, the more alike customers are in it."),
    )
    pairs: ClassVar[tuple[BetaPair, ...]] = (
        BetaPair(
            "a",
            "b",
            Parameter("mean_dropout", "Mean probability of stopping after a purchase, a / (a + b)."),
            Parameter("dropout_concentration", "How alike customers are in it, a + b."),
        ),
    )
    default_priors: ClassVar[Mapping[str, Prior]] = {
        "r": LogNormal(mu=0.0, sigma=1.5),
        "alpha": LogNormal(mu=0.0, sigma=2.0, unit="data"),
        "mean_dropout": Beta(alpha=1.0, beta=1.0),
        "dropout_concentration": LogNormal(mu=1.0, sigma=1.25),
    }
    limits: ClassVar[tuple[Limit, ...]] = (
        *BETA_DROPOUT_LIMITS,
        Limit("everyone drops out at the first repeat purchase", (0, 0, 0, TINY), ((1, 0), (0, 1), (0, 0), (0, 0))),
        Limit(
            "everyone has the same purchase rate and drops out at the first repeat purchase",
            (LARGE, LARGE, 0, TINY),
            ((0,), (1,), (0,), (0,)),
        ),
    )
