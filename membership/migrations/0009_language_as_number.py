"""Write the expression of a constraint so that Django can check it. Its SQL is the same, so the database is not changed."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import migrations, models

LANGUAGE = models.Func(models.F("language"), function="hashtext")


class Migration(migrations.Migration):
    dependencies = [("membership", "0008_dashboard_seen_at")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint(model_name="entityname", name="entity_one_name_a_language_at_once"),
                migrations.AddConstraint(
                    model_name="entityname",
                    constraint=ExclusionConstraint(
                        name="entity_one_name_a_language_at_once",
                        expressions=[
                            (
                                models.Func(
                                    models.F("entity"), models.F("entity"), models.Value("[]"), function="int8range"
                                ),
                                "&&",
                            ),
                            (models.Func(LANGUAGE, LANGUAGE, models.Value("[]"), function="int8range"), "&&"),
                            (models.Func(models.F("begins"), models.F("ends"), function="daterange"), "&&"),
                        ],
                    ),
                ),
            ]
        )
    ]
