"""How the pages are built: `nox -s docs`."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

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

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton"]
exclude_patterns = ["_build", "workflows/drawn"]  # what is drawn for the workflows is included in their pages

html_theme = "furo"
html_title = f"{project} {release}"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
copybutton_exclude = ".linenos, .gp, .go"  # copy what is typed, not the prompt nor the answer

# Pages of docs/notebooks have cells: they run while the pages are built, and one that fails fails the build.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_execution_show_tb = True
nb_merge_streams = True

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

default_role = "py:obj"  # `Name` in a docstring is a link
autodoc_default_options = {"members": True, "member-order": "bysource"}
python_maximum_signature_line_length = 88
napoleon_numpy_docstring = False
napoleon_use_ivar = True  # an "Attributes:" section describes fields, it does not define them again

OTHERS = ("attr", "attrs", "cattrs", "lxml", "pa", "pads", "pyarrow", "requests")

nitpicky = True
nitpick_ignore_regex = [
    # Other people's documentation is not at hand while building, so nothing of theirs becomes a link.
    (
        r"py:.*",
        rf"({'|'.join([*sys.stdlib_module_names, *OTHERS])})\..+",
    ),
    # Sphinx 9 takes `Callable[[], float]` apart at its comma.
    (
        r"py:class",
        r"App|Environ|Post|AbstractContextManager|SearchStrategy|etree\._Element|dt\.t\w+|Callable\[\[\]",
    ),
    (r"py:obj", r".+\.py"),  # a docstring may name a file
]


def _defaults_as_python(
    app: Sphinx, what: str, name: str, obj: object, options: object, signature: str | None, returns: str | None
) -> tuple[str | None, str | None]:
    """Write ``<Shape.ADD|MOD: 3>`` as ``Shape.ADD|MOD``: Sphinx links the types of a signature only if it is Python."""
    del app, what, name, obj, options
    if signature:
        signature = re.sub(r"<(\w+): 0>", r"\1(0)", signature)
        signature = re.sub(r"<([\w.|]+): [^>]+>", r"\1", signature)
        signature = re.sub(r"<(?:function|class) '?([\w.]+)'?>", r"\1", signature)
    return signature, returns


def _prose_is_no_type(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """Keep napoleon, which comes after, from taking prose before a colon for a type: our types are annotations."""
    del app, name, obj, options
    if what in {"attribute", "data", "property"}:
        lines[:0] = ["..", ""]  # an empty comment, for napoleon looks at the first line alone
    if "Returns:" in lines:
        start = lines.index("Returns:") + 1
        end = next((at for at, line in enumerate(lines) if at >= start and line[:1].strip()), len(lines))
        lines[start - 1 : end] = [":returns:", *lines[start:end], ""]


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
    app.connect("autodoc-process-docstring", _prose_is_no_type, priority=400)  # napoleon has the usual 500
    app.connect("autodoc-process-signature", _defaults_as_python)
    app.connect("autodoc-skip-member", _keep_words)
    app.connect("missing-reference", _find_under_public_path)
