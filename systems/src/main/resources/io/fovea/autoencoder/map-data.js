// ---- what Java wrote, unpacked

const raw = JSON.parse(document.getElementById("map-data").textContent);
const N = raw.n;

const bytesOf = base64 => {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  const text = atob(base64), bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
};
const floatsOf = base64 => base64 == null ? null : new Float32Array(bytesOf(base64).buffer);
const intsOf = base64 => base64 == null ? null : new Uint32Array(bytesOf(base64).buffer);

const ARRAYS = { i8: Int8Array, i16: Int16Array, i32: Int32Array, f64: Float64Array };
const packedOf = packed => {
  const array = new ARRAYS[packed.type](bytesOf(packed.data).buffer);
  if (packed.type === "f64") return array;
  const missing = -(2 ** (8 * array.BYTES_PER_ELEMENT - 1));
  return Float64Array.from(array, v => v === missing ? NaN : v / packed.scale);
};

// A column has a name and a kind: "number" with values (NaN: missing), or "text" with levels and codes (-1: missing).
const columns = (raw.columns || []).map(c => {
  const values = packedOf(c);
  if (!c.levels) return { name: c.name, kind: "number", values, at: i => values[i], text: i => numberText(values[i]) };
  const codes = Int32Array.from(values, v => v - 1), at = i => codes[i] < 0 ? null : c.levels[codes[i]];
  return { name: c.name, kind: "text", levels: c.levels, codes, at, text: i => at(i) ?? "–" };
});
const columnNamed = new Map(columns.map(c => [c.name, c]));
const names = raw.names || null;
const scores = raw.scores || {};
const scoreColumn = (name, values, note) => values && { name, kind: "number", values, score: true, note, at: i => values[i], text: i => numberText(values[i]) };
const scoreColumns = [
  scoreColumn("trust", floatsOf(scores.trust), "low: neighbours on the map that are strangers in the data"),
  scoreColumn("continuity", floatsOf(scores.continuity), "low: neighbours in the data that are far away on the map"),
  scoreColumn("error", floatsOf(scores.error), "high: the networks do not know rows like this"),
].filter(Boolean);
const near = intsOf(scores.near), shown = intsOf(scores.shown), K = scores.neighbours || 0;
const nameOf = i => names?.[i] ?? `row ${i + 1}`;

// ---- numbers and files

const numberText = v => v == null || Number.isNaN(v) ? "–" : Number.isInteger(v) && Math.abs(v) < 1e9 ? String(v)
  : Math.abs(v) < 1e-4 || Math.abs(v) >= 1e7 ? v.toExponential(2) : String(+v.toPrecision(4));
const countText = n => n.toLocaleString("en-US");
const plural = (n, one) => `${countText(n)} ${one}${n === 1 ? "" : "s"}`;

const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;
const csvField = value => {
  if (value == null || Number.isNaN(value)) return "";
  let text = String(value);
  // A spreadsheet would run these as formulas.
  if (typeof value === "string" && /^[=+\-@\t\r]/.test(text) && !NUMBER.test(text)) text = "'" + text;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
const csvText = lines => lines.map(line => line.map(csvField).join(",") + "\r\n").join("");

/** Rows of fields; the delimiter is the one that the first line has most of. */
const csvRows = text => {
  text = text.replace(/^\ufeff/, "");
  const head = text.slice(0, (text + "\n").search(/[\r\n]/)).replace(/"[^"]*"/g, "");
  const delimiter = [",", ";", "\t", "|"].reduce((a, b) => head.split(b).length > head.split(a).length ? b : a);
  const rows = [];
  let row = [], field = "", quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') { field += c; i++; }
      else quoted = false;
    } else if (c === '"' && field === "") quoted = true;
    else if (c === delimiter) { row.push(field); field = ""; }
    else if (c === "\n" || c === "\r") {
      if (c === "\r" && text[i + 1] === "\n") i++;
      row.push(field); field = "";
      if (row.length > 1 || row[0] !== "") rows.push(row);
      row = [];
    } else field += c;
  }
  row.push(field);
  if (row.length > 1 || row[0] !== "") rows.push(row);
  return { rows, decimalComma: delimiter === ";" };
};

const download = (blob, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};
const fileName = ending => raw.title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").toLowerCase().slice(0, 60) + ending;

// ---- small HTML

const $ = id => document.getElementById(id);
const el = (tag, properties = {}, ...children) => {
  const { style, data, aria, ...rest } = properties;
  const e = Object.assign(document.createElement(tag), rest);
  for (const [k, v] of Object.entries(style || {})) k.startsWith("--") ? e.style.setProperty(k, v) : e.style[k] = v;
  Object.assign(e.dataset, data);
  for (const [k, v] of Object.entries(aria || {})) e.setAttribute(k === "role" ? k : "aria-" + k, v);
  e.append(...children.filter(c => c != null));
  return e;
};

