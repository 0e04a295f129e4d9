"""A noun that lives in the tests alone, in the rooms' folders beside this file: what it hands in is all that it has."""
