// The workspace's date, and the ways forward in time. Days are those of the person one acts as.

import { addDays, clockText, dayOf, localInput, moment, weekdayOf } from "./dates.js";
import { prompt } from "./dialogs.js";
import { announce, byId, h, icon } from "./dom.js";
import { openMenu } from "./popups.js";
import { act, emit, on, store, workspaceNow } from "./store.js";

const MORNING = "09:00";

export function startTimebar() {
  on("state clock", draw);
  setInterval(() => store.me && tick(), 1000);
}

function tick() {
  const node = byId("timebar").querySelector(".clock-text");
  if (node && node.textContent !== clockText(workspaceNow())) node.textContent = clockText(workspaceNow());
}

// The next days that something may wait for, each with its name.
export function jumps(now) {
  const today = dayOf(now);
  const thisOrNext = addDays(today, (8 - weekdayOf(today)) % 7);
  const monday = moment(thisOrNext, MORNING) > now ? thisOrNext : addDays(thisOrNext, 7);
  const firsts = [1, 2, 3, 4].map((ahead) => {
    const month = Number(today.slice(5, 7)) - 1 + ahead;
    return new Date(Date.UTC(Number(today.slice(0, 4)), month, 1)).toISOString().slice(0, 10);
  });
  const name = (day) => new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "long" }).format(Date.parse(day));
  return [
    { label: `Tomorrow ${MORNING}`, day: addDays(today, 1) },
    { label: `Monday ${MORNING}`, day: monday },
    ...firsts.map((day) => ({ label: `${name(day)} ${MORNING}`, day })),
  ];
}

function draw() {
  const ways = jumps(workspaceNow());
  const menu = h("button", {
    type: "button", class: "time-button", "aria-label": "Jump forward", "aria-haspopup": "menu", "aria-expanded": "false",
    onclick: () => openMenu(menu, [
      { heading: "Jump forward to" },
      ...ways.map((way) => ({ label: way.label, pick: () => jump(moment(way.day, MORNING)) })),
      { label: "Pick a date…", pick: pickMoment },
    ], "Jump forward"),
  }, icon("skip"), h("span", { class: "jump-word" }, "Jump"), icon("down"));
  const quick = ways.slice(0, 2).map((way) => h("button", { type: "button", class: "time-button quick", onclick: () => jump(moment(way.day, MORNING)) }, way.label));
  byId("timebar").replaceChildren(h("span", { class: "clock", title: `The workspace's time, in ${store.me.tz}` }, icon("clock"), h("span", { class: "clock-text" }, clockText(workspaceNow())), h("small", {}, store.me.tz.split("/").at(-1).replaceAll("_", " "))), ...quick, menu);
}

async function pickMoment() {
  const given = await prompt({ title: "Jump forward", label: "To", type: "datetime-local", value: localInput(moment(addDays(dayOf(workspaceNow()), 1), MORNING)), least: localInput(workspaceNow()), confirm: "Jump" });
  if (given?.text) jump(moment(...given.text.split("T")));
}

async function jump(ms) {
  byId("timebar").classList.add("busy");
  const answer = await act("jump", { to: new Date(ms).toISOString() });
  byId("timebar").classList.remove("busy");
  if (!answer.ok) return emit("notice", { text: answer.error });
  announce(`It is now ${clockText(ms)}`);
  // The app needs a moment for what became due.
  return setTimeout(() => emit("jumped"), 1500);
}
