package reports

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/vitals"
	"aidpost/reports/paper"
)

var update = flag.Bool("update", false, "write the layouts anew")

func pdf(t testing.TB, d Data) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Summary(context.Background(), &b, d); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pagesOf(t testing.TB, d Data) []*paper.Sheet {
	t.Helper()
	l, err := compose(context.Background(), d)
	if err != nil {
		t.Fatal(err)
	}
	return l.pages
}

// allText is every line of the pages in drawing order.
func allText(pages []*paper.Sheet) string {
	var b strings.Builder
	for _, page := range pages {
		for _, text := range page.Texts() {
			b.WriteString(text.Line + "\n")
		}
	}
	return b.String()
}

// A page is compared by what stands where, not by bytes.
func TestLayout(t *testing.T) {
	for _, s := range samples(t) {
		if s.name != "en-known-a4" && s.name != "en-critical-a4" && s.name != "ar-guest-letter" {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			var b strings.Builder
			for i, page := range pagesOf(t, s.data) {
				fmt.Fprintf(&b, "page %d\n", i+1)
				for _, text := range page.Texts() {
					fmt.Fprintf(&b, "%6.1f %6.1f %-7s %4.1f %q\n", text.At.X, text.At.Y, text.Style.Face, text.Style.Size, text.Line)
				}
			}
			golden := "testdata/" + s.name + ".layout"
			if *update {
				if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got := b.String(); got != string(want) {
				t.Errorf("the layout has changed; look at the page, then run with -update\n%s", firstDifference(got, string(want)))
			}
		})
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d\ngot  %s\nwant %s", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("got %d lines, want %d", len(g), len(w))
}

// Nothing is cut at an edge and no line runs into another, in any language,
// in a stretched one, and with names that are far too long.
func TestNothingOverlaps(t *testing.T) {
	all := samples(t)
	w := newWorld(t)
	for _, s := range samples(t) {
		if strings.HasPrefix(s.name, "en-") {
			s.name = "pseudo" + s.name[2:]
			s.data.Lang = w.catalogue.Pseudo()
			all = append(all, s)
		}
	}
	for _, s := range all {
		t.Run(s.name, func(t *testing.T) {
			size := s.data.Paper.size()
			for n, page := range pagesOf(t, s.data) {
				texts := page.Texts()
				for i, a := range texts {
					if a.At.X < marginSide-3 || a.At.X+a.Width > size.Width-marginSide+3 || a.At.Y > size.Height-16 {
						t.Errorf("page %d: %q stands in the margin at %.0f..%.0f, %.0f", n+1, a.Line, a.At.X, a.At.X+a.Width, a.At.Y)
					}
					for _, b := range texts[i+1:] {
						if overlap(a, b) {
							t.Errorf("page %d: %q runs into %q", n+1, a.Line, b.Line)
						}
					}
				}
			}
		})
	}
}

// overlap compares the boxes of capitals and short tails.
func overlap(a, b paper.SetText) bool {
	const slack = 0.5
	top := func(s paper.SetText) float64 { return s.At.Y - 0.7*s.Style.Size }
	foot := func(s paper.SetText) float64 { return s.At.Y + 0.1*s.Style.Size }
	return a.At.X+slack < b.At.X+b.Width && b.At.X+slack < a.At.X+a.Width && top(a)+slack < foot(b) && top(b)+slack < foot(a)
}

var pageObject = regexp.MustCompile(`/Type /Page\b[^s]`)

func TestPages(t *testing.T) {
	for _, s := range samples(t) {
		file := pdf(t, s.data)
		if !bytes.HasPrefix(file, []byte("%PDF-1.")) || !bytes.HasSuffix(bytes.TrimSpace(file), []byte("%%EOF")) {
			t.Errorf("%s is not a PDF", s.name)
		}
		if n := len(pageObject.FindAll(file, -1)); n < 1 || n > 2 {
			t.Errorf("%s has %d pages, want one or two", s.name, n)
		}
		if again := pdf(t, s.data); !bytes.Equal(file, again) {
			t.Errorf("%s: the same visit gave other bytes", s.name)
		}
	}
}

// A visit of everything, with years before it, is a sheet of two sides, and so are
// somebody's newest results.
func TestWholeVisitIsOneSheet(t *testing.T) {
	w := newWorld(t)
	for _, lang := range w.catalogue.Langs() {
		for _, p := range []Paper{A4, Letter} {
			visit, err := compose(t.Context(), w.visit(w.issue(lang.Tag(), p), usualWords()))
			if err != nil {
				t.Fatal(err)
			}
			newest, err := composeGlance(t.Context(), w.person(w.issue(lang.Tag(), p), usualWords()))
			if err != nil {
				t.Fatal(err)
			}
			if len(visit.pages) > 2 || len(newest.pages) > 2 {
				t.Errorf("%s %s: %d and %d pages", lang.Tag(), p, len(visit.pages), len(newest.pages))
			}
		}
	}
}

func TestOneMeasurementIsOnePage(t *testing.T) {
	w := newWorld(t)
	for _, lang := range w.catalogue.Langs() {
		d := w.data(lang.Tag())
		d.Paper = Letter
		d.Encounter.Observations = w.pressureSeries(t, [3]int{150, 90, 76}, [3]int{141, 85, 74}, [3]int{130, 84, 72}, [3]int{132, 84, 71})
		if n := len(pagesOf(t, d)); n != 1 {
			t.Errorf("%s: %d pages", lang.Tag(), n)
		}
	}
}

// A page made with simulated instruments says so at its head.
func TestDemo(t *testing.T) {
	for _, s := range samples(t) {
		for i, page := range pagesOf(t, s.data) {
			said := false
			for _, text := range page.Texts() {
				said = said || text.Style == strong && text.At.Y < 140
			}
			if said != s.data.Demo {
				t.Errorf("%s, page %d: says it is a demonstration: %t", s.name, i+1, said)
			}
		}
	}
}

// What a doctor copies out of the file is what stands on it.
func TestTextCanBeExtracted(t *testing.T) {
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("SKIPPED: pdftotext (poppler-utils) is not installed, extraction was not checked")
	}
	want := map[string][]string{
		"en-known-a4":    {"Amina Okafor", "132/83", "mmHg", "Stage 1 range", "97", "104", "mg/dL", "A2-100733", "Page 2 of", "Copy 2", "Jones DW"},
		"es-critical-a4": {"188/117", ">600", "Llame al 112", "Demostración"},
		"fr-known-a4":    {"Tension artérielle", "132/83"},
		"en-odd-letter":  {"<20", "Wolfeschlegel"},
		"ar-known-a4":    {"132/83", "mmHg", "A2-100733"},
	}
	for _, s := range samples(t) {
		if len(want[s.name]) == 0 {
			continue
		}
		cmd := exec.CommandContext(t.Context(), tool, "-layout", "-", "-")
		cmd.Stdin = bytes.NewReader(pdf(t, s.data))
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range want[s.name] {
			if !strings.Contains(string(out), text) {
				t.Errorf("%s: %q cannot be extracted", s.name, text)
			}
		}
	}
}

