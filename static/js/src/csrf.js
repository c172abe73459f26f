/** The token for a request that changes something: of the form around the element, else of the page of a signed-in person. */
export function csrfToken(element) {
  const form = element?.closest("form");
  const own = (form || document).querySelector('input[name="csrfmiddlewaretoken"]');
  if (own) return own.value;
  const page = document.querySelector('meta[name="csrf-token"]');
  return page ? page.content : "";
}
