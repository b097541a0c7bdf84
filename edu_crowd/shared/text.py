"""Text that people write: shown safely, compared kindly, read as numbers."""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from html import unescape
from typing import Any
from xml.etree.ElementTree import tostring

import nh3
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from latex2mathml.converter import convert_to_element
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

MAX_FORMULA = 2_000
SCHEMES = {"http", "https", "mailto"}
HTML_TAGS = "p br hr h1 h2 h3 h4 h5 h6 strong em s code pre blockquote ul ol li a table thead tbody tr th td div span"
MATHML_TAGS = (
    "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mmultiscripts"
    " mprescripts none mtable mtr mtd mlabeledtr menclose mpadded mphantom mstyle"
)
MATHML_ATTRIBUTES = (
    "columnalign columnlines columnspacing depth display displaystyle fence form height largeop linethickness lspace"
    " mathvariant maxsize minsize movablelimits notation rowlines rowspacing rspace scriptlevel separator stretchy"
    " symmetric voffset width"
)
TAGS = {*HTML_TAGS.split(), *MATHML_TAGS.split()}
ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "code": {"class"},
    "div": {"class", "lang"},
    "span": {"class"},
    **{tag: set(MATHML_ATTRIBUTES.split()) for tag in MATHML_TAGS.split()},
}


def render_text(text: str, *, language: str = "") -> SafeString:
    """Render Markdown with $maths$ as HTML that is safe on any page: no raw HTML, no image, no live scheme."""
    html = nh3.clean(
        MARKDOWN.render(text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        attribute_filter=_outward,
        link_rel="nofollow noopener noreferrer",
    )
    if language:
        return format_html('<div lang="{}">{}</div>', language, mark_safe(html))  # noqa: S308  # cleaned above
    return mark_safe(html)  # noqa: S308  # cleaned above


def _outward(tag: str, attribute: str, value: str) -> str | None:
    # A link without a scheme leads to a page of ours, opened with the rights of whoever marks.
    return value if attribute != "href" or value.partition(":")[0].lower() in SCHEMES else None


# Controls show nothing, and NUL is refused by PostgreSQL; the old signs for a new line become one.
_CONTROLS = {
    code: "\n" if chr(code) in "\v\f\x85" else None
    for code in (*range(0x20), *range(0x7F, 0xA0))
    if chr(code) not in "\t\n\r"
}


def clean_text(text: str) -> str:
    """Return text that every database takes: no controls but tabs and line breaks, and no halves of characters."""
    return text.translate(_CONTROLS).encode(errors="replace").decode()


def fold(text: str) -> str:
    """Fold what does not make two texts different: width, case and spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _maths(source: str, options: Mapping[str, Any]) -> str:
    display = "block" if options["display_mode"] else "inline"
    if len(source) <= MAX_FORMULA:
        try:
            formula = convert_to_element(source, display=display)
            # The converter writes characters as entities, also those the writer typed: `\text{<b>}` is text.
            for node in formula.iter():
                node.text = unescape(node.text or "")
            return tostring(formula, encoding="unicode")
        except Exception:  # noqa: S110  # whatever the converter trips over, the reader gets the source
            pass
    return f"<code>{escape(source)}</code>"


def _image(renderer: RendererHTML, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    # An image from elsewhere tells its server who reads, and when.
    return escape(renderer.renderInlineAsText(tokens[index].children or [], options, env))


MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
MARKDOWN.use(
    dollarmath_plugin,
    allow_labels=False,
    allow_space=False,
    allow_digits=False,
    allow_blank_lines=False,
    double_inline=True,
    renderer=_maths,
)
MARKDOWN.add_render_rule("image", _image)


def whole_number(text: object) -> int | None:
    """Read an id or a count that a form or an address of ours wrote; None for whatever else came, however long."""
    written = str(text)
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 19 else None


_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_SUPERSCRIPT_RUN = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")
_MINUS_SIGNS = str.maketrans("−‐‑–﹣", "-----")
# In order: 1,234.5 or 1 234.5 or 1'234.5 · 1.234,5 · 1.234.567 · 0,5 or 12,75 · 12.5 or .5
_NUMBER = re.compile(
    r"""(?P<sign>[+-]?)\s*
    (?:
        (?P<grouped>[1-9][0-9]{0,2}(?:(?P<mark>[,'\s])[0-9]{3})(?:(?P=mark)[0-9]{3})*(?:\.[0-9]+)?)
      | (?P<continental>[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,})
      | (?P<comma>[0-9]+,[0-9]+)
      | (?P<plain>[0-9]+\.?[0-9]*|\.[0-9]+)
    )
    (?:e(?P<exponent>[+-]?[0-9]{1,3})|\s*[×x*]\s*10\^(?P<power>[+-]?[0-9]{1,3}))?
    (?![0-9.,'])
    (?P<rest>.*)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


def spell(text: str) -> str:
    """Spell a unit or a number plainly: half width, `^2` for ², one kind of minus, single spaces."""
    text = _SUPERSCRIPT_RUN.sub(lambda run: "^" + run[0].translate(_SUPERSCRIPTS), text.translate(_MINUS_SIGNS))
    return " ".join(unicodedata.normalize("NFKC", text).translate(_MINUS_SIGNS).split())


def parse_quantity(text: str) -> tuple[Decimal, str] | None:
    """Read a number and the unit behind it ("" for none); None where no number can be read for certain."""
    match = _NUMBER.fullmatch(spell(text[:200]))
    if match is None:
        return None
    if grouped := match["grouped"]:
        digits = re.sub(r"[,'\s]", "", grouped)
    elif continental := match["continental"]:
        digits = continental.replace(".", "").replace(",", ".")
    elif comma := match["comma"]:
        digits = comma.replace(",", ".")
    else:
        digits = match["plain"]
    exponent = match["exponent"] or match["power"] or "0"
    return Decimal(f"{match['sign']}{digits}e{exponent}"), match["rest"].strip(" .。")


def parse_number(text: str) -> Decimal | None:
    """Read a bare number in any usual spelling; "1,234" is a thousand and more, "0,5" and "12,75" are decimals."""
    quantity = parse_quantity(text)
    return quantity[0] if quantity and not quantity[1] else None
