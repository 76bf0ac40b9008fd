// The X.509 library's container of parts needs this first.
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

/** PEM, certificate and PKCS#8 key. */
export type Pair = { crt: string; key: string }
export type Authority = Pair & { certificate: x509.X509Certificate; keys: webcrypto.CryptoKeyPair }

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const lifetime = 3650 * 24 * 3600 * 1000

/** A certificate authority of its own, for ten years. */
export async function authority(commonName: string): Promise<Authority> {
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    keys,
    signingAlgorithm: algorithm,
    ...validity(),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign | x509.KeyUsageFlags.digitalSignature,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate, keys, crt: pem(certificate), key: await privatePem(keys) }
}

/** A certificate that `ca` signs: for a server when it has addresses or names, else for a client. */
export async function issue(
  ca: Authority,
  o: { commonName: string; organisation?: string; dns?: string[]; ips?: string[] },
): Promise<Pair> {
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair
  const names = [
    ...(o.dns ?? []).map(value => ({ type: 'dns' as const, value })),
    ...(o.ips ?? []).map(value => ({ type: 'ip' as const, value })),
  ]
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [...(o.organisation ? [{ O: [o.organisation] }] : []), { CN: [o.commonName] }],
    issuer: ca.certificate.subjectName,
    publicKey: keys.publicKey,
    signingKey: ca.keys.privateKey,
    signingAlgorithm: algorithm,
    ...validity(),
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([
        names.length > 0 ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth,
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(ca.certificate),
      ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
    ],
  })
  return { crt: pem(certificate), key: await privatePem(keys) }
}

function validity() {
  // An hour back: a clock that was corrected in between must not make them invalid.
  return { notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + lifetime) }
}

async function privatePem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  const bytes = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return `${x509.PemConverter.encode(bytes, 'PRIVATE KEY')}\n`
}

/** Ends in a new line, as every PEM file does: two of them can be put one behind the other. */
const pem = (certificate: x509.X509Certificate) => `${certificate.toString('pem')}\n`
