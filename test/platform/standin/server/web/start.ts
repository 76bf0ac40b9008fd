import { createServer, type Server } from 'node:http'
import { env, number } from '../env.ts'
import { log, print } from '../log.ts'
import { environmentFailure } from './environment.ts'
import { headlessInit } from './init.ts'
import { life } from './life.ts'
import { handle } from './router.ts'

const host = env.HOSTNAME ?? '0.0.0.0'
const port = number('PORT', 3000)

function listen(server: Server): Promise<void> {
  server.keepAliveTimeout = number('KEEP_ALIVE_TIMEOUT', 5000)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
}

/** A server whose start failed answers this to everything, health included, for as long as it lives. */
const brokenServer = () =>
  createServer((_, response) => {
    response.statusCode = 500
    response.end('Internal Server Error')
  })

const ready = (since: number) => print(` ✓ Ready in ${((performance.now() - since) / 1000).toFixed(1)}s`)

function signals(server: Server): void {
  const wait = number('STANDIN_SIGTERM_WAIT_MS', 110_000)
  let began = false
  const shutdown = (signal: string) => {
    print(`Signal:  ${signal}`)
    print(`SIGTERM / SIGINT received. Shutting down in ${Math.round(wait / 1000)} seconds.`)
    life.shuttingDown = true
    print('Set sigterm received to true')
    if (began) return
    began = true
    setTimeout(() => {
      server.close()
      log.info('Redis status ready')
      log.info('Prisma connection has been closed.')
      log.info('Shutdown complete')
      process.exit(0)
    }, wait)
  }
  process.on('SIGTERM', () => shutdown('SIGTERM'))
  process.on('SIGINT', () => shutdown('SIGINT'))
}

/** As measured: an unhandled rejection ends the web with exit code 0, a few seconds later. */
function fatal(reason: unknown, wait: number): void {
  print(
    ` ⨯ unhandledRejection:  ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`,
  )
  print('Signal:  unhandledRejection')
  setTimeout(() => process.exit(0), wait)
}

export async function startWeb(): Promise<void> {
  const began = performance.now()
  print(
    `   ▲ Next.js 15.5.2\n   - Local:        http://${host}:${port}\n   - Network:      http://${host}:${port}\n\n ✓ Starting...`,
  )
  print('Running init scripts...')
  const failure = environmentFailure()
  if (failure) {
    process.on('SIGTERM', () => process.exit(143))
    await listen(brokenServer())
    ready(began)
    print(`Failed to prepare server ${failure}\n${failure}\n ⨯ unhandledRejection:  ${failure}`)
    return
  }
  process.on('unhandledRejection', reason => fatal(reason, 500))
  try {
    await headlessInit()
  } catch (error) {
    const broken = error instanceof Error ? error : new Error(String(error))
    if (broken.name.startsWith('Prisma')) log.error('prisma:error', broken)
    broken.message = `An error occurred while loading instrumentation hook: ${broken.message}`
    broken.stack = `${broken.name === 'Error' ? 'Error' : `Error [${broken.name}]`}: ${broken.message}`
    await listen(brokenServer())
    ready(began)
    print(`Failed to prepare server ${broken.stack}`)
    fatal(broken, 5000)
    return
  }
  const server = createServer((request, response) => void handle(request, response))
  signals(server)
  await listen(server)
  ready(began)
  // Loaded after the start, so that the first event need not wait for it.
  setTimeout(() => void import('../stores/s3-sdk.ts'), 1000).unref()
}
