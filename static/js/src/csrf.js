/** Return the CSRF token of the surrounding form, or else of the page. */
export function csrfToken(element) {
  const form = element?.closest("form");
  const own = (form || document).querySelector('input[name="csrfmiddlewaretoken"]');
  if (own) return own.value;
  const page = document.querySelector('meta[name="csrf-token"]');
  return page ? page.content : "";
}
