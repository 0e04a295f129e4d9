// Moments and days as this person reads them: in their own time zone, beside the workspace's clock.

import { store, workspaceNow } from "./store.js";

const formats = new Map();

function format(options, zone = store.me.tz) {
  const key = zone + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }));
  return formats.get(key);
}

const DAY = { weekday: "long", day: "numeric", month: "long" };
const SHORT_DAY = { day: "numeric", month: "short", year: "numeric" };
const TIME = { hour: "2-digit", minute: "2-digit" };

export function timeOf(ms) {
  return format(TIME).format(ms);
}

export function fullMoment(ms) {
  return format({ ...DAY, year: "numeric", ...TIME }).format(ms);
}

export function clockText(ms) {
  return format({ weekday: "short", day: "numeric", month: "short", year: "numeric", ...TIME }).format(ms);
}

// "2026-12-18" in the person's zone: days compare as text.
export function dayOf(ms, zone) {
  const parts = Object.fromEntries(
    format({ year: "numeric", month: "2-digit", day: "2-digit" }, zone).formatToParts(ms).map((part) => [part.type, part.value]),
  );
  return `${parts.year}-${parts.month}-${parts.day}`;
}

export function addDays(day, count) {
  return new Date(Date.parse(`${day}T00:00Z`) + count * 86400000).toISOString().slice(0, 10);
}

export function weekdayOf(day) {
  return new Date(`${day}T00:00Z`).getUTCDay();
}

// "Today", "Yesterday" or "Monday, 23 November": between the messages of two days.
export function dayHeading(ms) {
  return relative(ms) ?? format({ ...DAY, ...(sameYear(ms) ? {} : { year: "numeric" }) }).format(ms);
}

function relative(ms) {
  const day = dayOf(ms);
  const today = dayOf(workspaceNow());
  if (day === today) return "Today";
  if (day === addDays(today, -1)) return "Yesterday";
  if (day === addDays(today, 1)) return "Tomorrow";
  return null;
}

function sameYear(ms) {
  return dayOf(ms).slice(0, 4) === dayOf(workspaceNow()).slice(0, 4);
}

function ago(ms) {
  const seconds = Math.round((workspaceNow() - ms) / 1000);
  const units = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60]];
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return new Intl.RelativeTimeFormat("en").format(-Math.round(seconds / size), unit);
}

const TOKENS = {
  date_num: (ms) => dayOf(ms),
  date_slash: (ms) => format({ day: "2-digit", month: "2-digit", year: "numeric" }).format(ms),
  date: (ms) => format({ day: "numeric", month: "long" }).format(ms),
  date_short: (ms) => format(SHORT_DAY).format(ms),
  date_long: (ms) => format({ ...DAY, year: "numeric" }).format(ms),
  date_long_full: (ms) => format({ day: "numeric", month: "long", year: "numeric" }).format(ms),
  date_pretty: (ms) => relative(ms) ?? format({ day: "numeric", month: "long" }).format(ms),
  date_short_pretty: (ms) => relative(ms) ?? format(SHORT_DAY).format(ms),
  date_long_pretty: (ms) => relative(ms) ?? format({ ...DAY, year: "numeric" }).format(ms),
  day_divider_pretty: (ms) => relative(ms) ?? format({ ...DAY, year: "numeric" }).format(ms),
  time: timeOf,
  time_secs: (ms) => format({ ...TIME, second: "2-digit" }).format(ms),
  ago,
};

// Slack's `{date_short} at {time}`; null where a token is unknown, so that the fallback shows.
export function slackDate(seconds, pattern) {
  let known = true;
  const text = pattern.replace(/\{(\w+)\}/g, (token, name) => {
    if (name in TOKENS) return TOKENS[name](seconds * 1000);
    known = false;
    return token;
  });
  return known && Number.isFinite(seconds) ? text : null;
}

// The moment of "2026-12-18" "09:00" in a zone. Two rounds, because the offset may change in between.
export function moment(day, time, zone = store.me.tz) {
  const wanted = Date.parse(`${day}T${time}Z`);
  let guess = wanted;
  for (let round = 0; round < 2; round += 1) {
    const shown = Date.parse(`${dayOf(guess, zone)}T${format(TIME, zone).format(guess)}Z`);
    guess += wanted - shown;
  }
  return guess;
}

// For <input type="datetime-local">.
export function localInput(ms) {
  return `${dayOf(ms)}T${format(TIME).format(ms)}`;
}
