"""What the teacher does before anybody marks: the course, its people, the assignment with its rubrics."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.journey.people import Cast, Person

COURSE, QUIZ = "Astronomy", "Seasons"
ZONE = "Asia/Tokyo"
CRITERIA = ("Content", "Structure", "Language")
ROSTER = (
    "student number,family name,given name,mail address\nS3,Early,Emi,emi@example.org\nS5,Absent,Abe,abe@example.org\n"
)


def typed(moment: datetime) -> str:
    """A moment as it is typed into a field of the course's zone."""
    return moment.astimezone(ZoneInfo(ZONE)).strftime("%Y-%m-%dT%H:%M")


def create_course(teacher: Person) -> None:
    page = teacher.go("/")
    teacher.follow("Create a course")
    page.get_by_label("Title").fill(COURSE)
    page.get_by_label("Time zone").fill("Tokyo")
    teacher.look("new-course")
    teacher.press("Create the course")
    expect(page.locator("h1")).to_have_text(COURSE)


def fill_roster(cast: Cast) -> None:
    """Two by hand, two from a file that first shows what it would do."""
    teacher, page = cast.teacher, cast.teacher.page
    teacher.follow("People")
    teacher.follow("Add a person")
    student = page.get_by_role("region", name="A student")
    for number, person, button in (
        ("S1", cast.filer, "Add, and another one"),
        ("S2", cast.latecomer, "Add the student"),
    ):
        given, family = person.name.split()
        student.get_by_label("Student number").fill(number)
        student.get_by_label("Family name").fill(family)
        student.get_by_label("Given name").fill(given)
        student.get_by_label("Mail address").fill(person.email)
        teacher.look("add-student")
        student.get_by_role("button", name=button, exact=True).click()
        teacher.told(family)
    page.goto(page.url.split("/roster/")[0] + "/roster/")
    teacher.follow("Import a file")
    page.locator("input[type=file]").set_input_files(
        {"name": "roster.csv", "mimeType": "text/csv", "buffer": ROSTER.encode()}
    )
    teacher.press("See what would happen")
    expect(page.get_by_text("2 students would be new.")).to_be_visible()
    teacher.look("dry-run")
    teacher.press("Import 2 rows")
    teacher.told("2")


def make_join_link(teacher: Person) -> str:
    """Return the path of the link by which students join."""
    page = teacher.page
    page.goto(page.url.split("/roster/")[0] + "/roster/")
    page.get_by_text("Join link: off").click()
    teacher.press("Make a join link")
    link = page.get_by_label("The link to give out").input_value()
    teacher.look("roster")
    return "/join/" + link.split("/join/")[1]


def create_assignment(teacher: Person) -> None:
    """A choice for the machine; an essay and a file for people. Late papers are taken and lose a tenth a day."""
    page = teacher.page
    teacher.follow("Assignments")
    teacher.follow("New assignment")
    page.get_by_label("Title").fill(QUIZ)
    page.get_by_label("Instructions").fill("Write in *whole sentences*.")
    page.get_by_label("Due").fill(typed(timezone.now() + timedelta(days=2)))
    teacher.press("Save the draft")
    expect(page.get_by_text("There is no question yet.")).to_be_visible()

    teacher.follow("single choice")
    page.get_by_label("Question", exact=False).first.fill("Which way does the axis point in June?")
    page.get_by_label("Points").fill("2")
    page.get_by_label("Option 1", exact=True).fill("Away from the sun")
    page.get_by_label("Option 2", exact=True).fill("Towards the sun")
    page.get_by_label("right: option 2").check()
    teacher.look("choice")
    teacher.press("Preview")
    expect(page.get_by_role("region", name="As students read it")).to_contain_text("Which way")
    teacher.page.locator("main form button.btn-primary").click()
    teacher.told("Question 1 is saved.")

    for kind, prompt, points in (("long text", "Why do seasons exist?", "9"), ("file", "Draw the orbit.", "4")):
        teacher.follow(kind)
        page.get_by_label("Question", exact=False).first.fill(prompt)
        page.get_by_label("Points").fill(points)
        teacher.page.locator("main form button.btn-primary").click()
        teacher.told("is saved.")
    teacher.look("questions")

    teacher.follow("Settings")
    page.get_by_label("Late papers").select_option("deduct")
    page.get_by_label("Percent lost per day").fill("10")
    page.get_by_label("Minutes to take a paper back").fill("30")
    teacher.look("settings")
    page.locator("main form button.btn-primary").last.click()
    teacher.told("saved")


def write_rubrics(teacher: Person) -> None:
    page = teacher.page
    teacher.follow("Questions")
    teacher.follow("Rubric of question 2")
    teacher.follow("3 criteria with 4 levels each")
    for number, title in enumerate(CRITERIA):
        page.locator(f"#c-{number}-title").fill(title)
    expect(page.locator("#total-sum")).to_have_text("9")
    teacher.look("rubric-editor")
    teacher.press("Save")
    teacher.told("saved")
    teacher.look("rubric")
    teacher.follow("Questions")
    teacher.follow("Rubric of question 3")
    page.get_by_label("Plain points, from 0 to").fill("4")
    teacher.press("Begin")
    teacher.press("Save")
    teacher.told("saved")
    teacher.follow("Questions")


def preview_and_publish(teacher: Person) -> None:
    page = teacher.page
    teacher.follow("See it as a student does")
    page.get_by_label("Towards the sun").check()
    teacher.look("preview")
    page.go_back()
    teacher.follow("Publish…")
    teacher.look("publish")
    teacher.press("Publish now")
    expect(page.get_by_text("Students write and hand in until the due time.")).to_be_visible()


def give_extension(teacher: Person, student: Person) -> None:
    page = teacher.page
    teacher.follow("give a student more time")
    page.get_by_label("Student", exact=True).fill(student.name.split()[1])
    # The list offers the whole line of the roster; a name that is the only one is as good.
    label = page.locator(f"#roster option[value*='{student.name.split()[1]}']").get_attribute("value")
    page.get_by_label("Student", exact=True).fill(label or "")
    page.get_by_label("Due for this student").fill(typed(timezone.now() + timedelta(days=5)))
    teacher.press("Save")
    expect(page.get_by_role("row", name=student.name.split()[1])).to_be_visible()
    teacher.look("extension")
