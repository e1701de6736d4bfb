(() => {
  const byId = (id) => document.getElementById(id);
  const state = { target: data.targets[0], query: "", pattern: "", abc: "", xyz: "", model: "", sort: "size", selected: null, span: "recent" };
  const filters = { pattern: "Pattern", abc: "ABC", xyz: "XYZ", model: "Model" };
  const orders = {
    size: ["Largest first", (a, b) => (b.total ?? -1) - (a.total ?? -1)],
    hard: ["Hardest first", (a, b) => (b.wape ?? -1) - (a.wape ?? -1)],
    name: ["A to Z", (a, b) => a.name.localeCompare(b.name)],
  };
  let visible = [];

  // ---- small parts

  function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  /** The same rule as the tables': three significant digits, whole above a hundred. */
  function number(value) {
    if (value === null || value === undefined) return "–";
    const size = Math.abs(value);
    const decimals = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    return value.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  }

  const percent = (share, decimals = 1) => (share === null || share === undefined ? "–" : `${(share * 100).toFixed(decimals)} %`);

  const ROOM_FOR_TOOLBAR = 500;  // pixels; on narrower charts it would cover the legend

  function plot(node, figure, layout = {}) {
    const config = {
      ...PRIVATE,
      doubleClick: "reset",
      displayModeBar: node.clientWidth > ROOM_FOR_TOOLBAR ? "hover" : false,
      modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
    };
    return Plotly.react(node, recoloured(figure.data), { ...recoloured(figure.layout), ...layout }, config);
  }

  // ---- the chart of one series

  /** Blocks of rows as points, with a gap between blocks. */
  function points(blocks, column, from) {
    const x = [], y = [];
    for (const block of blocks) {
      block[column].forEach((value, i) => {
        if (block.at + i < from) return;
        x.push(data.times[block.at + i]);
        y.push(value);
      });
      x.push(x.at(-1) ?? null);
      y.push(null);
    }
    return { x: x.slice(0, -1), y: y.slice(0, -1) };
  }

  function seriesFigure(series) {
    const end = series.history.at + (series.history.y?.length ?? 0);
    const from = state.span === "recent" ? end - Math.max(3 * data.season, 5 * data.horizon) : 0;
    const rows = { history: [series.history], forecast: [series.forecast], backtest: series.backtest };
    const traces = [];
    for (const trace of data.chart.data) {
      const { rows: source, column } = trace.meta;
      const known = rows[source].length && rows[source].every((block) => block[column]);
      if (known) traces.push({ ...trace, ...points(rows[source], column, from) });
    }
    return { data: traces, layout: data.chart.layout };
  }

  function drawSeries() {
    const series = state.selected;
    if (!series) return;
    plot(byId("chart"), seriesFigure(series), { uirevision: `${series.name} ${series.target} ${state.span}` });
  }

  // ---- what is said about one series

  /** How much more the horizon brings than the same periods whole seasons before; null where some are not known. */
  function growth(series) {
    const back = Math.ceil(data.horizon / data.season) * data.season;
    const start = (series.history.y?.length ?? 0) - back;
    const before = series.history.y?.slice(Math.max(start, 0), start + data.horizon) ?? [];
    if (start < 0 || before.length < data.horizon || before.includes(null)) return null;
    const sum = before.reduce((a, b) => a + b, 0);
    return sum > 0 ? series.coming / sum - 1 : null;
  }

  function describe(series) {
    const classes = [series.abc && `class ${series.abc}${series.xyz ?? ""}`, series.pattern, series.model];
    byId("name").textContent = series.name;
    byId("chips").replaceChildren(...classes.filter(Boolean).map((word) => element("span", { class: "chip" }, word)));
    byId("reason").textContent = series.reason ?? "";
    const change = growth(series);
    const moved = change === null ? "" : ` ${change >= 0 ? "▲" : "▼"} ${percent(Math.abs(change))}`;
    const figures = [[`Next ${data.ahead}`, number(series.coming), moved]];
    if (!series.together) {
      figures.push(["Error in the backtest (WAPE)", percent(series.wape), ""]);
      if (data.widest) figures.push([`${data.widest} range held`, percent(series.held, 0), ""]);
    }
    byId("figures").replaceChildren(...figures.map(([label, value, note]) =>
      element("div", {}, element("dt", {}, label), element("dd", {}, value, element("small", {}, note)))));
    fillDrivers(series.drivers);
    fillNumbers(series);
  }

  /** Bars to the right for what adds to the forecast, to the left for what takes away. */
  function fillDrivers(drivers) {
    if (!drivers) return byId("drivers").replaceChildren();
    const most = Math.max(...drivers.parts.map(([, value]) => Math.abs(value)), Number.MIN_VALUE);
    const bars = drivers.parts.map(([name, value]) => {
      const size = `${(50 * Math.abs(value)) / most}%`;
      const bar = element("i", { style: `width:${size};${value < 0 ? "right" : "left"}:50%`, class: value < 0 ? "less" : "more" });
      const said = `${value < 0 ? "−" : "+"}${number(Math.abs(value))}`;
      return element("li", {}, element("span", {}, name), element("span", { class: "bar" }, bar), element("b", {}, said));
    });
    const heading = `What moves the next ${data.ahead}, says ${drivers.model}`;
    byId("drivers").replaceChildren(element("h4", {}, heading, element("small", {}, ` from a level of ${number(drivers.level)}`)), element("ul", {}, ...bars));
  }

  function fillNumbers(series) {
    const columns = data.columns.filter((column) => series.forecast[column]);
    const head = element("tr", {}, element("th", {}, "When"), ...columns.map((column) => element("th", { class: "n" }, column)));
    const count = series.forecast[columns[0]]?.length ?? 0;
    const rows = Array.from({ length: count }, (_, i) =>
      element("tr", {}, element("th", { scope: "row" }, String(data.times[series.forecast.at + i])),
        ...columns.map((column) => element("td", { class: "n" }, number(series.forecast[column][i])))));
    byId("numbers").replaceChildren(element("thead", {}, head), element("tbody", {}, ...rows));
  }

  // ---- the list

  function sparkline(series) {
    const past = (series.history.y ?? []).slice(-Math.min(60, Math.max(2 * data.season, 2 * data.horizon)));
    const future = series.forecast.mean ?? [];
    const all = [...past, ...future].filter((value) => value !== null);
    const low = Math.min(...all), high = Math.max(...all), width = past.length + future.length - 1 || 1;
    const path = (values, shift) => {
      let pen = "M";
      return values.map((value, i) => {
        if (value === null) { pen = "M"; return ""; }
        const step = `${pen}${(((i + shift) / width) * 76).toFixed(1)} ${(27 - ((value - low) / (high - low || 1)) * 26).toFixed(1)}`;
        pen = "L";
        return step;
      }).join("");
    };
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 76 28");
    svg.setAttribute("aria-hidden", "true");
    for (const [values, shift] of [[past, 0], [future, past.length]]) {
      const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
      line.setAttribute("d", path(values, shift));
      svg.append(line);
    }
    return svg;
  }

  function fits(series) {
    if (series.target !== state.target) return false;
    const words = state.query.toLowerCase().split(/\s+/);
    const name = series.name.toLowerCase();
    return words.every((word) => name.includes(word)) && Object.keys(filters).every((key) => !state[key] || series[key] === state[key]);
  }

  function drawList() {
    const matches = data.series.filter(fits);
    visible = [...matches.filter((series) => series.together), ...matches.filter((series) => !series.together).sort(orders[state.sort][1])];
    const items = visible.map((series, i) => {
      const note = series.together ? "sum" : [`${series.abc ?? ""}${series.xyz ?? ""}`, series.pattern, series.model].filter(Boolean).join(" · ");
      const item = element("li", { role: "option", id: `option-${i}` }, element("span", {}, element("b", {}, series.name), element("small", {}, note)), sparkline(series));
      item.addEventListener("click", () => select(series));
      return item;
    });
    byId("list").replaceChildren(...items);
    const all = data.series.filter((series) => series.target === state.target && !series.together).length;
    const shown = visible.filter((series) => !series.together).length;
    byId("count").textContent = shown === all ? `${all.toLocaleString("en")} series` : `${shown.toLocaleString("en")} of ${all.toLocaleString("en")} series`;
    if (!visible.includes(state.selected) && visible.length) select(visible.find((series) => !series.together) ?? visible[0]);
    else mark();
  }

  function mark() {
    const at = visible.indexOf(state.selected);
    [...byId("list").children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
    if (at >= 0) byId("list").setAttribute("aria-activedescendant", `option-${at}`);
    else byId("list").removeAttribute("aria-activedescendant");
  }

  function select(series) {
    state.selected = series;
    mark();
    describe(series);
    drawSeries();
  }

  function step(key) {
    const at = visible.indexOf(state.selected), last = visible.length - 1;
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 10, PageUp: at - 10, Home: 0, End: last };
    if (!(key in moves) || last < 0) return false;
    select(visible[Math.min(Math.max(moves[key], 0), last)]);
    byId(`option-${visible.indexOf(state.selected)}`).scrollIntoView({ block: "nearest" });
    return true;
  }

  // ---- the whole page

  function drawFigures() {
    const nodes = [...document.querySelectorAll("[data-figure]")];
    const figureOf = (node) => data.figures[state.target][node.dataset.figure];
    // First who is shown, then what: a chart takes the width that its card has beside the others.
    for (const node of nodes) node.closest("figure").hidden = !figureOf(node);
    for (const node of nodes) {
      const figure = figureOf(node);
      if (figure) plot(node, figure);
      if (node.dataset.figure === "scatter" && node.on && !node.dataset.linked) {
        node.dataset.linked = "yes";
        node.on("plotly_click", (event) => show(event.points[0].customdata));
      }
    }
  }

  /** Go to a series by its name, whatever the filters are. */
  function show(name) {
    const series = data.series.find((one) => one.target === state.target && one.name === name);
    if (!series) return;
    select(series);
    byId("series").scrollIntoView();
  }

  function chooseTarget(target) {
    state.target = target;
    for (const node of document.querySelectorAll(".of-target")) node.hidden = node.dataset.target !== target;
    buildFilters();
    drawList();
    drawFigures();
  }

  function choice(label, values, key) {
    const options = values.map(([value, text]) => element("option", { value }, text));
    const select = element("select", { "aria-label": label }, ...options);
    select.value = state[key];
    select.addEventListener("change", () => { state[key] = select.value; drawList(); });
    return select;
  }

  function buildFilters() {
    const ours = data.series.filter((series) => series.target === state.target);
    const selects = Object.entries(filters).map(([key, label]) => {
      const values = [...new Set(ours.map((series) => series[key]).filter(Boolean))].sort();
      if (!values.includes(state[key])) state[key] = "";
      return choice(label, [["", `${label}: all`], ...values.map((value) => [value, value])], key);
    });
    const sort = choice("Order", Object.entries(orders).map(([key, [label]]) => [key, label]), "sort");
    byId("filters").replaceChildren(...selects, sort);
  }

  function setSpan(span) {
    state.span = span;
    byId("recent").setAttribute("aria-pressed", String(span === "recent"));
    byId("whole").setAttribute("aria-pressed", String(span === "whole"));
    drawSeries();
  }

  byId("search").addEventListener("input", (event) => { state.query = event.target.value.trim(); drawList(); });
  for (const id of ["search", "list"]) byId(id).addEventListener("keydown", (event) => {
    const typing = id === "search" && !event.key.startsWith("Arrow");
    if (!typing && step(event.key)) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || /^(INPUT|SELECT)$/.test(document.activeElement.tagName)) return;
    event.preventDefault();
    byId("search").focus();
  });
  byId("recent").addEventListener("click", () => setSpan("recent"));
  byId("whole").addEventListener("click", () => setSpan("whole"));
  byId("target")?.addEventListener("change", (event) => chooseTarget(event.target.value));
  dark.addEventListener("change", () => { drawSeries(); drawFigures(); });
  chooseTarget(state.target);
})();
