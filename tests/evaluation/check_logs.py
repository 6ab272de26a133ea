"""Logs for the checks: a sound one as the models have it, and ones in which one thing is planted."""

import numpy as np
import pandas as pd

import clvmodels as clv
from tests.calibration.worlds import PURCHASES, SPEND, drawn, of_dropout
from tests.recovery.simulators import individuals, purchase_times

START = pd.Timestamp("2021-03-01")
COLUMNS = {"customer": "id", "time": "time", "amount": "paid"}
WEEKS = 110.0
TYPICAL = {"r": 0.8, "alpha": 6.0, "mean_dropout": 0.25, "dropout_concentration": 4.0}
TYPICAL_SPEND = {"p": 4.0, "q": 4.0, "v": 40.0}


def frame(who, weeks, paid):
    """A log of customers, times in weeks since the start, and amounts."""
    time = START + pd.to_timedelta(np.round(np.asarray(weeks) * 7 * 86_400), unit="s")
    return pd.DataFrame({"id": np.asarray(who), "time": time, "paid": np.round(paid, 2)})


def sound_log(rng, customers=1500, weeks=WEEKS, purchases=TYPICAL, spend=TYPICAL_SPEND, born=None, faster=1.0):
    """Customers won steadily, BG/NBD in continuous time, Gamma-Gamma order values.

    `born` are the weeks in which customers were won, `faster` what their purchase rates are multiplied by.
    """
    born = rng.uniform(0.0, weeks, customers) if born is None else born
    rate, dropout = individuals(rng, len(born), *of_dropout(purchases))
    who, when, _ = purchase_times(rng, rate * faster, dropout, weeks - born)
    who, when = np.concatenate([np.arange(len(born)), who]), np.concatenate([born, born[who] + when])
    nu = rng.gamma(spend["q"], 1 / spend["v"], len(born))
    return frame(who, when, rng.gamma(spend["p"], 1 / nu[who]) + 0.01)


def sound_world(seed, **keywords):
    """A sound log whose parameters are drawn from the priors of typical worlds."""
    rng = np.random.default_rng(seed)
    return sound_log(rng, purchases=drawn(rng, PURCHASES), spend=drawn(rng, SPEND), **keywords)


def found(log, **keywords):
    """What the checks say of such a log."""
    return clv.check(clv.Transactions(log, **COLUMNS), **keywords)


def alarms(findings):
    """Names of what is more than a note."""
    return {finding.name for finding in findings if finding.severity.rank > 0}
