// Requests to the portal. An answer is always { status, data }; a network that is away is a status of its own.
const TIMEOUT = 20 * 1000;
export const AWAY = 0;

/** The cookie, not the page's own token: signing in again in another tab gives a new one. */
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
