/** Where and when a photo says it was taken (JPEG, EXIF 2.3); nothing of it survives the shrinking, so it is read before. */
export interface PhotoPlace {
  lat: string | null
  lng: string | null
  taken_at: string | null
}
const NOTHING: PhotoPlace = { lat: null, lng: null, taken_at: null }
const GPS = 0x8825
const EXIF = 0x8769
const TAKEN = 0x9003

export function readPhotoPlace(content: ArrayBuffer): PhotoPlace {
  try {
    const start = findExif(new DataView(content))
    return start === null ? NOTHING : readTiff(new DataView(content, start))
  } catch (broken) {
    if (broken instanceof RangeError) return NOTHING // a cut or strange header says nothing
    throw broken
  }
}

function findExif(view: DataView): number | null {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null
  for (let at = 2; at + 10 < view.byteLength; ) {
    const marker = view.getUint16(at)
    if ((marker & 0xff00) !== 0xff00 || marker === 0xffda) return null
    if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return at + 10
    at += 2 + view.getUint16(at + 2)
  }
  return null
}

type Entry = { at: number; type: number; count: number }

function readTiff(view: DataView): PhotoPlace {
  const little = view.getUint16(0) === 0x4949
  const directory = (at: number): Map<number, Entry> => {
    const found = new Map<number, Entry>()
    for (let n = 0; n < view.getUint16(at, little); n += 1) {
      const entry = at + 2 + n * 12
      found.set(view.getUint16(entry, little), { at: entry + 8, type: view.getUint16(entry + 2, little), count: view.getUint32(entry + 4, little) })
    }
    return found
  }
  const text = (entry: Entry): string => {
    const at = entry.count > 4 ? view.getUint32(entry.at, little) : entry.at
    return Array.from({ length: entry.count }, (_, n) => String.fromCharCode(view.getUint8(at + n))).join('').replace(/\0.*$/s, '')
  }
  const degrees = (value: Entry | undefined, side: Entry | undefined, negative: string): string | null => {
    if (!value || value.count !== 3) return null
    const at = view.getUint32(value.at, little)
    const part = (n: number): number => view.getUint32(at + n * 8, little) / view.getUint32(at + n * 8 + 4, little)
    const found = part(0) + part(1) / 60 + part(2) / 3600
    if (!Number.isFinite(found)) return null
    return (side && text(side) === negative ? -found : found).toFixed(6)
  }
  const first = directory(view.getUint32(4, little))
  const inside = (tag: number): Map<number, Entry> => {
    const entry = first.get(tag)
    return entry ? directory(view.getUint32(entry.at, little)) : new Map<number, Entry>()
  }
  const gps = inside(GPS)
  const taken = inside(EXIF).get(TAKEN)
  return { lat: degrees(gps.get(2), gps.get(1), 'S'), lng: degrees(gps.get(4), gps.get(3), 'W'), taken_at: taken ? text(taken) : null }
}
