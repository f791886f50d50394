// Runs once, when the form is there: each field is a setting under its name, kept when it changes.
const form = element.querySelector("form");
const status = form.querySelector("[role=status]");
const fields = [...form.querySelectorAll("[name]")];

const tell = (said) => {
  status.textContent = said;
  window.dispatchEvent(new Event("rag-settings"));
};

for (const field of fields) field.value = localStorage.getItem(field.name) ?? "";

form.addEventListener("change", ({ target }) => {
  if (target.value) localStorage.setItem(target.name, target.value);
  else localStorage.removeItem(target.name);
  const kept = localStorage.keeps(target.name);
  tell(kept ? "Kept." : "Not kept: this browser forbids it, or has no room left.");
});

form.addEventListener("reset", () => {
  for (const field of fields) localStorage.removeItem(field.name);
  tell("All settings are as at first.");
});

form.addEventListener("submit", (event) => event.preventDefault());
