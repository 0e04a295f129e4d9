// What opens above the page: menus, lists to choose from, and the question before a risky click.
// All of them: arrow keys move, Enter chooses, Escape or a click elsewhere closes, focus goes back.

import { debounced, h, icon, uniqueId } from "./dom.js";
import { plainWords, textNodes } from "./mrkdwn.js";

let open = null;

export function closePopup({ refocus = true } = {}) {
  if (!open) return;
  const { node, anchor, stop } = open;
  open = null;
  stop();
  node.remove();
  anchor.setAttribute("aria-expanded", "false");
  if (refocus && anchor.isConnected) anchor.focus();
}

// Places `node` beside `anchor`. Inside a dialog it must be the dialog's child: the rest is inert.
function openPopup(anchor, node) {
  closePopup({ refocus: false });
  (anchor.closest("dialog") ?? document.getElementById("layer")).append(node);
  const place = () => {
    if (!anchor.isConnected) return;
    const box = anchor.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = node;
    const below = box.bottom + 4 + height <= innerHeight - 8 || box.top < height + 12;
    const top = below ? Math.min(box.bottom + 4, innerHeight - height - 8) : box.top - height - 4;
    node.style.left = `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`;
    node.style.top = `${Math.max(8, top)}px`;
    node.style.minWidth = `${Math.min(box.width, 320)}px`;
  };
  const outside = (event) => {
    if (!node.contains(event.target) && !anchor.contains(event.target)) closePopup({ refocus: false });
  };
  addEventListener("pointerdown", outside, true);
  addEventListener("scroll", place, true);
  addEventListener("resize", place);
  const stop = () => {
    removeEventListener("pointerdown", outside, true);
    removeEventListener("scroll", place, true);
    removeEventListener("resize", place);
  };
  anchor.setAttribute("aria-expanded", "true");
  open = { node, anchor, stop };
  place();
  return place;
}

function isOpenAt(anchor) {
  return open?.anchor === anchor;
}

// items: { label, description?, icon?, danger?, checked?, href?, pick? } or { heading }.
export function openMenu(anchor, items, label) {
  if (isOpenAt(anchor)) return closePopup();
  const node = h("div", { class: "popup menu", role: "menu", "aria-label": label, onkeydown: (event) => menuKeys(event, node) });
  node.append(...items.map(menuItem));
  openPopup(anchor, node);
  node.querySelector("[role=menuitem], [role=menuitemradio]")?.focus();
}

function menuItem(item) {
  if (item.heading) return h("div", { class: "menu-heading", role: "presentation" }, item.heading);
  const pick = () => {
    closePopup();
    item.pick?.();
  };
  const role = item.checked === undefined ? "menuitem" : "menuitemradio";
  return h(
    item.href ? "a" : "button",
    {
      class: `menu-item${item.danger ? " danger" : ""}`, role, tabindex: "-1", type: item.href ? null : "button",
      "aria-checked": item.checked === undefined ? null : String(item.checked),
      href: item.href, target: item.href ? "_blank" : null, rel: item.href ? "noopener noreferrer" : null, onclick: pick,
    },
    item.icon ? icon(item.icon) : null,
    h("span", { class: "menu-text" }, h("span", {}, item.label), item.description ? h("small", {}, item.description) : null),
    item.checked ? icon("check") : null,
  );
}

function menuKeys(event, node) {
  const items = [...node.querySelectorAll("[role^=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const move = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (move !== undefined) {
    event.preventDefault();
    items.at(move % items.length)?.focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    closePopup();
  } else if (event.key.length === 1) {
    const letter = event.key.toLowerCase();
    [...items.slice(at + 1), ...items].find((item) => item.textContent.trim().toLowerCase().startsWith(letter))?.focus();
  }
}

// choices: { label, placeholder, load(query) → [{ label?, options: [{ value, text, description? }] }], isChosen(value),
// pick(option), multi?, least? (letters before `load` is asked), empty? }
export function openChoices(anchor, choices) {
  if (isOpenAt(anchor)) return closePopup();
  const listId = uniqueId("list");
  const input = h("input", {
    class: "choice-search", type: "text", role: "combobox", autocomplete: "off", "aria-expanded": "true", "aria-controls": listId,
    "aria-autocomplete": "list", "aria-label": choices.label, placeholder: choices.placeholder ?? "Search",
  });
  const list = h("div", { class: "choice-list", role: "listbox", id: listId, "aria-label": choices.label, "aria-multiselectable": choices.multi ? "true" : null });
  const node = h("div", { class: "popup choices" }, input, list);
  const place = openPopup(anchor, node);
  let active = -1;
  let asked = 0;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const activate = (index) => {
    const all = options();
    active = all.length ? (index + all.length) % all.length : -1;
    all.forEach((option, at) => option.classList.toggle("active", at === active));
    input.setAttribute("aria-activedescendant", all[active]?.id ?? "");
    all[active]?.scrollIntoView({ block: "nearest" });
  };
  const pick = (option, row) => {
    choices.pick(option);
    if (choices.multi) row.setAttribute("aria-selected", String(choices.isChosen(option.value)));
    else closePopup();
  };
  const say = (words) => {
    list.replaceChildren(h("div", { class: "choice-note" }, words));
    activate(-1);
  };
  const show = async () => {
    const query = input.value.trim();
    asked += 1;
    const mine = asked;
    if (query.length < (choices.least ?? 0)) return say(`Type ${choices.least} or more letters`);
    const groups = await choices.load(query);
    if (mine !== asked) return;
    if (!Array.isArray(groups)) return say(groups.error);
    if (!groups.some((group) => group.options.length)) return say(choices.empty ?? "No results");
    list.replaceChildren(...groups.flatMap((group) => choiceGroup(group, choices, pick)));
    activate(Math.max(0, options().findIndex((option) => option.getAttribute("aria-selected") === "true")));
    place();
  };

  input.addEventListener("input", choices.least === undefined ? show : debounced(show, 150));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      activate(active + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      options()[active]?.click();
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      event.stopPropagation();
      closePopup();
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the search box keeps the focus
  input.focus();
  show();
}

function choiceGroup(group, choices, pick) {
  const rows = group.options.map((option) => {
    const row = h(
      "div",
      { class: "choice", role: "option", id: uniqueId("option"), "aria-selected": String(choices.isChosen(option.value)), onclick: () => pick(option, row) },
      h("span", { class: "menu-text" }, h("span", {}, option.text), option.description ? h("small", {}, option.description) : null),
      icon("check"),
    );
    return row;
  });
  return group.label ? [h("div", { class: "menu-heading", role: "presentation" }, group.label), ...rows] : rows;
}

// Shows Slack's confirm object and answers whether the person said yes.
export function confirmed(confirm) {
  return new Promise((answer) => {
    const id = uniqueId("confirm");
    const dialog = h(
      "dialog",
      { class: "modal confirm", role: "alertdialog", "aria-labelledby": `${id}-title`, "aria-describedby": `${id}-text` },
      h("h2", { id: `${id}-title` }, plainWords(confirm.title)),
      h("div", { class: "text", id: `${id}-text` }, textNodes(confirm.text)),
      h(
        "div",
        { class: "modal-actions" },
        h("button", { type: "button", class: "button", onclick: () => dialog.close("no") }, plainWords(confirm.deny)),
        h("button", { type: "button", class: `button ${confirm.style === "danger" ? "danger" : "primary"} solid`, onclick: () => dialog.close("yes") }, plainWords(confirm.confirm)),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      answer(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector(".solid").focus();
  });
}
