"""Whether a table that was made elsewhere can be the summary of any log."""

from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from clvmodels.arrays import Array
from clvmodels.errors import InputError
from clvmodels.transactions import engines
from clvmodels.transactions.engines import Frame
from clvmodels.transactions.names import AGE, FREQUENCY, GAPS, ID, MONETARY, MONEY, RECENCY, SPEND_PERIODS, TIMES
from clvmodels.transactions.reading import (
    LARGEST_AMOUNT,
    SMALLEST_AMOUNT,
    float_id_problem,
    is_missing,
    is_out_of_scale,
    one_zero,
    require_plain_ids,
)

# Formulas take time and memory with the largest frequency, and digits with the longest time, that nobody means.
_MOST_PURCHASES, _LONGEST = 1e7, 1e10
_SPEND = (MONETARY, SPEND_PERIODS)
_BLOCK = 1 << 15


@dataclass(frozen=True)
class _Check:
    wrong: nw.Expr
    what: str
    advice: str


def check_summary_frame(frame: Frame) -> int:
    """Raise an InputError for the first impossibility; the number of customers."""
    engines.require_columns(frame, [ID, *TIMES])
    _require_numbers(frame)
    require_plain_ids(frame, ID)
    if isinstance(frame, nw.DataFrame) and len(frame) and _sound(frame):
        return len(frame)
    return _explain(frame)


def _money_columns(frame: Frame) -> list[str]:
    names = frame.collect_schema().names()
    return [name for name in _SPEND if name in names]


def _require_numbers(frame: Frame) -> None:
    schema = frame.collect_schema()
    for name in [*TIMES, *(name for name in (*MONEY, GAPS) if name in schema)]:
        if not schema[name].is_numeric():
            raise InputError(f"The column {name!r} is {schema[name]}, not numbers.", advice="Convert it to numbers.")


def _sound(frame: nw.DataFrame[Any]) -> bool:
    """Whether all is well, in one pass over blocks that stay in the processor's cache; `_explain` finds what is not."""
    times = [engines.numbers(frame[name]) for name in TIMES]
    money, periods = (engines.numbers(frame[name]) if name in frame.columns else None for name in _SPEND)
    for start in range(0, len(frame), _BLOCK):
        block = slice(start, start + _BLOCK)
        x, recency, age = (column[block] for column in times)
        paid, counts = (None if column is None else column[block] for column in (money, periods))
        if not (_sound_times(x, recency, age) and _sound_money(paid) and _sound_periods(x, paid, counts)):
            return False
    return _sound_ids(frame[ID])


def _sound_times(x: Array, recency: Array, age: Array) -> bool:
    # Comparisons with NaN are false, which makes each of these also a check for it.
    return bool(
        x.min() >= 0
        and recency.min() >= 0
        and float(x.max()) <= _MOST_PURCHASES
        and float(age.max()) <= _LONGEST
        and (x.dtype.kind != "f" or (x == np.floor(x)).all())
        and (recency <= age).all()
        and ((x > 0) == (recency > 0)).all()
    )


def _sound_money(money: Array | None) -> bool:
    # fmin and fmax skip NaN, which stands for "nothing to average".
    if money is None:
        return True
    money = money.astype(np.float64, copy=False)
    small = (money > 0) & (money < SMALLEST_AMOUNT)
    return not (np.fmin.reduce(money) < 0 or np.fmax.reduce(money) > LARGEST_AMOUNT or small.any())


def _sound_periods(x: Array, money: Array | None, periods: Array | None) -> bool:
    """Whether the number of amounts behind the mean is possible; without it, those are the repeat purchases."""
    if periods is None:
        return money is None or not bool(((money > 0) & (x == 0)).any())
    counts = bool(periods.min() >= 0 and (periods <= x + 1).all() and (periods == np.floor(periods)).all())
    return counts and (money is None or bool(((periods > 0) == (money > 0)).all()))


def _sound_ids(ids: nw.Series[Any]) -> bool:
    values = ids.to_numpy() if ids.dtype.is_integer() else None
    if values is not None and values.dtype.kind in "iu" and bool((values[1:] > values[:-1]).all()):
        return True
    return not ids.dtype.is_float() and ids.null_count() == 0 and ids.n_unique() == len(ids)


def _number(name: str) -> nw.Expr:
    return nw.col(name).cast(nw.Float64)


def _checks(frame: Frame) -> list[_Check]:
    lost = float_id_problem(frame)
    ids = [_Check(is_missing(frame, ID), "no customer_id", "Drop these rows.")]
    if lost is not None:
        ids.append(_Check(lost, "an id that is no whole number or lost digits", "Read ids as text or integers."))
    finite = [_Check(_absent(name), f"a {name} that is missing or not finite", "Drop these rows.") for name in TIMES]
    return [*ids, *finite, *_TIME_CHECKS, *_money_checks(frame)]


def _absent(name: str) -> nw.Expr:
    return _number(name).is_null() | ~_number(name).is_finite()


