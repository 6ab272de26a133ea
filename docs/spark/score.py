"""Score a transaction log on Spark: `spark-submit score.py LOG OUTPUT --customer id --time day --amount paid ...`.

Reads Parquet, fits BG/NBD and Gamma-Gamma on the merged customers, and writes a row of scores per customer as Parquet.
The workers need clvmodels, PyArrow and the same Python as the driver; docs/scale.md says what it takes.
"""

import argparse
import sys

from pyspark.sql import SparkSession

import clvmodels as clv


def score(session: SparkSession, settings: argparse.Namespace) -> None:
    """From the log to the scores, with the summary kept beside them so that the log is grouped once."""
    log = session.read.parquet(settings.log)
    columns = {"customer": settings.customer, "time": settings.time, "amount": settings.amount}
    summary = clv.Transactions(log, **columns).summarize(
        time_unit=settings.time_unit, until=settings.until, timezone=settings.timezone
    )
    kept = f"{settings.output}/summary"
    summary.frame.write.mode("overwrite").parquet(kept)
    customers = clv.Summary.from_frame(session.read.parquet(kept), time_unit=settings.time_unit, until=summary.until)

    purchases, spend = clv.BGNBD().fit(customers), clv.GammaGamma().fit(customers)
    for fit in (purchases, spend):
        if not fit.diagnostics.ok:
            sys.exit(f"{fit.model.name}: {fit.diagnostics.message}")
    value = clv.LifetimeValue(purchases, spend, horizon=settings.horizon, discount_rate=settings.discount_rate)
    scores = value.predict(customers, level=settings.level, seed=settings.seed)
    scores.write.mode("overwrite").parquet(f"{settings.output}/scores")


def arguments(given: list[str]) -> argparse.Namespace:
    """What stands on the command line."""
    parser = argparse.ArgumentParser(description="Customer lifetime value on Spark.")
    parser.add_argument("log", help="Parquet files or a folder of them, on any file system of Spark's")
    parser.add_argument("output", help="folder, in which summary/ and scores/ are written")
    for name in ("customer", "time", "amount"):
        parser.add_argument(f"--{name}", required=True, help="name of the column")
    parser.add_argument("--time-unit", default="week")
    parser.add_argument("--until", help="last day that is observed; by default the log's last whole day")
    parser.add_argument("--timezone", help="zone in which instants (Spark's TimestampType) are cut into days")
    parser.add_argument("--horizon", default="1 year")
    parser.add_argument("--discount-rate", type=float, default=0.1)
    parser.add_argument("--level", type=float, help="of intervals, such as 0.9; none by default")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(given)


if __name__ == "__main__":
    score(SparkSession.builder.appName("clvmodels").getOrCreate(), arguments(sys.argv[1:]))
