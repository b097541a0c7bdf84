// Whoever types a number means “other points”.
const other = document.querySelector("[data-other]");
other?.querySelector("[name=points]").addEventListener("input", () => {
  other.querySelector("[type=radio]").checked = true;
});

// Keys work only while the focus is in the form, so nothing is in the way of those who use their own.
const form = document.querySelector("[data-decide]");
form?.querySelector("[data-keys]").removeAttribute("hidden");
form?.addEventListener("keydown", (event) => {
  if (event.isComposing || event.repeat || event.altKey || event.shiftKey) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
  const isTyping = event.target.matches("textarea, input:not([type=radio])");
  if (!digit || isTyping || event.ctrlKey || event.metaKey) return;
  const level = form.querySelectorAll('[name=choice]:not([value="other"])')[digit - 1];
  if (!level || level.disabled) return;
  event.preventDefault();
  level.checked = true;
  form.querySelector("[name=reason]").focus();
});
