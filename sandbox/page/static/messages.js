// One message as a node: who, when, blocks or text, files, reactions, thread, and what can be done with it.

import { blocks } from "./blocks.js";
import { fullMoment, timeOf } from "./dates.js";
import { h, icon } from "./dom.js";
import { warn, warningMark } from "./elements.js";
import { emoji, REACTIONS } from "./emoji.js";
import { Form } from "./form.js";
import { mrkdwn } from "./mrkdwn.js";
import { openMenu } from "./popups.js";
import { act, emit, isApp, personName, store } from "./store.js";
import { byKey, surfaceOf } from "./surface.js";

const forms = new Map(); // channel/ts → what was chosen in the message, kept over edits
const clicked = new Map(); // channel/ts → the element last clicked in it, to put a failure's mark beside

export function millis(ts) {
  return Number(ts) * 1000;
}

export function messageNode(message, { inThread = false } = {}) {
  if (message.subtype && !message.blocks && SYSTEM.test(message.subtype)) return systemNode(message);
  const author = store.people.get(message.user);
  const name = message.username ?? (author ? personName(message.user) : (message.bot_profile?.name ?? "App"));
  const node = h(
    "article",
    { class: `message${message.ephemeral ? " ephemeral" : ""}`, dataset: { ts: message.ts, user: message.user ?? "" }, tabindex: "-1", "aria-label": `${name}, ${timeOf(millis(message.ts))}` },
    message.ephemeral ? h("div", { class: "only-you" }, icon("eye"), "Only visible to you") : null,
    avatar(message.user, author),
    h("time", { class: "hover-time", title: fullMoment(millis(message.ts)) }, timeOf(millis(message.ts))),
    h(
      "div",
      { class: "message-body" },
      h("header", {}, h("b", { class: "author" }, name), author?.is_bot ? h("span", { class: "tag" }, "App") : null,
        author?.stranger ? h("span", { class: "tag" }, "External") : null,
        h("time", { title: fullMoment(millis(message.ts)) }, timeOf(millis(message.ts)))),
      content(message),
      message.warning && !clicked.has(key(message)) ? h("div", { class: "message-warning" }, warningMark(message.warning), message.warning) : null,
      (message.files ?? []).length ? h("div", { class: "files" }, message.files.map(fileCard)) : null,
      reactions(message),
      !inThread && message.reply_count ? threadLink(message) : null,
    ),
  );
  const bar = tools(message, inThread);
  if (bar) node.append(bar);
  markFailure(node, message);
  return node;
}

const SYSTEM = /^(channel_|group_|bot_add|reminder)/;

function systemNode(message) {
  return h("article", { class: "message system", dataset: { ts: message.ts, user: "" } }, h("div", { class: "message-body" }, mrkdwn(message.text ?? "")));
}

function key(message) {
  return `${message.channel}/${message.ts}`;
}

export function avatar(id, person = store.people.get(id)) {
  const node = h("span", { class: `avatar${isApp(id) ? " app" : ""}`, "aria-hidden": "true" }, isApp(id) ? icon("bolt") : (person?.initials ?? "?"));
  node.style.background = person?.color ?? "";
  return node;
}

function content(message) {
  const edited = message.edited ? h("span", { class: "edited" }, " (edited)") : null;
  if (!message.blocks?.length) {
    const shared = (message.attachments ?? []).map((one) => attachment(message, one));
    return [h("div", { class: "text" }, mrkdwn(message.text ?? ""), edited), shared];
  }
  const form = formOf(message);
  return [h("div", { class: "blocks" }, blocks(message.blocks, surface(message, form))), edited];
}

