// Everything that comes from a result stream reaches the page as text (textContent, setAttribute), never as markup.

const data = JSON.parse(document.getElementById("data").textContent);
const NOTHING = -1;
const MANY_COLUMNS = 8;
const ROWS_PER_PAGE = 10;
// Worst first: a requirement's cell shows the worst of its cases.
const SEVERITY = ["crash", "fail", "timeout", "harness-error", "not-run", "unsupported", "pass", "observed", "absent"];
const TROUBLES = new Set(["crash", "fail", "timeout", "harness-error", "not-run"]);
const VERBS = { pass: "passed", fail: "failed", crash: "crashed", timeout: "timed out" };
const THEMES = ["system", "light", "dark"];

// ---- What the data means -------------------------------------------------------------------------------------------

const requirements = new Map(
  data.requirements.map(([id, statement, evidence, source, pages, publishedTests]) => [
    id,
    { id, statement, evidence, source, pages, publishedTests },
  ]),
);

const cases = data.cases.map(([id, title, evidence, kind, named], index) => ({
  index,
  id,
  title,
  evidence,
  kind,
  requirements: named.map((requirement) => requirements.get(requirement)),
  group: groupOf(named[0]),
  searched: [id, title, ...named, ...named.map((requirement) => requirements.get(requirement).statement)]
    .join(" ")
    .toLowerCase(),
}));

// The title of each cause, with its cases and those that it blocks, by the place of the implementation.
const causes = new Map(
  data.causes.map(([title, found]) => [
    title,
    new Map(found.map(([place, members, blocked]) => [place, { members: new Set(members), blocked: new Set(blocked) }])),
  ]),
);

function groupOf(id) {
  return id.slice(0, id.indexOf("/"));
}

function rawResult(item, column) {
  const number = data.cells[column][item.index];
  return number === NOTHING ? null : data.results[number];
}

function verdictOf(item, column) {
  const raw = rawResult(item, column);
  return raw === null ? "absent" : data.texts[raw[0]];
}

function isFlaky(item, column) {
  const raw = rawResult(item, column);
  return raw !== null && raw[6] === 1;
}

function outcomeOf([verdict, expected, actual, reason, steps, printed]) {
  const [verdictText, expectedText, actualText, reasonText] = [verdict, expected, actual, reason].map(textOf);
  return {
    verdict: verdictText,
    expected: expectedText,
    actual: actualText,
    reason: reasonText,
    steps: steps.map((number) => stepOf(data.steps[number])),
    printed: printed.map(textOf),
  };
}

function stepOf([text, returned, values, failures]) {
  return {
    text: textOf(text),
    returned: returned === NOTHING ? null : textOf(returned),
    values: pairsOf(values),
    failures: failures.map((failure) => {
      const [requirement, what, expected, actual] = failure.map(textOf);
      return { requirement, what, expected, actual };
    }),
  };
}

function resultOf(item, column) {
  const raw = rawResult(item, column);
  if (raw === null) return null;
  return {
    ...outcomeOf(raw),
    flaky: raw[6] === 1,
    observations: pairsOf(raw[7]),
    runs: raw[8].map(outcomeOf),
    reproducer: raw[9].map((line) => `${textOf(line)}\n`).join(""),
  };
}

function textOf(number) {
  return data.texts[number];
}

function pairsOf(pairs) {
  return pairs.map(([name, value]) => [textOf(name), textOf(value)]);
}

// The likely cause of a result that is no pass, and the case to look at first where the cause only blocks this one.
function causeOf(item, column) {
  for (const [title, found] of causes) {
    const cause = found.get(column);
    if (!cause?.members.has(item.index)) continue;
    const [example] = cause.members;
    return { title, blockedBy: cause.blocked.has(item.index) ? cases[example] : null };
  }
  return null;
}

function worst(items, column) {
  const verdicts = new Set(items.map((item) => verdictOf(item, column)));
  return SEVERITY.find((verdict) => verdicts.has(verdict));
}

function differ(values) {
  const present = values.filter((value) => value !== null);
  return present.some((value) => value !== present[0]);
}

function perColumn(value) {
  return data.columns.map((_, column) => value(column));
}

// What was recorded under the name; null where the case was not run as an observation.
function observed(item, name, column) {
  if (verdictOf(item, column) !== "observed") return null;
  const raw = rawResult(item, column);
  const pair = raw[7].find(([number]) => textOf(number) === name);
  return pair === undefined ? "" : textOf(pair[1]);
}

function observationNames(item) {
  const names = new Set(
    perColumn((column) => rawResult(item, column)?.[7] ?? [])
      .flat()
      .map(([name]) => textOf(name)),
  );
  // That every implementation came to its end normally shows nothing.
  const ends = perColumn((column) => observed(item, "ended", column));
  if (names.size > 1 && ends.every((end) => end === "normally" || end === null)) names.delete("ended");
  return [...names];
}

// ---- Making elements -----------------------------------------------------------------------------------------------

const ICONS = new Map([...document.getElementById("icons").content.children].map((svg) => [svg.dataset.icon, svg]));

function icon(name) {
  return ICONS.get(name).cloneNode(true);
}

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function badge(verdict, flaky) {
  const made = element("span", { class: `badge is-${verdict}` }, icon(verdict), element("span", {}, verdict));
  if (flaky) made.append(icon("flaky"), element("span", {}, "flaky"));
  return made;
}

