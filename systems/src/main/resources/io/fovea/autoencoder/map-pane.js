// ---- a pane: a window on a layout, with its pointer and keys

const MOST_ZOOM = 4000;
const still = matchMedia("(prefers-reduced-motion: reduce)");

class Pane {
  constructor(host, layout) {
    this.layout = layout;
    this.morph = layout === layouts[0] ? 0 : 1;
    this.view = { x: 0, y: 0, zoom: 1 };
    this.behind = el("canvas", { className: "behind" });
    this.points = el("canvas", { className: "points" });
    this.above = el("canvas", { className: "above" });
    this.caption = el("span", { className: "caption" });
    this.tip = el("div", { className: "tip", hidden: true });
    this.element = el("div", { className: "pane", tabIndex: 0, aria: { role: "application", describedby: "keys" } },
      this.behind, this.points, this.above, this.caption, this.tip);
    host.append(this.element);
    this.renderer = GlRenderer.of(this.points) || new CanvasRenderer(this.points);
    this.listen();
    new ResizeObserver(() => this.measure()).observe(this.element);
    this.show(layout);
    this.measure();
  }
  get isMap() { return this.layout === layouts[0]; }

  // -- geometry: places in [-1,1], pixels from the pane's left and top

  measure() {
    this.width = this.element.clientWidth;
    this.height = this.element.clientHeight;
    this.ratio = Math.min(2, devicePixelRatio || 1);
    for (const canvas of [this.behind, this.points, this.above]) {
      canvas.width = Math.round(this.width * this.ratio);
      canvas.height = Math.round(this.height * this.ratio);
    }
    if (this.width) { this.draw(); updateAddress(); }
  }
  /** Pixels per unit, the same in both directions. */
  get scale() {
    const [w, h] = this.layout.extent;
    return this.view.zoom * .9 * Math.min(this.width / 2 / Math.max(w, .2), this.height / 2 / Math.max(h, .2));
  }
  pixel([x, y]) { return [this.width / 2 + (x - this.view.x) * this.scale, this.height / 2 - (y - this.view.y) * this.scale]; }
  place([px, py]) { return [this.view.x + (px - this.width / 2) / this.scale, this.view.y - (py - this.height / 2) / this.scale]; }
  rowPlace(i) {
    const t = this.morph, [a, b] = layouts[0].at(i), [c, d] = (layouts[1] || layouts[0]).at(i);
    return [a * (1 - t) + c * t, b * (1 - t) + d * t];
  }
  corners() {
    const [x0, y1] = this.place([0, 0]), [x1, y0] = this.place([this.width, this.height]);
    return [x0, y0, x1, y1];
  }
  zoomBy(factor, pixel = [this.width / 2, this.height / 2]) {
    const fixed = this.place(pixel);
    this.view.zoom = Math.max(.3, Math.min(MOST_ZOOM, this.view.zoom * factor));
    const [x, y] = this.place(pixel);
    this.moveBy(fixed[0] - x, fixed[1] - y);
  }
  moveBy(dx, dy) {
    this.view.x = Math.max(-1.5, Math.min(1.5, this.view.x + dx));
    this.view.y = Math.max(-1.5, Math.min(1.5, this.view.y + dy));
    invalidate();
    updateAddress();
  }
  goTo(view) { Object.assign(this.view, view); invalidate(); updateAddress(); }
  fit() { this.goTo({ x: 0, y: 0, zoom: 1 }); }
  /** Brings a row into view, if it is not. */
  reveal(i) {
    const [px, py] = this.pixel(this.rowPlace(i));
    if (px < 20 || py < 20 || px > this.width - 20 || py > this.height - 20) this.goTo({ x: this.rowPlace(i)[0], y: this.rowPlace(i)[1] });
  }
  /** Shows another layout; the points travel there. */
  show(layout, animate = false) {
    this.layout = layout;
    this.name();
    this.element.setAttribute("aria-label", `${layout.name === "map" ? "Map" : "PCA"} of ${plural(N, "row")}`);
    const from = this.morph, to = this.isMap ? 0 : 1;
    if (!animate || still.matches) { this.morph = to; return; }
    const began = performance.now();
    const travel = now => {
      const t = Math.max(0, Math.min(1, (now - began) / 900)); // a frame may be older than the click
      this.morph = from + (to - from) * (t < .5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2);
      this.draw();
      if (t < 1 && this.layout === layout) requestAnimationFrame(travel);
    };
    requestAnimationFrame(travel);
  }
  name() {
    this.caption.textContent = this.isMap ? "Autoencoder map" + (state.lattice ? `. Behind: ${lattice.words()}` : "") : "PCA";
  }
  get atRest() { return this.morph === (this.isMap ? 0 : 1); }

