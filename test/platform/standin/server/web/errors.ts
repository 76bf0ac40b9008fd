import type { z } from 'zod'

/** An answer thrown from anywhere in a route. */
export class HttpError extends Error {
  readonly status: number
  readonly answer: { body?: object; text?: string }
  constructor(status: number, answer: { body?: object; text?: string }) {
    super(answer.text ?? JSON.stringify(answer.body))
    this.status = status
    this.answer = answer
  }
}

/** Logged by name and message, answered as `{message, error: <name>}`. */
export const namedError = (status: number, name: string, message: string): HttpError => {
  const error = new HttpError(status, { body: { message, error: name } })
  error.name = name
  error.message = message
  error.stack = `${name}: ${message}`
  return error
}
export const notFound = (message: string) => namedError(404, 'LangfuseNotFoundError', message)
export const methodNotAllowed = () => namedError(405, 'MethodNotAllowedError', 'Method not allowed')

export function valid<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new HttpError(400, { body: { message: 'Invalid request data', error: result.error.issues } })
}
