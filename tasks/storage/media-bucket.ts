import { bucketTask } from './bucket.ts'

export const mediaBucket = bucketTask('media', 'storage/media-bucket')
