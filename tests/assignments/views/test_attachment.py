"""Files go up, come down as something to keep, and are taken away; a refused one costs nothing else."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from assignments.models import Attachment
from tests.assignments.views.writing import JSON, Writing
from tests.factories import EnrolmentFactory
from tests.factories.files import pdf, png
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def writing() -> Writing:
    return Writing("long_text", "file", "single")


def upload(writing: Writing, kind: str, name: str, content: bytes, **more: object) -> object:
    number = writing.of(kind).pk
    data = {f"file-{number}": SimpleUploadedFile(name, content)}
    return writing.client.post(f"{writing.url}answers/{number}/files/", data, **more)


def test_script_gets_the_list_back(writing: Writing) -> None:
    told = upload(writing, "file", "蝶 & ｢図｣.png", png(), **JSON).json()
    file = Attachment.objects.get()
    assert "蝶 &amp; ｢図｣.png" in told["files"]
    assert f"/attachments/{file.pk}/remove/" in told["files"]
    assert told["saved_at"] == writing.base("file")
    told = writing.client.post(f"/attachments/{file.pk}/remove/", **JSON).json()
    assert told["files"].strip() == ""
    assert not Attachment.objects.exists()


def test_download_is_the_original_and_can_only_be_kept(writing: Writing) -> None:
    original = pdf()
    upload(writing, "file", "蝶.pdf", original)
    response = writing.client.get(f"/attachments/{Attachment.objects.get().pk}/")
    assert b"".join(response) == original
    assert {
        name: response[name]
        for name in ("Content-Type", "Content-Disposition", "Content-Security-Policy", "X-Content-Type-Options")
    } == {
        "Content-Type": "application/pdf",
        "Content-Disposition": "attachment; filename*=utf-8''%E8%9D%B6.pdf",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    assert response["Cache-Control"] == "private, no-store"


def test_download_of_a_file_that_is_gone_is_not_there(writing: Writing) -> None:
    upload(writing, "file", "a.png", png())
    file = Attachment.objects.get()
    default_storage.delete(str(file.file.name))
    assert writing.client.get(f"/attachments/{file.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("kind", "content", "said"),
    [
        ("file", b"PK\x03\x04 a document", "Upload a PDF, PNG or JPEG file; save other documents as PDF first."),
        ("single", png(), "This question takes no file."),
    ],
)
def test_file_that_is_not_taken_says_what_is(writing: Writing, kind: str, content: bytes, said: str) -> None:
    response = upload(writing, kind, "a.docx", content, **JSON)
    assert response.status_code == 422
    assert said in response.json()["message"]


def test_file_too_large_is_refused_before_it_is_read(writing: Writing, settings) -> None:
    settings.UPLOAD_MAX_BYTES = 10
    response = upload(writing, "file", "a.png", png(), **JSON)
    assert "larger than" in response.json()["message"]
    assert not Attachment.objects.exists()


def test_without_script_the_whole_form_goes_along(writing: Writing) -> None:
    number = writing.of("file").pk
    form = writing.form("long_text", "typed meanwhile") | {f"file-{number}": SimpleUploadedFile("a.docx", b"PK")}
    response = writing.client.post(f"{writing.url}answers/{number}/files/", form)
    assert response.status_code == 422
    assert "a.docx: Upload a PDF, PNG or JPEG file" in response.content.decode()
    assert writing.stored("long_text") == ("typed meanwhile", [])
    form = writing.form("long_text", "and more") | {f"file-{number}": SimpleUploadedFile("a.png", png())}
    response = writing.client.post(f"{writing.url}answers/{number}/files/", form)
    assert response["Location"] == f"{writing.url}#question-{number}"
    file = Attachment.objects.get()
    response = writing.client.post(f"/attachments/{file.pk}/remove/", writing.form("long_text", "and an end"))
    assert response["Location"] == f"{writing.url}#question-{number}"
    assert "“a.png” was taken away." in writing.page()
    assert writing.stored("long_text") == ("and an end", [])


def test_nothing_chosen_says_so(writing: Writing) -> None:
    number = writing.of("file").pk
    response = writing.client.post(f"{writing.url}answers/{number}/files/", {})
    assert response.status_code == 422
    assert "Choose a file first." in response.content.decode()


def test_file_of_a_paper_handed_in_stays(writing: Writing) -> None:
    upload(writing, "file", "a.png", png())
    file = Attachment.objects.get()
    writing.client.post(f"{writing.url}hand-in/")
    assert writing.client.post(f"/attachments/{file.pk}/remove/", **JSON).status_code == 409
    assert writing.client.post(f"/attachments/{file.pk}/remove/").status_code == 409
    assert upload(writing, "file", "b.png", png(), **JSON).status_code == 422
    assert Attachment.objects.count() == 1
    assert b"".join(writing.client.get(f"/attachments/{file.pk}/")) == png()
    assert f"/attachments/{file.pk}/remove/" not in writing.page()


def test_files_are_the_authors_alone(writing: Writing) -> None:
    upload(writing, "file", "a.png", png())
    course, address = writing.assignment.course, f"/attachments/{Attachment.objects.get().pk}/"
    for role in ("student", "assistant", "teacher"):
        other = client_of(EnrolmentFactory(course=course, role=role).user)
        assert other.get(address).status_code == other.post(f"{address}remove/").status_code == 404
