package reports

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"aidpost/assets/words"
	"aidpost/assets/words/bidi"
	"aidpost/records"
)

// A kind is one of the reports, laid out and written from the same sample.
type kind struct {
	name    string
	compose func(w world, i Issue, words sampleWords) (layout, error)
	write   func(ctx context.Context, w io.Writer, world world, i Issue, words sampleWords) error
}

func kinds() []kind {
	return []kind{
		{"visit", func(w world, i Issue, s sampleWords) (layout, error) {
			return compose(context.Background(), w.visit(i, s))
		},
			func(ctx context.Context, out io.Writer, w world, i Issue, s sampleWords) error {
				return Summary(ctx, out, w.visit(i, s))
			}},
		{"person", func(w world, i Issue, s sampleWords) (layout, error) {
			return composeGlance(context.Background(), w.person(i, s))
		},
			func(ctx context.Context, out io.Writer, w world, i Issue, s sampleWords) error {
				return AtAGlance(ctx, out, w.person(i, s))
			}},
		{"trend", func(w world, i Issue, s sampleWords) (layout, error) {
			return composeTrend(context.Background(), w.person(i, s))
		},
			func(ctx context.Context, out io.Writer, w world, i Issue, s sampleWords) error {
				return TrendReport(ctx, out, w.person(i, s))
			}},
		{"days", func(w world, i Issue, s sampleWords) (layout, error) {
			return streamed(i, w.dayList(i, s).compose)
		},
			func(ctx context.Context, out io.Writer, w world, i Issue, s sampleWords) error {
				return WriteDayList(ctx, out, w.dayList(i, s))
			}},
		{"quality", func(w world, i Issue, s sampleWords) (layout, error) {
			return composeQuality(context.Background(), w.quality(i, s))
		},
			func(ctx context.Context, out io.Writer, w world, i Issue, s sampleWords) error {
				return WriteQuality(ctx, out, w.quality(i, s))
			}},
		{"referral", func(w world, i Issue, s sampleWords) (layout, error) { return composeReferral(w.referral(i, s)) },
			func(ctx context.Context, out io.Writer, w world, i Issue, s sampleWords) error {
				return WriteReferral(ctx, out, w.referral(i, s))
			}},
		{"testpage", func(w world, i Issue, _ sampleWords) (layout, error) { return composeTestPage(w.testPage(i)) },
			func(ctx context.Context, out io.Writer, w world, i Issue, _ sampleWords) error {
				return WriteTestPage(ctx, out, w.testPage(i))
			}},
		{"ticket", func(w world, i Issue, s sampleWords) (layout, error) { return composeTicket(w.ticket(i, s)) },
			func(ctx context.Context, out io.Writer, w world, i Issue, s sampleWords) error {
				return WriteTicket(ctx, out, w.ticket(i, s))
			}},
		{"instruments", func(w world, i Issue, s sampleWords) (layout, error) {
			return composeInventory(Inventory{i, visitStart.AddDate(0, 0, -30), visitStart, w.instruments(s)})
		},
			func(ctx context.Context, out io.Writer, w world, i Issue, s sampleWords) error {
				return WriteInventory(ctx, out, Inventory{i, visitStart.AddDate(0, 0, -30), visitStart, w.instruments(s)})
			}},
		{"control", func(w world, i Issue, s sampleWords) (layout, error) { return composeControl(w.control(i, s)) },
			func(ctx context.Context, out io.Writer, w world, i Issue, s sampleWords) error {
				return ControlChart(ctx, out, w.control(i, s))
			}},
		{"passport", func(w world, i Issue, s sampleWords) (layout, error) { return composePassport(w.passport(i, s)) },
			func(ctx context.Context, out io.Writer, w world, i Issue, s sampleWords) error {
				return WritePassport(ctx, out, w.passport(i, s))
			}},
		{"closing", func(w world, i Issue, s sampleWords) (layout, error) { return streamed(i, w.closedDay(i, s).compose) },
			func(ctx context.Context, out io.Writer, w world, i Issue, s sampleWords) error {
				return WriteDayList(ctx, out, w.closedDay(i, s))
			}},
		{"audit", func(w world, i Issue, s sampleWords) (layout, error) { return streamed(i, w.extract(i, s).compose) },
			func(ctx context.Context, out io.Writer, w world, i Issue, s sampleWords) error {
				return WriteAuditExtract(ctx, out, w.extract(i, s))
			}},
		{"activity", func(w world, i Issue, s sampleWords) (layout, error) { return composeActivity(w.activity(i, s)) },
			func(ctx context.Context, out io.Writer, w world, i Issue, s sampleWords) error {
				return WriteActivity(ctx, out, w.activity(i, s))
			}},
		{"book", func(w world, i Issue, s sampleWords) (layout, error) { return composeBook(w.book(i, s)) },
			func(ctx context.Context, out io.Writer, w world, i Issue, s sampleWords) error {
				return WriteBook(ctx, out, w.book(i, s))
			}},
	}
}

// streamed lays out a report that is written page by page.
func streamed(i Issue, compose func(context.Context, *desk, func(leaf, int) error) error) (l layout, err error) {
	if l.desk, err = newDesk(i); err != nil {
		return l, err
	}
	err = compose(context.Background(), l.desk, func(p leaf, _ int) error {
		l.pages = append(l.pages, p.sheet)
		return nil
	})
	return l, err
}

