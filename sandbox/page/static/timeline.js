// The messages of a channel or thread in order: days, unread mark, older ones on scrolling up, edits in place.

import { dayHeading, dayOf } from "./dates.js";
import { h } from "./dom.js";
import { messageNode, millis } from "./messages.js";
import { ask, personName, store } from "./store.js";
import { focusKey, focusedKey } from "./surface.js";

const PAGE = 60;
const TOGETHER = 5 * 60 * 1000; // messages of one author so close belong together
const AT_BOTTOM = 80;

export class Timeline {
  // where: { channel, thread? }; `unreadSince` is a ts after which the "New" line stands.
  constructor(where, { unreadSince = null, intro = null } = {}) {
    this.where = where;
    this.unreadSince = unreadSince;
    this.messages = [];
    this.nodes = new Map(); // ts → node
    this.more = false;
    this.loading = false;
    this.intro = intro;
    this.list = h("div", { class: "timeline-list", role: "log", "aria-label": "Messages", "aria-live": "off" });
    this.node = h("div", { class: "timeline", tabindex: "0" }, this.list);
    this.following = true; // at the newest message, and staying there while the list grows
    this.node.addEventListener("scroll", () => {
      this.following = this.atBottom();
      if (this.node.scrollTop < 600) this.older();
      if (this.following) this.jumpButton.hidden = true;
    });
    new ResizeObserver(() => this.following && this.toBottom()).observe(this.list);
    this.jumpButton = h("button", { type: "button", class: "to-newest", hidden: true, onclick: () => this.toBottom() }, "New messages ↓");
    this.node.append(this.jumpButton);
    this.node.addEventListener("keydown", (event) => this.move(event));
  }

  async load() {
    const answer = await ask("messages", { ...this.where, limit: PAGE });
    if (!answer.messages) return answer;
    const later = this.messages.filter((message) => Number(message.ts) > Number(answer.messages.at(-1)?.ts ?? 0));
    this.messages = [...answer.messages, ...later];
    this.more = answer.has_more;
    this.nodes.clear();
    this.arrange();
    this.toBottom();
    return answer;
  }

  // Up to a message that a link leads to.
  async reveal(ts) {
    while (this.more && Number(this.messages[0]?.ts) > Number(ts)) await this.older();
    const node = this.nodes.get(ts);
    this.following = false;
    node?.scrollIntoView({ block: "center" });
    node?.classList.add("found");
    node?.focus({ preventScroll: true });
  }

  async older() {
    if (!this.more || this.loading) return;
    this.loading = true;
    const answer = await ask("messages", { ...this.where, before: this.messages[0].ts, limit: PAGE });
    this.loading = false;
    if (!answer.messages?.length) {
      this.more = false;
      return;
    }
    this.more = answer.has_more;
    const known = new Set(this.messages.map((message) => message.ts));
    this.messages.unshift(...answer.messages.filter((message) => !known.has(message.ts)));
    const fromBottom = this.node.scrollHeight - this.node.scrollTop;
    this.arrange();
    this.node.scrollTop = this.node.scrollHeight - fromBottom;
  }

  put(message) {
    const follow = this.following || message.user === store.me.id;
    const at = this.messages.findIndex((one) => one.ts === message.ts);
    if (at >= 0) {
      this.messages[at] = message;
      this.replace(message);
    } else if (this.messages.length && Number(message.ts) < Number(this.messages.at(-1).ts)) {
      this.messages.push(message);
      this.messages.sort((one, other) => Number(one.ts) - Number(other.ts));
      this.arrange();
    } else {
      this.messages.push(message);
      this.list.querySelector(".empty")?.remove();
      this.list.append(...this.entry(this.messages.length - 1));
    }
    if (follow) this.toBottom();
    else if (at < 0) this.jumpButton.hidden = false;
  }

  remove(ts) {
    this.messages = this.messages.filter((message) => message.ts !== ts);
    this.nodes.delete(ts);
    this.arrange();
  }

  // Draws a message anew and keeps the focus on what it was on.
  replace(message) {
    const old = this.nodes.get(message.ts);
    if (!old) return;
    const key = focusedKey(old);
    const node = this.draw(message);
    node.classList.toggle("together", old.classList.contains("together"));
    old.replaceWith(node);
    focusKey(node, key);
  }

  draw(message) {
    const node = messageNode(message, { inThread: Boolean(this.where.thread) });
    this.nodes.set(message.ts, node);
    return node;
  }

  arrange() {
    const intro = this.more ? [] : [this.intro].filter(Boolean);
    const entries = this.messages.flatMap((_, index) => this.entry(index));
    this.list.replaceChildren(...intro, ...entries, ...(entries.length ? [] : [h("p", { class: "empty" }, "No messages yet.")]));
  }

  // After a jump in time yesterday is no longer "Today".
  arrangeDays() {
    const { scrollTop } = this.node;
    this.arrange();
    this.node.scrollTop = scrollTop;
  }

  // A message with what stands above it: the day, the unread mark.
  entry(index) {
    const message = this.messages[index];
    const before = this.messages[index - 1];
    const above = [];
    if (!before || dayOf(millis(before.ts)) !== dayOf(millis(message.ts))) {
      above.push(h("div", { class: "day", role: "separator" }, h("span", {}, dayHeading(millis(message.ts)))));
    }
    if (this.isFirstUnread(message, before)) above.push(h("div", { class: "unread-mark", role: "separator" }, h("span", {}, "New")));
    if (index === 1 && this.where.thread) above.push(h("div", { class: "reply-count", role: "separator" }, h("span", {}, "Replies")));
    const node = this.nodes.get(message.ts) ?? this.draw(message);
    const together = above.length === 0 && before.user === message.user && !before.ephemeral && !message.ephemeral && !before.subtype && millis(message.ts) - millis(before.ts) < TOGETHER;
    node.classList.toggle("together", together);
    return [...above, node];
  }

  isFirstUnread(message, before) {
    const since = this.unreadSince;
    if (since === null || message.user === store.me.id) return false;
    const isNew = (one) => Number(one.ts) > Number(since || 0) && one.user !== store.me.id;
    return isNew(message) && !(before && isNew(before));
  }

  atBottom() {
    return this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < AT_BOTTOM;
  }

  toBottom() {
    this.following = true;
    this.node.scrollTop = this.node.scrollHeight;
    this.jumpButton.hidden = true;
  }

  // Arrow keys go from message to message while one of them has the focus.
  move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const focused = document.activeElement;
    if (!step || !(focused === this.node || focused.classList.contains("message"))) return;
    event.preventDefault();
    const all = [...this.list.querySelectorAll(".message")];
    const at = focused === this.node ? (step > 0 ? -1 : all.length) : all.indexOf(focused);
    all[at + step]?.focus();
    all[at + step]?.scrollIntoView({ block: "nearest" });
  }
}

export function introOf(channel) {
  const words = channel.kind === "im"
    ? `This is the beginning of your direct messages with ${personName(channel.user)}.`
    : `This is the very beginning of #${channel.name}.`;
  return h("div", { class: "intro" }, h("h2", {}, channel.kind === "im" ? personName(channel.user) : `#${channel.name}`), h("p", {}, words, channel.topic ? ` ${channel.topic}` : ""));
}
