package words

import (
	"sync"
	"testing"
	"time"
)

func TestNumber(t *testing.T) {
	c := mustLoad(t)
	tests := []struct{ tag, decimal, want string }{
		{"en", "5.6", "5.6"}, {"es", "5.6", "5,6"}, {"fr", "-0.4", "-0,4"}, {"ar", "5.6", "5.6"},
		{"fr", "16.0/10.7", "16,0/10,7"}, {"es", "120/80", "120/80"}, {"es", "HI", "HI"},
		{"de", "5.6", "5,6"}, {"ru", "5.6", "5,6"}, {"vi", "5.6", "5,6"}, {"fa", "5.6", "5.6"},
		{"es", "5.", "5."}, {"es", ".5", ".5"}, {"es", "", ""}, {"fr", "janv.", "janv."},
	}
	for _, tc := range tests {
		if got := c.Lang(tc.tag).Number(tc.decimal); got != tc.want {
			t.Errorf("%s Number(%q) = %q, want %q", tc.tag, tc.decimal, got, tc.want)
		}
	}
}

func TestQuantity(t *testing.T) {
	c := mustLoad(t)
	tests := []struct{ tag, value, unit, want string }{
		{"en", "120/80", "mmHg", "120/80\u00a0mmHg"},
		{"es", "5.6", "mmol/L", "5,6\u00a0mmol/L"},
		{"en", "97", "%", "97%"},
		{"fr", "97", "%", "97\u00a0%"},
		{"fr", "72", "/min", "72\u00a0/min"},
		{"ar", "120/80", "mmHg", "\u200e120/80\u00a0mmHg\u200e"},
		{"ar", "97", "%", "\u200e97%\u200e"},
		{"de", "97", "%", "97\u00a0%"},
		{"ru", "97", "%", "97\u00a0%"},
		{"tr", "97", "%", "%97"},
		{"fa", "5.6", "mmol/L", "\u200e5.6\u00a0mmol/L\u200e"},
		{"ar", "97", "", "97"},
		{"ar", "HI", "", "\u200eHI\u200e"},
	}
	for _, tc := range tests {
		if got := c.Lang(tc.tag).Quantity(tc.value, tc.unit); got != tc.want {
			t.Errorf("%s Quantity(%q, %q) = %q, want %q", tc.tag, tc.value, tc.unit, got, tc.want)
		}
	}
}

