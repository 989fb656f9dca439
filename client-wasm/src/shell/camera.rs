//! 拍照: a photo made small. Drawing it anew leaves its EXIF behind: no place, no phone, no time of its own.
//!
//! Floor: shell. This module must not know what the photo is of.

use futures::channel::oneshot;
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, CanvasRenderingContext2d, File, HtmlCanvasElement, ImageBitmap, Url};

/// The longest edge of a stored photo, in pixels.
const MOST_EDGE: u32 = 1_600;
const QUALITY: f64 = 0.8;
/// What every stored photo is.
pub const JPEG: &str = "image/jpeg";

/// Makes a photo small. The bytes of a JPEG come back.
///
/// # Errors
/// `photo.not-a-picture` or `photo.too-large`.
pub async fn shrink(file: &File) -> Result<Vec<u8>, &'static str> {
    const NOT_A_PICTURE: &str = "photo.not-a-picture";
    let bitmap = picture(file).await.map_err(|_| NOT_A_PICTURE)?;
    let (width, height) = fitted(bitmap.width(), bitmap.height());
    let drawn = draw(&bitmap, width, height);
    bitmap.close();
    let canvas = drawn.map_err(|_| NOT_A_PICTURE)?;
    let blob = jpeg(&canvas).await.ok_or("photo.too-large")?;
    let bytes = JsFuture::from(blob.array_buffer()).await.map_err(|_| NOT_A_PICTURE)?;
    Ok(Uint8Array::new(&bytes).to_vec())
}

async fn picture(file: &File) -> Result<ImageBitmap, JsValue> {
    let window = web_sys::window().ok_or(JsValue::UNDEFINED)?;
    let promise: Promise = window.create_image_bitmap_with_blob(file)?.unchecked_into();
    JsFuture::from(promise).await?.dyn_into()
}

/// The size within [`MOST_EDGE`], in the same proportions.
fn fitted(width: u32, height: u32) -> (u32, u32) {
    let longest = width.max(height);
    if longest <= MOST_EDGE {
        return (width.max(1), height.max(1));
    }
    let scaled = |edge: u32| {
        let scaled = u64::from(edge) * u64::from(MOST_EDGE) / u64::from(longest);
        u32::try_from(scaled).unwrap_or(MOST_EDGE).max(1)
    };
    (scaled(width), scaled(height))
}

fn draw(bitmap: &ImageBitmap, width: u32, height: u32) -> Result<HtmlCanvasElement, JsValue> {
    let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::UNDEFINED)?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
    canvas.set_width(width);
    canvas.set_height(height);
    let context: CanvasRenderingContext2d =
        canvas.get_context("2d")?.ok_or(JsValue::UNDEFINED)?.unchecked_into();
    let (width, height) = (f64::from(width), f64::from(height));
    // Transparent pictures lie on white, not on black.
    context.set_fill_style_str("#fff");
    context.fill_rect(0.0, 0.0, width, height);
    context.draw_image_with_image_bitmap_and_dw_and_dh(bitmap, 0.0, 0.0, width, height)?;
    Ok(canvas)
}

async fn jpeg(canvas: &HtmlCanvasElement) -> Option<Blob> {
    let (tell, told) = oneshot::channel();
    let done = Closure::once(move |blob: Option<Blob>| {
        // The page may have gone on.
        let _ = tell.send(blob);
    });
    canvas
        .to_blob_with_type_and_encoder_options(done.as_ref().unchecked_ref(), JPEG, &QUALITY.into())
        .ok()?;
    told.await.ok()?
}

/// Where an `<img>` finds these bytes, for the life of the page.
pub fn url_of(bytes: &[u8], kind: &str) -> Option<String> {
    let parts = js_sys::Array::of1(&Uint8Array::from(bytes));
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}

/// The bytes of a file that somebody has chosen.
pub async fn bytes_of(file: &File) -> Option<Vec<u8>> {
    let bytes = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&bytes).to_vec())
}

/// Hands bytes out as a file to keep.
pub fn download(bytes: &[u8], name: &str) -> Option<()> {
    let url = url_of(bytes, "application/octet-stream")?;
    let link = web_sys::window()?.document()?.create_element("a").ok()?;
    // A fresh element takes any attribute.
    let _ = link.set_attribute("href", &url);
    let _ = link.set_attribute("download", name);
    super::js::call(&link, "click", &[]).ok()?;
    // The browser has taken the file by now.
    forget_url(&url);
    Some(())
}

/// Lets the bytes behind such an address go.
pub fn forget_url(url: &str) {
    // An address that is none any more does no harm.
    let _ = Url::revoke_object_url(url);
}
