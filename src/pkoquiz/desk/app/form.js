// The form of a question: controls made from its fields, which change its data in place.

/**
 * @typedef {{name: string, label: string, usual: string, help: string, widget: string,
 *   required: boolean, group: string, fields?: Field[], choices?: string[], default?: any,
 *   least?: number, most?: number, one?: string, of?: string, entry?: string}} Field
 * @typedef {Record<string, any>} Item
 * @typedef {(string | number)[]} Path
 */

/** @param {Path} path */
const pathKey = path => path.join("/");

/**
 * Return a value without what is empty, and for each path in it the path in the original.
 * @param {any} value
 */
function withoutEmpty(value) {
  /** @type {Map<string, Path>} */
  const paths = new Map();
  /** @param {any} inner @param {Path} from @param {Path} to @returns {any} */
  const clean = (inner, from, to) => {
    paths.set(pathKey(to), from);
    if (typeof inner === "string") return inner.trim() === "" ? undefined : inner;
    if (Array.isArray(inner)) {
      /** @type {any[]} */
      const kept = [];
      inner.forEach((entry, index) => {
        const cleaned = clean(entry, [...from, index], [...to, kept.length]);
        if (cleaned !== undefined && !isOnlyFlags(cleaned)) kept.push(cleaned);
      });
      return kept.length ? kept : undefined;
    }
    if (inner && typeof inner === "object") {
      const entries = Object.entries(inner)
        .map(([name, each]) => [name, clean(each, [...from, name], [...to, name])])
        .filter(([, each]) => each !== undefined);
      return entries.length ? Object.fromEntries(entries) : undefined;
    }
    return undefined;
  };
  return { value: clean(value, [], []) ?? {}, paths };
}

/** Whether an entry of a list says nothing: an option without text that is marked as right. */
function isOnlyFlags(entry) {
  return typeof entry === "object" && !Array.isArray(entry)
    && Object.values(entry).every(value => value === "true" || value === "false");
}

/** Every form has controls of its own, so ids must not repeat. */
let controls = 0;

/**
 * Builds the controls of a form.
 */
class Form {
  /**
   * @param {Field[]} fields
   * @param {Item} item the data, which is changed in place
   * @param {{changed: () => void, objectives: any[], tags: () => string[],
   *   citations: (form: Form, field: Field) => HTMLElement, section: () => string,
   *   fixedId: boolean}} context
   */
  constructor(fields, item, context) {
    this.fields = fields;
    this.item = item;
    this.context = context;
    const main = fields.filter(field => field.group === "main");
    const more = fields.filter(field => field.group === "more");
    const filled = more.filter(field => field.name in item).map(field => field.label.toLowerCase());
    const folded = element("details", { class: "more" },
      element("summary", {}, filled.length ? `More (has ${filled.join(", ")})` : "More"),
      element("div", { class: "fields" }, ...more.map(field => this.control(field, item, [])))
    );
    this.element = element("div", { class: "fields" },
      ...main.map(field => this.control(field, item, [])), folded);
  }

  /**
   * Return the control of a field of a record.
   * @param {Field} field
   * @param {any} owner
   * @param {Path} path of the owner
   * @returns {HTMLElement}
   */
  control(field, owner, path) {
    const own = [...path, field.name];
    switch (field.widget) {
      case "citations": return this.placed(own, this.context.citations(this, field));
      case "list": case "lines": return this.list(field, owner, own);
      case "record": return this.record(field, owner, own);
      case "map": return this.map(field, owner, own);
      case "flag": return this.flag(field, owner, own);
      default: return this.labelled(field, own, this.input(field, owner));
    }
  }

  /** Mark a node as the place of a path, so that findings can be shown there. */
  placed(path, node) {
    node.dataset.path = pathKey(path);
    return node;
  }

  /** A label, its control and its help. */
  labelled(field, path, input) {
    const id = `desk--control-${controls += 1}`;
    input.id = id;
    const label = element("label", { for: id }, field.label);
    const isNeeded = field.widget === "objective" ? this.context.objectives.length : field.required;
    if (isNeeded) label.append(neededMark());
    const help = element("p", { class: "help", id: `${id}-help` }, field.help);
    input.setAttribute("aria-describedby", `${id}-help ${id}-findings`);
    const findings = element("ul", { class: "findings", id: `${id}-findings` });
    return this.placed(path, element("div", { class: `control ${field.widget}` },
      label, input, help, findings));
  }

