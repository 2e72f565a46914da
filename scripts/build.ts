import { mkdirSync, writeFileSync } from 'node:fs'
import { analyzeMetafile, build, type Plugin } from 'esbuild'
import { completionTableAsData } from './completion-table-plugin.ts'

/**
 * Bundles the program into one CommonJS file with nothing to install beside it: `import()` becomes a lazy require, so
 * the ESM loader never starts and heavy parts are evaluated only by the commands that need them.
 */
const result = await build({
  entryPoints: ['src/entry.ts'],
  outfile: 'dist/main.cjs',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  minify: true,
  keepNames: true,
  metafile: true,
  legalComments: 'none',
  charset: 'ascii',
  supported: { 'dynamic-import': false },
  define: { 'process.env.NODE_ENV': '"production"' },
  plugins: [withoutSideEffects(/[\\/]@kubernetes[\\/]client-node[\\/]/), lazyShims(), completionTableAsData()],
  logLevel: 'warning',
})
mkdirSync('dist', { recursive: true })
writeFileSync('dist/meta.json', JSON.stringify(result.metafile))
if (process.argv.includes('--analyze')) console.log(await analyzeMetafile(result.metafile))
const { bytes, inputs } = Object.values(result.metafile.outputs)[0] ?? { bytes: 0, inputs: {} }
console.log(`dist/main.cjs ${(bytes / 1024).toFixed(0)} KiB`)
if (process.argv.includes('--check')) check()

/** The bundle must stay what the start-up path was measured with: small, self-contained, without the heavy packages. */
function check(): void {
  const limitBytes = 3_000_000
  const unwanted = Object.keys(inputs).filter(input => /node_modules\/(typescript|undici|node-fetch)\//.test(input))
  const problems = [
    ...(bytes > limitBytes ? [`dist/main.cjs has ${bytes} bytes, more than ${limitBytes}`] : []),
    ...unwanted.map(input => `${input} is in the bundle`),
  ]
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
}

/** Lets esbuild drop what we do not use of a package that does not say that it has no side effects. */
function withoutSideEffects(path: RegExp): Plugin {
  return {
    name: 'without-side-effects',
    setup({ onResolve, resolve }) {
      onResolve({ filter: /.*/ }, async args => {
        if (args.pluginData === 'resolved' || !path.test(args.resolveDir)) return undefined
        const found = await resolve(args.path, { kind: args.kind, resolveDir: args.resolveDir, pluginData: 'resolved' })
        return { ...found, sideEffects: false }
      })
    },
  }
}

/**
 * Empties what only code paths of others use that we never reach: oclif's development mode, and client-node's generated
 * API classes, of which its sign-in code (kube/auth/auth-provider.ts) uses none.
 */
function lazyShims(): Plugin {
  const unused = /^(typescript|ts-node|tsx|wsl-utils|ejs|supports-color|node-fetch|\.\/gen\/index\.js)$/
  return {
    name: 'lazy-shims',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: unused }, args => ({ path: args.path, namespace: 'shim' }))
      onLoad({ filter: /.*/, namespace: 'shim' }, () => ({ contents: 'module.exports = {}', loader: 'js' }))
    },
  }
}
