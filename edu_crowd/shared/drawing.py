"""Uploaded files: known by their content, and drawn again so that nothing they carried along survives."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image

from edu_crowd.shared import pdf
from edu_crowd.shared.errors import Problem

MAX_SIDE = 1600
MAX_SECONDS = 60
# An upload is drawn once at this size, so that nothing is accepted which cannot be drawn later.
GLANCE_SIDE = 160
GLANCE_SECONDS = 10
# A JPEG is decoded at a fraction of its size, a PNG only as a whole.
MAX_PIXELS = {"jpeg": 60_000_000, "png": 25_000_000}
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


def check_size(size: int) -> None:
    """Refuse too many bytes before they are read. Raises `TooLarge`."""
    if size > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
        raise TooLarge(_("The file is larger than %(limit)d MB. Make it smaller or split it.") % {"limit": limit})


def inspect(content: bytes) -> Inspected:
    """Find out, by drawing it small, whether a file can be drawn. Raises `NotAccepted`, `TooLarge`, `Unreadable`."""
    check_size(len(content))
    kind = sniff(content)
    if kind is None:
        raise NotAccepted(_("Upload a PDF, PNG or JPEG file; save other documents as PDF first."))
    if kind == "pdf":
        return Inspected(kind, len(_draw_pdf(content, side=GLANCE_SIDE, seconds=GLANCE_SECONDS)))
    with _image(content, kind) as image:
        image.load()
    return Inspected(kind, 1)


def draw_pages(content: bytes, kind: str) -> list[DrawnPage]:
    """Draw each page afresh as WebP: what is seen, and nothing of what was carried along.

    `kind` is what `sniff` told. The same content gives the same bytes. Raises `TooLarge`, `Unreadable`.
    """
    if kind == "pdf":
        return _draw_pdf(content, side=MAX_SIDE, seconds=MAX_SECONDS)
    with _image(content, kind) as image:
        return [_encode(_draw_image(image))]


def _draw_pdf(content: bytes, *, side: int, seconds: int) -> list[DrawnPage]:
    """Let a process of its own draw a PDF, and give it up after so many seconds."""
    command = [sys.executable, "-I", pdf.__file__, str(side), str(seconds)]
    try:
        # The command is ours alone; nothing of the server's environment, and so no secret, goes along.
        drawn = subprocess.run(command, input=content, capture_output=True, timeout=2 * seconds, env={}, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise _too_heavy() from error
    if drawn.returncode == pdf.TOO_MANY_PAGES:
        raise TooLarge(_("The PDF has more than %(limit)d pages. Split it.") % {"limit": pdf.MAX_PAGES})
    if drawn.returncode == pdf.UNREADABLE:
        raise Unreadable(_("The PDF is locked or damaged. Save it again without a password."))
    if drawn.returncode != pdf.DRAWN:
        raise _too_heavy()
    pages, rest = [], memoryview(drawn.stdout)
    while rest:
        size, width, height = pdf.HEADER.unpack(rest[: pdf.HEADER.size])
        webp, rest = rest[pdf.HEADER.size :][:size], rest[pdf.HEADER.size + size :]
        pages.append(DrawnPage(bytes(webp), width, height))
    return pages


def _too_heavy() -> TooLarge:
    return TooLarge(_("The PDF takes too long to draw. Print it to a new PDF, or upload pictures of its pages."))


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
    return DrawnPage(pdf.webp(image), image.width, image.height)
