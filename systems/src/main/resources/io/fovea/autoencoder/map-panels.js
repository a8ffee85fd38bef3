// ---- colour and legend

// Each set is chosen so that its colours stay apart for people with protanopia and deuteranopia as well.
const PALETTES = {
  light: ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#86083e", "#5a1b9d", "#78bfff", "#2bdca2", "#816310", "#8274fc"],
  dark: ["#4ba3e3", "#f0ae2e", "#1fb98c", "#e79cc6", "#d9480f", "#88fade", "#a566d6", "#3f938b", "#dcee24", "#aa9212"],
};
const SHAPES = ["M6 0a6 6 0 1 0 0 12A6 6 0 1 0 6 0z", "M.8.8h10.4v10.4H.8z", "M6 .3 12 11H0z", "M6 0 12 6 6 12 0 6z"];
const MOST_CLASSES = PALETTES.light.length * SHAPES.length;
const VIRIDIS = ["#440154", "#482878", "#3e4989", "#31688e", "#26828e", "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725"].map(rgbOf);
function rgbOf(hex) { return [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16)); }

/** Either classes (list, code per row) or a scale (low, high, colour of a value); both null for one colour. */
let classes = null, scale = null;

const colourColumn = () => columnNamed.get(state.colour) || scoreColumns.find(c => "~" + c.name === state.colour) || null;

const classesOf = column => {
  if (column.kind === "text") return groups(column.codes, column.levels);
  if (column.score || column.name !== raw.label) return null;
  const distinct = [...new Set(column.values)].filter(v => !Number.isNaN(v)).sort((a, b) => a - b);
  if (distinct.length > MOST_CLASSES || distinct.some(v => !Number.isInteger(v))) return null;
  const code = new Map(distinct.map((v, k) => [v, k]));
  return groups(Int32Array.from(column.values, v => code.get(v) ?? -1), distinct.map(String));
};
/** Classes in natural order; when there are too many, the smallest become one. */
const groups = (codes, levels) => {
  const counts = new Uint32Array(levels.length + 1);
  for (const c of codes) counts[c + 1]++;
  let order = levels.map((_, k) => k);
  if (order.length > MOST_CLASSES) order = order.sort((a, b) => counts[b + 1] - counts[a + 1]).slice(0, MOST_CLASSES);
  order.sort((a, b) => levels[a].localeCompare(levels[b], "en", { numeric: true }));
  const list = order.map((k, at) => ({ text: levels[k], at, count: counts[k + 1], shape: Math.floor(at / PALETTES.light.length) }));
  const others = levels.length - order.length, other = list.length;
  if (others) list.push({ text: `${plural(others, "more level")}`, at: other, count: 0, grey: true, shape: 0 });
  const missing = list.length;
  if (counts[0]) list.push({ text: "missing", at: missing, count: counts[0], grey: true, shape: 0 });
  const classOf = new Int32Array(levels.length + 1).fill(other);
  classOf[0] = missing;
  order.forEach((k, at) => classOf[k + 1] = at);
  const code = Int32Array.from(codes, c => classOf[c + 1]);
  if (others) for (const c of code) if (c === other) list[other].count++;
  return { list, code };
};

const scaleOf = values => {
  const sorted = Float64Array.from(values).filter(v => !Number.isNaN(v)).sort();
  if (!sorted.length) return null;
  let low = sorted[Math.floor(sorted.length * .01)], high = sorted[Math.ceil(sorted.length * .99) - 1];
  if (low === high) { low = sorted[0]; high = sorted.at(-1); }
  const paint = v => {
    if (Number.isNaN(v)) return [150, 150, 150];
    const t = Math.max(0, Math.min(1, high > low ? (v - low) / (high - low) : .5));
    const at = (theme.dark ? .14 + .86 * t : .93 * t) * (VIRIDIS.length - 1), k = Math.min(VIRIDIS.length - 2, Math.floor(at));
    return VIRIDIS[k].map((c, d) => Math.round(c + (VIRIDIS[k + 1][d] - c) * (at - k)));
  };
  return { low, high, min: sorted[0], max: sorted.at(-1), sorted, paint };
};

const classColour = c => c.grey ? [150, 150, 150] : rgbOf(PALETTES[theme.dark ? "dark" : "light"][c.at % PALETTES.light.length]);

/** How the decoder's rows are coloured by the chosen column, or null if the decoder does not know it. */
const decodedColour = () => {
  const f = decoder && featureNamed.get(state.colour);
  if (!f) return null;
  if (!f.levels) return scale && { paint: values => scale.paint(values[f.slot]) };
  return classes && { paint: values => { const c = classes.list.find(c => c.text === featureValue(f, values)); return c ? classColour(c) : [150, 150, 150]; } };
};

