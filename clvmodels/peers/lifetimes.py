"""Names of lifetimes 0.11, and ours."""

from clvmodels.peers.name import LIFETIMES, rows

_DISCRETE = "models of discrete opportunities are not part of this package"
_PENALIZER = "penalizer_coef becomes priors={...} with method=clv.MAP() or clv.Laplace()"

_CDNOW = 'clv.Transactions(clv.datasets.cdnow(), ...).summarize(time_unit="week", until="1997-09-30")'

_PACKAGE = (
    ("BetaGeoFitter", "clv.BGNBD()", _PENALIZER),
    ("ModifiedBetaGeoFitter", "clv.MBGNBD()", _PENALIZER),
    ("ParetoNBDFitter", "clv.ParetoNBD()", _PENALIZER),
    ("GammaGammaFitter", "clv.GammaGamma()", "q_constraint becomes a prior of q, which by default lies above 1"),
    ("BetaGeoBetaBinomFitter", "", _DISCRETE),
    (
        "summary_data_from_transaction_data",
        "clv.Transactions(log, customer=..., time=...).summarize(time_unit=...)",
        "freq becomes time_unit, which stays with the summary; observation_period_end becomes until",
    ),
    (
        "calibration_and_holdout_data",
        "transactions.split(cutoff, horizon, time_unit=...)",
        "it returns a calibration with .summary, and a holdout",
    ),
    (
        "customer_lifetime_value",
        "clv.LifetimeValue(purchases, spend, horizon=..., discount_rate=...)",
        "the rate is per year, not per month",
    ),
    ("expected_cumulative_transactions", "clv.evaluation.tracking(transactions, calibration, fit)", ""),
    ("calculate_alive_path", "clv.evaluation.alive_path(transactions, summary, fit, customer)", ""),
    ("ConvergenceError", "fit.diagnostics.ok", "a fit that did not converge says so and what to do; nothing is raised"),
    ("load_transaction_data", "clv.datasets.cdnow()", "it is the CDNOW log; their example log is not included"),
    ("load_cdnow_summary", _CDNOW, "its times are weeks"),
    ("load_cdnow_summary_data_with_monetary_value", _CDNOW, "its times are weeks"),
    ("load_donations", "", _DISCRETE),
)

_PLOTS = (
    ("plot_period_transactions", "clv.plots.frequency_histogram(clv.evaluation.frequency_histogram(summary, fit))", ""),
    (
        "plot_calibration_purchases_vs_holdout_purchases",
        "clv.plots.by_frequency(clv.evaluation.by_frequency(summary, holdout, fit))",
        "by recency it is clv.plots.by_recency",
    ),
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
    ("plot_expected_repeat_purchases", "clv.plots.new_customer(clv.evaluation.new_customer(fit, horizon))", ""),
    (
        "plot_history_alive",
        "clv.plots.alive_path(clv.evaluation.alive_path(transactions, summary, fit, customer))",
        "",
    ),
    (
        "plot_cumulative_transactions",
        "clv.plots.tracking(clv.evaluation.tracking(transactions, calibration, fit))",
        "",
    ),
    (
        "plot_incremental_transactions",
        "clv.plots.incremental(clv.evaluation.tracking(transactions, calibration, fit))",
        "",
    ),
    (
        "plot_transaction_rate_heterogeneity",
        'clv.plots.heterogeneity(clv.evaluation.heterogeneity(fit), "purchase rate")',
        "",
    ),
    (
        "plot_dropout_rate_heterogeneity",
        'clv.plots.heterogeneity(clv.evaluation.heterogeneity(fit), "dropout probability")',
        "",
    ),
)

_FIT = (
    ("params_", "fit.estimates", "fit.parameters() has standard errors and intervals beside them"),
    ("summary", "fit.parameters()", ""),
    ("data", "fit.source", "it is the summary that was fitted"),
    ("variance_matrix_", "fit.covariance", "theirs has its columns, not its rows and columns, scaled"),
    ("standard_errors_", 'fit.parameters()["std_error"]', ""),
    ("confidence_intervals_", "fit.parameters(level=0.95)", "on the log scale, so that no bound is negative"),
    ("_negative_log_likelihood_", "fit.log_likelihood", "of all customers in the data's own unit"),
    ("conditional_expected_number_of_purchases_up_to_time", "fit.expected_purchases(summary, horizon)", ""),
    ("conditional_probability_alive", "fit.probability_alive(summary)", ""),
    (
        "conditional_probability_alive_matrix",
        "clv.evaluation.purchase_grid(fit, age, horizon, time_unit=...).probability_alive",
        "",
    ),
    ("expected_number_of_purchases_up_to_time", "fit.expected_purchases_new_customer(horizon)", ""),
    (
        "probability_of_n_purchases_up_to_time",
        "fit.purchase_distribution(summary, horizon, max_purchases=n)",
        "of a new customer, give a summary with frequency, recency and T of 0",
    ),
    (
        "conditional_probability_of_n_purchases_up_to_time",
        "fit.purchase_distribution(summary, horizon, max_purchases=n)",
        "",
    ),
    ("expected_number_of_transactions_in_first_n_periods", "", _DISCRETE),
    ("generate_new_data", "fit.sample_purchases(summary, horizon)", "it draws the future of given customers"),
    ("conditional_expected_average_profit", "fit.expected_order_value(summary)", ""),
    (
        "customer_lifetime_value",
        "clv.LifetimeValue(purchases, spend, horizon=..., discount_rate=...).predict(summary)",
        "the rate is per year, not per month",
    ),
    ("save_model", "clv.save(fit, path)", "no customer's data are saved"),
    ("load_model", "clv.load(path)", ""),
    ("print_summary", "print(fit.parameters().drop(columns='meaning'))", ""),
)

LIFETIMES_NAMES = rows(LIFETIMES, "package", _PACKAGE) + rows(LIFETIMES, "plots", _PLOTS) + rows(LIFETIMES, "fit", _FIT)
