"""Options that several commands have, under one name and with one explanation."""

from pathlib import Path
from typing import Annotated

import typer

Log = Annotated[list[str], typer.Argument(help='Parquet or CSV files, or patterns such as "log/*.parquet".')]
Customer = Annotated[str, typer.Option(help="Column of customer ids.")]
Time = Annotated[str, typer.Option(help="Column of times.")]
Amount = Annotated[str | None, typer.Option(help="Column of amounts; without it only purchases are looked at.")]
Unit = Annotated[str, typer.Option(help="Unit of the model's times: hour, day, week, month or year.")]
Until = Annotated[str | None, typer.Option(help="Last day that is observed; by default the log's last whole day.")]
TimeFormat = Annotated[str | None, typer.Option(help="Format of times that are not ISO 8601.")]
Timezone = Annotated[str | None, typer.Option(help="Zone in which aware times are cut into days.")]
Collapse = Annotated[str, typer.Option(help="Purchases that count once: of a day, of a week, or none.")]
Refunds = Annotated[str, typer.Option(help="Negative amounts: net, ignore or error.")]
MissingIds = Annotated[str, typer.Option(help="Rows without a customer: drop or error.")]
AfterUntil = Annotated[str, typer.Option(help="Rows after --until: drop or error.")]
IncludeFirst = Annotated[bool, typer.Option(help="Let first purchases inform the order value.")]
Memory = Annotated[str, typer.Option(help="How much memory DuckDB may take; the rest goes to disk.")]
TempDirectory = Annotated[Path | None, typer.Option(help="Where what does not fit into memory goes.")]
FirstSeenAfter = Annotated[str | None, typer.Option(help="Keep customers first seen after this day.")]