// What is written is a PDF, the same each time, and nothing if it was stopped.
func TestEveryKindIsWritten(t *testing.T) {
	w := newWorld(t)
	stopped, stop := context.WithCancel(t.Context())
	stop()
	for _, k := range kinds() {
		i := w.issue("ar", Receipt)
		var one, two, none bytes.Buffer
		if err := k.write(t.Context(), &one, w, i, usualWords()); err != nil {
			t.Fatal(err)
		}
		if err := k.write(t.Context(), &two, w, i, usualWords()); err != nil || !bytes.Equal(one.Bytes(), two.Bytes()) {
			t.Errorf("%s: the same report gave other bytes, %v", k.name, err)
		}
		if !bytes.HasPrefix(one.Bytes(), []byte("%PDF-1.3")) || !bytes.HasSuffix(bytes.TrimSpace(one.Bytes()), []byte("%%EOF")) {
			t.Errorf("%s is not a PDF", k.name)
		}
		if err := k.write(stopped, &none, w, i, usualWords()); err == nil || none.Len() > 0 {
			t.Errorf("%s: stopped gave %v and %d bytes", k.name, err, none.Len())
		}
		i.Lang = words.Lang{}
		if err := k.write(t.Context(), &none, w, i, usualWords()); err == nil {
			t.Errorf("%s: no language is no error", k.name)
		}
	}
}

// A birth year that was worked out from an age is not printed as a day.
func TestEstimatedBirthIsAYear(t *testing.T) {
	w := newWorld(t)
	p := w.person(w.issue("en", A4), usualWords())
	p.Patient.BirthDate, p.Patient.BirthEstimated = records.Date{Year: 1986, Month: 7, Day: 1}, true
	l, err := composeGlance(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	said := allText(l.pages)
	if strings.Contains(said, "July") || !strings.Contains(said, "1986\n") {
		t.Error(said)
	}
}

// What simulated instruments measured is marked in the register.
func TestDayListMarksWhatIsMadeUp(t *testing.T) {
	w := newWorld(t)
	for _, madeUp := range []bool{false, true} {
		l := w.dayList(w.issue("en", A4), usualWords())
		l.MadeUp = func(records.Observation) bool { return madeUp }
		laid, err := streamed(l.Issue, l.compose)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(allText(laid.pages), "Simulated"); got != madeUp {
			t.Errorf("made up %t, marked %t", madeUp, got)
		}
	}
}

// The letter tells whoever reads it what is known of the person, how good the
// values are, who was told of them, which do not count and why, and what was
// written.
func TestReferralTellsAll(t *testing.T) {
	w := newWorld(t)
	typed := usualWords()
	l, err := composeReferral(w.referral(w.issue("en", A4), typed))
	if err != nil {
		t.Fatal(err)
	}
	said := strings.Join(strings.Fields(allText(l.pages)), " ")
	for _, want := range []string{"Diabetes", "Quality B", "was told", "read it back", "What they repeat", "Readings that do not count", typed.note} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in the letter: %s", want, said)
		}
	}
}

// Why something was measured and by whose order stands on the summary and on the
// letter, in every language, where somebody has said so and nowhere else.
func TestWhyAndByWhoseOrder(t *testing.T) {
	w := newWorld(t)
	answers := func(why, by string) []records.Answer {
		return []records.Answer{{Question: records.AskedReason, Answer: why}, {Question: records.AskedOrder, Answer: by}, {Question: "smoker", Answer: "no"}}
	}
	for _, lang := range w.catalogue.Langs() {
		for name, page := range map[string]func([]records.Answer) string{
			"summary": func(a []records.Answer) string {
				d := w.data(lang.Tag())
				d.Lang, d.Encounter.Answers = lang, a
				return allText(pagesOf(t, d))
			},
			"letter": func(a []records.Answer) string {
				r := w.referral(w.issue(lang.Tag(), A4), usualWords())
				r.Lang, r.Encounter.Answers = lang, a
				l, err := composeReferral(r)
				if err != nil {
					t.Fatal(err)
				}
				return allText(l.pages)
			},
		} {
			says := func(on string, key words.Key) bool {
				text := lang.T(key)
				return strings.Contains(on, text) || strings.Contains(on, bidi.Visual(text, true))
			}
			both, none := page(answers("symptoms", "doctor")), page(nil)
			for _, key := range []words.Key{words.MeasureReason, words.MeasureReasonSymptoms, words.MeasureOrder, words.MeasureOrderDoctor} {
				if !says(both, key) {
					t.Errorf("%s in %s: %q is not on it", name, lang.Tag(), lang.T(key))
				}
			}
			if says(none, words.MeasureReason) || says(none, words.MeasureOrder) {
				t.Errorf("%s in %s: a reason that nobody gave", name, lang.Tag())
			}
			if one := page(answers("", "rule")); says(one, words.MeasureReason) || !says(one, words.MeasureOrderRule) {
				t.Errorf("%s in %s: an order alone", name, lang.Tag())
			}
			if odd := page(answers("because", "nobody")); odd != none {
				t.Errorf("%s in %s: a code that nobody knows is printed", name, lang.Tag())
			}
		}
	}
}

// A small count is told neither by itself nor by what is missing of the sum.
func TestSmallCounts(t *testing.T) {
	for _, tt := range []struct {
		counts []int
		want   string
	}{
		{nil, ""}, {[]int{5, 32}, "5 32"}, {[]int{3}, "<5"}, {[]int{3, 5, 32}, "<5 <10 32"}, {[]int{30, 1, 14}, "30 <5 <15"},
		{[]int{3, 2, 40}, "<5 <5 40"}, {[]int{0, 4, 10}, "0 <5 <15"},
	} {
		if got := strings.ReplaceAll(strings.Join(counted(tt.counts), " "), "\u200e", ""); got != tt.want {
			t.Errorf("%v are told as %s, want %s", tt.counts, got, tt.want)
		}
	}
}
