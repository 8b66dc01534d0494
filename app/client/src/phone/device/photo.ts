import { t } from '../../kernel/i18n'
import { keepPhoto, type PhotoKind } from '../store/outbox'
import type { Measured } from '../types'
import { readPhotoPlace } from './exif'

export const LONGEST_SIDE = 1600
const QUALITY = 0.8
const MOST_BYTES = 8 * 2 ** 20

/** A picture nobody can open on this phone, and too large to be sent as it is. */
export class UnreadablePhoto extends Error {}

/** The size a picture is shrunk to, never enlarged. */
export function shrunkSize(width: number, height: number): { width: number; height: number } {
  const factor = Math.min(1, LONGEST_SIDE / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) }
}

async function shrink(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null)
  if (!bitmap) {
    if (file.size > MOST_BYTES) throw new UnreadablePhoto(t('这张照片打不开，请重拍或换一张'))
    return file // e.g. HEIC, which the server takes as it is
  }
  const size = shrunkSize(bitmap.width, bitmap.height)
  const canvas = document.createElement('canvas')
  Object.assign(canvas, size)
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, size.width, size.height)
  bitmap.close()
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => { if (blob) resolve(blob); else reject(new UnreadablePhoto(t('这张照片打不开，请重拍或换一张'))) }, 'image/jpeg', QUALITY)
  })
}

/** Shrunk and kept encrypted; its name in the form, and what it says about its place beside it. */
export async function takePhoto(user: number, kind: PhotoKind, file: Blob): Promise<{ name: string; measured: Measured['photos'][number] }> {
  const place = readPhotoPlace(await file.slice(0, 256 * 1024).arrayBuffer())
  const hash = await keepPhoto(user, kind, await shrink(file))
  return { name: `sha256:${hash}`, measured: { sha256: hash, ...place } }
}
