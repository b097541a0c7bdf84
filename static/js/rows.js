// Adds and removes rows of a form in the page. Without it the same buttons send the form and get it back with the row.
const LAST_NUMBER = /-\d+$/;

function renumber(rows) {
  [...rows.querySelectorAll("[data-row]")].forEach((row, position) => {
    for (const part of row.querySelectorAll("[id], [for], button[value]")) {
      for (const name of ["id", "for", "value"]) {
        const text = part.getAttribute(name);
        const isNumbered = name !== "value" || part.matches("button");
        if (text && isNumbered) part.setAttribute(name, text.replace(LAST_NUMBER, `-${position}`));
      }
    }
    for (const tick of row.querySelectorAll("[type=radio], [type=checkbox]")) tick.value = position;
    for (const number of row.querySelectorAll("[data-number]")) number.textContent = position + 1;
  });
}

function empty(row) {
  for (const input of row.querySelectorAll("input")) {
    if (input.matches("[type=radio], [type=checkbox]")) input.checked = false;
    else input.value = "";
  }
}

const textOf = (row) => row?.querySelector("input:not([type=radio], [type=checkbox])");

function add(rows) {
  const last = rows.querySelector("[data-row]:last-child");
  const row = last.cloneNode(true);
  // A copy of a chosen radio button would take the choice away from its original.
  for (const tick of row.querySelectorAll("[type=radio]")) tick.name = "";
  empty(row);
  rows.append(row);
  for (const tick of row.querySelectorAll("[type=radio]")) tick.name = last.querySelector("[type=radio]").name;
  renumber(rows);
  textOf(row).focus();
}

function remove(row) {
  const rows = row.parentElement;
  const near = row.nextElementSibling ?? row.previousElementSibling;
  if (!near) empty(row);
  else row.remove();
  renumber(rows);
  textOf(near ?? row).focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add], [data-remove]");
  if (!button) return;
  if (button.matches("[data-remove]")) {
    event.preventDefault();
    remove(button.closest("[data-row]"));
    return;
  }
  const rows = button.closest("fieldset").querySelector("[data-rows]");
  if (!rows.querySelector("[data-row]")) return; // nothing to copy: let the server add the first row
  event.preventDefault();
  add(rows);
});
