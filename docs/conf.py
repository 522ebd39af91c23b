"""How the pages are built: `nox -s docs`."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.ext.napoleon.docstring import GoogleDocstring
from sphinx.util.nodes import make_refnode

import procore_qbd

sys.path.insert(0, str(Path(__file__).parent))
import generate

if TYPE_CHECKING:
    from docutils.nodes import Element, TextElement
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

generate.write(Path(__file__).parent)

project = "procore_qbd"
author = "The procore_qbd authors"
project_copyright = author
version = release = procore_qbd.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton"]
exclude_patterns = ["_build", "workflows/drawn"]  # what is drawn for the workflows is included in their pages

html_theme = "furo"
html_title = f"{project} {release}"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
copybutton_exclude = ".linenos, .gp, .go"  # copy what is typed, not the prompt nor the answer

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

default_role = "py:obj"  # `Name` in a docstring is a link
autodoc_default_options = {"members": True, "member-order": "bysource"}
python_maximum_signature_line_length = 88
napoleon_numpy_docstring = False
napoleon_use_ivar = True  # an "Attributes:" section describes fields, it does not define them again

nitpicky = True
nitpick_ignore_regex = [
    # Other people's documentation is not at hand while building, so nothing of theirs becomes a link.
    (r"py:.*", rf"({'|'.join([*sys.stdlib_module_names, 'attr', 'attrs', 'lxml', 'requests', 'cattrs'])})\..+"),
    (r"py:class", r"SearchStrategy|etree\._Element"),
    (r"py:obj", r".+\.py"),  # a docstring may name a file
]


def _inline_attribute(self: GoogleDocstring) -> tuple[str, list[str]]:
    return "", self._dedent(self._consume_to_end())


def _returns_section(self: GoogleDocstring, preprocess_types: bool = False) -> list[tuple[str, str, list[str]]]:
    del preprocess_types
    lines = self._dedent(self._consume_to_next_section())
    return [("", "", lines)] if lines else []


# Our types stand in annotations; napoleon would take any prose before a colon for one.
GoogleDocstring._consume_inline_attribute = _inline_attribute  # noqa: SLF001
GoogleDocstring._consume_returns_section = _returns_section  # noqa: SLF001


@cache
def _names_that_exist() -> set[str]:
    modules = [m.name for m in pkgutil.walk_packages(procore_qbd.__path__, "procore_qbd.") if "__main__" not in m.name]
    return {name for module in modules for name in [*vars(importlib.import_module(module)), module]}


def _find_under_public_path(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: TextElement
) -> Element | None:
    """Link ``procore_qbd.domain.links.Link``, or plain ``Link``, to where `procore_qbd.domain` documents it.

    A name that exists but is documented nowhere (a private base class, a type variable) is no link and no warning;
    a name that exists nowhere is a warning.
    """
    if node["refdomain"] != "py":
        return None
    name = node["reftarget"].rpartition(".")[2]
    objects = env.domains.python_domain.objects
    found = [(path, entry) for path, entry in objects.items() if path.endswith(f".{name}") and not entry.aliased]
    if len(found) == 1:
        path, entry = found[0]
        return make_refnode(app.builder, node["refdoc"], entry.docname, entry.node_id, contnode, path)
    return contnode if found or name in _names_that_exist() else None


def _keep_words(app: Sphinx, what: str, name: str, obj: object, skip: bool, options: object) -> bool | None:
    """A word of a closed list needs no docstring to be shown."""
    del app, what, name, skip, options
    return False if isinstance(obj, Enum) else None


def setup(app: Sphinx) -> None:
    app.connect("autodoc-skip-member", _keep_words)
    app.connect("missing-reference", _find_under_public_path)
