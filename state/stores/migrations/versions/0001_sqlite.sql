CREATE TABLE accounts (
	tenant VARCHAR NOT NULL,
	account VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	aliases TEXT NOT NULL,
	domain VARCHAR,
	owner VARCHAR,
	city VARCHAR,
	region VARCHAR,
	segment VARCHAR,
	status VARCHAR NOT NULL,
	version INTEGER NOT NULL,
	digest VARCHAR NOT NULL,
	CONSTRAINT accounts_key PRIMARY KEY (tenant, account)
)

-- next

CREATE TABLE actions (
	tenant VARCHAR NOT NULL,
	action VARCHAR NOT NULL,
	account VARCHAR NOT NULL,
	proposal VARCHAR NOT NULL,
	run VARCHAR NOT NULL,
	action_type VARCHAR NOT NULL,
	owner VARCHAR NOT NULL,
	assignee VARCHAR,
	dedup_key VARCHAR NOT NULL,
	origin_trusted INTEGER NOT NULL,
	origin VARCHAR NOT NULL,
	thread VARCHAR,
	interrupt VARCHAR,
	created_at VARCHAR NOT NULL,
	expires_at VARCHAR NOT NULL,
	fixed TEXT NOT NULL,
	status VARCHAR NOT NULL,
	version INTEGER NOT NULL,
	attempt INTEGER NOT NULL,
	auto_at VARCHAR,
	release_at VARCHAR,
	not_before VARCHAR,
	snoozed_until VARCHAR,
	moving TEXT NOT NULL,
	CONSTRAINT actions_key PRIMARY KEY (tenant, action)
)

-- next

CREATE TABLE addresses (
	tenant VARCHAR NOT NULL,
	account VARCHAR NOT NULL,
	contact VARCHAR NOT NULL,
	address VARCHAR,
	is_verified INTEGER NOT NULL,
	since VARCHAR NOT NULL,
	CONSTRAINT addresses_key PRIMARY KEY (tenant, account, contact)
)

-- next

CREATE TABLE alerts (
	tenant VARCHAR NOT NULL,
	alert VARCHAR NOT NULL,
	person VARCHAR NOT NULL,
	matter VARCHAR NOT NULL,
	at VARCHAR NOT NULL,
	action VARCHAR,
	seen_at VARCHAR,
	body TEXT NOT NULL,
	CONSTRAINT alerts_key PRIMARY KEY (tenant, alert)
)

-- next

CREATE TABLE artifacts (
	tenant VARCHAR NOT NULL,
	artifact VARCHAR NOT NULL,
	run VARCHAR NOT NULL,
	kind VARCHAR NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT artifacts_key PRIMARY KEY (tenant, artifact)
)

-- next

CREATE TABLE attempts (
	tenant VARCHAR NOT NULL,
	action VARCHAR NOT NULL,
	n INTEGER NOT NULL,
	worker VARCHAR NOT NULL,
	fence INTEGER NOT NULL,
	wall VARCHAR NOT NULL,
	CONSTRAINT attempts_key PRIMARY KEY (tenant, action, n)
)

-- next

CREATE TABLE candidates (
	tenant VARCHAR NOT NULL,
	run VARCHAR NOT NULL,
	proposal VARCHAR NOT NULL,
	rank INTEGER NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT candidates_key PRIMARY KEY (tenant, run, proposal)
)

-- next

CREATE TABLE credentials (
	tenant VARCHAR NOT NULL,
	credential VARCHAR NOT NULL,
	kind VARCHAR NOT NULL,
	hash VARCHAR NOT NULL,
	expires_at VARCHAR,
	ended_at VARCHAR,
	body TEXT NOT NULL,
	CONSTRAINT credentials_key PRIMARY KEY (tenant, credential)
)

-- next

CREATE TABLE crm_records (
	tenant VARCHAR NOT NULL,
	record VARCHAR NOT NULL,
	kind VARCHAR NOT NULL,
	account VARCHAR NOT NULL,
	action VARCHAR NOT NULL,
	recipient VARCHAR,
	at VARCHAR NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT crm_records_key PRIMARY KEY (tenant, record)
)

-- next

