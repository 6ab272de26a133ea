"""Every public name is documented with an example that is run, and the README's code runs."""

import doctest
import importlib
import inspect
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import ModuleType

import pytest

import clvmodels

REPOSITORY = Path(__file__).parents[2]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
NAMES = [name for name in clvmodels.__all__ if not name.startswith("_")]


def public_objects(name: str) -> Iterator[tuple[str, object]]:
    """The thing of that name; of a module also what its __all__ names."""
    thing = getattr(clvmodels, name)
    yield name, thing
    if isinstance(thing, ModuleType):
        for inner in getattr(thing, "__all__", ()):
            yield f"{name}.{inner}", getattr(thing, inner)


def documentation(thing: object) -> str:
    """The docstring that someone wrote: an inherited one, or the one that a dataclass makes up, counts as none."""
    text = getattr(thing, "__doc__", None) or ""
    if not isinstance(thing, type):
        return text
    inherited = any(text == base.__doc__ for base in thing.__mro__[1:])
    return "" if inherited or text.startswith(f"{thing.__name__}(") else text


def has_example_that_runs(thing: object) -> bool:
    """Whether --doctest-modules, which looks into the module of a thing, finds an example and does not skip it."""
    module = importlib.import_module(thing.__module__)
    if module.__name__.partition(".")[0] != "clvmodels":
        return False
    tests = doctest.DocTestFinder(recurse=True).find(module)
    examples = [
        example for test in tests if test.name == f"{module.__name__}.{thing.__qualname__}" for example in test.examples
    ]
    return any(not example.options.get(doctest.SKIP) for example in examples)


def public_members(kind: type) -> Iterator[tuple[str, object]]:
    """Methods and properties that a class of ours defines or inherits from a class of ours."""
    for base in kind.__mro__:
        if base.__module__.partition(".")[0] != "clvmodels":
            continue
        for name, member in vars(base).items():
            plain = getattr(member, "__func__", member)
            if not name.startswith("_") and (
                inspect.isfunction(plain) or isinstance(plain, (property, cached_property))
            ):
                yield name, plain


def faults_of(name: str, thing: object) -> list[str]:
    faults = [] if documentation(thing) else [f"{name} has no docstring of its own"]
    if inspect.isclass(thing) or inspect.isfunction(thing):
        faults += [] if has_example_that_runs(thing) else [f"{name} has no example that runs"]
    if inspect.isclass(thing):
        members = dict(reversed(list(public_members(thing))))
        faults += [
            f"{name}.{inner} has no docstring" for inner, member in members.items() if not inspect.getdoc(member)
        ]
    return faults


@pytest.mark.parametrize("name", NAMES)
def test_public_names_are_documented(name):
    assert [fault for path, thing in public_objects(name) for fault in faults_of(path, thing)] == []


def test_the_look_at_documentation_sees_faults():
    class Bare:
        def method(self): ...

        @property
        def size(self): ...

    Bare.__module__ = "clvmodels.errors"
    assert faults_of("Bare", Bare) == [
        "Bare has no docstring of its own",
        "Bare has no example that runs",
        "Bare.size has no docstring",
        "Bare.method has no docstring",
    ]


def test_the_readmes_code_runs(tmp_path, monkeypatch):
    blocks = re.findall(r"^```python\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)
    assert blocks
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "readme"}
    for block in blocks:
        line = README[: README.index(block)].count("\n")
        exec(compile("\n" * line + block, "README.md", "exec"), names)


@pytest.mark.parametrize("page", sorted(REPOSITORY.glob("*.md")), ids=lambda page: page.name)
def test_links_between_files_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


def test_the_readmes_make_targets_exist():
    commands = set(re.findall(r"^make ([a-z-]+)", README, flags=re.MULTILINE))
    targets = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert {"demo", "test"} <= commands <= targets


def test_the_citation_is_of_this_version():
    citation = (REPOSITORY / "CITATION.cff").read_text(encoding="utf-8")
    assert re.findall(r"^version: (\S+)$", citation, flags=re.MULTILINE) == [clvmodels.__version__]


def test_the_changelog_speaks_of_this_version():
    headings = re.findall(r"^## (\S+)", (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert headings[0] == clvmodels.__version__
