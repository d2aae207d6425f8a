package reports

import (
	"context"
	"fmt"
	"image"
	"io"
	"runtime"
	"testing"

	"aidpost/records"
)

// pagesIn counts the pages of what a kind lays out.
func pagesIn(b *testing.B, w world, k kind, i Issue) int {
	b.Helper()
	l, err := k.compose(w, i, usualWords())
	if err != nil {
		b.Fatal(err)
	}
	return len(l.pages)
}

// BenchmarkKinds writes each kind to a file of its own, as a batch does.
func BenchmarkKinds(b *testing.B) {
	w := newWorld(b)
	for _, k := range kinds() {
		for _, lang := range []string{"en", "ar"} {
			b.Run(k.name+"-"+lang, func(b *testing.B) {
				i := w.issue(lang, A4)
				pages := pagesIn(b, w, k, i)
				b.ReportAllocs()
				for b.Loop() {
					if err := k.write(context.Background(), io.Discard, w, i, usualWords()); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(pages*b.N)/b.Elapsed().Seconds(), "pages/s")
			})
		}
	}
}

// BenchmarkDayList writes a register of many visits, and tells how much the
// heap had grown at most when a page was written.
func BenchmarkDayList(b *testing.B) {
	w := newWorld(b)
	for _, visits := range []int{1000, 10_000, 50_000} {
		b.Run(fmt.Sprint(visits), func(b *testing.B) {
			l := w.dayList(w.issue("en", A4), usualWords())
			e := w.encounter(1, usualWords())
			l.Each = func(_ context.Context, fn func(*records.Encounter) error) error {
				for n := range visits {
					e.Started = visitStart.AddDate(0, 0, n/200)
					if err := fn(&e); err != nil {
						return err
					}
				}
				return nil
			}
			for b.Loop() {
				peak := &heapPeak{}
				peak.look()
				peak.first = peak.most
				if err := WriteDayList(context.Background(), peak, l); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(peak.most-peak.first)/(1<<20), "MB-more")
			}
			b.ReportMetric(float64(visits*b.N)/b.Elapsed().Seconds(), "visits/s")
		})
	}
}

// A heapPeak is a file that looks at the heap while it is written.
type heapPeak struct{ first, most, written uint64 }

func (h *heapPeak) look() {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	h.most = max(h.most, m.HeapAlloc)
}

func (h *heapPeak) Write(p []byte) (int, error) {
	const every = 256 << 10
	if before := h.written; before/every != (before+uint64(len(p)))/every {
		h.look()
	}
	h.written += uint64(len(p))
	return len(p), nil
}

// BenchmarkAlbum draws the summary of a visit for the screen.
func BenchmarkAlbum(b *testing.B) {
	w := newWorld(b)
	d := w.visit(w.issue("en", A4), usualWords())
	pages := 0
	album := &Album{DPI: 96, Page: func(image.Image) error { pages++; return nil }}
	for b.Loop() {
		if err := Summary(context.Background(), album, d); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(pages)/b.Elapsed().Seconds(), "pages/s")
}