const recolour = () => {
  const column = colourColumn();
  classes = column && classesOf(column);
  scale = column && !classes ? scaleOf(column.values) : null;
  labelPlaces = null;
  paintRows();
};
const paintRows = () => {
  const column = colourColumn(), plain = theme.css.blue.match(/\d+/g).slice(0, 3).map(Number);
  const shades = classes?.list.map(classColour);
  for (let i = 0; i < N; i++) {
    rows.colours.set(classes ? shades[classes.code[i]] : scale ? scale.paint(column.values[i]) : plain, 4 * i);
    rows.marks[2 * i + 1] = classes ? classes.list[classes.code[i]].shape : 0;
  }
  rows.version++;
  if (fresh.set) paintFresh();
};

let labelPlaces = null;
/** Each class's name at the median of its rows, on both layouts. */
const classLabels = () => labelPlaces ??= classes.list.filter(c => !c.grey && c.count).map(c => {
  const members = [];
  for (let i = 0; i < N; i++) if (classes.code[i] === c.at) members.push(i);
  const few = members.filter((_, k) => k % Math.ceil(members.length / 2000) === 0);
  const median = (layout, d) => few.map(i => layout.xy[2 * i + d]).sort((a, b) => a - b)[few.length >> 1];
  return { text: c.text, at: c.at, places: layouts.map(l => [median(l, 0), median(l, 1)]) };
}).filter(l => !state.hidden.has(l.text));

const renderColourChoice = () => {
  const choice = (value, text) => el("option", { value, textContent: text });
  $("colour").replaceChildren(choice("", "one colour"));
  const label = columnNamed.get(raw.label);
  if (label) $("colour").append(choice(label.name, label.name));
  if (scoreColumns.length) $("colour").append(el("optgroup", { label: "How far to believe a point" }, ...scoreColumns.map(c => choice("~" + c.name, c.name))));
  const rest = columns.filter(c => c !== label);
  if (rest.length) $("colour").append(el("optgroup", { label: "Columns" }, ...rest.map(c => choice(c.name, c.name))));
};

const svg = html => { const s = el("span"); s.innerHTML = html; return s.firstChild; };

const renderLegend = () => {
  const legend = $("legend"), column = colourColumn();
  legend.replaceChildren();
  if (classes) {
    const inSelection = selectedCount ? new Uint32Array(classes.list.length) : null;
    if (inSelection) for (let i = 0; i < N; i++) if (selected[i]) inSelection[classes.code[i]]++;
    const list = el("ul", { className: "classes" });
    for (const c of classes.list) {
      const count = inSelection ? `${countText(inSelection[c.at])} / ${countText(c.count)}` : countText(c.count);
      const toggle = el("button", { type: "button", className: "class", title: "Hide or show", aria: { pressed: !state.hidden.has(c.text) }, style: { "--c": `rgb(${classColour(c)})` } },
        svg(`<svg viewBox="-1 -1 14 14" aria-hidden="true"><path d="${SHAPES[c.shape]}"/></svg>`),
        el("span", { textContent: c.text }), el("small", { textContent: count }));
      const only = el("button", { type: "button", className: "only", textContent: "only", aria: { label: "Show only " + c.text } });
      toggle.onclick = () => { state.hidden.has(c.text) ? state.hidden.delete(c.text) : state.hidden.add(c.text); filtered(); };
      only.onclick = () => {
        const alone = classes.list.every(o => state.hidden.has(o.text) === (o !== c));
        state.hidden = new Set(alone ? [] : classes.list.filter(o => o !== c).map(o => o.text));
        filtered();
      };
      list.append(el("li", {}, toggle, only));
    }
    legend.append(list);
    if (state.hidden.size) legend.append(el("div", { className: "buttons" }, button("Show all", () => { state.hidden.clear(); filtered(); })));
  } else if (scale) {
    const { low, high, sorted } = scale, bins = 32, counts = new Uint32Array(bins);
    for (const v of sorted) counts[Math.max(0, Math.min(bins - 1, Math.floor((v - low) / (high - low || 1) * bins)))]++;
    const most = Math.max(...counts), shades = Array.from({ length: 11 }, (_, k) => `rgb(${scale.paint(low + (high - low) * k / 10)})`);
    const bars = [...counts].map((c, k) => `<rect x="${k * 10 + 1}" width="8" y="${34 - 33 * c / most}" height="${33 * c / most}" fill="rgb(${scale.paint(low + (high - low) * (k + .5) / bins)})"/>`);
    const bound = (at, text) => {
      const input = el("input", { type: "number", step: "any", value: state.range?.[at] ?? "", placeholder: numberText(at ? scale.max : scale.min), aria: { label: `Show only ${column.name} ${text}` } });
      input.onchange = () => {
        state.range = [state.range?.[0] ?? null, state.range?.[1] ?? null];
        state.range[at] = input.value === "" ? null : +input.value;
        if (state.range.every(v => v === null)) state.range = null;
        filtered();
      };
      return input;
    };
    legend.append(el("div", { className: "ramp" },
      svg(`<svg viewBox="0 0 320 34" preserveAspectRatio="none" role="img" aria-label="Distribution from ${numberText(low)} to ${numberText(high)}">${bars.join("")}</svg>`),
      el("div", { className: "bar", style: { background: `linear-gradient(90deg, ${shades})` } }),
      el("div", { className: "ends" }, el("span", { textContent: (low > scale.min ? "≤ " : "") + numberText(low) }), el("span", { textContent: (high < scale.max ? "≥ " : "") + numberText(high) })),
      column.note ? el("p", { className: "small", textContent: column.note }) : null,
      el("div", { className: "range" }, "show", bound(0, "from"), "to", bound(1, "to"))));
  }
};