// May be broken after the slash.
function idOf(id) {
  const [group, ...rest] = id.split("/");
  return element("span", { class: "id" }, `${group}/`, element("wbr"), rest.join("/"));
}

function evidenceTag(level) {
  return element("span", { class: "level", title: data.evidence[level] }, level);
}

// ---- Rows: what the two grids show ---------------------------------------------------------------------------------

const STREAM_COLUMNS = data.columns.map((column, index) => ({ ...column, index }));
const PUBLISHED_COLUMN = {
  key: data.published_tests,
  name: "Windows (published tests)",
  brief: "published tests",
  version: "evidence, not a measurement",
  short: "evidence, not a measurement",
  index: NOTHING,
};

// The columns of the matrix: a family's versions side by side, or one implementation alone. One column may stand for
// several implementations, which are its `members`.
function familiesOf(only, isFolded) {
  if (only) return [{ name: only.name, columns: [{ ...only, short: only.version, tag: only.platform }] }];
  return data.families.map(([name, columns]) => ({
    name,
    columns: columns.flatMap(([short, tag, places, key]) => {
      const members = places.map((place) => STREAM_COLUMNS[place]);
      const [first] = members;
      if (members.length === 1) return [{ ...first, short, tag }];
      if (!isFolded) return members.map((member) => ({ ...member, short: member.version, tag: member.platform }));
      return [{ key, name, label: `${name} ${short}, ${tag}`, version: short, short, tag, members }];
    }),
  }));
}

// A cell is { shape, mark, flaky, text, label, tone }: an icon or a letter, whether a wave follows, the words
// beside it, what is read out, the class of its colour.

function verdictCell(item, column) {
  const verdict = verdictOf(item, column);
  const flaky = isFlaky(item, column);
  const text = verdict === "absent" ? "" : verdict;
  return { shape: verdict, flaky, text, tone: verdict, label: verdict + (flaky ? ", flaky" : "") };
}

function requirementCell(items, column) {
  const verdict = worst(items, column);
  const flaky = items.some((item) => isFlaky(item, column));
  const recorded = items.filter((item) => rawResult(item, column) !== null);
  const count = recorded.filter((item) => verdictOf(item, column) === verdict).length;
  // What the icon says is what is counted.
  const text = verdict === "absent" ? "" : `${count} of ${recorded.length} ${VERBS[verdict] ?? verdict}`;
  const label = [text || verdict, flaky && "flaky"].filter(Boolean).join(", ");
  return { shape: verdict, flaky, text, tone: verdict, label };
}

function cellOf(row, column) {
  if (column.index === NOTHING) return publishedCell(row);
  if (!column.members) return row.cell(column.index);
  const cells = column.members.map((member) => row.cell(member.index));
  // All of them conform: one that passes says more than one that is not supported.
  const best = cells.find((cell) => cell.tone === "pass") ?? cells[0];
  const labels = column.members.map((member, number) => `${member.platform} ${cells[number].label}`);
  return { ...best, label: new Set(cells.map((cell) => cell.label)).size > 1 ? labels.join("; ") : best.label };
}

function publishedCell(row) {
  return row.kind === "requirement" && row.requirement.publishedTests.length
    ? { shape: "published", text: "asserted", tone: "published", label: "asserted by published tests" }
    : { text: "", tone: "nothing", label: "no evidence of this kind" };
}

function valueCell(item, name, column) {
  const value = observed(item, name, column);
  if (value === null) return verdictCell(item, column);
  return { text: value, tone: "value", label: value || "nothing recorded" };
}

// Implementations that behave alike get the same letter, the first one A.
function letters(observations) {
  const seen = new Map();
  return perColumn((column) => {
    const values = observations.map(({ item, name }) => observed(item, name, column));
    if (values.every((value) => value === null)) return null;
    const behaviour = JSON.stringify(values);
    if (!seen.has(behaviour)) seen.set(behaviour, letter(seen.size));
    const words = values.filter((value) => value && value !== "normally");
    return { letter: seen.get(behaviour), summary: [...new Set(words)].join(", ") };
  });
}

function letter(number) {
  const last = String.fromCharCode(65 + (number % 26));
  return number < 26 ? last : letter(Math.floor(number / 26) - 1) + last;
}

function behaviourCell(behaviour, items, column) {
  if (behaviour === null) {
    const verdict = worst(items, column);
    return { shape: verdict, text: verdict === "absent" ? "" : verdict, tone: verdict, label: verdict };
  }
  const { letter: mark, summary } = behaviour;
  return { mark, text: summary, tone: "value", label: `behaviour ${mark}: ${summary}` };
}

function requirementRows() {
  return grouped(cases.filter((item) => item.evidence !== "unknown")).map(([requirement, items]) => {
    const row = {
      kind: "requirement",
      id: requirement.id,
      title: requirement.statement,
      group: groupOf(requirement.id),
      requirement,
      note: plural(items.length, "case"),
      cell: (column) => requirementCell(items, column),
    };
    row.children = items.map((item) => ({
      kind: "case",
      id: item.id,
      title: item.title,
      group: item.group,
      items: [item],
      parent: row,
      differs: differ(perColumn((column) => rawResult(item, column) && verdictCell(item, column).label)),
      cell: (column) => verdictCell(item, column),
    }));
    return row;
  });
}

