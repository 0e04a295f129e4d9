// The left side: the app, channels and people, with what is unread; and whom one acts as.

import { prompt } from "./dialogs.js";
import { h, icon } from "./dom.js";
import { avatar } from "./messages.js";
import { openChoices } from "./popups.js";
import { act, emit, store } from "./store.js";

export function sidebar(current) {
  const channels = [...store.channels.values()].filter((channel) => channel.kind !== "im");
  const mine = channels.filter((channel) => channel.member && !channel.archived).sort(byName);
  const others = channels.filter((channel) => !channel.member && !channel.archived).sort(byName);
  const archived = channels.filter((channel) => channel.archived).sort(byName);
  return [
    section("App", [appRow(current)]),
    section("Channels", mine.map((channel) => channelRow(channel, current)), addChannel()),
    section("Direct messages", people().map((person) => personRow(person, current))),
    others.length ? section("More channels", others.map((channel) => channelRow(channel, current))) : null,
    archived.length ? section("Archived", archived.map((channel) => channelRow(channel, current))) : null,
  ].filter(Boolean);
}

function byName(one, other) {
  return one.name.localeCompare(other.name, "en");
}

function section(title, rows, extra = null) {
  return h("section", { class: "side-section" }, h("div", { class: "side-heading" }, h("h2", {}, title), extra), h("ul", {}, rows.map((row) => h("li", {}, row))));
}

function row({ label, mark, channel, isCurrent, open, faint, badge = channel?.mentions, after }) {
  const unread = (channel?.unread ?? 0) > 0 && !isCurrent;
  return h(
    "button",
    { type: "button", class: `side-row${isCurrent ? " current" : ""}${unread ? " unread" : ""}${faint ? " faint" : ""}`, "aria-current": isCurrent ? "page" : null, onclick: open, dataset: channel ? { channel: channel.id } : {} },
    mark,
    h("span", { class: "side-label" }, label),
    after ?? null,
    unread && badge ? h("span", { class: "badge", "aria-label": `${badge} unread` }, badge) : null,
  );
}

function channelRow(channel, current) {
  return row({
    label: channel.name, channel, isCurrent: current.channel === channel.id && !current.tab, faint: !channel.member || channel.archived,
    mark: icon(channel.kind === "private" ? "lock" : "hash"),
    after: channel.shared ? h("span", { class: "side-note", title: "Shared with another company" }, icon("shared")) : null,
    open: () => emit("go", { channel: channel.id }),
  });
}

export function dmWith(id) {
  return [...store.channels.values()].find((channel) => channel.kind === "im" && channel.user === id);
}

function appRow(current) {
  const channel = dmWith(store.app.user_id);
  const isCurrent = Boolean(current.tab) || (channel && current.channel === channel.id);
  return row({
    label: store.app.name, channel, isCurrent, mark: avatar(store.app.user_id),
    after: store.app.connected ? null : h("span", { class: "side-note" }, "offline"),
    open: () => emit("go", channel?.unread ? { channel: channel.id } : { tab: "home" }),
  });
}

function people() {
  return [...store.people.values()]
    .filter((person) => !person.is_bot && person.id !== store.me.id && (!person.deleted || dmWith(person.id)))
    .sort((one, other) => one.real_name.localeCompare(other.real_name, "en"));
}

function personRow(person, current) {
  const channel = dmWith(person.id);
  return row({
    label: person.real_name, channel, isCurrent: Boolean(channel) && current.channel === channel.id, faint: person.deleted, mark: avatar(person.id, person),
    after: person.guest ? h("span", { class: "side-note" }, "guest") : person.stranger ? h("span", { class: "side-note" }, "external") : person.deleted ? h("span", { class: "side-note" }, "deactivated") : null,
    open: async () => {
      const answer = await act("dm", { user: person.id });
      if (!answer.ok) return emit("notice", { text: answer.error });
      store.channels.set(answer.channel.id, answer.channel);
      return emit("go", { channel: answer.channel.id });
    },
  });
}

function addChannel() {
  return h("button", {
    type: "button", class: "icon-button small", "aria-label": "Add a channel", title: "Add a channel",
    onclick: async () => {
      const given = await prompt({ title: "Add a channel", label: "Name", value: "", check: "Private", confirm: "Create" });
      if (!given?.text) return;
      const answer = await act("create", { name: given.text.replace(/^#/, ""), private: given.checked });
      if (!answer.ok) return emit("notice", { text: answer.error });
      store.channels.set(answer.channel.id, answer.channel);
      emit("go", { channel: answer.channel.id });
    },
  }, icon("plus"));
}

// The button at the top right, and whom it offers.
export function showMe(button) {
  button.replaceChildren(avatar(store.me.id), h("span", { class: "person-words" }, h("b", {}, store.me.real_name), h("small", {}, store.me.title || store.me.name)), icon("down"));
  button.setAttribute("aria-label", `Acting as ${store.me.real_name}. Act as somebody else`);
}

export function choosePerson(button, choose) {
  const all = [...store.people.values()].filter((person) => !person.is_bot && !person.deleted);
  openChoices(button, {
    label: "Act as", placeholder: "Act as…",
    isChosen: (id) => id === store.me.id,
    pick: (option) => choose(option.value),
    load: (query) => [{
      options: all
        .filter((person) => `${person.real_name} ${person.name} ${person.title}`.toLowerCase().includes(query.toLowerCase()))
        .map((person) => ({ value: person.id, text: person.real_name, description: [person.title, person.guest ? "guest" : "", person.stranger ? "another company" : "", person.tz.split("/").at(-1).replaceAll("_", " ")].filter(Boolean).join(" · ") })),
    }],
  });
}
