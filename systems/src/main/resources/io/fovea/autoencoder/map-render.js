// ---- points on a canvas: WebGL 2 where it is there, else two dimensions

/** Rows to draw: places on both layouts, colours (RGBA) and marks (state, shape); version says when the latter two changed. */
const pointSet = (from, to) => {
  const n = from.length / 2;
  return { n, from, to: to || from, colours: new Uint8Array(4 * n).fill(255), marks: new Uint8Array(2 * n).fill(0), version: 0 };
};

class GlRenderer {
  static of(canvas) {
    const gl = canvas.getContext("webgl2", { antialias: false, alpha: true, powerPreference: "high-performance" });
    return gl && new GlRenderer(gl);
  }
  constructor(gl) {
    this.gl = gl;
    this.buffers = new Map();
    this.start();
    gl.canvas.addEventListener("webglcontextlost", e => e.preventDefault());
    gl.canvas.addEventListener("webglcontextrestored", () => { this.buffers.clear(); this.start(); invalidate(); });
  }
  start() {
    const gl = this.gl, program = gl.createProgram();
    for (const [type, source] of [[gl.VERTEX_SHADER, SHADER_vert], [gl.FRAGMENT_SHADER, SHADER_frag]]) {
      const shader = gl.createShader(type);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) throw new Error(gl.getProgramInfoLog(program));
    gl.useProgram(program);
    this.uniform = Object.fromEntries(["morph", "centre", "reach", "size", "alpha", "picked", "rim"].map(u => [u, gl.getUniformLocation(program, u)]));
    this.attribute = Object.fromEntries(["from", "to", "colour", "mark"].map(a => [a, gl.getAttribLocation(program, a)]));
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }
  upload(set) {
    const gl = this.gl;
    let b = this.buffers.get(set);
    const fill = (buffer, array) => { gl.bindBuffer(gl.ARRAY_BUFFER, buffer); gl.bufferData(gl.ARRAY_BUFFER, array, gl.DYNAMIC_DRAW); };
    if (!b) {
      b = { array: gl.createVertexArray(), colours: gl.createBuffer(), marks: gl.createBuffer(), version: -1 };
      gl.bindVertexArray(b.array);
      for (const name of ["from", "to"]) {
        fill(gl.createBuffer(), set[name]);
        gl.enableVertexAttribArray(this.attribute[name]);
        gl.vertexAttribPointer(this.attribute[name], 2, gl.FLOAT, false, 0, 0);
      }
      gl.bindBuffer(gl.ARRAY_BUFFER, b.colours);
      gl.enableVertexAttribArray(this.attribute.colour);
      gl.vertexAttribPointer(this.attribute.colour, 4, gl.UNSIGNED_BYTE, true, 0, 0);
      gl.bindBuffer(gl.ARRAY_BUFFER, b.marks);
      gl.enableVertexAttribArray(this.attribute.mark);
      gl.vertexAttribIPointer(this.attribute.mark, 2, gl.UNSIGNED_BYTE, 0, 0);
      // Drawn in a mixed order, so that no class lies on top because it stands last in the table.
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
      gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, mixedOrder(set.n), gl.STATIC_DRAW);
      this.buffers.set(set, b);
    }
    if (b.version !== set.version) {
      fill(b.colours, set.colours);
      fill(b.marks, set.marks);
      b.picked = false;
      for (let i = 0; i < set.n && !b.picked; i++) b.picked = set.marks[2 * i] === 3;
      b.version = set.version;
    }
    gl.bindVertexArray(b.array);
    return b;
  }
  draw(sets, camera) {
    const gl = this.gl, u = this.uniform;
    gl.viewport(0, 0, gl.canvas.width, gl.canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniform1f(u.morph, camera.morph);
    gl.uniform2f(u.centre, camera.x, camera.y);
    gl.uniform2f(u.reach, camera.width / 2 / camera.scale, camera.height / 2 / camera.scale);
    gl.uniform1f(u.alpha, camera.alpha);
    gl.uniform3f(u.rim, ...camera.rim.map(v => v / 255));
    for (const set of sets) {
      const b = this.upload(set);
      gl.uniform1f(u.size, camera.size * camera.ratio * (set.grow || 1));
      for (const picked of b.picked ? [0, 1] : [0]) {
        gl.uniform1i(u.picked, picked);
        gl.drawElements(gl.POINTS, set.n, gl.UNSIGNED_INT, 0);
      }
    }
  }
}

const mixedOrder = n => {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  let seed = 1;
  for (let i = n - 1; i > 0; i--) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const j = Math.floor(seed / 2 ** 32 * (i + 1)), kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }
  return order;
};

class CanvasRenderer {
  constructor(canvas) {
    this.context = canvas.getContext("2d");
    this.orders = new Map();
  }
  draw(sets, camera) {
    const c = this.context, { ratio, scale, morph } = camera;
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, camera.width, camera.height);
    for (const set of sets) {
      if (!this.orders.has(set)) this.orders.set(set, mixedOrder(set.n));
      const order = this.orders.get(set);
      for (const picked of [false, true]) {
        const r = camera.size / 2 * (set.grow || 1) * (picked ? 1.25 : 1) + (picked ? 1 : 0);
        for (const i of order) {
          const state = set.marks[2 * i];
          if (state === 0 || (state === 3) !== picked) continue;
          const x = camera.width / 2 + (set.from[2 * i] * (1 - morph) + set.to[2 * i] * morph - camera.x) * scale;
          const y = camera.height / 2 - (set.from[2 * i + 1] * (1 - morph) + set.to[2 * i + 1] * morph - camera.y) * scale;
          if (x < -r || y < -r || x > camera.width + r || y > camera.height + r) continue;
          c.globalAlpha = state === 1 ? camera.alpha * .16 : picked ? 1 : camera.alpha;
          c.fillStyle = `rgb(${set.colours[4 * i]},${set.colours[4 * i + 1]},${set.colours[4 * i + 2]})`;
          this.shape(x, y, r, set.marks[2 * i + 1]);
          c.fill();
          if (picked) { c.lineWidth = 1.2; c.strokeStyle = `rgb(${camera.rim})`; c.stroke(); }
        }
      }
    }
    c.globalAlpha = 1;
  }
  shape(x, y, r, shape) {
    const c = this.context;
    c.beginPath();
    if (shape === 1) c.rect(x - r * .87, y - r * .87, r * 1.74, r * 1.74);
    else if (shape === 2) { c.moveTo(x, y - r); c.lineTo(x + r, y + r * .8); c.lineTo(x - r, y + r * .8); c.closePath(); }
    else if (shape === 3) { c.moveTo(x, y - r); c.lineTo(x + r, y); c.lineTo(x, y + r); c.lineTo(x - r, y); c.closePath(); }
    else c.arc(x, y, r, 0, 7);
  }
}