CREATE TABLE cycles (
	tenant VARCHAR NOT NULL,
	account VARCHAR NOT NULL,
	deal VARCHAR NOT NULL,
	opened_on VARCHAR,
	closed_on VARCHAR,
	CONSTRAINT cycles_key PRIMARY KEY (tenant, account, deal)
)

-- next

CREATE TABLE day_counts (
	tenant VARCHAR NOT NULL,
	meter VARCHAR NOT NULL,
	subject VARCHAR NOT NULL,
	day VARCHAR NOT NULL,
	used BIGINT NOT NULL,
	refused_at BIGINT,
	CONSTRAINT day_counts_key PRIMARY KEY (tenant, meter, subject, day)
)

-- next

CREATE TABLE decided (
	tenant VARCHAR NOT NULL,
	action VARCHAR NOT NULL,
	at VARCHAR NOT NULL,
	body TEXT NOT NULL,
	brought TEXT,
	CONSTRAINT decided_key PRIMARY KEY (tenant, action)
)

-- next

CREATE TABLE deltas (
	tenant VARCHAR NOT NULL,
	account VARCHAR NOT NULL,
	version INTEGER NOT NULL,
	event VARCHAR NOT NULL,
	digest VARCHAR NOT NULL,
	body BLOB NOT NULL,
	CONSTRAINT deltas_key PRIMARY KEY (tenant, account, version)
)

-- next

CREATE TABLE displays (
	tenant VARCHAR NOT NULL,
	person VARCHAR NOT NULL,
	action VARCHAR NOT NULL,
	shown VARCHAR NOT NULL,
	channel VARCHAR NOT NULL,
	at VARCHAR NOT NULL,
	CONSTRAINT displays_key PRIMARY KEY (tenant, person, action, shown, channel)
)

-- next

CREATE TABLE effect_keys (
	tenant VARCHAR NOT NULL,
	effect_key VARCHAR NOT NULL,
	action VARCHAR NOT NULL,
	CONSTRAINT effect_keys_key PRIMARY KEY (tenant, effect_key)
)

-- next

CREATE TABLE events (
	tenant VARCHAR NOT NULL,
	event VARCHAR NOT NULL,
	copy INTEGER NOT NULL,
	account VARCHAR,
	type VARCHAR NOT NULL,
	source VARCHAR NOT NULL,
	visible_at VARCHAR NOT NULL,
	hash VARCHAR NOT NULL,
	state VARCHAR NOT NULL,
	batch VARCHAR NOT NULL,
	place INTEGER NOT NULL,
	salt BLOB,
	body TEXT NOT NULL,
	CONSTRAINT events_key PRIMARY KEY (tenant, event, copy)
)

-- next

CREATE TABLE feed_silences (
	tenant VARCHAR NOT NULL,
	account VARCHAR NOT NULL,
	feed VARCHAR NOT NULL,
	since VARCHAR,
	CONSTRAINT feed_silences_key PRIMARY KEY (tenant, account, feed)
)

-- next

CREATE TABLE files (
	tenant VARCHAR NOT NULL,
	kind VARCHAR NOT NULL,
	version VARCHAR NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT files_key PRIMARY KEY (tenant, kind, version)
)

-- next

CREATE TABLE instances (
	tenant VARCHAR NOT NULL,
	instance VARCHAR NOT NULL,
	CONSTRAINT instances_key PRIMARY KEY (tenant)
)

-- next

CREATE TABLE leases (
	tenant VARCHAR NOT NULL,
	account VARCHAR NOT NULL,
	owner VARCHAR NOT NULL,
	until VARCHAR NOT NULL,
	fence INTEGER NOT NULL,
	CONSTRAINT leases_key PRIMARY KEY (tenant, account)
)

-- next

CREATE TABLE ledger (
	tenant VARCHAR NOT NULL,
	seq INTEGER NOT NULL,
	previous VARCHAR NOT NULL,
	at VARCHAR NOT NULL,
	wall VARCHAR NOT NULL,
	clock VARCHAR NOT NULL,
	kind VARCHAR NOT NULL,
	user VARCHAR NOT NULL,
	method VARCHAR NOT NULL,
	channel VARCHAR NOT NULL,
	action VARCHAR NOT NULL,
	attempt INTEGER NOT NULL,
	payload_hash VARCHAR NOT NULL,
	trace VARCHAR NOT NULL,
	hash VARCHAR NOT NULL,
	salt VARCHAR,
	payload TEXT,
	CONSTRAINT ledger_key PRIMARY KEY (tenant, seq)
)

