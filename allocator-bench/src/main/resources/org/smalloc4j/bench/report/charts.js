"use strict";
(() => {
  const tables = JSON.parse(document.getElementById("data").textContent);
  const place = document.getElementById("charts");
  const measures = [
    { key: "ratio", label: "time relative to glibc (less is better)" },
    { key: "waste", label: "resident ÷ live bytes (less is better)" },
  ];
  const drawn = [];

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function figure(table, measure) {
    const rows = table.rows.filter((row) => row[measure.key] !== null);
    if (rows.length === 0) {
      return;
    }
    const figure = document.createElement("figure");
    const caption = document.createElement("figcaption");
    caption.textContent = `${table.title}, ${table.mode}: ${measure.label}`;
    const plot = document.createElement("div");
    plot.className = "plot";
    const canvas = document.createElement("canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", caption.textContent + ": "
      + rows.map((row) => `${row.target} ${row[measure.key].toFixed(2)}`).join(", "));
    plot.append(canvas);
    figure.append(caption, plot);
    place.append(figure);
    drawn.push(new Chart(canvas, {
      type: "bar",
      data: {
        labels: rows.map((row) => `${row.target} ${row[measure.key].toFixed(2)}`),
        datasets: [{ data: rows.map((row) => row[measure.key]) }],
      },
      options: {
        indexAxis: "y",
        animation: false,
        maintainAspectRatio: false,
        plugins: { legend: { display: false }, tooltip: { enabled: false } },
        scales: { x: { beginAtZero: true }, y: { grid: { display: false } } },
      },
    }));
  }

  function paint() {
    for (const chart of drawn) {
      const isOurs = (label) => label.startsWith("smalloc4j");
      chart.data.datasets[0].backgroundColor =
        chart.data.labels.map((label) => colour(isOurs(label) ? "--ours" : "--peer"));
      chart.options.scales.x.ticks.color = colour("--faint");
      chart.options.scales.x.grid.color = colour("--line");
      chart.options.scales.y.ticks.color = colour("--text");
      chart.resize();
      chart.update();
    }
  }

  for (const table of tables) {
    for (const measure of measures) {
      figure(table, measure);
    }
  }
  paint();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  matchMedia("print").addEventListener("change", paint);
})();
