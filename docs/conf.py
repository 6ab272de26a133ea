"""Sphinx's settings. `make docs` builds the site into build/site."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE / "site")]

import clvmodels  # noqa: E402 - of this checkout, which is on the path since the line above

project = "clvmodels"
author = "The clvmodels authors"
version = release = clvmodels.__version__
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "mathml", "navigation", "public", "commands"]
exclude_patterns = ["site"]
# They would turn `--until` into a dash, and quotes that are meant to be typed into curly ones.
smartquotes = False

myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 4
html_math_renderer = "mathml"

# In docstrings single backticks are code, as in Markdown.
default_role = "literal"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_preprocess_types = False
napoleon_attr_annotations = False
autodoc_typehints = "none"
autodoc_member_order = "bysource"
python_maximum_signature_line_length = 88
python_use_unqualified_type_names = True
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_title = "clvmodels"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False
html_show_copyright = False
pygments_style = "friendly"
