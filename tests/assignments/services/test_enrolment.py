import pytest

from assignments.models import Course, Enrolment
from assignments.permissions import ALL_RIGHTS, RIGHTS_OF_ROLE, Role
from assignments.services.course import archive_course
from assignments.services.enrolment import (
    AccountNeeded,
    AlreadyEnrolled,
    CourseArchived,
    LastOwner,
    MailTaken,
    Nameless,
    OwnersOnly,
    PlaceTaken,
    StudentNumberTaken,
    change_role,
    create_course,
    edit_enrolment,
    enrol,
    join,
    readmit,
    withdraw,
)
from edu_crowd.shared.access import has_right
from edu_crowd.shared.checks import InvalidField
from edu_crowd.shared.models import AuditEntry
from tests.factories import CourseFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db
EMPTY = {"student_number": "", "family_name": "", "given_name": "", "reading": "", "email": ""}


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


def test_enrol_spells_number_and_mail_plainly_and_keeps_names_as_typed() -> None:
    place = enrol(
        course=CourseFactory(),
        role="student",
        student_number="２６ ００１",
        email="Ａda@Example.ORG",
        family_name=" 髙橋 ",
    )
    assert (place.student_number, place.email, place.family_name) == ("26 001", "ada@example.org", "髙橋")


def test_enrol_taken_mail_refused_in_same_course_only() -> None:
    course = CourseFactory()
    enrol(course=course, role="student", email="ada@example.org")
    with pytest.raises(MailTaken, match=r"ada@example\.org"):
        enrol(course=course, role="student", email="ADA@example.org", family_name="A")
    assert enrol(course=CourseFactory(), role="student", email="ada@example.org")


def test_enrol_student_whom_nothing_names_refused() -> None:
    with pytest.raises(Nameless):
        enrol(course=CourseFactory(), role="student", reading="さとう")


def test_who_comes_back_keeps_what_the_roster_knew() -> None:
    student = EnrolmentFactory(user=None, student_number="A1", family_name="佐藤")
    withdraw(enrolment=student)
    back = enrol(course=student.course, role="student", student_number="Ａ1", given_name="花子")
    assert (back, back.family_name, back.given_name) == (student, "佐藤", "花子")


def test_edit_enrolment_writes_all_fields_and_refuses_what_others_have() -> None:
    student = EnrolmentFactory()
    other = EnrolmentFactory(course=student.course, student_number="A1", email="ada@example.org")
    fields = {
        "student_number": "B1",
        "family_name": "佐藤",
        "given_name": "",
        "reading": "さとう",
        "email": "b@example.org",
    }
    edit_enrolment(enrolment=student, **fields)
    student.refresh_from_db()
    assert {name: getattr(student, name) for name in fields} == fields
    with pytest.raises(StudentNumberTaken):
        edit_enrolment(enrolment=student, **fields | {"student_number": other.student_number})
    with pytest.raises(MailTaken):
        edit_enrolment(enrolment=student, **fields | {"email": "ADA@EXAMPLE.ORG"})
    with pytest.raises(InvalidField):
        edit_enrolment(enrolment=student, **fields | {"email": "nowhere"})
    student.refresh_from_db()
    assert {name: getattr(student, name) for name in fields} == fields


def test_edit_enrolment_may_empty_a_name_only_where_an_account_tells_who_it_is() -> None:
    edit_enrolment(enrolment=EnrolmentFactory(), **EMPTY)
    with pytest.raises(Nameless):
        edit_enrolment(enrolment=EnrolmentFactory(user=None), **EMPTY)


def test_readmit_gives_place_and_rights_back() -> None:
    teacher = EnrolmentFactory(role="teacher")
    withdraw(enrolment=teacher)
    readmit(enrolment=teacher)
    assert (teacher.is_active, rights(teacher)) == (True, set(RIGHTS_OF_ROLE[Role.TEACHER]))


def test_only_an_owner_touches_or_makes_an_owner() -> None:
    course = CourseFactory()
    owner = course.enrolments.get()
    second = EnrolmentFactory(course=course, role="owner")
    teacher = EnrolmentFactory(course=course, role="teacher")
    refused = [
        lambda: edit_enrolment(enrolment=owner, by=teacher.user, **EMPTY),
        lambda: change_role(enrolment=owner, role="student", by=teacher.user),
        lambda: change_role(enrolment=teacher, role="owner", by=teacher.user),
        lambda: withdraw(enrolment=owner, by=teacher.user),
        lambda: enrol(course=course, role="owner", user=UserFactory(), by=teacher.user),
    ]
    for attempt in refused:
        with pytest.raises(OwnersOnly):
            attempt()
    withdraw(enrolment=second, by=owner.user)
    for attempt in (
        lambda: readmit(enrolment=second, by=teacher.user),
        lambda: enrol(course=course, role="student", user=second.user, by=teacher.user),
        lambda: change_role(enrolment=teacher, role="owner", by=second.user),
    ):
        with pytest.raises(OwnersOnly):
            attempt()
    change_role(enrolment=teacher, role="owner", by=owner.user)
    assert set(course.enrolments.filter(role="owner", is_active=True)) == {owner, teacher}


def test_archived_course_keeps_its_roster(now: object) -> None:
    student = EnrolmentFactory()
    archive_course(course=student.course, now=now)
    for attempt in (
        lambda: enrol(course=student.course, role="student", student_number="A9"),
        lambda: withdraw(enrolment=student),
        lambda: change_role(enrolment=student, role="teacher"),
        lambda: join(enrolment=student, user=student.user),
    ):
        with pytest.raises(CourseArchived):
            attempt()
    assert rights(student) == {"hand_in"}


def test_trail_tells_what_was_done_by_ids_and_kinds() -> None:
    student = EnrolmentFactory(family_name="佐藤")
    change_role(enrolment=student, role="assistant")
    withdraw(enrolment=student)
    readmit(enrolment=student)
    trail = AuditEntry.objects.filter(target=f"enrolment:{student.pk}").order_by("pk").values_list("action", "details")
    assert list(trail) == [
        ("enrolment.added", {"role": "student"}),
        ("enrolment.role_changed", {"was": "student", "role": "assistant"}),
        ("enrolment.left", {}),
        ("enrolment.back", {}),
    ]
