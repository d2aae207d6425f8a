package records

import (
	"slices"
	"strings"
	"testing"
)

// TestOutboxIsNotReadWhole: what is asked while very many entries wait, or are done,
// reads no more of them than it tells of. Counting reads an index and no entry.
func TestOutboxIsNotReadWhole(t *testing.T) {
	s := openTemp(t, Options{})
	small := []string{"COVERING INDEX outbox_state", "CONSTANT ROW"}
	for name, query := range map[string]string{
		"count": countOutbox, "next": nextOutbox, "retry": delayedOutbox, "reclaim": reclaimOutbox, "parked": parkedOutbox, "carried": entryOutbox + carriedOutbox,
		"due": entryOutbox + dueOutbox,
	} {
		rows, err := s.db.Query("EXPLAIN QUERY PLAN "+query, make([]any, strings.Count(query, "?"))...)
		if err != nil {
			t.Fatal(name, err)
		}
		defer rows.Close()
		for rows.Next() {
			var id, parent, unused int
			var step string
			if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
				t.Fatal(err)
			}
			whole := strings.HasPrefix(step, "SCAN") && !slices.ContainsFunc(small, func(index string) bool { return strings.HasSuffix(step, index) })
			if whole || strings.Contains(step, "TEMP B-TREE") {
				t.Errorf("%s: %s", name, step)
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
}
