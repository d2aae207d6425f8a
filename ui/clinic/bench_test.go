package clinic

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"aidpost/app/desk"
	"aidpost/records"
	"aidpost/ui/kit"
)

// crowd is how many people are in the records of the benchmarks; 100,000 take a
// few minutes to write down first.
func crowd(b *testing.B) int {
	n, err := strconv.Atoi(os.Getenv("AIDPOST_PEOPLE"))
	if err != nil {
		return 5000
	}
	return n
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
