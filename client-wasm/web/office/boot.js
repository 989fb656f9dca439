// Starts the console. The names of the two files are filled in when the bundle is put together.
import init from "{{js}}";

try {
  await init({ module_or_path: "{{wasm}}" });
} catch (fault) {
  document.getElementById("splash-word")?.remove();
  document.getElementById("splash-fault")?.removeAttribute("hidden");
  throw fault;
}
