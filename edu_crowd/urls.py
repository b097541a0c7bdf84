from django.urls import include, path

urlpatterns = [
    path("", include("edu_crowd.site.urls")),
    path("", include("edu_crowd.people.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("assignments.urls")),
    path("", include("rubrics.urls")),
    path("", include("grading.urls")),
]

handler400 = "edu_crowd.site.views.errors.bad_request"
handler403 = "edu_crowd.site.views.errors.forbidden"
handler404 = "edu_crowd.site.views.errors.not_found"
handler500 = "edu_crowd.site.views.errors.failure"
