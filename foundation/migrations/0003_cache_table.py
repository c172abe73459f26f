from django.core.management import call_command
from django.db import migrations


def make_cache_table(apps, schema_editor):
    """The table of Django's database cache, in which the limits on sign-in are counted."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("foundation", "0002_initial")]

    # Dropped with the database: an emptied cache is a full one again in no time.
    operations = [migrations.RunPython(make_cache_table, migrations.RunPython.noop)]
