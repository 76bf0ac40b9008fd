/** Container images without a container engine: Debian packages and folders in, OCI archives out. */
export { baseLayer, nodeLayer, unpackDebian } from './base.ts'
export { type Image, type ImageConfig, image } from './image.ts'
export { type DirectoryLayer, directoryLayer, type Layer } from './layer.ts'
export { epoch } from './tar.ts'