function questionRows() {
  return grouped(cases.filter((item) => item.evidence === "unknown")).map(([question, items]) => {
    const observations = items.flatMap((item) => observationNames(item).map((name) => ({ item, name })));
    const behaviours = letters(observations);
    const row = {
      kind: "question",
      id: question.id,
      title: question.statement,
      group: groupOf(question.id),
      requirement: question,
      note: plural(observations.length, "observation"),
      cell: (column) => behaviourCell(behaviours[column], items, column),
    };
    row.children = observations.map(({ item, name }) => ({
      kind: "observation",
      id: `${item.id}:${name}`,
      title: item.title,
      name,
      group: item.group,
      items: [item],
      parent: row,
      differs: differ(perColumn((column) => observed(item, name, column))),
      cell: (column) => valueCell(item, name, column),
    }));
    return row;
  });
}

function grouped(items) {
  const byRequirement = new Map();
  for (const item of items) {
    const requirement = item.requirements[0];
    if (!byRequirement.has(requirement)) byRequirement.set(requirement, []);
    byRequirement.get(requirement).push(item);
  }
  const order = data.groups.map(([group]) => group);
  return [...byRequirement].sort(([a], [b]) => order.indexOf(groupOf(a.id)) - order.indexOf(groupOf(b.id)));
}

// ---- A grid --------------------------------------------------------------------------------------------------------

class Grid {
  constructor(name, nouns, rows, before, mayFold) {
    this.table = document.getElementById(`${name}-grid`);
    this.section = this.table.closest("section");
    this.status = document.getElementById(`${name}-status`);
    this.section.hidden = rows.length === 0;
    this.nouns = nouns;
    this.before = before;
    this.mayFold = mayFold;
    this.parents = rows;
    this.rows = rows.flatMap((row) => [row, ...row.children]);
    this.rowOfLine = new Map();
    this.build();
    this.setColumns(null);
    this.table.addEventListener("keydown", (event) => this.press(event));
    this.table.addEventListener("click", (event) => this.click(event));
  }

