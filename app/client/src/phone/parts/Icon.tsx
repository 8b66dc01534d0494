const PATHS = {
  back: 'M15 5l-7 7 7 7', phone: 'M6 3h3l2 5-2.5 2a12 12 0 006 6l2-2.5 5 2v3a2 2 0 01-2 2A17 17 0 014 5a2 2 0 012-2z',
  map: 'M12 21s7-6.2 7-12a7 7 0 10-14 0c0 5.800 7 12 7 12zm0-9.500a2.500 2.500 0 100-5 2.500 2.500 0 000 5z', tick: 'M4 12.500l5 5L20 6.500',
  cross: 'M6 6l12 12M18 6L6 18', camera: 'M4 8h4l2-3h4l2 3h4v11H4zM12 16.500a3.500 3.500 0 100-7 3.500 3.500 0 000 7z', pen: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3',
  outbox: 'M4 13l2-8h12l2 8v6H4zM4 13h5l1 2h4l1-2h5', search: 'M10.500 17a6.500 6.500 0 100-13 6.500 6.500 0 000 13zM15.500 15.500L20 20', out: 'M14 4h5v16h-5M4 12h11M11 8l4 4-4 4',
  cloud: 'M7 18a4.500 4.500 0 01-.5-9A6 6 0 0118 10.500a3.800 3.800 0 01-.5 7.500zM4 4l16 16', paper: 'M6 3h9l4 4v14H6zM14 3v5h5M9 13h7M9 17h7', note: 'M5 4h14v11l-5 5H5zM14 20v-5h5',
  more: 'M5 12h.01M12 12h.01M19 12h.01', plus: 'M12 5v14M5 12h14', home: 'M4 11l8-7 8 7v9h-5v-6H9v6H4z',
}
export type IconName = keyof typeof PATHS

/** A line drawing beside words; never the only thing that says it. */
export function Icon({ name, size = 22 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}