// ---- search

/** Rows that a query finds, as 0 and 1: text or /pattern/ in names and text columns, or a comparison such as mass > 4000. */
const matchesOf = query => {
  const found = new Uint8Array(N), comparison = /^(.+?)\s*(<=|>=|!=|<|>|=)\s*(\S.*)$/.exec(query);
  const column = comparison && [...columns, ...scoreColumns].find(c => c.name.toLowerCase() === comparison[1].trim().toLowerCase());
  if (column) {
    const operator = comparison[2], text = comparison[3].trim(), bound = Number(text);
    const holds = { "<": v => v < bound, ">": v => v > bound, "<=": v => v <= bound, ">=": v => v >= bound,
      "=": v => v === bound || String(v).toLowerCase() === text.toLowerCase(), "!=": v => v !== bound && String(v).toLowerCase() !== text.toLowerCase() }[operator];
    for (let i = 0; i < N; i++) found[i] = holds(column.at(i));
    return found;
  }
  const pattern = /^\/(.+)\/$/.exec(query);
  const expression = pattern && new RegExp(pattern[1], "iu"), plain = query.toLowerCase();
  const hit = expression ? t => expression.test(t) : t => t.toLowerCase().includes(plain);
  for (const c of columns) {
    if (c.kind !== "text") { if (c.name === raw.label) for (let i = 0; i < N; i++) found[i] |= String(c.values[i]) === query; continue; }
    const hits = c.levels.map(hit);
    for (let i = 0; i < N; i++) if (c.codes[i] >= 0 && hits[c.codes[i]]) found[i] = 1;
  }
  for (let i = 0; i < N; i++) if (hit(nameOf(i))) found[i] = 1;
  return found;
};

let matches = null;
const search = () => {
  const query = state.query.trim(), note = $("found");
  matches = null;
  note.replaceChildren();
  if (query) {
    try {
      matches = matchesOf(query);
      const count = matches.reduce((a, b) => a + b, 0);
      note.append(count ? `${plural(count, "row")} found. ` : "No row found.");
      if (count) note.append(button("Select them", () => addPart({ query }, true), "rowlink"));
    } catch (e) {
      note.textContent = `Not a pattern: ${e.message}`;
    }
  }
  remark();
};

// ---- place

const button = (text, onclick, className = "") => el("button", { type: "button", textContent: text, className, onclick });
const hint = text => el("p", { className: "muted", textContent: text });
const cells = (tag, ...texts) => texts.map((t, k) => el(tag, { textContent: t, title: t, className: k ? "right" : "" }));
let allFeatures = false;

