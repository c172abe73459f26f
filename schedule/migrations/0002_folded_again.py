"""Keys of those who appear, by the fold that knows one apostrophe and one dash."""

from importlib import import_module

from django.db import migrations

kept = import_module("foundation.migrations._fold_of_2026_11")


def fold_again(cursor):
    """Two rows whose names are now one and the same keep apart by their number, which search passes over."""
    cursor.execute("SELECT id, slot_id, capacity, name, name_key FROM schedule_appearance ORDER BY id")
    taken = set()
    for pk, slot, capacity, name, former in cursor.fetchall():
        key = kept.fold(name)[:200]
        if slot and (slot, capacity, key) in taken:
            key = f"{key[:180]} {pk}"
        taken.add((slot, capacity, key))
        if key != former:
            cursor.execute("UPDATE schedule_appearance SET name_key = %s WHERE id = %s", [key, pk])


class Migration(migrations.Migration):
    dependencies = [("schedule", "0001_initial")]
    operations = [kept.WriteAgain(fold_again)]
