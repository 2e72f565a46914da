import type { LogTemplate } from './template.ts'

/** What finders of variables need of the miner. */
export interface TemplateStore {
  /** The live template of exactly these words. */
  live(key: string): LogTemplate | undefined
  /**
   * Makes templates that are equal outside `removed` one, with variables in these places.
   *
   * @returns the template that they are now cases of, which may itself be a case of another
   */
  merge(members: readonly LogTemplate[], removed: ReadonlySet<number>): LogTemplate
}
