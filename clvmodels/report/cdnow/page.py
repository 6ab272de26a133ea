"""The page of the demonstration."""

from clvmodels.report.cdnow import words
from clvmodels.report.cdnow.pictures import frequency_picture, grid_pictures, tracking_pictures
from clvmodels.report.cdnow.study import CUTOFF, DISCOUNT_RATE, WEEKS, Study
from clvmodels.report.content import Page, Section, Table
from clvmodels.report.tables import parameter_table, text_table

# Fader, Hardie and Lee (2005), and Fader and Hardie (2013).
PUBLISHED = {"r": ".243", "alpha": "4.414", "a": ".793", "b": "2.426", "log-likelihood": "-9,582.4"}
PUBLISHED_SPEND = {"p": "6.25", "q": "3.74", "v": "15.44", "log-likelihood": "-4,055.9"}

_ERROR = ("error", "+.1%")


def study_page(study: Study, *, pictures: bool = True) -> Page:
    """The page of the study; without pictures, what a terminal can show."""
    return Page(
        title=words.TITLE,
        subtitle=words.SUBTITLE,
        verdict=(words.verdict(study), words.worth(study)),
        sections=(
            Section(
                f"The forecast and what the next {WEEKS} weeks brought",
                (words.since_the_beginning(study),),
                (_totals(study),),
                tracking_pictures(study) if pictures else (),
            ),
            Section(
                "Where it errs", (words.GROUPS,), (_groups(study),), (frequency_picture(study),) if pictures else ()
            ),
            Section("Against rules of thumb", (words.against_rules(study),), (_rules(study),)),
            Section(
                "Who is worth most",
                (words.best_customers(study),),
                (_best(study), _base(study)),
                grid_pictures(study) if pictures else (),
            ),
            Section("The parameters, beside the published ones", (), _parameters(study)),
        ),
        footer=(words.DATA, words.LIMITS),
        facts=words.facts(study),
    )


def _totals(study: Study) -> Table:
    names = {"index": ("", ""), "expected": ("expected", ",.2f"), "actual": ("actual", ",.2f"), "error": _ERROR}
    note = f"The {WEEKS} weeks after {CUTOFF}. Buyers are customers with at least one purchase."
    return text_table(study.totals.reset_index(), "All customers", names, note)


def _groups(study: Study) -> Table:
    columns = {
        "frequency": ("repeat purchases before", ""),
        "customers": ("customers", ",d"),
        "expected": ("expected", ".2f"),
        "actual": ("actual", ".2f"),
    }
    return text_table(study.groups, "Purchases per customer", columns)


def _rules(study: Study) -> Table:
    columns = {"index": ("forecast", ""), "expected": ("total", ",.0f"), "error": _ERROR, "rmse": ("RMSE", ".2f")}
    note = "RMSE: root mean squared error of purchases per customer. Who is not set to 0 goes on at the past rate."
    return text_table(study.rules.reset_index(), "The same forecast by simple rules", columns, note)


def _best(study: Study) -> Table:
    columns = {
        "customer_id": ("id", ""),
        "probability_alive": ("P(alive)", ".2f"),
        "frequency": ("orders before", ",.0f"),
        "forecast": ("expected", ",.1f"),
        "bought": ("came", ",.0f"),
        "expected_order_value": ("order $", ",.0f"),
        "clv": ("value $", ",.0f"),
    }
    note = (
        "P(alive): probability that the customer has not dropped out. Orders before: repeat purchases up to the "
        f"cut-off; expected and came: purchases in the {WEEKS} weeks after it. Order: expected dollars per order; "
        f"value: of the next year, discounted at {DISCOUNT_RATE:.0%}."
    )
    return text_table(study.best, "The most valuable customers over the next year", columns, note)


def _base(study: Study) -> Table:
    rows = (("the next year", f"{study.year:,.2f}"), ("the whole future", f"{study.future:,.2f}"))
    columns = ("over", f"value at {DISCOUNT_RATE:.0%} a year, $")
    return Table("All customers together", columns, rows)


def _parameters(study: Study) -> tuple[Table, ...]:
    return (
        parameter_table(study.purchases, PUBLISHED, words.purchase_parameters(study)),
        parameter_table(study.spend, PUBLISHED_SPEND, words.spend_parameters(study)),
    )
