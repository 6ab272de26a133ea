"""The demonstration: the published CDNOW sample, fitted, forecast and judged."""

from clvmodels.report.cdnow.page import study_page
from clvmodels.report.cdnow.study import Study

__all__ = ["Study", "study_page"]
