import type { FileHandle } from 'node:fs/promises'

/** Where in a tar file a member's bytes lie. */
export type Member = { name: string; offset: number; size: number }

const block = 512

/** The regular files of an uncompressed tar. Their bytes stay on disk. */
export async function members(tar: FileHandle): Promise<Map<string, Member>> {
  const found = new Map<string, Member>()
  const header = Buffer.alloc(block)
  for (let at = 0; ; ) {
    const { bytesRead } = await tar.read(header, 0, block, at)
    if (bytesRead < block || header[0] === 0) return found
    const name = text(header, 0, 100)
    const size = Number.parseInt(text(header, 124, 12), 8)
    const type = header[156]
    // '0' or NUL is a file; 'x' and 'g' are extended headers, which repeat only times for our short names.
    if (type === 0x30 || type === 0) found.set(name, { name, offset: at + block, size })
    at += block + Math.ceil(size / block) * block
  }
}

export async function readMember(tar: FileHandle, member: Member): Promise<Buffer> {
  const bytes = Buffer.alloc(member.size)
  await tar.read(bytes, 0, member.size, member.offset)
  return bytes
}

function text(header: Buffer, start: number, length: number): string {
  const field = header.subarray(start, start + length)
  const end = field.indexOf(0)
  return field
    .subarray(0, end === -1 ? length : end)
    .toString()
    .trim()
}
