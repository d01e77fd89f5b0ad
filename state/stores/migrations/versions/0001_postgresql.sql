CREATE TABLE accounts (
	tenant VARCHAR COLLATE "C" NOT NULL,
	account VARCHAR COLLATE "C" NOT NULL,
	name VARCHAR COLLATE "C" NOT NULL,
	aliases TEXT NOT NULL,
	domain VARCHAR COLLATE "C",
	owner VARCHAR COLLATE "C",
	city VARCHAR COLLATE "C",
	region VARCHAR COLLATE "C",
	segment VARCHAR COLLATE "C",
	status VARCHAR COLLATE "C" NOT NULL,
	version INTEGER NOT NULL,
	digest VARCHAR COLLATE "C" NOT NULL,
	CONSTRAINT accounts_key PRIMARY KEY (tenant, account)
)

-- next

CREATE TABLE actions (
	tenant VARCHAR COLLATE "C" NOT NULL,
	action VARCHAR COLLATE "C" NOT NULL,
	account VARCHAR COLLATE "C" NOT NULL,
	proposal VARCHAR COLLATE "C" NOT NULL,
	run VARCHAR COLLATE "C" NOT NULL,
	action_type VARCHAR COLLATE "C" NOT NULL,
	owner VARCHAR COLLATE "C" NOT NULL,
	assignee VARCHAR COLLATE "C",
	dedup_key VARCHAR COLLATE "C" NOT NULL,
	origin_trusted INTEGER NOT NULL,
	origin VARCHAR COLLATE "C" NOT NULL,
	thread VARCHAR COLLATE "C",
	interrupt VARCHAR COLLATE "C",
	created_at VARCHAR COLLATE "C" NOT NULL,
	expires_at VARCHAR COLLATE "C" NOT NULL,
	fixed TEXT NOT NULL,
	status VARCHAR COLLATE "C" NOT NULL,
	version INTEGER NOT NULL,
	attempt INTEGER NOT NULL,
	auto_at VARCHAR COLLATE "C",
	release_at VARCHAR COLLATE "C",
	not_before VARCHAR COLLATE "C",
	snoozed_until VARCHAR COLLATE "C",
	moving TEXT NOT NULL,
	CONSTRAINT actions_key PRIMARY KEY (tenant, action)
)

-- next

CREATE TABLE addresses (
	tenant VARCHAR COLLATE "C" NOT NULL,
	account VARCHAR COLLATE "C" NOT NULL,
	contact VARCHAR COLLATE "C" NOT NULL,
	address VARCHAR COLLATE "C",
	is_verified INTEGER NOT NULL,
	since VARCHAR COLLATE "C" NOT NULL,
	CONSTRAINT addresses_key PRIMARY KEY (tenant, account, contact)
)

-- next

CREATE TABLE alerts (
	tenant VARCHAR COLLATE "C" NOT NULL,
	alert VARCHAR COLLATE "C" NOT NULL,
	person VARCHAR COLLATE "C" NOT NULL,
	matter VARCHAR COLLATE "C" NOT NULL,
	at VARCHAR COLLATE "C" NOT NULL,
	action VARCHAR COLLATE "C",
	seen_at VARCHAR COLLATE "C",
	body TEXT NOT NULL,
	CONSTRAINT alerts_key PRIMARY KEY (tenant, alert)
)

-- next

CREATE TABLE artifacts (
	tenant VARCHAR COLLATE "C" NOT NULL,
	artifact VARCHAR COLLATE "C" NOT NULL,
	run VARCHAR COLLATE "C" NOT NULL,
	kind VARCHAR COLLATE "C" NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT artifacts_key PRIMARY KEY (tenant, artifact)
)

-- next

CREATE TABLE attempts (
	tenant VARCHAR COLLATE "C" NOT NULL,
	action VARCHAR COLLATE "C" NOT NULL,
	n INTEGER NOT NULL,
	worker VARCHAR COLLATE "C" NOT NULL,
	fence INTEGER NOT NULL,
	wall VARCHAR COLLATE "C" NOT NULL,
	CONSTRAINT attempts_key PRIMARY KEY (tenant, action, n)
)

-- next

CREATE TABLE candidates (
	tenant VARCHAR COLLATE "C" NOT NULL,
	run VARCHAR COLLATE "C" NOT NULL,
	proposal VARCHAR COLLATE "C" NOT NULL,
	rank INTEGER NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT candidates_key PRIMARY KEY (tenant, run, proposal)
)

-- next

CREATE TABLE credentials (
	tenant VARCHAR COLLATE "C" NOT NULL,
	credential VARCHAR COLLATE "C" NOT NULL,
	kind VARCHAR COLLATE "C" NOT NULL,
	hash VARCHAR COLLATE "C" NOT NULL,
	expires_at VARCHAR COLLATE "C",
	ended_at VARCHAR COLLATE "C",
	body TEXT NOT NULL,
	CONSTRAINT credentials_key PRIMARY KEY (tenant, credential)
)

-- next

CREATE TABLE crm_records (
	tenant VARCHAR COLLATE "C" NOT NULL,
	record VARCHAR COLLATE "C" NOT NULL,
	kind VARCHAR COLLATE "C" NOT NULL,
	account VARCHAR COLLATE "C" NOT NULL,
	action VARCHAR COLLATE "C" NOT NULL,
	recipient VARCHAR COLLATE "C",
	at VARCHAR COLLATE "C" NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT crm_records_key PRIMARY KEY (tenant, record)
)

-- next

CREATE TABLE cycles (
	tenant VARCHAR COLLATE "C" NOT NULL,
	account VARCHAR COLLATE "C" NOT NULL,
	deal VARCHAR COLLATE "C" NOT NULL,
	opened_on VARCHAR COLLATE "C",
	closed_on VARCHAR COLLATE "C",
	CONSTRAINT cycles_key PRIMARY KEY (tenant, account, deal)
)

-- next

CREATE TABLE day_counts (
	tenant VARCHAR COLLATE "C" NOT NULL,
	meter VARCHAR COLLATE "C" NOT NULL,
	subject VARCHAR COLLATE "C" NOT NULL,
	day VARCHAR COLLATE "C" NOT NULL,
	used BIGINT NOT NULL,
	refused_at BIGINT,
	CONSTRAINT day_counts_key PRIMARY KEY (tenant, meter, subject, day)
)

-- next

CREATE TABLE decided (
	tenant VARCHAR COLLATE "C" NOT NULL,
	action VARCHAR COLLATE "C" NOT NULL,
	at VARCHAR COLLATE "C" NOT NULL,
	body TEXT NOT NULL,
	brought TEXT,
	CONSTRAINT decided_key PRIMARY KEY (tenant, action)
)

-- next

CREATE TABLE deltas (
	tenant VARCHAR COLLATE "C" NOT NULL,
	account VARCHAR COLLATE "C" NOT NULL,
	version INTEGER NOT NULL,
	event VARCHAR COLLATE "C" NOT NULL,
	digest VARCHAR COLLATE "C" NOT NULL,
	body BYTEA NOT NULL,
	CONSTRAINT deltas_key PRIMARY KEY (tenant, account, version)
)

-- next

