// What elements need of the message or view that they stand in: where to tell of clicks, whom to ask for options.

import { act } from "./store.js";

// source: { channel, ts } or { view }; more: what only some surfaces have (see blocks.js).
export function surfaceOf(source, form, more = {}) {
  return {
    source,
    form,
    act: (blockId, element, value) => act("act", { source, block_id: blockId, action_id: element.action_id, value, state: form.state() }),
    suggest: (blockId, element, query) => act("suggest", { source, block_id: blockId, action_id: element.action_id, query }),
    ...more,
  };
}

// Blocks are drawn anew when they change; the focus then goes back to the element that had it.
export function focusedKey(node) {
  return node?.contains(document.activeElement) ? (document.activeElement.closest("[data-key]")?.dataset.key ?? null) : null;
}

export function byKey(node, key) {
  return key === null ? null : ([...node.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key) ?? null);
}

export function focusKey(node, key) {
  const found = byKey(node, key);
  const target = found?.matches("button, input, textarea") ? found : found?.querySelector("button, input, textarea");
  target?.focus({ preventScroll: true });
}
