import pytest

from assignments.models import Course, Enrolment
from assignments.permissions import ALL_RIGHTS, RIGHTS_OF_ROLE, Role
from assignments.services.enrolment import (
    AccountNeeded,
    AlreadyEnrolled,
    LastOwner,
    PlaceTaken,
    StudentNumberTaken,
    change_role,
    create_course,
    enrol,
    join,
    withdraw,
)
from edu_crowd.shared.access import has_right
from edu_crowd.shared.checks import InvalidField
from tests.factories import CourseFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db


def rights(enrolment: Enrolment) -> set[str]:
    return {right for right in ALL_RIGHTS if has_right(enrolment.user, right, enrolment.course)}


def test_create_course_makes_the_creator_owner() -> None:
    teacher = UserFactory()
    course = create_course(owner=teacher, title="作文", language="ja", time_zone="Asia/Tokyo")
    owner = course.enrolments.get()
    assert (owner.user, owner.role, rights(owner)) == (teacher, "owner", set(RIGHTS_OF_ROLE[Role.OWNER]))


@pytest.mark.parametrize("wrong", [{"time_zone": "Mars/Olympus"}, {"language": "xx"}, {"title": "x" * 201}])
def test_create_course_wrong_field_refused_and_named(wrong: dict[str, str]) -> None:
    fields = {"title": "Essay", "language": "en", "time_zone": "UTC"} | wrong
    with pytest.raises(InvalidField, match=r"title|language|time zone"):
        create_course(owner=UserFactory(), **fields)
    assert not Course.objects.exists()


def test_enrol_person_twice_refused() -> None:
    student = EnrolmentFactory()
    with pytest.raises(AlreadyEnrolled, match=student.family_name):
        enrol(course=student.course, role="teacher", user=student.user)


def test_enrol_taken_student_number_refused_in_same_course_only() -> None:
    student = EnrolmentFactory(student_number="A1")
    with pytest.raises(StudentNumberTaken, match="A1"):
        enrol(course=student.course, role="student", student_number="A1")
    assert EnrolmentFactory(student_number="A1").course != student.course


@pytest.mark.parametrize("role", ["owner", "teacher", "assistant"])
def test_enrol_staff_without_account_refused(role: str) -> None:
    with pytest.raises(AccountNeeded):
        enrol(course=CourseFactory(), role=role)


def test_enrol_unknown_role_refused() -> None:
    with pytest.raises(InvalidField):
        enrol(course=CourseFactory(), role="dean", user=UserFactory())


def test_withdraw_takes_rights_and_enrol_gives_the_place_back() -> None:
    student = EnrolmentFactory()
    withdraw(enrolment=student)
    assert (student.is_active, rights(student)) == (False, set())
    back = enrol(course=student.course, role="assistant", user=student.user)
    assert (back, back.is_active, back.role) == (student, True, "assistant")


def test_withdraw_from_roster_and_back_by_student_number() -> None:
    student = EnrolmentFactory(user=None, student_number="A1")
    withdraw(enrolment=student)
    assert enrol(course=student.course, role="student", student_number="A1", family_name="佐藤") == student


def test_change_role_changes_rights_with_it() -> None:
    person = EnrolmentFactory(role="teacher")
    change_role(enrolment=person, role="assistant")
    assert rights(person) == set()
    change_role(enrolment=person, role="student")
    assert rights(person) == {"hand_in"}


def test_change_role_of_withdrawn_gives_no_rights() -> None:
    person = EnrolmentFactory(role="student")
    withdraw(enrolment=person)
    change_role(enrolment=person, role="teacher")
    assert rights(person) == set()


def test_change_role_without_account_to_staff_refused() -> None:
    student = EnrolmentFactory(user=None)
    with pytest.raises(AccountNeeded):
        change_role(enrolment=student, role="teacher")


def test_last_owner_can_neither_leave_nor_step_down() -> None:
    course = CourseFactory()
    owner = course.enrolments.get()
    former = EnrolmentFactory(course=course, role="owner")
    withdraw(enrolment=former)
    with pytest.raises(LastOwner):
        withdraw(enrolment=owner)
    with pytest.raises(LastOwner):
        change_role(enrolment=owner, role="teacher")
    owner.refresh_from_db()
    assert (owner.role, owner.is_active) == ("owner", True)
    EnrolmentFactory(course=course, role="owner")
    withdraw(enrolment=owner)
    assert rights(owner) == set()


def test_join_gives_the_rostered_student_their_rights_once() -> None:
    student, person = EnrolmentFactory(user=None), UserFactory()
    join(enrolment=student, user=person)
    join(enrolment=student, user=person)
    assert (student.user, rights(student)) == (person, {"hand_in"})
    with pytest.raises(PlaceTaken):
        join(enrolment=student, user=UserFactory())


def test_join_with_a_second_place_refused() -> None:
    student = EnrolmentFactory(user=None)
    other = EnrolmentFactory(course=student.course)
    with pytest.raises(AlreadyEnrolled):
        join(enrolment=student, user=other.user)
