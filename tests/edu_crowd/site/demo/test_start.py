"""Starting the demo: what it keeps, what it refuses, and what RESET takes with it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from edu_crowd.people.models import User
from edu_crowd.site.demo import database, folder, serving
from edu_crowd.site.demo.course import create_staff
from tests.factories import UserFactory

MARKS = "paper,rater,score\na,x,1\na,y,1\nb,x,2\nb,y,1\n"
COLUMNS = ("--unit", "paper", "--grader", "rater", "--score", "score")


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path


def demo_in(place: Path, *arguments: str) -> str:
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(place)}
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.django_db
def test_second_start_keeps_what_is_there_whoever_signed_up(capsys):
    create_staff()
    UserFactory(email="somebody@example.org")
    call_command("run_demo", "--no-serve")
    assert "stays as it is" in capsys.readouterr().out
    assert User.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("options", [[], ["--reset"]])
def test_database_that_never_was_a_demo_is_neither_filled_nor_removed(options):
    # Even where somebody signed up under the name of one of the demo's people.
    User.objects.create_user("teacher@demo.example", "a password of their own", display_name="T")
    with pytest.raises(CommandError, match="not of the demo"):
        call_command("run_demo", "--no-serve", *options)
    assert User.objects.count() == 1


def test_reset_takes_other_accounts_with_it_and_says_how_many(var):
    marks = var / "marks.csv"
    marks.write_text(MARKS)
    place = var / "a place"
    start = ("run_demo", "--no-serve", "--marks", str(marks), *COLUMNS)
    demo_in(place, *start)
    add = "from edu_crowd.people.models import User; User.objects.create_user('a@example.org', display_name='A')"
    demo_in(place, "shell", "-c", add)
    demo_in(place, *start)
    assert "Other accounts removed with the demo: 1" in demo_in(place, *start, "--reset")


@pytest.mark.django_db
@pytest.mark.only_on("postgresql")
def test_reset_refuses_a_server_database():
    create_staff()
    with pytest.raises(database.NotOurs, match="SQLite"):
        database.remove()


@pytest.mark.django_db
def test_reset_is_refused_while_a_server_uses_the_data():
    with folder.held(alone=False), folder.held(alone=False), pytest.raises(CommandError, match="A server is using"):
        call_command("run_demo", "--no-serve", "--reset")


def test_start_is_refused_while_the_data_are_being_removed():
    with folder.held(alone=True) as lock:
        with pytest.raises(folder.FolderInUse, match="built anew"), folder.held(alone=False):
            pass
        folder.share(lock)
        with folder.held(alone=False):
            pass


def test_taken_port_is_refused_when_asked_for():
    with socket.socket() as taken:
        taken.bind((serving.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(serving.PortTaken, match=str(port)):
            serving.listen(port)


@pytest.mark.parametrize("port", [-1, 0, 65_536, 99_999])
def test_port_that_does_not_exist_is_refused_with_a_sentence(port):
    with pytest.raises(CommandError, match=f"Port {port} does not exist"):
        call_command("run_demo", "--port", str(port))


def test_demo_refuses_production(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="PRODUCTION"):
        call_command("run_demo", "--no-serve")
