// Ties the page together: where one is (in the address, so that a reload stays there), and what is drawn there.

import { channelHeader, appHeader } from "./headers.js";
import { Composer } from "./composer.js";
import { announce, byId, debounced, h, icon } from "./dom.js";
import { aboutPane, homePane } from "./home.js";
import { startModals } from "./modal.js";
import { choosePerson, showMe, sidebar } from "./sidebar.js";
import { act, become, channelName, emit, on, personName, store } from "./store.js";
import { focusKey, focusedKey } from "./surface.js";
import { Timeline, introOf } from "./timeline.js";
import { startTimebar } from "./timebar.js";

const at = { channel: null, tab: null, thread: null }; // tab: "home" or "about" of the app
let timeline = null;
let threadTimeline = null;

// -- the address: #PERSON/CHANNEL/THREAD or #PERSON/home ------------------------------------------

function address() {
  const [person, where, thread] = location.hash.slice(1).split("/").map(decodeURIComponent);
  return { person, where, thread };
}

function remember() {
  const parts = [store.me.id, at.tab ?? at.channel, at.thread].filter(Boolean);
  history.replaceState(null, "", `/#${parts.map(encodeURIComponent).join("/")}`);
}

function linkedMessage() {
  const found = location.pathname.match(/^\/archives\/(\w+)\/p(\d+)(\d{6})$/);
  return found && { channel: found[1], ts: `${found[2]}.${found[3]}`, thread: new URLSearchParams(location.search).get("thread_ts") };
}

// -- going somewhere -------------------------------------------------------------------------------

async function go({ channel = null, tab = null, thread = null, message = null }) {
  narrowSidebar(false);
  Object.assign(at, { channel, tab, thread: null });
  remember();
  if (tab) showApp(tab);
  else await showChannel(channel, message);
  if (thread) openThread({ channel, ts: thread });
  else closeThread();
  drawSidebar();
}

async function showApp(tab) {
  timeline = null;
  byId("channel-header").replaceChildren(...appHeader(tab, go));
  byId("pane").replaceChildren(tab === "home" ? homePane() : aboutPane());
  byId("composer").replaceChildren();
  if (tab === "home") await openHome();
}

async function openHome() {
  const answer = await act("home");
  store.home ??= answer.home; // newer ones come live
  if (!answer.ok) emit("notice", { text: answer.error });
  if (at.tab === "home") redrawHome();
}

function redrawHome() {
  const old = byId("pane").firstElementChild;
  const key = focusedKey(old);
  const scrolled = old?.scrollTop ?? 0;
  const pane = homePane();
  byId("pane").replaceChildren(pane);
  pane.scrollTop = scrolled;
  focusKey(pane, key);
}

async function showChannel(id, message) {
  const channel = store.channels.get(id);
  if (!channel) return;
  const shown = new Timeline({ channel: id }, { unreadSince: channel.unread ? channel.last_read : null, intro: introOf(channel) });
  timeline = shown;
  drawHeader();
  byId("pane").replaceChildren(shown.node);
  drawComposer(channel);
  await shown.load();
  if (timeline !== shown) return;
  if (message) await shown.reveal(message);
  readSoon();
}

function drawHeader() {
  const channel = store.channels.get(at.channel);
  if (at.tab) byId("channel-header").replaceChildren(...appHeader(at.tab, go));
  else if (channel) byId("channel-header").replaceChildren(...channelHeader(channel, go));
}

function drawComposer(channel) {
  if (channel.member && !channel.archived) {
    const composer = new Composer({ channel: channel.id }, `Message ${channel.kind === "im" ? "" : "#"}${channelName(channel.id)}`);
    byId("composer").replaceChildren(composer.node);
    if (matchMedia("(min-width: 760px)").matches && store.modals.length === 0) composer.focus();
    return;
  }
  const words = channel.archived ? "This channel is archived." : `You are not in #${channel.name}.`;
  const join = channel.archived ? null : h("button", { type: "button", class: "button primary solid", onclick: () => act("channel", { channel: channel.id, change: "join" }) }, "Join the channel");
  byId("composer").replaceChildren(h("div", { class: "composer-closed" }, words, join));
}

