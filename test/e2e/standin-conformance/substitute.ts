import { createHash, randomBytes } from 'node:crypto'
import type { ConformanceTarget } from './target.ts'

export type Fresh = { text: string; media: Buffer }

const mapped = (make: (old: string) => string) => {
  const known = new Map<string, string>()
  return (old: string): string => {
    const value = known.get(old) ?? make(old)
    known.set(old, value)
    return value
  }
}

const recordedHash = 'YVyhXfTOvz7O8wG3lCZXEqv4ypUYOMR+6+xILc5xOqk='
const recordedMedia = 'YVyhXfTOvz7O8wG3lCZXEq'

/** The recording with ids of this run, times of now and content of its own, so that it can be played again and again. */
export function freshened(text: string, target: ConformanceTarget): Fresh {
  const media = randomBytes(37)
  const hash = createHash('sha256').update(media).digest('base64')
  const hex = mapped(old => randomBytes(old.length / 2).toString('hex'))
  const first = /"(?:timestamp|startTimeUnixNano|uploadedAt)": "(.*?)"/.exec(text)?.[1]
  const recordedAt =
    first === undefined
      ? Date.now()
      : /^\d+$/.test(first)
        ? Number(BigInt(first) / 1_000_000n)
        : Date.parse(first)
  const shift = Date.now() - recordedAt
  const shifted = text
    .replaceAll(recordedHash, hash)
    .replaceAll(recordedMedia, hash.replaceAll('+', '-').replaceAll('/', '_').slice(0, 22))
    .replace(/(?<![0-9a-f-])(?:[0-9a-f]{32}|[0-9a-f]{16})(?![0-9a-f-])/g, old =>
      /^\d+$/.test(old) ? old : hex(old),
    )
    .replace(/(?<=verify-prompt-)[0-9a-f]{8}/g, hex)
    .replace(/\b2026-11-24T[\d:.]+Z\b/g, old => new Date(Date.parse(old) + shift).toISOString())
    .replace(/\b179553\d{13}\b/g, old => String(BigInt(old) + BigInt(shift) * 1_000_000n))
    .replaceAll('<COOKIE:next-auth.callback-url>', encodeURIComponent('http://127.0.0.1:23000/'))
    .replaceAll('http://127.0.0.1:23000', target.publicUrl)
    .replaceAll(encodeURIComponent('http://127.0.0.1:23000'), encodeURIComponent(target.publicUrl))
    .replaceAll('/project/thinkube/', `/project/${target.project.id}/`)
    .replaceAll('otel/thinkube/', `otel/${target.project.id}/`)
    .replaceAll('langfuse-media/thinkube/', `langfuse-media/${target.project.id}/`)
    .replaceAll('"projectId": "thinkube"', `"projectId": ${JSON.stringify(target.project.id)}`)
    .replaceAll('<LANGFUSE_INIT_PROJECT_PUBLIC_KEY>', target.publicKey)
    .replaceAll('<ADMIN_API_KEY>', target.adminApiKey ?? '')
  return { text: withUser(shifted, target), media }
}

function withUser(text: string, target: ConformanceTarget): string {
  if (!target.user) return text
  return text
    .replaceAll('admin@tk.test', target.user.email)
    .replaceAll('"name": "admin"', `"name": ${JSON.stringify(target.user.name)}`)
    .replaceAll('"<LANGFUSE_INIT_USER_PASSWORD>"', JSON.stringify(target.user.password))
}

/** Ids and names of organisation and project, where a plain replacement would hit too much. */
export function expectedBody(recording: string, body: unknown, target: ConformanceTarget): unknown {
  const { project, organization } = target
  if (recording === '04-projects' && body && typeof body === 'object' && 'data' in body) {
    return { data: [{ id: project.id, name: project.name, metadata: {} }] }
  }
  if (recording === '03-auth' && body && typeof body === 'object' && 'keycloak' in body && !target.keycloak) {
    const { keycloak: _, ...others } = body
    return others
  }
  if (recording === '03-auth' && body && typeof body === 'object' && 'user' in body) {
    const user = (body as { user: { organizations: { projects: object[] }[] } }).user
    const organizations = user.organizations.map(o => ({
      ...o,
      ...organization,
      projects: o.projects.map(p => ({ ...p, ...project })),
    }))
    return { ...body, user: { ...user, organizations } }
  }
  return body
}