  build() {
    // 200 columns of 500 rows are too many elements to make before somebody looks at them.
    this.watcher = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) if (entry.isIntersecting) this.fill(this.rowOfLine.get(entry.target));
      },
      { rootMargin: "200px", scrollMargin: "200px" },
    );
    this.columnGroup = element("colgroup");
    this.head = element("thead");
    this.table.append(this.columnGroup, this.head);
    new ResizeObserver(() => this.keepClearOfHead()).observe(this.head);
    for (const [group, name, page] of data.groups) {
      const rows = this.rows.filter((row) => (row.parent ?? row).group === group);
      if (rows.length) this.table.append(this.body(name, page, rows));
    }
  }

  // Rows are scrolled to a place below the head, which stays in sight.
  keepClearOfHead() {
    this.table.parentElement.style.setProperty("--head", `${this.head.offsetHeight + 8}px`);
  }

  // Shows all implementations, or one alone; cells are made anew where somebody looks at them.
  setColumns(only) {
    const families = familiesOf(only, this.mayFold);
    this.columns = [...this.before, ...families.flatMap((family) => family.columns)];
    this.firsts = new Set(families.map((family) => family.columns[0]));
    this.isCompact = this.columns.length > MANY_COLUMNS;
    this.table.classList.toggle("compact", this.isCompact);
    this.table.setAttribute("aria-colcount", this.columns.length + 1);
    const widths = this.columns.map((column) => element("col", { class: column.index === NOTHING && "published" }));
    this.columnGroup.replaceChildren(element("col"), ...widths);
    this.head.replaceChildren(...this.headRows(families));
    for (const cell of this.table.querySelectorAll("th.group")) cell.colSpan = this.columns.length + 1;
    for (const row of this.rows) this.empty(row);
  }

  headRows(families) {
    const corner = element("th", { scope: "col", class: "corner", rowspan: 2 }, this.nouns[0]);
    const upper = [corner, ...this.before.map((column) => this.headCell(column, 2))];
    const lower = [];
    for (const { name, columns } of families) {
      if (columns.length === 1) {
        upper.push(this.headCell(columns[0], 2));
        continue;
      }
      const shown = element("span", { class: "name" }, name);
      upper.push(element("th", { scope: "colgroup", colspan: columns.length, class: "family" }, shown));
      lower.push(...columns.map((column) => this.headCell(column, 1)));
    }
    return [element("tr", {}, ...upper), element("tr", {}, ...lower)];
  }

  headCell(column, height) {
    const name = this.isCompact ? (column.brief ?? column.name) : column.name;
    const classes = [
      column.index === NOTHING && "published",
      this.firsts.has(column) && (height === 2 ? "family" : "first"),
      this.isCompact && height === 2 && column.index !== NOTHING && name.length > 10 && "upright",
    ];
    const parts = { name: height === 2 && name, version: column.short, platform: column.tag };
    const shown = Object.entries(parts).filter(([, text]) => text);
    return element(
      "th",
      {
        scope: "col",
        rowspan: height,
        class: classes.filter(Boolean).join(" ") || null,
        title: `${column.label ?? column.name}, ${column.version}`,
      },
      ...shown.map(([kind, text]) => element("span", { class: kind }, text)),
    );
  }

  body(name, page, rows) {
    const heading = element(
      "th",
      { class: "group", scope: "rowgroup" },
      element("span", {}, name),
    );
    if (page) heading.firstChild.append(" ", element("a", { href: page, rel: "noreferrer" }, "documentation"));
    const body = element("tbody", {}, element("tr", { class: "group", "aria-level": 1 }, heading));
    for (const row of rows) {
      body.append(this.line(row));
    }
    return body;
  }

  line(row) {
    const isParent = row.children !== undefined;
    row.element = element(
      "tr",
      {
        class: row.kind,
        id: linkOf(row),
        "aria-level": isParent ? 2 : 3,
        "aria-expanded": isParent ? "false" : null,
        hidden: !isParent,
      },
      isParent ? this.parentHead(row) : this.childHead(row),
    );
    this.rowOfLine.set(row.element, row);
    return row.element;
  }

  parentHead(row) {
    return element(
      "th",
      { scope: "row", tabindex: -1 },
      element("span", { class: "label" }, icon("chevron"), element("span", {}, row.title, rowLink(row))),
      element(
        "span",
        { class: "about" },
        idOf(row.id),
        evidenceTag(row.requirement.evidence),
        element("span", {}, row.note),
      ),
    );
  }

  childHead(row) {
    return element(
      "th",
      { scope: "row", tabindex: -1 },
      element("span", { class: "label" }, row.name ?? row.title, rowLink(row)),
      element("span", { class: "about" }, row.name === undefined ? idOf(row.id) : row.title),
    );
  }

  empty(row) {
    row.cells = null;
    // The head of the row stays where it is, since it may have the focus.
    while (row.element.childElementCount > 1) row.element.lastChild.remove();
    row.element.append(element("td", { colspan: this.columns.length }));
    this.watcher.observe(row.element);
  }

  fill(row) {
    if (row.cells) return;
    const made = this.columns.map((column) => this.cell(cellOf(row, column), column));
    row.cells = [row.element.firstChild, ...made];
    row.element.lastChild.replaceWith(...made);
    this.watcher.unobserve(row.element);
  }

  cell({ shape, mark, flaky, text, tone, label }, column) {
    const inside = element("span", { class: `cell is-${tone}` });
    if (shape) inside.append(icon(shape));
    if (mark) inside.append(element("b", {}, mark));
    if (text && !(this.isCompact && (shape || mark))) inside.append(element("span", { class: "words" }, text));
    if (flaky) inside.append(icon("flaky"));
    return element(
      "td",
      {
        tabindex: -1,
        "aria-label": `${column.label ?? column.name}: ${label}`,
        title: shape && !this.isCompact ? null : label,
        class: column.index === NOTHING ? "published" : this.firsts.has(column) ? "first" : null,
      },
      inside,
    );
  }

  get visible() {
    return this.rows.filter((row) => !row.element.hidden);
  }

  // Shows the rows that the filter lets through; `opened` also opens every requirement that has such rows.
  apply(matches, opened) {
    let shownChildren = 0;
    for (const parent of this.parents) {
      const matching = parent.children.filter(matches);
      for (const child of parent.children) child.matches = false;
      for (const child of matching) child.matches = true;
      parent.element.hidden = matching.length === 0;
      this.open(parent, opened && matching.length > 0);
      shownChildren += matching.length;
    }
    for (const body of this.table.tBodies) {
      body.rows[0].hidden = [...body.rows].slice(1).every((line) => line.hidden);
    }
    const visible = this.visible;
    this.table.parentElement.hidden = visible.length === 0;
    this.section.querySelector(".empty").hidden = visible.length > 0;
    this.makeReachable(visible);
    const shown = visible.filter((row) => row.children);
    this.status.textContent = this.nouns
      .map((noun, level) => plural([shown.length, shownChildren][level], noun))
      .join(", ");
  }

  // One cell of the grid can be reached by Tab, whatever the filter hides.
  makeReachable(visible) {
    if (this.current?.isConnected && !this.current.closest("tr").hidden) return;
    if (visible.length) this.setCurrent(visible[0].element.firstChild);
  }

  setCurrent(cell) {
    if (this.current) this.current.tabIndex = -1;
    this.current = cell;
    cell.tabIndex = 0;
  }

  open(parent, isOpen) {
    parent.element.setAttribute("aria-expanded", String(isOpen));
    for (const child of parent.children) child.element.hidden = !(isOpen && child.matches);
  }

  // Opens the requirements of which a case spoils a run, as far as those cases; returns what closes them again.
  openTroubles() {
    const spoils = (row) => perColumn((column) => verdictOf(row.items[0], column)).some((one) => TROUBLES.has(one));
    return this.parents
      .filter((parent) => !parent.element.hidden && !this.isOpen(parent))
      .flatMap((parent) => parent.children.filter((child) => child.matches && spoils(child)))
      .map((child) => {
        child.element.hidden = false;
        return () => {
          child.element.hidden = !this.isOpen(child.parent);
        };
      });
  }

  isOpen(parent) {
    return parent.element.getAttribute("aria-expanded") === "true";
  }

  focus(row, position) {
    this.fill(row);
    const cell = row.cells[position];
    this.setCurrent(cell);
    cell.focus();
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  reveal(row, position) {
    if (row.parent) this.open(row.parent, true);
    this.fill(row);
    this.keepClearOfHead();
    row.element.scrollIntoView({ block: "center" });
    this.focus(row, position);
    document.querySelector("tr.linked")?.classList.remove("linked");
    row.element.classList.add("linked");
  }

  // The place of the column that shows an implementation, alone or among others; 0 if none does.
  positionOf(key) {
    const shows = (column) => column.key === key || column.members?.some((member) => member.key === key);
    return this.columns.findIndex(shows) + 1;
  }

  press(event) {
    const cell = event.target.closest("[tabindex]");
    if (!cell || event.altKey || event.metaKey) return;
    const row = this.rowOfLine.get(cell.closest("tr"));
    const visible = this.visible;
    const target = destination(
      event,
      visible.indexOf(row),
      row.cells?.indexOf(cell) ?? 0,
      visible.length - 1,
      this.columns.length,
    );
    if (target) this.focus(visible[target.line], target.position);
    else if (event.key === "Enter" || event.key === " ") this.act(row, cell);
    else return;
    event.preventDefault();
  }

  click(event) {
    const cell = event.target.closest("td[tabindex], th[tabindex]");
    if (!cell || event.target.closest("a")) return;
    this.setCurrent(cell);
    this.act(this.rowOfLine.get(cell.closest("tr")), cell);
  }

  act(row, cell) {
    this.fill(row);
    const position = row.cells.indexOf(cell);
    const column = this.columns[position - 1];
    setLink(linkOf(row, column));
    if (column) openDetails(row, column);
    else if (row.children) this.open(row, !this.isOpen(row));
    else openOverview(row, this.columns);
  }
}

