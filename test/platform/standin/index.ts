import type { Part } from '../part.ts'
import { standinImages } from './image.ts'

/** Stand-ins for Langfuse's own images, in the platform's registry. They bring no objects: installing them is the product's work. */
export const part: Part = {
  name: 'standin',
  images: () => standinImages('registry.tk.test'),
  objects: () => [],
}
