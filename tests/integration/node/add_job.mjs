// Adds one job and prints what a client hears of it, one JSON object a line:
//   node add_job.mjs REDIS_URL QUEUE NAME DATA OPTIONS
import { Queue, QueueEvents } from 'bullmq'
import IORedis from 'ioredis'

const [url, queueName, name, data, options] = process.argv.slice(2)
const { hostname: host, port } = new URL(url)
const connection = { host, port: Number(port) }
const say = (message) => console.log(JSON.stringify(message))

const subscriber = new IORedis(connection)
await subscriber.subscribe(`${queueName}:progress`)
subscriber.on('message', (_channel, text) => say({ published: JSON.parse(text) }))

const events = new QueueEvents(queueName, { connection })
await events.waitUntilReady()
events.on('progress', ({ jobId, data }) => say({ progress: data, jobId }))

const queue = new Queue(queueName, { connection })
const job = await queue.add(name, JSON.parse(data), JSON.parse(options))
say({ added: job.id })
try {
  say({ completed: await job.waitUntilFinished(events, 60_000) })
} catch (error) {
  say({ failed: error.message })
}
say({ logs: (await queue.getJobLogs(job.id)).logs, attemptsMade: (await queue.getJob(job.id)).attemptsMade })
await Promise.all([events.close(), queue.close(), subscriber.quit()])