  // -- drawing

  draw() {
    if (!this.width) return;
    const camera = { ...this.view, scale: this.scale, width: this.width, height: this.height, ratio: this.ratio,
      morph: this.morph, size: pointSize(this), alpha: pointAlpha(this), rim: theme.ink };
    this.renderer.draw(fresh.set ? [rows, fresh.set] : [rows], camera);
    this.drawBehind();
    this.drawAbove();
  }
  context(canvas) {
    const c = canvas.getContext("2d");
    c.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    c.clearRect(0, 0, this.width, this.height);
    return c;
  }
  drawBehind() {
    if (!this.latticeDrawn && !state.lattice) return;
    const c = this.context(this.behind);
    this.latticeDrawn = state.lattice && this.isMap && this.atRest;
    if (this.latticeDrawn) lattice.draw(c, this);
  }
  drawAbove() {
    const c = this.context(this.above);
    c.lineJoin = c.lineCap = "round";
    if (hovered.row >= 0) this.drawHovered(c);
    if (this.atRest && this.isMap) {
      if (state.arrows) this.drawArrows(c);
      if (state.path) this.drawPath(c, state.path.map(p => this.pixel(p)));
      for (const note of state.notes) this.drawText(c, note.text, this.pixel(note.place), true);
    }
    if (state.place && this.atRest) {
      const at = this.isMap ? state.place.at : state.place.row >= 0 ? this.layout.at(state.place.row) : null;
      if (at) this.drawCross(c, this.pixel(at));
    }
    if (this.drag?.line) this.drag.tool === "path" ? this.drawPath(c, this.drag.line) : this.drawLasso(c);
    if (state.labels && classes) for (const l of classLabels()) {
      const [a, b] = [l.places[0], l.places[1] || l.places[0]], t = this.morph;
      this.drawText(c, l.text, this.pixel([a[0] * (1 - t) + b[0] * t, a[1] * (1 - t) + b[1] * t]));
    }
  }
  drawText(c, text, [x, y], pin = false) {
    c.font = `600 13px ${theme.sans}`;
    c.textAlign = "center";
    c.lineWidth = 3.5;
    c.strokeStyle = theme.css.ground;
    c.strokeText(text, x, y - (pin ? 8 : -4));
    c.fillStyle = theme.css.ink;
    c.fillText(text, x, y - (pin ? 8 : -4));
    if (pin) { c.beginPath(); c.arc(x, y, 2.5, 0, 7); c.fill(); }
  }
  drawCross(c, [x, y]) {
    for (const [width, colour] of [[4.5, theme.css.ground], [1.8, theme.css.ink]]) {
      c.strokeStyle = colour;
      c.lineWidth = width;
      c.beginPath();
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) { c.moveTo(x + 5 * dx, y + 5 * dy); c.lineTo(x + 13 * dx, y + 13 * dy); }
      c.moveTo(x + 5, y);
      c.arc(x, y, 5, 0, 7);
      c.stroke();
    }
  }
  drawHovered(c) {
    const i = hovered.row, [x, y] = this.pixel(this.rowPlace(i));
    if (near && state.neighbours && this.atRest) {
      for (const { row, kind } of neighboursOf(i)) {
        if (kind === "false" && !this.isMap) continue;
        const [nx, ny] = this.pixel(this.rowPlace(row));
        c.strokeStyle = c.fillStyle = theme.css[{ kept: "accent", lost: "blue", false: "warm" }[kind]];
        c.lineWidth = 1.6;
        c.setLineDash({ kept: [], lost: [7, 4], false: [2, 4] }[kind]);
        c.beginPath(); c.moveTo(x, y); c.lineTo(nx, ny); c.stroke();
        c.setLineDash([]);
        c.beginPath(); c.arc(nx, ny, 3.5, 0, 7); c.fill();
      }
    }
    const r = pointSize(this) / 2 + 4;
    for (const [width, colour] of [[4, theme.css.ground], [2, theme.css.ink]]) {
      c.lineWidth = width;
      c.strokeStyle = colour;
      c.beginPath(); c.arc(x, y, r, 0, 7); c.stroke();
    }
  }
  drawLasso(c) {
    c.beginPath();
    this.drag.line.forEach(([x, y], i) => i ? c.lineTo(x, y) : c.moveTo(x, y));
    c.closePath();
    c.globalAlpha = .13;
    c.fillStyle = theme.css.accent;
    c.fill();
    c.globalAlpha = 1;
    c.strokeStyle = theme.css.accent;
    c.lineWidth = 1.5;
    c.setLineDash([5, 4]);
    c.stroke();
    c.setLineDash([]);
  }
  drawPath(c, line) {
    for (const [width, colour] of [[5, theme.css.ground], [2, theme.css.accent]]) {
      c.lineWidth = width;
      c.strokeStyle = colour;
      c.beginPath();
      line.forEach(([x, y], i) => i ? c.lineTo(x, y) : c.moveTo(x, y));
      c.stroke();
    }
    const stops = line === this.drag?.line ? [line[0]] : evenly(line, STOPS);
    c.fillStyle = theme.css.accent;
    stops.forEach(([x, y], i) => { c.beginPath(); c.arc(x, y, i ? 3 : 5, 0, 7); c.fill(); });
  }
  drawArrows(c) {
    const origin = state.place?.at || this.place([this.width / 2, this.height / 2]);
    const [x, y] = this.pixel(origin), arrows = gradients(origin).slice(0, 8);
    const longest = Math.hypot(arrows[0][1], arrows[0][2]) || 1, reach = Math.min(130, this.width / 4);
    const taken = [];
    for (const [name, dx, dy] of arrows) {
      const tx = x + dx / longest * reach, ty = y - dy / longest * reach, angle = Math.atan2(ty - y, tx - x);
      if (Math.hypot(tx - x, ty - y) < 8) continue;
      for (const [width, colour] of [[5, theme.css.ground], [1.8, theme.css.ink]]) {
        c.strokeStyle = colour;
        c.lineWidth = width;
        c.beginPath();
        c.moveTo(x, y); c.lineTo(tx, ty);
        c.moveTo(tx - 8 * Math.cos(angle - .45), ty - 8 * Math.sin(angle - .45)); c.lineTo(tx, ty);
        c.lineTo(tx - 8 * Math.cos(angle + .45), ty - 8 * Math.sin(angle + .45));
        c.stroke();
      }
      c.font = `12px ${theme.sans}`;
      c.textAlign = tx < x - 20 ? "right" : tx > x + 20 ? "left" : "center";
      const lx = tx + 7 * Math.cos(angle);
      let ly = ty + 4 + 12 * Math.sin(angle);
      const step = ty < y ? -14 : 14;
      while (taken.some(([ox, oy]) => Math.abs(ox - lx) < 90 && Math.abs(oy - ly) < 13)) ly += step;
      taken.push([lx, ly]);
      c.lineWidth = 3.5;
      c.strokeStyle = theme.css.ground;
      c.strokeText(name, lx, ly);
      c.fillStyle = theme.css.ink;
      c.fillText(name, lx, ly);
    }
  }

  // -- pointer

  listen() {
    const e = this.element, fingers = new Map();
    const at = event => { const box = e.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
    const spread = () => { const [a, b] = [...fingers.values()]; return Math.hypot(a[0] - b[0], a[1] - b[1]); };
    e.addEventListener("wheel", event => {
      event.preventDefault();
      const lines = event.deltaMode === 1 ? 16 : 1;
      this.zoomBy(Math.exp(-event.deltaY * lines * (event.ctrlKey ? .01 : .002)), at(event));
    }, { passive: false });
    e.addEventListener("pointerdown", event => {
      if (event.button) return;
      fingers.set(event.pointerId, at(event));
      e.setPointerCapture(event.pointerId);
      e.focus({ preventScroll: true });
      clearTimeout(this.drag?.timer);
      if (fingers.size === 2) { this.drag = { tool: "pinch", span: spread() }; return; }
      const path = (event.altKey || state.tool === "path") && decoder && this.isMap;
      const tool = path ? "path" : event.shiftKey || state.tool === "lasso" ? "lasso" : "move";
      this.drag = { tool, from: at(event), last: at(event), moved: false, add: event.shiftKey };
      if (event.pointerType === "touch" && tool === "move") this.drag.timer = setTimeout(() => {
        if (!this.drag.moved) { this.drag.tool = "lasso"; say("Lasso: keep the finger down and draw."); }
      }, 500);
    });
    e.addEventListener("pointermove", event => {
      const here = at(event), drag = this.drag;
      if (fingers.has(event.pointerId)) fingers.set(event.pointerId, here);
      if (!drag) return this.hover(here);
      if (drag.tool === "pinch") {
        if (fingers.size === 2) { const span = spread(), [a, b] = [...fingers.values()]; this.zoomBy(span / drag.span, [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]); drag.span = span; }
        return;
      }
      if (!drag.moved && Math.hypot(here[0] - drag.from[0], here[1] - drag.from[1]) < 4) return;
      if (!drag.moved) { drag.moved = true; if (drag.tool !== "move") drag.line = [drag.from]; hover(-1); }
      if (drag.tool === "move") this.moveBy((drag.last[0] - here[0]) / this.scale, (here[1] - drag.last[1]) / this.scale);
      else drag.line.push(here);
      drag.last = here;
      invalidate();
    });
    const end = event => {
      fingers.delete(event.pointerId);
      const drag = this.drag;
      if (fingers.size || !drag) return;
      clearTimeout(drag.timer);
      this.drag = null;
      if (event.type === "pointercancel") return invalidate();
      if (drag.line && drag.tool === "lasso") selectInside(this.layout, simplified(drag.line, 1.5).map(p => this.place(p)), drag.add);
      else if (drag.line) setPath(simplified(drag.line, 1.5).map(p => this.place(p)));
      else if (!drag.moved && drag.tool !== "pinch") this.click(at(event), drag.add);
      invalidate();
    };
    e.addEventListener("pointerup", end);
    e.addEventListener("pointercancel", end);
    e.addEventListener("pointerleave", () => { if (!this.drag) hover(-1); });
    e.addEventListener("keydown", event => this.key(event));
  }
  pick(pixel) {
    if (!this.atRest) return -1;
    const [x, y] = this.place(pixel);
    return this.layout.nearest(x, y, Math.max(10, pointSize(this) / 2 + 4) / this.scale, i => rows.marks[2 * i] > 0);
  }
  hover(pixel) {
    const row = this.pick(pixel);
    this.element.style.cursor = state.tool !== "move" ? "crosshair" : row >= 0 ? "pointer" : "";
    hover(row, this);
  }
  click(pixel, add) {
    const row = this.pick(pixel);
    if (add) { if (row >= 0) selectRow(row); return; }
    if (row >= 0) setPlace(layouts[0].at(row), row);
    else if (this.isMap && this.atRest) setPlace(this.place(pixel), -1);
  }
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (arrow && event.shiftKey) {
      const at = this.isMap && state.place?.at || this.place([this.width / 2, this.height / 2]);
      if (this.isMap) setPlace([at[0] + arrow[0] * 12 / this.scale, at[1] + arrow[1] * 12 / this.scale], -1);
    } else if (arrow) this.moveBy(arrow[0] * 60 / this.scale, arrow[1] * 60 / this.scale);
    else if (event.key === "+" || event.key === "=") this.zoomBy(1.4);
    else if (event.key === "-") this.zoomBy(1 / 1.4);
    else if (event.key === "0") this.fit();
    else if (event.key === "n" || event.key === "N") stepRow(event.key === "n" ? 1 : -1, this);
    else if (event.key === " ") { if (hovered.row >= 0) selectRow(hovered.row); }
    else if (event.key === "Enter") { if (hovered.row >= 0) setPlace(layouts[0].at(hovered.row), hovered.row); else if (this.isMap) setPlace([this.view.x, this.view.y], -1); }
    else if (event.key === "s") { const [x0, y0, x1, y1] = this.corners(); selectInside(this.layout, [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]); }
    else return;
    event.preventDefault();
  }
}

