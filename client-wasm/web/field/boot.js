// Starts the phone's bundle, then its service worker. The names of the files are filled in when the bundle is put together.
// To the page: event "fieldbook-new-version" on window, when a newer version lies ready.
// From the page: event "fieldbook-take-new-version" on window, when the user agrees; the page reloads once, on the new version.
// To the page: event "fieldbook-install" on window, when window.fieldbookInstall has changed: the browser's question whether to install.

// The browser may ask before the bundle runs.
const install = (question) => {
  window.fieldbookInstall = question;
  window.dispatchEvent(new Event("fieldbook-install"));
};
window.addEventListener("beforeinstallprompt", (event) => {
  // Ours comes later; the browser's own bar would come now.
  event.preventDefault();
  install(event);
});
window.addEventListener("appinstalled", () => install(null));

// A fault inside the bundle leaves a page that answers nothing: it is covered by words and one way on.
const stopped = (fault) => {
  if (!(fault instanceof WebAssembly.RuntimeError)) return;
  const words = document.getElementById("fault");
  if (!words?.hidden) return;
  document.querySelector("main.screen")?.remove();
  words.setAttribute("role", "main");
  words.hidden = false;
};
window.addEventListener("error", (event) => stopped(event.error));
window.addEventListener("unhandledrejection", (event) => stopped(event.reason));
document.getElementById("fault-reopen")?.addEventListener("click", () => location.reload());

// What the first start does without; once it has been asked for, the service worker keeps it for the way without signal.
const [english, initials, keys, keysProgram] = {{later}};
const LATER = { english, initials };
const keepTheRest = () => navigator.serviceWorker?.ready.then(({ active }) => active.postMessage("keep-the-rest"));
window.fieldbookLater = async (name) => {
  keepTheRest();
  const answer = await fetch(LATER[name]);
  return answer.ok ? answer.text() : undefined;
};
// The program of passphrases and seals.
let tries = 0;
window.fieldbookKeys = async () => {
  keepTheRest();
  // A browser remembers an import that did not come; by another fragment it asks once more for the same file.
  const program = await import(tries++ ? `${keys}#${tries}` : keys);
  await program.default({ module_or_path: keysProgram });
  return program;
};

try {
  const { default: init } = await import("{{js}}");
  await init({ module_or_path: "{{wasm}}" });
} catch (fault) {
  document.getElementById("splash-word")?.remove();
  document.getElementById("splash-fault")?.removeAttribute("hidden");
  throw fault;
}

if ("serviceWorker" in navigator) {
  // After the bundle has arrived, so that the worker finds it in the browser's cache and fetches nothing twice.
  const registration = await navigator.serviceWorker.register("/app/sw.js", { scope: "/app/" });
  const offer = () => {
    if (registration.waiting && navigator.serviceWorker.controller) {
      document.documentElement.dataset.newVersion = "ready";
      window.dispatchEvent(new Event("fieldbook-new-version"));
    }
  };
  offer();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", offer);
  });
  window.addEventListener("fieldbook-take-new-version", () => {
    // Where another tab has changed to it already, nothing waits, and opening the page anew is all there is to do.
    if (!registration.waiting) return location.reload();
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    registration.waiting.postMessage("skip-waiting");
  });
  // A phone may stay open for weeks: look for a new version when it comes back to the front with a signal.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && navigator.onLine) registration.update().catch(() => {});
  });
}
