import type { KubeObject } from '../../kubernetes/port.ts'
import { isObject } from './json.ts'

/** Label selectors in both notations and the few field selectors that the API server supports everywhere. */
export function matchesLabels(labels: Readonly<Record<string, string>> = {}, selector: string): boolean {
  return requirements(selector).every(one => {
    const set = /^(!?)([^\s=!]+)\s*(?:(in|notin)\s*\(([^)]*)\)|(==|=|!=)\s*(\S*))?$/.exec(one)
    if (!set) throw new Error(`not a label selector: ${selector}`)
    const [, not, key, word, list, operator, wanted] = set
    const value = labels[key!]
    if (word) {
      const among = value !== undefined && list!.split(',').some(item => item.trim() === value)
      return word === 'in' ? among : !among
    }
    if (operator) return operator === '!=' ? value !== wanted : value === wanted
    return not ? value === undefined : value !== undefined
  })
}

function requirements(selector: string): string[] {
  return selector
    .split(/,(?![^(]*\))/)
    .map(one => one.trim())
    .filter(one => one !== '')
}

export function matchesSelector(
  labels: Readonly<Record<string, string>> = {},
  selector: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value)
}

export function matchesFields(object: KubeObject, selector: string): boolean {
  return requirements(selector).every(one => {
    const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(one)
    if (!match) throw new Error(`not a field selector: ${selector}`)
    const [, path, operator, wanted] = match
    let value: unknown = object
    for (const name of path!.split('.')) value = isObject(value) ? value[name] : undefined
    return (operator === '!=') !== (String(value ?? '') === wanted)
  })
}
