"""CDNOW, split and fitted once."""

from typing import NamedTuple

import pytest

import clvmodels as clv
from clvmodels.fitting import PurchaseFit, SpendFit
from clvmodels.transactions import Calibration, Holdout


class Cdnow(NamedTuple):
    log: clv.Transactions
    calibration: Calibration
    holdout: Holdout
    purchases: PurchaseFit
    spend: SpendFit


@pytest.fixture(scope="session")
def cdnow() -> Cdnow:
    log = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    calibration, holdout = log.split("1997-09-30", "39 weeks", time_unit="week")
    summary = calibration.summary
    return Cdnow(log, calibration, holdout, clv.BGNBD().fit(summary), clv.GammaGamma().fit(summary))
