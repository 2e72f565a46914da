/** Text that takes the place of `start` to `end` (exclusive) of a file, in UTF-16 offsets. */
export interface Edit {
  start: number
  end: number
  text: string
}
