package assets

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/font/sfnt"

	"aidpost/assets/words/bidi"
)

// TestFacesCoverEveryMessage looks up every character of every message in both
// faces, in the forms in which lines are drawn: a character without a glyph
// would be a box on the screen and a gap on paper, and the toolkit would search
// the machine's own fonts for it. A PDF can hold no character beyond the first
// plane of Unicode.
func TestFacesCoverEveryMessage(t *testing.T) {
	faces := map[string]*sfnt.Font{}
	for name, data := range map[string][]byte{"regular": SansRegular(), "bold": SansBold()} {
		face, err := sfnt.Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		faces[name] = face
	}
	paths, err := filepath.Glob("words/*.json")
	if err != nil || len(paths) < 10 {
		t.Fatalf("word files %v, %v: want at least ten languages", paths, err)
	}
	staff, err := filepath.Glob("words/staff/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(paths, staff...) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var file any
		if err := json.Unmarshal(data, &file); err != nil {
			t.Fatal(err)
		}
		used := map[rune]bool{}
		for _, text := range everyText(file) {
			for _, rtl := range []bool{false, true} {
				for _, r := range bidi.Visual(text, rtl) + bidi.Visual(strings.ToUpper(text), rtl) {
					used[r] = true
				}
			}
		}
		var buffer sfnt.Buffer
		for _, r := range slices.Sorted(maps.Keys(used)) {
			for name, face := range faces {
				if glyph, err := face.GlyphIndex(&buffer, r); err != nil || glyph == 0 || r > 0xffff {
					t.Errorf("%s: %q (%U) has no glyph in the %s face", path, r, r, name)
				}
			}
		}
	}
}

// everyText collects the strings of a decoded JSON file.
func everyText(v any) []string {
	var all []string
	switch v := v.(type) {
	case string:
		all = append(all, v)
	case []any:
		for _, e := range v {
			all = append(all, everyText(e)...)
		}
	case map[string]any:
		for _, e := range v {
			all = append(all, everyText(e)...)
		}
	}
	return all
}
