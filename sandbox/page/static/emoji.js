// The emoji that this workspace knows by name; others show as they were typed.

export const EMOJI = {
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", ok_hand: "👌", wave: "👋", clap: "👏", pray: "🙏",
  raised_hands: "🙌", muscle: "💪", point_right: "👉", point_left: "👈", point_up: "☝️", point_down: "👇",
  handshake: "🤝", writing_hand: "✍️", eyes: "👀", heart: "❤️", smile: "😄", slightly_smiling_face: "🙂",
  grinning: "😀", joy: "😂", wink: "😉", thinking_face: "🤔", tada: "🎉", sparkles: "✨", rocket: "🚀", fire: "🔥",
  star: "⭐", trophy: "🏆", medal: "🏅", dart: "🎯", bulb: "💡", bell: "🔔", no_bell: "🔕", mute: "🔇",
  calendar: "📅", date: "📅", spiral_calendar_pad: "🗓️", alarm_clock: "⏰", hourglass: "⌛",
  hourglass_flowing_sand: "⏳", clock9: "🕘", stopwatch: "⏱️", sunrise: "🌅", sunny: "☀️", palm_tree: "🌴",
  white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌", negative_squared_cross_mark: "❎",
  warning: "⚠️", exclamation: "❗", question: "❓", information_source: "ℹ️", no_entry: "⛔", sos: "🆘",
  red_circle: "🔴", large_yellow_circle: "🟡", large_green_circle: "🟢", large_blue_circle: "🔵", white_circle: "⚪",
  black_circle: "⚫", large_orange_circle: "🟠", arrow_right: "➡️", arrow_up: "⬆️", arrow_down: "⬇️",
  arrow_upper_right: "↗️", arrow_lower_right: "↘️", chart_with_upwards_trend: "📈",
  chart_with_downwards_trend: "📉", bar_chart: "📊", clipboard: "📋", memo: "📝", pencil: "📝", pushpin: "📌",
  paperclip: "📎", link: "🔗", mag: "🔍", lock: "🔒", key: "🔑", gear: "⚙️", wrench: "🔧", package: "📦",
  inbox_tray: "📥", outbox_tray: "📤", email: "✉️", speech_balloon: "💬", loudspeaker: "📢", moneybag: "💰",
  seedling: "🌱", repeat: "🔁", arrows_counterclockwise: "🔄", leftwards_arrow_with_hook: "↩️", robot_face: "🤖",
  wastebasket: "🗑️", zzz: "💤", snowflake: "❄️", one: "1️⃣", two: "2️⃣", three: "3️⃣",
};

// What the menu of reactions offers.
export const REACTIONS = ["+1", "white_check_mark", "eyes", "tada", "pray", "heart", "rocket", "thinking_face"];

// For machines without an emoji font: signs that every text font has. Names say more than empty boxes.
const PLAIN = {
  white_check_mark: "✔", heavy_check_mark: "✔", ballot_box_with_check: "☑", x: "✖", warning: "⚠", star: "★", heart: "♥",
  sunny: "☀", snowflake: "❄", email: "✉", pencil: "✎", memo: "✎", arrow_right: "→", arrow_up: "↑", arrow_down: "↓",
  arrow_upper_right: "↗", arrow_lower_right: "↘", point_right: "☞", point_left: "☜", smile: "☺", slightly_smiling_face: "☺",
  red_circle: "●", large_yellow_circle: "●", large_green_circle: "●", large_blue_circle: "●", large_orange_circle: "●",
  white_circle: "○", black_circle: "●", gear: "⚙", repeat: "↻", arrows_counterclockwise: "↻", leftwards_arrow_with_hook: "↩",
  exclamation: "!", question: "?", information_source: "ⓘ",
};

const HAS_FONT = (() => {
  const pen = Object.assign(document.createElement("canvas"), { width: 20, height: 20 }).getContext("2d", { willReadFrequently: true });
  pen.font = "16px sans-serif";
  pen.fillText("\u{1F600}", 0, 16);
  const { data } = pen.getImageData(0, 0, 20, 20);
  return data.some((_, at) => at % 4 === 0 && data[at] !== data[at + 2]);
})();

export function emoji(name) {
  return (HAS_FONT ? EMOJI : PLAIN)[name.split("::")[0]] ?? null;
}

export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (typed, name) => emoji(name) ?? typed);
}
