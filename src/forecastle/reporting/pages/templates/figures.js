"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const dark = matchMedia("(prefers-color-scheme: dark)");

// The library's toolbar would offer to upload a chart, with the sales in it, to its maker: never here.
const PRIVATE = { showSendToCloud: false, plotlyServerURL: "", displaylogo: false, responsive: true };

/** Figures carry light colours; where it is dark each is exchanged for its counterpart. */
function recoloured(value) {
  if (!dark.matches) return value;
  if (typeof value === "string") return data.dark[value] ?? value;
  if (Array.isArray(value)) return value.map(recoloured);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, recoloured(inner)]));
  return value;
}
