from allauth.account.views import SignupView
from django.urls import path

from edu_crowd.people.forms import SignupForm
from edu_crowd.people.views import me

urlpatterns = [
    path("accounts/signup/", SignupView.as_view(form_class=SignupForm), name="account_signup"),
    path("me/", me.edit, name="me"),
]
