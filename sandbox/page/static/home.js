// The app's Home tab, and its About tab: what the manifest says of the app.

import { blocks } from "./blocks.js";
import { h } from "./dom.js";
import { Form } from "./form.js";
import { store } from "./store.js";
import { surfaceOf } from "./surface.js";

const forms = new Map(); // view id → what was filled in on the Home tab

export function homePane() {
  const view = store.home;
  const pane = h("div", { class: "home", tabindex: "0", "aria-label": `Home of ${store.app.name}` });
  if (!store.app.home) pane.append(h("p", { class: "empty" }, `${store.app.name} has no Home tab.`));
  else if (!view) pane.append(h("p", { class: "empty" }, "This is still a work in progress. Check back later!"));
  else pane.append(h("div", { class: "home-blocks blocks" }, blocks(view.blocks, surface(view))));
  return pane;
}

function surface(view) {
  const form = forms.get(view.id) ?? new Form();
  forms.set(view.id, form);
  form.update(view.blocks, view.state?.values);
  return surfaceOf({ view: view.id }, form);
}

export function aboutPane() {
  const row = (name, how, words) => h("li", {}, h("b", {}, name), h("div", {}, h("div", {}, words), how ? h("code", {}, how) : null));
  const shortcuts = store.shortcuts.map((one) => row(one.name, one.type === "message" ? "on a message" : "from the + menu", one.description));
  const commands = store.commands.map((one) => row(one.command, one.usage_hint, one.description));
  return h(
    "div",
    { class: "home about", tabindex: "0" },
    h("h2", {}, store.app.name),
    h("p", {}, store.app.description),
    h("p", { class: store.app.connected ? "" : "offline" }, store.app.connected ? "The app is connected." : "The app is not connected: start it, and what you do here will reach it."),
    commands.length ? [h("h3", {}, "Commands"), h("ul", { class: "about-list" }, commands)] : null,
    shortcuts.length ? [h("h3", {}, "Shortcuts"), h("ul", { class: "about-list" }, shortcuts)] : null,
  );
}