CREATE TABLE displays (
	tenant VARCHAR COLLATE "C" NOT NULL,
	person VARCHAR COLLATE "C" NOT NULL,
	action VARCHAR COLLATE "C" NOT NULL,
	shown VARCHAR COLLATE "C" NOT NULL,
	channel VARCHAR COLLATE "C" NOT NULL,
	at VARCHAR COLLATE "C" NOT NULL,
	CONSTRAINT displays_key PRIMARY KEY (tenant, person, action, shown, channel)
)

-- next

CREATE TABLE effect_keys (
	tenant VARCHAR COLLATE "C" NOT NULL,
	effect_key VARCHAR COLLATE "C" NOT NULL,
	action VARCHAR COLLATE "C" NOT NULL,
	CONSTRAINT effect_keys_key PRIMARY KEY (tenant, effect_key)
)

-- next

CREATE TABLE events (
	tenant VARCHAR COLLATE "C" NOT NULL,
	event VARCHAR COLLATE "C" NOT NULL,
	copy INTEGER NOT NULL,
	account VARCHAR COLLATE "C",
	type VARCHAR COLLATE "C" NOT NULL,
	source VARCHAR COLLATE "C" NOT NULL,
	visible_at VARCHAR COLLATE "C" NOT NULL,
	hash VARCHAR COLLATE "C" NOT NULL,
	state VARCHAR COLLATE "C" NOT NULL,
	batch VARCHAR COLLATE "C" NOT NULL,
	place INTEGER NOT NULL,
	salt BYTEA,
	body TEXT NOT NULL,
	CONSTRAINT events_key PRIMARY KEY (tenant, event, copy)
)

-- next

CREATE TABLE feed_silences (
	tenant VARCHAR COLLATE "C" NOT NULL,
	account VARCHAR COLLATE "C" NOT NULL,
	feed VARCHAR COLLATE "C" NOT NULL,
	since VARCHAR COLLATE "C",
	CONSTRAINT feed_silences_key PRIMARY KEY (tenant, account, feed)
)

-- next

CREATE TABLE files (
	tenant VARCHAR COLLATE "C" NOT NULL,
	kind VARCHAR COLLATE "C" NOT NULL,
	version VARCHAR COLLATE "C" NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT files_key PRIMARY KEY (tenant, kind, version)
)

-- next

CREATE TABLE instances (
	tenant VARCHAR COLLATE "C" NOT NULL,
	instance VARCHAR COLLATE "C" NOT NULL,
	CONSTRAINT instances_key PRIMARY KEY (tenant)
)

-- next

CREATE TABLE leases (
	tenant VARCHAR COLLATE "C" NOT NULL,
	account VARCHAR COLLATE "C" NOT NULL,
	owner VARCHAR COLLATE "C" NOT NULL,
	until VARCHAR COLLATE "C" NOT NULL,
	fence INTEGER NOT NULL,
	CONSTRAINT leases_key PRIMARY KEY (tenant, account)
)

-- next

CREATE TABLE ledger (
	tenant VARCHAR COLLATE "C" NOT NULL,
	seq INTEGER NOT NULL,
	previous VARCHAR COLLATE "C" NOT NULL,
	at VARCHAR COLLATE "C" NOT NULL,
	wall VARCHAR COLLATE "C" NOT NULL,
	clock VARCHAR COLLATE "C" NOT NULL,
	kind VARCHAR COLLATE "C" NOT NULL,
	"user" VARCHAR COLLATE "C" NOT NULL,
	method VARCHAR COLLATE "C" NOT NULL,
	channel VARCHAR COLLATE "C" NOT NULL,
	action VARCHAR COLLATE "C" NOT NULL,
	attempt INTEGER NOT NULL,
	payload_hash VARCHAR COLLATE "C" NOT NULL,
	trace VARCHAR COLLATE "C" NOT NULL,
	hash VARCHAR COLLATE "C" NOT NULL,
	salt VARCHAR COLLATE "C",
	payload TEXT,
	CONSTRAINT ledger_key PRIMARY KEY (tenant, seq)
)

-- next

CREATE TABLE levels (
	tenant VARCHAR COLLATE "C" NOT NULL,
	agent VARCHAR COLLATE "C" NOT NULL,
	action_class INTEGER NOT NULL,
	level VARCHAR COLLATE "C" NOT NULL,
	since VARCHAR COLLATE "C" NOT NULL,
	by VARCHAR COLLATE "C" NOT NULL,
	CONSTRAINT levels_key PRIMARY KEY (tenant, agent, action_class)
)

-- next

CREATE TABLE merges (
	tenant VARCHAR COLLATE "C" NOT NULL,
	account VARCHAR COLLATE "C" NOT NULL,
	survivor VARCHAR COLLATE "C" NOT NULL,
	event VARCHAR COLLATE "C" NOT NULL,
	is_undone INTEGER NOT NULL,
	CONSTRAINT merges_key PRIMARY KEY (tenant, account)
)

-- next

CREATE TABLE opt_ins (
	tenant VARCHAR COLLATE "C" NOT NULL,
	owner VARCHAR COLLATE "C" NOT NULL,
	action_type VARCHAR COLLATE "C" NOT NULL,
	since VARCHAR COLLATE "C" NOT NULL,
	until VARCHAR COLLATE "C",
	CONSTRAINT opt_ins_key PRIMARY KEY (tenant, owner, action_type)
)

-- next

CREATE TABLE passage_counts (
	tenant VARCHAR COLLATE "C" NOT NULL,
	scope VARCHAR COLLATE "C" NOT NULL,
	passages INTEGER NOT NULL,
	words INTEGER NOT NULL,
	deletions INTEGER NOT NULL,
	CONSTRAINT passage_counts_key PRIMARY KEY (tenant, scope)
)

-- next

CREATE TABLE passage_vectors (
	number SERIAL NOT NULL,
	tenant VARCHAR COLLATE "C" NOT NULL,
	embedder VARCHAR COLLATE "C" NOT NULL,
	account VARCHAR COLLATE "C",
	passage VARCHAR COLLATE "C" NOT NULL,
	vector BYTEA NOT NULL,
	CONSTRAINT passage_vectors_key PRIMARY KEY (number),
	CONSTRAINT passage_vectors_once_by_tenant_embedder_passage UNIQUE (tenant, embedder, passage)
)

-- next

CREATE TABLE passages (
	seq SERIAL NOT NULL,
	tenant VARCHAR COLLATE "C" NOT NULL,
	passage VARCHAR COLLATE "C" NOT NULL,
	account VARCHAR COLLATE "C",
	scope VARCHAR COLLATE "C" NOT NULL,
	scopes VARCHAR COLLATE "C" NOT NULL,
	record VARCHAR COLLATE "C" NOT NULL,
	importance INTEGER NOT NULL,
	keep_until VARCHAR COLLATE "C",
	terms BYTEA NOT NULL,
	words TEXT NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT passages_key PRIMARY KEY (seq),
	CONSTRAINT passages_once_by_tenant_passage UNIQUE (tenant, passage)
)

-- next

CREATE TABLE pauses (
	tenant VARCHAR COLLATE "C" NOT NULL,
	agent VARCHAR COLLATE "C" NOT NULL,
	action_type VARCHAR COLLATE "C" NOT NULL,
	since VARCHAR COLLATE "C" NOT NULL,
	reason VARCHAR COLLATE "C" NOT NULL,
	CONSTRAINT pauses_key PRIMARY KEY (tenant, agent, action_type)
)