// -- thread ------------------------------------------------------------------------------------------

async function openThread({ channel, ts }) {
  at.thread = ts;
  remember();
  const shown = new Timeline({ channel, thread: ts });
  threadTimeline = shown;
  const composer = new Composer({ channel, thread: ts }, "Reply…");
  const panel = byId("thread");
  panel.replaceChildren(
    h("header", { class: "channel-header" }, h("div", { class: "header-words" }, h("h1", {}, "Thread"), h("span", { class: "topic" }, `#${channelName(channel)}`)), h("button", { type: "button", class: "icon-button", "aria-label": "Close the thread", onclick: () => closeThread() }, icon("close"))),
    shown.node,
    h("div", { class: "composer-slot" }, composer.node),
  );
  panel.hidden = false;
  await shown.load();
  if (threadTimeline === shown) composer.focus();
}

function closeThread() {
  threadTimeline = null;
  at.thread = null;
  byId("thread").hidden = true;
  byId("thread").replaceChildren();
  if (store.me) remember();
}

// -- reading -----------------------------------------------------------------------------------------

const readSoon = debounced(() => {
  const channel = store.channels.get(at.channel);
  const newest = timeline?.messages.at(-1)?.ts;
  if (!channel || !newest || document.hidden || at.tab || !channel.member) return;
  if (channel.unread || Number(newest) > Number(channel.last_read || 0)) act("read", { channel: channel.id, ts: newest });
}, 250);

// -- what comes in -------------------------------------------------------------------------------------

function received({ channel: id, message, counted = false }) {
  const channel = store.channels.get(id);
  const reply = message.thread_ts && message.thread_ts !== message.ts;
  const inChannel = !reply || message.subtype === "thread_broadcast";
  if (at.thread && threadTimeline?.where.channel === id && (message.thread_ts ?? message.ts) === at.thread) threadTimeline.put(message);
  if (id === at.channel && !at.tab && inChannel) {
    timeline?.put(message);
    readSoon();
  } else if (!counted && channel?.member && inChannel && message.user !== store.me.id && !message.ephemeral) {
    channel.unread += 1;
    if (channel.kind === "im" || JSON.stringify(message).includes(`<@${store.me.id}`)) channel.mentions += 1;
  }
  if (message.user !== store.me.id) announce(`New message from ${personName(message.user)}`);
  drawSidebar();
}

function changed({ channel, message }) {
  if (channel === at.channel && timeline?.nodes.has(message.ts)) timeline.put(message);
  if (threadTimeline?.where.channel === channel && threadTimeline.nodes.has(message.ts)) threadTimeline.put(message);
}

function deleted({ channel, ts }) {
  if (channel === at.channel) timeline?.remove(ts);
  if (threadTimeline?.where.channel === channel) threadTimeline.remove(ts);
}

function channelChanged({ channel }) {
  const before = byId("composer").querySelector(".composer-closed") !== null;
  drawSidebar();
  if (channel.id !== at.channel || at.tab) return;
  drawHeader();
  if (before !== (!channel.member || channel.archived)) drawComposer(channel);
}

// A redraw for every frame would be waste when many come at once.
let sidebarDue = false;
function drawSidebar() {
  if (sidebarDue) return;
  sidebarDue = true;
  requestAnimationFrame(() => {
    sidebarDue = false;
    const focused = document.activeElement?.closest?.(".side-row")?.textContent;
    const scrolled = byId("sidebar").scrollTop;
    byId("sidebar").replaceChildren(...sidebar(at));
    byId("sidebar").scrollTop = scrolled;
    if (focused) [...byId("sidebar").querySelectorAll(".side-row")].find((row) => row.textContent === focused)?.focus();
    const unread = [...store.channels.values()].reduce((sum, channel) => sum + (channel.id === at.channel ? 0 : channel.mentions), 0);
    document.title = `${unread ? `(${unread}) ` : ""}${at.tab ? store.app.name : channelName(at.channel ?? "")} · ${store.team.name}`;
  });
}

