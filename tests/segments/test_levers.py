"""The three levers by themselves: each is a scenario, and the best is found."""

import numpy as np
import pytest

import clvmodels as clv
from clvmodels.errors import ClvError
from tests.segments.test_scenario import free

# The same scenarios, computed together.
ROUNDING = 1e-12
ALONE = {"order value": {"order_value": "+10%"}, "frequency": {"frequency": "+10%"}, "churn": {"churn": "-10%"}}


def test_each_lever_is_a_scenario_by_itself(posterior, customers):
    found = clv.levers(posterior, customers, "+10%", segments="channel", level=0.9)
    assert found.table["lever"].tolist() == list(ALONE)
    assert found.table["change"].tolist() == [0.1, 0.1, -0.1]
    for lever, change in ALONE.items():
        one = clv.scenario(posterior, customers, **change, segments="channel", level=0.9)
        row = found.table.set_index("lever").loc[lever]
        for end in ("mean", "lower", "upper"):
            name = "difference" if end == "mean" else f"difference_{end}"
            # Futures are interpolated together with one or with three others.
            assert row[name] == pytest.approx(getattr(one.difference, end), rel=1e-6)
        mine = found.by_segment[found.by_segment["lever"] == lever]
        np.testing.assert_allclose(mine["difference"], one.table["difference"], rtol=ROUNDING)
        assert mine["segment"].tolist() == ["shop", "web"]


def test_elasticities(known, customers):
    found = clv.levers(free(known), customers, "+10%").table.set_index("lever")
    assert found.loc["order value", "elasticity"] == pytest.approx(1.0, rel=ROUNDING)
    assert 0 < found.loc["frequency", "elasticity"] < 1
    assert -1 < found.loc["churn", "elasticity"] < 0
    for lever, row in found.iterrows():
        assert row["elasticity"] == pytest.approx(row["difference"] / row["baseline"] / row["change"], rel=ROUNDING), (
            lever
        )
    small = clv.levers(free(known), customers, "+0.01%").table.set_index("lever")
    # Two derivatives from the same place: the first is 5% away on average, the other nearly there.
    assert small.loc["churn", "elasticity"] == pytest.approx(found.loc["churn", "elasticity"], rel=0.05)


def test_the_best_lever(known, customers):
    charged = clv.levers(known, customers)
    assert charged.best == "order value"
    # Over the whole future and nearly without discounting, more frequent purchases only end sooner.
    patient = clv.LifetimeValue(known.purchases, known.spend, horizon=None, discount_rate=0.01)
    table = clv.levers(patient, customers).table.set_index("lever")
    assert table.loc["frequency", "elasticity"] < 0.3
    assert abs(table.loc["churn", "elasticity"]) > table.loc["frequency", "elasticity"]
    together = clv.levers(known, customers, hold="churn per time").table.set_index("lever")
    assert together.loc["frequency", "difference"] == pytest.approx(together.loc["order value", "difference"], rel=1e-9)


def test_worse_levers_have_the_other_sign(known, customers):
    worse = clv.levers(known, customers, "-10%")
    assert worse.table["change"].tolist() == [-0.1, -0.1, 0.1]
    assert (worse.table["difference"] < 0).all()


def test_what_is_refused(known, by_channel, customers):
    with pytest.raises(ClvError, match="do not move"):
        clv.levers(known, customers, 0)
    with pytest.raises(ClvError, match="cannot be read"):
        clv.levers(known, customers, "a lot")
    with pytest.raises(ClvError, match="does not know its customers"):
        clv.levers(by_channel)
    rule = clv.heuristics.PastRate(horizon="1 year").fit(customers)
    with pytest.raises(ClvError, match="no purchase rates and dropout"):
        clv.levers(rule, customers)


def test_printed_and_in_a_notebook(known, customers):
    found = clv.levers(known, customers)
    first, head, *rows = str(found).splitlines()
    assert first == "order value is worth the most (held while the frequency changes: dropout per purchase)"
    assert head.split()[:2] == ["lever", "change"]
    assert [row.split("+")[0].split("-")[0].strip() for row in rows] == list(ALONE)
    assert repr(found) == f"<Levers: {found.title}>"
    assert found._repr_html_().count("<tr") == 4
