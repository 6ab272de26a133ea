"""Spark: the numbers of pandas, in a session whose clocks jump, and nothing but compressed counts at the driver."""

import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import clvmodels as clv
from clvmodels import datasets
from clvmodels.errors import InputError, WrongTypeError
from clvmodels.transactions import write
from tests.conftest import REPOSITORY, SPARK
from tests.transactions.conftest import in_pyspark
from tests.transactions.logs import REFUNDED, log, summary_of

pytestmark = pytest.mark.usefixtures("spark")
CDNOW = {"customer": "customer_id", "time": "date", "amount": "amount"}
# Sums of money in another order of rows, and Java's logarithm, differ in last digits, as do the fits made of them.
SUMS = 1e-13
ROAD = 1e-9


def in_pandas(frame) -> pd.DataFrame:
    """The rows at the driver, sorted by customer."""
    return frame.toArrow().to_pandas().sort_values("customer_id", ignore_index=True)


@pytest.fixture(scope="module")
def cdnow():
    """The first 250 customers: queries of Spark take as long for few as for many, and pandas less."""
    frame = datasets.cdnow().query("customer_id <= 250")
    return frame.assign(half=np.where(frame["customer_id"] % 2 == 0, "even", "odd"))


@pytest.fixture(scope="module")
def keywords():
    return {"time_unit": "week", "until": "1997-09-30"}


@pytest.fixture(scope="module")
def roads(spark, cdnow, keywords):  # noqa: ARG001 - there must be a session
    """The summaries of one log by Spark and by pandas."""
    by_spark, by_pandas = (
        clv.Transactions(frame, **CDNOW, attributes=["half"]).summarize(**keywords)
        for frame in (in_pyspark(cdnow), cdnow)
    )
    by_spark.frame.cache()
    return by_spark, by_pandas


@pytest.fixture(scope="module")
def values(roads):
    """A valuation fitted on each road."""
    return [
        clv.LifetimeValue(
            clv.BGNBD().fit(summary), clv.GammaGamma().fit(summary), horizon="1 year", discount_rate=0.1, margin=0.35,
            retention_cost="1 per year", acquisition_cost=5.0,
        )
        for summary in roads
    ]  # fmt: skip


def agree(found: pd.DataFrame, wanted: pd.DataFrame, tolerance: float) -> None:
    assert list(found) == list(wanted)
    for name in wanted:
        if wanted[name].dtype.kind == "f":
            np.testing.assert_allclose(found[name], wanted[name], rtol=tolerance, atol=tolerance, err_msg=name)
        else:
            assert found[name].tolist() == wanted[name].tolist()


def test_the_summary_is_that_of_pandas(roads):
    by_spark, by_pandas = roads
    assert by_spark.is_lazy
    agree(in_pandas(by_spark.frame), by_pandas.frame, SUMS)
    assert [row.customer_id for row in by_spark.frame.limit(3).collect()] == [1, 2, 3]
    mine, theirs = (summary.report.as_dict() | {"examples": {}} for summary in roads)
    assert mine == theirs


def test_fits_are_those_of_pandas(values):
    mine, theirs = values
    for one, other in ((mine.purchases, theirs.purchases), (mine.spend, theirs.spend)):
        np.testing.assert_allclose(one.draws, other.draws, rtol=ROAD)
        assert one.log_likelihood == pytest.approx(other.log_likelihood, rel=ROAD)
        assert one.customers == other.customers


def test_from_transactions_to_value_with_intervals(roads, values):
    (by_spark, by_pandas), (mine, theirs) = roads, values
    # In three partitions, so that customers who share a future stand in several.
    parts = clv.Summary.from_frame(by_spark.frame.repartition(3), "week")
    scored = theirs.predict(parts, level=0.8, seed=4)
    assert type(scored) is type(by_spark.frame)
    agree(in_pandas(scored), theirs.predict(by_pandas, level=0.8, seed=4), ROAD)
    agree(in_pandas(mine.predict(by_spark)), theirs.predict(by_pandas), ROAD)
    assert mine.total(by_spark).mean == pytest.approx(theirs.total(by_pandas).mean, rel=ROAD)


def test_models_and_rules_by_group(roads):
    (by_spark, by_pandas) = roads
    fits = [clv.BGNBD().fit(summary, by="half") for summary in roads]
    for label in ("even", "odd"):
        np.testing.assert_allclose(fits[0][label].draws, fits[1][label].draws, rtol=ROAD)
    agree(in_pandas(fits[0].predict(by_spark, "26 weeks")), fits[1].predict(by_pandas, "26 weeks"), ROAD)


def test_a_pipeline_and_a_split(cdnow):
    recipe = clv.Pipeline(purchases=clv.BGNBD(), spend=clv.GammaGamma(), horizon="26 weeks")
    halves = [
        clv.Transactions(frame, **CDNOW).split("1997-06-30", "26 weeks", time_unit="week")
        for frame in (in_pyspark(cdnow), cdnow)
    ]
    (known, later), (same, as_later) = halves
    agree(in_pandas(recipe.fit(known).predict(known.summary)), recipe.fit(same).predict(same.summary), ROAD)
    agree(in_pandas(later.frame), as_later.frame, SUMS)


def test_a_check(cdnow, keywords):
    found, wanted = (clv.check(clv.Transactions(frame, **CDNOW), **keywords) for frame in (in_pyspark(cdnow), cdnow))
    assert str(found) == str(wanted)


