"""Role × gate, over two courses: a right in one is none in the other."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser

from assignments import permissions
from assignments.permissions import RIGHTS_OF_ROLE, Role, Seat
from assignments.services.enrolment import withdraw
from edu_crowd.shared.access import has_right
from edu_crowd.shared.errors import Refused
from tests.factories import AssignmentFactory, CourseFactory, EnrolmentFactory, SubmissionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> SimpleNamespace:
    course = CourseFactory()
    published = AssignmentFactory(course=course)
    paper = SubmissionFactory(assignment=published)
    gone = EnrolmentFactory(course=course)
    withdraw(enrolment=gone)
    elsewhere = CourseFactory()
    people = {
        "owner": course.enrolments.get(role="owner").user,
        "teacher": EnrolmentFactory(course=course, role="teacher").user,
        "assistant": EnrolmentFactory(course=course, role="assistant").user,
        "author": paper.enrolment.user,
        "classmate": EnrolmentFactory(course=course).user,
        "withdrawn": gone.user,
        "teacher elsewhere": elsewhere.enrolments.get().user,
        "student elsewhere": EnrolmentFactory(course=elsewhere).user,
        "administrator": UserFactory(is_staff=True, is_superuser=True),
        "nobody": AnonymousUser(),
    }
    draft = AssignmentFactory(course=course, state="draft")
    return SimpleNamespace(people=people, course=course, published=published, draft=draft, paper=paper)


GATES = {
    "course as teacher": (lambda w, u: permissions.access_course_as_teacher(u, course_id=w.course.pk)),
    "assignment as teacher": (lambda w, u: permissions.access_assignment_as_teacher(u, assignment_id=w.published.pk)),
    "draft as teacher": (lambda w, u: permissions.access_assignment_as_teacher(u, assignment_id=w.draft.pk)),
    "assignment as student": (lambda w, u: permissions.access_assignment_as_student(u, assignment_id=w.published.pk)),
    "draft as student": (lambda w, u: permissions.access_assignment_as_student(u, assignment_id=w.draft.pk)),
    "paper": (lambda w, u: permissions.access_own_submission(u, submission_id=w.paper.pk)),
}
OPEN_TO = {
    "course as teacher": {"owner", "teacher"},
    "assignment as teacher": {"owner", "teacher"},
    "draft as teacher": {"owner", "teacher"},
    "assignment as student": {"author", "classmate"},
    "draft as student": set(),
    "paper": {"author"},
}


@pytest.mark.parametrize("gate", GATES)
def test_gate_opens_to_declared_people_only(world: SimpleNamespace, gate: str) -> None:
    opened = set()
    for name, person in world.people.items():
        try:
            GATES[gate](world, person)
        except Refused:
            continue
        opened.add(name)
    assert opened == OPEN_TO[gate]


def test_gate_absent_refused_as_forbidden(world: SimpleNamespace) -> None:
    owner, author = world.people["owner"], world.people["author"]
    with pytest.raises(Refused):
        permissions.access_course_as_teacher(owner, course_id=0)
    with pytest.raises(Refused):
        permissions.access_assignment_as_teacher(owner, assignment_id=0)
    with pytest.raises(Refused):
        permissions.access_assignment_as_student(author, assignment_id=0)
    with pytest.raises(Refused):
        permissions.access_own_submission(author, submission_id=0)


def test_gate_returns_what_it_opens(world: SimpleNamespace) -> None:
    author = world.people["author"]
    seat = permissions.access_assignment_as_student(author, assignment_id=world.published.pk)
    assert seat == Seat(world.published, world.paper.enrolment)
    assert permissions.access_own_submission(author, submission_id=world.paper.pk) == world.paper


@pytest.mark.parametrize("role", Role)
def test_role_has_its_rights_and_no_other(role: Role) -> None:
    enrolment = EnrolmentFactory(role=role)
    held = {right for right in permissions.ALL_RIGHTS if has_right(enrolment.user, right, enrolment.course)}
    assert held == RIGHTS_OF_ROLE[role]


def test_roles_who_see_names_cannot_be_assistants() -> None:
    assert RIGHTS_OF_ROLE[Role.ASSISTANT] == frozenset()
    assert RIGHTS_OF_ROLE[Role.STUDENT] == {"hand_in"}
