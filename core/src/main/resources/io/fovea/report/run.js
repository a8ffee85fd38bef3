(() => {
  const stage = document.querySelector(".stage");
  if (!stage) return;
  const sheets = JSON.parse(document.getElementById("sheets").textContent);
  const image = stage.querySelector("img"), sheet = stage.querySelector(".sheet");
  const scrub = document.querySelector(".scrub"), slider = scrub.querySelector("input"), output = scrub.querySelector("output");
  const [back, play, forth, natural] = scrub.querySelectorAll("button");
  scrub.hidden = false;
  let at = sheets.length - 1, asked = 0, timer = 0;
  const load = i => { const picture = new Image(); picture.src = sheets[i].file; return picture.decode().catch(() => {}); };
  const show = async i => {
    at = Math.max(0, Math.min(sheets.length - 1, i));
    slider.value = at;
    const small = document.createElement("small");
    small.textContent = sheets[at].after;
    output.replaceChildren(`step ${sheets[at].step.toLocaleString("en-US")}`, small);
    const mine = ++asked;
    await load(at);
    if (mine !== asked) return;
    image.src = sheets[at].file;
    image.width = sheets[at].width; image.height = sheets[at].height;
    image.alt = `Samples after step ${sheets[at].step}`;
    if (at + 1 < sheets.length) load(at + 1);
    if (at > 0) load(at - 1);
  };
  const stop = () => { clearInterval(timer); timer = 0; play.setAttribute("aria-pressed", "false"); };
  slider.max = sheets.length - 1;
  slider.addEventListener("input", () => { stop(); show(+slider.value); });
  back.addEventListener("click", () => { stop(); show(at - 1); });
  forth.addEventListener("click", () => { stop(); show(at + 1); });
  play.addEventListener("click", () => {
    if (timer) return stop();
    play.setAttribute("aria-pressed", "true");
    if (at === sheets.length - 1) show(0);
    timer = setInterval(() => at === sheets.length - 1 ? stop() : show(at + 1), 350);
  });
  natural.addEventListener("click", () => {
    const on = sheet.classList.toggle("natural");
    natural.setAttribute("aria-pressed", String(on));
  });
  // report.html#step=2000 opens at that sheet
  const wanted = () => {
    const step = /^#step=(\d+)$/.exec(location.hash);
    const i = step ? sheets.findIndex(s => s.step >= +step[1]) : -1;
    return i < 0 ? sheets.length - 1 : i;
  };
  addEventListener("hashchange", () => show(wanted()));
  show(wanted());
})();
