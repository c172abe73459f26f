from django.db import migrations, models


class Migration(migrations.Migration):
    """Rename a model and fields. The table and the columns keep their names, so nothing changes in the database."""

    dependencies = [("foundation", "0011_table_uploads")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField(model_name="mail", old_name="wished_at", new_name="requested_at"),
                migrations.AlterField(
                    model_name="mail",
                    name="requested_at",
                    field=models.DateTimeField(auto_now_add=True, db_column="wished_at"),
                ),
                migrations.RemoveIndex(model_name="mail", name="mail_kind_wished_at"),
                migrations.AddIndex(
                    model_name="mail",
                    index=models.Index(fields=["kind", "requested_at"], name="mail_kind_wished_at"),
                ),
                migrations.RenameField(model_name="keptmail", old_name="kept_at", new_name="sent_at"),
                migrations.AlterField(
                    model_name="keptmail",
                    name="sent_at",
                    field=models.DateTimeField(auto_now_add=True, db_column="kept_at"),
                ),
            ]
        ),
        migrations.AlterModelTable(name="keptmail", table="foundation_keptmail"),
        migrations.RenameModel(old_name="KeptMail", new_name="DemoMail"),
    ]
