import type { Duplex } from 'node:stream'
import tls from 'node:tls'
import type { PublicAnswer } from './port.ts'

export type Certificate = NonNullable<PublicAnswer['certificate']>

export interface SecureOptions {
  readonly host: string
  /** In addition to the public roots. */
  readonly caPem: string | undefined
}

/** TLS as a browser does it, over any stream: the server's name is sent and its certificate verified, always. */
export function secure(
  stream: Duplex,
  { host, caPem }: SecureOptions,
): Promise<{ readonly socket: tls.TLSSocket; readonly certificate: Certificate }> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      socket: stream,
      servername: host,
      ca: caPem === undefined ? undefined : [...tls.rootCertificates, caPem],
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: true,
    })
    socket.once('error', reject)
    // A stream that breaks before the handshake is over only closes the TLS socket.
    stream.once('error', reject)
    socket.once('close', () => reject(new Error('the connection was closed during the TLS handshake')))
    socket.once('secureConnect', () => {
      socket.off('error', reject)
      socket.on('error', () => socket.destroy())
      resolve({ socket, certificate: certificateOf(socket.getPeerCertificate()) })
    })
  })
}

function certificateOf({ subject, issuer, valid_to, subjectaltname }: tls.PeerCertificate): Certificate {
  const name = (of: Partial<tls.Certificate> | undefined) => String(of?.CN ?? of?.O ?? '')
  return {
    subject: name(subject),
    issuer: name(issuer),
    validTo: new Date(valid_to),
    names: (subjectaltname ?? '')
      .split(', ')
      .filter(entry => entry.startsWith('DNS:'))
      .map(entry => entry.slice('DNS:'.length)),
  }
}
