from django.db import migrations


class Migration(migrations.Migration):
    """A batch sent again is known by its steps, which come back among the missed ones."""

    dependencies = [("documents", "0011_readers_already_told")]

    operations = [
        migrations.RemoveIndex(model_name="step", name="step_of_client"),
        migrations.RemoveField(model_name="step", name="client_batch"),
    ]
