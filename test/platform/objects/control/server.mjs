// What the installer meets of thinkube-control's backend: health, and "look at the services now" by API token.
// GET /recorded lists the calls, for tests.
import { createServer } from 'node:http'

const token = process.env.API_TOKEN
const recorded = []

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://backend')
  const answer = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (pathname !== '/health' && pathname !== '/recorded')
      recorded.push({ at: new Date().toISOString(), method: request.method, path: pathname, status })
  }
  request.resume().on('end', () => {
    if (request.method === 'GET' && pathname === '/health') return answer(200, { status: 'healthy' })
    if (request.method === 'GET' && pathname === '/recorded') return answer(200, recorded)
    if (pathname !== '/api/v1/services/sync') return answer(404, { detail: 'Not Found' })
    if (request.method !== 'POST') return answer(405, { detail: 'Method Not Allowed' })
    const authorization = request.headers.authorization ?? ''
    if (authorization === '') return answer(401, { detail: 'Not authenticated' })
    if (authorization !== `Bearer ${token}`) return answer(401, { detail: 'Invalid API token' })
    return answer(200, { message: 'Service discovery completed' })
  })
})
server.listen(8000, '0.0.0.0')
process.on('SIGTERM', () => process.exit(0))
