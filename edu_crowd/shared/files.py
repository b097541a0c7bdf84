"""Stored files on their way to a browser."""

import logging

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404

log = logging.getLogger(__name__)


def send(file: FieldFile, *, name: str, content_type: str) -> FileResponse:
    """Send a file to be kept and not run, whatever is in it. Raises `Http404` where it is gone."""
    try:
        content = file.open("rb")
    except FileNotFoundError:
        log.exception("a file is gone from the storage: %s", file.name)
        raise Http404 from None
    # FileResponse writes a name beyond ASCII by RFC 5987.
    response = FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
