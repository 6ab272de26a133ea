"""`.. public:: part`: the reference of what one part of the package makes public, from its docstrings.

A page reference/<part>.rst shows what `clvmodels.__all__` takes from that part, what the part's own `__all__` names if
users reach it as `clvmodels.<part>`, and the classes named by `:also:`, which are met as results. The page
reference/more.rst shows the parts that have no page yet.
"""

import inspect
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

import clvmodels

PAGES = {page.stem for page in (Path(__file__).parents[1] / "reference").glob("*.rst")} - {
    "index",
    "more",
    "command-line",
}
# Bases of other packages, whose methods are documented there.
FOREIGN = "Exception, StrEnum, str, Mapping, Sequence, Generic, Protocol, dict, tuple"


def part_of(name: str) -> str:
    """The part that a public name belongs to."""
    thing = getattr(clvmodels, name)
    module = thing.__name__ if isinstance(thing, ModuleType) else thing.__module__
    return str(module).split(".")[1]


def names_of(module: ModuleType) -> list[str]:
    """What a module makes public: by its `__all__`, else the classes that it defines."""
    if hasattr(module, "__all__"):
        return list(module.__all__)
    own = {name: thing for name, thing in vars(module).items() if getattr(thing, "__module__", "") == module.__name__}
    return sorted(name for name, thing in own.items() if inspect.isclass(thing))


def public_names() -> Iterator[tuple[str, str]]:
    """Every public name of the package, as (part, name as users write it)."""
    for name in clvmodels.__all__:
        thing = getattr(clvmodels, name)
        if isinstance(thing, ModuleType):
            for inner in names_of(thing):
                if getattr(thing, inner) is not getattr(clvmodels, inner, None):
                    yield part_of(name), f"clvmodels.{name}.{inner}"
        elif not name.startswith("_"):
            yield part_of(name), f"clvmodels.{name}"


def documented(path: str) -> list[str]:
    """The autodoc directive of one name."""
    thing: Any = clvmodels
    for name in path.split(".")[1:]:
        thing = getattr(thing, name)
    if inspect.isclass(thing):
        return [f".. autoclass:: {path}", "   :members:", f"   :inherited-members: {FOREIGN}", ""]
    kind = "autofunction" if callable(thing) else "autodata"
    return [f".. {kind}:: {path}", ""]


class Public(SphinxDirective):
    """The directive."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {"also": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """Let autodoc document what belongs here."""
        part = self.arguments[0]
        wanted = {part} if part != "more" else {found for found, _ in public_names()} - PAGES
        also = [f"clvmodels.{part}.{name}" for name in self.options.get("also", "").split()]
        paths: Iterable[str] = [path for found, path in public_names() if found in wanted] + also
        lines = [line for path in paths for line in documented(path)]
        return self.parse_text_to_nodes(StringList(lines, source=self.get_source_info()[0]))


def setup(app: Any) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("public", Public)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
