"""`.. commands::`: what the command line offers, from the commands themselves."""

import re
from typing import Any

import typer
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from clvmodels.cli.app import app


def commands() -> dict[str, Any]:
    """The commands by name."""
    return dict(vars(typer.main.get_command(app))["commands"])


def plain(words: str) -> str:
    """Text in which no character is markup."""
    return re.sub(r"([*`|_\\])", r"\\\1", words)


def option(parameter: Any) -> tuple[str, str]:
    """An argument or option as it is written, and what it is for."""
    written = ", ".join(f"``{name}``" for name in [*parameter.opts, *parameter.secondary_opts])
    if parameter.param_type_name == "argument":
        written = f"``{parameter.name.upper()}``"
    words = plain(parameter.help or "")
    if parameter.required:
        return written, f"{words} Required."
    shown = parameter.default not in (None, False, "") and not callable(parameter.default)
    return written, f"{words} By default ``{parameter.default}``." if shown else words


class Commands(SphinxDirective):
    """A section and a table for each command."""

    def run(self) -> list[nodes.Node]:
        """Write the sections and let docutils read them."""
        lines: list[str] = []
        for name, command in commands().items():
            title = f"clvmodels {name}"
            lines += [title, "-" * len(title), "", *plain(command.help or "").splitlines(), "", ".. list-table::", ""]
            for parameter in command.params:
                written, words = option(parameter)
                lines += [f"   * - {written}", f"     - {words or '...'}"]
            lines.append("")
        return self.parse_text_to_nodes(StringList(lines), allow_section_headings=True)


def setup(app: Any) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("commands", Commands)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
