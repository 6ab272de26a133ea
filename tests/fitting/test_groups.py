"""One fit per group: the same as fitting and predicting each group alone, on any engine."""

import numpy as np
import pandas as pd
import pytest

import clvmodels as clv
from clvmodels.errors import InputError
from clvmodels.fitting import Diagnostics
from clvmodels.predictor import PurchasePredictor, SpendPredictor
from tests.recovery.simulators import mean_orders, observed
from tests.transactions.conftest import columns, constructor, in_pandas, in_polars_lazy  # noqa: F401 - a fixture

CHANNELS = ("shop", "web", None)
# Predictions of a group by itself go through other sums than among others.
ROUNDING = 1e-9


def people(labels=CHANNELS, seed=11, n=300):
    """Groups that differ, mixed with each other."""
    rng = np.random.default_rng(seed)
    frames = []
    for place, label in enumerate(labels):
        T = np.round(rng.uniform(20, 60, n))
        x, t_x = observed(rng, n, (0.5 + place, 5.0, 0.8, 2.5), T)
        m = mean_orders(rng, x, 6.0, 4.0, 15.0 * (place + 1))
        frames.append(pd.DataFrame({"frequency": x, "recency": t_x, "T": T, "monetary_value": m}).assign(channel=label))
    frame = pd.concat(frames, ignore_index=True).sample(frac=1, random_state=seed, ignore_index=True)
    return frame.assign(customer_id=np.arange(len(frame)), channel=frame["channel"].astype("str"))


@pytest.fixture(scope="module")
def frame():
    return people()


def summary(frame, kind=in_pandas):
    return clv.Summary.from_frame(kind(frame), time_unit="week")


def alone(frame, label):
    mine = frame["channel"].isna() if label is None else frame["channel"] == label
    return np.flatnonzero(mine), summary(frame[mine])


def value(data, **keywords):
    purchases, spend = clv.BGNBD().fit(data, **keywords), clv.GammaGamma().fit(data, **keywords)
    return clv.LifetimeValue(
        purchases, spend, horizon="1 year", discount_rate=0.1, margin=0.4, retention_cost="1 per year"
    )


def test_each_group_has_the_fit_that_it_has_alone(frame):
    for model in (clv.BGNBD(), clv.GammaGamma()):
        fits = model.fit(summary(frame), by="channel")
        assert list(fits) == ["shop", "web", None]
        for label in CHANNELS:
            fit = model.fit(alone(frame, label)[1])
            np.testing.assert_allclose(fits[label].draws, fit.draws, rtol=ROUNDING)
            assert fits[label].provenance.fingerprint == fit.provenance.fingerprint
        assert fits.log_likelihood == pytest.approx(sum(fits[label].log_likelihood for label in CHANNELS))
        assert fits.customers == sum(fits[label].customers for label in CHANNELS)
        assert fits.aic == pytest.approx(sum(fits[label].aic for label in CHANNELS))
        assert fits.aic < model.fit(summary(frame)).aic  # the groups do differ
        size = len(CHANNELS) * len(model.parameters)
        assert fits.bic == pytest.approx(size * np.log(fits.customers) - 2 * fits.log_likelihood)


def test_each_customer_is_predicted_by_the_fit_of_their_group(frame, constructor):  # noqa: F811
    grouped = value(summary(frame, constructor), by="channel")
    got = pd.DataFrame(columns(grouped.predict(summary(frame, constructor))))
    assert got["customer_id"].tolist() == frame["customer_id"].tolist()
    ahead = pd.DataFrame(columns(grouped.purchases.predict(summary(frame, constructor), "39 weeks")))
    spend = pd.DataFrame(columns(grouped.spend.predict(summary(frame, constructor))))
    for label in CHANNELS:
        rows, mine = alone(frame, label)
        own = value(mine)
        for table, wanted in (
            (got, own.predict(mine)),
            (ahead, own.purchases.predict(mine, "39 weeks")),
            (spend, own.spend.predict(mine)),
        ):
            assert list(table) == list(wanted)
            np.testing.assert_allclose(table.iloc[rows].to_numpy(), wanted.to_numpy(), rtol=ROUNDING)
    assert grouped.total(summary(frame, constructor)).mean == pytest.approx(got["clv"].sum(), rel=ROUNDING)
    flow = grouped.cash_flow(summary(frame, constructor), every="month")
    assert flow["cumulative_value"].iloc[-1] == pytest.approx(got["clv"].sum(), rel=ROUNDING)


