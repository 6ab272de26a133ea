"""Models: each states its parameters, its kernel and its limits."""

from clvmodels.models.base import PurchaseModel, SpendModel, purchase_models
from clvmodels.models.bgnbd import BGNBD
from clvmodels.models.gamma_gamma import GammaGamma
from clvmodels.models.mbgnbd import MBGNBD
from clvmodels.models.nbd import NBD
from clvmodels.models.pareto_nbd import ParetoNBD
from clvmodels.models.registry import MODELS

__all__ = [
    "BGNBD",
    "MBGNBD",
    "MODELS",
    "NBD",
    "GammaGamma",
    "ParetoNBD",
    "PurchaseModel",
    "SpendModel",
    "purchase_models",
]