/** The neighbours of a row: kept ones stand near in the data and on the map, lost ones only in the data, false ones only on the map. */
const neighboursOf = i => {
  const inData = [...near.subarray(i * K, i * K + K)], onMap = [...shown.subarray(i * K, i * K + K)];
  return [
    ...inData.map(row => ({ row, kind: onMap.includes(row) ? "kept" : "lost" })),
    ...onMap.filter(row => !inData.includes(row)).map(row => ({ row, kind: "false" })),
  ];
};

/** A line without the points that lie closer than some pixels to what remains (Douglas and Peucker). */
const simplified = (line, tolerance) => {
  const [[x0, y0], [x1, y1]] = [line[0], line.at(-1)], length = Math.hypot(x1 - x0, y1 - y0);
  let far = 0, at = 0;
  for (let i = 1; i < line.length - 1; i++) {
    const [x, y] = line[i];
    const d = length < 1e-9 ? Math.hypot(x - x0, y - y0) : Math.abs((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) / length;
    if (d > far) { far = d; at = i; }
  }
  if (far <= tolerance) return [line[0], line.at(-1)];
  return [...simplified(line.slice(0, at + 1), tolerance), ...simplified(line.slice(at), tolerance).slice(1)];
};

/** A line's points at equal distances. */
const evenly = (line, count) => {
  const lengths = [0];
  for (let i = 1; i < line.length; i++) lengths.push(lengths[i - 1] + Math.hypot(line[i][0] - line[i - 1][0], line[i][1] - line[i - 1][1]));
  const whole = lengths.at(-1), even = [];
  for (let k = 0, i = 1; k < count; k++) {
    const goal = whole * k / (count - 1);
    while (i < line.length - 1 && lengths[i] < goal) i++;
    const part = lengths[i] > lengths[i - 1] ? (goal - lengths[i - 1]) / (lengths[i] - lengths[i - 1]) : 0;
    even.push([0, 1].map(d => line[i - 1][d] + (line[i][d] - line[i - 1][d]) * part));
  }
  return even;
};

// ---- the lattice behind the points: decoded pictures, decoded values of the column that colours the map, or decoded rows as bars

const lattice = {
  cells: new Map(),
  queue: [],
  kind() { return picture ? "pictures" : decodedColour() ? "values" : "bars"; },
  draw(c, pane) {
    const kind = this.kind(), smallest = kind === "values" ? 11 : 62;
    const level = Math.floor(Math.log2(pane.scale * 2 / smallest)), pitch = 2 / 2 ** level, side = pitch * pane.scale;
    const [x0, y0, x1, y1] = pane.corners();
    const colour = decodedColour();
    this.queue = [];
    c.imageSmoothingEnabled = picture && picture.width > 16;
    for (let j = Math.floor(y0 / pitch); j * pitch < y1; j++) for (let i = Math.floor(x0 / pitch); i * pitch < x1; i++) {
      const key = `${kind === "values" ? state.colour : kind} ${level} ${i} ${j}`, centre = [(i + .5) * pitch, (j + .5) * pitch];
      const cell = this.cells.get(key);
      if (!cell) { this.queue.push({ key, centre }); continue; }
      const [px, py] = pane.pixel([i * pitch, (j + 1) * pitch]).map(Math.round);
      c.globalAlpha = cell.known * { bars: .5, values: .45, pictures: .42 }[kind];
      if (kind === "values") {
        const [right, below] = pane.pixel([(i + 1) * pitch, j * pitch]).map(Math.round);
        c.fillStyle = cell.shade ??= `rgb(${colour.paint(unscale(cell.row))})`;
        c.fillRect(px, py, right - px, below - py);
      }
      else if (kind === "pictures") c.drawImage(cell.image, px + 2, py + 2, side - 4, side - 4);
      else this.bars(c, cell.row, px + side * .14, py + side * .14, side * .72);
    }
    c.globalAlpha = 1;
    const [mx, my] = [pane.view.x, pane.view.y];
    for (const each of this.queue) each.far = Math.hypot(each.centre[0] - mx, each.centre[1] - my);
    this.queue.sort((a, b) => b.far - a.far);
    if (this.queue.length && !this.timer) this.timer = setTimeout(() => this.work(), 0);
  },
  /** Where no row is near, the decoder only guesses: paler, in [0.25,1]. */
  known([x, y]) {
    const row = layouts[0].nearest(x, y, .14, () => true);
    if (row < 0) return .25;
    const [a, b] = layouts[0].at(row), t = Math.max(0, (Math.hypot(a - x, b - y) - .02) / .12);
    return 1 - .75 * t * t * (3 - 2 * t);
  },
  words() {
    const kind = this.kind(), most = features.slice(0, 12).map(f => f.column);
    return kind === "pictures" ? "decoded pictures" : kind === "values" ? `decoded ${state.colour}`
      : `decoded rows, a bar a column (${most.join(", ")})`;
  },
  /** Decodes for some milliseconds, then lets the page breathe; shows what there is four times a second. */
  work() {
    this.timer = 0;
    const until = performance.now() + 25;
    this.shown ||= until;
    if (this.cells.size > 8000) this.cells.clear();
    while (this.queue.length && performance.now() < until) {
      const { key, centre } = this.queue.pop(), row = decode(centre), known = this.known(centre);
      this.cells.set(key, picture
        ? { known, image: paint(el("canvas"), unscale(row), v => v.length === 1 ? [...theme.ink, v[0]] : opaque(v)) }
        : { known, row });
    }
    if (this.queue.length && performance.now() < this.shown + 250) {
      this.timer = setTimeout(() => this.work(), 0);
    } else {
      this.shown = 0;
      invalidate();
    }
  },
  bars(c, row, x, y, side) {
    const n = Math.min(12, row.length), w = side / n;
    c.strokeStyle = theme.css.muted;
    c.lineWidth = .7;
    c.beginPath(); c.moveTo(x, y + side / 2); c.lineTo(x + side, y + side / 2); c.stroke();
    for (let k = 0; k < n; k++) {
      const h = Math.max(-1, Math.min(1, row[k] / 2.5)) * side / 2;
      c.fillStyle = theme.css.muted;
      c.fillRect(x + k * w + w * .12, y + side / 2 - Math.max(0, h), w * .76, Math.abs(h));
    }
  },
};
