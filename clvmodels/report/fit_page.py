"""The page of a fit: what the customers are worth, by which model, and how far it can be believed."""

from collections.abc import Iterator
from datetime import datetime

import numpy as np

from clvmodels.errors import InputError, WrongTypeError
from clvmodels.evaluation import Backtest, Findings, tracking
from clvmodels.fitting import GroupedFit, PurchaseFit, require_summary
from clvmodels.lifetime import LifetimeValue
from clvmodels.predictor import Coded, PurchasePredictor
from clvmodels.report import worth_words as words
from clvmodels.report.content import Fact, Page, Section, Tone
from clvmodels.report.judged import Judged, judge_targets
from clvmodels.report.judged_pictures import incremental_picture, tracking_picture
from clvmodels.report.judged_sections import judged_sections
from clvmodels.report.numbers import Writer, about, ahead, in_words, share
from clvmodels.report.options import Options
from clvmodels.report.origin import finding_sections, origin_section, parameter_section, unwell
from clvmodels.report.worth import Worth
from clvmodels.report.worth_sections import value_sections
from clvmodels.transactions import Calibration, Summary, Transactions

_REPRODUCED = (
    "What a model makes of the past that it was fitted to. The expectation knows only when each customer bought first; "
    "it knows no seasons and no campaigns."
)


def of_fit(
    model: LifetimeValue | PurchasePredictor,
    summary: Summary,
    options: Options | None = None,
    *,
    transactions: Transactions | None = None,
    findings: Findings | None = None,
    backtest: Backtest | None = None,
) -> Page:
    """The page of a valuation, or of a fitted model of purchases, and of the customers that it is asked about.

    Parameters
    ----------
    model
        A `LifetimeValue`, or a fit of purchases alone.
    summary
        The customers.
    options
        Title, currency, level of intervals, and whether customers are listed with their ids.
    transactions
        The log that the summary is made of, for pictures of purchases over time.
    findings
        What `clv.check` found in the log.
    backtest
        Of this model's recipe and of rules of thumb.

    Returns
    -------
    Page
        With `html` and `save(path)`. What was not given is left out.

    Raises
    ------
    WrongTypeError
        If the model is neither.
    InputError
        If there are no customers.

    Examples
    --------
    >>> import clvmodels as clv
    >>> summary = clv.Transactions(
    ...     clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount"
    ... ).summarize(time_unit="week", until="1997-09-30")
    >>> page = clv.report.of_fit(clv.BGNBD().fit(summary), summary, clv.report.Options(horizon="39 weeks"))
    >>> print(page.verdict[0])
    Over the next 39 weeks these 2,357 customers are expected to make 1,650 purchases.
    """
    chosen, known = options or Options(), require_summary(summary.collected())
    if not len(known):
        raise InputError("There are no customers to tell of.", advice="See what summary.report says of the log.")
    judged = judge_targets(backtest, chosen.seed) if backtest is not None else ()
    writer = Writer(chosen.currency)
    if isinstance(model, LifetimeValue):
        worth = Worth.of(model, known, chosen)
        verdict = (words.headline(worth, writer), words.concentration(worth))
        facts, sections = words.facts(worth, writer), value_sections(worth, writer, chosen.customers)
    elif isinstance(model, PurchasePredictor):
        verdict, facts = _purchases(model, known, chosen)
        sections = ()
    else:
        raise WrongTypeError(
            f"A {type(model).__name__} has no page.",
            advice="Give a LifetimeValue, or a fitted model of purchases, such as clv.BGNBD().fit(summary).",
        )
    evidence = judged_sections(backtest, judged, writer) if backtest is not None else ()
    rest = (over_time(model, known, transactions), parameter_section(model), origin_section(model, known))
    troubles = unwell(model)
    return Page(
        title=chosen.title or ("Customer lifetime value" if isinstance(model, LifetimeValue) else "Expected purchases"),
        subtitle=subtitle(model, known),
        verdict=(*filter(None, verdict), *trust(judged, findings, writer), *troubles),
        sections=folded_last(
            *sections, *evidence, *finding_sections(findings), *(part for part in rest if part is not None)
        ),
        tone=Tone.WARNING if troubles or (findings is not None and not findings.ok) else Tone.PLAIN,
        facts=facts,
    )


