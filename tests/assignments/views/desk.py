"""A teacher at their pages."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from assignments.models import Assignment, Course
from assignments.services.assignment import create_assignment
from edu_crowd.people.models import User
from tests.factories import CourseFactory, UserFactory
from tests.support.clients import client_of


class Desk:
    """A course in Tokyo, its owner signed in, and a draft without questions."""

    def __init__(self) -> None:
        self.teacher: User = UserFactory()
        self.course: Course = CourseFactory(owner=self.teacher)
        self.draft: Assignment = create_assignment(course=self.course, title="Essay")
        self.client: Client = client_of(self.teacher)

    def get(self, name: str, *args: int, query: str = "") -> HttpResponse:
        return self.client.get(reverse(name, args=args) + query)

    def post(self, name: str, *args: int, query: str = "", **fields: Any) -> HttpResponse:
        return self.client.post(reverse(name, args=args) + query, fields)

    def told(self, response: HttpResponse) -> str:
        """Follow where the answer leads, and return that page."""
        assert response.status_code == 302
        return text_of(self.client.get(response["Location"]))


def text_of(response: HttpResponse) -> str:
    return response.content.decode()
