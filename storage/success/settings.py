"""The areas of which nothing is built yet, handed in: a policy that names them is read, and doctor says so."""

from __future__ import annotations

from storage.base.areas import Area

UNBUILT = ("surveys",)
AREAS = dict.fromkeys(UNBUILT, Area)
