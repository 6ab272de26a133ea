"""The page of a backtest: who forecast best, and how far off that was."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from clvmodels.evaluation import Backtest
from clvmodels.evaluation.backtesting.words import number
from clvmodels.report.content import Fact, Page, Section, Table, Tone
from clvmodels.report.fit_page import folded_last
from clvmodels.report.judged import Judged, judge_targets
from clvmodels.report.judged_sections import judged_sections
from clvmodels.report.numbers import UNKNOWN, Writer, count, signed
from clvmodels.report.options import Options

if TYPE_CHECKING:
    import pandas as pd


def of_backtest(
    backtest: Backtest, options: Options | None = None, *, differences: "Mapping[str, pd.DataFrame] | None" = None
) -> Page:
    """The page of a backtest.

    Parameters
    ----------
    backtest
        With keep_predictions=True also calibration is drawn and ties are told from differences.
    options
        Title and currency.
    differences
        What `Backtest.compare` returned for its best, by target, if that is known already.

    Returns
    -------
    Page
        With `html` and `save(path)`.

    Examples
    --------
    >>> import clvmodels as clv
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> rivals = {"BG/NBD": clv.BGNBD(), "hiatus": clv.heuristics.Hiatus("13 weeks").purchases_only()}
    >>> result = clv.backtest(tx, rivals, cutoffs=["1997-09-30"], horizon="39 weeks", time_unit="week")
    >>> page = clv.report.of_backtest(result)
    >>> print(page.verdict[0])
    Customer by customer BG/NBD forecast purchases best, and the lead is more than chance. In total BG/NBD expected
    1,650 purchases and 1,882 came: 12% too low.
    """
    chosen = options or Options()
    writer, judged = Writer(chosen.currency), judge_targets(backtest, chosen.seed, differences)
    origins = backtest.origins
    troubles = () if backtest.ok else ("A contender failed or did not converge: see below.",)
    return Page(
        title=chosen.title or "How good the forecasts were",
        subtitle=(
            f"Forecasts of {origins[0].horizon} ahead, made with what was known on "
            f"{', '.join(str(origin.cutoff) for origin in origins)}, beside what happened."
        ),
        verdict=(*(f"{one.headline()} {one.total(writer)}".strip() for one in judged), *troubles),
        sections=folded_last(*judged_sections(backtest, judged, writer), settings_section(backtest)),
        tone=Tone.PLAIN if backtest.ok else Tone.WARNING,
        facts=tuple(_facts(backtest, judged)),
    )


def settings_section(backtest: Backtest) -> Section:
    """What all contenders were asked, folded."""
    settings = backtest.settings
    asked = {
        "horizon": backtest.origins[0].horizon, "unit of time": settings.time_unit, "margin": settings.margin,
        "discount rate per year": settings.discount_rate, "level of intervals": settings.level or "none",
        "seed": settings.seed, **settings.summarize,
    }  # fmt: skip
    rows = tuple((name.replace("_", " "), "none" if value is None else str(value)) for name, value in asked.items())
    table = Table("Settings of the backtest", ("what", "it is"), rows, words=("it is",))
    return Section("How it was asked", (), (table,), folded=True)


def _facts(backtest: Backtest, judged: tuple[Judged, ...]) -> list[Fact]:
    customers = [origin.customers for origin in backtest.origins]
    few, many = count(min(customers)), count(max(customers))
    found = [Fact("Customers judged", few if few == many else f"{few} to {many}", number(len(customers), "cut-off"))]
    for one in judged:
        if one.ranked and one.target != "activity":
            bias = float(one.league["bias"].iloc[0])
            found.append(Fact(f"Total {one.target} off by", signed(bias) if bias == bias else UNKNOWN, one.best))
    return found
