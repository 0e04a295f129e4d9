// table and data_table: sortable by a click on a heading, in pages, wide ones scroll sideways.

import { h, icon } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { richText, richWords } from "./richtext.js";

const TABLE_PAGE = 25; // a plain table has no page size of its own
const DATA_TABLE_PAGE = 5; // Slack's default

export function table(block) {
  const data = block.type === "data_table";
  const [header, ...rows] = block.rows;
  const size = data ? (block.page_size ?? DATA_TABLE_PAGE) : TABLE_PAGE;
  const view = { rows, sorted: null, ascending: true, page: 0 };
  const body = h("tbody");
  const pager = h("div", { class: "pager" });
  const headings = header.map((cell, column) => heading(cell, column, view, show, alignment(block, column, rows)));

  function show() {
    const ordered = order(view);
    const pages = Math.max(1, Math.ceil(ordered.length / size));
    view.page = Math.min(view.page, pages - 1);
    const first = view.page * size;
    body.replaceChildren(...ordered.slice(first, first + size).map((row) => tableRow(block, row, rows)));
    pager.replaceChildren(...(pages > 1 ? turnPages(view, pages, ordered.length, size, show) : []));
    headings.forEach((node, column) => mark(node, column, view));
  }

  show();
  return h(
    "div",
    { class: "table-block" },
    h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": block.caption ?? "Table" },
      h("table", {}, data ? h("caption", {}, block.caption) : null, h("thead", {}, h("tr", {}, headings)), body)),
    pager,
  );
}

function alignment(block, column, rows) {
  const asked = block.column_settings?.[column]?.align;
  return asked ?? (rows.length && rows.every((row) => row[column]?.type === "raw_number") ? "right" : "left");
}

function cellNodes(cell) {
  return cell.type === "rich_text" ? richText(cell) : withEmoji(cell.text);
}

function cellWords(cell) {
  if (!cell) return "";
  return cell.type === "raw_number" ? cell.value : cell.type === "rich_text" ? richWords(cell.elements) : cell.text;
}

function tableRow(block, row, rows) {
  return h("tr", {}, row.map((cell, column) => {
    const wrapped = block.column_settings?.[column]?.is_wrapped || cell.type === "rich_text";
    const named = block.type === "data_table" && column === (block.row_header_column_index ?? 0);
    return h(named ? "th" : "td", { scope: named ? "row" : null, class: `${alignment(block, column, rows)}${wrapped ? " wrapped" : ""}` }, cellNodes(cell));
  }));
}

function heading(cell, column, view, show, align) {
  const sort = () => {
    if (view.sorted !== column) Object.assign(view, { sorted: column, ascending: true });
    else if (view.ascending) view.ascending = false;
    else view.sorted = null;
    view.page = 0;
    show();
  };
  return h("th", { scope: "col", class: align }, h("button", { type: "button", class: "sort", onclick: sort }, h("span", {}, cellNodes(cell)), icon("sort")));
}

function mark(node, column, view) {
  const state = view.sorted !== column ? "none" : view.ascending ? "ascending" : "descending";
  node.setAttribute("aria-sort", state);
  node.querySelector("use").setAttribute("href", `#i-${{ none: "sort", ascending: "up", descending: "down" }[state]}`);
}

// "1,250" and "43%" sort as numbers where the whole column can be read as such.
function asNumber(words) {
  if (typeof words === "number") return words;
  const text = words.trim().replace(/[,%\s]/g, "").replace(/^[€$£]/, "");
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : null;
}

function order(view) {
  if (view.sorted === null) return view.rows;
  const keys = new Map(view.rows.map((row) => [row, cellWords(row[view.sorted])]));
  const numeric = [...keys.values()].every((words) => asNumber(words) !== null);
  const compare = numeric
    ? (one, other) => asNumber(keys.get(one)) - asNumber(keys.get(other))
    : (one, other) => String(keys.get(one)).localeCompare(String(keys.get(other)), "en", { numeric: true });
  return [...view.rows].sort((one, other) => (view.ascending ? 1 : -1) * compare(one, other));
}

function turnPages(view, pages, count, size, show) {
  const turn = (by) => () => {
    view.page += by;
    show();
  };
  const first = view.page * size + 1;
  return [
    h("span", {}, `${first}–${Math.min(count, first + size - 1)} of ${count}`),
    h("button", { type: "button", class: "icon-button small", "aria-label": "Previous page", disabled: view.page === 0, onclick: turn(-1) }, icon("back")),
    h("button", { type: "button", class: "icon-button small", "aria-label": "Next page", disabled: view.page === pages - 1, onclick: turn(1) }, icon("right")),
  ];
}