-- next

CREATE TABLE levels (
	tenant VARCHAR NOT NULL,
	agent VARCHAR NOT NULL,
	action_class INTEGER NOT NULL,
	level VARCHAR NOT NULL,
	since VARCHAR NOT NULL,
	"by" VARCHAR NOT NULL,
	CONSTRAINT levels_key PRIMARY KEY (tenant, agent, action_class)
)

-- next

CREATE TABLE merges (
	tenant VARCHAR NOT NULL,
	account VARCHAR NOT NULL,
	survivor VARCHAR NOT NULL,
	event VARCHAR NOT NULL,
	is_undone INTEGER NOT NULL,
	CONSTRAINT merges_key PRIMARY KEY (tenant, account)
)

-- next

CREATE TABLE opt_ins (
	tenant VARCHAR NOT NULL,
	owner VARCHAR NOT NULL,
	action_type VARCHAR NOT NULL,
	since VARCHAR NOT NULL,
	until VARCHAR,
	CONSTRAINT opt_ins_key PRIMARY KEY (tenant, owner, action_type)
)

-- next

CREATE TABLE passage_counts (
	tenant VARCHAR NOT NULL,
	scope VARCHAR NOT NULL,
	passages INTEGER NOT NULL,
	words INTEGER NOT NULL,
	deletions INTEGER NOT NULL,
	CONSTRAINT passage_counts_key PRIMARY KEY (tenant, scope)
)

-- next

CREATE TABLE passage_vectors (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	tenant VARCHAR NOT NULL,
	embedder VARCHAR NOT NULL,
	account VARCHAR,
	passage VARCHAR NOT NULL,
	vector BLOB NOT NULL,
	CONSTRAINT passage_vectors_once_by_tenant_embedder_passage UNIQUE (tenant, embedder, passage)
)

-- next

CREATE TABLE passages (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	tenant VARCHAR NOT NULL,
	passage VARCHAR NOT NULL,
	account VARCHAR,
	scope VARCHAR NOT NULL,
	scopes VARCHAR NOT NULL,
	record VARCHAR NOT NULL,
	importance INTEGER NOT NULL,
	keep_until VARCHAR,
	terms BLOB NOT NULL,
	words TEXT NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT passages_once_by_tenant_passage UNIQUE (tenant, passage)
)

-- next

CREATE TABLE pauses (
	tenant VARCHAR NOT NULL,
	agent VARCHAR NOT NULL,
	action_type VARCHAR NOT NULL,
	since VARCHAR NOT NULL,
	reason VARCHAR NOT NULL,
	CONSTRAINT pauses_key PRIMARY KEY (tenant, agent, action_type)
)

-- next

CREATE TABLE plan_actions (
	tenant VARCHAR NOT NULL,
	"plan" VARCHAR NOT NULL,
	action VARCHAR NOT NULL,
	CONSTRAINT plan_actions_key PRIMARY KEY (tenant, "plan", action)
)

-- next

CREATE TABLE plan_moves (
	tenant VARCHAR NOT NULL,
	"plan" VARCHAR NOT NULL,
	n INTEGER NOT NULL,
	event VARCHAR NOT NULL,
	from_status VARCHAR NOT NULL,
	to_status VARCHAR NOT NULL,
	step VARCHAR NOT NULL,
	reason VARCHAR NOT NULL,
	"by" VARCHAR NOT NULL,
	at VARCHAR NOT NULL,
	entry INTEGER NOT NULL,
	next_at VARCHAR,
	body TEXT NOT NULL,
	CONSTRAINT plan_moves_key PRIMARY KEY (tenant, "plan", n)
)

-- next

