#version 300 es
precision highp float;
in vec4 tint;
flat in uint shape;
flat in float outline;
flat in float pixel;
uniform vec3 rim;
out vec4 result;

void main() {
  vec2 p = gl_PointCoord * 2. - 1.;
  // Distance from the middle, 1 at the border of the shape.
  float d = length(p);
  if (shape == 1u) d = max(abs(p.x), abs(p.y)) * 1.15;
  else if (shape == 2u) d = max(abs(p.x) * 1.9 - p.y, p.y * 1.25);
  else if (shape == 3u) d = abs(p.x) + abs(p.y);
  float inside = 1. - smoothstep(1. - pixel, 1., d);
  if (inside <= 0.) discard;
  float body = 1. - smoothstep(1. - pixel - outline, 1. - outline, d);
  vec3 colour = outline > 0. ? mix(rim, tint.rgb, body) : tint.rgb;
  result = vec4(colour, 1) * (tint.a * inside);
}
