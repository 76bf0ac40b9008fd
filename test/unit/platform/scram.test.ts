import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { matchesVerifier, scramVerifier } from '../../../src/platform/postgres/scram.ts'

// The exchange printed in RFC 7677, section 3.
const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')
const authMessage =
  'n=user,r=rOprNGfwEbeRWgbNEkqO,' +
  'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,' +
  'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0'
const clientProof = 'dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ='
const serverSignature = '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4='

describe('scramVerifier', () => {
  const verifier = scramVerifier('pencil', salt)
  const [, storedKey, serverKey] = /^SCRAM-SHA-256\$4096:W22ZaJ0SNY7soEsUEjb6gQ==\$([^:]+):(.+)$/.exec(
    verifier,
  )!

  it('holds the server key that signs the exchange of RFC 7677', () => {
    const signature = createHmac('sha256', Buffer.from(serverKey!, 'base64'))
      .update(authMessage)
      .digest('base64')
    expect(signature).toBe(serverSignature)
  })

  it('holds the stored key that accepts the proof of RFC 7677', () => {
    const signature = createHmac('sha256', Buffer.from(storedKey!, 'base64')).update(authMessage).digest()
    const clientKey = Buffer.from(clientProof, 'base64').map((byte, at) => byte ^ signature[at]!)
    expect(createHash('sha256').update(clientKey).digest('base64')).toBe(storedKey)
  })
})

describe('matchesVerifier', () => {
  const user = 'langfuse'
  it.each([
    ['SCRAM', scramVerifier('pencil', salt, 2048)],
    ['md5', `md5${createHash('md5').update(`pencil${user}`).digest('hex')}`],
  ])('knows the password behind a stored %s', (_, stored) => {
    expect(matchesVerifier(stored, { user, password: 'pencil' })).toBe(true)
    expect(matchesVerifier(stored, { user, password: 'crayon' })).toBe(false)
  })
  it('takes no password for none', () => expect(matchesVerifier(null, { user, password: '' })).toBe(false))
})