const renderPlace = () => {
  const box = $("place"), place = state.place;
  box.replaceChildren();
  if (!place) {
    box.append(hint(decoder ? "Click anywhere on the map: the decoder tells what a row there would be." : "Click a point to read its row."));
    return;
  }
  const close = layouts[0].nearest(...place.at, 3, () => true), row = place.row >= 0 ? place.row : close;
  const own = place.row >= 0, far = Math.hypot(layouts[0].at(row)[0] - place.at[0], layouts[0].at(row)[1] - place.at[1]);
  const coordinates = layouts[0].outward(place.at).map(v => numberText(+v.toPrecision(4))).join(", ");
  box.append(el("p", {}, el("b", { textContent: own ? nameOf(row) : "Decoded place" }), el("span", { className: "small", textContent: `  at ${coordinates}` })));
  if (own) box.append(...scoreLines(row));
  else if (far > .06) box.append(el("p", { className: "small warn", textContent: "No row is near: what the decoder says here is a guess." }));
  const values = decoder && unscale(decode(place.at)), other = own ? "this row" : "nearest row";
  if (picture && values) {
    const theirs = rowPicture(row), side = (canvas, text) => el("figure", {}, canvas, el("figcaption", { textContent: text }));
    box.append(el("div", { className: "pair" }, side(pictureOf(values), "decoded"), theirs && side(theirs, own ? "this row" : `nearest: ${nameOf(row)}`)));
  }
  if (!picture || !values) {
    const list = values ? features.map(f => ({ name: f.column, decoded: featureValue(f, values) })) : columns.map(c => ({ name: c.name }));
    const most = allFeatures ? list.length : 12, body = el("tbody");
    for (const each of list.slice(0, most)) body.append(el("tr", {}, ...cells("td", each.name,
      ...values ? [typeof each.decoded === "number" ? numberText(each.decoded) : each.decoded] : [],
      ...columns.length ? [columnNamed.get(each.name)?.text(row) ?? "–"] : [])));
    if (list.length) box.append(el("table", {}, el("thead", {}, el("tr", {}, ...cells("th", "column", ...values ? ["decoded"] : [], ...columns.length ? [other] : []))), body));
    if (list.length > 12) box.append(el("div", { className: "buttons" }, button(allFeatures ? "Fewer" : `All ${list.length} columns`, () => { allFeatures = !allFeatures; renderPlace(); })));
  }
  const text = el("input", { type: "text", placeholder: "a note to pin here", maxLength: 80, aria: { label: "Note" } });
  const pin = () => { if (text.value.trim()) { state.notes.push({ text: text.value.trim(), place: place.at }); renderPlace(); changed(); } };
  text.onkeydown = e => { if (e.key === "Enter") pin(); };
  const unpin = state.notes.length ? [button("Remove notes", () => { state.notes = []; renderPlace(); changed(); })] : [];
  box.append(el("div", { className: "note-line buttons" }, text, button("Pin", pin), ...unpin));
};

const scoreLines = i => {
  const lines = [];
  if (scoreColumns.length) lines.push(el("p", { className: "small", textContent: scoreColumns.map(c => `${c.name} ${numberText(c.values[i])}`).join(" · ") }));
  if (near) {
    const found = neighboursOf(i), kept = found.filter(n => n.kind === "kept").length;
    lines.push(el("p", { className: "small", textContent: `${kept} of its ${K} nearest rows are its neighbours here; ${K - kept} stand elsewhere, and ${K - kept} strangers look near.` }));
  }
  return lines;
};

const STOPS = 10;
const renderPath = () => {
  $("path-section").hidden = !state.path;
  const box = $("path");
  box.replaceChildren();
  if (!state.path) return;
  const stops = evenly(state.path, STOPS).map(p => unscale(decode(p)));
  if (picture) {
    box.append(el("div", { className: "strip" }, ...stops.map(pictureOf)));
  } else {
    const span = f => { const v = stops.map(s => s[f.slot]); return (Math.max(...v) - Math.min(...v)) / f.scale; };
    const numeric = features.filter(f => !f.levels).sort((a, b) => span(b) - span(a)).slice(0, 8), body = el("tbody");
    for (const f of numeric) {
      const v = stops.map(s => s[f.slot]), low = Math.min(...v), high = Math.max(...v);
      const line = v.map((y, k) => `${k ? "L" : "M"}${(k / (STOPS - 1) * 84).toFixed(1)} ${(high > low ? 20 - (y - low) / (high - low) * 18 : 11).toFixed(1)}`).join("");
      body.append(el("tr", {}, ...cells("td", f.column, numberText(+v[0].toPrecision(3))),
        el("td", {}, svg(`<svg class="spark" viewBox="0 0 84 22" aria-hidden="true"><path d="${line}"/></svg>`)), ...cells("td", numberText(+v.at(-1).toPrecision(3)))));
    }
    for (const f of features.filter(f => f.levels)) {
      const levels = stops.map(s => featureValue(f, s)).filter((l, k, all) => l !== all[k - 1]);
      body.append(el("tr", {}, ...cells("td", f.column), el("td", { colSpan: 3, textContent: levels.join(" → ") })));
    }
    box.append(el("table", {}, el("thead", {}, el("tr", {}, ...cells("th", "column", "from"), el("th"), ...cells("th", "to"))), body));
  }
  box.append(el("div", { className: "buttons" }, button("Remove the path", () => { state.path = null; renderPath(); changed(); })));
};

