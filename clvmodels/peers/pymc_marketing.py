"""Names of `pymc_marketing.clv` 0.19, and ours."""

from clvmodels.peers.name import PYMC_MARKETING, rows

_CONTRACTS = "models of contracts are not part of this package"
_DISCRETE = "models of discrete opportunities are not part of this package"
_DRAWS = "with method=clv.Laplace(), or clv.NUTS() for PyMC's sampler"

_PACKAGE = (
    ("BetaGeoModel", "clv.BGNBD()", _DRAWS),
    ("ModifiedBetaGeoModel", "clv.MBGNBD()", _DRAWS),
    ("ParetoNBDModel", "clv.ParetoNBD()", _DRAWS),
    ("GammaGammaModel", "clv.GammaGamma()", _DRAWS),
    ("GammaGammaModelIndividual", "clv.GammaGamma()", "a customer's orders count through their number and mean"),
    ("BetaGeoBetaBinomModel", "", _DISCRETE),
    ("ShiftedBetaGeoModel", "", _CONTRACTS),
    ("ShiftedBetaGeoModelIndividual", "", _CONTRACTS),
    ("Prior", "clv.priors.Weibull, clv.priors.Beta, ...", "given to the model, clv.BGNBD(priors={...})"),
    (
        "rfm_summary",
        "clv.Transactions(log, customer=..., time=...).summarize(time_unit=...)",
        "time_scaler becomes time_unit, which stays with the summary",
    ),
    (
        "rfm_train_test_split",
        "transactions.split(cutoff, horizon, time_unit=...)",
        "it returns a calibration with .summary, and a holdout",
    ),
    ("rfm_segments", "clv.segments.rfm(summary)", ""),
    (
        "customer_lifetime_value",
        "clv.LifetimeValue(purchases, spend, horizon=..., discount_rate=...)",
        "the rate is per year, not per month",
    ),
)

_PLOTS = (
    ("plot_customer_exposure", "clv.plots.timelines(clv.evaluation.timelines(summary))", ""),
    (
        "plot_frequency_recency_matrix",
        "clv.plots.expected_purchases(clv.evaluation.purchase_grid(fit, age, horizon, time_unit=...))",
        "",
    ),
    (
        "plot_probability_alive_matrix",
        "clv.plots.probability_alive(clv.evaluation.purchase_grid(fit, age, horizon, time_unit=...))",
        "",
    ),
    (
        "plot_expected_purchases_over_time",
        "clv.plots.tracking(clv.evaluation.tracking(transactions, calibration, fit))",
        "plot_cumulative=False is clv.plots.incremental",
    ),
    (
        "plot_expected_purchases_ppc",
        "clv.plots.frequency_histogram(clv.evaluation.frequency_histogram(summary, fit))",
        "before the data are seen it is model.prior_predictive(summary)",
    ),
)

_FIT = (
    ("build_model", "model.fit(summary)", "nothing is built beforehand"),
    ("fit_summary", "fit.parameters()", ""),
    ("fit_result", "fit.to_inference_data().posterior", "fit.draws has the parameters alone"),
    ("idata", "fit.to_inference_data()", ""),
    ("thin_fit_result", "fit.parameter_draws(n)", ""),
    ("save", "clv.save(fit, path)", "no customer's data are saved"),
    ("load", "clv.load(path)", ""),
    ("expected_probability_alive", "fit.probability_alive(summary)", "with level=, fit.predict has intervals"),
    (
        "expected_probability_no_purchase",
        "1 - fit.probability_active(summary, horizon)",
        "right for one-time buyers too",
    ),
    (
        "expected_purchase_probability",
        "fit.purchase_distribution(summary, horizon, max_purchases=n)",
        "",
    ),
    ("distribution_new_customer", "fit.sample_purchases(summary, horizon)", "with frequency, recency and T of 0"),
    ("distribution_new_customer_dropout", "clv.evaluation.heterogeneity(fit)", ""),
    ("distribution_new_customer_purchase_rate", "clv.evaluation.heterogeneity(fit)", ""),
    (
        "distribution_new_customer_recency_frequency",
        "fit.sample_purchases(summary, horizon)",
        "with frequency, recency and T of 0",
    ),
    ("expected_customer_spend", "fit.expected_order_value(summary)", ""),
    ("distribution_customer_spend", "fit.predict(summary, level=0.9)", "with intervals of the customer's own mean"),
    ("expected_new_customer_spend", "fit.population_mean", ""),
    ("distribution_new_customer_spend", "fit.predict(summary, level=0.9)", "with a frequency of 0"),
    (
        "expected_customer_lifetime_value",
        "clv.LifetimeValue(purchases, spend, horizon=..., discount_rate=...).predict(summary)",
        "the rate is per year, not per month",
    ),
)

PYMC_MARKETING_NAMES = (
    rows(PYMC_MARKETING, "package", _PACKAGE)
    + rows(PYMC_MARKETING, "plots", _PLOTS)
    + rows(PYMC_MARKETING, "fit", _FIT)
)
