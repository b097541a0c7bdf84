// Signing in again, in another tab, gives this browser another token.
export function token() {
  const fresh = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  const fields = document.getElementsByName("csrfmiddlewaretoken");
  if (fresh) fields.forEach((field) => (field.value = fresh));
  return fields[0].value;
}
