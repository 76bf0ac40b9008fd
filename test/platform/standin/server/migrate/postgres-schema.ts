/** Tables of the server that this stand-in reads or writes, with the server's column names. */
const used: Record<string, string> = {
  organizations: `id text primary key, name text not null, created_at timestamptz not null default now(), updated_at timestamptz not null default now(), cloud_config jsonb, metadata jsonb`,
  projects: `id text primary key, created_at timestamptz not null default now(), name text not null, updated_at timestamptz not null default now(), deleted_at timestamptz, org_id text not null references organizations(id) on delete cascade, retention_days int, metadata jsonb`,
  users: `id text primary key, name text, email text unique, email_verified timestamptz, password text, image text, admin boolean not null default false, created_at timestamptz not null default now(), updated_at timestamptz not null default now(), feature_flags text[] not null default '{}'`,
  '"Account"': `id text primary key, user_id text not null references users(id) on delete cascade, type text not null, provider text not null, "providerAccountId" text not null, refresh_token text, access_token text, expires_at int, expires_in int, ext_expires_in int, token_type text, scope text, id_token text, session_state text, refresh_token_expires_in int, created_at int, unique (provider, "providerAccountId")`,
  '"Session"': `id text primary key, session_token text unique not null, user_id text not null references users(id) on delete cascade, expires timestamptz not null`,
  organization_memberships: `id text primary key, org_id text not null references organizations(id) on delete cascade, user_id text not null references users(id) on delete cascade, role text not null, created_at timestamptz not null default now(), updated_at timestamptz not null default now(), unique (org_id, user_id)`,
  project_memberships: `project_id text not null references projects(id) on delete cascade, user_id text not null references users(id) on delete cascade, created_at timestamptz not null default now(), updated_at timestamptz not null default now(), org_membership_id text not null references organization_memberships(id) on delete cascade, role text not null, primary key (project_id, user_id)`,
  api_keys: `id text primary key, created_at timestamptz not null default now(), note text, public_key text not null unique, hashed_secret_key text not null unique, display_secret_key text not null, last_used_at timestamptz, expires_at timestamptz, project_id text references projects(id) on delete cascade, fast_hashed_secret_key text unique, organization_id text references organizations(id) on delete cascade, scope text not null default 'PROJECT'`,
  background_migrations: `id text primary key, name text not null unique, script text not null, args jsonb not null, finished_at timestamptz, failed_at timestamptz, failed_reason text, worker_id text, locked_at timestamptz, state jsonb not null default '{}'`,
  cron_jobs: `name text primary key, last_run timestamptz, state text, job_started_at timestamptz`,
  llm_api_keys: `id text primary key, created_at timestamptz not null default now(), updated_at timestamptz not null default now(), provider text not null, display_secret_key text not null, secret_key text not null, project_id text not null references projects(id) on delete cascade, base_url text, adapter text not null, custom_models text[] not null default '{}', with_default_models boolean not null default true, config jsonb, extra_headers text, extra_header_keys text[] not null default '{}', unique (project_id, provider)`,
  models: `id text primary key, created_at timestamptz not null default now(), updated_at timestamptz not null default now(), project_id text references projects(id) on delete cascade, model_name text not null, match_pattern text not null, start_date timestamptz, input_price numeric, output_price numeric, total_price numeric, unit text, tokenizer_config jsonb, tokenizer_id text, unique (project_id, model_name, start_date, unit)`,
  prices: `id text primary key, created_at timestamptz not null default now(), updated_at timestamptz not null default now(), model_id text not null references models(id) on delete cascade, usage_type text not null, price numeric not null, project_id text references projects(id) on delete cascade, unique (model_id, usage_type)`,
  prompts: `id text primary key, created_at timestamptz not null default now(), updated_at timestamptz not null default now(), project_id text not null references projects(id) on delete cascade, created_by text not null, name text not null, version int not null, is_active boolean, config json not null default '{}', prompt jsonb not null, type text not null default 'text', tags text[] not null default '{}', labels text[] not null default '{}', commit_message text, unique (project_id, name, version)`,
  datasets: `id text not null, name text not null, project_id text not null references projects(id) on delete cascade, created_at timestamptz not null default now(), updated_at timestamptz not null default now(), description text, metadata jsonb, remote_experiment_payload jsonb, remote_experiment_url text, primary key (id, project_id), unique (project_id, name)`,
  dataset_items: `id text not null, input jsonb, expected_output jsonb, source_observation_id text, dataset_id text not null, created_at timestamptz not null default now(), updated_at timestamptz not null default now(), status text not null default 'ACTIVE', source_trace_id text, metadata jsonb, project_id text not null, primary key (id, project_id), foreign key (dataset_id, project_id) references datasets(id, project_id) on delete cascade`,
  media: `id text not null, sha_256_hash char(44) not null, project_id text not null references projects(id) on delete cascade, created_at timestamptz not null default now(), updated_at timestamptz not null default now(), uploaded_at timestamptz, upload_http_status int, upload_http_error text, bucket_path text not null, bucket_name text not null, content_type text not null, content_length bigint not null, unique (project_id, id), unique (project_id, sha_256_hash)`,
  trace_media: `id text primary key, project_id text not null references projects(id) on delete cascade, created_at timestamptz not null default now(), updated_at timestamptz not null default now(), media_id text not null, trace_id text not null, field text not null, unique (project_id, trace_id, media_id, field)`,
  observation_media: `id text primary key, project_id text not null references projects(id) on delete cascade, created_at timestamptz not null default now(), updated_at timestamptz not null default now(), media_id text not null, trace_id text not null, observation_id text not null, field text not null, unique (project_id, trace_id, observation_id, media_id, field)`,
  trace_sessions: `id text not null, project_id text not null references projects(id) on delete cascade, created_at timestamptz not null default now(), updated_at timestamptz not null default now(), bookmarked boolean not null default false, public boolean not null default false, environment text not null default 'default', primary key (id, project_id)`,
}

