// Starts the console. The names of the two files are filled in when the bundle is put together.
import init from "{{js}}";

// The splash speaks the language kept from the last time, or the browser's; the page itself is written in Chinese.
let kept = null;
try {
  kept = localStorage.getItem("fieldbook-lang");
} catch {
  // A browser that keeps nothing speaks its own language.
}
if ((kept ?? navigator.language).toLowerCase().startsWith("en")) {
  document.documentElement.lang = "en";
  document.title = "Fieldbook · Office";
  for (const word of document.querySelectorAll("#splash [data-en]")) word.textContent = word.dataset.en;
}

try {
  await init({ module_or_path: "{{wasm}}" });
} catch (fault) {
  document.getElementById("splash-word")?.remove();
  document.getElementById("splash-fault")?.removeAttribute("hidden");
  throw fault;
}
