"""Formulas become MathML as in the HTML report: no script, and nothing to be fetched."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from verify.showing.page.mathematics import NoFormula, mathml

_log = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer that ``html_math_renderer`` names."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(translator: nodes.NodeVisitor, node: nodes.math) -> None:
    translator.body.append(_formula(node))
    raise nodes.SkipNode


def _block(translator: nodes.NodeVisitor, node: nodes.math_block) -> None:
    translator.body.append(f'<div class="formula">{_formula(node)}</div>')
    raise nodes.SkipNode


def _formula(node: nodes.Element) -> str:
    source = node.astext()
    try:
        return mathml(source)
    except NoFormula as failure:
        _log.warning("no MathML for %s", failure, location=node)
        return ""
