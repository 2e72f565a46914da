/** Where reading failed and why; becomes a Failure that names the flag. */
export class Wrong extends Error {
  readonly at: number
  readonly near: string | undefined

  constructor(at: number, why: string, near?: string) {
    super(why)
    this.at = at
    this.near = near
  }
}
