import { execa } from 'execa'

/** What the e2e tests run is what a user would get: built once, before the first of them. */
export async function setup(): Promise<void> {
  await execa('npm', ['run', '--silent', 'build'], { stdout: 'inherit', stderr: 'inherit' })
}
