// ---- the networks, and the table's way into them and out

const erf = x => { // Abramowitz and Stegun 7.1.26, to 1.5e-7
  const t = 1 / (1 + .3275911 * Math.abs(x));
  const y = 1 - ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - .284496736) * t + .254829592) * t * Math.exp(-x * x);
  return x < 0 ? -y : y;
};
const normal = x => .5 * (1 + erf(x / Math.SQRT2));
const logistic = x => 1 / (1 + Math.exp(-x));

// Value, and slope at x with value y.
const FUNCTIONS = {
  relu: [x => x > 0 ? x : 0, x => x > 0 ? 1 : 0],
  tanh: [Math.tanh, (x, y) => 1 - y * y],
  sigmoid: [logistic, (x, y) => y * (1 - y)],
  elu: [x => x > 0 ? x : Math.expm1(x), (x, y) => x > 0 ? 1 : y + 1],
  gelu: [x => x * normal(x), x => normal(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI)],
};

const AFFINE = {
  linear(l, x, y) {
    for (let o = 0, w = 0; o < l.out; o++) {
      let sum = 0;
      for (let i = 0; i < l.in; i++) sum += l.weight[w++] * x[i];
      y[o] += sum;
    }
  },
  conv(l, x, y) {
    const [oh, ow] = l.size, k = l.kernel;
    for (let o = 0; o < l.out; o++) for (let c = 0; c < l.in; c++) for (let ky = 0; ky < k; ky++) for (let kx = 0; kx < k; kx++) {
      const w = l.weight[((o * l.in + c) * k + ky) * k + kx];
      for (let oy = 0; oy < oh; oy++) {
        const iy = oy * l.stride + ky - l.padding;
        if (iy < 0 || iy >= l.height) continue;
        for (let ox = 0; ox < ow; ox++) {
          const ix = ox * l.stride + kx - l.padding;
          if (ix >= 0 && ix < l.width) y[(o * oh + oy) * ow + ox] += w * x[(c * l.height + iy) * l.width + ix];
        }
      }
    }
  },
  convTranspose(l, x, y) {
    const [oh, ow] = l.size, k = l.kernel;
    for (let c = 0; c < l.in; c++) for (let o = 0; o < l.out; o++) for (let ky = 0; ky < k; ky++) for (let kx = 0; kx < k; kx++) {
      const w = l.weight[((c * l.out + o) * k + ky) * k + kx];
      for (let iy = 0; iy < l.height; iy++) {
        const oy = iy * l.stride + ky - l.padding;
        if (oy < 0 || oy >= oh) continue;
        for (let ix = 0; ix < l.width; ix++) {
          const ox = ix * l.stride + kx - l.padding;
          if (ox >= 0 && ox < ow) y[(o * oh + oy) * ow + ox] += w * x[(c * l.height + iy) * l.width + ix];
        }
      }
    }
  },
  crop(l, x, y) {
    const [oh, ow] = l.size;
    for (let c = 0; c < l.in; c++) for (let i = 0; i < oh; i++) for (let j = 0; j < ow; j++)
      y[(c * oh + i) * ow + j] = x[(c * l.height + i) * l.width + j];
  },
};

class Network {
  constructor(layers) {
    this.layers = layers.map(l => ({ ...l, weight: floatsOf(l.weight), bias: floatsOf(l.bias) ?? new Float32Array(l.out || 0), size: l.size ?? Network.size(l) }));
  }
  static size(l) {
    const across = n => l.kind === "conv" ? Math.floor((n + 2 * l.padding - l.kernel) / l.stride) + 1
      : (n - 1) * l.stride - 2 * l.padding + l.kernel + l.outputPadding;
    return l.kind === "linear" ? [1, 1] : [across(l.height), across(l.width)];
  }
  /** The output, and the derivatives in the given directions at the same time. */
  run(input, directions = []) {
    let x = Float32Array.from(input), ds = directions;
    for (const l of this.layers) {
      if (AFFINE[l.kind]) {
        const area = l.size[0] * l.size[1], y = new Float32Array(l.out * area);
        for (let i = 0; i < y.length; i++) y[i] = l.bias[Math.floor(i / area)];
        AFFINE[l.kind](l, x, y);
        ds = ds.map(d => { const e = new Float32Array(y.length); AFFINE[l.kind](l, d, e); return e; });
        x = y;
      } else {
        const [value, slope] = FUNCTIONS[l.kind], y = x.map(value), before = x;
        ds = ds.map(d => d.map((v, i) => v * slope(before[i], y[i])));
        x = y;
      }
    }
    return { value: x, directions: ds };
  }
}

