from django.urls import URLPattern, path

from assignments.views import (
    answering,
    assignment,
    attachment,
    course,
    enrolment,
    extension,
    joining,
    preview,
    question,
    roster,
    roster_import,
    settings,
)

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
    path("enrolments/<int:enrolment_id>/take/", joining.take, name="place_take"),
    path("join/<slug:token>/", joining.join, name="join"),
    # assignment
    path("courses/<int:course_id>/assignments/new/", assignment.new, name="assignment_new"),
    path("assignments/<int:assignment_id>/settings/", settings.settings, name="assignment_settings"),
    path("assignments/<int:assignment_id>/close/", assignment.close, name="assignment_close"),
    path("assignments/<int:assignment_id>/archive/", assignment.archive, name="assignment_archive"),
    path("assignments/<int:assignment_id>/questions/new/", question.new, name="question_new"),
    path("questions/<int:question_id>/", question.question, name="question"),
    path("questions/<int:question_id>/move/", question.move, name="question_move"),
    path("assignments/<int:assignment_id>/extensions/", extension.extensions, name="extensions"),
    path("extensions/<int:extension_id>/delete/", extension.delete, name="extension_delete"),
    # answering
    path("assignments/<int:assignment_id>/preview/", preview.show, name="assignment_preview"),
    path("assignments/<int:assignment_id>/start/", answering.start, name="paper_start"),
    path("papers/<int:submission_id>/", answering.paper, name="paper"),
    path("papers/<int:submission_id>/answers/<int:question_id>/", answering.save, name="answer_save"),
    path("papers/<int:submission_id>/answers/<int:question_id>/files/", attachment.add, name="paper_attach"),
    path("papers/<int:submission_id>/hand-in/", answering.hand_in, name="paper_hand_in"),
    path("papers/<int:submission_id>/take-back/", answering.take_back, name="paper_take_back"),
    path("attachments/<int:attachment_id>/", attachment.download, name="attachment"),
    path("attachments/<int:attachment_id>/remove/", attachment.remove, name="attachment_remove"),
]
