"""Numbers that were published or computed elsewhere, and the fits that they are compared with."""

import json
from pathlib import Path

import pandas as pd
import pytest

import clvmodels as clv

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def published():
    return json.loads((HERE / "cdnow_published.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def extract():
    """60 customers, the extremes among them, as CLVTools 0.12.1 predicts them at its own maximum."""
    return pd.read_csv(HERE / "clvtools_extract.csv")


@pytest.fixture(scope="session")
def cdnow():
    tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    return tx.summarize(time_unit="week", until="1997-09-30")


@pytest.fixture(scope="session")
def purchases(cdnow):
    return clv.BGNBD().fit(cdnow)


@pytest.fixture(scope="session")
def spend(cdnow):
    return clv.GammaGamma().fit(cdnow)


@pytest.fixture(scope="session")
def rounded(published):
    parameters = {symbol: published["rounded"][symbol] for symbol in ("r", "alpha", "a", "b")}
    return clv.BGNBD().at(**parameters, time_unit="week")


@pytest.fixture(scope="session")
def mle(published):
    return clv.BGNBD().at(**published["mle"]["estimates"], time_unit="week")
