#version 300 es
in vec2 from;
in vec2 to;
in vec4 colour;
in uvec2 mark; // state (0 hidden, 1 dim, 2 plain, 3 picked) and shape
uniform float morph;
uniform vec2 centre;
uniform vec2 reach; // half the view's width and height, in map units
uniform float size;
uniform float alpha;
uniform bool picked;
out vec4 tint;
flat out uint shape;
flat out float outline;
flat out float pixel;

void main() {
  uint state = mark.x;
  bool drawn = picked ? state == 3u : state == 1u || state == 2u;
  float width = (picked ? size * 1.25 + 2. : size) + 1.;
  gl_Position = drawn ? vec4((mix(from, to, morph) - centre) / reach, 0, 1) : vec4(2, 2, 2, 1);
  gl_PointSize = drawn ? width : 1.;
  tint = vec4(colour.rgb, state == 1u ? alpha * .16 : state == 3u ? 1. : alpha);
  shape = mark.y;
  outline = picked ? 2.4 / width : 0.;
  pixel = 2. / width;
}
