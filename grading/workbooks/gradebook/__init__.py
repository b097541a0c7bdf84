"""A gradebook as a file: results, sheets, agreement and flags of an assignment."""

from grading.workbooks.gradebook.files import Progress, write_csv, write_workbook
from grading.workbooks.gradebook.plan import Plan
from grading.workbooks.gradebook.results import Results
from grading.workbooks.gradebook.sheets import Sheets

__all__ = ["Plan", "Progress", "Results", "Sheets", "write_csv", "write_workbook"]
