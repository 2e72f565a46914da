import { equal } from '../go/equality.ts'
import { lookUp } from '../go/fetch.ts'
import { Dictionary, Instant, Slice, typeName, type Value } from '../go/values.ts'
import { Problem } from '../problem.ts'
import type { Machine } from './machine.ts'

/** The fields of time.Time, all of them private; 1.15 finds them nevertheless. */
const fieldsOfTime = ['wall', 'ext', 'loc']

/** `needle in container` (vm/runtime In). */
export function isIn(needle: Value, container: Value, machine: Machine): boolean {
  if (container === null) return false
  if (container instanceof Slice) {
    machine.spend(container.items.length)
    return container.items.some(each => equal(each, needle, machine.dialect, steps => machine.spend(steps)))
  }
  if (container instanceof Dictionary) return lookUp(container, needle) !== undefined
  if (container instanceof Instant) {
    if (typeof needle !== 'string')
      throw new Problem(`cannot use ${typeName(needle)} as field name of ${typeName(container)}`)
    return machine.dialect === '1.15' && fieldsOfTime.includes(needle)
  }
  throw new Problem(`operator "in" not defined on ${typeName(container)}`)
}
