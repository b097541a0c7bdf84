from allauth.account.views import SignupView
from django.urls import include, path

from edu_crowd.people.forms import SignupForm
from edu_crowd.site.views import demo, home, language

urlpatterns = [
    path("", home.show, name="home"),
    path("language/", language.switch, name="language"),
    path("demo/sign-in/", demo.sign_in, name="demo_sign_in"),
    path("accounts/signup/", SignupView.as_view(form_class=SignupForm), name="account_signup"),
    path("accounts/", include("allauth.urls")),
    path("", include("assignments.urls")),
    path("", include("rubrics.urls")),
    path("", include("grading.urls")),
]

handler400 = "edu_crowd.site.views.errors.bad_request"
handler403 = "edu_crowd.site.views.errors.forbidden"
handler404 = "edu_crowd.site.views.errors.not_found"
handler500 = "edu_crowd.site.views.errors.failure"