function destination(event, line, position, lastLine, lastPosition) {
  const clamp = (value, last) => Math.max(0, Math.min(last, value));
  const moves = {
    ArrowUp: [line - 1, position],
    ArrowDown: [line + 1, position],
    ArrowLeft: [line, position - 1],
    ArrowRight: [line, position + 1],
    PageUp: [line - ROWS_PER_PAGE, position],
    PageDown: [line + ROWS_PER_PAGE, position],
    Home: [event.ctrlKey ? 0 : line, 0],
    End: [event.ctrlKey ? lastLine : line, lastPosition],
  };
  const move = moves[event.key];
  return move && { line: clamp(move[0], lastLine), position: clamp(move[1], lastPosition) };
}

// ---- Links ---------------------------------------------------------------------------------------------------------

function linkOf(row, column) {
  const place = column ? `@${encodeURIComponent(column.key)}` : "";
  return `${row.kind}=${encodeURIComponent(row.id).replaceAll("%2F", "/")}${place}`;
}

// For the pointer; the keyboard has the row's link in the address bar after Enter.
function rowLink(row) {
  return element(
    "a",
    { class: "row-link", href: `#${linkOf(row)}`, tabindex: -1, "aria-label": `Link to ${row.id}` },
    icon("link"),
  );
}

// The address holds the row or cell that was opened last, and the filters: it can be reloaded and passed on.
let currentLink = "";

function setLink(link) {
  currentLink = link;
  writeHash();
}

function chosenFilters() {
  const chosen = [...new FormData(form)].filter(([, value]) => value.trim() !== "");
  return chosen.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
}

function writeHash() {
  history.replaceState(null, "", `#${[currentLink, ...chosenFilters()].filter(Boolean).join("&")}`);
}

// Browsers and mail programs encode more or less than encodeURIComponent does; a link may be cut, too.
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const FILTERS = ["verdict", "evidence", "implementation", "cause", "group", "text", "differences"];
const FIRST_FILTER = new RegExp(`(^|&)(${FILTERS.join("|")})=`);

// A link without filters leaves them as they are.
function followHash() {
  const hash = location.hash.slice(1);
  const start = hash.search(FIRST_FILTER);
  const link = start < 0 ? hash : hash.slice(0, start);
  const filters = start < 0 ? "" : hash.slice(start).replace(/^&/, "");
  if (filters) setFilters(filters.split("&"));
  const isFollowed = followLink(link);
  currentLink = isFollowed ? link : "";
  if (filters && !isFollowed) document.getElementById("requirements").scrollIntoView();
  if (chosenFilters().length) writeHash();
}

function setFilters(parts) {
  form.reset();
  for (const part of parts) {
    const [name, value] = [part.slice(0, part.indexOf("=")), decoded(part.slice(part.indexOf("=") + 1))];
    for (const control of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (control.type === "checkbox") control.checked ||= control.value === value;
      else control.value = value;
    }
  }
  applyFilters();
}

function followLink(link) {
  const [rowLink, columnKey] = link.split("@").map(decoded);
  let isFound = false;
  for (const grid of grids) {
    const row = grid.rows.find((candidate) => decoded(linkOf(candidate)) === rowLink);
    if (!row) continue;
    isFound = true;
    const isHidden = columnKey !== undefined && !grid.positionOf(columnKey);
    if (isHidden || !(row.children ?? [row]).some(matcher())) resetFilters();
    const position = columnKey === undefined ? 0 : grid.positionOf(columnKey);
    if (row.children && !position) grid.open(row, true);
    grid.reveal(row, position);
    if (position) openDetails(row, STREAM_COLUMNS.find(({ key }) => key === columnKey) ?? grid.columns[position - 1]);
  }
  return isFound;
}

