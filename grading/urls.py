from django.urls import path

from grading.views import (
    appeal,
    claim,
    desk,
    feedback,
    gradebook,
    mark,
    paper,
    release,
    review,
    round,
    script,
    submission,
)

urlpatterns = [
    # teacher
    path("rounds/<int:round_id>/", round.board, name="board"),
    path("rounds/<int:round_id>/admit/", round.admit, name="round_admit"),
    path("rounds/<int:round_id>/close/", round.close, name="round_close"),
    path("rounds/<int:round_id>/cases/", review.queue, name="cases"),
    path("cases/<int:case_id>/", review.decide, name="case"),
    path("cases/<int:case_id>/pages/<int:position>/", script.case_page, name="case_page"),
    path("assignments/<int:assignment_id>/close/", submission.close, name="assignment_close"),
    path("assignments/<int:assignment_id>/gradebook/", gradebook.show, name="gradebook"),
    path("assignments/<int:assignment_id>/release/", release.release, name="release"),
    path("assignments/<int:assignment_id>/release/undo/", release.undo, name="release_undo"),
    path("assignments/<int:assignment_id>/release/<int:submission_id>/look/", release.look, name="release_look"),
    path("assignments/<int:assignment_id>/appeals/", appeal.appeals, name="appeals"),
    path("papers/<int:submission_id>/marks/", paper.marks, name="paper_marks"),
    path("papers/<int:submission_id>/override/", paper.override, name="override"),
    path("papers/<int:submission_id>/files/<int:attachment_id>/", paper.file, name="paper_file"),
    # grader
    path("marking/", claim.rounds, name="marking"),
    path("marking/<int:round_id>/next/", claim.take_next, name="marking_next"),
    path("marking/<int:round_id>/nothing/", claim.nothing_left, name="marking_nothing"),
    path("marking/<int:round_id>/marks/", mark.own, name="marks"),
    path("desk/<slug:public_id>/", desk.show, name="desk"),
    path("desk/<slug:public_id>/draft/", mark.draft, name="desk_draft"),
    path("desk/<slug:public_id>/seal/", mark.seal, name="desk_seal"),
    path("desk/<slug:public_id>/extend/", claim.extend, name="desk_extend"),
    path("desk/<slug:public_id>/skip/", claim.skip, name="desk_skip"),
    path("desk/<slug:public_id>/pages/<int:position>/", script.desk_page, name="desk_page"),
    # student
    path("assignments/<int:assignment_id>/", submission.show, name="assignment"),
    path("feedback/<int:feedback_id>/", feedback.read, name="feedback"),
    path("feedback/<int:feedback_id>/appeals/", appeal.file, name="feedback_appeal"),
]
