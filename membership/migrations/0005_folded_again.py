"""Keys of people, and of groups by the fold that knows one apostrophe and one dash."""

from importlib import import_module

from django.db import migrations

kept = import_module("foundation.migrations._fold_of_2026_11")


def fold_again(cursor):
    cursor.execute("SELECT id, last_name, first_name FROM membership_person")
    for pk, last_name, first_name in cursor.fetchall():
        key = kept.fold(f"{last_name} {first_name}")[:210]
        cursor.execute("UPDATE membership_person SET name_key = %s WHERE id = %s", [key, pk])
    cursor.execute("SELECT id, name_en, name_fr, name_es FROM membership_group")
    for pk, *names in cursor.fetchall():
        keys = [kept.fold(name or "")[:200] for name in names]
        cursor.execute(
            "UPDATE membership_group SET sort_key = %s, sort_key_en = %s, sort_key_fr = %s, sort_key_es = %s WHERE id = %s",
            [keys[0], *keys, pk],
        )


class Migration(migrations.Migration):
    dependencies = [("membership", "0004_person_name_key")]
    operations = [kept.WriteAgain(fold_again)]
