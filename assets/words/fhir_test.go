package words

import "testing"

func TestFHIRInWords(t *testing.T) {
	l := mustLoad(t).Lang("fr")
	for _, tc := range []struct{ got, want string }{
		{l.Resource("Encounter"), "Visite (Encounter)"},
		{l.Resource("Basic"), "Basic"},
		{l.Element("status"), "État"},
		{l.Element("priority"), "priority"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}
