from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0014_folded_again"),
    ]

    operations = [
        # Only the field's name changes; the column keeps its own.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField(model_name="namedreader", old_name="told_at", new_name="notified_at"),
                migrations.AlterField(
                    model_name="namedreader",
                    name="notified_at",
                    field=models.DateTimeField(blank=True, db_column="told_at", null=True),
                ),
            ]
        ),
        migrations.AlterField(
            model_name="clearance",
            name="fingerprint",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AlterField(
            model_name="comparison",
            name="language",
            field=models.CharField(choices=[("en", "English"), ("fr", "French"), ("es", "Spanish")], max_length=2),
        ),
        migrations.AlterField(
            model_name="comparison",
            name="older",
            field=models.CharField(max_length=80),
        ),
        migrations.AlterField(
            model_name="document",
            name="issued_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="documentevent",
            name="issued_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="frozenfigure",
            name="label",
            field=models.JSONField(),
        ),
        migrations.AlterField(
            model_name="frozenfigure",
            name="qualified",
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AlterField(
            model_name="frozenfigure",
            name="source",
            field=models.JSONField(),
        ),
        migrations.AlterField(
            model_name="housestyle",
            name="footnote_calls",
            field=models.CharField(
                blank=True,
                choices=[
                    ("before", "before the punctuation"),
                    ("after", "after the punctuation"),
                    ("typed", "where typed"),
                ],
                max_length=10,
                verbose_name="footnote indicators",
            ),
        ),
        migrations.AlterField(
            model_name="housestyle",
            name="items",
            field=models.CharField(
                blank=True,
                choices=[("both", "(a) in brackets"), ("behind", "a) with one bracket")],
                max_length=10,
                verbose_name="list items",
            ),
        ),
        migrations.AlterField(
            model_name="housestyleevent",
            name="footnote_calls",
            field=models.CharField(
                blank=True,
                choices=[
                    ("before", "before the punctuation"),
                    ("after", "after the punctuation"),
                    ("typed", "where typed"),
                ],
                max_length=10,
                verbose_name="footnote indicators",
            ),
        ),
        migrations.AlterField(
            model_name="housestyleevent",
            name="items",
            field=models.CharField(
                blank=True,
                choices=[("both", "(a) in brackets"), ("behind", "a) with one bracket")],
                max_length=10,
                verbose_name="list items",
            ),
        ),
        migrations.AlterField(
            model_name="issue",
            name="content",
            field=models.JSONField(),
        ),
        migrations.AlterField(
            model_name="issue",
            name="number",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name="issuedblock",
            name="number",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AlterField(
            model_name="part",
            name="position",
            field=models.PositiveSmallIntegerField(),
        ),
        migrations.AlterField(
            model_name="partevent",
            name="position",
            field=models.PositiveSmallIntegerField(),
        ),
        migrations.AlterField(
            model_name="rendition",
            name="report",
            field=models.JSONField(default=list),
        ),
        migrations.AlterField(
            model_name="returnedtranslation",
            name="report",
            field=models.JSONField(default=list),
        ),
        migrations.AlterField(
            model_name="returnedtranslation",
            name="taken",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="reviewcomment",
            name="quote",
            field=models.CharField(blank=True, max_length=1000),
        ),
        migrations.AlterField(
            model_name="reviewedfigure",
            name="figure",
            field=models.JSONField(),
        ),
        migrations.AlterField(
            model_name="step",
            name="number",
            field=models.PositiveIntegerField(),
        ),
        migrations.AlterField(
            model_name="symbolsequence",
            name="series",
            field=models.CharField(db_collation="C", max_length=60, unique=True),
        ),
        migrations.AlterField(
            model_name="translationlink",
            name="token_hash",
            field=models.CharField(max_length=64, unique=True),
        ),
        migrations.AlterField(
            model_name="travellingtranslation",
            name="expires_at",
            field=models.DateTimeField(),
        ),
        migrations.AlterField(
            model_name="wordimport",
            name="left_out",
            field=models.JSONField(default=list),
        ),
        migrations.AlterField(
            model_name="wordimport",
            name="notices",
            field=models.JSONField(default=list),
        ),
    ]