-- next

CREATE TABLE plan_actions (
	tenant VARCHAR COLLATE "C" NOT NULL,
	plan VARCHAR COLLATE "C" NOT NULL,
	action VARCHAR COLLATE "C" NOT NULL,
	CONSTRAINT plan_actions_key PRIMARY KEY (tenant, plan, action)
)

-- next

CREATE TABLE plan_moves (
	tenant VARCHAR COLLATE "C" NOT NULL,
	plan VARCHAR COLLATE "C" NOT NULL,
	n INTEGER NOT NULL,
	event VARCHAR COLLATE "C" NOT NULL,
	from_status VARCHAR COLLATE "C" NOT NULL,
	to_status VARCHAR COLLATE "C" NOT NULL,
	step VARCHAR COLLATE "C" NOT NULL,
	reason VARCHAR COLLATE "C" NOT NULL,
	by VARCHAR COLLATE "C" NOT NULL,
	at VARCHAR COLLATE "C" NOT NULL,
	entry INTEGER NOT NULL,
	next_at VARCHAR COLLATE "C",
	body TEXT NOT NULL,
	CONSTRAINT plan_moves_key PRIMARY KEY (tenant, plan, n)
)

-- next

CREATE TABLE plans (
	tenant VARCHAR COLLATE "C" NOT NULL,
	plan VARCHAR COLLATE "C" NOT NULL,
	account VARCHAR COLLATE "C" NOT NULL,
	plan_type VARCHAR COLLATE "C" NOT NULL,
	created_at VARCHAR COLLATE "C" NOT NULL,
	status VARCHAR COLLATE "C" NOT NULL,
	version INTEGER NOT NULL,
	next_at VARCHAR COLLATE "C",
	body TEXT NOT NULL,
	CONSTRAINT plans_key PRIMARY KEY (tenant, plan)
)

-- next

CREATE TABLE plans_heard (
	tenant VARCHAR COLLATE "C" NOT NULL,
	plan VARCHAR COLLATE "C" NOT NULL,
	event VARCHAR COLLATE "C" NOT NULL,
	CONSTRAINT plans_heard_key PRIMARY KEY (tenant, plan)
)

-- next

CREATE TABLE policies (
	tenant VARCHAR COLLATE "C" NOT NULL,
	version VARCHAR COLLATE "C" NOT NULL,
	asked_at VARCHAR COLLATE "C" NOT NULL,
	asked_by VARCHAR COLLATE "C" NOT NULL,
	activated_at VARCHAR COLLATE "C",
	effective_at VARCHAR COLLATE "C",
	"over" VARCHAR COLLATE "C" NOT NULL,
	note VARCHAR COLLATE "C" NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT policies_key PRIMARY KEY (tenant, version)
)

-- next

CREATE TABLE preferences (
	tenant VARCHAR COLLATE "C" NOT NULL,
	version INTEGER NOT NULL,
	at VARCHAR COLLATE "C" NOT NULL,
	by VARCHAR COLLATE "C" NOT NULL,
	cause VARCHAR COLLATE "C" NOT NULL,
	hash VARCHAR COLLATE "C" NOT NULL,
	document TEXT NOT NULL,
	CONSTRAINT preferences_key PRIMARY KEY (tenant, version)
)

-- next

CREATE TABLE preferences_in_force (
	tenant VARCHAR COLLATE "C" NOT NULL,
	version INTEGER NOT NULL,
	is_pinned INTEGER NOT NULL,
	CONSTRAINT preferences_in_force_key PRIMARY KEY (tenant)
)

-- next

CREATE TABLE replies (
	tenant VARCHAR COLLATE "C" NOT NULL,
	key VARCHAR COLLATE "C" NOT NULL,
	request VARCHAR COLLATE "C" NOT NULL,
	status INTEGER NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT replies_key PRIMARY KEY (tenant, key)
)

-- next

CREATE TABLE reservations (
	tenant VARCHAR COLLATE "C" NOT NULL,
	call VARCHAR COLLATE "C" NOT NULL,
	meter VARCHAR COLLATE "C" NOT NULL,
	subject VARCHAR COLLATE "C" NOT NULL,
	day VARCHAR COLLATE "C" NOT NULL,
	amount BIGINT NOT NULL,
	until VARCHAR COLLATE "C" NOT NULL,
	CONSTRAINT reservations_key PRIMARY KEY (tenant, call, meter, subject, day)
)

-- next

CREATE TABLE runs (
	tenant VARCHAR COLLATE "C" NOT NULL,
	run VARCHAR COLLATE "C" NOT NULL,
	account VARCHAR COLLATE "C" NOT NULL,
	thread VARCHAR COLLATE "C" NOT NULL,
	number INTEGER NOT NULL,
	intent VARCHAR COLLATE "C" NOT NULL,
	status VARCHAR COLLATE "C" NOT NULL,
	report VARCHAR COLLATE "C",
	body TEXT NOT NULL,
	CONSTRAINT runs_key PRIMARY KEY (tenant, run)
)

-- next

CREATE TABLE signals (
	tenant VARCHAR COLLATE "C" NOT NULL,
	run VARCHAR COLLATE "C" NOT NULL,
	signal VARCHAR COLLATE "C" NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT signals_key PRIMARY KEY (tenant, run, signal)
)

-- next

CREATE TABLE snapshots (
	tenant VARCHAR COLLATE "C" NOT NULL,
	account VARCHAR COLLATE "C" NOT NULL,
	version INTEGER NOT NULL,
	digest VARCHAR COLLATE "C" NOT NULL,
	body BYTEA NOT NULL,
	CONSTRAINT snapshots_key PRIMARY KEY (tenant, account, version)
)

-- next

CREATE TABLE sources (
	tenant VARCHAR COLLATE "C" NOT NULL,
	source VARCHAR COLLATE "C" NOT NULL,
	synced_at VARCHAR COLLATE "C" NOT NULL,
	connected INTEGER NOT NULL,
	CONSTRAINT sources_key PRIMARY KEY (tenant, source)
)

-- next

CREATE TABLE standings (
	tenant VARCHAR COLLATE "C" NOT NULL,
	folded INTEGER NOT NULL,
	CONSTRAINT standings_key PRIMARY KEY (tenant)
)

-- next

CREATE TABLE stops (
	tenant VARCHAR COLLATE "C" NOT NULL,
	is_on INTEGER NOT NULL,
	epoch INTEGER NOT NULL,
	key VARCHAR COLLATE "C" NOT NULL,
	CONSTRAINT stops_key PRIMARY KEY (tenant)
)

-- next

CREATE TABLE suppressions (
	tenant VARCHAR COLLATE "C" NOT NULL,
	seal VARCHAR COLLATE "C" NOT NULL,
	CONSTRAINT suppressions_key PRIMARY KEY (tenant, seal)
)

-- next

CREATE TABLE tallies (
	tenant VARCHAR COLLATE "C" NOT NULL,
	agent VARCHAR COLLATE "C" NOT NULL,
	action_type VARCHAR COLLATE "C" NOT NULL,
	day VARCHAR COLLATE "C" NOT NULL,
	agreed INTEGER NOT NULL,
	decided INTEGER NOT NULL,
	CONSTRAINT tallies_key PRIMARY KEY (tenant, agent, action_type, day)
)

