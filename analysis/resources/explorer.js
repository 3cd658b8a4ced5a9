// Shows the pages that Python makes, and says what was chosen: no page is made here.

const REGIONS = ["head", "notice", "choose", "paragraphs", "actors", "findings", "text",
  "compare", "words", "passage"];
const LINK = {"data-file": "files", "data-notebook": "lab/tree"};

function render({ model, el }) {
  el.innerHTML = model.get("shell");
  const root = el.querySelector(".throughline");
  const region = name => root.querySelector(`[data-region="${name}"]`);
  const status = root.querySelector(".status");
  let opener = null;  // what opened the passage, by its key

  const keyOf = e => e && (e.dataset.key || e.id || JSON.stringify({ ...e.dataset }));
  const find = (key, within = root) => [...within.querySelectorAll(
    "button, input, select, textarea, a, summary, [data-key]")]
    .find(e => keyOf(e) === key && !e.disabled);

  function fill(name) {
    const place = region(name), inside = place.contains(document.activeElement);
    const key = inside ? keyOf(document.activeElement) : null;
    const edited = [...place.querySelectorAll("[data-keep]")].filter(changed)
      .map(field => [keyOf(field), field.value]);
    const open = [...place.querySelectorAll("details")].map(d => d.open);
    place.innerHTML = model.get(name);
    edited.forEach(([key, value]) => { const f = find(key, place); if (f) f.value = value; });
    place.querySelectorAll("details").forEach((d, i) => { d.open = !!open[i]; });
    Object.entries(LINK).forEach(([kind, way]) => place.querySelectorAll(`[${kind}]`)
      .forEach(a => { a.href = address(a.getAttribute(kind), way); }));
    if (name === "passage") place.hidden = !place.innerHTML.trim();
    if (name === "passage" && place.hidden) focus(opener);
    else if (inside) (find(key, place) || heading(place))?.focus();
  }

  // A line that was edited and not saved keeps its words when another one is saved.
  const changed = field => field.options
    ? [...field.options].some(option => option.selected !== option.defaultSelected)
    : field.value !== field.defaultValue;

  function heading(place) {
    const found = place.querySelector("h2, h3");
    if (found) found.tabIndex = -1;
    return found;
  }

  function focus(key) {
    const place = key === "error" ? region("notice").querySelector("button") : find(key);
    if (key === "error") region("notice").scrollIntoView({ block: "nearest" });
    place?.focus({ preventScroll: key === "error" });
  }

  function showTab(name) {
    root.dataset.shown = name;
    root.querySelectorAll("[data-tab]").forEach(tab => {
      const on = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", on);
      tab.tabIndex = on ? 0 : -1;
      region(tab.dataset.tab).hidden = !on;
    });
  }

  function chooseTab(name) {
    if (model.get("tab") !== name) {
      busy(true);
      model.set("tab", name);
      model.save_changes();
    }
    showTab(name);
  }

  const busy = on => root.setAttribute("aria-busy", on);

  function say(action, values, data) {
    busy(true);
    status.textContent = "Working …";
    model.send({ do: action, values }, undefined, data ? [data] : []);
  }

  function act(button) {
    const values = { ...button.dataset };
    button.closest("[data-form]")?.querySelectorAll("[name]").forEach(field => {
      values[field.name] = field.value;
    });
    if ("ticked" in button.dataset) {
      values.ticked = [...button.closest("section").querySelectorAll("[data-tick]")]
        .filter(box => box.checked).map(box => box.dataset.tick);
    }
    if (button.dataset.do.startsWith("open") && !region("passage").contains(button)) {
      opener = keyOf(button);
    }
    say(button.dataset.do, values);
  }

  async function upload(file, action) {
    if (file) say(action, { name: file.name }, await file.arrayBuffer());
  }

  function address(path, way) {
    // JupyterLab is at …/lab/tree/FOLDER/NOTEBOOK: paths are beside the notebook.
    const [base, here = ""] = location.pathname.split(/\/(?:lab|doc)(?:\/.*?)?\/tree\//);
    const folder = here.split("/").slice(0, -1).join("/");
    const plain = new URL(`${folder}/${path}`, "http://x/").pathname;
    return `${base.replace(/\/lab$/, "")}/${way}${plain}`;
  }

  function step(group, from, by) {
    const all = [...group.querySelectorAll("button")];
    const to = all[(all.indexOf(from) + by + all.length) % all.length];
    from.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
    return to;
  }

  root.addEventListener("click", event => {
    const tab = event.target.closest("[data-tab]");
    const button = event.target.closest("[data-do]");
    if (tab) chooseTab(tab.dataset.tab);
    else if (button) act(button);
  });
  root.addEventListener("change", event => {
    const field = event.target;
    if (field.dataset.upload) upload(field.files[0], field.dataset.upload);
  });
  root.addEventListener("keydown", event => {
    event.stopPropagation();  // JupyterLab would go to another cell, or cut this one
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const group = event.target.closest("[data-arrows], [role=tablist]");
    if (by && group) {
      event.preventDefault();
      const to = step(group, event.target, by);
      if (to.dataset.tab) chooseTab(to.dataset.tab);
    } else if (event.key === "Escape" && region("passage").contains(event.target)) {
      say("close", {});
    } else if (event.key === "Enter" && event.target.matches("[data-form] input")) {
      event.target.closest("[data-form]").querySelector("[data-do]")?.click();
    }
  });
  root.addEventListener("dragover", event => {
    if (event.target.closest("[data-drop]")) event.preventDefault();
  });
  root.addEventListener("drop", event => {
    if (!event.target.closest("[data-drop]")) return;
    event.preventDefault();
    event.stopPropagation();
    upload(event.dataTransfer.files[0], "keep_file");
  });
  const gone = new AbortController();  // when this view is taken from the page
  document.addEventListener("selectionchange", () => {
    const chosen = document.getSelection(), field = root.querySelector("[data-selected]");
    const within = chosen.anchorNode?.parentElement?.closest("[data-select]");
    if (field && within && root.contains(within) && `${chosen}`.trim()) {
      field.value = `${chosen}`.trim();
    }
  }, { signal: gone.signal });

  REGIONS.forEach(name => {
    fill(name);
    model.on(`change:${name}`, () => fill(name));
  });
  model.on("change:tab", () => showTab(model.get("tab")));
  model.on("change:told", () => {
    const said = model.get("told");
    if (said.status) status.textContent = said.status;
    if (said.focus) focus(said.focus);
    if (said.done) {
      busy(false);
      if (/…$/.test(status.textContent)) status.textContent = "Done.";
    }
  });
  showTab(model.get("tab"));
  return () => gone.abort();
}

export default { render };
