"""Customers, and valuations of them: with known parameters, and with draws of a posterior."""

from dataclasses import replace

import numpy as np
import pytest

import clvmodels as clv
from clvmodels.fitting import GroupedPurchaseFit, GroupedSpendFit
from clvmodels.transactions import Groups
from tests.fitting.test_intervals import SPEND, THETA, people

TERMS = {"horizon": "1 year", "discount_rate": 0.1, "margin": 0.4, "retention_cost": "2 per year"}


@pytest.fixture(scope="session")
def customers():
    """With a channel, and with money to date."""
    frame = people(90).frame
    rng = np.random.default_rng(8)
    first = rng.gamma(3.0, 10.0, len(frame)).round(2)
    total = first + frame["frequency"] * frame["monetary_value"]
    channel = np.where(np.arange(len(frame)) % 3, "web", "shop")
    return clv.Summary.from_frame(frame.assign(total_value=total, channel=channel), time_unit="week")


@pytest.fixture(scope="session")
def known():
    return clv.LifetimeValue(clv.BGNBD().at(**THETA, time_unit="week"), clv.GammaGamma().at(**SPEND), **TERMS)


@pytest.fixture(scope="session")
def posterior(customers):
    method = clv.Laplace(draws=25, seed=2)
    return clv.LifetimeValue(clv.BGNBD().fit(customers, method), clv.GammaGamma().fit(customers, method), **TERMS)


@pytest.fixture(scope="session")
def by_channel():
    """Each channel with parameters of its own, which are known."""
    groups = Groups("channel", ("shop", "web"))
    purchases = [clv.BGNBD().at(**(THETA | {"r": r}), time_unit="week") for r in (0.4, 0.8)]
    spend = [clv.GammaGamma().at(**(SPEND | {"v": v})) for v in (10.0, 20.0)]
    purchases, spend = (
        [replace(fit, customers=n) for fit, n in zip(fits, (30, 60), strict=True)] for fits in (purchases, spend)
    )
    return clv.LifetimeValue(
        GroupedPurchaseFit(groups, tuple(purchases)), GroupedSpendFit(groups, tuple(spend)), **TERMS
    )


@pytest.fixture(scope="session")
def drawn_by_channel(customers):
    recipe = clv.Pipeline(
        purchases=clv.BGNBD(), spend=clv.GammaGamma(), method=clv.Laplace(draws=25, seed=1), by="channel", **TERMS
    )
    return recipe.fit(customers)
