"""What is no fitted model, and no model, is refused where it is given, not where it first fails."""

import pytest

import clvmodels as clv
from clvmodels.errors import WrongTypeError

PURCHASES = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
SPEND = clv.GammaGamma().at(p=6.25, q=3.74, v=15.44)


@pytest.mark.parametrize(
    ("purchases", "spend", "message"),
    [
        (clv.BGNBD(), SPEND, r"BGNBD cannot predict purchases.\nFit the model first"),
        (PURCHASES, clv.GammaGamma(), r"GammaGamma cannot predict spend.\nFit the model first"),
        (SPEND, PURCHASES, r"SpendFit cannot predict purchases.\nGive a fitted model"),
        (PURCHASES, None, "NoneType cannot predict spend"),
    ],
)
def test_a_valuation_takes_fitted_models(purchases, spend, message):
    with pytest.raises(WrongTypeError, match=message):
        clv.LifetimeValue(purchases, spend, horizon="1 year")


@pytest.mark.parametrize(
    ("models", "message"),
    [
        ({"purchases": PURCHASES, "spend": clv.GammaGamma()}, "PurchaseFit is no model of purchases"),
        ({"purchases": clv.BGNBD(), "spend": clv.BGNBD()}, "BGNBD is no model of spend"),
    ],
)
def test_a_pipeline_takes_models_that_are_not_fitted(models, message):
    with pytest.raises(WrongTypeError, match=message):
        clv.Pipeline(**models, horizon="1 year")
