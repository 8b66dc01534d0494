/** Styles written by scripts must show the nonce that the server gave this page. */
export function pageNonce(): string | undefined {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? undefined
}
