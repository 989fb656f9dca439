// Starts the phone's bundle, then its service worker. The names of the files are filled in when the bundle is put together.
// To the page: event "fieldbook-new-version" on window, when a newer version lies ready.
// From the page: event "fieldbook-take-new-version" on window, when the user agrees; the page reloads once, on the new version.
import init from "{{js}}";

try {
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
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    registration.waiting?.postMessage("skip-waiting");
  });
  // A phone may stay open for weeks: look for a new version when it comes back to the front with a signal.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && navigator.onLine) registration.update().catch(() => {});
  });
}
