"""Keys of participants by the fold that knows one apostrophe and one dash; addresses for titles without Latin letters."""

from importlib import import_module

from django.db import migrations

kept = import_module("foundation.migrations._fold_of_2026_11")


def fold_again(cursor):
    """Two rows whose names are now one and the same keep apart by their number, which search passes over."""
    cursor.execute(
        "SELECT id, workshop_id, entity_id, state, surname, given_name, name_key FROM workshops_participant ORDER BY id"
    )
    taken = set()
    for pk, workshop, entity, state, surname, given_name, former in cursor.fetchall():
        key = kept.fold(f"{surname} {given_name}")[:210]
        if state != "cancelled":
            if (workshop, entity, key) in taken:
                key = f"{key[:190]} {pk}"
            taken.add((workshop, entity, key))
        if key != former:
            cursor.execute("UPDATE workshops_participant SET name_key = %s WHERE id = %s", [key, pk])


def give_addresses(cursor):
    """A title such as 中文标题 left the address empty, and the page of its year could not be shown."""
    cursor.execute("UPDATE workshops_theme SET slug = 'theme-' || id WHERE slug = ''")
    cursor.execute("UPDATE workshops_topic SET slug = 'topic-' || id WHERE slug = ''")


class Migration(migrations.Migration):
    dependencies = [("workshops", "0002_one_name")]
    operations = [kept.WriteAgain(fold_again), kept.WriteAgain(give_addresses)]