-- next

CREATE TABLE tenants (
	tenant VARCHAR COLLATE "C" NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT tenants_key PRIMARY KEY (tenant)
)

-- next

CREATE TABLE tool_runs (
	tenant VARCHAR COLLATE "C" NOT NULL,
	tool_run VARCHAR COLLATE "C" NOT NULL,
	run VARCHAR COLLATE "C",
	body TEXT NOT NULL,
	CONSTRAINT tool_runs_key PRIMARY KEY (tenant, tool_run)
)

-- next

CREATE TABLE transitions (
	tenant VARCHAR COLLATE "C" NOT NULL,
	action VARCHAR COLLATE "C" NOT NULL,
	n INTEGER NOT NULL,
	key VARCHAR COLLATE "C" NOT NULL,
	event VARCHAR COLLATE "C" NOT NULL,
	outcome VARCHAR COLLATE "C" NOT NULL,
	from_status VARCHAR COLLATE "C" NOT NULL,
	to_status VARCHAR COLLATE "C" NOT NULL,
	at VARCHAR COLLATE "C" NOT NULL,
	wall VARCHAR COLLATE "C" NOT NULL,
	by VARCHAR COLLATE "C" NOT NULL,
	code VARCHAR COLLATE "C" NOT NULL,
	said VARCHAR COLLATE "C" NOT NULL,
	entry INTEGER NOT NULL,
	worker VARCHAR COLLATE "C",
	fence INTEGER,
	effect_key VARCHAR COLLATE "C",
	attempt INTEGER NOT NULL,
	auto_at VARCHAR COLLATE "C",
	release_at VARCHAR COLLATE "C",
	not_before VARCHAR COLLATE "C",
	snoozed_until VARCHAR COLLATE "C",
	moving TEXT NOT NULL,
	after_ms INTEGER,
	CONSTRAINT transitions_key PRIMARY KEY (tenant, action, n)
)

-- next

CREATE TABLE turns (
	tenant VARCHAR COLLATE "C" NOT NULL,
	person VARCHAR COLLATE "C" NOT NULL,
	item VARCHAR COLLATE "C" NOT NULL,
	unit VARCHAR COLLATE "C" NOT NULL,
	day VARCHAR COLLATE "C" NOT NULL,
	CONSTRAINT turns_key PRIMARY KEY (tenant, person, item)
)

-- next

CREATE TABLE users (
	tenant VARCHAR COLLATE "C" NOT NULL,
	"user" VARCHAR COLLATE "C" NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT users_key PRIMARY KEY (tenant, "user")
)

-- next

CREATE TABLE views (
	tenant VARCHAR COLLATE "C" NOT NULL,
	account VARCHAR COLLATE "C" NOT NULL,
	version INTEGER NOT NULL,
	look_at VARCHAR COLLATE "C" NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT views_key PRIMARY KEY (tenant, account)
)

-- next

CREATE TABLE violations (
	tenant VARCHAR COLLATE "C" NOT NULL,
	violation VARCHAR COLLATE "C" NOT NULL,
	agent VARCHAR COLLATE "C" NOT NULL,
	action_type VARCHAR COLLATE "C" NOT NULL,
	breach VARCHAR COLLATE "C" NOT NULL,
	at VARCHAR COLLATE "C" NOT NULL,
	subject VARCHAR COLLATE "C" NOT NULL,
	detail VARCHAR COLLATE "C" NOT NULL,
	CONSTRAINT violations_key PRIMARY KEY (tenant, violation)
)

-- next

CREATE TABLE watches (
	tenant VARCHAR COLLATE "C" NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT watches_key PRIMARY KEY (tenant)
)

-- next

CREATE TABLE workers (
	tenant VARCHAR COLLATE "C" NOT NULL,
	worker VARCHAR COLLATE "C" NOT NULL,
	since VARCHAR COLLATE "C" NOT NULL,
	until VARCHAR COLLATE "C" NOT NULL,
	CONSTRAINT workers_key PRIMARY KEY (tenant, worker)
)

-- next

CREATE INDEX accounts_by_domain ON accounts (tenant, domain)

-- next

CREATE INDEX actions_answered ON actions (tenant) WHERE interrupt IS NOT NULL AND status IN ('executed', 'failed', 'cancelled', 'expired')

-- next

CREATE INDEX actions_by_account ON actions (tenant, account)

-- next

CREATE INDEX actions_by_origin ON actions (tenant, origin) WHERE origin <> ''

-- next

CREATE INDEX actions_by_status ON actions (tenant, status, created_at)

-- next

CREATE UNIQUE INDEX actions_open_once ON actions (tenant, dedup_key, origin_trusted) WHERE status IN ('pending', 'approved', 'claimed', 'ambiguous')

-- next

CREATE INDEX addresses_by_address ON addresses (tenant, address)

-- next

CREATE INDEX alerts_by_action ON alerts (tenant, action)

-- next

CREATE INDEX alerts_by_matter ON alerts (tenant, matter, at)

-- next

CREATE INDEX alerts_by_person ON alerts (tenant, person, seen_at)

-- next

CREATE INDEX artifacts_by_run ON artifacts (tenant, run)

-- next

CREATE UNIQUE INDEX credentials_by_hash ON credentials (tenant, hash)

-- next

CREATE INDEX crm_by_account ON crm_records (tenant, account, kind)

-- next

CREATE INDEX crm_by_action ON crm_records (tenant, action)

-- next

CREATE INDEX crm_by_recipient ON crm_records (tenant, recipient, at)

-- next

CREATE INDEX cycles_closed ON cycles (tenant, closed_on, opened_on) WHERE closed_on IS NOT NULL

-- next

CREATE INDEX cycles_open ON cycles (tenant, opened_on, account) WHERE closed_on IS NULL

-- next

CREATE INDEX decided_by_time ON decided (tenant, at)

-- next

CREATE INDEX events_by_batch ON events (tenant, batch) WHERE batch <> ''

-- next

CREATE INDEX events_by_state ON events (tenant, state, account, visible_at) WHERE state <> 'folded'

-- next

CREATE INDEX ledger_by_action ON ledger (tenant, action, seq)

-- next

CREATE INDEX ledger_by_trace ON ledger (tenant, trace, seq)

-- next

CREATE INDEX passage_vectors_by_account ON passage_vectors (tenant, embedder, account, number)

-- next

CREATE INDEX passage_vectors_by_number ON passage_vectors (tenant, embedder, number)

-- next

CREATE INDEX passage_vectors_by_passage ON passage_vectors (tenant, passage)

-- next

CREATE INDEX passages_by_account ON passages (tenant, account, passage)

-- next

CREATE INDEX passages_by_keep_until ON passages (tenant, keep_until)

-- next

CREATE INDEX passages_by_scope ON passages (tenant, scope)

-- next

CREATE UNIQUE INDEX plans_active_once ON plans (tenant, account, plan_type) WHERE status = 'ACTIVE'

-- next

CREATE INDEX plans_by_account ON plans (tenant, account)

-- next

CREATE INDEX plans_by_status ON plans (tenant, status, created_at)

-- next

CREATE INDEX plans_by_time ON plans (tenant, next_at)

-- next

CREATE INDEX policies_by_time ON policies (tenant, asked_at)

