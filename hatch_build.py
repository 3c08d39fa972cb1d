"""Build hook: compiles the knowledge base that ships, so that installing factwire is all that is needed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class KnowledgeBaseHook(BuildHookInterface[Any]):
    """Runs for wheels, plain and editable; a source distribution ships the tables and compiles when it is installed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        sys.path.insert(0, str(Path(self.root) / "services"))
        from factwire.kb.build import build_file

        build_file()
