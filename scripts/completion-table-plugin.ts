import type { Plugin } from 'esbuild'
import { commands, topics } from '../src/commands.ts'
import { completionTable } from '../src/lib/cli/completion/completion-table.ts'

/** Puts the completion table into the bundle as data, so that a TAB loads none of the commands that it is made from. */
export function completionTableAsData(): Plugin {
  return {
    name: 'completion-table-as-data',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]completion-table\.ts$/ }, async () => {
        const json = JSON.stringify(await completionTable(commands, topics))
        const contents = `export const completionTable = async () => JSON.parse(${JSON.stringify(json)})`
        return { contents, loader: 'js' }
      })
    },
  }
}
