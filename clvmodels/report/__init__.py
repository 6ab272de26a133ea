"""One self-contained HTML page: text, tables and pictures in a single file that needs no network."""

from clvmodels.report.content import Page, Picture, Section, Table
from clvmodels.report.options import Options
from clvmodels.report.page import picture, render
from clvmodels.report.story import Change, Gate, Kind, Outcome, PastForecast, RetrainStory
from clvmodels.report.tables import parameter_table, text_table

__all__ = [
    "Change", "Gate", "Kind", "Options", "Outcome", "Page", "PastForecast", "Picture", "RetrainStory", "Section",
    "Table", "parameter_table", "picture", "render", "text_table",
]  # fmt: skip
