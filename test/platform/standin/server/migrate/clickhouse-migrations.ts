export type Migration = { version: number; name: string; statements: string[] }

const zstd = 'Nullable(String) CODEC(ZSTD(3))'
const stamps =
  '`created_at` DateTime64(3) DEFAULT now(), `updated_at` DateTime64(3) DEFAULT now(), `event_ts` DateTime64(3), `is_deleted` UInt8'
const labels = 'Map(LowCardinality(String), String)'
const replacing = 'ENGINE = ReplacingMergeTree(event_ts, is_deleted)'
const sync = 'SETTINGS mutations_sync = 2'

const traces = `CREATE TABLE traces (\`id\` String, \`timestamp\` DateTime64(3), \`name\` String, \`user_id\` Nullable(String), \`metadata\` ${labels}, \`release\` Nullable(String), \`version\` Nullable(String), \`project_id\` String, \`public\` Bool, \`bookmarked\` Bool, \`tags\` Array(String), \`input\` ${zstd}, \`output\` ${zstd}, \`session_id\` Nullable(String), ${stamps}, INDEX idx_id id TYPE bloom_filter(0.001) GRANULARITY 1) ${replacing} PARTITION BY toYYYYMM(timestamp) PRIMARY KEY (project_id, toDate(timestamp)) ORDER BY (project_id, toDate(timestamp), id)`
const observations = `CREATE TABLE observations (\`id\` String, \`trace_id\` String, \`project_id\` String, \`type\` LowCardinality(String), \`parent_observation_id\` Nullable(String), \`start_time\` DateTime64(3), \`end_time\` Nullable(DateTime64(3)), \`name\` String, \`metadata\` ${labels}, \`level\` LowCardinality(String), \`status_message\` Nullable(String), \`version\` Nullable(String), \`input\` ${zstd}, \`output\` ${zstd}, \`provided_model_name\` Nullable(String), \`internal_model_id\` Nullable(String), \`model_parameters\` Nullable(String), \`provided_usage_details\` Map(LowCardinality(String), UInt64), \`usage_details\` Map(LowCardinality(String), UInt64), \`provided_cost_details\` Map(LowCardinality(String), Decimal64(12)), \`cost_details\` Map(LowCardinality(String), Decimal64(12)), \`total_cost\` Nullable(Decimal64(12)), \`completion_start_time\` Nullable(DateTime64(3)), \`prompt_id\` Nullable(String), \`prompt_name\` Nullable(String), \`prompt_version\` Nullable(UInt16), ${stamps}, INDEX idx_id id TYPE bloom_filter() GRANULARITY 1, INDEX idx_trace_id trace_id TYPE bloom_filter() GRANULARITY 1, INDEX idx_project_id project_id TYPE bloom_filter() GRANULARITY 1) ${replacing} PARTITION BY toYYYYMM(start_time) PRIMARY KEY (project_id, \`type\`, toDate(start_time)) ORDER BY (project_id, \`type\`, toDate(start_time), id)`
const scores = `CREATE TABLE scores (\`id\` String, \`timestamp\` DateTime64(3), \`project_id\` String, \`trace_id\` String, \`observation_id\` Nullable(String), \`name\` String, \`value\` Float64, \`source\` String, \`comment\` Nullable(String), \`author_user_id\` Nullable(String), \`config_id\` Nullable(String), \`data_type\` String, \`string_value\` Nullable(String), \`queue_id\` Nullable(String), ${stamps}, INDEX idx_id id TYPE bloom_filter(0.001) GRANULARITY 1, INDEX idx_project_trace_observation (project_id, trace_id, observation_id) TYPE bloom_filter(0.001) GRANULARITY 1) ${replacing} PARTITION BY toYYYYMM(timestamp) PRIMARY KEY (project_id, toDate(timestamp), name) ORDER BY (project_id, toDate(timestamp), name, id)`
const fileLog = `CREATE TABLE blob_storage_file_log (\`id\` String, \`project_id\` String, \`entity_type\` String, \`entity_id\` String, \`event_id\` String, \`bucket_name\` String, \`bucket_path\` String, ${stamps}) ${replacing} ORDER BY (project_id, entity_type, entity_id, event_id)`
const runItems = (table: string) =>
  `CREATE TABLE ${table} (\`id\` String, \`project_id\` String, \`dataset_run_id\` String, \`dataset_item_id\` String, \`dataset_id\` String, \`trace_id\` String, \`observation_id\` Nullable(String), \`error\` Nullable(String), ${stamps}) ${replacing} ORDER BY (project_id, dataset_id, dataset_run_id, id)`

