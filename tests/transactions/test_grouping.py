"""Groups of rows in memory: what narwhals' own group_by gives, for keys of every kind."""

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import pytest

from clvmodels.transactions import grouping
from clvmodels.transactions.grouping import Aggregates, changes, grouped
from clvmodels.transactions.moments import DAY
from tests.transactions.conftest import Constructor

TAKE = Aggregates(sums=("paid", "count"), least=("time",), most=("latest",))
IDS = {
    "small": [3, -7, 3, 5, -7, 3],
    "far apart, so that keys and places do not fit one integer": [2**50, -(2**50), 2**50, 1, -(2**50), 2**50],
    "too far apart for any packing": [2**62, -(2**62), 2**62, 1, -(2**62), 2**62],
    "above 2^53, where neighbours share a float": [2**60, 2**60 + 1, 2**60, 2**60 + 2, 2**60 + 1, 2**60],
    "eight bits, whose distance takes nine": np.array([100, -100, 100, 1, -100, 100], dtype=np.int8),
    "without a sign, above 2^63": np.array(
        [2**64 - 1, 2**64 - 3, 2**64 - 1, 2**64 - 2, 2**64 - 3, 2**64 - 1], dtype="u8"
    ),
    "text": ["b", "é", "b", "", "é", "b"],
    "floats": [3.0, -7.0, 3.0, 5.0, -7.0, 3.0],
}


def rows(ids: object) -> pd.DataFrame:
    times = np.array([4, 0, 4, 9, 1, 5]) * DAY
    paid = [0.25, 1.0, 2.0, 4.0, 8.0, 16.0]  # whose sums are exact in any order
    return pd.DataFrame({"id": ids, "time": times, "latest": times + 1, "paid": paid, "count": 1})


@pytest.mark.parametrize("ids", IDS.values(), ids=IDS)
@pytest.mark.parametrize("keys", [["id"], ["id", "time"]], ids=len)
def test_every_road_gives_the_groups_of_narwhals(eager: Constructor, ids: object, keys: list[str]) -> None:
    frame = nw.from_native(eager(rows(ids)), eager_only=True)
    take = TAKE if keys == ["id"] else Aggregates(("paid", "count"), most=("latest",))
    found = grouped(frame, keys, take)
    wanted = frame.group_by(*keys).agg(*take.expressions()).sort(*keys)
    assert type(found.to_native()) is type(frame.to_native())
    assert found.schema["id"] == frame.schema["id"]
    assert found.select(*wanted.columns).rows() == wanted.rows()


def test_where_a_column_changes(eager: Constructor) -> None:
    for ids in ([2**60, 2**60, 2**60 + 1, 5], ["a", "a", "b", "a"], [1.5, 1.5, 2.5, 1.5], [False, False, True, False]):
        frame = nw.from_native(eager({"id": ids}), eager_only=True)
        assert changes(frame["id"]).tolist() == [True, False, True, True]


def test_packed_keys_are_used_where_they_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else all of the above could be narwhals compared with itself."""
    taken = []
    monkeypatch.setattr(grouping, "_sorted_runs", lambda key: taken.append(len(key)) or (None, np.arange(len(key))))
    for name in ("small", "text"):
        grouped(nw.from_native(rows(IDS[name])), ["id", "time"], Aggregates(("paid",)))
    grouped(nw.from_native(rows(IDS["too far apart for any packing"])), ["id", "time"], Aggregates(("paid",)))
    assert taken == [6, 6]