// ---- selection

const orders = new Map();
const orderOf = column => {
  if (!orders.has(column)) {
    const order = Uint32Array.from({ length: N }, (_, i) => i).filter(i => !Number.isNaN(column.values[i]));
    orders.set(column, order.sort((a, b) => column.values[a] - column.values[b]));
  }
  return orders.get(column);
};

/** Probability that a selected row's value is above another row's, ties counted half: Mann and Whitney's statistic. */
const aucOf = column => {
  const order = orderOf(column);
  let ranks = 0, inside = 0;
  for (let a = 0; a < order.length;) {
    let b = a, here = 0;
    while (b < order.length && column.values[order[b]] === column.values[order[a]]) here += selected[order[b++]];
    ranks += here * (a + b + 1) / 2;
    inside += here;
    a = b;
  }
  return (ranks - inside * (inside + 1) / 2) / (inside * (order.length - inside));
};

/** What tells the selected rows from the others: standardised mean differences of numbers, and of shares of levels, largest first. */
const differences = () => {
  const found = [];
  for (const column of columns) {
    if (column.kind === "number") {
      const sum = [0, 0], squares = [0, 0], n = [0, 0];
      for (let i = 0; i < N; i++) { const v = column.values[i], s = selected[i]; if (!Number.isNaN(v)) { sum[s] += v; n[s]++; } }
      if (!n[0] || !n[1]) continue;
      const mean = sum.map((v, s) => v / n[s]);
      for (let i = 0; i < N; i++) { const v = column.values[i], s = selected[i]; if (!Number.isNaN(v)) squares[s] += (v - mean[s]) ** 2; }
      const deviation = Math.sqrt((squares[0] / n[0] + squares[1] / n[1]) / 2);
      if (deviation > 0) found.push({ name: column.name, column, inside: numberText(+mean[1].toPrecision(4)), others: numberText(+mean[0].toPrecision(4)), difference: (mean[1] - mean[0]) / deviation });
    } else if (column.levels.length <= 200) {
      const counts = [new Uint32Array(column.levels.length), new Uint32Array(column.levels.length)], n = [0, 0];
      for (let i = 0; i < N; i++) if (column.codes[i] >= 0) { counts[selected[i]][column.codes[i]]++; n[selected[i]]++; }
      if (!n[0] || !n[1]) continue;
      column.levels.forEach((level, k) => {
        const [p, q] = [counts[1][k] / n[1], counts[0][k] / n[0]], deviation = Math.sqrt((p * (1 - p) + q * (1 - q)) / 2);
        const percent = v => `${Math.round(100 * v)} %`;
        // A level that all of the one and none of the others have differs without bound; the table shows a large number.
        if (p !== q) found.push({ name: `${column.name} = ${level}`, inside: percent(p), others: percent(q), difference: deviation > 0 ? (p - q) / deviation : 10 * Math.sign(p - q), auc: .5 + (p - q) / 2 });
      });
    }
  }
  found.sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
  return found.slice(0, 10).map(d => ({ ...d, auc: d.auc ?? aucOf(d.column) }));
};

const renderSelection = () => {
  const box = $("selection"), tag = $("selected");
  box.replaceChildren();
  tag.hidden = !selectedCount;
  tag.textContent = countText(selectedCount);
  if (!selectedCount) {
    box.append(hint(matchMedia("(hover: none)").matches ? "Take the Lasso tool, or press long, and draw around points." : "Hold Shift and drag around points, or take the Lasso tool. Shift-click adds a single row."));
    return;
  }
  box.append(el("div", { className: "buttons" }, button("Export CSV", exportSelection),
    button(state.isolate ? "Show all rows" : "Isolate", () => { state.isolate = !state.isolate; filtered(); }), button("Clear", clearSelection)));
  if (!columns.length) return;
  const rowsOf = differences();
  if (!rowsOf.length) { box.append(hint("No column tells it from the other rows.")); return; }
  const body = el("tbody");
  for (const d of rowsOf) {
    const size = Math.abs(d.difference), share = size / (1 + size) * 50, right = d.difference > 0;
    body.append(el("tr", {}, ...cells("td", d.name, d.inside, d.others),
      el("td", { className: "bar", title: `standardised difference ${d.difference.toFixed(2)}` },
        el("i", { style: { "--c": `var(--${right ? "warm" : "blue"})`, "--w": share + "%", "--from": (right ? 50 : 50 - share) + "%" } }),
        el("span", { className: "unseen", textContent: d.difference.toFixed(2) })),
      el("td", { className: "right", textContent: d.auc.toFixed(2) })));
  }
  box.append(el("p", { className: "small", textContent: "What tells it from the other rows:" }),
    el("table", {}, el("thead", {}, el("tr", {}, ...cells("th", "column", "selected", "others"),
      el("th", { textContent: "SMD", title: "standardised mean difference" }),
      el("th", { textContent: "AUC", className: "right", title: "probability that a selected row's value is above another row's" }))), body));
};