function attachment(message, given) {
  const node = h("div", { class: "attachment" }, given.blocks ? blocks(given.blocks, surface(message, formOf(message))) : mrkdwn(given.text ?? given.fallback ?? ""));
  if (/^#[0-9a-f]{6}$/i.test(given.color ?? "")) node.style.borderColor = given.color;
  return node;
}

function formOf(message) {
  if (!forms.has(key(message))) forms.set(key(message), new Form());
  const form = forms.get(key(message));
  form.update(message.blocks ?? []);
  return form;
}

function surface(message, form) {
  const told = surfaceOf({ channel: message.channel, ts: message.ts }, form);
  const remembering = (blockId, element, value) => {
    clicked.set(key(message), `${blockId}/${element.action_id}`);
    return told.act(blockId, element, value);
  };
  return { ...told, act: remembering };
}

// A failed click changes the message (its warning), which draws it anew: the mark has to be put again.
function markFailure(node, message) {
  if (!message.warning) return;
  const element = byKey(node, clicked.get(key(message)) ?? null);
  if (element) warn(element, message.warning);
}

// -- below the words -----------------------------------------------------------------------

function fileUrl(file) {
  const url = new URL(file.page_url ?? `/_sandbox/files/${file.id}`, location.origin);
  url.searchParams.set("as", store.me.id);
  return url.href;
}

function fileCard(file) {
  const url = fileUrl(file);
  const card = h("a", { class: "file-card", href: url, download: file.name }, icon("file"), h("span", {}, h("b", {}, file.title || file.name), h("small", {}, `${(file.filetype || file.mimetype || "file").toUpperCase()} · ${bytes(file.size)} · Download`)));
  if (!file.mimetype?.startsWith("image/")) return card;
  return h("figure", { class: "file-image" }, h("a", { href: url, target: "_blank", rel: "noopener" }, h("img", { src: url, alt: file.title || file.name, loading: "lazy" })), card);
}

function bytes(size) {
  return size < 1000 ? `${size} B` : size < 1e6 ? `${Math.round(size / 1000)} KB` : `${(size / 1e6).toFixed(1)} MB`;
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return h("div", { class: "reactions" }, message.reactions.map((one) => h("button", {
    type: "button", class: `reaction${one.users.includes(store.me.id) ? " mine" : ""}`, title: one.users.map(personName).join(", "),
    "aria-label": `${one.name}, ${one.count}`, onclick: () => react(message, one.name),
  }, emoji(one.name) ?? `:${one.name}:`, h("span", {}, one.count))));
}

function react(message, name) {
  act("react", { channel: message.channel, ts: message.ts, name });
}

function threadLink(message) {
  const people = (message.reply_users ?? []).slice(0, 4).map((id) => avatar(id));
  const count = message.reply_count;
  return h("button", { type: "button", class: "thread-link", onclick: () => emit("thread", { channel: message.channel, ts: message.ts }) },
    people, h("b", {}, `${count} ${count === 1 ? "reply" : "replies"}`),
    message.latest_reply ? h("span", {}, `Last at ${timeOf(millis(message.latest_reply))}`) : null);
}

// -- what can be done --------------------------------------------------------------------------

function tools(message, inThread) {
  if (message.ephemeral) return null;
  const shortcuts = store.shortcuts.filter((one) => one.type === "message");
  const smile = toolButton("smile", "Add a reaction", () => openMenu(smile, REACTIONS.map((name) => ({ label: `${emoji(name) ?? ""}  ${name}`.trim(), pick: () => react(message, name) })), "Reactions"));
  const more = toolButton("more", "More actions", () => openMenu(more, moreItems(message, shortcuts, more), "More actions"));
  return h(
    "div",
    { class: "message-tools", role: "toolbar", "aria-label": "Message actions" },
    smile,
    inThread ? null : toolButton("reply", "Reply in thread", () => emit("thread", { channel: message.channel, ts: message.thread_ts ?? message.ts })),
    more,
  );
}

function toolButton(symbol, label, act_) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, "aria-haspopup": symbol === "reply" ? null : "menu", onclick: act_ }, icon(symbol));
}

function moreItems(message, shortcuts, anchor) {
  const run = async (one) => {
    const outcome = await act("shortcut", { callback_id: one.callback_id, channel: message.channel, ts: message.ts });
    if (!outcome.ok) emit("notice", { text: outcome.error });
  };
  const link = `${location.origin}/archives/${message.channel}/p${message.ts.replace(".", "")}`;
  return [
    ...(shortcuts.length ? [{ heading: store.app.name }, ...shortcuts.map((one) => ({ label: one.name, description: one.description, icon: "bolt", pick: () => run(one) }))] : []),
    { heading: "Message" },
    { label: "Copy link", icon: "file", pick: () => navigator.clipboard?.writeText(link).then(() => anchor.focus(), () => emit("notice", { text: link })) },
  ];
}
