"""Spark: scoring in its workers."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.transactions import engines

# Spark hands over ten thousand rows at a time; tables that a block shares are made once for so many.
ROWS_AT_ONCE = 200_000


def score_in_spark(
    frame: Any, inputs: Sequence[str], function: Callable[[dict[str, FloatArray]], Mapping[str, FloatArray]],
    keep: Sequence[str],
) -> Any:  # fmt: skip
    """What `score` returns, as a plan."""
    from pyspark.sql import functions as sf
    from pyspark.sql.types import DoubleType, StructField, StructType

    made = list(function({name: np.empty(0) for name in inputs}))
    kept = [frame.schema[name] for name in keep if name not in made]
    fields = [*kept, *(StructField(name, DoubleType()) for name in made)]
    numbers = [sf.col(_quoted(name)).cast("double").alias(f"_clv_input_{place}") for place, name in enumerate(inputs)]
    read = frame.select(*(sf.col(_quoted(field.name)) for field in kept), *numbers)
    return read.mapInArrow(_Worker(tuple(inputs), len(kept), function), StructType(fields))


def _quoted(name: str) -> str:
    return f"`{name.replace('`', '``')}`"


@dataclass(frozen=True)
class _Worker:
    """What each of Spark's workers does with its batches of rows: kept columns first, then the inputs."""

    inputs: tuple[str, ...]
    kept: int
    function: Callable[[dict[str, FloatArray]], Mapping[str, FloatArray]]

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        for table in _together(batches):
            yield from self._scored(table).to_batches()

    def _scored(self, table: Any) -> Any:
        rows = nw.from_native(table, eager_only=True)
        numbers = {name: engines.floats(rows[f"_clv_input_{place}"]) for place, name in enumerate(self.inputs)}
        scored = table.select(range(self.kept))
        for name, values in self.function(numbers).items():
            scored = scored.append_column(name, [values])
        return scored


def _together(batches: Iterable[Any]) -> Iterator[Any]:
    """Tables of at least so many rows, but for the last one."""
    import pyarrow as pa

    waiting: list[Any] = []
    for batch in batches:
        waiting.append(batch)
        if sum(map(len, waiting)) >= ROWS_AT_ONCE:
            yield pa.Table.from_batches(waiting)
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting)