CREATE TABLE plans (
	tenant VARCHAR NOT NULL,
	"plan" VARCHAR NOT NULL,
	account VARCHAR NOT NULL,
	plan_type VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	status VARCHAR NOT NULL,
	version INTEGER NOT NULL,
	next_at VARCHAR,
	body TEXT NOT NULL,
	CONSTRAINT plans_key PRIMARY KEY (tenant, "plan")
)

-- next

CREATE TABLE plans_heard (
	tenant VARCHAR NOT NULL,
	"plan" VARCHAR NOT NULL,
	event VARCHAR NOT NULL,
	CONSTRAINT plans_heard_key PRIMARY KEY (tenant, "plan")
)

-- next

CREATE TABLE policies (
	tenant VARCHAR NOT NULL,
	version VARCHAR NOT NULL,
	asked_at VARCHAR NOT NULL,
	asked_by VARCHAR NOT NULL,
	activated_at VARCHAR,
	effective_at VARCHAR,
	over VARCHAR NOT NULL,
	note VARCHAR NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT policies_key PRIMARY KEY (tenant, version)
)

-- next

CREATE TABLE preferences (
	tenant VARCHAR NOT NULL,
	version INTEGER NOT NULL,
	at VARCHAR NOT NULL,
	"by" VARCHAR NOT NULL,
	cause VARCHAR NOT NULL,
	hash VARCHAR NOT NULL,
	document TEXT NOT NULL,
	CONSTRAINT preferences_key PRIMARY KEY (tenant, version)
)

-- next

CREATE TABLE preferences_in_force (
	tenant VARCHAR NOT NULL,
	version INTEGER NOT NULL,
	is_pinned INTEGER NOT NULL,
	CONSTRAINT preferences_in_force_key PRIMARY KEY (tenant)
)

-- next

CREATE TABLE replies (
	tenant VARCHAR NOT NULL,
	"key" VARCHAR NOT NULL,
	request VARCHAR NOT NULL,
	status INTEGER NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT replies_key PRIMARY KEY (tenant, "key")
)

-- next

CREATE TABLE reservations (
	tenant VARCHAR NOT NULL,
	call VARCHAR NOT NULL,
	meter VARCHAR NOT NULL,
	subject VARCHAR NOT NULL,
	day VARCHAR NOT NULL,
	amount BIGINT NOT NULL,
	until VARCHAR NOT NULL,
	CONSTRAINT reservations_key PRIMARY KEY (tenant, call, meter, subject, day)
)

-- next

CREATE TABLE runs (
	tenant VARCHAR NOT NULL,
	run VARCHAR NOT NULL,
	account VARCHAR NOT NULL,
	thread VARCHAR NOT NULL,
	number INTEGER NOT NULL,
	intent VARCHAR NOT NULL,
	status VARCHAR NOT NULL,
	report VARCHAR,
	body TEXT NOT NULL,
	CONSTRAINT runs_key PRIMARY KEY (tenant, run)
)

-- next

CREATE TABLE signals (
	tenant VARCHAR NOT NULL,
	run VARCHAR NOT NULL,
	signal VARCHAR NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT signals_key PRIMARY KEY (tenant, run, signal)
)

-- next

CREATE TABLE snapshots (
	tenant VARCHAR NOT NULL,
	account VARCHAR NOT NULL,
	version INTEGER NOT NULL,
	digest VARCHAR NOT NULL,
	body BLOB NOT NULL,
	CONSTRAINT snapshots_key PRIMARY KEY (tenant, account, version)
)

-- next

CREATE TABLE sources (
	tenant VARCHAR NOT NULL,
	source VARCHAR NOT NULL,
	synced_at VARCHAR NOT NULL,
	connected INTEGER NOT NULL,
	CONSTRAINT sources_key PRIMARY KEY (tenant, source)
)

-- next

CREATE TABLE standings (
	tenant VARCHAR NOT NULL,
	folded INTEGER NOT NULL,
	CONSTRAINT standings_key PRIMARY KEY (tenant)
)

-- next

CREATE TABLE stops (
	tenant VARCHAR NOT NULL,
	is_on INTEGER NOT NULL,
	epoch INTEGER NOT NULL,
	"key" VARCHAR NOT NULL,
	CONSTRAINT stops_key PRIMARY KEY (tenant)
)

-- next

