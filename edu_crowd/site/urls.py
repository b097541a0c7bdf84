from django.urls import path

from edu_crowd.site.views import audit, courses, demo, health, home, jobs, language, people

urlpatterns = [
    path("", home.show, name="home"),
    path("language/", language.switch, name="language"),
    path("demo/sign-in/", demo.sign_in, name="demo_sign_in"),
    # administrator
    path("site/people/", people.index, name="people"),
    path("site/people/<int:person_id>/", people.show, name="person"),
    path("site/courses/", courses.index, name="all_courses"),
    path("site/health/", health.show, name="health"),
    path("site/jobs/", jobs.index, name="jobs"),
    path("site/jobs/<int:job_id>/retry/", jobs.retry, name="job_retry"),
    path("site/audit/", audit.index, name="audit"),
]
