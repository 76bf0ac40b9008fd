import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { build, type Plugin } from 'esbuild'
import { thirdPartyNotices } from './notices.config.ts'

/** Optional parts of packages that are never used here: React's developer tools, native and edge drivers of pg. */
const NEVER_USED = /^(react-devtools-core|pg-native|pg-cloudflare)$/

const leaveOut: Plugin = {
  name: 'leave-out',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: NEVER_USED }, ({ path }) => ({ path, namespace: 'never-used' }))
    onLoad({ filter: /.*/, namespace: 'never-used' }, () => ({ contents: 'module.exports = {}' }))
  },
}

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

const { metafile, outputFiles } = await build({
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
  // One chunk per dynamic import: `--help` loads no SDK and JSON output loads no screen.
  splitting: true,
  bundle: true,
  format: 'esm',
  platform: 'node',
  // ES modules first: a dynamic import of a CommonJS bundle would lose its named exports.
  mainFields: ['module', 'main'],
  target: 'node20.19',
  minify: true,
  // Adapters translate errors by their class names.
  keepNames: true,
  legalComments: 'none',
  jsx: 'automatic',
  define: {
    THINKUBE_LANGFUSE_VERSION: JSON.stringify(version),
    'process.env.NODE_ENV': '"production"',
    'process.env.DEV': '"false"',
  },
  // CommonJS packages ask for Node's own modules by `require`, which an ES module does not have.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  plugins: [leaveOut],
  metafile: true,
  // Written below, all at once: a build that fails leaves the last good one alone.
  write: false,
  logLevel: 'warning',
})
const notices = thirdPartyNotices(metafile)
rmSync('dist', { recursive: true, force: true })
mkdirSync('dist')
for (const { path, contents } of outputFiles) writeFileSync(path, contents)
copyFileSync('src/bin.cjs', 'dist/bin.cjs')
chmodSync('dist/bin.cjs', 0o755)
writeFileSync('THIRD-PARTY-NOTICES.txt', notices)
const sizes = Object.values(metafile.outputs).map(({ bytes }) => bytes)
console.log(
  `dist: ${sizes.length} files, ${Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1024)} KiB`,
)
