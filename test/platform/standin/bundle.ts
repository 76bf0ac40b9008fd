import { join } from 'node:path'
import { build } from 'esbuild'

const here = import.meta.dirname

/** The two programs as ES modules; what a start does not need lies in chunks of its own. Written below `outdir` unless told. */
export async function bundle(
  outdir: string,
  write = true,
): Promise<{ path: string; contents: Uint8Array }[]> {
  const result = await build({
    entryPoints: { web: join(here, 'server/entrypoint.ts'), worker: join(here, 'server/worker/main.ts') },
    outdir,
    write,
    bundle: true,
    splitting: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    external: ['pg-native', 'pg-cloudflare', 'msgpackr-extract'],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'error',
  })
  return (result.outputFiles ?? []).map(({ path, contents }) => ({ path, contents }))
}
