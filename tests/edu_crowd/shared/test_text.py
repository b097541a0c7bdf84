from decimal import Decimal
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edu_crowd.shared.text import (
    ATTRIBUTES,
    MAX_FORMULA,
    TAGS,
    clean_text,
    fold,
    parse_number,
    parse_quantity,
    render_text,
)

SAFE_ATTRIBUTES = {name for names in ATTRIBUTES.values() for name in names} | {"rel"}


class Inspector(HTMLParser):
    """Collects what a browser would find that is not on the list."""

    def __init__(self) -> None:
        super().__init__()
        self.offences: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.offences.append(tag)
        for name, value in attrs:
            scheme = (value or "").strip().lower().partition(":")[0]
            if name not in SAFE_ATTRIBUTES or (name == "href" and scheme not in ("http", "https", "mailto")):
                self.offences.append(f"{tag} {name}={value}")

    def handle_comment(self, data: str) -> None:
        self.offences.append("comment")


def test_clean_text_keeps_what_people_type_and_nothing_else():
    assert clean_text("a\0b\x1b\x7f\x9b\tc\r\nd\x0be\ud800 é 日本 🙂") == "ab\tc\r\nd\ne? é 日本 🙂"


def offences(text: str) -> list[str]:
    inspector = Inspector()
    inspector.feed(render_text(text))
    inspector.close()
    return inspector.offences


LIVE = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//e.example/x.js>",
    "<svg onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<form><button formaction=javascript:alert(1)>x",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<math><annotation-xml encoding='text/html'><script>alert(1)</script></annotation-xml></math>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<math href='javascript:alert(1)'>x</math>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<base href=//e.example>",
    "<meta http-equiv=refresh content='0;url=//e.example'>",
    "<link rel=stylesheet href=//e.example/x.css>",
    "<style>@import '//e.example/x.css'</style>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#x6a;avascript:alert(1))",
    "[x](vbscript:x)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](file:///etc/passwd)",
    "[x](/accounts/logout/)",
    "[x](#top)",
    "[x](//e.example 'a\" onmouseover=\"alert(1)')",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](http://e.example/x.png)",
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    "![<img src=x onerror=alert(1)>](x)",
    '```"><script>alert(1)</script>\nx\n```',
    "`<script>alert(1)</script>`",
    "|<script>|\n|-|\n|<img src=x onerror=alert(1)>|",
    r"$\text{<img src=x onerror=alert(1)>}$",
    r"$\text{</mtext></math><script>alert(1)</script>}$",
    r"$\text{&lt;script&gt;alert(1)&lt;/script&gt;}$",
    r"$\text{&amp;lt;script&amp;gt;}$",
    r"$\href{javascript:alert(1)}{x}$",
    r"$\style{background:url(//e.example)}{x}$",
    r"$\class{x\" onmouseover=alert(1)}{x}$",
    r"$\color{red\" onmouseover=\"alert(1)}x$",
    r"$\begin{array}{c\" onmouseover=\"alert(1)}x\end{array}$",
    r"$\frac{<script>alert(1)</script>$",
    r"$\includegraphics{http://e.example/x.png}$",
    '$$<annotation-xml encoding="text/html"><script>alert(1)</script></annotation-xml>$$',
    "$<semantics><annotation-xml encoding='application/xhtml+xml'><img src=x onerror=alert(1)>$",
]


@pytest.mark.parametrize("text", LIVE)
def test_render_text_nothing_live_survives(text: str) -> None:
    assert offences(text) == []


def test_inspector_finds_what_is_live() -> None:
    inspector = Inspector()
    inspector.feed("<script></script><a href='javascript:x' onclick=x></a><img src=x><!-- x -->")
    assert inspector.offences == ["script", "a href=javascript:x", "a onclick=x", "img", "img src=x", "comment"]


