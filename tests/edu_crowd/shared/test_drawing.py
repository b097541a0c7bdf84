import resource
from contextlib import suppress
from io import BytesIO

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, PngImagePlugin

from edu_crowd.shared import drawing
from edu_crowd.shared import pdf as pdf_process
from edu_crowd.shared.drawing import Inspected, NotAccepted, TooLarge, Unreadable, draw_pages, inspect, sniff
from edu_crowd.shared.errors import Problem
from tests.factories.files import AUTHOR, huge_png, jpeg, nested_pdf, pdf, picture, png, vast_pdf, written_pdf

CANARY = AUTHOR.encode()


def opened(webp: bytes) -> Image.Image:
    return Image.open(BytesIO(webp), formats=["WEBP"])


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (pdf(), "pdf"),
        (b"\n\n" + pdf(), "pdf"),
        (png(), "png"),
        (jpeg(), "jpeg"),
        (picture("WEBP"), None),
        (picture("GIF"), None),
        (picture("TIFF"), None),
        (b"<!doctype html><script>alert(1)</script>", None),
        (b"", None),
        (b" " * 1024 + pdf(), None),
    ],
)
def test_sniff_by_content(content: bytes, kind: str | None) -> None:
    assert sniff(content) == kind


def test_inspect_counts_pages() -> None:
    assert [inspect(content) for content in (pdf(3), png(), jpeg())] == [
        Inspected("pdf", 3),
        Inspected("png", 1),
        Inspected("jpeg", 1),
    ]


def test_inspect_unknown_content_refused_with_what_can_be_uploaded() -> None:
    with pytest.raises(NotAccepted, match="PDF, PNG or JPEG"):
        inspect(picture("GIF"))


def test_inspect_limits_of_bytes_and_pages(settings: object) -> None:
    with pytest.raises(TooLarge, match="50 pages"):
        inspect(pdf(pdf_process.MAX_PAGES + 1))
    assert inspect(pdf(pdf_process.MAX_PAGES)).pages == pdf_process.MAX_PAGES
    settings.UPLOAD_MAX_BYTES = len(png())
    assert inspect(png()).kind == "png"
    settings.UPLOAD_MAX_BYTES -= 1
    with pytest.raises(TooLarge, match="larger than"):
        inspect(png())


@pytest.mark.parametrize("size", [(5001, 5000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_pixel_flood_refused_by_its_header(size: tuple[int, int]) -> None:
    with pytest.raises(Problem):
        inspect(huge_png(*size))
    with pytest.raises(Problem):
        draw_pages(huge_png(*size), "png")


def test_pdf_of_endless_drawing_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "GLANCE_SECONDS", 1)
    assert inspect(nested_pdf(2)).pages == 1
    with pytest.raises(TooLarge, match="too long"):
        inspect(nested_pdf(12))


def test_pdf_of_more_pixels_than_memory_costs_the_server_none() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with suppress(TooLarge):
        assert inspect(vast_pdf(60_000)).pages == 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_jpeg_of_endless_scans_refused() -> None:
    content = jpeg()
    with pytest.raises(Unreadable):
        inspect(content + b"\xff\xda" * drawing.MAX_SCANS)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (png()[:60], "png"),
        (jpeg()[:200], "jpeg"),
        (b"%PDF-1.7\nnothing", "pdf"),
        (written_pdf(locked=True), "pdf"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"\xff\xd8\xff", "jpeg"),
    ],
)
def test_damaged_or_locked_refused_with_a_sentence(content: bytes, kind: str) -> None:
    with pytest.raises(Unreadable, match="again"):
        inspect(content)
    with pytest.raises(Unreadable, match="again"):
        draw_pages(content, kind)


@pytest.mark.parametrize(("content", "kind"), [(pdf(2), "pdf"), (png(), "png"), (jpeg(), "jpeg")])
def test_draw_pages_same_content_same_bytes(content: bytes, kind: str) -> None:
    assert draw_pages(content, kind) == draw_pages(content, kind)


def test_draw_pages_keeps_the_shape_within_the_longest_side() -> None:
    for content, kind in ((picture("PNG", Image.new("L", (3200, 1000))), "png"), (pdf(), "pdf")):
        page = draw_pages(content, kind)[0]
        assert max(page.width, page.height) == drawing.MAX_SIDE
        assert opened(page.webp).size == (page.width, page.height)
    small = draw_pages(png(), "png")[0]
    assert (small.width, small.height) == (40, 30)