def test_a_grouped_fit_satisfies_the_protocols(frame):
    data = summary(frame)
    purchases, spend = clv.BGNBD().fit(data, by="channel"), clv.GammaGamma().fit(data, by="channel")
    assert isinstance(purchases, PurchasePredictor)
    assert isinstance(spend, SpendPredictor)
    rows, mine = alone(frame, "web")
    distribution = purchases.purchase_distribution(data, "10 weeks", 3)
    assert distribution.shape == (len(frame), 4)
    np.testing.assert_allclose(
        distribution[rows], purchases["web"].purchase_distribution(mine, "10 weeks", 3), rtol=ROUNDING
    )
    np.testing.assert_allclose(
        purchases.discounted_lifetime(data, "1 year", 0.1)[rows],
        purchases["web"].discounted_lifetime(mine, "1 year", 0.1),
        rtol=ROUNDING,
    )


def test_a_new_customer_is_of_some_group_or_of_their_mix(frame):
    grouped = value(summary(frame), by="channel")
    by_group = {label: grouped.of_group(label).new_customer().mean for label in CHANNELS}
    assert by_group["shop"] == pytest.approx(value(alone(frame, "shop")[1]).new_customer().mean, rel=ROUNDING)
    assert grouped.new_customer().mean == pytest.approx(np.mean(list(by_group.values())), rel=ROUNDING)
    weeks = grouped.purchases.expected_purchases_new_customer(["1 week", "1 year"])
    each = [grouped.purchases[label].expected_purchases_new_customer(["1 week", "1 year"]) for label in CHANNELS]
    np.testing.assert_allclose(weeks, np.mean(each, axis=0), rtol=ROUNDING)
    one_model_for_spend = clv.LifetimeValue(grouped.purchases, clv.GammaGamma().fit(summary(frame)), horizon="1 year")
    expected = one_model_for_spend.spend.population_mean * (1 + weeks[1])
    assert one_model_for_spend.new_customer().mean == pytest.approx(expected, rel=ROUNDING)
    with pytest.raises(InputError, match="not fitted by an attribute"):
        value(summary(frame)).of_group("web")


def test_the_tables_name_the_groups(frame):
    fits = clv.BGNBD().fit(summary(frame), by="channel")
    table = fits.parameters(level=0.9)
    assert list(table)[:2] == ["channel", "parameter"]
    assert table["channel"].tolist() == ["shop"] * 4 + ["web"] * 4 + [None] * 4
    pd.testing.assert_frame_equal(table.iloc[4:8, 1:].reset_index(drop=True), fits["web"].parameters(level=0.9))
    outcomes = fits.outcomes()
    assert outcomes["channel"].tolist() == list(CHANNELS)
    assert outcomes["ok"].all()
    assert outcomes["customers"].tolist() == [300, 300, 300]
    assert fits.diagnostics == Diagnostics(
        True, "All 3 groups converged.", "MLE", None, {"groups": 3.0, "at_boundary": 0.0, "failed": 0.0}
    )
    assert repr(fits) == "<BG/NBD fits by channel: shop, web, None; All 3 groups converged.>"


def test_a_group_at_a_boundary_and_one_that_failed_are_counted(frame):
    few = pd.concat([frame, frame.head(1).assign(channel="kiosk", customer_id=-1, frequency=0.0, recency=0.0)])
    fits = clv.BGNBD().fit(summary(few.assign(monetary_value=np.nan)), by="channel")
    assert fits["kiosk"].diagnostics.boundary == "nobody repeats"
    assert fits.diagnostics.ok
    assert not fits.diagnostics.converged
    assert "1 are at a boundary" in fits.diagnostics.message
    stopped = clv.BGNBD().fit(summary(frame), clv.MLE(max_iterations=1), by="channel")
    assert not stopped.diagnostics.ok
    assert "3 did not converge" in stopped.diagnostics.message


