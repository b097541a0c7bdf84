"""What students do: join, write, hand in, take back, read, appeal."""

from playwright.sync_api import Page, expect

from tests.browser.journey.people import Person
from tests.browser.journey.teaching import COURSE, QUIZ
from tests.factories.files import png


def join_at_kept_place(student: Person, link: str) -> None:
    """The roster keeps a place for the student's mail address."""
    page = student.go(link)
    expect(page.get_by_text("The roster keeps a place for")).to_be_visible()
    student.look("join")
    student.press("Join the course")
    student.told(f"You are in {COURSE} now")


def join_at_new_place(student: Person, link: str, *, number: str) -> None:
    """Nobody has written the student down."""
    page = student.go(link)
    given, family = student.name.split()
    page.get_by_label("Student number").fill(number)
    page.get_by_label("Family name").fill(family)
    page.get_by_label("Given name").fill(given)
    student.look("join")
    student.press("Join the course")
    student.told(f"You are in {COURSE} now")


def begin(student: Person) -> Page:
    page = student.go("/")
    student.follow(QUIZ)
    student.look("terms")
    student.press("Begin")
    expect(page.locator("#paper")).to_be_visible()
    return page


def answer(student: Person, *, essay: str, choice: str = "Towards the sun", with_file: bool = False) -> None:
    page = student.page
    page.get_by_label(choice).check()
    page.locator("textarea").first.fill(essay)
    if with_file:
        page.get_by_label("Your files").set_input_files({"name": "orbit.png", "mimeType": "image/png", "buffer": png()})
        expect(page.locator("[data-file]")).to_have_count(1)
    chip = page.locator("#saved")
    expect(chip).to_have_text(chip.get_attribute("data-saved") or "")
    student.look("paper")


def hand_in(student: Person) -> None:
    page = student.page
    student.press("Look it over and hand in")
    expect(page.locator("h1")).to_have_text("Hand in your paper?")
    student.look("hand-in")
    student.press("Hand in")
    student.told("Your paper is handed in.")
    expect(page.locator("#paper-state [aria-current=step]")).to_have_text("Handed in")
    student.look("handed-in")


def take_back_and_hand_in_again(student: Person, *, essay: str) -> None:
    page = student.page
    student.press("Take it back and go on writing")
    student.told("You took your paper back.")
    expect(page.locator("textarea").first).not_to_have_value("")
    answer(student, essay=essay)
    hand_in(student)


def watch(student: Person) -> None:
    """Open the assignment's page and leave it open."""
    student.go("/")
    student.follow(QUIZ)


def stands_at(student: Person, step: str) -> None:
    """Wait until the page that is open shows this step; nobody loads it again."""
    expect(student.page.locator("#paper-state [aria-current=step]")).to_have_text(step)


def read_feedback(student: Person) -> Page:
    """Go on from the state page, which has moved by itself."""
    stands_at(student, "Feedback")
    student.look("state")
    student.follow("Read the feedback")
    student.look("feedback")
    return student.page


def appeal(student: Person, criterion: str, reason: str) -> None:
    page = student.page
    place = page.locator("details", has_text=f"Appeal: {criterion}")
    place.locator("summary").click()
    place.get_by_label("What may the readers have overlooked?").fill(reason)
    place.get_by_role("button", name="File the appeal").click()
    expect(page.get_by_text("Your appeal:")).to_be_visible()
    student.look("appeal")
