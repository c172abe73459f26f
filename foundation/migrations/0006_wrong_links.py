from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("foundation", "0005_mail_waiting")]

    operations = [
        migrations.CreateModel(
            name="WrongLinks",
            fields=[
                ("key", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("minute", models.BigIntegerField(db_index=True, help_text="since 1970")),
                ("wrong", models.PositiveIntegerField(default=0)),
            ],
        ),
    ]
