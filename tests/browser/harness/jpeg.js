// A photo as a phone's camera leaves it: a JPEG that says in its EXIF where it was taken.

/** Where the photo says it was taken: degrees of Yinchuan, which must never leave the phone. */
const DEGREES = [38, 29, 14];
const MAKE = "FIELDBOOK-CAMERA";

const entry = (tag, type, count, value) => {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt16LE(tag, 0);
  bytes.writeUInt16LE(type, 2);
  bytes.writeUInt32LE(count, 4);
  if (Buffer.isBuffer(value)) value.copy(bytes, 8);
  else bytes.writeUInt32LE(value, 8);
  return bytes;
};

const directory = (entries) => {
  const count = Buffer.alloc(2);
  count.writeUInt16LE(entries.length);
  return Buffer.concat([count, ...entries, Buffer.alloc(4)]);
};

/** The EXIF of a camera with a receiver for its place: maker, and the latitude. */
function exif() {
  const head = Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0]);
  const first = 2 + 2 * 12 + 4;
  const make = Buffer.from(`${MAKE}\0`, "latin1");
  const makeAt = head.length + first;
  const gpsAt = makeAt + make.length + (make.length % 2);
  const gpsLength = 2 + 2 * 12 + 4;
  const degrees = Buffer.alloc(24);
  DEGREES.forEach((figure, at) => {
    degrees.writeUInt32LE(figure, at * 8);
    degrees.writeUInt32LE(1, at * 8 + 4);
  });
  const tiff = Buffer.concat([
    head,
    directory([entry(0x010f, 2, make.length, makeAt), entry(0x8825, 4, 1, gpsAt)]),
    make,
    Buffer.alloc(make.length % 2),
    directory([entry(1, 2, 2, Buffer.from("N\0")), entry(2, 5, 3, gpsAt + gpsLength)]),
    degrees,
  ]);
  return Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]);
}

/** Whether bytes carry anything of what the camera wrote about place or maker. */
export const tellsWhere = (bytes) => bytes.includes("Exif") || bytes.includes(MAKE);

/** Puts the EXIF into a JPEG, behind its first two bytes. */
function withExif(jpeg) {
  const content = exif();
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, content, jpeg.subarray(2)]);
}

/** A photo taken with such a camera, drawn by the browser of a page; `colour` tells one from another. */
export async function photo(page, colour = "#2a7") {
  const drawn = await page.evaluate((fill) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 2400, height: 1800 });
    const pen = canvas.getContext("2d");
    pen.fillStyle = fill;
    pen.fillRect(0, 0, 2400, 1800);
    pen.fillStyle = "#fff";
    pen.fillRect(200, 200, 900, 600);
    return canvas.toDataURL("image/jpeg", 0.9).split(",")[1];
  }, colour);
  return { name: "IMG_0001.jpg", mimeType: "image/jpeg", buffer: withExif(Buffer.from(drawn, "base64")) };
}
