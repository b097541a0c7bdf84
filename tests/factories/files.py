"""Small files, made when a test asks for them."""

from io import BytesIO
from typing import Any

from PIL import Image

from assignments.models import Attachment


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
