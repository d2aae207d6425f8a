package records

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"aidpost/records/jsonread"
	"aidpost/records/vault"
)

// resealBatch is how many rows are sealed anew in one transaction: little
// enough that a visit hardly waits for it.
const resealBatch = 200

// A sealedTable is a table whose rows are sealed anew when the data key is
// replaced. What is left to do is told by the rows themselves, so that an
// interruption at any point does no harm.
type sealedTable struct {
	number byte
	// stale selects, from owner ?1 on, rows that were not sealed in the way ?2
	// with the key ?3: owner, uuid, revision, patient, day, salt, alg, sealed.
	stale string
	// put stores them: alg ?1, sealed ?2, salt ?3 of the row with owner ?4 and
	// revision ?5.
	put string
	// also does what else hangs on the content.
	also func(t *tx, owner int64, content []byte) error
}

// sealedTables lists them, those that give others their salt first. Audit
// entries are not among them: see sealAudit.
func sealedTables() []sealedTable {
	return []sealedTable{
		{patientRow, `SELECT p.id, p.uuid, p.rev, NULL, 0, p.salt, p.alg, p.sealed FROM patient p
			WHERE p.id >= ?1 AND (p.alg <> ?2 OR substr(p.sealed, 1, 2) <> ?3) ORDER BY p.id LIMIT ?4`,
			"UPDATE patient SET alg = ?1, sealed = ?2, salt = ?3 WHERE id = ?4 AND rev = ?5", renewPatientTokens},
		{patientRow, `SELECT r.patient, p.uuid, r.rev, NULL, 0, p.salt, r.alg, r.sealed
			FROM patient_rev r JOIN patient p ON p.id = r.patient
			WHERE r.patient >= ?1 AND (r.alg <> ?2 OR substr(r.sealed, 1, 2) <> ?3) ORDER BY r.patient LIMIT ?4`,
			"UPDATE patient_rev SET alg = ?1, sealed = ?2 WHERE ?3 IS NOT NULL AND patient = ?4 AND rev = ?5", nil},
		{encounterRow, `SELECT e.id, e.uuid, e.rev, p.uuid, e.day, e.salt, e.alg, e.sealed
			FROM encounter e LEFT JOIN patient p ON p.id = e.patient
			WHERE e.id >= ?1 AND (e.alg <> ?2 OR substr(e.sealed, 1, 2) <> ?3) ORDER BY e.id LIMIT ?4`,
			"UPDATE encounter SET alg = ?1, sealed = ?2, salt = ?3 WHERE id = ?4 AND rev = ?5", renewResultTokens},
		{encounterRow, `SELECT r.encounter, e.uuid, r.rev, p.uuid, r.day, e.salt, r.alg, r.sealed
			FROM encounter_rev r JOIN encounter e ON e.id = r.encounter LEFT JOIN patient p ON p.id = r.patient
			WHERE r.encounter >= ?1 AND (r.alg <> ?2 OR substr(r.sealed, 1, 2) <> ?3) ORDER BY r.encounter LIMIT ?4`,
			"UPDATE encounter_rev SET alg = ?1, sealed = ?2 WHERE ?3 IS NOT NULL AND encounter = ?4 AND rev = ?5", renewResultTokens},
		{captureRow, `SELECT c.encounter, e.uuid, c.rev, NULL, 0, e.salt, c.alg, c.sealed
			FROM capture c JOIN encounter e ON e.id = c.encounter
			WHERE c.encounter >= ?1 AND (c.alg <> ?2 OR substr(c.sealed, 1, 2) <> ?3) ORDER BY c.encounter LIMIT ?4`,
			"UPDATE capture SET alg = ?1, sealed = ?2 WHERE ?3 IS NOT NULL AND encounter = ?4 AND rev = ?5", nil},
		{staffRow, `SELECT id, uuid, rev, NULL, 0, salt, alg, sealed FROM staff
			WHERE id >= ?1 AND (alg <> ?2 OR substr(sealed, 1, 2) <> ?3) ORDER BY id LIMIT ?4`,
			"UPDATE staff SET alg = ?1, sealed = ?2, salt = ?3 WHERE id = ?4 AND rev = ?5", nil},
		{qualityRow, `SELECT id, uuid, kind, NULL, 0, salt, alg, sealed FROM quality
			WHERE id >= ?1 AND (alg <> ?2 OR substr(sealed, 1, 2) <> ?3) ORDER BY id LIMIT ?4`,
			"UPDATE quality SET alg = ?1, sealed = ?2, salt = ?3 WHERE id = ?4 AND kind = ?5", nil},
		{callRow, `SELECT id, uuid, rev, NULL, 0, salt, alg, sealed FROM call
			WHERE id >= ?1 AND (alg <> ?2 OR substr(sealed, 1, 2) <> ?3) ORDER BY id LIMIT ?4`,
			"UPDATE call SET alg = ?1, sealed = ?2, salt = ?3 WHERE id = ?4 AND rev = ?5", nil},
	}
}