-- next

CREATE INDEX policies_to_come ON policies (tenant, effective_at)

-- next

CREATE INDEX reservations_by_until ON reservations (tenant, until)

-- next

CREATE INDEX runs_by_account ON runs (tenant, account, number)

-- next

CREATE INDEX runs_by_number ON runs (tenant, number)

-- next

CREATE INDEX runs_by_status ON runs (tenant, status)

-- next

CREATE INDEX tool_runs_by_run ON tool_runs (tenant, run)

-- next

CREATE INDEX transitions_approved ON transitions (tenant, by) WHERE event = 'approve' AND outcome IN ('moved', 'stays')

-- next

CREATE UNIQUE INDEX transitions_once_by_key ON transitions (tenant, action, key)

-- next

CREATE INDEX turns_by_day ON turns (tenant, person, day)

-- next

CREATE INDEX views_by_look ON views (tenant, look_at)

-- next

CREATE INDEX violations_by_time ON violations (tenant, agent, at)

-- next

CREATE FUNCTION transitions_in_table() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.event || ' ' || NEW.from_status || ' ' || NEW.to_status NOT IN (
    'approve ambiguous ambiguous',
    'approve approved approved',
    'approve cancelled cancelled',
    'approve claimed claimed',
    'approve executed executed',
    'approve expired expired',
    'approve failed failed',
    'approve pending approved',
    'approve pending pending',
    'attest_done ambiguous ambiguous',
    'attest_done ambiguous executed',
    'attest_done approved approved',
    'attest_done cancelled cancelled',
    'attest_done claimed claimed',
    'attest_done executed executed',
    'attest_done expired expired',
    'attest_done failed failed',
    'attest_done pending pending',
    'attest_not_done ambiguous ambiguous',
    'attest_not_done ambiguous failed',
    'attest_not_done approved approved',
    'attest_not_done cancelled cancelled',
    'attest_not_done claimed claimed',
    'attest_not_done executed executed',
    'attest_not_done expired expired',
    'attest_not_done failed failed',
    'attest_not_done pending pending',
    'auto_due ambiguous ambiguous',
    'auto_due approved approved',
    'auto_due cancelled cancelled',
    'auto_due claimed claimed',
    'auto_due executed executed',
    'auto_due expired expired',
    'auto_due failed failed',
    'auto_due pending approved',
    'auto_due pending pending',
    'cancel ambiguous ambiguous',
    'cancel approved approved',
    'cancel approved cancelled',
    'cancel cancelled cancelled',
    'cancel claimed claimed',
    'cancel executed executed',
    'cancel expired expired',
    'cancel failed failed',
    'cancel pending cancelled',
    'cancel pending pending',
    'claim ambiguous ambiguous',
    'claim approved approved',
    'claim approved cancelled',
    'claim approved claimed',
    'claim approved pending',
    'claim cancelled cancelled',
    'claim claimed claimed',
    'claim executed executed',
    'claim expired expired',
    'claim failed failed',
    'claim pending pending',
    'claimers_ended ambiguous ambiguous',
    'claimers_ended approved approved',
    'claimers_ended cancelled cancelled',
    'claimers_ended claimed claimed',
    'claimers_ended executed executed',
    'claimers_ended expired expired',
    'claimers_ended failed failed',
    'claimers_ended pending pending',
    'draft ambiguous ambiguous',
    'draft approved approved',
    'draft cancelled cancelled',
    'draft claimed claimed',
    'draft executed executed',
    'draft expired expired',
    'draft failed failed',
    'draft pending pending',
    'edit ambiguous ambiguous',
    'edit approved approved',
    'edit approved cancelled',
    'edit cancelled cancelled',
    'edit claimed claimed',
    'edit executed executed',
    'edit expired expired',
    'edit failed failed',
    'edit pending cancelled',
    'edit pending pending',
    'expire ambiguous ambiguous',
    'expire approved approved',
    'expire approved expired',
    'expire cancelled cancelled',
    'expire claimed claimed',
    'expire executed executed',
    'expire expired expired',
    'expire failed failed',
    'expire pending expired',
    'expire pending pending',
    'not_done ambiguous ambiguous',
    'not_done approved approved',
    'not_done cancelled cancelled',
    'not_done claimed ambiguous',
    'not_done claimed approved',
    'not_done claimed failed',
    'not_done executed executed',
    'not_done expired expired',
    'not_done failed failed',
    'not_done pending pending',
    'policy_changed ambiguous ambiguous',
    'policy_changed approved approved',
    'policy_changed approved cancelled',
    'policy_changed approved pending',
    'policy_changed cancelled cancelled',
    'policy_changed claimed claimed',
    'policy_changed executed executed',
    'policy_changed expired expired',
    'policy_changed failed failed',
    'policy_changed pending cancelled',
    'policy_changed pending pending',
    'probe_absent ambiguous ambiguous',
    'probe_absent ambiguous approved',
    'probe_absent approved approved',
    'probe_absent cancelled cancelled',
    'probe_absent claimed claimed',
    'probe_absent executed executed',
    'probe_absent expired expired',
    'probe_absent failed failed',
    'probe_absent pending pending',
    'probe_found ambiguous executed',
    'probe_found approved approved',
    'probe_found cancelled cancelled',
    'probe_found claimed claimed',
    'probe_found executed executed',
    'probe_found expired expired',
    'probe_found failed failed',
    'probe_found pending pending',
    'receipt ambiguous executed',
    'receipt approved approved',
    'receipt cancelled cancelled',
    'receipt claimed executed',
    'receipt executed executed',
    'receipt expired expired',
    'receipt failed failed',
    'receipt pending pending',
    'refused_for_good ambiguous ambiguous',
    'refused_for_good approved approved',
    'refused_for_good cancelled cancelled',
    'refused_for_good claimed ambiguous',
    'refused_for_good claimed failed',
    'refused_for_good executed executed',
    'refused_for_good expired expired',
    'refused_for_good failed failed',
    'refused_for_good pending pending',
    'retry_same_key ambiguous ambiguous',
    'retry_same_key ambiguous claimed',
    'retry_same_key approved approved',
    'retry_same_key cancelled cancelled',
    'retry_same_key claimed claimed',
    'retry_same_key executed executed',
    'retry_same_key expired expired',
    'retry_same_key failed failed',
    'retry_same_key pending pending',
    'snooze ambiguous ambiguous',
    'snooze approved approved',
    'snooze cancelled cancelled',
    'snooze claimed claimed',
    'snooze executed executed',
    'snooze expired expired',
    'snooze failed failed',
    'snooze pending pending',
    'stop_off ambiguous ambiguous',
    'stop_off approved approved',
    'stop_off cancelled cancelled',
    'stop_off claimed claimed',
    'stop_off executed executed',
    'stop_off expired expired',
    'stop_off failed failed',
    'stop_off pending pending',
    'stop_on ambiguous ambiguous',
    'stop_on approved pending',
    'stop_on cancelled cancelled',
    'stop_on claimed claimed',
    'stop_on executed executed',
    'stop_on expired expired',
    'stop_on failed failed',
    'stop_on pending pending',
    'undo ambiguous ambiguous',
    'undo approved approved',
    'undo approved pending',
    'undo cancelled cancelled',
    'undo claimed claimed',
    'undo executed executed',
    'undo expired expired',
    'undo failed failed',
    'undo pending pending',
    'unknown ambiguous ambiguous',
    'unknown approved approved',
    'unknown cancelled cancelled',
    'unknown claimed ambiguous',
    'unknown executed executed',
    'unknown expired expired',
    'unknown failed failed',
    'unknown pending pending',
    'wake ambiguous ambiguous',
    'wake approved approved',
    'wake cancelled cancelled',
    'wake claimed claimed',
    'wake executed executed',
    'wake expired expired',
    'wake failed failed',
    'wake pending pending',
    'world_changed ambiguous ambiguous',
    'world_changed approved approved',
    'world_changed approved cancelled',
    'world_changed approved pending',
    'world_changed cancelled cancelled',
    'world_changed claimed claimed',
    'world_changed executed executed',
    'world_changed expired expired',
    'world_changed failed failed',
    'world_changed pending cancelled',
    'world_changed pending pending') THEN
    RAISE EXCEPTION 'lifecycle: no such cell' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END
