import pytest
from playwright.sync_api import Page, expect

from edu_crowd.people.models import User

pytestmark = pytest.mark.django_db(transaction=True)


def test_sign_in_page_asks_for_mail_and_password(page: Page):
    page.goto("/accounts/login/")
    expect(page.locator("input[name=login]")).to_be_visible()
    expect(page.locator("input[name=password]")).to_be_visible()


def test_sign_in_wrong_password_says_so_and_right_one_passes(page: Page):
    User.objects.create_user("mari@example.org", "correct horse", display_name="Mari")
    page.goto("/accounts/login/")
    for password in ("wrong horse", "correct horse"):
        page.locator("input[name=login]").fill("mari@example.org")
        page.locator("input[name=password]").fill(password)
        page.locator("form:has(input[name=password]) button").click()
        if password == "wrong horse":
            expect(page.locator("body")).to_contain_text("not correct")
    # Signed in, and now asked to confirm the address.
    expect(page).to_have_url(page.url.split("/accounts/")[0] + "/accounts/confirm-email/")
