import pytest
from django.core.files.storage import default_storage
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from assignments.models import Attachment
from assignments.services.attachment import MAX_FILES, TooManyFiles, attach, detach
from assignments.services.submission import NotAnAnswer, NotDraft, hand_in, start, take_back
from edu_crowd.shared.drawing import NotAccepted, TooLarge
from tests.factories import NOW, QuestionFactory, SubmissionFactory
from tests.factories.files import jpeg, pdf, picture, png, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def question():
    return QuestionFactory(kind="file")


@pytest.fixture
def draft(question):
    return SubmissionFactory(assignment=question.assignment, now=None)


@pytest.mark.parametrize(
    ("kind", "content"), [("pdf", pdf()), ("png", png()), ("jpeg", jpeg())], ids=["pdf", "png", "jpeg"]
)
def test_attach_knows_the_kind_by_the_content(question, draft, kind: str, content: bytes) -> None:
    file = attach(submission=draft, question=question, name="harmless.html", content=content, now=NOW)
    assert (file.kind, file.size, stored(file)) == (kind, len(content), content)
    assert "harmless" not in file.file.name
    assert "." not in file.file.name


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\essay.pdf", "essay.pdf"),
        ("é\u202egnp.exe\n", "égnp.exe"),
        ("", "png"),
        ("あ" * 300, "あ" * 255),
    ],
)
def test_attach_keeps_a_plain_name(question, draft, given: str, kept: str) -> None:
    assert attach(submission=draft, question=question, name=given, content=png(), now=NOW).name == kept


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"PK\x03\x04", b"GIF89a", picture("WEBP"), b"MZ"],
    ids=["nothing", "svg", "zip", "gif", "webp", "exe"],
)
def test_attach_anything_else_refused_with_what_can_be_uploaded(question, draft, content: bytes) -> None:
    with pytest.raises(NotAccepted, match="PDF, PNG or JPEG"):
        attach(submission=draft, question=question, name="essay.pdf", content=content, now=NOW)
    assert not Attachment.objects.exists()


def test_attach_too_many_bytes_refused(question, draft, settings) -> None:
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    with pytest.raises(TooLarge, match="1 MB"):
        attach(submission=draft, question=question, name="x", content=png() + b"\0" * 1024 * 1024, now=NOW)


def test_attach_same_file_twice_is_there_once(question, draft) -> None:
    first = attach(submission=draft, question=question, name="a.png", content=png(), now=NOW)
    assert attach(submission=draft, question=question, name="b.png", content=png(), now=NOW) == first


def test_attach_one_too_many_refused(question, draft) -> None:
    for number in range(MAX_FILES):
        attach(submission=draft, question=question, name="x", content=png() + bytes([number]), now=NOW)
    with pytest.raises(TooManyFiles):
        attach(submission=draft, question=question, name="x", content=png(), now=NOW)


def test_attach_to_a_machine_marked_question_or_a_paper_handed_in_refused(question, draft) -> None:
    objective = QuestionFactory(assignment=question.assignment, kind="single")
    with pytest.raises(NotAnAnswer):
        attach(submission=draft, question=objective, name="x", content=png(), now=NOW)
    hand_in(submission=draft, now=NOW)
    with pytest.raises(NotDraft):
        attach(submission=draft, question=question, name="x", content=png(), now=NOW)


def test_detach_removes_the_file_after_commit(
    question, draft, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    file = attach(submission=draft, question=question, name="x", content=png(), now=NOW)
    stored = file.file.name
    with django_capture_on_commit_callbacks(execute=True):
        detach(attachment=file, now=NOW)
        assert default_storage.exists(stored)
    assert not default_storage.exists(stored)
    assert not Attachment.objects.exists()


def test_detach_leaves_a_file_that_the_paper_taken_back_has_too(
    question, draft, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    file = attach(submission=draft, question=question, name="x", content=png(), now=NOW)
    hand_in(submission=draft, now=NOW)
    with pytest.raises(NotDraft):
        detach(attachment=file, now=NOW)
    take_back(submission=draft, now=NOW)
    again = start(assignment=draft.assignment, enrolment=draft.enrolment, now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        detach(attachment=again.answers.get().attachments.get(), now=NOW)
    assert default_storage.exists(file.file.name)