def _broken(number: nw.Expr) -> nw.Expr:
    """Whether a number that is not negative is no whole number; within limits, as Spark's floor is an int64."""
    held = number.clip(0.0, 2.0**53)
    return held.floor() != held


_X, _T_X, _T = _number(FREQUENCY), _number(RECENCY), _number(AGE)
_TIME_CHECKS = (
    _Check(
        (_X < 0) | _broken(_X),
        "a frequency that is negative or no whole number",
        "Frequency counts the repeat purchases: purchases less one.",
    ),
    _Check(
        _X > _MOST_PURCHASES, f"a frequency above {_MOST_PURCHASES:,.0f}", "Drop these rows: no customer buys so often."
    ),
    _Check(_T > _LONGEST, f"a T above {_LONGEST:,.0f}", "Express the times in a larger unit, or mend these rows."),
    _Check((_T_X < 0) | (_T < 0), "a negative recency or T", "Both are ages, counted from the first purchase."),
    _Check(
        _T_X > _T,
        "a recency above T",
        "Recency is the customer's age at the last purchase, T the age at the end of observation, in one unit.",
    ),
    _Check(
        (_X == 0) & (_T_X > 0),
        "a recency above 0 without a repeat purchase",
        "Recency is the time from the first to the last purchase, not the time since the last.",
    ),
    _Check(
        (_X > 0) & (_T_X == 0),
        "repeat purchases and a recency of 0",
        "Count purchases at one time as one, and do not round recency to 0.",
    ),
)


def _money_checks(frame: Frame) -> list[_Check]:
    names = _money_columns(frame)
    money, periods = _number(MONETARY), _number(SPEND_PERIODS)
    # Engines sort NaN above all numbers, so it is made 0 before anything is compared.
    paid = nw.when(money.is_null() | money.is_nan()).then(nw.lit(0.0)).otherwise(money)
    checks = []
    if MONETARY in names:
        wrong = (paid < 0) | ~paid.is_finite()
        advice = "It is the mean of the repeat purchases that cost something; null if there are none."
        checks.append(_Check(wrong, "a monetary_value that is negative or not finite", advice))
        what = f"a monetary_value that is not between {SMALLEST_AMOUNT:g} and {LARGEST_AMOUNT:g}"
        checks.append(_Check(is_out_of_scale(paid), what, "No money has such amounts: mend or drop these rows."))
    if SPEND_PERIODS in names:
        wrong = _absent(SPEND_PERIODS) | (periods < 0) | _broken(periods) | (periods > _X + 1)
        advice = "It is the number of purchases that monetary_value averages."
        checks.append(_Check(wrong, "a spend_periods that is no count of at most the purchases", advice))
    if names == [MONETARY, SPEND_PERIODS]:
        wrong = ((periods > 0) & (paid == 0)) | ((periods == 0) & (paid > 0))
        advice = "Both are 0, or neither is."
        checks.append(_Check(wrong, "a monetary_value that does not agree with spend_periods", advice))
    elif MONETARY in names:
        wrong = (_X == 0) & (paid > 0)
        advice = "monetary_value is the mean of repeat purchases; if it includes the first, give spend_periods too."
        checks.append(_Check(wrong, "a monetary_value without a repeat purchase", advice))
    return checks


def without_spend(frame: Frame) -> tuple[int, list[str]]:
    """Repeat buyers about whose spend nothing is known, and three of them."""
    if MONETARY not in _money_columns(frame):
        return 0, []
    money = _number(MONETARY)
    unknown = frame.filter((_X > 0) & (money.is_null() | money.is_nan() | (money == 0)))
    count = int(engines.single(unknown, count=nw.len())["count"])
    return count, engines.shown(unknown, {ID: ID}) if count else []


def _explain(frame: Frame) -> int:
    checks = _checks(frame)
    counts = {f"check_{number}": check.wrong.cast(nw.Int64).sum() for number, check in enumerate(checks)}
    found = engines.single(frame, rows=nw.len(), **counts)
    rows = int(found.pop("rows"))
    if not rows:
        raise InputError("The summary has no rows.", advice="Give a table with one row per customer.")
    for check, count in zip(checks, found.values(), strict=True):
        if count:
            columns = [ID, *TIMES, *_money_columns(frame)]
            bad = engines.shown(frame.filter(check.wrong), dict(zip(columns, columns, strict=True)))
            raise InputError(f"{int(count):,} rows have {check.what}.", rows=bad, advice=check.advice)
    _require_unique(frame)
    return rows


def _require_unique(frame: Frame) -> None:
    repeated = (
        frame.select(one_zero(frame, ID).alias(ID)).group_by(ID).agg(nw.len().alias("rows")).filter(nw.col("rows") > 1)
    )
    count = int(engines.single(repeated, count=nw.len())["count"])
    if count:
        rows = engines.shown(repeated.sort(ID), {ID: ID, "rows": "rows"})
        raise InputError(f"{count:,} ids stand in several rows.", rows=rows, advice="Give one row per customer.")
