// Layout blocks. `surface` is the message or view around them (surface.js); a modal's also has `errors` by block and
// `changed()`, called when something was typed or chosen.

import { chart } from "./charts.js";
import { localInput, moment } from "./dates.js";
import { h, icon, uniqueId } from "./dom.js";
import { element, image } from "./elements.js";
import { link, mrkdwn, plainWords, textNodes } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { table } from "./tables.js";

const RENDERERS = {
  section, header, context, actions, image: imageBlock, input, file: remoteFile, video, markdown, alert,
  divider: () => h("hr"), rich_text: richText, table, data_table: table, data_visualization: chart,
  context_actions: actions, card, carousel, container,
};

export function blocks(given, surface) {
  return given.map((block) => {
    const render = RENDERERS[block.type] ?? unknown;
    const node = h("div", { class: `block block-${block.type}` }, render(block, surface));
    if (block.block_id) node.dataset.block = block.block_id;
    return node;
  });
}

function place(block, surface, more = {}) {
  return {
    blockId: block.block_id, form: surface.form, changed: surface.changed, zone: { localInput, moment },
    act: (given, value) => surface.act(block.block_id, given, value),
    suggest: (given, query) => surface.suggest(block.block_id, given, query),
    ...more,
  };
}

function unknown(block) {
  return h("span", { class: "unsupported" }, `[${block.type}]`);
}

function section(block, surface) {
  return [
    h(
      "div",
      { class: "section-text" },
      block.text ? h("div", { class: "text" }, textNodes(block.text)) : null,
      block.fields ? h("div", { class: "fields" }, block.fields.map((field) => h("div", { class: "text" }, textNodes(field)))) : null,
    ),
    block.accessory ? h("div", { class: `accessory accessory-${block.accessory.type}` }, element(block.accessory, place(block, surface))) : null,
  ];
}

function header(block) {
  return h("h3", {}, textNodes(block.text));
}

function context(block) {
  return block.elements.map((one) => (one.type === "image" ? image(one) : h("span", { class: "text" }, textNodes(one))));
}

function actions(block, surface) {
  return block.elements.map((one) => h("span", { class: `action action-${one.type}` }, element(one, place(block, surface))));
}

function imageBlock(block) {
  return h("figure", {}, block.title ? h("figcaption", {}, textNodes(block.title)) : null, image(block));
}

function input(block, surface) {
  const labelId = uniqueId("label");
  const error = surface.errors?.[block.block_id];
  const field = element(block.element, place(block, surface, { input: block, labelId }));
  if (error) for (const box of field.querySelectorAll("input, textarea, .select-trigger")) box.setAttribute("aria-invalid", "true");
  return h(
    "div",
    { class: `field${error ? " invalid" : ""}` },
    h("div", { class: "label", id: labelId }, textNodes(block.label), block.optional ? h("span", { class: "optional" }, " (optional)") : null),
    field,
    error ? h("div", { class: "field-error", role: "alert" }, icon("warn"), error) : null,
    block.hint ? h("div", { class: "hint" }, textNodes(block.hint)) : null,
  );
}

function remoteFile(block) {
  return h("span", { class: "file-card" }, icon("file"), block.external_id);
}

function video(block) {
  const title = block.title_url ? link(block.title_url, plainWords(block.title)) : plainWords(block.title);
  return h(
    "figure",
    { class: "video" },
    h("figcaption", {}, h("b", {}, title), block.description ? h("div", {}, textNodes(block.description)) : null),
    link(block.video_url, image({ image_url: block.thumbnail_url, alt_text: block.alt_text })),
  );
}

// Standard Markdown, as far as a bot's words go: headings, and what mrkdwn has too.
function markdown(block) {
  return block.text.split("\n").map((line) => {
    const heading = line.match(/^#{1,6}\s+(.*)$/);
    const words = (heading ? heading[1] : line).replace(/\*\*(.+?)\*\*/g, "*$1*").replace(/\[([^\]]+)\]\((https?:[^)\s]+)\)/g, "<$2|$1>");
    return h(heading ? "h4" : "div", {}, line.trim() ? mrkdwn(words) : h("br"));
  });
}

function card(block, surface) {
  return [
    block.hero_image ? h("div", { class: "card-hero" }, image(block.hero_image)) : null,
    titled(block, block.title ? textNodes(block.title) : null),
    block.body ? h("div", { class: "text card-body" }, textNodes(block.body)) : null,
    block.actions ? h("div", { class: "card-actions" }, actions({ ...block, elements: block.actions }, surface)) : null,
  ];
}

function carousel(block, surface) {
  const shown = blocks(block.elements, surface);
  return h("div", { class: "carousel-scroll", tabindex: "0", role: "region", "aria-label": `${shown.length} cards` }, shown);
}

function container(block, surface) {
  const title = titled(block, block.rich_text_title ? richText(block.rich_text_title) : textNodes(block.title));
  const inside = h("div", { class: "container-blocks" }, blocks(block.child_blocks, surface));
  const shape = `container ${block.width ?? "standard"}${block.has_header_divider ? " divided" : ""}`;
  if (!block.is_collapsible) return h("section", { class: shape }, title, inside);
  return h("details", { class: shape, open: !block.default_collapsed }, h("summary", {}, title), inside);
}

// Icon, title and subtitle, as cards and containers have them.
function titled(block, title) {
  return h(
    "div",
    { class: "titled" },
    block.icon ? h("div", { class: "titled-icon" }, image(block.icon)) : null,
    h("div", {}, title ? h("div", { class: "text titled-name" }, title) : null, block.subtitle ? h("div", { class: "text titled-more" }, textNodes(block.subtitle)) : null),
  );
}

function alert(block) {
  return h("div", { class: `alert ${block.level ?? "default"}` }, icon("warn"), h("div", {}, textNodes(block.text)));
}
