"""Sphinx builds the documentation from this folder: ``make docs``, without network."""

import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

project = "theorycheck"
author = "the theorycheck authors"
copyright = f"2026, {author}"
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.apidoc",
    "sphinx_click",
    "mathematics",
    "findings",
]
exclude_patterns = ["_extensions", "api/sim/modules.rst"]

html_theme = "furo"
html_title = "theorycheck"
html_static_path = ["_static"]
html_css_files = ["theorycheck.css"]
html_math_renderer = "mathml"
html_copy_source = False
html_show_sphinx = False

myst_enable_extensions = ["dollarmath", "deflist", "fieldlist"]
myst_heading_anchors = 3

# Words in the type of a parameter ("(n,) array like weights") are no references.
suppress_warnings = ["ref.python"]

default_role = "py:obj"  # a name between single backticks is a link where it can be one
autodoc_typehints = "none"  # the docstrings say types, and shapes with them
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True

os.environ["SPHINX_APIDOC_OPTIONS"] = "members"  # a setting of its own does not reach packages
apidoc_modules = [
    {"path": "../sim", "destination": "api/sim", "max_depth": 1, "module_first": True}
]


def setup(app):
    """Let the headings that apidoc makes be the names alone."""
    app.connect("source-read", _shorten_headings)


def _shorten_headings(app, page, source):
    if page.startswith("api/sim/"):
        source[0] = re.sub(r"^Sub(modules|packages)\n-+\n", "", source[0], flags=re.MULTILINE)
        source[0] = re.sub(r"^(sim\S*) (package|module)$", r"\1", source[0], flags=re.MULTILINE)