func TestOffScaleIsNeverANumber(t *testing.T) {
	w := newWorld(t)
	for c, want := range map[vitals.Comparator]string{vitals.Below: "<20", vitals.Above: ">20"} {
		d := w.data("en")
		d.Encounter.Observations = []records.Observation{
			w.observe(t, "g", vitals.BloodGlucose, visitStart, "", sugar(20, c)...),
		}
		lines := strings.Split(allText(pagesOf(t, d)), "\n")
		if !slices.Contains(lines, want) || slices.Contains(lines, "20") {
			t.Errorf("the summary of %s does not say so", want)
		}
	}
}

// Each language has its words on the page, and a page that is read from the
// right is the mirror of the others.
func TestMirrored(t *testing.T) {
	w := newWorld(t)
	for _, lang := range w.catalogue.Langs() {
		d := w.data(lang.Tag())
		d.Lang = lang
		page := pagesOf(t, d)[0]
		name := page.Texts()[0]
		right := name.At.X+name.Width > d.Paper.size().Width-marginSide-1
		if right != (lang.Direction() == words.RTL) {
			t.Errorf("%s: the letterhead begins at %.0f", lang.Tag(), name.At.X)
		}
	}
}

// An address of Latin letters keeps its house number in front, on every page.
func TestAddressKeepsItsOrder(t *testing.T) {
	w := newWorld(t)
	d := w.data("fa")
	d.Site.Address = []string{"12 Mill Street", "شارع 12"}
	var lines []string
	for _, text := range pagesOf(t, d)[0].Texts() {
		lines = append(lines, text.Line)
	}
	arabic := func(line string) bool { return strings.HasPrefix(line, "12 ") && line != "12 Mill Street" }
	if !slices.Contains(lines, "12 Mill Street") || !slices.ContainsFunc(lines, arabic) {
		t.Errorf("%q", lines[:8])
	}
}

