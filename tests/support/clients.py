"""Signed-in browsers without a screen."""

from django.test import Client

from edu_crowd.people.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def client_of(user: User | None) -> Client:
    """A client signed in as this person, or nobody's."""
    client = Client()
    if user is not None:
        client.force_login(user, backend=BACKEND)
    return client
