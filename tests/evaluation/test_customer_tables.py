"""Tables that plots draw, against sums by hand and simulation event by event."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import clvmodels as clv
from clvmodels import evaluation
from clvmodels.errors import InputError, WrongTypeError
from clvmodels.evaluation.cohort_paths import Cohort
from clvmodels.evaluation.spreads import draws_of
from clvmodels.kernels import bgnbd, gamma_gamma

THETA = {"r": 0.8, "alpha": 4.0, "a": 1.2, "b": 2.5}
FIT = clv.BGNBD().at(**THETA, time_unit="week")
SPEND = clv.GammaGamma().at(p=6.25, q=3.74, v=15.44)
# Formulas of one package in another order of sums.
EXACT = 1e-10
# Of 20,000 to 200,000 draws; four standard errors lie below.
BY_CHANCE = 0.03


@pytest.fixture(scope="module")
def tx():
    rows = [
        ("a", "2024-01-01", 10.0), ("a", "2024-01-11", 20.0), ("a", "2024-02-10", 30.0), ("b", "2024-01-08", 5.0),
        ("c", "2024-01-08", 8.0), ("c", "2024-01-09", 9.0), ("c", "2024-01-09", 1.0), ("d", "2024-02-01", 7.0),
        ("d", "2024-03-20", 7.0),
    ]  # fmt: skip
    log = pd.DataFrame(rows, columns=["who", "day", "paid"])
    return clv.Transactions(log, customer="who", time="day", amount="paid")


@pytest.fixture(scope="module")
def summary(tx):
    return tx.summarize(time_unit="week", until="2024-03-01")


@pytest.fixture(scope="module")
def cdnow():
    tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    calibration, holdout = tx.split("1997-09-30", "39 weeks", time_unit="week")
    return tx, calibration, holdout, clv.BGNBD().fit(calibration.summary)


class TestFrequencyHistogram:
    def test_it_is_the_sum_over_customers(self, summary):
        table = evaluation.frequency_histogram(summary, FIT, most=3, level=None)
        assert table["actual"].tolist() == [2, 1, 1, 0]
        each = [bgnbd.counts_if_alive(0.0, 0.0, age, 2, *THETA.values()) for age in summary.column("T")]
        np.testing.assert_allclose(table["expected"][:3], np.sum(each, axis=0), rtol=EXACT)
        assert table["expected"].sum() == pytest.approx(4.0, rel=EXACT)
        assert list(table) == ["purchases", "actual", "expected"]

    def test_many_ages_are_taken_together(self):
        ages = np.linspace(1.0, 60.0, 1000)
        frame = pd.DataFrame({"customer_id": range(1000), "frequency": 0, "recency": 0.0, "T": ages})
        table = evaluation.frequency_histogram(clv.Summary.from_frame(frame, "week"), FIT, most=2, level=None)
        each = [bgnbd.counts_if_alive(0.0, 0.0, age, 1, *THETA.values()) for age in ages]
        # Ages within a three-hundredth of the customers are alike to a second order.
        np.testing.assert_allclose(table["expected"][:2], np.sum(each, axis=0), rtol=1e-4)

    def test_intervals_hold_what_a_simulation_brings(self):
        """With parameters given, the counts of 400 customers of one age are multinomial."""
        frame = pd.DataFrame({"customer_id": range(400), "frequency": 0, "recency": 0.0, "T": 20.0})
        table = evaluation.frequency_histogram(clv.Summary.from_frame(frame, "week"), FIT, most=2, level=0.5, seed=1)
        share = table["expected"] / 400
        low, high = (stats.binom(400, share).ppf(tail) for tail in (0.25, 0.75))
        # Quantiles of 200 draws of numbers near 100.
        np.testing.assert_allclose(table["expected_lower"], low, atol=5)
        np.testing.assert_allclose(table["expected_upper"], high, atol=5)

    def test_a_lazy_summary_gives_the_same(self, summary):
        import duckdb

        frame = summary.frame[["customer_id", "frequency", "recency", "T"]]
        lazy = clv.Summary.from_frame(duckdb.from_df(frame), "week")
        pd.testing.assert_frame_equal(
            evaluation.frequency_histogram(lazy, FIT), evaluation.frequency_histogram(summary, FIT)
        )

    def test_another_unit_changes_nothing(self, tx, summary):
        days = tx.summarize(time_unit="day", until="2024-03-01")
        one, two = (evaluation.frequency_histogram(of, FIT, level=None)["expected"] for of in (summary, days))
        np.testing.assert_allclose(one, two, rtol=EXACT)

    def test_what_is_no_fit_is_refused(self, summary):
        with pytest.raises(WrongTypeError, match="no parameters of purchases"):
            evaluation.frequency_histogram(summary, SPEND)
        with pytest.raises(InputError, match="leaves no groups"):
            evaluation.frequency_histogram(summary, FIT, most=0)


class TestTracking:
    def test_paths_are_those_of_a_simulation(self):
        """Means of drawn paths are the expectation, and their spread that of independent customers."""
        cohort = Cohort(np.array([300, 0, 200]), np.array([6, 20, 69]), 0.0)
        drawn = cohort.sample(FIT, np.repeat(FIT.draws, 400, axis=0), np.random.default_rng(1))
        means = np.diff(cohort.expected(FIT), prepend=0.0)
        np.testing.assert_allclose(drawn.mean(axis=0), means, rtol=BY_CHANCE)
        single = Cohort(np.array([1, 0, 0]), np.array([69]), 0.0)
        one = np.array([single.sample(FIT, FIT.draws, np.random.default_rng(seed))[0, 0] for seed in range(2000)])
        both = Cohort(np.array([500, 0, 0]), np.array([69]), 0.0)
        many = both.sample(FIT, np.repeat(FIT.draws, 400, axis=0), np.random.default_rng(2))[:, 0]
        assert many.var() / (500 * one.var()) == pytest.approx(1.0, abs=0.25)

    def test_of_a_large_cohort_some_stand_for_all(self):
        theta = np.repeat(FIT.draws, 100, axis=0)
        large = Cohort(np.array([12_000]), np.array([69]), 0.0)
        small = Cohort(np.array([3_000]), np.array([69]), 0.0)
        drawn, whole = (cohort.sample(FIT, theta, np.random.default_rng(3))[:, 0] for cohort in (large, small))
        assert drawn.mean() == pytest.approx(large.expected(FIT)[0], rel=BY_CHANCE)
        assert drawn.std() / whole.std() == pytest.approx(2.0, abs=0.6)

    def test_cdnow_stays_inside(self, cdnow):
        tx, calibration, _, fit = cdnow
        table = evaluation.tracking(tx, calibration, fit, level=0.95)
        actual, low, high = (table[f"{name}"] for name in (
            "actual_cumulative", "expected_cumulative_lower", "expected_cumulative_upper"))  # fmt: skip
        inside = (low <= actual) & (actual <= high)
        assert inside[table["holdout"]].all()
        assert (table["expected_lower"] <= table["expected_upper"]).all()

    def test_rounds_of_one_seed_agree(self, cdnow):
        tx, calibration, _, fit = cdnow
        one, two = (evaluation.tracking(tx, calibration, fit, every="13 weeks", seed=5) for _ in range(2))
        pd.testing.assert_frame_equal(one, two)


class TestByRecency:
    def test_groups_by_hand(self, tx):
        calibration, holdout = tx.split("2024-03-01", "3 weeks", time_unit="week", observed_until="2024-03-31")
        table = evaluation.by_recency(calibration.summary, holdout, FIT, level=None)
        # Recency in weeks: a 40/7, c 1/7, b and d never; d purchases again in the holdout.
        assert table["customers"].tolist() == [2, 1, 1]
        assert table["actual"].tolist() == [0.5, 0.0, 0.0]
        assert np.isnan(table["lower"].iloc[0])
        expected = FIT.expected_purchases(calibration.summary, holdout.horizon)
        np.testing.assert_allclose(table["expected_total"].sum(), expected.sum(), rtol=EXACT)
        assert ((table["lower"] <= 40 / 7) & (table["upper"] > 40 / 7)).iloc[2]

    def test_silence_is_the_time_since(self, tx):
        calibration, holdout = tx.split("2024-03-01", "3 weeks", time_unit="week", observed_until="2024-03-31")
        table = evaluation.by_recency(calibration.summary, holdout, FIT, by="silence", level=None)
        assert table["lower"].dropna().is_monotonic_increasing
        assert table["customers"].tolist() == [2, 1, 1]
        with pytest.raises(InputError, match="by='T' is not possible"):
            evaluation.by_recency(calibration.summary, holdout, FIT, by="T")

    @pytest.mark.parametrize("longest", [0.3, 1.0, 11.9, 12.0, 38.86, 400.0, 5e6])
    def test_there_are_at_most_twelve_groups(self, longest):
        from clvmodels.evaluation.recency import _width

        assert 4 <= np.floor(longest / _width(longest)) + 1 <= 12

    def test_intervals_are_those_of_drawn_futures(self, cdnow):
        _, calibration, holdout, fit = cdnow
        table = evaluation.by_recency(calibration.summary, holdout, fit, level=0.9)
        inside = table["actual"].between(table["expected_lower"], table["expected_upper"])
        assert inside.mean() > 0.4  # CDNOW's forecast is 12% too low in the end
        assert table["expected"].between(table["expected_lower"], table["expected_upper"]).all()
        assert (table["level"] == 0.9).all()

    def test_a_rule_of_thumb_has_no_interval(self, cdnow):
        _, calibration, holdout, _ = cdnow
        rule = clv.heuristics.PastRate().over("39 weeks").fit(calibration).purchases
        table = evaluation.by_recency(calibration.summary, holdout, rule)
        assert "expected_lower" not in table


def test_by_frequency_has_intervals(cdnow):
    _, calibration, holdout, fit = cdnow
    table = evaluation.by_frequency(calibration.summary, holdout, fit, largest=2)
    assert table["expected"].between(table["expected_lower"], table["expected_upper"]).all()
    # The mean of 1,411 customers is known better than that of 507.
    relative = table["expected_upper"] - table["expected_lower"]
    assert relative.iloc[0] < relative.iloc[2]


class TestNewCustomer:
    def test_it_is_the_fits_expectation(self):
        table = evaluation.new_customer(FIT, "1 year", points=4)
        expected = FIT.expected_purchases_new_customer(table["age"].to_numpy())
        np.testing.assert_allclose(table["expected"], expected, rtol=EXACT)
        # Parameters that are given are known.
        np.testing.assert_allclose(table["expected_lower"], expected, rtol=EXACT)
        assert table["age"].iloc[-1] == pytest.approx(365.25 / 7)

    def test_bounds_are_quantiles_over_draws(self, cdnow):
        fit = cdnow[3]
        table = evaluation.new_customer(fit, 39.0, points=1, level=0.5)
        each = [float(bgnbd.purchases_if_alive(0.0, 0.0, 39.0, 0.0, *row)) for row in fit.parameter_draws(200, seed=0)]
        np.testing.assert_allclose(table[["expected_lower", "expected_upper"]].iloc[0], np.quantile(each, [0.25, 0.75]))


class TestHeterogeneity:
    def test_densities_are_those_of_the_distributions(self):
        table = evaluation.heterogeneity(FIT, level=None)
        rate, dropout = (table[table["quantity"] == name] for name in ("purchase rate", "dropout probability"))
        density = stats.gamma(0.8, scale=1 / 4.0).pdf(rate["value"]) * rate["value"] * np.log(10)
        np.testing.assert_allclose(rate["density"], density, rtol=EXACT)
        np.testing.assert_allclose(dropout["density"], stats.beta(1.2, 2.5).pdf(dropout["value"]), rtol=EXACT)
        assert rate["unit"].unique().tolist() == ["per week"]

    def test_they_hold_all_customers_but_the_tails(self):
        table = evaluation.heterogeneity(FIT, points=4000, level=None)
        rate, dropout = (table[table["quantity"] == name] for name in ("purchase rate", "dropout probability"))
        assert np.trapezoid(rate["density"], np.log10(rate["value"])) == pytest.approx(0.8995, abs=1e-3)
        assert dropout["density"].mean() == pytest.approx(1.0, abs=1e-3)

    def test_bounds_are_those_of_a_posterior(self, cdnow):
        calibration = cdnow[1]
        fit = clv.BGNBD().fit(calibration.summary, method=clv.Laplace(draws=200, seed=1))
        table = evaluation.heterogeneity(fit, points=20, level=0.8)
        assert (table["density_lower"] < table["density_upper"]).all()
        assert table["density"].between(table["density_lower"], table["density_upper"]).mean() > 0.9

    def test_a_boundary_has_no_bounds_and_finite_densities(self):
        frame = pd.DataFrame({"customer_id": [1, 2, 3], "frequency": 0, "recency": 0.0, "T": [5.0, 6.0, 7.0]})
        fit = clv.BGNBD().fit(clv.Summary.from_frame(frame, "week"))
        assert fit.covariance is None
        table = evaluation.heterogeneity(fit)
        assert "density_lower" not in table
        assert np.isfinite(table["density"]).all()

    def test_order_values_have_none(self):
        with pytest.raises(InputError, match="differ in no rate"):
            evaluation.heterogeneity(SPEND)


class TestAlivePath:
    def test_it_is_what_was_known_on_each_day(self, tx, summary):
        table = evaluation.alive_path(tx, summary, FIT, "a")
        assert table.loc[table["purchase"], "age"].tolist() == [0.0, 10.0, 40.0]
        assert table["age"].iloc[-1] == 60.0
        for _, row in table[~table["purchase"]].iterrows():
            before = [age for age in (0.0, 10.0, 40.0) if age < row["age"] or (age == 0.0)]
            alive = bgnbd.probability_alive(len(before) - 1, before[-1] / 7, row["age"] / 7, *THETA.values())
            assert row["probability_alive"] == pytest.approx(float(alive), rel=EXACT)

    def test_at_a_purchase_it_jumps(self, tx, summary):
        table = evaluation.alive_path(tx, summary, FIT, "a")
        at = table[table["age"] == 40.0]
        assert at["purchase"].tolist() == [False, True]
        assert at["frequency"].tolist() == [1, 2]
        assert at["probability_alive"].is_monotonic_increasing

    def test_the_last_day_is_the_summarys(self, tx, summary):
        for customer, alive in zip(summary.ids(), FIT.probability_alive(summary), strict=True):
            table = evaluation.alive_path(tx, summary, FIT, customer)
            assert table["probability_alive"].iloc[-1] == pytest.approx(alive, rel=EXACT)
            assert table["frequency"].iloc[-1] == summary.frame.set_index("customer_id").loc[customer, "frequency"]

    def test_bounds_are_those_of_the_parameters(self, cdnow):
        tx, calibration, _, fit = cdnow
        table = evaluation.alive_path(tx, calibration.summary, fit, 1, level=0.9)
        assert (
            table["probability_alive"].between(table["probability_alive_lower"], table["probability_alive_upper"]).all()
        )
        assert (table.loc[table["frequency"] == 0, "probability_alive_lower"] == 1.0).all()

    def test_a_rule_of_thumb_has_a_path_without_bounds(self, cdnow):
        tx, calibration, _, _ = cdnow
        rule = clv.heuristics.Hiatus("8 weeks").over("39 weeks").fit(calibration).purchases
        table = evaluation.alive_path(tx, calibration.summary, rule, 1)
        assert set(table["probability_alive"]) == {0.0, 1.0}
        assert "probability_alive_lower" not in table

    def test_who_is_not_there_is_named(self, tx, summary):
        with pytest.raises(InputError, match="nobody"):
            evaluation.alive_path(tx, summary, FIT, "nobody")
        table = clv.Summary.from_frame(summary.frame, "week")
        with pytest.raises(InputError, match="not made from this log"):
            evaluation.alive_path(tx, table, FIT, "a")

    def test_a_customer_of_the_last_day(self, tx):
        summary = tx.summarize(time_unit="day", until="2024-01-01")
        table = evaluation.alive_path(tx, summary, FIT, "a")
        assert table["age"].tolist() == [0.0]
        assert table["purchase"].tolist() == [True]


class TestTimelines:
    def test_all_purchases_of_the_log(self, tx, summary):
        table = evaluation.timelines(summary, tx)
        assert table["customer_id"].tolist() == ["a", "a", "a", "b", "c", "c", "d"]
        days = [-60, -50, -20, -53, -53, -52, -29]
        np.testing.assert_allclose(table["time"], np.array(days) / 7)
        assert table["first"].tolist() == [True, False, False, True, True, False, True]
        assert (table["until"] == pd.Timestamp("2024-03-01")).all()

    def test_without_the_log_the_first_and_the_last(self, summary):
        table = evaluation.timelines(summary)
        assert table.groupby("customer_id").size().to_dict() == {"a": 2, "b": 1, "c": 2, "d": 1}
        np.testing.assert_allclose(table["time"][:2], [-60 / 7, -20 / 7])

    def test_some_customers(self, tx, summary):
        assert evaluation.timelines(summary, tx, customers=["d", "a"])["customer_id"].unique().tolist() == ["a", "d"]
        assert evaluation.timelines(summary, tx, customers=2, seed=1)["customer_id"].nunique() == 2
        with pytest.raises(InputError, match="nobody"):
            evaluation.timelines(summary, tx, customers=["nobody"])
        with pytest.raises(InputError, match="at least 1"):
            evaluation.timelines(summary, tx, customers=0)

    @pytest.mark.parametrize("engine", ["polars", "duckdb"])
    def test_other_engines(self, engine, require_package):
        package = require_package(engine)
        log = pd.DataFrame({"who": [7, 7, 8], "day": pd.to_datetime(["2024-01-01", "2024-01-05", "2024-01-02"])})
        frame = package.from_pandas(log) if engine == "polars" else package.from_df(log)
        tx = clv.Transactions(frame, customer="who", time="day")
        summary = tx.summarize(time_unit="day", until="2024-01-08").collected()
        assert evaluation.timelines(summary, tx)["time"].tolist() == [-7.0, -3.0, -6.0]


class TestSpendDensity:
    def test_the_density_is_the_average_over_customers(self):
        frame = {"customer_id": range(3), "frequency": [1, 2, 2], "recency": 1.0, "T": 2.0}
        summary = clv.Summary.from_frame(pd.DataFrame(frame | {"monetary_value": [10.0, 20.0, 30.0]}), "week")
        found = evaluation.spend_density(summary, SPEND, bins=2, points=5, level=None)
        values = found.expected["value"].to_numpy()
        each = [np.exp(gamma_gamma.log_likelihood(x, values, 6.25, 3.74, 15.44)) for x in (1.0, 2.0, 2.0)]
        np.testing.assert_allclose(found.expected["density"], np.mean(each, axis=0), rtol=EXACT)
        assert found.actual["customers"].sum() + found.beyond == found.customers == 3

    def test_it_is_the_density_of_simulated_means(self):
        rng = np.random.default_rng(4)
        size = 200_000
        nu = rng.gamma(3.74, 1 / 15.44, size)
        means = rng.gamma(6.25 * 2, 1 / nu) / 2
        frame = pd.DataFrame({"customer_id": range(size), "frequency": 2, "recency": 1.0, "T": 2.0})
        summary = clv.Summary.from_frame(frame.assign(monetary_value=means), "week")
        found = evaluation.spend_density(summary, SPEND, bins=20, points=20, level=None)
        likely = found.actual["customers"] > 4000
        np.testing.assert_allclose(found.actual["density"][likely], found.expected["density"][likely], rtol=0.08)

    def test_a_long_tail_is_looked_at_by_doublings(self):
        """Of 1,000 customers five are left out at either end; areas over doublings are shares of customers."""
        means = np.exp(np.random.default_rng(4).normal(10.0, 2.0, 1000))
        frame = pd.DataFrame({"customer_id": range(1000), "frequency": 2, "recency": 1.0, "T": 2.0})
        summary = clv.Summary.from_frame(frame.assign(monetary_value=means), "week")
        spend = clv.GammaGamma().at(p=1.0, q=0.8, v=15_000.0)
        found = evaluation.spend_density(summary, spend, bins=8, points=400)
        assert found.logarithmic
        assert found.beyond == 10
        lower, upper = found.actual["lower"].to_numpy(), found.actual["upper"].to_numpy()
        assert (lower[0], upper[-1]) == (np.sort(means)[5], np.sort(means)[-6])
        np.testing.assert_allclose(upper / lower, upper[0] / lower[0], rtol=EXACT)
        doublings = np.log2(upper / lower)
        assert (found.actual["density"] * doublings).sum() == pytest.approx(0.99, abs=EXACT)
        values = found.expected["value"].to_numpy()
        per_unit = np.exp(gamma_gamma.log_likelihood(2.0, values, 1.0, 0.8, 15_000.0))
        np.testing.assert_allclose(found.expected["density"], per_unit * values * np.log(2.0), rtol=EXACT)
        # Nearly all of the model's mass, too: this curve was chosen to lie over the data.
        assert found.expected["density"].mean() * doublings.sum() == pytest.approx(0.98, abs=0.02)

    def test_a_tail_that_is_not_long_is_looked_at_in_equal_steps(self, cdnow):
        found = evaluation.spend_density(cdnow[1].summary, SPEND, level=None)
        assert not found.logarithmic
        assert found.actual["lower"][0] == 0.0
        assert found.beyond / found.customers < 0.01

    def test_bounds_and_errors(self, cdnow):
        summary = cdnow[1].summary
        found = evaluation.spend_density(summary, clv.GammaGamma().fit(summary), points=20)
        table = found.expected
        assert (table["density_lower"] < table["density_upper"]).all()
        assert (table["level"] == 0.9).all()
        with pytest.raises(WrongTypeError):
            evaluation.spend_density(summary, FIT)
        nobody = {"customer_id": [1], "frequency": [0], "recency": [0.0], "T": [2.0], "monetary_value": [0.0]}
        with pytest.raises(InputError, match="No customer has an order"):
            evaluation.spend_density(clv.Summary.from_frame(pd.DataFrame(nobody), "week"), SPEND)

    def test_many_different_numbers_of_orders_are_taken_together(self):
        frame = {
            "customer_id": range(200),
            "frequency": range(1, 201),
            "recency": 1.0,
            "T": 2.0,
            "monetary_value": 30.0,
        }
        summary = clv.Summary.from_frame(pd.DataFrame(frame), "week")
        found = evaluation.spend_density(summary, SPEND, points=40, level=None)
        values = found.expected["value"].to_numpy()
        each = [np.exp(gamma_gamma.log_likelihood(x, values, 6.25, 3.74, 15.44)) for x in range(1, 201)]
        np.testing.assert_allclose(found.expected["density"], np.mean(each, axis=0), rtol=0.02, atol=1e-6)


class TestValueDistribution:
    def test_counts_are_those_of_the_draws(self, cdnow):
        summary = cdnow[1].summary
        value = clv.LifetimeValue(FIT, SPEND, horizon="1 year", discount_rate=0.1)
        table = evaluation.value_distribution(value, summary, draws=50, seed=3, level=0.9)
        sample = value.sample(summary, 50, seed=3)
        for row in table.itertuples():
            inside = sample == 0 if row.upper == 0 else (sample > row.lower) & (sample <= row.upper)
            assert row.customers == pytest.approx(inside.sum(axis=0).mean(), rel=EXACT)
        assert table["customers"].sum() == pytest.approx(2357)
        assert table["customers"].between(table["customers_lower"], table["customers_upper"]).all()

    def test_costs_make_values_negative(self, cdnow):
        summary = cdnow[1].summary
        value = clv.LifetimeValue(FIT, SPEND, horizon="1 year", retention_cost="5 per year")
        table = evaluation.value_distribution(value, summary, draws=20)
        assert table[["lower", "upper"]].iloc[:2].to_numpy().tolist() == [[-np.inf, 0.0], [0.0, 0.0]]
        assert table["customers"].iloc[0] > 100
        assert table["customers"].sum() == pytest.approx(2357)

    def test_of_many_customers_some_stand_for_all(self):
        frame = pd.DataFrame({"customer_id": range(12_000), "frequency": 1, "recency": 5.0, "T": 9.0})
        summary = clv.Summary.from_frame(frame.assign(monetary_value=30.0), "week")
        value = clv.LifetimeValue(FIT, SPEND, horizon="1 year")
        assert evaluation.value_distribution(value, summary, draws=5)["customers"].sum() == pytest.approx(12_000)

    def test_nobody_who_purchases(self):
        frame = pd.DataFrame({"customer_id": [1], "frequency": 0, "recency": 0.0, "T": 9.0, "monetary_value": 0.0})
        value = clv.LifetimeValue(FIT, SPEND, horizon=1e-9)
        table = evaluation.value_distribution(value, clv.Summary.from_frame(frame, "week"), draws=5)
        assert table["customers"].iloc[0] == 1.0


class TestPurchaseGrid:
    def test_cells_are_the_fits_predictions(self):
        grid = evaluation.purchase_grid(FIT, 6.0, "13 weeks", time_unit="week", most_purchases=3)
        assert grid.expected_purchases.shape == (3, 6)
        expected = bgnbd.purchases_if_alive(2.0, 6.0, 13.0, 0.0, *THETA.values())
        alive = bgnbd.probability_alive(2.0, 4.0, 6.0, *THETA.values())
        assert grid.expected_purchases[1, 3] == pytest.approx(float(alive * expected), rel=EXACT)
        assert grid.terms == "13 weeks"

    def test_a_bare_horizon_is_in_the_unit_given(self):
        assert evaluation.purchase_grid(FIT, 6.0, 91.0, time_unit="day").terms == "91 days"


def test_where_nothing_is_known_of_the_spread_there_are_no_draws(cdnow):
    _, _, _, fit = cdnow
    assert draws_of(FIT, 0).shape == (200, 4)
    assert draws_of(fit, 0, 7).shape == (7, 4)
    assert draws_of(clv.heuristics.Hiatus("8 weeks"), 0) is None
