"""The drawn pages of a script, as images that can be nothing else."""

from django.http import FileResponse, HttpRequest

from edu_crowd.shared.access import opens
from edu_crowd.shared.files import send
from edu_crowd.shared.methods import takes
from grading.models import Rendition
from grading.permissions import access_case_page, access_flag_page, access_page, access_reference_page


def image(page: Rendition) -> FileResponse:
    """Send a page under a fixed name, without the times and the name of its file."""
    response = send(page.image, name="page.webp", content_type="image/webp")
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@opens(access_page)
@takes("GET")
def desk_page(request: HttpRequest, page: Rendition) -> FileResponse:
    return image(page)


@opens(access_reference_page)
@takes("GET")
def reference_page(request: HttpRequest, page: Rendition) -> FileResponse:
    return image(page)


@opens(access_flag_page)
@takes("GET")
def flag_page(request: HttpRequest, page: Rendition) -> FileResponse:
    return image(page)


@opens(access_case_page)
@takes("GET")
def case_page(request: HttpRequest, page: Rendition) -> FileResponse:
    return image(page)
