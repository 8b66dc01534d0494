import type { Place } from '../types'

/** Where the phone is, when it says so within ten seconds; a phone that does not know is no obstacle. */
export function findPlace(): Promise<{ place: Place; accuracy: number } | null> {
  return new Promise((resolve) => {
    if (!('geolocation' in navigator)) {
      resolve(null)
      return
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        resolve({ place: { lat: coords.latitude.toFixed(6), lng: coords.longitude.toFixed(6) }, accuracy: Math.round(coords.accuracy) })
      },
      () => { resolve(null) },
      { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 },
    )
  })
}