// ---- Filters -------------------------------------------------------------------------------------------------------

const form = document.getElementById("filters");
const toggleAll = document.getElementById("toggle-all");

// The only implementation to show, or null for all.
function onlyColumn() {
  return STREAM_COLUMNS.find(({ key }) => key === form.elements.implementation.value) ?? null;
}

function matcher() {
  const chosen = new FormData(form);
  const only = onlyColumn();
  const columns = only ? [only.index] : perColumn((column) => column);
  const verdicts = chosen.getAll("verdict");
  const evidence = chosen.getAll("evidence");
  const words = chosen.get("text").toLowerCase().split(/\s+/).filter(Boolean);
  const found = causes.get(chosen.get("cause"));
  const hasVerdict = (item, column) =>
    verdicts.includes(verdictOf(item, column)) || (verdicts.includes("flaky") && isFlaky(item, column));
  return (row) =>
    row.items.every(
      (item) =>
        (!chosen.get("group") || row.parent.group === chosen.get("group")) &&
        (!evidence.length || evidence.includes(item.evidence)) &&
        (!chosen.has("differences") || row.differs) &&
        (!found || columns.some((column) => found.get(column)?.members.has(item.index))) &&
        words.every((word) => item.searched.includes(word)) &&
        (!verdicts.length || columns.some((column) => hasVerdict(item, column))),
    );
}

// What picks single cases shows them; what picks whole requirements leaves them closed.
function picksCases() {
  const chosen = new FormData(form);
  return ["verdict", "differences", "cause", "text"].some((name) => (chosen.get(name) ?? "").trim() !== "");
}

function applyFilters(opened = picksCases()) {
  const matches = matcher();
  const only = onlyColumn();
  if (only !== shownColumn) {
    shownColumn = only;
    for (const grid of grids) grid.setColumns(only);
    countChips(only ? [only.index] : perColumn((column) => column));
  }
  for (const grid of grids) grid.apply(matches, opened);
  toggleAll.textContent = opened ? "Close all" : "Open all";
}

let shownColumn = null;

// The numbers in the filters are those of cases, in any of the implementations that are shown.
function countChips(columns) {
  for (const input of form.querySelectorAll(".chip input")) {
    const has = {
      verdict: (item, column) => verdictOf(item, column) === input.value,
      evidence: (item, column) => item.evidence === input.value && rawResult(item, column) !== null,
    }[input.name];
    const isMeant = input.value === "flaky" ? isFlaky : has;
    const count = cases.filter((item) => columns.some((column) => isMeant(item, column))).length;
    input.parentElement.querySelector("b").textContent = count;
  }
}

function resetFilters() {
  form.reset();
  applyFilters();
}

// ---- Case details -------------------------------------------------------------------------------------------------

const dialog = document.getElementById("case-details");

function showDialog(heading, aside, ...content) {
  const copyLink = element(
    "button",
    { type: "button", class: "quiet", click: (event) => copy(event.currentTarget, location.href) },
    icon("link"),
    element("span", {}, "Copy link"),
  );
  const close = element(
    "button",
    { type: "button", class: "quiet", "aria-label": "Close", click: () => dialog.close() },
    icon("close"),
  );
  dialog.replaceChildren(
    element("div", { class: "bar" }, element("span", { class: "aside" }, ...aside), copyLink, close),
    element("h2", { id: "case-details-title", tabindex: -1 }, heading),
    ...content,
  );
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  document.getElementById("case-details-title").focus();
}

function openDetails(row, column) {
  if (column.index === NOTHING) openPublished(row);
  else if (column.members) openOverview(row, column.members, column.label);
  else if (row.children) openParent(row, column);
  else openCase(row.items[0], column);
}

function openCase(item, column) {
  const result = resultOf(item, column.index);
  const aside = [element("strong", {}, column.name), ` ${column.version ?? ""}`];
  const id = element("p", { class: "id" }, item.id);
  if (result === null) {
    showDialog(item.title, aside, id, element("p", {}, "This result does not hold the case."));
    return;
  }
  showDialog(
    item.title,
    aside,
    id,
    element("p", {}, badge(result.verdict, result.flaky)),
    ...causePart(item, column),
    ...comparison(result),
    requirementPart(item),
    ...runParts(result),
    ...observationPart(result),
    rerunPart(item, column),
    programPart(item, column, result),
  );
}

function causePart(item, column) {
  const cause = causeOf(item, column.index);
  if (!cause) return [];
  const close = { click: () => dialog.close() };
  const link = element("a", { href: `#cause=${encodeURIComponent(cause.title)}`, ...close }, cause.title);
  const sentence = element("p", { class: "cause" }, "Likely cause: ", link);
  if (cause.blockedBy) {
    const first = `case=${encodeURIComponent(cause.blockedBy.id).replaceAll("%2F", "/")}@${encodeURIComponent(column.key)}`;
    sentence.append(". It blocks this case: look at ", element("a", { href: `#${first}` }, cause.blockedBy.id), " first");
  }
  return [sentence];
}

