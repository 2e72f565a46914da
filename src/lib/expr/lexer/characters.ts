const space = /^[\p{White_Space}]$/u
const letterOrDigit = /^[\p{L}\p{Nd}_$]$/u
const letter = /^[\p{L}_$]$/u

export const isSpace = (character: string): boolean => space.test(character)
/** Of a name: letters, decimal digits, `_` and `$`. */
export const isNamePart = (character: string): boolean => letterOrDigit.test(character)

export const isName = (text: string): boolean => {
  const [first = '', ...rest] = text
  return letter.test(first) && rest.every(isNamePart)
}
