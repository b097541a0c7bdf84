"""Small files, made when a test asks for them."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

from assignments.models import Attachment

# Whom the planted files name.
AUTHOR = "Hanako Yamada"


def picture(kind: str, image: Image.Image | None = None, **options: Any) -> bytes:
    file = BytesIO()
    (image or Image.new("RGB", (40, 30), "navy")).save(file, kind, **options)
    return file.getvalue()


def stored(attachment: Attachment) -> bytes:
    with attachment.file.open() as file:
        return file.read()


def png(**options: Any) -> bytes:
    return picture("PNG", **options)


def jpeg(**options: Any) -> bytes:
    return picture("JPEG", **options)


def pdf(pages: int = 1) -> bytes:
    page = Image.new("RGB", (40, 30), "white")
    return picture("PDF", page, save_all=True, append_images=[page] * (pages - 1))


PAGES = (b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
PAGE = b"<< /Type /Page /Parent 2 0 R %s >>"


def stream(entries: bytes, content: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(content), content)


def pdf_of(objects: list[bytes], trailer: bytes = b"") -> bytes:
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    end += b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (len(objects) + 1, trailer)
    return body + end + b"startxref\n%d\n%%%%EOF\n" % len(body)


def written_pdf(*, name: str = "", locked: bool = False) -> bytes:
    """A PDF with a line of text, an author and a title."""
    page = b"/MediaBox [0 0 200 100] /Contents 4 0 R /Resources << /Font << /F1 6 0 R >> >>"
    objects = [
        *PAGES,
        PAGE % page,
        stream(b"", b"BT /F1 24 Tf 10 40 Td (%s) Tj ET" % name.encode()),
        b"<< /Author (%s) /Title (%s) >>" % (AUTHOR.encode(), AUTHOR.encode()),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Filter /Standard /V 1 /R 2 /O (%s) /U (%s) /P -1 >>" % (b"o" * 32, b"u" * 32),
    ]
    lock = b"/Encrypt 7 0 R /ID [(0123456789abcdef) (0123456789abcdef)]" if locked else b""
    return pdf_of(objects, b"/Info 5 0 R " + lock)


def huge_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def nested_pdf(levels: int) -> bytes:
    """A PDF whose page paints ten forms, each of which paints ten, and so on."""
    paint = b"/X Do " * 10
    page = b"/MediaBox [0 0 99 99] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >>"
    forms = [
        stream(
            b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >>" % next_, paint
        )
        for next_ in range(6, 5 + levels)
    ]
    return pdf_of([*PAGES, PAGE % page, stream(b"", paint), *forms, stream(b"/Subtype /Form /BBox [0 0 9 9]", b"f")])


def vast_pdf(side: int) -> bytes:
    """A PDF of a kilobyte with an image of side × side pixels."""
    page = b"/MediaBox [0 0 99 99] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >>"
    entries = b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 /ColorSpace /DeviceRGB" % (
        side,
        side,
    )
    image = stream(entries + b" /Filter /FlateDecode", zlib.compress(bytes(1_000_000)))
    return pdf_of([*PAGES, PAGE % page, stream(b"", b"99 0 0 99 0 0 cm /X Do"), image])
