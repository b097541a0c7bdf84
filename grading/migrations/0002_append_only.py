from django.db import migrations

from edu_crowd.shared.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("grading", "0001_initial")]

    operations = [
        AppendOnly(
            [
                "grading_marksheet",
                "grading_mark",
                "grading_decision",
                "grading_consensusscore",
                "grading_override",
                "grading_result",
            ]
        ),
    ]