func TestSeries(t *testing.T) {
	w := newWorld(t)
	d := w.data("en")
	series := w.pressureSeries(t, [3]int{142, 88, 76}, [3]int{134, 84, 74}, [3]int{130, 82, 72})
	other := series[0]
	other.ID, other.State = "void", records.Voided
	other.Values = bp(111, 66, 55)
	d.Encounter.Observations = append([]records.Observation{other}, series...)
	text := allText(pagesOf(t, d))
	for _, want := range []string{"132/83", "142/88", "134/84", "130/82", "Average of 2 readings"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if strings.Count(text, "Not counted") != 1 {
		t.Errorf("one reading is not counted, the page says %d", strings.Count(text, "Not counted"))
	}
	if strings.Contains(text, "111/66") {
		t.Error("a voided reading is printed")
	}
}

func TestTrendNeedsAnEarlierVisit(t *testing.T) {
	w := newWorld(t)
	heading := w.catalogue.Lang("en").T(words.ReportTrend)
	d := w.data("en")
	d.Encounter.Observations = w.pressureSeries(t, [3]int{134, 84, 74}, [3]int{130, 82, 72})
	d.History = d.Encounter.Observations
	if strings.Contains(allText(pagesOf(t, d)), heading) {
		t.Error("a trend of one visit")
	}
	if p, _ := newPanel(vitals.BloodPressure, d); len(p.earlier) > 0 {
		t.Errorf("%d readings of this visit stand in the trend twice", len(p.earlier))
	}
	d.History = []records.Observation{w.observe(t, "old", vitals.BloodPressure, visitStart.AddDate(0, -1, 0), "", bp(120, 70, 60)...)}
	if text := allText(pagesOf(t, d)); !strings.Contains(text, heading) || !strings.Contains(text, "2 visits") {
		t.Error("no trend of two visits")
	}
}

func TestHighestTierStandsAlone(t *testing.T) {
	w := newWorld(t)
	d := w.data("en")
	d.Encounter.Observations = []records.Observation{
		w.observe(t, "o", vitals.Oximetry, visitStart, "", oxygen(97, 70)...),
	}
	milder := "Measure again from time to time."
	if !strings.Contains(allText(pagesOf(t, d)), milder) {
		t.Fatal("no advice")
	}
	d.Tier = 4
	if text := allText(pagesOf(t, d)); strings.Contains(text, milder) || !strings.Contains(text, "Call 112.") {
		t.Errorf("symptoms did not raise the advice")
	}
}

func TestLogo(t *testing.T) {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray16(image.Rect(0, 0, 40, 20))); err != nil {
		t.Fatal(err)
	}
	d := newWorld(t).data("en")
	plain := len(pdf(t, d))
	d.Site.Logo = b.Bytes()
	if len(pdf(t, d)) <= plain {
		t.Error("the logo is not in the file")
	}
	for _, bad := range [][]byte{b.Bytes()[:50], []byte("GIF89a"), {0}} {
		d.Site.Logo = bad
		pdf(t, d)
	}
}

