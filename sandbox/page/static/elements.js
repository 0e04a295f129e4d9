// Interactive elements. Clicks and choices go to the app; a failed one leaves a warning mark beside the element.
//
// place: { source, blockId, form, act(element, value), suggest(element, query), input? (the input block around it),
// labelId?, changed?() } tells where an element stands.

import { debounced, h, icon, uniqueId } from "./dom.js";
import { plainWords, textNodes } from "./mrkdwn.js";
import { confirmed, openMenu } from "./popups.js";
import { richWords } from "./richtext.js";
import { isSelect, select } from "./selects.js";
import { store, upload } from "./store.js";

const RENDERERS = {
  button, overflow, image, checkboxes, radio_buttons: radios,
  datepicker: picker, timepicker: picker, datetimepicker: picker,
  plain_text_input: textInput, email_text_input: textInput, url_text_input: textInput, number_input: textInput,
  rich_text_input: textInput, file_input: fileInput, feedback_buttons: feedback, icon_button: iconButton,
};

export function element(given, place) {
  const node = isSelect(given) ? selectElement(given, place) : (RENDERERS[given.type] ?? unknown)(given, place);
  node.dataset.key = `${place.blockId}/${given.action_id ?? given.type}`;
  return node;
}

function unknown(given) {
  return h("span", { class: "unsupported" }, `[${given.type}]`);
}

// -- telling the app -----------------------------------------------------------------------

// Asks first where the element wants it, shows that it is under way, and marks what failed.
async function perform(given, value, node, place, undo = () => {}) {
  if (given.confirm && !(await confirmed(given.confirm))) return undo();
  node.classList.add("busy");
  const outcome = await place.act(given, value);
  node.classList.remove("busy");
  warn(node, outcome.ok ? null : (outcome.error ?? "That did not work"));
}

export function warn(node, words) {
  if (node.nextElementSibling?.classList.contains("warning-mark")) node.nextElementSibling.remove();
  if (words) node.after(warningMark(words));
}

export function warningMark(words) {
  return h("span", { class: "warning-mark", role: "alert", title: words }, icon("warn"), h("span", { class: "visually-hidden" }, words));
}

// In an input block a change is only kept, unless the block dispatches; elsewhere it goes to the app.
function changed(given, value, node, place, undo) {
  place.form.set(place.blockId, given, value);
  place.changed?.();
  if (!place.input || place.input.dispatch_action) perform(given, value, node, place, undo);
}

// -- clicks --------------------------------------------------------------------------------

function button(given, place) {
  const node = h("button", {
    type: "button", class: `button${given.style ? ` ${given.style}` : ""}`, "aria-label": given.accessibility_label,
    onclick: () => {
      if (given.url) window.open(given.url, "_blank", "noopener");
      perform(given, null, node, place);
    },
  }, textNodes(given.text));
  return node;
}

function overflow(given, place) {
  const items = given.options.map((option) => ({
    label: plainWords(option.text), description: plainWords(option.description), href: option.url,
    pick: () => perform(given, option.value, node, place),
  }));
  const node = h("button", {
    type: "button", class: "icon-button overflow", "aria-label": "More", "aria-haspopup": "menu", "aria-expanded": "false",
    onclick: () => openMenu(node, items, "More"),
  }, icon("dots"));
  return node;
}

function feedback(given, place) {
  const one = (side, name) => {
    const node = h("button", { type: "button", class: "icon-button", "aria-label": side.accessibility_label ?? plainWords(side.text), title: plainWords(side.text), onclick: () => perform(given, side.value, node, place) }, icon("thumb"));
    node.classList.add(name);
    return node;
  };
  return h("span", { class: "feedback" }, one(given.positive_button, "up"), one(given.negative_button, "down"));
}

function iconButton(given, place) {
  const node = h("button", { type: "button", class: "icon-button", "aria-label": given.accessibility_label ?? plainWords(given.text), title: plainWords(given.text), onclick: () => perform(given, null, node, place) }, icon(given.icon));
  return node;
}

export function image(given) {
  const words = h("span", { class: "image-missing" }, given.alt_text);
  const node = h("img", { src: given.image_url ?? given.slack_file.url ?? `/_sandbox/files/${given.slack_file.id}?as=${store.me.id}`, alt: given.alt_text, loading: "lazy", onerror: () => node.replaceWith(words) });
  return node;
}

// -- choices -------------------------------------------------------------------------------

function selectElement(given, place) {
  const before = place.form.get(place.blockId, given);
  const node = select(given, {
    form: place.form, labelledBy: place.labelId, triggerId: uniqueId("select"), clearable: Boolean(place.input?.optional),
    get: () => place.form.get(place.blockId, given),
    set: (value) => place.form.set(place.blockId, given, value),
    suggest: (query) => place.suggest(given, query),
    changed: (value, where) => changed(given, value, where, place, () => {
      place.form.set(place.blockId, given, before);
      where.replaceWith(selectElement(given, place));
    }),
  });
  return node;
}

function checkboxes(given, place) {
  const chosen = new Set(place.form.get(place.blockId, given) ?? []);
  return choiceGroup(given, place, "checkbox", (value) => chosen.has(value), (value, checked) => {
    if (checked) chosen.add(value);
    else chosen.delete(value);
    return given.options.map((option) => option.value).filter((one) => chosen.has(one));
  });
}

