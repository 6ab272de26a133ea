"""The Gamma-Gamma model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from clvmodels.fitting import Limit, SpendKernel
from clvmodels.kernels import gamma_gamma
from clvmodels.models.base import LARGE, SpendModel
from clvmodels.parameters import Parameter
from clvmodels.priors import LogNormal, Prior


@dataclass(frozen=True)
class GammaGamma(SpendModel):
    """Gamma-Gamma: order values vary around each customer's own mean, and the means vary over customers.

    It assumes that how much a customer spends per order has nothing to do with how often. Customers without a repeat
    purchase of an amount above 0 do not inform it; their expected order value is the population's mean.

    Fader and Hardie (2013), "The Gamma-Gamma Model of Monetary Value".

    Examples
    --------
    >>> import clvmodels as clv
    >>> summary = clv.Transactions(
    ...     clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount"
    ... ).summarize(time_unit="week", until="1997-09-30")
    >>> fit = clv.GammaGamma().fit(summary)
    >>> round(fit.log_likelihood, 4), fit.customers
    (-4055.9177, 946)
    """

    name: ClassVar[str] = "Gamma-Gamma"
    kernel: ClassVar[SpendKernel] = gamma_gamma
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("p", "Shape of a customer's orders: the larger, the more alike one customer's orders are."),
        Parameter("q", "Shape over customers: the larger, the more alike customers are; the mean is p v / (q - 1)."),
        Parameter("v", "Scale over customers, an amount of money.", money_power=1),
    )
    # A population mean exists where q > 1 only, so q keeps away from 1.
    default_priors: ClassVar[Mapping[str, Prior]] = {
        "p": LogNormal(mu=1.0, sigma=1.5),
        "q": LogNormal(mu=1.0, sigma=1.0, lower_bound=1.0),
        "v": LogNormal(mu=0.0, sigma=2.0, unit="data"),
    }
    limits: ClassVar[tuple[Limit, ...]] = (
        Limit("everyone has the same mean order value", (0, LARGE, LARGE), ((1, 0), (0, 0), (0, 1))),
        Limit("every purchase of a customer is the same amount", (LARGE, 0, -LARGE), ((0, 0), (1, 0), (0, 1))),
    )
