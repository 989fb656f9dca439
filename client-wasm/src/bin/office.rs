//! The office console: `main` runs when the page has loaded the program.

fn main() {
    client_wasm::office::start();
}
