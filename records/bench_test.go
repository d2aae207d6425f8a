package records

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"aidpost/records/vitals"
)

// BenchmarkSave stores visits of 60 patients: three blood pressures, their
// mean, and 3,000 bytes of captures each, one after the other and as eight and 32
// people at once would. Each Save returns when its visit is on disk. Between
// the saves as many bytes as a visit takes in the log are appended to a plain
// file and synced, the plainest way there is to keep one thing at a time:
// of-disk is the share of that speed which Save reaches.
func BenchmarkSave(b *testing.B) {
	for _, savers := range []int{1, 8, 32} {
		b.Run(fmt.Sprint(savers), func(b *testing.B) { benchmarkSave(b, savers) })
	}
}

func benchmarkSave(b *testing.B, savers int) {
	s := openTemp(b, Options{})
	var people []*Patient
	for range 60 {
		people = append(people, ada())
		save(b, s, visit(people[len(people)-1], now.Add(-time.Hour)))
	}
	plain, err := os.Create(filepath.Join(b.TempDir(), "plain"))
	if err != nil {
		b.Fatal(err)
	}
	defer plain.Close()
	data := make([]byte, visitBytes(b, s, people[0]))
	var limit, took time.Duration
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		all := make([]*Encounter, savers)
		for i := range all {
			limit += appendAndSync(b, plain, data)
			all[i] = visit(people[n%len(people)], now.Add(-time.Hour))
			n++
		}
		began := time.Now()
		saveAtOnce(b, s, all)
		took += time.Since(began)
	}
	b.ReportMetric(float64(n)/took.Seconds(), "encounters/s")
	b.ReportMetric(limit.Seconds()/took.Seconds(), "of-disk")
	b.ReportMetric(float64(len(data)), "log-B/op")
}

// saveAtOnce has as many people as there are visits save one each.
func saveAtOnce(b *testing.B, s *Store, all []*Encounter) {
	if len(all) == 1 {
		save(b, s, all[0])
		return
	}
	var work sync.WaitGroup
	for _, e := range all {
		work.Go(func() {
			if err := s.Save(context.Background(), e); err != nil {
				b.Error(err)
			}
		})
	}
	work.Wait()
}

// BenchmarkSealing saves visits into a sealed store and one in the open by
// turns: of-plain is the speed of the one as a share of the other's.
func BenchmarkSealing(b *testing.B) {
	sealed, plain := openTemp(b, Options{}), openPlain(b, filepath.Join(b.TempDir(), "plain.db"), Options{})
	var with, without time.Duration
	timed := func(s *Store, p *Patient) time.Duration {
		e := visit(p, now.Add(-time.Hour))
		began := time.Now()
		save(b, s, e)
		return time.Since(began)
	}
	p, q := ada(), ada()
	for b.Loop() {
		with += timed(sealed, p)
		without += timed(plain, q)
	}
	b.ReportMetric(without.Seconds()/with.Seconds(), "of-plain")
}

// visitBytes measures what one visit adds to the log.
func visitBytes(b *testing.B, s *Store, p *Patient) int {
	b.Helper()
	if _, err := s.write.conn.ExecContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		b.Fatal(err)
	}
	const n = 20
	s.write.commits = 0 // so that nothing is tidied before the log was looked at
	for range n {
		save(b, s, visit(p, now.Add(-time.Hour)))
	}
	info, err := os.Stat(s.Path() + "-wal")
	if err != nil {
		b.Fatal(err)
	}
	return int(info.Size()) / n
}

// appendAndSync returns how long this disk takes to keep data.
func appendAndSync(b *testing.B, f *os.File, data []byte) time.Duration {
	b.Helper()
	began := time.Now()
	if _, err := f.Write(data); err != nil {
		b.Fatal(err)
	}
	if err := f.Sync(); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}

// fill stores n visits of people in turn, an hour apart, without waiting for
// the disk each time.
func fill(b *testing.B, open func(testing.TB, string, Options) *Store, path string, people []*Patient, n int) {
	b.Helper()
	fillBy(b, open, path, n, func(i int) *Patient { return people[i%len(people)] })
}