function part(title, ...content) {
  return element("section", {}, element("h3", {}, title), ...content);
}

function comparison({ expected, actual, reason }) {
  const made = reason ? [element("p", { class: "reason" }, reason)] : [];
  if (expected || actual) {
    made.push(
      element(
        "dl",
        { class: "comparison" },
        element("div", {}, element("dt", {}, "Expected"), element("dd", {}, expected || "nothing stated")),
        element("div", { class: "actual" }, element("dt", {}, "Actual"), element("dd", {}, actual || "nothing stated")),
      ),
    );
  }
  return made;
}

function requirementPart(item) {
  const noun = item.evidence === "unknown" ? "Question" : "Requirement";
  return part(
    item.requirements.length > 1 ? `${noun}s` : noun,
    ...item.requirements.map((requirement) =>
      element(
        "div",
        { class: "requirement" },
        element("p", { class: "statement" }, requirement.statement),
        ...sourceOf(requirement),
      ),
    ),
  );
}

// Where a requirement is stated: its evidence, the words for the place, and the addresses.
function sourceOf({ id, evidence, source, pages, publishedTests }) {
  const links = [...pages, ...publishedTests].map((address) =>
    element("li", {}, element("a", { href: `https://${address}`, rel: "noreferrer" }, placeOf(address))),
  );
  return [
    element("p", { class: "about" }, idOf(id), evidenceTag(evidence), element("span", {}, data.evidence[evidence])),
    element("p", { class: "source" }, `Source: ${source}`),
    ...(links.length ? [element("ul", { class: "links" }, ...links)] : []),
  ];
}

// The site and the last part: what is between them helps a reader little.
function placeOf(address) {
  const parts = address.split("/").filter(Boolean);
  return parts.length > 2 ? `${parts[0]}/…/${parts.at(-1)}` : address;
}

function runParts(result) {
  if (!result.runs.length) return [part("Step by step", stepList(result.steps)), ...printedPart(result)];
  return result.runs.flatMap((run, number) => [
    part(
      `Run ${number + 1} of ${result.runs.length}`,
      element("p", {}, badge(run.verdict, false)),
      ...comparison(run),
      stepList(run.steps),
    ),
    ...printedPart(run),
  ]);
}

function printedPart({ printed }) {
  if (!printed.length) return [];
  return [part("What the process printed", element("pre", { class: "printed", tabindex: 0 }, printed.join("\n")))];
}

function stepList(steps) {
  if (!steps.length) return element("p", {}, "No step was made.");
  return element("ol", { class: "steps" }, ...steps.map(stepItem));
}

function stepItem(step) {
  const isBad = step.failures.length > 0 || step.returned === null;
  const outcome = step.returned === null ? "did not return" : step.returned;
  const wrong = new Set(step.failures.map((failure) => failure.what));
  const values = step.values.map(([name, value]) => markedValue("value", `${name} = ${value}`, wrong.has(name)));
  // A status is right unless it is said to be wrong; what failed may be something else.
  const status = markedValue("status", outcome, step.returned === null || wrong.has("status"));
  return element(
    "li",
    { class: isBad ? "bad" : null },
    element("code", {}, step.text),
    element("span", { class: "outcome" }, status, ...values),
    ...step.failures.map((failure) =>
      element(
        "div",
        { class: "failure" },
        element("p", { class: "what" }, icon("fail"), failure.what, " of ", idOf(failure.requirement)),
        ...comparison(failure),
      ),
    ),
  );
}

function markedValue(kind, text, isWrong) {
  const shape = isWrong ? [icon("fail")] : kind === "status" ? [icon("pass")] : [];
  return element("span", { class: isWrong ? `${kind} wrong` : kind }, ...shape, text);
}

function observationPart({ observations }) {
  if (!observations.length) return [];
  const rows = observations.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]);
  return [part("Observations", element("dl", { class: "facts" }, ...rows))];
}

function rerunPart(item, column) {
  return part(
    "Run it again",
    command(`${column.run} --select ${item.id}`),
    element("p", {}, "With the worker alone, for a debugger or another machine:"),
    command(`${column.worker} -tc=${item.id}`),
  );
}

// Results carry the program of what does not conform; of other cases it can be had.
function programPart(item, column, { verdict, reproducer }) {
  if (reproducer) {
    return part(
      "C program for a bug report",
      element("p", {}, "It needs nothing but the platform's loader, and exits with 1 where the library deviates."),
      program(reproducer),
    );
  }
  if (!column.program) {
    return part("C program", element("p", {}, "None can load what is behind a connector: run it with the worker."));
  }
  if (item.kind === "property" || !["pass", "observed", "unsupported"].includes(verdict)) {
    const why = item.kind === "property" ? "A property has no finite list of calls" : "This result carries none";
    return part("C program", element("p", {}, `${why}: run it with the worker.`));
  }
  return part("C program", command(column.repro.join(` ${item.id} `)));
}

function openPublished(row) {
  showDialog(
    row.title ?? row.id,
    [element("strong", {}, PUBLISHED_COLUMN.name), ` ${PUBLISHED_COLUMN.version}`],
    element("p", {}, publishedSentence(row)),
    ...sourceOf((row.parent ?? row).requirement),
  );
}

