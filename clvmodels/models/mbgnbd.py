"""The MBG/NBD model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from clvmodels.fitting import Limit, PurchaseKernel
from clvmodels.kernels import mbgnbd
from clvmodels.models.base import PurchaseModel
from clvmodels.models.bgnbd import BETA_DROPOUT_LIMITS, BGNBD
from clvmodels.parameters import BetaPair, Parameter
from clvmodels.priors import Prior


@dataclass(frozen=True)
class MBGNBD(PurchaseModel):
    """MBG/NBD: as BG/NBD, but customers can also stop right after their first purchase.

    Rates vary over customers as Gamma(r, alpha); after every purchase, the first included, a customer drops out with
    their own probability, which varies as Beta(a, b). So one-time buyers can be gone.

    Batislam, Denizel and Filiztekin (2007), "Empirical Validation and Comparison of Models for Customer Base Analysis",
    International Journal of Research in Marketing 24(3), 201-209.

    Examples
    --------
    >>> import clvmodels as clv
    >>> summary = clv.Transactions(
    ...     clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount"
    ... ).summarize(time_unit="week", until="1997-09-30")
    >>> fit = clv.MBGNBD().fit(summary)
    >>> {symbol: round(value, 3) for symbol, value in fit.estimates.items()}
    {'r': 0.525, 'alpha': 6.183, 'a': 0.891, 'b': 1.614}
    """

    name: ClassVar[str] = "MBG/NBD"
    kernel: ClassVar[PurchaseKernel] = mbgnbd
    finding: ClassVar[str] = "one-time buyers look gone"
    parameters: ClassVar[tuple[Parameter, ...]] = BGNBD.parameters
    pairs: ClassVar[tuple[BetaPair, ...]] = BGNBD.pairs
    default_priors: ClassVar[Mapping[str, Prior]] = BGNBD.default_priors
    # Were everyone to drop out at the first chance, nobody would repeat.
    limits: ClassVar[tuple[Limit, ...]] = BETA_DROPOUT_LIMITS
