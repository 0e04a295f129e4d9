// data_visualization as SVG: pie, bar, line and area, with a legend, axes and words for screen readers.

import { h, s } from "./dom.js";

const WIDTH = matchMedia("(max-width: 760px)").matches ? 330 : 520;
const HEIGHT = 240;
const EDGE = { top: 12, right: 14, bottom: 28, left: 46 };

export function chart(block) {
  const drawn = block.chart.type === "pie" ? pie(block.chart) : axes(block.chart);
  return h("figure", { class: "chart" }, h("figcaption", {}, block.title), drawn);
}

function number(value) {
  return new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 }).format(value);
}

function short(value) {
  return new Intl.NumberFormat("en-GB", { notation: "compact", maximumFractionDigits: 1 }).format(value);
}

function legend(names) {
  return h("ul", { class: "legend" }, names.map((name, index) => h("li", {}, h("span", { class: `key fill-${index}` }), name)));
}

function canvas(label, width, height, ...children) {
  return s("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, class: "plot" }, ...children);
}

// -- pie -------------------------------------------------------------------------------------

function pie({ segments }) {
  const total = segments.reduce((sum, segment) => sum + segment.value, 0);
  let turned = 0;
  const slices = segments.map((segment, index) => {
    const share = segment.value / total;
    const slice = share > 0.9999
      ? s("circle", { cx: 100, cy: 100, r: 66, class: `ring-${index}` })
      : s("path", { d: wedge(turned, turned + share), class: `slice fill-${index}` });
    turned += share;
    slice.append(s("title", {}, `${segment.label}: ${number(segment.value)} (${percent(share)})`));
    return slice;
  });
  const words = segments.map((segment) => `${segment.label} ${number(segment.value)}`).join(", ");
  const names = segments.map((segment) => `${segment.label} · ${number(segment.value)} (${percent(segment.value / total)})`);
  return h(
    "div",
    { class: "pie" },
    canvas(words, 200, 200, slices, s("text", { x: 100, y: 98, class: "pie-total" }, short(total)), s("text", { x: 100, y: 116, class: "pie-word" }, "total")),
    legend(names),
  );
}

function percent(share) {
  return `${Math.round(share * 100)}%`;
}

// A ring's piece between two shares of the turn, starting at twelve o'clock.
function wedge(from, to) {
  const point = (share, radius) => {
    const angle = (share - 0.25) * 2 * Math.PI;
    return `${(100 + radius * Math.cos(angle)).toFixed(2)} ${(100 + radius * Math.sin(angle)).toFixed(2)}`;
  };
  const large = to - from > 0.5 ? 1 : 0;
  return `M${point(from, 90)} A90 90 0 ${large} 1 ${point(to, 90)} L${point(to, 52)} A52 52 0 ${large} 0 ${point(from, 52)} Z`;
}

// -- bars, lines, areas ------------------------------------------------------------------------

// Round steps of 1, 2 or 5 times a power of ten, about five of them; whole ones where all values are whole.
export function ticks(low, high, whole) {
  const rough = (high - low || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const round = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  const step = whole ? Math.max(1, round) : round;
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

function axes({ type, series, axis_config: axis }) {
  const values = series.flatMap((one) => one.data.map((point) => point.value));
  const marks = ticks(Math.min(0, ...values), Math.max(0, ...values), values.every(Number.isInteger));
  const [low, high] = [marks[0], marks.at(-1)];
  const left = EDGE.left + (axis.y_label ? 16 : 0);
  const bottom = EDGE.bottom + (axis.x_label ? 18 : 0);
  const inner = { left, right: WIDTH - EDGE.right, top: EDGE.top, bottom: HEIGHT - bottom };
  const slot = (inner.right - inner.left) / axis.categories.length;
  const x = (index) => inner.left + slot * (index + 0.5);
  const y = (value) => inner.bottom - ((value - low) / (high - low || 1)) * (inner.bottom - inner.top);
  const draw = { bar: bars, line: polylines, area: areas }[type];
  const words = series.map((one) => `${one.name}: ${one.data.map((point) => `${point.label} ${number(point.value)}`).join(", ")}`).join("; ");
  return h(
    "div",
    {},
    canvas(words, WIDTH, HEIGHT, grid(marks, inner, y), categories(axis.categories, slot, x, inner), titles(axis, inner), draw(series, { x, y, slot })),
    series.length > 1 ? legend(series.map((one) => one.name)) : null,
  );
}

function grid(marks, inner, y) {
  return marks.map((mark) => [
    s("line", { x1: inner.left, x2: inner.right, y1: y(mark), y2: y(mark), class: mark === 0 ? "zero" : "grid" }),
    s("text", { x: inner.left - 8, y: y(mark) + 4, class: "tick end" }, short(mark)),
  ]);
}

function categories(names, slot, x, inner) {
  const longest = Math.max(...names.map((name) => name.length));
  const every = Math.max(1, Math.ceil((longest * 6.4 + (names.length > 8 ? 20 : 8)) / slot / (names.length > 8 ? 1 : 2)));
  const room = Math.max(4, Math.floor((slot * every) / 6.4));
  return names.map((name, index) => {
    if (index % every) return null;
    const over = x(index) + (Math.min(name.length, room) * 7) / 2 - WIDTH;
    const text = s("text", { x: x(index) - Math.max(0, over), y: inner.bottom + 18, class: "tick middle" }, name.length > room ? `${name.slice(0, room - 1)}…` : name);
    text.append(s("title", {}, name));
    return text;
  });
}

function titles(axis, inner) {
  const middle = (inner.top + inner.bottom) / 2;
  return [
    axis.x_label && s("text", { x: (inner.left + inner.right) / 2, y: HEIGHT - 6, class: "axis middle" }, axis.x_label),
    axis.y_label && s("text", { x: 12, y: middle, class: "axis middle", transform: `rotate(-90 12 ${middle})` }, axis.y_label),
  ];
}

function titled(node, one, point) {
  node.append(s("title", {}, `${one.name}, ${point.label}: ${number(point.value)}`));
  return node;
}

function bars(series, { x, y, slot }) {
  const width = Math.min(46, (slot * 0.72) / series.length);
  return series.map((one, row) =>
    one.data.map((point, index) => {
      const left = x(index) + (row - series.length / 2) * width;
      const [top, foot] = [Math.min(y(point.value), y(0)), Math.max(y(point.value), y(0))];
      return titled(s("rect", { x: left + 1, y: top, width: Math.max(1, width - 2), height: Math.max(0, foot - top), rx: 2, class: `bar fill-${row}` }), one, point);
    }),
  );
}

function path(one, { x, y }) {
  return one.data.map((point, index) => `${index ? "L" : "M"}${x(index).toFixed(1)} ${y(point.value).toFixed(1)}`).join(" ");
}

function polylines(series, scale) {
  return series.map((one, row) => [
    s("path", { d: path(one, scale), class: `line stroke-${row}` }),
    one.data.map((point, index) => titled(s("circle", { cx: scale.x(index), cy: scale.y(point.value), r: 3.5, class: `dot fill-${row}` }), one, point)),
  ]);
}

function areas(series, scale) {
  const last = series[0].data.length - 1;
  return series.map((one, row) => [
    s("path", { d: `${path(one, scale)} L${scale.x(last)} ${scale.y(0)} L${scale.x(0)} ${scale.y(0)} Z`, class: `area fill-${row}` }),
    polylines([one], scale).flat(Infinity).map((node) => {
      for (const name of ["stroke", "fill"]) node.classList.replace(`${name}-0`, `${name}-${row}`);
      return node;
    }),
  ]);
}