CREATE TABLE suppressions (
	tenant VARCHAR NOT NULL,
	seal VARCHAR NOT NULL,
	CONSTRAINT suppressions_key PRIMARY KEY (tenant, seal)
)

-- next

CREATE TABLE tallies (
	tenant VARCHAR NOT NULL,
	agent VARCHAR NOT NULL,
	action_type VARCHAR NOT NULL,
	day VARCHAR NOT NULL,
	agreed INTEGER NOT NULL,
	decided INTEGER NOT NULL,
	CONSTRAINT tallies_key PRIMARY KEY (tenant, agent, action_type, day)
)

-- next

CREATE TABLE tenants (
	tenant VARCHAR NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT tenants_key PRIMARY KEY (tenant)
)

-- next

CREATE TABLE tool_runs (
	tenant VARCHAR NOT NULL,
	tool_run VARCHAR NOT NULL,
	run VARCHAR,
	body TEXT NOT NULL,
	CONSTRAINT tool_runs_key PRIMARY KEY (tenant, tool_run)
)

-- next

CREATE TABLE transitions (
	tenant VARCHAR NOT NULL,
	action VARCHAR NOT NULL,
	n INTEGER NOT NULL,
	"key" VARCHAR NOT NULL,
	event VARCHAR NOT NULL,
	outcome VARCHAR NOT NULL,
	from_status VARCHAR NOT NULL,
	to_status VARCHAR NOT NULL,
	at VARCHAR NOT NULL,
	wall VARCHAR NOT NULL,
	"by" VARCHAR NOT NULL,
	code VARCHAR NOT NULL,
	said VARCHAR NOT NULL,
	entry INTEGER NOT NULL,
	worker VARCHAR,
	fence INTEGER,
	effect_key VARCHAR,
	attempt INTEGER NOT NULL,
	auto_at VARCHAR,
	release_at VARCHAR,
	not_before VARCHAR,
	snoozed_until VARCHAR,
	moving TEXT NOT NULL,
	after_ms INTEGER,
	CONSTRAINT transitions_key PRIMARY KEY (tenant, action, n)
)

-- next

CREATE TABLE turns (
	tenant VARCHAR NOT NULL,
	person VARCHAR NOT NULL,
	item VARCHAR NOT NULL,
	unit VARCHAR NOT NULL,
	day VARCHAR NOT NULL,
	CONSTRAINT turns_key PRIMARY KEY (tenant, person, item)
)

-- next

CREATE TABLE users (
	tenant VARCHAR NOT NULL,
	user VARCHAR NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT users_key PRIMARY KEY (tenant, user)
)

-- next

CREATE TABLE views (
	tenant VARCHAR NOT NULL,
	account VARCHAR NOT NULL,
	version INTEGER NOT NULL,
	look_at VARCHAR NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT views_key PRIMARY KEY (tenant, account)
)

-- next

CREATE TABLE violations (
	tenant VARCHAR NOT NULL,
	violation VARCHAR NOT NULL,
	agent VARCHAR NOT NULL,
	action_type VARCHAR NOT NULL,
	breach VARCHAR NOT NULL,
	at VARCHAR NOT NULL,
	subject VARCHAR NOT NULL,
	detail VARCHAR NOT NULL,
	CONSTRAINT violations_key PRIMARY KEY (tenant, violation)
)

-- next

CREATE TABLE watches (
	tenant VARCHAR NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT watches_key PRIMARY KEY (tenant)
)

-- next