const exportSelection = () => {
  const chosen = [];
  for (let i = 0; i < N; i++) if (selected[i]) chosen.push(i);
  download(new Blob([csvText(exportLines(chosen))], { type: "text/csv" }), fileName("-selection.csv"));
  say(`${plural(chosen.length, "row")} exported.`);
};
const exportLines = chosen => {
  const place = (layout, i, d) => +layout.points[2 * i + d].toPrecision(7);
  const head = ["row", ...names ? ["name"] : [], ...columns.map(c => c.name), "map1", "map2", ...scoreColumns.map(c => c.name)];
  return [head, ...chosen.map(i => [i + 1, ...names ? [names[i]] : [], ...columns.map(c => c.at(i)), place(layouts[0], i, 0), place(layouts[0], i, 1), ...scoreColumns.map(c => +c.values[i].toPrecision(6))])];
};

// ---- new rows

const fresh = { set: null, rows: [], file: "", trouble: [], head: [] };

const readFresh = async file => {
  Object.assign(fresh, { rows: [], trouble: [], head: [], file: file.name });
  if (picture && file.type.startsWith("image/")) {
    await freshPicture(file);
  } else {
    await freshTable(await file.text());
  }
  setFresh();
  say(freshSentence());
};

const freshTable = async text => {
  const { rows: lines, decimalComma } = csvRows(text);
  const head = (lines.shift() || []).map(h => h.trim()), at = new Map(head.map((h, k) => [h, k]));
  const missing = features.filter(f => !at.has(f.column)).map(f => f.column);
  if (missing.length) {
    const list = all => all.slice(0, 12).join(", ") + (all.length > 12 ? ` and ${all.length - 12} more` : "");
    fresh.trouble.push(`The file lacks ${plural(missing.length, "column")}: ${list(missing)}. It has: ${list(head)}.`);
    return;
  }
  fresh.head = head;
  let pause = performance.now() + 30;
  for (const [k, line] of lines.entries()) {
    try {
      const row = scaledRow(column => {
        const value = line[at.get(column)];
        return decimalComma && value && !featureNamed.get(column).levels ? value.replace(",", ".") : value;
      });
      fresh.rows.push({ ...placeRow(row), name: freshName(head, line, k), line, scaled: row });
    } catch (e) {
      fresh.trouble.push(`Row ${k + 1} stays out: ${e.message}.`);
    }
    if (performance.now() > pause) {
      $("fresh").replaceChildren(hint(`${plural(k + 1, "row")} of ${countText(lines.length)} placed …`));
      await new Promise(done => setTimeout(done));
      pause = performance.now() + 30;
    }
  }
};
const freshName = (head, line, k) => {
  const named = head.findIndex(h => /^(id|name)$/i.test(h));
  return named >= 0 && line[named] || `row ${k + 1}`;
};

const freshPicture = async file => {
  const { channels, height, width: w, white } = picture;
  const image = await createImageBitmap(file, { resizeWidth: w, resizeHeight: height, resizeQuality: "high" });
  const canvas = el("canvas", { width: w, height });
  canvas.getContext("2d").drawImage(image, 0, 0);
  const data = canvas.getContext("2d").getImageData(0, 0, w, height).data, area = w * height, values = new Float64Array(channels * area);
  for (let i = 0; i < area; i++) {
    const [r, g, b] = data.subarray(4 * i, 4 * i + 3);
    (channels === 1 ? [.299 * r + .587 * g + .114 * b] : [r, g, b]).forEach((v, c) => values[c * area + i] = v / 255 * white);
  }
  const bySlot = new Map(features.map(f => [f.column, values[f.slot]]));
  const scaled = scaledRow(column => bySlot.get(column));
  fresh.rows.push({ ...placeRow(scaled), name: file.name, line: [], scaled });
};

