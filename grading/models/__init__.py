from grading.models.agreement import AgreementReport, Flag, RoundReport
from grading.models.allocation import Allocation
from grading.models.appeal import Appeal
from grading.models.consensus import ConsensusScore
from grading.models.export import Export
from grading.models.feedback import Feedback
from grading.models.grader import Enlistment, Grader, Invitation
from grading.models.mark import Mark, MarkDraft, MarkSheet
from grading.models.reference import ReferenceMark
from grading.models.result import Override, Result
from grading.models.review import Decision, ReviewCase
from grading.models.round import Round, RoundQuestion
from grading.models.script import Rendition, Script, ScriptExclusion, ScriptOrigin
from grading.models.text_body import TextBody

__all__ = [
    "AgreementReport",
    "Allocation",
    "Appeal",
    "ConsensusScore",
    "Decision",
    "Enlistment",
    "Export",
    "Feedback",
    "Flag",
    "Grader",
    "Invitation",
    "Mark",
    "MarkDraft",
    "MarkSheet",
    "Override",
    "ReferenceMark",
    "Rendition",
    "Result",
    "ReviewCase",
    "Round",
    "RoundQuestion",
    "RoundReport",
    "Script",
    "ScriptExclusion",
    "ScriptOrigin",
    "TextBody",
]