// -- the frame of the page -------------------------------------------------------------------------------

function narrowSidebar(open) {
  document.body.classList.toggle("sidebar-open", open);
  byId("open-sidebar").setAttribute("aria-expanded", String(open));
  byId("scrim").hidden = !open;
}

function notice({ text }) {
  const node = h("div", { class: "notice", role: "alert" }, icon("warn"), text ?? "Something went wrong.");
  byId("layer").append(node);
  setTimeout(() => node.remove(), 6000);
}

async function actAs(id) {
  const keep = at.tab ?? at.channel;
  await become(id);
  start(keep);
}

// Shows where the address leads, or else the first channel one is in.
function start(wanted, thread = null) {
  const linked = linkedMessage();
  if (linked && store.channels.has(linked.channel)) return go({ channel: linked.channel, message: linked.ts, thread: linked.thread });
  if (wanted === "home" || wanted === "about") return go({ tab: wanted });
  const channel = store.channels.get(wanted);
  if (channel) return go({ channel: wanted, thread });
  const first = [...store.channels.values()].find((one) => one.member && one.kind !== "im" && !one.archived);
  return first ? go({ channel: first.id }) : go({ tab: "home" });
}

function wire() {
  byId("open-sidebar").onclick = () => narrowSidebar(!document.body.classList.contains("sidebar-open"));
  byId("scrim").onclick = () => narrowSidebar(false);
  byId("theme").onclick = () => {
    byId("theme").title = `Look: ${window.nextTheme()}`;
    announce(byId("theme").title);
  };
  byId("person-switch").onclick = () => choosePerson(byId("person-switch"), actAs);
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog")) return;
    if (document.body.classList.contains("sidebar-open")) narrowSidebar(false);
    else if (at.thread) closeThread();
  });
  addEventListener("hashchange", () => {
    const { person, where, thread } = address();
    if (person && person !== store.me.id) become(person).then(() => start(where, thread));
    else start(where, thread);
  });
  document.addEventListener("visibilitychange", readSoon);
  on("go", go);
  on("thread", openThread);
  on("notice", notice);
  on("message", received);
  on("message_changed", changed);
  on("message_deleted", deleted);
  on("channel", channelChanged);
  on("person app", () => {
    if (store.me.deleted) return actAs(null); // nobody acts as somebody who is gone
    drawSidebar();
    showMe(byId("person-switch"));
    if (at.tab === "about") byId("pane").replaceChildren(aboutPane());
    return undefined;
  });
  on("gone", () => actAs(null));
  on("home", () => at.tab === "home" && redrawHome());
  on("jumped", () => at.tab === "home" && openHome()); // as somebody who comes back later opens it
  on("clock", () => timeline?.arrangeDays());
  on("online", ({ online }) => {
    byId("connection").textContent = online ? "" : "Reconnecting…";
  });
  on("state", () => {
    byId("team").textContent = store.team.name;
    showMe(byId("person-switch"));
    drawSidebar();
    if (at.tab === "home") redrawHome();
  });
  let connectedOnce = false;
  on("online", ({ online }) => {
    if (online && connectedOnce) start(at.tab ?? at.channel, at.thread); // what came meanwhile
    connectedOnce = online || connectedOnce;
  });
  on("reload", () => start(at.tab ?? at.channel));
}

wire();
startTimebar();
startModals();
const begin = address();
become(begin.person).then(async (known) => {
  const here = known.me ? known : await become(null);
  if (here.me) start(begin.where, begin.thread);
  else notice({ text: here.error });
});