const model = raw.model || { encoder: [], decoder: [], pca: [], features: [] };
const network = layers => layers.length ? new Network(layers) : null;
const encoder = network(model.encoder), decoder = network(model.decoder), pcaEncoder = network(model.pca);
const features = model.features, picture = model.picture || null;
const width = features.reduce((w, f) => w + (f.levels ? f.levels.length : 1), 0);
const featureNamed = new Map(features.map(f => [f.column, f]));

/** The scaled row at a place of the map (in [-1,1]). */
const decode = place => decoder.run(layouts[0].outward(place)).value;

/** Unscaled slots of a scaled row. */
const unscale = row => {
  const values = new Float64Array(width);
  for (const f of features) {
    if (f.levels) f.levels.forEach((_, k) => values[f.slot + k] = row[f.slot + k]);
    else { const v = row[f.slot] * f.scale + f.shift; values[f.slot] = f.log ? Math.expm1(v) : v; }
  }
  return values;
};

/** A feature's value in an unscaled row: a number, or the level with the largest value. */
const featureValue = (f, values) => {
  if (!f.levels) return values[f.slot];
  let best = 0;
  for (let k = 1; k < f.levels.length; k++) if (values[f.slot + k] > values[f.slot + best]) best = k;
  return f.levels[best];
};

/** The scaled row of fields by column; fails with the name of a field that cannot be used. */
const scaledRow = field => {
  const row = new Float32Array(width);
  for (const f of features) {
    let value = field(f.column);
    if (value == null || /^\s*(|na|nan|null|\?)\s*$/i.test(value)) value = f.fill;
    if (value == null) throw new Error(`${f.column} is missing`);
    if (f.levels) {
      f.levels.forEach((level, k) => row[f.slot + k] = level === value ? 1 : 0);
    } else {
      const number = Number(value);
      if (!Number.isFinite(number)) throw new Error(`${f.column} is not a number: ${value}`);
      if (f.log && number <= -1) throw new Error(`${f.column} is ${number}; its logarithm needs more than -1`);
      row[f.slot] = ((f.log ? Math.log1p(number) : number) - f.shift) / f.scale;
    }
  }
  return row;
};

/** Where a scaled row stands on each layout, and its reconstruction error. */
const placeRow = row => {
  const place = encoder.run(row).value, pca = pcaEncoder && layouts[1] ? pcaEncoder.run(row).value : null;
  let error = NaN;
  if (decoder) {
    const again = decoder.run(place).value;
    error = row.reduce((sum, x, i) => sum + (x - again[i]) ** 2, 0) / row.length;
  }
  return { map: layouts[0].inward(place), raw: place, pca: pca && layouts[1].inward(pca), error, flagged: error > model.errorLimit };
};

/** Slots by the length of their gradient at a place: [name, dx, dy] in scaled units. */
const gradients = place => {
  const [dx, dy] = decoder.run(layouts[0].outward(place), [[1, 0], [0, 1]]).directions;
  const arrows = [];
  for (const f of features) {
    if (f.levels) f.levels.forEach((level, k) => arrows.push([`${f.column}=${level}`, dx[f.slot + k], dy[f.slot + k]]));
    else arrows.push([f.column, dx[f.slot], dy[f.slot]]);
  }
  return arrows.sort((a, b) => Math.hypot(b[1], b[2]) - Math.hypot(a[1], a[2]));
};

// ---- pictures

const paint = (canvas, values, pixel) => {
  const { channels, height, width: w, white } = picture, area = height * w;
  canvas.width = w;
  canvas.height = height;
  const image = new ImageData(w, height);
  for (let i = 0; i < area; i++) {
    const shade = c => Math.max(0, Math.min(255, values[c * area + i] / white * 255));
    image.data.set(pixel(channels === 1 ? [shade(0)] : [shade(0), shade(1), shade(2)]), 4 * i);
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
};
const opaque = c => c.length === 1 ? [c[0], c[0], c[0], 255] : [...c, 255];
const pictureOf = values => paint(el("canvas", { className: "picture" }), values, opaque);

const atlas = raw.thumbnails ? Object.assign(new Image(), { src: raw.thumbnails.source }) : null;
const rowsArePictures = picture && features.every(f => columnNamed.get(f.column)?.kind === "number");
/** The picture of a row, or null. */
const rowPicture = i => {
  if (atlas) {
    const { width: w, height: h, across } = raw.thumbnails;
    const canvas = el("canvas", { className: "picture", width: w, height: h });
    if (atlas.complete) canvas.getContext("2d").drawImage(atlas, i % across * w, Math.floor(i / across) * h, w, h, 0, 0, w, h);
    return canvas;
  }
  if (!rowsArePictures) return null;
  const values = new Float64Array(width);
  for (const f of features) values[f.slot] = columnNamed.get(f.column).values[i];
  return pictureOf(values);
};
