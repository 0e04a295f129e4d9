// What stands above the messages: the channel or the app, its topic, and what can be changed about it.

import { dmWith } from "./sidebar.js";
import { avatar } from "./messages.js";
import { prompt } from "./dialogs.js";
import { h, icon } from "./dom.js";
import { openMenu } from "./popups.js";
import { act, emit, isApp, personName, store } from "./store.js";

export function channelHeader(channel, go) {
  if (channel.kind === "im" && isApp(channel.user)) return appHeader("messages", go);
  const person = channel.kind === "im" ? store.people.get(channel.user) : null;
  const more = h("button", { type: "button", class: "icon-button", "aria-label": "Channel settings", "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => openMenu(more, person ? personItems(person) : channelItems(channel), "Channel settings") }, icon("dots"));
  return [
    h(
      "div",
      { class: "header-words" },
      h("h1", {}, person ? avatar(person.id, person) : icon(channel.kind === "private" ? "lock" : "hash"), person ? person.real_name : channel.name),
      channel.shared ? h("span", { class: "tag shared" }, icon("shared"), "Shared with another company") : null,
      channel.archived ? h("span", { class: "tag" }, "Archived") : null,
      h("span", { class: "topic" }, person ? [person.title, person.tz].filter(Boolean).join(" · ") : channel.topic),
    ),
    person ? null : h("span", { class: "members", title: channel.members.map(personName).join(", ") }, `${channel.members.length} members`),
    more,
  ].filter(Boolean);
}

export function appHeader(tab, go) {
  const messages = async () => {
    const answer = dmWith(store.app.user_id) ? { ok: true, channel: dmWith(store.app.user_id) } : await act("dm", { user: store.app.user_id });
    if (!answer.ok) return emit("notice", { text: answer.error });
    store.channels.set(answer.channel.id, answer.channel);
    return go({ channel: answer.channel.id });
  };
  const one = (name, words, open) => h("button", { type: "button", role: "tab", "aria-selected": String(tab === name), class: "tab", onclick: open }, words);
  return [
    h("div", { class: "header-words" }, h("h1", {}, avatar(store.app.user_id), store.app.name)),
    h("div", { class: "tabs", role: "tablist", "aria-label": store.app.name },
      one("home", "Home", () => go({ tab: "home" })), one("messages", "Messages", messages), one("about", "About", () => go({ tab: "about" }))),
  ];
}

async function change(channel, what, more = {}) {
  const answer = await act("channel", { channel: channel.id, change: what, ...more });
  if (!answer.ok) emit("notice", { text: answer.error });
}

function channelItems(channel) {
  const item = (label, what, symbol, more = {}) => ({ label, icon: symbol, ...more, pick: () => change(channel, what) });
  const inside = store.people.get(store.app.user_id) && channel.members.includes(store.app.user_id);
  return [
    { heading: `#${channel.name}` },
    channel.member ? item("Leave", "leave", "back") : item("Join", "join", "plus"),
    { label: inside ? `Remove ${store.app.name}` : `Add ${store.app.name}`, icon: "bolt", pick: () => change(channel, inside ? "kick" : "invite", { user: store.app.user_id }) },
    { label: "Rename…", icon: "hash", pick: () => rename(channel) },
    channel.shared
      ? item("Stop sharing with the other company", "unshare", "shared")
      : item("Share with another company", "share", "shared", { description: "People of the other company read what is written here" }),
    channel.archived ? item("Unarchive", "unarchive", "up") : item("Archive", "archive", "trash", { danger: true }),
  ];
}

async function rename(channel) {
  const given = await prompt({ title: `Rename #${channel.name}`, label: "Name", value: channel.name, confirm: "Rename" });
  if (given?.text) change(channel, "rename", { name: given.text });
}

function personItems(person) {
  const what = person.deleted ? "reactivate" : "deactivate";
  return [
    { heading: person.real_name },
    {
      label: person.deleted ? "Reactivate" : "Deactivate", icon: person.deleted ? "up" : "trash", danger: !person.deleted,
      pick: async () => {
        const answer = await act("person", { user: person.id, change: what });
        if (!answer.ok) emit("notice", { text: answer.error });
      },
    },
  ];
}
