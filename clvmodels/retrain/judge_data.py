"""Gates of the data: what must hold before anything is fitted."""

from collections.abc import Iterator
from datetime import date

from clvmodels.evaluation import Findings
from clvmodels.retrain.config import Config
from clvmodels.retrain.kinds import days_of
from clvmodels.runs import Gate, Previous

_DATA = "data"


def data_gates(
    config: Config, run_date: date, until: date, customers: int, previous: Previous | None
) -> Iterator[Gate]:
    """Whether the log reaches far enough, and has about as many customers as last time."""
    if config.source.max_lag is not None:
        lag, most = float((run_date - until).days), float(days_of(config.source.max_lag))
        sentence = f"The log's last day, {until}, is {lag:.0f} days before {run_date}; {most:.0f} are allowed."
        yield Gate("lag", _DATA, lag <= most, lag, None, most, sentence)
    if previous is None:
        return
    ahead = float((until - previous.until).days)
    sentence = f"The log ends on {until}, and ended on {previous.until} at the last run."
    yield Gate("log_end", _DATA, ahead >= 0, ahead, 0.0, None, sentence)
    yield _customers(config, customers, previous)


def _customers(config: Config, customers: int, previous: Previous) -> Gate:
    before, gates = previous.totals.customers, config.gates
    lower, upper = before * (1.0 - gates.customers_down), before * (1.0 + gates.customers_up)
    passed = lower <= customers <= upper
    sentence = f"There are {customers:,} customers; {lower:,.0f} to {upper:,.0f} are plausible after {before:,}."
    return Gate("customers", _DATA, passed, float(customers), lower, upper, sentence)


def findings_gate(config: Config, found: Findings) -> Gate:
    """Whether the checks of the log found nothing serious, where that is asked for."""
    serious = [finding for finding in found if finding.severity.value == "serious"]
    refuse = config.gates.serious_findings == "refuse"
    what = ", ".join(finding.name for finding in serious) or "nothing"
    sentence = f"The checks of the log found {what} serious" + ("." if refuse else ", which is only reported.")
    return Gate(
        "findings", _DATA, not (refuse and serious), float(len(serious)), None, 0.0 if refuse else None, sentence
    )
