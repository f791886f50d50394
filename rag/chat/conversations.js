// The conversations that this browser keeps: `element` is their list, `trigger` calls Python, and
// `watch` tells when Python has something to keep. A conversation is a file of evidence and a name.
// Nothing that was kept is believed: names are set as text only, files are verified by Python.
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const OPENED = "rag-conversation"; // in this tab's storage: the conversation that it shows
const byRole = (role) => element.querySelector(`[data-role="${role}"]`);
const wide = matchMedia("(min-width: 1400px)");
const tabs = new BroadcastChannel("rag-conversations");

let current = sessionStorage.getItem(OPENED);
let ending = 0; // when the last deletion becomes final
let warned = ""; // of what this page has said that it keeps a conversation from being kept
const parted = new Map(); // conversations that were continued elsewhere, and their new ids here

// What was done, or could not be done, with a way out.
const say = (text, label = "", action = null) => {
  const button = label && make("button", { type: "button", textContent: label, onclick: action });
  byRole("said").replaceChildren(text, ...(button ? [" ", button] : []));
};

const make = (tag, properties = {}, ...children) => {
  const { dataset, ...plain } = properties;
  const made = Object.assign(document.createElement(tag), plain);
  Object.assign(made.dataset, dataset);
  made.append(...children);
  return made;
};

const show = (id) => {
  current = id;
  sessionStorage.setItem(OPENED, id);
};

const attempt = (work) => async (...given) => {
  try {
    await work(...given);
  } catch (error) {
    say(`This browser cannot do that with kept conversations (${error.message || error.name}).`);
  }
};

// Keeping what Python sends after each answer.
const keep = async (sent) => {
  const id = parted.get(sent.id) ?? sent.id;
  const { record, problem } = await store(id, sent.file);
  if (record.id !== id) {
    parted.set(sent.id, record.id);
    say("This conversation was continued in another tab; here it goes on as one of its own.");
  }
  seen.set(record.id, record.changed);
  show(record.id);
  if (problem) await warn(problem.name);
  else tabs.postMessage({ id: record.id, changed: true });
  await draw();
};

// Over the question, as the list may be out of sight; once, until there is room again.
const REASONS = {
  QuotaExceededError: "this browser has no room left",
  TooManyError: `${MOST} conversations are kept, which is the most`,
};
const warn = async (name) => {
  const reason = REASONS[name] ?? "this browser does not let the page store anything";
  if (reason === warned) return;
  warned = reason;
  const place = document.getElementById("rag-unkept");
  const button = (textContent, work) =>
    make("button", { type: "button", textContent, onclick: attempt(work) });
  const oldest = (await list()).filter(({ id }) => !held.has(id) && id !== current).pop();
  place.replaceChildren(
    `Conversations cannot be kept: ${reason}. This one stays on the page, and in the list, until ` +
      "the page is closed or loaded again.",
    button("Save it as evidence", () => saveEvidence(current)),
    ...(oldest ? [button(`Delete the oldest, “${oldest.name}”`, () => drop([oldest.id]))] : []),
    button("Close", closeWarning),
  );
};
const closeWarning = () => {
  document.getElementById("rag-unkept").replaceChildren();
  document.querySelector("#rag-question textarea")?.focus();
};

// Opening, naming, deleting.
const open = async (id) => {
  const [record, file] = await read(id);
  if (!record) return draw();
  seen.set(id, record.changed);
  show(id);
  document.querySelector("#rag-evidence [data-close]")?.click();
  trigger("select", { id, file });
  if (!wide.matches) toggle(false);
  await draw();
};

const drop = async (ids) => {
  const gone = (await list()).filter(({ id }) => ids.includes(id));
  const shown = ids.includes(current);
  // For good where room is wanted, or none is left even for a mark.
  let final = held.size > 0;
  if (!final) await change(ids, mark).catch(() => (final = true));
  if (final) await erase(ids);
  if (shown) document.getElementById("rag-anew")?.click();
  if (held.size) await storeHeld().then(endWarning, ({ name }) => warn(name));
  tabs.postMessage({});
  await draw();
  if (final) return say(`${nameAll(gone)} deleted.`);
  offerUndo(gone, shown);
  byRole("said").querySelector("button").focus();
};
const endWarning = () => {
  warned = "";
  closeWarning();
};
const mark = (record) => Object.assign(record, { deleted: Date.now() });
const nameAll = (names) =>
  names.length === 1 ? `“${names[0].name}” was` : `${names.length} conversations were`;

