import { decodeJson } from '../expr/go/json-decode.ts'
import { Problem } from '../expr/problem.ts'

/** What Go's encoding/json says of a text that is no JSON; undefined when it is. */
export function jsonProblem(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    try {
      decodeJson(text)
    } catch (problem) {
      if (problem instanceof Problem) return problem.message
    }
    return error instanceof Error ? error.message : String(error)
  }
}
