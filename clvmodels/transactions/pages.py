"""Logs and tables as HTML for notebooks: the first rows, and no query beyond them."""

from typing import Any

import narwhals.stable.v2 as nw

from clvmodels.markup import sentence, table
from clvmodels.transactions import engines
from clvmodels.transactions.log import Log
from clvmodels.transactions.moments import Moment
from clvmodels.transactions.names import PRIVATE, TIME

_ROWS = 5


def table_html(text: str, frame: Any, note: str = "") -> str:
    """A sentence and the first rows of a frame of any engine."""
    wrapped = engines.wrap(frame)
    names = [name for name in wrapped.collect_schema().names() if not name.startswith(PRIVATE)]
    rows = engines.records(wrapped.select(*map(nw.col, names)).head(_ROWS))
    shown = table(names, [list(row.values()) for row in rows])
    return sentence(text) + shown + (sentence(note) if note else "")


def transactions_html(log: Log) -> str:
    """What the columns are taken for, and the first rows as they were read."""
    columns = dict(log.columns.shown) | {name: name for name in log.columns.attributes}
    rows = engines.records(log.frame.select(*map(nw.col, columns)).head(_ROWS))
    body = [[Moment.at(value) if name == TIME else value for name, value in row.items()] for row in rows]
    roles = {"customer": log.columns.customer, "time": log.columns.time, "amount": log.columns.amount}
    named = ", ".join(f"{role} is {name!r}" for role, name in roles.items() if name is not None)
    zone = " Times are shown in UTC." if log.aware else ""
    missing = f" {log.missing_ids:,} more have no customer." if log.missing_ids else ""
    text = f"{log.rows:,} rows, of which {named}.{missing}{zone}"
    return sentence(text, strong="Transactions:") + table(list(columns.values()), body)
