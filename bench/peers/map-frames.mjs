// Frame times of a map page and of regl-scatterplot with the same points, in one headless Chromium. Run by bench/map-frames.
import { build } from "esbuild";
import puppeteer from "puppeteer-core";
import { readFileSync, writeFileSync } from "node:fs";

const [, , map, folder] = process.argv, frames = 60;
const payload = JSON.parse(/id="map-data">([^]*?)<\/script>/.exec(readFileSync(map, "utf8"))[1]);

const entry = `
import createScatterplot from "regl-scatterplot";
window.ready = (async () => {
  const bytes = Uint8Array.from(atob(${JSON.stringify(payload.points)}), c => c.charCodeAt(0));
  const xy = new Float32Array(bytes.buffer), n = xy.length / 2, most = xy.reduce((a, v) => Math.max(a, Math.abs(v)), 0);
  const canvas = document.querySelector("canvas");
  const plot = createScatterplot({ canvas, width: 878, height: 574, pointSize: 3, colorBy: "valueA", pointColor: ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#86083e", "#5a1b9d", "#78bfff", "#2bdca2", "#816310"] });
  const x = Array.from({ length: n }, (_, i) => xy[2 * i] / most), y = Array.from({ length: n }, (_, i) => xy[2 * i + 1] / most);
  await plot.draw({ x, y, z: x.map((_, i) => i % 9) });
  window.frame = k => new Promise(done => {
    plot.subscribe("draw", () => done(canvas), 1);
    plot.set({ cameraDistance: 1 - k * .004 });
    plot.redraw();
  });
})();`;
const bundle = await build({ stdin: { contents: entry, resolveDir: folder }, bundle: true, write: false, format: "iife" });
const peer = folder + "/regl.html";
writeFileSync(peer, `<!doctype html><canvas width="878" height="574"></canvas><script>${bundle.outputFiles[0].text.replaceAll("</script", "<\\/script")}</script>`);

const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", headless: true,
  args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--allow-file-access-from-files"] });
const measure = async file => {
  const page = await browser.newPage();
  page.on("pageerror", e => console.error(file, e.message));
  await page.setViewport({ width: 1280, height: 800, deviceScaleFactor: 1 });
  await page.goto("file://" + file);
  await page.evaluate(() => window.ready);
  await new Promise(r => setTimeout(r, 1500));
  const times = await page.evaluate(async frames => {
    const probe = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
    const frame = window.frame || (async k => { foveaMap.zoom(1 + k * .004); return foveaMap.canvas; });
    const times = [];
    for (let k = 0; k < frames + 10; k++) {
      const began = performance.now();
      probe.drawImage(await frame(k), 400, 250, 1, 1, 0, 0, 1, 1);
      probe.getImageData(0, 0, 1, 1); // waits until the frame is drawn
      if (k >= 10) times.push(performance.now() - began);
      await new Promise(requestAnimationFrame);
    }
    return times.sort((a, b) => a - b);
  }, frames);
  await page.close();
  return times;
};
const results = { "Fovea": [], "regl-scatterplot": [] };
for (let round = 0; round < 3; round++) {
  results["Fovea"].push(...await measure(map));
  results["regl-scatterplot"].push(...await measure(peer));
}
await browser.close();
console.log(`${payload.n} points, 878 x 574 pixels, ${frames} frames in each of 3 rounds, software WebGL`);
for (const [name, times] of Object.entries(results)) {
  times.sort((a, b) => a - b);
  console.log(`${name.padEnd(18)} median ${times[times.length >> 1].toFixed(1)} ms   90 % ${times[Math.floor(times.length * .9)].toFixed(1)} ms`);
}