const setFresh = () => {
  const flat = key => Float32Array.from(fresh.rows.flatMap(r => r[key] || r.map));
  fresh.set = fresh.rows.length ? Object.assign(pointSet(flat("map"), flat("pca")), { grow: 1.35 }) : null;
  if (fresh.set) paintFresh();
  renderFresh();
  invalidate();
};
const paintFresh = () => {
  const [good, bad] = [theme.css.accent, theme.css.bad].map(c => c.match(/\d+/g).slice(0, 3).map(Number));
  fresh.rows.forEach((r, i) => {
    fresh.set.colours.set(r.flagged ? bad : good, 4 * i);
    fresh.set.marks.set([3, 3], 2 * i);
  });
  fresh.set.version++;
};
const freshSentence = () => {
  const flagged = fresh.rows.filter(r => r.flagged).length;
  const limit = model.errorLimit == null ? "" : flagged ? `, ${flagged} flagged` : ", none flagged";
  return `${plural(fresh.rows.length, "row")} of ${fresh.file} placed${limit}.`;
};

const renderFresh = () => {
  const box = $("fresh"), input = el("input", { type: "file", hidden: true, accept: picture ? ".csv,.tsv,.txt,image/*" : ".csv,.tsv,.txt", id: "file" });
  input.onchange = () => { if (input.files[0]) readFresh(input.files[0]); };
  const choose = button(fresh.file ? "Another file" : "Choose a file", () => input.click(), "file");
  box.replaceChildren(input);
  if (!fresh.file) {
    box.append(hint(`Drop a CSV file ${picture ? "or a picture " : ""}anywhere on this page: its rows are placed by the encoder, here and now. Nothing leaves this computer.`), choose);
    return;
  }
  if (fresh.rows.length || !fresh.trouble.length) box.append(el("p", { textContent: freshSentence() }));
  if (fresh.rows.some(r => r.flagged)) box.append(el("p", { className: "small", textContent: `Flagged: reconstruction error above ${numberText(+model.errorLimit.toPrecision(3))}, the 99 % quantile of the training rows. The map does not know rows like these.` }));
  for (const t of fresh.trouble.slice(0, 3)) box.append(el("p", { className: "small bad", textContent: t }));
  if (fresh.trouble.length > 3) box.append(el("p", { className: "small bad", textContent: `${plural(fresh.trouble.length - 3, "more row")} stay out.` }));
  const buttons = el("div", { className: "buttons" }, choose);
  if (fresh.rows.length) buttons.append(button("Export CSV", exportFresh));
  buttons.append(button("Remove", () => { Object.assign(fresh, { set: null, rows: [], file: "", trouble: [] }); renderFresh(); invalidate(); }));
  box.append(buttons);
  if (!fresh.rows.length) return;
  const body = el("tbody");
  const sorted = fresh.rows.slice(0, 5000).sort((a, b) => b.error - a.error).slice(0, 100);
  for (const r of sorted) {
    const go = button(r.name, () => { if (state.view === "pca") setView("map"); panes[0].goTo({ x: r.map[0], y: r.map[1] }); setPlace(r.map, -1); }, "rowlink");
    body.append(el("tr", {}, el("td", {}, go), ...cells("td", "", numberText(+r.error.toPrecision(3))).slice(1), el("td", { className: "bad", textContent: r.flagged ? "does not fit" : "" })));
  }
  box.append(el("div", { className: "fresh-list" }, el("table", {}, el("thead", {}, el("tr", {}, ...cells("th", "row", "error"), el("th"))), body)));
};
const exportFresh = () => {
  const head = [...fresh.head, "map1", "map2", "error", "flagged"];
  const lines = fresh.rows.map(r => [...fresh.head.length ? r.line : [], ...[...r.raw].slice(0, 2).map(v => +v.toPrecision(7)), +r.error.toPrecision(6), r.flagged ? "yes" : "no"]);
  download(new Blob([csvText([head, ...lines])], { type: "text/csv" }), fileName("-new-rows.csv"));
};

// ---- about, and the table of rows

