"""What the teacher does with a round: prepare, invite, open, watch, answer, decide, close, release; then the files."""

import csv
import io
import re
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.journey.people import Cast, Person


def prepare_round(teacher: Person, *, batch: int) -> None:
    page = teacher.page
    teacher.follow("Marking")
    teacher.follow("Prepare a round")
    for question in (2, 3):
        page.get_by_label(re.compile(f"^Question {question}")).check()
    page.get_by_label("Readings per script").fill("2")
    page.get_by_label("Readings at most").fill("3")
    page.get_by_label("Papers let in at once, at least").fill(str(batch))
    teacher.look("round")
    teacher.press("Prepare the round")
    teacher.told("")


def invite(teacher: Person, addresses: list[str]) -> None:
    page = teacher.page
    teacher.follow("Graders")
    page.get_by_label("Mail addresses").fill("\n".join(addresses))
    teacher.press("Invite")
    expect(page.get_by_text("has no account yet; a mail with an invitation is on its way.")).to_be_visible()
    expect(page.get_by_text("has an account and a place from now on")).to_have_count(3)
    teacher.look("graders")


def mark_reference(teacher: Person, levels: list[int]) -> None:
    """Let chance choose the one paper that is in, and mark it."""
    page = teacher.page
    teacher.follow("Reference papers")
    page.locator("main form input[name=papers]").fill("1")
    teacher.press("Choose at random")
    teacher.told("chosen")
    teacher.follow("Mark the next one")
    for number, level in enumerate(levels):
        page.locator("#desk fieldset:has(.level)").nth(number).locator("input[type=radio]").nth(level).check()
    teacher.look("reference")
    page.locator("#desk button.btn-primary").click()
    expect(page.get_by_text("1 of them marked")).to_be_visible()
    teacher.look("references")


def open_round(teacher: Person) -> Page:
    page = teacher.page
    teacher.follow("Check and open")
    teacher.look("preflight")
    teacher.press("Open for marking")
    teacher.told("The round is open")
    expect(page.locator("[data-live-state]")).to_have_text("live")
    teacher.look("board")
    return page


def sees(teacher: Person, words: str | re.Pattern[str], *, seconds: float = 15) -> None:
    """Wait until the board that is open shows this; nobody loads it again."""
    expect(teacher.page.locator("#board")).to_contain_text(words, timeout=seconds * 1000)


def answer_flag(teacher: Person, note: str) -> None:
    """From the board to the grader's question, and back."""
    page = teacher.page
    board = page.url
    page.locator("#board a[href*='/flags/']").first.click()
    expect(page.locator("blockquote").first).to_have_text(note)
    teacher.look("flag")
    teacher.press("Settled, nothing to do")
    expect(page.locator(".alert").first).to_be_visible()
    page.goto(board)


def decide_case(teacher: Person, *, points: str, reason: str) -> None:
    """Decide the case that is open on the page."""
    page = teacher.page
    page.locator("input[name=choice][value=other]").check()
    page.locator("input[name=points]").fill(points)
    page.get_by_label("Why? The student reads this.").fill(reason)
    teacher.look("case")
    teacher.press("Decide and go on")
    expect(page.locator(".alert-success").first).to_be_visible()


def decide_all(teacher: Person, *, points: str, reason: str) -> int:
    """Go from the board through every case that waits; return how many there were."""
    page = teacher.page
    board = page.url
    count = 0
    page.locator("#board a[href*='/cases/'].btn-primary").click()
    while re.search(r"/cases/\d+/$", page.url) and "/rounds/" not in page.url:
        decide_case(teacher, points=points, reason=reason)
        count += 1
        assert count < 10
    page.goto(board)
    return count


def close_round(teacher: Person) -> None:
    page = teacher.page
    teacher.follow("Close the round")
    teacher.look("close")
    teacher.press("Close the round")
    expect(page.locator(".alert-success")).to_be_visible()
    sees(teacher, "state: closed")


def look_and_release(teacher: Person) -> None:
    """Take no more papers, read a sheet as its student would, then give all of them out."""
    page = teacher.page
    teacher.follow("Release the results")
    release = page.url
    teacher.look("release")
    teacher.press("Take no more papers")
    page.goto(release)
    teacher.follow("Look at a sheet as its student would see it")
    expect(page.get_by_text("Nobody has been given it yet.")).to_be_visible()
    teacher.look("as-student")
    page.goto(release)
    teacher.press("Release to the whole class")
    expect(page.locator(".alert-success")).to_be_visible()
    teacher.look("released")


def set_total(teacher: Person, student: Person, *, points: str, reason: str) -> None:
    page = teacher.page
    teacher.follow("Gradebook")
    teacher.look("gradebook")
    page.get_by_role("link", name=re.compile(student.name.split()[1])).first.click()
    form = page.get_by_role("region", name="Set the total by hand")
    form.get_by_label("Total").fill(points)
    form.get_by_label("Why? The student reads this.").fill(reason)
    teacher.look("marks")
    teacher.press("Set the total")
    expect(page.locator(".alert-success")).to_be_visible()


def settle_appeal(teacher: Person, *, points: str, reason: str) -> None:
    page = teacher.page
    teacher.follow("Appeals")
    teacher.look("appeals")
    page.get_by_role("link", name=re.compile("^Decide")).first.click()
    decide_case(teacher, points=points, reason=reason)


def download(teacher: Person, button: str) -> Path:
    """Ask for the gradebook as a file, wait on its page, and take it."""
    page = teacher.page
    teacher.press(button)
    link = page.get_by_role("link", name="Download", exact=True)
    expect(link).to_be_visible()
    teacher.look("file")
    with page.expect_download() as waiting:
        link.click()
    path = waiting.value.path()
    page.get_by_role("link", name="Gradebook", exact=True).first.click()
    return Path(path)


def rows_of_workbook(path: Path) -> dict[str, list[tuple[object, ...]]]:
    book = load_workbook(io.BytesIO(path.read_bytes()), read_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def rows_of_csv(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))


def look_around(cast: Cast) -> None:
    """The administrator looks at everything there is to look at."""
    administrator = cast.administrator
    page = administrator.go("/")
    for tab in ("People", "Courses", "Health", "Jobs", "Audit trail"):
        administrator.follow(tab)
        expect(page.locator(".nav-tabs .nav-link.active")).to_have_text(tab)
        administrator.look(tab.split()[0].lower())