def folded_last(*sections: Section) -> tuple[Section, ...]:
    """What is open first, what is folded behind it."""
    return tuple(sorted(sections, key=lambda section: section.folded))


def subtitle(model: object, summary: Summary) -> str:
    """Customers, day and models in a line."""
    until = summary.until
    day = "" if until is None else f", known until {until.date() if isinstance(until, datetime) else until}"
    names = " and ".join(dict.fromkeys(_models(model)))
    return f"{words.customers(len(summary))}{day}. {names[:1].upper()}{names[1:]}."


def trust(judged: tuple[Judged, ...], findings: Findings | None, writer: Writer) -> Iterator[str]:
    """How far the numbers can be believed, in sentences of the verdict."""
    if not judged:
        yield "No forecast of the past was held to what happened: how far off such a forecast can be is not known here."
    main = [one for one in judged if one.target in {"purchases", "revenue"}]
    if main:
        # Money last, since it is what the value is made of.
        yield " ".join(filter(None, (main[-1].headline(), main[-1].total(writer))))
    if findings is not None and not findings.ok:
        yield "The checks of the data found something serious, which comes before any number here: see below."


def over_time(model: object, summary: Summary, transactions: Transactions | None) -> Section | None:
    """Repeat purchases over time as a single fit reproduces them; nothing without a log."""
    fit = model.purchases if isinstance(model, LifetimeValue) else model
    if transactions is None or not isinstance(fit, PurchaseFit) or summary.until is None or summary.options is None:
        return None
    day = summary.until.date() if isinstance(summary.until, datetime) else summary.until
    table = tracking(transactions, Calibration(transactions, summary, day), fit, until=day)
    last = table.iloc[-1]
    off = last["expected_cumulative"] / last["actual_cumulative"] - 1.0 if last["actual_cumulative"] else np.nan
    said = f"{_REPRODUCED} At the end it is {share(abs(off))} too {'high' if off > 0 else 'low'}." if off == off else ""
    return Section(
        "Purchases over time",
        (said or _REPRODUCED,),
        pictures=(
            tracking_picture(table, "Running total of repeat purchases."),
            incremental_picture(table, "The same week by week; a season that comes back is not in the expectation."),
        ),
    )


def _purchases(fit: PurchasePredictor, summary: Summary, options: Options) -> tuple[tuple[str, str], tuple[Fact, ...]]:
    """Verdict and facts of a model that knows nothing of money."""
    horizon, people = options.horizon, len(summary)
    known = fit.coded(summary) if isinstance(fit, Coded) else summary
    bought = float(np.sum(fit.expected_purchases(known, horizon)))
    active = float(np.sum(fit.probability_active(known, horizon)))
    first = (
        f"Over {ahead(horizon)} these {words.customers(people)} are expected to make {about(bought)} purchases.",
        f"About {about(active)} of them ({share(active / people)}) are expected to buy at least once in that time.",
    )
    return first, (
        Fact(f"Purchases over {ahead(horizon)}", about(bought), f"{bought / people:.2f} per customer"),
        Fact("Expected to buy again", share(active / people), f"{about(active)} customers"),
    )


def _models(model: object) -> Iterator[str]:
    if isinstance(model, LifetimeValue):
        yield from _models(model.purchases)
        yield from _models(model.spend)
    elif isinstance(model, GroupedFit):
        yield f"{model.fits[0].model.name} by {model.groups.by}"
    else:
        found = getattr(model, "model", None)
        yield str(getattr(found, "name", in_words(type(model).__name__)))