func TestSummaryErrors(t *testing.T) {
	d := newWorld(t).data("en")
	full := errors.New("disk full")
	if err := Summary(t.Context(), failing{full}, d); !errors.Is(err, full) {
		t.Errorf("writing gave %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	var b bytes.Buffer
	if err := Summary(ctx, &b, d); !errors.Is(err, context.Canceled) || b.Len() > 0 {
		t.Errorf("cancelled gave %v and %d bytes", err, b.Len())
	}
	if err := Summary(t.Context(), &b, Data{}); !errors.Is(err, ErrNoLanguage) {
		t.Errorf("no language gave %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestZone(t *testing.T) {
	d := newWorld(t).data("en")
	for zone, want := range map[string]string{
		"Europe/Madrid": "14:02 CET", "America/Sao_Paulo": "10:02 UTC-03:00", "nowhere": "13:02 UTC",
	} {
		d.Encounter.Zone = zone
		at, err := newDesk(d.issue())
		if err != nil {
			t.Fatal(err)
		}
		r := newReport(d, at)
		if got := r.when(d.Encounter.Started); !strings.HasSuffix(got, want) {
			t.Errorf("%s: %q, want %q", zone, got, want)
		}
	}
}

func FuzzSummary(f *testing.F) {
	f.Add("Amina", "Okafor", "note", "serial", uint8(0), int64(0))
	f.Add("😀👩‍👩‍👧", "\u202eevil\u0000", strings.Repeat("W", 3000), "\xff\xfe", uint8(3), int64(-1<<40))
	f.Add("عبد الرحمن (2) abc", "e\u0301 \u0301", "a\nb\tc", "لا إله", uint8(3), int64(1<<40))
	f.Add("नमस्ते", "\u0600\u06dd12", "{time}", "", uint8(2), int64(5))
	w := newWorld(f)
	langs := w.catalogue.Langs()
	f.Fuzz(func(t *testing.T, given, family, note, serial string, lang uint8, shift int64) {
		d := w.data("en")
		d.Lang = langs[int(lang)%len(langs)]
		d.Encounter.Patient.Given, d.Encounter.Patient.Family = given, family
		d.Encounter.Patient.Identifiers[0].Value = serial
		d.Encounter.Place.Location, d.Encounter.Place.Kiosk, d.Encounter.ID = note, given, records.ID(serial)
		d.Site.Name, d.Site.Address, d.Site.EmergencyNumber, d.Site.ApprovedBy = family, []string{note, given}, serial, note
		o := w.observe(t, "o", vitals.Oximetry, visitStart.Add(time.Duration(shift)*time.Second), "", oxygen(92, 70)...)
		o.Notes, o.Flags = []string{note, family}, []vitals.Flag{vitals.Flag(given)}
		o.Origin.Device.Serial, o.Origin.Device.Model, o.Judged[0].Source = serial, note, note
		d.Encounter.Observations = []records.Observation{o}
		old := o
		old.ID, old.Taken = "old", visitStart.AddDate(0, -1, 0)
		d.History = []records.Observation{old}
		pages := pagesOf(t, d)
		for _, page := range pages {
			for _, text := range page.Texts() {
				if text.At.X < 0 || text.At.X+text.Width > d.Paper.size().Width {
					t.Errorf("%q leaves the page", text.Line)
				}
			}
		}
		pdf(t, d)
	})
}

func BenchmarkSummary(b *testing.B) {
	for _, s := range samples(b) {
		if s.name != "en-known-a4" && s.name != "ar-known-a4" {
			continue
		}
		b.Run(s.name, func(b *testing.B) {
			b.ReportAllocs()
			pages := len(pagesOf(b, s.data))
			for b.Loop() {
				pdf(b, s.data)
			}
			b.ReportMetric(float64(pages*b.N)/b.Elapsed().Seconds(), "pages/s")
		})
	}
}
