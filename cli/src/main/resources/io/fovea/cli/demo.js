for (const figure of document.querySelectorAll(".compare")) {
  const W = +figure.dataset.width, H = +figure.dataset.height;
  const stage = figure.querySelector(".stage"), handle = figure.querySelector(".handle");
  const under = figure.querySelector(".under"), over = figure.querySelector(".over");
  const output = figure.querySelector("output");
  const panes = [...figure.querySelectorAll(".pane")], sources = panes.map(p => p.querySelector("img"));
  const left = figure.querySelector("select.left"), right = figure.querySelector("select.right");
  // Divider in [0,1] of the stage; the point (x, y) in [0,1] of the picture is in the stage's middle; close-ups show (fx, fy).
  const [fx, fy] = figure.dataset.focus.split(" ").map(Number);
  const view = { split: .5, zoom: 1, x: .5, y: .5, fx, fy };
  const clamp = (v, lo, hi) => Math.min(hi, Math.max(lo, v));

  const pixels = img => img.classList.toggle("pixels", img.naturalWidth > 0 && img.naturalWidth < W);
  for (const img of [under, over, ...sources]) img.complete ? pixels(img) : 0, img.addEventListener("load", () => pixels(img));

  const draw = () => {
    const half = .5 / view.zoom;
    view.x = clamp(view.x, half, 1 - half);
    view.y = clamp(view.y, half, 1 - half);
    const w = stage.clientWidth, h = stage.clientHeight;
    const tx = w / 2 - view.x * w * view.zoom, ty = h / 2 - view.y * h * view.zoom;
    for (const img of [under, over]) img.style.transform = `translate(${tx}px, ${ty}px) scale(${view.zoom})`;
    // The clip is in the picture's own coordinates, before the transform.
    const edge = clamp((view.split * w - tx) / (w * view.zoom), 0, 1) * 100;
    over.style.clipPath = `inset(0 0 0 ${edge}%)`;
    handle.style.left = view.split * 100 + "%";
    handle.setAttribute("aria-valuenow", Math.round(view.split * 100));
    handle.setAttribute("aria-valuetext", `${Math.round(view.split * 100)} % ${left.selectedOptions[0].text}`);
    output.textContent = +view.zoom.toFixed(1) + "×";
    stage.classList.toggle("zoomed", view.zoom > 1);
    for (const img of sources) {
      const box = img.parentElement, share = .34 / Math.sqrt(view.zoom);
      const scale = box.clientWidth / (W * share);
      img.style.width = W * scale + "px";
      img.style.height = H * scale + "px";
      const px = clamp(view.fx * W * scale - box.clientWidth / 2, 0, Math.max(0, W * scale - box.clientWidth));
      const py = clamp(view.fy * H * scale - box.clientHeight / 2, 0, Math.max(0, H * scale - box.clientHeight));
      img.style.transform = `translate(${-px}px, ${-py}px)`;
    }
  };
  const choose = () => {
    under.src = sources[left.value].src;
    over.src = sources[right.value].src;
    under.alt = left.selectedOptions[0].text;
    over.alt = right.selectedOptions[0].text;
    figure.querySelector(".from").textContent = under.alt;
    figure.querySelector(".to").textContent = over.alt;
    draw();
  };
  const at = event => {
    const box = stage.getBoundingClientRect();
    return { sx: clamp((event.clientX - box.left) / box.width, 0, 1), sy: clamp((event.clientY - box.top) / box.height, 0, 1) };
  };
  const picture = ({ sx, sy }) => ({ x: view.x + (sx - .5) / view.zoom, y: view.y + (sy - .5) / view.zoom });
  const zoomTo = (zoom, p = { sx: .5, sy: .5 }) => {
    const fixed = picture(p);
    view.zoom = clamp(zoom, 1, 12);
    view.x = fixed.x - (p.sx - .5) / view.zoom;
    view.y = fixed.y - (p.sy - .5) / view.zoom;
    draw();
    if (p.sx === .5 && p.sy === .5) { view.fx = view.x; view.fy = view.y; draw(); }
  };

  const fingers = new Map();
  let mode = null, last = null, span = 0;
  const distance = () => { const [a, b] = [...fingers.values()]; return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY); };
  stage.addEventListener("pointerdown", event => {
    if (event.button) return;
    fingers.set(event.pointerId, event);
    stage.setPointerCapture(event.pointerId);
    last = at(event);
    if (fingers.size === 2) { mode = "pinch"; span = distance(); return; }
    mode = event.target.closest(".handle") || view.zoom === 1 ? "split" : "pan";
    (mode === "split" ? handle : stage).focus({ preventScroll: true });
    if (mode === "split") { view.split = last.sx; draw(); }
    event.preventDefault();
  });
  stage.addEventListener("pointermove", event => {
    const now = at(event);
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, event);
    if (mode === "pinch" && fingers.size === 2) {
      const next = distance();
      zoomTo(view.zoom * next / span, now);
      span = next;
    } else if (mode === "split") {
      view.split = now.sx;
    } else if (mode === "pan") {
      view.x -= (now.sx - last.sx) / view.zoom;
      view.y -= (now.sy - last.sy) / view.zoom;
    }
    last = now;
    const p = picture(now);
    view.fx = p.x; view.fy = p.y;
    draw();
  });
  const up = event => { fingers.delete(event.pointerId); mode = null; };
  stage.addEventListener("pointerup", up);
  stage.addEventListener("pointercancel", up);
  // The wheel scrolls the page until the picture is chosen by a click or key, or Ctrl is held.
  stage.addEventListener("wheel", event => {
    if (!event.ctrlKey && !event.metaKey && !stage.contains(document.activeElement)) return;
    event.preventDefault();
    zoomTo(view.zoom * Math.exp(-event.deltaY * (event.ctrlKey ? .01 : .002)), at(event));
  }, { passive: false });
  stage.addEventListener("keydown", event => {
    const onHandle = event.target === handle, step = event.shiftKey ? .1 : .02;
    const sign = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "+" || event.key === "=") zoomTo(view.zoom * 1.5);
    else if (event.key === "-") zoomTo(view.zoom / 1.5);
    else if (event.key === "0") zoomTo(1);
    else if (onHandle && sign) view.split = clamp(view.split + sign * step, 0, 1);
    else if (onHandle && event.key === "Home") view.split = 0;
    else if (onHandle && event.key === "End") view.split = 1;
    else if (!onHandle && sign && view.zoom > 1) {
      if (/Left|Right/.test(event.key)) view.x += sign * .1 / view.zoom; else view.y -= sign * .1 / view.zoom;
      view.fx = view.x; view.fy = view.y;
    } else return;
    event.preventDefault();
    draw();
  });
  for (const button of figure.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () =>
      zoomTo({ in: view.zoom * 1.5, out: view.zoom / 1.5, reset: 1 }[button.dataset.zoom]));
  }
  left.addEventListener("change", choose);
  right.addEventListener("change", choose);
  new ResizeObserver(draw).observe(figure);
  choose();
}
