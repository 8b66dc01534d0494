import { useEffect, useState } from 'react'
import { t } from '../../kernel/i18n'
import { isStorageFull } from '../store/db'
import { openPhoto, type PhotoKind } from '../store/outbox'
import { takePhoto, UnreadablePhoto } from '../device/photo'
import { Icon } from '../parts/Icon'
import { useAsking } from './context'

/** A kept picture, opened for looking; a grey square once it has gone to the server. */
export function Thumbnail({ user, name, label }: { user: number; name: string; label: string }) {
  const [url, setUrl] = useState<string | null>(null)
  useEffect(() => {
    let made: string | null = null
    let left = false
    void openPhoto(user, name.slice(7)).then((blob) => {
      if (!blob || left) return
      made = URL.createObjectURL(blob)
      setUrl(made)
    })
    return () => {
      left = true
      if (made) URL.revokeObjectURL(made)
    }
  }, [user, name])
  return url ? <img src={url} alt={label} /> : <span className="thumb-empty" role="img" aria-label={label} />
}

/** Take pictures, look at them, take one away; each is on disk before it is shown. */
export function PhotoList({ label, kind, names, most, change }: { label: string; kind: PhotoKind; names: string[]; most: number; change: (names: string[]) => void }) {
  const { user, measured, full } = useAsking()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const add = async (files: File[]): Promise<void> => {
    setBusy(true)
    setProblem(null)
    let kept = names
    try {
      for (const file of files.slice(0, most - names.length)) {
        const photo = await takePhoto(user, kind, file)
        measured(photo.measured)
        kept = [...kept.filter((name) => name !== photo.name), photo.name]
        change(kept)
      }
    } catch (failed) {
      if (failed instanceof UnreadablePhoto) setProblem(failed.message)
      else if (isStorageFull(failed)) full(failed)
      else throw failed
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="photos">
      {names.map((name, at) => (
        <figure key={name}>
          <Thumbnail user={user} name={name} label={t('{label}第 {n} 张', { label, n: at + 1 })} />
          <button type="button" aria-label={t('删去第 {n} 张', { n: at + 1 })} onClick={() => { change(names.filter((other) => other !== name)) }}><Icon name="cross" size={18} /></button>
        </figure>
      ))}
      {names.length < most && (
        <label className="take">
          <input
            type="file" accept="image/*" capture="environment" multiple={most > 1} disabled={busy} aria-label={label}
            onChange={(event) => {
              const files = [...(event.target.files ?? [])]
              event.target.value = ''
              void add(files)
            }}
          />
          <Icon name="camera" size={30} />
          <span>{busy ? t('正在存…') : label}</span>
        </label>
      )}
      {problem && <p className="fault" role="alert">{problem}</p>}
    </div>
  )
}
