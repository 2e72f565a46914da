import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { schemas } from '../src/lib/config/schemas.ts'

/** Writes schemas/ from the schemas that files are checked against. A test fails when somebody forgot. */
const files = Object.values(schemas).map(({ file, schema }) => {
  const path = `schemas/${file}`
  writeFileSync(path, `${JSON.stringify(schema, null, 2)}\n`)
  return path
})
execFileSync('npx', ['biome', 'format', '--write', ...files], { stdio: ['ignore', 'ignore', 'inherit'] })
