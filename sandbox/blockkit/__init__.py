"""The strict Block Kit checker: what Slack refuses, the sandbox refuses, and names the one thing wrong.

The limits stand once, in `schema/*.json` (JSON Schema, draft 2020-12); `compiler.py` turns them into
quick checks, `rules.py` adds what looks at several places of a payload at once. Called by the
sandbox's Web API for every message and view, and by tests for every template.
"""

from sandbox.blockkit.checks import check_blocks, check_message, check_suggestions, check_view
from sandbox.blockkit.problem import Problem

__all__ = ["Problem", "check_blocks", "check_message", "check_suggestions", "check_view"]
