// Slack's mrkdwn as DOM nodes: *bold* _italic_ ~strike~ `code` ```blocks``` > quotes, <links> and mentions.
// Text is only ever set as text.

import { h } from "./dom.js";
import { channelName, emit, personName, store } from "./store.js";
import { fullMoment, slackDate } from "./dates.js";
import { emoji, withEmoji } from "./emoji.js";

const STYLES = { "*": "b", _: "i", "~": "s" };
const SAFE_LINK = /^(https?:|mailto:|tel:|slack:)/i;
const BARE_URL = /(https?:\/\/[^\s<>|]+[^\s<>|.,;:!?)\]'"])/;

export function decode(text) {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}

// A text object: { type: "mrkdwn" | "plain_text", text }.
export function textNodes(object) {
  if (object.type === "mrkdwn") return mrkdwn(object.text, object);
  return withEmoji(object.text).split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));
}

// The words of a text object without any markup: for labels and titles.
export function plainWords(object) {
  if (!object) return "";
  return object.type === "mrkdwn" ? decode(object.text.replace(/[*_~`]/g, "")) : withEmoji(object.text);
}

export function mrkdwn(text, { verbatim = false } = {}) {
  const nodes = [];
  text.split(/```\n?([\s\S]*?)\n?```\n?/).forEach((part, index) => {
    if (index % 2) nodes.push(h("pre", { class: "code-block" }, decode(part.replace(/<([^>|]+)(\|[^>]*)?>/g, "$1"))));
    else if (part) nodes.push(...lines(part, verbatim));
  });
  return nodes;
}

function lines(text, verbatim) {
  const nodes = [];
  let quote = null;
  let rest = false;
  text.split("\n").forEach((line, index) => {
    const started = line.match(/^(?:&gt;|>)(&gt;&gt;|>>)? ?/);
    if (started || rest) {
      rest = rest || Boolean(started?.[1]);
      if (quote) quote.append(h("br"));
      else nodes.push((quote = h("blockquote", {})));
      quote.append(...inline(started ? line.slice(started[0].length) : line, verbatim));
      return;
    }
    const afterQuote = quote !== null;
    quote = null;
    const bullet = line.match(/^(\s*)(•|◦|-|\d+\.) (?=\S)/);
    if (bullet) {
      nodes.push(h("span", { class: "list-line" }, h("span", { class: "list-mark" }, bullet[2]), h("span", {}, inline(line.slice(bullet[0].length), verbatim))));
      return;
    }
    const last = nodes.at(-1);
    if (index > 0 && !afterQuote && !last?.classList?.contains("list-line")) nodes.push(h("br"));
    nodes.push(...inline(line, verbatim));
  });
  return nodes;
}

function inline(text, verbatim) {
  const nodes = [];
  let plain = "";
  const flush = () => {
    if (plain) nodes.push(...words(plain, verbatim));
    plain = "";
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    const end = closing(text, at);
    if (end < 0) {
      plain += char;
      continue;
    }
    flush();
    const inside = text.slice(at + 1, end);
    if (char === "<") nodes.push(token(inside));
    else if (char === "`") nodes.push(h("code", {}, decode(inside)));
    else nodes.push(h(STYLES[char], {}, inline(inside, verbatim)));
    at = end;
  }
  flush();
  return nodes;
}

// Where what starts at `at` ends, or -1 where nothing starts.
function closing(text, at) {
  const char = text[at];
  if (char === "<" || char === "`") {
    const end = text.indexOf(char === "<" ? ">" : "`", at + 1);
    return end > at + 1 ? end : -1;
  }
  const startsWord = at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1]);
  if (!(char in STYLES) || !startsWord || /\s/.test(text[at + 1] ?? " ") || text[at + 1] === char) return -1;
  for (let end = at + 1; end < text.length; end += 1) {
    if (text[end] === "<" || text[end] === "`") {
      const skipped = text.indexOf(text[end] === "<" ? ">" : "`", end + 1);
      if (skipped > 0) end = skipped;
    } else if (text[end] === char && end > at + 1 && !/\s/.test(text[end - 1]) && !/[\p{L}\p{N}]/u.test(text[end + 1] ?? "")) {
      return end;
    }
  }
  return -1;
}

function words(text, verbatim) {
  const parts = verbatim ? [text] : text.split(BARE_URL);
  return parts.filter(Boolean).map((part) => {
    if (!verbatim && BARE_URL.test(part)) return link(decode(part), decode(part));
    return decode(part.replace(/:([a-z0-9_+-]+):/g, (typed, name) => emoji(name) ?? typed));
  });
}

function token(inside) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : decode(inside.slice(bar + 1));
  if (target.startsWith("@")) return userMention(target.slice(1), label);
  if (target.startsWith("#")) return channelMention(target.slice(1), label);
  if (target.startsWith("!subteam^")) return groupMention(target.slice(9), label);
  if (target.startsWith("!date^")) return dateToken(target, label);
  if (target.startsWith("!")) return broadcast(target.slice(1));
  return link(decode(target), label || decode(target).replace(/^mailto:/, ""));
}

export function link(url, label) {
  if (!SAFE_LINK.test(url)) return label;
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label);
}

export function userMention(id, label = "") {
  const person = store.people.get(id);
  const name = person ? personName(id) : label.replace(/^@/, "") || id;
  const mine = id === store.me.id ? " mine" : "";
  return h("span", { class: `mention${mine}`, title: person ? [person.real_name, person.title].filter(Boolean).join(", ") : null }, `@${name}`);
}

export function channelMention(id, label = "") {
  if (!store.channels.has(id)) return h("span", { class: "mention" }, `#${label || "private channel"}`);
  return h("button", { class: "mention", type: "button", onclick: () => emit("go", { channel: id }) }, `#${channelName(id)}`);
}

export function groupMention(id, label = "") {
  const group = store.usergroups.get(id);
  const mine = group?.users.includes(store.me.id) ? " mine" : "";
  return h("span", { class: `mention${mine}`, title: group?.name }, group ? `@${group.handle}` : label || id);
}

export function broadcast(range) {
  return h("span", { class: "mention mine" }, `@${range}`);
}

function dateToken(target, fallback) {
  const [, seconds, pattern, url] = target.split("^");
  return dateNode(Number(seconds), pattern ?? "", { url: url && decode(url), fallback });
}

export function dateNode(seconds, pattern, { url, fallback }) {
  const text = slackDate(seconds, decode(pattern)) ?? fallback ?? "";
  const node = h("time", { title: Number.isFinite(seconds) ? fullMoment(seconds * 1000) : null }, text);
  return url ? h("a", { href: SAFE_LINK.test(url) ? url : null, target: "_blank", rel: "noopener noreferrer" }, node) : node;
}
