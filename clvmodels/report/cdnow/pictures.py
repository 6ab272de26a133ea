"""What the demonstration draws, with the words that stand in for the pictures."""

from clvmodels import plots
from clvmodels.report.cdnow.study import CUTOFF, Study
from clvmodels.report.content import Picture
from clvmodels.report.page import picture


def tracking_pictures(study: Study) -> tuple[Picture, ...]:
    """Repeat purchases over time: the running total and week by week."""
    tracked = study.tracked
    last, peak = tracked.iloc[-1], tracked.iloc[int(tracked["actual"].argmax())]
    return (
        picture(
            lambda ax: plots.tracking(tracked, ax=ax),
            f"Two rising lines. By {last['day']:%Y-%m-%d} customers had made {last['actual_cumulative']:,.0f} repeat "
            f"purchases, the model expected {last['expected_cumulative']:,.0f}; the lines part after the cut-off.",
            "Running total. The expectation drawn here knows only when each customer bought first; the forecast in the "
            "tables also knows what each one did up to the cut-off.",
        ),
        picture(
            lambda ax: plots.incremental(tracked, ax=ax),
            f"A jagged line of actual and a smooth line of expected repeat purchases per week. Actual peaks at "
            f"{peak['actual']:,.0f} in the week to {peak['day']:%Y-%m-%d} and has further peaks that the smooth line "
            f"does not follow, also after the cut-off on {CUTOFF}.",
            "Week by week. The expectation rises while customers arrive and then decays; seasons and campaigns are "
            "unknown to it.",
        ),
    )


def frequency_picture(study: Study) -> Picture:
    """Actual beside expected by repeat purchases before."""
    groups = study.groups
    rows = zip(groups["frequency"], groups["actual"], groups["expected"], strict=True)
    return picture(
        lambda ax: plots.by_frequency(groups, ax=ax),
        "Pairs of bars, purchases per customer actual and expected, by repeat purchases before: "
        + ", ".join(f"{x}: {actual:.2f} and {expected:.2f}" for x, actual, expected in rows)
        + ".",
        "The small numbers under the axis say how many customers a group has.",
    )


def grid_pictures(study: Study) -> tuple[Picture, ...]:
    """Both matrices."""
    grid = study.grid
    how = f"Each cell is a customer who is {grid.age:g} weeks old."
    return (
        picture(
            lambda ax: plots.probability_alive(grid, ax=ax),
            "Matrix of the probability of being alive by repeat purchases and age at the last one: high at the right, "
            "where the last purchase is recent, and the lower for early last purchases the more purchases there were.",
            f"{how} Recency is the customer's age at the last purchase, not how long ago it was: right means bought "
            "just now. Silence says most about those who used to buy often (above), little about those who never did.",
        ),
        picture(
            lambda ax: plots.value(grid, ax=ax),
            "Matrix of the value over a year by repeat purchases and age at the last one: highest for many purchases "
            "and a recent last one, close to zero for many purchases and a long silence.",
            f"Expected dollars over {grid.terms}, if past orders averaged {grid.order_value:.2f} dollars. A frequent "
            "buyer who fell silent is worth less than an occasional one who did not.",
        ),
    )
