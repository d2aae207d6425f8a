package words

import "testing"

// The clock that moved stands on record as Go writes a duration; people read it in
// their language, and what people typed stays as it is.
func TestWhy(t *testing.T) {
	all, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ lang, action, reason, want string }{
		{"en", "clock.moved", "by 1h0m0s", "Ahead by 1 hour"},
		{"en", "clock.moved", "by -26h30m0s", "Back by 26 hours 30 minutes"},
		{"es", "clock.moved", "by 1h0m0s", "Adelantado 1 hora"},
		{"fr", "clock.moved", "by -2m0s", "Reculée de 2 minutes"},
		{"ar", "clock.moved", "by 5m0s", "إلى الأمام بمقدار 5 دقائق"},
		{"en", "clock.moved", "by hand", "by hand"},
		{"es", "record.amend", "by 1h0m0s", "by 1h0m0s"},
	} {
		if got := all.StaffLang(test.lang).Why(test.action, test.reason); got != test.want {
			t.Errorf("%s: %s %q is %q, want %q", test.lang, test.action, test.reason, got, test.want)
		}
	}
}
