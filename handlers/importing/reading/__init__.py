"""A file as a CRM writes it → rows as the storage room takes them. Pure: no database, no clock.

`files` finds encoding, delimiter or worksheet; `headers` says which column means what; `values` reads one cell;
`rows` puts them together. Called by handlers/importing/actions.py.
"""
