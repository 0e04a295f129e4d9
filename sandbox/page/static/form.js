// What a person has filled in, in one message or view: plain values by block and element.

const NO_VALUE = new Set(["button", "overflow", "image", "feedback_buttons", "icon_button"]);

// The plain value inside Slack's `initial_…` properties and `state.values` entries.
const INITIAL = [
  ["initial_option", (option) => option.value],
  ["initial_options", (options) => options.map((option) => option.value)],
  ...["user", "users", "conversation", "conversations", "channel", "channels", "date", "time", "date_time", "value"].map((name) => [`initial_${name}`, (value) => value]),
];
const HELD = [
  ["selected_option", (option) => option.value],
  ["selected_options", (options) => options.map((option) => option.value)],
  ...["user", "users", "conversation", "conversations", "channel", "channels", "date", "time", "date_time"].map((name) => [`selected_${name}`, (value) => value]),
  ["value", (value) => value],
  ["rich_text_value", (value) => value],
  ["files", (files) => files.map((file) => file.id)],
];

function firstOf(holder, fields) {
  for (const [name, read] of fields) {
    if (holder[name] !== undefined && holder[name] !== null) return read(holder[name]);
  }
  return null;
}

export function elementsOf(block) {
  if (block.type === "input") return [block.element];
  if (block.type === "section") return block.accessory ? [block.accessory] : [];
  if (block.type === "card") return block.actions ?? [];
  return block.type === "actions" ? block.elements : [];
}

// The blocks with containers and carousels opened up.
function leaves(blocks) {
  return blocks.flatMap((block) => (block.type === "container" ? leaves(block.child_blocks) : block.type === "carousel" ? block.elements : [block]));
}

export class Form {
  constructor() {
    this.values = new Map(); // "block/action" → what this person chose or typed here
    this.labels = new Map(); // "action/value" → the words of an option that came from elsewhere
    this.held = {};
  }

  // Takes the blocks of a newer version; what was typed stays where block and element are still the same.
  update(given, held = {}) {
    const blocks = leaves(given);
    const present = new Set(blocks.flatMap((block) => elementsOf(block).map((element) => key(block.block_id, element.action_id))));
    for (const name of this.values.keys()) if (!present.has(name)) this.values.delete(name);
    this.blocks = blocks;
    this.held = held;
    for (const block of blocks) {
      for (const element of elementsOf(block)) this.learn(element, held[block.block_id]?.[element.action_id]);
    }
  }

  learn(element, entry) {
    const options = [element.initial_option, ...(element.initial_options ?? []), entry?.selected_option, ...(entry?.selected_options ?? [])];
    for (const option of options) if (option) this.label(element, option.value, option.text.text);
    for (const file of entry?.files ?? []) this.label(element, file.id, file.name);
  }

  label(element, value, text) {
    this.labels.set(key(element.action_id, value), text);
  }

  labelOf(element, value) {
    return this.labels.get(key(element.action_id, value)) ?? value;
  }

  get(blockId, element) {
    const name = key(blockId, element.action_id);
    if (this.values.has(name)) return this.values.get(name);
    const entry = this.held[blockId]?.[element.action_id];
    return entry ? firstOf(entry, HELD) : firstOf(element, INITIAL);
  }

  set(blockId, element, value) {
    this.values.set(key(blockId, element.action_id), value);
  }

  // { block_id: { action_id: value } } of everything that holds a value, as the server's page API wants it.
  state() {
    const state = {};
    for (const block of this.blocks) {
      for (const element of elementsOf(block)) {
        if (!NO_VALUE.has(element.type)) (state[block.block_id] ??= {})[element.action_id] = this.get(block.block_id, element);
      }
    }
    return state;
  }
}

function key(one, other) {
  return `${one}/${other}`;
}
