"""What a page says of the value of customers, in sentences."""

from clvmodels.lifetime import LifetimeValue
from clvmodels.report.content import Fact
from clvmodels.report.numbers import Writer, about, ahead, count, share
from clvmodels.report.worth import Worth


def customers(number: int) -> str:
    """How many customers, with the noun.

    Examples
    --------
    >>> from clvmodels.report.worth_words import customers
    >>> customers(1), customers(2357)
    ('1 customer', '2,357 customers')
    """
    return f"{count(number)} customer{'' if number == 1 else 's'}"


def basis(value: LifetimeValue) -> str:
    """What is meant by value: of which money, discounted how, less which cost.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from clvmodels.report.worth_words import basis
    >>> purchases = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> spend = clv.GammaGamma().at(p=6.25, q=3.74, v=15.44)
    >>> basis(clv.LifetimeValue(purchases, spend, horizon="1 year", discount_rate=0.1, margin=0.35))
    '35% of their revenue, discounted at 10% a year'
    """
    parts = ["all of their revenue" if value.margin == 1 else f"{share(value.margin)} of their revenue"]
    if value.retention_cost is not None:
        parts.append(f"less {value.retention_cost} of retention cost")
    parts.append(f"discounted at {share(value.discount_rate)} a year" if value.discount_rate else "not discounted")
    return ", ".join(parts)


def headline(worth: Worth, writer: Writer) -> str:
    """The value of the base with its interval."""
    who, total = customers(len(worth.summary)), worth.total
    said = (
        f"Over {ahead(worth.value.horizon)} {who} {'is' if len(worth.summary) == 1 else 'are'} expected to be worth "
        f"{writer.said(total.mean)} ({basis(worth.value)})"
    )
    if worth.doubt or total.level is None:
        return f"{said}."
    return f"{said}; with a probability of {share(total.level)} it will be between {writer.interval(total)}."


def concentration(worth: Worth) -> str:
    """How many will buy, and who holds the value."""
    tiers, said = worth.tiers, ""
    if worth.active is not None:
        said = (
            f"About {about(worth.active)} of them ({share(worth.active / len(worth.summary))}) are expected to buy at "
            f"least once in that time, {about(worth.purchases or 0.0)} purchases in all. "
        )
    top = tiers.iloc[0]
    if not top["customers"] or not top["clv_share"] > 0:
        return said.strip()
    return f"{said}The most valuable 5% ({count(top['customers'])}) hold {share(top['clv_share'])} of the value."


def doubts(worth: Worth) -> str:
    """What the interval does not know."""
    if worth.doubt:
        return f"There is no interval: {worth.doubt}"
    return (
        "The interval knows chance and how uncertain the parameters are. It takes for granted that customers go on as "
        "the model describes them: how well that held in the past is what backtests and earlier forecasts show."
    )


def facts(worth: Worth, writer: Writer) -> tuple[Fact, ...]:
    """The numbers that stand large."""
    total, people = worth.total, len(worth.summary)
    sure = f"{share(total.level)} interval: {writer.interval(total, 'to')}" if not worth.doubt and total.level else ""
    found = [
        Fact(f"Value over {ahead(worth.value.horizon)}", writer.said(total.mean), sure),
        Fact("Value per customer", writer.money(total.mean / people), f"{customers(people)} known today"),
    ]
    if worth.active is not None:
        found.append(
            Fact(
                "Expected to buy again",
                share(worth.active / people),
                f"{about(worth.active)} customers, {about(worth.purchases or 0.0)} purchases",
            )
        )
    found.append(Fact("Value of a new customer", writer.money(worth.new.mean), "first order included"))
    return tuple(found)
