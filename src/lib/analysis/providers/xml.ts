/** An element, its name without prefix. */
export interface XmlElement {
  name: string
  children: XmlElement[]
  text: string
}

const tokens =
  /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!(?:[^>]*)>|<(\/?)([^\s/>]+)((?:"[^"]*"|'[^']*'|[^>"'])*?)(\/?)>|[^<]+/g
const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/**
 * The root element of an answer in XML; undefined where there is none. Attributes and namespaces are left out.
 *
 * @returns a text with Go's words for XML that breaks off
 */
export function parseXml(text: string): XmlElement | { problem: string } | undefined {
  const open: XmlElement[] = []
  let root: XmlElement | undefined
  let end = 0
  for (const token of text.matchAll(tokens)) {
    if (token.index !== end) break
    end = token.index + token[0].length
    const [all, cdata, slash, qualified, , isEmpty] = token
    const current = open.at(-1)
    if (cdata !== undefined || !all.startsWith('<')) {
      if (current) current.text += cdata ?? decode(all)
      continue
    }
    if (qualified === undefined) continue
    const name = qualified.slice(qualified.indexOf(':') + 1)
    if (slash) {
      if (current?.name !== name)
        return problem(text, end, current ? `element <${current.name}> closed by </${name}>` : 'unexpected end element')
      open.pop()
      if (open.length === 0) return root
      continue
    }
    const element: XmlElement = { name, children: [], text: '' }
    current?.children.push(element)
    root ??= element
    if (!isEmpty) open.push(element)
    else if (open.length === 0) return root
  }
  return root === undefined && end === text.length ? undefined : problem(text, text.length, 'unexpected EOF')
}

const problem = (text: string, at: number, why: string) => ({
  problem: `XML syntax error on line ${text.slice(0, at).split('\n').length}: ${why}`,
})

const decode = (text: string) =>
  text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return Object.hasOwn(entities, name) ? (entities[name] ?? all) : all
    const point = Number.parseInt(hex ?? decimal ?? '', hex === undefined ? 10 : 16)
    return point <= 0x10ffff ? String.fromCodePoint(point) : all
  })

/** The first child of that name, whatever the case of its letters. */
export const childOf = (element: XmlElement | undefined, name: string): XmlElement | undefined =>
  element?.children.find(child => child.name.toLowerCase() === name.toLowerCase())

export const membersOf = (element: XmlElement | undefined): XmlElement[] =>
  element?.children.filter(child => child.name.toLowerCase() === 'member') ?? []
