// The rich_text block: sections, lists, quotes and code, made of styled runs.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { broadcast, channelMention, dateNode, groupMention, link, userMention } from "./mrkdwn.js";

const STYLE_TAGS = { bold: "b", italic: "i", strike: "s", underline: "u", code: "code" };

export function richText(block) {
  return h("div", { class: "rich-text" }, block.elements.map(part));
}

// The words alone: for sorting a table by such a cell.
export function richWords(value) {
  if (Array.isArray(value)) return value.map(richWords).join("");
  return value.text ?? value.name ?? value.fallback ?? (value.elements ? richWords(value.elements) : "");
}

function part(element) {
  switch (element.type) {
    case "rich_text_list":
      return h(
        element.style === "ordered" ? "ol" : "ul",
        { class: `indent-${element.indent ?? 0}`, start: element.offset ? element.offset + 1 : null },
        element.elements.map((item) => h("li", {}, item.elements.map(run))),
      );
    case "rich_text_quote":
      return h("blockquote", {}, element.elements.map(run));
    case "rich_text_preformatted":
      return h("pre", { class: "code-block" }, element.elements.map((item) => item.text ?? item.url));
    default:
      return h("div", { class: "rich-line" }, element.elements.map(run));
  }
}

function run(element) {
  const styles = Object.keys(STYLE_TAGS).filter((name) => element.style?.[name]);
  return styles.reduce((inner, name) => h(STYLE_TAGS[name], {}, inner), content(element));
}

function content(element) {
  switch (element.type) {
    case "link": return link(element.url, element.text ?? element.url);
    case "user": return userMention(element.user_id);
    case "usergroup": return groupMention(element.usergroup_id);
    case "channel": return channelMention(element.channel_id);
    case "team": return h("span", { class: "mention" }, element.team_id);
    case "broadcast": return broadcast(element.range);
    case "emoji": return emoji(element.name) ?? `:${element.name}:`;
    case "date": return dateNode(element.timestamp, element.format, element);
    case "color": return swatch(element.value);
    default: return element.text;
  }
}

function swatch(value) {
  const dot = h("span", { class: "swatch" });
  dot.style.background = value;
  return h("span", {}, dot, value);
}
