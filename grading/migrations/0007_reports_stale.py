from django.db import migrations
from django.db.models import F


def make_stale(apps, schema_editor):
    """Let the clock bring every report up: those of older versions have no panel."""
    reports = apps.get_model("grading", "AgreementReport").objects.filter(stale_since=None, computed_at__isnull=False)
    reports.update(stale_since=F("computed_at"))


class Migration(migrations.Migration):
    dependencies = [("grading", "0006_agreement_panel")]

    operations = [migrations.RunPython(make_stale, migrations.RunPython.noop, elidable=True)]
