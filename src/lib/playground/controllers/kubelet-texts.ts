/** Go's print of a duration of whole seconds. */
export function backOffText(ms: number): string {
  const seconds = ms / 1000
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}

/** The Event of an image that is there. */
export function pulledText(image: string, isPresent: boolean): string {
  return isPresent
    ? `Container image "${image}" already present on machine`
    : `Successfully pulled image "${image}" in 812ms (812ms including waiting). Image size: 48231457 bytes.`
}

/** What containerd says about an image that nobody has. */
export function pullError(image: string): string {
  const full = image.includes('/') ? image : `docker.io/library/${image}`
  return `rpc error: code = NotFound desc = failed to pull and unpack image "${full}": failed to resolve reference "${full}": ${full}: not found`
}
