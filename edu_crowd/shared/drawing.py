"""Uploaded files: known by their content, and drawn again so that nothing they carried along survives."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from threading import Lock

import pypdfium2
from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from edu_crowd.shared.errors import Problem

MAX_PAGES = 50
MAX_SIDE = 1600
# A JPEG is decoded at a fraction of its size, a PNG only as a whole.
MAX_PIXELS = {"jpeg": 60_000_000, "png": 25_000_000, "pdf": 60_000_000}
# A progressive JPEG may repeat its whole area in each scan; cameras write about ten.
MAX_SCANS = 64
EXIF_ORIENTATION = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# PDFium is not safe in threads.
PDFIUM = Lock()


class NotAccepted(Problem):
    """The content is none of the kinds that can be drawn."""


class TooLarge(Problem):
    """Too many bytes, pages or pixels."""


class Unreadable(Problem):
    """The file is damaged or locked."""


@dataclass(frozen=True)
class Inspected:
    kind: str
    pages: int


@dataclass(frozen=True)
class DrawnPage:
    webp: bytes
    width: int
    height: int


def sniff(content: bytes) -> str | None:
    """Tell "pdf", "png" or "jpeg" by the content alone; None for everything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    # Readers take a PDF whose header is preceded by a few stray bytes.
    return "pdf" if b"%PDF-" in content[:1024] else None


def inspect(content: bytes) -> Inspected:
    """Find out, without drawing it, whether a file can be drawn. Raises `NotAccepted`, `TooLarge`, `Unreadable`."""
    if len(content) > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
        raise TooLarge(_("The file is larger than %(limit)d MB. Make it smaller or split it.") % {"limit": limit})
    kind = sniff(content)
    if kind is None:
        raise NotAccepted(_("Upload a PDF, PNG or JPEG file; save other documents as PDF first."))
    if kind == "pdf":
        with _pdf(content) as pdf:
            return Inspected(kind, len(pdf))
    with _image(content, kind) as image:
        image.load()
    return Inspected(kind, 1)


def draw_pages(content: bytes, kind: str) -> list[DrawnPage]:
    """Draw each page afresh as WebP: what is seen, and nothing of what was carried along.

    `kind` is what `sniff` told. The same content gives the same bytes. Raises `TooLarge`, `Unreadable`.
    """
    if kind == "pdf":
        with _pdf(content) as pdf:
            return [_encode(_draw_pdf_page(page)) for page in pdf]
    with _image(content, kind) as image:
        return [_encode(_draw_image(image))]


@contextmanager
def _pdf(content: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """Open a PDF whose pages and images are within the limits."""
    with PDFIUM:
        try:
            with pypdfium2.PdfDocument(content) as pdf:
                # What was typed into the fields of a form is drawn as well.
                if pdf.get_formtype():
                    pdf.init_forms()
                _check_pdf(pdf)
                yield pdf
        except pypdfium2.PdfiumError as error:
            raise Unreadable(_("The PDF is locked or damaged. Save it again without a password.")) from error


def _check_pdf(pdf: pypdfium2.PdfDocument) -> None:
    if len(pdf) > MAX_PAGES:
        raise TooLarge(_("The PDF has more than %(limit)d pages. Split it.") % {"limit": MAX_PAGES})
    for page in pdf:
        for image in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE]):
            _check_pixels(image.get_px_size(), "pdf")
        page.close()


def _draw_pdf_page(page: pypdfium2.PdfPage) -> Image.Image:
    longest = max(page.get_size())
    if not 0 < longest < 1e6:
        raise Unreadable(_("The PDF has a page without a size. Print it to a new PDF."))
    bitmap = page.render(scale=MAX_SIDE / longest)
    image: Image.Image = bitmap.to_pil().convert("RGB")
    bitmap.close()
    page.close()
    return image


@contextmanager
def _image(content: bytes, kind: str) -> Iterator[Image.Image]:
    """Open an image whose size, read from its header, is within the limits."""
    if kind == "jpeg" and content.count(b"\xff\xda") > MAX_SCANS:
        raise Unreadable(_("The image is damaged. Take or save it again."))
    try:
        with Image.open(BytesIO(content), formats=[kind.upper()]) as image:
            _check_pixels(image.size, kind)
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))
            yield image
    except Problem:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(kind) from error
    except Exception as error:  # decoders of strangers' bytes fail in ways that nobody has listed
        raise Unreadable(_("The image is damaged. Take or save it again.")) from error


def _check_pixels(size: tuple[int, int], kind: str) -> None:
    if size[0] * size[1] > MAX_PIXELS[kind]:
        raise _too_many_pixels(kind)


def _too_many_pixels(kind: str) -> TooLarge:
    limit = MAX_PIXELS[kind] // 1_000_000
    return TooLarge(_("An image is larger than %(limit)d megapixels. Make it smaller.") % {"limit": limit})


def _draw_image(image: Image.Image) -> Image.Image:
    orientation = _orientation(image)
    if image.mode.startswith("I;16"):
        # Pillow would cut sixteen bits of grey off at the brightest eight.
        image = image.point(lambda grey: grey / 256).convert("L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    drawn = image.convert("RGB")
    drawn.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    return drawn.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else drawn


def _orientation(image: Image.Image) -> int | None:
    try:
        return image.getexif().get(EXIF_ORIENTATION)
    except Exception:  # EXIF is a stranger's bytes, and the picture can be shown without
        return None


def _encode(image: Image.Image) -> DrawnPage:
    # Given empty, or Pillow would copy them from the original.
    file = BytesIO()
    image.save(file, "WEBP", quality=85, method=4, exif=b"", xmp=b"", icc_profile=b"")
    return DrawnPage(file.getvalue(), image.width, image.height)