// ---- layouts: a place for each row, in [-1,1] with equal axes, and a grid to find rows by place

class Layout {
  constructor(points, name) {
    this.name = name;
    this.points = points;
    const n = points.length / 2, low = [Infinity, Infinity], high = [-Infinity, -Infinity];
    for (let i = 0; i < points.length; i++) {
      const v = points[i];
      if (v < low[i & 1]) low[i & 1] = v;
      if (v > high[i & 1]) high[i & 1] = v;
    }
    this.centre = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
    this.half = Math.max(high[0] - low[0], high[1] - low[1], 1e-12) / 2;
    this.xy = new Float32Array(points.length);
    for (let i = 0; i < points.length; i++) this.xy[i] = (points[i] - this.centre[i & 1]) / this.half;
    this.extent = [(high[0] - low[0]) / 2 / this.half, (high[1] - low[1]) / 2 / this.half];
    this.cells = Math.max(48, Math.min(256, Math.ceil(Math.sqrt(n / 2))));
    const g = this.cells, start = new Uint32Array(g * g + 1);
    for (let i = 0; i < n; i++) start[this.cell(this.xy[2 * i]) + g * this.cell(this.xy[2 * i + 1]) + 1]++;
    // Counts of all cells to the left and below, so that any rectangle is counted by four look-ups.
    this.sums = new Uint32Array((g + 1) * (g + 1));
    for (let y = 0; y < g; y++) for (let x = 0; x < g; x++)
      this.sums[(y + 1) * (g + 1) + x + 1] = start[y * g + x + 1] + this.sums[y * (g + 1) + x + 1] + this.sums[(y + 1) * (g + 1) + x] - this.sums[y * (g + 1) + x];
    for (let i = 0; i < g * g; i++) start[i + 1] += start[i];
    this.start = start;
    this.order = new Uint32Array(n);
    const next = start.slice();
    for (let i = 0; i < n; i++) this.order[next[this.cell(this.xy[2 * i]) + g * this.cell(this.xy[2 * i + 1])]++] = i;
  }
  cell(v) { return Math.max(0, Math.min(this.cells - 1, Math.floor((v + 1) / 2 * this.cells))); }
  /** From the data's own coordinates, and back. */
  inward([x, y]) { return [(x - this.centre[0]) / this.half, (y - this.centre[1]) / this.half]; }
  outward([x, y]) { return [x * this.half + this.centre[0], y * this.half + this.centre[1]]; }
  at(i) { return [this.xy[2 * i], this.xy[2 * i + 1]]; }
  *rowsIn(x0, y0, x1, y1) {
    const cx1 = this.cell(x1), cy1 = this.cell(y1);
    for (let cy = this.cell(y0); cy <= cy1; cy++) {
      const from = this.start[cy * this.cells + this.cell(x0)], to = this.start[cy * this.cells + cx1 + 1];
      for (let j = from; j < to; j++) yield this.order[j];
    }
  }
  count(x0, y0, x1, y1) {
    const w = this.cells + 1, a = this.cell(x0), b = this.cell(x1) + 1, c = this.cell(y0), d = this.cell(y1) + 1;
    return this.sums[d * w + b] - this.sums[d * w + a] - this.sums[c * w + b] + this.sums[c * w + a];
  }
  /** The nearest wanted row within a radius, or -1. */
  nearest(x, y, radius, wanted) {
    let best = radius * radius, found = -1;
    for (const i of this.rowsIn(x - radius, y - radius, x + radius, y + radius)) {
      const dx = this.xy[2 * i] - x, dy = this.xy[2 * i + 1] - y, d = dx * dx + dy * dy;
      if (d < best && wanted(i)) { best = d; found = i; }
    }
    return found;
  }
  rowsInside(polygon) {
    const xs = polygon.map(p => p[0]), ys = polygon.map(p => p[1]), found = [];
    for (const i of this.rowsIn(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys))) {
      const x = this.xy[2 * i], y = this.xy[2 * i + 1];
      let inside = false;
      for (let a = 0, b = polygon.length - 1; a < polygon.length; b = a++)
        if (ys[a] > y !== ys[b] > y && x < (xs[b] - xs[a]) * (y - ys[a]) / (ys[b] - ys[a]) + xs[a]) inside = !inside;
      if (inside) found.push(i);
    }
    return found;
  }
}

const layouts = [new Layout(floatsOf(raw.points), "map"), raw.pca && new Layout(floatsOf(raw.pca), "PCA")].filter(Boolean);