def test_draw_pages_draws_each_page_and_what_is_on_it() -> None:
    blank, text = written_pdf(), written_pdf(name="Hanako")
    assert len(draw_pages(pdf(3), "pdf")) == 3
    assert opened(draw_pages(blank, "pdf")[0].webp).convert("L").getextrema() == (255, 255)
    assert opened(draw_pages(text, "pdf")[0].webp).convert("L").getextrema()[0] < 64


def test_draw_pages_leaves_no_canary() -> None:
    exif = Image.Exif()
    exif[0x013B] = exif[0x9286] = CANARY.decode()
    chunks = PngImagePlugin.PngInfo()
    chunks.add_text("Author", CANARY.decode())
    chunks.add_itxt("XML:com.adobe.xmp", CANARY.decode())
    planted = {
        "jpeg": jpeg(exif=exif, comment=CANARY, icc_profile=CANARY * 10, xmp=CANARY) + CANARY,
        "png": png(exif=exif, pnginfo=chunks, icc_profile=CANARY) + CANARY,
        "pdf": written_pdf(name=CANARY.decode()) + b"%" + CANARY,
    }
    for kind, content in planted.items():
        assert CANARY in content, "the control: it is there to be found"
        for page in draw_pages(content, kind):
            image = opened(page.webp)
            image.load()
            assert CANARY not in page.webp
            assert set(image.info) <= {"loop", "background", "duration", "timestamp"}
            assert page.webp[12:16] == b"VP8 ", "a file of nothing but the picture"


def test_pdf_text_layer_is_there_before_and_gone_after() -> None:
    content = written_pdf(name=CANARY.decode())
    pdf_ = pypdfium2.PdfDocument(content)
    assert pdf_[0].get_textpage().get_text_range().strip() == CANARY.decode()
    pdf_.close()
    assert sniff(draw_pages(content, "pdf")[0].webp) is None


@pytest.mark.parametrize("orientation", range(1, 9))
def test_draw_pages_turns_a_photo_upright(orientation: int) -> None:
    upright = Image.new("RGB", (64, 32), "white")
    ImageDraw.Draw(upright).rectangle((0, 0, 31, 15), fill="red")
    turned = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(turned[orientation]) if orientation in turned else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    page = draw_pages(picture("JPEG", stored, quality=95, exif=exif), "jpeg")[0]
    drawn = opened(page.webp).convert("RGB")
    assert drawn.size == (64, 32)
    red, white = drawn.getpixel((8, 6)), drawn.getpixel((56, 26))
    assert red[0] > 200
    assert red[1] < 80
    assert min(white) > 220


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("exif", [b"Exif\0\0nonsense", b"Exif\0\0II*\0\xff\xff\xff\xff"])
def test_draw_pages_nonsense_exif_is_no_obstacle(exif: bytes) -> None:
    assert draw_pages(jpeg(exif=exif), "jpeg")[0].width == 40


@pytest.mark.parametrize(
    ("image", "grey"),
    [
        (Image.new("RGBA", (9, 9), (0, 0, 0, 0)), 255),
        (Image.new("LA", (9, 9), (0, 0)), 255),
        (Image.new("L", (9, 9), 100), 100),
        (Image.new("1", (9, 9), 1), 255),
        (Image.new("P", (9, 9), 0), 0),
        (Image.new("I;16", (9, 9), 100 * 256), 100),
    ],
)
def test_draw_pages_every_kind_of_png_on_white_paper(image: Image.Image, grey: int) -> None:
    drawn = opened(draw_pages(picture("PNG", image), "png")[0].webp).convert("L")
    assert all(abs(value - grey) <= 3 for value in drawn.getextrema())


def test_draw_pages_cmyk_jpeg() -> None:
    white = picture("JPEG", Image.new("CMYK", (9, 9), (0, 0, 0, 0)))
    assert opened(draw_pages(white, "jpeg")[0].webp).convert("L").getextrema() == (255, 255)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_damage_is_drawn_or_refused_and_never_a_crash(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from([png(), jpeg(), pdf(), written_pdf(name="x")])))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Problem):
        for page in draw_pages(bytes(content), inspect(bytes(content)).kind):
            assert opened(page.webp).size == (page.width, page.height)