const index = (table: string, name: string, expression: string, more = '') => [
  `ALTER TABLE ${table} ADD INDEX IF NOT EXISTS ${name} ${expression} TYPE bloom_filter(0.001) GRANULARITY 1 ${more}`,
  `ALTER TABLE ${table} MATERIALIZE INDEX IF EXISTS ${name} ${more}`,
]
const environments = (table: string) =>
  `CREATE MATERIALIZED VIEW project_environments_${table}_mv TO project_environments AS SELECT project_id, groupUniqArray(environment) AS environments FROM ${table} WHERE environment != 'default' GROUP BY project_id`
const analytics = (table: string, time: string, count: string) =>
  `CREATE VIEW analytics_${table} AS SELECT project_id, toStartOfHour(${time}) AS hour, uniq(id) AS ${count} FROM ${table} WHERE toStartOfHour(${time}) <= toStartOfHour(subtractHours(now(), 1)) GROUP BY project_id, hour`
const amt = (name: string) => [
  `CREATE TABLE traces_${name}_amt (\`project_id\` String, \`id\` String, \`start_time\` SimpleAggregateFunction(min, DateTime64(3)), \`end_time\` SimpleAggregateFunction(max, Nullable(DateTime64(3)))) ENGINE = AggregatingMergeTree() ORDER BY (project_id, id)`,
  `CREATE MATERIALIZED VIEW traces_${name}_amt_mv TO traces_${name}_amt AS SELECT project_id, id, min(start_time) AS start_time, max(end_time) AS end_time FROM traces_null GROUP BY project_id, id`,
]

