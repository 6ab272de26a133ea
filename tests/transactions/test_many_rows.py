"""Large logs in PyArrow, whose joins keep no order of rows."""

import numpy as np
import pandas as pd
import pyarrow as pa

import clvmodels as clv

# PyArrow works on batches of 32,768 rows in threads.
ROWS = 400_000


def test_large_arrow_tables_are_summarised_as_pandas_frames_are():
    rng = np.random.default_rng(4)
    days = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 700, ROWS), unit="D")
    paid = rng.normal(10.0, 15.0, ROWS).round(2)
    log = pd.DataFrame({"id": rng.integers(0, ROWS // 6, ROWS), "day": days, "paid": paid})
    columns = {"customer": "id", "time": "day", "amount": "paid"}
    expected = clv.Transactions(log, **columns).summarize(time_unit="week", until="2024-12-31")
    table = pa.Table.from_pandas(log, preserve_index=False)
    for _ in range(3):  # which order a join returns depends on threads
        found = clv.Transactions(table, **columns).summarize(time_unit="week", until="2024-12-31")
        for name in ("frequency", "recency", "T", "monetary_value"):
            np.testing.assert_allclose(found.column(name), expected.column(name), rtol=1e-9, atol=1e-9)
