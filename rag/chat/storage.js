// Runs before all others: what the browser does not keep, as it forbids its storage to the page or
// has no room left in it, holds until the page is left.
for (const name of ["localStorage", "sessionStorage"]) {
  const held = new Map();
  let storage = null;
  try {
    storage = window[name];
  } catch {} // a browser that forbids it does so here
  const value = {
    getItem: (key) => held.get(key) ?? storage?.getItem(key) ?? null,
    setItem: (key, text) => {
      held.delete(key);
      try {
        storage.setItem(key, text);
      } catch {
        held.set(key, String(text));
      }
    },
    removeItem: (key) => {
      held.delete(key);
      storage?.removeItem(key);
    },
    keeps: (key) => !held.has(key),
  };
  Object.defineProperty(window, name, { value });
}
