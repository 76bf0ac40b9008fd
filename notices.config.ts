import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import type { Metafile } from 'esbuild'

interface Package {
  readonly name: string
  readonly version: string
  readonly license: string
  readonly folder: string
}

/** The licence texts of every package that ended up in the bundle, as their licences ask. */
export function thirdPartyNotices(metafile: Metafile): string {
  const folders = new Set(
    Object.keys(metafile.inputs)
      .map(packageFolder)
      .filter(folder => folder !== undefined),
  )
  const packages = [...folders].map(describe).sort((a, b) => a.name.localeCompare(b.name))
  const silent = packages.filter(one => one.license === 'unknown')
  if (silent.length > 0)
    throw new Error(`no licence is declared by ${silent.map(one => one.name).join(', ')}`)
  return [
    'thinkube-langfuse contains the following packages.',
    ...packages.map(
      one => `${'-'.repeat(72)}\n${one.name} ${one.version} (${one.license})\n\n${licenceText(one)}`,
    ),
  ].join('\n\n')
}

/** The folder under node_modules that a bundled file belongs to; nested copies are packages of their own. */
function packageFolder(input: string): string | undefined {
  const parts = input.split(/[\\/]/)
  const at = parts.lastIndexOf('node_modules')
  if (at < 0) return undefined
  return parts.slice(0, at + (parts[at + 1]?.startsWith('@') ? 3 : 2)).join(sep)
}

function describe(folder: string): Package {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string
    version: string
    license?: string | { type: string }
    licenses?: { type: string }[]
  }
  const license = manifest.license ?? manifest.licenses?.[0] ?? 'unknown'
  return {
    name: manifest.name,
    version: manifest.version,
    license: typeof license === 'string' ? license : license.type,
    folder,
  }
}

function licenceText({ folder, license, name }: Package): string {
  // A package of a monorepo may keep its licence one level up.
  for (const place of [folder, dirname(folder)]) {
    if (!existsSync(place) || place.endsWith('node_modules')) continue
    const file = readdirSync(place).find(entry => /^(licen[cs]e|copying)(\.|-|$)/i.test(entry))
    if (file) return readFileSync(join(place, file), 'utf8').trim()
  }
  return `${name} ships no licence file; its package.json declares ${license}.`
}