/** The other tables exist by name, so that a look at the database shows what the server's shows. */
const named =
  'actions annotation_queue_assignments annotation_queue_items annotation_queues audit_logs automation_executions automations batch_exports billing_meter_backups blob_storage_integrations comments dashboard_widgets dashboards dataset_run_items dataset_runs default_llm_models eval_templates job_configurations job_executions llm_schemas llm_tools membership_invitations observations pending_deletions posthog_integrations prompt_dependencies prompt_protected_labels score_configs scores slack_integrations sso_configs surveys table_view_presets traces triggers verification_tokens'.split(
    ' ',
  )

const backgroundMigrations = [
  [
    '32859a35-98f5-4a4a-b438-ebc579349e00',
    '20241024_1216_add_generations_cost_backfill',
    'addGenerationsCostBackfill',
  ],
  [
    '5960f22a-748f-480c-b2f3-bc4f9d5d84bc',
    '20241024_1730_migrate_traces_from_pg_to_ch',
    'migrateTracesFromPostgresToClickhouse',
  ],
  [
    '7526e7c9-0026-4595-af2c-369dfd9176ec',
    '20241024_1737_migrate_observations_from_pg_to_ch',
    'migrateObservationsFromPostgresToClickhouse',
  ],
  [
    '94e50334-50d3-4e49-ad2e-9f6d92c85ef7',
    '20241024_1738_migrate_scores_from_pg_to_ch',
    'migrateScoresFromPostgresToClickhouse',
  ],
  [
    'c19b91d9-f9a2-468b-8209-95578f970c5b',
    '20250417_1737_migrate_event_log_to_blob_storage',
    'migrateEventLogToBlobStorageRefTable',
  ],
  [
    '3445d24b-ae02-4be7-a8f0-2fd6c3a0b4a1',
    '20250711_1347_patch_llm_tool_schema_audit_logs',
    'patchLlmToolSchemaAuditLogs',
  ],
  [
    '8d47f91b-3e5c-4a26-9f85-c12d6e4b9a3d',
    '20250814_1001_migrate_dataset_run_items_rmt_pg_to_ch',
    'migrateDatasetRunItemsFromPostgresToClickhouseRmt',
  ],
]

const statements: string[] = [
  ...Object.entries(used).map(([table, columns]) => `create table ${table} (${columns})`),
  ...named.map(table => `create table ${table} (id text primary key)`),
  ...backgroundMigrations.map(
    ([id, name, script]) =>
      `insert into background_migrations (id, name, script, args) values ('${id}', '${name}', '${script}', '{}')`,
  ),
]

/** Spreads the statements over the migrations, so that one stopped half-way leaves half a schema. */
export function statementsOf(index: number, total: number): string[] {
  const at = (i: number) => Math.floor((i * Math.min(total, 338)) / statements.length)
  return statements.filter((_, i) => at(i) === index)
}
