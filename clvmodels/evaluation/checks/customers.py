"""Checks of how many customers there are, how many came back, and how much hangs on a few."""

import math

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.evaluation.checks.finding import Finding, Severity, graded, percent

# Of simulated sets of BG/NBD 29% ended at a boundary with 300 to 999 customers, 45% with 100 to 299 and 58% with fewer
# (docs/small-samples.md), where the data say nothing of how customers differ in dropout.
_FEW, _VERY_FEW, _FEW_REPEATERS = 1_000, 300, 100
_ONE_TIME_NOTED, _ONE_TIME_WARNS = 0.20, 0.90
_LARGEST_NOTED, _LARGEST_WARNS, _TOP_NOTED = 0.05, 0.10, 0.30


def few_customers(frequency: FloatArray) -> Finding | None:
    """Too few customers to learn how they differ.

    A note below 1,000 customers, a warning below 300, or below 100 who came back; see docs/small-samples.md for how
    often fits end at a boundary then.
    """
    customers, repeaters = len(frequency), int((frequency > 0).sum())
    if customers >= _FEW and repeaters >= _FEW_REPEATERS:
        return None
    return Finding(
        "few_customers",
        Severity.WARNING if customers < _VERY_FEW or repeaters < _FEW_REPEATERS else Severity.NOTE,
        {"customers": customers, "repeat_buyers": repeaters},
        f"There are {customers:,} customers, and {repeaters:,} of them came back: how customers differ, above all in "
        "when they leave, is learnt from few.",
        "Use method=clv.Laplace(), whose priors hold what the data leave open, and give intervals with every number.",
    )


def one_time_buyers(frequency: FloatArray, recency: FloatArray, age: FloatArray) -> Finding | None:
    """Customers who bought once, of whom BG/NBD says that they are alive with probability one.

    In BG/NBD a customer can leave only at a repeat purchase (Fader, Hardie and Lee 2005, Marketing Science 24(2)). A
    note from 20% on, a warning from 90% (a judgement: the model then learns from one customer in ten), serious if
    nobody came back, since then there is nothing to learn from.
    """
    once = frequency == 0
    share = float(once.mean())
    if share == 1.0:
        return Finding(
            "one_time_buyers",
            Severity.SERIOUS,
            {"share_of_customers": 1.0},
            "Nobody has bought twice: there is nothing from which a model could learn how often, or how long, "
            "customers come back.",
            "Wait for repeat purchases; see whether ids are of customers and not of orders.",
        )
    if share < _ONE_TIME_NOTED:
        return None
    usual = float(np.quantile(recency[~once] / frequency[~once], 0.9))
    silent = float((age[once] > usual).mean())
    return Finding(
        "one_time_buyers",
        graded(share, _ONE_TIME_WARNS),
        {"share_of_customers": share, "silent": silent},
        f"{percent(share)} of the customers ({int(once.sum()):,}) have bought once. BG/NBD gives each of them a "
        f"probability of one to be alive, although {percent(silent)} of them have been silent for longer than nine in "
        "ten repeat buyers wait between two purchases.",
        "Count active customers, and charge retention cost, by probability_active (a purchase within the horizon), not "
        "by probability_alive; expected purchases and value are not misled. In MBGNBD one-time buyers can be gone: "
        "clv.select says whether they look it.",
    )


def concentration(value: FloatArray) -> Finding | None:
    """Money that hangs on a few customers.

    A note if the largest customer brought 5% of the money or the largest hundredth 30%, a warning if one customer
    brought 10% (a judgement: totals then rise and fall with one decision that no model of many customers foresees).
    Below 100 customers nothing is said.
    """
    total = float(value.sum())
    if len(value) < 100 or total <= 0:
        return None
    ordered = np.sort(value)[::-1]
    most = math.ceil(len(value) / 100)
    largest, top = float(ordered[0]) / total, float(ordered[:most].sum()) / total
    if largest < _LARGEST_NOTED and top < _TOP_NOTED:
        return None
    return Finding(
        "concentration",
        graded(largest, _LARGEST_WARNS),
        {"share_of_largest": largest, "share_of_top_hundredth": top},
        f"The largest customer brought {percent(largest)} of the money and the largest {most:,} of {len(value):,} "
        f"brought {percent(top)}: totals rise and fall with decisions of a few.",
        "Forecast the largest customers by hand or leave them out, and give totals with their intervals.",
    )