  /** @param {any} owner @param {string} name @param {any} value undefined deletes */
  set(owner, name, value) {
    if (value === undefined || value === "") delete owner[name];
    else owner[name] = value;
    this.context.changed();
  }

  /** The bare input of a field with one value. */
  input(field, owner) {
    const value = typeof owner[field.name] === "string" ? owner[field.name] : "";
    const set = text => this.set(owner, field.name, text);
    switch (field.widget) {
      case "choice": return this.select(field, value, set, [
        ...field.choices.map(choice => [choice, choice])]);
      case "verdict": return this.select(field, value, set, [["true", "true"], ["false", "false"]]);
      case "objective": {
        const section = this.context.section();
        const own = this.context.objectives.filter(each => each.section === section);
        const others = this.context.objectives.filter(each => each.section !== section);
        return this.select(field, value, set, [...own, ...others].map(each =>
          [each.id, `${each.id} ${each.text}`]));
      }
      case "block": case "prose": {
        // Prose is one line of any length: a line end in it becomes a space.
        const isBlock = field.widget === "block";
        const area = element("textarea", { rows: isBlock ? 2 : 1, dir: "auto" });
        area.value = value;
        const fit = () => {
          area.style.blockSize = "auto";
          area.style.blockSize = `${Math.min(area.scrollHeight + 4, 400)}px`;
        };
        area.addEventListener("input", () => {
          if (!isBlock && area.value.includes("\n")) area.value = area.value.replace(/\s*\n/g, " ");
          set(area.value);
          fit();
        });
        area.addEventListener("focus", fit);
        if (value) requestAnimationFrame(fit);
        return area;
      }
      case "names": {
        const names = Array.isArray(owner[field.name]) ? owner[field.name] : [];
        const input = element("input", {
          type: "text", autocomplete: "off", spellcheck: "false", dir: "auto",
        });
        input.value = names.join(", ");
        input.addEventListener("input", () => {
          const parts = input.value.split(",").map(part => part.trim()).filter(Boolean);
          this.set(owner, field.name, parts.length ? parts : undefined);
        });
        return input;
      }
      default: {
        const isNumber = field.widget === "number";
        const input = element("input", {
          type: "text", autocomplete: "off", dir: "auto",
          inputmode: isNumber ? "decimal" : "text",
        });
        if (field.name === "id") input.readOnly = this.context.fixedId;
        if (isNumber && field.default) input.placeholder = field.default;
        input.value = value;
        input.addEventListener("input", () => set(input.value));
        return input;
      }
    }
  }

  select(field, value, set, choices) {
    const select = element("select", { dir: "auto" });
    const fallback = field.default || "";
    if (!fallback) select.append(element("option", { value: "" }, "choose …"));
    for (const [name, label] of choices) {
      select.append(element("option", { value: name }, label));
    }
    select.value = value || fallback;
    select.addEventListener("change", () => set(select.value));
    return select;
  }

  flag(field, owner, path) {
    const id = `desk--control-${controls += 1}`;
    const box = element("input", { type: "checkbox", id });
    const usual = field.default ? "true" : "false";
    box.checked = (owner[field.name] ?? usual) === "true";
    box.addEventListener("change", () => {
      const text = box.checked ? "true" : "false";
      if (box.checked && field.name === "correct" && this.item.type === "choice") {
        this.chooseOne(path);
      }
      this.set(owner, field.name, text === usual ? undefined : text);
    });
    const label = element("label", { for: id, title: field.help }, box, ` ${field.label}`);
    return this.placed(path, element("div", { class: "control flag" }, label));
  }

  /** Only one option of a single choice is right: no other one stays ticked. */
  chooseOne(path) {
    this.item.options.forEach((option, index) => {
      if (index !== path[1] && typeof option === "object") delete option.correct;
    });
    for (const node of this.element.querySelectorAll('[data-path$="/correct"]')) {
      const box = node.querySelector("input");
      if (box && node.dataset.path !== pathKey(path)) box.checked = false;
    }
  }

