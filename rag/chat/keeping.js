// Where conversations are kept: in the browser's database, each as a name and a file of evidence.
// What the browser does not take is held by this page, until the page is left.
const MOST = 200; // so many that a list is still a list; the oldest goes only when told to
const FINAL = 600_000; // milliseconds in which a deletion can be undone, on a page loaded anew, too
const held = new Map(); // names and files, by id
const seen = new Map(); // when each conversation had been changed, as far as this tab knows

const got = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const connect = async () => {
  const opening = indexedDB.open("rag-conversations", 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore("names", { keyPath: "id" });
    opening.result.createObjectStore("files");
  };
  return got(opening);
};
const database = connect();
database.catch(() => {}); // told when there is something to keep

// Two stores, changed together or not at all: names with days, and files.
const transact = async (mode, work) => {
  const made = (await database).transaction(["names", "files"], mode);
  const done = new Promise((resolve, reject) => {
    made.oncomplete = resolve;
    made.onabort = () => reject(made.error);
  });
  const [result] = await Promise.all([
    work(made.objectStore("names"), made.objectStore("files")),
    done,
  ]);
  return result;
};

const listAll = async () => {
  const stored = await transact("readonly", (names) => got(names.getAll())).catch(() => []);
  const names = stored.filter(({ id }) => !held.has(id)).concat([...held.values()].map(([one]) => one));
  return names.sort((one, other) => (one.changed < other.changed ? 1 : -1));
};
const list = async () => (await listAll()).filter(({ deleted }) => !deleted);
const listDeleted = async () => (await listAll()).filter(({ deleted }) => deleted);

const read = async (id) =>
  held.get(id) ??
  transact("readonly", (names, files) => Promise.all([got(names.get(id)), got(files.get(id))]));

const change = async (ids, alter) => {
  for (const pair of ids.map((id) => held.get(id))) if (pair) pair[0] = alter(pair[0]);
  const stored = ids.filter((id) => !held.has(id));
  if (!stored.length) return;
  await transact("readwrite", async (names) => {
    for (const id of stored) {
      const record = await got(names.get(id));
      if (record) names.put(alter(record));
    }
  });
};

const erase = async (ids) => {
  const stored = ids.filter((id) => !held.delete(id));
  if (!stored.length) return;
  await transact("readwrite", async (names, files) => {
    for (const id of stored) {
      names.delete(id);
      files.delete(id);
    }
  });
};
const eraseFinal = async () => {
  const gone = (await listDeleted()).filter(({ deleted }) => deleted < Date.now() - FINAL);
  await erase(gone.map(({ id }) => id));
};

const makeId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(8)), (each) =>
    each.toString(16).padStart(2, "0"),
  ).join("");

const nameOf = (file) => {
  const asked = JSON.parse(file).answers[0]?.question ?? "";
  return asked.split(/\s+/).join(" ").trim().slice(0, 120) || "Conversation";
};

// A conversation that another tab went on with is kept as one of its own.
const renew = (id, file, known) => {
  const elsewhere = known && known.changed !== seen.get(id);
  const changed = new Date().toISOString();
  if (known && !elsewhere) return { ...known, changed };
  return { id: elsewhere ? makeId() : id, name: nameOf(file), changed };
};

const put = (names, files, [record, file]) => {
  files.put(file, record.id);
  names.put(record);
};

// Returns the name, and why the browser did not take it, if so.
const store = async (id, file) => {
  let record = null;
  try {
    await transact("readwrite", async (names, files) => {
      const all = (await got(names.getAll())).filter(({ deleted }) => !deleted);
      const known = held.get(id)?.[0] ?? all.find((each) => each.id === id);
      record = renew(id, file, known);
      if (all.filter((each) => each.id !== record.id).length >= MOST) {
        throw new DOMException("full", "TooManyError");
      }
      put(names, files, [record, file]);
    });
    held.delete(record.id);
    return { record };
  } catch (problem) {
    record ??= renew(id, file, held.get(id)?.[0]);
    held.set(record.id, [record, file]);
    return { record, problem };
  }
};

// Once there is room again.
const storeHeld = async () => {
  const pairs = [...held.values()];
  await transact("readwrite", async (names, files) => pairs.forEach((each) => put(names, files, each)));
  held.clear();
};