function publishedSentence(row) {
  if (row.kind === "case") return "Published tests are recorded as evidence of requirements, not of single cases.";
  if (!row.requirement.publishedTests.length) return "No published test is cited for it: it is known otherwise.";
  const asserted = "This requirement is asserted by published tests that are kept passing on Windows.";
  return `${asserted} That is evidence, not a measurement.`;
}

// A requirement and one implementation: its cases.
function openParent(row, column) {
  const items = [...new Set(row.children.flatMap((child) => child.items))];
  const entries = items.map((item) =>
    entry(item.title, item.id, verdictCell(item, column.index), () => {
      const child = row.children.find((candidate) => candidate.items[0] === item);
      setLink(linkOf(child, column));
      openCase(item, column);
    }),
  );
  showDialog(
    row.title,
    [element("strong", {}, column.name), ` ${column.version}`],
    ...sourceOf(row.requirement),
    element("ul", { class: "entries" }, ...entries),
  );
}

// A case and all implementations.
function openOverview(row, columns, what = "All implementations") {
  const entries = columns
    .filter((column) => column.index !== NOTHING)
    .flatMap((column) => column.members ?? [column])
    .map((column) =>
      entry(column.name, column.version, row.cell(column.index), () => {
        setLink(linkOf(row, column));
        openDetails(row, column);
      }),
    );
  showDialog(
    row.title,
    [what],
    element("p", { class: "id" }, row.id),
    element("ul", { class: "entries" }, ...entries),
  );
}

function entry(title, detail, { shape, flaky, text, tone, label }, click) {
  const content = shape ? badge(tone, flaky) : element("span", { class: "value" }, text || label);
  return element(
    "li",
    {},
    element(
      "button",
      { type: "button", click },
      element("span", {}, element("span", { class: "label" }, title), element("span", { class: "about" }, detail)),
      content,
    ),
  );
}

// ---- Copying, theme, start -----------------------------------------------------------------------------------------

function program(text) {
  return command(text, "the C program", "command program");
}

function command(text, name = text, kind = "command") {
  const code = element("code", { tabindex: 0 }, text);
  return element("div", { class: kind }, code, copyButton(text, name, code));
}

function copyButton(text, name, code) {
  return element(
    "button",
    { type: "button", "aria-label": `Copy: ${name}`, click: (event) => copy(event.currentTarget, text, code) },
    "Copy",
  );
}

async function copy(button, text, shown) {
  const label = button.lastElementChild ?? button;
  try {
    await navigator.clipboard.writeText(text);
    label.textContent = "Copied";
  } catch {
    // Browsers may refuse it to a page from disk: then the reader's own copy command has it selected.
    if (shown) getSelection().selectAllChildren(shown);
    label.textContent = "Press Ctrl+C";
  }
}

function setTheme(name) {
  document.documentElement.dataset.theme = name;
  document.getElementById("theme").textContent = `Theme: ${name}`;
}

function startTheme() {
  const button = document.getElementById("theme");
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length];
    setTheme(next);
    try {
      localStorage.setItem("apibuf-theme", next);
    } catch {
      /* Nothing is remembered where nothing may be. */
    }
  });
  let stored = null;
  try {
    stored = localStorage.getItem("apibuf-theme");
  } catch {
    /* As above. */
  }
  setTheme(THEMES.includes(stored) ? stored : "system");
}

function listenForFilters() {
  form.hidden = toggleAll.hidden = false;
  form.addEventListener("input", () => {
    currentLink = "";
    applyFilters();
    writeHash();
  });
  document.getElementById("reset-filters").addEventListener("click", () => {
    currentLink = "";
    resetFilters();
    writeHash();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  toggleAll.addEventListener("click", () => applyFilters(toggleAll.textContent === "Open all"));
}

function listenForKeys() {
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("input[type=search], select");
    if (event.key === "/" && !isTyping && !dialog.open) {
      event.preventDefault();
      form.elements.text.focus();
    } else if (event.key === "Escape" && event.target === form.elements.text) {
      event.target.blur();
    }
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

const grids = [
  new Grid("requirements", ["requirement", "case"], requirementRows(), [PUBLISHED_COLUMN], true),
  new Grid("observations", ["question", "observation"], questionRows(), [], false),
];
for (const [level, meaning] of Object.entries(data.evidence)) {
  document.getElementById("evidence-key").append(element("dt", {}, level), element("dd", {}, meaning));
}
startTheme();
listenForFilters();
listenForKeys();
applyFilters();
followHash();
window.addEventListener("hashchange", followHash);

// On paper nothing can be opened: all that did not pass is printed, and what the reader has opened.
let closedAfterPrint = [];
window.addEventListener("beforeprint", () => {
  document.querySelector(".evidence-key").open = true;
  for (const grid of grids) closedAfterPrint.push(...grid.openTroubles());
  for (const grid of grids) for (const row of grid.visible) grid.fill(row);
});
window.addEventListener("afterprint", () => {
  for (const close of closedAfterPrint) close();
  closedAfterPrint = [];
});
for (const shown of document.querySelectorAll(".evidence .command code")) {
  shown.parentElement.append(copyButton(shown.textContent, shown.textContent, shown));
}
