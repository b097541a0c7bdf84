"""Draws one stranger's PDF in a process of its own, with limits on time and memory.

A PDF of a kilobyte can ask for hours of drawing, and what reads it is not written in Python: the server must be able
to give it up. Runs as a script, without Django and without the server's environment, for `edu_crowd.shared.drawing`:
the file comes in by stdin, and each page goes out as a header and a WebP.
"""

import resource
import struct
import sys
from contextlib import suppress
from io import BytesIO

import pypdfium2
from PIL import Image

MAX_PAGES = 50
MEMORY = 1024 * 1024 * 1024
# Bytes, width and height of a page.
HEADER = struct.Struct(">III")
# Exit codes; a process that was stopped has none of these.
DRAWN, TOO_MANY_PAGES, UNREADABLE = 0, 3, 4


def webp(image: Image.Image) -> bytes:
    """Encode a picture and nothing else: what is given empty here, Pillow would copy from the original."""
    file = BytesIO()
    image.save(file, "WEBP", quality=85, method=4, exif=b"", xmp=b"", icc_profile=b"")
    return file.getvalue()


def draw(content: bytes, side: int) -> int:
    """Write each page to stdout, `side` pixels long; return the exit code."""
    try:
        with pypdfium2.PdfDocument(content) as pdf:
            if not 0 < len(pdf) <= MAX_PAGES:
                return TOO_MANY_PAGES if len(pdf) else UNREADABLE
            # What was typed into the fields of a form is drawn as well.
            if pdf.get_formtype():
                pdf.init_forms()
            for page in pdf:
                image: Image.Image = page.render(scale=side / max(page.get_size())).to_pil().convert("RGB")
                drawn = webp(image)
                sys.stdout.buffer.write(HEADER.pack(len(drawn), *image.size) + drawn)
                page.close()
    except (pypdfium2.PdfiumError, ArithmeticError, ValueError):
        return UNREADABLE
    return DRAWN


if __name__ == "__main__":
    seconds = int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError):  # macOS has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.exit(draw(sys.stdin.buffer.read(), int(sys.argv[1])))
