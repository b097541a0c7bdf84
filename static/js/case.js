// Whoever types a number means “other points”.
const other = document.querySelector("[data-other]");
other?.querySelector("[name=points]").addEventListener("input", () => {
  other.querySelector("[type=radio]").checked = true;
});