CREATE TABLE workers (
	tenant VARCHAR NOT NULL,
	worker VARCHAR NOT NULL,
	since VARCHAR NOT NULL,
	until VARCHAR NOT NULL,
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

CREATE INDEX transitions_approved ON transitions (tenant, "by") WHERE event = 'approve' AND outcome IN ('moved', 'stays')

-- next

CREATE UNIQUE INDEX transitions_once_by_key ON transitions (tenant, action, "key")

-- next

CREATE INDEX turns_by_day ON turns (tenant, person, day)

-- next

CREATE INDEX views_by_look ON views (tenant, look_at)

-- next

CREATE INDEX violations_by_time ON violations (tenant, agent, at)

-- next

CREATE TRIGGER transitions_in_table BEFORE INSERT ON transitions
WHEN NEW.event || ' ' || NEW.from_status || ' ' || NEW.to_status NOT IN (
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
    'world_changed pending pending')
BEGIN
  SELECT RAISE(ABORT, 'lifecycle: no such cell');
END

-- next

CREATE TRIGGER transitions_current BEFORE INSERT ON transitions
WHEN NOT EXISTS (SELECT 1 FROM actions AS a WHERE a.tenant = NEW.tenant AND a.action = NEW.action AND a.status = NEW.from_status AND a.version = NEW.n - 1)
BEGIN
  SELECT RAISE(ABORT, 'lifecycle: the action is not there');
END

-- next

CREATE TRIGGER transitions_kept BEFORE UPDATE ON transitions
WHEN TRUE
BEGIN
  SELECT RAISE(ABORT, 'lifecycle: a transition never changes');
END

-- next

CREATE TRIGGER transitions_stay BEFORE DELETE ON transitions
WHEN TRUE
BEGIN
  SELECT RAISE(ABORT, 'lifecycle: a transition stays');
END

-- next

CREATE TRIGGER actions_begin BEFORE INSERT ON actions
WHEN NEW.status <> 'pending' OR NEW.version <> 0 OR NEW.attempt <> 0
BEGIN
  SELECT RAISE(ABORT, 'lifecycle: an action begins pending');
END

-- next

CREATE TRIGGER actions_moved BEFORE UPDATE OF status, version, attempt, auto_at, release_at, not_before, snoozed_until, moving ON actions
WHEN NOT EXISTS (SELECT 1 FROM transitions AS t WHERE t.tenant = NEW.tenant AND t.action = NEW.action AND t.n = NEW.version AND t.n = OLD.version + 1 AND t.from_status = OLD.status AND t.to_status = NEW.status AND t.moving = NEW.moving)
BEGIN
  SELECT RAISE(ABORT, 'lifecycle: only a transition moves an action');
END

-- next

CREATE TRIGGER actions_fixed BEFORE UPDATE OF account, proposal, run, action_type, owner, dedup_key, origin_trusted, origin, created_at, expires_at, fixed ON actions
WHEN TRUE
BEGIN
  SELECT RAISE(ABORT, 'lifecycle: what was drafted stays');
END

-- next

CREATE TRIGGER actions_stay BEFORE DELETE ON actions
WHEN TRUE
BEGIN
  SELECT RAISE(ABORT, 'lifecycle: an action stays');
END

-- next

CREATE TRIGGER ledger_kept BEFORE UPDATE ON ledger
WHEN NEW."tenant" <> OLD."tenant" OR NEW."seq" <> OLD."seq" OR NEW."previous" <> OLD."previous" OR NEW."at" <> OLD."at" OR NEW."wall" <> OLD."wall" OR NEW."clock" <> OLD."clock" OR NEW."kind" <> OLD."kind" OR NEW."user" <> OLD."user" OR NEW."method" <> OLD."method" OR NEW."channel" <> OLD."channel" OR NEW."action" <> OLD."action" OR NEW."attempt" <> OLD."attempt" OR NEW."payload_hash" <> OLD."payload_hash" OR NEW."trace" <> OLD."trace" OR NEW."hash" <> OLD."hash" OR NEW.salt IS NOT NULL OR NEW.payload IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'ledger: an entry never changes');
END

-- next

CREATE TRIGGER ledger_stays BEFORE DELETE ON ledger
WHEN TRUE
BEGIN
  SELECT RAISE(ABORT, 'ledger: an entry stays');
END

-- next

CREATE TRIGGER plan_moves_in_table BEFORE INSERT ON plan_moves
WHEN NEW.event || ' ' || NEW.from_status || ' ' || NEW.to_status NOT IN (
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
    'resume PAUSED PAUSED')
BEGIN
  SELECT RAISE(ABORT, 'plan: no such cell');
END

-- next

CREATE TRIGGER plan_moves_current BEFORE INSERT ON plan_moves
WHEN NOT EXISTS (SELECT 1 FROM plans AS p WHERE p.tenant = NEW.tenant AND p.plan = NEW.plan AND p.status = NEW.from_status AND p.version = NEW.n - 1)
BEGIN
  SELECT RAISE(ABORT, 'plan: the plan is not there');
