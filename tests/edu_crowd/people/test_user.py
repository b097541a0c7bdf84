import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from edu_crowd.people.models import User

pytestmark = pytest.mark.django_db


def test_create_user_keeps_what_was_given():
    user = User.objects.create_user("Mari@Example.ORG", "correct horse", display_name="田中 真理", locale="ja")
    user.refresh_from_db()
    assert (user.email, user.display_name, user.locale, user.time_zone) == (
        "Mari@example.org",
        "田中 真理",
        "ja",
        "UTC",
    )
    assert user.check_password("correct horse")
    assert not user.is_staff


def test_create_user_without_password_cannot_sign_in_with_one():
    user = User.objects.create_user("mari@example.org", display_name="Mari")
    assert not user.has_usable_password()


def test_create_superuser_is_administrator():
    user = User.objects.create_superuser("root@example.org", "correct horse", display_name="Root")
    assert (user.is_staff, user.is_superuser) == (True, True)


@pytest.mark.parametrize("again", ["mari@example.org", "MARI@example.org", "Mari@EXAMPLE.org"])
def test_create_user_same_mail_in_any_case_refused(again):
    User.objects.create_user("mari@example.org", display_name="Mari")
    with pytest.raises(ValidationError):
        User.objects.create_user(again, display_name="Other")


def test_same_mail_in_other_case_refused_by_the_database():
    User.objects.create(email="mari@example.org", display_name="Mari")
    with pytest.raises(IntegrityError, match="user_email_once_in_any_case"), transaction.atomic():
        User.objects.create(email="MARI@example.org", display_name="Other")
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "no address"), ("time_zone", "Mars/Olympus"), ("locale", "tlh"), ("display_name", "")],
)
def test_create_user_wrong_field_refused(field, value):
    fields = {"email": "mari@example.org", "display_name": "Mari"} | {field: value}
    with pytest.raises(ValidationError) as failure:
        User.objects.create_user(**fields)
    assert list(failure.value.error_dict) == [field]


def test_time_zone_refusal_says_what_to_do():
    with pytest.raises(ValidationError) as failure:
        User.objects.create_user("mari@example.org", display_name="Mari", time_zone="Mars/Olympus")
    assert failure.value.messages == ["“Mars/Olympus” is not a time zone. Choose one such as Asia/Tokyo."]


@pytest.mark.parametrize("typed", ["mari@example.org", "MARI@Example.org"])
def test_sign_in_mail_in_any_case(rf, typed):
    mari = User.objects.create_user("mari@example.org", "correct horse", display_name="Mari")
    assert authenticate(rf.post("/"), email=typed, password="correct horse") == mari
    assert authenticate(rf.post("/"), email=typed, password="wrong horse") is None


def test_str_never_shows_the_mail():
    assert [str(User(pk=7, email="mari@example.org", display_name=name)) for name in ("Mari", "")] == ["Mari", "#7"]


def test_database_of_this_run_is_the_one_asked_for(request):
    assert connection.vendor == request.config.getoption("--database")
