package words

import "testing"

func TestReason(t *testing.T) {
	c := mustLoad(t)
	for name, tt := range map[string]struct{ lang, why, want string }{
		"English":     {"en", "the server took too long", "the server took too long"},
		"one clause":  {"fr", "the server took too long", "le serveur a mis trop longtemps"},
		"a kind":      {"fr", "the Observation was changed on the server by somebody else", "Observation a été modifié sur le serveur par quelqu'un d'autre"},
		"all of it":   {"es", "the server answered 422 Unprocessable Entity; a value is wrong at Patient.name.where(use='official') (HAPI-0450)", "el servidor respondió 422 Unprocessable Entity; un valor es incorrecto en Patient.name.where(use='official') (HAPI-0450)"},
		"within":      {"fr", "tried 12 times: the server failed", "essayé 12 fois : le serveur est en panne"},
		"right first": {"ar", "the server cannot be reached; it is forbidden", "لا يمكن الوصول إلى الخادم؛ هذا ممنوع"},
		"their words": {"fr", `the receiver answered AE: a field is missing at PID-3 ("no such ward")`, "le récepteur a répondu AE : un champ manque dans PID-3 (\"no such ward\")"},
		"not known":   {"fr", "the moon is full", "the moon is full"},
	} {
		if got := c.StaffLang(tt.lang).Reason(tt.why); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
	if got := (Lang{}).Reason("x"); got != "x" {
		t.Errorf("no language: %q", got)
	}
}
