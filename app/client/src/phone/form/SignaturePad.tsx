import { useRef, useState, type PointerEvent } from 'react'
import { t } from '../../kernel/i18n'
import { takePhoto } from '../device/photo'
import { isStorageFull } from '../store/db'
import { keepPhoto } from '../store/outbox'
import { useAsking } from './context'
import { Thumbnail } from './PhotoList'

const WIDTH = 640
const HEIGHT = 240

/** A line drawn with a finger, kept as a small picture. */
export function SignaturePad({ label, name, change }: { label: string; name: string | undefined; change: (name: string | undefined) => void }) {
  const { user, full } = useAsking()
  const canvas = useRef<HTMLCanvasElement>(null)
  const drawing = useRef(false)
  const [drawn, setDrawn] = useState(false)
  const pen = (): CanvasRenderingContext2D | null => {
    const found = canvas.current?.getContext('2d') ?? null
    if (found) Object.assign(found, { lineWidth: 4, lineCap: 'round', lineJoin: 'round', strokeStyle: '#1b1613' })
    return found
  }
  const at = (event: PointerEvent<HTMLCanvasElement>): [number, number] => {
    const box = event.currentTarget.getBoundingClientRect()
    return [((event.clientX - box.left) / box.width) * WIDTH, ((event.clientY - box.top) / box.height) * HEIGHT]
  }
  const begin = (event: PointerEvent<HTMLCanvasElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId)
    drawing.current = true
    const line = pen()
    line?.beginPath()
    line?.moveTo(...at(event))
  }
  const draw = (event: PointerEvent<HTMLCanvasElement>): void => {
    if (!drawing.current) return
    const line = pen()
    line?.lineTo(...at(event))
    line?.stroke()
    setDrawn(true)
  }
  const keep = (): void => {
    canvas.current?.toBlob((blob) => {
      if (!blob) return
      keepPhoto(user, 'signature', blob).then((hash) => { change(`sha256:${hash}`) }, refuse)
    }, 'image/png')
  }
  const refuse = (failed: unknown): void => {
    if (!isStorageFull(failed)) throw failed
    full(failed)
  }
  const clear = (): void => {
    canvas.current?.getContext('2d')?.clearRect(0, 0, WIDTH, HEIGHT)
    setDrawn(false)
    change(undefined)
  }
  return (
    <fieldset className="signature">
      <legend>{label}</legend>
      {name ? (
        <div className="signed"><Thumbnail user={user} name={name} label={label} /></div>
      ) : (
        <canvas
          ref={canvas} width={WIDTH} height={HEIGHT} aria-label={t('{label}：用手指写在框内', { label })} role="img"
          onPointerDown={begin} onPointerMove={draw} onPointerUp={() => { drawing.current = false }} onPointerCancel={() => { drawing.current = false }}
        />
      )}
      <div className="row">
        <button type="button" className="small" onClick={clear} disabled={!name && !drawn}>{t('重签')}</button>
        {!name && <button type="button" className="small strong" onClick={keep} disabled={!drawn}>{t('签好了')}</button>}
        {!name && !drawn && (
          <label className="button instead">
            <input
              type="file" accept="image/*" capture="environment" aria-label={t('{label}：拍下纸上的签字', { label })}
              onChange={(event) => {
                const [file] = event.target.files ?? []
                if (file) takePhoto(user, 'signature', file).then((photo) => { change(photo.name) }, refuse)
              }}
            />
            {t('拍下纸上的签字')}
          </label>
        )}
      </div>
    </fieldset>
  )
}