END

-- next

CREATE TRIGGER plan_moves_kept BEFORE UPDATE ON plan_moves
WHEN TRUE
BEGIN
  SELECT RAISE(ABORT, 'plan: a move never changes');
END

-- next

CREATE TRIGGER plan_moves_stay BEFORE DELETE ON plan_moves
WHEN TRUE
BEGIN
  SELECT RAISE(ABORT, 'plan: a move stays');
END

-- next

CREATE TRIGGER plans_begin BEFORE INSERT ON plans
WHEN NEW.version <> 0
BEGIN
  SELECT RAISE(ABORT, 'plan: a plan begins with version 0');
END

-- next

CREATE TRIGGER plans_moved BEFORE UPDATE ON plans
WHEN NOT EXISTS (SELECT 1 FROM plan_moves AS m WHERE m.tenant = NEW.tenant AND m.plan = NEW.plan AND m.n = NEW.version AND m.n = OLD.version + 1 AND m.from_status = OLD.status AND m.to_status = NEW.status AND m.body = NEW.body)
BEGIN
  SELECT RAISE(ABORT, 'plan: only a move changes a plan');
END

-- next

CREATE TRIGGER plans_stay BEFORE DELETE ON plans
WHEN TRUE
BEGIN
  SELECT RAISE(ABORT, 'plan: a plan stays');
END

-- next

CREATE TRIGGER transitions_move AFTER INSERT ON transitions
BEGIN
  UPDATE actions SET status = NEW.to_status, version = NEW.n, attempt = NEW.attempt, auto_at = NEW.auto_at, release_at = NEW.release_at, not_before = NEW.not_before, snoozed_until = NEW.snoozed_until, moving = NEW.moving WHERE tenant = NEW.tenant AND action = NEW.action;
  INSERT INTO attempts (tenant, action, n, worker, fence, wall) SELECT NEW.tenant, NEW.action, NEW.attempt, NEW.worker, NEW.fence, NEW.wall WHERE NEW.to_status = 'claimed' AND NEW.from_status <> 'claimed';
  INSERT INTO effect_keys (tenant, effect_key, action) SELECT NEW.tenant, NEW.effect_key, NEW.action WHERE NEW.to_status = 'claimed' AND NEW.from_status <> 'claimed' AND NEW.attempt = 1;
END

-- next

CREATE TRIGGER plan_moves_move AFTER INSERT ON plan_moves
BEGIN
  UPDATE plans SET status = NEW.to_status, version = NEW.n, next_at = NEW.next_at, body = NEW.body WHERE tenant = NEW.tenant AND plan = NEW.plan;
END

-- next

CREATE VIRTUAL TABLE passages_text USING fts5(scopes, words, content='passages', content_rowid='seq', tokenize='unicode61 remove_diacritics 0')

-- next

CREATE TRIGGER passages_heard AFTER INSERT ON passages
BEGIN
  INSERT INTO passages_text(rowid, scopes, words) VALUES (NEW.seq, NEW.scopes, NEW.words);
  INSERT INTO passage_counts (tenant, scope, passages, words, deletions)
  VALUES (NEW.tenant, NEW.scope, 1, length(NEW.terms) / 8, 0)
  ON CONFLICT DO UPDATE SET passages = passages + 1, words = words + excluded.words;
END

-- next

CREATE TRIGGER passages_gone AFTER DELETE ON passages
BEGIN
  INSERT INTO passages_text(passages_text, rowid, scopes, words) VALUES ('delete', OLD.seq, OLD.scopes, OLD.words);
  UPDATE passage_counts
  SET passages = passages - 1, words = words - length(OLD.terms) / 8, deletions = deletions + 1
  WHERE tenant = OLD.tenant AND scope = OLD.scope;
  DELETE FROM passage_vectors WHERE tenant = OLD.tenant AND passage = OLD.passage;
END

-- next

CREATE TRIGGER passages_kept BEFORE UPDATE ON passages
BEGIN
  SELECT RAISE(ABORT, 'memory: a passage never changes');
END
