// Select menus, single and multi: a button that shows what is chosen and opens a list with a search box.

import { h, icon } from "./dom.js";
import { plainWords } from "./mrkdwn.js";
import { openChoices } from "./popups.js";
import { channelName, personName, store } from "./store.js";

const SLACKS_LEAST_QUERY = 3;

export function isSelect(element) {
  return element.type.endsWith("_select");
}

// context: { get(), set(value), changed(value, node), suggest(query), form, labelledBy, multiWide? }
export function select(element, context) {
  const multi = element.type.startsWith("multi_");
  const kind = element.type.replace("multi_", "").replace("_select", "");
  const node = h("div", { class: `select${multi ? " multi" : ""}` });
  const chosen = () => (multi ? (context.get() ?? []) : [context.get()].filter((value) => value !== null));
  const full = () => element.max_selected_items && chosen().length >= element.max_selected_items;

  const put = (values) => {
    const value = multi ? values : (values[0] ?? null);
    context.set(value);
    draw();
    context.changed(value, node);
  };
  const pick = (option) => {
    context.form.label(element, option.value, option.text);
    if (!multi) put([option.value]);
    else if (chosen().includes(option.value)) put(chosen().filter((value) => value !== option.value));
    else if (!full()) put([...chosen(), option.value]);
  };
  const choose = () =>
    openChoices(trigger, {
      label: plainWords(element.placeholder) || "Choose",
      placeholder: kind === "external" ? "Type to search" : "Search",
      multi,
      least: kind === "external" ? (element.min_query_length ?? SLACKS_LEAST_QUERY) : undefined,
      isChosen: (value) => chosen().includes(value),
      load: kind === "static" ? (query) => staticOptions(element, query) : (query) => suggested(context, query),
      pick,
    });
  const trigger = h("button", {
    type: "button", class: "select-trigger", "aria-haspopup": "listbox", "aria-expanded": "false", onclick: choose,
    "aria-labelledby": context.labelledBy ? `${context.labelledBy} ${context.triggerId}` : null, id: context.triggerId,
  });
  const draw = () => {
    const names = chosen().map((value) => nameOf(element, kind, value, context.form));
    const empty = names.length === 0;
    const words = empty ? plainWords(element.placeholder) || "Choose" : multi ? `${names.length} chosen` : names[0];
    trigger.replaceChildren(h("span", { class: empty ? "placeholder" : "" }, words), icon("down"));
    const chips = multi ? names.map((name, at) => chip(name, () => put(chosen().filter((_, index) => index !== at)))) : [];
    node.replaceChildren(...chips, trigger);
    if (!multi && !empty && context.clearable) node.append(clear(() => put([])));
  };
  draw();
  return node;
}

function chip(name, remove) {
  return h("span", { class: "chip" }, name, h("button", { type: "button", class: "chip-remove", "aria-label": `Remove ${name}`, onclick: remove }, icon("close")));
}

function clear(act) {
  return h("button", { type: "button", class: "select-clear", "aria-label": "Clear", onclick: act }, icon("close"));
}

function nameOf(element, kind, value, form) {
  if (kind === "users") return personName(value);
  if (kind === "channels" || kind === "conversations") return `${store.channels.get(value)?.kind === "im" ? "@" : "#"}${channelName(value)}`;
  const all = element.options ?? (element.option_groups ?? []).flatMap((group) => group.options);
  const option = all.find((one) => one.value === value);
  return option ? plainWords(option.text) : form.labelOf(element, value);
}

function staticOptions(element, query) {
  const groups = element.option_groups ?? [{ options: element.options }];
  const wanted = query.toLowerCase();
  return groups
    .map((group) => ({ label: plainWords(group.label), options: group.options.map(flat).filter((option) => option.text.toLowerCase().includes(wanted)) }))
    .filter((group) => group.options.length);
}

async function suggested(context, query) {
  const answer = await context.suggest(query);
  if (!answer.ok) return { error: answer.error ?? "Could not load the options" };
  const groups = answer.option_groups ?? [{ options: answer.options ?? [] }];
  return groups.map((group) => ({ label: plainWords(group.label), options: group.options.map(flat) }));
}

function flat(option) {
  return { value: option.value, text: plainWords(option.text), description: plainWords(option.description) };
}
