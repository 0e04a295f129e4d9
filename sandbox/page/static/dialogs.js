// Small questions of the page itself: a name, a moment.

import { h, uniqueId } from "./dom.js";

// Asks for one text (and maybe a tick) and answers { text, checked }, or null when the person goes back.
export function prompt({ title, label, value, type = "text", check = null, confirm, least = null }) {
  return new Promise((answer) => {
    const id = uniqueId("prompt");
    const box = h("input", { type, id, class: "text-input", value, min: least, required: true });
    const tick = check ? h("input", { type: "checkbox" }) : null;
    const dialog = h(
      "dialog",
      { class: "modal confirm", "aria-labelledby": `${id}-title` },
      h(
        "form",
        { method: "dialog", onsubmit: () => (dialog.returnValue = "yes") },
        h("h2", { id: `${id}-title` }, title),
        h("label", { class: "label", for: id }, label),
        box,
        tick ? h("label", { class: "check" }, tick, h("span", {}, check)) : null,
        h("div", { class: "modal-actions" },
          h("button", { type: "button", class: "button", onclick: () => dialog.close("no") }, "Cancel"),
          h("button", { type: "submit", class: "button primary solid", value: "yes" }, confirm)),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      answer(dialog.returnValue === "yes" ? { text: box.value.trim(), checked: tick?.checked ?? false } : null);
    });
    document.body.append(dialog);
    dialog.showModal();
    box.focus();
  });
}
