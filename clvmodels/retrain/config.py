"""The configuration of the scheduled job: every key with its default, what it may hold, and what it does."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field
from pathlib import Path
from typing import Any

from clvmodels.retrain.kinds import Cost, Flag, Kind, Length, Lengths, Number, Priors, Text, Texts


def key(kind: Kind, text: str, default: Any = MISSING, example: Any = None) -> Any:
    """A field of a section: its kind and its explanation; the example stands in the file that `init` writes."""
    return field(default=default, metadata={"kind": kind, "text": text, "example": example})


@dataclass(frozen=True)
class Source:
    """Where the log is and what its columns are called."""

    customer: str = key(Text(), "Column of customer ids.", example="customer_id")
    time: str = key(Text(), "Column of times.", example="date")
    amount: str = key(Text(), "Column of amounts.", example="amount")
    files: tuple[str, ...] = key(
        Texts("a path or pattern, or a list of them"),
        "Parquet or CSV files, or patterns; relative paths start at the folder of this file.",
        (),
        example="log/*.parquet",
    )
    database: str | None = key(Text(), "A DuckDB or SQLite file, in place of `files`.", None)
    query: str | None = key(Text(), "One SELECT on the database; its columns are named above.", None)
    time_format: str | None = key(Text(), "Format of times that are not ISO 8601, in the codes of strptime.", None)
    timezone: str | None = key(Text(), 'Zone in which aware times are cut into days, such as "Europe/Berlin".', None)
    max_lag: str | None = key(
        Length(none=True), "The log's last day may lie so far before the date of the run; later is bad data.", None
    )


@dataclass(frozen=True)
class Counting:
    """What counts as a purchase; as the keywords of `Transactions.summarize`."""

    time_unit: str = key(
        Text(("hour", "day", "week", "month", "year")), "Unit in which the models' times are expressed.", "week"
    )
    collapse: str = key(Text(("day", "week", "none")), "Purchases within it count once.", "day")
    refunds: str = key(Text(("net", "ignore", "error")), "What becomes of negative amounts.", "net")
    missing_ids: str = key(Text(("drop", "error")), "What becomes of rows without a customer.", "drop")
    include_first: bool = key(Flag(), "Whether first purchases inform the order value.", False)
    first_seen_after: str | None = key(Text(), "Keep only customers whose first purchase lies after this day.", None)


@dataclass(frozen=True)
class Value:
    """How purchases become value; as the settings of `LifetimeValue`."""

    horizon: str = key(Length(), "How far ahead customers are valued.", example="26 weeks")
    discount_rate: float = key(Number(0, 1), "Effective rate per year: 0.1 is ten percent.", 0.0)
    margin: float = key(Number(0, 1), "Share of revenue that is kept.", 1.0)
    retention_cost: str | None = key(Cost(), "Cost of keeping a customer, charged while alive.", None)
    acquisition_cost: float | None = key(Number(0), "Cost of winning a customer; adds the column clv_net.", None)
    level: float | None = key(
        Number(0, 0.999, word="none", above=True), "Level of the intervals of every customer and of the total.", 0.9
    )
    seed: int = key(Number(0, whole=True), "Of the random numbers that intervals and forecasts are made of.", 0)


@dataclass(frozen=True)
class CandidateKeys:
    """A specification that is fitted in every run and may become champion."""

    name: str | None = key(Text(), "Under which it stands in reports; made of models and method by default.", None)
    purchases: str = key(Text(), "Name of a model of purchases.", "BG/NBD")
    spend: str = key(Text(), "Name of a model of order values.", "Gamma-Gamma")
    method: str = key(Text(("MLE", "MAP", "Laplace", "NUTS")), "How both are fitted.", "MLE")
    draws: int | None = key(Number(2, 1_000_000, whole=True), "How many draws Laplace or NUTS keep.", None)
    seed: int | None = key(Number(0, whole=True), "Of the random numbers of Laplace and NUTS.", None)
    priors: Mapping[str, Any] | None = key(Priors(), "Priors by parameter, in place of the defaults.", None)

    @property
    def label(self) -> str:
        """Its name, or what it consists of."""
        made = f"{self.purchases} x {self.spend}" + ("" if self.method == "MLE" else f", {self.method}")
        return self.name or made


@dataclass(frozen=True)
class Trial:
    """The backtest that compares candidates, the champion and rules of thumb, all refitted at the same cut-offs."""

    horizon: str = key(Length(), "Length of the windows that are forecast.", "13 weeks")
    cutoffs: int = key(Number(1, 100, whole=True), "How many windows, one after the other up to the log's end.", 3)
    heuristics: tuple[str, ...] = key(
        Texts('a list of names such as "past rate" or "hiatus 13 weeks"; [] for none', empty=True),
        "Rules of thumb that contend; they are never promoted.",
        ("past rate", "population mean"),
    )


@dataclass(frozen=True)
class Gates:
    """What must hold before a new fit replaces the champion."""

    metrics: tuple[str, ...] = key(
        Texts('a list of targets and measures such as "purchases rmse"'),
        "Measures of the backtest by which candidates are compared; the first one decides who is best.",
        ("purchases rmse", "revenue rmse"),
    )
    tolerance: float = key(
        Number(0, 10), "By so much of the champion's figure a candidate may be worse on any of the metrics.", 0.02
    )
    min_gain: float = key(
        Number(0, 1), "By so much the first metric must be better before another specification takes over.", 0.01
    )
    max_bias: float | None = key(
        Number(0, 100, word="none"), "Forecast purchases of the backtest may differ so much from what happened.", 0.5
    )
    boundary: bool = key(Flag(), "Whether a fit at a named boundary (a simpler model) may be promoted.", True)
    max_k_hat: float = key(Number(0, 10), "Of a fit by Laplace.", 0.7)
    max_r_hat: float = key(Number(1, 10), "Of a fit by NUTS.", 1.01)
    customers_down: float = key(
        Number(0, 1), "So many customers may be missing since the last run, as a share; more is bad data.", 0.1
    )
    customers_up: float = key(Number(0), "So many may be new since the last run, as a share; more is bad data.", 0.5)
    serious_findings: str = key(
        Text(("report", "refuse")),
        "What becomes of a log in which `clvmodels check` finds something serious.",
        "report",
    )


@dataclass(frozen=True)
class Drift:
    """When a change is reported."""

    false_alarm_rate: float = key(
        Number(0, 0.5, above=True),
        "About the share of runs that report a change although nothing changed.",
        0.01,
    )
    windows: tuple[str, ...] = key(
        Lengths(), "After these times a forecast is held to what happened.", ("1 week", "4 weeks", "13 weeks")
    )
    recent: str = key(Length(), "The last weeks, which are compared with those before them.", "4 weeks")
    reference: str = key(Length(), "How many weeks before them they are compared with.", "26 weeks")
    min_change: float = key(Number(0, 10), "Changes of the data smaller than this share are not reported.", 0.1)
    overdispersion: float | str = key(
        Number(1, 1e6, word="learn"),
        "Variance of weekly purchases over that of pure chance, which a forecast is allowed; learnt from the log.",
        "learn",
    )


@dataclass(frozen=True)
class Output:
    """What is written."""

    folder: str = key(Text(), "Folder of the runs; a relative path starts at the folder of this file.", "retrain")
    keep: int = key(Number(2, 100_000, whole=True), "How many runs are kept.", 60)
    report: bool = key(Flag(), "Whether each run writes report.html.", True)
    title: str | None = key(Text(), "Title of the report.", None)
    currency: str | None = key(Text(), 'Of the amounts in the report: "£" stands before them, "EUR" behind.', None)
    customers: int = key(
        Number(0, 10_000, whole=True), "How many of the most valuable customers the report names; 0 names nobody.", 0
    )


@dataclass(frozen=True)
class Config:
    """The whole configuration; `load_config` reads it.

    Attributes
    ----------
    path
        Of the file.
    source, summary, value, candidates, backtest, gates, drift, output
        Its sections.
    """

    path: Path
    source: Source
    value: Value
    summary: Counting = field(default_factory=Counting)
    candidates: tuple[CandidateKeys, ...] = (CandidateKeys(),)
    backtest: Trial = field(default_factory=Trial)
    gates: Gates = field(default_factory=Gates)
    drift: Drift = field(default_factory=Drift)
    output: Output = field(default_factory=Output)

    def at(self, path: str) -> Path:
        """A path of the file, which starts at its folder unless it is absolute."""
        return self.path.parent / path

    @property
    def folder(self) -> Path:
        """Of the runs."""
        return self.at(self.output.folder)


SECTIONS: Mapping[str, type] = {
    "source": Source, "summary": Counting, "value": Value, "candidates": CandidateKeys, "backtest": Trial,
    "gates": Gates, "drift": Drift, "output": Output,
}  # fmt: skip
