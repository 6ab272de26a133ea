"""Models: each states its parameters, its kernel and its limits."""

from clvmodels.models.base import PurchaseModel, SpendModel
from clvmodels.models.bgnbd import BGNBD
from clvmodels.models.gamma_gamma import GammaGamma

MODELS: dict[str, type[PurchaseModel] | type[SpendModel]] = {model.name: model for model in (BGNBD, GammaGamma)}

__all__ = ["BGNBD", "MODELS", "GammaGamma", "PurchaseModel", "SpendModel"]
