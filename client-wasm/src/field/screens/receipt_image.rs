//! The receipt as a picture: drawn on the phone, without a signal, to be shared with the customer or printed as A6.
//!
//! Floor: screens. This module must not know more than what stands on the receipt.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement};

use super::qr;
use crate::{
    shell::{camera, js},
    ui::t,
};

/// A6 upright, eight dots to the millimetre.
const WIDTH: f64 = 840.0;
const HEIGHT: f64 = 1_184.0;
const EDGE: f64 = 64.0;
const FAMILY: &str = "system-ui, \"PingFang SC\", \"Noto Sans CJK SC\", \"Microsoft YaHei\", sans-serif";
const INK: &str = "#101a15";
const QUIET: &str = "#55605a";
const RED: &str = "#a11212";

/// What stands on the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    /// Whose receipt it is.
    pub(crate) holder: String,
    /// `SK-07-0031`
    pub(crate) number: String,
    /// `2,800.00`
    pub(crate) amount: String,
    /// 贰仟捌佰元整
    pub(crate) capitals: String,
    /// Name and value, line by line.
    pub(crate) lines: Vec<(String, String)>,
    /// A word across it: 已冲正, 超限收款.
    pub(crate) marks: Vec<String>,
    /// Whether it counts no more.
    pub(crate) void: bool,
    /// What the code leads to; without it there is no code.
    pub(crate) link: Option<String>,
}

/// A pen on the canvas.
struct Pen {
    context: CanvasRenderingContext2d,
    y: f64,
}

impl Pen {
    fn font(&self, size: u32, weight: u32) {
        self.context.set_font(&format!("{weight} {size}px {FAMILY}"));
    }

    /// Words that begin at `x`, or end there, or stand around it; never wider than the paper.
    fn words(&self, text: &str, x: f64, align: &str, colour: &str) {
        self.context.set_fill_style_str(colour);
        self.context.set_text_align(align);
        // What a canvas cannot draw is left out; the number and the code stand beside it.
        let _ = self.context.fill_text_with_max_width(text, x, self.y, WIDTH - 2.0 * EDGE);
    }

    fn centred(&mut self, text: &str, size: u32, weight: u32, colour: &str) {
        self.y += f64::from(size) * 1.45;
        self.font(size, weight);
        self.words(text, WIDTH / 2.0, "center", colour);
    }

    fn rule(&mut self) {
        self.y += 30.0;
        self.context.set_fill_style_str("#c9d1cc");
        self.context.fill_rect(EDGE, self.y, WIDTH - 2.0 * EDGE, 2.0);
        self.y += 8.0;
    }

    /// How wide words are in the font just set.
    fn width(&self, text: &str) -> f64 {
        self.context.measure_text(text).map_or(0.0, |measured| measured.width())
    }

    /// A name at the left and its value at the right, broken where it is too long for one line.
    fn pair(&mut self, name: &str, value: &str) {
        const ROOM: f64 = WIDTH - 2.0 * EDGE - 210.0;
        self.font(28, 400);
        self.y += 46.0;
        self.words(name, EDGE, "left", QUIET);
        let mut line = String::new();
        for letter in value.chars() {
            if self.width(&line) > ROOM {
                self.words(&line, WIDTH - EDGE, "right", INK);
                self.y += 38.0;
                line.clear();
            }
            line.push(letter);
        }
        self.words(&line, WIDTH - EDGE, "right", INK);
    }

    /// The code, in a square of at most this side: a module is a whole number of dots, or its edges blur.
    fn code(&mut self, link: &str, most: f64) {
        let Some((width, runs)) = qr::runs(link) else { return };
        let modules = f64::from(u32::try_from(width).unwrap_or(u32::MAX));
        let unit = (most / modules).floor().max(1.0);
        let side = unit * modules;
        let at = |modules: usize| f64::from(u32::try_from(modules).unwrap_or(u32::MAX)) * unit;
        let (left, top) = (EDGE, self.y + 28.0);
        self.context.set_fill_style_str("#fff");
        self.context.fill_rect(left, top, side, side);
        self.context.set_fill_style_str("#000");
        for (x, y, run) in runs {
            self.context.fill_rect(left + at(x), top + at(y), at(run), unit);
        }
        self.y = top;
    }
}

