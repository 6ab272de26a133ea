"""Which candidate to take, and why, in a sentence that can be passed on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

# A lead in elpd is real from here on: so many nats, and so many of its standard errors (see `compare`).
_NATS, _STANDARD_ERRORS = 4.0, 2.0


@dataclass(frozen=True)
class Standing:
    """How one candidate did.

    Attributes
    ----------
    name
        Of the candidate.
    finding
        What the data would say of customers if it is right, such as "one-time buyers look gone".
    parameters
        How many it has.
    ok
        Whether its fits can be relied on.
    behind, error
        How far it is behind the best by PSIS-LOO, at least 0, and the standard error of that.
    holdout
        "best", "tie" or "worse" by its forecasts, or "" if none were judged.
    """

    name: str
    finding: str
    parameters: int
    ok: bool
    behind: float
    error: float
    holdout: str = ""

    @property
    def near(self) -> bool:
        """Whether the best is not ahead by more than noise."""
        return not self.behind > max(_NATS, _STANDARD_ERRORS * self.error)

    @property
    def forecasts(self) -> bool:
        """Whether nobody's forecasts were better by more than noise."""
        return self.holdout != "worse"


@dataclass(frozen=True)
class Choice:
    """The candidate to take.

    Attributes
    ----------
    name
        Of the candidate.
    reason
        One sentence.
    """

    name: str
    reason: str


def choose(standings: Sequence[Standing]) -> Choice:
    """The candidate that nobody beats by more than noise; of several the one with the fewest parameters.

    Where as many parameters tie, the one that is given first is taken. What is seen in a holdout counts for more than
    what is estimated from the same customers.

    Parameters
    ----------
    standings
        Of the candidates, plainest first.

    Examples
    --------
    >>> from clvmodels.evaluation.selecting.reason import Standing, choose
    >>> with_dropout = Standing("BG/NBD", "customers leave after purchases", 4, True, 0.0, 0.0)
    >>> choose([Standing("NBD", "no sign of dropout", 2, True, 0.6, 0.9), with_dropout]).reason
    'No sign of dropout: NBD describes these customers as well as BG/NBD, which has more parameters.'
    >>> choose([Standing("NBD", "no sign of dropout", 2, True, 181.2, 19.1), with_dropout]).reason
    'Customers leave after purchases: BG/NBD is ahead of NBD by 181.2 in elpd (standard error 19.1).'
    """
    usable = _from_the_best([each for each in standings if each.ok] or list(standings))
    forecasters = [each for each in usable if each.forecasts] or usable
    both = [each for each in forecasters if each.near]
    contest = both or forecasters
    best = min(contest, key=lambda each: each.parameters)
    if not best.ok:
        return Choice(best.name, f"No candidate converged, so that nothing speaks for {best.name} but its simplicity.")
    if not both:
        liked = min(usable, key=lambda each: each.behind)
        return Choice(
            best.name,
            f"{best.name} forecast the holdout better than {liked.name}, which describes the customers before it "
            f"better{_lead(best)}: something has changed, or the holdout is a special time.",
        )
    ties = [each for each in contest if each is not best]
    equals = [each for each in ties if each.parameters == best.parameters]
    if equals:
        return Choice(best.name, _undecided(best, equals, _behind(usable, contest)))
    return Choice(best.name, _clear(best, [each.name for each in ties], _behind(usable, contest)))


def _from_the_best(standings: list[Standing]) -> list[Standing]:
    """How far they are behind the best of them."""
    least = min(each.behind for each in standings)
    return [replace(each, behind=each.behind - least) for each in standings]


def _clear(best: Standing, larger: list[str], beaten: list[Standing]) -> str:
    """One that is the best, or as good as larger ones."""
    what = f"{_capital(best.finding)}: {best.name}" if best.finding else best.name
    if larger:
        return f"{what} describes these customers as well as {_listed(larger)}, which {_has(larger)} more parameters."
    if not beaten:
        return f"{what} is the only candidate that can be used."
    rival = min(beaten, key=lambda each: each.behind if not each.near else -1.0)
    if rival.near:
        return f"{what} forecast the holdout better than {rival.name}, from which it cannot be told apart otherwise."
    return f"{what} is ahead of {rival.name}{_lead(rival, best)}."


def _undecided(best: Standing, equals: Sequence[Standing], beaten: Sequence[Standing]) -> str:
    """One of several that are as good and as large."""
    same = [best, *equals]
    nearest = max(same, key=lambda each: each.behind)
    apart = nearest.behind - min(each.behind for each in same)
    error = max(each.error for each in same)
    others = f", and {_listed([each.name for each in beaten])} {_are(beaten)} worse" if beaten else ""
    findings = " or ".join(f"that {each.finding}" for each in same if each.finding)
    unknown = f": these data do not tell whether to believe {findings}" if findings else ""
    return (
        f"{_listed([each.name for each in same])} cannot be told apart (elpd differs by {apart:,.1f}, standard error "
        f"{error:,.1f}){others}; {best.name} is taken because it stands first{unknown}."
    )


def _behind(usable: Sequence[Standing], contest: Sequence[Standing]) -> list[Standing]:
    """Who is worse than those in the contest."""
    return [each for each in usable if each not in contest]


def _lead(rival: Standing, best: Standing | None = None) -> str:
    """By how much."""
    behind = rival.behind - (best.behind if best else 0.0)
    return f" by {behind:,.1f} in elpd (standard error {rival.error:,.1f})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _has(names: Sequence[object]) -> str:
    return "has" if len(names) == 1 else "have"


def _are(names: Sequence[object]) -> str:
    return "is" if len(names) == 1 else "are"
