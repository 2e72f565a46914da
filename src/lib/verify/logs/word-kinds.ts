const stopWords = new Set(
  (
    'not no is are was were to of in on at by for from with and or the a an be been has have failed fail failure error ' +
    'success succeeded successful ok done invalid unknown missing disabled enabled started stopped opened closed start ' +
    'stop up down active inactive'
  ).split(' '),
)
/** What follows such a word is the name of one. */
export const namedThings: readonly string[] =
  'user username login account host hostname rhost ruser node peer domain database table topic queue pod container namespace service file directory dir device interface module class named called'.split(
    ' ',
  )
const namedThingSet = new Set(namedThings)
const capitals = /^[A-Z][A-Z_]+$/
const identifier = /[.$@_/\\]|[a-z][A-Z]|[A-Za-z]-[A-Za-z]/

/** Tells messages apart whatever else they have in common: "connection opened" is not "connection closed". */
export const isStopWord = (word: string): boolean => stopWords.has(word.toLowerCase())

/** What follows is the name of one. */
export const namesThing = (word: string | undefined): boolean =>
  word !== undefined && namedThingSet.has(word.toLowerCase())

/** Names of states and constants: `STATE_READY`. */
export const isCapitals = (word: string): boolean => capitals.test(word)

/** Looks like a name that a program or a person gave: a class, a host, a file. */
export const isIdentifier = (word: string): boolean => !isCapitals(word) && identifier.test(word)
