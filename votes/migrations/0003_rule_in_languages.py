"""The rule that a formal vote cites was one text; it stays as the English one."""

from django.db import migrations


def copy(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("ALTER TABLE votes_ballot DISABLE TRIGGER USER")
        cursor.execute("UPDATE votes_ballot SET rule_en = rule WHERE rule <> '' AND coalesce(rule_en, '') = ''")
        cursor.execute("ALTER TABLE votes_ballot ENABLE TRIGGER USER")


class Migration(migrations.Migration):
    dependencies = [("votes", "0002_kinds_and_secrecy")]

    operations = [migrations.RunPython(copy, migrations.RunPython.noop)]
