// Requests to the portal. A response is always { status, data }; the status AWAY means that there was no connection.
const TIMEOUT = 20 * 1000;
export const AWAY = 0;

/** Return the token from the cookie rather than the page, because signing in again in another tab changes it. */
function token() {
  const cookie = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
  const page = document.querySelector('meta[name="csrf-token"]');
  return cookie ? decodeURIComponent(cookie.slice("csrftoken=".length)) : page?.content || "";
}

async function ask(address, options) {
  const timer = new AbortController();
  const handle = window.setTimeout(() => timer.abort(), TIMEOUT);
  try {
    const answer = await fetch(address, {
      credentials: "same-origin",
      redirect: "manual",
      cache: "no-store",
      signal: timer.signal,
      ...options,
    });
    const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    return { status: answer.status, data: isJson ? await answer.json() : {} };
  } catch {
    return { status: AWAY, data: {} };
  } finally {
    window.clearTimeout(handle);
  }
}

export const get = (address) => ask(address, { headers: { Accept: "application/json" } });

export function post(address, body, { keepalive = false } = {}) {
  return ask(address, {
    method: "POST",
    keepalive,
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
    body: JSON.stringify(body),
  });
}