$$

-- next

CREATE TRIGGER transitions_in_table BEFORE INSERT ON transitions FOR EACH ROW EXECUTE FUNCTION transitions_in_table()

-- next

CREATE FUNCTION transitions_current() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM actions AS a WHERE a.tenant = NEW.tenant AND a.action = NEW.action AND a.status = NEW.from_status AND a.version = NEW.n - 1) THEN
    RAISE EXCEPTION 'lifecycle: the action is not there' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END
$$

-- next

CREATE TRIGGER transitions_current BEFORE INSERT ON transitions FOR EACH ROW EXECUTE FUNCTION transitions_current()

-- next

CREATE FUNCTION transitions_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TRUE THEN
    RAISE EXCEPTION 'lifecycle: a transition never changes' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END
$$

-- next

CREATE TRIGGER transitions_kept BEFORE UPDATE ON transitions FOR EACH ROW EXECUTE FUNCTION transitions_kept()

-- next

CREATE FUNCTION transitions_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TRUE THEN
    RAISE EXCEPTION 'lifecycle: a transition stays' USING ERRCODE = '23514';
  END IF;
  RETURN OLD;
END
$$

-- next

CREATE TRIGGER transitions_stay BEFORE DELETE ON transitions FOR EACH ROW EXECUTE FUNCTION transitions_stay()

-- next

CREATE FUNCTION actions_begin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status <> 'pending' OR NEW.version <> 0 OR NEW.attempt <> 0 THEN
    RAISE EXCEPTION 'lifecycle: an action begins pending' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END
$$

-- next

CREATE TRIGGER actions_begin BEFORE INSERT ON actions FOR EACH ROW EXECUTE FUNCTION actions_begin()

-- next

CREATE FUNCTION actions_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM transitions AS t WHERE t.tenant = NEW.tenant AND t.action = NEW.action AND t.n = NEW.version AND t.n = OLD.version + 1 AND t.from_status = OLD.status AND t.to_status = NEW.status AND t.moving = NEW.moving) THEN
    RAISE EXCEPTION 'lifecycle: only a transition moves an action' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END
$$

-- next

CREATE TRIGGER actions_moved BEFORE UPDATE OF status, version, attempt, auto_at, release_at, not_before, snoozed_until, moving ON actions FOR EACH ROW EXECUTE FUNCTION actions_moved()

-- next

CREATE FUNCTION actions_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TRUE THEN
    RAISE EXCEPTION 'lifecycle: what was drafted stays' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END
$$

-- next

CREATE TRIGGER actions_fixed BEFORE UPDATE OF account, proposal, run, action_type, owner, dedup_key, origin_trusted, origin, created_at, expires_at, fixed ON actions FOR EACH ROW EXECUTE FUNCTION actions_fixed()

-- next

CREATE FUNCTION actions_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TRUE THEN
    RAISE EXCEPTION 'lifecycle: an action stays' USING ERRCODE = '23514';
  END IF;
  RETURN OLD;
END
$$

-- next

CREATE TRIGGER actions_stay BEFORE DELETE ON actions FOR EACH ROW EXECUTE FUNCTION actions_stay()

-- next

CREATE FUNCTION ledger_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."tenant" <> OLD."tenant" OR NEW."seq" <> OLD."seq" OR NEW."previous" <> OLD."previous" OR NEW."at" <> OLD."at" OR NEW."wall" <> OLD."wall" OR NEW."clock" <> OLD."clock" OR NEW."kind" <> OLD."kind" OR NEW."user" <> OLD."user" OR NEW."method" <> OLD."method" OR NEW."channel" <> OLD."channel" OR NEW."action" <> OLD."action" OR NEW."attempt" <> OLD."attempt" OR NEW."payload_hash" <> OLD."payload_hash" OR NEW."trace" <> OLD."trace" OR NEW."hash" <> OLD."hash" OR NEW.salt IS NOT NULL OR NEW.payload IS NOT NULL THEN
    RAISE EXCEPTION 'ledger: an entry never changes' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END
$$

-- next

CREATE TRIGGER ledger_kept BEFORE UPDATE ON ledger FOR EACH ROW EXECUTE FUNCTION ledger_kept()

-- next

CREATE FUNCTION ledger_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TRUE THEN
    RAISE EXCEPTION 'ledger: an entry stays' USING ERRCODE = '23514';
  END IF;
  RETURN OLD;
END
$$

-- next

CREATE TRIGGER ledger_stays BEFORE DELETE ON ledger FOR EACH ROW EXECUTE FUNCTION ledger_stays()

-- next