@pytest.mark.parametrize("kind", [in_pandas, in_polars_lazy])
def test_a_customer_of_another_group_is_an_error_that_names_it(frame, kind):
    fits = clv.BGNBD().fit(summary(frame), by="channel")
    others = summary(frame.assign(channel="fax"), kind)
    with pytest.raises(
        InputError, match=r"1 groups that were not fitted\.\n  channel 'fax'\nFitted were 'shop', 'web'"
    ):
        fits.predict(others, "1 week")
    with pytest.raises(InputError, match="There is no group 'fax'"):
        fits["fax"]


@pytest.mark.parametrize(
    ("by", "match"),
    [
        ("region", "no column 'region'"),
        ("T", "cannot be grouped by 'T'"),
        (["channel"], "no name of a column"),
        ("name", "1,200 values"),
    ],
)
def test_what_is_no_attribute_is_refused(by, match):
    n = 1200
    frame = pd.DataFrame({"customer_id": np.arange(n), "frequency": 0, "recency": 0.0, "T": 9.0})
    with pytest.raises(InputError, match=match):
        clv.BGNBD().fit(summary(frame.assign(name=[f"n{i}" for i in range(n)], channel="web")), by=by)


def test_a_group_without_money_is_named(frame):
    silent = frame.assign(monetary_value=frame["monetary_value"].where(frame["channel"] != "web", 0.0))
    with pytest.raises(InputError, match="channel 'web': Gamma-Gamma needs customers"):
        clv.GammaGamma().fit(summary(silent), by="channel")


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([2, 1], (1, 2)),
        ([1.5, np.nan], (1.5, None)),
        ([True, False], (False, True)),
        (pd.Categorical(["b", "a"]), ("a", "b")),
        (pd.to_datetime(["2024-01-02", "2024-01-01"]).date, ("2024-01-01", "2024-01-02")),
        (np.array(["x", None], dtype=object), ("x", None)),
    ],
)
def test_attributes_of_every_kind_are_labels(frame, values, labels, constructor):  # noqa: F811
    of_two = frame.head(300).assign(channel=pd.Series(values).take(np.arange(300) % 2).to_numpy())
    fits = clv.BGNBD().fit(summary(of_two, constructor), by="channel")
    assert tuple(fits) == labels
    first = clv.BGNBD().fit(summary(of_two[np.arange(300) % 2 == 0]))
    np.testing.assert_allclose(
        fits[pd.Series(values).map(str).iloc[0] if isinstance(labels[0], str) else values[0]].draws,
        first.draws,
        rtol=1e-6,
    )


def test_the_callers_frame_is_left_alone(frame):
    mine = frame.copy()
    fits = clv.BGNBD().fit(summary(mine), by="channel")
    fits.predict(summary(mine), "1 week")
    pd.testing.assert_frame_equal(mine, frame)


def test_a_pipeline_fits_by_group_and_comes_back_from_a_folder(frame, tmp_path):
    recipe = clv.Pipeline(purchases=clv.BGNBD(), spend=clv.GammaGamma(), by="channel", horizon="1 year", margin=0.4)
    fitted = recipe.fit(summary(frame))
    assert tuple(fitted.purchases) == CHANNELS
    loaded = clv.load(clv.save(fitted, tmp_path / "value"))
    pd.testing.assert_frame_equal(loaded.predict(summary(frame)), fitted.predict(summary(frame)))
    fits = clv.load(clv.save(fitted.purchases, tmp_path / "fits"))
    pd.testing.assert_frame_equal(fits.parameters(), fitted.purchases.parameters())
    assert type(fits) is type(fitted.purchases)


def test_an_attribute_of_a_log_reaches_the_fit():
    log = clv.datasets.cdnow()
    log = log.assign(half=np.where(log["customer_id"] % 2, "odd", "even"))
    tx = clv.Transactions(log, customer="customer_id", time="date", amount="amount", attributes=["half"])
    both = tx.summarize(time_unit="week", until="1997-09-30")
    fits = clv.BGNBD().fit(both, by="half")
    odd = log[log["customer_id"] % 2 == 1]
    wanted = clv.BGNBD().fit(
        clv.Transactions(odd, customer="customer_id", time="date", amount="amount").summarize(
            time_unit="week", until="1997-09-30"
        )
    )
    np.testing.assert_allclose(fits["odd"].draws, wanted.draws, rtol=ROUNDING)