const renderAbout = () => {
  const box = $("about");
  if (raw.measures.length) {
    const body = el("tbody");
    const digits = v => v == null ? "–" : v.toFixed(3);
    for (const m of raw.measures) body.append(el("tr", {}, ...cells("td", m.name, digits(m.map), digits(m.pca))));
    box.append(el("table", {}, el("thead", {}, el("tr", {}, ...cells("th", "measure", "map", "PCA"))), body));
  }
  for (const remark of raw.remarks) box.append(el("p", { className: "small", textContent: remark }));
  const held = raw.holdsRows ? `This page holds all ${countText(N)} rows${names ? " with their names" : ""}: who gets the file gets the data.`
    : decoder ? "This page holds no rows. It holds the decoder, and so roughly what a row at each place is."
    : "This page holds no rows, only points.";
  box.append(el("p", { className: "small", textContent: `${held} It needs no network and sends nothing.` }),
    el("p", { className: "small", textContent: "The address of this page keeps the view: copy it to share what you see." }),
    el("div", { className: "buttons" }, button("Save PNG", savePicture)));
};

let tablePage = 0;
const TABLE_ROWS = 20;
const renderTable = () => {
  if (!$("table-section").open) return;
  const box = $("table"), chosen = [];
  const wanted = selectedCount ? i => selected[i] : matches ? i => matches[i] : i => rows.marks[2 * i] > 0;
  for (let i = 0; i < N; i++) if (wanted(i)) chosen.push(i);
  const pages = Math.max(1, Math.ceil(chosen.length / TABLE_ROWS));
  tablePage = Math.max(0, Math.min(pages - 1, tablePage));
  const shownColumns = [...columns].sort((a, b) => (b.name === raw.label) - (a.name === raw.label)).slice(0, 12), body = el("tbody"), place = v => numberText(+v.toPrecision(4));
  for (const i of chosen.slice(tablePage * TABLE_ROWS, (tablePage + 1) * TABLE_ROWS)) {
    const go = button(nameOf(i), () => { setPlace(layouts[0].at(i), i); hover(i); panes[0].reveal(i); }, "rowlink");
    body.append(el("tr", {}, el("th", { scope: "row" }, go), ...cells("td", "", ...shownColumns.map(c => c.text(i)),
      place(layouts[0].points[2 * i]), place(layouts[0].points[2 * i + 1]), ...scoreColumns.map(c => place(c.values[i]))).slice(1)));
  }
  const what = selectedCount ? "selected" : matches ? "found" : "visible";
  const more = columns.length > 12 ? ` 12 of ${columns.length} columns are shown.` : "";
  const turn = (text, by) => Object.assign(button(text, () => { tablePage += by; renderTable(); }), { disabled: by < 0 ? tablePage === 0 : tablePage === pages - 1 });
  box.replaceChildren(
    el("table", {}, el("caption", { textContent: `${plural(chosen.length, what + " row")}.${more}` }),
      el("thead", {}, el("tr", {}, ...cells("th", "row", ...shownColumns.map(c => c.name), "map1", "map2", ...scoreColumns.map(c => c.name)))), body),
    el("div", { className: "pages" }, turn("Back", -1), `${countText(tablePage + 1)} of ${countText(pages)}`, turn("Next", 1)));
};

// ---- the picture of what is seen

const savePicture = () => {
  const open = panes.filter(p => !p.element.hidden), ratio = 2, gap = 14, head = 54, side = classes ? 190 : 0;
  const w = open.reduce((sum, p) => sum + p.width + gap, gap) + side, h = open[0].height + head + gap;
  const canvas = el("canvas", { width: w * ratio, height: h * ratio }), c = canvas.getContext("2d");
  c.scale(ratio, ratio);
  c.fillStyle = theme.css.ground;
  c.fillRect(0, 0, w, h);
  c.fillStyle = theme.css.ink;
  c.font = `600 20px ${theme.sans}`;
  c.fillText(raw.title, gap, 34, w - 2 * gap);
  let x = gap;
  for (const pane of open) {
    pane.draw(); // WebGL keeps its picture only until the browser has shown it
    for (const layer of [pane.behind, pane.points, pane.above]) c.drawImage(layer, x, head, pane.width, pane.height);
    c.font = `13px ${theme.sans}`;
    c.fillStyle = theme.css.muted;
    c.fillText(pane.caption.textContent, x + 10, head + 18);
    x += pane.width + gap;
  }
  classes?.list.slice(0, Math.floor((h - head) / 20) - 1).forEach((each, k) => {
    c.save();
    c.translate(x, head + 4 + 20 * k);
    c.fillStyle = `rgb(${classColour(each)})`;
    c.fill(new Path2D(SHAPES[each.shape]));
    c.fillStyle = theme.css.ink;
    c.fillText(each.text, 20, 11, side - 34);
    c.restore();
  });
  canvas.toBlob(blob => download(blob, fileName(".png")));
};