function radios(given, place) {
  const chosen = place.form.get(place.blockId, given);
  return choiceGroup(given, place, "radio", (value) => value === chosen, (value) => value);
}

function choiceGroup(given, place, type, isChosen, next) {
  const name = uniqueId("choice");
  const node = h("div", { class: "choice-group", role: type === "radio" ? "radiogroup" : "group", "aria-labelledby": place.labelId });
  node.append(...given.options.map((option) => {
    const box = h("input", { type, name, checked: isChosen(option.value) });
    box.addEventListener("change", () => {
      const before = box.checked;
      changed(given, next(option.value, box.checked), node, place, () => (box.checked = !before));
    });
    return h("label", { class: "check" }, box, h("span", {}, h("span", {}, textNodes(option.text)), option.description ? h("small", {}, textNodes(option.description)) : null));
  }));
  return node;
}

// -- date and time ---------------------------------------------------------------------------

const PICKERS = { datepicker: "date", timepicker: "time", datetimepicker: "datetime-local" };

function picker(given, place) {
  const moment = given.type === "datetimepicker";
  const shown = (value) => (value === null ? "" : moment ? place.zone.localInput(value * 1000) : value);
  const read = () => (box.value === "" ? null : moment ? Math.round(place.zone.moment(...box.value.split("T")) / 1000) : box.value);
  let told = place.form.get(place.blockId, given);
  let typing = false;
  const box = h("input", { type: PICKERS[given.type], class: "picker", value: shown(told), "aria-labelledby": place.labelId, "aria-label": place.labelId ? null : plainWords(given.placeholder) || "Pick" });
  const settle = () => {
    typing = false;
    const value = read();
    if (value === told) return;
    const before = told;
    told = value;
    changed(given, value, node, place, () => {
      told = before;
      place.form.set(place.blockId, given, before);
      box.value = shown(before);
    });
  };
  // By keyboard a date is whole at every digit of its year: wait until the person is done.
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !place.input) settle();
    else typing = event.key !== "Tab";
  });
  box.addEventListener("change", () => (typing && !place.input ? null : settle()));
  box.addEventListener("blur", settle);
  box.addEventListener("input", () => place.input && place.form.set(place.blockId, given, read()));
  const node = h("span", { class: "picker-slot" }, box, given.timezone ? h("small", {}, given.timezone) : null);
  return node;
}

// -- text ------------------------------------------------------------------------------------

const INPUT_TYPES = { plain_text_input: "text", email_text_input: "email", url_text_input: "url", number_input: "text" };

function textInput(given, place) {
  const rich = given.type === "rich_text_input";
  const long = given.multiline || rich;
  const value = place.form.get(place.blockId, given);
  const box = h(long ? "textarea" : "input", {
    type: long ? null : INPUT_TYPES[given.type], inputmode: given.type === "number_input" ? "decimal" : null, class: "text-input",
    rows: long ? "4" : null, value: rich ? richWords(value?.elements ?? []) : (value ?? ""), placeholder: plainWords(given.placeholder) || null,
    "aria-labelledby": place.labelId, autocomplete: "off",
  });
  const read = () => (box.value === "" ? null : rich ? asRichText(box.value) : box.value);
  const counter = given.max_length ? h("small", { class: "counter" }) : null;
  const count = () => {
    if (!counter) return;
    counter.textContent = given.max_length - box.value.length;
    counter.classList.toggle("over", box.value.length > given.max_length);
  };
  const tell = () => perform(given, read(), node, place);
  const tellSoon = debounced(tell, 250);
  const triggers = place.input?.dispatch_action ? (given.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"]) : [];
  box.addEventListener("input", () => {
    place.form.set(place.blockId, given, read());
    place.changed?.();
    count();
    if (triggers.includes("on_character_entered")) tellSoon();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !long && triggers.includes("on_enter_pressed")) {
      event.preventDefault();
      tell();
    }
  });
  count();
  const node = h("span", { class: "text-slot" }, box, counter);
  return node;
}

function asRichText(text) {
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] };
}

// -- files -----------------------------------------------------------------------------------

function fileInput(given, place) {
  const most = given.max_files ?? 10;
  const list = h("span", { class: "file-chips" });
  const note = h("small", { class: "field-error", role: "alert" });
  const draw = () => {
    const ids = place.form.get(place.blockId, given) ?? [];
    list.replaceChildren(...ids.map((id) => h("span", { class: "chip" }, icon("file"), place.form.labelOf(given, id), h("button", { type: "button", class: "chip-remove", "aria-label": "Remove the file", onclick: () => keep(ids.filter((one) => one !== id)) }, icon("close")))));
  };
  const keep = (ids) => {
    place.form.set(place.blockId, given, ids);
    place.changed?.();
    draw();
  };
  const box = h("input", { type: "file", multiple: most > 1, accept: given.filetypes?.map((type) => `.${type}`).join(",") ?? null, "aria-labelledby": place.labelId });
  box.addEventListener("change", async () => {
    note.textContent = "";
    for (const file of [...box.files].slice(0, most)) {
      const answer = await upload(file);
      if (!answer.ok) note.textContent = answer.error;
      else {
        place.form.label(given, answer.file.id, answer.file.name);
        keep([...(place.form.get(place.blockId, given) ?? []), answer.file.id].slice(-most));
      }
    }
    box.value = "";
  });
  draw();
  return h("span", { class: "file-input" }, box, list, note);
}