// fillBy is fill where who says whose each visit is.
func fillBy(b *testing.B, open func(testing.TB, string, Options) *Store, path string, n int, who func(int) *Patient) {
	b.Helper()
	s := open(b, path, Options{})
	if _, err := s.write.conn.ExecContext(context.Background(), "PRAGMA synchronous=OFF"); err != nil {
		b.Fatal(err)
	}
	for i := range n {
		e := visit(who(i), now.Add(-time.Duration(n-i)*time.Hour))
		for j := range e.Observations {
			e.Observations[j].Capture = nil
		}
		save(b, s, e)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkHistory reads the blood pressures of 260 visits, five years of one
// a week, among those of 20 other people.
func BenchmarkHistory(b *testing.B) {
	b.Run("sealed", func(b *testing.B) { history(b, openAt) })
	b.Run("open", func(b *testing.B) { history(b, openPlain) })
}

func history(b *testing.B, open func(testing.TB, string, Options) *Store) {
	path := filepath.Join(b.TempDir(), "a.db")
	var people []*Patient
	for range 21 {
		people = append(people, ada())
	}
	fill(b, open, path, people, 260*21)
	s := open(b, path, Options{})
	b.ReportAllocs()
	for b.Loop() {
		got, err := s.History(context.Background(), people[3].ID, vitals.BloodPressure, 0)
		if err != nil || len(got) != 260 {
			b.Fatal(len(got), err)
		}
	}
}

// someName makes a name of two to four syllables.
func someName(r *rand.Rand) string {
	parts := []string{"ma", "ri", "jo", "se", "lo", "pez", "an", "na", "gar", "cia", "ki", "ra", "ben", "son", "el", "sa", "to", "mi", "ü", "é"}
	var out strings.Builder
	for range 2 + r.IntN(3) {
		out.WriteString(parts[r.IntN(len(parts))])
	}
	return out.String()
}

// BenchmarkMillion opens, lists, searches, exports, checks and backs up a store
// of a million observations of 100,000 people, one of whom came every week for five
// years.
func BenchmarkMillion(b *testing.B) {
	const visits, patients, often = 250_000, 100_000, 260 // four observations each
	path := filepath.Join(b.TempDir(), "a.db")
	var people []*Patient
	r := rand.New(rand.NewPCG(3, 4))
	for range patients {
		people = append(people, &Patient{
			ID: NewID(), Given: someName(r), Family: someName(r), BirthDate: Date{1930 + r.IntN(90), 1 + r.IntN(12), 1 + r.IntN(28)},
			Identifiers: []Identifier{{"card", fmt.Sprint("c", r.IntN(1e9))}}, Created: now.Add(-time.Hour),
		})
	}
	fillBy(b, openAt, path, visits, func(i int) *Patient {
		if i%(visits/often) == 0 && i/(visits/often) < often {
			return people[0]
		}
		return people[1+i%(patients-1)]
	})
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			s := openAt(b, path, Options{})
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
	s := openAt(b, path, Options{})
	b.Run("trend", func(b *testing.B) {
		defer processorTime(b)()
		for b.Loop() {
			got, err := s.History(context.Background(), people[0].ID, vitals.BloodPressure, 0)
			if err != nil || len(got) != often {
				b.Fatal(len(got), err)
			}
		}
	})
	b.Run("list", func(b *testing.B) {
		b.ReportAllocs()
		var before, after runtime.MemStats
		for b.Loop() {
			runtime.GC()
			runtime.ReadMemStats(&before)
			n := 0
			for _, err := range s.Encounters(context.Background(), Filter{}) {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			if n != visits {
				b.Fatal(n)
			}
		}
		b.ReportMetric(float64(visits)*float64(b.N)/b.Elapsed().Seconds(), "encounters/s")
		b.ReportMetric(float64(int64(after.HeapAlloc)-int64(before.HeapAlloc)), "B-kept")
	})
	b.Run("each", func(b *testing.B) { eachVisit(b, s, visits) })
	b.Run("check", func(b *testing.B) {
		for b.Loop() {
			if report, err := s.Check(context.Background(), nil); err != nil || report.Err() != nil {
				b.Fatal(report.Err(), err)
			}
		}
	})
	b.Run("backup", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Backup(context.Background(), filepath.Join(b.TempDir(), "b.db"), nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("newest50", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for _, err := range s.Encounters(context.Background(), Filter{Limit: 50}) {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("index", func(b *testing.B) {
		for b.Loop() {
			s.directory = directory{}
			if err := s.PrepareSearch(context.Background()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("search", func(b *testing.B) {
		texts := []string{"mar", "lop gar", "ben", "kir so", "zzz", "jos 1950", "c12345", "garcia"}
		var took []time.Duration
		b.ReportAllocs()
		defer processorTime(b)()
		for i := 0; b.Loop(); i++ {
			began := time.Now()
			if _, err := s.Search(context.Background(), texts[i%len(texts)], 0); err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(began))
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	})
	b.Run("find", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := s.FindPatient(context.Background(), "Grace", "Hopper", Date{1906, 12, 9}); err == nil {
				b.Fatal("found")
			}
		}
	})
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	b.Run("usable", func(b *testing.B) { openToUsable(b, path, people[1]) }) // last, since it saves
}

// openToUsable opens the records as a kiosk does, until the newest visits are
// listed, a person is known by their card and a visit of theirs is on disk; search-s
// is until the first search by name is answered, too, which waits for the index.
func openToUsable(b *testing.B, path string, known *Patient) {
	ctx := context.Background()
	var searched time.Duration
	defer processorTime(b)()
	for b.Loop() {
		began := time.Now()
		s := openAt(b, path, Options{PrepareSearch: true})
		for _, err := range s.Encounters(ctx, Filter{Limit: 50}) {
			if err != nil {
				b.Fatal(err)
			}
		}
		p, err := s.PatientByIdentifier(ctx, known.Identifiers[0])
		if err != nil {
			b.Fatal(err)
		}
		save(b, s, visit(p, now.Add(-time.Hour)))
		b.StopTimer()
		if _, err := s.Search(ctx, "mar", 0); err != nil {
			b.Fatal(err)
		}
		searched += time.Since(began)
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(searched.Seconds()/float64(b.N), "search-s")
}

// eachVisit reads every visit as an export does, and looks how much memory is
// in use on the way.
func eachVisit(b *testing.B, s *Store, visits int) {
	var most uint64
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	before := stats.HeapAlloc
	b.ResetTimer()
	for b.Loop() {
		n := 0
		err := s.Each(context.Background(), Filter{}, func(*Encounter) error {
			if n++; n%10_000 == 0 {
				runtime.GC()
				runtime.ReadMemStats(&stats)
				most = max(most, stats.HeapAlloc)
			}
			return nil
		})
		if err != nil || n != visits {
			b.Fatal(n, err)
		}
	}
	b.ReportMetric(float64(visits)*float64(b.N)/b.Elapsed().Seconds(), "encounters/s")
	b.ReportMetric((float64(most)-float64(before))/(1<<20), "MB-more")
}
