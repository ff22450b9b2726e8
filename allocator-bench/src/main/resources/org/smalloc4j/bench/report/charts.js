"use strict";
(() => {
  const charts = JSON.parse(document.getElementById("data").textContent);
  const place = document.getElementById("charts");
  const drawn = [];

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // A dashed line across all bars, and two white strokes through a bar that is cut.
  const marks = {
    id: "marks",
    afterDatasetsDraw(chart) {
      const { ctx, chartArea, scales } = chart;
      const { line, most, bars } = chart.config.options.figure;
      ctx.save();
      if (line !== null && line <= scales.x.max) {
        const x = scales.x.getPixelForValue(line);
        ctx.strokeStyle = colour("--text");
        ctx.setLineDash([4, 3]);
        ctx.beginPath();
        ctx.moveTo(x, chartArea.top);
        ctx.lineTo(x, chartArea.bottom);
        ctx.stroke();
      }
      ctx.setLineDash([]);
      ctx.strokeStyle = colour("--page");
      ctx.lineWidth = 3;
      for (const [i, bar] of chart.getDatasetMeta(0).data.entries()) {
        if (most !== null && bars[i].value > most) {
          for (const gap of [16, 24]) {
            const x = chartArea.right - gap;
            ctx.beginPath();
            ctx.moveTo(x - 3, bar.y + bar.height / 2 + 1);
            ctx.lineTo(x + 3, bar.y - bar.height / 2 - 1);
            ctx.stroke();
          }
        }
      }
      ctx.restore();
    },
  };

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
        figure: chart,
        indexAxis: "y",
        animation: false,
        maintainAspectRatio: false,
        plugins: { legend: { display: false }, tooltip: { enabled: false } },
        scales: {
          // No tick at the end of the axis, where it could pass for a bar's value.
          x: { beginAtZero: true, max: chart.most ?? undefined, ticks: { includeBounds: false } },
          y: { grid: { display: false }, ticks: { autoSkip: false } },
        },
      },
      plugins: [marks],
    }));
  }

  function paint() {
    for (const [i, chart] of drawn.entries()) {
      chart.data.datasets[0].backgroundColor = charts[i].bars.map((bar) => colour("--" + bar.kind));
      chart.options.scales.x.ticks.color = colour("--faint");
      chart.options.scales.x.grid.color = colour("--line");
      chart.options.scales.y.ticks.color = colour("--text");
      chart.resize();
      chart.update();
    }
  }

  // A link of the contents opens what it leads to; all is open in print.
  function open() {
    const target = location.hash && document.querySelector(location.hash);
    if (target instanceof HTMLDetailsElement) {
      target.open = true;
    }
  }

  charts.forEach(figure);
  paint();
  document.querySelectorAll("details").forEach((d) => d.addEventListener("toggle", paint));
  open();
  addEventListener("hashchange", open);
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  matchMedia("print").addEventListener("change", paint);
})();