def test_refunds_and_free_orders():
    found, wanted = (summary_of(frame, until="2024-01-10") for frame in (in_pyspark(REFUNDED), pd.DataFrame(REFUNDED)))
    agree(in_pandas(found.frame), wanted.frame, SUMS)
    assert str(found.report) == str(wanted.report)


def test_times_without_a_zone_are_not_moved_by_the_session_s(spark):
    # In New York there is no 2:30 on that day, and every midnight is five in the morning elsewhere.
    assert spark.conf.get("spark.sql.session.timeZone") == "America/New_York"
    rows = log((1, "2024-03-10T00:00", 5), (1, "2024-03-10T02:30", 5), (1, "2024-03-10T23:59:59.999999", 5))
    frame = in_pyspark(rows)
    assert dict(frame.dtypes)["day"] == "timestamp_ntz"
    raw = in_pandas(summary_of(frame, collapse=None, until=datetime(2024, 3, 11)).frame)
    assert raw["frequency"].tolist() == [2]
    assert raw["recency"].tolist() == pytest.approx([(24 * 3600 - 1e-6) / (24 * 3600)], rel=1e-15)
    days = in_pandas(summary_of(frame, until="2024-03-12").frame)
    assert (days["frequency"].tolist(), days["T"].tolist()) == ([0], [2.0])


def test_instants_need_a_zone_and_are_cut_there():
    times = [datetime(2024, 1, 1, 23, 30, tzinfo=UTC), datetime(2024, 1, 2, 0, 30, tzinfo=UTC)]
    frame = in_pyspark(pa.table({"id": [1, 1], "day": times, "paid": [1.0, 1.0]}))
    with pytest.raises(InputError, match="timezone="):
        summary_of(frame)
    for zone, repeats in (("UTC", 1), ("Europe/Berlin", 0)):
        summary = summary_of(frame, timezone=zone, until="2024-01-05")
        assert in_pandas(summary.frame)["frequency"].tolist() == [repeats]


def test_days_before_1970_and_text():
    for days in ([date(1969, 12, 30), date(1970, 1, 2)], ["1969-12-30", "1970-01-02"]):
        frame = in_pyspark(pa.table({"id": [1, 1], "day": days, "paid": [1.0, 2.0]}))
        assert in_pandas(summary_of(frame).frame)["recency"].tolist() == [3.0]


def test_ids_and_types_survive():
    ids = [Decimal(2**70), "00123", -(2**62) - 1, date(2024, 5, 1), b"\x00\x01"]
    fit = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    for value in ids:
        frame = in_pyspark(pa.table({"customer_id": [value], "frequency": [1], "recency": [2.0], "T": [5.0]}))
        scored = fit.predict(clv.Summary.from_frame(frame), "1 week")
        assert scored.schema["customer_id"].dataType == frame.schema["customer_id"].dataType
        assert scored.collect()[0]["customer_id"] == value


def test_only_merged_customers_come_to_the_driver(roads, monkeypatch):
    from pyspark.sql.classic.dataframe import DataFrame

    by_spark, by_pandas = roads
    rows, to_arrow = [], DataFrame.toArrow

    def counted(self):
        table = to_arrow(self)
        rows.append(len(table))
        return table

    monkeypatch.setattr(DataFrame, "toArrow", counted)
    clv.BGNBD().fit(by_spark)
    merged = by_pandas.frame.groupby(["frequency", "recency", "T"]).ngroups
    assert 0 < sum(rows) <= merged < len(by_pandas)
    rows.clear()
    clv.BGNBD().at(r=0.2, alpha=4.0, a=0.8, b=2.4, time_unit="week").predict(by_spark, "1 week")
    assert sum(rows) == 0


def test_bad_rows_are_shown():
    frame = in_pyspark(pa.table({"id": [1, 2], "day": ["2024-01-01", "yesterday"], "paid": [1.0, 2.0]}))
    with pytest.raises(InputError, match="id 2, day yesterday"):
        summary_of(frame)
    with pytest.raises(InputError, match="no column 'who'"):
        clv.Transactions(frame, customer="who", time="day")


def test_spark_writes_by_itself(roads, tmp_path):
    with pytest.raises(WrongTypeError, match=r"write\.parquet"):
        write(roads[0].frame, tmp_path / "scores.parquet")
    assert not list(tmp_path.iterdir())


def test_the_script_of_the_documentation(cdnow, tmp_path):
    """As it is printed there: `spark-submit` starts Java, the driver and the workers by itself."""
    cdnow.assign(date=cdnow["date"].dt.date).to_parquet(tmp_path / "log.parquet")
    settings = [word for key, value in SPARK.items() for word in ("--conf", f"{key}={value}")]
    submit = [str(Path(sys.executable).parent / "spark-submit"), "--master", "local[2]", *settings]
    script = [str(REPOSITORY / "docs" / "spark" / "score.py"), str(tmp_path / "log.parquet"), str(tmp_path)]
    columns = ["--customer", "customer_id", "--time", "date", "--amount", "amount"]
    command = [*submit, *script, *columns, "--until", "1997-09-30", "--level", "0.9", "--seed", "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPOSITORY)
    assert done.returncode == 0, done.stderr
    summary = clv.Transactions(cdnow, **CDNOW).summarize(time_unit="week", until="1997-09-30")
    recipe = clv.Pipeline(purchases=clv.BGNBD(), spend=clv.GammaGamma(), horizon="1 year", discount_rate=0.1)
    wanted = recipe.fit(summary).predict(summary, level=0.9, seed=2)
    scores = pd.read_parquet(tmp_path / "scores").sort_values("customer_id", ignore_index=True)
    agree(scores, wanted, ROAD)
