package words

import (
	"slices"
	"strings"
	"testing"
)

func TestLangFindsTheBestLanguage(t *testing.T) {
	c := mustLoad(t)
	tests := map[string]string{
		"en": "en", "en-GB": "en", "es": "es", "es-MX": "es", "es_419": "es",
		"fr-CA": "fr", "ar": "ar", "ar-EG": "ar", "ja": "en",
		"pt-BR": "pt", "pt-PT": "pt", "de-AT": "de", "uk-UA": "uk", "vi-VN": "vi", "fa-IR": "fa", "": "en", "not a tag": "en",
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
	want := "English العربية Deutsch Español فارسی Français Italiano Polski Português Русский Türkçe Українська Tiếng Việt"
	if strings.Join(got, " ") != want {
		t.Errorf("languages = %v, want %s", got, want)
	}
}

func TestOrdered(t *testing.T) {
	c := mustLoad(t)
	tests := []struct {
		first []string
		want  string // how the list begins
	}{
		{nil, "en ar de es"},
		{[]string{"ru", "EN", "tlh", "ru"}, "ru en ar de"},
		{[]string{"vi", "uk", "ar"}, "vi uk ar en de"},
	}
	for _, tc := range tests {
		var got []string
		for _, l := range c.Ordered(tc.first...) {
			got = append(got, l.Tag())
		}
		if len(got) != len(c.Langs()) || !strings.HasPrefix(strings.Join(got, " ")+" ", tc.want+" ") {
			t.Errorf("Ordered(%v) = %v, want all, beginning with %s", tc.first, got, tc.want)
		}
	}
}

func TestDirection(t *testing.T) {
	c := mustLoad(t)
	for tag, want := range map[string]Direction{"en": LTR, "es": LTR, "fr": LTR, "ar": RTL, "en-XA": LTR, "fa": RTL, "ru": LTR, "vi": LTR} {
		if got := c.Lang(tag).Direction(); got != want {
			t.Errorf("%s runs %v, want %v", tag, got, want)
		}
	}
}

// TestTags: the tags are those of the languages.
func TestTags(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	tags, err := Tags()
	if err != nil || len(tags) != len(c.Langs()) {
		t.Fatalf("%v, %v", tags, err)
	}
	for _, l := range c.Langs() {
		if !slices.Contains(tags, l.Tag()) {
			t.Errorf("%s is not in %v", l.Tag(), tags)
		}
	}
}
