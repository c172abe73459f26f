from django.db import migrations, models


class Migration(migrations.Migration):
    """Rename a field. The column keeps its name, so nothing changes in the database."""

    dependencies = [("membership", "0007_public_changes")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField(model_name="person", old_name="desk_seen_at", new_name="dashboard_seen_at"),
                migrations.AlterField(
                    model_name="person",
                    name="dashboard_seen_at",
                    field=models.DateTimeField(blank=True, db_column="desk_seen_at", null=True),
                ),
            ]
        ),
    ]
