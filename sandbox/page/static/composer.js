// Where people write: messages, slash commands with completion, files, and the app's global shortcuts.

import { h, icon, uniqueId } from "./dom.js";
import { openMenu } from "./popups.js";
import { act, emit, store, upload } from "./store.js";

const drafts = new Map(); // channel/thread → text not sent yet

export class Composer {
  // where: { channel, thread? }
  constructor(where, label) {
    this.where = where;
    this.files = [];
    this.listId = uniqueId("completions");
    this.matches = [];
    this.active = -1;
    this.box = h("textarea", {
      class: "composer-box", rows: "1", placeholder: label, "aria-label": label, autocomplete: "off", "aria-autocomplete": "list", "aria-controls": this.listId,
      value: drafts.get(this.key()) ?? "", oninput: () => this.typed(), onkeydown: (event) => this.pressed(event), onblur: () => this.complete([]),
    });
    this.plus = h("button", { type: "button", class: "icon-button", "aria-label": "Attach a file or run a shortcut", "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => this.menu() }, icon("plus"));
    this.sendButton = h("button", { type: "button", class: "icon-button send", "aria-label": "Send", onclick: () => this.send() }, icon("send"));
    this.list = h("div", { class: "completions", role: "listbox", id: this.listId, "aria-label": "Suggestions", hidden: true });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.chips = h("div", { class: "file-chips" });
    this.note = h("div", { class: "composer-note", role: "alert" });
    this.picker = h("input", { type: "file", hidden: true, multiple: true, "aria-label": "Files to attach", onchange: () => this.attach() });
    this.node = h("div", { class: "composer" }, this.list, this.chips, h("div", { class: "composer-row" }, this.plus, this.box, this.sendButton), this.picker, this.note);
    requestAnimationFrame(() => this.grow());
  }

  key() {
    return `${store.me.id}/${this.where.channel}/${this.where.thread ?? ""}`;
  }

  focus() {
    this.box.focus();
  }

  grow() {
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight, 220)}px`;
    this.sendButton.disabled = !this.box.value.trim() && this.files.length === 0;
  }

  typed() {
    drafts.set(this.key(), this.box.value);
    this.note.textContent = "";
    this.grow();
    this.complete(this.suggestions());
  }

  // -- completion --------------------------------------------------------------------------

  suggestions() {
    const before = this.box.value.slice(0, this.box.selectionStart);
    if (/^\/\S*$/.test(before)) {
      return store.commands
        .filter((one) => one.command.startsWith(before))
        .map((one) => ({ insert: `${one.command} `, from: 0, title: one.command, hint: one.usage_hint, description: one.description }));
    }
    const mention = before.match(/(?:^|\s)@([\w.-]*)$/);
    if (!mention) return [];
    const wanted = mention[1].toLowerCase();
    return [...store.people.values()]
      .filter((one) => !one.deleted && [one.name, one.real_name].some((name) => name.toLowerCase().includes(wanted)))
      .slice(0, 8)
      .map((one) => ({ insert: `@${one.name} `, from: before.length - mention[1].length - 1, title: `@${one.name}`, hint: one.real_name, description: one.title }));
  }

  complete(matches) {
    this.matches = matches;
    this.list.hidden = matches.length === 0;
    this.list.replaceChildren(...matches.map((match, index) => h(
      "div",
      { class: "completion", role: "option", id: `${this.listId}-${index}`, onclick: () => this.take(index) },
      h("b", {}, match.title), match.hint ? h("span", { class: "hint" }, match.hint) : null, match.description ? h("small", {}, match.description) : null,
    )));
    this.activate(matches.length ? 0 : -1);
  }

  activate(index) {
    this.active = index;
    [...this.list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
    this.list.children[index]?.scrollIntoView({ block: "nearest" });
    if (index < 0) this.box.removeAttribute("aria-activedescendant");
    else this.box.setAttribute("aria-activedescendant", `${this.listId}-${index}`);
  }

  take(index) {
    const { insert, from } = this.matches[index];
    const rest = this.box.value.slice(this.box.selectionStart);
    this.box.value = this.box.value.slice(0, from) + insert + rest;
    this.box.setSelectionRange(from + insert.length, from + insert.length);
    this.typed();
    this.complete([]);
    this.focus();
  }

  pressed(event) {
    const open = this.matches.length > 0;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.activate((this.active + step + this.matches.length) % this.matches.length);
    } else if (open && event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.complete([]);
    } else if (open && (event.key === "Tab" || event.key === "Enter") && this.matches[this.active].insert.trim() !== this.box.value.trim()) {
      event.preventDefault();
      this.take(this.active);
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    }
  }

  // -- sending -----------------------------------------------------------------------------

  async send() {
    const text = this.box.value.trim();
    const files = this.files;
    if (!text && files.length === 0) return;
    this.box.value = "";
    this.files = [];
    this.typed();
    this.showFiles();
    const outcome = await act("send", {
      channel: this.where.channel, text, thread_ts: this.where.thread ?? null, files: files.length ? files.map((file) => file.id) : null,
    });
    if (outcome.ok) return;
    if (!text.startsWith("/")) this.note.textContent = outcome.error; // of a command Slackbot says it
    if (this.box.value) return;
    this.box.value = text; // nothing that was typed is lost
    drafts.set(this.key(), text);
    this.files = files;
    this.showFiles();
    this.grow();
  }

  // -- the plus ----------------------------------------------------------------------------

  menu() {
    const shortcuts = store.shortcuts.filter((one) => one.type === "global");
    openMenu(this.plus, [
      { label: "Upload a file", icon: "file", pick: () => this.picker.click() },
      { label: "Slash command", icon: "slash", pick: () => this.startCommand() },
      ...(shortcuts.length ? [{ heading: store.app.name }] : []),
      ...shortcuts.map((one) => ({ label: one.name, description: one.description, icon: "bolt", pick: () => this.run(one) })),
    ], "Attach a file or run a shortcut");
  }

  startCommand() {
    this.box.value = "/";
    this.focus();
    this.box.setSelectionRange(1, 1);
    this.typed();
  }

  async run(shortcut) {
    const outcome = await act("shortcut", { callback_id: shortcut.callback_id });
    if (!outcome.ok) emit("notice", { text: outcome.error });
  }

  async attach() {
    for (const file of [...this.picker.files]) {
      const answer = await upload(file);
      if (answer.ok) this.files.push(answer.file);
      else this.note.textContent = answer.error;
    }
    this.picker.value = "";
    this.showFiles();
    this.grow();
    this.focus();
  }

  showFiles() {
    this.chips.replaceChildren(...this.files.map((file) => h("span", { class: "chip" }, icon("file"), file.name, h("button", {
      type: "button", class: "chip-remove", "aria-label": `Remove ${file.name}`,
      onclick: () => {
        this.files = this.files.filter((one) => one !== file);
        this.showFiles();
        this.grow();
      },
    }, icon("close")))));
  }
}