// TestArabicKeepsValuesTogether: left-to-right values in an Arabic sentence are
// marked once; Arabic values and digits stay bare.
func TestArabicKeepsValuesTogether(t *testing.T) {
	ar := mustLoad(t).Lang("ar")
	tests := []struct{ got, want string }{
		{ar.T(UrgentTier4, With("number", "+1 555-0100")), "اتصل بالرقم \u200e+1 555-0100\u200e الآن."},
		{ar.T(MeasureBPLast, With("value", ar.Quantity("120/80", "mmHg"))), "آخر قراءة: \u200e120/80\u00a0mmHg\u200e"},
		{ar.T(WhoNew, With("name", "سارة")), "أهلا بك، سارة"},
		{ar.T(WhoNew, With("name", "Ada")), "أهلا بك، \u200eAda\u200e"},
		{ar.T(MeasureBPReading, With("n", 1), With("total", 3)), "القراءة 1 من 3"},
	}
	for _, tc := range tests {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}

func TestDates(t *testing.T) {
	c := mustLoad(t)
	at := time.Date(2026, time.August, 3, 14, 5, 59, 0, time.FixedZone("", 2*3600))
	tests := []struct{ tag, date, short, dateTime string }{
		{"en", "3 August 2026", "3 Aug", "3 August 2026, 14:05"},
		{"es", "3 de agosto de 2026", "3 ago", "3 de agosto de 2026, 14:05"},
		{"fr", "3 août 2026", "3 août", "3 août 2026, 14:05"},
		{"ar", "3 أغسطس 2026", "3 أغسطس", "3 أغسطس 2026، 14:05"},
		{"de", "3. August 2026", "3. Aug.", "3. August 2026, 14:05"},
		{"pt", "3 de agosto de 2026", "3 ago", "3 de agosto de 2026, 14:05"},
		{"it", "3 agosto 2026", "3 ago", "3 agosto 2026, 14:05"},
		{"pl", "3 sierpnia 2026", "3 sie", "3 sierpnia 2026, 14:05"},
		{"tr", "3 Ağustos 2026", "3 Ağu", "3 Ağustos 2026, 14:05"},
		{"ru", "3 августа 2026 г.", "3 авг.", "3 августа 2026 г., 14:05"},
		{"uk", "3 серпня 2026 р.", "3 серп.", "3 серпня 2026 р., 14:05"},
		{"vi", "3 tháng 8, 2026", "3/8", "14:05 3 tháng 8, 2026"},
		{"fa", "3 اوت 2026", "3 اوت", "3 اوت 2026، 14:05"},
		{"und", "3 August 2026", "3 Aug", "3 August 2026, 14:05"},
	}
	for _, tc := range tests {
		l := c.Lang(tc.tag)
		if got := l.Date(at); got != tc.date {
			t.Errorf("%s Date = %q, want %q", tc.tag, got, tc.date)
		}
		if got := l.ShortDate(at); got != tc.short {
			t.Errorf("%s ShortDate = %q, want %q", tc.tag, got, tc.short)
		}
		if got := l.DateTime(at); got != tc.dateTime {
			t.Errorf("%s DateTime = %q, want %q", tc.tag, got, tc.dateTime)
		}
		if got := l.Time(at); got != "14:05" {
			t.Errorf("%s Time = %q", tc.tag, got)
		}
		if got := l.DateOrder(); got != DMY {
			t.Errorf("%s DateOrder = %q", tc.tag, got)
		}
	}
	first := at.AddDate(0, 0, -2)
	for tag, want := range map[string]string{"fr": "1er août 2026", "es": "1 de agosto de 2026"} {
		if got := c.Lang(tag).Date(first); got != want {
			t.Errorf("%s Date = %q, want %q", tag, got, want)
		}
	}
	if got := (Lang{}).DateTime(at); got != "2026-08-3 14:05" {
		t.Errorf("zero Lang DateTime = %q", got)
	}
	if got := c.Lang("es").Month(13); got != "13" {
		t.Errorf("month 13 = %q", got)
	}
}

func TestDuration(t *testing.T) {
	c := mustLoad(t)
	tests := []struct {
		tag  string
		d    time.Duration
		want string
	}{
		{"en", 0, "0 seconds"},
		{"en", -time.Second, "0 seconds"},
		{"en", time.Millisecond, "1 second"},
		{"en", 5 * time.Minute, "5 minutes"},
		{"en", 90 * time.Second, "1 minute 30 seconds"},
		{"en", 2*time.Hour + 5*time.Minute + 7*time.Second, "2 hours 5 minutes"},
		{"en", time.Hour, "1 hour"},
		{"es", 61 * time.Second, "1 minuto y 1 segundo"},
		{"fr", 0, "0 seconde"},
		{"fr", 62 * time.Second, "1 minute et 2 secondes"},
		{"ru", time.Minute, "1 минута"},
		{"ru", 2 * time.Minute, "2 минуты"},
		{"ru", 5 * time.Minute, "5 минут"},
		{"ru", 21 * time.Second, "21 секунда"},
		{"uk", 22 * time.Second, "22 секунди"},
		{"uk", 12 * time.Second, "12 секунд"},
		{"pl", 21 * time.Second, "21 sekund"},
		{"pl", 23 * time.Second, "23 sekundy"},
		{"vi", time.Second, "1 giây"},
		{"fa", 90 * time.Second, "1 دقیقه و 30 ثانیه"},
		{"ar", 5 * time.Minute, "5 دقائق"},
		{"ar", 90 * time.Second, "دقيقة واحدة و30 ثانية"},
	}
	for _, tc := range tests {
		if got := c.Lang(tc.tag).Duration(tc.d); got != tc.want {
			t.Errorf("%s Duration(%v) = %q, want %q", tc.tag, tc.d, got, tc.want)
		}
	}
}

func TestCountdown(t *testing.T) {
	var l Lang
	for d, want := range map[time.Duration]string{
		-time.Second:                   "0:00",
		0:                              "0:00",
		time.Nanosecond:                "0:01",
		59*time.Second + 1:             "1:00",
		299 * time.Second:              "4:59",
		300 * time.Second:              "5:00",
		time.Hour + 299*time.Second:    "1:04:59",
		time.Hour - time.Nanosecond:    "1:00:00",
		25*time.Hour + 30*time.Second:  "25:00:30",
		time.Duration(1<<63 - 1):       "2562047:47:17",
		time.Minute + time.Millisecond: "1:01",
	} {
		if got := l.Countdown(d); got != want {
			t.Errorf("Countdown(%v) = %q, want %q", d, got, want)
		}
	}
}

// TestLangIsSharedSafely is for the race detector.
func TestLangIsSharedSafely(t *testing.T) {
	c := mustLoad(t)
	var wg sync.WaitGroup
	for _, l := range append(c.Langs(), c.Pseudo()) {
		for range 4 {
			wg.Go(func() {
				_ = l.N(IdleLeft, 20)
				_ = l.Duration(time.Minute)
				_ = c.Lang(l.Tag())
			})
		}
	}
	wg.Wait()
}
