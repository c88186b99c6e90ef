"""How the tables of a catalog came to their form, a step at a time.

To change the form:

1. change `pipeline.catalog.models`;
2. write the next file of `versions/`, `0003_what_changes.py`: its `revision` "0003", its `down_revision`
   "0002", and an `upgrade` of Alembic operations that work in SQLite as well as in PostgreSQL (so
   `op.batch_alter_table` for columns);
3. add its number to `REVISIONS`.

The tests compare what the steps make with the models, and bring a catalog of every earlier form up to date.
There is no way down: a catalog is made again from its log; people, links and the audit trail are not.
"""

REVISIONS = ("0001", "0002", "0003", "0004", "0005")
"""every form that the tables had, oldest first; this version of shotfarm works with the last"""