  record(field, owner, path) {
    const data = owner[field.name] ?? {};
    const group = element("fieldset", { class: "record" },
      element("legend", {}, field.label), element("p", { class: "help" }, field.help));
    // A record appears in the data with its first value, and goes with its last one.
    const proxy = new Proxy(data, {
      set: (target, name, value) => {
        target[name] = value;
        owner[field.name] = target;
        return true;
      },
      deleteProperty: (target, name) => {
        delete target[name];
        if (!Object.keys(target).length) delete owner[field.name];
        return true;
      },
    });
    // The fields of an optional record are needed only once one of them is filled in.
    for (const inner of field.fields) {
      const isNeeded = inner.required && field.required;
      group.append(this.control({ ...inner, required: isNeeded }, proxy, path));
    }
    return this.placed(path, group);
  }

  map(field, owner, path) {
    const area = element("textarea", {
      rows: 1, dir: "auto", placeholder: "L07: why it does not apply here",
    });
    const data = owner[field.name] ?? {};
    area.value = Object.entries(data).map(([name, value]) => `${name}: ${value}`).join("\n");
    area.addEventListener("input", () => {
      const lines = area.value.split("\n").map(line => line.split(/:(.*)/s));
      const pairs = lines.filter(([name, reason]) => name.trim() && reason?.trim());
      const entries = pairs.map(([name, reason]) => [name.trim(), reason.trim()]);
      this.set(owner, field.name, entries.length ? Object.fromEntries(entries) : undefined);
    });
    return this.labelled(field, path, area);
  }

  list(field, owner, path) {
    const group = element("fieldset", { class: "list" });
    const render = focus => {
      const entries = owner[field.name] ?? [];
      const title = element("legend", {}, field.label);
      if (field.required) title.append(neededMark());
      const rows = entries.map((entry, index) => this.entry(field, owner, path, index, render));
      const add = element("button", { type: "button", class: "small", click: () => {
        owner[field.name] = [...entries, field.fields ? {} : ""];
        render(entries.length);
      } }, `Add ${/^[aeiou]/i.test(field.one) ? "an" : "a"} ${field.one}`);
      if (field.most && entries.length >= field.most) add.disabled = true;
      group.replaceChildren(title, element("p", { class: "help" }, field.help),
        element("ul", { class: "findings" }), ...rows, add);
      if (typeof focus === "number") {
        const row = group.querySelectorAll(":scope > .entry")[focus] ?? group;
        row.querySelector("input:not([type=checkbox]), textarea, button")?.focus();
      }
    };
    render();
    return this.placed(path, group);
  }

  /** One entry of a list: a text, or a record that may also be written as its text alone. */
  entry(field, owner, path, index, render) {
    const list = owner[field.name];
    const own = [...path, index];
    const label = `${field.one} ${index + 1}`;
    const title = label[0].toUpperCase() + label.slice(1);
    const remove = element("button", {
      type: "button", class: "small remove", "aria-label": `Remove ${label}`,
      click: () => {
        list.splice(index, 1);
        if (!list.length) delete owner[field.name];
        this.context.changed();
        render(Math.max(0, index - 1));
      },
    }, "✕");
    const up = element("button", {
      type: "button", class: "small remove", "aria-label": `Move ${label} up`,
      click: () => {
        list.splice(index - 1, 0, ...list.splice(index, 1));
        this.context.changed();
        render(index - 1);
      },
    }, "↑");
    const row = element("div", { class: "entry", role: "group", "aria-label": title });
    const tools = element("div", { class: "entry-tools" }, ...(index ? [up] : []), remove);
    if (!field.fields) {
      const inner = { name: index, label: title, help: "", widget: field.entry, required: false };
      row.append(this.labelled(inner, own, this.input(inner, list)), tools);
      row.dataset.path = pathKey(own);
      return row;
    }
    // "True peace" stays a text until it gets something else than its text.
    const isText = typeof list[index] === "string";
    const data = isText ? { text: list[index] } : list[index];
    const record = !isText ? data : new Proxy(data, {
      set: (target, name, value) => {
        target[name] = value;
        list[index] = Object.keys(target).length > 1 ? target : value;
        return true;
      },
      deleteProperty: (target, name) => {
        delete target[name];
        list[index] = Object.keys(target).join() === "text" ? target.text : target;
        return true;
      },
    });
    const shown = field.fields.filter(inner => !isAside(inner));
    const aside = field.fields.filter(isAside);
    // The number of the entry is the label of its text, which comes first.
    const main = shown.find(inner => inner.name === "text") ?? shown[0];
    const named = { ...main, label: title, required: false };
    const others = shown.filter(inner => inner !== main);
    row.append(...[named, ...others].map(inner => this.control(inner, record, own)), tools);
    if (aside.length) {
      const filled = aside.some(inner => inner.name in data);
      const folded = element("details", { class: "aside" },
        element("summary", {}, aside.map(inner => inner.label).join(", ")),
        ...aside.map(inner => this.control(inner, record, own)));
      folded.open = filled;
      row.append(folded);
    }
    row.dataset.path = pathKey(own);
    return row;
  }

