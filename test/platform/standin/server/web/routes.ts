import { authRoutes } from '../auth/routes.ts'
import type { Route } from './router.ts'
import { adminRoutes } from './routes/admin.ts'
import { datasetRoutes } from './routes/datasets.ts'
import { healthRoutes } from './routes/health.ts'
import { ingestionRoutes } from './routes/ingestion.ts'
import { llmRoutes } from './routes/llm-connections.ts'
import { mediaRoutes } from './routes/media.ts'
import { observationRoutes } from './routes/observations.ts'
import { otelRoutes } from './routes/otel.ts'
import { projectRoutes } from './routes/projects.ts'
import { promptRoutes } from './routes/prompts.ts'
import { scoreRoutes } from './routes/scores.ts'
import { traceRoutes } from './routes/traces.ts'
import { trpcRoutes } from './routes/trpc.ts'

/** Every route of the web, in the order in which they are tried. */
export const routes: Route[] = [
  ...healthRoutes,
  ...projectRoutes,
  ...ingestionRoutes,
  ...otelRoutes,
  ...traceRoutes,
  ...observationRoutes,
  ...scoreRoutes,
  ...promptRoutes,
  ...datasetRoutes,
  ...mediaRoutes,
  ...llmRoutes,
  ...adminRoutes,
  ...authRoutes,
  ...trpcRoutes,
]
