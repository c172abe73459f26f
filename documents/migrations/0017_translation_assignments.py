import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Rename a model. Its table keeps its name, so nothing changes in the database."""

    dependencies = [("documents", "0016_public_changes")]

    operations = [
        migrations.AlterModelTable(name="travellingtranslation", table="documents_travellingtranslation"),
        migrations.RenameModel(old_name="TravellingTranslation", new_name="TranslationAssignment"),
        migrations.AlterField(
            model_name="translationassignment",
            name="document",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="translation_assignments",
                to="documents.document",
            ),
        ),
    ]
