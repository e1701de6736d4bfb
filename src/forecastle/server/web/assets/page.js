// What only the browser can do: write numbers and dates, explain a point of a chart, fill the list of series.
// Options of charts and tables name these functions; text from data is always escaped.
const forecastle = (() => {
  const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
  const fine = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
  const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
  const known = (value) => typeof value === "number" && Number.isFinite(value);

  const number = (value) => (!known(value) ? "–" : Math.abs(value) >= 100 || Number.isInteger(value) ? whole.format(value) : fine.format(value));
  const short = (value) => (!known(value) ? "–" : Math.abs(value) >= 10000 ? compact.format(value) : number(value));
  const ratio = (value) => (!known(value) ? "–" : value.toFixed(2));
  const percent = (value, digits = 1) => (!known(value) ? "–" : `${(100 * value).toFixed(digits)} %`);
  const whole_percent = (value) => percent(value, 0);
  const change = (value) => (!known(value) ? "–" : `${value > 0 ? "▲" : value < 0 ? "▼" : ""} ${percent(Math.abs(value))}`);
  const escape = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

  const FORMS = {
    minute: { dateStyle: "medium", timeStyle: "short" }, hour: { dateStyle: "medium", timeStyle: "short" },
    month: { month: "long", year: "numeric" }, quarter: { month: "long", year: "numeric" }, year: { year: "numeric" },
  };
  const moment = (value, unit) => {
    if (unit === "step") return `Period ${whole.format(value)}`;
    return new Intl.DateTimeFormat("en-GB", FORMS[unit] || { weekday: "short", day: "numeric", month: "short", year: "numeric" }).format(new Date(value));
  };

  // The first label of an axis tells the year, and every new year does.
  const tick = (value, place) => {
    const at = new Date(value);
    if (place && (at.getHours() || at.getMinutes())) return at.toTimeString().slice(0, 5);
    const first = at.getDate() === 1, year = first && at.getMonth() === 0;
    const form = { day: first || !place ? undefined : "numeric", month: place && year ? undefined : "short", year: year || !place ? "numeric" : undefined };
    return new Intl.DateTimeFormat("en-GB", form).format(at);
  };

  // A line's point is [x, y]; a range's is [x, upper − lower, lower, upper].
  const tooltip = (unit, share = false) => (points) => {
    const say = share ? percent : number;
    const seen = new Set();
    const rows = points
      .filter((point) => point.seriesName && !point.seriesName.startsWith("\0") && !seen.has(point.seriesName) && seen.add(point.seriesName))
      .map((point) => {
        const [, y, low, high] = point.value;
        if (y === null || y === undefined) return "";
        const told = low === undefined ? say(y) : `${say(low)} – ${say(high)}`;
        return `<tr><td>${point.marker}${escape(point.seriesName)}</td><td style="text-align:right;padding-left:18px;font-weight:600">${told}</td></tr>`;
      });
    const x = points[0].axisValue ?? points[0].value[0];
    return `<div style="margin-bottom:4px;color:var(--muted)">${escape(unit ? moment(x, unit) : x)}</div><table style="border-spacing:0">${rows.join("")}</table>`;
  };

  const bar = (bars) => `${escape(bars[0].name)}: <b>${number(bars[0].value)}</b>`;

  const rows = (url, first) => async (event) => {
    event.api.setGridOption("loading", true);
    try {
      const response = await fetch((window.path_prefix || "") + url);
      if (!response.ok) throw new Error((await response.json()).detail);
      const { columns, values } = await response.json();
      event.api.setGridOption("rowData", values.map((row) => Object.fromEntries(columns.map((name, place) => [name, row[place]]))));
    } catch (error) {
      event.api.setGridOption("overlayNoRowsTemplate", `<span>${escape(error.message)}</span>`);
      event.api.setGridOption("rowData", []);
    }
    event.api.setGridOption("loading", false);
    if (first) choose(event.api, first);
  };
  const chosen = (id) => (event) => event.node.isSelected() && getElement(id).$emit("chosen", event.node.id);
  const cell = (form) => (params) => form(params.value);
  const name = (params) => Object.assign(document.createElement("span"), { className: "two-lines", textContent: params.value });
  const last = (one, other, _, __, descending) => {
    if (known(one) && known(other)) return one - other;
    return known(one) === known(other) ? 0 : known(one) === Boolean(descending) ? 1 : -1;
  };
  const choose = (api, id) => {
    const node = api.getRowNode(id);
    if (!node) return;
    node.setSelected(true, true);
    api.ensureNodeVisible(node, "middle");
  };

  // A file that is dragged anywhere over a page with a field for uploads may be dropped anywhere on it, and one that is
  // dropped on another page is not opened in its place.
  const files = (event) => event.dataTransfer && event.dataTransfer.types.includes("Files");
  document.addEventListener("dragover", (event) => files(event) && event.preventDefault());
  document.addEventListener("drop", (event) => files(event) && event.preventDefault());
  document.addEventListener("dragenter", (event) => {
    const field = document.querySelector(".q-uploader");
    if (field && files(event) && !field.contains(event.target)) field.dispatchEvent(new DragEvent("dragover", { dataTransfer: event.dataTransfer }));
  });

  const theme = (name) => { document.cookie = `forecastle_theme=${name}; path=/; max-age=31536000; samesite=strict`; };

  return { bar, number, short, ratio, percent, whole_percent, change, moment, tick, tooltip, rows, cell, name, last, choose, chosen, theme, escape };
})();