CREATE FUNCTION plan_moves_in_table() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.event || ' ' || NEW.from_status || ' ' || NEW.to_status NOT IN (
    'activate ACTIVE ACTIVE',
    'activate APPROVED ACTIVE',
    'activate APPROVED APPROVED',
    'activate CANCELLED CANCELLED',
    'activate COMPLETED COMPLETED',
    'activate DRAFT DRAFT',
    'activate FAILED FAILED',
    'activate PAUSED PAUSED',
    'approve ACTIVE ACTIVE',
    'approve APPROVED APPROVED',
    'approve CANCELLED CANCELLED',
    'approve COMPLETED COMPLETED',
    'approve DRAFT APPROVED',
    'approve DRAFT DRAFT',
    'approve FAILED FAILED',
    'approve PAUSED PAUSED',
    'begin_step ACTIVE ACTIVE',
    'begin_step APPROVED APPROVED',
    'begin_step CANCELLED CANCELLED',
    'begin_step COMPLETED COMPLETED',
    'begin_step DRAFT DRAFT',
    'begin_step FAILED FAILED',
    'begin_step PAUSED PAUSED',
    'cancel ACTIVE CANCELLED',
    'cancel APPROVED CANCELLED',
    'cancel CANCELLED CANCELLED',
    'cancel COMPLETED COMPLETED',
    'cancel DRAFT CANCELLED',
    'cancel FAILED FAILED',
    'cancel PAUSED CANCELLED',
    'cancel_step ACTIVE ACTIVE',
    'cancel_step APPROVED APPROVED',
    'cancel_step CANCELLED CANCELLED',
    'cancel_step COMPLETED COMPLETED',
    'cancel_step DRAFT DRAFT',
    'cancel_step FAILED FAILED',
    'cancel_step PAUSED PAUSED',
    'complete ACTIVE ACTIVE',
    'complete ACTIVE COMPLETED',
    'complete APPROVED APPROVED',
    'complete CANCELLED CANCELLED',
    'complete COMPLETED COMPLETED',
    'complete DRAFT DRAFT',
    'complete FAILED FAILED',
    'complete PAUSED PAUSED',
    'end_step ACTIVE ACTIVE',
    'end_step ACTIVE FAILED',
    'end_step ACTIVE PAUSED',
    'end_step APPROVED APPROVED',
    'end_step CANCELLED CANCELLED',
    'end_step COMPLETED COMPLETED',
    'end_step DRAFT DRAFT',
    'end_step FAILED FAILED',
    'end_step PAUSED PAUSED',
    'fail ACTIVE FAILED',
    'fail APPROVED APPROVED',
    'fail CANCELLED CANCELLED',
    'fail COMPLETED COMPLETED',
    'fail DRAFT DRAFT',
    'fail FAILED FAILED',
    'fail PAUSED PAUSED',
    'look_later ACTIVE ACTIVE',
    'look_later APPROVED APPROVED',
    'look_later CANCELLED CANCELLED',
    'look_later COMPLETED COMPLETED',
    'look_later DRAFT DRAFT',
    'look_later FAILED FAILED',
    'look_later PAUSED PAUSED',
    'pause ACTIVE PAUSED',
    'pause APPROVED APPROVED',
    'pause CANCELLED CANCELLED',
    'pause COMPLETED COMPLETED',
    'pause DRAFT DRAFT',
    'pause FAILED FAILED',
    'pause PAUSED PAUSED',
    'place_step ACTIVE ACTIVE',
    'place_step APPROVED APPROVED',
    'place_step CANCELLED CANCELLED',
    'place_step COMPLETED COMPLETED',
    'place_step DRAFT DRAFT',
    'place_step FAILED FAILED',
    'place_step PAUSED PAUSED',
    'resume ACTIVE ACTIVE',
    'resume APPROVED APPROVED',
    'resume CANCELLED CANCELLED',
    'resume COMPLETED COMPLETED',
    'resume DRAFT DRAFT',
    'resume FAILED FAILED',
    'resume PAUSED ACTIVE',
    'resume PAUSED PAUSED') THEN
    RAISE EXCEPTION 'plan: no such cell' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END
$$

-- next

CREATE TRIGGER plan_moves_in_table BEFORE INSERT ON plan_moves FOR EACH ROW EXECUTE FUNCTION plan_moves_in_table()

-- next

CREATE FUNCTION plan_moves_current() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM plans AS p WHERE p.tenant = NEW.tenant AND p.plan = NEW.plan AND p.status = NEW.from_status AND p.version = NEW.n - 1) THEN
    RAISE EXCEPTION 'plan: the plan is not there' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END
$$

-- next

CREATE TRIGGER plan_moves_current BEFORE INSERT ON plan_moves FOR EACH ROW EXECUTE FUNCTION plan_moves_current()

-- next

CREATE FUNCTION plan_moves_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TRUE THEN
    RAISE EXCEPTION 'plan: a move never changes' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END
$$

-- next

CREATE TRIGGER plan_moves_kept BEFORE UPDATE ON plan_moves FOR EACH ROW EXECUTE FUNCTION plan_moves_kept()

-- next

CREATE FUNCTION plan_moves_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TRUE THEN
    RAISE EXCEPTION 'plan: a move stays' USING ERRCODE = '23514';
  END IF;
  RETURN OLD;
END
$$

-- next

CREATE TRIGGER plan_moves_stay BEFORE DELETE ON plan_moves FOR EACH ROW EXECUTE FUNCTION plan_moves_stay()

-- next

CREATE FUNCTION plans_begin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.version <> 0 THEN
    RAISE EXCEPTION 'plan: a plan begins with version 0' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END
$$

-- next

CREATE TRIGGER plans_begin BEFORE INSERT ON plans FOR EACH ROW EXECUTE FUNCTION plans_begin()

-- next

CREATE FUNCTION plans_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM plan_moves AS m WHERE m.tenant = NEW.tenant AND m.plan = NEW.plan AND m.n = NEW.version AND m.n = OLD.version + 1 AND m.from_status = OLD.status AND m.to_status = NEW.status AND m.body = NEW.body) THEN
    RAISE EXCEPTION 'plan: only a move changes a plan' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END
$$

-- next

CREATE TRIGGER plans_moved BEFORE UPDATE ON plans FOR EACH ROW EXECUTE FUNCTION plans_moved()

-- next

CREATE FUNCTION plans_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TRUE THEN
    RAISE EXCEPTION 'plan: a plan stays' USING ERRCODE = '23514';
  END IF;
  RETURN OLD;
END
$$

-- next

CREATE TRIGGER plans_stay BEFORE DELETE ON plans FOR EACH ROW EXECUTE FUNCTION plans_stay()

-- next

CREATE FUNCTION transitions_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE actions SET status = NEW.to_status, version = NEW.n, attempt = NEW.attempt, auto_at = NEW.auto_at, release_at = NEW.release_at, not_before = NEW.not_before, snoozed_until = NEW.snoozed_until, moving = NEW.moving WHERE tenant = NEW.tenant AND action = NEW.action;
  INSERT INTO attempts (tenant, action, n, worker, fence, wall) SELECT NEW.tenant, NEW.action, NEW.attempt, NEW.worker, NEW.fence, NEW.wall WHERE NEW.to_status = 'claimed' AND NEW.from_status <> 'claimed';
  INSERT INTO effect_keys (tenant, effect_key, action) SELECT NEW.tenant, NEW.effect_key, NEW.action WHERE NEW.to_status = 'claimed' AND NEW.from_status <> 'claimed' AND NEW.attempt = 1;
  RETURN NULL;
END
$$

-- next

CREATE TRIGGER transitions_move AFTER INSERT ON transitions FOR EACH ROW EXECUTE FUNCTION transitions_move()

-- next

CREATE FUNCTION plan_moves_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE plans SET status = NEW.to_status, version = NEW.n, next_at = NEW.next_at, body = NEW.body WHERE tenant = NEW.tenant AND plan = NEW.plan;
  RETURN NULL;
END
$$

-- next

CREATE TRIGGER plan_moves_move AFTER INSERT ON plan_moves FOR EACH ROW EXECUTE FUNCTION plan_moves_move()

-- next

CREATE FUNCTION lift_guards(is_lifted boolean) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
BEGIN
  IF is_lifted THEN
    ALTER TABLE actions DISABLE TRIGGER actions_fixed;
    ALTER TABLE actions DISABLE TRIGGER actions_moved;
    ALTER TABLE transitions DISABLE TRIGGER transitions_kept;
    ALTER TABLE plans DISABLE TRIGGER plans_moved;
    ALTER TABLE plan_moves DISABLE TRIGGER plan_moves_kept;
  ELSE
    ALTER TABLE actions ENABLE TRIGGER actions_fixed;
    ALTER TABLE actions ENABLE TRIGGER actions_moved;
    ALTER TABLE transitions ENABLE TRIGGER transitions_kept;
    ALTER TABLE plans ENABLE TRIGGER plans_moved;
    ALTER TABLE plan_moves ENABLE TRIGGER plan_moves_kept;
  END IF;
