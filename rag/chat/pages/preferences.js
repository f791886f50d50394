// Runs once, when the form is there: what stands in a field is a setting under its name, kept when
// it changes; of boxes, what is ticked, a line each. The form may come anew.
const fields = () => [...element.querySelectorAll("[name]")];

const tell = (said) => {
  element.querySelector("[role=status]").textContent = said;
  window.dispatchEvent(new Event("rag-settings"));
};

const fill = () => {
  for (const field of fields()) {
    const kept = localStorage.getItem(field.name) ?? "";
    if (field.type === "checkbox") field.checked = kept.split("\n").includes(field.value);
    else field.value = kept;
  }
};
watch("value", fill);
fill();

element.addEventListener("change", ({ target: { name, type, value } }) => {
  const ticked = fields().filter((each) => each.name === name && each.checked);
  const chosen = type === "checkbox" ? ticked.map((each) => each.value).join("\n") : value;
  if (chosen) localStorage.setItem(name, chosen);
  else localStorage.removeItem(name);
  const kept = localStorage.keeps(name);
  tell(kept ? "Kept." : "Not kept: this browser forbids it, or has no room left.");
});

element.addEventListener("reset", () => {
  for (const { name } of fields()) localStorage.removeItem(name);
  tell("All settings are as at first.");
});

element.addEventListener("submit", (event) => event.preventDefault());