const list: [string, string[]][] = [
  ['traces', [traces]],
  ['observations', [observations]],
  ['scores', [scores]],
  ['drop_observations_index', ['ALTER TABLE observations DROP INDEX IF EXISTS idx_project_id']],
  ['add_session_id_index', index('traces', 'idx_session_id', 'session_id')],
  ['add_user_id_index', index('traces', 'idx_user_id', 'user_id')],
  [
    'add_event_log',
    [
      'CREATE TABLE event_log (`id` String, `project_id` String, `entity_type` String, `entity_id` String, `event_id` Nullable(String), `bucket_name` String, `bucket_path` String, `created_at` DateTime64(3) DEFAULT now(), `updated_at` DateTime64(3) DEFAULT now()) ENGINE = MergeTree() ORDER BY (project_id, entity_type, entity_id)',
    ],
  ],
  [
    'add_environments_column',
    ['traces', 'observations', 'scores'].map(
      t =>
        `ALTER TABLE ${t} ADD COLUMN environment LowCardinality(String) DEFAULT 'default' AFTER project_id`,
    ),
  ],
  [
    'add_project_environments',
    [
      'CREATE TABLE project_environments (`project_id` String, `environments` SimpleAggregateFunction(groupUniqArrayArray, Array(String))) ENGINE = AggregatingMergeTree ORDER BY (project_id)',
      ...['traces', 'observations', 'scores'].map(environments),
    ],
  ],
  ['add_metadata_column_on_scores', [`ALTER TABLE scores ADD COLUMN metadata ${labels} AFTER comment`]],
  ['add_blob_storage_file_log', [fileLog]],
  [
    'add_session_id_column_scores',
    [`ALTER TABLE scores ADD COLUMN session_id Nullable(String) AFTER trace_id ${sync}`],
  ],
  [
    'drop_scores_trace_id_index',
    [`ALTER TABLE scores DROP INDEX IF EXISTS idx_project_trace_observation ${sync}`],
  ],
  [
    'scores_modify_nullable_trace_id_column',
    [`ALTER TABLE scores MODIFY COLUMN trace_id Nullable(String) ${sync}`],
  ],
  [
    'add_scores_trace_index',
    index('scores', 'idx_project_trace_observation', '(project_id, trace_id, observation_id)', sync),
  ],
  ['add_scores_session_index', index('scores', 'idx_project_session', '(project_id, session_id)', sync)],
  [
    'add_run_id_column_scores',
    [`ALTER TABLE scores ADD COLUMN dataset_run_id Nullable(String) AFTER session_id ${sync}`],
  ],
  ['add_scores_run_index', index('scores', 'idx_project_dataset_run', '(project_id, dataset_run_id)', sync)],
  ['analytics_traces', [analytics('traces', 'timestamp', 'countTraces')]],
  ['analytics_observations', [analytics('observations', 'start_time', 'countObservations')]],
  ['analytics_scores', [analytics('scores', 'timestamp', 'countScores')]],
  ['dataset_run_items', [runItems('dataset_run_items')]],
  [
    'traces_aggregating_merge_trees',
    [
      'CREATE TABLE traces_null (`project_id` String, `id` String, `start_time` DateTime64(3), `end_time` Nullable(DateTime64(3))) ENGINE = Null()',
      ...amt('all'),
      ...amt('7d'),
      ...amt('30d'),
    ],
  ],
  ['dataset_run_items', [runItems('dataset_run_items_rmt')]],
  [
    'add_observations_metadata_indexes',
    [
      ...index('observations', 'idx_res_metadata_key', 'mapKeys(metadata)'),
      ...index('observations', 'idx_res_metadata_value', 'mapValues(metadata)'),
    ],
  ],
  ['add_trace_id_index', index('dataset_run_items_rmt', 'idx_trace_id', 'trace_id')],
]

const after3113: [string, string[]][] = [
  [
    'drop_project_environments_mvs',
    ['traces', 'observations', 'scores'].map(t => `DROP VIEW IF EXISTS project_environments_${t}_mv`),
  ],
  ['drop_traces_null_mvs', ['all', '7d', '30d'].map(t => `DROP VIEW IF EXISTS traces_${t}_amt_mv`)],
  [
    'drop_traces_null_and_amt_tables',
    ['traces_null', 'traces_all_amt', 'traces_7d_amt', 'traces_30d_amt'].map(
      t => `DROP TABLE IF EXISTS ${t}`,
    ),
  ],
  [
    'add_eval_execution_trace_id_to_scores',
    ['ALTER TABLE scores ADD COLUMN IF NOT EXISTS execution_trace_id Nullable(String)'],
  ],
  [
    'add_usage_pricing_tier_columns',
    ['id', 'name'].map(c => `ALTER TABLE observations ADD COLUMN usage_pricing_tier_${c} Nullable(String)`),
  ],
  [
    'add_dataset_version_to_dataset_run_items_rmt',
    [
      'ALTER TABLE dataset_run_items_rmt ADD COLUMN IF NOT EXISTS dataset_item_version Nullable(DateTime64(3))',
    ],
  ],
  [
    'add_tool_call_columns',
    ['ALTER TABLE observations ADD COLUMN IF NOT EXISTS tool_calls Array(String) DEFAULT []'],
  ],
  [
    'add_long_string_value_to_scores',
    ['ALTER TABLE scores ADD COLUMN IF NOT EXISTS long_string_value String CODEC(ZSTD(3))'],
  ],
]

/** Numbers and names are the server's, the statements a small form of what they do. */
export const clickhouseMigrations = (version: string): Migration[] =>
  [...list, ...(Number(version.split('.')[1]) >= 173 ? after3113 : [])].map(([name, statements], i) => ({
    version: i + 1,
    name,
    statements,
  }))
