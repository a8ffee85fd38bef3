// ---- the state, what follows from it, and its address

const state = {
  view: "map", tool: "move", colour: raw.label || (scoreColumns.length ? "~" + scoreColumns[0].name : ""),
  lattice: false, arrows: false, neighbours: true, labels: false,
  hidden: new Set(), range: null, query: "", parts: [], isolate: false, place: null, path: null, notes: [], size: 0, opacity: 0,
};
const FIRST_COLOUR = state.colour;

const rows = pointSet(layouts[0].xy, layouts[1]?.xy);
const selected = new Uint8Array(N);
let selectedCount = 0;
const hovered = { row: -1, pane: null };
const panes = [];

// -- colours of the page, as numbers

const theme = { css: {}, ink: [0, 0, 0], dark: false, sans: "" };
const readTheme = () => {
  const probe = el("span", { hidden: true });
  document.body.append(probe);
  for (const name of ["ground", "ink", "muted", "accent", "warm", "bad", "blue"]) {
    probe.style.color = `var(--${name})`;
    theme.css[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  theme.ink = theme.css.ink.match(/\d+/g).slice(0, 3).map(Number);
  theme.dark = theme.ink[0] > 128;
  theme.sans = getComputedStyle(document.body).fontFamily;
};

// -- drawing, once a frame at most

let due = false;
const invalidate = () => {
  if (due) return;
  due = true;
  requestAnimationFrame(() => { due = false; for (const pane of panes) if (!pane.element.hidden) pane.draw(); });
};
const pointSize = pane => Math.max(2, Math.min(9, 16 / N ** .15)) * 2 ** (state.size * 1.6) * Math.max(1, Math.min(2.6, pane.view.zoom ** .3));
/** Opaque where there is room; paler the more points share a pixel. */
const pointAlpha = pane => {
  if (state.opacity > 0) return state.opacity;
  const covered = pane.layout.count(...pane.corners()) * pointSize(pane) ** 2 / (pane.width * pane.height);
  return Math.max(.18, Math.min(.88, .88 * (.2 / covered) ** .5));
};

// -- what is seen: filters, search and selection become a mark per row

const remark = () => {
  const column = colourColumn(), [low, high] = state.range || [], shades = selectedCount || matches;
  for (let i = 0; i < N; i++) {
    const value = scale && column.values[i];
    const out = classes && state.hidden.has(classes.list[classes.code[i]].text)
      || scale && state.range && !((low == null || value >= low) && (high == null || value <= high))
      || state.isolate && selectedCount && !selected[i];
    const picked = selectedCount ? selected[i] : matches?.[i];
    rows.marks[2 * i] = out ? 0 : picked ? 3 : shades && !matches?.[i] ? 1 : 2;
  }
  rows.version++;
  renderTable();
  changed();
};
const filtered = () => { labelPlaces = null; renderLegend(); remark(); renderSelection(); };
const changed = () => { for (const pane of panes) pane.name(); invalidate(); updateAddress(); };
const say = text => { $("said").textContent = text; };

// -- selection: parts that can be told again from the address

const addPart = (part, alone = false) => {
  state.parts = alone ? [part] : [...state.parts, part];
  applyParts();
  say(`${plural(selectedCount, "row")} selected.`);
};
const applyParts = () => {
  selected.fill(0);
  for (const part of state.parts) {
    if (part.query) matchesOf(part.query).forEach((m, i) => { if (m) selected[i] = 1; });
    else if (part.row != null) selected[part.row] ^= 1;
    else for (const i of layouts[part.layout].rowsInside(part.polygon)) if (rows.marks[2 * i] > 0) selected[i] = 1;
  }
  selectedCount = selected.reduce((a, b) => a + b, 0);
  if (!selectedCount) state.isolate = false;
  filtered();
};
const selectInside = (layout, polygon, add = false) => {
  const part = { layout: layouts.indexOf(layout), polygon: polygon.map(p => p.map(v => +v.toFixed(3))) };
  addPart(part, !(add && state.parts.length));
};
const selectRow = row => addPart({ row });
const clearSelection = () => { state.parts = []; applyParts(); };

// -- hovering, places, paths

const hover = (row, pane = panes[0]) => {
  if (row === hovered.row && pane === hovered.pane) return;
  Object.assign(hovered, { row, pane });
  for (const p of panes) p.tip.hidden = true;
  if (row >= 0) showTip(pane, row);
  invalidate();
};
const showTip = (pane, i) => {
  const tip = pane.tip, list = el("dl"), label = columnNamed.get(raw.label);
  const told = picture || columns.length > 12 ? [label].filter(Boolean) : columns.slice(0, 9);
  const column = colourColumn();
  for (const c of column && !told.includes(column) && !column.score ? [...told, column] : told)
    list.append(el("dt", { textContent: c.name }), el("dd", { textContent: c.text(i) }));
  for (const c of scoreColumns) list.append(el("dt", { textContent: c.name }), el("dd", { textContent: numberText(+c.values[i].toPrecision(3)) }));
  tip.replaceChildren(...[rowPicture(i), el("b", { textContent: nameOf(i) }), list].filter(Boolean));
  if (near && state.neighbours) {
    const count = kind => neighboursOf(i).filter(n => n.kind === kind).length;
    const line = (kind, colour, style, text) => count(kind) && tip.append(el("p", {}, el("i", { style: { "--c": `var(--${colour})`, "--style": style } }), `${count(kind)} ${text}`));
    line("kept", "accent", "solid", "true neighbours shown");
    line("lost", "blue", "dashed", "true ones elsewhere");
    if (pane.isMap) line("false", "warm", "dotted", "false ones: near only here");
  }
  tip.hidden = false;
  const [x, y] = pane.pixel(pane.rowPlace(i));
  const left = x + 16 + tip.offsetWidth > pane.width ? x - 16 - tip.offsetWidth : x + 16;
  tip.style.left = Math.max(4, Math.min(left, pane.width - tip.offsetWidth - 4)) + "px";
  tip.style.top = Math.max(4, Math.min(y - 20, pane.height - tip.offsetHeight - 4)) + "px";
};
let stepped = -1;
const stepRow = (by, pane) => {
  const wanted = i => selectedCount ? selected[i] : rows.marks[2 * i] > 1;
  for (let k = 0; k < N; k++) {
    stepped = (stepped + by + N) % N;
    if (wanted(stepped)) break;
  }
  pane.reveal(stepped);
  hover(stepped, pane);
  say([nameOf(stepped), ...columns.slice(0, 12).map(c => `${c.name} ${c.text(stepped)}`), ...scoreColumns.map(c => `${c.name} ${c.text(stepped)}`)].join(", "));
};
const setPlace = (at, row) => { state.place = { at, row }; renderPlace(); changed(); };
const setPath = line => { state.path = line; renderPath(); $("path-section").scrollIntoView({ block: "nearest" }); changed(); };

// -- views, tools, toggles

const setView = (view, animate = true) => {
  const was = state.view;
  state.view = view;
  const layout = layouts[view === "pca" ? 1 : 0];
  if (panes[0].layout !== layout) panes[0].show(layout, animate);
  if (view === "both" && !panes[1]) panes.push(new Pane($("panes"), layouts[1]));
  if (panes[1]) panes[1].element.hidden = view !== "both";
  $("panes").classList.toggle("two", view === "both");
  if (was !== view) hover(-1);
  renderBar();
  changed();
};
const HINTS = {
  move: `Drag to move, scroll to zoom, ${decoder ? "click to decode" : "click to read"}, <kbd>Shift</kbd>-drag to select${decoder ? ", <kbd>Alt</kbd>-drag for a path" : ""}.`,
  lasso: "Draw around points to select them; with <kbd>Shift</kbd> they are added.",
  path: "Drag a line across the map: the decoder shows what lies along it.",
};
const bar = {
  views: layouts[1] ? [["map", "Map"], ["both", "Both"], ["pca", "PCA"]] : [],
  tools: [["move", "Move"], ["lasso", "Lasso"], ...decoder ? [["path", "Path"]] : []],
  toggles: [...decoder ? [["lattice", "Lattice", "What the decoder makes of each place, behind the points"]] : [],
    ...decoder && !picture ? [["arrows", "Arrows", "Where each column grows, from the decoder's derivative"]] : [],
    ...near ? [["neighbours", "Neighbours", "True and false neighbours of the point under the pointer"]] : [],
    ["labels", "Labels", "Names of the classes on the map"]],
};
const setTool = tool => { state.tool = tool; renderBar(); };
const renderBar = () => {
  const press = (text, on, act, title = "") => Object.assign(button(text, act), { title, ariaPressed: on });
  const held = document.activeElement?.dataset?.key, parts = {
    views: bar.views.map(([v, text]) => [v, press(text, state.view === v, () => setView(v))]),
    tools: bar.tools.map(([t, text]) => [t, press(text, state.tool === t, () => setTool(t))]),
    toggles: bar.toggles.filter(([t]) => t !== "labels" || classes).map(([t, text, title]) => [t, press(text, state[t], () => { state[t] = !state[t]; renderBar(); changed(); }, title)]),
  };
  for (const [id, list] of Object.entries(parts)) {
    $(id).replaceChildren(...list.map(([key, b]) => { b.dataset.key = key; return b; }));
    list.find(([key]) => key === held)?.[1].focus();
  }
  $("hint").innerHTML = HINTS[state.tool];
};
const letGo = () => {
  Object.assign(state, { place: null, path: null });
  hover(-1);
  renderPlace();
  renderPath();
  clearSelection();
};

// -- the address

const numbers = list => list.map(v => +(+v).toFixed(3)).join(",");
const pairs = text => { const v = text.split(",").map(Number), p = []; for (let i = 0; i + 1 < v.length; i += 2) p.push([v[i], v[i + 1]]); return p; };
const FLAGS = { l: "lattice", a: "arrows", n: "neighbours", b: "labels", i: "isolate" };

const address = () => {
  const out = new URLSearchParams(), put = (key, value) => { if (value) out.set(key, value); };
  put("v", state.view !== "map" && state.view);
  panes.forEach((p, k) => { const { x, y, zoom } = p.view; if (x || y || zoom !== 1) put("mp"[k], numbers([x, y, zoom])); });
  if (state.colour !== FIRST_COLOUR) out.set("c", state.colour);
  put("on", Object.keys(FLAGS).filter(k => state[FLAGS[k]]).join("") !== "n" && (Object.keys(FLAGS).filter(k => state[FLAGS[k]]).join("") || "-"));
  put("h", [...state.hidden].map(encodeURIComponent).join(","));
  put("r", state.range && state.range.map(v => v ?? "").join(","));
  put("q", state.query);
  put("s", state.parts.map(p => p.query ? "q" + encodeURIComponent(p.query) : p.row != null ? "r" + p.row : "mp"[p.layout] + numbers(p.polygon.flat())).join("~"));
  put("at", state.place && numbers(state.place.at) + (state.place.row >= 0 ? "," + state.place.row : ""));
  put("path", state.path && numbers(state.path.flat()));
  put("notes", state.notes.map(n => numbers(n.place) + "," + encodeURIComponent(n.text)).join("~"));
  put("size", state.size);
  put("o", state.opacity);
  return out.toString().replaceAll("%2C", ",").replaceAll("%7E", "~");
};
let addressTimer = 0, restoring = false;
const updateAddress = () => {
  if (restoring) return;
  clearTimeout(addressTimer);
  addressTimer = setTimeout(() => {
    const hash = "#" + address();
    if (hash !== location.hash && (hash !== "#" || location.hash)) history.replaceState(null, "", hash);
  }, 150);
};
const restore = () => {
  restoring = true;
  const q = new URLSearchParams(location.hash.slice(1)), get = key => q.get(key) ?? "";
  const known = v => v === "" || columnNamed.has(v) || scoreColumns.some(c => "~" + c.name === v);
  state.colour = q.has("c") && known(get("c")) ? get("c") : FIRST_COLOUR;
  for (const [k, name] of Object.entries(FLAGS)) state[name] = q.has("on") ? get("on").includes(k) && (name === "isolate" || bar.toggles.some(t => t[0] === name)) : name === "neighbours";
  state.hidden = new Set(get("h").split(",").filter(Boolean).map(decodeURIComponent));
  state.range = q.has("r") ? get("r").split(",").map(v => v === "" || !Number.isFinite(+v) ? null : +v) : null;
  state.query = get("q");
  const finite = pair => pair.length === 2 && pair.every(Number.isFinite);
  state.parts = get("s").split("~").filter(Boolean).map(p => p[0] === "q" ? { query: decodeURIComponent(p.slice(1)) } : p[0] === "r" ? { row: +p.slice(1) }
    : { layout: p[0] === "p" && layouts[1] ? 1 : 0, polygon: pairs(p.slice(1)) })
    .filter(p => p.query || (p.polygon ? p.polygon.length > 2 && p.polygon.every(finite) : p.row >= 0 && p.row < N));
  const at = get("at").split(",").map(Number), row = at[2] >= 0 && at[2] < N ? at[2] : -1;
  state.place = finite(at.slice(0, 2)) && q.has("at") ? { at: row >= 0 ? layouts[0].at(row) : at.slice(0, 2), row } : null;
  const path = q.has("path") && decoder ? pairs(get("path")) : [];
  state.path = path.length > 1 && path.every(finite) ? path : null;
  state.notes = get("notes").split("~").filter(Boolean).map(n => { const [x, y, text] = n.split(","); return { place: [+x, +y], text: decodeURIComponent(text || "") }; }).filter(n => finite(n.place));
  state.size = Math.max(-1, Math.min(1, +get("size") || 0));
  state.opacity = Math.max(0, Math.min(1, +get("o") || 0));
  $("colour").value = state.colour;
  $("query").value = state.query;
  $("size").value = state.size;
  $("opacity").value = state.opacity;
  $("auto").hidden = state.opacity > 0;
  setView(layouts[1] && ["both", "pca"].includes(get("v")) ? get("v") : "map", false);
  panes.forEach((p, k) => {
    const [x, y, zoom] = get("mp"[k]).split(",").map(Number);
    p.view = q.has("mp"[k]) && [x, y, zoom].every(Number.isFinite) && zoom > 0 ? { x, y, zoom: Math.min(MOST_ZOOM, zoom) } : { x: 0, y: 0, zoom: 1 };
  });
  const isolate = state.isolate;
  state.isolate = false;
  recolour();
  search();
  applyParts();
  state.isolate = isolate && selectedCount > 0;
  filtered();
  renderBar();
  renderPlace();
  renderPath();
  restoring = false;
};

// ---- start

const facts = () => {
  const inputs = features.length || columns.filter(c => c.name !== raw.label).length;
  const trust = raw.measures.find(m => /^trust/i.test(m.name));
  const parts = [plural(N, "row"), picture ? `pictures of ${picture.width} × ${picture.height}` : inputs ? plural(inputs, "column") : ""];
  if (trust) parts.push(`${trust.name} ${trust.map.toFixed(3)}${trust.pca == null ? "" : ` (PCA ${trust.pca.toFixed(3)})`}`);
  $("facts").textContent = parts.filter(Boolean).join(" · ");
};

readTheme();
panes.push(new Pane($("panes"), layouts[0]));
renderColourChoice();
facts();
$("query").placeholder = columns.length ? "text, /pattern/ or column > 3" : "row number";
$("fresh-section").hidden = !encoder || !features.length;
renderAbout();
renderFresh();
for (const [text, label, act] of [["−", "Zoom out", p => p.zoomBy(1 / 1.5)], ["+", "Zoom in", p => p.zoomBy(1.5)], ["Fit", "Whole map", p => p.fit()]])
  $("zooms").append(Object.assign(button(text, () => panes.forEach(act)), { ariaLabel: label, title: label }));
restore();

$("colour").onchange = () => {
  Object.assign(state, { colour: $("colour").value, range: null });
  state.hidden.clear();
  recolour();
  renderBar();
  filtered();
};
$("size").oninput = () => { state.size = +$("size").value; changed(); };
$("opacity").oninput = () => { state.opacity = +$("opacity").value; $("auto").hidden = state.opacity > 0; changed(); };
let searchTimer = 0;
$("query").oninput = () => {
  state.query = $("query").value;
  clearTimeout(searchTimer);
  searchTimer = setTimeout(search, N > 20000 ? 250 : 60);
};
$("table-section").ontoggle = renderTable;
addEventListener("hashchange", restore);
addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
  const view = { 1: "map", 2: "both", 3: "pca" }[event.key], tool = { m: "move", l: "lasso", p: "path" }[event.key];
  if (view && bar.views.length) setView(view);
  else if (tool && bar.tools.some(t => t[0] === tool)) setTool(tool);
  else if (event.key === "/") $("query").focus();
  else if (event.key === "Escape") letGo();
  else return;
  event.preventDefault();
});
const repaint = () => { readTheme(); lattice.cells.clear(); paintRows(); renderLegend(); invalidate(); };
new MutationObserver(repaint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
if (encoder && features.length) {
  let depth = 0;
  const holdsFiles = event => event.dataTransfer?.types.includes("Files");
  addEventListener("dragenter", e => { if (holdsFiles(e)) { depth++; $("drop").hidden = false; } });
  addEventListener("dragleave", e => { if (holdsFiles(e) && --depth <= 0) { depth = 0; $("drop").hidden = true; } });
  addEventListener("dragover", e => { if (holdsFiles(e)) e.preventDefault(); });
  addEventListener("drop", e => {
    if (!holdsFiles(e)) return;
    e.preventDefault();
    depth = 0;
    $("drop").hidden = true;
    readFresh(e.dataTransfer.files[0]);
  });
}

/** For the console and for tests: places are in the map's own coordinates. */
window.foveaMap = {
  decode: place => [...unscale(decode(layouts[0].inward(place)))],
  encode: record => { const { raw: place, error, flagged } = placeRow(scaledRow(column => record[column])); return { place: [...place], error, flagged }; },
  gradients: place => gradients(layouts[0].inward(place)),
  selected: () => [...selected.keys()].filter(i => selected[i]),
  pixel: (i, pane = 0) => { const box = panes[pane].element.getBoundingClientRect(), [x, y] = panes[pane].pixel(panes[pane].rowPlace(i)); return [box.x + x, box.y + y]; },
  view: (pane = 0) => ({ ...panes[pane].view, morph: panes[pane].morph, renderer: panes[pane].renderer.constructor.name, fresh: fresh.rows.length }),
  zoom: (zoom, x = 0, y = 0) => { Object.assign(panes[0].view, { zoom, x, y }); panes[0].draw(); },
  canvas: panes[0].points,
};
