import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { EXIT_CODES } from '../../src/cli/exit-codes.ts'
import { documentSchema } from '../../src/output/document-schema.ts'

/** The parts of the documentation that are made from the code; tests compare them with what is checked in. */

export const SCHEMA_PATH = 'docs/schema-v1.json'

export const publishedSchema = (): string =>
  `${JSON.stringify({ title: 'thinkube-langfuse -o json', ...z.toJSONSchema(documentSchema, { io: 'input' }) }, null, 2)}\n`

export function exitCodeTable(): string {
  const rows = EXIT_CODES.map(({ code, means }) => `| ${code} | ${means} |`)
  return ['| Code | Means |', '|---|---|', ...rows].join('\n')
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(SCHEMA_PATH, publishedSchema())
  const readme = readFileSync('README.md', 'utf8')
  writeFileSync(
    'README.md',
    readme.replace(/\| Code \| Means \|\n(\|.*\n)*/, () => `${exitCodeTable()}\n`),
  )
}