END
$$

-- next

CREATE FUNCTION words_in_scopes(scopes text, words text) RETURNS bigint[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT hashtextextended(scope || ' ' || word, 0)), '{}')
  FROM unnest(string_to_array(scopes, ' ')) AS scope, unnest(string_to_array(words, ' ')) AS word
$$

-- next

CREATE INDEX passages_by_word ON passages USING gin (words_in_scopes(scopes, words))

-- next

CREATE FUNCTION passages_with(asked text, groups text[], most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE wanted text := '';
BEGIN
  FOR place IN 1 .. cardinality(groups) LOOP
    wanted := wanted || ' AND words_in_scopes(scopes, words) && ' || quote_literal(words_in_scopes(asked, groups[place])::text) || '::bigint[]';
  END LOOP;
  RETURN QUERY EXECUTE 'SELECT seq::bigint FROM passages WHERE concat(tenant) = $1' || wanted
    || ' ORDER BY seq DESC LIMIT $2' USING current_setting('revloop.tenant', true), most;
END
$$

-- next

CREATE FUNCTION passages_heard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO passage_counts (tenant, scope, passages, words, deletions)
  VALUES (NEW.tenant, NEW.scope, 1, length(NEW.terms) / 8, 0)
  ON CONFLICT (tenant, scope) DO UPDATE
  SET passages = passage_counts.passages + 1, words = passage_counts.words + excluded.words;
  RETURN NULL;
END
$$

-- next

CREATE FUNCTION passages_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE passage_counts
  SET passages = passages - 1, words = words - length(OLD.terms) / 8, deletions = deletions + 1
  WHERE tenant = OLD.tenant AND scope = OLD.scope;
  DELETE FROM passage_vectors WHERE tenant = OLD.tenant AND passage = OLD.passage;
  RETURN NULL;
END
$$

-- next

CREATE FUNCTION passages_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'memory: a passage never changes' USING ERRCODE = '23514';
END
$$

-- next

CREATE TRIGGER passages_heard AFTER INSERT ON passages FOR EACH ROW EXECUTE FUNCTION passages_heard()

-- next

CREATE TRIGGER passages_gone AFTER DELETE ON passages FOR EACH ROW EXECUTE FUNCTION passages_gone()

-- next

CREATE TRIGGER passages_kept BEFORE UPDATE ON passages FOR EACH ROW EXECUTE FUNCTION passages_kept()

-- next

ALTER TABLE "accounts" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "accounts" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY accounts_own ON "accounts" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "actions" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "actions" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY actions_own ON "actions" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "addresses" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "addresses" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY addresses_own ON "addresses" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "alerts" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "alerts" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY alerts_own ON "alerts" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "artifacts" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "artifacts" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY artifacts_own ON "artifacts" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "attempts" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "attempts" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY attempts_own ON "attempts" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "candidates" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "candidates" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY candidates_own ON "candidates" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "credentials" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "credentials" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY credentials_own ON "credentials" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "crm_records" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "crm_records" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY crm_records_own ON "crm_records" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "cycles" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "cycles" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY cycles_own ON "cycles" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "day_counts" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "day_counts" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY day_counts_own ON "day_counts" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "decided" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "decided" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY decided_own ON "decided" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "deltas" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "deltas" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY deltas_own ON "deltas" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "displays" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "displays" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY displays_own ON "displays" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "effect_keys" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "effect_keys" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY effect_keys_own ON "effect_keys" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "events" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "events" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY events_own ON "events" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "feed_silences" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "feed_silences" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY feed_silences_own ON "feed_silences" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "files" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "files" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY files_own ON "files" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "instances" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "instances" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY instances_own ON "instances" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "leases" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "leases" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY leases_own ON "leases" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "ledger" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "ledger" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY ledger_own ON "ledger" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "levels" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "levels" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY levels_own ON "levels" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "merges" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "merges" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY merges_own ON "merges" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "opt_ins" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "opt_ins" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY opt_ins_own ON "opt_ins" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "passage_counts" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "passage_counts" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY passage_counts_own ON "passage_counts" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "passage_vectors" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "passage_vectors" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY passage_vectors_own ON "passage_vectors" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "passages" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "passages" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY passages_own ON "passages" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

CREATE POLICY passages_looked_up ON "passages" FOR SELECT TO CURRENT_USER USING (true)

-- next

ALTER TABLE "pauses" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "pauses" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY pauses_own ON "pauses" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "plan_actions" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "plan_actions" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY plan_actions_own ON "plan_actions" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "plan_moves" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "plan_moves" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY plan_moves_own ON "plan_moves" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "plans" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "plans" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY plans_own ON "plans" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "plans_heard" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "plans_heard" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY plans_heard_own ON "plans_heard" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "policies" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "policies" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY policies_own ON "policies" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "preferences" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "preferences" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY preferences_own ON "preferences" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "preferences_in_force" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "preferences_in_force" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY preferences_in_force_own ON "preferences_in_force" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "replies" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "replies" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY replies_own ON "replies" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "reservations" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "reservations" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY reservations_own ON "reservations" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "runs" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "runs" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY runs_own ON "runs" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "signals" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "signals" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY signals_own ON "signals" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "snapshots" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "snapshots" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY snapshots_own ON "snapshots" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "sources" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "sources" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY sources_own ON "sources" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "standings" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "standings" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY standings_own ON "standings" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "stops" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "stops" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY stops_own ON "stops" USING (tenant = current_setting('revloop.tenant', true) OR (tenant = '*' AND current_setting('revloop.tenant', true) <> '')) WITH CHECK (tenant = current_setting('revloop.tenant', true) OR (tenant = '*' AND current_setting('revloop.tenant', true) <> ''))

-- next

ALTER TABLE "suppressions" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "suppressions" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY suppressions_own ON "suppressions" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "tallies" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "tallies" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY tallies_own ON "tallies" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "tenants" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "tenants" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY tenants_own ON "tenants" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

CREATE POLICY tenants_listed ON "tenants" FOR SELECT USING (current_setting('revloop.tenant', true) <> '')

-- next

ALTER TABLE "tool_runs" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "tool_runs" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY tool_runs_own ON "tool_runs" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "transitions" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "transitions" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY transitions_own ON "transitions" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "turns" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "turns" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY turns_own ON "turns" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "users" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "users" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY users_own ON "users" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "views" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "views" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY views_own ON "views" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "violations" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "violations" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY violations_own ON "violations" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "watches" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "watches" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY watches_own ON "watches" USING (tenant = current_setting('revloop.tenant', true)) WITH CHECK (tenant = current_setting('revloop.tenant', true))

-- next

ALTER TABLE "workers" ENABLE ROW LEVEL SECURITY

-- next

ALTER TABLE "workers" FORCE ROW LEVEL SECURITY

-- next

CREATE POLICY workers_own ON "workers" USING (tenant = current_setting('revloop.tenant', true) OR (tenant = '*' AND current_setting('revloop.tenant', true) <> '')) WITH CHECK (tenant = current_setting('revloop.tenant', true) OR (tenant = '*' AND current_setting('revloop.tenant', true) <> ''))
