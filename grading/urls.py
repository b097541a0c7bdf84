from django.urls import path

from grading.views import (
    appeal,
    claim,
    desk,
    enlistment,
    export,
    feedback,
    invitation,
    mark,
    preparation,
    review,
    round,
    script,
    submission,
)

urlpatterns = [
    # teacher: rounds
    path("assignments/<int:assignment_id>/rounds/", round.rounds, name="rounds"),
    path("assignments/<int:assignment_id>/rounds/new/", preparation.new, name="round_new"),
    path("rounds/<int:round_id>/settings/", preparation.settings, name="round_settings"),
    path("rounds/<int:round_id>/discard/", preparation.discard, name="round_discard"),
    path("rounds/<int:round_id>/preflight/", preparation.preflight, name="round_preflight"),
    path("rounds/<int:round_id>/open/", preparation.open_, name="round_open"),
    path("rounds/<int:round_id>/graders/", enlistment.graders, name="round_graders"),
    path("enlistments/<int:enlistment_id>/", enlistment.grader, name="round_grader"),
    # teacher
    path("rounds/<int:round_id>/", round.board, name="board"),
    path("rounds/<int:round_id>/admit/", round.admit, name="round_admit"),
    path("rounds/<int:round_id>/close/", round.close, name="round_close"),
    path("rounds/<int:round_id>/cases/", review.queue, name="cases"),
    path("cases/<int:case_id>/", review.decide, name="case"),
    path("cases/<int:case_id>/pages/<int:position>/", script.case_page, name="case_page"),
    path("assignments/<int:assignment_id>/release/", feedback.release, name="release"),
    path("assignments/<int:assignment_id>/release/undo/", feedback.undo_release, name="release_undo"),
    path("assignments/<int:assignment_id>/exports/", export.ask, name="export_new"),
    path("exports/<int:export_id>/", export.show, name="export"),
    path("exports/<int:export_id>/file/", export.file, name="export_file"),
    # grader
    path("invitations/<int:invitation_id>/", invitation.answer, name="invitation"),
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
