"""The prose of the demonstration, with the study's numbers in it."""

from clvmodels.report.cdnow.study import CUTOFF, SILENT_WEEKS, WEEKS, Study, silence_rule
from clvmodels.report.content import Fact

TITLE = "Customer lifetime value at CDNOW"
SUBTITLE = f"BG/NBD and Gamma-Gamma know the log up to {CUTOFF} and forecast the {WEEKS} weeks after it."
GROUPS = (
    "The forecast is too low for every group of customers, most of all for those with one or two repeat purchases. The "
    "model knows no seasons and no campaigns, and it lets nobody come back who has dropped out."
)
DATA = (
    "Data: the 1/10 sample of CDNOW, Fader and Hardie (2001), 2,357 customers who bought first in January to March "
    "1997; amounts are US dollars. Published parameters: Fader, Hardie and Lee (2005), Marketing Science 24(2), for "
    'BG/NBD; Fader and Hardie (2013), "The Gamma-Gamma Model of Monetary Value".'
)
LIMITS = (
    "Values are discounted revenue: no margin and no cost is taken off. Forecasts are expected values; what chance and "
    "unknown parameters do to them is predict(..., level=0.9). Standard errors are those of the parameters."
)


def verdict(study: Study) -> str:
    """How good the forecast was."""
    bought, money = study.totals.loc["purchases"], study.totals.loc["revenue"]
    tone = "too little" if bought["error"] < 0 else "too much"
    return (
        f"The model forecast {tone}: {bought['expected']:,.1f} purchases where {bought['actual']:,.0f} came "
        f"({bought['error']:+.1%}), and {money['expected']:,.0f} dollars of revenue where {money['actual']:,.2f} came "
        f"({money['error']:+.1%})."
    )


def worth(study: Study) -> str:
    """What the customers are worth."""
    return (
        f"Its parameters are the published ones, digit by digit. It puts the worth of these {len(study.summary):,} "
        f"customers at {study.year:,.0f} dollars over the next year and {study.future:,.0f} over the whole future, "
        "discounted at 10% a year. Its forecast was too low, so these may be too."
    )


def facts(study: Study) -> tuple[Fact, ...]:
    """The numbers that stand large."""
    bought = study.totals.loc["purchases"]
    return (
        Fact(f"Forecast for {WEEKS} weeks", f"{bought['expected']:,.0f}", "purchases"),
        Fact("What came", f"{bought['actual']:,.0f}", f"purchases: the forecast was {bought['error']:+.1%} off"),
        Fact("Value of the next year", f"${study.year:,.0f}", f"${study.year / len(study.summary):,.2f} per customer"),
        Fact("Value of the whole future", f"${study.future:,.0f}", "discounted at 10% a year"),
    )


def since_the_beginning(study: Study) -> str:
    """Why a running total flatters."""
    after, last = study.tracked[study.tracked["holdout"]], study.tracked.iloc[-1]
    missed = after["expected"].sum() / after["actual"].sum() - 1
    overall = last["expected_cumulative"] / last["actual_cumulative"] - 1
    return (
        "Judge a forecast by what came after the cut-off. The running total since the beginning is only "
        f"{overall:+.1%} off, while the part of it after the cut-off is {missed:+.1%} off."
    )


def against_rules(study: Study) -> str:
    """What rules without a model say."""
    model, best_rule = study.rules.loc["BG/NBD"], study.rules["rmse"].drop("BG/NBD").min()
    short, lucky, long = (study.rules.loc[silence_rule(weeks)] for weeks in SILENT_WEEKS)
    return (
        "Always ask what a rule without a model would have said. Here one of them beats the model on the total: "
        f'"silent for more than {SILENT_WEEKS[1]} weeks means gone, the others go on as before" is '
        f"{lucky['error']:+.1%} off. But {SILENT_WEEKS[0]} weeks would have been {short['error']:+.1%} off and "
        f"{SILENT_WEEKS[2]} weeks {long['error']:+.1%}, and which one is right is known only afterwards. Customer "
        f"by customer the model errs least: {model['rmse']:.2f} purchases, {best_rule:.2f} with the best of the rules."
    )


def best_customers(study: Study) -> str:
    """How far the most valuable customers can be foreseen."""
    best = study.best
    return (
        f"The {len(best)} most valuable of {len(study.summary):,} customers hold "
        f"{best['clv'].sum() / study.year:.0%} of the value of the next year. In the {WEEKS} weeks they bought "
        f"{best['bought'].sum():,.0f} times, where {best['forecast'].sum():,.0f} were expected: too many here, while "
        "the whole forecast is too low. Single customers differ from their expectation far more than totals do."
    )


def purchase_parameters(study: Study) -> str:
    """What the parameters of BG/NBD mean."""
    fit = study.purchases
    rate, dropout = fit["r"] / fit["alpha"], fit["a"] / (fit["a"] + fit["b"])
    return (
        f"{fit.diagnostics.message} On average {rate:.3f} purchases a week while alive, and {dropout:.0%} drop out "
        "after a purchase."
    )


def spend_parameters(study: Study) -> str:
    """What the parameters of Gamma-Gamma mean."""
    fit = study.spend
    return (
        f"{fit.diagnostics.message} The mean order of a customer of whom nothing is known is "
        f"{fit.population_mean:.2f} dollars."
    )
