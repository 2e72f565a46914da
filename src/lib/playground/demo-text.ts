import type { DemoEvent } from './demo.ts'

/** An event of the demo as people read it, line end included; empty where there is nothing to say. */
export function demoText(event: DemoEvent, { hasColor }: { hasColor: boolean }): string {
  const bold = (text: string) => (hasColor ? `\u001b[1m${text}\u001b[22m` : text)
  const dim = (text: string) => (hasColor ? `\u001b[2m${text}\u001b[22m` : text)
  switch (event.type) {
    case 'demo.scene':
      return `\n${bold(`== ${event.title}`)}\n${event.text}\n`
    case 'demo.command': {
      const code = event.exitCode === 0 ? '' : dim(`(exit code ${event.exitCode})\n`)
      return `\n${bold(`$ ${event.command}`)}\n${event.stderr}${event.stdout}${code}`
    }
    case 'end':
      return event.outcome === 'done' ? `\n${dim(`${event.message}.`)}\n` : ''
  }
}
