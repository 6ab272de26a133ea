"""One self-contained HTML page of a fit, a backtest or a retrain: a single file that needs no network."""

from clvmodels.report.backtest_page import of_backtest
from clvmodels.report.content import Fact, Notice, Page, Picture, Section, Table, Tone
from clvmodels.report.fit_page import of_fit
from clvmodels.report.options import Options
from clvmodels.report.page import picture, render
from clvmodels.report.retrain_page import of_retrain
from clvmodels.report.tables import parameter_table, text_table

__all__ = [
    "Fact", "Notice", "Options", "Page", "Picture", "Section", "Table", "Tone", "of_backtest", "of_fit", "of_retrain",
    "parameter_table", "picture", "render", "text_table",
]  # fmt: skip
