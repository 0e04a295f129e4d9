"""What somebody else's checker says of our blocks: `slackblocks`, built from Slack's pages by other people.

It makes objects and checks them as they are made; so every block, element and object of a message or view is made
anew here. What it does not know is left out if it is named in `UNKNOWN_TO_IT`, and is an error if not.
"""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any

import slackblocks
from slackblocks import blocks, elements, objects, rich_text

UNKNOWN_TO_IT: dict[str, str] = {}
"""`block.key` that our templates use and it does not know, each with the reason why that is right: none today."""

BY_TYPE: dict[str, type] = {
    "actions": blocks.ActionsBlock, "alert": blocks.AlertBlock, "card": blocks.CardBlock,
    "carousel": blocks.CarouselBlock, "container": blocks.ContainerBlock, "context": blocks.ContextBlock,
    "context_actions": blocks.ContextActionsBlock, "data_table": blocks.DataTableBlock,
    "data_visualization": blocks.DataVisualizationBlock, "divider": blocks.DividerBlock, "file": blocks.FileBlock,
    "header": blocks.HeaderBlock, "input": blocks.InputBlock, "markdown": blocks.MarkdownBlock,
    "rich_text": blocks.RichTextBlock, "section": blocks.SectionBlock, "table": blocks.TableBlock,
    "video": blocks.VideoBlock,
    "button": elements.Button, "checkboxes": elements.CheckboxGroup, "datepicker": elements.DatePicker,
    "datetimepicker": elements.DateTimePicker, "email_text_input": elements.EmailInput,
    "feedback_buttons": elements.FeedbackButtons, "file_input": elements.FileInput,
    "icon_button": elements.IconButton, "image": elements.Image,
    "multi_static_select": elements.StaticMultiSelectMenu, "multi_external_select": elements.ExternalMultiSelectMenu,
    "multi_users_select": elements.UserMultiSelectMenu,
    "multi_conversations_select": elements.ConversationMultiSelectMenu,
    "multi_channels_select": elements.ChannelMultiSelectMenu, "number_input": elements.NumberInput,
    "overflow": elements.OverflowMenu, "plain_text_input": elements.PlainTextInput,
    "radio_buttons": elements.RadioButtonGroup, "static_select": elements.StaticSelectMenu,
    "external_select": elements.ExternalSelectMenu, "users_select": elements.UserSelectMenu,
    "conversations_select": elements.ConversationSelectMenu, "channels_select": elements.ChannelSelectMenu,
    "timepicker": elements.TimePicker, "url_text_input": elements.URLInput,
    "rich_text_input": elements.RichTextInput,
    "plain_text": objects.PlainText, "mrkdwn": objects.Markdown, "raw_text": objects.RawText,
    "raw_number": objects.RawNumber, "pie": objects.PieChart, "bar": objects.BarChart, "line": objects.LineChart,
    "area": objects.AreaChart,
    "rich_text_section": rich_text.RichTextSection, "rich_text_list": rich_text.RichTextList,
    "rich_text_quote": rich_text.RichTextQuote, "rich_text_preformatted": rich_text.RichTextCodeBlock,
    "text": rich_text.RichText, "user": rich_text.RichTextUser, "emoji": rich_text.RichTextEmoji,
    "link": rich_text.RichTextLink, "channel": rich_text.RichTextChannel,
    "modal": slackblocks.ModalView, "home": slackblocks.HomeTabView,
}  # fmt: skip
# Objects that have no type of their own, by the key that they stand under; lists by their items'.
BY_KEY: dict[str, type] = {
    "confirm": objects.ConfirmationDialogue, "options": objects.Option, "initial_option": objects.Option,
    "initial_options": objects.Option, "option_groups": objects.OptionGroup, "filter": objects.ConversationFilter,
    "dispatch_action_config": objects.DispatchActionConfiguration, "slack_file": objects.SlackFile,
    "positive_button": elements.FeedbackButton, "negative_button": elements.FeedbackButton,
    "segments": objects.ChartSegment, "series": objects.DataSeries, "data": objects.DataPoint,
    "axis_config": objects.AxisConfig, "column_settings": objects.ColumnSettings,
}  # fmt: skip
RENAMED = {"initial_date_time": "initial_datetime"}


def check(made: Any) -> list[str]:
    """What it has against a message, a view or bare blocks; empty if nothing."""
    try:
        if isinstance(made, dict) and made.get("type") in {"modal", "home"}:
            _object(made, "")
        else:
            content = made if isinstance(made, dict) else {"blocks": made}
            _message(content)
    except (slackblocks.InvalidUsageError, Unknown) as error:
        return [f"{type(error).__name__}: {error}"]
    return []


class Unknown(Exception):
    """Something that is not in its classes, and is not named above."""


def _message(content: dict[str, Any]) -> None:
    slackblocks.Message(channel="C1", text=content.get("text", ""), blocks=_object(content.get("blocks") or None, ""))


def _object(part: Any, key: str) -> Any:
    if isinstance(part, list):
        return [_object(one, key) for one in part]
    if not isinstance(part, dict):
        return part
    kind = part.get("type")
    made = BY_TYPE.get(str(kind)) if kind else BY_KEY.get(key)
    if kind == "image" and key in {"blocks", "child_blocks"}:
        made = blocks.ImageBlock
    if made is None:
        raise Unknown(f"{kind or key}: no such thing there")
    fields = {}
    for name, value in part.items():
        if name == "type":
            continue
        if RENAMED.get(name, name) in _known(made):
            fields[RENAMED.get(name, name)] = _object(value, name)
        elif name == "style" and isinstance(value, dict):
            fields |= value
        elif f"{kind or key}.{name}" not in UNKNOWN_TO_IT:
            raise Unknown(f"{kind or key}.{name}: no such key there")
    return made(**fields)


@cache
def _known(made: type) -> frozenset[str]:
    return frozenset(inspect.signature(made.__init__).parameters)
