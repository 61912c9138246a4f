"use strict";
// The dashboards without a server: every panel is a sum over the rows of a cube that pass the filters.
(() => {
  const { dashboards, cubes: packed, theme } = JSON.parse(document.getElementById("data").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const coarse = matchMedia("(pointer: coarse)");
  const number = (decimals) => new Intl.NumberFormat("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const MONTHS = new Intl.DateTimeFormat("en", { month: "short", year: "numeric", timeZone: "UTC" });
  const DAYS = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeZone: "UTC" });
  const cubes = {};
  /** By dashboard: what is filtered. A mark is a click on a bucket; it filters every panel but its own. */
  const state = new Map(dashboards.map(({ id }) => [id, { controls: new Map(), years: [null, null], mark: null }]));

  // Cubes.

  async function unpacked({ bytes, data }) {
    const raw = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    const stream = new Blob([raw]).stream().pipeThrough(new DecompressionStream("gzip"));
    const buffer = await new Response(stream).arrayBuffer();
    return new { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: Float64Array }[bytes](buffer);
  }

  async function unpack(cube) {
    const { rows, counts, fields, sums, ...rest } = cube;
    const result = { ...rest, rows, counts: await unpacked(counts), fields: {}, sums: {} };
    for (const [name, { values, codes }] of Object.entries(fields))
      result.fields[name] = { values, codes: await unpacked(codes) };
    for (const [name, { sum, known }] of Object.entries(sums))
      result.sums[name] = { sum: await unpacked(sum), known: await unpacked(known) };
    return result;
  }

  const asList = (value) => (Array.isArray(value) ? value : [value]);

  /** The start of the month or day of a time, milliseconds. */
  function bucketStart(time, interval) {
    const date = new Date(time);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), interval === "day" ? date.getUTCDate() : 1);
  }

  /** Which codes of a field pass: [values] of 0 and 1. */
  const passing = (field, test) => ({
    codes: field.codes,
    allowed: Uint8Array.from(field.values, (value) => (asList(value).some(test) ? 1 : 0)),
  });

  /** The filters of a dashboard that reach a cube. @param except a panel whose own mark does not count */
  function filtersOf(dashboard, cube, except) {
    const { controls, years, mark } = state.get(dashboard.id);
    const tests = [];
    for (const [name, { values, from, to }] of controls) {
      const field = cube.fields[name];
      if (!field) continue;
      if (values) tests.push(passing(field, (value) => values.has(value)));
      else
        tests.push(
          passing(field, (value) => value !== null && value >= (from ?? -Infinity) && value <= (to ?? Infinity)),
        );
    }
    const time = cube.fields[cube.timeField];
    const [first, last] = years;
    if (time && (first !== null || last !== null))
      tests.push(
        passing(time, (value) => {
          const year = new Date(value).getUTCFullYear();
          return year >= (first ?? -Infinity) && year <= (last ?? Infinity);
        }),
      );
    if (mark && mark.panel !== except)
      for (const { field, value, interval } of mark.terms) {
        const own = cube.fields[field];
        if (own) tests.push(passing(own, (v) => (interval ? bucketStart(v, interval) : v) === value));
      }
    return tests;
  }

  function missing(panel, cube) {
    const names = [panel.x?.field, panel.y?.field, panel.metric.field, ...panel.only.map(({ field }) => field)];
    return names.some((name) => name && !cube.fields[name] && !cube.sums[name]);
  }

  /** For every code of a field the buckets that its documents are in. */
  function bucketsOf(bucket, cube) {
    if (!bucket) return { keys: [null], of: null, codes: null };
    const { values, codes } = cube.fields[bucket.field];
    const at = new Map();
    // Of the named values those that any document has, filtered out or not.
    if (bucket.kind === "values")
      for (const { value } of bucket.values) if (values.some((own) => asList(own).includes(value))) at.set(value, at.size);
    const of = values.map((value) =>
      asList(value).flatMap((single) => {
        if (single === null) return [];
        const key = bucket.kind === "time" ? bucketStart(single, bucket.interval) : single;
        if (!at.has(key)) {
          if (bucket.kind === "values") return [];
          at.set(key, at.size);
        }
        return [at.get(key)];
      }),
    );
    return { keys: [...at.keys()], of, codes };
  }

  /** Adds the documents of a row to what is known of a bucket. */
  function adderOf(metric, cube) {
    const { counts, fields, sums, timeField } = cube;
    const field = fields[metric.field];
    const added = sums[metric.field];
    const time = fields[timeField];
    const value = (row) => field.values[field.codes[row]];
    switch (metric.operation) {
      case "count":
        return (all, row) => (all.sum += counts[row]);
      case "unique":
        return (all, row) => (all.seen ??= new Set()).add(field.codes[row]);
      case "max":
        return (all, row) => (all.best = Math.max(all.best ?? -Infinity, value(row)));
      case "last":
        return (all, row) => {
          const when = time.values[time.codes[row]];
          if (all.when === undefined || when >= all.when) [all.when, all.best] = [when, value(row)];
        };
      default:
        return added
          ? (all, row) => ((all.sum += added.sum[row]), (all.known += added.known[row]))
          : (all, row) => {
              if (value(row) === null) return;
              all.sum += value(row) * counts[row];
              all.known += counts[row];
            };
    }
  }

  function outcome({ operation }, all) {
    if (!all) return operation === "count" || operation === "sum" || operation === "unique" ? 0 : null;
    if (operation === "count" || operation === "sum") return all.sum;
    if (operation === "unique") return all.seen.size;
    if (operation === "average") return all.known > 0 ? all.sum / all.known : null;
    return all.best;
  }

  /** @returns the buckets of a panel with their values; `documents` 0 where nothing passes the filters */
  function answer(dashboard, panel) {
    const cube = cubes[panel.index];
    const { metric } = panel;
    const conditions = panel.only.map(({ field, values }) =>
      passing(cube.fields[field], (value) => values.includes(value)),
    );
    const tests = [...conditions, ...filtersOf(dashboard, cube, panel.id)];
    const [x, y] = [bucketsOf(panel.x, cube), bucketsOf(panel.y, cube)];
    const add = adderOf(metric, cube);
    const cells = new Map();
    let documents = 0;
    const ALL = [0];
    rows: for (let row = 0; row < cube.rows; row++) {
      for (const { codes, allowed } of tests) if (allowed[codes[row]] === 0) continue rows;
      documents += cube.counts[row];
      for (const i of x.of ? x.of[x.codes[row]] : ALL)
        for (const j of y.of ? y.of[y.codes[row]] : ALL) {
          const cell = j * x.keys.length + i;
          let all = cells.get(cell);
          if (!all) cells.set(cell, (all = { sum: 0, known: 0 }));
          add(all, row);
        }
    }
    const value = (i, j) => outcome(metric, cells.get(j * x.keys.length + i));
    const there = (i, j) => cells.has(j * x.keys.length + i);
    const columns = ordered(panel.x, x.keys, (i) => y.keys.some((_, j) => there(i, j)), (i) => value(i, 0));
    const lines = ordered(panel.y, y.keys, (j) => x.keys.some((_, i) => there(i, j)), (j) => value(0, j));
    return {
      documents,
      columns: columns.map((i) => ({ key: i < 0 ? null : x.keys[i], name: nameOf(panel.x, x.keys[i]) })),
      lines: lines.map((j) => ({ key: y.keys[j], name: nameOf(panel.y, y.keys[j]) })),
      values: lines.map((j) => columns.map((i) => (there(i, j) || !panel.y ? value(i, j) : null))),
    };
  }

  /** Places of the buckets that are shown, in order. */
  function ordered(bucket, keys, there, value) {
    const all = keys.map((_, i) => i);
    if (!bucket || bucket.kind === "values") return all;
    const found = all.filter(there);
    const byKey = (a, b) => (keys[a] < keys[b] ? -1 : 1);
    if (bucket.kind === "time") return found.sort(byKey);
    found.sort(bucket.order === "metric" ? (a, b) => value(b) - value(a) || byKey(a, b) : byKey);
    return found.slice(0, bucket.size);
  }

  function nameOf(bucket, key) {
    if (!bucket) return "";
    if (bucket.kind === "time") return (bucket.interval === "day" ? DAYS : MONTHS).format(key);
    if (bucket.kind === "values") return bucket.values.find(({ value }) => value === key).name;
    return String(key);
  }

  // Drawing.

  const element = (name, properties = {}, ...children) => {
    const node = Object.assign(document.createElement(name), properties);
    node.append(...children);
    return node;
  };

  const views = new Map();

  /** Charts follow their panels: on a narrower window, on paper. */
  const resizes = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      const { width, height } = target._fullLayout ?? {};
      const fits = Math.abs(width - contentRect.width) < 1 && Math.abs(height - contentRect.height) < 1;
      if (contentRect.width > 0 && !fits) void Plotly.relayout(target, { autosize: true });
    }
  });

  function draw(dashboard) {
    for (const panel of dashboard.panels) drawPanel(dashboard, panel);
    drawFilters(dashboard);
  }

  function drawPanel(dashboard, panel) {
    const view = views.get(`${dashboard.id} ${panel.id}`);
    const cube = cubes[panel.index];
    const lacking = missing(panel, cube);
    const found = lacking ? null : answer(dashboard, panel);
    const nothing = !found || found.documents === 0;
    view.note.hidden = !nothing;
    view.body.hidden = nothing;
    if (view.table) view.table.hidden = nothing || !view.asTable;
    if (view.button) view.button.hidden = nothing;
    if (nothing) {
      const any = !lacking && hasDocuments(panel, cube);
      view.note.textContent = lacking
        ? `Left out of this page, which would be too large with ${number(0).format(cube.documents)} documents. Kibana shows it.`
        : any
          ? "Nothing passes these filters."
          : panel.whenEmpty;
      return;
    }
    if (panel.chart === "metric") {
      const value = found.values[0][0];
      view.body.textContent = value === null ? "–" : number(panel.metric.decimals).format(value);
      view.body.dataset.value = String(value);
      return;
    }
    fillTable(dashboard, panel, view, found);
    view.body.hidden = view.asTable;
    if (!view.asTable) plot(dashboard, panel, view, found);
  }

  function hasDocuments(panel, cube) {
    const tests = panel.only.map(({ field, values }) => passing(cube.fields[field], (v) => values.includes(v)));
    for (let row = 0; row < cube.rows; row++)
      if (tests.every(({ codes, allowed }) => allowed[codes[row]])) return true;
    return false;
  }

  const termsOf = (panel, column, line) =>
    [
      [panel.x, column],
      [panel.y, line],
    ]
      .filter(([bucket]) => bucket)
      .map(([bucket, { key, name }]) => ({
        field: bucket.field,
        label: bucket.label,
        value: key,
        name,
        interval: bucket.kind === "time" ? bucket.interval : null,
      }));

  function isMarked(dashboard, panel, column, line) {
    const { mark } = state.get(dashboard.id);
    if (mark?.panel !== panel.id) return null;
    return termsOf(panel, column, line).every(({ value }, i) => mark.terms[i].value === value);
  }

  function toggleMark(dashboard, panel, column, line) {
    const own = state.get(dashboard.id);
    own.mark = isMarked(dashboard, panel, column, line)
      ? null
      : { panel: panel.id, title: panel.title, terms: termsOf(panel, column, line) };
    draw(dashboard);
  }

  function fillTable(dashboard, panel, { table }, { columns, lines, values }) {
    const focused = table.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const format = number(panel.metric.decimals);
    const rows = lines.flatMap((line, j) =>
      columns.map((column, i) => {
        const name = panel.y ? `${line.name}, ${column.name}` : column.name;
        const button = element("button", { type: "button", textContent: name });
        button.dataset.key = name;
        button.setAttribute("aria-pressed", String(isMarked(dashboard, panel, column, line) ?? false));
        button.addEventListener("click", () => toggleMark(dashboard, panel, column, line));
        const value = values[j][i];
        const cell = element("td", { className: "number", textContent: value === null ? "–" : format.format(value) });
        cell.dataset.value = String(value);
        return element("tr", {}, element("th", { scope: "row" }, button), cell);
      }),
    );
    const label = [panel.y, panel.x].filter(Boolean).map((bucket) => bucket.label).join(", ");
    table.replaceChildren(
      element(
        "table",
        {},
        element("caption", { className: "unseen", textContent: panel.title }),
        element(
          "thead",
          {},
          element(
            "tr",
            {},
            element("th", { scope: "col", textContent: label }),
            element("th", { scope: "col", className: "number", textContent: panel.metric.label }),
          ),
        ),
        element("tbody", {}, ...rows),
      ),
    );
    if (focused !== null)
      [...table.querySelectorAll("button")].find((button) => button.dataset.key === focused)?.focus();
  }

  function colours() {
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue(name).trim();
    return { ink: of("--ink"), soft: of("--soft"), rule: of("--rule"), paper: of("--paper") };
  }

  function layoutOf(panel, axes) {
    const { ink, soft, rule, paper } = colours();
    const axis = { gridcolor: rule, zerolinecolor: rule, linecolor: soft, tickcolor: rule, fixedrange: true };
    const layout = structuredClone(theme.layout);
    Object.assign(layout.font, { color: soft, size: 12 });
    Object.assign(layout.hoverlabel, { bgcolor: paper, bordercolor: soft, font: { color: ink, size: 13 } });
    return {
      template: { ...theme, layout },
      margin: { l: 8, r: 8, t: 8, b: 8 },
      showlegend: false,
      dragmode: false,
      bargap: 0.2,
      xaxis: { ...axis, automargin: true, ...axes.xaxis },
      yaxis: { ...axis, automargin: true, ...axes.yaxis },
    };
  }

  const short = (text) => (text.length > 26 ? `${text.slice(0, 25)}…` : text);
  const titled = (text) => ({ title: { text, font: { size: 12 }, standoff: 6 } });

  function plot(dashboard, panel, view, { columns, lines, values }) {
    const { metric, chart } = panel;
    const faded = (column, line) => isMarked(dashboard, panel, column, line) === false;
    const names = columns.map(({ name }) => name);
    const hover = `%{customdata}<br>${metric.label}: %{${chart === "bar" ? "x" : chart === "heatmap" ? "z" : "y"}:,.${metric.decimals}f}<extra></extra>`;
    let trace;
    let axes;
    if (chart === "heatmap") {
      trace = {
        type: "heatmap",
        x: names,
        y: lines.map(({ name }) => name),
        z: values,
        customdata: lines.map((line) => columns.map((column) => `${line.name}, ${column.name}`)),
        hovertemplate: hover,
        hoverongaps: false,
        xgap: 1,
        ygap: 1,
        colorbar: { outlinewidth: 0, thickness: 10, tickfont: { size: 11 } },
      };
      const marked = lines.flatMap((line, j) =>
        columns.flatMap((column, i) => (isMarked(dashboard, panel, column, line) ? [[i, j]] : [])),
      );
      axes = {
        xaxis: { type: "category", ...titled(panel.x.label) },
        yaxis: { type: "category", autorange: "reversed" },
        shapes: marked.map(([i, j]) => ({
          type: "rect",
          x0: i - 0.5,
          x1: i + 0.5,
          y0: j - 0.5,
          y1: j + 0.5,
          line: { color: colours().ink, width: 3 },
        })),
      };
    } else if (chart === "line") {
      trace = {
        type: "scatter",
        mode: columns.length > 60 ? "lines" : "lines+markers",
        x: columns.map(({ key }) => new Date(key).toISOString().slice(0, 10)),
        y: values[0],
        customdata: names,
        hovertemplate: hover,
        line: { color: metric.colour, width: 1.5 },
        marker: { color: metric.colour, size: 5 },
      };
      const marked = columns.filter((column) => isMarked(dashboard, panel, column, lines[0]));
      axes = {
        xaxis: { type: "date" },
        yaxis: { rangemode: "tozero", ...titled(metric.label) },
        shapes: marked.map(({ key }) => {
          const day = new Date(key).toISOString().slice(0, 10);
          return { type: "line", x0: day, x1: day, y0: 0, y1: 1, yref: "paper", line: { color: colours().ink, width: 2 } };
        }),
      };
    } else {
      const opacity = columns.map((column) => (faded(column, lines[0]) ? 0.35 : 1));
      const bars = { type: "bar", customdata: names, hovertemplate: hover, marker: { color: metric.colour, opacity } };
      // A number a row keeps films of the same name apart.
      const places = columns.map((_, i) => i);
      const size = chart === "bar" && names.length > 15 ? 11 : 12;
      const ticks = { tickvals: places, ticktext: names.map(short), tickfont: { size } };
      if (chart === "bar") {
        trace = { ...bars, orientation: "h", y: places, x: values[0] };
        axes = { xaxis: titled(metric.label), yaxis: { ...ticks, autorange: "reversed", ticks: "" } };
      } else {
        trace = { ...bars, x: places, y: values[0] };
        axes = { xaxis: { ...ticks, ...titled(panel.x.label) }, yaxis: titled(metric.label) };
      }
    }
    const config = { displayModeBar: false };
    const layout = { ...layoutOf(panel, axes), shapes: axes.shapes ?? [] };
    void Plotly.react(view.body, [trace], layout, config);
    view.body.setAttribute("aria-label", summary(panel, columns, lines, values));
    for (const marks of view.body.querySelectorAll(".main-svg")) marks.setAttribute("aria-hidden", "true");
    view.found = { columns, lines };
    if (view.listens) return;
    view.listens = true;
    resizes.observe(view.body);
    view.body.on("plotly_click", ({ points: [{ pointNumber }] }) => {
      const [j, i] = Array.isArray(pointNumber) ? pointNumber : [0, pointNumber];
      toggleMark(dashboard, panel, view.found.columns[i], view.found.lines[j]);
    });
  }

  function summary(panel, columns, lines, values) {
    let best = [0, 0];
    values.forEach((row, j) => row.forEach((value, i) => value > (values[best[0]][best[1]] ?? -Infinity) && (best = [j, i])));
    const [j, i] = best;
    const where = [panel.y ? lines[j].name : "", columns[i].name].filter(Boolean).join(", ");
    const value = number(panel.metric.decimals).format(values[j][i]);
    return `${panel.title}: largest for ${where}, ${value}. The button Table lists all values.`;
  }

  // Filters.

  function drawFilters(dashboard) {
    const { controls, years, mark } = state.get(dashboard.id);
    const chips = [];
    const chip = (text, remove) => {
      const button = element("button", { type: "button", className: "chip", textContent: `${text} ` });
      button.append(element("span", { ariaHidden: "true", textContent: "×" }), element("span", { className: "unseen", textContent: "remove this filter" }));
      button.addEventListener("click", () => {
        remove();
        syncControls(dashboard);
        draw(dashboard);
        document.getElementById(`status-${dashboard.id}`).focus();
      });
      chips.push(button);
    };
    for (const { field, label } of dashboard.controls) {
      const filter = controls.get(field);
      if (!filter) continue;
      const text = filter.values
        ? [...filter.values].join(" or ")
        : `${filter.from ?? "…"} – ${filter.to ?? "…"}`;
      chip(`${label}: ${text}`, () => controls.delete(field));
    }
    if (years[0] !== null || years[1] !== null)
      chip(`Time: ${years[0] ?? "…"} – ${years[1] ?? "…"}`, () => years.fill(null));
    if (mark)
      chip(mark.terms.map(({ label, name }) => `${label}: ${name}`).join(", "), () => {
        state.get(dashboard.id).mark = null;
      });
    const reset = document.getElementById(`reset-${dashboard.id}`);
    reset.disabled = chips.length === 0;
    document.getElementById(`chips-${dashboard.id}`).replaceChildren(...chips);

    const cube = cubes[dashboard.panels[0].index];
    const tests = filtersOf(dashboard, cube, null);
    let passed = 0;
    rows: for (let row = 0; row < cube.rows; row++) {
      for (const { codes, allowed } of tests) if (allowed[codes[row]] === 0) continue rows;
      passed += cube.counts[row];
    }
    const format = number(0);
    const status = document.getElementById(`status-${dashboard.id}`);
    status.textContent =
      chips.length === 0
        ? `All ${format.format(cube.documents)} ${cube.title}`
        : `${format.format(passed)} of ${format.format(cube.documents)} ${cube.title}`;
    status.dataset.passed = String(passed);
  }

  /** What the controls show follows the state. */
  function syncControls(dashboard) {
    const { controls, years } = state.get(dashboard.id);
    const form = document.getElementById(`controls-${dashboard.id}`);
    for (const box of form.querySelectorAll("input[type=checkbox]"))
      box.checked = controls.get(box.name)?.values?.has(box.value) ?? false;
    for (const details of form.querySelectorAll("details")) {
      const values = controls.get(details.dataset.field)?.values;
      details.querySelector(".chosen").textContent = values ? `${values.size} chosen` : "all";
    }
    for (const input of form.querySelectorAll("input[type=number]"))
      input.value = controls.get(input.name)?.[input.dataset.end] ?? "";
    for (const select of form.querySelectorAll("select"))
      select.value = years[select.dataset.end === "from" ? 0 : 1] ?? "";
  }

  function makeControls(dashboard) {
    const form = document.getElementById(`controls-${dashboard.id}`);
    const own = state.get(dashboard.id);
    const apply = () => {
      syncControls(dashboard);
      draw(dashboard);
    };
    for (const { kind, index, field, label } of dashboard.controls) {
      const values = cubes[index].fields[field]?.values;
      if (!values || values.length === 0) continue;
      const flat = [...new Set(values.flatMap(asList))].filter((value) => value !== null);
      if (kind === "options") {
        const boxes = flat
          .sort((a, b) => String(a).localeCompare(String(b), "en", { numeric: true }))
          .map((value) => {
            const box = element("input", { type: "checkbox", name: field, value });
            box.addEventListener("change", () => {
              const chosen = new Set(own.controls.get(field)?.values ?? []);
              if (box.checked) chosen.add(value);
              else chosen.delete(value);
              if (chosen.size > 0) own.controls.set(field, { values: chosen });
              else own.controls.delete(field);
              apply();
            });
            return element("label", {}, box, ` ${value}`);
          });
        const details = element(
          "details",
          { className: "options" },
          element("summary", {}, `${label}: `, element("span", { className: "chosen", textContent: "all" })),
          element("div", { role: "group", ariaLabel: label }, ...boxes),
        );
        details.dataset.field = field;
        form.append(details);
        continue;
      }
      const [least, most] = [Math.min(...flat), Math.max(...flat)];
      const inputs = ["from", "to"].map((end) => {
        const input = element("input", {
          type: "number",
          name: field,
          min: least,
          max: most,
          placeholder: end === "from" ? least : most,
          ariaLabel: `${label} ${end}`,
        });
        input.dataset.end = end;
        input.addEventListener("change", () => {
          const filter = { from: null, to: null, ...own.controls.get(field) };
          filter[end] = input.value === "" ? null : Number(input.value);
          if (filter.from === null && filter.to === null) own.controls.delete(field);
          else own.controls.set(field, filter);
          apply();
        });
        return input;
      });
      form.append(element("div", { className: "range" }, `${label} `, inputs[0], " – ", inputs[1]));
    }
    const years = new Set(
      dashboard.panels.flatMap(({ index }) => {
        const { fields, timeField } = cubes[index];
        return (fields[timeField]?.values ?? []).map((time) => new Date(time).getUTCFullYear());
      }),
    );
    if (years.size > 1) {
      const sorted = [...years].sort((a, b) => a - b);
      const selects = ["from", "to"].map((end, at) => {
        const options = sorted.map((year) => element("option", { value: year, textContent: year }));
        const any = element("option", { value: "", textContent: end === "from" ? "start" : "end" });
        const select = element("select", { ariaLabel: `Time ${end}` }, any, ...options);
        select.dataset.end = end;
        select.addEventListener("change", () => {
          own.years[at] = select.value === "" ? null : Number(select.value);
          apply();
        });
        return select;
      });
      form.append(element("div", { className: "range" }, "Time ", selects[0], " – ", selects[1]));
    }
    document.getElementById(`reset-${dashboard.id}`).addEventListener("click", () => {
      own.controls.clear();
      own.years.fill(null);
      own.mark = null;
      apply();
      document.getElementById(`status-${dashboard.id}`).focus();
    });
    form.addEventListener("keydown", ({ key, target }) => {
      const open = target.closest("details[open]");
      if (key !== "Escape" || !open) return;
      open.open = false;
      open.querySelector("summary").focus();
    });
    document.addEventListener("click", ({ target }) => {
      for (const open of form.querySelectorAll("details[open]")) if (!open.contains(target)) open.open = false;
    });
  }

  function makePanels(dashboard) {
    for (const panel of dashboard.panels) {
      const section = document.getElementById(`panel-${dashboard.id}-${panel.id}`);
      const view = {
        body: section.querySelector(".body"),
        note: section.querySelector(".note"),
        table: section.querySelector(".values"),
        button: section.querySelector(".as-table"),
        asTable: false,
        listens: false,
      };
      views.set(`${dashboard.id} ${panel.id}`, view);
      view.button?.addEventListener("click", () => {
        view.asTable = !view.asTable;
        view.button.setAttribute("aria-pressed", String(view.asTable));
        drawPanel(dashboard, panel);
      });
    }
  }

  // Tabs.

  function show(id, focus) {
    for (const dashboard of dashboards) {
      const tab = document.getElementById(`tab-${dashboard.id}`);
      const chosen = dashboard.id === id;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      document.getElementById(dashboard.id).hidden = !chosen;
      if (!chosen) continue;
      if (focus) tab.focus();
      draw(dashboard);
    }
  }

  const chosenTab = () => dashboards.find(({ id }) => `#${id}` === location.hash)?.id ?? dashboards[0].id;

  function makeTabs() {
    dashboards.forEach(({ id }, at) => {
      const tab = document.getElementById(`tab-${id}`);
      const go = (to) => {
        history.replaceState(null, "", `#${to.id}`);
        show(to.id, true);
      };
      tab.addEventListener("click", () => go({ id }));
      tab.addEventListener("keydown", ({ key }) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
        if (step) go(dashboards.at((at + step) % dashboards.length));
      });
    });
    addEventListener("hashchange", () => show(chosenTab(), false));
  }

  addEventListener("DOMContentLoaded", async () => {
    for (const [index, cube] of Object.entries(packed)) cubes[index] = await unpack(cube);
    for (const dashboard of dashboards) {
      makePanels(dashboard);
      makeControls(dashboard);
    }
    makeTabs();
    show(chosenTab(), false);
    dark.addEventListener("change", () => show(chosenTab(), false));
    if (coarse.matches) document.documentElement.dataset.pointer = "coarse";
    document.documentElement.dataset.charts = "done";
  });
})();
