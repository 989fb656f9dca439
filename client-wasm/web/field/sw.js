// The phone's service worker: the bundle opens without a signal, always in one whole version.
// It answers only for the files it put aside itself, never touches /api/, and changes version only when the page says so.
const VERSION = "{{version}}";
// The page itself has just come under its short address, and need not come a second time under its file's name.
const SHELL = "/app/";
const FILES = {{precache}}.map((path) => (path === "/app/index.html" ? SHELL : path));
// The first start does without these; they are put aside once a page has asked for one.
const LATER = {{later}};
const CACHE = `fieldbook-${VERSION}`;

// Files named by their content never change, so the browser's own cache and older versions may lend them.
const namedByContent = (path) => /[.-][0-9a-f]{8,}\.\w+$/.test(path);

async function putAside(cache, path) {
  const kept = namedByContent(path) ? await caches.match(path) : undefined;
  const answer = kept ?? (await fetch(path, { cache: namedByContent(path) ? "default" : "no-cache" }));
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  // A redirected answer may not serve a navigation: keep the content, drop the history.
  const plain = answer.redirected
    ? new Response(await answer.blob(), { headers: answer.headers })
    : answer;
  await cache.put(path, plain);
}

async function putAllAside(paths) {
  const cache = await caches.open(CACHE);
  await Promise.all(paths.map((path) => putAside(cache, path)));
}

// A phone that is new takes what it needs to start; a newer version must have all that the older one has.
async function install() {
  const older = (await caches.keys()).some((name) => name.startsWith("fieldbook-") && name !== CACHE);
  await putAllAside(older ? FILES.concat(LATER) : FILES);
}

async function dropOlder() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("fieldbook-") && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function answer(request, path) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request.mode === "navigate" ? SHELL : path);
  if (kept) return kept;
  const fetched = await fetch(request);
  // Half a program that was there once must be there without a signal too.
  if (fetched.ok && LATER.includes(path)) await cache.put(path, fetched.clone()).catch(() => {});
  return fetched;
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(dropOlder()));
self.addEventListener("message", (event) => {
  if (event.data === "skip-waiting") self.skipWaiting();
  // Without a signal this comes to nothing; the next start asks again.
  if (event.data === "keep-the-rest") event.waitUntil(putAllAside(LATER).catch(() => {}));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin || !url.pathname.startsWith("/app/")) return;
  event.respondWith(answer(request, url.pathname));
});
