"""A backtest on a page: the league, calibration, totals at each cut-off, and all measures."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from clvmodels.evaluation import Backtest, also_first
from clvmodels.evaluation.backtesting.words import heading
from clvmodels.report.content import Notice, Section, Table, Tone
from clvmodels.report.judged import NOUNS, Judged
from clvmodels.report.judged_pictures import judged_pictures
from clvmodels.report.numbers import UNKNOWN, Writer, count, digits, share, signed

if TYPE_CHECKING:
    import pandas as pd

DOUBT = (
    "Ties are told by resampling customers, at 95%. That does not know that another year may be another year: a few "
    "cut-offs are few years."
)
_MEASURES = {
    "purchases": "Error: root mean squared error of purchases per customer.",
    "revenue": "Error: root mean squared error of money per customer.",
    "value": "Error: root mean squared error of discounted margin per customer.",
    "activity": "Error: Brier score of the probability to buy, 0 is perfect.",
}
_WORDS = {"best": "best", "tie": "tied", "worse": "worse", "better": "better", "not available": UNKNOWN}
_SIGNED, _SHARES = ("bias",), ("coverage", "interval_probability", "top_decile_capture", "top_decile_hits")
_MOST_COLUMNS = 4


def judged_sections(backtest: Backtest, judged: Sequence[Judged], writer: Writer) -> tuple[Section, ...]:
    """League tables, pictures, totals, and folded what else is known."""
    return (
        _league(backtest, judged),
        Section("How good the forecasts were", (_PICTURES,), pictures=judged_pictures(backtest, judged)),
        _totals(backtest, judged, writer),
        _measures(backtest, judged),
    )


_PICTURES = (
    "Each group holds a tenth of the customers, ordered by forecast. Points above the line: more came than expected."
)


def _league(backtest: Backtest, judged: Sequence[Judged]) -> Section:
    doubt = [DOUBT] if any(one.comparison is not None for one in judged) else []
    paragraphs = (heading(backtest), *doubt)
    tables = tuple(_short(one) for one in judged if one.target != "activity")
    return Section("Against rules of thumb", paragraphs, tables, notices=tuple(_remarks(backtest)))


def _short(judged: Judged) -> Table:
    """What decides, one row per contender: total, error per customer, the best tenth, and the verdict."""
    verdicts, top = judged.verdicts(), "top_decile_capture" in judged.league
    error = "brier" if judged.target == "activity" else "rmse"
    rows = tuple(
        (
            str(row["contender"]),
            signed(row["bias"]),
            digits(row[error]),
            *([share(row["top_decile_capture"])] if top else []),
            _WORDS.get(verdicts.get(row["contender"], ""), UNKNOWN),
        )
        for row in judged.league.to_dict("records")
    )
    columns = ("forecast by", "total off by", "error", *(["top 10% hold"] if top else []), "verdict")
    holds = f" Top 10% hold: the share of all {judged.target} that its best tenth of customers made." if top else ""
    caption = f"Forecasts of {NOUNS[judged.target]}, the best first"
    return Table(caption, columns, rows, f"{_MEASURES[judged.target]}{holds}", words=("verdict",))


def _remarks(backtest: Backtest) -> Iterator[Notice]:
    for row in backtest.failures.to_dict("records"):
        yield Notice(Tone.SERIOUS, "failed", f"{row['contender']} at {row['cutoff']}: {without_rows(row['message'])}")
    for row in backtest.notes.to_dict("records"):
        if row["kind"] != "not available":
            text = f"{row['contender']} at {row['cutoff']}: {without_rows(row['message'])}"
            yield Notice(Tone.WARNING, str(row["kind"]), text)


def without_rows(message: object) -> str:
    r"""An error's message without the rows that it quotes: customers' ids are on a page only if somebody asked.

    Examples
    --------
    >>> from clvmodels.report.judged_sections import without_rows
    >>> without_rows("2 forecasts are missing.\n  customer_id 7\nGive all.")
    '2 forecasts are missing. Give all.'
    """
    return " ".join(line for line in str(message).splitlines() if not line.startswith("  "))


def _totals(backtest: Backtest, judged: Sequence[Judged], writer: Writer) -> Section:
    customers = {str(row["cutoff"])[:10]: row["customers"] for row in backtest.cutoffs.to_dict("records")}
    tables = tuple(_expected(one, customers, writer) for one in judged if one.target != "activity")
    return Section("Totals at each cut-off", (), tables)


def _expected(judged: Judged, customers: dict[str, Any], writer: Writer) -> Table:
    table = judged.totals[judged.totals["contender"] == judged.best]
    write = writer.amounts if judged.target != "purchases" else lambda column: [count(number) for number in column]
    days = [str(day)[:10] for day in table["cutoff"]]
    expected, actual = write(table["expected"]), write(table["actual"])
    known = [count(customers[day]) for day in days]
    cells = tuple(zip(days, known, expected, actual, map(signed, table["bias"]), strict=True))
    columns = ("known until", "customers", "expected", "came", "off by")
    return Table(f"Total {NOUNS[judged.target]} in the window after it, by {judged.best}", columns, cells)


def _measures(backtest: Backtest, judged: Sequence[Judged]) -> Section:
    tables = tuple(table for one in judged for table in _all_of(one))
    notes = [row["message"] for row in backtest.notes.to_dict("records") if row["kind"] == "not available"]
    missing = tuple(dict.fromkeys(without_rows(note) for note in notes))
    others = [(one, also_first(backtest, one.target, one.best)) for one in judged if one.ranked]
    first = tuple(f"{NOUNS[one.target].capitalize()}: {found}" for one, found in others if found)
    return Section("All measures", (*first, *(f"Not available: {note}" for note in missing)), tables, folded=True)


def _all_of(judged: Judged) -> Iterator[Table]:
    """All measures of a target, as many beside each other as a phone and a sheet of paper hold."""
    table = judged.league
    names = [
        name for name in table.columns if name not in {"contender", "rank", "cutoffs"} and table[name].notna().any()
    ]
    for first in range(0, len(names), _MOST_COLUMNS):
        part = names[first : first + _MOST_COLUMNS]
        columns = ("forecast by", *(name.replace("_", " ") for name in part))
        rows = tuple((str(row["contender"]), *(_written(name, row[name]) for name in part)) for row in _records(table))
        more = " (continued)" if first else ""
        yield Table(f"Measures of {NOUNS[judged.target]}{more}", columns, rows)


def _records(table: "pd.DataFrame") -> list[dict[Any, Any]]:
    return table.to_dict("records")


def _written(name: str, value: float) -> str:
    if name in _SIGNED:
        return signed(value)
    return share(value) if name in _SHARES else digits(value)
