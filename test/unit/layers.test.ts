import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { expect, it } from 'vitest'

interface Layer {
  /** Folders and files of ours that may be imported. `type X` allows only what is gone at run time. */
  readonly ours: readonly string[]
  /** Packages; `node:` is all of Node. */
  readonly npm: readonly string[]
}

const SDKS = [
  '@kubernetes/client-node',
  '@aws-sdk/client-s3',
  '@clickhouse/client',
  '@keycloak/keycloak-admin-client',
  'ioredis',
  'pg',
  'undici',
  'p-limit',
  'ws',
  'yaml',
]

/** Who may know whom. The longest name that a file begins with decides. */
const LAYERS: Readonly<Record<string, Layer>> = {
  'src/engine': { ours: [], npm: ['p-limit'] },
  'src/manifests': {
    ours: ['type src/config', 'type src/platform/kubernetes/port.ts'],
    npm: ['type @kubernetes/client-node'],
  },
  'src/config': { ours: ['type src/engine'], npm: ['zod', 'fastest-levenshtein'] },
  'src/config/secret.ts': { ours: ['src/config'], npm: ['node:crypto', 'node:util'] },
  'src/config/load.ts': {
    ours: ['src/config', 'src/engine/problem.ts', 'type src/engine'],
    npm: ['node:', 'env-paths', 'yaml'],
  },
  'src/cli': { ours: ['src/config', 'src/engine/problem.ts', 'type src/engine'], npm: ['commander'] },
  'src/platform': { ours: ['src/engine', 'src/config'], npm: ['node:', ...SDKS] },
  tasks: {
    ours: ['src/engine', 'src/manifests', 'src/config/secret.ts', 'type src/config', 'type src/platform'],
    npm: [],
  },
  components: { ours: ['src/engine'], npm: ['react', 'ink', 'ink-spinner', 'string-width'] },
  'src/output': { ours: ['src/engine'], npm: ['node:', 'zod', 'string-width', 'wrap-ansi', 'env-paths'] },
  'src/tui': { ours: ['src/engine', 'components'], npm: ['node:', 'ink', 'react'] },
  'src/commands': {
    ours: ['src/engine', 'tasks', 'type src/config', 'type src/platform', 'type src/session.ts'],
    npm: [],
  },
  // What stands at the root puts the parts together. Before the first picture only the command line is loaded.
  src: { ours: ['src', 'tasks', 'components'], npm: ['node:'] },
  'src/main.ts': {
    ours: ['src/cli', 'src/engine', 'src/output', 'src/signals.ts', 'src/leave.ts', 'lazy src'],
    npm: [],
  },
}

const names = Object.keys(LAYERS).sort((a, b) => b.length - a.length)
const within = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`)
const layerOf = (file: string) => names.find(name => within(file, name))!

interface Import {
  readonly from: string
  readonly how: 'type' | 'static' | 'lazy'
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
  const statics = [...text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'"`;]*?\sfrom\s+)?'([^']+)'/gm)]
  const lazies = [...text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g)]
  return [
    ...statics.map(
      ([whole, type, from]): Import => ({ from: from!, how: type || onlyTypes(whole) ? 'type' : 'static' }),
    ),
    ...lazies.map(([, from]): Import => ({ from: from!, how: 'lazy' })),
  ]
}

/** `import { type A, type B } from …` is gone at run time as well. */
function onlyTypes(statement: string): boolean {
  const named = /\{([^}]*)\}/.exec(statement)?.[1]
  return named?.split(',').every(one => !one.trim() || one.trim().startsWith('type ')) ?? false
}

function allowed(file: string, { from, how }: Import): boolean {
  const name = layerOf(file)
  const { ours, npm } = LAYERS[name]!
  if (from.startsWith('.')) {
    const path = relative('.', join(dirname(file), from))
    if (within(path, name)) return true
    const rules = ours.map(rule => rule.split(' ')).filter(rule => within(path, rule.at(-1)!))
    // The narrowest rule speaks: `src/cli` beats `lazy src`.
    const rule = rules.sort((a, b) => b.at(-1)!.length - a.at(-1)!.length)[0]
    return rule !== undefined && (rule.length === 1 || rule[0] === how || how === 'type')
  }
  const bare = builtinModules.includes(from) ? `node:${from}` : from
  return npm.some(rule => {
    const [only, one] = rule.includes(' ') ? rule.split(' ') : [undefined, rule]
    return (
      (only === undefined || only === how) &&
      (one === 'node:' ? bare.startsWith('node:') : bare === one || bare.startsWith(`${one}/`))
    )
  })
}

const files = ['src', 'components', 'tasks']
  .flatMap(folder => readdirSync(folder, { recursive: true }).map(entry => join(folder, String(entry))))
  .filter(path => /\.tsx?$/.test(path))

it('every import is in the table', () => {
  const wrong = files.flatMap(file =>
    importsOf(file)
      .filter(one => !allowed(file, one))
      .map(one => `${file} imports ${one.from} (${one.how})`),
  )
  expect(wrong).toEqual([])
})

it('sees imports at all', () => {
  expect(files.length).toBeGreaterThan(50)
  expect(importsOf('src/engine/run-checks.ts').map(one => one.from)).toContain('p-limit')
  expect(allowed('src/engine/bus.ts', { from: 'node:fs', how: 'static' })).toBe(false)
  expect(allowed('tasks/index.ts', { from: '../src/platform/services.ts', how: 'static' })).toBe(false)
  expect(allowed('src/main.ts', { from: './tui/mount.tsx', how: 'static' })).toBe(false)
})
