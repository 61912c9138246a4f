"use strict";
(() => {
  const narrow = matchMedia("(max-width: 68rem)");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const coarse = matchMedia("(pointer: coarse)");

  const contents = document.querySelector(".contents");
  if (contents) {
    const fold = () => (contents.open = !narrow.matches);
    fold();
    narrow.addEventListener("change", fold);
    contents.addEventListener("click", (event) => {
      if (narrow.matches && event.target.closest("a")) contents.open = false;
    });
    markSection(contents);
  }

  const button = document.querySelector(".show-code");
  const codes = document.querySelectorAll("details.code");
  if (codes.length > 0) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-pressed") !== "true";
      for (const code of codes) code.open = open;
      button.setAttribute("aria-pressed", String(open));
      button.textContent = open ? "Hide all code" : "Show all code";
    });
  }

  // What scrolls sideways can be reached by keyboard, and only that.
  const boxes = new ResizeObserver((entries) => {
    for (const { target } of entries)
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
  });
  for (const box of document.querySelectorAll(".scroll, pre")) boxes.observe(box);

  /** Marks the section being read in the table of contents. */
  function markSection(list) {
    const links = new Map();
    for (const link of list.querySelectorAll("a")) links.set(link.hash.slice(1), link);
    const headings = [...links.keys()].map((id) => document.getElementById(decodeURIComponent(id))).filter(Boolean);
    const mark = () => {
      const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 4);
      const current = passed.at(-1)?.id;
      for (const [id, link] of links)
        if (decodeURIComponent(id) === current) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
    };
    let asked = false;
    const soon = () => {
      if (!asked) requestAnimationFrame(() => ((asked = false), mark()));
      asked = true;
    };
    addEventListener("scroll", soon, { passive: true });
    mark();
  }

  /** The figure in the colours of the page: the theme of the notebook reads on both grounds but is pale. */
  function dressed(figure, width) {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const [ink, soft, rule, paper] = ["--ink", "--soft", "--rule", "--paper"].map(colour);
    const axis = { gridcolor: rule, zerolinecolor: rule, linecolor: soft, tickcolor: rule };
    const layout = structuredClone(figure.layout ?? {});
    layout.template ??= {};
    const theme = (layout.template.layout ??= {});
    theme.font = { ...theme.font, color: soft };
    if (width < 500) {
      theme.font.size = 12;
      axis.title = { standoff: 8, font: { size: 12 } };
    }
    theme.xaxis = { ...theme.xaxis, ...axis };
    theme.yaxis = { ...theme.yaxis, ...axis };
    theme.shapedefaults = { ...theme.shapedefaults, line: { color: soft, ...theme.shapedefaults?.line } };
    theme.hoverlabel = { ...theme.hoverlabel, bgcolor: paper, bordercolor: soft };
    theme.hoverlabel.font = { ...theme.hoverlabel.font, color: ink };
    theme.modebar = { bgcolor: "rgba(0,0,0,0)", color: soft, activecolor: ink };
    theme.paper_bgcolor = theme.plot_bgcolor = "rgba(0,0,0,0)";
    // The page shows the title, where it can wrap; the static image keeps its own.
    if (layout.title?.text) {
      delete layout.title;
      if (layout.margin?.t >= 48) layout.margin.t -= 40;
    }
    // A finger on a chart scrolls the page.
    if (coarse.matches) layout.dragmode = false;
    return layout;
  }

  async function draw(chart) {
    const figure = JSON.parse(chart.querySelector("script").textContent);
    const live = chart.querySelector(".live");
    const config = { ...figure.config, responsive: true, displaylogo: false };
    if (coarse.matches) config.displayModeBar = false;
    live.hidden = false;
    const layout = () => dressed(figure, live.clientWidth);
    try {
      await Plotly.newPlot(live, figure.data, layout(), config);
    } catch (error) {
      live.hidden = true;
      chart.dataset.drawn = "no";
      console.error(`${chart.id} could not be drawn, its static image stays`, error);
      return;
    }
    chart.dataset.drawn = "yes";
    // The group's label says what the marks show; only the buttons are left to read.
    for (const marks of live.querySelectorAll(".main-svg")) marks.setAttribute("aria-hidden", "true");
    dark.addEventListener("change", () => void Plotly.react(live, figure.data, layout(), config));
  }

  addEventListener("DOMContentLoaded", async () => {
    for (const chart of document.querySelectorAll("figure.chart")) {
      await draw(chart);
      // A breath between charts, so that the page stays responsive while a dozen are drawn.
      await new Promise((resolve) => setTimeout(resolve));
    }
    document.documentElement.dataset.charts = "done";
  });
})();
