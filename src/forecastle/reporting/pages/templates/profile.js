(() => {
  let target = data.targets[0];

  function drawFigures() {
    const config = { ...PRIVATE, displayModeBar: false };
    const nodes = [...document.querySelectorAll("[data-figure]")];
    for (const node of nodes) node.closest("figure").hidden = !data.figures[target][node.dataset.figure];
    for (const node of nodes) {
      const figure = data.figures[target][node.dataset.figure];
      if (figure) Plotly.react(node, recoloured(figure.data), recoloured(figure.layout), config);
    }
  }

  function search() {
    const wanted = document.getElementById("search").value.trim().toLowerCase();
    const rows = [...document.querySelectorAll("#series tr[data-name]")].filter((row) => row.closest(".of-target").dataset.target === target);
    let shown = 0;
    for (const row of rows) {
      row.hidden = !row.dataset.name.includes(wanted);
      shown += !row.hidden;
    }
    document.getElementById("count").textContent = `${shown} of ${rows.length} series`;
  }

  function choose(name) {
    target = name;
    for (const node of document.querySelectorAll(".of-target")) node.hidden = node.dataset.target !== target;
    drawFigures();
    search();
  }

  document.getElementById("search").addEventListener("input", search);
  document.getElementById("target")?.addEventListener("change", (event) => choose(event.target.value));
  dark.addEventListener("change", drawFigures);
  choose(target);
})();
