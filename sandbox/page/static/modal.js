// The stack of modals: the topmost one shows. What was typed stays over updates, errors stand at their fields.

import { blocks } from "./blocks.js";
import { debounced, h, icon } from "./dom.js";
import { Form } from "./form.js";
import { plainWords } from "./mrkdwn.js";
import { closePopup } from "./popups.js";
import { act, on, store } from "./store.js";
import { byKey, focusedKey, surfaceOf } from "./surface.js";

const TROUBLE = "We had some trouble connecting. Try again?";

let dialog = null;
let shown = null; // { id, hash } of the view in the dialog
let returnTo = null; // where the focus was before the first modal
const forms = new Map(); // view id → what was filled in
const errors = new Map(); // view id → { fields: { block_id: text }, banner: text }

export function startModals() {
  on("state modals", show);
}

function show() {
  const view = store.modals.at(-1);
  for (const id of forms.keys()) if (!store.modals.some((one) => one.id === id)) forget(id);
  if (!view) return dismiss();
  const form = forms.get(view.id) ?? new Form();
  forms.set(view.id, form);
  form.update(view.blocks, view.state?.values);
  if (shown?.id === view.id && shown.hash === view.hash && !errors.get(view.id)?.fresh) return undefined;
  closePopup({ refocus: false });
  draw(view, form);
  return undefined;
}

function forget(id) {
  forms.delete(id);
  errors.delete(id);
}

function dismiss() {
  shown = null;
  if (!dialog) return;
  dialog.remove();
  dialog = null;
  if (returnTo?.isConnected) returnTo.focus();
  returnTo = null;
}

function draw(view, form) {
  const focus = shown?.id === view.id ? focusedField() : null;
  const scrolled = shown?.id === view.id ? dialog.querySelector(".modal-body").scrollTop : 0;
  const problems = errors.get(view.id) ?? { fields: {} };
  problems.fresh = false;
  if (!dialog) {
    returnTo = document.activeElement;
    dialog = h("dialog", { class: "modal" });
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      close();
    });
    document.body.append(dialog);
    dialog.showModal();
  }
  shown = { id: view.id, hash: view.hash };
  dialog.setAttribute("aria-labelledby", "modal-title");
  dialog.replaceChildren(frame(view, form, problems));
  dialog.querySelector(".modal-body").scrollTop = scrolled;
  place(view, focus);
}

function frame(view, form, problems) {
  const stacked = store.modals.length > 1;
  return h(
    "form",
    { class: "modal-form", novalidate: true, onsubmit: (event) => submit(event, view, form), onkeydown: (event) => quickSubmit(event) },
    h(
      "header",
      { class: "modal-header" },
      stacked ? h("button", { type: "button", class: "icon-button", "aria-label": "Back", onclick: () => close() }, icon("back")) : null,
      h("h2", { id: "modal-title" }, plainWords(view.title)),
      h("button", { type: "button", class: "icon-button", "aria-label": "Close", onclick: () => close({ all: true }) }, icon("close")),
    ),
    problems.banner ? h("div", { class: "banner", role: "alert" }, icon("warn"), problems.banner) : null,
    h("div", { class: "modal-body" }, blocks(view.blocks, surface(view, form, problems.fields))),
    h(
      "footer",
      { class: "modal-actions" },
      h("button", { type: "button", class: "button", onclick: () => close() }, plainWords(view.close) || "Close"),
      view.submit ? h("button", { type: "submit", class: "button primary solid" }, plainWords(view.submit)) : null,
    ),
  );
}

function surface(view, form, fieldErrors) {
  const keep = debounced(() => forms.has(view.id) && act("fill", { view: view.id, state: form.state() }), 700);
  return surfaceOf({ view: view.id }, form, { errors: fieldErrors, changed: keep });
}

// -- focus -----------------------------------------------------------------------------------

const FIELDS = "input:not([type=hidden]), textarea, .select-trigger, button:not(.icon-button)";

function focusedField() {
  const key = focusedKey(dialog);
  return key === null ? null : { key, start: document.activeElement.selectionStart ?? null };
}

function place(view, focus) {
  const invalid = dialog.querySelector(".field.invalid");
  const again = focus && byKey(dialog, focus.key);
  const wanted = view.blocks.find((block) => block.element?.focus_on_load);
  const asked = wanted && [...dialog.querySelectorAll("[data-block]")].find((one) => one.dataset.block === wanted.block_id);
  const box = invalid ?? again ?? asked ?? dialog.querySelector(".modal-body .field");
  const field = box?.querySelector("[type=radio]:checked") ?? box?.querySelector(FIELDS);
  const target = field ?? (again?.matches(FIELDS) ? again : null) ?? dialog.querySelector("[type=submit], .modal-actions button");
  target?.focus();
  if (again && focus.start !== null && target?.setSelectionRange && target.type !== "email") target.setSelectionRange(focus.start, focus.start);
}

// -- doing -----------------------------------------------------------------------------------

function quickSubmit(event) {
  if (event.key !== "Enter") return;
  if (event.ctrlKey || event.metaKey) event.currentTarget.requestSubmit();
  else if (event.target.matches("input[type=checkbox], input[type=radio]")) event.preventDefault();
}

async function submit(event, view, form) {
  event.preventDefault();
  if (!view.submit) return;
  const button = dialog.querySelector("[type=submit]");
  if (button.disabled) return;
  button.disabled = true;
  button.classList.add("busy");
  const answer = await act("submit", { view: view.id, state: form.state() });
  if (answer.ok) {
    errors.delete(view.id);
    if (answer.modals) store.modals = answer.modals;
  } else {
    errors.set(view.id, { fields: answer.errors ?? {}, banner: answer.errors ? null : (answer.error ?? TROUBLE), fresh: true });
  }
  button.disabled = false;
  button.classList.remove("busy");
  show();
}

async function close({ all = false } = {}) {
  const view = store.modals.at(-1);
  if (!view) return;
  const answer = await act("close", { view: view.id, ...(all ? { all: true } : {}) });
  store.modals = answer.modals ?? store.modals.slice(0, all ? 0 : -1);
  show();
}
