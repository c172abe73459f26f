from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0009_word_travels")]

    operations = [
        migrations.AddField("namedreader", "told_at", models.DateTimeField(blank=True, null=True)),
    ]
