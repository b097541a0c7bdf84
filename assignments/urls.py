from django.urls import URLPattern, path

from assignments.views import course, enrolment, joining, roster, roster_import

urlpatterns: list[URLPattern] = [
    # course and roster
    path("courses/new/", course.new, name="course_new"),
    path("courses/<int:course_id>/", course.show, name="course"),
    path("courses/<int:course_id>/settings/", course.edit, name="course_edit"),
    path("courses/<int:course_id>/archive/", course.archive, name="course_archive"),
    path("courses/<int:course_id>/roster/", roster.show, name="roster"),
    path("courses/<int:course_id>/roster/add/", roster.add, name="roster_add"),
    path("courses/<int:course_id>/roster/import/", roster_import.look, name="roster_import"),
    path("courses/<int:course_id>/roster/template/", roster_import.template, name="roster_template"),
    path("courses/<int:course_id>/join-link/", joining.link, name="course_join_link"),
    path("enrolments/<int:enrolment_id>/", enrolment.edit, name="enrolment"),
    path("join/<slug:token>/", joining.join, name="join"),
    # assignment
    # answering
]
