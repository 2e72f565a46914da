import { inValueOrder } from '../functions/value-order.ts'

interface Ranked {
  value: number
}

/**
 * The `most` largest or smallest samples, best first, NaN last. Of equal ones those stay that stay upstream, where a heap
 * of Go keeps the worst one on top (engine.go aggregationK, container/heap).
 */
export function ranked<T extends Ranked>(samples: readonly T[], most: number, descending: boolean): T[] {
  const isWorse = (a: T, b: T) => Number.isNaN(a.value) || (descending ? a.value < b.value : a.value > b.value)
  const heap: T[] = []
  for (const sample of samples) {
    if (heap.length < most) push(heap, sample, isWorse)
    else {
      const [worst] = heap
      const isBetter = descending ? (worst?.value ?? 0) < sample.value : (worst?.value ?? 0) > sample.value
      if (!isBetter && !(Number.isNaN(worst?.value) && !Number.isNaN(sample.value))) continue
      heap[0] = sample
      sink(heap, isWorse)
    }
  }
  return inValueOrder(heap, ({ value }) => value, descending)
}

function push<T>(heap: T[], sample: T, isWorse: (a: T, b: T) => boolean): void {
  heap.push(sample)
  for (let at = heap.length - 1; at > 0; ) {
    const parent = (at - 1) >> 1
    if (!swapIf(heap, at, parent, isWorse)) return
    at = parent
  }
}

function sink<T>(heap: T[], isWorse: (a: T, b: T) => boolean): void {
  for (let at = 0; ; ) {
    const left = 2 * at + 1
    if (left >= heap.length) return
    const [a, b] = [heap[left], heap[left + 1]]
    const child = a !== undefined && b !== undefined && isWorse(b, a) ? left + 1 : left
    if (!swapIf(heap, child, at, isWorse)) return
    at = child
  }
}

/** Exchanges two elements when the first one is worse. */
function swapIf<T>(heap: T[], at: number, parent: number, isWorse: (a: T, b: T) => boolean): boolean {
  const [lower, upper] = [heap[at], heap[parent]]
  if (lower === undefined || upper === undefined || !isWorse(lower, upper)) return false
  heap[at] = upper
  heap[parent] = lower
  return true
}
