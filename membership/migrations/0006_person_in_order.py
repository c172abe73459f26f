from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("membership", "0005_folded_again")]
    operations = [
        AddIndexConcurrently(
            model_name="person",
            index=models.Index(fields=["name_key"], name="person_in_order"),
        ),
    ]