fn drawn(picture: &Picture) -> Result<HtmlCanvasElement, JsValue> {
    let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::UNDEFINED)?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
    canvas.set_width(840);
    canvas.set_height(1_184);
    let context: CanvasRenderingContext2d =
        canvas.get_context("2d")?.ok_or(JsValue::UNDEFINED)?.unchecked_into();
    context.set_fill_style_str("#fff");
    context.fill_rect(0.0, 0.0, WIDTH, HEIGHT);
    let mut pen = Pen { context, y: 44.0 };
    pen.centred(&picture.holder, 30, 400, QUIET);
    pen.centred(&t!("receipt-heading"), 50, 600, INK);
    pen.centred(&t!("receipt-no", number = picture.number.clone()), 30, 400, QUIET);
    pen.y += 10.0;
    pen.centred(&format!("¥{}", picture.amount), 88, 700, INK);
    if picture.void {
        let half = (pen.width(&format!("¥{}", picture.amount)) / 2.0).min(WIDTH / 2.0 - EDGE);
        pen.context.set_fill_style_str(RED);
        pen.context.fill_rect(WIDTH / 2.0 - half, pen.y - 32.0, 2.0 * half, 6.0);
    }
    pen.centred(&picture.capitals, 32, 400, INK);
    for mark in &picture.marks {
        pen.centred(mark, 34, 700, RED);
    }
    pen.rule();
    for (name, value) in &picture.lines {
        pen.pair(name, value);
    }
    pen.rule();
    if let Some(link) = &picture.link {
        const SIDE: f64 = 320.0;
        pen.code(link, SIDE);
        let right = EDGE + SIDE + 32.0;
        pen.y += 60.0;
        pen.font(30, 600);
        pen.words(&t!("receipt-scan-lead"), right, "left", INK);
        pen.font(26, 400);
        for line in [t!("receipt-image-scan-one"), t!("receipt-image-scan-two")] {
            pen.y += 42.0;
            pen.words(&line, right, "left", QUIET);
        }
    }
    Ok(canvas)
}

/// The picture as the bytes of a PNG.
pub(crate) async fn png(picture: &Picture) -> Option<Blob> {
    let canvas = drawn(picture).ok()?;
    let (tell, told) = futures::channel::oneshot::channel();
    let done = Closure::once(move |blob: Option<Blob>| {
        // The page may have gone on.
        let _ = tell.send(blob);
    });
    canvas.to_blob(done.as_ref().unchecked_ref()).ok()?;
    told.await.ok()?
}

/// What became of a picture that was handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shared {
    /// Whoever it was shared with has it, or the sheet of the phone was closed again.
    Offered,
    /// It lies among the phone's files.
    Kept,
    /// The phone would not open its sheet, so it lies among the files.
    KeptInstead,
}

/// Offers the picture to the phone's own sheet for sharing; where it has none, it is kept as a file. `None`: neither.
pub(crate) async fn share(picture: &Picture) -> Option<Shared> {
    let blob = png(picture).await?;
    let name = format!("{}.png", picture.number);
    let navigator: JsValue = web_sys::window()?.navigator().into();
    let mut instead = Shared::Kept;
    if let Some(file) = file_of(&blob, &name) {
        let content =
            js::object(&[("files", Array::of1(&file).into()), ("title", picture.number.clone().into())]);
        let can =
            js::call(&navigator, "canShare", std::slice::from_ref(&content)).is_ok_and(|can| can.is_truthy());
        if can {
            match js::call_later(&navigator, "share", &[content]).await {
                Ok(_) => return Some(Shared::Offered),
                // Whoever closes the sheet has not shared it, and knows that.
                Err(why) if js::error_name(&why) == "AbortError" => {
                    return Some(Shared::Offered);
                }
                // `NotAllowedError`: the tap is too long ago, or the page may not share.
                Err(_) => instead = Shared::KeptInstead,
            }
        }
    }
    let bytes = wasm_bindgen_futures::JsFuture::from(blob.array_buffer()).await.ok()?;
    camera::download(&js_sys::Uint8Array::new(&bytes).to_vec(), &name)?;
    Some(instead)
}

fn file_of(blob: &Blob, name: &str) -> Option<JsValue> {
    let options = js::object(&[("type", "image/png".into())]);
    let maker: js_sys::Function = js::get(&js_sys::global(), "File").dyn_into().ok()?;
    let arguments = Array::of3(&Array::of1(blob).into(), &name.into(), &options);
    js_sys::Reflect::construct(&maker, &arguments).ok()
}

/// Prints what is on the page: the sheet of styles leaves the receipt alone on a paper of A6.
pub(crate) fn print() {
    if let Some(window) = web_sys::window() {
        // A browser that cannot print says so itself.
        let _ = js::call(&window, "print", &[]);
    }
}
