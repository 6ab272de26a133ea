"""One self-contained HTML page: text, tables and pictures in a single file that needs no network."""

from clvmodels.report.content import Page, Picture, Section, Table
from clvmodels.report.page import picture, render
from clvmodels.report.tables import parameter_table, text_table

__all__ = ["Page", "Picture", "Section", "Table", "parameter_table", "picture", "render", "text_table"]