// Reseal carries on where a RotateKey was interrupted; otherwise there is
// nothing to do.
func (s *Store) Reseal(ctx context.Context, progress func(rows int)) error {
	sealer, ok := s.seal.(*vaulted)
	if !ok {
		return nil
	}
	if v := sealer.vault.Load(); !v.Plain() && !v.Rotating() {
		return nil
	}
	if err := s.reseal(ctx, progress); err != nil {
		return fmt.Errorf("seal the records anew: %w", err)
	}
	return nil
}

// reseal brings every row to the newest key and retires the others.
func (s *Store) reseal(ctx context.Context, progress func(rows int)) error {
	rows := 0
	count := func(n int) {
		if rows += n; progress != nil {
			progress(rows)
		}
	}
	for _, table := range sealedTables() {
		if err := s.resealTable(ctx, table, count); err != nil {
			return err
		}
	}
	if err := s.change(ctx, (*tx).resealSecrets); err != nil {
		return err
	}
	sealer := s.seal.(*vaulted)
	plain := sealer.vault.Load().Plain()
	if plain {
		if err := s.sealAudit(ctx, count); err != nil {
			return err
		}
	}
	if err := s.change(ctx, func(t *tx) error {
		return t.do("DELETE FROM result_token WHERE key <> ?", sealer.key())
	}); err != nil {
		return err
	}
	if plain {
		if err := s.wipe(ctx); err != nil {
			return err
		}
	}
	err := s.changeRing(ctx, auditKeySettled, func(v *vault.Vault) (*vault.Vault, error) { return v.Settle(s.now()) })
	if err == nil {
		s.log.Info("the records are sealed", "path", s.path, "rows", rows, "key", sealer.key())
	}
	return err
}

// resealTable seals the stale rows of one table, a batch in a transaction.
func (s *Store) resealTable(ctx context.Context, table sealedTable, count func(int)) error {
	from := int64(0)
	for {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		var n int
		err := s.change(ctx, func(t *tx) error {
			rows, err := t.stale(table, from)
			if err != nil {
				return err
			}
			for _, r := range rows {
				if err := t.resealRow(table, r); err != nil {
					return err
				}
				from = r.owner
			}
			n = len(rows)
			return nil
		})
		if err != nil || n == 0 {
			return err
		}
		count(n)
	}
}

// A staleRow is a row that is to be sealed anew.
type staleRow struct {
	owner, alg int64
	sealed     []byte
	binding
}

func (t *tx) stale(table sealedTable, from int64) ([]staleRow, error) {
	stmt, err := t.prepared(t.ctx, table.stale)
	if err != nil {
		return nil, err
	}
	seal := t.store.seal
	key := binary.BigEndian.AppendUint16(nil, uint16(seal.key()))
	rows, err := stmt.QueryContext(t.ctx, from, seal.alg(), key, t.store.batch)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []staleRow
	for rows.Next() {
		r := staleRow{binding: binding{table: table.number}}
		var id, patient []byte
		if err := rows.Scan(&r.owner, &id, &r.rev, &patient, &r.day, &r.salt, &r.alg, &r.sealed); err != nil {
			return nil, err
		}
		r.id = uuidOf(id)
		copy(r.patient[:], patient)
		out = append(out, r)
	}
	return out, rows.Err()
}

func (t *tx) resealRow(table sealedTable, r staleRow) error {
	seal := t.store.seal
	content, err := seal.open(r.alg, r.sealed, r.binding)
	if err != nil {
		return err
	}
	if r.salt == nil {
		r.salt = seal.salt()
	}
	if err := t.do(table.put, seal.alg(), seal.seal(content, r.binding), r.salt, r.owner, r.rev); err != nil {
		return err
	}
	if table.also == nil {
		return nil
	}
	return table.also(t, r.owner, content)
}