@given(
    st.lists(st.sampled_from([*LIVE, "$", "$$", "\n", "`", "<", ">", '"', "&", "\\", "[", "](", ")", "|"]), max_size=6)
)
def test_render_text_nothing_live_survives_in_any_mixture(parts: list[str]) -> None:
    assert offences("".join(parts)) == []


@given(st.text())
def test_render_text_takes_any_text(text: str) -> None:
    assert offences(text) == []


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        ("**a** ~~b~~ `c`", "<p><strong>a</strong> <s>b</s> <code>c</code></p>\n"),
        ("[a](https://b.example/)", '<p><a href="https://b.example/" rel="nofollow noopener noreferrer">a</a></p>\n'),
        ("![a graph](https://b.example/x.png)", "<p>a graph</p>\n"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>\n"),
        ("$5 and $6", "<p>$5 and $6</p>\n"),
        (
            "$x^2$",
            '<p><span class="math inline"><math display="inline"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>'
            "</span></p>\n",
        ),
        (r"$\frac{$", '<p><span class="math inline"><code>\\frac{</code></span></p>\n'),
        (
            r"$\text{a<b}$",
            '<p><span class="math inline"><math display="inline"><mrow><mtext>a&lt;b</mtext></mrow></math>'
            "</span></p>\n",
        ),
    ],
)
def test_render_text_markdown_and_maths(text: str, html: str) -> None:
    assert render_text(text) == html


def test_render_text_tables_and_display_maths() -> None:
    html = render_text("|a|b|\n|-|-|\n|1|2|\n\n$$\n\\sum_{i=1}^n i\n$$\n")
    assert "<td>1</td>" in html
    assert '<math display="block">' in html


def test_render_text_names_its_language() -> None:
    assert render_text("骨", language="ja") == '<div lang="ja"><p>骨</p>\n</div>'
    assert 'lang="&quot;&gt;' in render_text("x", language='"><script>')


def test_render_text_endless_formula_is_shown_as_source() -> None:
    assert "<code>" in render_text(f"${'x' * (MAX_FORMULA + 1)}$")


def test_fold_width_case_and_spaces() -> None:
    assert fold("  ＡＢｃ\u3000ﾄﾞｲﾂ \n STRASSE") == fold("abc ドイツ straße") == "abc ドイツ strasse"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"),
        ("１２．５", "12.5"),
        ("−3", "-3"),
        ("－３", "-3"),
        ("+2", "2"),
        (".5", "0.5"),
        ("5.", "5"),
        ("0,5", "0.5"),
        ("12,75", "12.75"),
        ("0,125", "0.125"),
        ("1,234", "1234"),
        ("1,234,567.8", "1234567.8"),
        ("1.234,5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1.234", "1.234"),
        ("12 345", "12345"),
        ("12\u202f345", "12345"),
        ("1'000", "1000"),
        ("1e-3", "0.001"),
        ("3×10^8", "300000000"),
        ("3 x 10⁻²", "0.03"),
        ("①", "1"),
    ],
)
def test_parse_number_usual_spellings(text: str, number: str) -> None:
    assert parse_number(text) == Decimal(number)


@pytest.mark.parametrize(
    "text", ["", " ", "abc", "1,2,3", "1.2.3", "1,23,456", "10⁸", "1/2", "½", "--1", "NaN", "Infinity", "1e9999", "5 m"]
)
def test_parse_number_no_number_for_certain_is_none(text: str) -> None:
    assert parse_number(text) is None


def test_parse_quantity_splits_number_and_unit() -> None:
    assert parse_quantity("９．８ m/s²。") == (Decimal("9.8"), "m/s^2")
    assert parse_quantity("12 500㎝") == (Decimal(12500), "cm")
    assert parse_quantity("5eV") == (Decimal(5), "eV")


@given(st.text(max_size=300))
def test_parse_number_takes_any_text(text: str) -> None:
    number = parse_number(text)
    assert number is None or number.is_finite()


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4))
def test_parse_number_reads_back_what_was_written(number: Decimal) -> None:
    assert parse_number(str(number)) == parse_number(f"{number:,f}") == number
