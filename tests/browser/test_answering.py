"""A student writes in a real browser: a killed tab, a lost connection and a second window lose nothing."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from assignments.models import Answer, Attachment, Submission
from assignments.services.submission import save_answer
from assignments.services.time_up import hand_in_when_time_is_up
from tests.assignments.views.writing import Writing
from tests.browser.visitor import Visitor
from tests.factories.files import pdf

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def writing(live_site: str) -> Writing:
    return Writing("single", "numeric", "long_text", "maths", "file")


@pytest.fixture
def student(browser: Browser, live_site: str, writing: Writing, tmp_path: Path) -> Visitor:
    return Visitor(browser, live_site, writing.paper.enrolment.user, tmp_path, viewport=PHONE)


def essay(writing: Writing) -> str:
    return f"[name=text-{writing.of('long_text').pk}]"


def expect_chip(page: Page, state: str) -> None:
    chip = page.locator("#saved")
    expect(chip).to_have_text(chip.get_attribute(f"data-{state}") or "")


def test_student_writes_kills_the_tab_hands_in_and_takes_back(student: Visitor, writing: Writing) -> None:
    page = student.go(f"/assignments/{writing.assignment.pk}/")
    page.get_by_text("Go on writing").click()
    page.locator(".level").nth(1).click()
    page.locator("[inputmode=decimal]").fill("9.81 m")
    page.locator("[inputmode=decimal]").press("Enter")  # saves, and hands nothing in
    page.locator(essay(writing)).press_sequentially("Saved after a pause.")
    expect_chip(page, "saved")
    assert writing.stored("long_text") == ("Saved after a pause.", [])
    assert (writing.stored("single"), writing.stored("numeric")) == (("", [1]), ("9.81 m", []))
    expect(page.locator("#answered")).to_have_text("3")

    # Killed without a word: what the server has not got is on this device.
    page.route("**/answers/**", lambda route: route.abort())
    page.locator(essay(writing)).press_sequentially(" And typed just then.")
    page.wait_for_timeout(300)
    page.close(run_before_unload=False)
    student.page = page = student.page.context.new_page()
    page = student.go(writing.url)
    expect(page.locator(essay(writing))).to_have_value("Saved after a pause. And typed just then.")
    expect_chip(page, "saved")
    assert writing.stored("long_text") == ("Saved after a pause. And typed just then.", [])

    # Maths as it will be read, live; a file with its progress.
    page.locator(f"[name=text-{writing.of('maths').pk}]").fill("so $x^2$")
    expect(page.locator("[data-look-text] msup")).to_have_count(1)
    page.locator(f"[name=file-{writing.of('file').pk}]").set_input_files(
        {"name": "drawn.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    expect(page.locator("[data-file]")).to_have_count(1)
    expect(page.locator("#answered")).to_have_text("5")
    student.shoot("write")

    # To the confirmation right after typing; in, back, and in again.
    page.locator(essay(writing)).press("Control+End")
    page.locator(essay(writing)).press_sequentially(" The end.")
    page.locator("button[value=hand-in]").click()
    expect(page.locator("h1")).to_have_text("Hand in your paper?")
    student.shoot("hand-in")
    page.locator("main form button").click()
    expect(page.locator(".alert-success")).to_be_visible()
    student.shoot("handed-in")
    assert Answer.objects.get(question=writing.of("long_text")).text.endswith(" The end.")
    page.get_by_text("Take it back and go on writing").click()
    expect(page.locator(essay(writing))).to_have_value("Saved after a pause. And typed just then. The end.")
    page.locator("button[value=hand-in]").click()
    page.locator("main form button").click()
    expect(page.locator(".alert-success")).to_be_visible()
    assert [paper.state for paper in Submission.objects.order_by("attempt")] == ["withdrawn", "handed_in"]
    page.get_by_text("Look at the paper").click()
    expect(page.locator("h1")).to_be_visible()
    student.shoot("read")


def test_offline_and_back_nothing_is_lost(student: Visitor, writing: Writing) -> None:
    page = student.go(writing.url)
    page.context.set_offline(True)
    page.locator(essay(writing)).fill("Typed in a tunnel.")
    expect_chip(page, "failed")
    page.locator("button[value=hand-in]").click()  # stays here
    expect(page.locator(essay(writing))).to_have_value("Typed in a tunnel.")
    page.context.set_offline(False)
    expect_chip(page, "saved")
    assert writing.stored("long_text") == ("Typed in a tunnel.", [])


def test_two_windows_show_both_texts_until_one_is_chosen(student: Visitor, writing: Writing) -> None:
    page = student.go(writing.url)
    save_answer(submission=writing.paper, question=writing.of("long_text"), text="Theirs.", now=timezone.now())
    page.locator(essay(writing)).fill("Mine.")
    expect_chip(page, "conflict")
    other = page.locator("[data-other]:visible")
    expect(other.locator("pre")).to_have_text("Theirs.")
    assert writing.stored("long_text") == ("Theirs.", [])
    student.complaints.clear()  # the browser reports the refusal itself
    student.shoot("conflict")
    other.locator("[data-keep]").click()
    expect_chip(page, "saved")
    assert writing.stored("long_text") == ("Mine.", [])
    save_answer(submission=writing.paper, question=writing.of("long_text"), text="Theirs again.", now=timezone.now())
    page.locator(essay(writing)).fill("Mine again.")
    page.locator("[data-other]:visible [data-take]").click()
    expect(page.locator(essay(writing))).to_have_value("Theirs again.")
    expect_chip(page, "saved")


def test_lost_answer_of_the_server_is_no_conflict(student: Visitor, writing: Writing) -> None:
    page = student.go(writing.url)

    def lose(route: object) -> None:
        route.fetch()  # type: ignore[attr-defined]
        route.abort()  # type: ignore[attr-defined]

    page.route("**/answers/**", lose, times=1)
    page.locator(essay(writing)).fill("Once.")
    expect_chip(page, "failed")
    assert writing.stored("long_text") == ("Once.", [])
    page.locator(essay(writing)).fill("Once. Twice.")
    expect_chip(page, "saved")
    assert writing.stored("long_text") == ("Once. Twice.", [])
    expect(page.locator("[data-other]:visible")).to_have_count(0)


def test_refused_file_is_said_beside_its_question(student: Visitor, writing: Writing) -> None:
    page = student.go(writing.url)
    field = page.locator(f"[name=file-{writing.of('file').pk}]")
    field.set_input_files({"name": "essay.docx", "mimeType": "application/zip", "buffer": b"PK"})
    said = page.locator(f"#question-{writing.of('file').pk} [data-said]")
    expect(said).to_have_text("essay.docx: Upload a PDF, PNG or JPEG file; save other documents as PDF first.")
    field.set_input_files({"name": "drawn.pdf", "mimeType": "application/pdf", "buffer": pdf()})
    expect(said).to_be_hidden()
    page.locator("[data-remove]").click()
    expect(page.locator("[data-file]")).to_have_count(0)
    assert not Attachment.objects.exists()


def test_clock_saves_at_the_end_and_shows_what_to_do(student: Visitor, writing: Writing) -> None:
    writing.assignment.time_limit_minutes = 1
    writing.assignment.save()
    writing.paper.started_at = timezone.now() - timedelta(seconds=52)
    writing.paper.save()
    page = student.go(writing.url)
    expect(page.locator("#clock-said")).to_have_text("1 minute is left.")
    page.locator(essay(writing)).fill("In time.")
    expect(page.locator("#time-up")).to_be_visible(timeout=15_000)
    assert writing.stored("long_text") == ("In time.", [])
    expect(page.locator(essay(writing))).not_to_be_editable()
    student.shoot("time-up")
    page.locator("#time-up a").click()
    expect(page.locator("#paper-state")).to_contain_text("handed in by itself")
    hand_in_when_time_is_up(now=timezone.now())
    page.reload()
    expect(page.locator("#paper-state")).to_contain_text("Handed in:")
    student.shoot("went-in")


def test_teacher_tries_the_preview_and_nothing_is_stored(
    browser: Browser, live_site: str, writing: Writing, tmp_path: Path
) -> None:
    teacher = Visitor(browser, live_site, writing.assignment.course.enrolments.get(role="owner").user, tmp_path)
    page = teacher.go(f"/assignments/{writing.assignment.pk}/preview/")
    page.locator(f"[name=text-{writing.of('maths').pk}]").fill("so $x^2$")
    expect(page.locator("[data-look-text] msup")).to_have_count(1)
    expect(page.locator("#answered")).to_have_text("1")
    teacher.shoot("preview")
    assert not Answer.objects.exists()