const offerUndo = (gone, shown) => {
  const back = attempt(async () => {
    clearTimeout(ending);
    await change(gone.map(({ id }) => id), ({ deleted, ...record }) => record);
    tabs.postMessage({});
    say("Not deleted.");
    if (shown) await open(gone[0].id);
    else await draw();
  });
  say(`${nameAll(gone)} deleted.`, "Undo", back);
  clearTimeout(ending);
  ending = setTimeout(attempt(async () => (await eraseFinal(), say(""))), FINAL + 1000);
};

const rename = (row, record) => {
  const field = make("input", { value: record.name, maxLength: 120 });
  field.setAttribute("aria-label", "Name of the conversation");
  let ended = false; // once: the field loses the focus as it goes, too
  const end = attempt(async (kept) => {
    if (ended) return;
    ended = true;
    const name = field.value.trim();
    row.replaceChildren();
    if (kept && name) {
      await change([record.id], (now) => Object.assign(now, { name }));
      tabs.postMessage({});
    }
    await draw();
    rowOf(record.id)?.querySelector("button").focus();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.stopPropagation();
    end(event.key === "Enter");
  });
  field.addEventListener("blur", () => end(true));
  row.replaceChildren(field);
  field.select();
};

// Saving files.
const save = (name, content, type) => {
  const link = make("a", { href: URL.createObjectURL(new Blob([content], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};
const fileName = (name) => name.replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 60) || "conversation";

const saveEvidence = async (id) => {
  const [record, file] = await read(id);
  save(`${fileName(record.name)}.json`, file, "application/json");
};
const saveMarkdown = async (id) => {
  const [record, file] = await read(id);
  trigger("download", { name: record.name, file });
};

const crc32 = (bytes) => {
  let rest = ~0;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (0xedb88320 & -(rest & 1));
  }
  return ~rest >>> 0;
};

// A ZIP file (PKWARE's APPNOTE) whose members are stored as they are, with names in UTF-8.
const zip = (members) => {
  const bytes = (...fields) => {
    const made = new DataView(new ArrayBuffer(fields.reduce((sum, [size]) => sum + size, 0)));
    let at = 0;
    for (const [size, value] of fields) {
      made[size === 2 ? "setUint16" : "setUint32"](at, value, true);
      at += size;
    }
    return made.buffer;
  };
  const [bodies, directory] = [[], []];
  let offset = 0;
  let length = 0;
  for (const [name, text] of members) {
    const [label, body] = [name, text].map((each) => new TextEncoder().encode(each));
    // Version 2.0, names in UTF-8, not compressed, the first day that the format knows.
    const facts = [[2, 20], [2, 0x800], [2, 0], [2, 0], [2, 0x21], [4, crc32(body)]];
    facts.push([4, body.length], [4, body.length], [2, label.length], [2, 0]);
    const head = bytes([4, 0x04034b50], ...facts);
    const entry = bytes(
      ...[[4, 0x02014b50], [2, 20], ...facts, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]],
    );
    bodies.push(head, label, body);
    directory.push(entry, label);
    offset += head.byteLength + label.length + body.length;
    length += entry.byteLength + label.length;
  }
  const count = members.length;
  const end = [[4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, length], [4, offset]];
  return [...bodies, ...directory, bytes(...end, [2, 0])];
};

const saveAll = async () => {
  const pairs = await Promise.all((await list()).map(({ id }) => read(id)));
  const members = pairs.map(([{ name }, file], at) => [`${at + 1}-${fileName(name)}.json`, file]);
  save("conversations.zip", new Blob(zip(members)), "application/zip");
};

// The list.
const rowOf = (id) => element.querySelector(`li[data-id="${CSS.escape(id)}"]`);

const rowFor = (record) => {
  const act = (label, work) => {
    const onclick = attempt(() => {
      menu.open = false;
      summary.focus();
      return work(record.id);
    });
    return make("button", { type: "button", textContent: label, onclick });
  };
  const textContent = held.has(record.id) ? "Not kept" : DAY.format(new Date(record.changed));
  const when = make("small", { textContent });
  const name = make("bdi", { textContent: record.name });
  const chosen = make("button", { type: "button", className: "rag-kept", onclick: attempt(() => open(record.id)) });
  chosen.append(name, when);
  if (record.id === current) chosen.setAttribute("aria-current", "true");
  const summary = make("summary", { textContent: "⋯" });
  summary.setAttribute("aria-label", `More for ${record.name}`);
  const menu = make("details", { className: "rag-menu" }, summary);
  const row = make("li", { dataset: { id: record.id } }, chosen, menu);
  menu.append(
    make(
      "div",
      {},
      act("Rename", () => rename(row, record)),
      act("Save as evidence", saveEvidence),
      act("Save as Markdown", saveMarkdown),
      act("Delete", (id) => drop([id])),
    ),
  );
  return row;
};

const draw = async () => {
  if (element.querySelector("li input")) return; // a name is being written
  const held = element.contains(document.activeElement)
    ? document.activeElement.closest("li")?.dataset.id
    : "";
  const names = await list();
  const sought = byRole("search").value.trim().toLowerCase();
  const found = names.filter(({ name }) => name.toLowerCase().includes(sought));
  byRole("list").replaceChildren(...found.map(rowFor));
  byRole("none").hidden = found.length > 0;
  byRole("none").textContent = names.length ? "No name has these words." : "None yet: ask something.";
  byRole("all").hidden = names.length === 0;
  if (held) rowOf(held)?.querySelector("button").focus();
};

const toggle = (shown) => {
  document.body.classList.toggle("rag-listed", shown);
  const button = document.getElementById("rag-toggle");
  button?.setAttribute("aria-expanded", shown);
  if (wide.matches) localStorage.setItem("rag-listed", shown ? "yes" : "no");
};

document.addEventListener("click", (event) => {
  if (event.target.closest?.("#rag-toggle")) {
    const shown = !document.body.classList.contains("rag-listed");
    toggle(shown);
    if (shown) (element.querySelector("[aria-current]") ?? byRole("search")).focus();
  }
  for (const menu of element.querySelectorAll("details[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
element.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.stopPropagation();
  const menu = event.target.closest("details[open]");
  if (menu) menu.open = false;
  else if (!wide.matches) toggle(false);
  (menu?.querySelector("summary") ?? document.getElementById("rag-toggle"))?.focus();
});
byRole("search").addEventListener("input", attempt(draw));
byRole("close").addEventListener("click", () => {
  toggle(false);
  document.getElementById("rag-toggle")?.focus();
});
byRole("all").addEventListener("click", ({ target }) => {
  if (target.closest("button")) byRole("all").open = false;
});
byRole("save-all").addEventListener("click", attempt(saveAll));
byRole("delete-all").addEventListener(
  "click",
  attempt(async () => drop((await list()).map(({ id }) => id))),
);

wide.addEventListener("change", () => toggle(wide.matches));

// What another tab did; one that shows the same conversation shows what was asked there.
tabs.onmessage = attempt(async ({ data }) => {
  const busy = document.querySelector("#rag-chat .rag-pending");
  if (data.changed && data.id === current && !busy) await open(current);
  else await draw();
});

watch(
  "value",
  attempt(async () => {
    const sent = props.value;
    if (sent.text) save(`${fileName(sent.name)}.md`, sent.text, "text/markdown");
    else if (sent.problem) say(sent.problem);
    else if (sent.file) await keep(sent);
    else {
      show("");
      await draw();
    }
  }),
);

const begin = attempt(async () => {
  if (wide.matches) toggle(localStorage.getItem("rag-listed") !== "no");
  await eraseFinal().catch(() => {}); // told when there is something to keep
  const gone = await listDeleted();
  if (gone.length) offerUndo(gone, false);
  const names = await list();
  // A tab without a conversation of its own, as on another visit, goes on with the last one.
  const id = current ?? names[0]?.id;
  if (id && names.some((each) => each.id === id)) await open(id);
  else await draw();
});
begin();
