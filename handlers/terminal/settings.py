"""Settings from the environment and `.env`: secrets and where things are. All rules stand in `policy.toml`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from storage.base.address import Address, address


class Settings(BaseSettings):
    """Made once, by `bot.py`. A secret never shows in a log, an error or a repr."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_api_url: str = "https://slack.com/api/"
    cta_bot_db: Annotated[Address, BeforeValidator(lambda said: address(said) if isinstance(said, str) else said)] = (
        Path("cta-bot.db")
    )
    cta_bot_policy: Path = Path("policy.toml")
    cta_bot_templates: Path | None = None
    log_level: str = "info"

    @model_validator(mode="before")
    @classmethod
    def _default_for_empty(cls, given: dict[str, Any]) -> dict[str, Any]:
        """`CTA_BOT_POLICY=` means the default: an empty path names nothing."""
        return {
            name: value for name, value in given.items() if value != "" or not name.startswith(("cta_bot_", "log_"))
        }

    def refuse_missing(self, *, unless: bool) -> None:
        """Raise UserError where templates are named that are not there, whether a command renders anything or not.

        `unless` it is one that finds such faults itself.
        """
        if not unless and self.cta_bot_templates and not self.cta_bot_templates.is_dir():
            from templates.blocks.render import Renderer

            Renderer(self.cta_bot_templates)  # it says so

    @property
    def has_slack(self) -> bool:
        """Whether both tokens that Socket Mode needs are there."""
        return bool(self.slack_bot_token.get_secret_value() and self.slack_app_token.get_secret_value())
