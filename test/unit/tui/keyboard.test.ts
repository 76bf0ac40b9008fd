import { PassThrough } from 'node:stream'
import { afterEach, expect, it } from 'vitest'
import { type Key, openKeyboard, PASTE_OFF, PASTE_ON } from '../../../src/tui/keyboard.ts'

const opened: { close(): void }[] = []
afterEach(() => {
  for (const one of opened.splice(0)) one.close()
})

function keyboard() {
  const stdin = Object.assign(new PassThrough(), { raw: [] as boolean[] })
  const stdout = new PassThrough()
  const keys: Key[] = []
  const waiting: { count: number; resolve(): void }[] = []
  const setRawMode = (on: boolean) => stdin.raw.push(on)
  const onKey = (key: Key) => {
    keys.push(key)
    for (const one of waiting) if (keys.length >= one.count) one.resolve()
  }
  const handle = openKeyboard({ stdin: Object.assign(stdin, { setRawMode }), stdout, onKey })
  opened.push(handle)
  const press = async (bytes: string, count: number): Promise<readonly Key[]> => {
    const start = keys.length
    const done = new Promise<void>(resolve => waiting.push({ count: start + count, resolve }))
    stdin.write(bytes)
    await done
    return keys.slice(start)
  }
  return { press, handle, stdin, stdout }
}

const names = (keys: readonly Key[]) => keys.map(key => key.name)

it('reads a burst of keys in order', async () => {
  const keys = await keyboard().press('\u001b[B\u001b[Bj\r', 4)
  expect(names(keys)).toEqual(['down', 'down', 'j', 'return'])
})

it('gives a paste as one key, whatever is in it', async () => {
  const [key] = await keyboard().press('\u001b[200~q\rlangfuse\n\u001b[201~', 1)
  expect(key).toMatchObject({ name: 'paste', text: 'q\rlangfuse\n' })
})

it('keeps a paste together that arrives in pieces', async () => {
  const { press, stdin } = keyboard()
  stdin.write('\u001b[200~lang')
  const [key] = await press('fuse\u001b[201~', 1)
  expect(key?.text).toBe('langfuse')
})

it('survives Ctrl+F1 to Ctrl+F4', async () => {
  const keys = await keyboard().press('\u001b[1;5P\u001b[1;5Q\u001b[1;5R\u001b[1;5S', 4)
  expect(names(keys)).toEqual(['f1', 'f2', 'f3', 'f4'])
  expect(keys.every(key => key.ctrl && key.text === '')).toBe(true)
})

it('knows a lone Escape, and does not call it meta', async () => {
  const [key] = await keyboard().press('\u001b', 1)
  expect(key).toMatchObject({ name: 'escape', meta: false })
})

it('calls both codes of the erase key backspace', async () => {
  expect(names(await keyboard().press('\u007f\u0008', 2))).toEqual(['backspace', 'backspace'])
})

it('gives text only for keys that write', async () => {
  const keys = await keyboard().press('é?\t\u0003', 4)
  expect(keys.map(key => key.text)).toEqual(['é', '?', '', ''])
})

it('asks for marked pastes and raw mode, and gives both back', async () => {
  const { handle, stdin, stdout } = keyboard()
  handle.close()
  expect(stdin.raw).toEqual([true, false])
  expect(String(stdout.read())).toBe(PASTE_ON + PASTE_OFF)
})
