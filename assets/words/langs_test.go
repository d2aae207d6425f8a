package words

import (
	"strings"
	"testing"
)

func TestLangFindsTheBestLanguage(t *testing.T) {
	c := mustLoad(t)
	tests := map[string]string{
		"en": "en", "en-GB": "en", "es": "es", "es-MX": "es", "es_419": "es",
		"fr-CA": "fr", "ar": "ar", "ar-EG": "ar", "ja": "en", "": "en", "not a tag": "en",
		"en-XA": "en-XA", "EN-xa": "en-XA",
	}
	for tag, want := range tests {
		if got := c.Lang(tag).Tag(); got != want {
			t.Errorf("Lang(%q) = %q, want %q", tag, got, want)
		}
	}
}

func TestLangsInTheirOwnNames(t *testing.T) {
	var got []string
	for _, l := range mustLoad(t).Langs() {
		got = append(got, l.Name())
	}
	if want := "English العربية Español Français"; strings.Join(got, " ") != want {
		t.Errorf("languages = %v, want %s", got, want)
	}
}

func TestDirection(t *testing.T) {
	c := mustLoad(t)
	for tag, want := range map[string]Direction{"en": LTR, "es": LTR, "fr": LTR, "ar": RTL, "en-XA": LTR} {
		if got := c.Lang(tag).Direction(); got != want {
			t.Errorf("%s runs %v, want %v", tag, got, want)
		}
	}
}
