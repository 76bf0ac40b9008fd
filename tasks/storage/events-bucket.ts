import { bucketTask } from './bucket.ts'

export const eventsBucket = bucketTask('events', 'storage/events-bucket')
