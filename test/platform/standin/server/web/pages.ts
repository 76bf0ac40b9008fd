import { version } from '../env.ts'
import type { Answer } from './answers.ts'

const hidden = { 'x-robots-tag': 'noindex' }
const known = [
  /^\/$/,
  /^\/auth\/(sign-in|sign-up|error)$/,
  /^\/setup$/,
  /^\/onboarding$/,
  /^\/project\/[^/]+(\/.*)?$/,
  /^\/organization\/[^/]+(\/.*)?$/,
  /^\/background-migrations$/,
]

const html = (title: string, text: string) =>
  `<!DOCTYPE html><html lang="en"><head><meta charSet="utf-8" data-next-head=""/><meta name="viewport" content="width=device-width" data-next-head=""/><title>${title}</title></head><body><div id="__next"><p>${text}</p></div></body></html>`

/** Pages are rendered in the browser: the HTML says nothing about the data, here as in the real server. */
export function pageFor(path: string): Answer {
  if (known.some(pattern => pattern.test(path)))
    return {
      status: 200,
      html: html('Langfuse', `Stand-in for Langfuse ${version}`),
      headers: path === '/' ? hidden : {},
    }
  return {
    status: 404,
    html: html('404: This page could not be found', 'This page could not be found.'),
    headers: hidden,
  }
}
