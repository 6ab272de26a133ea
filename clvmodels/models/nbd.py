"""The NBD model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from clvmodels.fitting import Limit, PurchaseKernel
from clvmodels.kernels import nbd
from clvmodels.models.base import LARGE, PurchaseModel
from clvmodels.models.bgnbd import BGNBD
from clvmodels.parameters import Parameter
from clvmodels.priors import Prior


@dataclass(frozen=True)
class NBD(PurchaseModel):
    """NBD: customers purchase at their own steady rate, and nobody ever stops.

    Rates vary over customers as Gamma(r, alpha). It is what other models become where nobody drops out, and a baseline:
    a model of dropout has to be better than this one.

    Ehrenberg (1959), "The Pattern of Consumer Purchases", Applied Statistics 8(1), 26-41.

    Examples
    --------
    >>> import clvmodels as clv
    >>> summary = clv.Transactions(
    ...     clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount"
    ... ).summarize(time_unit="week", until="1997-09-30")
    >>> fit = clv.NBD().fit(summary)
    >>> {symbol: round(value, 3) for symbol, value in fit.estimates.items()}
    {'r': 0.385, 'alpha': 12.072}
    """

    name: ClassVar[str] = "NBD"
    kernel: ClassVar[PurchaseKernel] = nbd
    finding: ClassVar[str] = "no sign of dropout"
    parameters: ClassVar[tuple[Parameter, ...]] = BGNBD.parameters[:2]
    default_priors: ClassVar[Mapping[str, Prior]] = {name: BGNBD.default_priors[name] for name in ("r", "alpha")}
    limits: ClassVar[tuple[Limit, ...]] = (Limit("everyone has the same purchase rate", (LARGE, LARGE), ((0,), (1,))),)
