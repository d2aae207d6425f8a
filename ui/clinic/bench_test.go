package clinic

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"aidpost/app/desk"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/ui/kit"
)

// crowd is how many people are in the records of the benchmarks; 100,000 take a
// few minutes to write down first.
func crowd(b *testing.B) int { return asked("AIDPOST_PEOPLE", 5000) }

// asked is a number that the environment sets.
func asked(name string, usual int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return usual
}

// BenchmarkFindToPaintedList is from a text in the field to the list on the
// screen, as the software painter draws it: search, opening what was found, the
// entry in the audit trail, and all pixels of 1366 by 768.
func BenchmarkFindToPaintedList(b *testing.B) {
	s := working(b, "en", sizes["1366x768"], kit.Look{})
	given := []string{"Fatima", "Nyota", "Jürgen", "Анна", "محمد", "Ana María", "Li", "Kwame", "Ingrid", "Tadesse"}
	family := []string{"al-Rashid", "Mwangi", "Großmann", "Ковальчук", "العلي", "Fernández", "Wang", "Mensah", "Berg", "Bekele"}
	n := crowd(b)
	for i := range n {
		born := records.Date{Year: 1930 + i%80, Month: 1 + i%12, Day: 1 + i%28}
		s.came(person(given[i%10], family[i/10%10]+" "+strconv.Itoa(i), born, "C-"+strconv.Itoa(i)), 48*time.Hour, -1)
	}
	if err := s.store.PrepareSearch(b.Context()); err != nil {
		b.Fatal(err)
	}
	s.turnTo(desk.PageFind)
	f := s.clinic.page.(*find)
	for _, text := range []string{"fatima al", "1956-", "C-4711", "mwngi"} {
		b.Run(fmt.Sprintf("%d/%s", n, text), func(b *testing.B) {
			for b.Loop() {
				f.field.SetText("")
				s.settle()
				f.field.SetText(text)
				s.settle()
				s.window.Canvas().Capture()
			}
			b.ReportMetric(float64(len(f.rows)), "found")
		})
	}
}

// BenchmarkPersonToPaintedPage is from a tap on a person to their page on the
// screen, with five years of weekly visits of three readings each: all of them
// read, the look on record, the table, the chart and all pixels of 1366 by 768.
func BenchmarkPersonToPaintedPage(b *testing.B) {
	s := working(b, "en", sizes["1366x768"], kit.Look{})
	s.equipped()
	p := fatima()
	s.history(p, 260)
	for b.Loop() {
		s.opened(p)
		s.window.Canvas().Capture()
		s.desk.Home()
		s.settle()
	}
}

// BenchmarkAuditPage is the page of the audit trail, as many entries as
// AIDPOST_ENTRIES says (TMPDIR=/dev/shm spares a slow disk the writing of them):
// opened and painted, filtered to what was refused, which
// reads all of it, and scrolled to the oldest entry, with what that keeps in
// memory.
func BenchmarkAuditPage(b *testing.B) {
	s := working(b, "en", sizes["1366x768"], kit.Look{})
	n := asked("AIDPOST_ENTRIES", 5000)
	const together = 64 // of a register that is printed, which are put on record at once
	for i := range together {
		s.came(nil, time.Duration(i)*time.Minute, -1) // guests, of whom there is little to read each time
	}
	s.act(func(ctx context.Context, a *records.Access) error {
		for i := range n / together {
			day := records.Filter{Since: s.now().Add(-2 * time.Hour), Until: s.now().Add(time.Hour)}
			if err := a.Register(day, "day list paper").Each(ctx, func(*records.Encounter) error { return nil }); err != nil {
				return err
			}
			if i%50 == 0 {
				if err := a.Note(ctx, records.Deed{Action: staff.PrintRecord, Outcome: records.Failed}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	open := func() *auditPage {
		s.desk.Go(desk.Route{Page: desk.PageAdmin})
		s.turnTo(desk.PageAudit)
		p := s.clinic.page.(*auditPage)
		s.window.Canvas().Capture()
		return p
	}
	b.Run(fmt.Sprint(n, "/open"), func(b *testing.B) {
		var took laps
		for b.Loop() {
			took.time(func() { open() })
		}
		took.report(b)
	})
	b.Run(fmt.Sprint(n, "/refused"), func(b *testing.B) {
		p := open()
		found := 0
		var took laps
		for b.Loop() {
			took.time(func() {
				p.filter(func(f *records.AuditFilter) { f.Refused = true })
				s.settle()
				s.window.Canvas().Capture()
			})
			found = len(p.rows)
			b.StopTimer()
			p.filter(func(f *records.AuditFilter) { f.Refused = false })
			s.settle()
			b.StartTimer()
		}
		took.report(b)
		b.ReportMetric(float64(found), "found")
	})
	b.Run(fmt.Sprint(n, "/oldest"), func(b *testing.B) {
		kept := 0.0
		var took laps // of each page further down
		for b.Loop() {
			b.StopTimer()
			p := open()
			before := heap()
			b.StartTimer()
			for !p.trail.State().End {
				took.time(func() {
					p.list.ScrollBy(float32(len(p.rows)) * s.clinic.listRowHeight())
					s.settle()
					s.window.Canvas().Capture()
				})
			}
			b.StopTimer()
			if last := p.rows[len(p.rows)-1]; last.Seq != 1 {
				b.Fatalf("the last entry is %d", last.Seq)
			}
			kept = float64(heap()-before) / (1 << 20)
			b.StartTimer()
		}
		took.report(b)
		b.ReportMetric(kept, "MiB-kept")
	})
}

// laps are how much of the processors each of many took: other programs may be at
// work as well.
type laps []time.Duration

func (l *laps) time(fn func()) {
	began := worked()
	fn()
	*l = append(*l, worked()-began)
}

// report tells the median and the 99th percentile.
func (l laps) report(b *testing.B) {
	slices.Sort(l)
	at := func(share float64) float64 {
		return float64(l[int(share*float64(len(l)-1)+0.5)].Microseconds()) / 1000
	}
	b.ReportMetric(at(0.5), "cpu-ms-p50")
	b.ReportMetric(at(0.99), "cpu-ms-p99")
}

// heap is what is in memory after everything that nobody needs is gone.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
