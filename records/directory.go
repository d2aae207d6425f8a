package records

import (
	"context"
	"database/sql"
	"fmt"
	"runtime"
	"sync"

	"aidpost/records/jsonread"
	"aidpost/records/people"
)

// A directory is the index of names of an open store: made out of the opened
// records, and kept in step with what is saved.
type directory struct {
	build sync.Mutex // held while the index is made

	mu     sync.Mutex
	index  *people.Index // nil until it is made
	making bool
	saved  []people.Person // while it is made
}

// put takes in who was saved.
func (d *directory) put(all []people.Person) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.making:
		d.saved = append(d.saved, all...)
	case d.index != nil:
		d.index.Put(all...)
	}
}

// begin returns the index, or nil if it has to be made now: from then on, who
// is saved is remembered.
func (d *directory) begin() *people.Index {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.making = d.index == nil
	return d.index
}

// end keeps an index that was made; nil if that failed.
func (d *directory) end(index *people.Index) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if index != nil {
		index.Put(d.saved...)
	}
	d.index, d.making, d.saved = index, false, nil
}

// forget drops the index, since somebody who is in it was erased: the next
// search makes another.
func (d *directory) forget() {
	d.build.Lock() // not while one is made of what was there before
	defer d.build.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.index = nil
}

// PrepareSearch makes the index of names, which takes about a second for
// 100,000 people. The first search does it otherwise.
func (s *Store) PrepareSearch(ctx context.Context) error {
	if _, err := s.names(ctx); err != nil {
		return fmt.Errorf("index of names: %w", err)
	}
	return nil
}

// prepareSearch is PrepareSearch for when nobody waits for it.
func (s *Store) prepareSearch(ctx context.Context) {
	if err := s.PrepareSearch(ctx); err != nil && ctx.Err() == nil {
		s.log.Warn("preparing the search", "path", s.path, "error", err)
	}
}

// names returns the index of names. One look at the file fills it; whoever is
// saved after that look began is put in behind it, so that nobody is missed.
func (s *Store) names(ctx context.Context) (*people.Index, error) {
	d := &s.directory
	d.build.Lock()
	defer d.build.Unlock()
	if index := d.begin(); index != nil {
		return index, nil
	}
	index := &people.Index{}
	if err := s.read(ctx, func(r *reader) error { return r.everybody(index) }); err != nil {
		d.end(nil)
		return nil, err
	}
	d.end(index)
	return index, nil
}

// atOnce is how many patients are opened at a time.
const atOnce = 256

// A numberedPatient is a patient with the number of their row.
type numberedPatient struct {
	row int64
	sealedPatient
}

// everybody puts all patients into the index. They are opened on every processor,
// since that is what takes the time.
func (r *reader) everybody(index *people.Index) error {
	rows, err := r.QueryContext(r.ctx, "SELECT id, uuid, rev, salt, alg, sealed FROM patient")
	if err != nil {
		return err
	}
	defer rows.Close()
	sealed, failed := make(chan []numberedPatient), make(chan error, 1)
	var openers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		openers.Go(func() {
			var j jsonread.Reader
			for some := range sealed {
				if err := indexed(index, some, r.seal, &j); err != nil {
					select {
					case failed <- err:
					default: // of another one
					}
				}
			}
		})
	}
	err = handOut(rows, sealed, failed)
	close(sealed)
	openers.Wait()
	if err == nil && len(failed) > 0 {
		err = <-failed // while the last ones were opened
	}
	return err
}

// handOut sends the rows of patients to those who open them, until one of those
// fails.
func handOut(rows *sql.Rows, to chan<- []numberedPatient, failed <-chan error) error {
	for more := true; more; {
		some := make([]numberedPatient, 0, atOnce)
		for len(some) < atOnce {
			if more = rows.Next(); !more {
				break
			}
			var p numberedPatient
			if err := rows.Scan(&p.row, &p.uuid, &p.rev, &p.salt, &p.alg, &p.sealed); err != nil {
				return err
			}
			some = append(some, p)
		}
		select {
		case to <- some:
		case err := <-failed:
			return err
		}
	}
	return rows.Err()
}

// indexed puts some patients into the index.
func indexed(index *people.Index, some []numberedPatient, seal sealer, j *jsonread.Reader) error {
	all := make([]people.Person, 0, len(some))
	for i := range some {
		p, err := some[i].open(seal, j)
		if err != nil {
			return err
		}
		all = append(all, personOf(some[i].row, p))
	}
	index.Put(all...)
	return nil
}
