from django.urls import path

from grading.views import appeal, claim, desk, feedback, flag, mark, reference, review, round, script, submission

urlpatterns = [
    # teacher
    path("rounds/<int:round_id>/", round.board, name="board"),
    path("rounds/<int:round_id>/admit/", round.admit, name="round_admit"),
    path("rounds/<int:round_id>/close/", round.close, name="round_close"),
    path("rounds/<int:round_id>/cases/", review.queue, name="cases"),
    path("rounds/<int:round_id>/references/", reference.choose, name="references"),
    path("references/<int:script_id>/", reference.mark, name="reference"),
    path("references/<int:script_id>/pages/<int:position>/", script.reference_page, name="reference_page"),
    path("flags/<int:flag_id>/", flag.answer, name="flag"),
    path("flags/<int:flag_id>/pages/<int:position>/", script.flag_page, name="flag_page"),
    path("cases/<int:case_id>/", review.decide, name="case"),
    path("cases/<int:case_id>/pages/<int:position>/", script.case_page, name="case_page"),
    path("assignments/<int:assignment_id>/close/", submission.close, name="assignment_close"),
    path("assignments/<int:assignment_id>/release/", feedback.release, name="release"),
    path("assignments/<int:assignment_id>/release/undo/", feedback.undo_release, name="release_undo"),
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
    path("desk/<slug:public_id>/flag/", flag.call, name="desk_flag"),
    path("desk/<slug:public_id>/pages/<int:position>/", script.desk_page, name="desk_page"),
    # student
    path("assignments/<int:assignment_id>/", submission.show, name="assignment"),
    path("feedback/<int:feedback_id>/", feedback.read, name="feedback"),
    path("feedback/<int:feedback_id>/appeals/", appeal.file, name="feedback_appeal"),
]
