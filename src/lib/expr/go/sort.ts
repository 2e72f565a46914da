/**
 * Go's sort.Sort (zsortinterface.go): pattern-defeating quicksort, which is not stable, so that equal elements end up where
 * they do in Go. `less` may be no order at all (NaN); the result then still is Go's.
 */
export function sortAsGo<T>(items: T[], less: (a: T, b: T) => boolean): void {
  const limit = 32 - Math.clz32(items.length)
  new Sorter(items, less).quick(0, items.length, limit)
}

const insertionLength = 12
type Hint = 'unknown' | 'increasing' | 'decreasing'

class Sorter<T> {
  private readonly items: T[]
  private readonly isLess: (a: T, b: T) => boolean

  constructor(items: T[], isLess: (a: T, b: T) => boolean) {
    this.items = items
    this.isLess = isLess
  }

  private less(a: number, b: number): boolean {
    return this.isLess(this.items[a] as T, this.items[b] as T)
  }

  private swap(a: number, b: number): void {
    const kept = this.items[a] as T
    this.items[a] = this.items[b] as T
    this.items[b] = kept
  }

  quick(from: number, to: number, badLimit: number): void {
    let [a, b, limit] = [from, to, badLimit]
    let wasBalanced = true
    let wasPartitioned = true
    for (;;) {
      const length = b - a
      if (length <= insertionLength || limit === 0) {
        if (length <= insertionLength) this.insertion(a, b)
        else this.heap(a, b)
        return
      }
      if (!wasBalanced) {
        this.breakPatterns(a, b)
        limit--
      }
      let [pivot, hint] = this.choosePivot(a, b)
      if (hint === 'decreasing') {
        for (let low = a, high = b - 1; low < high; low++, high--) this.swap(low, high)
        pivot = b - 1 - (pivot - a)
        hint = 'increasing'
      }
      if (wasBalanced && wasPartitioned && hint === 'increasing' && this.partialInsertion(a, b)) return
      if (a > 0 && !this.less(a - 1, pivot)) {
        a = this.partitionEqual(a, b, pivot)
        continue
      }
      const [middle, alreadyPartitioned] = this.partition(a, b, pivot)
      wasPartitioned = alreadyPartitioned
      const [left, right] = [middle - a, b - middle]
      if (left < right) {
        wasBalanced = left >= Math.floor(length / 8)
        this.quick(a, middle, limit)
        a = middle + 1
      } else {
        wasBalanced = right >= Math.floor(length / 8)
        this.quick(middle + 1, b, limit)
        b = middle
      }
    }
  }

  private insertion(a: number, b: number): void {
    for (let i = a + 1; i < b; i++) for (let j = i; j > a && this.less(j, j - 1); j--) this.swap(j, j - 1)
  }

  private heap(a: number, b: number): void {
    const length = b - a
    for (let i = (length - 1) >> 1; i >= 0; i--) this.siftDown(i, length, a)
    for (let i = length - 1; i >= 0; i--) {
      this.swap(a, a + i)
      this.siftDown(0, i, a)
    }
  }

  private siftDown(from: number, to: number, first: number): void {
    let root = from
    for (;;) {
      let child = 2 * root + 1
      if (child >= to) return
      if (child + 1 < to && this.less(first + child, first + child + 1)) child++
      if (!this.less(first + root, first + child)) return
      this.swap(first + root, first + child)
      root = child
    }
  }

  private breakPatterns(a: number, b: number): void {
    const length = b - a
    if (length < 8) return
    let random = BigInt(length)
    const modulus = 1 << (32 - Math.clz32(length))
    const index = a + (length >> 2) * 2 - 1
    for (let i = 0; i < 3; i++) {
      random = BigInt.asUintN(64, random ^ (random << 13n))
      random ^= random >> 7n
      random = BigInt.asUintN(64, random ^ (random << 17n))
      let other = Number(random & BigInt(modulus - 1))
      if (other >= length) other -= length
      this.swap(index + i, a + other)
    }
  }

  private choosePivot(a: number, b: number): [number, Hint] {
    const length = b - a
    const swaps = { count: 0 }
    let i = a + Math.floor(length / 4)
    let j = a + Math.floor(length / 4) * 2
    let k = a + Math.floor(length / 4) * 3
    if (length >= 8) {
      if (length >= 50) {
        i = this.median(i - 1, i, i + 1, swaps)
        j = this.median(j - 1, j, j + 1, swaps)
        k = this.median(k - 1, k, k + 1, swaps)
      }
      j = this.median(i, j, k, swaps)
    }
    if (swaps.count === 0) return [j, 'increasing']
    return [j, swaps.count === 12 ? 'decreasing' : 'unknown']
  }

  private median(first: number, second: number, third: number, swaps: { count: number }): number {
    let [a, b, c] = [first, second, third]
    const order = (x: number, y: number): [number, number] => {
      if (!this.less(y, x)) return [x, y]
      swaps.count++
      return [y, x]
    }
    ;[a, b] = order(a, b)
    ;[b, c] = order(b, c)
    ;[a, b] = order(a, b)
    return b
  }

  private partialInsertion(a: number, b: number): boolean {
    let i = a + 1
    for (let step = 0; step < 5; step++) {
      while (i < b && !this.less(i, i - 1)) i++
      if (i === b) return true
      if (b - a < 50) return false
      this.swap(i, i - 1)
      if (i - a >= 2) {
        for (let j = i - 1; j >= 1; j--) {
          if (!this.less(j, j - 1)) break
          this.swap(j, j - 1)
        }
      }
      if (b - i >= 2) {
        for (let j = i + 1; j < b; j++) {
          if (!this.less(j, j - 1)) break
          this.swap(j, j - 1)
        }
      }
    }
    return false
  }

  private partitionEqual(a: number, b: number, pivot: number): number {
    this.swap(a, pivot)
    let [i, j] = [a + 1, b - 1]
    for (;;) {
      while (i <= j && !this.less(a, i)) i++
      while (i <= j && this.less(a, j)) j--
      if (i > j) return i
      this.swap(i++, j--)
    }
  }

  private partition(a: number, b: number, pivot: number): [number, boolean] {
    this.swap(a, pivot)
    let [i, j] = [a + 1, b - 1]
    while (i <= j && this.less(i, a)) i++
    while (i <= j && !this.less(j, a)) j--
    if (i > j) {
      this.swap(j, a)
      return [j, true]
    }
    this.swap(i++, j--)
    for (;;) {
      while (i <= j && this.less(i, a)) i++
      while (i <= j && !this.less(j, a)) j--
      if (i > j) break
      this.swap(i++, j--)
    }
    this.swap(j, a)
    return [j, false]
  }
}