// resealSecrets seals what the kiosk itself keeps secret; there is little.
func (t *tx) resealSecrets() error {
	stmt, err := t.prepared(t.ctx, "SELECT name, alg, sealed FROM secret")
	if err != nil {
		return err
	}
	rows, err := stmt.QueryContext(t.ctx)
	if err != nil {
		return err
	}
	defer rows.Close()
	all := map[string][]byte{}
	for rows.Next() {
		var name string
		var alg int64
		var sealed []byte
		if err := rows.Scan(&name, &alg, &sealed); err != nil {
			return err
		}
		if all[name], err = t.store.seal.open(alg, sealed, secretBinding(name)); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	seal := t.store.seal
	for name, content := range all {
		err := t.do("UPDATE secret SET alg = ?, sealed = ? WHERE name = ?", seal.alg(), seal.seal(content, secretBinding(name)), name)
		if err != nil {
			return err
		}
	}
	return nil
}

func renewPatientTokens(t *tx, owner int64, content []byte) error {
	var p Patient
	if err := json.Unmarshal(content, &p); err != nil {
		return fmt.Errorf("%w: patient: %w", ErrCorrupt, err)
	}
	if err := t.do("DELETE FROM patient_token WHERE patient = ?", owner); err != nil {
		return err
	}
	return t.putTokens(&p, owner)
}

// renewResultTokens adds the tokens of the newest key; the others go when all
// are there.
func renewResultTokens(t *tx, owner int64, content []byte) error {
	e, _, err := decodePayload(&jsonread.Reader{}, content)
	if err != nil {
		return err
	}
	for _, o := range e.Observations {
		text, ok := savedText(o)
		if !ok {
			continue
		}
		if err := t.putResultToken(text, owner); err != nil {
			return err
		}
	}
	return nil
}

// sealAudit seals audit entries from before the keys. Their hashes stay those
// of the entries in the open, so that a chain somebody has noted still holds.
func (s *Store) sealAudit(ctx context.Context, count func(int)) error {
	for {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		n := 0
		err := s.change(ctx, func(t *tx) (err error) {
			n, err = t.sealAudit()
			return err
		})
		if err != nil || n == 0 {
			return err
		}
		count(n)
	}
}

// sealAudit seals a batch. The trigger that forbids changes is away meanwhile:
// a transaction shows all of that to others, or nothing.
func (t *tx) sealAudit() (n int, err error) {
	var trigger string
	known, err := t.row("SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = 'audit_no_update'", nil, &trigger)
	if err != nil || !known {
		return 0, fmt.Errorf("the audit trail's trigger: %w", err)
	}
	open, err := t.openAudit()
	if err != nil || len(open) == 0 {
		return 0, err
	}
	if err := t.do("DROP TRIGGER audit_no_update"); err != nil {
		return 0, err
	}
	seal := t.store.seal
	for _, r := range open {
		row := binding{table: auditRow, rev: r.seq}
		content, err := seal.open(r.alg, r.body, row)
		if err != nil {
			return 0, err
		}
		if err := t.do("UPDATE audit SET alg = ?, body = ? WHERE seq = ?", chainedAlg, seal.seal(content, row), r.seq); err != nil {
			return 0, err
		}
	}
	return len(open), t.do(trigger)
}

func (t *tx) openAudit() ([]auditRecord, error) {
	stmt, err := t.prepared(t.ctx, "SELECT seq, alg, body FROM audit WHERE alg = ? ORDER BY seq LIMIT ?")
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(t.ctx, openAlg, t.store.batch)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []auditRecord
	for rows.Next() {
		var r auditRecord
		if err := rows.Scan(&r.seq, &r.alg, &r.body); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// asChained returns the entry as it was when its hash was taken. One that
// cannot be opened has no hash that fits.
func (r auditRecord) asChained(seal sealer) auditRecord {
	if r.alg != chainedAlg {
		return r
	}
	row := binding{table: auditRow, rev: r.seq}
	content, err := seal.open(r.alg, r.body, row)
	if err == nil {
		r.alg, r.body = openAlg, openly{}.seal(content, row)
	}
	return r
}

// wipe leaves nothing of what was not sealed: neither in free pages, nor in the
// log, nor in the copies made before an upgrade.
func (s *Store) wipe(ctx context.Context) error {
	err := s.exclusively(ctx, func(ctx context.Context) error {
		_, err := s.write.conn.ExecContext(ctx, "VACUUM")
		return err
	})
	if err == nil {
		err = s.emptyLog(ctx)
	}
	if err != nil {
		return err
	}
	beside, err := os.ReadDir(filepath.Dir(s.path))
	if err != nil {
		return err
	}
	for _, f := range beside {
		if !strings.HasPrefix(f.Name(), filepath.Base(s.path)+copySuffix) {
			continue
		}
		if err := os.Remove(filepath.Join(filepath.Dir(s.path), f.Name())); err != nil {
			return err
		}
		s.log.Info("a copy that was not sealed is removed", "name", f.Name())
	}
	return nil
}
