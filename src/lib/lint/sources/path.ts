/** Where a value is in an object: `['spec', 'metrics', 0, 'name']`. */
export type Path = readonly (string | number)[]

/** `spec.metrics[0].provider.plugin["a/b"]`, as kubectl's JSONPath writes it. */
export function pathText(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`
      if (!/^[A-Za-z_][\w-]*$/.test(step)) return `[${JSON.stringify(step)}]`
      return index === 0 ? step : `.${step}`
    })
    .join('')
}
