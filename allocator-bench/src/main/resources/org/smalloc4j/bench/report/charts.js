"use strict";
(() => {
  const charts = JSON.parse(document.getElementById("data").textContent);
  const place = document.getElementById("charts");
  const drawn = [];

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function figure(chart) {
    const figure = document.createElement("figure");
    const caption = document.createElement("figcaption");
    caption.textContent = chart.caption;
    const plot = document.createElement("div");
    plot.className = "plot";
    plot.style.height = `${3 + 1.35 * chart.bars.length}rem`;
    const canvas = document.createElement("canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", chart.caption + ": " + chart.bars.map((bar) => bar.label).join(", "));
    plot.append(canvas);
    figure.append(caption, plot);
    place.append(figure);
    drawn.push(new Chart(canvas, {
      type: "bar",
      data: {
        labels: chart.bars.map((bar) => bar.label),
        datasets: [{ data: chart.bars.map((bar) => bar.value) }],
      },
      options: {
        indexAxis: "y",
        animation: false,
        maintainAspectRatio: false,
        plugins: { legend: { display: false }, tooltip: { enabled: false } },
        scales: {
          x: { beginAtZero: true, max: chart.most ?? undefined },
          y: { grid: { display: false }, ticks: { autoSkip: false } },
        },
      },
    }));
  }

  function paint() {
    for (const [i, chart] of drawn.entries()) {
      chart.data.datasets[0].backgroundColor =
        charts[i].bars.map((bar) => colour(bar.ours ? "--ours" : "--peer"));
      chart.options.scales.x.ticks.color = colour("--faint");
      chart.options.scales.x.grid.color = colour("--line");
      chart.options.scales.y.ticks.color = colour("--text");
      chart.resize();
      chart.update();
    }
  }

  charts.forEach(figure);
  paint();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  matchMedia("print").addEventListener("change", paint);
})();
