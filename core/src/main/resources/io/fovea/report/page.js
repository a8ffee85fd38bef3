(() => {
  const root = document.documentElement;
  const store = { get: () => { try { return localStorage.getItem("fovea-theme"); } catch { return null; } },
                  set: v => { try { localStorage.setItem("fovea-theme", v); } catch { /* private window */ } } };
  const chosen = store.get();
  if (chosen) root.dataset.theme = chosen;
  const button = document.querySelector("button.theme");
  button.hidden = false;
  button.addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    store.set(root.dataset.theme);
  });
})();

// Reading a plot: the points of the drawn lines, turned back into values by the spans that the plot carries.
for (const plot of document.querySelectorAll(".plots .plot")) {
  const axis = text => {
    const [from, to, start, end, log] = text.split(" ");
    const a = { from: +from, to: +to, start: +start, end: +end };
    const [lo, hi] = log ? [Math.log(a.from), Math.log(a.to)] : [a.from, a.to];
    a.value = p => { const v = lo + (p - a.start) / (a.end - a.start) * (hi - lo); return log ? Math.exp(v) : v; };
    return a;
  };
  const x = axis(plot.dataset.x), y = axis(plot.dataset.y);
  const curves = [...plot.querySelectorAll("g[data-name]")].map(g => {
    const numbers = (g.querySelector(".line").getAttribute("d").match(/(?<!h)-?\d+(\.\d+)?/g) || []).map(Number);
    const points = [];
    for (let i = 0; i + 1 < numbers.length; i += 2) points.push([numbers[i], numbers[i + 1]]);
    return { name: g.dataset.name, colour: g.getAttribute("class"), points };
  }).filter(c => c.points.length);
  if (!curves.length) continue;
  const figure = plot.parentElement;
  const hair = document.createElement("div"), reading = document.createElement("div");
  hair.className = "hair"; reading.className = "reading"; hair.hidden = reading.hidden = true;
  figure.append(hair, reading);
  const number = v => { const a = Math.abs(v); return a !== 0 && (a < 1e-3 || a >= 1e6) ? v.toExponential(2) : String(+v.toPrecision(4)); };
  const hide = () => { hair.hidden = reading.hidden = true; };
  plot.addEventListener("pointerleave", hide);
  plot.addEventListener("pointermove", event => {
    const box = plot.getBoundingClientRect();
    const scale = box.width / plot.viewBox.baseVal.width;
    const at = (event.clientX - box.left) / scale;
    if (at < x.start - 6 || at > x.end + 6) return hide();
    const nearest = c => c.points.reduce((a, b) => Math.abs(b[0] - at) < Math.abs(a[0] - at) ? b : a);
    const hits = curves.map(c => ({ c, p: nearest(c) }));
    const middle = hits.reduce((a, b) => Math.abs(b.p[0] - at) < Math.abs(a.p[0] - at) ? b : a).p[0];
    reading.replaceChildren();
    const head = document.createElement("b");
    head.textContent = `step ${Math.round(x.value(middle)).toLocaleString("en-US")}`;
    reading.append(head);
    for (const { c, p } of hits) {
      const line = document.createElement("div"), dot = document.createElement("i");
      dot.style.setProperty("--c", getComputedStyle(plot.querySelector("." + c.colour)).getPropertyValue("--c"));
      line.append(dot, `${c.name} `, Object.assign(document.createElement("b"), { textContent: number(y.value(p[1])) }));
      reading.append(line);
    }
    hair.hidden = reading.hidden = false;
    const left = middle * scale, top = y.end * scale;
    Object.assign(hair.style, { left: left + "px", top: top + "px", height: (y.start - y.end) * scale + "px" });
    const room = figure.clientWidth - reading.offsetWidth;
    reading.style.left = Math.max(0, Math.min(room, left > box.width / 2 ? left - reading.offsetWidth - 12 : left + 12)) + "px";
    reading.style.top = top + 6 + "px";
  });
}