  /**
   * Show findings beside their fields, and return those that have no field.
   * @param {any[]} findings
   * @param {Map<string, Path>} paths from the data that was checked to that of the form
   */
  show(findings, paths) {
    for (const node of this.element.querySelectorAll("[data-path]")) {
      node.classList.remove("wrong", "doubtful");
      node.querySelector(".findings")?.replaceChildren();
      for (const input of node.querySelectorAll("[aria-invalid]")) {
        input.removeAttribute("aria-invalid");
      }
    }
    const places = new Map();
    for (const node of this.element.querySelectorAll("[data-path]")) {
      places.set(node.dataset.path, node);
    }
    return findings.filter(finding => {
      for (let length = finding.path.length; length > 0; length -= 1) {
        const original = paths.get(pathKey(finding.path.slice(0, length)));
        const node = places.get(pathKey(original ?? finding.path.slice(0, length)));
        const list = node?.querySelector(".findings");
        if (!node || !list) continue;
        node.classList.add(finding.severity === "error" ? "wrong" : "doubtful");
        list.append(findingLine(finding));
        const input = node.querySelector("input, textarea, select");
        if (input && finding.severity === "error") input.setAttribute("aria-invalid", "true");
        unfold(node);
        return false;
      }
      if (finding.severity === "error") this.unfoldNamed(finding);
      return true;
    });
  }

  /**
   * Say what a new question is called if its author names it nothing: a name has to be written
   * where none can be proposed.
   * @param {string} name
   */
  propose(name) {
    const node = this.element.querySelector('[data-path="id"]');
    const field = this.fields.find(each => each.name === "id");
    if (!node || !field || this.context.fixedId) return;
    query(HTMLInputElement, "input", node).placeholder = name;
    const label = query(HTMLElement, "label", node);
    label.replaceChildren(field.label, ...(name ? [] : [neededMark()]));
    const how = name ? "Left empty, it is the proposed name."
      : "Use lower-case letters, digits and hyphens, e.g. new-one.";
    query(HTMLElement, ".help", node).textContent = `${how} ${field.help}`;
  }

  /** Show the folded fields that an error of the whole question mentions. */
  unfoldNamed(finding) {
    const words = `${finding.message} ${finding.hint}`.toLowerCase();
    for (const field of this.fields) {
      const isNamed = new RegExp(`(?<!\\w)${field.label.toLowerCase()}(?!\\w)`).test(words);
      const node = this.element.querySelector(`[data-path="${field.name}"]`);
      if (isNamed && node) unfold(node);
    }
  }
}

/** Open everything that a node is folded into. */
function unfold(node) {
  for (let parent = node.parentElement; parent; parent = parent.parentElement) {
    if (parent instanceof HTMLDetailsElement) parent.open = true;
  }
}

/** Whether a field of an entry is needed rarely, and folded away. */
function isAside(field) {
  return ["feedback", "pin", "credit", "wrong", "hint", "tolerance"].includes(field.name)
    && !field.required;
}

/** What follows the label of a field that must be filled in. */
const neededMark = () => element("span", { class: "soft" }, " (needed)");

/**
 * A finding with the labels of this form: checks use one label for all types of questions.
 * @param {any} finding
 * @param {Field[]} fields
 */
function withLabels(finding, fields) {
  let { message, hint } = finding;
  let inner = fields;
  for (const step of finding.path) {
    const field = inner.find(each => each.name === step);
    if (!field) continue;
    message = message.replaceAll(`“${field.usual}”`, `“${field.label}”`);
    hint = hint.replaceAll(`“${field.usual}”`, `“${field.label}”`);
    inner = field.fields ?? [];
  }
  return { ...finding, message, hint };
}

/** A finding as a line: what is wrong, and what to do. */
function findingLine(finding) {
  const line = element("li", { class: finding.severity, "data-code": finding.code },
    element("span", {}, finding.message));
  if (finding.hint) line.append(element("span", { class: "hint" }, ` – ${finding.hint}`));
  return line;
}
